"""Whether two company names may be one company, and in one sentence why or why not. Pure.

A likeness never confirms anything: the best it does is to be suggested to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from partnerbook.matching import lexicon
from partnerbook.matching.names import Name, readings

_GENERIC_WORDS = (
    "technology technologies solutions services systems software international global trading "
    "industries industrial enterprise enterprises consulting engineering management networks "
    "communications electronics logistics information digital data cloud online media retail "
    "development group holdings company business partners corporate asia"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
_ALIKE = 80  # of 100: below, two spellings are two words


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two names are.

    Attributes:
        likely: Whether a person should be asked.
        score: 0 to 100; only for putting the better candidate first.
        why: One sentence: what agrees, or what stands in the way.
    """

    likely: bool
    score: int
    why: str


def likeness(ours: str, theirs: str) -> Likeness:
    """Compare two names as they were written.

    Args:
        ours: The vendor's name of a customer.
        theirs: The ledger's.
    """
    pairs = [_compare(one, other) for one in readings(ours) for other in readings(theirs)]
    if not pairs:
        return Likeness(likely=False, score=0, why="A name holds nothing to compare.")
    return max(pairs, key=lambda each: (each.likely, each.score))


def _compare(ours: Name, theirs: Name) -> Likeness:
    score, difference = _cores(ours, theirs)
    unlike = f"{' '.join(ours.core)} ≠ {' '.join(theirs.core)} in the core name"
    obstacle = next(_obstacles(ours, theirs), None) or (unlike if score < _ALIKE else None)
    if obstacle:
        return Likeness(likely=False, score=min(score, 79), why=f"{obstacle}.")
    said = []
    if score == 100:
        said.append(f"The core name “{' '.join(ours.core)}” is the same")
    else:
        said.append(f"The core names are alike, {difference}")
    one_sided = (
        (ours.trade, theirs.trade, 8),
        (_listed(ours.places), _listed(theirs.places), 4),
    )
    for one, other, cost in one_sided:
        if one != other and (cost == 8 or ours.regions != theirs.regions):
            score -= cost
            said.append(
                f"only one says {other or one}"
                if not (one and other)
                else f"{one} and {other} do not contradict each other"
            )
    if _form(ours) != _form(theirs):
        score -= 2
        said.append("the legal form is written differently")
    return Likeness(likely=True, score=score, why=_sentence(said))


def _obstacles(ours: Name, theirs: Name) -> Iterator[str]:
    if ours.branch != theirs.branch:
        if ours.branch and theirs.branch:
            yield f"They are two branches: {_shown(ours.branch)} and {_shown(theirs.branch)}"
        yield "One is a branch, the other is not"
    if ours.countries and theirs.countries and not ours.countries & theirs.countries:
        ours_say = _listed(ours.places) or ours.form
        yield f"They are of two countries: {ours_say} ≠ {_listed(theirs.places) or theirs.form}"
    if _apart(ours.regions, theirs.regions):
        yield f"They are of two places: {_listed(ours.places)} ≠ {_listed(theirs.places)}"
    told_apart = [" ".join(sorted(_telling(each))) or "none" for each in (ours, theirs)]
    if told_apart[0] != told_apart[1]:
        yield f"{told_apart[0]} ≠ {told_apart[1]} in the core name"
    if ours.trade and theirs.trade and ours.trade not in theirs.trade:
        if theirs.trade in ours.trade:
            return
        yield f"{ours.trade} ≠ {theirs.trade} in the core name"


def _telling(name: Name) -> Iterator[str]:
    """Yield the numbers, and words like east and second, that tell two alike names apart."""
    yield from re.findall(r"\d+|第[一二三四五六七八九十百]+", name.compact)
    yield from (word for word in name.core[1:] if word in lexicon.CONTRASTS)
    if len(name.core) > 1 and name.core[0] in lexicon.CONTRASTS:
        yield name.core[0]


def _cores(ours: Name, theirs: Name) -> tuple[int, str]:
    """Return how alike the cores are, and which two are alike or what only one says."""
    one, other = ours.compact, theirs.compact
    what = f"“{' '.join(ours.core)}” and “{' '.join(theirs.core)}”"
    if one == other or sorted(ours.core) == sorted(theirs.core):
        return 100, ""
    if _is_east_asian(one + other):
        # A slip in the trade hides it: then both are compared with their trades.
        whole = _east_asian(one + ours.trade, other + theirs.trade)
        hidden = whole if bool(ours.trade) != bool(theirs.trade) else 0
        return max(_east_asian(one, other), hidden), what
    initials = {
        "".join(word[0] for word in each.core) for each in (ours, theirs) if len(each.core) >= 3
    }
    if {one, other} & initials:
        return 80, f"{one} and {other}, one the initials of the other"
    return _spaced(ours, theirs)


def _east_asian(one: str, other: str) -> int:
    # One character in two or three makes another company; in more it may be a slip.
    shorter = min(len(one), len(other))
    if shorter >= 4 and OSA.distance(one, other) == 1:
        return 90
    if shorter >= 7 and OSA.distance(one, other) == 2:
        return 84
    return int(min(ratio(one, other), _ALIKE - 1))


def _spaced(ours: Name, theirs: Name) -> tuple[int, str]:
    first, second = list(ours.core), list(theirs.core)
    for word in ours.core:
        if word in second:
            first.remove(word)
            second.remove(word)
    worst = 100
    for word in sorted(first, key=len, reverse=True):
        best = max(second, key=lambda each: _slip(word, each), default=None)
        if best is None or _slip(word, best) < _ALIKE:
            continue
        worst = min(worst, int(_slip(word, best)))
        first.remove(word)
        second.remove(best)
    left = first + second
    what = f"“{' '.join(ours.core)}” and “{' '.join(theirs.core)}”"
    if not left:
        return max(worst - 3, _ALIKE), what
    if OSA.distance(ours.compact, theirs.compact) <= _slips(len(ours.compact)):
        return 86, what
    same_start = ours.core[0] == theirs.core[0] and not (first and second)
    if same_start and all(word in _GENERIC for word in left):
        return min(worst, 85), f"only one says {' '.join(left)}"
    return min(int(ratio(ours.compact, theirs.compact)), _ALIKE - 1), what


def _slip(word: str, other: str) -> float:
    """Return how alike two words are, if one can be the other with a slip of the hand; else 0."""
    short, long = sorted((word, other), key=len)
    if len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 2:
        return 92
    allowed = _slips(len(short))
    return 100 - 10 * distance if (distance := OSA.distance(word, other)) <= allowed else 0


def _slips(length: int) -> int:
    return 0 if length < 5 else 1 if length < 9 else 2


def _is_east_asian(text: str) -> bool:
    return re.search("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", text) is not None


def _apart(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    if not ours or not theirs or ours & theirs:
        return False
    # A country holds its cities: 中国 does not contradict 北京.
    return not (_COUNTRY_NAMES & ours or _COUNTRY_NAMES & theirs)


_COUNTRY_NAMES = frozenset({"中国", *(words.split()[0] for words in lexicon.REGIONS_OF.values())})


def _form(name: Name) -> str:
    return re.sub(r"\W", "", name.form.replace("company", "co").replace("limited", "ltd"))


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(sorted(words))


def _shown(branch: str) -> str:
    return "one without a name" if branch == "?" else branch


def _sentence(parts: list[str]) -> str:
    if len(parts) == 1:
        return f"{parts[0]}."
    return f"{parts[0]}; {', '.join(parts[1:])}."
