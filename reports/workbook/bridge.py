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

from partnerbook.wording import Language
from reports.reconciliation import AmountBridge, Reconciliation
from reports.reconciliation.words import word
from reports.workbook.cells import put
from reports.workbook.formulas import Formulas
from reports.workbook.lists import shown
from reports.workbook.sheets import add_sheet


def add_bridge(book: Workbook, formulas: Formulas, it: Reconciliation) -> Worksheet:
    """Add the sheet Bridge in front; the tables it counts must be in the book."""
    sheet = add_sheet(book, word("Bridge", it.language), index=0)
    for column, width in zip("ABCDEFGHIJ", (46, 18, 19, 16, 17, 16, 16, 16, 16, 18), strict=True):
        sheet.column_dimensions[column].width = width
    put(sheet["A1"], word("bridge title", it.language), "title")
    sheet.row_dimensions[1].height = 30
    row = _counts(sheet, formulas, it)
    row = _ledger_rows(sheet, formulas, it, row + 2)
    if it.amounts:
        _amounts(sheet, formulas, it, row + 2)
    sheet.freeze_panes = "A2"
    protect(sheet)
    return sheet


def protect(sheet: Worksheet) -> None:
    """Protect a sheet of formulas from a slip of the hand; there is no password."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def count_in(book: Workbook, title: str, column: str, language: Language) -> str:
    """Return the formula that counts a table's rows, by the keys of sheet and column."""
    return f"COUNTA({range_in(book, title, column, language)})"


def range_in(book: Workbook, title: str, column: str, language: Language) -> str:
    """Return the cells of a table's column, e.g. ``'Only in ledger'!$A$2:$A$9``."""
    name = word(title, language)
    other = book[name]
    headings = [cell.value for cell in other[1]]
    letter = get_column_letter(headings.index(shown(column, language)) + 1)
    # The table's own range: the rows of a long table stand in no cell yet.
    (table,) = other.tables.values()
    last = table.ref.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f"'{name}'!${letter}$2:${letter}${last}"


def _counts(sheet: Worksheet, formulas: Formulas, it: Reconciliation) -> int:
    bridge, language = it.bridge, it.language
    book = _book(sheet)
    only_vendor = count_in(book, "Only with vendor", "Break", language)
    if it.cutoff:
        # The sheet Timing also names customers of this period whose month differs by zone.
        only_vendor = f"({only_vendor}+{count_in(book, 'Timing', 'Break', language)})"
    only_ledger = count_in(book, "Only in ledger", "Break", language)
    duplicates = range_in(book, "Duplicates", "This row", language)
    extra = f'COUNTIF({duplicates},"{word("extra", language)}")'
    put(sheet["A3"], word("Counts", language), "section")
    put(sheet["B3"], word("Count", language), "head_right")
    put(sheet["C3"], word("of which suggested", language), "head_right")
    if it.cutoff:
        put(sheet["D3"], word("of which timing", language), "head_right")
    lines = (
        ("vendor", None, bridge.vendor),
        ("- not in ledger", f"=-{only_vendor}", -bridge.not_in_ledger),
        ("+ not with vendor", f"={only_ledger}", bridge.not_with_vendor),
        ("+ extra", f"={extra}", bridge.extra_lines),
        ("= should", "=SUM(B4:B7)", bridge.ledger + bridge.check),
        ("used", None, bridge.ledger),
        ("check 0", "=B8-B9", bridge.check),
    )
    for number, (name, formula, value) in enumerate(lines, start=4):
        put(sheet.cell(number, 1), word(name, language), "name")
        if formula:
            formulas.put(sheet.cell(number, 2), formula, value, "count")
        else:
            put(sheet.cell(number, 2), value, "count")
    suggested = f"={count_in(book, 'Suggested', 'Rule', language)}"
    formulas.put(sheet["C5"], suggested, bridge.suggested, "count")
    offered = range_in(book, "Only in ledger", "is suggested", language)
    in_ledger = f'COUNTIF({offered},"{word("yes", language)}")'
    waiting = sum(kind == "suggested" for kind in it.classes.values())
    formulas.put(sheet["C6"], f"={in_ledger}", waiting, "count")
    if it.cutoff:
        late = f"={count_in(book, 'Timing', 'Break', language)}"
        timing = sum(each.kind == "timing" for each in it.breaks)
        formulas.put(sheet["D5"], late, timing, "count")
        put(sheet["E5"], word("timing note", language, it.cutoff.in_words()), "name")
    _verdict(sheet, formulas, "B10", "C10", language, closes=bridge.check == 0)
    matched = f"={count_in(book, 'Matched', 'Rule', language)}-(B4+B5)"
    put(sheet["A11"], word("check matched", language), "name")
    apart = len(it.confirmed) - (bridge.vendor - bridge.not_in_ledger)
    formulas.put(sheet["B11"], matched, apart, "count")
    _verdict(sheet, formulas, "B11", "C11", language, closes=apart == 0)
    return 11


