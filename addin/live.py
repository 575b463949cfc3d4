"""What only Excel itself can do: the few lines that reach past xlwings to Excel's own objects.

Windows unless said otherwise. Everything here is refused by name for a workbook that is open as a
file, and where there is a way around it on macOS, the sentence says it.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlwings

from addin.files import ENGINE
from partnerbook.errors import WorkbookError

TITLE = "Partnerbook"

_ESCAPE = 0x1B  # VK_ESCAPE
_PRESSED = 0x8001  # down now, or pressed since it was asked last


def is_file(book: xlwings.Book) -> bool:
    """Return whether a workbook is open as a file, without Excel."""
    return bool(book.app.engine.name == ENGINE)


def can_ask(book: xlwings.Book) -> bool:
    """Return whether the user can be asked to type something."""
    return sys.platform == "win32" and not is_file(book)


def ask_text(book: xlwings.Book, question: str, default: str = "") -> str | None:
    """Ask for a line of text; None when the user cancelled. Excel shows 255 characters."""
    given = _excel(book, "InputBox").InputBox(question[:255], TITLE, default)
    return None if given is False else str(given).strip()


def ask_where(book: xlwings.Book, name: str, title: str) -> Path | None:
    """Ask under which name to save a workbook; None when the user cancelled."""
    kinds = "Excel (*.xlsx), *.xlsx"
    given = _excel(book, "GetSaveAsFilename").GetSaveAsFilename(name, kinds, 1, title)
    return None if given is False else Path(str(given))


def calculate(book: xlwings.Book) -> None:
    """Calculate all formulas of all workbooks: functions read the new list only then.

    Nothing they depend on has changed. On macOS there are no functions.
    """
    if can_ask(book):
        _excel(book, "CalculateFull").CalculateFull()


def selection(book: xlwings.Book) -> xlwings.Range | None:
    """Return the selected cells; None when there are none, as in a chart. Windows and macOS."""
    return None if is_file(book) else book.app.selection


def front(sheet: xlwings.Sheet) -> None:
    """Bring a sheet to the front. Windows and macOS."""
    if not is_file(sheet.book):
        sheet.activate()


def go(cell: xlwings.Range) -> None:
    """Select a cell and bring it into sight. Windows and macOS."""
    front(cell.sheet)
    if not is_file(cell.sheet.book):
        cell.select()


def show(block: xlwings.Range) -> None:
    """Bring a block that was just written to the front, its columns as wide as its texts.

    Windows and macOS.
    """
    front(block.sheet)
    if not is_file(block.sheet.book):
        block.columns.autofit()


def open_workbook(book: xlwings.Book, path: Path) -> None:
    """Open another workbook beside one that is open. Windows and macOS."""
    if not is_file(book):
        book.app.books.open(str(path))


def path_of(book: xlwings.Book) -> Path | None:
    """Return where a workbook is kept; None when it was never saved, or lies in a cloud.

    Not `xlwings.Book.fullname`: for a workbook in a cloud that reads a sheet of the workbook.
    Windows and macOS.
    """
    if is_file(book):
        return Path(book.fullname)
    native: Any = book.api
    name = str(native.FullName if sys.platform == "win32" else native.full_name.get())
    return None if "://" in name or not Path(name).is_absolute() else Path(name)


def save_copy(book: xlwings.Book, to: Path) -> None:
    """Write a workbook as it is now to another file; the open one stays as it is.

    On macOS Excel has no such command: what was saved last is copied.

    Raises:
        WorkbookError: On macOS, the workbook has changes that were not saved.
    """
    if is_file(book):
        book.save(str(to))  # a file's own `save` leaves the book where it was
        return
    if sys.platform == "win32":
        _excel(book, "SaveCopyAs", book.api).SaveCopyAs(str(to))
        return
    path = path_of(book)
    if path is None or not book.api.saved.get():
        raise WorkbookError(
            f"{book.name} has changes that are not saved on this computer; save it (Command-S) and "
            "press the button again"
        )
    shutil.copyfile(path, to)


def escape(book: xlwings.Book) -> Callable[[], bool]:
    """Return what tells whether the user pressed Esc in Excel since this call.

    Excel hands its own Esc to macros in VBA only, so Windows is asked. Elsewhere it is never.
    """
    if not can_ask(book):
        return lambda: False
    user32: Any = ctypes.windll.user32  # type: ignore[attr-defined,unused-ignore]  # Windows only
    excel = book.app.pid

    def pressed() -> bool:
        was = bool(user32.GetAsyncKeyState(_ESCAPE) & _PRESSED)
        owner = ctypes.c_ulong()
        user32.GetWindowThreadProcessId(user32.GetForegroundWindow(), ctypes.byref(owner))
        # The key is the whole desktop's: pressed in another program it means nothing here.
        return was and owner.value == excel

    pressed()  # what was pressed before does not count
    return pressed


def _excel(book: xlwings.Book, name: str, owner: Any = None) -> Any:
    if not can_ask(book):
        raise WorkbookError(
            f"Excel's {name} is available in Excel for Windows only; do it there, or with the "
            "command: partnerbook excel --help"
        )
    return book.app.api if owner is None else owner
