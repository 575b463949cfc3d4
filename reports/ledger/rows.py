"""Rows below the headings -> lines and ignored rows. Each row is one or the other. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import eq
from typing import Any

from partnerbook.errors import LedgerError
from partnerbook.model import LedgerLine
from reports.ledger.cells import (
    Mark,
    amount_of,
    association_of,
    currency_in,
    decimal_mark,
    id_of,
    text_of,
)
from reports.ledger.headings import Columns, letter
from reports.ledger.source import Sheet
from reports.ledger.vocabulary import KEYS

_TOTAL = re.compile(
    r"(?:(?:grand|sub)[\s-]*)?totals?(?:\s+(?:amount|sum|for\b.*))?|sum|"
    r"(?:本页|本月|本年)?(?:合计|总计|小计|总额|共计|累计)(?:金额)?"
)
_MAYBE_TOTAL = re.compile(r"tot|sum|[计额]", re.IGNORECASE)
_IDS = ("xaccount_id", "customer_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredRow:
    """One row below the headings that is no ledger line.

    Attributes:
        row: Row in the sheet, from 1.
        reason: Why, in a few words: ``"blank"``, ``"totals row"``, ...
        amount: The amount that goes with it and belongs to no line; None when there is none, and
            for totals rows, whose amounts repeat those of the lines.
        currency: Its currency.
    """

    row: int
    reason: str
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One cell of a used line whose content a spreadsheet has spoilt; it was not used.

    Attributes:
        row: Row in the sheet, from 1.
        column: The column's letters.
        field: The field of `LedgerLine` that it should hold.
        text: What stands there now.
        what: What is wrong with it.
    """

    row: int
    column: str
    field: str
    text: str
    what: str


def where(name: str, sheet: Sheet) -> str:
    """Return file and sheet, for a sentence."""
    return f"{name}, sheet {sheet.name!r}" if sheet.name else name


def _is_total(text: str) -> bool:
    if not text or len(text) > 40 or not _MAYBE_TOTAL.search(text):
        return False
    bare = re.sub(r"[(（].*?[)）]|[\s:：*]+$", "", text).casefold()
    return _TOTAL.fullmatch(re.sub(r"(?<=[^\x00-\x7f])\s+", "", bare.strip())) is not None


class SortedRows:
    """The rows below the headings, sorted into lines and ignored rows.

    Attributes:
        lines: Rows that are ledger lines.
        ignored: All others, each with its reason.
        damaged: Cells of lines that could not be used.
    """

    def __init__(self, sheet: Sheet, columns: Columns, file: str) -> None:
        self.lines: list[LedgerLine] = []
        self.ignored: list[IgnoredRow] = []
        self.damaged: list[Damage] = []
        self._sheet, self._columns, self._file = sheet, columns, file
        headings = sheet.rows[columns.row - 1] if columns.row else ()
        self._titles = [text_of(cell) for cell in headings]
        facts = sheet.facts
        self._may_be_spoilt = facts is not None and bool(facts.errors or facts.uncalculated)
        self._mark = self._decimal_mark()
        self._heading_currency = currency_in(columns.texts.get("amount", ""))
        for number, row in enumerate(sheet.rows[columns.row :], start=columns.row + 1):
            self._sort(number, row)

    def _sort(self, number: int, row: Sequence[object]) -> None:
        # Texts are asked for one by one, and mostly the first tells: of 100,000 rows that saves
        # half of a second of one and a half.
        spoilt = self._spoilt(number) if self._may_be_spoilt else {}
        if not spoilt and not any(map(text_of, row)):
            self.ignored.append(IgnoredRow(row=number, reason="blank"))
            return
        if self._are_headings(row):
            self.ignored.append(IgnoredRow(row=number, reason="headings repeated"))
            return
        values, damages = self._values(number, row, spoilt)
        keys = [values[key] for key in KEYS if values.get(key)]
        lost = any(damage.field in KEYS for damage in damages)
        # A customer may be called "Total"; then it has an ID, or an account of another name.
        if not lost and all(map(_is_total, keys)) and any(map(_is_total, map(text_of, row))):
            self.ignored.append(IgnoredRow(row=number, reason="totals row"))
            return
        if not keys and not lost:
            amount, currency = values.get("amount"), values.get("currency")
            reason = "no customer: neither an ID nor a name"
            self.ignored.append(
                IgnoredRow(row=number, reason=reason, amount=amount, currency=currency)
            )
            return
        self.damaged.extend(damages)
        self.lines.append(LedgerLine(file=self._file, sheet=self._sheet.name, row=number, **values))

    def _are_headings(self, row: Sequence[object]) -> bool:
        titles = self._titles
        return 0 < len(titles) <= len(row) and all(map(eq, map(text_of, row), titles))

    def _spoilt(self, number: int) -> dict[int, str]:
        """Return column -> what is wrong, for cells that the reader shows as empty."""
        facts = self._sheet.facts
        if facts is None:
            return {}
        out = {}
        for at in self._columns.index.values():
            if (number, at + 1) in facts.errors:
                out[at] = "an error value"
            elif (number, at + 1) in facts.uncalculated:
                out[at] = "a formula that was never calculated"
        return out

    def _values(
        self, number: int, row: Sequence[object], spoilt: Mapping[int, str]
    ) -> tuple[dict[str, Any], list[Damage]]:
        values: dict[str, Any] = {}
        damages = []
        for field, at in self._columns.index.items():
            cell = row[at] if at < len(row) else None
            what = spoilt.get(at)
            if what is None:
                values[field], what = self._value(field, cell)
            if what:
                damages.append(
                    Damage(
                        row=number, column=letter(at), field=field, text=text_of(cell), what=what
                    )
                )
        if values.get("amount") is not None and not values.get("currency"):
            at = self._columns.index["amount"]
            values["currency"] = currency_in(text_of(row[at])) or self._heading_currency
        return values, damages

    def _value(self, field: str, cell: object) -> tuple[Any, str | None]:
        if field in _IDS:
            return id_of(cell)
        if field == "amount":
            try:
                return amount_of(cell, self._mark), None
            except ValueError:
                return None, "no amount"
        if field == "association":
            return association_of(cell), None
        text = text_of(cell) or None
        if field == "currency" and text and len(text) == 3 and text.isascii():
            return text.upper(), None  # "usd" and "USD" are one currency
        return text, None

    def _decimal_mark(self) -> Mark:
        at = self._columns.index.get("amount")
        fallback: Mark = "," if self._sheet.decimal_comma else "."
        if at is None:
            return fallback
        below = self._sheet.rows[self._columns.row :]
        try:
            return decimal_mark(row[at] for row in below if at < len(row)) or fallback
        except ValueError:
            raise LedgerError(
                f"{where(self._file, self._sheet)}: in column {letter(at)} some amounts write "
                f"decimals with a comma and some with a point; write them all one way"
            ) from None
