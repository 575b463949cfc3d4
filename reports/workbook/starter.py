"""The starter workbook: a filter block, an empty list to refresh, and how to use them.

Its names and headings are public (design.md section 6, *Sheet*): the refresh finds by them what
it needs, wherever a user moves it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook import text
from partnerbook.views.filters import FILTER_NAMES
from partnerbook.wording import HEADINGS, Language
from reports.workbook import look
from reports.workbook.cells import Kind
from reports.workbook.sheets import add_about, add_sheet, new_book, place_table, put, save
from reports.workbook.starter_words import ABOUT, HISTORY, LOG, PARKED, WORDS

_MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)  # equal bytes, whenever it is made
_FILTERS_TOP = 6
_TABLE_TOP = _FILTERS_TOP + len(FILTER_NAMES) + 2
_HISTORY_TOP = 4
_WIDTHS = (34, 22, 30, 18, 15, 14, 17, 14, 17, 15, 10, 18, 16, 9, 26, 40)
_ABOUT_WIDTH: dict[Language, int] = {"en": 102, "zh": 112}  # columns of text on an About line
_CHOICES = {
    "association": "consulting,agency,resale",
    "status": "unverified,reviewing,rejected,verified,failed",
    "frozen": "yes,no",
}


def starter_workbook(language: Language = "en", *, made_at: datetime = _MADE_AT) -> bytes:
    """Return the starter workbook as an .xlsx file.

    Args:
        language: Language of headings and explanations; names and sheets are the same in both.
        made_at: The date in the file's properties, with a zone.
    """
    book = new_book(title=WORDS["title"][language], as_of=made_at, language=language)
    book.properties.subject = WORDS["subject"][language]
    _add_customers(book, language)
    _add_list(book, "Parked notes", PARKED[language], (36, 24, 44, 44, 18))
    _add_history(book, language)
    widths = (18, 52, 40, 14, 12, 11, 9, 9, 10, 14, 12, 10, 44)
    _add_list(book, "Refresh log", LOG[language], widths)
    notes = {sheet.title: WORDS[sheet.title][language] for sheet in book.worksheets}
    about = add_about(book, ABOUT[language], notes=notes, language=language)
    about.title = "About"
    about.column_dimensions["A"].width = 38  # the longest function, whole
    about.page_setup.fitToHeight = 1
    for number in range(1, about.max_row + 1):
        # LibreOffice does not fit the height of rows by itself when it opens a file.
        lines = -(-text.width(str(about.cell(number, 2).value or "")) // _ABOUT_WIDTH[language])
        if lines > 1:
            about.row_dimensions[number].height = 14.0 * lines
    book.move_sheet(about, len(book.worksheets) - 1)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is book.worksheets[0]
    return save(book)


def _add_customers(book: Workbook, language: Language) -> None:
    sheet = add_sheet(book, "Customers")
    put(sheet["A1"], WORDS["title"][language], "title")
    sheet.row_dimensions[1].height = 30
    put(sheet["A2"], WORDS["status"][language], "subtitle")
    put(sheet["A3"], None, "subtitle")
    put(sheet["A4"], WORDS["own columns"][language], "subtitle")
    _name(book, "pb_status", "Customers!$A$2")
    # A refresh puts the list's age there, as a formula: text would not grow older.
    _name(book, "pb_age", "Customers!$A$3")
    _place_filters(sheet, language)
    last = _FILTERS_TOP + len(FILTER_NAMES) - 1
    _name(book, "pb_filters", f"Customers!$A${_FILTERS_TOP}:$B${last}")
    headings = [each[language] for each in HEADINGS.values()] + [WORDS["change"][language]]
    kinds: list[Kind] = ["moment" if each == "associated_at" else "text" for each in HEADINGS]
    place_table(
        sheet, headings, (), table_name="CustomerList", kinds=[*kinds, "text"], top=_TABLE_TOP
    )
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _mark_changes(sheet, len(headings))
    _mark_links(sheet)
    # Columns only: with the filter block frozen too, a small screen would show no customers.
    # Excel shows a table's headings in place of the letters while one scrolls down.
    sheet.freeze_panes = "B1"
    # One page wide would be too small to read: two, with the customer on both.
    sheet.page_setup.fitToWidth = 2
    sheet.print_title_rows = f"{_TABLE_TOP}:{_TABLE_TOP}"
    sheet.print_title_cols = "A:B"


def _place_filters(sheet: Worksheet, language: Language) -> None:
    put(sheet.cell(_FILTERS_TOP - 1, 1), WORDS["filters"][language], "section")
    sheet.row_dimensions[_FILTERS_TOP - 1].height = 27  # apart from the lines above
    sheet.row_dimensions[_FILTERS_TOP - 1].height = 27  # some air above: no row is left for it
    put(sheet.cell(_FILTERS_TOP - 1, 2), WORDS["filters hint"][language], "subtitle")
    for row, name in enumerate(FILTER_NAMES, _FILTERS_TOP):
        put(sheet.cell(row, 1), name, "name")
        value = sheet.cell(row, 2)
        put(value, None, "day" if name in ("since", "until") else "text")
        value.fill = PatternFill("solid", fgColor=look.ACCENT_SOFT)
        hint = WORDS["status hint" if name == "status" else name][language]
        put(sheet.cell(row, 3), hint, "subtitle")
        if name in _CHOICES:
            rule = DataValidation(
                type="list", formula1=f'"{_CHOICES[name]}"', allow_blank=True, showErrorMessage=True
            )
            rule.error = WORDS["choose error"][language]
        elif name in ("since", "until"):
            rule = DataValidation(
                type="date",
                operator="greaterThan",
                formula1="1",
                allow_blank=True,
                showErrorMessage=True,
                # A time with a zone is text, and as good: the sheet only warns.
                errorStyle="warning",
            )
            rule.error = WORDS["date error"][language]
        else:
            continue
        sheet.add_data_validation(rule)
        rule.add(value)


def _mark_changes(sheet: Worksheet, column: int) -> None:
    """Colour the column Change by what it says; the words alone say it too."""
    letter = get_column_letter(column)
    first = f"{letter}{_TABLE_TOP + 1}"
    good = Font(color=look.GOOD, bold=True)
    warn = Font(color=look.WARN, bold=True)
    soft = PatternFill(bgColor=look.WARN_SOFT)
    calm = PatternFill(bgColor=look.ACCENT_SOFT)
    for words, font, fill in (
        (("New", "新增", "Came back", "回归"), good, calm),
        (("Changed", "变更"), warn, soft),
        (("Not seen", "未见到", "See", "见"), Font(color=look.BAD, bold=True), soft),
    ):
        tests = ",".join(f'LEFT({first},{len(each)})="{each}"' for each in words)
        sheet.conditional_formatting.add(
            first,
            FormulaRule(formula=[f"OR({tests})"], font=font, fill=fill),  # type: ignore[no-untyped-call]  # the stubs lack it
        )


def _add_history(book: Workbook, language: Language) -> None:
    sheet = add_sheet(book, "Customer history")
    put(sheet["A1"], WORDS["history"][language], "title")
    sheet.row_dimensions[1].height = 30
    put(sheet["A2"], WORDS["history said"][language], "subtitle")
    place_table(
        sheet,
        HISTORY[language],
        (),
        table_name="CustomerHistory",
        kinds=("text", "text", "moment", "text"),
        top=_HISTORY_TOP,
    )
    for letter, width in zip("ABCD", (34, 30, 18, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"A{_HISTORY_TOP + 1}"
    sheet.print_title_rows = f"{_HISTORY_TOP}:{_HISTORY_TOP}"
    _name(book, "pb_history", "'Customer history'!$A$2")
    # For the look of links on the list: a rule must not name another sheet, a name may.
    _name(book, "pb_history_ids", "'Customer history'!$A:$A")


def _mark_links(sheet: Worksheet) -> None:
    """Let a customer's ID look like the link that it is once there is a history to go to."""
    first = f"A{_TABLE_TOP + 1}"
    rule = FormulaRule(  # type: ignore[no-untyped-call]  # the stubs lack it
        formula=[f"ISNUMBER(MATCH({first},pb_history_ids,0))"],
        font=Font(color=look.ACCENT, underline="single"),
    )
    sheet.conditional_formatting.add(first, rule)


def _add_list(
    book: Workbook, title: str, headings: tuple[str, ...], widths: tuple[int, ...]
) -> None:
    sheet = add_sheet(book, title)
    for number, (words, width) in enumerate(zip(headings, widths, strict=True), 1):
        put(sheet.cell(1, number), words, "head")
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = width
        # What the refresh will write looks as its column does.
        column.font = Font(name=look.FONT, size=10, color=look.INK)
        column.alignment = Alignment(horizontal="left", vertical="top")
    sheet.row_dimensions[1].height = 21
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"


def _name(book: Workbook, name: str, target: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=target)
