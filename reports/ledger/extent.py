"""How far a sheet of unusual XML reaches, as its reader counts. Pure.

A cell need not say where it is: then it is the next one of its row, and a row the next one of its
sheet. Nor need it say so in the way that spreadsheet programs do. Here every element is looked at,
which takes ten times as long as `scan` takes for a usual sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat  # `gates` has refused declarations, which make XML dangerous

from partnerbook.text import column_number

# However long: the reader adds up what does not fit its numbers, and lands anywhere.
_PLACE = re.compile("([A-Za-z]+)([0-9]+)")
_NUMBER = re.compile("[0-9]+")
_MOST = 20_000_000  # elements: more than a ledger has, and what is looked at in some seconds


def extent_of(sheet: IO[bytes]) -> tuple[int, int]:
    """Return the farthest row and the farthest column with a cell in it; 0 and 0 for none.

    Args:
        sheet: Its XML.

    Raises:
        expat.ExpatError, ValueError: It is no XML, or no sheet that anybody could read.
    """
    seen = _Seen()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = seen.start, seen.end
    parser.ParseFile(sheet)
    return seen.height, seen.width


def styles_in(sheet: IO[bytes], column: int) -> list[tuple[int, str]]:
    """Return the row, from 1, and the style of each cell of a column.

    Args:
        sheet: Its XML, of which `extent_of` has told how far it reaches.
        column: The column, from 1.
    """
    seen = _Seen(column)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = seen.start, seen.end
    parser.ParseFile(sheet)
    return seen.styles


class _Seen:
    def __init__(self, column: int = 0) -> None:
        self.styles: list[tuple[int, str]] = []
        self._wanted = column
        self.height = self.width = 0
        self._row, self._column = 1, 0  # the present row, and the last column used in it
        self._cell: tuple[int, int] | None = None
        self._elements = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST:
            raise ValueError("too many elements")
        kind, place = name.rpartition(":")[2], attributes.get("r", "")
        if kind == "row":
            if _NUMBER.fullmatch(place):
                self._row = _count(place)
        elif kind == "c":
            said = _PLACE.fullmatch(place)
            # Nobody means more than nine letters.
            self._column = column_number(said[1][:9]) if said else self._column + 1
            self._cell = _count(said[2]) if said else self._row, self._column
            if self._column == self._wanted:
                self.styles.append((self._cell[0], attributes.get("s", "0")))
        elif self._cell:  # a cell with nothing in it is only formatted, and none to the reader
            self.height = max(self.height, self._cell[0])
            self.width = max(self.width, self._cell[1])

    def end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        if kind == "row":
            self._row, self._column = self._row + 1, 0
        elif kind == "c":
            self._cell = None


def _count(digits: str) -> int:
    return int(digits[:20])  # nobody means more, and to read thousands of digits takes long
