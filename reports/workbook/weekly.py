"""The weekly report as a workbook: About, Summary, Joined, Left, Changed, Customers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.text import CharacterProperties, Paragraph, RegularTextRun
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook import text
from partnerbook.compare import in_words
from partnerbook.model import Change, Customer
from partnerbook.wording import heading, label
from reports.weekly import Breakdown, WeeklyReport
from reports.weekly.about import about, in_zone
from reports.weekly.words import words
from reports.workbook import look
from reports.workbook.cells import Kind
from reports.workbook.sheets import (
    add_about,
    add_sheet,
    add_table,
    new_book,
    place_table,
    put,
    save,
)

_WIDTHS = {"A": 30, "B": 12, "C": 12, "D": 3, "E": 30, "F": 12, "G": 12}
_ACROSS = 115  # columns of text that fit A to G
_MOST_SHARES = 10  # values of one field on the Summary; the rest is one line


def weekly_workbook(report: WeeklyReport) -> bytes:
    """Return the report as an .xlsx file; equal reports give equal bytes."""
    book = new_book(
        title=words("title", report.language),
        as_of=report.until,
        language=report.language,
        fingerprint=report.fingerprint,
    )
    summary = _summary(book, report)
    _joined(book, report)
    _left(book, report)
    _changed(book, report)
    add_table(
        book,
        words("customers", report.language),
        [heading(column, report.language) for column in report.columns],
        [_row(customer, report) for customer in report.customers],
        table_name="Customers",
        kinds=_kinds(report),
    )
    add_about(
        book,
        about(report),
        warning=report.warning,
        notes={summary.title: report.headline},
        language=report.language,
    )
    return save(book)


def _joined(book: Workbook, report: WeeklyReport) -> None:
    groups = (
        ("joined", report.joined),
        ("came_back", report.came_back),
        ("moved_in", report.moved_in),
    )
    rows = [
        (*_row(customer, report), words(key, report.language))
        for key, customers in groups
        for customer in customers
    ]
    _group(book, report, "joined", rows, extra=(("what", "text"),))


def _left(book: Workbook, report: WeeklyReport) -> None:
    days = dict(report.days)
    rows = [
        (*_row(customer, report), words(key, report.language), days.get(customer.customer_id))
        for key, customers in (("left", report.left), ("moved_out", report.moved_out))
        for customer in customers
    ]
    _group(book, report, "left", rows, extra=(("what", "text"), ("days", "count")))


def _group(
    book: Workbook,
    report: WeeklyReport,
    key: str,
    rows: Iterable[tuple[Any, ...]],
    *,
    extra: tuple[tuple[str, Kind], ...],
) -> None:
    add_table(
        book,
        words(key, report.language),
        [
            *(heading(column, report.language) for column in report.columns),
            *(words(name, report.language) for name, _ in extra),
        ],
        rows,
        table_name=key.capitalize(),
        kinds=(*_kinds(report), *(kind for _, kind in extra)),
    )


def _changed(book: Workbook, report: WeeklyReport) -> None:
    language = report.language
    add_table(
        book,
        words("changed", language),
        [
            heading("customer_id", language),
            *(words(key, language) for key in ("name", "field", "before", "after")),
        ],
        [_change_row(change, report) for change in report.altered],
        table_name="Changed",
        frozen_columns=2,
    )


def _change_row(change: Change, report: WeeklyReport) -> tuple[str | None, ...]:
    field = str(change.field)
    sides = []
    for value in (change.before, change.after):
        # Moments and text alike stand here as text: one column, many kinds of value.
        known = field == "associated_at" and value is not None
        said = in_words(field, value) if known else label(field, value, report.language)
        sides.append(None if value is None else said)
    return (change.customer_id, change.name, heading(field, report.language), *sides)


def _row(customer: Customer, report: WeeklyReport) -> tuple[Any, ...]:
    return tuple(_shown(column, customer, report) for column in report.columns)


def _shown(column: str, customer: Customer, report: WeeklyReport) -> Any:
    value = getattr(customer, column)
    if value is None or column == "associated_at":
        return value
    return label(column, value, report.language)


def _kinds(report: WeeklyReport) -> tuple[Kind, ...]:
    return tuple("moment" if column == "associated_at" else "text" for column in report.columns)


def _summary(book: Workbook, report: WeeklyReport) -> Worksheet:
    language = report.language
    sheet = add_sheet(book, words("summary", language))
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "portrait", 1
    put(sheet["A1"], words("title", language), "title")
    sheet.row_dimensions[1].height = 30
    dates = f"{words('as of', language)} {in_zone(report.until, report)}"
    if report.since:
        dates += f"  ·  {words('compared with', language)} {in_zone(report.since, report)}"
    put(sheet["A2"], dates, "subtitle")
    view = f"{words('view', language)}: {report.view.in_words(language)}"
    put(sheet["A3"], f"{view}  ·  {report.fingerprint}", "subtitle")
    row = 5
    if report.warning:
        row = _across(sheet, row, report.warning, "warning") + 1
    row = _figures(sheet, row, report) + 1
    row = _across(sheet, row, report.headline, "lead")
    for sentence in report.sentences:
        row = _across(sheet, row, sentence, "sentence")
    chart_row = row + 1
    row = _breakdowns(sheet, chart_row + 16, report)
    _chart(sheet, chart_row, _months(sheet, row, report), report)
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    return sheet


def _across(sheet: Worksheet, row: int, sentence: str, style: str) -> int:
    """Write a sentence over the sheet's whole width and return the next row."""
    put(sheet.cell(row, 1), sentence, style)
    for column in range(2, 8):
        put(sheet.cell(row, column), None, style)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=7)
    sheet.row_dimensions[row].height = 18 * -(-text.width(sentence) // _ACROSS)
    return row + 1


def _figures(sheet: Worksheet, row: int, report: WeeklyReport) -> int:
    """Write the strip of figures and return the row after it."""
    for column, (key, value) in zip((1, 2, 3, 5, 6, 7), report.figures, strict=True):
        style = "figure_change" if key == "change" else "figure"
        shown = words("not known", report.language) if value is None else value
        put(sheet.cell(row, column), words(key, report.language), "figure_name")
        put(sheet.cell(row + 1, column), shown, "figure_unknown" if value is None else style)
    for part in (0, 1):  # the gap between the two halves belongs to the strip
        put(sheet.cell(row + part, 4), None, "figure_name")
    sheet.row_dimensions[row].height = 18
    sheet.row_dimensions[row + 1].height = 28
    return row + 2


def _breakdowns(sheet: Worksheet, row: int, report: WeeklyReport) -> int:
    """Write the breakdowns, two side by side, and return the row after them."""
    pairs = [report.breakdowns[n : n + 2] for n in range(0, len(report.breakdowns), 2)]
    for pair in pairs:
        rows = [_share_rows(breakdown, report) for breakdown in pair]
        for breakdown, shares, left in zip(pair, rows, (1, 5), strict=False):
            headings = [words("by", report.language).format(breakdown.heading)]
            headings += [words(key, report.language) for key in ("count", "change")]
            place_table(
                sheet,
                headings,
                shares,
                table_name=f"By_{breakdown.field}",
                kinds=("text", "count", "change"),
                top=row,
                left=left,
                filters=False,
            )
        row += max(len(shares) or 1 for shares in rows) + 2
    return row


def _share_rows(breakdown: Breakdown, report: WeeklyReport) -> list[tuple[Any, ...]]:
    shown = [(share.name, share.count, share.change) for share in breakdown.shares]
    if len(shown) <= _MOST_SHARES:
        return shown
    rest = breakdown.shares[_MOST_SHARES - 1 :]
    changes = [share.change for share in rest if share.change is not None]
    change = sum(changes) if changes else None
    name = words("others", report.language).format(len(rest))
    count = sum(share.count for share in rest)
    return [*shown[: _MOST_SHARES - 1], (name, count, change)]


def _months(sheet: Worksheet, row: int, report: WeeklyReport) -> int:
    place_table(
        sheet,
        [words("month", report.language), words("count", report.language)],
        [(month.name, month.count) for month in report.months],
        table_name="Months",
        kinds=("text", "count"),
        top=row,
        filters=False,
    )
    return row


def _chart(sheet: Worksheet, row: int, months_row: int, report: WeeklyReport) -> None:
    chart = BarChart()
    chart.type, chart.style, chart.gapWidth = "col", 10, 60  # the gap in percent of a bar
    chart.title = _small(words("months", report.language), 1200, bold=True)
    chart.x_axis.title = _small(words("month", report.language), 900)
    chart.y_axis.title = _small(words("count", report.language), 900)
    last = months_row + len(report.months)
    counts = Reference(sheet, min_col=2, min_row=months_row, max_row=last)
    chart.add_data(counts, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=months_row + 1, max_row=last))
    chart.legend = None
    series = chart.series[0]
    series.graphicalProperties.solidFill = look.ACCENT
    series.dLbls = DataLabelList()
    series.dLbls.showVal = True
    for shown in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(series.dLbls, shown, False)
    # openpyxl leaves axes out unless told; then the chart has bars and no scale.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.width, chart.height = 21, 7  # centimetres: columns A to G, fifteen rows
    sheet.add_chart(chart, f"A{row}")


def _small(words_shown: str, size: int, *, bold: bool = False) -> Title:
    """Return a title in our ink; openpyxl's own is 18 points. `size` in hundredths of a point."""
    look_of = CharacterProperties(sz=size, b=bold, solidFill=look.INK)
    run = RegularTextRun(rPr=look_of, t=words_shown)
    return Title(tx=Text(rich=RichText(p=[Paragraph(r=[run])])), overlay=False)
