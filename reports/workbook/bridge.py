"""The sheet Bridge: live formulas over the other sheets, each with its check.

The vendor's count, the ledger's rows and the totals by currency are written as numbers, from
their sources. All between is counted from the sheets, so a row that somebody deletes or changes
there makes a check differ from 0.
"""

from __future__ import annotations

from decimal import Decimal

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.reconciliation import Reconciliation
from reports.workbook.cells import put
from reports.workbook.formulas import Formulas
from reports.workbook.sheets import add_sheet

_OK, _NOT_OK = "closes", "DOES NOT CLOSE"


def add_bridge(book: Workbook, formulas: Formulas, reconciliation: Reconciliation) -> Worksheet:
    """Add the sheet Bridge in front; the tables it counts must be in the book."""
    sheet = add_sheet(book, "Bridge", index=0)
    for column, width in zip("ABCDEFGHIJ", (46, 18, 19, 16, 17, 16, 16, 16, 16, 18), strict=True):
        sheet.column_dimensions[column].width = width
    put(sheet["A1"], "From Partner Center's customers to the ledger's lines", "title")
    sheet.row_dimensions[1].height = 30
    row = _counts(sheet, formulas, reconciliation)
    row = _ledger_rows(sheet, formulas, reconciliation, row + 2)
    if reconciliation.amounts:
        _amounts(sheet, formulas, reconciliation, row + 2)
    sheet.freeze_panes = "A2"
    return sheet


def _counts(sheet: Worksheet, formulas: Formulas, it: Reconciliation) -> int:
    bridge = it.bridge
    only_vendor = _count(sheet, "Only with vendor", "Break")
    if it.cutoff:
        only_vendor = f"({only_vendor}+{_count(sheet, 'Timing', 'Break')})"
    only_ledger = _count(sheet, "Only in ledger", "Break")
    extra = f'COUNTIF({_range(sheet, "Duplicates", "This row")},"extra")'
    put(sheet["A3"], "Counts", "section")
    put(sheet["B3"], "Count", "head_right")
    put(sheet["C3"], "of which suggested", "head_right")
    if it.cutoff:
        put(sheet["D3"], "of which timing", "head_right")
    lines = (
        ("Customers with the vendor", None, bridge.vendor),
        ("− not in the ledger", f"=-{only_vendor}", -bridge.not_in_ledger),
        ("+ not with the vendor", f"={only_ledger}", bridge.not_with_vendor),
        ("+ extra lines of one customer", f"={extra}", bridge.extra_lines),
        ("= lines that the ledger should have", "=SUM(B4:B7)", bridge.ledger + bridge.check),
        ("Lines of the ledger that were used", None, bridge.ledger),
        ("Check: the difference, must be 0", "=B8-B9", bridge.check),
    )
    for number, (name, formula, value) in enumerate(lines, start=4):
        put(sheet.cell(number, 1), name, "name")
        if formula:
            formulas.put(sheet.cell(number, 2), formula, value, "count")
        else:
            put(sheet.cell(number, 2), value, "count")
    suggested = f"={_count(sheet, 'Suggested', 'Rule')}"
    formulas.put(sheet["C5"], suggested, bridge.suggested, "count")
    in_ledger = f'COUNTIF({_range(sheet, "Only in ledger", "Suggested")},"yes")'
    waiting = sum(kind == "suggested" for kind in it.classes.values())
    formulas.put(sheet["C6"], f"={in_ledger}", waiting, "count")
    if it.cutoff:
        late = f"={_count(sheet, 'Timing', 'Break')}"
        timing = sum(each.kind == "timing" for each in it.breaks)
        formulas.put(sheet["D5"], late, timing, "count")
        put(sheet["E5"], f"Timing: joined after {it.cutoff.in_words()}, not due yet", "name")
    _verdict(sheet, formulas, 10, "B10", closes=bridge.check == 0, column=3)
    matched = f"={_count(sheet, 'Matched', 'Rule')}-(B4+B5)"
    put(sheet["A11"], "Check: against the sheet Matched, must be 0", "name")
    apart = len(it.confirmed) - (bridge.vendor - bridge.not_in_ledger)
    formulas.put(sheet["B11"], matched, apart, "count")
    _verdict(sheet, formulas, 11, "B11", closes=apart == 0, column=3)
    return 11


