"""Blocks of cells, as xlwings wants them: read, write, copy, clear, format, hide."""

# ruff: noqa: D102  what each of these does is in xlwings' own documentation

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from xlwings import base_classes

from addin.files.grid import Cell, Grid, copied
from addin.files.places import Area, reference
from addin.files.refusing import refusing
from addin.files.sheetfile import SheetFile
from addin.files.styles import DATE_FORMAT
from partnerbook import text
from partnerbook.errors import WorkbookError
from reports.workbook import parts


class OnSheet(Protocol):
    """The sheet that cells stand on, as far as they must know it."""

    file: SheetFile

    @property
    def name(self) -> str: ...


class ErrorText(str):
    """The text of an error value, told from a text that looks like one."""

    __slots__ = ()


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
        styles = self.sheet.file.workbook.styles
        date1904 = self.sheet.file.workbook.date1904

        def value(cell: Cell | None) -> Any:
            if cell is None or cell.value is None:
                return None
            if cell.error:
                return ErrorText(cell.value)
            if type(cell.value) is float and styles.is_date(cell.style):
                try:
                    return parts.from_serial(cell.value, date1904=date1904)
                except OverflowError:
                    return cell.value
            return cell.value

        return self._each(value)

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        styles, date1904 = self.sheet.file.workbook.styles, self.sheet.file.workbook.date1904
        grid = self.writable()
        for row, column, new in self._spread(value):
            old = grid.cell(row, column)
            style = old.style if old else self._inherited(row, column)
            if isinstance(new, datetime):
                new = parts.serial(new, date1904=date1904)  # noqa: PLW2901  as it will stand there
                style = style if styles.is_date(style) else styles.with_code(style, DATE_FORMAT)
            elif isinstance(new, int) and not isinstance(new, bool):
                new = float(new)  # noqa: PLW2901  cells know no other numbers
            elif isinstance(new, str):
                new = text.for_cell(new)  # noqa: PLW2901  so that equal texts are seen to be equal
            if old and old.style == style and _holds(old, new):
                continue
            grid.put(
                row, column, Cell(style=style, value=new) if new is not None or style else None
            )

    @property
    def formula(self) -> Any:
        grid = self.sheet.file.grid
        grid.expand_shared()

        def formula(cell: Cell | None) -> Any:
            if cell is None:
                return ""
            if cell.formula is not None:
                return "=" + cell.formula
            if isinstance(cell.value, float):
                return repr(int(cell.value) if cell.value.is_integer() else cell.value)
            return "" if cell.value is None else str(cell.value)

        found = self._each(formula)
        return tuple(tuple(row) for row in found) if isinstance(found, list) else found

    @formula.setter
    def formula(self, value: Any) -> None:
        grid = self.writable()
        for row, column, new in self._spread(value):
            old = grid.cell(row, column)
            style = old.style if old else self._inherited(row, column)
            given = "" if new is None else str(new)
            if not given.startswith("="):
                raise WorkbookError("without Excel, Range.formula takes formulas only; use .value")
            grid.put(row, column, Cell(style=style, formula=given[1:]))

    @property
    def number_format(self) -> str | None:
        grid, styles = self.sheet.file.grid, self.sheet.file.workbook.styles
        found = {
            styles.code(
                cell.style if (cell := grid.cell(row, column)) else self._inherited(row, column)
            )
            for row, column in self._places()
        }
        return found.pop() if len(found) == 1 else None

    @number_format.setter
    def number_format(self, code: str) -> None:
        grid, styles = self.writable(), self.sheet.file.workbook.styles
        for row, column in self._places():
            old = grid.cell(row, column)
            before = old.style if old else self._inherited(row, column)
            style = styles.with_code(before, code)
            if old is None:
                grid.put(row, column, Cell(style=style))
            elif style != before:
                grid.put(row, column, replace(old, style=style, raw=None))

    def clear_contents(self) -> None:
        grid = self.writable()
        for row, column in self._places():
            if old := grid.cell(row, column):
                grid.put(row, column, Cell(style=old.style) if old.style else None)

        self.sheet.file.annotations.remove(self.area, comments=False)

    @property
    def color(self) -> Any:
        raise WorkbookError(
            "xlwings' Range.color is not available for a file without Excel, other than setting "
            "it to None; open the workbook in Excel for it"
        )

    @color.setter
    def color(self, value: Any) -> None:
        if value is not None:
            _ = self.color
        grid, styles = self.writable(), self.sheet.file.workbook.styles
        for row, column in self._places():
            cell = grid.cell(row, column)
            if cell and (style := styles.without_fill(cell.style)) != cell.style:
                grid.put(row, column, replace(cell, style=style, raw=None))

    def clear(self) -> None:
        grid = self.writable()
        for row, column in self._places():
            if grid.cell(row, column):
                grid.put(row, column, None)
        self.sheet.file.annotations.remove(self.area)

    def copy(self, destination: Any = None) -> None:
        if destination is None:
            raise WorkbookError("Range.copy needs a destination without Excel")
        target: Range = destination.impl
        grid, source = target.resized(*self.shape).writable(), self.sheet.file.grid
        if grid is not source:
            raise WorkbookError("without Excel, Range.copy works within one sheet only")
        down, right = target.row - self.row, target.column - self.column
        for row, column in self._places():
            if (cell := source.cell(row, column)) and cell.spills:
                raise WorkbookError(
                    f"sheet {self.sheet.name}: the array formula at "
                    f"{reference(row, column, row, column)} cannot be moved with its row; "
                    "turn it into values or put it outside of the list's rows"
                )
        new = [
            (
                row + down,
                column + right,
                copied(cell, down, right) if (cell := source.cell(row, column)) else None,
            )
            for row, column in self._places()
        ]
        for row, column, made in new:
            if made is not None or grid.cell(row, column):
                grid.put(row, column, made)
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
        return found

    def add_hyperlink(self, address: str, text_to_display: str, screen_tip: str) -> None:
        if not address.startswith("#"):
            raise WorkbookError("without Excel a link can only lead into its own workbook")
        grid = self.writable()
        cell = grid.cell(self.row, self.column)
        if cell is None or cell.value != text_to_display:
            self.raw_value = text_to_display
        self.sheet.file.annotations.add_link((self.row, self.column), address[1:], screen_tip)

    def ClearHyperlinks(self) -> None:  # noqa: N802  Excel's own name for it
        self.writable()
        self.sheet.file.annotations.remove(self.area, comments=False)

    @property
    def merge_cells(self) -> bool:
        return self.sheet.file.is_merged(self.area)

    @property
    def row_hidden(self) -> bool | None:
        rows = self.sheet.file.grid.rows
        found = {
            (row in rows and rows[row].facts.get("hidden") in ("1", "true"))
            for row in range(self.row, self.row + self.shape[0])
        }
        return found.pop() if len(found) == 1 else None

    @row_hidden.setter
    def row_hidden(self, hidden: bool) -> None:
        grid = self.writable()
        for number in range(self.row, self.row + self.shape[0]):
            known = grid.rows.get(number)
            if (known is not None and known.facts.get("hidden") in ("1", "true")) == hidden:
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

    def _each(self, value: Callable[[Cell | None], Any]) -> Any:
        """Return what a function makes of each cell, in the shape that xlwings wants."""
        grid, columns = self.sheet.file.grid, range(self.column, self.column + self.shape[1])
        if self.shape == (1, 1):
            return value(grid.cell(self.row, self.column))
        out = []
        for number in range(self.row, self.row + self.shape[0]):
            cells = known.cells if (known := grid.rows.get(number)) else {}
            out.append([value(cells.get(column)) for column in columns])
        return out

    def _spread(self, value: Any) -> Iterator[tuple[int, int, Any]]:
        if not isinstance(value, list | tuple):
            for row, column in self._places():
                yield row, column, value
            return
        for row, line in enumerate(value, self.row):
            for column, each in enumerate(line, self.column):
                yield row, column, each

    def _inherited(self, row: int, column: int) -> int:
        """Return the style that a cell which is not there has from its row or column."""
        return self.sheet.file.default_style(row, column)

    def writable(self) -> Grid:
        self.sheet.file.refuse_change(self.area)
        return self.sheet.file.grid


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


def _holds(cell: Cell, value: Any) -> bool:
    """Return whether writing the value would change nothing, so that the cell keeps its bytes."""
    same = type(cell.value) is type(value) and cell.value == value
    return same and cell.formula is None and not cell.error
