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
from partnerbook.matching.sayings import say
from partnerbook.wording import Language

_GENERIC_WORDS = (
    "technology technologies solutions services systems software international global trading "
    "industries industrial enterprise enterprises consulting engineering management networks "
    "communications electronics logistics information digital data cloud online media retail "
    "development group holdings company business partners corporate asia"
)
GENERIC = frozenset(_GENERIC_WORDS.split())
"""Words that say what many companies do, and tell none from another."""
_ALIKE = 80  # of 100: below, two spellings are two words


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two names are.

    Attributes:
        likely: Whether a person should be asked.
        score: 0 to 100; only for putting the better candidate first.
        why: One sentence: what agrees, or what stands in the way.
        parts: Each part's own score, 0 to 100: core, trade, region, legal form, branch.
    """

    likely: bool
    score: int
    why: str
    parts: tuple[tuple[str, int], ...] = ()


def likeness(ours: str, theirs: str, language: Language = "en") -> Likeness:
    """Compare two names as they were written.

    Args:
        ours: The vendor's name of a customer.
        theirs: The ledger's.
        language: Of the sentence.
    """
    pairs = [_compare(one, other, language) for one in readings(ours) for other in readings(theirs)]
    if not pairs:
        return Likeness(likely=False, score=0, why=say("nothing to compare", language))
    return max(pairs, key=lambda each: (each.likely, each.score))


def _compare(ours: Name, theirs: Name, language: Language) -> Likeness:
    score, difference = _cores(ours, theirs, language)
    parts = _parts(ours, theirs, score)
    unlike = say("core differs", language, " ".join(ours.core), " ".join(theirs.core))
    obstacle = next(_obstacles(ours, theirs, language), None)
    obstacle = obstacle or (unlike if score < _ALIKE else None)
    if obstacle:
        why = _sentence([obstacle], language)
        return Likeness(likely=False, score=min(score, 79), why=why, parts=parts)
    said = []
    if score == 100:
        said.append(say("core same", language, " ".join(ours.core)))
    else:
        said.append(say("core alike", language, difference))
    one_sided = (
        (ours.trade, theirs.trade, 8),
        (_listed(ours.places), _listed(theirs.places), 4),
    )
    for one, other, cost in one_sided:
        if one != other and (cost == 8 or ours.regions != theirs.regions):
            score -= cost
            said.append(
                say("only one says", language, other or one)
                if not (one and other)
                else say("no contradiction", language, one, other)
            )
    if _form(ours) != _form(theirs):
        score -= 2
        both = _form(ours) and _form(theirs)
        said.append(say("form differs" if both else "form left out", language))
    return Likeness(likely=True, score=score, why=_sentence(said, language), parts=parts)


def _parts(ours: Name, theirs: Name, core: int) -> tuple[tuple[str, int], ...]:
    return (
        ("core", core),
        ("trade", _one_part(ours.trade, theirs.trade)),
        ("region", _one_part(_listed(tuple(ours.regions)), _listed(tuple(theirs.regions)))),
        ("form", _one_part(_form(ours), _form(theirs))),
        ("branch", 100 if ours.branch == theirs.branch else 0),
    )


def _one_part(ours: str, theirs: str) -> int:
    """Return 100 for the same, 50 where one does not say, 0 for a contradiction."""
    if ours == theirs:
        return 100
    return 0 if ours and theirs else 50


def _obstacles(ours: Name, theirs: Name, language: Language) -> Iterator[str]:
    if ours.branch != theirs.branch:
        if ours.branch and theirs.branch:
            shown = [_shown(each, language) for each in (ours.branch, theirs.branch)]
            yield say("two branches", language, *shown)
        yield say("one branch", language)
    if ours.countries and theirs.countries and not ours.countries & theirs.countries:
        say_where = [_listed(each.places) or each.form for each in (ours, theirs)]
        yield say("two countries", language, *say_where)
    if _apart(ours.regions, theirs.regions):
        yield say("two places", language, *map(_listed, _differing(ours.places, theirs.places)))
    none = say("none", language)
    told_apart = [" ".join(sorted(_telling(each))) or none for each in (ours, theirs)]
    if told_apart[0] != told_apart[1]:
        yield say("core differs", language, *told_apart)
    if ours.trade and theirs.trade and ours.trade not in theirs.trade:
        if theirs.trade in ours.trade:
            return
        yield say("core differs", language, ours.trade, theirs.trade)


def _telling(name: Name) -> Iterator[str]:
    """Yield the numbers, and words like east and second, that tell two alike names apart."""
    yield from re.findall(r"\d+|第[一二三四五六七八九十百]+", name.compact)
    yield from (word for word in name.core[1:] if word in lexicon.CONTRASTS)
    if len(name.core) > 1 and name.core[0] in lexicon.CONTRASTS:
        yield name.core[0]


def _cores(ours: Name, theirs: Name, language: Language) -> tuple[int, str]:
    """Return how alike the cores are, and which two are alike or what only one says."""
    one, other = ours.compact, theirs.compact
    what = say("two cores", language, " ".join(ours.core), " ".join(theirs.core))
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
        return 80, say("initials", language, one, other)
    return _spaced(ours, theirs, language)


def _east_asian(one: str, other: str) -> int:
    # One character in two or three makes another company; in more it may be a slip.
    shorter = min(len(one), len(other))
    if shorter >= 4 and OSA.distance(one, other) == 1:
        return 90
    if shorter >= 7 and OSA.distance(one, other) == 2:
        return 84
    return int(min(ratio(one, other), _ALIKE - 1))


def _spaced(ours: Name, theirs: Name, language: Language) -> tuple[int, str]:
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
    what = say("two cores", language, " ".join(ours.core), " ".join(theirs.core))
    if not left:
        return max(worst - 3, _ALIKE), what
    shorter = min(len(ours.compact), len(theirs.compact))
    if OSA.distance(ours.compact, theirs.compact) <= _slips(shorter):
        return 86, what
    same_start = ours.core[0] == theirs.core[0] and not (first and second)
    if same_start and all(word in GENERIC for word in left):
        return min(worst, 85), say("only one says", language, " ".join(left))
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
    # A country holds its cities: 中国 does not contradict 北京. Nor does it make 广东 be 广西.
    narrow = ours - _COUNTRY_NAMES, theirs - _COUNTRY_NAMES
    return all(narrow) and narrow[0].isdisjoint(narrow[1])


def _differing(
    ours: tuple[str, ...], theirs: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the places of each name that the other does not say."""
    return (
        tuple(place for place in ours if place not in theirs),
        tuple(place for place in theirs if place not in ours),
    )


_COUNTRY_NAMES = frozenset({"中国", *(words.split()[0] for words in lexicon.REGIONS_OF.values())})


def _form(name: Name) -> str:
    return re.sub(r"\W", "", name.form.replace("company", "co").replace("limited", "ltd"))


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(sorted(words))


def _shown(branch: str, language: Language) -> str:
    return say("unnamed branch", language) if branch == "?" else branch


def _sentence(parts: list[str], language: Language) -> str:
    if language == "zh":
        return "；".join(parts) + "。"
    if len(parts) == 1:
        return f"{parts[0]}."
    return f"{parts[0]}; {', '.join(parts[1:])}."
