"""The cells of a ledger's rows -> values of its lines: row by row, or many at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from partnerbook.text import column_letters
from reports.ledger.amounts import Mark
from reports.ledger.cells import association_of, id_of, ids_of, text_of, texts_of
from reports.ledger.headings import Columns
from reports.ledger.money import SUMS, Amounts, column_of
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
        mark_unclear: Whether nothing tells thousands from decimals in some amount.

    Raises:
        LedgerError: As `Amounts`.
    """

    def __init__(self, sheet: Sheet, columns: Columns, where: str, mark: Mark | None) -> None:
        self._index = columns.index
        # A column of the vendor's IDs may have the name of another ID: the vendor's it is.
        names = {at: name for name, at in columns.index.items() if name not in SUMS}
        self._fields = {name: at for at, name in names.items()}
        self._amounts = Amounts(sheet, columns, where, mark)
        self.thousands = self._amounts.thousands
        self.mark_unclear = self._amounts.mark_unclear

    def row(self, number: int, row: Sequence[object], spoilt: Mapping[int, str]) -> RowValues:
        """Return what a row says.

        Args:
            number: Of the row, from 1.
            row: Its cells.
            spoilt: Column, from 0 -> what is wrong with its cell, where the reader cannot tell.
        """
        found = RowValues()
        values = found.values

        def damaged(name: str, what: str, at: int) -> None:
            text = text_of(row[at] if at < len(row) else None)
            found.damages.append(
                Damage(row=number, column=column_letters(at + 1), field=name, text=text, what=what)
            )

        for name, at in self._fields.items():
            what = spoilt.get(at)
            if what is None:
                values[name], what = _value(name, row[at] if at < len(row) else None)
            if what:
                damaged(name, what, at)
        if self._amounts:
            money, what, at = self._amounts.of(number, row, spoilt)
            values["amount"] = money.number
            if money.number is not None:
                try:
                    values["currency"] = self._amounts.currency(money, values.get("currency"))
                except ValueError as error:
                    values["amount"], what = None, str(error)
            if what:
                damaged("amount", what, at)
            found.credit = money.marked and bool(money.number)
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
            cells = column_of(rows, at)
            if name in _IDS:
                values[name], damaged = ids_of(cells)
                odd |= damaged
            elif name in {"association", "currency"}:  # few are distinct
                texts = texts_of(cells)
                codes = {text: _value(name, text)[0] for text in set(texts)}
                values[name] = [codes[text] for text in texts]
            else:
                values[name] = [text or None for text in texts_of(cells)]
        if self._amounts:
            currencies = values.get("currency") or [None] * len(rows)
            values["amount"], values["currency"], damaged = self._amounts.of_rows(
                first, rows, currencies
            )
            odd |= damaged
        return values, odd


def _value(field: str, cell: object) -> tuple[Any, str | None]:
    if field in _IDS:
        return id_of(cell)
    if field == "association":
        return association_of(cell), None
    text = text_of(cell) or None
    if field == "currency" and text and len(text) == 3 and text.isascii():
        return text.upper(), None  # "usd" and "USD" are one currency
    return text, None
