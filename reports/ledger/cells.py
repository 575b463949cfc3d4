"""One value of finance's file -> ID, name, association or amount. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from partnerbook.text import clean
from partnerbook.wording import LANGUAGES, label

Mark = Literal[",", "."]

_EXACT_BELOW = 1e15  # a spreadsheet keeps 15 digits; beyond, the last ones are gone
_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NO_AMOUNT = frozenset({"", "-", "--", "–", "—", "n/a", "na", "nil", "none", "无"})
_AMOUNT = re.compile(r"[+-]?\d[\d.,]*|[+-]?[.,]\d+")
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
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT_BELOW else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value)


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
    text = text_of(value)
    if _SCIENTIFIC.fullmatch(text):
        return None, "shortened to a power of ten by a spreadsheet"
    return text or None, None


def association_of(value: object) -> str | None:
    """Return the association code for a code or word in English or Chinese; else the text as is."""
    text = text_of(value)
    coded = re.fullmatch(r"(.*?)\s*[(（]?([123])[)）]?", text)
    if coded and (not coded[1] or coded[1].casefold() in _ASSOCIATIONS):
        return coded[2]
    return _ASSOCIATIONS.get(text.casefold(), text or None)


def decimal_mark(values: Iterable[object]) -> Mark | None:
    """Return which character is the decimal mark in a column's texts; None when nothing tells.

    Raises:
        ValueError: Some texts prove one mark and some the other.
    """
    proofs: set[Mark] = set()
    for value in values:
        if isinstance(value, str):
            proofs |= _proves(_bare_amount(value)[0])
    if len(proofs) > 1:
        raise ValueError("both marks")
    return next(iter(proofs), None)


def amount_of(value: object, mark: Mark = ".") -> Decimal | None:
    """Return an amount, never through float arithmetic; None for an empty cell or a dash.

    Args:
        value: The cell.
        mark: The decimal mark for texts.

    Raises:
        ValueError: The cell holds something that is no amount.
    """
    if isinstance(value, bool | date | time | timedelta):
        raise ValueError("no amount")  # noqa: TRY004  one kind of failure for the caller
    if isinstance(value, int | float):
        return _finite(text_of(value))
    text, negative = _bare_amount("" if value is None else str(value))
    if text.casefold() in _NO_AMOUNT:
        return None
    if _SCIENTIFIC.fullmatch(text):
        return _finite(text.replace(",", "."))
    if not _AMOUNT.fullmatch(text):
        raise ValueError("no amount")
    thousands = "," if mark == "." else "."
    whole, _, part = text.partition(mark)
    groups = whole.lstrip("+-").split(thousands)
    lengths_fit = all(len(group) in (2, 3) for group in groups[1:-1]) and len(groups[-1]) == 3
    if thousands in part or mark in part or (len(groups) > 1 and not lengths_fit):
        raise ValueError("no amount")
    number = _finite(f"{whole.replace(thousands, '')}.{part or '0'}")
    number = number if part else number.to_integral_value()
    return -number if negative else number


def currency_in(text: str) -> str | None:
    """Return the currency named in an amount or heading: ``"Amount (USD)"``; None without one."""
    found = re.search(
        r"(?<![A-Za-z])(CNY|RMB|USD|EUR|GBP|HKD|SGD|THB|AED|SAR|JPY|MYR|IDR|PHP|"
        r"INR|BRL|MXN|ZAR|AUD|CAD|CHF|TRY|VND|KRW)(?![A-Za-z])",
        text.upper(),
    )
    return found[1] if found else None


def _finite(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not number.is_finite():
        raise ValueError("no amount")
    return number


def _bare_amount(text: str) -> tuple[str, bool]:
    """Return the digits and marks of an amount, and whether signs around them make it negative."""
    text = unicodedata.normalize("NFKC", text_of(text)).replace("−", "-")
    text = re.sub(r"^[A-Za-z]{1,3}\s*(?=[\d(+-])|(?<=[\d)])\s*[A-Za-z]{1,3}$", "", text)
    text = re.sub(r"[\s'’]|[$€£¥元฿₫₩₹]", "", text)
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1], True
    if text.endswith("-") and len(text) > 1:
        return text[:-1], True
    return text, False


def _proves(text: str) -> set[Mark]:
    comma, point = text.count(","), text.count(".")
    if comma and point:
        return {","} if text.rfind(",") > text.rfind(".") else {"."}
    if comma > 1 or (point == 1 and _digits_after(text, ".") != 3):
        return {"."}
    if point > 1 or (comma == 1 and _digits_after(text, ",") != 3):
        return {","}
    return set()


def _digits_after(text: str, mark: Mark) -> int:
    return len(text) - text.rfind(mark) - 1
