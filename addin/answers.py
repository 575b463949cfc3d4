"""What worksheet functions answer: arguments as cells in, rows of cells out. No xlwings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from addin import cells
from addin.session import Session
from partnerbook.errors import PartnerbookError, QueryError, UnknownFilterError
from partnerbook.model import EVERYBODY, Snapshot
from partnerbook.views import View, moment_in
from partnerbook.views.certainty import missing
from partnerbook.views.filters import moment_meant, query_from, selects
from partnerbook.wording import heading

Block = Sequence[Sequence[Any]]
"""Cells as xlwings hands them over: rows of values, None for an empty one."""

NOT_SEEN = "#PB not seen"
"""Instead of a field, of a customer who is surely not on the list."""

NOT_CHECKED = "#PB not checked"
"""Instead of a field, of a customer who may be missing from a list that is not complete."""

_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_CHANGE_HEADINGS = ("Customer ID", "Name", "Change", "Field", "Before", "After")
_STATUS_NAMES = (
    "as_of",
    "age",
    "state",
    "missing",
    "count",
    "fingerprint",
    "account",
    "api",
    "error",
)


def customers(
    session: Session,
    view_or_filters: Block | None,
    columns: Block | None,
    headers: Any,
    as_of: Any = None,
) -> list[list[Any]]:
    """Return the customers that a view or filters show, a row each.

    Args:
        session: Whose listing to read.
        view_or_filters: None or blank for everybody, one cell with a view's name, or two
            columns of filter names and values.
        columns: Headings or field names of the columns wanted; None or blank for all.
        headers: False, 0 or its word leaves out the row of headings; blank is true.
        as_of: A date or a moment, in the view's zone: the list of then; None: the last listing.

    Raises:
        PartnerbookError: The question is wrong, or there is no listing to read.
    """
    wants_headings = not _given(headers) or _truth("headers", headers)
    view = view_of(session, view_or_filters)
    wanted = [value for row in columns or () for value in row if _given(value)]
    if wanted:
        view = replace(view, columns=tuple(_column(each) for each in wanted))
    chosen = view.shown(_snapshot(session, view, as_of).listing)
    rows = [cells.row_of(each, view.columns, view.language) for each in chosen]
    head = [cells.header_row(view.columns, view.language)] if wants_headings else []
    # An empty array is an error in Excel: a list of nobody is one empty cell.
    return [*head, *rows] or [[""]]


def count(session: Session, view_or_filters: Block | None) -> int:
    """Return how many customers a view or filters show.

    Raises:
        PartnerbookError: As `customers`.
    """
    view = view_of(session, view_or_filters)
    return len(view.shown(session.snapshot(view.query).listing))


def field(session: Session, ids: Block | None, name: Any, as_of: Any) -> list[list[Any]]:
    """Return one field of each customer, in the shape of the IDs; a blank ID stays blank.

    Raises:
        PartnerbookError: The field is unknown, or there is no listing to read.
    """
    column = _column(name)
    snapshot = _snapshot(session, View(), as_of)
    known = snapshot.listing.by_id
    absent = NOT_SEEN if snapshot.listing.state == "exact" else NOT_CHECKED

    def one(value: Any) -> Any:
        key = cells.key(value)
        if not key:
            return ""
        customer = known.get(key) or known.get(key.lower())  # as somebody typed it
        return absent if customer is None else cells.cell(customer, column)

    return [[one(value) for value in row] for row in ids or [[None]]]


def find(session: Session, names: Block | None, name: Any) -> list[list[Any]]:
    """Return a field (the ID, when none is named) of the customer that each name means.

    A name means a customer when it is, case and width aside, the company name, account name,
    ID or partner's ID of that one alone. Never a guess: of several, their count is shown; and
    so is the count of those whose name only holds the text.

    Raises:
        PartnerbookError: The field is unknown, or there is no listing to read.
    """
    # Here, for it costs the first cell of the day 20 to 50 milliseconds.
    from partnerbook.matching.folding import folded  # noqa: PLC0415  as above

    column = _column(name) if _given(name) else "customer_id"
    listing = session.snapshot(EVERYBODY).listing
    known = session.names()
    absent = NOT_SEEN if listing.state == "exact" else NOT_CHECKED

    def one(value: Any) -> Any:
        words = cells.key(value)
        if not folded(words):
            return ""
        found = known.find(words)
        if found.sure is not None:
            return cells.cell(found.sure, column)
        return f"#several {len(found.candidates)}" if found.candidates else absent

    return [[one(value) for value in row] for row in names or [[None]]]


def changes(session: Session, view_or_filters: Block | None, since: Any) -> list[list[Any]]:
    """Return what changed, a row each: since a date, else between the last two snapshots.

    Raises:
        PartnerbookError: The question is wrong, or nothing was ever listed.
    """
    from partnerbook import compare  # noqa: PLC0415  see `find`

    view = view_of(session, view_or_filters)
    start = moment_meant(since, view.zone, eve=True) if _given(since) else None
    found = session.changes(view.query, start)
    rows: list[list[Any]] = [list(_CHANGE_HEADINGS)]
    if found is None:
        # One listing has nothing to be compared with. Of none, this says why, as others do.
        session.snapshot(view.query)
        return rows
    before, after, earlier = found
    for change in compare.changes(before, after, earlier_ids=earlier):
        sides = (
            before.listing.by_id.get(change.customer_id),
            after.listing.by_id.get(change.customer_id),
        )
        if not any(side is not None and selects(view.query, side) for side in sides):
            continue
        told = [
            heading(change.field, view.language) if change.field else "",
            *(
                compare.in_words(change.field, value, view.language) if change.field else ""
                for value in (change.before, change.after)
            ),
        ]
        kind = "renamed" if compare.is_renaming(change) else change.kind.replace("_", " ")
        rows.append([change.customer_id, change.name, kind, *told])
    return rows


def status(session: Session, what: Any, now: datetime) -> Any:
    """Return what is known of the last listing: one fact, or one sentence with most of them.

    Args:
        session: Whose listing.
        what: ``as_of``, ``age``, ``state``, ``missing``, ``count``, ``fingerprint``, ``account``,
            ``api`` or ``error``; None for the sentence, which also says why there is no list.
            A mistake in an argument is told by ``error`` only, beside its own cell.
        now: The present, with a zone.

    Raises:
        PartnerbookError: There is no such fact, or no listing to read.
    """
    name = str(what).strip().lower().replace(" ", "_") if _given(what) else None
    if name == "error":
        return session.last_error
    if name is not None and name not in _STATUS_NAMES:
        raise UnknownFilterError(
            f"CUSTOMERSTATUS knows {', '.join(_STATUS_NAMES)}",
            kind="status",
            name=str(what),
            nearest=None,
        )
    try:
        listing = session.snapshot(EVERYBODY).listing
    except PartnerbookError as error:
        if name is not None:
            raise
        session.failed("CUSTOMERSTATUS", error)
        return f"No list yet; {session.last_error.removeprefix('CUSTOMERSTATUS: ')}"
    sure = "exact" if listing.state == "exact" else missing(listing.missing_at_most)
    age = _age(now - listing.as_of)
    facts: Mapping[str, Any] = {
        "as_of": listing.as_of.replace(tzinfo=None),
        "age": age,
        "state": listing.state,
        "missing": listing.missing_at_most,
        "count": listing.count,
        "fingerprint": listing.fingerprint,
        "api": listing.api,
    }
    if name == "account":
        return session.account
    if name is not None:
        return facts[name]
    who = "customer" if listing.count == 1 else "customers"
    told = f"{listing.count} {who}, {sure}, as of {moment_in(listing.as_of)} ({age} ago)"
    return f"{told}; {listing.fingerprint}" + (f"; {session.trouble}" if session.trouble else "")


def view_of(session: Session, view_or_filters: Block | None) -> View:
    """Return the view that the first argument of a function means.

    Raises:
        QueryError: A filter is unknown or malformed, or no view has that name.
    """
    block = [row for row in view_or_filters or () if any(_given(value) for value in row)]
    if not block:
        return View()
    if len(block) == 1 and len(block[0]) == 1:
        return session.view(str(block[0][0]).strip())
    return View(query=query_from(cells.pairs_of(block)))


def _snapshot(session: Session, view: View, as_of: Any) -> Snapshot:
    if _given(as_of):
        return session.snapshot_as_of(view.query, moment_meant(as_of, view.zone))
    return session.snapshot(view.query)


def _column(name: Any) -> str:
    found = cells.column_of(name) or str(name).strip()
    # A view refuses a column that nobody knows, and names the nearest.
    if found == cells.CHANGE:
        raise UnknownFilterError(
            "a function has no column Change; a refreshed sheet has",
            kind="column",
            name="Change",
            nearest=None,
        )
    return View(columns=(found,)).columns[0]


def _truth(argument: str, value: Any) -> bool:
    """Return what a cell means by a truth: Excel hands 0 and 1 over as numbers."""
    words = cells.key(value).casefold()
    if words not in _TRUTHS:
        error = QueryError(f"{argument} takes TRUE or FALSE (or 1 or 0), got {str(value)[:40]!r}")
        error.cell_text = f"#PB {argument}: TRUE or FALSE"
        raise error
    return _TRUTHS[words]


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _given(value: Any) -> bool:
    return value is not None and str(value).strip() != ""
