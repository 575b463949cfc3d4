"""A company's name taken apart: core, trade, region, legal form, branch. Pure.

Parts are compared apart (`likeness`), since a score over the whole name is wrong somewhere:
技术 and 科技 are two companies and nearly one text; Ltd and GmbH are two texts and say little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from partnerbook.matching import lexicon
from partnerbook.matching.folding import folded

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_IS_CJK = re.compile(f"[{_CJK}]")
_BRACKETS = re.compile(r"[(\[【〔「]([^()\[\]【】〔〕「」]*)[)\]】〕」]")
_BETWEEN = re.compile(r"[^\w&\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]+")
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_ARABIC = str.maketrans(
    "أإآىةøłđı", "ااايهoldi", "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The parts of one company's name.

    Attributes:
        core: What is left: the words that tell this company from others. Never empty.
        trade: What it does, for Chinese names; ``""`` where the name does not say.
        regions: Regions that it says, each under one name.
        places: The regions as the name writes them.
        countries: Countries of its regions and legal form; empty when neither tells.
        form: Legal form as written.
        branch: The branch's name, ``"?"`` for one without a name; None for a head office.
    """

    core: tuple[str, ...]
    trade: str = ""
    regions: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    form: str = ""
    branch: str | None = None

    @property
    def compact(self) -> str:
        """The core without spaces."""
        return "".join(self.core)


def plain(text: str) -> str:
    """Return a name folded, in simplified characters, without accents and Arabic twins."""
    text = unicodedata.normalize("NFD", folded(text).translate(lexicon.SIMPLIFIED))
    # Only Latin accents: Thai and Indian vowels are marks too.
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", text)).translate(_ARABIC)
    return " ".join(text.replace("'", "").replace("’", "").split())


@lru_cache(maxsize=300_000)
def readings(text: str) -> tuple[Name, ...]:
    """Return the name's parts; twice when it stands there in Chinese and in another script."""
    text = plain(text)
    latin = " ".join(re.sub(f"[{_CJK}]+", " ", _BRACKETS.sub(r" \1 ", text)).split())
    words = [word for word in _words(latin) if len(word) > 1]
    chinese = "".join(_IS_CJK.findall(text))
    two = len(chinese) >= 2 and len(words) >= 2
    parts = [*([chinese, latin] if two else [text])]
    found = (_east_asian(part) if _IS_CJK.search(part) else _spaced(part) for part in parts)
    return tuple(name for name in found if name)


def _east_asian(text: str) -> Name | None:
    regions: list[str] = []
    rest = _BRACKETS.sub(lambda found: _bracket(found[1], regions), text)
    rest = "".join(_words(rest))
    rest, branch = _branch_of(rest)
    rest, form = _strip_ends(rest, _LEGAL)
    whole = rest
    while (region := _starts_with_region(rest)) and len(rest) - len(region) >= 2:
        rest = re.sub("^(?:省|市|自治区|特别行政区)", "", rest[len(region) :])
        regions.append(region)
    for region in _REGION_WORDS:
        if rest.endswith(region) and len(rest) - len(region) >= 2:
            rest = rest.removesuffix(region)
            regions.append(region)
    core, trade = rest, ""
    while ending := next((each for each in _TRADES if core.endswith(each)), ""):
        if len(core) - len(ending) < 1:
            break
        core, trade = core.removesuffix(ending), ending + trade
    core = core or rest or whole or text
    return _name((core,), regions, frozenset(), trade=trade, form=form, branch=branch)


def _spaced(text: str) -> Name | None:
    regions: list[str] = []
    text = _BRACKETS.sub(lambda found: f" {_bracket(found[1], regions)} ", text)
    words = list(_merged(_words(text)))
    words = [part for word in words for part in _without_thai_form(word)]
    branch = None
    if any(word in lexicon.BRANCH_WORDS for word in words[1:]):
        at = max(at for at, word in enumerate(words) if word in lexicon.BRANCH_WORDS)
        near = words[at - 1] if words[at - 1] in _REGIONS else words[at + 1 :][:1]
        branch = _region(near if isinstance(near, str) else "".join(near)) or "?"
        words = [w for w in words if w not in lexicon.BRANCH_WORDS and _region(w) != branch]
    countries: frozenset[str] = frozenset()
    form = []
    changed = True
    while changed and len(words) > 1:
        changed = False
        for size in (5, 4, 3, 2, 1):
            for at in (len(words) - size, 0):
                phrase = " ".join(words[at : at + size]) if size < len(words) else ""
                if phrase in _PHRASES and not (at == 0 and phrase in _ONLY_AT_END):
                    countries = countries & _PHRASES[phrase] or countries | _PHRASES[phrase]
                    form.append(phrase)
                    del words[at : at + size]
                    changed = True
                    break
            if changed:
                break
        while len(words) > 1 and not changed and (words[-1] in _REGIONS or words[0] in _REGIONS):
            regions.append(words.pop(-1 if words[-1] in _REGIONS else 0))
            changed = True
    core = tuple(lexicon.SHORT_WORDS.get(word, word) for word in words)
    core = tuple(word.removeprefix("ال") or word for word in core if word not in _FILLERS) or core
    return _name(core, regions, countries, form=" ".join(form), branch=branch)


