"""A refresh as a plan: what the sheet will say, and what becomes of each note. Pure.

Rules that hold for whatever the sheet and the listing are:

* A note stays with its customer. When the customer leaves the list, the note is parked under the
  customer's ID; when the customer is back, so is the note.
* What cannot be told for sure is not guessed: notes in rows whose customer ID is doubtful are
  parked, with the reason, and stay there until a person decides.
* A listing that may miss customers removes nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from addin import cells, formulas
from addin.doubts import conflicts, notes_of, sorted_out, stops_of
from addin.ordering import order
from addin.rows import (
    LEFT,
    OUTSIDE,
    UNDONE,
    Alteration,
    Circumstances,
    Formula,
    NewRow,
    OldRow,
    ParkedNote,
    Plan,
    formula_row,
    is_empty,
    left_formula,
    returns,
)
from partnerbook.model import Customer
from partnerbook.wording import Language

_WORDS: dict[str, dict[Language, str]] = {
    "new": {"en": "New", "zh": "新增"},
    "back": {"en": "Came back", "zh": "回归"},
    "changed": {"en": "Changed: {}", "zh": "变更：{}"},
    "comma": {"en": ", ", "zh": "、"},
    "not seen": {"en": "Not seen", "zh": "未见到"},
    "conflict": {"en": "See Parked notes", "zh": "见 Parked notes"},
}


_ORDINARY = Circumstances()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What each step of a plan looks at.

    Attributes:
        old: The rows of the sheet.
        by_id: Whom the listing shows, by customer ID, in the view's order.
        shown: The same as cells.
        kept: Which old rows stay, by index.
        doubts: Why a doubtful one does not, by index.
        on_sheet: The customers that the sheet shows, doubtful rows or not.
        given: What else is known.
    """

    old: Sequence[OldRow]
    by_id: Mapping[str, Customer]
    shown: Mapping[str, Mapping[str, Any]]
    kept: set[int]
    doubts: Mapping[int, str]
    on_sheet: set[str]
    given: Circumstances


def plan(
    old: Sequence[OldRow],
    customers: Sequence[Customer],
    *,
    parked: Sequence[ParkedNote] = (),
    own_columns: Iterable[str] = (),
    given: Circumstances = _ORDINARY,
) -> Plan:
    """Return what a refresh will do.

    Args:
        old: The rows of the sheet, from top to bottom, blank ones left out.
        customers: Whom the listing shows, in the view's order.
        parked: The lines of `Parked notes`.
        own_columns: Headings of the user's own columns that hold notes.
        given: What else is known.
    """
    by_id = {customer.customer_id: customer for customer in customers}
    shown = dict(zip(by_id, cells.rows_of([*by_id.values()], given.language), strict=True))
    found = sorted_out(old, shown, keep_unseen=given.missing_at_most > 0)
    on_sheet = {each.key for each in old} | found.meant
    facts = _Facts(old, by_id, shown, found.kept, found.doubts, on_sheet, given)
    left = _left(facts)
    now_parked = _parked_now(facts)
    places = frozenset(own_columns)
    coming, still = _returning(facts, parked, places)
    rows, altered = _rows(facts, coming, parked)
    return Plan(
        rows=tuple(rows),
        joined=tuple(each for each in by_id if each not in on_sheet),
        left=tuple(left),
        left_names=tuple(left.values()),
        outside=given.other_filters,
        altered=tuple(altered),
        parked=tuple(now_parked),
        returning=tuple(coming),
        still_parked=(*still, *now_parked),
        waiting=tuple(
            note
            for note in still
            if returns(note.reason) and note.customer_id in by_id and note.column not in places
        ),
        conflicts=conflicts(old, found.doubts),
        stops=stops_of(old, tuple(left), given),
    )


def _left(facts: _Facts) -> dict[str, str]:
    """Return who goes from the sheet without a doubt: ID, and what its first row calls it."""
    here = facts.by_id.keys() | {facts.old[index].key for index in facts.kept}
    left = dict.fromkeys(
        row.key
        for index, row in enumerate(facts.old)
        if row.key and row.key not in here and index not in facts.doubts
    )
    called = {row.key: row.called for row in reversed(facts.old) if row.key in left}
    return {each: called[each] for each in left}


def _parked_now(facts: _Facts) -> list[ParkedNote]:
    """Return the notes of the rows that go."""
    gone = OUTSIDE if facts.given.other_filters else LEFT
    return [
        ParkedNote(
            customer_id=row.key,
            column=column,
            value=value,
            reason=left_formula(row.number)
            if reason == gone and isinstance(value, Formula)
            else reason,
            date=facts.given.now,
        )
        for index, row in enumerate(facts.old)
        if index not in facts.kept
        for reason in (facts.doubts.get(index, gone),)
        for column, value in notes_of(row, reason, facts.given.language)
    ]


