"""The reconciliation's cover: whose books, from which sources, and whether the period can close."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.model import utc_text
from partnerbook.wording import heading
from reports.reconciliation import Reconciliation
from reports.workbook.cells import put, put_link
from reports.workbook.sheets import add_sheet

_PURPOSE = {
    "Bridge": "Counts and amounts from one side to the other, with checks that must be 0",
    "Suggested": "Matches that need a yes or no from a person",
    "Matched": "Customers and rows that belong together, by which rule",
    "Only with vendor": "Customers without a row in the ledger",
    "Only in ledger": "Rows without a customer",
    "Differences": "Matched, but the two sides say different things",
    "Associations": "Consulting customers that are billed, resale customers that are not",
    "Timing": "Customers of after the cut-off, and those whose month differs by zone",
    "Duplicates": "Customers with more than one row",
    "Not checked": "Rows that this listing cannot judge",
    "Breaks": "The register: each break's state, age and owner; write here, it is carried forward",
    "Ignored": "Rows that are no ledger lines, each with its reason",
    "Spoilt cells": "Cells that a spreadsheet program changed; they were not used",
}


def status(reconciliation: Reconciliation) -> str:
    """Return one sentence: whether the period can close, and if not, what stands in the way."""
    if reconciliation.why_not_checked:
        return f"CANNOT CLOSE: {reconciliation.why_not_checked}. List again, then reconcile again."
    open_items = [
        _several(len(reconciliation.to_settle), "break"),
        _several(len(reconciliation.suggested), "suggested match", "suggested matches"),
    ]
    spoilt = sum(damage.field == "amount" for damage in reconciliation.ledger.damaged)
    open_items.append(_several(spoilt, "amount that cannot be read", "amounts that cannot be read"))
    left = " and ".join(item for item in open_items if item)
    return f"OPEN: {left} to settle." if left else "Everything matches; the period can close."


def add_cover(book: Workbook, reconciliation: Reconciliation) -> Worksheet:
    """Add the cover in front; every other sheet must be in the book."""
    others = list(book.worksheets)
    sheet = add_sheet(book, "Cover", index=0)
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 100
    put(sheet["A1"], str(book.properties.title), "title")
    put(sheet["A2"], str(book.properties.subject), "subtitle")
    sheet.row_dimensions[1].height = 30
    sheet.page_setup.fitToHeight = 1  # whoever signs sees all of it on one page
    put(sheet["A4"], "Status", "name")
    put(sheet["B4"], status(reconciliation), "good" if reconciliation.can_close else "warning")
    row = 5
    for name, value in _facts(reconciliation):
        row += 1 if value else 2
        put(sheet.cell(row, 1), name, "name" if value else "section")
        if value:
            put(sheet.cell(row, 2), value, "wrapped")
    row += 1
    row += 1
    put(sheet.cell(row, 1), "Sheets", "section")
    for other in others:
        row += 1
        put_link(sheet.cell(row, 1), other.title, other.title)
        put(sheet.cell(row, 2), _PURPOSE.get(other.title, ""), "name")
    row += 2
    put(sheet.cell(row, 1), "Sign-off", "section")
    for name in ("Prepared by, date", "Reviewed by, date (another person)"):
        row += 1
        put(sheet.cell(row, 1), name, "name")
        put(sheet.cell(row, 2), None, "wrapped")
    book.active = 0
    for each in book.worksheets:
        each.sheet_view.tabSelected = each is sheet
    return sheet


def _facts(it: Reconciliation) -> Iterator[tuple[str, str]]:
    listing, ledger = it.snapshot.listing, it.ledger
    if it.cutoff:
        yield "Period", ""
        yield "Cut-off", f"end of {it.cutoff.in_words()}"
        flips = _several(len(it.flipping), "customer") or "nobody"
        yield "Month differs by zone", f"{flips}, between UTC and +08:00"
    yield "Partner Center", ""
    yield "Account", it.snapshot.account
    yield "As of", utc_text(listing.as_of)
    yield "Customers", f"{listing.count:,}"
    complete = "exact: nobody is missing"
    if listing.missing_at_most:
        complete = f"INCOMPLETE: up to {listing.missing_at_most} customers may be missing"
    yield "Completeness", complete
    evidence = listing.evidence
    effort = (
        f"{_several(evidence.requests, 'request')}, {_several(evidence.passes, 'pass', 'passes')}"
    )
    yield "Evidence", f"{evidence.method}; {effort}; {listing.api} API"
    for note in evidence.notes:
        yield "Note", note
    yield "Fingerprint", listing.fingerprint
    yield "Ledger", ""
    yield "File", ledger.file
    if ledger.sheet:
        yield "Sheet", ledger.sheet
    yield "Read as", ledger.form
    rows = f"{ledger.rows_read:,} read, {it.bridge.ledger:,} used, {len(ledger.ignored):,} ignored"
    if it.not_checked:
        rows += f", {len(it.not_checked):,} not checked"
    yield "Rows", rows
    columns = (f"{heading(field)} = “{text}”" for field, text in ledger.headings.items())
    yield "Columns", "; ".join(columns)
    yield "SHA-256", ledger.sha256
    for note in (*ledger.notes, *it.notes):
        yield "Note", note
    for damage in ledger.damaged[:5]:
        what = f"{heading(damage.field)} in row {damage.row}, column {damage.column}: {damage.what}"
        yield "Spoilt cell", what
    if len(ledger.damaged) > 5:
        yield "Spoilt cells", f"{len(ledger.damaged):,} in all, on the sheet Spoilt cells"


def _several(count: int, one: str, many: str | None = None) -> str:
    if count == 0:
        return ""
    return f"1 {one}" if count == 1 else f"{count:,} {many or one + 's'}"
