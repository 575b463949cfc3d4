"""Taking a refresh back: the list as it was, and whatever was typed since. Pure.

Undoing a refresh right after it restores every row and note. What was typed in between is never
lost: it stays beside its customer, or is parked with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from addin import formulas
from addin.doubts import notes_of
from addin.history import History
from addin.rows import (
    HANGING,
    KEYLESS,
    REPLACED,
    UNDONE,
    Formula,
    Line,
    OldRow,
    ParkedNote,
    is_empty,
    left_formula,
    same_note,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Our sheets before a refresh, and what it left: all that is needed to take it back.

    Attributes:
        as_of: The moment of the listing that the refresh wrote. UTC.
        rows: The rows of the list before, from top to bottom; None for a blank one.
        hidden: Which of them were hidden, by index.
        parked: The parked notes before.
        filters: The cells of the filter block before.
        status: What the status cell said before.
        after: The rows that the refresh left: key, row number and own columns.
        after_parked: The parked notes that it left.
        after_status: What the status cell said then.
        identity: Which workbook it is of; "" when it is not known.
        history: What the sheet *Customer history* said before; None where there was none.
    """

    as_of: datetime
    rows: tuple[OldRow | None, ...]
    hidden: frozenset[int]
    parked: tuple[ParkedNote, ...]
    filters: tuple[tuple[Any, ...], ...]
    status: str
    after: tuple[OldRow, ...]
    after_parked: tuple[ParkedNote, ...]
    after_status: str
    identity: str = ""
    history: History | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What an undo will do.

    Attributes:
        lines: The list as it will be.
        parked: What `Parked notes` will hold.
        kept: Notes, typed since the refresh, that are parked as their row goes.
    """

    lines: tuple[Line, ...]
    parked: tuple[ParkedNote, ...]
    kept: tuple[ParkedNote, ...]


def undone(  # noqa: PLR0913  keywords, each a fact about the sheet
    state: State,
    now_rows: Sequence[OldRow],
    now_parked: Sequence[ParkedNote],
    *,
    own_columns: Iterable[str],
    columns: Iterable[str],
    top: int,
    now: datetime | None = None,
) -> Undoing:
    """Return what takes a refresh back.

    Args:
        state: What is known of the refresh.
        now_rows: The rows of the list as they are, blank ones left out.
        now_parked: The lines of `Parked notes` as they are.
        own_columns: Headings of the user's own columns that hold notes.
        columns: Names of all columns, ours too: where comments and links can hang.
        top: Row number of the first row of the list.
        now: The present, UTC without zone, for notes that are parked.
    """
    places = {*own_columns, *(kind + each for kind in HANGING for each in columns)}
    order, index_of = _order(state.rows, now_rows)
    left_by: dict[str, list[OldRow]] = {}
    for each in state.after:
        left_by.setdefault(each.key, []).append(each)
    parked = _parked(state, now_parked)
    held: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for note in parked:
        held[note.customer_id, note.column].append(note.value)
    # By identity: two rows may hold the same.
    hidden = {id(state.rows[index]) for index in state.hidden if index < len(state.rows)}
    lines: list[Line] = []
    kept: list[ParkedNote] = []
    for place, was in enumerate(order):
        if was is None:
            lines.append(Line(came_from=None, ours={}, own={}))
            continue
        index = index_of.get(was.key)
        own = {
            column: _shifted(value, top + place - was.number) for column, value in was.own.items()
        }
        if index is not None:
            row = now_rows[index]
            base = left_by.get(row.key, [OldRow(key=row.key)])[0]
            own, replaced = _merged(own, base, row, places)
            kept += [_note(row.key, *each, REPLACED, now, 0) for each in replaced]
        kept += [
            _note(was.key, column, value, UNDONE, now, top + place)
            for column, value in own.items()
            if column not in places
            and not any(same_note(each, value) for each in held[was.key, column])
        ]
        lines.append(
            Line(
                came_from=index,
                ours=was.ours,
                own={column: value for column, value in own.items() if column in places},
                hidden=index is None and id(was) in hidden,
            )
        )
    used = set(index_of.values())
    kept += [
        _note(row.key, column, value, UNDONE if row.key else KEYLESS, now, row.number)
        for index, row in enumerate(now_rows)
        if index not in used
        for column, value in _typed_since(row, left_by.get(row.key, ()))
    ]
    return Undoing(lines=tuple(lines), parked=(*parked, *kept), kept=tuple(kept))


def _order(
    before: Sequence[OldRow | None], now: Sequence[OldRow]
) -> tuple[list[OldRow | None], dict[str, int]]:
    """Return the rows in the order to be, and the present index of those that move there.

    Rows that move never overtake each other: when the user sorted since, they stay as sorted.
    """
    times = Counter(row.key for row in before if row)
    times_now = Counter(row.key for row in now)
    index_of = {
        row.key: index
        for index, row in enumerate(now)
        if row.key and times[row.key] == 1 == times_now[row.key]
    }
    staying = [row for row in before if row and row.key in index_of]
    indexes = [index_of[row.key] for row in staying]
    if any(a > b for a, b in pairwise(indexes)):
        staying.sort(key=lambda row: index_of[row.key])
    following = iter(staying)
    return [next(following) if row and row.key in index_of else row for row in before], index_of


def _merged(
    was: Mapping[str, Any], base: OldRow, now: OldRow, places: set[str]
) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Return the notes of a row that stays, and older ones that newer ones replaced."""
    own: dict[str, Any] = {}
    replaced: list[tuple[str, Any]] = []
    for column in dict.fromkeys((*was, *now.own)):
        old, left, value = was.get(column), base.own.get(column), now.own.get(column)
        chosen: Any = value
        if isinstance(old, Formula) and isinstance(value, Formula):
            pass  # a refresh changes no formula, it moves along with its row
        elif _same(left, base.number, value, now.number):
            chosen = old
        elif not is_empty(old) and not same_note(old, left) and not same_note(old, value):
            replaced.append((column, old))
        if column not in places and not is_empty(old) and same_note(old, left):
            continue  # the user renamed the column since: the note is in the renamed one
        if not is_empty(chosen):
            own[column] = chosen
    return own, replaced


