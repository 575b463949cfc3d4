"""One cell of money -> amount, currency, and side of the books. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import filterfalse
from math import isfinite
from typing import Literal, cast

from reports.ledger.cells import SCIENTIFIC, number_text, text_of
from reports.ledger.currencies import CODES, NAMES, SIGNS, SPELLED

Mark = Literal[",", "."]
Side = Literal["debit", "credit", "flat"]

_NO_AMOUNT = frozenset({"", "-", "--", "–", "—", "n/a", "na", "nil", "none", "无"})
_NUMBER = re.compile(r"\d[\d.,]*|[.,]\d+")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]{1,2})?")
_THREE = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
_BEFORE = re.compile(r"[^\d.,+(-][^\d+(-]*")
_AFTER = re.compile(r"[^\d.,)-][^\d)-]*$")
_USUAL = frozenset(
    re.findall(
        "[A-Z]{3}",
        "CNY RMB USD EUR GBP HKD SGD THB AED SAR JPY MYR IDR PHP INR BRL MXN ZAR AUD CAD CHF "
        "TRY VND KRW",
    )
)
_SIDES: dict[str, Side] = {
    **dict.fromkeys(("借", "借方", "d", "dr", "debit", "s", "soll"), "debit"),
    **dict.fromkeys(("贷", "貸", "贷方", "貸方", "c", "cr", "credit", "h", "haben"), "credit"),
    **dict.fromkeys(("平", "flat"), "flat"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What a cell says.

    Attributes:
        number: The amount with its sign; None for an empty cell or a dash.
        currency: The code, or a sign that several currencies share, such as ``"$"``; None where
            the cell says none.
        marked: Whether the number is negative by brackets, a minus behind it, or a word.
    """

    number: Decimal | None
    currency: str | None = None
    marked: bool = False


def decimal_mark(values: Iterable[object]) -> Mark | None:
    """Return which character is the decimal mark in a column's texts; None when nothing tells.

    Raises:
        ValueError: Some texts prove one mark and some the other.
    """
    texts = {value for value in values if isinstance(value, str)}
    others = set(filterfalse(_PLAIN.fullmatch, texts))
    # A plain one has two decimals at most: its point parts no thousands.
    proofs: set[Mark] = {"."} if any("." in text for text in texts - others) else set()
    for text in others:
        proofs |= _proves(_taken_apart(text).digits)
    if len(proofs) > 1:
        raise ValueError("both marks")
    return next(iter(proofs), None)


def doubtful(value: object) -> Mark | None:
    """Return the mark of an amount that may be thousands or decimals: ``1.234``; else None."""
    if not isinstance(value, str) or _PLAIN.fullmatch(value):
        return None
    found = _THREE.fullmatch(_taken_apart(value).digits)
    if not found:
        return None
    return "," if found[1] == "," else "."


def money_of(value: object, mark: Mark = ".") -> Money:
    """Return what a cell of money says, never through float arithmetic.

    Args:
        value: The cell.
        mark: The decimal mark for texts.

    Raises:
        ValueError: The cell holds something that is no amount.
    """
    if isinstance(value, bool | date | time | timedelta):
        raise ValueError("no amount")  # noqa: TRY004  one kind of failure for the caller
    if isinstance(value, int | float):
        return Money(number=_finite(text_of(value)))
    text = "" if value is None else str(value)
    if mark == "." and _PLAIN.fullmatch(text):
        return Money(number=Decimal(text))
    if SCIENTIFIC.fullmatch(text_of(text)):
        return Money(number=_finite(text_of(text).replace(",", ".")))
    if text_of(text).casefold() in _NO_AMOUNT:
        return Money(number=None)
    parts = _taken_apart(text)
    number = _number(parts.digits, mark)
    return Money(
        number=-number if parts.negative else number,
        currency=parts.currency,
        marked=parts.negative and parts.marked,
    )


