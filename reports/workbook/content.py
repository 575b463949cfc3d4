"""What counts of a cell, whichever program saved the file last, and a hash of it. Pure.

What programs change when they only save a file again is left out: styles, widths, the values of
formulas, the notation of numbers and of escaped characters.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from partnerbook.text import for_cell, from_cell_xml
from reports.workbook.cells import TOO_LONG, form_of
from reports.workbook.poured import Body

LETTERS = 6
"""Letters that are kept of each cell's own hash: enough to name it, the seal itself proves."""
EMPTY = "-" * LETTERS

Row = tuple[int, Mapping[int, str]]
"""The number of a row, and column -> content of its cells that are not empty."""

_HALF = timedelta(milliseconds=500)


def content(value: Any, *, is_formula: bool = False) -> str:
    """Return what counts of a cell; ``""`` for an empty one."""
    if is_formula:
        return "f:" + re.sub(r"[\s']", "", str(value)).upper()
    if isinstance(value, str):
        return _of_text(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"b:{value:d}"
    if isinstance(value, datetime):
        return "d:" + (value + _HALF).replace(microsecond=0).isoformat()
    if isinstance(value, date):
        return f"d:{value.isoformat()}T00:00:00"
    try:
        return f"n:{float(value) + 0.0:.15g}"  # no program tells -0 from 0
    except TypeError:
        return f"x:{value}"  # a time of day, or a length of time


def of_body(body: Body) -> Iterator[Row]:
    """Yield the rows of a long table that stands in no cell yet."""
    columns = range(body.left, body.left + len(body.kinds))
    for number, row in enumerate(body.rows, start=body.top):
        found = {}
        for column, value, kind in zip(columns, row, body.kinds, strict=True):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                text = _of_text(for_cell(value))
            elif type(value) is int:
                text = f"n:{value:.15g}" if abs(value) < TOO_LONG else f"t:{value}"
            else:
                text = content(form_of(value, kind, body.zone)[0])
            if text:
                found[column] = text
        yield number, found


def short(text: str) -> str:
    """Return the few letters by which a cell's content is known."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LETTERS]


def letters_of(cells: Mapping[int, str]) -> str:
    """Return the letters of a row's cells, one after the other, up to the last that holds any."""
    if not cells:
        return ""
    known = [EMPTY] * max(cells)
    for column, text in cells.items():
        known[column - 1] = short(text)
    return "".join(known)


def split(letters: str) -> Sequence[str]:
    """Return the letters of each cell of a row, from its first column."""
    return [letters[at : at + LETTERS] for at in range(0, len(letters), LETTERS)]


class Digest:
    """One hash of all rows of all sheets, in order."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, title: str, row: int, cells: Mapping[int, str]) -> None:
        """Add a row that holds anything."""
        # With its length before each text, no text can pass for the end of another.
        told = "".join(f"{column}:{len(text)}:{text}" for column, text in sorted(cells.items()))
        self._hash.update(f"{len(title)}:{title}{row};{told}".encode("utf-8", "surrogatepass"))

    def __str__(self) -> str:
        return self._hash.hexdigest()


def _of_text(text: str) -> str:
    if "_x" in text:
        # LibreOffice writes such a character as it is, however often it was escaped.
        while (plain := from_cell_xml(text)) != text:
            text = plain
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"t:{text}" if text.strip() else ""  # not every program keeps a blank
