"""The rows of a sheet's XML, taken apart into columns of cells, and put together again.

A list is long and its rows are alike: rows with as many cells are taken apart at once, column by
column, without a step of Python for each cell. Only rows in which something is different are
read cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress, islice, repeat
from typing import Any

from addin.files.xmltext import attributes
from partnerbook.text import column_letters, column_number
from reports.workbook.woven import AT_ONCE, Cells, in_rows, repeats

Columns = dict[int, dict[int, str]]
"""The XML of cells without their references, by column and row; carried (`woven.carried`)."""

_CHUNK = 2**20  # characters
_LETTERS = re.compile("[A-Z]+")
_NUMBER = re.compile(r'\sr="([0-9]+)"')
_TRUE = ("1", "true")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


class Row:
    """What a row's element says of the row itself.

    Args:
        tag: The attributes of its element, as they stand in the file.
        span: Where it stands in the sheet's XML; None once it is changed.
    """

    __slots__ = ("_facts", "_tag", "span")

    def __init__(self, tag: str = "", span: tuple[int, int] | None = None) -> None:
        self._tag = tag
        self._facts: dict[str, str] | None = None
        self.span = span

    @property
    def facts(self) -> dict[str, str]:
        """Its attributes."""
        if self._facts is None:
            self._facts = attributes(self._tag)
        return self._facts

    @property
    def hidden(self) -> bool:
        """Whether it is hidden."""
        if self._facts is None and "hidden" not in self._tag:
            return False
        return self.facts.get("hidden") in _TRUE

    def shown(self, number: int, known: dict[str, str]) -> str:
        """Return its attributes as they will stand in the file, without its number.

        Args:
            number: Its number.
            known: What attributes were shown as before: most rows have the same.
        """
        if self._facts is not None:
            return _shown(self._facts)
        tag = self._tag.replace(f' r="{number}"', "", 1)
        if tag not in known:
            known[tag] = _shown(attributes(tag))
        return known[tag]


class UnusualError(Exception):
    """The rows are written in a way that is not understood: what is not can be lost."""


def taken_apart(whole: str, begin: int, end: int, prefix: str) -> tuple[dict[int, Row], Columns]:
    """Return the rows of a sheet, and its cells.

    Args:
        whole: The sheet's XML, carried.
        begin: Where its rows begin.
        end: Where they end.
        prefix: Namespace prefix of its elements, ``x:`` say.

    Raises:
        UnusualError: A row is there twice or ends in an unusual way, or a row or cell is nowhere
            on a sheet.
    """
    rows: dict[int, Row] = {}
    reader = _Reader(prefix)
    usual_re = re.compile(rf'\s*(<{prefix}row( r="([0-9]+)"[^<>]*)(?<!/)>)\s*')
    any_re = re.compile(rf"<{prefix}row\b([^<>]*?)(/?)>")
    closing, cell, opening = f"</{prefix}row>", f'<{prefix}c r="', f"<{prefix}c"
    # Nearly always each cell says where it stands before all else.
    alike = whole.count(opening, begin, end) == whole.count(cell, begin, end)
    number, first = 0, begin

    def add(number: int, tag: str, span: tuple[int, int] | None) -> None:
        if number in rows or not 1 <= number <= _LAST_ROW or (span and span[1] > end):
            raise UnusualError
        rows[number] = Row(tag, span)

    for start, content in _contents(whole, begin, end, closing):
        stop = start + len(content) + len(closing)
        pieces = content.split(cell)
        usual = usual_re.fullmatch(pieces[0])
        if usual and (alike or content.count(opening) == len(pieces) - 1):
            number = int(usual[3])
            add(number, usual[2], (start + usual.start(1), stop))
            if len(pieces) > 1:
                reader.add(number, pieces)
            continue
        # Rows of another form, and rows without cells before one that has some.
        for tag in any_re.finditer(content):
            found = _NUMBER.search(tag[1])
            number = int(found[1]) if found else number + 1
            # One without a number gets it when the sheet is written.
            span = start + tag.start(), start + tag.end() if tag[2] else stop
            add(number, tag[1], span if found else None)
            if not tag[2]:
                reader.add_any(number, content[tag.end() :])
                break
    if len(rows) != whole.count(f"<{prefix}row", first, end):
        raise UnusualError  # a row ends in another way, and the next one was taken for its cells
    return rows, reader.finished()


def _contents(whole: str, begin: int, end: int, closing: str) -> Iterator[tuple[int, str]]:
    """Yield where each row begins, and what stands before its end.

    Some rows at a time: all of a long list at once would be there four times over.
    """
    while begin < end:
        stop = begin + _CHUNK
        if stop < end:
            last = whole.rfind(closing, begin, stop)
            if last < 0:
                last = whole.find(closing, begin, end)
            stop = last + len(closing) if last >= 0 else end
        for content in whole[begin : min(stop, end)].split(closing):
            yield begin, content
            begin += len(content) + len(closing)
        begin = stop


class _Reader:
    """Collects rows with as many cells, and takes them apart when there are some."""

    def __init__(self, prefix: str) -> None:
        self._columns: Columns = {}
        self._waiting: dict[tuple[int, int], tuple[list[str], list[list[str]]]] = {}
        # Each cell's opening, nearly always; other elements' names start with a "c" too.
        self._opening = f"<{prefix}c"
        self._begin = f'{self._opening} r="'
        self._ends = (f"</{prefix}c>", "/>")
        self._usual_re = re.compile(rf'<{prefix}c r="([A-Z]+)[0-9]+"')
        self._cell_re = re.compile(rf"<{prefix}c\b([^<>]*?)(/>|>(.*?)</{prefix}c\s*>)", re.DOTALL)

    def add(self, number: int, pieces: list[str]) -> None:
        """Take the content of a row, taken apart before each cell's reference."""
        shown = str(number)
        # Numbers of as many digits: so references are as long in each row, column by column.
        alike = len(pieces), len(shown)
        numbers, rows = self._waiting.setdefault(alike, ([], []))
        numbers.append(shown)
        rows.append(pieces)
        if len(numbers) == AT_ONCE:
            self._take(*self._waiting.pop(alike))

    def add_any(self, number: int, content: str) -> None:
        """Take the content of a row, whatever form its cells have."""
        column = 0
        for match in self._cell_re.finditer(content):
            facts = attributes(match[1])
            letters = facts.pop("r", "")
            column = column_number(letters) if letters else column + 1
            shown = "".join(f' {key}="{value}"' for key, value in facts.items())
            end = "/>" if match[2] == "/>" else f">{match[3]}{self._ends[0]}"
            self._put(column, [number], [shown + end])

    def finished(self) -> Columns:
        """Return all cells."""
        for each in self._waiting.values():
            self._take(*each)
        self._waiting.clear()
        return self._columns

    def _take(self, shown: Sequence[str], rows: Sequence[list[str]]) -> None:
        numbers, found = list(map(int, shown)), []
        for cells in islice(zip(*rows, strict=True), 1, None):
            letters = match[0] if (match := _LETTERS.match(cells[0])) else ""
            begin = f'"{letters}'
            width = len(letters) + len(shown[0]) + 1
            if "".join([each[:width] for each in cells]) != f'{letters}{begin.join(shown)}"':
                # As many cells, and not the same ones: by their letters then.
                self._by_letters(numbers, rows)
                return
            bare = [each[width:] for each in cells]
            found.append((column_number(letters), bare))
            if not all(map(str.endswith, bare, repeat(self._ends))):
                bare[:] = map(str.rstrip, bare)  # white space between cells
                if not all(map(str.endswith, bare, repeat(self._ends))):
                    self._by_letters(numbers, rows)
                    return
        for column, bare in found:
            self._put(column, numbers, bare)

    def _by_letters(self, numbers: Sequence[int], rows: Sequence[list[str]]) -> None:
        groups: dict[tuple[str, ...], tuple[list[int], list[list[str]]]] = {}
        for number, pieces in zip(numbers, rows, strict=True):
            content = self._begin.join(["", *pieces[1:]])
            # Nothing, then in turn each cell's letters, and the rest of it.
            found = self._usual_re.split(content)
            found[2::2] = map(str.rstrip, found[2::2])
            if len(found) // 2 != len(pieces) - 1 or not all(
                each.endswith(self._ends) for each in found[2::2]
            ):
                self.add_any(number, content)
                continue
            same = groups.setdefault(tuple(found[1::2]), ([], []))
            same[0].append(number)
            same[1].append(found[2::2])
        for letters, (same_numbers, same_rows) in groups.items():
            for each, cells in zip(letters, zip(*same_rows, strict=True), strict=True):
                self._put(column_number(each), same_numbers, cells)

    def _put(self, column: int, numbers: Sequence[int], cells: Sequence[str]) -> None:
        if not 1 <= column <= _LAST_COLUMN:
            raise UnusualError
        if repeats(cells, 2):
            # What comes again and again is kept once: an eighth of the memory of a long list.
            known: dict[str, str] = {}
            cells = list(map(known.setdefault, cells, cells))
        self._columns.setdefault(column, {}).update(zip(numbers, cells, strict=True))


