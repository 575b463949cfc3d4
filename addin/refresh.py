"""A refresh as a plan: what the sheet will say, and what becomes of each note. Pure.

Rules that hold for whatever the sheet and the listing are:

* A note stays with its customer. When the customer leaves the list, the note is parked under the
  customer's ID; when the customer is back, so is the note.
* What cannot be told for sure is not guessed: notes in rows whose customer ID is doubtful are
  parked, with the reason, and stay there until a person decides.
* A listing that may miss customers removes nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from addin import cells
from partnerbook.model import CUSTOMER_FIELDS, Customer
from partnerbook.wording import Language

GONE_LIMIT = 0.2
"""A refresh that would take away more than this share of the list asks first."""

LEFT = "left the list"
LEFT_FORMULA = "left the list (formula)"
DUPLICATE = "its customer ID stood in several rows"
EDITED = "its customer ID was changed"
KEYLESS = "its row had no customer ID"

_RETURNING = (LEFT, LEFT_FORMULA)
_WITNESSES = ("account_name", "associated_at", "xaccount_id")

_WORDS: dict[str, dict[Language, str]] = {
    "new": {"en": "New", "zh": "新增"},
    "back": {"en": "Came back", "zh": "回归"},
    "changed": {"en": "Changed: {}", "zh": "变更：{}"},
    "comma": {"en": ", ", "zh": "、"},
    "not seen": {"en": "Not seen", "zh": "未见到"},
    "conflict": {"en": "See Parked notes", "zh": "见 Parked notes"},
}


class Formula(str):
    """A note that is a formula, with its ``=``; told from a text that begins like one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OldRow:
    """A row of the list as the sheet holds it.

    Attributes:
        key: Customer ID; "" for none.
        ours: What stands in our columns, by column of `cells.COLUMNS`.
        own: What stands in the user's own columns, by heading; nothing empty. Columns that
            one formula fills are left out: they hold no notes.
        number: Row number on the sheet, for sentences.
    """

    key: str
    ours: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedNote:
    """A note without a row: one line of the sheet `Parked notes`.

    Attributes:
        customer_id: Whose note it is; "" when nobody can say.
        column: Heading of the user's column it stood in.
        value: The note as it was typed.
        reason: Why it is here. Notes with the reason `LEFT` go back by themselves.
        date: When it came here. UTC, without zone, as cells have none; None when unknown.
    """

    customer_id: str
    column: str
    value: Any
    reason: str
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A row of the list as it will be.

    Attributes:
        customer: Whom it shows; None when this listing did not see the customer, then the row
            stays as it is.
        came_from: Index of the old row whose own columns it keeps; None for a fresh row.
        own: What will stand in the user's own columns, by heading.
        returning: Which of these come back from the parked notes.
        change: What the column *Change* will say.
    """

    customer: Customer | None
    came_from: int | None
    own: Mapping[str, Any]
    returning: Mapping[str, Any]
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One field of one customer that the refresh changes: before and after, as cells."""

    customer_id: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a refresh will do.

    Attributes:
        rows: The list as it will be, in order. Rows that stay keep their order.
        joined: IDs that are new on the sheet.
        left: IDs that go from the sheet.
        altered: Fields that change.
        parked: Notes that go to `Parked notes`.
        returning: Notes that come back from there.
        still_parked: What `Parked notes` will hold.
        conflicts: Sentences on rows whose customer is in doubt.
        stops: Sentences; when there are any, go on only by the user's word.
    """

    rows: tuple[NewRow, ...]
    joined: tuple[str, ...]
    left: tuple[str, ...]
    altered: tuple[Alteration, ...]
    parked: tuple[ParkedNote, ...]
    returning: tuple[ParkedNote, ...]
    still_parked: tuple[ParkedNote, ...]
    conflicts: tuple[str, ...]
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a refresh was about, to see whether the next one is about somebody else.

    Attributes:
        account: Whose customers: ``partner_id@host``.
        fingerprint: Fingerprint of the query.
    """

    account: str
    fingerprint: str


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
    """
    rank = {customer.customer_id: place for place, customer in enumerate(customers)}
    by_id = {customer.customer_id: customer for customer in customers}
    kept, doubts = _sorted_out(old, by_id, keep_unseen=missing_at_most > 0)
    staying = {old[index].key for index in kept}
    here = by_id.keys() | staying
    left = tuple(dict.fromkeys(each.key for each in old if each.key and each.key not in here))
    now_parked = [
        ParkedNote(
            customer_id=row.key,
            column=column,
            value=value,
            reason=LEFT_FORMULA if reason == LEFT and isinstance(value, Formula) else reason,
            date=now,
        )
        for index, row in enumerate(old)
        if index not in kept
        for reason in (doubts.get(index, LEFT),)
        for column, value in _notes(row, reason, language)
    ]
    coming, still = _returning(old, kept, by_id, parked, frozenset(own_columns))
    back_by_id: dict[str, dict[str, Any]] = {}
    for note in coming:
        back_by_id.setdefault(note.customer_id, {})[note.column] = note.value
    in_doubt = {old[index].key for index in doubts}
    was_here = {note.customer_id for note in parked if note.reason in _RETURNING}
    rows, altered = [], []
    for index, customer_id in _order(old, kept, rank):
        customer = by_id.get(customer_id)
        own = dict(old[index].own) if index is not None else {}
        back = back_by_id.get(customer_id, {})
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
                own=own | back,
                returning=back,
                change=_change(
                    changes,
                    language,
                    seen=customer is not None,
                    doubtful=customer_id in in_doubt,
                    fresh=index is None and bool(old),
                    back=customer_id in was_here,
                ),
            )
        )
    on_sheet = {each.key for each in old}
    return Plan(
        rows=tuple(rows),
        joined=tuple(each for each in rank if each not in on_sheet),
        left=left,
        altered=tuple(altered),
        parked=tuple(now_parked),
        returning=tuple(coming),
        still_parked=(*still, *now_parked),
        conflicts=_conflicts(old, doubts),
        stops=_stops(old, left, missing_at_most, asked, asked_before),
    )


def _sorted_out(
    old: Sequence[OldRow], by_id: Mapping[str, Customer], *, keep_unseen: bool
) -> tuple[set[int], dict[int, str]]:
    """Return which old rows stay, and for each doubtful one the reason why it does not."""
    times = Counter(row.key for row in old)
    looks = {
        witness: customer_id
        for customer_id, customer in by_id.items()
        if (witness := _witness(cells.cell(customer, each) for each in _WITNESSES[:2]))
    }
    kept: set[int] = set()
    doubts: dict[int, str] = {}
    for index, row in enumerate(old):
        if not row.key:
            doubts[index] = KEYLESS
        elif row.key not in by_id:
            if keep_unseen:
                kept.add(index)
        elif times[row.key] > 1:
            doubts[index] = DUPLICATE
        elif _is_another(row, by_id[row.key], looks):
            doubts[index] = EDITED
        else:
            kept.add(index)
    return kept, doubts


def _witness(values: Iterable[Any]) -> tuple[Any, ...] | None:
    found = tuple(values)
    return found if all(found) else None


def _is_another(row: OldRow, customer: Customer, looks: Mapping[tuple[Any, ...], str]) -> bool:
    """Return whether the row seems to be another customer's than its ID says.

    It happens when somebody types over an ID, or sorts the column of IDs alone.
    """
    witness = _witness(row.ours.get(each) for each in _WITNESSES[:2])
    if witness and looks.get(witness, customer.customer_id) != customer.customer_id:
        return True
    pairs = [
        (before, after)
        for each in _WITNESSES
        if (before := row.ours.get(each)) and (after := cells.cell(customer, each))
    ]
    # One alone can change: accounts are renamed. Both at once is another customer.
    return len(pairs) > 1 and not any(cells.same(before, after) for before, after in pairs)


def _notes(row: OldRow, reason: str, language: Language) -> list[tuple[str, Any]]:
    notes = [(column, value) for column, value in row.own.items() if value not in (None, "")]
    if reason == KEYLESS:
        # Whatever somebody typed into our columns of such a row is theirs too.
        notes += [
            (cells.column_heading(column, language), value)
            for column, value in row.ours.items()
            if value not in (None, "") and column != cells.CHANGE
        ]
    return notes


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
        if note.reason in _RETURNING and known and free and place not in coming:
            coming[place] = note
        else:
            still.append(note)
    return list(coming.values())[::-1], still[::-1]


def _order(
    old: Sequence[OldRow], kept: set[int], rank: Mapping[str, int]
) -> list[tuple[int | None, str]]:
    """Return the rows to come: index of the old row or None, and the customer's ID.

    Rows that stay never overtake each other. Where they stand in the view's order, new ones are
    sorted in; where the user sorted otherwise, new ones come at the end.
    """
    staying = [(index, old[index].key) for index in sorted(kept)]
    here = {customer_id for _, customer_id in staying}
    seen = [rank[customer_id] for _, customer_id in staying if customer_id in rank]
    fresh: list[tuple[int | None, str]] = [(None, each) for each in rank if each not in here]
    if any(a > b for a, b in pairwise(seen)):
        return [*staying, *fresh]
    out: list[tuple[int | None, str]] = []
    for index, customer_id in staying:
        if customer_id in rank:
            while fresh and rank[fresh[0][1]] < rank[customer_id]:
                out.append(fresh.pop(0))
        out.append((index, customer_id))
    return out + fresh


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


def _conflicts(old: Sequence[OldRow], doubts: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(
        f"row {old[index].number}: {reason}; its notes are on the sheet Parked notes"
        if _notes(old[index], reason, "en")
        else f"row {old[index].number}: {reason}; it held no notes"
        for index, reason in doubts.items()
    )


def _stops(
    old: Sequence[OldRow],
    left: Sequence[str],
    missing_at_most: int,
    asked: Asked | None,
    asked_before: Asked | None,
) -> tuple[str, ...]:
    stops = []
    before = len({row.key for row in old if row.key})
    if missing_at_most:
        stops.append(
            f"the listing may miss up to {missing_at_most} customers: nobody would be removed, "
            "but it is not whole"
        )
    if before and len(left) > GONE_LIMIT * before:
        stops.append(f"{len(left)} of {before} customers would go from the list")
    if old and asked and asked_before:
        if asked.account != asked_before.account:
            stops.append(
                f"the list is of account {asked_before.account}, this refresh asks {asked.account}"
            )
        if asked.fingerprint != asked_before.fingerprint:
            stops.append("the filters were changed since the last refresh")
    return tuple(stops)
