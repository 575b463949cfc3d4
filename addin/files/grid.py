"""One sheet's XML as cells, and back: what nobody touched keeps its bytes.

Only the rows are understood. Everything before and after ``<sheetData>`` (views, columns,
formats, validations, other programs' extensions) is kept as it stands; of that only the
references are changed that speak of rows which moved.

A row is a dictionary of its cells' XML: reading takes a row apart, and nothing more. An object
for each cell was half of the time and two thirds of the memory of a refresh.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from itertools import islice, zip_longest

from addin import formulas
from addin.files.cellxml import Cell, CellXml, unusual
from addin.files.places import Area, Place, inside
from addin.files.xmltext import attributes, column_number, uncarried
from partnerbook.errors import WorkbookError
from reports.workbook import parts

_NUMBER = re.compile(r'\sr="([0-9]+)"')
_OTHER_ENCODING = re.compile(r"<\?xml[^>]*encoding=[\"'](?!utf-8)", re.IGNORECASE)


class Row:
    """One row.

    Args:
        tag: The attributes of its element, as they stand in the file.
        cells: The XML of its cells without their references, by column; carried, as all of
            the rows (`xmltext.carried`).
        span: Where it stands in the sheet's XML; None once it is changed.
    """

    __slots__ = ("_facts", "_tag", "cells", "span")

    def __init__(self, tag: str, cells: dict[int, str], span: tuple[int, int] | None) -> None:
        self._tag = tag
        self._facts: dict[str, str] | None = None
        self.cells = cells
        self.span = span

    @property
    def facts(self) -> dict[str, str]:
        """Its attributes."""
        if self._facts is None:
            self._facts = attributes(self._tag)
        return self._facts


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
            closing = f"</{p}sheetData>"
            end = whole.rindex(closing)
            after = end + len(closing)
        self.tail = uncarried(whole[after:])
        for sign in "!?":  # nearly always there is none, and one sign is found six times as fast
            if whole.find(sign, begin, end) >= 0 and whole.find(f"<{sign}", begin, end) >= 0:
                raise WorkbookError(unusual(name))
        self.xml = CellXml(p, shared, name)
        self.changed = False
        self._formulas: set[Place] = set()
        self._above: list[str] = []
        self._extent: tuple[int, int] | None = None
        self._columns: dict[tuple[str, ...], tuple[int, ...]] = {}
        # Each cell's opening, nearly always; other elements' names start with a "c" too.
        self._opening = f"<{p}c"
        self._usual_re = re.compile(rf'<{p}c r="([A-Z]+)[0-9]+"')
        self._cell_re = re.compile(rf"<{p}c\b([^<>]*?)(/>|>(.*?)</{p}c>)", re.DOTALL)
        self.rows = self._rows(begin, end)
        self._sharing = bool(self._formulas)

    def cell(self, row: int, column: int) -> Cell | None:
        """Return what a cell says, None where there is none."""
        xml = self.xml_of(row, column)
        return None if xml is None else self.xml.cell(xml)

    def xml_of(self, row: int, column: int) -> str | None:
        """Return a cell's XML without its reference, None where there is none."""
        there = self.rows.get(row)
        return there.cells.get(column) if there else None

    def cells_of(self, first: int, last: int) -> list[Mapping[int, str]]:
        """Return the cells of rows, also of such that are not there."""
        nothing = Row("", {}, None)
        return [self.rows.get(number, nothing).cells for number in range(first, last + 1)]

    def put(self, row: int, column: int, xml: str | None) -> None:
        """Set a cell's XML; None removes it."""
        there = self.touched(row)
        if xml is None:
            there.cells.pop(column, None)
        else:
            there.cells[column] = xml
        if xml is not None and self.xml.formula_mark in xml:
            self._formulas.add((row, column))
        elif self._formulas:
            self._formulas.discard((row, column))

    def copy(self, area: Area, down: int, right: int) -> None:
        """Copy cells as Excel does; where there is none, there will be none.

        Args:
            area: Which cells.
            down: How many rows further on.
            right: How many columns further on.
        """
        top, left, bottom, last = area
        moved = {
            (row + down, column + right): (row, column) for row, column in self.formula_cells(area)
        }
        new = [
            {column + right: xml for column, xml in cells.items() if left <= column <= last}
            for cells in self.cells_of(top, bottom)
        ]
        for (row, column), place in moved.items():
            reference = f"{parts.column_name(column)}{row}"
            xml = self.rows[place[0]].cells[place[1]]
            new[row - top - down][column] = self.xml.moved(xml, reference, down, right)
        left, last = left + right, last + right
        self._formulas -= self.formula_cells((top + down, left, bottom + down, last))
        self._formulas |= moved.keys()
        for number, cells in enumerate(new, top + down):
            old = self.rows[number].cells if number in self.rows else {}
            if cells or any(left <= column <= last for column in old):
                kept = {each: xml for each, xml in old.items() if not left <= each <= last}
                self.touched(number).cells = kept | cells

    def touched(self, row: int) -> Row:
        """Return a row that is about to be changed; it is made when it is not there."""
        self.changed = True
        self._extent = None
        there = self.rows.get(row)
        if there is None:
            there = self.rows[row] = Row("", {}, None)
        there.span = None
        return there

    def extent(self) -> tuple[int, int]:
        """Return the last row and column that hold something."""
        if self._extent is None:
            used = [(n, max(row.cells)) for n, row in self.rows.items() if row.cells]
            rows, columns = zip(*used, strict=True) if used else ((1,), (1,))
            self._extent = max(rows), max(columns)
        return self._extent

    def expand_shared(self) -> None:
        """Give each cell of a shared formula a formula of its own, so that cells can move."""
        if not self._sharing:
            return
        self._sharing = False
        found = {place: self.xml.formula(self.rows[place[0]].cells[place[1]])
                 for place in sorted(self._formulas)}  # fmt: skip
        sharing = {place: each for place, each in found.items() if each and each.shared is not None}
        masters = {each.shared: (place, each) for place, each in sharing.items() if each.text}
        for place, each in sharing.items():
            (row, column), master = masters.get(each.shared, (place, each))
            text = formulas.shifted(master.text, place[0] - row, place[1] - column)
            style = self.xml.style(self.rows[place[0]].cells[place[1]])
            self.put(*place, self.xml.made_formula(each.on_its_own(text), style, ""))

    def forget_results(self) -> None:
        """Drop the cached result of each formula: whoever opens the file calculates afresh."""
        for row, column in self._formulas:
            xml = self.rows[row].cells[column]
            bare = self.xml.without_result(xml)
            if bare != xml:
                self.rows[row].cells[column] = bare
                self.rows[row].span = None

    def formula_cells(self, area: Area | None = None) -> frozenset[Place]:
        """Return where there are formulas, in an area or at all."""
        if area is None or not self._formulas:
            return frozenset(self._formulas)
        return frozenset(each for each in self._formulas if inside(each, area))

    def to_xml(self) -> bytes:
        """Return the sheet's XML."""
        p, opening = self._prefix, f'{self._opening} r="'
        _, last_column = extent = self.extent()
        names = {number: parts.column_name(number) for number in range(1, last_column + 1)}
        body: list[str] = []
        for number in sorted(self.rows):
            row = self.rows[number]
            if row.span is not None:
                body.append(self._whole[slice(*row.span)])
                continue
            facts = "".join(f' {k}="{v}"' for k, v in row.facts.items() if k not in ("r", "spans"))
            cells = row.cells
            if not cells and not facts:
                continue
            body.append(f'<{p}row r="{number}"{facts}>')
            body += [f'{opening}{names[each]}{number}"{cells[each]}' for each in sorted(cells)]
            body.append(f"</{p}row>")
        head = re.sub(
            rf'(<{p}dimension\b[^<>]*?\bref=")[^"]*(")',
            rf"\g<1>A1:{names[last_column]}{extent[0]}\g<2>",
            self.head,
            count=1,
        )
        rows = "".join(body).encode("latin-1")
        begin, end = f"{head}<{p}sheetData>", f"</{p}sheetData>{self.tail}"
        return b"".join((begin.encode(), rows, end.encode()))

    def _rows(self, begin: int, end: int) -> dict[int, Row]:
        rows: dict[int, Row] = {}
        number, whole = 0, self._whole
        row_re = re.compile(rf"<{self._prefix}row\b([^<>]*?)(/?)>")
        closing, mark = f"</{self._prefix}row>", self.xml.formula_mark
        while match := row_re.search(whole, begin, end):
            start, begin = match.span()
            content = ""
            if not match[2]:
                stop = whole.find(closing, begin, end)
                if stop < 0:
                    break
                content, begin = whole[begin:stop], stop + len(closing)
            row = Row(match[1], self._cells(content) if content else {}, (start, begin))
            if found := _NUMBER.search(match[1]):
                number = int(found[1])
            else:
                number, row.span = number + 1, None  # it gets one when the sheet is written
            rows[number] = row
            if mark in content:
                self._formulas |= {(number, c) for c, xml in row.cells.items() if mark in xml}
        return rows

    def _cells(self, content: str) -> dict[int, str]:
        # Nothing, then in turn each cell's letters, and the rest of it.
        pieces = self._usual_re.split(content)
        if content.count(self._opening) != len(pieces) // 2 or not content.endswith(
            (f"</{self._prefix}c>", "/>")
        ):
            return self._unusual_cells(content)
        letters = tuple(pieces[1::2])
        columns = self._columns.get(letters)
        if columns is None:
            columns = self._columns[letters] = tuple(map(column_number, letters))
        # What stands in the row above too is kept once: an eighth of the memory of a long list.
        pairs = islice(zip_longest(self._above, pieces[2::2]), len(columns))
        cells = [above if above == here else here for above, here in pairs]
        self._above = cells
        return dict(zip(columns, cells, strict=True))

    def _unusual_cells(self, content: str) -> dict[int, str]:
        cells: dict[int, str] = {}
        column = 0
        for match in self._cell_re.finditer(content):
            facts = attributes(match[1])
            letters = facts.pop("r", "")
            column = column_number(letters) if letters else column + 1
            cells[column] = "".join(f' {key}="{value}"' for key, value in facts.items()) + match[2]
        return cells
