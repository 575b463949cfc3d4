"""The seal: a hash of every cell as it was made, and what tells which cells changed since.

The seal stands in the file's custom properties and in print. A very hidden sheet holds a few
letters of each cell's own hash, so that changes can be named without the first file. What
programs change when they only save a file again is left out: styles, widths, the values of
formulas, the notation of numbers. The sheet where people sign is left out too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.reconciliation.words import WORDS
from reports.workbook.cells import form_of, put
from reports.workbook.poured import Shell
from reports.workbook.sign_off import SEAL

PROPERTY = "Partnerbook seal"
SHEET = "Seal"
_LETTERS = 6  # of each cell's hash: enough to name it, the seal itself proves
_EMPTY = "-" * _LETTERS
_UNSEALED = frozenset({SHEET, *WORDS["Sign-off"]})
_ESCAPED = re.compile("_x005[Ff]_")  # an underscore; LibreOffice writes it without


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell that is not as it was sealed.

    Attributes:
        sheet: Title of its sheet.
        place: ``"B7"``; ``""`` where the whole sheet is gone or new.
        was_empty: Whether it was empty when it was sealed.
        now: What stands there now; ``""`` for nothing.
    """

    sheet: str
    place: str
    was_empty: bool
    now: str


def seal(book: Workbook) -> str:
    """Seal a book, all else in it finished; return the seal."""
    cells = _cells(book)
    whole = _whole(cells)
    hidden: Worksheet = book.create_sheet(SHEET)
    hidden.sheet_state = "veryHidden"
    rows: dict[tuple[str, int], dict[int, str]] = {
        (sheet.title, 1): {} for sheet in book.worksheets if sheet.title not in _UNSEALED
    }
    for (title, row, column), content in cells.items():
        rows.setdefault((title, row), {})[column] = _short(content)
    for number, ((title, row), known) in enumerate(rows.items(), start=1):
        columns = range(1, max(known, default=0) + 1)
        letters = "".join(known.get(column, _EMPTY) for column in columns)
        for column, value in enumerate((title, row, letters), start=1):
            put(hidden.cell(number, column), value)
    signing = next(s for s in book.worksheets if s.title in WORDS["Sign-off"])
    put(signing[SEAL], whole)
    _properties(book).append(StringProperty(name=PROPERTY, value=whole))
    return whole


def seal_of(book: Workbook) -> str | None:
    """Return the seal that a book bears; None for none."""
    for each in _properties(book).props:
        if each.name == PROPERTY:
            return str(each.value)
    return None


def _properties(book: Any) -> Any:
    # Its type hints do not know them.
    return book.custom_doc_props


def changes(book: Workbook) -> tuple[bool, tuple[Cell, ...]]:
    """Return whether a sealed book is as it was sealed, and which cells are not.

    The cells may be empty for a changed book: then its hidden sheet was changed or removed.
    """
    cells = _cells(book)
    if _whole(cells) == seal_of(book):
        return True, ()
    known: dict[tuple[str, int, int], str] = {}
    titles: set[str] = set()
    if SHEET in book.sheetnames:
        for title, row, letters in book[SHEET].iter_rows(max_col=3, values_only=True):
            titles.add(str(title))
            for at in range(0, len(str(letters or "")), _LETTERS):
                short = str(letters)[at : at + _LETTERS]
                if short != _EMPTY:
                    known[str(title), int(str(row)), at // _LETTERS + 1] = short
    return False, tuple(_differing(book, cells, known, titles))


def _differing(
    book: Workbook,
    cells: Mapping[tuple[str, int, int], str],
    known: Mapping[tuple[str, int, int], str],
    titles: set[str],
) -> Iterator[Cell]:
    if not titles:
        return
    present = {sheet.title for sheet in book.worksheets} - _UNSEALED
    for title in sorted(titles - present):
        yield Cell(sheet=title, place="", was_empty=False, now="")
    for title in sorted(present - titles):
        yield Cell(sheet=title, place="", was_empty=True, now="")
    for place in sorted(known.keys() | cells.keys()):
        title, row, column = place
        if title not in present & titles or _short(cells.get(place)) == known.get(place, _EMPTY):
            continue
        cell = book[title].cell(row, column)
        now = "" if cell.value is None else str(cell.value)
        was_empty = place not in known
        yield Cell(sheet=title, place=cell.coordinate, was_empty=was_empty, now=now)


def _cells(book: Workbook) -> dict[tuple[str, int, int], str]:
    return {
        place: text
        for sheet in book.worksheets
        if sheet.title not in _UNSEALED
        for place, text in (*_texts(sheet), *_poured(book, sheet))
    }


def _texts(sheet: Worksheet) -> Iterator[tuple[tuple[str, int, int], str]]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and (text := _canonical(cell.value, cell.data_type)):
                yield (sheet.title, cell.row, cell.column), text


def _poured(book: Workbook, sheet: Worksheet) -> Iterator[tuple[tuple[str, int, int], str]]:
    """Yield the cells of long tables, which are written only when the book is saved."""
    for body in book.bodies if isinstance(book, Shell) else ():
        if body.sheet is not sheet:
            continue
        for number, row in enumerate(body.rows, start=body.top):
            for at, (value, kind) in enumerate(zip(row, body.kinds, strict=True)):
                plain, _, _ = form_of(value, kind, body.zone)
                if plain is not None and (text := _canonical(plain, "s")):
                    yield (sheet.title, number, body.left + at), text


def _canonical(value: Any, kind: str) -> str:
    """Return a cell's content so that programs that only save the file again change nothing."""
    if kind == "f":
        return "f:" + re.sub(r"[\s']", "", str(value)).upper()
    if isinstance(value, bool):
        return f"b:{value:d}"
    if isinstance(value, datetime):
        return "d:" + value.replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return "d:" + datetime(value.year, value.month, value.day).isoformat()  # noqa: DTZ001  a cell's day has no zone
    if isinstance(value, str):
        text = _ESCAPED.sub("_", value).replace("\r\n", "\n")
        return f"t:{text}" if text else ""
    return f"n:{float(value):.15g}"


def _whole(cells: Mapping[tuple[str, int, int], str]) -> str:
    digest = hashlib.sha256()
    for (title, row, column), text in sorted(cells.items()):
        line = f"{title}\x1f{row}\x1f{column}\x1f{text}\x1e"
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _short(text: str | None) -> str:
    if text is None:
        return _EMPTY
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LETTERS]
