"""Blocks of cells, a column at a time: what they hold, writing it, changing how it looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from addin.files import columnwise
from addin.files.cellxml import ErrorText, Value
from addin.files.places import Area
from addin.files.sheetfile import SheetFile
from addin.files.styles import DATE_FORMAT
from partnerbook import text
from reports.workbook import parts


def values(file: SheetFile, area: Area) -> list[list[Any]]:
    """Return what an area holds, columns of values; numbers in a date's style as moments."""
    columns = []
    for cells in _columns(file, area):
        found: list[Any] = columnwise.values(file.grid.xml, cells)
        if float in set(map(type, found)):
            found = _dated(file, cells, found)
        columns.append(found)
    return columns


def formulas(file: SheetFile, area: Area) -> list[list[str]]:
    """Return the formulas of an area with their ``=``, columns of them; else values as text."""
    reader, columns = file.grid.xml, []
    for column, cells in enumerate(_columns(file, area), area[1]):
        shown = [_as_text(each) for each in columnwise.values(reader, cells)]
        for row, _ in file.grid.formula_cells((area[0], column, area[2], column)):
            if found := reader.formula(cells[row - area[0]] or ""):
                shown[row - area[0]] = f"={found.text}"
        columns.append(shown)
    return columns


def write(file: SheetFile, area: Area, rows: Sequence[Sequence[Any]]) -> None:
    """Write values.

    A cell that holds its value already keeps its bytes; one that is not there gets the style of
    its row or column.
    """
    for number, cells in enumerate(_columns(file, area), area[1]):
        given = list(map(itemgetter(number - area[1]), rows))
        _write_column(file, area[0], number, cells, given)


def restyle(file: SheetFile, area: Area, change: Callable[[int], int], *, make: bool) -> None:
    """Give cells another style.

    Args:
        file: The sheet.
        area: Which cells.
        change: Returns the style for the one that a cell has.
        make: Whether cells that are not there are made.
    """
    grid = file.grid
    for column, cells in enumerate(_columns(file, area), area[1]):
        alike = columnwise.style(cells)
        if alike is not None and change(alike) == alike:
            continue
        for row, xml in enumerate(cells, area[0]):
            if xml is not None:
                before = grid.xml.style(xml)
                if (style := change(before)) != before:
                    grid.put(row, column, grid.xml.styled(xml, style))
            elif make:
                grid.put(row, column, grid.xml.made(None, change(file.default_style(row, column))))


def _as_text(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _columns(file: SheetFile, area: Area) -> list[list[str | None]]:
    top, left, bottom, right = area
    return [file.grid.column(number, top, bottom) for number in range(left, right + 1)]


def _dated(file: SheetFile, cells: Sequence[str | None], found: Sequence[Any]) -> list[Any]:
    styles, date1904 = file.workbook.styles, file.workbook.date1904
    alike = columnwise.style(cells)

    def shown(xml: str | None, value: Any) -> Any:
        if type(value) is not float or not xml:
            return value
        if not styles.is_date(file.grid.xml.style(xml) if alike is None else alike):
            return value
        try:
            return parts.from_serial(value, date1904=date1904)
        except OverflowError:
            return value

    return list(map(shown, cells, found))


def _write_column(
    file: SheetFile, top: int, column: int, cells: Sequence[str | None], given: Sequence[Any]
) -> None:
    grid, styles = file.grid, file.workbook.styles
    new = _as_held(given, date1904=file.workbook.date1904)
    old = columnwise.values(grid.xml, cells)
    alike = columnwise.style(cells)
    calculated = grid.formula_cells((top, column, top + len(cells) - 1, column))
    moments = any(issubclass(each, datetime) for each in set(map(type, given)))
    if alike is not None and not calculated and not (moments and not styles.is_date(alike)):
        # Nearly always, and then nearly every cell holds its value: the others are looked at.
        by_style = {alike: [at for at, same in enumerate(map(_same, new, old)) if not same]}
    else:
        by_style = {}
        for at, xml in enumerate(cells):
            style = file.default_style(top + at, column) if xml is None else grid.xml.style(xml)
            wanted = style
            if isinstance(given[at], datetime) and not styles.is_date(style):
                wanted = styles.with_code(style, DATE_FORMAT)
            kept = (
                wanted == style and _same(new[at], old[at]) and (top + at, column) not in calculated
            )
            if xml is None or not kept:
                by_style.setdefault(wanted, []).append(at)
    for style, places in by_style.items():
        made = columnwise.made(grid.xml, [new[at] for at in places], style)
        pairs = zip(places, made, strict=True)
        there = {top + at: xml for at, xml in pairs if xml is not None or cells[at] is not None}
        if there:
            grid.put_all(column, there)


def _same(one: Value, other: Value) -> bool:
    """Return whether two cells hold the same: 1 is not true, and a text is no error."""
    return one == other and type(one) is type(other)


def _as_held(given: Sequence[Any], *, date1904: bool) -> list[Any]:
    """Return values as cells hold them: numbers are floats, texts are such that fit."""
    try:
        if text.all_fit(given):
            return list(given)
    except TypeError:
        pass  # not only texts

    def held(value: Any) -> Any:
        if isinstance(value, ErrorText):
            return value
        if isinstance(value, str):
            return text.for_cell(value)  # so that equal texts are seen to be equal
        if isinstance(value, datetime):
            return parts.serial(value, date1904=date1904)
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return list(map(held, given))
