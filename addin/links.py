"""Links that hang on cells of the list (Ctrl+K): notes too, who leaves does not take them along.

Thin, against xlwings' objects only; the same in Excel and over files. On macOS they are not
read: xlwings tells of single cells only, and each would be a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import xlwings

from addin.columns import Column
from addin.rows import LINK, OldRow

_CELLS_LIMIT = 10_000  # of one link, as in files


def with_links(
    rows: dict[int, OldRow], sheet: xlwings.Sheet, columns: Sequence[Column], body: range
) -> dict[int, OldRow]:
    """Return the rows with their links as notes; our own, to the history, are none."""
    named = {each.number: each for each in columns}
    block = sheet.range((body.start, min(named)), (body.stop - 1, max(named)))
    found = dict(rows)
    for link in getattr(block.api, "Hyperlinks", None) or ():
        address = (link.Address or "") + (f"#{link.SubAddress}" if link.SubAddress else "")
        value = f"{address}\n{link.ScreenTip}" if link.ScreenTip else address
        for row_number, number in _cells(link.Range):
            index, column = row_number - body.start, named.get(number)
            if column is None or index not in found or is_ours(address, column):
                continue
            row = found[index]
            found[index] = replace(row, own={**row.own, f"{LINK}{column.name}": value})
    return found


def _cells(area: Any) -> Iterator[tuple[int, int]]:
    """Yield row and column of each cell that a link is on; of a whole column's, none."""
    top, left = area.Row, area.Column
    count = getattr(area, "CountLarge", 1)  # over files, a link has one cell
    if count == 1:
        yield top, left
    elif count <= _CELLS_LIMIT:
        columns = area.Columns.Count
        yield from product(range(top, top + count // columns), range(left, left + columns))


def is_ours(address: str, column: Column) -> bool:
    """Return whether a link is one that leads from a customer to its history."""
    return column.ours == "customer_id" and address.startswith("#")


def link_of(cell: xlwings.Range) -> str | None:
    """Return a cell's link; None where there is none. In Excel one into the book is ``""``."""
    try:
        return str(cell.hyperlink or "")
    except Exception:  # noqa: BLE001  what xlwings raises for a cell without one
        return None


def put_link(cell: xlwings.Range, value: str, shown: str) -> None:
    """Let a cell lead somewhere, as the note `value` says.

    Args:
        cell: The cell.
        value: Where to, and on a second line what is shown when somebody points at it.
        shown: What the cell will show. Excel reads it as if it were typed.
    """
    address, _, tip = value.partition("\n")
    cell.add_hyperlink(address, text_to_display=shown, screen_tip=tip)


def unlink(cell: xlwings.Range) -> None:
    """Take a cell's link off. xlwings has no word for it; Excel's own keeps the cell's format."""
    clear = getattr(cell.api, "ClearHyperlinks", None)
    if clear is not None:
        clear()