def _ledger_rows(sheet: Worksheet, formulas: Formulas, it: Reconciliation, top: int) -> int:
    language, book = it.language, _book(sheet)
    put(sheet.cell(top, 1), word("ledger rows", language), "section")
    put(sheet.cell(top, 2), word("Count", language), "head_right")
    ignored = f"=-{count_in(book, 'Ignored', 'Why', language)}"
    lines: list[tuple[str, str | None, int]] = [
        ("rows read", None, it.ledger.rows_read),
        ("- ignored", ignored, -len(it.ledger.ignored)),
    ]
    if it.why_not_checked:
        unsure = f"=-{count_in(book, 'Not checked', 'Why', language)}"
        lines.append(("- not checked", unsure, -len(it.not_checked)))
    first = top + 1
    for number, (name, formula, value) in enumerate(lines, start=first):
        put(sheet.cell(number, 1), word(name, language), "name")
        if formula:
            formulas.put(sheet.cell(number, 2), formula, value, "count")
        else:
            put(sheet.cell(number, 2), value, "count")
    last = first + len(lines)
    put(sheet.cell(last, 1), word("check used", language), "name")
    apart = sum(value for _, _, value in lines) - it.bridge.ledger
    formulas.put(sheet.cell(last, 2), f"=SUM(B{first}:B{last - 1})-B9", apart, "count")
    _verdict(sheet, formulas, f"B{last}", f"C{last}", language, closes=apart == 0)
    return last


def amounts_top(it: Reconciliation) -> int:
    """Return the row of the first currency in the bridge of amounts."""
    return 21 if it.why_not_checked else 20


_PARTS = ("matched", "suggested", "not_with_vendor", "twice", "not_checked", "ignored")


def _amounts(sheet: Worksheet, formulas: Formulas, it: Reconciliation, top: int) -> None:
    language = it.language
    put(sheet.cell(top, 1), word("amounts", language), "section")
    headings = (
        "Currency", "total", "Matched", "Suggested", "Not with vendor", "Twice", "Not checked",
        "Ignored", "Check",
    )  # fmt: skip
    for column, name in enumerate(headings, start=1):
        style = "head" if column == 1 else "head_right"
        put(sheet.cell(top + 1, column), word(name, language), style)
    for row, each in enumerate(it.amounts, start=top + 2):
        put(sheet.cell(row, 1), each.currency or word("(none)", language), "text")
        put(sheet.cell(row, 2), each.total, "amount")
        for column, part in enumerate(_PARTS, start=3):
            value: Decimal = getattr(each, part)
            formula = _sum(_book(sheet), part, row, language)
            if formula:
                formulas.put(sheet.cell(row, column), formula, value, "amount")
            else:
                put(sheet.cell(row, column), value, "amount")
        check = f"=ROUND(SUM(C{row}:H{row})-B{row},{_decimals(each)})"
        formulas.put(sheet.cell(row, 9), check, each.check, "amount")
        _verdict(sheet, formulas, f"I{row}", f"J{row}", language, closes=each.check == 0)


def _decimals(each: AmountBridge) -> int:
    """Return how many decimals Excel can tell: it adds binary fractions of some 15 digits.

    Below that is their doing, not the ledger's, and a bridge that closes would seem not to.
    """
    largest = max(abs(each.total), *(abs(getattr(each, part)) for part in _PARTS))
    return max(0, min(6, 14 - len(str(int(largest)))))


def _sum(book: Workbook, part: str, row: int, language: Language) -> str | None:
    title, column, only = {
        "matched": ("Matched", "", ""),
        "suggested": ("Only in ledger", "is suggested", "yes"),
        "not_with_vendor": ("Only in ledger", "is suggested", "no"),
        "twice": ("Duplicates", "This row", "extra"),
        "not_checked": ("Not checked", "", ""),
        "ignored": ("Ignored", "", ""),
    }[part]
    if word(title, language) not in book.sheetnames:
        return None
    # EXACT, since "=" ignores case and SUMIFS reads "*" in a currency as "any".
    chosen = f"EXACT({range_in(book, title, 'Currency', language)},$A{row})"
    if column:
        chosen += f'*({range_in(book, title, column, language)}="{word(only, language)}")'
    return f"=SUMPRODUCT({chosen}*{range_in(book, title, 'Amount', language)})"


def _verdict(  # noqa: PLR0913  a cell, its formula and its value
    sheet: Worksheet, formulas: Formulas, of: str, at: str, language: Language, *, closes: bool
) -> None:
    good, bad = word("closes", language), word("DOES NOT CLOSE", language)
    style = "good" if closes else "bad"
    formulas.put(sheet[at], f'=IF({of}=0,"{good}","{bad}")', good if closes else bad, style)


def _book(sheet: Worksheet) -> Workbook:
    book = sheet.parent
    assert book is not None  # noqa: S101  for the type checker: a sheet of a book has one
    return book
