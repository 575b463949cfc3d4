"""What stands in the way of writing the list: found before the first cell is touched.

Thin, against xlwings' objects only; the same in Excel and over files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import xlwings

from addin import sheet as layout
from addin.sheet import CustomerSheet
from partnerbook.errors import WorkbookError
from partnerbook.text import column_letters


def refuse_what_is_in_the_way(here: CustomerSheet, count: int) -> None:
    """Refuse to write where it would do harm.

    Args:
        here: The list.
        count: How many rows it will have.

    Raises:
        WorkbookError: The sheet is protected, cells of the list are merged or share a formula
            that spreads over them, or something stands in the rows that the list needs; the
            sentence says which.
    """
    if getattr(here.sheet.api, "ProtectContents", False) is True:
        raise WorkbookError(
            f"the sheet {here.sheet.name} is protected; unprotect it in Excel (Review > Unprotect "
            "Sheet) and try again"
        )
    last = max(count, here.count) - 1
    for run in here.runs():
        if here.block(0, last, run[0].number, run[-1].number).merge_cells is not False:
            raise WorkbookError(
                f"the sheet {here.sheet.name} has merged cells where the list must be written "
                f"(rows {here.top} to {here.top + last}); unmerge them and try again"
            )
        _refuse_spread(here, here.block(0, here.count - 1, run[0].number, run[-1].number))
    if count <= here.count:
        return
    below = here.count + here.totals
    for run in here.runs():
        block = here.block(below, count - 1 + here.totals, run[0].number, run[-1].number)
        cell = filled_cell(block)
        if cell is not None:
            raise WorkbookError(
                f"the list needs rows down to {here.top + count - 1 + here.totals}, but row "
                f"{cell.row} below it is not empty: something stands in "
                f"{column_letters(cell.column)}{cell.row}; move it (or into the table) and try "
                "again"
            )


def filled_cell(block: xlwings.Range) -> xlwings.Range | None:
    """Return a block's first cell that is not empty, row by row; None for none.

    A formula that shows nothing, or was not calculated yet, has no value and is something.
    """
    written = block.formula
    lines: Sequence[Any] = [[written]] if isinstance(written, str) else written
    for index, (line, values) in enumerate(zip(lines, layout.grid(block), strict=True)):
        for place, (each, value) in enumerate(zip(line, values, strict=True)):
            if each or value is not None:
                return block[index, place]
    return None


def _refuse_spread(here: CustomerSheet, block: xlwings.Range) -> None:
    """Refuse one formula over several cells: no row of it can go its own way."""
    if getattr(block.api, "HasArray", False) is False and (
        getattr(block.api, "HasSpill", False) is False
    ):
        return
    for index in range(block.shape[0]):
        for place in range(block.shape[1]):
            if is_spread(block[index, place]):
                at = f"{column_letters(block.column + place)}{block.row + index}"
                raise WorkbookError(
                    f"the sheet {here.sheet.name} has one formula over several cells at {at} (an "
                    "array, or one that spills), which cannot follow the rows of the list; write "
                    "a formula into each row instead, or move it above the list or to another sheet"
                )


def is_spread(cell: xlwings.Range) -> bool:
    """Return whether a cell's formula reaches over several cells."""
    if getattr(cell.api, "HasSpill", False) is True:
        return True
    if getattr(cell.api, "HasArray", False) is not True:
        return False
    array = getattr(cell.api, "CurrentArray", None)
    return array is None or array.Count > 1
