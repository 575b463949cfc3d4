"""Notes shared between workbooks: what this one holds, and what others wrote meanwhile. Pure.

The store takes in what stands in the user's own columns and says what should stand there; see
`partnerbook.store.notes`. Rows in doubt take no part: nothing is concluded of them. Neither do
formulas: what one refers to is in this workbook alone, so each stays where it was written. What
somebody typed here and another workbook says otherwise goes to `Parked notes`: nobody has read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from addin.rows import (
    ELSEWHERE,
    OVERRULED,
    Formula,
    OldRow,
    ParkedNote,
    casts_doubt,
    is_empty,
    returns,
    same_note,
)

if TYPE_CHECKING:
    from partnerbook.store.notes import Shared

Place = tuple[str, str]
"""Where a note belongs: customer ID and column heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The notes of a workbook.

    Attributes:
        notes: What stands beside whom, parked notes too; no empty ones.
        customers: Of whom something can be concluded: who has a row, a parked note, or comes
            into the list now.
        columns: The user's own columns.
        apart: Where a formula stands: not shared, and no emptied cell either.
    """

    notes: Mapping[Place, Any]
    customers: frozenset[str]
    columns: frozenset[str]
    apart: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A workbook's notes with what other workbooks say.

    Attributes:
        rows: The rows of the list.
        parked: The lines of `Parked notes`, those overruled left out.
        taken: How many notes changed.
        overruled: What was typed here and stands in no cell any more.
    """

    rows: Sequence[OldRow]
    parked: Sequence[ParkedNote]
    taken: int = 0
    overruled: tuple[ParkedNote, ...] = ()


Mirror = Callable[[Held], "Shared | None"]
"""Takes in a workbook's notes and returns what they should be; None when that failed."""


def held(
    rows: Sequence[OldRow],
    parked: Sequence[ParkedNote],
    *,
    own_columns: Iterable[str],
    listed: Iterable[str],
) -> Held:
    """Return the notes of a workbook, as its cells hold them.

    Args:
        rows: The rows of the list, before a refresh.
        parked: The lines of `Parked notes`.
        own_columns: Headings of the user's own columns that hold notes.
        listed: IDs of the customers that the list will show.
    """
    columns = frozenset(own_columns)
    doubtful = _doubtful(rows, parked)
    notes: dict[Place, Any] = {}
    for note in parked:
        if returns(note.reason) and note.column in columns:
            notes[note.customer_id, note.column] = note.value
    for row in rows:
        for column, value in row.own.items():
            if column in columns:
                notes[row.key, column] = value
    waiting = {note.customer_id for note in parked if returns(note.reason)}
    apart = {place for place, value in notes.items() if isinstance(value, Formula)}
    return Held(
        notes={
            place: value
            for place, value in notes.items()
            if place[0] not in doubtful and place not in apart and not is_empty(value)
        },
        customers=frozenset({row.key for row in rows} | waiting | set(listed)) - doubtful,
        columns=columns,
        apart=frozenset(apart),
    )


def merged(
    rows: Sequence[OldRow],
    parked: Sequence[ParkedNote],
    known: Held,
    shared: Shared,
    now: datetime | None = None,
) -> Merged:
    """Return rows and parked notes with what other workbooks wrote meanwhile.

    Args:
        rows: The rows of the list.
        parked: The lines of `Parked notes`.
        known: What was handed in.
        shared: What should stand there.
        now: When notes are parked; UTC without zone, None for no date.
    """
    wanted = shared.notes
    changed = {
        place: wanted.get(place)
        for place in (known.notes.keys() | wanted.keys()) - known.apart
        if not same_note(known.notes.get(place), wanted.get(place))
    }
    if not changed:
        return Merged(rows=rows, parked=parked)
    beside = {row.key for row in rows}
    new_rows = []
    for row in rows:
        own = {**row.own}
        for column in known.columns:
            if (row.key, column) in changed:
                own[column] = changed[row.key, column]
        kept = {column: value for column, value in own.items() if not is_empty(value)}
        new_rows.append(replace(row, own=kept) if kept != row.own else row)
    waiting = [
        note
        for note in parked
        if (note.customer_id, note.column) not in changed
        or not returns(note.reason)
        or note.customer_id in beside
    ]
    coming = [
        ParkedNote(customer_id=key, column=column, value=value, reason=ELSEWHERE)
        for (key, column), value in sorted(changed.items(), key=lambda each: each[0])
        if key not in beside and not is_empty(value)
    ]
    overruled = tuple(
        ParkedNote(customer_id=key, column=column, value=value, reason=OVERRULED, date=now)
        for (key, column), value in known.notes.items()
        if (key, column) in changed and (key, column) in shared.overruled
    )
    return Merged(
        rows=new_rows, parked=[*waiting, *coming], taken=len(changed), overruled=overruled
    )


def _doubtful(rows: Sequence[OldRow], parked: Sequence[ParkedNote]) -> set[str]:
    times = Counter(row.key for row in rows)
    twice = {key for key, count in times.items() if count > 1}
    return twice | {""} | {note.customer_id for note in parked if casts_doubt(note.reason)}
