"""Writing the list: rows move with all that hangs on them, then our columns, then notes.

Thin, against xlwings' objects only; the same in Excel and over files.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import xlwings

from addin import formulas
from addin.cells import MOMENT_FORMAT, TEXT_FORMAT
from addin.columns import Column
from addin.links import put_link, unlink
from addin.ours import spans, write_ours
from addin.rows import COMMENT, HANGING, LINK, MARK, Formula, Line, is_empty, same_note
from addin.sheet import CustomerSheet


def write_list(here: CustomerSheet, lines: Sequence[Line]) -> None:
    """Write the list; columns of the user's own keep all that these lines do not change."""
    if here.totals:
        # Excel itself takes it off and puts it back below the new last row.
        here.table.show_totals = False
    count = max(1, len(lines))
    table_right = max(c.number for c in here.columns if c.number <= _right(here))
    indexes = list(here.rows)
    came_from = {
        new: indexes[line.came_from] for new, line in enumerate(lines) if line.came_from is not None
    }
    hidden = _shown(here)
    _unmark(here)
    if count > here.count:
        _resize(here, count, table_right)
    _move(here, came_from)
    _bare(here, [each for each in range(min(count, here.count)) if each not in came_from])
    write_ours(here, lines, count)
    _write_own(here, came_from, count)
    _write_notes(here, lines)
    if count < here.count:
        _resize(here, count, table_right)
        for run in here.runs():
            here.block(count, here.count - 1, run[0].number, run[-1].number).clear()
    stay_hidden = [new for new, old in came_from.items() if old in hidden]
    _hide(here, [*stay_hidden, *(new for new, line in enumerate(lines) if line.hidden)])
    if here.totals:
        here.table.show_totals = True


def hidden_rows(here: CustomerSheet) -> frozenset[int]:
    """Return which rows of the body are hidden, by a filter or by hand."""
    body = here.lines(0, here.count - 1)
    state = body.rows.hidden
    if state is False:
        return frozenset()
    return frozenset(index for index in range(here.count) if state or body.rows[index].rows.hidden)


def _right(here: CustomerSheet) -> int:
    area = here.table.range
    return int(area.column + area.shape[1] - 1)


def _resize(here: CustomerSheet, count: int, right: int) -> None:
    left = here.table.range.column
    here.table.resize(here.sheet.range((here.top - 1, left), (here.top + count - 1, right)))


def _shown(here: CustomerSheet) -> frozenset[int]:
    """Show all rows of the list; return which ones were hidden."""
    hidden = hidden_rows(here)
    if hidden:
        # Excel's copy leaves hidden rows out, and a filter would hide the wrong customers.
        here.lines(0, here.count - 1).rows.hidden = False
    return hidden


def _hide(here: CustomerSheet, indexes: Sequence[int]) -> None:
    for first, last in spans(sorted(indexes)):
        here.lines(first, last).rows.hidden = True


def _move(here: CustomerSheet, came_from: dict[int, int]) -> None:
    """Let each row that stays take its place, with formats, links and comments.

    Excel's own copy does it: no note is read and typed again. Rows never overtake each other,
    so going down from below and up from above nothing is written over before it was copied.
    """
    moves = [(old, new) for new, old in came_from.items() if old != new]
    groups = groupby(
        enumerate(moves), key=lambda each: (each[1][1] - each[1][0], each[1][0] - each[0])
    )
    runs = [[move for _, move in group] for _, group in groups]
    down = [run for run in runs if run[0][1] > run[0][0]]
    up = [run for run in runs if run[0][1] < run[0][0]]
    for run in (*reversed(down), *up):
        for columns in here.runs():
            left, right = columns[0].number, columns[-1].number
            source = here.block(run[0][0], run[-1][0], left, right)
            source.copy(here.block(run[0][1], run[0][1], left, left))


def _write_own(here: CustomerSheet, came_from: dict[int, int], count: int) -> None:
    fresh = [index for index in range(count) if index not in came_from]
    body, last = (here.top, here.top + here.count - 1), here.top + count - 1
    rows_after = {here.top + old: here.top + new for new, old in came_from.items()}
    for column in here.columns:
        if column.ours is not None:
            continue
        number = column.number
        if column.calculated:
            _fill_down(here, number, came_from, fresh)
            _span(here, number, came_from, body, last)
            continue
        for begin, end in spans([index for index in fresh if index < here.count]):
            here.block(begin, end, number, number).clear_contents()
        if number > _right(here):
            _format_like(here, number, came_from, fresh)
        for new, old in came_from.items():
            formula = here.formulas.get((old, number))
            if formula is None:
                continue
            wanted = formulas.followed(formula, rows_after, body=body, last=last)
            if wanted != formulas.shifted(formula, new - old):
                here.block(new, new, number, number).formula = wanted


