"""The weekly workbook's lists: who joined, left, changed; all customers; what details lack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.compare import in_words
from partnerbook.model import Change, Customer
from partnerbook.wording import heading, label
from reports.columns import rows, values_at_once
from reports.weekly import WeeklyReport
from reports.weekly.words import words
from reports.workbook.book import sheets_from
from reports.workbook.cells import Kind
from reports.workbook.columns import ByColumns
from reports.workbook.sheets import add_table

_WHO = ("customer_id", "account_name", "company_name", "associated_at", "account_manager")
"""What the list of flaws shows of a customer: who it is and whom to ask; the rest is elsewhere."""

Sheets = tuple[Worksheet, ...]  # one, or several for a list that is longer than a sheet


_KINDS: dict[str, tuple[str, ...]] = {
    "joined": ("joined", "came_back", "moved_in"),
    "left": ("left", "moved_out"),
}
"""What stands together on one sheet."""


def mixed(report: WeeklyReport) -> dict[str, str]:
    """Return what the rows of a sheet are, by the list's key, where they are of several kinds."""
    out = {}
    for key, kinds in _KINDS.items():
        counts = [(kind, len(getattr(report, kind))) for kind in kinds]
        told = [f"{words(kind, report.language)}: {count:,}" for kind, count in counts if count]
        if len(told) > 1:
            out[key] = words("between kinds", report.language).join(told)
    return out


_MANY = 20  # customers; of fewer, each is listed
_NEARLY_ALL = 0.9


def told_at_once(report: WeeklyReport) -> frozenset[str]:
    """Return the keys of flaws that nearly everybody has: a row for each would tell nothing."""
    least = max(_MANY, _NEARLY_ALL * report.total)
    return frozenset(flaw.key for flaw in report.quality if len(flaw.ids) >= least)


def add_lists(book: Workbook, report: WeeklyReport) -> dict[str, Sheets]:
    """Add a sheet for each list and return them by key."""
    # In the order in which they stand in the book.
    return {
        "joined": _group(book, report, "joined"),
        "left": _group(book, report, "left", days=dict(report.days)),
        "changed": _changed(book, report),
        "customers": _customers(book, report),
        "quality": _quality(book, report),
    }


def _group(
    book: Workbook,
    report: WeeklyReport,
    key: str,
    *,
    days: dict[str, int] | None = None,
) -> Sheets:
    """Add the customers to whom one of some things happened, with what it was."""
    found: list[tuple[Any, ...]] = []
    for kind in _KINDS[key]:
        customers: tuple[Customer, ...] = getattr(report, kind)
        what = words(kind, report.language)
        shown = rows(customers, report.columns, report.language)
        if days is None:
            found += [(*row, what) for row in shown]
            continue
        found += [
            (*row, what, days.get(customer.customer_id))
            for customer, row in zip(customers, shown, strict=True)
        ]
    extra = ("what",) if days is None else ("what", "days")
    return _list(book, report, key, report.columns, found, extra=extra)


def _customers(book: Workbook, report: WeeklyReport) -> Sheets:
    shown = values_at_once(report.fields, report.columns, report.language)
    # Without a column there is nothing to count them by.
    everybody = ByColumns(list(shown), report.total) if report.columns else [()] * report.total
    return _list(book, report, "customers", report.columns, everybody)


def _quality(book: Workbook, report: WeeklyReport) -> Sheets:
    columns = [column for column in _WHO if column in report.columns]
    known = dict(zip(report.fields["customer_id"], report.customers, strict=True))
    found: list[tuple[Any, ...]] = []
    at_once = told_at_once(report)
    for flaw in report.quality:
        what = words(flaw.key, report.language)
        if flaw.key in at_once:
            count = words("n of n", report.language).format(len(flaw.ids), report.total)
            line = f"{what}{words('colon', report.language)}{count}"
            found.append((*(None for _ in columns), line, None))
            continue
        concerned = [known[each] for each in flaw.ids if each in known]
        shown = rows(concerned, columns, report.language)
        for customer, row in zip(concerned, shown, strict=True):
            since = customer.associated_at
            found.append((*row, what, (report.until - since).days if since else None))
    return _list(book, report, "quality", columns, found, extra=("what", "days"))


def _changed(book: Workbook, report: WeeklyReport) -> Sheets:
    language = report.language
    headings = [words(key, language) for key in ("name", "field", "before", "after")]
    first = add_table(
        book,
        words("changed", language),
        [heading("customer_id", language), *headings],
        [_change_row(change, report) for change in report.altered],
        table_name="Changed",
        frozen_columns=2,
    )
    return sheets_from(book, book.index(first))


def _change_row(change: Change, report: WeeklyReport) -> tuple[str | None, ...]:
    field = str(change.field)
    sides = []
    for value in (change.before, change.after):
        # Moments and text alike stand here as text: one column, many kinds of value.
        known = field == "associated_at" and value is not None
        said = in_words(field, value) if known else label(field, value, report.language)
        sides.append(None if value is None else said)
    return (change.customer_id, change.name, heading(field, report.language), *sides)


def _list(  # noqa: PLR0913  keywords, each a choice of the caller's
    book: Workbook,
    report: WeeklyReport,
    key: str,
    columns: Sequence[str],
    found: Iterable[tuple[Any, ...]] | ByColumns,
    *,
    extra: Sequence[str] = (),
) -> Sheets:
    kinds: dict[str, Kind] = {"associated_at": "moment", "days": "count"}
    language = report.language
    headings = [heading(column, language) for column in columns]
    first = add_table(
        book,
        words(key, language),
        [*headings, *(words(name, language) for name in extra)],
        found,
        table_name="Data_quality_list" if key == "quality" else key.capitalize(),
        kinds=[kinds.get(column, "text") for column in (*columns, *extra)],
    )
    return sheets_from(book, book.index(first))
