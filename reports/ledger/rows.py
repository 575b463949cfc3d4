"""Rows below the headings -> lines and ignored rows. Each row is one or the other. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import eq
from typing import Any

from partnerbook.errors import LedgerError
from partnerbook.model import LedgerLine
from reports.ledger.amounts import (
    Mark,
    Money,
    currency_in,
    decimal_mark,
    doubtful,
    money_of,
)
from reports.ledger.cells import association_of, id_of, text_of
from reports.ledger.currencies import SHARED, one_currency
from reports.ledger.headings import Columns, letter
from reports.ledger.merged import merged_above
from reports.ledger.sides import Sides
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
        credits: Rows whose amount was taken as negative for a word, brackets or a minus behind it.
        spread: Rows whose customer stands in a cell merged over several rows.
        thousands: An amount of which nothing but custom tells that its comma parts thousands; None
            for no such.
    """

    def __init__(self, sheet: Sheet, columns: Columns, file: str, mark: Mark | None = None) -> None:
        self.lines: list[LedgerLine] = []
        self.ignored: list[IgnoredRow] = []
        self.damaged: list[Damage] = []
        self.credits: list[int] = []
        self.spread: list[int] = []
        self.thousands: str | None = None
        self._sheet, self._columns, self._file = sheet, columns, file
        self._fields = {at: field for field, at in columns.index.items() if field != "direction"}
        headings = sheet.rows[columns.row - 1] if columns.row else ()
        self._titles = [text_of(cell) for cell in headings]
        facts = sheet.facts
        self._may_be_spoilt = facts is not None and bool(facts.errors or facts.uncalculated)
        self._unclear: frozenset[str] = frozenset()
        self._mark = mark or self._decimal_mark()
        self._sides = Sides(
            self._below(columns.index.get("amount")),
            self._below(columns.index.get("direction")),
            self._mark,
        )
        self._above = merged_above(sheet, columns)
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
        if above := self._above.get(number):
            row = [*row, *[""] * (max(above) + 1 - len(row))]
            for at, value in above.items():
                row[at] = value
            if not any(self._columns.index.get(key) in above for key in KEYS):
                above = None
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
        if above:
            self.spread.append(number)
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
        money = Money(number=None)
        for at, field in self._fields.items():
            cell = row[at] if at < len(row) else None
            what = spoilt.get(at)
            if what is None and field == "amount":
                money, what = self._money(number, row, cell)
                values[field] = money.number
            elif what is None:
                values[field], what = self._value(field, cell)
            if what:
                damages.append(
                    Damage(
                        row=number, column=letter(at), field=field, text=text_of(cell), what=what
                    )
                )
        if values.get("amount") is not None:
            try:
                values["currency"] = self._currency(money, values.get("currency"))
            except ValueError as error:
                at = self._columns.index["amount"]
                values["amount"] = None
                damages.append(
                    Damage(
                        row=number,
                        column=letter(at),
                        field="amount",
                        text=text_of(row[at]),
                        what=str(error),
                    )
                )
        return values, damages

    def _value(self, field: str, cell: object) -> tuple[Any, str | None]:
        if field in _IDS:
            return id_of(cell)
        if field == "association":
            return association_of(cell), None
        text = text_of(cell) or None
        if field == "currency" and text and len(text) == 3 and text.isascii():
            return text.upper(), None  # "usd" and "USD" are one currency
        return text, None

    def _money(self, number: int, row: Sequence[object], cell: object) -> tuple[Money, str | None]:
        """Return what the amount's cell says with its sign, and what is wrong with it."""
        nothing = Money(number=None)
        if self._unclear and doubtful(cell) in self._unclear:
            return nothing, "thousands or decimals, which nothing in its column tells"
        try:
            money = money_of(cell, self._mark)
        except ValueError:
            return nothing, "no amount"
        at = self._columns.index.get("direction")
        if at is not None and money.number:
            side = self._sides.of(row[at] if at < len(row) else None)
            if side is None:
                return nothing, "an amount of a direction that nobody knows"
            if side == "credit" and not self._sides.signed:
                if money.number < 0:
                    return nothing, "negative and a credit, and other credits are positive"
                money = replace(money, number=-money.number, marked=True)
        if money.marked and money.number:
            self.credits.append(number)
        return money, None

    def _currency(self, money: Money, column: str | None) -> str | None:
        if column or not money.currency:
            return one_currency(money.currency, column) or self._heading_currency
        if self._heading_currency in SHARED.get(money.currency, ()):
            return self._heading_currency
        return money.currency

    def _below(self, at: int | None) -> list[object]:
        if at is None:
            return []
        rows = self._sheet.rows[self._columns.row :]
        return [row[at] if at < len(row) else None for row in rows]

    def _decimal_mark(self) -> Mark:
        at = self._columns.index.get("amount")
        cells = [cell for cell in self._below(at) if isinstance(cell, str)]
        try:
            if proven := decimal_mark(cells):
                return proven
        except ValueError:
            raise LedgerError(
                f"{where(self._file, self._sheet)}: in column {letter(at or 0)} some amounts "
                f"write decimals with a comma and some with a point; write them all one way"
            ) from None
        doubts = {mark: cell for cell in cells if (mark := doubtful(cell))}
        if (
            "." in doubts
        ):  # nobody can tell 1.234 from 1234, and who guesses is wrong a thousandfold
            self._unclear = frozenset(doubts)
        elif doubts:
            self.thousands = text_of(doubts[","])
        return "."
