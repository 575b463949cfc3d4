"""The tables of a sheet, as xlwings wants them."""

# ruff: noqa: D102  what each of these does is in xlwings' own documentation

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from xlwings import base_classes

from addin.files.cellrange import OnSheet, Range
from addin.files.picking import pick
from addin.files.refusing import refusing
from addin.files.tablefile import TableFile
from partnerbook.errors import WorkbookError


@refusing
class Tables(base_classes.Tables):
    """The tables of a sheet."""

    def __init__(self, sheet: OnSheet) -> None:
        self._sheet = sheet

    def __call__(self, key: int | str) -> Table:
        return pick(list(self), key)

    def __len__(self) -> int:
        return len(self._sheet.file.tables)

    def __iter__(self) -> Iterator[Table]:
        return (Table(self._sheet, file) for file in self._sheet.file.tables)

    def __contains__(self, key: str) -> bool:
        return any(each.name == key for each in self)


@refusing
class Table(base_classes.Table):
    """One table."""

    parent: OnSheet
    name: str
    display_name: str

    def __init__(self, sheet: OnSheet, file: TableFile) -> None:
        self.parent = sheet
        self._file = file
        self.name = self.display_name = file.name

    @property
    def range(self) -> Range:
        top, left, bottom, right = self._file.area
        return Range(self.parent, top, left, bottom - top + 1, right - left + 1)

    @property
    def header_row_range(self) -> Range | None:
        if not self._file.headers:
            return None
        return Range(self.parent, self.range.row, self.range.column, 1, self.range.shape[1])

    @property
    def data_body_range(self) -> Range | None:
        rows = self.range.shape[0] - self._file.headers - self._file.totals
        if rows < 1:
            return None
        top = self.range.row + self._file.headers
        return Range(self.parent, top, self.range.column, rows, self.range.shape[1])

    @property
    def show_headers(self) -> bool:
        return bool(self._file.headers)

    @property
    def show_totals(self) -> bool:
        return bool(self._file.totals)

    @show_totals.setter
    def show_totals(self, shown: bool) -> None:
        if shown == bool(self._file.totals):
            return
        _, left, bottom, right = self._file.area
        row = bottom if self._file.totals else bottom + 1
        area = Range(self.parent, row, left, 1, right - left + 1)
        grid = area.writable()
        columns = range(left, right + 1)
        if not shown:
            self._file.total_cells = [grid.xml_of(row, column) for column in columns]
            for column in columns:
                grid.put(row, column, None)
        else:
            if any(
                cell and cell.value is not None for cell in map(partial(grid.cell, row), columns)
            ):
                raise WorkbookError(f"the table {self.name} has no room for its total row")
            for column, xml in zip(columns, self._file.total_cells, strict=False):
                grid.put(row, column, xml)
        self._file.show_totals(shown=shown)

    @property
    def totals_row_range(self) -> Range | None:
        if not self._file.totals:
            return None
        bottom = self._file.area[2]
        return Range(self.parent, bottom, self.range.column, 1, self.range.shape[1])

    def resize(self, to: Any) -> None:
        area = to.impl
        same = (area.row, area.column, area.shape[1])
        if same != (self.range.row, self.range.column, self.range.shape[1]) or self._file.totals:
            raise WorkbookError("without Excel a table can only get more rows or fewer")
        body = self.data_body_range
        if body is None or area.shape[0] < 1 + self._file.headers:
            raise WorkbookError(f"the table {self.name} needs at least one row below its heading")
        last = area.row + area.shape[0] - 1
        if last != self._file.area[2]:
            area.writable()
            self.parent.file.list_grows(body.area, last)
            self._file.resize(last)
