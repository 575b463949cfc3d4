"""How surely a heading names a field. Pure."""

from __future__ import annotations

import functools
import re
import unicodedata

from reports.ledger.vocabulary import NAMES, RANKS

_LONGEST = 100  # characters of a heading; a longer text is a remark, and takes long to take apart
_MONEY = re.compile("(?:cny|rmb|usd|eur|gbp|hkd|sgd|thb|aed|sar|人民币|美元|港币|欧元|元)")


@functools.lru_cache
def _known_halves(plain: str) -> tuple[tuple[str, str], ...]:
    """Return each way to part a heading into two names that some field has."""
    halves = ((plain[:at], plain[at:]) for at in range(1, len(plain)))
    return tuple(each for each in halves if NAMES.issuperset(each))


def rank_of(field: str, plain: str) -> int | None:
    """Return how surely a plain name is a field's, 0 the surest; None where it is not."""
    if len(plain) > _LONGEST:
        return None
    if (rank := RANKS.get((field, plain))) is not None:
        return rank
    without_money = _MONEY.sub("", plain)
    if field in {"amount", "debit", "credit"} and without_money != plain:
        return rank_of(field, without_money)
    # A heading in two languages, "客户ID / Customer ID": both may be known, or either.
    for first, second in _known_halves(plain):
        if (field, first) in RANKS and (field, second) in RANKS:
            return RANKS[field, first]
    latin, other = re.sub(r"[^\x00-\x7f]", "", plain), re.sub(r"[\x00-\x7f]", "", plain)
    if not latin or not other:
        return None
    ranks = [RANKS[field, part] for part in (latin, other) if (field, part) in RANKS]
    return min(ranks, default=None)


def plain_name(heading: str) -> str:
    """Return a heading without case, spaces, punctuation, and what stands in brackets."""
    if not heading:
        return ""
    text = unicodedata.normalize("NFKC", heading).casefold()
    bare = re.sub(r"[(\[].*?[)\]]", "", text)
    return re.sub(r"[\W_]+", "", bare) or re.sub(r"[\W_]+", "", text)