def plain_numbers(values: Sequence[object], mark: Mark) -> list[Decimal] | None:
    """Return what `money_of` finds in each cell where all are plain numbers; else None.

    Plain are number cells, and texts of digits with at most a minus and two decimals. They name
    no currency and no side, and nobody can doubt them.
    """
    kinds = set(map(type, values))
    if kinds == {float}:
        numbers = cast("Sequence[float]", values)
        if all(map(isfinite, numbers)):
            return list(map(Decimal, map(number_text, numbers)))
    elif kinds == {str} and mark == ".":
        texts = cast("Sequence[str]", values)
        if all(map(_PLAIN.fullmatch, texts)):
            return list(map(Decimal, texts))
    return None


def side_of(value: object) -> Side | None:
    """Return the side of the books that a word means; None for one that nobody knows."""
    return _SIDES.get(text_of(value).casefold().rstrip("."))


def currency_in(text: str) -> str | None:
    """Return the currency named in a heading: ``"Amount (USD)"``; None without one."""
    normal = unicodedata.normalize("NFKC", text)
    for code in re.findall("(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])", normal):
        # "all" and "top" are words of headings, and currencies of Albania and Tonga.
        if code.upper() in _USUAL or (code in SPELLED and code not in {"ALL", "TOP"}):
            return str(code).upper()
    for name, code in NAMES.items():
        if name in normal:
            return code
    return next((code for sign, code in SIGNS if sign in normal and sign != "元"), None)


@dataclass(frozen=True, slots=True)
class _Parts:
    digits: str
    negative: bool
    marked: bool
    currency: str | None


def _taken_apart(text: str) -> _Parts:
    """Return an amount's parts.

    Its digits are empty where anything stands beside them that nobody knows.
    """
    nothing = _Parts("", negative=False, marked=False, currency=None)
    rest = unicodedata.normalize("NFKC", text_of(text)).replace("−", "-").strip()
    currency: str | None = None
    negative = marked = False
    side: Side | None = None
    for _ in range(8):  # a sign, brackets, a currency, a side: in any order, each once
        if _NUMBER.fullmatch(digits := re.sub(r"[\s'’]", "", rest)):
            negative = negative or side == "credit"
            return _Parts(digits, negative=negative, marked=marked, currency=currency)
        if bare := _unsigned(rest):
            if negative and bare[1]:
                return nothing
            rest, is_minus, is_marked = bare
            negative, marked = negative or is_minus, marked or is_marked
            continue
        found = _BEFORE.match(rest) or _AFTER.search(rest)
        if not found:
            return nothing
        rest = (rest[found.end() :] if found.start() == 0 else rest[: found.start()]).strip()
        for each in _words(found[0].strip()):
            if (code := _currency(each)) and (currency in {None, code} or each == "元"):
                currency = currency or code
            elif (known := side_of(each)) and side is None:
                side, marked = known, marked or known == "credit"
            else:
                return nothing
    return nothing


def _unsigned(text: str) -> tuple[str, bool, bool] | None:
    """Return a text without its sign, and whether it is a minus, and not a plain one; or None."""
    if text[:1] in {"+", "-"}:
        return text[1:].strip(), text[0] == "-", False
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True, True
    if text.endswith("-"):
        return text[:-1].strip(), True, True
    return None


def _words(text: str) -> list[str]:
    return [text] if _currency(text) or side_of(text) else text.split()


def _currency(word: str) -> str | None:
    bare = word.casefold().strip()
    return CODES.get(bare) or CODES.get(bare.rstrip(".")) or NAMES.get(word)


def _number(text: str, mark: Mark) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError("no amount")
    thousands = "," if mark == "." else "."
    whole, _, part = text.partition(mark)
    groups = whole.split(thousands)
    lengths_fit = all(len(group) in (2, 3) for group in groups[1:-1]) and len(groups[-1]) == 3
    if thousands in part or mark in part or (len(groups) > 1 and not lengths_fit):
        raise ValueError("no amount")
    number = _finite(f"{whole.replace(thousands, '')}.{part or '0'}")
    return number if part else number.to_integral_value()


def _finite(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not number.is_finite():
        raise ValueError("no amount")
    return number


def _proves(text: str) -> set[Mark]:
    comma, point = text.count(","), text.count(".")
    if comma and point:
        return {","} if text.rfind(",") > text.rfind(".") else {"."}
    if comma + point == 0 or _THREE.fullmatch(text):
        return set()
    if comma > 1 or point == 1:
        return {"."}
    return {","}
