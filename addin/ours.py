"""Writing our columns of the list, where a row does not hold already what it should.

Thin, against xlwings' objects only; the same in Excel and over files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from addin import cells
from addin.rows import Line
from addin.sheet import CustomerSheet

_SHOWN_IN_TEXT_FORMAT = 255  # Excel shows ##### for more


def write_ours(here: CustomerSheet, lines: Sequence[Line], count: int) -> None:
    """Write our columns; the rows that stay stand already where they belong.

    Args:
        here: The list as it was read.
        lines: What it will hold.
        count: How many rows the list has: one at least.
    """
    wanted: list[Mapping[str, Any]] = [line.ours for line in lines] or [{}]
    ours = {each.number: each.ours for each in here.columns if each.ours}
    shown = {number: [line.get(name) for line in wanted] for number, name in ours.items()}
    texts = {number: [v for v in column if isinstance(v, str)] for number, column in shown.items()}
    differing = _differing(here, lines, texts.values())
    for run in here.runs(ours=True):
        for moments, group in groupby(run, key=lambda each: each.ours in cells.MOMENT_FIELDS):
            numbers = [each.number for each in group]
            left, right = numbers[0], numbers[-1]
            # Before the values: Excel would make numbers, dates and formulas of them.
            code = cells.MOMENT_FORMAT if moments else cells.TEXT_FORMAT
            here.block(0, count - 1, left, right).number_format = code
            for first, last in _blocks(differing, [ours[each] for each in numbers], count):
                columns = [shown[each][first : last + 1] for each in numbers]
                values = [list(row) for row in zip(*columns, strict=True)]
                here.block(first, last, left, right).value = values
    for number, column in shown.items():
        if max(map(len, texts[number]), default=0) <= _SHOWN_IN_TEXT_FORMAT:
            continue
        for index, value in enumerate(column):
            if isinstance(value, str) and len(value) > _SHOWN_IN_TEXT_FORMAT:
                cell = here.block(index, index, number, number)
                cell.number_format = "General"  # it stays text, and is shown


def spans(indexes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of neighbouring indexes, which rise."""
    for _, group in groupby(enumerate(indexes), key=lambda each: each[1] - each[0]):
        run = [index for _, index in group]
        yield run[0], run[-1]


def _differing(
    here: CustomerSheet, lines: Sequence[Line], texts: Iterable[Sequence[str]]
) -> dict[str, list[int]] | None:
    """Return in which rows a column does not hold what it should, by column.

    None where nobody can say: there are formulas, which may only show it, or what looks like the
    text of an error and may be one.
    """
    if not lines or any("\0#" in "\0".join(("", *each)) for each in texts):
        return None
    for run in here.runs(ours=True):
        block = here.block(0, len(lines) - 1, run[0].number, run[-1].number)
        if getattr(block.api, "HasFormula", None) is not False:
            return None
    old = here.old_rows
    found: dict[str, list[int]] = {each.ours: [] for each in here.columns if each.ours}
    for index, line in enumerate(lines):
        there = old[line.came_from].ours if line.came_from is not None else None
        if there is line.ours or there == line.ours:
            continue
        for name, rows in found.items():
            if there is None or there.get(name) != line.ours.get(name):
                rows.append(index)
    return found


def _blocks(
    differing: Mapping[str, Sequence[int]] | None, names: Sequence[str], count: int
) -> list[tuple[int, int]]:
    """Return first and last of the rows in which neighbouring columns are written.

    Where few rows differ only these: it takes a fifth of the time. Where many do all of them at
    once: each block is a call.
    """
    if differing is not None:
        few = list(spans(sorted({index for name in names for index in differing[name]})))
        if len(few) <= max(10, count // 50):
            return few
    return [(0, count - 1)]
