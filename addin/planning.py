"""From a workbook and a listing to a plan, and from a plan to the lines to write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import xlwings

from addin import cells, formulas, mirror, records, refresh
from addin import sheet as layout
from addin.progress import Listener, tell
from addin.rows import (
    HANGING,
    MARK,
    Asked,
    Circumstances,
    Formula,
    Line,
    OldRow,
    ParkedNote,
    Plan,
    is_empty,
)
from addin.sheet import CustomerSheet
from addin.status import read_status
from addin.undo import State
from partnerbook.model import CARRIED, Customer, CustomerQuery, Snapshot
from partnerbook.views import View
from partnerbook.views.filters import query_from
from partnerbook.wording import Language

Fetch = Callable[[CustomerQuery], Snapshot]
"""Takes one listing of a query and keeps it, or hands out one that is kept."""

_MARKS_LIMIT = 500  # comments with old values; more would bury the sheet, and Excel with it
_WAS: dict[Language, str] = {"en": "was {}", "zh": "原为 {}"}
_NOTHING: dict[Language, str] = {"en": "empty", "zh": "空"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Everything that a refresh reads before it writes.

    Attributes:
        here: The list as it stands.
        parked: The lines of `Parked notes`.
        query: What the filter block asks.
        snapshot: The answer.
        shown: The customers of the answer in the list's order.
        asked_before: Whom the last refresh was about; None when there was none.
        filters: The cells of the filter block.
        status: What the status cell says.
        now: The present, UTC without zone.
    """

    here: CustomerSheet
    parked: tuple[ParkedNote, ...]
    query: CustomerQuery
    snapshot: Snapshot
    shown: tuple[Customer, ...]
    asked_before: Asked | None
    filters: tuple[tuple[Any, ...], ...]
    status: str
    now: datetime

    @property
    def own_columns(self) -> tuple[str, ...]:
        """Where notes can stand: the user's own columns, and what hangs on any column."""
        hanging = (kind + each.name for kind in HANGING for each in self.here.columns)
        return (*self.here.own_columns, *hanging)


def ask(book: xlwings.Book, fetch: Fetch, now: datetime, listener: Listener | None) -> Asking:
    """Read the workbook and ask for the listing; nothing is written.

    Raises:
        PartnerbookError: The workbook lacks something, the filters are wrong, the listing
            failed, or the user stopped it.
    """
    tell(listener, "reading")
    here = layout.read_list(book)
    filters = layout.named(book, layout.FILTERS)
    layout.refuse_unknown_filters(filters)
    block = layout.grid(filters)
    query = query_from(cells.pairs_of(block))
    status = read_status(book)
    _, parked = records.read_parked(book)
    _, log = records.read_log(book)
    tell(listener, "asking", language=here.language)
    snapshot = fetch(query)
    shown = View(query=query).shown(snapshot.listing)
    here = _as_listed(here, {each.customer_id for each in shown})
    tell(listener, "planning", len(shown), language=here.language)
    return Asking(
        here=here,
        parked=tuple(parked),
        query=query,
        snapshot=snapshot,
        shown=shown,
        asked_before=records.asked_before(log),
        filters=tuple(tuple(line) for line in block),
        status=status,
        now=now.astimezone(UTC).replace(tzinfo=None, microsecond=0),
    )


def _as_listed(here: CustomerSheet, listed: set[str]) -> CustomerSheet:
    """Return the list with IDs, that somebody wrote in capitals, as Partner Center writes them."""
    odd = {
        index: replace(row, key=row.key.lower())
        for index, row in here.rows.items()
        if row.key not in listed and row.key.lower() in listed
    }
    return replace(here, rows=here.rows | odd) if odd else here


def planned(
    asking: Asking,
    rows: Sequence[OldRow] | None = None,
    parked: Sequence[ParkedNote] | None = None,
) -> Plan:
    """Return what a refresh will do.

    Args:
        asking: What was read.
        rows: The rows with what other workbooks wrote; None for as they stand.
        parked: The parked notes with the same; None for as they stand.
    """
    here, listing = asking.here, asking.snapshot.listing
    return refresh.plan(
        here.old_rows if rows is None else rows,
        asking.shown,
        parked=asking.parked if parked is None else parked,
        own_columns=asking.own_columns,
        given=Circumstances(
            asked=Asked(account=asking.snapshot.account, fingerprint=asking.query.fingerprint),
            asked_before=asking.asked_before,
            carried=CARRIED[listing.api],
            missing_at_most=listing.missing_at_most,
            now=asking.now,
            language=here.language,
            top=here.top,
        ),
    )


def shared(asking: Asking, plan: Plan, share: mirror.Mirror) -> Plan:
    """Return the plan with the notes that other workbooks wrote meanwhile."""
    rows = asking.here.old_rows
    known = mirror.held(
        rows,
        asking.parked,
        own_columns=asking.here.own_columns,
        listed=(each.customer_id for each in asking.shown),
    )
    said = share(known)
    if said is None:
        return plan
    merged = mirror.merged(rows, asking.parked, known, said, asking.now)
    plan = planned(asking, merged.rows, merged.parked)
    return replace(
        plan,
        taken=merged.taken,
        overruled=merged.overruled,
        parked=(*plan.parked, *merged.overruled),
        still_parked=(*plan.still_parked, *merged.overruled),
    )


def lines_of(asking: Asking, plan: Plan) -> list[Line]:
    """Return the lines that a plan writes."""
    here = asking.here
    old = here.old_rows
    language = here.language
    marks: dict[str, dict[str, str]] = {}
    if len(plan.altered) <= _MARKS_LIMIT:
        for each in plan.altered:
            before = _NOTHING[language] if is_empty(each.before) else each.before
            words = MARK + _WAS[language].format(before)
            marks.setdefault(each.customer_id, {})[each.field] = words
    lines = []
    for row in plan.rows:
        was = old[row.came_from] if row.came_from is not None else None
        ours = was.ours if was and row.customer is None else row.shown
        change = row.change or None
        if ours.get(cells.CHANGE, "") != change:  # else it is the old row's: nothing to write
            ours = {**ours, cells.CHANGE: change}
        key = row.customer.customer_id if row.customer else ""
        lines.append(
            Line(came_from=row.came_from, ours=ours, own=row.own, marks=marks.get(key, {}))
        )
    return lines


def state_of(asking: Asking, plan: Plan, status: str, hidden: frozenset[int]) -> State:
    """Return what takes this refresh back.

    Args:
        asking: What was read.
        plan: What is about to be done.
        status: What the status cell is going to say.
        hidden: Which rows of the list are hidden.
    """
    here = asking.here
    old = here.old_rows
    after = []
    for place, row in enumerate(plan.rows, here.top):
        was = old[row.came_from] if row.came_from is not None else None
        down = place - was.number if was else 0
        own = {
            column: Formula(formulas.shifted(value, down))
            if isinstance(value, Formula) and column not in row.returning and down
            else value
            for column, value in row.own.items()
        }
        key = row.customer.customer_id if row.customer else (was.key if was else "")
        after.append(OldRow(key=key, own=own, number=place))
    return State(
        as_of=asking.snapshot.taken_at,
        rows=tuple(here.rows.get(index) for index in range(here.count)),
        hidden=hidden,
        parked=asking.parked,
        filters=asking.filters,
        status=asking.status,
        after=tuple(after),
        after_parked=plan.still_parked,
        after_status=status,
    )
