"""What hangs on single cells of a sheet: links, comments, discussions. It moves with its cell.

A link stands after the sheet's rows. A comment stands in a part of its own and its yellow box
in another (VML); a discussion (threaded comment) in a third.
"""

from __future__ import annotations

import re

from addin.files import links, notes, outside
from addin.files.grid import Grid
from addin.files.links import Hyperlink
from addin.files.package import Package
from addin.files.places import Area, Place, inside
from addin.files.xmltext import plain
from partnerbook.text import column_letters, column_number

_LINK = re.compile(
    r"""<(?:\w+:)?hyperlink\b(?:[^<>"']|"[^"]*"|'[^']*')*?(?:/>|>.*?</(?:\w+:)?hyperlink>)""",
    re.DOTALL,
)
_CELLS_LIMIT = 10_000  # of one link; a longer one (a whole column) stays as it is
_COMMENT = re.compile(r'<((?:\w+:)?comment)\b[^<>]*?\bref="([^"]*)".*?</\1>', re.DOTALL)
_THREADED = re.compile(
    r'<((?:\w+:)?threadedComment)\b[^<>]*?\bref="([^"]*)"[^<>]*?(?:/>|>.*?</\1>)', re.DOTALL
)
_SHAPE = re.compile(r"<v:shape\b(?:(?!</v:shape>).)*?<x:ClientData\b.*?</v:shape>", re.DOTALL)
_SHAPE_ROW = re.compile(r"(<x:Row>)\s*(\d+)\s*(</x:Row>)")
_SHAPE_COLUMN = re.compile(r"(<x:Column>)\s*(\d+)\s*(</x:Column>)")
_ANCHOR = re.compile(r"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_KINDS = {"comments": _COMMENT, "threadedComment": _THREADED, "vmlDrawing": _SHAPE}


class Annotations:
    """The annotations of one sheet.

    Args:
        package: The workbook's parts; the sheet's other parts are read only when there are any.
        part: Name of the sheet's part.
        grid: The sheet's cells.
    """

    def __init__(self, package: Package, part: str, grid: Grid) -> None:
        self._package = package
        self._part = part
        self._grid = grid
        self._links: _List | None = None
        self._lists: dict[str, _List] = {}  # by the name of their part
        self._noted: tuple[str, str] | None = None
        self._outside: dict[str, str] | None = None
        self._related: dict[str, str] = {}
        if "hyperlink" in grid.tail:
            self._links = _List(grid.tail, _LINK)
        for kind, target in package.relations(part).values():
            if kind in _KINDS:
                xml = package.read(target).decode("utf-8-sig")
                self._lists[target] = _List(xml, _KINDS[kind])

    def remove(self, area: Area, *, linked: bool = True, comments: bool = True) -> None:
        """Remove what hangs on the cells of an area."""
        if linked and self._links:
            self._links.remove(area)
        for each in self._lists.values() if comments else ():
            each.remove(area)
        self._sync()

    def copy(self, area: Area, down: int, right: int) -> None:
        """Hang on the cells so much further on what hangs on these, and nothing else."""
        for each in (self._links, *self._lists.values()):
            if each:
                each.copy(area, down, right)
        self._sync()

    def comments(self) -> dict[Place, str]:
        """Return the text of each comment by row and column."""
        found: dict[Place, str] = {}
        for each in self._lists.values():
            for place, elements in each.items.items():
                if each.pattern is _COMMENT:
                    found[place] = _text(elements[0])
        return found

    def comment(self, place: Place) -> str | None:
        """Return the text of a cell's comment, None where there is none."""
        for each in self._lists.values():
            if each.pattern is _COMMENT and place in each.items:
                return _text(each.items[place][0])
        return None

    def add_comment(self, place: Place, text: str) -> None:
        """Hang a comment on a cell that has none."""
        if self._noted is None:
            self._noted = notes.parts_of(self._package, self._part, self._grid)
        comments, boxes = self._noted
        for name in (comments, boxes):
            if name not in self._lists:
                pattern = _COMMENT if name == comments else _SHAPE
                self._lists[name] = _List(self._package.read(name).decode("utf-8-sig"), pattern)
        listed = self._lists[comments]
        listed.add(place, notes.comment_xml(listed.head, place, text))
        self._lists[boxes].add(place, notes.box_xml(place))

    def links(self, area: Area) -> list[Hyperlink]:
        """Return the links on the cells of an area."""
        return [
            links.link_of(elements[0], place, self._targets)
            for place, elements in (self._links.items.items() if self._links else ())
            if inside(place, area)
        ]

    def link(self, place: Place) -> Hyperlink | None:
        """Return a cell's link, None where there is none."""
        found = self._links.items.get(place) if self._links else None
        return links.link_of(found[0], place, self._targets) if found else None

    def add_link(self, place: Place, address: str, tip: str) -> None:
        """Let a cell lead somewhere, ``#`` first for a place of the workbook, and nowhere else."""
        if self._links is None:
            self._links = _List("", _LINK)
        self._links.items.pop(place, None)
        target, _, location = address.partition("#")
        relation = self._relation(target) if target else ""
        made = links.link_xml(self._grid.tail, place, location, tip, relation)
        self._links.add(place, made)
        self._sync()

    def put_changed(self) -> None:
        """Hand what was changed to the package, and links to the sheet itself."""
        if self._links and self._links.changed:
            # Into the part as it ends now: it may have got comments or longer ranges since.
            elements = self._links.elements()
            self._grid.tail = links.with_links(self._grid.tail, elements)
            used = set(re.findall(r""":id\s*=\s*["']([^"']*)""", elements))
            wanted = {each: to for each, to in self._targets.items() if each in used}
            space = notes.space_of(self._grid)
            outside.relate(self._package, self._part, self._related, wanted, space)
            self._related = wanted
        for name, each in self._lists.items():
            if each.changed:
                self._package.put(name, each.to_xml().encode())

    @property
    def _targets(self) -> dict[str, str]:
        """Where links out of the workbook lead, by the ID of their relation."""
        if self._outside is None:
            self._outside = outside.targets(self._package, self._part)
            self._related = dict(self._outside)  # as the package has them
        return self._outside

    def _relation(self, target: str) -> str:
        """Return the attributes that name the relation of a link out of the workbook."""
        number = len(self._targets) + 1
        while (identity := f"link{number}") in self._targets:
            number += 1
        self._targets[identity] = target
        return f' xmlns:r="{notes.space_of(self._grid)}" r:id="{identity}"'

    def _sync(self) -> None:
        if self._links and self._links.changed:
            self._grid.changed = True


class _List:
    """The elements of one part that belong to a cell, and the text between them."""

    def __init__(self, xml: str, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.items: dict[Place, list[str]] = {}
        self.changed = False
        self._fixed: list[str] = []
        begin = end = None
        for match in pattern.finditer(xml):
            begin = match.start() if begin is None else begin
            places = _places(match[0], pattern)
            between = xml[end : match.start()] if end is not None else ""
            end = match.end()
            if not places:
                self._fixed.append(between + match[0])
            elif between.strip():
                # Shapes of another kind between two comments stay in the file.
                self._fixed.append(between)
            for place in places:
                shared = len(places) > 1
                element = _moved(match[0], pattern, *place, 0, 0) if shared else match[0]
                self.items.setdefault(place, []).append(element)
        if begin is None:
            xml, begin = notes.opened(xml)
            end = begin
        self.head = xml[:begin]
        self._tail = xml[end:]

    def remove(self, area: Area) -> None:
        top, left, bottom, last = area
        if (top, left) == (bottom, last):  # asked cell by cell, of many
            places = [(top, left)] if (top, left) in self.items else []
        else:
            places = [place for place in self.items if inside(place, area)]
        for place in places:
            del self.items[place]
            self.changed = True

    def add(self, place: Place, element: str) -> None:
        self.items.setdefault(place, []).append(element)
        self.changed = True

    def copy(self, area: Area, down: int, right: int) -> None:
        top, left, bottom, last = area
        new = {
            (row + down, column + right): [
                _moved(each, self.pattern, row + down, column + right, down, right)
                for each in elements
            ]
            for (row, column), elements in self.items.items()
            if inside((row, column), area)
        }
        self.remove((top + down, left + right, bottom + down, last + right))
        if new:
            self.items.update(new)
            self.changed = True

    def elements(self) -> str:
        elements = [each for place in sorted(self.items) for each in self.items[place]]
        if self.pattern is _SHAPE:
            elements = _distinct(elements)
        return "".join(self._fixed) + "".join(elements)

    def to_xml(self) -> str:
        return self.head + self.elements() + self._tail


def _text(comment: str) -> str:
    return plain("".join(re.findall(r"<(?:\w+:)?t\b[^<>]*?>([^<]*)<", comment)))


def _places(element: str, pattern: re.Pattern[str]) -> list[Place]:
    """Return the cells an element hangs on: Excel lets several selected ones share a link."""
    if pattern is _SHAPE:
        row, column = _SHAPE_ROW.search(element), _SHAPE_COLUMN.search(element)
        if 'ObjectType="Note"' not in element or row is None or column is None:
            return []
        return [(int(row[2]) + 1, int(column[2]) + 1)]
    found = re.search(r'\bref="\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?"', element)
    if found is None or (found[3] and pattern is not _LINK):
        return []
    rows = range(int(found[2]), int(found[4] or found[2]) + 1)
    columns = range(column_number(found[1]), column_number(found[3] or found[1]) + 1)
    if len(rows) * len(columns) > _CELLS_LIMIT:
        return []
    return [(row, column) for row in rows for column in columns]


def _moved(  # noqa: PLR0913, PLR0917  one place given in both ways
    element: str, pattern: re.Pattern[str], row: int, column: int, down: int, right: int
) -> str:
    if pattern is not _SHAPE:
        reference = f"{column_letters(column)}{row}"
        return re.sub(r'(\bref=")[^"]*(")', rf"\g<1>{reference}\g<2>", element, count=1)
    element = _SHAPE_ROW.sub(rf"\g<1>{row - 1}\g<3>", element)
    element = _SHAPE_COLUMN.sub(rf"\g<1>{column - 1}\g<3>", element)

    def anchor(match: re.Match[str]) -> str:
        numbers = [int(each) for each in match[2].split(",")]
        for index, by in ((0, right), (2, down), (4, right), (6, down)):
            numbers[index] = max(0, numbers[index] + by)
        return match[1] + ", ".join(map(str, numbers)) + match[3]

    return _ANCHOR.sub(anchor, element)


def _distinct(shapes: list[str]) -> list[str]:
    """Give each shape an ID of its own: Excel repairs a file in which two share one."""
    taken: set[str] = set()
    out = []
    for shape in shapes:
        found = re.search(r'\bid="([^"]*)"', shape)
        name = found[1] if found else ""
        count = 9000
        while found and name in taken:
            count += 1
            name = f"_x0000_s{count}"
        taken.add(name)
        out.append(shape.replace(f'id="{found[1]}"', f'id="{name}"', 1) if found else shape)
    return out
