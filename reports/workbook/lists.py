"""Sheets of the reconciliation that are one list each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.text import width
from partnerbook.wording import heading
from reports.reconciliation import Reconciliation
from reports.reconciliation.previous import SHEET, WRITTEN
from reports.reconciliation.register import CAUSES, STATES
from reports.workbook.cells import Kind
from reports.workbook.sheets import add_table

_WRAPPED_AT = 54  # columns of text that surely fit the widest column
_KINDS: dict[str, Kind] = {
    "Row": "count",
    "Amount": "amount",
    "First seen": "day",
    "Days": "count",
    "Re-opened": "count",
    heading("associated_at"): "moment",
}


def add_list(
    book: Workbook,
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    wrapped: Sequence[str] = (),
) -> Worksheet:
    """Add a sheet that is one table; `wrapped` names the columns with long texts."""
    kinds = [_KINDS.get(each, "wrapped" if each in wrapped else "text") for each in headings]
    name = title.title().replace(" ", "")
    sheet = add_table(book, title, headings, rows, table_name=name, kinds=kinds)
    for number, row in enumerate(rows, start=2):
        texts = (value for value, kind in zip(row, kinds, strict=True) if kind == "wrapped")
        lines = max((-(-width(text or "") // _WRAPPED_AT) for text in texts), default=1)
        if lines > 1:  # LibreOffice prints wrapped lines over the next row otherwise
            sheet.row_dimensions[number].height = 14 * lines
    return sheet


def add_choices(sheet: Worksheet, column: str, rows: int, choices: Sequence[str]) -> None:
    """Let a person choose from a list in each row of a column."""
    headings = [cell.value for cell in sheet[1]]
    letter = get_column_letter(headings.index(column) + 1)
    choice = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    choice.errorTitle, choice.error = column, f"Please write {' or '.join(choices)}."
    choice.showErrorMessage = True
    choice.add(f"{letter}2:{letter}{max(rows, 1) + 1}")
    sheet.add_data_validation(choice)


def add_register(book: Workbook, it: Reconciliation) -> None:
    """Add the register of breaks, where people write; `previous` reads it back."""
    on = it.snapshot.taken_at.date()
    breaks = {each.id: each for each in it.breaks}
    rows = []
    for entry in it.register:
        now = breaks.get(entry.id)
        rows.append(
            (
                entry.id,
                entry.kind,
                entry.state,
                entry.first_seen,
                entry.age(on),
                entry.bucket(on),
                entry.reopened,
                entry.owner or None,
                entry.cause or None,
                entry.comment or None,
                entry.due or None,
                now.customer_id if now else None,
                now.name if now else None,
                ", ".join(map(str, now.rows)) if now else None,
                now.why if now else "Gone.",
            )
        )
    sheet = add_list(
        book,
        SHEET,
        ("Break", "Kind", "State", "First seen", "Days", "Age", "Re-opened", *WRITTEN,
         "Customer ID", "Name", "Rows", "Why"),
        rows,
        wrapped=("Why", "Comment"),
    )  # fmt: skip
    add_choices(sheet, "State", len(rows), STATES)
    add_choices(sheet, "Cause", len(rows), CAUSES)
