"""The cells of a ledger's rows -> values of its lines: row by row, or many at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from partnerbook.errors import LedgerError
from partnerbook.text import column_letters
from reports.ledger.amounts import (
    Mark,
    Money,
    currency_in,
    decimal_mark,
    doubtful,
    money_of,
    plain_numbers,
)
from reports.ledger.cells import association_of, id_of, ids_of, text_of, texts_of
from reports.ledger.currencies import SHARED, one_currency
from reports.ledger.headings import Columns
from reports.ledger.sides import Sides
from reports.ledger.source import Sheet

_IDS = ("xaccount_id", "customer_id")


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


@dataclass(slots=True)
class RowValues:
    """What the cells of one row say.

    Attributes:
        values: Field of `LedgerLine` -> value.
        damages: Cells that could not be used.
        credit: Whether its amount was taken as negative for a word, brackets or a minus behind it.
    """

    values: dict[str, Any] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)
    credit: bool = False


class Reader:
    """Reads the values of a sheet's rows.

    Attributes:
        thousands: An amount of which nothing but custom tells that its comma parts thousands; None
            for no such.

    Raises:
        LedgerError: Some amounts write decimals with a comma and some with a point.
    """

    def __init__(self, sheet: Sheet, columns: Columns, where: str, mark: Mark | None) -> None:
        self.thousands: str | None = None
        self._index = columns.index
        # A column of the vendor's IDs may have the name of another ID: the vendor's it is.
        names = {at: name for name, at in columns.index.items() if name != "direction"}
        self._fields = {name: at for at, name in names.items()}
        self._unclear: frozenset[str] = frozenset()
        below = sheet.rows[columns.row :]
        amounts = _column(below, columns.index.get("amount"))
        self._mark = mark or self._decimal_mark(amounts, where)
        directions = _column(below, columns.index.get("direction"))
        self._sides = Sides(amounts, directions, self._mark)
        self._heading_currency = currency_in(columns.texts.get("amount", ""))
        self._formatted = sheet.formatted(columns.index["amount"]) if amounts else {}

    def row(self, number: int, row: Sequence[object], spoilt: Mapping[int, str]) -> RowValues:
        """Return what a row says.

        Args:
            number: Of the row, from 1.
            row: Its cells.
            spoilt: Column, from 0 -> what is wrong with its cell, where the reader cannot tell.
        """
        found = RowValues()
        values, money = found.values, Money(number=None)

        def damaged(name: str, what: str) -> None:
            at = self._index[name]
            text = text_of(row[at] if at < len(row) else None)
            found.damages.append(
                Damage(row=number, column=column_letters(at + 1), field=name, text=text, what=what)
            )

        for name, at in self._fields.items():
            cell = row[at] if at < len(row) else None
            what = spoilt.get(at)
            if what is None and name == "amount":
                money, what = self._money(number, row, cell)
                values[name] = money.number
            elif what is None:
                values[name], what = _value(name, cell)
            if what:
                damaged(name, what)
        found.credit = money.marked and bool(money.number)
        if values.get("amount") is not None:
            try:
                values["currency"] = self._currency(money, values.get("currency"))
            except ValueError as error:
                values["amount"] = None
                damaged("amount", str(error))
        return found

    def rows(
        self, first: int, rows: Sequence[Sequence[object]]
    ) -> tuple[dict[str, list[Any]], set[int]]:
        """Return what rows say, as `row` does, column by column.

        To ask for the cells of 100,000 rows one by one takes six times as long.

        Args:
            first: Number of the first row, from 1.
            rows: Their cells.

        Returns:
            Field of `LedgerLine` -> a value for each row, and which rows, from 0, hold a damaged
            cell or a credit: for those it is `row` that tells.
        """
        values: dict[str, list[Any]] = {}
        odd: set[int] = set()
        for name, at in self._fields.items():
            cells = _column(rows, at)
            if name in _IDS:
                values[name], damaged = ids_of(cells)
                odd |= damaged
            elif name in {"association", "currency"}:  # few are distinct
                texts = texts_of(cells)
                codes = {text: _value(name, text)[0] for text in set(texts)}
                values[name] = [codes[text] for text in texts]
            elif name != "amount":
                values[name] = [text or None for text in texts_of(cells)]
        if "amount" in self._fields:
            currencies = values.get("currency") or [None] * len(rows)
            values["amount"], values["currency"] = self._moneys(first, rows, currencies, odd)
        return values, odd

    def _moneys(
        self,
        first: int,
        rows: Sequence[Sequence[object]],
        currencies: Sequence[str | None],
        odd: set[int],
    ) -> tuple[list[Any], list[str | None]]:
        """Return the amounts and currencies of rows; add to the odd rows those that are."""
        cells = _column(rows, self._index["amount"])
        if "direction" not in self._index and (numbers := plain_numbers(cells, self._mark)):
            if not self._formatted:
                return numbers, [each or self._heading_currency for each in currencies]
            if not (self._heading_currency or any(currencies)) and set(map(type, cells)) == {float}:
                return numbers, list(map(self._formatted.get, range(first, first + len(rows))))
        amounts, codes = [], []
        for at, (row, cell, said) in enumerate(zip(rows, cells, currencies, strict=True)):
            money, what = self._money(first + at, row, cell)
            currency = said
            if what or money.marked:
                odd.add(at)
            elif money.number is not None:
                try:
                    currency = self._currency(money, said)
                except ValueError:
                    odd.add(at)
            amounts.append(money.number)
            codes.append(currency)
        return amounts, codes

    def _money(self, number: int, row: Sequence[object], cell: object) -> tuple[Money, str | None]:
        """Return what the amount's cell says with its sign, and what is wrong with it."""
        nothing = Money(number=None)
        if self._unclear and doubtful(cell) in self._unclear:
            return nothing, "thousands or decimals, which nothing in its column tells"
        try:
            money = money_of(cell, self._mark)
        except ValueError:
            return nothing, "no amount"
        shown = self._formatted.get(number)
        if shown and isinstance(cell, int | float):  # a format of numbers shows no text
            money = replace(money, currency=shown)
            if "currency" not in self._index:
                try:
                    one_currency(shown, self._heading_currency)
                except ValueError as error:
                    return nothing, str(error)
        at = self._index.get("direction")
        if at is not None and money.number:
            side = self._sides.of(row[at] if at < len(row) else None)
            if side is None:
                return nothing, "an amount of a direction that nobody knows"
            if side == "credit" and not self._sides.signed:
                if money.number < 0:
                    return nothing, "negative and a credit, and other credits are positive"
                money = replace(money, number=-money.number, marked=True)
        return money, None

    def _currency(self, money: Money, column: str | None) -> str | None:
        if column or not money.currency:
            return one_currency(money.currency, column) or self._heading_currency
        if self._heading_currency in SHARED.get(money.currency, ()):
            return self._heading_currency
        return money.currency

    def _decimal_mark(self, amounts: Sequence[object], where: str) -> Mark:
        cells = [cell for cell in amounts if isinstance(cell, str)]
        try:
            if proven := decimal_mark(cells):
                return proven
        except ValueError:
            raise LedgerError(
                f"{where}: in column {column_letters(self._index['amount'] + 1)} some amounts "
                f"write decimals with a comma and some with a point; write them all one way"
            ) from None
        doubts = {mark: cell for cell in cells if (mark := doubtful(cell))}
        # Nobody can tell 1.234 from 1234, and who guesses is wrong a thousandfold.
        if "." in doubts:
            self._unclear = frozenset(doubts)
        elif doubts:
            self.thousands = text_of(doubts[","])
        return "."


def _value(field: str, cell: object) -> tuple[Any, str | None]:
    if field in _IDS:
        return id_of(cell)
    if field == "association":
        return association_of(cell), None
    text = text_of(cell) or None
    if field == "currency" and text and len(text) == 3 and text.isascii():
        return text.upper(), None  # "usd" and "USD" are one currency
    return text, None


def _column(rows: Sequence[Sequence[object]], at: int | None) -> list[object]:
    if at is None:
        return []
    try:
        return [row[at] for row in rows]
    except IndexError:  # rows of CSV may end early
        return [row[at] if at < len(row) else None for row in rows]
