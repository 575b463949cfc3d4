"""A reconciliation's workbook, as people filled it in -> its tables, in whichever language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from partnerbook.errors import LedgerError
from partnerbook.wording import HEADINGS
from reports.ledger.cells import text_of
from reports.ledger.source import Sheet
from reports.reconciliation.words import WORDS

REGISTER, ASKED = "Breaks", ("Suggested", "Groups")
WRITTEN = ("Owner", "Cause", "Comment", "Due")
_OF_REGISTER = ("Break", "Kind", "State", "First seen", "Re-opened", *WRITTEN)
_OF_ASKED = (
    "Ledger's customer ID",
    "Ledger's partner's ID",
    "Ledger's account",
    "Ledger's name",
    "customer_id",
    "Yes or no",
)
# Workbooks of earlier versions do not have all of these.
_MORE = (
    "Ledger's e-mail", "Ledger's phone", "Until", "Decided by", "Keys", "Facts", "Was", "Name",
    "Closed on",
)  # fmt: skip
_COLUMNS = frozenset({*_OF_REGISTER, *_OF_ASKED, *_MORE})


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet that is one table: rows as key of the heading -> cell."""

    where: str
    title: str
    rows: tuple[tuple[int, Mapping[str, object]], ...]


def register_of(sheets: Sequence[Sheet], name: str) -> Table | None:
    """Return the register's table; None when it or one of its columns is not there."""
    return _table(sheets, REGISTER, _OF_REGISTER, name)


def asked_of(sheets: Sequence[Sheet], title: str, name: str) -> Table | None:
    """Return a table that asks for yes or no; None when it or a column is not there."""
    return _table(sheets, title, _OF_ASKED, name)


def on_cover(sheets: Sequence[Sheet], name: str) -> str:
    """Return what stands beside a name on the cover, the last time it is there; ``""`` for none."""
    cover = next((each for each in sheets if each.name in WORDS["Cover"]), None)
    rows = cover.rows if cover else ()
    found = [text_of(row[1]) for row in rows if len(row) > 1 and text_of(row[0]) in WORDS[name]]
    return found[-1] if found else ""


def day_of(value: object) -> date | None:
    """Return the day that a cell holds as a date; None when it holds none."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def day_in(value: object, where: str, what: str) -> date | None:
    """Return the day in a cell, a date or written out; None for an empty cell.

    Args:
        value: The cell.
        where: The cell's row, for the sentence.
        what: What kind of day it is, for the sentence.

    Raises:
        LedgerError: It is no day.
    """
    text = text_of(value)
    if (day := day_of(value)) or not text:
        return day
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError:
        raise LedgerError(
            f"{where}: {text[:40]!r} is no day {what}; write one such as 2026-12-31"
        ) from None


def _table(sheets: Sequence[Sheet], title: str, needed: Sequence[str], name: str) -> Table | None:
    sheet = next((each for each in sheets if each.name in WORDS[title]), None)
    if sheet is None or not sheet.rows:
        return None
    headings = [text_of(cell) for cell in sheet.rows[0]]
    known = {shown: key for key, both in WORDS.items() for shown in both if key in _COLUMNS}
    known.update({shown: key for key, both in HEADINGS.items() for shown in both.values()})
    at = {known[text]: number for number, text in enumerate(headings) if text in known}
    if not set(needed) <= at.keys():
        return None
    rows = tuple(
        (number, {key: row[place] if place < len(row) else None for key, place in at.items()})
        for number, row in enumerate(sheet.rows[1:], start=2)
    )
    return Table(f"{name}, sheet {sheet.name!r}", sheet.name, rows)
