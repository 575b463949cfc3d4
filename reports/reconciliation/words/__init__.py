"""What the reconciliation calls things and says, in English and Chinese. Pure.

One table for data, JSON and workbook; what is read back from a workbook is known in both.

    sheets    sheets, headings, and the words in cells
    counting  the bridge, the rules, the checks
    cover     the cover and the sign-off
    reasons   why something does not reconcile, and what is noted
"""

from __future__ import annotations

from types import MappingProxyType

from partnerbook.wording import LANGUAGES, Language
from reports.reconciliation.words import counting, cover, reasons, sheets

WORDS = MappingProxyType({**sheets.WORDS, **counting.WORDS, **cover.WORDS, **reasons.WORDS})


def word(key: str, language: Language, *values: object) -> str:
    """Return what something is called or said in a language, its gaps filled in order.

    A text that is not in the table comes back as it is: it is somebody's own.
    """
    if key not in WORDS:
        return key
    text = WORDS[key][LANGUAGES.index(language)]
    return text.format(*values) if values else text


def meant(shown: str, among: tuple[str, ...]) -> str | None:
    """Return which of several keys a text in either language stands for, in any case; or None."""
    wanted = shown.strip().casefold()
    return next(
        (key for key in among if wanted in {key, *(each.casefold() for each in WORDS[key])}), None
    )


def several(count: int, one: str, many: str, language: Language) -> str:
    """Return a number with what is counted, by the keys ``1 <one>`` and ``n <many>``; or ""."""
    if count == 0:
        return ""
    return word(f"1 {one}", language) if count == 1 else word(f"n {many}", language, count)
