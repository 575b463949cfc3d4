"""Sheets, tables and the About sheet: what every workbook of ours is made of.

    book = new_book(title="Weekly report", as_of=moment)
    add_table(book, "Joined", headings, rows, table_name="Joined", kinds=("text", "moment"))
    add_about(book, facts)
    data = save(book)

Text that comes from customers can be put anywhere here; see `cells`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook import text
from partnerbook.wording import Language
from reports.workbook import poured
from reports.workbook.book import add_sheet, describe, name_cell, new_book, sheets_from
from reports.workbook.cells import NUMBERS, Kind, put, put_link, widest
from reports.workbook.columns import ByColumns
from reports.workbook.names import table_name_in, unique_headings
from reports.workbook.poured import Body, Shell
from reports.workbook.saving import save

__all__ = [
    "add_about",
    "add_sheet",
    "add_table",
    "describe",
    "name_cell",
    "new_book",
    "place_table",
    "put",
    "save",
    "sheets_from",
]

ROWS_PER_SHEET = 1_048_575
"""Rows of a table that fit one sheet below its heading."""

_WIDEST = 60  # columns; a longer text is wrapped or runs on
_NARROWEST = 9
_LOOKED_AT = 20  # blocks of rows, spread over the list, that decide how wide its columns are
_FILTER_BUTTON = 4  # columns that the button covers in a heading, and the indent


_WORDS: dict[str, dict[Language, str]] = {
    "about": {"en": "About", "zh": "说明"},
    "sheets": {"en": "Sheets", "zh": "工作表"},
    "rows": {"en": "{:,} rows", "zh": "{:,} 行"},
    "row": {"en": "1 row", "zh": "1 行"},
}


def add_table(  # noqa: PLR0913  keywords, each a choice of the caller's
    book: Workbook,
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]] | ByColumns,
    *,
    table_name: str,
    kinds: Sequence[Kind] | None = None,
    frozen_columns: int = 1,
    zone: tzinfo = UTC,
) -> Worksheet:
    """Add a sheet that is one table: heading in row 1, frozen and repeated in print, filters.

    A list too long for one sheet goes on in further sheets, nothing is cut.

    Args:
        book: The book.
        title: What the sheet should be called.
        headings: One per column; made unique where they are not.
        rows: One sequence of values per row, as long as the headings; may be empty.
            Or the same as columns.
        table_name: What the table should be called; made valid and unique where it is not.
        kinds: What each column holds; None for text everywhere.
        frozen_columns: How many columns stay when a person scrolls to the right.
        zone: Zone in which moments are written; the heading should say it.

    Returns:
        The sheet, the first one when there are several.
    """
    parts: Sequence[Sequence[Sequence[Any]] | ByColumns]
    if isinstance(rows, ByColumns) and len(rows) <= ROWS_PER_SHEET:
        parts = [rows]
    else:
        everything = list(rows)
        parts = [
            everything[start : start + ROWS_PER_SHEET]
            for start in range(0, max(len(everything), 1), ROWS_PER_SHEET)
        ]
    sheets = []
    for part in parts:
        sheet = add_sheet(book, title)
        place_table(
            sheet, headings, part, table_name=table_name, kinds=kinds, alone=True, zone=zone
        )
        sheet.freeze_panes = f"{get_column_letter(frozen_columns + 1)}2"
        sheet.print_title_rows = "1:1"
        sheet.print_area = next(iter(sheet.tables.values())).ref
        sheets.append(sheet)
    return sheets[0]


def place_table(  # noqa: PLR0913  as above
    sheet: Worksheet,
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]] | ByColumns,
    *,
    table_name: str,
    kinds: Sequence[Kind] | None = None,
    top: int = 1,
    left: int = 1,
    filters: bool = True,
    alone: bool = False,
    zone: tzinfo = UTC,
) -> str:
    """Write a table into a sheet, set its columns' widths, and return its range, e.g. ``A1:C9``.

    Args:
        sheet: Where to write.
        headings: One per column; made unique where they are not.
        rows: One sequence of values per row; of none, the table keeps the one blank row that
            Excel demands.
        table_name: What the table should be called; made valid and unique where it is not.
        kinds: What each column holds; None for text everywhere.
        top: Row of the headings, from 1.
        left: First column, from 1.
        filters: Whether the headings have filter buttons.
        alone: Whether nothing else stands in or below the rows, now or later: a long table is
            then poured in when the book is saved, and has no cells before.
        zone: Zone in which moments are written.

    Raises:
        ValueError: A row has another length than the headings.
    """
    names = unique_headings(headings)
    each_kind: Sequence[Kind] = kinds or ["text"] * len(names)
    shell = sheet.parent if alone and len(rows) >= poured.FROM_ROWS else None
    if not isinstance(rows, ByColumns):
        rows = ByColumns.of(rows)
    if isinstance(shell, Shell):
        shell.bodies.append(Body(sheet, rows, each_kind, zone, top + 1, left))
    found = [0] * len(names)
    # To look at all of a long list would take a tenth of the time of writing it.
    for block in rows.blocks[:: max(1, len(rows.blocks) // _LOOKED_AT)]:
        found = [widest(each, _WIDEST, w) for each, w in zip(block, found, strict=True)]
    widths = [max(text.width(n) + _FILTER_BUTTON, w + 3) for n, w in zip(names, found, strict=True)]
    for number, (name, kind) in enumerate(zip(names, each_kind, strict=True)):
        style = "head_right" if kind in NUMBERS else "head"
        put(sheet.cell(top, left + number), name, style)
    sheet.row_dimensions[top].height = 21
    if not isinstance(shell, Shell):
        for row_number, row in enumerate(rows or [(None,) * len(names)], top + 1):
            for number, (value, kind) in enumerate(zip(row, each_kind, strict=True)):
                put(sheet.cell(row_number, left + number), value, kind, zone=zone)
    for number, wanted in enumerate(widths):
        column = sheet.column_dimensions[get_column_letter(left + number)]
        # Two tables, one below the other: the wider one decides.
        known = column.width if column.customWidth else 0
        column.width = max(known, min(max(wanted, _NARROWEST), _WIDEST))
    first, last = get_column_letter(left), get_column_letter(left + len(names) - 1)
    area = f"{first}{top}:{last}{top + max(len(rows), 1)}"
    sheet.add_table(_table(sheet, table_name, area, names, filters=filters))
    return area


def add_about(
    book: Workbook,
    facts: Iterable[tuple[str, Any]],
    *,
    warning: str | None = None,
    notes: Mapping[str, str] | None = None,
    language: Language = "en",
) -> Worksheet:
    """Add the About sheet in front: title, facts, and an index of the sheets made so far.

    Args:
        book: The book, its other sheets finished.
        facts: Name and value of each line.
        warning: A sentence that must be read first; None for none.
        notes: What a sheet is for, by its title; sheets without a note say how many rows they have.
        language: Language of the headings.
    """
    others = list(book.worksheets)
    sheet = add_sheet(book, _WORDS["about"][language], index=0)
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 86
    put(sheet["A1"], str(book.properties.title), "title")
    put(sheet["A2"], str(book.properties.subject), "subtitle")
    sheet.row_dimensions[1].height = 30
    row = 4
    if warning:
        put(sheet.cell(row, 1), warning, "warning")
        put(sheet.cell(row, 2), None, "warning")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        sheet.row_dimensions[row].height = 18 * -(-text.width(warning) // 100)
        row += 2
    for name, value in facts:
        put(sheet.cell(row, 1), name, "name")
        put(sheet.cell(row, 2), value if isinstance(value, str) else str(value), "wrapped")
        row += 1
    row += 1
    put(sheet.cell(row, 1), _WORDS["sheets"][language], "section")
    sheet.row_dimensions[row].height = 22
    for other in others:
        row += 1
        put_link(sheet.cell(row, 1), other.title, other.title)
        put(sheet.cell(row, 2), (notes or {}).get(other.title) or _rows_in(other, language), "name")
    book.active = 0
    for each in book.worksheets:
        each.sheet_view.tabSelected = each is sheet
    return sheet


def _rows_in(sheet: Worksheet, language: Language) -> str:
    count = 0
    for table in sheet.tables.values():
        first, last = re.findall(r"\d+", table.ref)
        rows = int(last) - int(first)
        # The blank row that an empty table must have is no row of ours.
        count += 0 if rows == 1 and _is_blank(sheet, table.ref) else rows
    return _WORDS["row" if count == 1 else "rows"][language].format(count)


def _is_blank(sheet: Worksheet, area: str) -> bool:
    return all(cell.value is None for cell in sheet[area][1])


def _table(
    sheet: Worksheet, wanted: str, area: str, names: Sequence[str], *, filters: bool
) -> Table:
    name = table_name_in(sheet.parent, wanted)  # type: ignore[arg-type]  # a sheet's parent is its book
    table = Table(displayName=name, name=name, ref=area)
    # Without these openpyxl would look at, and so make, every cell of the table.
    table.tableColumns = [
        TableColumn(id=number, name=text.for_cell_xml(heading))
        for number, heading in enumerate(names, 1)
    ]
    if filters:
        table.autoFilter = AutoFilter(ref=area)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    return table
