"""The reconciliation's cover: whose books, from which sources, and whether the period can close."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.model import Listing, utc_text
from partnerbook.text import width
from partnerbook.views.certainty import may_be_missing
from partnerbook.wording import heading, method_in_words
from reports.reconciliation import Reconciliation
from reports.reconciliation.words import WORDS, several, word
from reports.workbook.cells import put, put_link
from reports.workbook.sheets import add_sheet

_WIDE = 96  # columns of text that surely fit one line of the cover


def status(it: Reconciliation) -> str:
    """Return one sentence: whether the period can close, and if not, what stands in the way."""
    language = it.language
    if it.reopened:
        return word("REOPENED", language, "; ".join(it.reopened))
    if it.why_not_checked:
        return word("cannot close", language, it.why_not_checked)
    spoilt = sum(damage.field == "amount" for damage in it.ledger.damaged)
    unread = "amount that cannot be read", "amounts that cannot be read"
    open_items = (
        several(len(it.to_settle), "break", "breaks", language),
        several(len(it.suggested), "suggested match", "suggested matches", language),
        several(spoilt, *unread, language),
    )
    left = word("and", language).join(item for item in open_items if item)
    if left:
        return word("OPEN", language, left)
    timing = sum(each.kind == "timing" for each in it.breaks)
    settled = (
        several(len(it.breaks) - timing, "explained break", "explained breaks", language),
        several(timing, "customer of timing", "customers of timing", language),
    )
    why = word("and", language).join(item for item in settled if item)
    return word("settled", language, why) if why else word("can close", language)


def add_cover(book: Workbook, it: Reconciliation) -> Worksheet:
    """Add the cover in front; every other sheet must be in the book."""
    others, language = list(book.worksheets), it.language
    sheet = add_sheet(book, word("Cover", language), index=0)
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 100
    put(sheet["A1"], str(book.properties.title), "title")
    put(sheet["A2"], str(book.properties.subject), "subtitle")
    sheet.row_dimensions[1].height = 30
    sheet.page_setup.fitToHeight = 1  # whoever signs sees all of it on one page
    put(sheet["A4"], word("Status", language), "name")
    put(sheet["B4"], status(it), "good" if it.can_close else "warning")
    row = 5
    for name, value in _facts(it):
        row += 1 if value else 2
        put(sheet.cell(row, 1), word(name, language), "name" if value else "section")
        if value:
            put(sheet.cell(row, 2), value, "wrapped")
            lines = -(-width(value) // _WIDE)
            if lines > 1:  # else LibreOffice prints the first line only
                sheet.row_dimensions[row].height = 14 * lines
    row += 2
    put(sheet.cell(row, 1), word("Sheets", language), "section")
    purposes = {name: key for key in WORDS if f"for {key}" in WORDS for name in WORDS[key]}
    for other in others:
        row += 1
        put_link(sheet.cell(row, 1), other.title, other.title)
        key = f"for {purposes.get(other.title, '')}"
        put(sheet.cell(row, 2), word(key, language) if key in WORDS else "", "name")
    book.active = 0
    for each in book.worksheets:
        each.sheet_view.tabSelected = each is sheet
    return sheet


def _facts(it: Reconciliation) -> Iterator[tuple[str, str]]:
    yield from _period(it)
    yield from _vendor(it)
    yield from _ledger(it)


def _period(it: Reconciliation) -> Iterator[tuple[str, str]]:
    language = it.language
    yield "Entity", it.snapshot.account
    yield "Period", it.cutoff.day.strftime("%Y-%m") if it.cutoff else "-"
    if it.cutoff:
        yield "Cut-off", word("end of", language, it.cutoff.in_words())
        flips = several(len(it.flipping), "customer", "customers", language)
        yield (
            "Month differs by zone",
            word("flips", language, flips or word("nobody", language)),
        )
    yield "Sign-off", word("see sign-off", language)


def _vendor(it: Reconciliation) -> Iterator[tuple[str, str]]:
    listing, language = it.snapshot.listing, it.language
    yield "Partner Center", ""
    yield "As of", utc_text(listing.as_of)
    if it.snapshot.number:
        yield "Snapshot", f"{it.snapshot.number:,}"
    yield "Customers", f"{listing.count:,}"
    complete = word("exact", language)
    if listing.missing_at_most:
        complete = word(
            "may be missing", language, may_be_missing(listing.missing_at_most, language)
        )
    yield "Completeness", complete
    evidence = listing.evidence
    requests = several(evidence.requests, "request", "requests", language)
    passes = several(evidence.passes, "pass", "passes", language)
    method = method_in_words(evidence.method, language)
    yield "Evidence", word("evidence of", language, method, requests, passes, listing.api)
    for note in evidence.notes:
        yield "Note", note
    yield "Fingerprint", listing.fingerprint
    yield "SHA-256", _digest(listing)


def _ledger(it: Reconciliation) -> Iterator[tuple[str, str]]:
    ledger, language = it.ledger, it.language
    yield "Ledger", ""
    yield "File", ledger.file
    if ledger.sheet:
        yield "Sheet", ledger.sheet
    yield "Read as", ledger.form
    counts = ledger.rows_read, it.bridge.ledger, len(ledger.ignored)
    rows = word("rows of", language, *counts)
    if it.not_checked:
        rows += word("and not checked", language, len(it.not_checked))
    yield "rows of it", rows
    if it.amounts:
        none = word("(none)", language)
        totals = (f"{each.currency or none} {_with_cents(each.total)}" for each in it.amounts)
        yield "Totals", "; ".join(totals)
    named = {"amount": "Amount", "currency": "Currency", "phone": "Phone"}
    columns = (
        f"{word(named.get(field, heading(field, language)), language)} = “{text}”"
        for field, text in ledger.headings.items()
    )
    yield "Columns", "; ".join(columns)
    yield "SHA-256", ledger.sha256
    for note in (*ledger.notes, *it.notes):
        yield "Note", note
    for damage in ledger.damaged[:5]:
        what = word(damage.what, language)
        field = heading(damage.field, language)
        yield "Spoilt cell", word("spoilt at", language, field, damage.row, damage.column, what)
    if len(ledger.damaged) > 5:
        yield "Spoilt cells", word("spoilt in all", language, len(ledger.damaged))


def _with_cents(total: Decimal) -> str:
    """Return a total with two decimals, or with all that it has."""
    return f"{total:,.2f}" if total == round(total, 2) else f"{total:,f}"


def _digest(listing: Listing) -> str:
    """Return a hash of all that the listing says of its customers."""
    digest = hashlib.sha256()
    for customer in listing.customers:
        digest.update(json.dumps(customer.as_json(), sort_keys=True).encode())
    return digest.hexdigest()
