"""Latin names that spell a Chinese one: a hint for a person, never more. Pure.

Many names are spelled alike (云海, 芸海 and 运海 are all Yunhai), so this only suggests. pypinyin,
whose tables take up to half a second to load, is imported when Chinese meets Latin leftovers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from partnerbook.matching.likeness import GENERIC, Likeness
from partnerbook.matching.names import Name, readings
from partnerbook.matching.sayings import say
from partnerbook.model import Customer
from partnerbook.text import is_masked
from partnerbook.wording import Language

_CHINESE = re.compile("[\u3400-\u9fff]")
_SHORTEST = 5  # letters: a shorter spelling is that of very many names


class Spelled:
    """Customers, to be found by names that spell theirs, or that theirs spell."""

    def __init__(self, customers: Iterable[Customer], language: Language = "en") -> None:
        self._language = language
        self._customers = tuple(customers)
        self._by_spelling: dict[bool, dict[str, list[tuple[Customer, str]]]] = {}

    def candidates(self, name: str) -> tuple[tuple[Customer, Likeness], ...]:
        """Return the customers whose Chinese names a Latin one spells, or the other way round."""
        found: dict[str, tuple[Customer, Likeness]] = {}
        for reading in readings(name):
            is_chinese = _is_chinese(reading)
            others = self._spelled(not is_chinese)
            for spelling in _spellings(reading) if others else ():
                for customer, core in others.get(spelling, ()):
                    latin, chinese = (core, reading.compact) if is_chinese else (spelling, core)
                    why = say("pinyin", self._language, latin, chinese)
                    like = Likeness(likely=True, score=50, why=why)
                    found[customer.customer_id] = customer, like
        return tuple(found[key] for key in sorted(found))

    def _spelled(self, is_chinese: bool) -> dict[str, list[tuple[Customer, str]]]:
        if is_chinese not in self._by_spelling:
            index: defaultdict[str, list[tuple[Customer, str]]] = defaultdict(list)
            for customer in self._customers:
                name = customer.company_name
                for reading in readings(name) if name and not is_masked(name) else ():
                    if _is_chinese(reading) is is_chinese:
                        for spelling in _spellings(reading):
                            index[spelling].append((customer, reading.compact))
            self._by_spelling[is_chinese] = index
        return self._by_spelling[is_chinese]


def _is_chinese(name: Name) -> bool:
    return _CHINESE.search(name.compact) is not None


def _spellings(name: Name) -> set[str]:
    """Return a name in Latin letters, with its trade and without."""
    if not _is_chinese(name):
        words = [word for word in name.core if word not in GENERIC]
        found = {"".join(words), name.compact}
        return {each for each in found if each.isascii() and len(each) >= _SHORTEST}
    if len(name.compact) < 2:  # one syllable spells hundreds of names
        return set()
    from pypinyin import lazy_pinyin  # noqa: PLC0415  its tables are large, see above

    found = {"".join(lazy_pinyin(each)) for each in (name.compact, name.compact + name.trade)}
    return {each for each in found if each.isascii() and len(each) >= _SHORTEST}
