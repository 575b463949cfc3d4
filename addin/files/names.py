"""The defined names of a file, as xlwings wants them."""

# ruff: noqa: D102  what each of these does is in xlwings' own documentation

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from addin.files.cellrange import Range
from addin.files.picking import pick
from addin.files.places import quoted_sheet
from addin.files.refusing import refusing
from addin.files.sheetfile import SheetFile
from partnerbook.errors import WorkbookError


@refusing
class Names(base_classes.Names):
    """The defined names of a book."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._names = [Name(book, *each) for each in book.file.names]

    def __call__(self, key: int | str) -> Name:
        return pick(self._names, key)

    def contains(self, key: int | str) -> bool:
        return any(each.name.casefold() == str(key).casefold() for each in self._names)

    def __len__(self) -> int:
        return len(self._names)

    def add(self, name: str, refers_to: str) -> Name:
        if self.contains(name):
            raise WorkbookError(f"{self._book.name} has a name {name} already; choose another")
        self._book.file.add_name(name, refers_to.removeprefix("="))
        added = Name(self._book, name, refers_to.removeprefix("="), None)
        self._names.append(added)
        return added


@refusing
class Name(base_classes.Name):
    """One defined name."""

    name: str
    refers_to: str

    def __init__(self, book: Any, name: str, target: str, owner: SheetFile | None) -> None:
        self._book = book
        self.name = f"{owner.name}!{name}" if owner else name
        self.refers_to = "=" + target

    @property
    def refers_to_range(self) -> Range:
        sheet, area = quoted_sheet(self.refers_to[1:])
        try:
            found: Range = self._book.sheets(sheet).range(area)
        except (KeyError, WorkbookError) as error:
            raise WorkbookError(
                f"the name {self.name} does not stand for a range of cells"
            ) from error
        return found
