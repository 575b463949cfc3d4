"""Blocks of cells, as xlwings wants them: read, write, copy, clear, format, hide."""

# ruff: noqa: D102  what each of these does is in xlwings' own documentation

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Protocol

from xlwings import base_classes

from addin.files import blocks
from addin.files.grid import Grid
from addin.files.links import Hyperlink
from addin.files.places import Area, area_of, inside, meet, reference
from addin.files.refusing import refusing
from addin.files.sheetfile import SheetFile
from partnerbook.errors import WorkbookError


class OnSheet(Protocol):
    """The sheet that cells stand on, as far as they must know it."""

    file: SheetFile

    @property
    def name(self) -> str: ...


@refusing
class Range(base_classes.Range):
    """A block of cells."""

    sheet: OnSheet
    row: int
    column: int
    shape: tuple[int, int]

    max_cells_per_read = None
    max_cells_per_write = None

    def __init__(self, sheet: OnSheet, row: int, column: int, rows: int, columns: int) -> None:
        self.sheet = sheet
        self.row = row
        self.column = column
        self.shape = (rows, columns)

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        return (self.sheet.name, self.row, self.column, *self.shape)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, arg1: int, arg2: int | None = None) -> Range:
        row, column = (
            (arg1, arg2)
            if arg2
            else ((arg1 - 1) // self.shape[1] + 1, (arg1 - 1) % self.shape[1] + 1)
        )
        return Range(self.sheet, self.row + row - 1, self.column + column - 1, 1, 1)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        if external or row_absolute != col_absolute:
            raise WorkbookError("only addresses such as $A$1:$B$9 are available without Excel")
        return reference(*self.area, absolute=row_absolute)

    @property
    def address(self) -> str:
        return reference(*self.area, absolute=True)

    @property
    def raw_value(self) -> Any:
        columns = blocks.values(self.sheet.file, self.area)
        if self.shape == (1, 1):
            return columns[0][0]
        return list(zip(*columns, strict=True))

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        self.writable()
        top, left, *_ = self.area
        # Rows may be of different lengths.
        for _, group in groupby(enumerate(self._lines(value), top), lambda each: len(each[1])):
            numbers, rows = zip(*group, strict=True)
            area = (numbers[0], left, numbers[-1], left + len(rows[0]) - 1)
            blocks.write(self.sheet.file, area, rows)

    @property
    def formula(self) -> Any:
        self.sheet.file.grid.expand_shared()
        columns = blocks.formulas(self.sheet.file, self.area)
        return columns[0][0] if self.shape == (1, 1) else tuple(zip(*columns, strict=True))

    @formula.setter
    def formula(self, value: Any) -> None:
        grid = self.writable()
        for row, line in enumerate(self._lines(value), self.row):
            for column, new in enumerate(line, self.column):
                given = "" if new is None else str(new)
                if not given.startswith("="):
                    raise WorkbookError(
                        "without Excel, Range.formula takes formulas only; use .value"
                    )
                grid.put_formula(row, column, given[1:], self._style(row, column))
                for table in self.sheet.file.tables:
                    if table.totals and inside((row, column), (table.area[2], *table.area[1:])):
                        table.set_total(column, given[1:])

    @property
    def number_format(self) -> str | None:
        styles = self.sheet.file.workbook.styles
        found = {styles.code(self._style(row, column)) for row, column in self._places()}
        return found.pop() if len(found) == 1 else None

    @number_format.setter
    def number_format(self, code: str) -> None:
        self.writable()
        styles = self.sheet.file.workbook.styles
        blocks.restyle(
            self.sheet.file, self.area, lambda style: styles.with_code(style, code), make=True
        )

    def clear_contents(self) -> None:
        grid = self.writable()
        for row, column in self._places():
            if xml := grid.xml_of(row, column):
                grid.put(row, column, grid.xml.made(None, grid.xml.style(xml)))
        self.sheet.file.annotations.remove(self.area, comments=False)

    @property
    def color(self) -> Any:
        raise _no_color()

    @color.setter
    def color(self, value: Any) -> None:
        if value is not None:
            raise _no_color()
        self.writable()
        styles = self.sheet.file.workbook.styles
        blocks.restyle(self.sheet.file, self.area, styles.without_fill, make=False)

    def clear(self) -> None:
        grid = self.writable()
        for row, column in self._places():
            if grid.xml_of(row, column) is not None:
                grid.put(row, column, None)
        self.sheet.file.annotations.remove(self.area)

    def copy(self, destination: Any = None) -> None:
        if destination is None:
            raise WorkbookError("Range.copy needs a destination without Excel")
        target: Range = destination.impl
        grid, source = target.resized(*self.shape).writable(), self.sheet.file.grid
        if grid is not source:
            raise WorkbookError("without Excel, Range.copy works within one sheet only")
        for row, column in grid.formula_cells(self.area):
            if (cell := grid.cell(row, column)) and cell.formula and cell.formula.spills:
                raise WorkbookError(
                    f"sheet {self.sheet.name}: the array formula at "
                    f"{reference(row, column, row, column)} cannot be moved with its row; "
                    "turn it into values or put it outside of the list's rows"
                )
        down, right = target.row - self.row, target.column - self.column
        grid.copy(self.area, down, right)
        self.sheet.file.annotations.copy(self.area, down, right)

    @property
    def note(self) -> Note | None:
        text = self.sheet.file.annotations.comment((self.row, self.column))
        return None if text is None else Note(self.sheet, self.row, self.column, text)

    def add_note(self, text: str) -> Note:
        self.writable()
        self.sheet.file.annotations.add_comment((self.row, self.column), text)
        return Note(self.sheet, self.row, self.column, text)

    @property
    def hyperlink(self) -> str:
        found = self.sheet.file.annotations.link((self.row, self.column))
        if found is None:
            raise LookupError("the cell has no link")
        return found.Address or f"#{found.SubAddress}"

    @property
    def Hyperlinks(self) -> list[Hyperlink]:  # noqa: N802  Excel's own name, asked as range.api
        return self.sheet.file.annotations.links(self.area)

    def add_hyperlink(self, address: str, text_to_display: str, screen_tip: str) -> None:
        cell = self.writable().cell(self.row, self.column)
        if ((cell and cell.value) or "") != text_to_display:
            self.raw_value = text_to_display
        self.sheet.file.annotations.add_link((self.row, self.column), address, screen_tip)

    def ClearHyperlinks(self) -> None:  # noqa: N802  Excel's own name for it
        self.writable()
        self.sheet.file.annotations.remove(self.area, comments=False)

    @property
    def merge_cells(self) -> bool:
        return self.sheet.file.is_merged(self.area)

    @property
    def HasArray(self) -> bool:  # noqa: N802  Excel's own name, asked as range.api
        """Whether a formula over several cells reaches into these."""
        grid = self.sheet.file.grid
        return any(
            formula.spills and meet(area_of(formula.facts["ref"]), self.area)
            for row, column in grid.formula_cells()
            if " ref=" in (xml := grid.xml_of(row, column) or "")
            if (formula := grid.xml.formula(xml))
        )

    @property
    def HasFormula(self) -> bool | None:  # noqa: N802  Excel's own name, asked as range.api
        """Whether all of these cells hold a formula; None where only some do."""
        found = len(self.sheet.file.grid.formula_cells(self.area))
        return None if 0 < found < len(self) else bool(found)

    @property
    def row_hidden(self) -> bool | None:
        rows = self.sheet.file.grid.rows
        found = {
            row in rows and rows[row].hidden for row in range(self.row, self.row + self.shape[0])
        }
        return found.pop() if len(found) == 1 else None

    @row_hidden.setter
    def row_hidden(self, hidden: bool) -> None:
        grid = self.writable()
        for number in range(self.row, self.row + self.shape[0]):
            known = grid.rows.get(number)
            if (known is not None and known.hidden) == hidden:
                continue
            facts = grid.touched(number).facts
            facts.pop("hidden", None)
            if hidden:
                facts["hidden"] = "1"

    @property
    def area(self) -> Area:
        """First row and column, last row and column."""
        return (
            self.row,
            self.column,
            self.row + self.shape[0] - 1,
            self.column + self.shape[1] - 1,
        )

    def resized(self, rows: int, columns: int) -> Range:
        return Range(self.sheet, self.row, self.column, rows, columns)

    def _places(self) -> Iterator[tuple[int, int]]:
        for row in range(self.row, self.row + self.shape[0]):
            for column in range(self.column, self.column + self.shape[1]):
                yield row, column

    def _lines(self, value: Any) -> Sequence[Sequence[Any]]:
        """Return what is written as lines of cells; one value fills the whole block."""
        if isinstance(value, list | tuple):
            return value
        return [[value] * self.shape[1]] * self.shape[0]

    def _style(self, row: int, column: int) -> int:
        """Return a cell's style; one that is not there has its row's or column's."""
        file = self.sheet.file
        xml = file.grid.xml_of(row, column)
        return file.default_style(row, column) if xml is None else file.grid.xml.style(xml)

    def writable(self) -> Grid:
        self.sheet.file.refuse_change(self.area)
        return self.sheet.file.grid


def _no_color() -> WorkbookError:
    return WorkbookError(
        "xlwings' Range.color is not available for a file without Excel, other than setting "
        "it to None; open the workbook in Excel for it"
    )


@refusing
class Note(base_classes.Note):
    """The comment of one cell; to be read, added and deleted."""

    text: str
    location: Range

    def __init__(self, sheet: OnSheet, row: int, column: int, text: str) -> None:
        self._sheet = sheet
        self.location = Range(sheet, row, column, 1, 1)
        self.text = text

    def delete(self) -> None:
        self._sheet.file.refuse_change(self.location.area)
        self._sheet.file.annotations.remove(self.location.area, linked=False)
