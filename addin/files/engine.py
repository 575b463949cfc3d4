"""An xlwings engine over .xlsx files: xlwings' own objects, without Excel.

Macros written for Excel run here unchanged, as far as they use what this module has: values,
formulas, number formats, copying, clearing, hidden rows, tables and names. Everything else of
xlwings' interface is refused by name. Texts stay texts: nothing is read as if it were typed.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from xlwings import base_classes

from addin.files import workbook as files
from addin.files.grid import Cell, Grid, copied
from addin.files.styles import DATE_FORMAT
from partnerbook.errors import WorkbookError
from reports.workbook import parts

ENGINE = "partnerbook"


def refusing(cls: type) -> type:
    """Make what a class of xlwings leaves open refuse by name, and say where it does work.

    What the class annotates becomes a plain attribute, where xlwings has a property to override.
    """
    for name in inspect.get_annotations(cls):
        if name not in vars(cls):
            setattr(cls, name, None)
    if "api" not in vars(cls):
        # xlwings asks only whether there is a native object.
        cls.api = property(lambda self: self)  # type: ignore[attr-defined]  # as xlwings has it
    for base in cls.__mro__[1:]:
        if base.__module__ != base_classes.__name__:
            continue
        for name, member in vars(base).items():
            if name in vars(cls) or not _is_open(member):
                continue
            setattr(cls, name, _refusal(cls.__name__, name, member))
    return cls


def _is_open(member: Any) -> bool:
    function = member.fget if isinstance(member, property) else inspect.unwrap(member)
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    return code is not None and "NotImplementedError" in code.co_names


def _refusal(owner: str, name: str, member: Any) -> Any:
    def refuse(*_: Any, **__: Any) -> Any:
        raise WorkbookError(
            f"xlwings' {owner}.{name} is not available for a file without Excel; open the "
            "workbook in Excel for it"
        )

    return property(refuse, refuse) if isinstance(member, property) else refuse


class Engine:
    """The engine, as xlwings wants it."""

    name = ENGINE
    type = "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        """Return a value as the engine writes it: unchanged."""
        return value

    @staticmethod
    def clean_value_data(
        data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool
    ) -> list[list[Any]]:
        """Return what was read, as the person who reads wants it."""

        def clean(value: Any) -> Any:
            if value is None or value == "":
                return empty_as
            if isinstance(value, ErrorText):
                return str(value) if err_to_str else None
            if isinstance(value, datetime):
                return datetime_builder(
                    year=value.year, month=value.month, day=value.day, hour=value.hour,
                    minute=value.minute, second=value.second, microsecond=0, tzinfo=None,
                )  # fmt: skip
            if number_builder and isinstance(value, float):
                return number_builder(value)
            return value

        return [[clean(value) for value in row] for row in data]


class ErrorText(str):
    """The text of an error value, told from a text that looks like one."""

    __slots__ = ()


@refusing
class Apps(base_classes.Apps):
    """The engine's apps: always one."""

    def __init__(self, engine: Engine) -> None:
        self._app = App(engine)

    def keys(self) -> list[int]:
        return [self._app.pid]

    def __iter__(self) -> Iterator[App]:
        yield self._app

    def __len__(self) -> int:
        return 1

    def __getitem__(self, pid: int) -> App:
        if pid != self._app.pid:
            raise KeyError(pid)
        return self._app


@refusing
class App(base_classes.App):
    """What stands for Excel. Its switches exist and do nothing: there is no screen."""

    engine: Engine
    books: Books
    pid: int

    display_alerts = False
    screen_updating = False
    enable_events = False
    visible = False
    interactive = False
    calculation = "automatic"
    status_bar: Any = None
    version = "0.0"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.books = Books(self)
        self.pid = os.getpid()

    def calculate(self) -> None:
        """Leave calculating to whoever opens the file."""


