"""The seal: a hash of every cell as it was made, in the file's properties and in print.

A very hidden sheet holds a few letters of each cell's own hash, so that changes can be named
without the first file; `sealed` reads them. The sheet where people sign is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard

from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.reconciliation.words import WORDS
from reports.workbook.cells import put
from reports.workbook.content import Digest, Row, content, letters_of, of_body
from reports.workbook.poured import Shell
from reports.workbook.sign_off import SEAL

PROPERTY = "Partnerbook seal"
SHEET = "Seal"
UNSEALED = frozenset({SHEET, *WORDS["Sign-off"]})
_MOST = 30_000  # letters of the hidden sheet in one cell


def seal(book: Workbook) -> str:
    """Seal a book, all else in it finished; return the seal."""
    digest = Digest()
    packed: list[tuple[str, str]] = []
    sheets = (sheet for sheet in book.worksheets if sheet.title not in UNSEALED)
    for sheet in sorted(sheets, key=lambda each: str(each.title)):
        letters = []
        for row, cells in _rows(book, sheet):
            if cells:
                digest.add(sheet.title, row, cells)
                letters.append(f"{row}:{letters_of(cells)}")
        packed += [(sheet.title, text) for text in _packs(letters)]
    hidden: Worksheet = book.create_sheet(SHEET)
    hidden.sheet_state = "veryHidden"
    for number, (title, text) in enumerate(packed, start=1):
        put(hidden.cell(number, 1), title)
        put(hidden.cell(number, 2), text)
    signing = next(s for s in book.worksheets if s.title in WORDS["Sign-off"])
    put(signing[SEAL], str(digest))
    properties: Any = book  # its type hints do not know them
    properties.custom_doc_props.append(StringProperty(name=PROPERTY, value=str(digest)))
    return str(digest)


def _rows(book: Workbook, sheet: Worksheet) -> Iterator[Row]:
    bodies = [each for each in book.bodies if each.sheet is sheet] if _pours(book) else []
    # Long tables stand below the headings and above nothing: see `poured`.
    first = min((body.top for body in bodies), default=None)
    for number, row in enumerate(sheet.iter_rows(max_row=first and first - 1), start=1):
        texts = (
            (column, content(cell.value, is_formula=cell.data_type == "f"))
            for column, cell in enumerate(row, start=1)
        )
        yield number, {column: text for column, text in texts if text}
    for body in bodies:
        yield from of_body(body)


def _pours(book: Workbook) -> TypeGuard[Shell]:
    return isinstance(book, Shell)


def _packs(texts: list[str]) -> Iterator[str]:
    """Yield the texts, joined, in pieces that fit a cell; at least one."""
    some: list[str] = []
    size = 0
    for text in texts:
        if size + len(text) >= _MOST and some:
            yield "/".join(some)
            some, size = [], 0
        some.append(text)
        size += len(text) + 1
    yield "/".join(some)
