"""The sheets beside the list: parked notes, and the log of refreshes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import xlwings

from addin import cells
from addin.cells import MOMENT_FORMAT, TEXT_FORMAT
from addin.rows import Asked, Formula, ParkedNote, Plan, formula_row
from addin.sheet import LOG_SHEET, PARKED_SHEET, grid, sheet_named
from partnerbook.errors import WorkbookError
from partnerbook.model import CustomerQuery, Snapshot
from partnerbook.views import View

LOG_LIMIT = 1_000
LOG_HEADINGS: tuple[str, ...] = (
    "As of (UTC)", "Account", "Filters", "Fingerprint", "Customers", "May miss", "Joined", "Left",
    "Changed", "Notes parked", "Notes back", "In doubt", "Who left",
)  # fmt: skip
_NAMED = 10  # of those who left; the log is for a look, and is handed on
_MORE = " and {} more"
PARKED_HEADINGS: tuple[str, ...] = ("Customer ID", "Column", "Value", "Reason", "Date")


def read_parked(book: xlwings.Book) -> tuple[xlwings.Sheet | None, list[ParkedNote]]:
    """Return the sheet of parked notes, None where there is none, and its lines."""
    sheet = sheet_named(book, PARKED_SHEET)
    lines = _lines(sheet, 5) if sheet else []
    notes = [
        ParkedNote(
            customer_id=cells.key(line[0]),
            column="" if line[1] is None else str(line[1]),
            value=_parked_value(line),
            reason="" if line[3] is None else str(line[3]),
            date=line[4] if isinstance(line[4], datetime) else None,
        )
        for line in lines
    ]
    return sheet, notes


def read_log(book: xlwings.Book) -> tuple[xlwings.Sheet | None, list[list[Any]]]:
    """Return the sheet of the log, None where there is none, and its lines."""
    sheet = sheet_named(book, LOG_SHEET)
    return sheet, _lines(sheet, len(LOG_HEADINGS)) if sheet else []


def asked_before(log: Sequence[Sequence[Any]]) -> Asked | None:
    """Return whom the last refresh was about."""
    if not log or not log[-1][1] or not log[-1][3]:
        return None
    return Asked(account=str(log[-1][1]), fingerprint=str(log[-1][3]))


def _lines(sheet: xlwings.Sheet, width: int) -> list[list[Any]]:
    last = sheet.used_range.last_cell.row
    if last < 2:
        return []
    lines = grid(sheet.range((2, 1), (last, width)))
    while lines and all(value is None for value in lines[-1]):
        lines.pop()
    return lines


def _parked_value(line: Sequence[Any]) -> Any:
    value = line[2]
    # Only the reason that we wrote makes a formula of a text again.
    if isinstance(value, str) and value.startswith("=") and isinstance(line[3], str):
        return value if formula_row(line[3]) is None else Formula(value)
    return value


def write_parked(sheet: xlwings.Sheet, notes: Sequence[ParkedNote], before: int) -> None:
    """Write the parked notes, where so many lines stood before."""
    if notes:
        last = len(notes) + 1
        for left, right, code in ((1, 2, TEXT_FORMAT), (4, 4, TEXT_FORMAT), (5, 5, MOMENT_FORMAT)):
            sheet.range((2, left), (last, right)).number_format = code
        row = 2
        for kind, group in groupby(notes, key=lambda each: _format_of(each.value)):
            length = len(list(group))
            sheet.range((row, 3), (row + length - 1, 3)).number_format = kind
            row += length
        sheet.range((2, 1), (last, 5)).value = [
            [each.customer_id, each.column, _plain(each.value), each.reason, each.date]
            for each in notes
        ]
    if before > len(notes):
        sheet.range((len(notes) + 2, 1), (before + 1, 5)).clear_contents()


def _format_of(value: Any) -> str:
    if isinstance(value, str):
        return TEXT_FORMAT
    return MOMENT_FORMAT if isinstance(value, datetime) else "General"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def write_log(book: xlwings.Book, plan: Plan, snapshot: Snapshot, query: CustomerQuery) -> None:
    """Add a line to the log; beyond its limit the oldest goes."""
    sheet, lines = read_log(book)
    if sheet is None:
        return
    line = [
        snapshot.taken_at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        snapshot.account,
        View(query=query).in_words(),
        query.fingerprint,
        plan.seen,
        snapshot.listing.missing_at_most,
        len(plan.joined),
        len(plan.left),
        plan.changed,
        len(plan.parked),
        len(plan.returning),
        len(plan.conflicts),
        _who_left(plan),
    ]
    heading = sheet.range((1, len(LOG_HEADINGS)))
    if heading.value is None:  # a workbook of an earlier version
        heading.number_format = TEXT_FORMAT
        heading.value = LOG_HEADINGS[-1]
    first = len(lines) + 2
    new = [line]
    if len(lines) >= LOG_LIMIT:
        first, new = 2, [*lines[len(lines) - LOG_LIMIT + 1 :], line]
    last = first + len(new) - 1
    sheet.range((first, 1), (last, 1)).number_format = MOMENT_FORMAT
    for left, right in ((2, 4), (len(line), len(line))):
        sheet.range((first, left), (last, right)).number_format = TEXT_FORMAT
    sheet.range((first, 1), (last, len(line))).value = new


def _who_left(plan: Plan) -> str | None:
    """Return names of those who left, a few and how many more; None for nobody."""
    names = [name for _, name in plan.gone]
    if not names:
        return None
    more = len(names) - _NAMED
    return "; ".join(names[:_NAMED]) + (_MORE.format(more) if more > 0 else "")


def parked_sheet(
    book: xlwings.Book, *, needed: int
) -> tuple[xlwings.Sheet | None, list[ParkedNote]]:
    """Return the sheet of parked notes and its lines.

    Raises:
        WorkbookError: There is none, and some notes need it.
    """
    sheet, parked = read_parked(book)
    if sheet is None and needed:
        raise WorkbookError(
            f"{book.name} has no sheet {PARKED_SHEET!r}, and {needed} notes need it; add a sheet "
            "of that name and try again"
        )
    return sheet, parked


def unlog(book: xlwings.Book, as_of: datetime) -> None:
    """Take the last line off the log, when it is of a refresh as of that moment. UTC."""
    sheet, lines = read_log(book)
    moment = as_of.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    if sheet is not None and lines and cells.same(lines[-1][0], moment):
        row = len(lines) + 1
        sheet.range((row, 1), (row, len(LOG_HEADINGS))).clear_contents()
