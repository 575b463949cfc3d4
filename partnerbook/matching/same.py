"""Whether two names are one legal person's full name, and if not, what differs. Pure.

Stricter than `likeness`, which asks a person: a group's companies share mailboxes, and their
names differ only in a place, in "Holding" or in the legal form.
"""

from __future__ import annotations

import re
from functools import lru_cache

from partnerbook.matching import lexicon
from partnerbook.matching.names import plain
from partnerbook.matching.sayings import say
from partnerbook.wording import Language

_BETWEEN = re.compile(r"[^\w\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]+")
_DOTTED = re.compile(r"\b(\w)\.(?=\w\b)")  # s.r.l. is srl, and co.ltd two words
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# No legal forms, though names are compared without them elsewhere: they tell a group's companies.
_STANDING_WORDS = "group holding holdings the and international القابضة مجموعة"
_STANDING = frozenset(_STANDING_WORDS.split())
_STANDING_CJK = ("集团", "总公司", "个体")
_SAYS_NOTHING = frozenset(map(plain, ("co", "company", "公司", "شركة", "บริษัท")))
_SPELLED = {
    "limited": "ltd", "coltd": "ltd", "companylimited": "ltd", "companyltd": "ltd",
    "colimited": "ltd", "incorporated": "inc", "corporation": "corp", "有限责任公司": "有限公司",
    "privatelimited": "pvtltd", "privateltd": "pvtltd", "pvtlimited": "pvtltd",
    "ptelimited": "pteltd", "pte": "pteltd", "pvt": "pvtltd",
    "ptylimited": "ptyltd", "pty": "ptyltd", "berhad": "bhd",
    "บจก": "จำกัด", "ห้างหุ้นส่วนจำกัด": "หจก", "ذم": "ذمم", "محدودة": "المحدودة",
    "publiccompanylimited": "pcl", "publiccoltd": "pcl", "บมจ": "จำกัดมหาชน",
    "aktiebolag": "ab", "limitada": "ltda", "kabushikikaisha": "kk",
}  # fmt: skip
_ONE_FORM = {plain(spelled): plain(form) for spelled, form in _SPELLED.items()}


def difference(ours: str, theirs: str, language: Language = "en") -> str:
    """Return what keeps two names from being one full name, in a few words; ``""`` for nothing.

    Width, case, punctuation and simplified characters do not count, nor that one name leaves out
    its legal form.
    """
    (one, form), (other, their_form) = apart(ours), apart(theirs)
    if one.replace(" ", "") != other.replace(" ", ""):
        return _between(one, other, language)
    if form and their_form and form != their_form:
        return say("two words", language, form, their_form)
    return ""


@lru_cache(maxsize=100_000)
def apart(name: str) -> tuple[str, str]:
    """Return a name without its legal form, and the form; ``""`` where it says none."""
    text = _DOTTED.sub(r"\1", plain(name).replace("&", " and "))
    words = [word for word in _BETWEEN.split(text) if word]
    if _CJK.search(text):
        return _east_asian("".join(words))
    forms: list[str] = []
    changed = True
    while changed and len(words) > 1:
        changed = False
        for size in (5, 4, 3, 2, 1):
            last, first = " ".join(words[-size:]), " ".join(words[:size])
            if len(words) > size and last in _FORMS:
                forms.insert(0, last)
                del words[-size:]
                changed = True
            elif len(words) > size and first in _AT_START:
                forms.append(first)
                del words[:size]
                changed = True
            if changed:
                break
    return " ".join(words), _form(forms)


def _east_asian(text: str) -> tuple[str, str]:
    for ending in _ENDINGS:
        for rest in (text.removesuffix(ending), text.removeprefix(ending)):
            if rest != text and len(rest.strip()) > 1:
                return rest.strip(), _form([ending])
    return text, ""


def _form(forms: list[str]) -> str:
    told = [each for each in forms if each not in _SAYS_NOTHING]
    whole = "".join(told).replace(" ", "")
    return _ONE_FORM.get(whole, whole)


def _between(one: str, other: str, language: Language) -> str:
    if _CJK.search(one) or _CJK.search(other):
        one, other = one.replace(" ", ""), other.replace(" ", "")
        start = _shared(one, other)
        one, other = one[start:], other[start:]
        end = _shared(one[::-1], other[::-1])
        left = [one[: len(one) - end], other[: len(other) - end]]
    else:
        ours, theirs = one.split(), other.split()
        left = [
            " ".join(word for word in ours if word not in theirs),
            " ".join(word for word in theirs if word not in ours),
        ]
        if not any(left):  # the same words, in another order or number
            left = [one, other]
    if all(left):
        return say("two words", language, *left)
    return say("only one says", language, f"“{left[0] or left[1]}”")


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


_SPACED = frozenset(
    plain(phrase).replace("&", "and")
    for phrase in lexicon.LEGAL_PHRASES
    if phrase and not _STANDING.intersection(phrase.split())
)
_FORMS = _SPACED | {each.replace(" ", "") for each in _SPACED}
_AT_START = frozenset(each for each in _FORMS if not each.isascii() or each in {"pt", "oy", "ab"})
_ENDINGS = tuple(
    sorted(
        (
            plain(each)
            for each in lexicon.LEGAL_ENDINGS
            if not any(word in each for word in _STANDING_CJK)
        ),
        key=len,
        reverse=True,
    )
)
