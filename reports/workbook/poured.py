"""Long tables: their body rows go into the sheet's part as XML, without a cell object each.

openpyxl makes the shell (headings, styles, widths, tables, views, print setup), and here the
body is poured into it while the file is packed: forty times faster, the same cells, and never
all of it in memory. `cells.put` stays the one place that knows how a value looks: a style is
asked of it once for each kind of value, and used for all of that kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from xml.sax.saxutils import quoteattr

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.workbook.cells import LONGEST_IN_TEXT_FORMAT, Kind, form_of, put
from reports.workbook.columns import ByColumns, Column
from reports.workbook.woven import in_rows

FROM_ROWS = 200
"""A table with fewer rows is written cell by cell; that costs nothing there."""

_DIMENSION = re.compile(rb'<dimension ref="[^"]*"')


@dataclass(slots=True)
class Body:
    """The rows of one table that stand in no cell yet.

    Attributes:
        sheet: The sheet they belong to; nothing else may stand in or below their rows.
        rows: The rows.
        kinds: What each column holds.
        zone: Zone in which moments are written.
        top: Number of the first row.
        left: Number of the first column.
    """

    sheet: Worksheet
    rows: ByColumns
    kinds: Sequence[Kind]
    zone: tzinfo
    top: int
    left: int
    _styles: dict[tuple[str, bool], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Every style that may be wanted: openpyxl writes them before the rows are poured.
        for kind in self.kinds:
            for sample in (None, "", "=", " " * (LONGEST_IN_TEXT_FORMAT + 1)):
                _, style, quoted = form_of(sample, kind, self.zone)
                # A cell that stands in no sheet: all that is wanted is the number of its style.
                probe = Cell(self.sheet, row=1, column=1)
                put(probe, sample, kind, zone=self.zone)
                self._styles[style, quoted] = probe.style_id

    def xml(self) -> Iterator[bytes]:
        """Yield the rows as they stand in a sheet's part, some at a time.

        Raises:
            ValueError: A row has another length than the kinds, or a value fits no cell.
        """
        letters = [get_column_letter(self.left + n) for n in range(len(self.kinds))]
        columns = [Column(kind, self.zone, self._style) for kind in self.kinds]
        heights = {
            number: f' ht="{each.height:g}" customHeight="1"'
            for number, each in self.sheet.row_dimensions.items()
            if each.height
        }
        row = self.top
        for block in self.rows.blocks:
            cells = [column.cells(each) for column, each in zip(columns, block, strict=True)]
            numbers = range(row, row + len(block[0]))
            tall = not heights.keys().isdisjoint(numbers)
            facts = [heights.get(number, "") for number in numbers] if tall else None
            yield in_rows(cells, letters, numbers, facts).encode("latin-1")
            row = numbers.stop

    def _style(self, value: Any, kind: Kind) -> int:
        _, style, quoted = form_of(value, kind, self.zone)
        return self._styles[style, quoted]


class Shell(Workbook):
    """A workbook whose long tables are poured when it is saved."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: list[Body] = []
        self.said_of_charts: dict[str, list[str]] = {}

    def poured(self, number: int, part: bytes) -> Iterator[bytes]:
        """Yield the part of a sheet, counted from 1, with its long table in it.

        Raises:
            ValueError: Something stands where the long table must.
        """
        sheet = self.worksheets[number - 1]
        body = next((each for each in self.bodies if each.sheet is sheet), None)
        if body is None:
            yield part
            return
        # openpyxl writes a row that only has a height; ours bears it itself.
        part = re.sub(rb"<row [^>]*/>|<row [^>]*></row>", b"", part)
        if re.search(rb'<row r="%d"[ >]' % body.top, part):
            raise ValueError(f"{sheet.title}: something stands in the rows of its long table")
        whole = f"{sheet.dimensions.partition(':')[0]}:{self._last(body)}"
        part = _DIMENSION.sub(f'<dimension ref="{whole}"'.encode(), part, count=1)
        head, end, tail = part.rpartition(b"</sheetData>")
        yield head
        yield from body.xml()
        yield end + tail

    def described(self, number: int, part: bytes) -> bytes:
        """Return the part of a drawing, counted from 1, with the words of its charts.

        openpyxl cannot write them. It numbers drawings in the order of their sheets.
        """
        drawn = [sheet.title for sheet in self.worksheets if sheet.title in self.said_of_charts]
        for at, words in enumerate(self.said_of_charts[drawn[number - 1]] if drawn else (), 1):
            name = f'name="Chart {at}"'.encode()
            shown = quoteattr(words).encode("ascii", "xmlcharrefreplace")
            part = part.replace(name, name + b" descr=" + shown, 1)
        return part

    @staticmethod
    def _last(body: Body) -> str:
        last = max(body.left + len(body.kinds) - 1, body.sheet.max_column)
        return f"{get_column_letter(last)}{body.top + len(body.rows) - 1}"
