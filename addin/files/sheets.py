"""The worksheets of a file, as xlwings wants them."""

# ruff: noqa: D102  what each of these does is in xlwings' own documentation

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from addin.files.cellrange import Note, Range
from addin.files.grid import Grid
from addin.files.package import elements
from addin.files.picking import pick
from addin.files.places import Area, area_of
from addin.files.refusing import refusing
from addin.files.sheetfile import SheetFile
from addin.files.tables import Tables
from partnerbook.errors import WorkbookError


@refusing
class Sheets(base_classes.Sheets):
    """The worksheets of a file."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._sheets = [Sheet(book, file, i) for i, file in enumerate(book.file.sheets, 1)]

    @property
    def active(self) -> Sheet:
        root = self._book.file.root
        views, named = elements(root, "workbookView"), elements(root, "sheet")
        tab = int(views[0].get("activeTab", 0)) if views else 0
        name = named[tab].get("name", "") if tab < len(named) else ""
        if name not in [each.name for each in self._sheets]:
            raise WorkbookError(f"{self._book.name} was left on a sheet without cells; choose one")
        return pick(self._sheets, name)

    def __call__(self, key: int | str) -> Sheet:
        return pick(self._sheets, key)

    def __len__(self) -> int:
        return len(self._sheets)

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self._sheets)


@refusing
class Sheet(base_classes.Sheet):
    """One worksheet."""

    book: Any
    index: int
    tables: Tables

    def __init__(self, book: Any, file: SheetFile, index: int) -> None:
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
    def ProtectContents(self) -> bool:  # noqa: N802  Excel's own name, asked as sheet.api
        return self.file.is_protected

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

    def _area(self, arg: Any) -> Area:
        if isinstance(arg, Range):
            return (arg.row, arg.column, arg.row + arg.shape[0] - 1, arg.column + arg.shape[1] - 1)
        if isinstance(arg, tuple):
            # xlwings' own slicing, `block[:, 0]` say, asks with (row, column, rows, columns).
            rows, columns = arg[2:] or (1, 1)
            return (arg[0], arg[1], arg[0] + rows - 1, arg[1] + columns - 1)
        area = area_of(str(arg))
        if min(area) < 1:
            raise WorkbookError(f"{str(arg)[:40]!r} is no range of cells such as A1:B9")
        return area
