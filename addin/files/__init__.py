"""Workbooks as files: xlwings' own objects without Excel.

    book = open_book(Path("Customers.xlsx"))
    book.sheets["Customers"].range("A1").value
    save(book)

Only the parts of sheets that were changed are written; everything else in the file keeps its
bytes. See `addin.files.engine` for what of xlwings' interface there is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import xlwings

from addin.files.engine import ENGINE, Engine
from addin.files.handover import rules as rules_of
from addin.files.handover import strip

__all__ = ["ENGINE", "hand_over", "open_book", "rules", "save"]


def open_book(path: Path, *, reading: bool = False) -> xlwings.Book:
    """Open an .xlsx or .xlsm file as xlwings' `Book`.

    Args:
        path: The file.
        reading: Whether it is only read: then it may be read-only, and open elsewhere.

    Raises:
        WorkbookError: The file cannot be read, or could not be changed without harm: open
            elsewhere, read-only, encrypted, digitally signed or damaged.
    """
    if ENGINE not in xlwings.engines.engines_by_name:
        xlwings.engines.add(xlwings.Engine(impl=Engine()))
    books = (
        xlwings.engines[ENGINE]
        .impl.apps[next(iter(xlwings.engines[ENGINE].impl.apps.keys()))]
        .books
    )
    return xlwings.Book(impl=books.open(str(Path(path).resolve()), read_only=reading))


def save(book: xlwings.Book, announce: Callable[[bytes], None] | None = None) -> bool:
    """Write what was changed to the book's file: the old file or the new one, nothing between.

    Args:
        book: The book.
        announce: Told the whole file right before it takes the old one's place.

    Returns:
        Whether there was anything to write.

    Raises:
        WorkbookError: The file cannot be written, or somebody else changed it meanwhile; it
            was left as it was.
    """
    return bool(book.impl.file.save(book.impl.path, announce))


def hand_over(book: xlwings.Book, target: Path) -> tuple[str, ...]:
    """Write a copy without macros, connections and links; the book's own file stays as it is.

    Returns:
        What still looks into another workbook, a few words for each.

    Raises:
        WorkbookError: The copy cannot be made without harm, or not be written.
    """
    file = book.impl.file
    file.values_hold = True
    file.pending()  # the changed sheets are among the parts that are looked at
    left = strip(file)
    file.save(Path(target))
    return left


def rules(book: xlwings.Book) -> tuple[tuple[str, str], ...]:
    """Return the formulas outside of cells: of formats, of validations, of names.

    Returns:
        A few words that say where, and the formula with its ``=``.
    """
    found = [
        (f"{kind} on the sheet {sheet.name} ({cells})", f"={formula}")
        for sheet in book.impl.file.sheets
        for kind, cells, formula in rules_of(sheet.grid.tail)
    ]
    names = [
        (f"the name {each.name} (Formulas > Name Manager)", str(each.refers_to))
        for each in book.names
    ]
    return (*found, *names)
