"""The sheet Sign-off: who prepared and reviewed, and the seal in print."""

from __future__ import annotations

from openpyxl.styles import Protection
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.reconciliation import Reconciliation
from reports.reconciliation.words import word
from reports.workbook.bridge import protect
from reports.workbook.cells import put
from reports.workbook.formulas import Formulas
from reports.workbook.sheets import add_sheet

PREPARER, PREPARED, REVIEWER, REVIEWED = "B5", "C5", "B6", "C6"
"""The cells that people fill in: names and days."""
STATEMENT = "A2"
"""What people sign."""
SEAL = "B10"
"""The cell in which the seal stands, for the print."""


def add_sign_off(book: Workbook, formulas: Formulas, it: Reconciliation) -> Worksheet:
    """Add the sheet Sign-off; the seal is written into it by `sealing.seal`."""
    language = it.language
    sheet = add_sheet(book, word("Sign-off", language))
    for letter, width in zip("ABC", (42, 72, 20), strict=True):
        sheet.column_dimensions[letter].width = width
    put(sheet["A1"], word("Sign-off", language), "title")
    sheet.row_dimensions[1].height = 30
    put(sheet[STATEMENT], word("statement", language), "subtitle")
    for column, name in enumerate(("", "Name", "Date"), start=1):
        put(sheet.cell(4, column), word(name, language) if name else None, "head")
    sheet.row_dimensions[4].height = 21
    for row, name in ((5, "Prepared by"), (6, "Reviewed by")):
        put(sheet.cell(row, 1), word(name, language), "name")
        put(sheet.cell(row, 2), None, "text")
        put(sheet.cell(row, 3), None, "day")
        sheet.row_dimensions[row].height = 26
    for cell in (PREPARER, PREPARED, REVIEWER, REVIEWED):
        sheet[cell].protection = Protection(locked=False)
    put(sheet["A7"], word("another person", language), "name")
    unsigned, good, bad = (word(key, language) for key in ("not signed", "TRUE", "FALSE"))
    same = f"LOWER(TRIM({PREPARER}))=LOWER(TRIM({REVIEWER}))"
    formula = f'=IF(OR({PREPARER}="",{REVIEWER}=""),"{unsigned}",IF({same},"{bad}","{good}"))'
    formulas.put(sheet["B7"], formula, unsigned, "name")
    put(sheet["A8"], word("answers first", language), "subtitle")
    put(sheet["A9"], word("Seal", language), "section")
    put(sheet["A10"], "SHA-256", "name")
    put(sheet["A11"], None)
    put(sheet["B11"], word("seal says", language), "wrapped")
    sheet.row_dimensions[11].height = 88
    sheet.page_setup.fitToHeight = 1
    protect(sheet)
    return sheet