def put_together(
    numbers: Sequence[int], rows: Mapping[int, Row], columns: Columns, prefix: str
) -> Iterator[str]:
    """Yield rows as they stand in a sheet's XML, some at a time.

    Args:
        numbers: Numbers of the rows, rising.
        rows: What is known of them.
        columns: All cells.
        prefix: Namespace prefix of the sheet's elements.
    """
    known: dict[str, str] = {}
    order = [(column_letters(each), columns[each]) for each in sorted(columns)]
    for at in range(0, len(numbers), AT_ONCE):
        some: Sequence[int] = numbers[at : at + AT_ONCE]
        facts = [rows[number].shown(number, known) for number in some]
        cells = [list(map(there.get, some)) for _, there in order]
        filled = _filled(facts, cells)
        if not all(filled):
            some, facts = _only(some, filled), _only(facts, filled)
            cells = [_only(each, filled) for each in cells]
        there = [at for at, each in enumerate(cells) if each.count(None) < len(each)]
        yield in_rows(
            [Cells("", cells[at], "", gaps=True) for at in there],
            [order[at][0] for at in there],
            some,
            facts,
            prefix,
        )


def _filled(facts: Sequence[str], columns: Sequence[Sequence[str | None]]) -> list[bool]:
    """Return which rows say something: of themselves, or in a cell."""
    if any(None not in cells for cells in columns):
        return [True] * len(facts)
    return [
        bool(said) or any(cells[at] is not None for cells in columns)
        for at, said in enumerate(facts)
    ]


def _only(values: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
    return list(compress(values, wanted))


def _shown(facts: Mapping[str, str]) -> str:
    return "".join(f' {k}="{v}"' for k, v in facts.items() if k not in ("r", "spans"))
