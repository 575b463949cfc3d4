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
from datetime import datetime
from operator import itemgetter
from typing import Any

from addin import cells, formulas
from addin.doubts import conflicts, meant, notes_of, sorted_out, stops_of
from addin.ordering import order
from addin.rows import (
    LEFT,
    OUTSIDE,
    UNDONE,
    Alteration,
    Asked,
    Formula,
    NewRow,
    OldRow,
    ParkedNote,
    Plan,
    formula_row,
    left_formula,
    returns,
)
from partnerbook.model import CUSTOMER_FIELDS, Customer
from partnerbook.wording import Language

_WORDS: dict[str, dict[Language, str]] = {
    "new": {"en": "New", "zh": "新增"},
    "back": {"en": "Came back", "zh": "回归"},
    "changed": {"en": "Changed: {}", "zh": "变更：{}"},
    "comma": {"en": ", ", "zh": "、"},
    "not seen": {"en": "Not seen", "zh": "未见到"},
    "conflict": {"en": "See Parked notes", "zh": "见 Parked notes"},
}


def plan(  # noqa: PLR0913  keywords, each a fact about the sheet or the listing
    old: Sequence[OldRow],
    customers: Sequence[Customer],
    *,
    parked: Sequence[ParkedNote] = (),
    own_columns: Iterable[str] = (),
    missing_at_most: int = 0,
    carried: frozenset[str] = frozenset(CUSTOMER_FIELDS),
    asked: Asked | None = None,
    asked_before: Asked | None = None,
    now: datetime | None = None,
    language: Language = "en",
    top: int = 0,
) -> Plan:
    """Return what a refresh will do.

    Args:
        old: The rows of the sheet, from top to bottom, blank ones left out.
        customers: Whom the listing shows, in the view's order.
        parked: The lines of `Parked notes`.
        own_columns: Headings of the user's own columns that hold notes.
        missing_at_most: How many customers the listing may miss.
        carried: Fields that the API in use carries; others are not compared.
        asked: Whom this refresh is about.
        asked_before: Whom the last one was about; None when there was none.
        now: The moment of the refresh, UTC without zone, for notes that are parked.
        language: Language of the column *Change*.
        top: Row number of the list's first row, by which formulas come back as Excel's copy
            would make them; 0: as they were written.
    """
    rank = {customer.customer_id: place for place, customer in enumerate(customers)}
    by_id = {customer.customer_id: customer for customer in customers}
    shown = dict(zip(by_id, cells.rows_of([*by_id.values()], language), strict=True))
    kept, doubts = sorted_out(old, shown, keep_unseen=missing_at_most > 0)
    staying = {old[index].key for index in kept}
    here = by_id.keys() | staying
    left = tuple(
        dict.fromkeys(
            each.key
            for index, each in enumerate(old)
            if each.key and each.key not in here and index not in doubts
        )
    )
    going = set(left)
    called = {each.key: each.called for each in reversed(old) if each.key in going}
    narrowed = asked and asked_before and asked.fingerprint != asked_before.fingerprint
    # With other filters than before nobody can say who left: they are outside what is asked.
    gone = OUTSIDE if narrowed else LEFT
    now_parked = [
        ParkedNote(
            customer_id=row.key,
            column=column,
            value=value,
            reason=left_formula(row.number)
            if reason == gone and isinstance(value, Formula)
            else reason,
            date=now,
        )
        for index, row in enumerate(old)
        if index not in kept
        for reason in (doubts.get(index, gone),)
        for column, value in notes_of(row, reason, language)
    ]
    coming, still = _returning(old, kept, by_id, parked, frozenset(own_columns))
    back_by_id: dict[str, list[ParkedNote]] = {}
    for note in coming:
        back_by_id.setdefault(note.customer_id, []).append(note)
    in_doubt = {old[index].key for index in doubts}
    was_here = {
        note.customer_id
        for note in parked
        if note.reason in (LEFT, OUTSIDE, UNDONE) or formula_row(note.reason) is not None
    }
    on_sheet = {each.key for each in old} | meant(old, doubts, shown)
    settled = _settled(old, kept, shown) - doubts.keys()
    rows: list[NewRow] = []
    altered: list[Alteration] = []
    for index, customer_id in order(old, kept, rank):
        customer = by_id.get(customer_id)
        if index in settled and customer_id not in back_by_id and customer_id not in in_doubt:
            rows.append(_as_it_is(old[index], index, customer))  # nearly all of them
            continue
        own = old[index].own if index is not None else {}
        back = {
            note.column: _moved(note, top + len(rows)) if top else note.value
            for note in back_by_id.get(customer_id, ())
        }
        changes = (
            _alterations(old[index], customer, carried, language)
            if index is not None and customer
            else []
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
                    language,
                    seen=customer is not None,
                    doubtful=customer_id in in_doubt,
                    fresh=index is None and bool(old) and customer_id not in on_sheet,
                    back=customer_id in was_here,
                ),
                shown=shown.get(customer_id, {}),
            )
        )
    return Plan(
        rows=tuple(rows),
        joined=tuple(each for each in rank if each not in on_sheet),
        left=left,
        left_names=tuple(called[each] for each in left),
        outside=bool(narrowed),
        altered=tuple(altered),
        parked=tuple(now_parked),
        returning=tuple(coming),
        still_parked=(*still, *now_parked),
        conflicts=conflicts(old, doubts),
        stops=stops_of(
            old, left, missing_at_most, asked, asked_before, carried=carried, language=language
        ),
    )


def _returning(
    old: Sequence[OldRow],
    kept: set[int],
    by_id: Mapping[str, Customer],
    parked: Sequence[ParkedNote],
    own_columns: frozenset[str],
) -> tuple[list[ParkedNote], list[ParkedNote]]:
    """Return which parked notes go back to their customers, and which stay."""
    own = {old[index].key: old[index].own for index in kept}
    coming: dict[tuple[str, str], ParkedNote] = {}
    still: list[ParkedNote] = []
    for note in reversed(parked):  # the newest first
        place = note.customer_id, note.column
        free = own.get(note.customer_id, {}).get(note.column) in (None, "")
        known = note.customer_id in by_id and note.column in own_columns
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


def _settled(
    old: Sequence[OldRow], kept: set[int], shown: Mapping[str, Mapping[str, Any]]
) -> set[int]:
    """Return the rows that show exactly what the listing says, by index.

    Nearly all do: a row is looked at as a whole, and only the others field by field.
    """
    there = set().union(*(row.ours for row in old)) - {cells.CHANGE}
    values = itemgetter("customer_id", *sorted(there))
    found: set[int] = set()
    for index in kept:
        row = old[index]
        after = shown.get(row.key)
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


def _alterations(
    row: OldRow, customer: Customer, carried: frozenset[str], language: Language
) -> list[Alteration]:
    return [
        Alteration(customer_id=customer.customer_id, field=each, before=before, after=after)
        for each, before in row.ours.items()
        if each in carried and each != "customer_id"
        if not cells.same(before, after := cells.cell(customer, each, language))
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
