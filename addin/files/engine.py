"""An xlwings engine over .xlsx files: xlwings' own objects, without Excel.

Macros written for Excel run here unchanged, as far as they use what this module has: values,
formulas, number formats, copying, clearing, hidden rows, tables and names. Everything else of
xlwings' interface is refused by name. Texts stay texts: nothing is read as if it were typed.
"""

# ruff: noqa: D102  what each of these does is in xlwings' own documentation

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from xlwings import base_classes

from addin.files import workbook as files
from addin.files.cellrange import ErrorText, Range
from addin.files.grid import Grid
from addin.files.refusing import refusing
from partnerbook.errors import WorkbookError

ENGINE = "partnerbook"
_Named = TypeVar("_Named", "Book", "Sheet", "Name", "Table")


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

    @property
    def notes(self) -> list[Note]:
        return [
            Note(self, *place, text) for place, text in self.file.annotations.comments().items()
        ]

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
class Note(base_classes.Note):
    """The comment of one cell; to be read and deleted."""

    text: str
    location: Range

    def __init__(self, sheet: Sheet, row: int, column: int, text: str) -> None:
        self._sheet = sheet
        self.location = Range(sheet, row, column, 1, 1)
        self.text = text

    def delete(self) -> None:
        self._sheet.file.refuse_change(self.location.area)
        self._sheet.file.annotations.remove(self.location.area, links=False)


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
            area.writable()
            self.parent.file.list_grows(body.area, last)
            self._file.resize(last)


def _pick(items: list[_Named], key: int | str) -> _Named:
    if isinstance(key, int):
        return items[key - 1]
    for each in items:
        if each.name.casefold() == str(key).casefold():
            return each
    raise KeyError(key)
