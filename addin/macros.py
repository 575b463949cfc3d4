"""The buttons: read the sheet, ask, plan, write. Thin, against xlwings' objects only.

The same lines run in Excel and, through `addin.files`, over .xlsx files. Everything is read,
asked and planned before the first cell is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import xlwings

from addin import records
from addin import sheet as layout
from addin.around import stretch_ranges
from addin.history import Past, first_lines, history_of, with_left
from addin.mirror import Mirror
from addin.obstacles import refuse_what_is_in_the_way
from addin.past import link_rows, read_history, refuse_history_in_the_way, write_history
from addin.planning import Fetch, ask, lines_of, planned, shared, state_of
from addin.progress import CancelledError, Listener, tell
from addin.ready import refuse_when_editing
from addin.rows import ParkedNote, Plan
from addin.status import read_status, say_failed, status_text, write_status
from addin.undo import State, undone
from addin.writing import hidden_rows, write_list
from partnerbook.errors import PartnerbookError, WorkbookError
from partnerbook.model import Snapshot
from partnerbook.resting import collector_resting

__all__ = ["Fetch", "Outcome", "Undone", "preview", "refresh", "status_text", "undo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a refresh.

    Attributes:
        applied: Whether the sheet was changed. False for a preview, and when the plan has
            `Plan.stops` and nobody gave their word.
        plan: What was done, or would be.
        snapshot: The listing it is made of.
        status: What the status cell says, or would say.
        short: Cells around the list whose formula was over all of it, and could not follow it.
    """

    applied: bool
    plan: Plan
    snapshot: Snapshot
    status: str
    short: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of an undo.

    Attributes:
        count: How many customers the list shows again.
        kept: Notes, typed since the refresh, that are parked now.
        status: What the status cell says again.
        bare: How many customers who had left came back with their notes, but without the
            colours and formats of their row.
        short: As in an `Outcome`.
    """

    count: int
    kept: tuple[ParkedNote, ...]
    status: str
    bare: int = 0
    short: tuple[str, ...] = ()


@collector_resting()
def refresh(  # noqa: PLR0913  keywords, each what Excel and files do differently
    book: xlwings.Book,
    fetch: Fetch,
    *,
    confirmed: bool = False,
    now: datetime,
    listener: Listener | None = None,
    keep: Callable[[State], None] | None = None,
    mirror: Mirror | None = None,
    past: Past | None = None,
) -> Outcome:
    """Bring the customer list of a workbook up to date.

    When it fails, no data is changed; the status cell then says so (over a file: as long as
    nobody saves it).

    Args:
        book: The workbook.
        fetch: Asks for the listing.
        confirmed: The user's word to go on where the plan stops.
        now: The present moment, with a zone.
        listener: Told how far it is; may stop it.
        keep: Keeps what `undo` needs; called right before the first cell is written.
        mirror: Shares notes with other workbooks; called only when the sheet will be written.
        past: Tells what happened to customers, for the sheet *Customer history*; None leaves
            that as it is.

    Raises:
        CancelledError: The listener stopped it; nothing was changed.
        WorkbookError: The workbook lacks something, or cannot be changed without harm.
        PartnerbookError: The filters are wrong, or the listing failed.
    """
    refuse_when_editing(book)
    try:
        asking = ask(book, fetch, now, listener)
        here, snapshot, plan = asking.here, asking.snapshot, planned(asking)
        status = status_text(snapshot, plan.seen, here.language, unseen=plan.unseen)
        if plan.stops and not confirmed:
            return Outcome(applied=False, plan=plan, snapshot=snapshot, status=status)
        if mirror is not None:
            plan = shared(asking, plan, mirror)
        refuse_what_is_in_the_way(here, len(plan.rows))
        parked_sheet, parked = records.parked_sheet(book, needed=len(plan.still_parked))
        table, history = read_history(book)
        was = first_lines(history.lines)
        told = history
        if past is not None and table is not None:
            told = history_of(past(asking.query), asking.shown, here.language)
            told = with_left(told, plan.gone, snapshot.taken_at, here.language)
            refuse_history_in_the_way(table, len(told.lines))
        tell(listener, "writing", len(plan.rows), language=here.language)
        identity = layout.identity(book)
        if keep is not None:
            state = state_of(asking, plan, status, hidden_rows(here))
            known = history if table is not None and past is not None else None
            state = replace(state, identity=identity or uuid4().hex, history=known)
            keep(state)
    except CancelledError:
        raise
    except PartnerbookError as error:
        say_failed(book, error, now)
        raise
    lines = lines_of(asking, plan)
    write_list(here, lines)
    if past is not None:
        write_history(book, table, told)
        link_rows(here, lines, table, was, told)
    if keep is not None and not identity:
        layout.identify(book, state.identity)
    if parked_sheet is not None and list(plan.still_parked) != parked:
        records.write_parked(parked_sheet, plan.still_parked, len(parked))
    records.write_log(book, plan, snapshot, asking.query)
    write_status(book, status)
    short = stretch_ranges(here, len(lines))  # last: these cells are none of ours
    return Outcome(applied=True, plan=plan, snapshot=snapshot, status=status, short=short)


def preview(
    book: xlwings.Book,
    fetch: Fetch,
    *,
    now: datetime,
    listener: Listener | None = None,
    mirror: Mirror | None = None,
) -> Outcome:
    """Return what a refresh would do; nothing is written.

    Args:
        book: The workbook.
        fetch: Asks for the listing.
        now: The present moment, with a zone.
        listener: Told how far it is; may stop it.
        mirror: Tells, on trial, which notes other workbooks changed.

    Raises:
        PartnerbookError: As `refresh`.
    """
    asking = ask(book, fetch, now, listener)
    plan = planned(asking)
    if mirror is not None and not plan.stops:
        plan = shared(asking, plan, mirror)
    status = status_text(asking.snapshot, plan.seen, asking.here.language, unseen=plan.unseen)
    return Outcome(applied=False, plan=plan, snapshot=asking.snapshot, status=status)


@collector_resting()
def undo(
    book: xlwings.Book, state: State, *, now: datetime, listener: Listener | None = None
) -> Undone:
    """Take a refresh back: list, parked notes, filters and status as they were before.

    Notes typed since stay beside their customer, or are parked.

    Args:
        book: The workbook.
        state: What was kept before the refresh.
        now: The present moment, with a zone.
        listener: Told what is being done; may stop it.

    Raises:
        WorkbookError: The workbook is not as that refresh left it, or cannot be changed
            without harm; nothing was changed.
    """
    refuse_when_editing(book)
    here = layout.read_list(book)
    if not is_after(book, state):
        raise WorkbookError(
            f"{book.name} is not as the refresh that was kept left it: its status line speaks of "
            "another one; nothing was changed"
        )
    _, present = records.read_parked(book)
    done = undone(
        state,
        here.old_rows,
        present,
        own_columns=here.own_columns,
        columns=[each.name for each in here.columns],
        top=here.top,
        now=now.astimezone(UTC).replace(tzinfo=None, microsecond=0),
    )
    refuse_what_is_in_the_way(here, len(done.lines))
    parked_sheet, parked = records.parked_sheet(book, needed=len(done.parked))
    table, history = read_history(book)
    if state.history is not None:
        refuse_history_in_the_way(table, len(state.history.lines))
    tell(listener, "undoing", language=here.language)
    write_list(here, done.lines)
    if state.history is not None:
        write_history(book, table, state.history)
        link_rows(here, done.lines, table, first_lines(history.lines), state.history)
    if parked_sheet is not None and list(done.parked) != parked:
        records.write_parked(parked_sheet, done.parked, len(parked))
    records.unlog(book, state.as_of)
    block = layout.named(book, layout.FILTERS)
    now_there = layout.grid(block)
    before = [list(line) for line in state.filters]
    if now_there != before and [len(line) for line in now_there] == [len(line) for line in before]:
        block.value = before
    write_status(book, state.status)
    short = stretch_ranges(here, len(done.lines))
    count = sum(1 for row in state.rows if row and row.key)
    bare = sum(1 for line in done.lines if line.came_from is None and line.ours)
    return Undone(count=count, kept=done.kept, status=state.status, bare=bare, short=short)


def is_after(book: xlwings.Book, state: State) -> bool:
    """Return whether a workbook is as a refresh left it, other than what was typed since."""
    return state.after_status in read_status(book)


def is_before(book: xlwings.Book, state: State) -> bool:
    """Return whether a refresh never reached the workbook, or was taken back already."""
    return not is_after(book, state) and state.status in read_status(book)
