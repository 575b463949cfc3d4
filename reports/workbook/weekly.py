"""The weekly report as a workbook: About, Summary, lists of what happened, Customers, Checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.text import CharacterProperties, Paragraph, RegularTextRun
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook import text
from partnerbook.compare import in_words
from partnerbook.model import Change, Customer
from partnerbook.wording import heading, label
from reports.weekly import Breakdown, Month, Standing, WeeklyReport
from reports.weekly.about import about, in_zone
from reports.weekly.words import words
from reports.workbook import look
from reports.workbook.cells import Kind
from reports.workbook.formulas import Formulas
from reports.workbook.sheets import (
    add_about,
    add_sheet,
    add_table,
    describe,
    name_cell,
    new_book,
    place_table,
    put,
    sheets_from,
)
from reports.workbook.weekly_checks import Places, add_checks

_WIDTHS = {"A": 30, "B": 12, "C": 12, "D": 3, "E": 30, "F": 12, "G": 12}
_ACROSS = 115  # columns of text that fit A to G
_MOST_SHARES = 10  # values of one field on the Summary; the rest is one line


def weekly_workbook(report: WeeklyReport) -> bytes:
    """Return the report as an .xlsx file; equal reports give equal bytes."""
    language = report.language
    book = new_book(
        title=words("title", language),
        as_of=report.until,
        language=language,
        fingerprint=report.fingerprint,
        facts={"Account": report.account, "Data hash": report.digest, "Run": report.run},
    )
    formulas = Formulas(book)
    summary, figures = _summary(book, report)
    before = len(book.worksheets)
    lists: dict[str, tuple[Worksheet, ...]] = {
        "joined": (_joined(book, report),),
        "left": (_left(book, report),),
        "changed": (_changed(book, report),),
    }
    add_table(
        book,
        words("customers", language),
        [heading(column, language) for column in report.columns],
        [_row(customer, report) for customer in report.customers],
        table_name="Customers",
        kinds=_kinds(report),
    )
    # All that were added since, for a list longer than a sheet goes on in the next.
    lists["customers"] = sheets_from(book, before + len(lists))
    lists["quality"] = (_quality(book, report),)
    places = Places(
        figures=figures,
        shares={each.field: _shares_at(summary, each.field) for each in report.breakdowns},
        quality=_column_at(summary, "Data_quality", 1) if report.quality else None,
        lists=lists,
    )
    checks = add_checks(book, formulas, report, places)
    add_about(
        book,
        about(report),
        warning=report.warning,
        notes={summary.title: report.headline, checks.title: words("checks note", language)},
        language=language,
    )
    return formulas.save()


def _quality(book: Workbook, report: WeeklyReport) -> Worksheet:
    known = {customer.customer_id: customer for customer in report.customers}
    rows = []
    for flaw in report.quality:
        for each in flaw.ids:
            customer = known.get(each)
            if customer is None:
                continue
            days = (report.until - customer.associated_at).days if customer.associated_at else None
            rows.append((*_row(customer, report), words(flaw.key, report.language), days))
    return _group(book, report, "quality", rows, extra=(("what", "text"), ("days", "count")))


def _column_at(sheet: Worksheet, table: str, column: int) -> str:
    """Return the cells of a table's column, from 0, e.g. ``'Summary'!$B$40:$B$49``."""
    low, top, _, bottom = (int(each or 0) for each in range_boundaries(sheet.tables[table].ref))
    letter = get_column_letter(low + column)
    title = sheet.title.replace("'", "''")
    return f"'{title}'!${letter}${top + 1}:${letter}${bottom}"


def _shares_at(sheet: Worksheet, field: str) -> tuple[str, str, str]:
    name, count, change = (_column_at(sheet, f"By_{field}", n) for n in range(3))
    return name, count, change


def _joined(book: Workbook, report: WeeklyReport) -> Worksheet:
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
    return _group(book, report, "joined", rows, extra=(("what", "text"),))


def _left(book: Workbook, report: WeeklyReport) -> Worksheet:
    days = dict(report.days)
    rows = [
        (*_row(customer, report), words(key, report.language), days.get(customer.customer_id))
        for key, customers in (("left", report.left), ("moved_out", report.moved_out))
        for customer in customers
    ]
    return _group(book, report, "left", rows, extra=(("what", "text"), ("days", "count")))


def _group(
    book: Workbook,
    report: WeeklyReport,
    key: str,
    rows: Iterable[tuple[Any, ...]],
    *,
    extra: tuple[tuple[str, Kind], ...],
) -> Worksheet:
    return add_table(
        book,
        words(key, report.language),
        [
            *(heading(column, report.language) for column in report.columns),
            *(words(name, report.language) for name, _ in extra),
        ],
        rows,
        table_name="Data_quality_list" if key == "quality" else key.capitalize(),
        kinds=(*_kinds(report), *(kind for _, kind in extra)),
    )


