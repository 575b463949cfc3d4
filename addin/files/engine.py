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
from typing import Any

from xlwings import base_classes

from addin.files.cellxml import ErrorText
from addin.files.names import Names
from addin.files.picking import pick
from addin.files.refusing import refusing
from addin.files.sheets import Sheets
from addin.files.workbook import WorkbookFile
from partnerbook.errors import WorkbookError

ENGINE = "partnerbook"


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
                if datetime_builder is datetime:
                    return value  # to the second, as all that is read here
                return datetime_builder(
                    year=value.year, month=value.month, day=value.day, hour=value.hour,
                    minute=value.minute, second=value.second, microsecond=0, tzinfo=None,
                )  # fmt: skip
            if number_builder and isinstance(value, float):
                return number_builder(value)
            return value

        return [
            [value if type(value) is str and value else clean(value) for value in row]
            for row in data
        ]


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

    def open(self, fullname: str, *_: Any, read_only: bool | None = None, **__: Any) -> Book:
        book = Book(self._app, Path(fullname), reading=bool(read_only))
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
        return pick(self._open, key)

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

    def __init__(self, app: App, path: Path, *, reading: bool = False) -> None:
        self.app = app
        self.path = path
        self.file = WorkbookFile(path, reading=reading)
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
