"""A column that says debit or credit, beside one of amounts. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from reports.ledger.amounts import Mark, money_of, side_of
from reports.ledger.cells import text_of


class Sides:
    """What a column of directions means for the amounts beside it.

    Where debits are said too, an empty cell says nothing; else it is a debit.

    Attributes:
        signed: Whether all credits are negative as they stand: they need no further sign.
    """

    def __init__(self, amounts: Sequence[object], cells: Sequence[object], mark: Mark) -> None:
        self._says_debit = any(side_of(cell) == "debit" for cell in cells)
        credit = []
        for amount, cell in zip(amounts, cells, strict=False):
            if self.of(cell) == "credit":
                try:
                    credit.append(money_of(amount, mark).number or 0)
                except ValueError:
                    continue
        self.signed = any(credit) and all(each <= 0 for each in credit)

    def of(self, cell: object) -> str | None:
        """Return the side; None for what nobody knows."""
        if not text_of(cell):
            return None if self._says_debit else "debit"
        side = side_of(cell)
        return None if side == "flat" else side