def _write_notes(here: CustomerSheet, lines: Sequence[Line]) -> None:
    """Write each note that does not stand in its row already, and our marks."""
    old = here.old_rows
    numbers = {each.name: each.number for each in here.columns}
    hanging = {kind + name: number for kind in HANGING for name, number in numbers.items()}
    links: list[tuple[xlwings.Range, str, Any, Line]] = []
    for index, line in enumerate(lines):
        present = old[line.came_from].own if line.came_from is not None else {}
        for name in line.own.keys() | present.keys():
            value = line.own.get(name)
            number = numbers.get(name) or hanging.get(name)
            if number is None or same_note(value, present.get(name)):
                continue
            cell = here.block(index, index, number, number)
            if name in numbers:
                _put(cell, value)
                if is_empty(value) and not is_empty(to := line.own.get(LINK + name)):
                    links.append((cell, name, to, line))  # it went with what was shown
            elif name.startswith(COMMENT):
                _comment(cell, value)
            else:
                links.append((cell, name.removeprefix(LINK), value, line))
        _mark(here, index, line)
    columns = {each.name: each for each in here.columns}
    for cell, name, to, line in links:  # on cells that hold by now what they will
        _link(cell, to, _held(cell, columns[name], line))


def _held(cell: xlwings.Range, column: Column, line: Line) -> Any:
    """Return what a cell of a line holds; a formula as such."""
    if column.ours is not None:
        return line.ours.get(column.ours)
    return Formula(cell.formula) if column.calculated else line.own.get(column.name)


def _link(cell: xlwings.Range, to: Any, held: Any) -> None:
    if is_empty(to):
        unlink(cell)
        return
    put_link(cell, to, "" if held is None else str(held))
    if not is_empty(held):
        _put(cell, held)  # what is shown with a link is read as if typed: 0086 would be a number


def _comment(cell: xlwings.Range, value: Any) -> None:
    there = cell.note
    if there is not None:
        there.delete()
    if not is_empty(value):
        cell.add_note(str(value))


def _mark(here: CustomerSheet, index: int, line: Line) -> None:
    for column in here.columns if line.marks else ():
        text = line.marks.get(column.ours or "")
        if text is not None:
            cell = here.block(index, index, column.number, column.number)
            if cell.note is None:
                cell.add_note(text)


def _unmark(here: CustomerSheet) -> None:
    """Take our own comments of the last refresh away."""
    columns = {each.number for each in here.columns}
    for note in list(here.sheet.notes):
        if note.location.column in columns and (note.text or "").startswith(MARK):
            note.delete()


def _bare(here: CustomerSheet, indexes: Sequence[int]) -> None:
    """Take from fresh rows what marked the customers that stood there before."""
    for first, last in spans(indexes):
        for run in here.runs():
            here.block(first, last, run[0].number, run[-1].number).color = None
        for run in here.runs(ours=True):
            here.block(first, last, run[0].number, run[-1].number).clear_contents()
    rows = {here.top + index for index in indexes}
    columns = {each.number for each in here.columns}
    for note in list(here.sheet.notes) if rows else []:
        if note.location.row in rows and note.location.column in columns:
            note.delete()


def _fill_down(
    here: CustomerSheet, number: int, came_from: dict[int, int], fresh: Sequence[int]
) -> None:
    """Give fresh rows the formula that fills the column."""
    places = [new for new, old in came_from.items() if (old, number) in here.formulas]
    # In an empty list the formula waits in the blank row, which is row 0 of the new list.
    model = places[0] if places else 0
    source = here.block(model, model, number, number)
    for index in fresh:
        if index != model:
            source.copy(here.block(index, index, number, number))
    # What hangs on the model is the note of another customer.
    linked = any(True for _ in getattr(source.api, "Hyperlinks", None) or ())
    noted = source.note is not None
    for begin, end in spans([each for each in fresh if each != model]) if linked or noted else ():
        if linked:
            unlink(here.block(begin, end, number, number))
        for index in range(begin, end + 1) if noted else ():
            note = here.block(index, index, number, number).note
            if note is not None:
                note.delete()


def _span(
    here: CustomerSheet, number: int, came_from: dict[int, int], body: tuple[int, int], last: int
) -> None:
    """Let the formula of a column, where it names the whole list, name all of it again."""
    at = next((new for new, old in came_from.items() if (old, number) in here.formulas), None)
    if at is None:
        return
    formula = formulas.shifted(here.formulas[came_from[at], number], at - came_from[at])
    wanted = formulas.spanning(formula, body=body, last=last)
    if wanted != formula:
        rows = range(last - here.top + 1)
        block = here.block(0, rows[-1], number, number)
        block.formula = [[formulas.shifted(wanted, row - at)] for row in rows]


def _format_like(
    here: CustomerSheet, number: int, came_from: dict[int, int], fresh: Sequence[int]
) -> None:
    """Give the rows below the old list the number format of the column; a table does it alone."""
    model = next(iter(came_from), None)
    if model is None:
        return
    code = here.block(model, model, number, number).number_format
    for first, last in spans([index for index in fresh if index >= here.count]):
        if code not in (None, "General"):
            here.block(first, last, number, number).number_format = code


def _put(cell: xlwings.Range, value: Any) -> None:
    """Put one note into a cell as it was typed; None empties it."""
    if is_empty(value):
        cell.clear_contents()
        return
    if isinstance(value, str) and value.startswith("=") and isinstance(value, Formula):
        cell.formula = str(value)
        return
    code = cell.number_format
    if isinstance(value, str):
        cell.number_format = TEXT_FORMAT
    elif isinstance(value, datetime):
        if code in ("General", TEXT_FORMAT, None):
            cell.number_format = MOMENT_FORMAT
    elif code == TEXT_FORMAT:
        cell.number_format = "General"
    cell.value = value