def _rows(
    facts: _Facts, coming: Iterable[ParkedNote], parked: Iterable[ParkedNote]
) -> tuple[list[NewRow], list[Alteration]]:
    """Return the list as it will be, and which fields of it change.

    Args:
        facts: What is known.
        coming: The parked notes that go back.
        parked: All parked notes, which tell who was on the sheet before.
    """
    old, given = facts.old, facts.given
    back_by_id: dict[str, list[ParkedNote]] = {}
    for note in coming:
        back_by_id.setdefault(note.customer_id, []).append(note)
    in_doubt = {old[index].key for index in facts.doubts}
    was_here = {
        note.customer_id
        for note in parked
        if note.reason in (LEFT, OUTSIDE, UNDONE) or formula_row(note.reason) is not None
    }
    settled = _settled(facts) - facts.doubts.keys()
    rank = {customer_id: place for place, customer_id in enumerate(facts.by_id)}
    rows: list[NewRow] = []
    altered: list[Alteration] = []
    for index, customer_id in order(old, facts.kept, rank):
        customer = facts.by_id.get(customer_id)
        if index in settled and customer_id not in back_by_id and customer_id not in in_doubt:
            rows.append(_as_it_is(old[index], index, customer))  # nearly all of them
            continue
        own = old[index].own if index is not None else {}
        back = {
            note.column: _moved(note, given.top + len(rows)) if given.top else note.value
            for note in back_by_id.get(customer_id, ())
        }
        changes = (
            _alterations(old[index], customer, given) if index is not None and customer else []
        )
        altered += changes
        rows.append(
            NewRow(
                customer=customer,
                came_from=index,
                own={**own, **back},
                returning=back,
                change=_change(
                    changes,
                    given.language,
                    seen=customer is not None,
                    doubtful=customer_id in in_doubt,
                    fresh=index is None and bool(old) and customer_id not in facts.on_sheet,
                    back=customer_id in was_here,
                ),
                shown=facts.shown.get(customer_id, {}),
            )
        )
    return rows, altered


def _returning(
    facts: _Facts, parked: Sequence[ParkedNote], own_columns: frozenset[str]
) -> tuple[list[ParkedNote], list[ParkedNote]]:
    """Return which parked notes go back to their customers, and which stay."""
    own = {facts.old[index].key: facts.old[index].own for index in facts.kept}
    coming: dict[tuple[str, str], ParkedNote] = {}
    still: list[ParkedNote] = []
    for note in reversed(parked):  # the newest first
        place = note.customer_id, note.column
        free = is_empty(own.get(note.customer_id, {}).get(note.column))
        known = note.customer_id in facts.by_id and note.column in own_columns
        if returns(note.reason) and known and free and place not in coming:
            coming[place] = note
        else:
            still.append(note)
    return list(coming.values())[::-1], still[::-1]


def _moved(note: ParkedNote, row: int) -> Any:
    """Return a note as it stands in a row: a formula goes on speaking of its own row."""
    was = formula_row(note.reason)
    if not was or not isinstance(note.value, Formula):
        return note.value
    return Formula(formulas.shifted(note.value, row - was))


def _settled(facts: _Facts) -> set[int]:
    """Return the rows that show exactly what the listing says, by index.

    Nearly all do: a row is looked at as a whole, and only the others field by field.
    """
    there = set().union(*(row.ours for row in facts.old)) - {cells.CHANGE}
    values = itemgetter("customer_id", *sorted(there))
    found: set[int] = set()
    for index in facts.kept:
        row = facts.old[index]
        after = facts.shown.get(row.key)
        try:
            if after is not None and values(row.ours) == values(after):
                found.add(index)
        except KeyError:
            continue  # a row that lacks a column
    return found


def _as_it_is(row: OldRow, index: int, customer: Customer | None) -> NewRow:
    return NewRow(
        customer=customer, came_from=index, own=row.own, returning={}, change="", shown=row.ours
    )


def _alterations(row: OldRow, customer: Customer, given: Circumstances) -> list[Alteration]:
    return [
        Alteration(customer_id=customer.customer_id, field=each, before=before, after=after)
        for each, before in row.ours.items()
        if each in given.carried and each != "customer_id"
        if not cells.same(before, after := cells.cell(customer, each, given.language))
    ]


def _change(  # noqa: PLR0913  keywords, each a reason
    changes: Sequence[Alteration],
    language: Language,
    *,
    seen: bool,
    doubtful: bool,
    fresh: bool,
    back: bool,
) -> str:
    if not seen:
        return _WORDS["not seen"][language]
    if doubtful:
        return _WORDS["conflict"][language]
    if fresh:
        return _WORDS["back" if back else "new"][language]
    if changes:
        names = (cells.column_heading(each.field, language) for each in changes)
        return _WORDS["changed"][language].format(_WORDS["comma"][language].join(names))
    return ""
