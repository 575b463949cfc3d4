"""The part of a query that the API can be asked without losing anyone. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from partnerbook.model import CustomerQuery

_SURROGATES = re.compile("[\ud800-\udfff]")  # halves of pairs, which no request can carry
_LONGEST = 64  # characters that every version of the vendor's page allows in a text filter


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the API may be asked: it loses nobody whom the query selects.

    Attributes:
        account: Part of the account name; no spaces, at most 64 characters.
        company: Part of the company name; likewise.
        label: Part of the label; likewise.
        association: Association code.
        since: First moment, as the person gave it. UTC.
        until: Last moment, as the person gave it. UTC.
    """

    account: str | None = None
    company: str | None = None
    label: str | None = None
    association: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def narrowing(query: CustomerQuery) -> Narrowing:
    """Return the part of a query that both APIs can narrow without losing anyone."""
    return Narrowing(
        account=_safe_piece(query.account, exact_case=False),
        company=_safe_piece(query.company, exact_case=False),
        # One value per field: of several labels, any may be it, so none can be asked for.
        label=_safe_piece(query.label[0], exact_case=True) if len(query.label) == 1 else None,
        association=query.association,
        since=query.since,
        until=query.until,
    )


def _safe_piece(text: str | None, *, exact_case: bool) -> str | None:
    """Return the longest piece that the API surely finds inside every value wanted, or None.

    It takes no spaces, at most 64 characters, and whether it folds the case of letters other
    than a to z is not documented: pieces end there, except for labels, whose case is exact.
    """
    if text is None:
        return None
    pieces = (_SURROGATES.sub(" ", text) if exact_case else _caseless(text)).split()
    best = max(pieces, key=len, default="")[:_LONGEST]
    # These two the API reads as something else than text to look for.
    return best if best and best not in ("null", '""') else None


def _caseless(text: str) -> str:
    return "".join(
        char if char.isascii() or char.lower() == char.upper() else " "
        for char in _SURROGATES.sub(" ", text)
    )
