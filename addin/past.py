"""The sheet *Customer history*, and the links from customers to it.

Thin, against xlwings' objects only; the same in Excel and over files. A workbook without the
table has no history, and that is no fault: older ones have none, and a user may delete it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import xlwings

from addin import cells
from addin.cells import MOMENT_FORMAT, TEXT_FORMAT
from addin.history import History, first_lines
from addin.links import link_of, unlink
from addin.obstacles import filled_cell
from addin.rows import Line
from addin.sheet import CustomerSheet, grid
from partnerbook.errors import WorkbookError
from partnerbook.wording import Language

TABLE = "CustomerHistory"
SAID = "pb_history"
_WIDTH = 4  # columns: customer ID, name, moment, what changed
_LINKS_LIMIT = 2_000  # in Excel each is a call
_TIP: dict[Language, str] = {"en": "Go to what changed", "zh": "查看变更"}


def read_history(book: xlwings.Book) -> tuple[xlwings.Table | None, History]:
    """Return the table, None where there is none, and what it says."""
    table = _table(book)
    if table is None:
        return None, History((), "")
    body = table.data_body_range
    lines = tuple(
        (cells.key(line[0]), str(line[1] or ""), line[2], str(line[3] or ""))
        for line in grid(body)
        if cells.key(line[0]) and isinstance(line[2], datetime)
    )
    return table, History(lines, _said(book))


def refuse_history_in_the_way(table: xlwings.Table | None, count: int) -> None:
    """Refuse to write over what a user put below the table.

    Raises:
        WorkbookError: Something stands there, or the sheet is protected.
    """
    if table is None:
        return
    sheet, body = table.parent, table.data_body_range
    if getattr(sheet.api, "ProtectContents", False) is True:
        raise WorkbookError(
            f"the sheet {sheet.name} is protected; unprotect it in Excel (Review > Unprotect "
            "Sheet) and try again"
        )
    below = body.row + body.shape[0]
    last = body.row + max(1, count) - 1
    if last >= below:
        block = sheet.range((below, body.column), (last, body.column + _WIDTH - 1))
        if filled_cell(block) is not None:
            raise WorkbookError(
                f"the sheet {sheet.name} needs rows down to {last}, but something stands below "
                f"its table {TABLE}; move it and try again"
            )


def write_history(book: xlwings.Book, table: xlwings.Table | None, history: History) -> None:
    """Let the table say something, and nothing else."""
    if table is None:
        return
    sheet, body = table.parent, table.data_body_range
    top, left, before = body.row, body.column, body.shape[0]
    right = left + _WIDTH - 1
    count = max(1, len(history.lines))
    if count > before:
        _resize(table, top, count)
    last = top + count - 1
    for first, end, code in ((0, 1, TEXT_FORMAT), (2, 2, MOMENT_FORMAT), (3, 3, TEXT_FORMAT)):
        sheet.range((top, left + first), (last, left + end)).number_format = code
    values = [list(line) for line in history.lines] or [[None] * _WIDTH]
    sheet.range((top, left), (last, right)).value = values
    if count < before:
        _resize(table, top, count)
        sheet.range((last + 1, left), (top + before - 1, right)).clear()
    cell = _said_cell(book)
    if cell is not None:
        cell.number_format = TEXT_FORMAT
        cell.value = history.said


def link_rows(
    here: CustomerSheet,
    lines: Iterable[Line],
    table: xlwings.Table | None,
    before: Mapping[str, int],
    history: History,
) -> None:
    """Link each customer who has a history to its first line, and nobody else.

    A link that a user put on a customer's ID stays.

    Args:
        here: The list as it stood before it was written.
        lines: The list as it was written.
        table: The table of the history.
        before: Whose ID had a link, before.
        history: What the table says now.
    """
    column = next(each.number for each in here.columns if each.ours == "customer_id")
    old_keys = {index: row.key for index, row in here.rows.items()}
    indexes = list(here.rows)
    first = first_lines(history.lines) if table is not None else {}
    lines = list(lines)
    listed = {cells.key(line.ours.get("customer_id")) for line in lines}
    # Who left has a line too, and no row.
    wanted = dict([each for each in first.items() if each[0] in listed][:_LINKS_LIMIT])
    for index, line in enumerate(lines):
        key = cells.key(line.ours.get("customer_id"))
        came = indexes[line.came_from] if line.came_from is not None else index
        if key not in wanted and not {old_keys.get(came), old_keys.get(index)} & before.keys():
            continue
        cell = here.block(index, index, column, column)
        there = link_of(cell)
        if there is not None and there and not there.startswith("#"):
            continue  # the user's own
        if key in wanted and table is not None:
            name = table.parent.name.replace("'", "''")
            to = f"#'{name}'!A{table.data_body_range.row + wanted[key]}"
            if there != to:
                cell.add_hyperlink(to, text_to_display=key, screen_tip=_TIP[here.language])
        elif there is not None:
            unlink(cell)


def _resize(table: xlwings.Table, top: int, count: int) -> None:
    area: Any = table.range
    sheet = table.parent
    right = area.column + area.shape[1] - 1
    table.resize(sheet.range((top - 1, area.column), (top + count - 1, right)))


def _table(book: xlwings.Book) -> xlwings.Table | None:
    for sheet in book.sheets:
        if TABLE in [each.name for each in sheet.tables]:
            table = sheet.tables[TABLE]
            fits = table.range.shape[1] >= _WIDTH and table.data_body_range is not None
            return table if fits and not table.show_totals else None
    return None


def _said(book: xlwings.Book) -> str:
    cell = _said_cell(book)
    value = None if cell is None else grid(cell)[0][0]
    return "" if value is None else str(value)


def _said_cell(book: xlwings.Book) -> xlwings.Range | None:
    if SAID not in book.names:
        return None
    try:
        return book.names[SAID].refers_to_range[0, 0]
    except Exception:  # noqa: BLE001  its sheet is gone: Excel, its Python and files differ in how
        return None  # they say so
