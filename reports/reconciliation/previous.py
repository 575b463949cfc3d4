"""A reconciliation's workbook, as people filled it in -> its register, and what they decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from partnerbook.errors import LedgerError, reason_of
from partnerbook.model import Decision
from reports.ledger.cells import text_of
from reports.ledger.source import Sheet, sheets_of
from reports.reconciliation.answered import (
    answers,
    explanations,
    says_no_why,
    state_of,
    struck,
    unexplained,
)
from reports.reconciliation.breaks import KINDS
from reports.reconciliation.filled import (
    ASKED,
    REGISTER,
    WRITTEN,
    asked_of,
    day_in,
    day_of,
    on_cover,
    register_of,
)
from reports.reconciliation.register import CAUSES, STATES, Entry
from reports.reconciliation.words import meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """What the last workbook says.

    Attributes:
        register: Its breaks, by ID.
        decisions: What people decided in it, in the order of its rows.
        unexplained: Breaks that somebody marked as explained, without a cause or comment.
        struck: Breaks that somebody marked as closed; only a reconciliation can find them gone.
        ledger: SHA-256 of the ledger, as its cover says; ``""`` where it does not say.
        cutoff: The cut-off in words, as its cover says; ``""`` for no period.
        account: Whose customers it is about, as its cover says; ``""`` where it does not say.
        as_of: Day of its list, UTC, as its cover says, or else the last of which its register
            tells; None where nothing says.
    """

    register: Mapping[str, Entry]
    decisions: tuple[Decision, ...]
    unexplained: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    ledger: str = ""
    cutoff: str = ""
    account: str = ""
    as_of: date | None = None


def read_previous(
    path: Path,
    *,
    who: str,
    now: datetime,
    trusts: Callable[[str, int], bool] = lambda _sheet, _row: True,
) -> Previous:
    """Return what the last workbook says.

    Args:
        path: The workbook.
        who: Who decided, where the workbook does not say.
        now: The present. UTC.
        trusts: Whether a row of a sheet still asks what it was made to ask.

    Raises:
        LedgerError: The file cannot be read, has no register, or a line of it was damaged; or
            somebody answered in a row that is not as it was made.
    """
    name, sheets, saved = _read(path)
    register = _register(sheets, name)
    moment = min(saved, now).astimezone(UTC).replace(microsecond=0)
    tables = [asked_of(sheets, title, name) for title in ASKED]
    told = [table for table in tables if table]
    decisions = [made for table in told for made in answers(table, who, moment, trusts)]
    decisions += explanations(sheets, name, who, moment, trusts)
    return Previous(
        register=register,
        decisions=tuple(decisions),
        unexplained=tuple(unexplained(sheets, name)),
        struck=tuple(struck(sheets, name)),
        ledger=on_cover(sheets, "SHA-256"),
        cutoff=on_cover(sheets, "Cut-off"),
        account=on_cover(sheets, "Entity"),
        as_of=_as_of(sheets, register),
    )


def read_register(path: Path) -> dict[str, Entry]:
    """Return the register of a reconciliation workbook, by break ID.

    Raises:
        LedgerError: The file cannot be read, has no register, or a line of it was damaged.
    """
    name, sheets, _ = _read(path)
    return _register(sheets, name)


def _as_of(sheets: Sequence[Sheet], register: Mapping[str, Entry]) -> date | None:
    try:
        return date.fromisoformat(on_cover(sheets, "As of")[:10])
    except ValueError:
        days = (each.closed or each.first_seen for each in register.values())
        return max(days, default=None)


def is_reconciliation(path: Path) -> bool:
    """Return whether a file is a reconciliation's workbook that can be read."""
    try:
        name, sheets, _ = _read(path)
    except LedgerError:
        return False
    return register_of(sheets, name) is not None


def _read(path: Path) -> tuple[str, list[Sheet], datetime]:
    path = Path(path)
    try:
        data = path.read_bytes()
        saved = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except OSError as error:
        raise LedgerError(f"{path} cannot be read ({reason_of(error)}); check the path") from error
    return path.name, sheets_of(data, path.name), saved


def _register(sheets: Sequence[Sheet], name: str) -> dict[str, Entry]:
    table = register_of(sheets, name)
    if table is None:
        raise LedgerError(
            f"{name} has no sheet {REGISTER!r} with a register; give the workbook of the last "
            f"reconciliation as it was made"
        )
    entries: dict[str, Entry] = {}
    for number, values in table.rows:
        if not text_of(values["Break"]):
            continue
        entry = _entry(values, f"{table.where}, row {number}")
        if entry.id in entries:
            raise LedgerError(f"{table.where}: break {entry.id} stands there twice")
        entries[entry.id] = entry
    return entries


def _entry(values: Mapping[str, object], where: str) -> Entry:
    kind = meant(text_of(values["Kind"]), KINDS)
    state, seen = state_of(values), day_of(values["First seen"])
    reopened = text_of(values["Re-opened"]) or "0"
    if kind is None or state is None or not reopened.isdecimal():
        raise LedgerError(
            f"{where}: kind, state or count was overwritten; the states are {', '.join(STATES)}"
        )
    if seen is None:
        raise LedgerError(f"{where}: the day it was first seen was overwritten; write a date there")
    closed = day_in(values.get("Closed on"), where, "on which it was closed")
    if closed and closed < seen:
        raise LedgerError(
            f"{where}: it cannot have been closed on {closed}, before it was first seen; undo that"
        )
    owner, cause, comment, due = (text_of(values[heading]) for heading in WRITTEN)
    return Entry(
        id=text_of(values["Break"]),
        kind=next(each for each in KINDS if each == kind),
        state="open" if state == "explained" and says_no_why(values) else state,
        first_seen=seen,
        reopened=int(reopened),
        owner=owner,
        cause=meant(cause, CAUSES) or cause,
        comment=comment,
        due=due,
        keys=tuple(text_of(values.get("Keys")).split()),
        facts=text_of(values.get("Facts")),
        name=text_of(values.get("Name")),
        customer_id=text_of(values.get("customer_id")) or None,
        closed=closed if state == "closed" else None,
    )
