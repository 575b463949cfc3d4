"""The workbook of `workbooks`, made by each peer; runs in the peers' environment.

Nothing here imports the program. Each is given a naive moment: Excel's dates have no zone.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.measured import Measured
from tests.bench.people import HEADINGS, MOMENT, Row, digest, people

_WIDTHS = (34, 16, 40, 18, 12, 10, 14, 12, 16, 30)
_LAST = "J"


def content(folder: Path, name: str, sheet: str) -> str:
    """Return what stands for the content of a written sheet, and remove its folder."""
    calamine = import_module("python_calamine")
    book = calamine.CalamineWorkbook.from_path(str(folder / name))
    rows = book.get_sheet_by_name(sheet).to_python()
    shutil.rmtree(folder)
    return digest(rows)


def openpyxl_write_only(customers: int, seed: int) -> Measured:
    """Write-only mode, plain values; a bold heading, widths, a table, frozen panes."""
    openpyxl, cells = import_module("openpyxl"), import_module("openpyxl.cell")
    fonts, tables = import_module("openpyxl.styles"), import_module("openpyxl.worksheet.table")
    rows = _rows(customers, seed)

    def write(path: Path) -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Customers")
        for at, width in enumerate(_WIDTHS):
            sheet.column_dimensions[chr(65 + at)].width = width
        sheet.freeze_panes = "B2"
        heading = [cells.WriteOnlyCell(sheet, value=each) for each in HEADINGS]
        for cell in heading:
            cell.font = fonts.Font(bold=True)
        sheet.append(heading)
        for row in rows:
            sheet.append(row)
        area = f"A1:{_LAST}{len(rows) + 1}"
        table = tables.Table(displayName="Customers", ref=area)
        table.tableColumns = [
            tables.TableColumn(id=at, name=each) for at, each in enumerate(HEADINGS, 1)
        ]
        table.autoFilter = tables.AutoFilter(ref=area)
        sheet.add_table(table)
        book.save(path)

    return _job(write)


def xlsxwriter(customers: int, seed: int) -> Measured:
    """constant_memory, in which it writes no table; a bold heading, dates, widths, panes."""
    room = import_module("xlsxwriter")
    rows = _rows(customers, seed)

    def write(path: Path) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = room.Workbook(path, options)
        sheet = book.add_worksheet("Customers")
        bold, date = book.add_format({"bold": True}), {"num_format": "yyyy-mm-dd hh:mm"}
        moment = book.add_format(date)
        for at, width in enumerate(_WIDTHS):
            sheet.set_column(at, at, width)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(rows), len(HEADINGS) - 1)
        for at, each in enumerate(HEADINGS):
            sheet.write_string(0, at, each, bold)
        for number, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                if at == MOMENT:
                    sheet.write_datetime(number, at, value, moment)
                elif value is not None:
                    sheet.write_string(number, at, value)
        book.close()

    return _job(write)


def rustypyxl(customers: int, seed: int) -> Measured:
    """Its write-only workbook, lists of lists."""
    room = import_module("rustypyxl")
    rows = [list(HEADINGS), *map(list, _rows(customers, seed))]

    def write(path: Path) -> None:
        book = room.WriteOnlyWorkbook(str(path))
        book.create_sheet("Customers")
        book.append_rows(rows)
        book.close()

    return _job(write)


def rustpy_xlsxwriter(customers: int, seed: int) -> Measured:
    """Lists of dicts."""
    room = import_module("rustpy_xlsxwriter")
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in _rows(customers, seed)]

    def write(path: Path) -> None:
        room.write_worksheet(rows, str(path), sheet_name="Customers")

    return _job(write)


def jetxl(customers: int, seed: int) -> Measured:
    """Lists by column."""
    room = import_module("jetxl")
    rows = _rows(customers, seed)
    columns = {name: [row[at] for row in rows] for at, name in enumerate(HEADINGS)}

    def write(path: Path) -> None:
        room.write_sheet(columns, str(path), "Customers")

    return _job(write)


def jetxl_arrow(customers: int, seed: int) -> Measured:
    """A table of Arrow's."""
    room, arrow = import_module("jetxl"), import_module("pyarrow")
    rows = _rows(customers, seed)
    columns = {name: [row[at] for row in rows] for at, name in enumerate(HEADINGS)}
    table = arrow.table(columns)

    def write(path: Path) -> None:
        room.write_sheet_arrow(table, str(path), "Customers")

    return _job(write)


def jetxl_through_arrow(customers: int, seed: int) -> Measured:
    """Rows, as we are given them, into a table of Arrow's, and that into the file."""
    room, arrow = import_module("jetxl"), import_module("pyarrow")
    rows = _rows(customers, seed)

    def write(path: Path) -> None:
        columns = {name: [row[at] for row in rows] for at, name in enumerate(HEADINGS)}
        room.write_sheet_arrow(arrow.table(columns), str(path), "Customers")

    return _job(write)


def _rows(customers: int, seed: int) -> list[Row]:
    def naive(value: Any) -> Any:
        return value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value

    return [tuple(map(naive, row)) for row in people(customers, seed)]


def _job(write: Callable[[Path], None]) -> Measured:
    def job() -> Callable[[], str]:
        folder = Path(tempfile.mkdtemp())
        write(folder / "book.xlsx")
        return lambda: content(folder, "book.xlsx", "Customers")

    return job
