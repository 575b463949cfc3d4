"""The starter workbook: a filter block, an empty list to refresh, and how to use them.

Its names and headings are public (design.md section 6, *Sheet*): the refresh finds by them what
it needs, wherever a user moves it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.views.filters import FILTER_NAMES
from partnerbook.wording import HEADINGS, Language
from reports.workbook import look
from reports.workbook.cells import Kind
from reports.workbook.sheets import add_about, add_sheet, new_book, place_table, put, save

_MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)  # equal bytes, whenever it is made
_FILTERS_TOP = 6
_TABLE_TOP = _FILTERS_TOP + len(FILTER_NAMES) + 2
_WIDTHS = (34, 22, 30, 18, 15, 14, 17, 14, 17, 15, 10, 18, 16, 9, 26, 24)
_CHOICES = {
    "association": "consulting,agency,resale",
    "status": "unverified,reviewing,rejected,verified,failed",
    "frozen": "yes,no",
}

_WORDS: dict[str, dict[Language, str]] = {
    "title": {"en": "Customers", "zh": "客户"},
    "subject": {"en": "The book of customers of a cloud partner", "zh": "云伙伴的客户名册"},
    "change": {"en": "Change", "zh": "变化"},
    "status": {
        "en": "Not refreshed yet. In Excel: Partnerbook > Refresh sheet. Without Excel: "
        "partnerbook excel refresh with the name of this file.",
        "zh": "尚未刷新。在 Excel 中：Partnerbook > 刷新工作表；不用 Excel 时："
        "partnerbook excel refresh 加本文件名。",
    },
    "filters": {"en": "Filters", "zh": "筛选条件"},
    "filters hint": {
        "en": "Whom to list; empty rows ask for everybody.",
        "zh": "列出哪些客户；全部留空即列出所有客户。",
    },
    "own columns": {
        "en": "Columns of your own: type a heading right of the last one. Notes stay with their "
        "customer.",
        "zh": "自己的列：在最后一列右侧输入标题即可，备注始终跟随其客户。",
    },
    "account": {"en": "part of the account name", "zh": "账号名的一部分"},
    "company": {"en": "part of the company name", "zh": "公司名称的一部分"},
    "label": {
        "en": "part of the label, exact case; add rows named label for any of several",
        "zh": "标签的一部分，区分大小写；可加多行 label，满足任一即可",
    },
    "association": {"en": "choose", "zh": "请选择"},
    "since": {"en": "associated on this day or later (UTC)", "zh": "关联日期不早于（UTC）"},
    "until": {"en": "associated on this day or earlier (UTC)", "zh": "关联日期不晚于（UTC）"},
    "phone": {"en": "part of the telephone number", "zh": "电话号码的一部分"},
    "manager": {"en": "part of the account manager's name", "zh": "客户经理名称的一部分"},
    "status hint": {"en": "choose; of the verification", "zh": "请选择；实名认证状态"},
    "country": {"en": "0086, 86 or +86", "zh": "0086、86 或 +86"},
    "id": {"en": "one whole customer ID", "zh": "完整的客户ID"},
    "frozen": {"en": "choose", "zh": "请选择"},
    "level": {"en": "V0 to V5", "zh": "V0 至 V5"},
    "choose error": {
        "en": "Choose from the list, or leave it empty.",
        "zh": "请从列表选择，或留空。",
    },
    "date error": {
        "en": "A date such as 2026-03-31, or empty.",
        "zh": "日期，如 2026-03-31，或留空。",
    },
}

_PARKED: dict[Language, tuple[str, ...]] = {
    "en": ("Customer ID", "Column", "Value", "Reason", "Date"),
    "zh": ("客户ID", "列", "值", "原因", "日期"),
}
_LOG: dict[Language, tuple[str, ...]] = {
    "en": (
        "As of (UTC)", "Account", "Filters", "Fingerprint", "Customers", "May miss", "Joined",
        "Left", "Changed", "Notes parked", "Notes back", "In doubt",
    ),
    "zh": (
        "截至 (UTC)", "伙伴账号", "筛选条件", "指纹", "客户数", "可能缺少", "新增", "离开", "变更",
        "寄存备注", "归还备注", "存疑",
    ),
}  # fmt: skip
_ABOUT: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Refresh", "Asks Partner Center for the list and puts it into the table CustomerList. Rows that are new, changed or doubtful are marked in the column Change until the next refresh."),
        ("Your notes", "Write them into columns of your own, inside the table or right of it. They stay with their customer, whatever is sorted or filtered. Our columns are written afresh each time."),
        ("A customer leaves", "Its notes go to the sheet Parked notes, and come back with the customer."),
        ("In doubt", "When a customer ID stands in two rows or was typed over, nothing is guessed: the notes of those rows wait on Parked notes with the reason."),
        ("The status line", "How many customers, whether the list is exact or how many may be missing, as of when, and the fingerprint of the question: equal letters, equal question."),
        ("Stops", "A refresh asks first when more than a fifth of the list would go, when filters or account changed, or when the list is not exact."),
        ("Move things", "Sheets, tables and ranges are found by their names: CustomerList, pb_filters, pb_status. Move them, reorder columns, hide what you do not need; keep the names and our headings."),
        ("Functions", "With the add-in on Windows. They read the last listing and never wait for the network:"),
        ("", "=CUSTOMERS()   everybody, as of the last refresh"),
        ("", "=CUSTOMERS(pb_filters)   whom the filter block asks for"),
        ("", "=CUSTOMERCOUNT(pb_filters)   how many they are"),
        ("", "=CUSTOMERSTATUS()   as of when, and whether the list is exact"),
    ),
    "zh": (
        ("刷新", "向伙伴中心查询客户列表并写入表 CustomerList。新增、变更或存疑的行在“变化”列中标出，直到下次刷新。"),
        ("您的备注", "写在自己的列中，表内或表右侧均可。无论如何排序、筛选，备注始终跟随其客户。我们的列每次都会重写。"),
        ("客户离开", "其备注移到工作表 Parked notes，客户回来时一并归还。"),
        ("存疑", "客户ID重复或被改写时不作猜测：这些行的备注连同原因留在 Parked notes。"),
        ("状态行", "客户数、列表是否完整或最多可能缺少几个、截至时间，以及查询的指纹：字母相同即查询相同。"),
        ("暂停", "若列表将减少五分之一以上、筛选条件或账号有变、或列表不完整，刷新前会先询问。"),
        ("移动", "工作表、表和区域按名称查找：CustomerList、pb_filters、pb_status。可移动、调整列序、隐藏；请保留名称和我们的标题。"),
        ("函数", "在 Windows 上配合加载项使用。读取最近一次的列表，从不等待网络："),
        ("", "=CUSTOMERS()   最近一次刷新的全部客户"),
        ("", "=CUSTOMERS(pb_filters)   筛选条件所选的客户"),
        ("", "=CUSTOMERCOUNT(pb_filters)   其数量"),
        ("", "=CUSTOMERSTATUS()   截至时间与是否完整"),
    ),
}  # fmt: skip


def starter_workbook(language: Language = "en", *, made_at: datetime = _MADE_AT) -> bytes:
    """Return the starter workbook as an .xlsx file.

    Args:
        language: Language of headings and explanations; names and sheets are the same in both.
        made_at: The date in the file's properties, with a zone.
    """
    book = new_book(title=_WORDS["title"][language], as_of=made_at, language=language)
    book.properties.subject = _WORDS["subject"][language]
    _add_customers(book, language)
    _add_list(book, "Parked notes", _PARKED[language], (36, 24, 44, 44, 18))
    _add_list(book, "Refresh log", _LOG[language], (18, 30, 40, 14, 11, 11, 9, 9, 9, 13, 11, 10))
    about = add_about(book, _ABOUT[language], language=language)
    about.title = "About"
    book.move_sheet(about, len(book.worksheets) - 1)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is book.worksheets[0]
    return save(book)


def _add_customers(book: Workbook, language: Language) -> None:
    sheet = add_sheet(book, "Customers")
    put(sheet["A1"], _WORDS["title"][language], "title")
    sheet.row_dimensions[1].height = 30
    put(sheet["A2"], _WORDS["status"][language], "subtitle")
    put(sheet["A3"], _WORDS["own columns"][language], "subtitle")
    _name(book, "pb_status", "Customers!$A$2")
    _place_filters(sheet, language)
    last = _FILTERS_TOP + len(FILTER_NAMES) - 1
    _name(book, "pb_filters", f"Customers!$A${_FILTERS_TOP}:$B${last}")
    headings = [each[language] for each in HEADINGS.values()] + [_WORDS["change"][language]]
    kinds: list[Kind] = ["moment" if each == "associated_at" else "text" for each in HEADINGS]
    place_table(
        sheet, headings, (), table_name="CustomerList", kinds=[*kinds, "text"], top=_TABLE_TOP
    )
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _mark_changes(sheet, len(headings))
    # Columns only: with the filter block frozen too, a small screen would show no customers.
    # Excel shows a table's headings in place of the letters while one scrolls down.
    sheet.freeze_panes = "B1"
    # One page wide would be too small to read: two, with the customer on both.
    sheet.page_setup.fitToWidth = 2
    sheet.print_title_rows = f"{_TABLE_TOP}:{_TABLE_TOP}"
    sheet.print_title_cols = "A:B"


def _place_filters(sheet: Worksheet, language: Language) -> None:
    put(sheet.cell(_FILTERS_TOP - 1, 1), _WORDS["filters"][language], "section")
    put(sheet.cell(_FILTERS_TOP - 1, 2), _WORDS["filters hint"][language], "subtitle")
    for row, name in enumerate(FILTER_NAMES, _FILTERS_TOP):
        put(sheet.cell(row, 1), name, "name")
        value = sheet.cell(row, 2)
        put(value, None, "day" if name in ("since", "until") else "text")
        value.fill = PatternFill("solid", fgColor=look.ACCENT_SOFT)
        hint = _WORDS["status hint" if name == "status" else name][language]
        put(sheet.cell(row, 3), hint, "subtitle")
        if name in _CHOICES:
            rule = DataValidation(
                type="list", formula1=f'"{_CHOICES[name]}"', allow_blank=True, showErrorMessage=True
            )
            rule.error = _WORDS["choose error"][language]
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
            rule.error = _WORDS["date error"][language]
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
            first, FormulaRule(formula=[f"OR({tests})"], font=font, fill=fill)
        )


def _add_list(
    book: Workbook, title: str, headings: tuple[str, ...], widths: tuple[int, ...]
) -> None:
    sheet = add_sheet(book, title)
    for number, (words, width) in enumerate(zip(headings, widths, strict=True), 1):
        put(sheet.cell(1, number), words, "head")
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.row_dimensions[1].height = 21
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"


def _name(book: Workbook, name: str, target: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=target)
