"""Sheets of the reconciliation that are one list each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.text import width
from partnerbook.wording import Language, heading
from reports.reconciliation import Reconciliation
from reports.reconciliation.filled import REGISTER, WRITTEN
from reports.reconciliation.register import CAUSES, STATES
from reports.reconciliation.words import word
from reports.workbook.cells import Kind
from reports.workbook.sheets import add_table

_WRAPPED_AT = 54  # columns of text that surely fit the widest column
_HIGHEST = 409  # points; Excel knows no higher row
_KINDS: dict[str, Kind] = {
    "Row": "count",
    "Amount": "amount",
    "First seen": "day",
    "Days": "count",
    "Re-opened": "count",
    "Closed on": "day",
    "associated_at": "moment",
    "Decided at (UTC)": "moment",
    "Until": "day",
    "Decision": "count",
    "Order": "count",
    "Why": "wrapped",
    "Comment": "wrapped",
    "Reason": "wrapped",
    "What it does": "wrapped",
    "Customers": "wrapped",
}


def add_list(
    book: Workbook,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    language: Language = "en",
) -> Worksheet:
    """Add a sheet that is one table.

    Args:
        book: The book.
        title: Key of the sheet's name in `words`.
        columns: Each column's key in `words`, or a field of `Customer`.
        rows: As long as the columns.
        language: Language of title and headings.
    """
    kinds = [_KINDS.get(each, "text") for each in columns]
    names = [shown(each, language) for each in columns]
    table = title.title().replace(" ", "").replace("-", "")
    sheet = add_table(book, word(title, language), names, rows, table_name=table, kinds=kinds)
    for number, row in enumerate(rows, start=2):
        texts = (value for value, kind in zip(row, kinds, strict=True) if kind == "wrapped")
        lines = max((-(-width(text or "") // _WRAPPED_AT) for text in texts), default=1)
        if lines > 1:  # LibreOffice prints wrapped lines over the next row otherwise
            sheet.row_dimensions[number].height = min(14 * lines, _HIGHEST)
    return sheet


def shown(column: str, language: Language) -> str:
    """Return what a column is called."""
    name = word(column, language)
    return heading(column, language) if name == column else name


def add_choices(sheet: Worksheet, column: str, rows: int, choices: Sequence[str]) -> None:
    """Let a person choose from a list in each row of a column; both as they are shown."""
    letter = _letter(sheet, column)
    choice = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    choice.errorTitle, choice.error = column, f"{' / '.join(choices)}"[:250]
    choice.showErrorMessage = True
    choice.add(f"{letter}2:{letter}{max(rows, 1) + 1}")
    sheet.add_data_validation(choice)


def add_days(sheet: Worksheet, column: str, rows: int) -> None:
    """Let a person write nothing but days into a column, as it is shown."""
    letter = _letter(sheet, column)
    day = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
    day.errorTitle, day.error, day.showErrorMessage = column, "2026-12-31", True
    day.add(f"{letter}2:{letter}{max(rows, 1) + 1}")
    sheet.add_data_validation(day)


_GONE = {True: "Gone.", False: "Could not be checked this time; it stays as it was."}


def add_register(book: Workbook, it: Reconciliation) -> None:
    """Add the register of breaks, where people write; `previous` reads it back."""
    language = it.language
    on = it.snapshot.taken_at.date()
    breaks = {each.id: each for each in it.breaks}
    rows = []
    for entry in it.register:
        now = breaks.get(entry.id)
        # An earlier version did not write down when it closed a break: nobody knows its age.
        ages = entry.state != "closed" or entry.closed is not None
        rows.append(
            (
                entry.id,
                word(entry.kind, language),
                word(entry.state, language),
                entry.name or None,
                now.why if now else word(_GONE[entry.state == "closed"], language),
                entry.first_seen,
                entry.age(on) if ages else None,
                entry.bucket(on) if ages else None,
                entry.reopened,
                entry.closed,
                entry.owner or None,
                word(entry.cause, language) if entry.cause in CAUSES else entry.cause or None,
                entry.comment or None,
                entry.due or None,
                None,
                None,
                ", ".join(map(str, now.rows)) if now else None,
                entry.customer_id,
                " ".join(entry.keys) or None,
                entry.facts or None,
                word(entry.state, language),
            )
        )
    columns = (
        "Break", "Kind", "State", "Name", "Why", "First seen", "Days", "Age", "Re-opened",
        "Closed on", *WRITTEN, "Until", "Decided by", "Rows", "customer_id", "Keys", "Facts", "Was",
    )  # fmt: skip
    sheet = add_list(book, REGISTER, columns, rows, language)
    add_choices(sheet, word("State", language), len(rows), [word(s, language) for s in STATES])
    add_choices(sheet, word("Cause", language), len(rows), [word(c, language) for c in CAUSES])
    add_days(sheet, word("Until", language), len(rows))
    print_until(sheet, word("Decided by", language))
    # Known to the program only; whoever reads the sheet need not see them.
    for column in ("Keys", "Facts", "Was"):
        sheet.column_dimensions[_letter(sheet, word(column, language))].hidden = True


def print_until(sheet: Worksheet, column: str) -> None:
    """Print a sheet's columns up to this one, as it is shown: all of them would be too small."""
    (table,) = sheet.tables.values()
    last = table.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    sheet.print_area = f"A1:{_letter(sheet, column)}{last}"


def _letter(sheet: Worksheet, column: str) -> str:
    return get_column_letter([cell.value for cell in sheet[1]].index(column) + 1)
