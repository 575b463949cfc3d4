"""The last reconciliation's workbook -> its register, with what people wrote into it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from partnerbook.errors import LedgerError
from reports.ledger.cells import text_of
from reports.ledger.source import sheets_of
from reports.reconciliation.breaks import KINDS
from reports.reconciliation.register import STATES, Entry

SHEET = "Breaks"
WRITTEN = ("Owner", "Cause", "Comment", "Due")
HEADINGS = ("Break", "Kind", "State", "First seen", "Re-opened", *WRITTEN)


def read_register(path: Path) -> dict[str, Entry]:
    """Return the register of a reconciliation workbook, by break ID.

    Raises:
        LedgerError: The file cannot be read, has no register, or a line of it was damaged.
    """
    name = Path(path).name
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise LedgerError(f"{path} cannot be read ({reason}); check the path") from error
    rows = next((sheet.rows for sheet in sheets_of(data, name) if sheet.name == SHEET), None)
    titles = [text_of(cell) for cell in rows[0]] if rows else []
    if rows is None or not set(HEADINGS) <= set(titles):
        raise LedgerError(
            f"{name} has no sheet {SHEET!r} with a register; give the workbook of the last "
            f"reconciliation as it was made"
        )
    at = {heading: titles.index(heading) for heading in HEADINGS}
    entries = {}
    for number, row in enumerate(rows[1:], start=2):
        values = {heading: row[at[heading]] for heading in HEADINGS}
        if not text_of(values["Break"]):
            continue
        entry = _entry(values, f"{name}, sheet {SHEET!r}, row {number}")
        if entry.id in entries:
            raise LedgerError(f"{name}: break {entry.id} stands twice in the sheet {SHEET!r}")
        entries[entry.id] = entry
    return entries


def _entry(values: dict[str, object], where: str) -> Entry:
    kind = next((kind for kind in KINDS if kind == text_of(values["Kind"])), None)
    state, seen = text_of(values["State"]).casefold(), values["First seen"]
    reopened = text_of(values["Re-opened"]) or "0"
    if kind is None or state not in STATES or not reopened.isdecimal():
        raise LedgerError(
            f"{where}: kind, state or count was overwritten; the states are {', '.join(STATES)}"
        )
    if isinstance(seen, datetime):
        seen = seen.date()
    if not isinstance(seen, date):
        raise LedgerError(f"{where}: the day it was first seen was overwritten; write a date there")
    owner, cause, comment, due = (text_of(values[heading]) for heading in WRITTEN)
    return Entry(
        id=text_of(values["Break"]),
        kind=kind,
        state=state,
        first_seen=seen,
        reopened=int(reopened),
        owner=owner,
        cause=cause,
        comment=comment,
        due=due,
    )
