"""The amount and the currency of a ledger's rows, from the columns of money. Pure.

There is one column of amounts, or one beside a column that says debit or credit, or a column of
debits and one of credits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
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
from reports.ledger.cells import text_of
from reports.ledger.currencies import SHARED, one_currency
from reports.ledger.headings import Columns
from reports.ledger.sides import Sides
from reports.ledger.source import Sheet

SUMS = frozenset({"amount", "direction", "debit", "credit"})
"""Fields whose columns make a row's amount."""

_NOTHING = Money(number=None)


class Amounts:
    """Reads the amounts of a sheet's rows; false for a ledger without a column of amounts.

    Attributes:
        thousands: An amount of which nothing but custom tells that its comma parts thousands; None
            for no such.
        mark_unclear: Whether nothing tells thousands from decimals in some amount.

    Raises:
        LedgerError: Some amounts write decimals with a comma and some with a point, or all in
            another way than was said; or debits and credits are of two currencies.
    """

    def __init__(self, sheet: Sheet, columns: Columns, where: str, mark: Mark | None) -> None:
        self.thousands: str | None = None
        index = columns.index
        names = [name for name in ("amount", "debit", "credit") if name in index]
        self._columns = [index[name] for name in names]
        self._direction = index.get("direction")
        self._has_currency = "currency" in index
        self._unclear: frozenset[str] = frozenset()
        below = sheet.rows[columns.row :]
        cells = [column_of(below, at) for at in self._columns]
        every = [cell for column in cells for cell in column]
        self._mark = self._told_mark(mark, every, where) if mark else self._found_mark(every, where)
        if "credit" in index:  # which is what it says of each of its cells
            self._sides = Sides(cells[-1], ["credit"] * len(below), self._mark)
        else:
            self._sides = Sides(every, column_of(below, self._direction), self._mark)
        told = {code for name in names if (code := currency_in(columns.texts[name]))}
        if len(told) > 1:
            raise LedgerError(
                f"{where}: debits and credits are of two currencies, {' and '.join(sorted(told))}; "
                f"write them into rows of their own, with a column of currencies"
            )
        self._heading_currency = next(iter(told), None)
        self._formatted = {at: sheet.formatted(at) for at in self._columns}

        self.mark_unclear = bool(self._unclear or self.thousands)

    def __bool__(self) -> bool:
        return bool(self._columns)

    def of(
        self, number: int, row: Sequence[object], spoilt: Mapping[int, str]
    ) -> tuple[Money, str | None, int]:
        """Return what the cells of a row say with its sign, what is wrong, and in which column.

        Args:
            number: Of the row, from 1.
            row: Its cells.
            spoilt: Column, from 0 -> what is wrong with its cell, where the reader cannot tell.
        """
        found = []
        for at in self._columns:
            what = spoilt.get(at)
            if what is None:
                money, what = self._cell(number, row[at] if at < len(row) else None, at)
                found.append(money)
            if what:
                return _NOTHING, what, at
        at = self._columns[0]
        if len(found) > 1:
            return *self._difference(*found), at
        return *self._with_side(found[0], row), at

    def of_rows(
        self, first: int, rows: Sequence[Sequence[object]], currencies: Sequence[str | None]
    ) -> tuple[list[Any], list[str | None], set[int]]:
        """Return the amounts and currencies of rows, and which rows, from 0, `of` has to see.

        Args:
            first: Number of the first row, from 1.
            rows: Their cells.
            currencies: What their column of currencies says.
        """
        at = self._columns[0]
        if len(self._columns) == 1 and self._direction is None:
            cells, formatted = column_of(rows, at), self._formatted[at]
            if numbers := plain_numbers(cells, self._mark):
                if not formatted:
                    return numbers, [each or self._heading_currency for each in currencies], set()
                told = self._heading_currency or any(currencies)
                if not told and set(map(type, cells)) == {float}:
                    shown = map(formatted.get, range(first, first + len(rows)))
                    return numbers, list(shown), set()
        amounts, codes, odd = [], [], set()
        for at, (row, said) in enumerate(zip(rows, currencies, strict=True)):
            money, what, _ = self.of(first + at, row, {})
            currency = said
            if what or money.marked:
                odd.add(at)
            elif money.number is not None:
                try:
                    currency = self.currency(money, said)
                except ValueError:
                    odd.add(at)
            amounts.append(money.number)
            codes.append(currency)
        return amounts, codes, odd

    def currency(self, money: Money, column: str | None) -> str | None:
        """Return the currency of a row, of what its amount and its column of currencies say.

        Raises:
            ValueError: The two say different currencies.
        """
        if column or not money.currency:
            return one_currency(money.currency, column) or self._heading_currency
        if self._heading_currency in SHARED.get(money.currency, ()):
            return self._heading_currency
        return money.currency

    def _cell(self, number: int, cell: object, at: int) -> tuple[Money, str | None]:
        """Return what a cell says, and what is wrong with it."""
        if self._unclear and doubtful(cell) in self._unclear:
            return _NOTHING, "thousands or decimals, which nothing in its column tells"
        try:
            money = money_of(cell, self._mark)
        except ValueError:
            return _NOTHING, "no amount"
        shown = self._formatted[at].get(number)
        if shown and isinstance(cell, int | float):  # a format of numbers shows no text
            money = replace(money, currency=shown)
            if not self._has_currency:
                try:
                    one_currency(shown, self._heading_currency)
                except ValueError as error:
                    return _NOTHING, str(error)
        return money, None

    def _with_side(self, money: Money, row: Sequence[object]) -> tuple[Money, str | None]:
        """Return an amount with the sign that its direction gives it."""
        at = self._direction
        if at is None or not money.number:
            return money, None
        side = self._sides.of(row[at] if at < len(row) else None)
        if side is None:
            return _NOTHING, "an amount of a direction that nobody knows"
        if side == "credit" and not self._sides.signed:
            if money.number < 0:
                return _NOTHING, "negative and a credit, and other credits are positive"
            money = replace(money, number=-money.number, marked=True)
        return money, None

    def _difference(self, debit: Money, credit: Money) -> tuple[Money, str | None]:
        """Return debit less credit."""
        if debit.number is None and credit.number is None:
            return _NOTHING, None
        try:
            currency = one_currency(debit.currency, credit.currency)
        except ValueError as error:
            return _NOTHING, str(error)
        less = credit.number or Decimal(0)
        number = (debit.number or Decimal(0)) + (less if self._sides.signed else -less)
        return Money(number=number, currency=currency, marked=debit.marked or credit.marked), None

    def _told_mark(self, mark: Mark, amounts: Sequence[object], where: str) -> Mark:
        try:
            proven = decimal_mark(amounts)
        except ValueError:  # both: a person has said which
            return mark
        if proven in {None, mark}:
            return mark
        raise LedgerError(
            f"{where}: the amounts of column {column_letters(self._columns[0] + 1)} cannot be read "
            f"with --map decimal={mark}; they are with --map decimal={proven}, or without it"
        )

    def _found_mark(self, amounts: Sequence[object], where: str) -> Mark:
        cells = [cell for cell in amounts if isinstance(cell, str)]
        try:
            if proven := decimal_mark(cells):
                return proven
        except ValueError:
            raise LedgerError(
                f"{where}: in column {column_letters(self._columns[0] + 1)} some amounts "
                f"write decimals with a comma and some with a point; write them all one way"
            ) from None
        doubts = {mark: cell for cell in cells if (mark := doubtful(cell))}
        # Nobody can tell 1.234 from 1234, and who guesses is wrong a thousandfold.
        if "." in doubts:
            self._unclear = frozenset(doubts)
        elif doubts:
            self.thousands = text_of(doubts[","])
        return "."


def column_of(rows: Sequence[Sequence[object]], at: int | None) -> list[object]:
    """Return the cells of a column, from 0; None for rows that end before it."""
    if at is None:
        return []
    try:
        return [row[at] for row in rows]
    except IndexError:  # rows of CSV may end early
        return [row[at] if at < len(row) else None for row in rows]
