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
from typing import Any, TypeGuard

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
_MOST = 30_000  # letters of the hidden sheet in one cell
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
    digest, packed = hashlib.sha256(), []
    for title, rows in _sheets(book):
        letters = [f"{row}:{_letters(cells)}" for row, cells in _hashed(title, rows, digest)]
        packed += [(title, "/".join(some)) for some in _packs(letters)]
    whole = digest.hexdigest()
    hidden: Worksheet = book.create_sheet(SHEET)
    hidden.sheet_state = "veryHidden"
    for number, (title, text) in enumerate(packed, start=1):
        put(hidden.cell(number, 1), title)
        put(hidden.cell(number, 2), text)
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
    digest = hashlib.sha256()
    cells = {
        (title, row, column): _short(text)
        for title, rows in _sheets(book)
        for row, texts in _hashed(title, rows, digest)
        for column, text in texts.items()
    }
    if digest.hexdigest() == seal_of(book):
        return True, ()
    known: dict[tuple[str, int, int], str] = {}
    titles: set[str] = set()
    for title, row, letters in _unpacked(book) if SHEET in book.sheetnames else ():
        titles.add(title)
        for at in range(0, len(letters), _LETTERS):
            if (short := letters[at : at + _LETTERS]) != _EMPTY:
                known[title, row, at // _LETTERS + 1] = short
    return False, tuple(_differing(book, cells, known, titles))


def _unpacked(book: Workbook) -> Iterator[tuple[str, int, str]]:
    for title, text in book[SHEET].iter_rows(max_col=2, values_only=True):
        for each in str(text or "").split("/"):
            row, colon, letters = each.partition(":")
            if colon and row.isdecimal():
                yield str(title), int(row), letters


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
        if title not in present & titles or cells.get(place) == known.get(place):
            continue
        cell = book[title].cell(row, column)
        now = "" if cell.value is None else str(cell.value)
        was_empty = place not in known
        yield Cell(sheet=title, place=cell.coordinate, was_empty=was_empty, now=now)


Row = tuple[int, dict[int, str]]  # its number, and column -> content as it is compared


def _sheets(book: Workbook) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the sealed sheets by title, each with its rows."""
    for sheet in sorted(book.worksheets, key=lambda each: str(each.title)):
        if sheet.title not in _UNSEALED:
            yield sheet.title, _rows(book, sheet)


def _hashed(title: str, rows: Iterator[Row], digest: hashlib._Hash) -> Iterator[Row]:
    """Hash the rows that hold anything, and pass them on."""
    for row, cells in rows:
        if not cells:
            continue
        for column in sorted(cells):
            line = f"{title}\x1f{row}\x1f{column}\x1f{cells[column]}\x1e"
            digest.update(line.encode("utf-8", "surrogatepass"))
        yield row, cells


def _rows(book: Workbook, sheet: Worksheet) -> Iterator[Row]:
    bodies = [each for each in book.bodies if each.sheet is sheet] if _pours(book) else []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        found = {}
        for column, cell in enumerate(row, start=1):
            if cell.value is not None and (text := _canonical(cell.value, cell.data_type)):
                found[column] = text
        if not any(body.top <= number < body.top + len(body.rows) for body in bodies):
            yield number, found
    # Long tables stand below the headings and above nothing: see `poured`.
    for body in bodies:
        for number, values in enumerate(body.rows, start=body.top):
            found = {}
            for at, (value, kind) in enumerate(zip(values, body.kinds, strict=True)):
                plain, _, _ = form_of(value, kind, body.zone)
                if plain is not None and (text := _canonical(plain, "s")):
                    found[body.left + at] = text
            yield number, found


def _pours(book: Workbook) -> TypeGuard[Shell]:
    return isinstance(book, Shell)


def _packs(texts: list[str]) -> Iterator[list[str]]:
    """Yield the texts in runs that fit a cell."""
    some: list[str] = []
    size = 0
    for text in texts:
        if size + len(text) >= _MOST and some:
            yield some
            some, size = [], 0
        some.append(text)
        size += len(text) + 1
    yield some


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


def _letters(cells: Mapping[int, str]) -> str:
    return "".join(
        _short(cells[column]) if column in cells else _EMPTY for column in range(1, max(cells) + 1)
    )


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LETTERS]