@refusing
class Books(base_classes.Books):
    """The files that are open."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._open: list[Book] = []

    def open(self, fullname: str, *_: Any, **__: Any) -> Book:
        book = Book(self._app, Path(fullname))
        self._open.append(book)
        return book

    def close(self, book: Book) -> None:
        self._open = [each for each in self._open if each is not book]

    @property
    def active(self) -> Book:
        if not self._open:
            raise WorkbookError("no file is open; open one with addin.files.open_book")
        return self._open[-1]

    def __call__(self, key: int | str) -> Book:
        return _pick(self._open, key)

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Book]:
        return iter(tuple(self._open))


@refusing
class Book(base_classes.Book):
    """One file."""

    app: App
    sheets: Sheets
    names: Names

    def __init__(self, app: App, path: Path) -> None:
        self.app = app
        self.path = path
        self.file = files.WorkbookFile(path)
        self.sheets = Sheets(self)
        self.names = Names(self)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def fullname(self) -> str:
        return str(self.path)

    def activate(self) -> None:
        """Do nothing: there is no screen."""

    def close(self) -> None:
        self.app.books.close(self)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        if password:
            raise WorkbookError("a file cannot be encrypted without Excel; save it there")
        self.file.save(Path(path) if path else self.path)


@refusing
class Sheets(base_classes.Sheets):
    """The worksheets of a file."""

    def __init__(self, book: Book) -> None:
        self._sheets = [Sheet(book, file, i) for i, file in enumerate(book.file.sheets, 1)]

    def __call__(self, key: int | str) -> Sheet:
        return _pick(self._sheets, key)

    def __len__(self) -> int:
        return len(self._sheets)

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self._sheets)


@refusing
class Sheet(base_classes.Sheet):
    """One worksheet."""

    book: Book
    index: int
    tables: Tables

    def __init__(self, book: Book, file: files.SheetFile, index: int) -> None:
        self.book = book
        self.file = file
        self.index = index
        self.tables = Tables(self)

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def grid(self) -> Grid:
        return self.file.grid

    def activate(self) -> None:
        """Do nothing: there is no screen."""

    @property
    def cells(self) -> Range:
        return Range(self, 1, 1, 1_048_576, 16_384)

    @property
    def used_range(self) -> Range:
        return Range(self, 1, 1, *self.grid.extent())

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        first = self._area(arg1)
        last = self._area(arg2) if arg2 is not None else first
        top, left = min(first[0], last[0]), min(first[1], last[1])
        bottom, right = max(first[2], last[2]), max(first[3], last[3])
        return Range(self, top, left, bottom - top + 1, right - left + 1)

    def _area(self, arg: Any) -> files.Area:
        if isinstance(arg, Range):
            return (arg.row, arg.column, arg.row + arg.shape[0] - 1, arg.column + arg.shape[1] - 1)
        if isinstance(arg, tuple):
            # xlwings' own slicing, `block[:, 0]` say, asks with (row, column, rows, columns).
            rows, columns = arg[2:] or (1, 1)
            return (arg[0], arg[1], arg[0] + rows - 1, arg[1] + columns - 1)
        area = files.area_of(str(arg))
        if min(area) < 1:
            raise WorkbookError(f"{str(arg)[:40]!r} is no range of cells such as A1:B9")
        return area


@refusing
class Range(base_classes.Range):
    """A block of cells."""

    sheet: Sheet
    row: int
    column: int
    shape: tuple[int, int]

    max_cells_per_read = None
    max_cells_per_write = None

    def __init__(self, sheet: Sheet, row: int, column: int, rows: int, columns: int) -> None:
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
        return files.reference(*self._area, absolute=row_absolute)

    @property
    def address(self) -> str:
        return files.reference(*self._area, absolute=True)

    @property
    def raw_value(self) -> Any:
        grid, styles = self.sheet.grid, self.sheet.book.file.styles
        date1904 = self.sheet.book.file.date1904

        def value(row: int, column: int) -> Any:
            cell = grid.cell(row, column)
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
        styles, date1904 = self.sheet.book.file.styles, self.sheet.book.file.date1904
        grid = self._writable()
        for row, column, new in self._spread(value):
            old = grid.cell(row, column)
            style = old.style if old else self._inherited(row, column)
            if isinstance(new, datetime):
                new = parts.serial(new, date1904=date1904)  # noqa: PLW2901  as it will stand there
                style = style if styles.is_date(style) else styles.with_code(style, DATE_FORMAT)
            elif isinstance(new, int) and not isinstance(new, bool):
                new = float(new)  # noqa: PLW2901  cells know no other numbers
            elif isinstance(new, str):
                new = _as_stored(new)  # noqa: PLW2901  so that equal texts are seen to be equal
            if old and old.formula is None and not old.error and _same(old.value, new):
                if old.style == style:
                    continue
            grid.put(
                row, column, Cell(style=style, value=new) if new is not None or style else None
            )

    @property
    def formula(self) -> Any:
        grid = self.sheet.grid
        grid.expand_shared()

        def formula(row: int, column: int) -> Any:
            cell = grid.cell(row, column)
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
        grid = self._writable()
        for row, column, new in self._spread(value):
            old = grid.cell(row, column)
            style = old.style if old else self._inherited(row, column)
            text = "" if new is None else str(new)
            if not text.startswith("="):
                raise WorkbookError("without Excel, Range.formula takes formulas only; use .value")
            grid.put(row, column, Cell(style=style, formula=text[1:]))

    @property
    def number_format(self) -> str | None:
        grid, styles = self.sheet.grid, self.sheet.book.file.styles
        found = {
            styles.code(
                cell.style if (cell := grid.cell(row, column)) else self._inherited(row, column)
            )
            for row, column in self._places()
        }
        return found.pop() if len(found) == 1 else None

    @number_format.setter
    def number_format(self, code: str) -> None:
        grid, styles = self._writable(), self.sheet.book.file.styles
        for row, column in self._places():
            old = grid.cell(row, column)
            before = old.style if old else self._inherited(row, column)
            style = styles.with_code(before, code)
            if old is None:
                grid.put(row, column, Cell(style=style))
            elif style != before:
                grid.touched(row)
                old.style, old.raw = style, None

    def clear_contents(self) -> None:
        grid = self._writable()
        for row, column in self._places():
            if old := grid.cell(row, column):
                grid.put(row, column, Cell(style=old.style) if old.style else None)

    def clear(self) -> None:
        grid = self._writable()
        for row, column in self._places():
            if grid.cell(row, column):
                grid.put(row, column, None)
        self.sheet.file.annotations.remove(self._area)

    def copy(self, destination: Any = None) -> None:
        if destination is None:
            raise WorkbookError("Range.copy needs a destination without Excel")
        target: Range = destination.impl
        grid, source = target._resized(*self.shape)._writable(), self.sheet.grid
        if grid is not source:
            raise WorkbookError("without Excel, Range.copy works within one sheet only")
        down, right = target.row - self.row, target.column - self.column
        for row, column in self._places():
            if (cell := source.cell(row, column)) and cell.spills:
                raise WorkbookError(
                    f"sheet {self.sheet.name}: the array formula at "
                    f"{files.reference(row, column, row, column)} cannot be moved with its row; "
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
        self.sheet.file.annotations.copy(self._area, down, right)

    @property
    def row_hidden(self) -> bool | None:
        rows = self.sheet.grid.rows
        found = {
            (row in rows and rows[row].facts.get("hidden") in ("1", "true"))
            for row in range(self.row, self.row + self.shape[0])
        }
        return found.pop() if len(found) == 1 else None

    @row_hidden.setter
    def row_hidden(self, hidden: bool) -> None:
        grid = self._writable()
        for number in range(self.row, self.row + self.shape[0]):
            known = grid.rows.get(number)
            if (known is not None and known.facts.get("hidden") in ("1", "true")) == hidden:
                continue
            facts = grid.touched(number).facts
            facts.pop("hidden", None)
            if hidden:
                facts["hidden"] = "1"

    @property
    def _area(self) -> files.Area:
        return (
            self.row,
            self.column,
            self.row + self.shape[0] - 1,
            self.column + self.shape[1] - 1,
        )

    def _resized(self, rows: int, columns: int) -> Range:
        return Range(self.sheet, self.row, self.column, rows, columns)

    def _places(self) -> Iterator[tuple[int, int]]:
        for row in range(self.row, self.row + self.shape[0]):
            for column in range(self.column, self.column + self.shape[1]):
                yield row, column

    def _each(self, value: Any) -> Any:
        if self.shape == (1, 1):
            return value(self.row, self.column)
        bottom, right = self.row + self.shape[0], self.column + self.shape[1]
        return [
            [value(row, column) for column in range(self.column, right)]
            for row in range(self.row, bottom)
        ]

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

    def _writable(self) -> Grid:
        self.sheet.file.refuse_change(self._area)
        return self.sheet.grid


@refusing
class Names(base_classes.Names):
    """The defined names of a book."""

    def __init__(self, book: Book) -> None:
        self._names = [Name(book, *each) for each in book.file.names]

    def __call__(self, key: int | str) -> Name:
        return _pick(self._names, key)

    def contains(self, key: int | str) -> bool:
        return any(each.name.casefold() == str(key).casefold() for each in self._names)

    def __len__(self) -> int:
        return len(self._names)


@refusing
class Name(base_classes.Name):
    """One defined name."""

    name: str
    refers_to: str

    def __init__(self, book: Book, name: str, target: str, owner: files.SheetFile | None) -> None:
        self._book = book
        self.name = f"{owner.name}!{name}" if owner else name
        self.refers_to = "=" + target

    @property
    def refers_to_range(self) -> Range:
        sheet, area = files.quoted_sheet(self.refers_to[1:])
        try:
            return self._book.sheets(sheet).range(area)
        except (KeyError, WorkbookError) as error:
            raise WorkbookError(
                f"the name {self.name} does not stand for a range of cells"
            ) from error


@refusing
class Tables(base_classes.Tables):
    """The tables of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def __call__(self, key: int | str) -> Table:
        return _pick(list(self), key)

    def __len__(self) -> int:
        return len(self._sheet.file.tables)

    def __iter__(self) -> Iterator[Table]:
        return (Table(self._sheet, file) for file in self._sheet.file.tables)

    def __contains__(self, key: str) -> bool:
        return any(each.name == key for each in self)


@refusing
class Table(base_classes.Table):
    """One table."""

    parent: Sheet
    name: str
    display_name: str

    def __init__(self, sheet: Sheet, file: files.TableFile) -> None:
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
            area._writable()
            self.parent.file.list_grows(body._area, last)
            self._file.resize(last)


def _pick(items: list[Any], key: int | str) -> Any:
    if isinstance(key, int):
        return items[key - 1]
    for each in items:
        if each.name.casefold() == str(key).casefold():
            return each
    raise KeyError(key)


def _as_stored(value: str) -> str:
    from partnerbook import text  # noqa: PLC0415  named like everybody's variables

    return text.for_cell(value)


def _same(old: Any, new: Any) -> bool:
    return type(old) is type(new) and old == new