def _changed(book: Workbook, report: WeeklyReport) -> Worksheet:
    language = report.language
    return add_table(
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


def _summary(book: Workbook, report: WeeklyReport) -> tuple[Worksheet, dict[str, str]]:
    """Return the sheet, and where each large figure stands on it."""
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
    figures = _figures(sheet, row, report)
    row += 3
    row = _across(sheet, row, report.headline, "lead")
    for sentence in report.sentences:
        row = _across(sheet, row, sentence, "sentence")
    chart_row = row + 1
    drawn = [each for each in (report.months, report.weeks) if each]  # who may see neither has none
    row = _breakdowns(sheet, chart_row + 16 * len(drawn), report)
    if report.months:
        counted = [(month.name, month.count) for month in report.months]
        months = _counts(sheet, row, "month", counted, report)
        _chart(sheet, chart_row, months, report.months, report)
    if report.weeks:
        standings = [(week.name, week.count) for week in report.weeks]
        weeks = _counts(sheet, row, "week", standings, report, left=5)
        _chart(sheet, chart_row + 16 * (len(drawn) - 1), weeks, report.weeks, report)
    row += max(len(report.months), len(report.weeks)) + 2
    if report.quality:
        flaws = [(words(each.key, report.language), len(each.ids)) for each in report.quality]
        _counts(sheet, row, "quality", flaws, report)
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    return sheet, figures


def _across(sheet: Worksheet, row: int, sentence: str, style: str) -> int:
    """Write a sentence over the sheet's whole width and return the next row."""
    put(sheet.cell(row, 1), sentence, style)
    for column in range(2, 8):
        put(sheet.cell(row, column), None, style)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=7)
    sheet.row_dimensions[row].height = 18 * -(-text.width(sentence) // _ACROSS)
    return row + 1


def _figures(sheet: Worksheet, row: int, report: WeeklyReport) -> dict[str, str]:
    """Write the strip of figures, two rows, each with a name; return where each stands."""
    places = {}
    title = sheet.title.replace("'", "''")
    for column, (key, value) in zip((1, 2, 3, 5, 6, 7), report.figures, strict=True):
        style = "figure_change" if key == "change" else "figure"
        shown = words("not known", report.language) if value is None else value
        put(sheet.cell(row, column), words(key, report.language), "figure_name")
        put(sheet.cell(row + 1, column), shown, "figure_unknown" if value is None else style)
        places[key] = f"'{title}'!${get_column_letter(column)}${row + 1}"
        name = f"pb_{key.replace(' ', '_')}"
        name_cell(sheet, name, places[key])
    for part in (0, 1):  # the gap between the two halves belongs to the strip
        put(sheet.cell(row + part, 4), None, "figure_name")
    sheet.row_dimensions[row].height = 18
    sheet.row_dimensions[row + 1].height = 28
    return places


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


class _At(NamedTuple):
    """Where the names and counts of a chart stand."""

    row: int
    left: int
    last: int


def _counts(  # noqa: PLR0913  keywords, each a choice of the caller's
    sheet: Worksheet,
    row: int,
    key: str,
    counts: Sequence[tuple[str, int | None]],
    report: WeeklyReport,
    *,
    left: int = 1,
) -> _At:
    """Write a table of names and counts: months, weeks, flaws."""
    place_table(
        sheet,
        [words(key, report.language), words("count", report.language)],
        counts,
        table_name={"month": "Months", "week": "Weeks", "quality": "Data_quality"}[key],
        kinds=("text", "count"),
        top=row,
        left=left,
        filters=False,
    )
    return _At(row, left, row + len(counts))


def _chart(
    sheet: Worksheet, row: int, at: _At, shown: Sequence[Month | Standing], report: WeeklyReport
) -> None:
    title, axis = ("weeks", "week") if shown is report.weeks else ("months", "month")

    chart = BarChart()
    chart.type, chart.style, chart.gapWidth = "col", 10, 60  # the gap in percent of a bar
    chart.title = _small(words(title, report.language), 1200, bold=True)
    chart.x_axis.title = _small(words(axis, report.language), 900)
    chart.y_axis.title = _small(words("count", report.language), 900)
    counts = Reference(sheet, min_col=at.left + 1, min_row=at.row, max_row=at.last)
    chart.add_data(counts, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=at.left, min_row=at.row + 1, max_row=at.last))
    chart.legend = None
    series = chart.series[0]
    series.graphicalProperties.solidFill = look.ACCENT
    series.dLbls = DataLabelList()
    series.dLbls.showVal = True
    for unwanted in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(series.dLbls, unwanted, False)
    # openpyxl leaves axes out unless told; then the chart has bars and no scale.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.y_axis.scaling.min = 0  # a bar is as long as its count
    chart.width, chart.height = 21, 7  # centimetres: columns A to G, fifteen rows
    sheet.add_chart(chart, f"A{row}")
    counted = (f"{each.name} {'?' if each.count is None else each.count}" for each in shown)
    describe(sheet, f"{words(title, report.language)}: {', '.join(counted)}")


def _small(words_shown: str, size: int, *, bold: bool = False) -> Title:
    """Return a title in our ink; openpyxl's own is 18 points. `size` in hundredths of a point."""
    look_of = CharacterProperties(sz=size, b=bold, solidFill=look.INK)
    run = RegularTextRun(rPr=look_of, t=words_shown)
    return Title(tx=Text(rich=RichText(p=[Paragraph(r=[run])])), overlay=False)
