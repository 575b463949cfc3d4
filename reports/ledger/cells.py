"""One value of finance's file -> ID, name or association. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import cast

from partnerbook.text import clean
from partnerbook.wording import LANGUAGES, label

_EXACT_BELOW = 1e15  # a spreadsheet keeps 15 digits; beyond, the last ones are gone
SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ASSOCIATIONS = {
    **{
        word.casefold(): code
        for code in ("1", "2", "3")
        for language in LANGUAGES
        for word in (label("association", code, language).removesuffix(f" ({code})"),)
    },
    "consulting sales": "1",
    "referral": "1",
    "顾问": "1",
    "顾问销售类": "1",
    "推荐": "1",
    "代售类": "2",
    "垫付": "2",
    "reseller": "3",
    "resell": "3",
    "resale sales": "3",
    "转售类": "3",
}


def text_of(value: object) -> str:
    """Return a value as the shortest text that means the same; an empty cell is ``""``."""
    if isinstance(value, str):
        # Nearly every cell has nothing to clean: of blanks, only the plain space is printable.
        if value.isprintable() and "  " not in value and value == value.strip():
            return value
        return " ".join(_INVISIBLE.sub("", clean(value)).split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value)


def number_text(value: float) -> str:
    """Return a number as the shortest text that means the same."""
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT_BELOW else repr(value)


def texts_of(values: Sequence[object]) -> list[str]:
    """Return `text_of` each value; ten times faster where all are texts with nothing to clean."""
    if set(map(type, values)) == {str}:
        texts = cast("list[str]", list(values))
        # Bars are printable and no blanks, so they hide nothing. A text with a bar of its own may
        # look as if there were something to clean, and is looked at like the others.
        whole = f"|{'|'.join(texts)}|"
        if whole.isprintable() and not (
            " " in whole and any(blank in whole for blank in ("  ", " |", "| "))
        ):
            return texts
    return [text_of(value) for value in values]


def ids_of(values: Sequence[object]) -> tuple[list[str | None], set[int]]:
    """Return the ID of `id_of` each value, and which of them, from 0, are damaged."""
    if set(map(type, values)) == {str}:
        texts = texts_of(values)
        joined = "".join(texts)
        if "+" not in joined and "'" not in joined:  # no power of ten, nothing to take off
            return [text or None for text in texts], set()
    found = [id_of(value) for value in values]
    return [text for text, _ in found], {at for at, (_, what) in enumerate(found) if what}


def id_of(value: object) -> tuple[str | None, str | None]:
    """Return an ID as text, and what is wrong with it (None when nothing is).

    A damaged ID is None: what a spreadsheet rounded must never match anybody.
    """
    if isinstance(value, date | time | timedelta):
        return None, "turned into a date by a spreadsheet"
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) >= _EXACT_BELOW
    ):
        return None, "a number with more digits than a spreadsheet keeps"
    # One apostrophe before it is what keeps it text, also where a program has doubled it.
    text = text_of(value).removeprefix("'")
    if SCIENTIFIC.fullmatch(text):
        return None, "shortened to a power of ten by a spreadsheet"
    return text or None, None


def association_of(value: object) -> str | None:
    """Return the association code for a code or word in English or Chinese; else the text as is."""
    text = text_of(value)
    coded = re.fullmatch(r"(.*?)\s*[(（]?([123])[)）]?", text)
    if coded and (not coded[1] or coded[1].casefold() in _ASSOCIATIONS):
        return coded[2]
    return _ASSOCIATIONS.get(text.casefold(), text or None)
