"""One sheet's XML as cells, and back: what nobody touched keeps its bytes.

Only the rows are understood. Everything before and after ``<sheetData>`` (views, columns,
formats, validations, other programs' extensions) is kept as it stands; of that only the
references are changed that speak of rows which moved.

Cells are kept by column, as what they are in the file; see `rowxml`. An object for each cell was
half of the time and two thirds of the memory of a refresh, a dictionary for each row a fifth.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from itertools import groupby

from addin import formulas
from addin.files.cellxml import Cell, CellXml, Formula, unusual
from addin.files.places import Area, Place, inside, reference
from addin.files.rowxml import Row, UnusualError, put_together, taken_apart
from partnerbook.errors import WorkbookError
from partnerbook.text import column_letters
from reports.workbook import parts
from reports.workbook.woven import uncarried

_OTHER_ENCODING = re.compile(r"<\?xml[^>]*encoding=[\"'](?!utf-8)", re.IGNORECASE)


class Grid:
    """The cells of one sheet.

    Args:
        part: The sheet's XML.
        shared: The workbook's shared strings.
        name: What the sheet is called, for sentences.

    Raises:
        WorkbookError: The XML is damaged, or written in a way that is not understood.
    """

    def __init__(self, part: bytes, shared: tuple[str, ...], name: str) -> None:
        parts.well_formed(part, name)
        self._whole = whole = part.removeprefix(BOM_UTF8).decode("latin-1")
        opening = re.search(r"<((?:\w+:)?)sheetData\b[^<>]*?(/?)>", whole)
        if opening is None or _OTHER_ENCODING.search(whole[:200]):
            raise WorkbookError(unusual(name))
        self._prefix = p = opening[1]
        self.head = uncarried(whole[: opening.start()])
        begin = end = after = opening.end()
        if not opening[2]:
            end = whole.rfind(f"</{p}sheetData")
            after = whole.find(">", end) + 1
        self.tail = uncarried(whole[after:])
        for sign in "!?":  # nearly always there is none, and one sign is found six times as fast
            if whole.find(sign, begin, end) >= 0 and whole.find(f"<{sign}", begin, end) >= 0:
                raise WorkbookError(unusual(name))
        try:
            self.rows, self._columns = taken_apart(whole, begin, end, p)
        except UnusualError as error:
            raise WorkbookError(unusual(name)) from error
        self.xml = CellXml(p, shared, name)
        self.changed = False
        self._extent: tuple[int, int] | None = None
        self._formulas: set[Place] = set()
        if whole.find(self.xml.formula_mark, begin, end) >= 0:
            self._formulas = {
                (row, column)
                for column, cells in self._columns.items()
                for row, xml in cells.items()
                if self.xml.formula_mark in xml
            }
        self._sharing = bool(self._formulas)

    def cell(self, row: int, column: int) -> Cell | None:
        """Return what a cell says, None where there is none."""
        xml = self.xml_of(row, column)
        return None if xml is None else self.xml.cell(xml)

    def xml_of(self, row: int, column: int) -> str | None:
        """Return a cell's XML without its reference, None where there is none."""
        cells = self._columns.get(column)
        return cells.get(row) if cells else None

    def column(self, number: int, first: int, last: int) -> list[str | None]:
        """Return the XML of a column's cells from one row to another, None where there is none."""
        cells = self._columns.get(number, {})
        try:
            return list(map(cells.__getitem__, range(first, last + 1)))
        except KeyError:
            return list(map(cells.get, range(first, last + 1)))

    def row(self, number: int) -> dict[int, str]:
        """Return the XML of a row's cells, by column."""
        return {each: cells[number] for each, cells in self._columns.items() if number in cells}

    def put(self, row: int, column: int, xml: str | None) -> None:
        """Set a cell's XML; None removes it."""
        self.put_all(column, {row: xml})

    def put_formula(self, row: int, column: int, formula: str, style: int) -> None:
        """Set a cell's formula, without its ``=``; what comes of it is calculated later."""
        before = self.cell(row, column)
        # An array of one cell stays one: written plainly it would count something else.
        old = before.formula if before else None
        if old and old.facts.get("t") == "array":
            made = Formula(formula, {"t": "array", "ref": ""}, old.dynamic)
        else:
            made = Formula(formula, {})
        place = reference(row, column, row, column)
        self.put(row, column, self.xml.made_formula(made, style, place))

    def put_all(self, column: int, cells: Mapping[int, str | None]) -> None:
        """Set the XML of cells of a column, by row; None removes one."""
        self.touch(cells)
        self._set(column, cells)
        if self._formulas:
            self._formulas.difference_update((row, column) for row in cells)
        mark = self.xml.formula_mark
        if mark in "".join(filter(None, cells.values())):
            with_one = [row for row, xml in cells.items() if xml and mark in xml]
            self._formulas.update((row, column) for row in with_one)

    def copy(self, area: Area, down: int, right: int) -> None:
        """Copy cells as Excel does; where there is none, there will be none.

        Args:
            area: Which cells.
            down: How many rows further on.
            right: How many columns further on.
        """
        top, left, bottom, last = area
        rows = range(top + down, bottom + down + 1)
        new = {column + right: self.column(column, top, bottom) for column in range(left, last + 1)}
        moved: set[Place] = set()
        for row, column in self.formula_cells(area):
            reference = f"{column_letters(column + right)}{row + down}"
            xml = self._columns[column][row]
            new[column + right][row - top] = self.xml.moved(xml, reference, down, right)
            moved.add((row + down, column + right))
        for column, cells in new.items():
            self._set(column, dict(zip(rows, cells, strict=True)))
        self._formulas -= self.formula_cells((rows[0], left + right, rows[-1], last + right))
        self._formulas |= moved
        # A list, for rows are made meanwhile: a row that is made is none that was copied.
        self.touch([row for row in rows if row in self.rows or row - down in self.rows])

    def touch(self, rows: Iterable[int]) -> None:
        """Let rows be written anew; such that are not there are made."""
        self.changed = True
        self._extent = None
        for number in rows:
            row = self.rows.get(number)
            if row is None:
                self.rows[number] = Row()
            else:
                row.span = None

    def touched(self, row: int) -> Row:
        """Return a row that is about to be changed; it is made when it is not there."""
        self.touch((row,))
        return self.rows[row]

    def extent(self) -> tuple[int, int]:
        """Return the last row and column that hold something."""
        if self._extent is None:
            used = [(max(cells), column) for column, cells in self._columns.items() if cells]
            rows, columns = zip(*used, strict=True) if used else ((1,), (1,))
            self._extent = max(rows), max(columns)
        return self._extent

    def expand_shared(self) -> None:
        """Give each cell of a shared formula a formula of its own, so that cells can move."""
        if not self._sharing:
            return
        self._sharing = False
        found = {place: self.xml.formula(self._at(place)) for place in sorted(self._formulas)}
        sharing = {place: each for place, each in found.items() if each and each.shared is not None}
        masters = {each.shared: (place, each) for place, each in sharing.items() if each.text}
        for place, each in sharing.items():
            (row, column), master = masters.get(each.shared, (place, each))
            text = formulas.shifted(master.text, place[0] - row, place[1] - column)
            style = self.xml.style(self._at(place))
            self.put(*place, self.xml.made_formula(each.on_its_own(text), style, ""))

    def forget_results(self) -> None:
        """Drop the cached result of each formula: whoever opens the file calculates afresh."""
        for row, column in self._formulas:
            xml = self._columns[column][row]
            bare = self.xml.without_result(xml)
            if bare != xml:
                self._columns[column][row] = bare
                self.rows[row].span = None

    def formula_cells(self, area: Area | None = None) -> frozenset[Place]:
        """Return where there are formulas, in an area or at all."""
        if area is None or not self._formulas:
            return frozenset(self._formulas)
        return frozenset(each for each in self._formulas if inside(each, area))

    def to_xml(self) -> bytes:
        """Return the sheet's XML."""
        p, extent = self._prefix, self.extent()
        body: list[str] = []
        kept = {number: row.span for number, row in self.rows.items() if row.span is not None}
        for as_it_was, group in groupby(sorted(self.rows), kept.__contains__):
            if as_it_was:
                body += [self._whole[slice(*kept[number])] for number in group]
            else:
                body += put_together([*group], self.rows, self._columns, p)
        head = re.sub(
            rf'(<{p}dimension\b[^<>]*?\bref=")[^"]*(")',
            rf"\g<1>A1:{column_letters(extent[1])}{extent[0]}\g<2>",
            self.head,
            count=1,
        )
        rows = "".join(body).encode("latin-1")
        begin, end = f"{head}<{p}sheetData>", f"</{p}sheetData>{self.tail}"
        return b"".join((begin.encode(), rows, end.encode()))

    def _at(self, place: Place) -> str:
        row, column = place
        return self._columns[column][row]

    def _set(self, column: int, cells: Mapping[int, str | None]) -> None:
        there = self._columns.setdefault(column, {})
        there.update(cells)  # type: ignore[arg-type]  # what is None goes at once
        for row in [row for row, xml in cells.items() if xml is None]:
            del there[row]