def _ledger_rows(sheet: Worksheet, formulas: Formulas, it: Reconciliation, top: int) -> int:
    put(sheet.cell(top, 1), "Rows of the ledger", "section")
    put(sheet.cell(top, 2), "Count", "head_right")
    ignored = f"=-{_count(sheet, 'Ignored', 'Why')}"
    lines: list[tuple[str, str | None, int]] = [
        ("Rows read below the headings", None, it.ledger.rows_read),
        ("− ignored", ignored, -len(it.ledger.ignored)),
    ]
    if it.why_not_checked:
        unsure = f"=-{_count(sheet, 'Not checked', 'Why')}"
        lines.append(("− not checked", unsure, -len(it.not_checked)))
    first = top + 1
    for number, (name, formula, value) in enumerate(lines, start=first):
        put(sheet.cell(number, 1), name, "name")
        if formula:
            formulas.put(sheet.cell(number, 2), formula, value, "count")
        else:
            put(sheet.cell(number, 2), value, "count")
    last = first + len(lines)
    put(sheet.cell(last, 1), "Check: against the lines used, must be 0", "name")
    apart = sum(value for _, _, value in lines) - it.bridge.ledger
    formulas.put(sheet.cell(last, 2), f"=SUM(B{first}:B{last - 1})-B9", apart, "count")
    _verdict(sheet, formulas, last, f"B{last}", closes=apart == 0, column=3)
    return last


_PARTS = ("matched", "suggested", "not_with_vendor", "twice", "not_checked", "ignored")


def _amounts(sheet: Worksheet, formulas: Formulas, it: Reconciliation, top: int) -> None:
    put(sheet.cell(top, 1), "Amounts of the ledger, by currency", "section")
    headings = (
        "Currency",
        "Total of all rows",
        "Matched",
        "Suggested",
        "Not with vendor",
        "Twice",
        "Not checked",
        "Ignored",
        "Check",
    )
    for column, name in enumerate(headings, start=1):
        put(sheet.cell(top + 1, column), name, "head" if column == 1 else "head_right")
    for row, each in enumerate(it.amounts, start=top + 2):
        put(sheet.cell(row, 1), each.currency or "(none)", "text")
        put(sheet.cell(row, 2), each.total, "amount")
        for column, part in enumerate(_PARTS, start=3):
            value: Decimal = getattr(each, part)
            formula = _sum(sheet, part, row)
            if formula:
                formulas.put(sheet.cell(row, column), formula, value, "amount")
            else:
                put(sheet.cell(row, column), value, "amount")
        # Excel adds binary fractions; what is below a millionth is theirs, not the ledger's.
        check = f"=ROUND(SUM(C{row}:H{row})-B{row},6)"
        formulas.put(sheet.cell(row, 9), check, each.check, "amount")
        _verdict(sheet, formulas, row, f"I{row}", closes=each.check == 0, column=10)


def _sum(sheet: Worksheet, part: str, row: int) -> str | None:
    title, column, only = {
        "matched": ("Matched", "", ""),
        "suggested": ("Only in ledger", "Suggested", "yes"),
        "not_with_vendor": ("Only in ledger", "Suggested", "no"),
        "twice": ("Duplicates", "This row", "extra"),
        "not_checked": ("Not checked", "", ""),
        "ignored": ("Ignored", "", ""),
    }[part]
    if title not in _book(sheet).sheetnames:
        return None
    # EXACT, since "=" ignores case and SUMIFS reads "*" in a currency as "any".
    chosen = f"EXACT({_range(sheet, title, 'Currency')},$A{row})"
    if column:
        chosen += f'*({_range(sheet, title, column)}="{only}")'
    return f"=SUMPRODUCT({chosen}*{_range(sheet, title, 'Amount')})"


def _verdict(  # noqa: PLR0913  a cell, its formula and its value
    sheet: Worksheet, formulas: Formulas, row: int, of: str, *, closes: bool, column: int
) -> None:
    formula = f'=IF({of}=0,"{_OK}","{_NOT_OK}")'
    style = "good" if closes else "bad"
    formulas.put(sheet.cell(row, column), formula, _OK if closes else _NOT_OK, style)


def _count(sheet: Worksheet, title: str, column: str) -> str:
    return f"COUNTA({_range(sheet, title, column)})"


def _range(sheet: Worksheet, title: str, column: str) -> str:
    """Return the cells of a table's column, e.g. ``'Only in ledger'!$A$2:$A$9``."""
    other = _book(sheet)[title]
    headings = [cell.value for cell in other[1]]
    letter = get_column_letter(headings.index(column) + 1)
    return f"'{title}'!${letter}$2:${letter}${max(other.max_row, 2)}"


def _book(sheet: Worksheet) -> Workbook:
    book = sheet.parent
    assert book is not None  # noqa: S101  for the type checker: a sheet of a book has one
    return book