def _name(
    core: Sequence[str], regions: Sequence[str], countries: frozenset[str], **parts: object
) -> Name | None:
    if not any(core):
        return None
    placed = frozenset(_REGIONS[region] for region in regions if region in _REGIONS)
    return Name(
        core=tuple(core),
        regions=frozenset(_region(region) for region in regions),
        places=tuple(regions),
        countries=placed or countries,
        **parts,  # type: ignore[arg-type]  # trade, form and branch, each once
    )


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text.replace("&", " & ")) if word]


def _merged(words: Sequence[str]) -> Iterator[str]:
    """Yield the words, regions of two words as one: ``hong kong`` becomes ``hongkong``."""
    at = 0
    while at < len(words):
        pair = "".join(words[at : at + 2])
        step = 2 if at + 1 < len(words) and pair in _REGIONS else 1
        yield pair if step == 2 else words[at]
        at += step


def _bracket(inside: str, regions: list[str]) -> str:
    word = "".join(_words(inside))
    bare = re.sub("(?:省|市|自治区|特别行政区)$", "", word)
    if bare in _REGIONS:
        regions.append(bare)
        return ""
    return inside


def _branch_of(text: str) -> tuple[str, str | None]:
    ending = next((each for each in lexicon.BRANCH_ENDINGS if text.endswith(each)), None)
    if ending is None:
        return text, None
    head = text.removesuffix(ending)
    for form in _LEGAL:
        before, found, after = head.rpartition(form)
        if found and before:
            return before + found, _region(re.sub("[省市]$", "", after)) or "?"
    region = next((each for each in _REGION_WORDS if head.endswith(each)), "")
    return head.removesuffix(region) or head, _region(region) or "?"


def _strip_ends(text: str, endings: Sequence[str]) -> tuple[str, str]:
    form = ""
    found = True
    while found:
        found = False
        for each in endings:
            if len(text) - len(each) < 1:
                continue
            if text.endswith(each):
                text, form, found = text.removesuffix(each), each + form, True
            elif text.startswith(each):
                text, form, found = text.removeprefix(each), each + form, True
    return text, form


def _starts_with_region(text: str) -> str:
    return next((each for each in _REGION_WORDS if text.startswith(each)), "")


def _without_thai_form(word: str) -> list[str]:
    for each in _THAI_FORMS:
        if word != each and word.startswith(each):
            return [each, *_without_thai_form(word.removeprefix(each))]
        if word != each and word.endswith(each):
            return [*_without_thai_form(word.removesuffix(each)), each]
    return [word]


def _region(word: str) -> str:
    return _SAME.get(word, word)


_LEGAL = tuple(plain(each) for each in lexicon.LEGAL_ENDINGS)
_PHRASES = {plain(phrase): countries for phrase, countries in lexicon.LEGAL_PHRASES.items()}
_THAI_FORMS = sorted((p for p in _PHRASES if p and "\u0e00" <= p[0] <= "\u0e7f"), key=len)[::-1]
# At the start of a name these are words of it: "AS Roma", "Co-op", "SE Asia".
_ONLY_AT_END = frozenset(
    phrase for phrase in _PHRASES if phrase.isascii() and phrase not in {"pt", "the", "oy", "ab"}
)
_REGIONS = {plain(word): country for word, country in lexicon.REGIONS.items()}
_SAME = {plain(word): plain(name) for word, name in lexicon.SAME_REGION.items()}
_REGION_WORDS = sorted((word for word in _REGIONS if _IS_CJK.match(word)), key=len)[::-1]
_TRADES = sorted(lexicon.TRADES, key=len)[::-1]
_FILLERS = frozenset({"and", "the", "of", "&", "for", "de", "و"})