def _typed_since(row: OldRow, left: Sequence[OldRow]) -> list[tuple[str, Any]]:
    if not left:
        return notes_of(row, "" if row.key else KEYLESS, "en")
    return [
        (column, value)
        for column, value in row.own.items()
        if not any(_same(each.own.get(column), each.number, value, row.number) for each in left)
    ]


def _parked(state: State, now: Sequence[ParkedNote]) -> list[ParkedNote]:
    """Return the parked notes before, with what the user did on that sheet since."""
    left, present = (Counter(map(_facts, each)) for each in (state.after_parked, now))
    gone, added = left - present, present - left
    out = []
    for note in state.parked:
        if gone[_facts(note)] > 0:
            gone[_facts(note)] -= 1
        else:
            out.append(note)
    for note in now:
        if added[_facts(note)] > 0:
            added[_facts(note)] -= 1
            out.append(note)
    return out


def _facts(note: ParkedNote) -> tuple[str, str, str, str]:
    return note.customer_id, note.column, repr(note.value), note.reason


def _note(  # noqa: PLR0913, PLR0917  a line of the sheet, and where it stood
    key: str, column: str, value: Any, reason: str, now: datetime | None, row: int
) -> ParkedNote:
    if isinstance(value, Formula) and reason == UNDONE:
        reason = left_formula(row)
    return ParkedNote(customer_id=key, column=column, value=value, reason=reason, date=now)


def _same(one: Any, row: int, other: Any, other_row: int) -> bool:
    if isinstance(one, Formula) and isinstance(other, Formula):
        return formulas.pattern(one, row) == formulas.pattern(other, other_row)
    return same_note(one, other)


def _shifted(value: Any, rows: int) -> Any:
    return Formula(formulas.shifted(value, rows)) if isinstance(value, Formula) and rows else value
