"""The weekly workbook's sheet Summary: figures, sentences, charts and counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook import text
from reports.weekly import Breakdown, WeeklyReport
from reports.weekly.about import in_zone
from reports.weekly.reconciled import (
    reconciliation_line,
    reconciliation_rows,
    reconciliation_title,
)
from reports.weekly.words import words
from reports.workbook.book import add_sheet, name_cell
from reports.workbook.cells import put
from reports.workbook.sheets import place_table
from reports.workbook.weekly_charts import Counts, add_chart

_WIDTHS = {"A": 30, "B": 12, "C": 12, "D": 3, "E": 30, "F": 12, "G": 12}
_ACROSS = 115  # columns of text that fit A to G
_MOST_SHARES = 10  # values of one field; the rest is one line


def add_summary(book: Workbook, report: WeeklyReport) -> tuple[Worksheet, dict[str, str]]:
    """Return the sheet, and where each large figure stands on it."""
    language = report.language
    sheet = add_sheet(book, words("summary", language))
    put(sheet["A1"], words("title", language), "title")
    sheet.row_dimensions[1].height = 30
    dates = f"{words('as of', language)} {in_zone(report.until, report)}"
    if report.since:
        dates += f"  ·  {words('compared with', language)} {in_zone(report.since, report)}"
    put(sheet["A2"], dates, "subtitle")
    view = f"{words('view', language)}{words('colon', language)}{report.view.in_words(language)}"
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
    row = chart_row + 16 * bool(drawn)
    # What matters on the first printed page, the counts behind it on the next.
    sheet.row_breaks.append(Break(id=row - 1))
    row = _breakdowns(sheet, row, report)
    if report.months:
        counted = [(month.name, month.count) for month in report.months]
        months = _counts(sheet, row, "month", counted, report)
        add_chart(sheet, f"A{chart_row}", months, report.months, report)
    if report.weeks:
        standings = [(week.name, week.count) for week in report.weeks]
        weeks = _counts(sheet, row, "week", standings, report, left=5)
        # Beside the months, so that both stand on the first page, which is wide.
        place = f"{'E' if report.months else 'A'}{chart_row}"
        add_chart(sheet, place, weeks, report.weeks, report)
    row += max(len(report.months), len(report.weeks)) + 2
    if report.quality:
        flaws = [(words(each.key, report.language), len(each.ids)) for each in report.quality]
        _counts(sheet, row, "quality", flaws, report)
    _reconciliation(sheet, row, report, left=5 if report.quality else 1)
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


def _reconciliation(sheet: Worksheet, row: int, report: WeeklyReport, *, left: int) -> None:
    """Write what the last reconciliation came to: its counts, and below them the line on it."""
    line = reconciliation_line(report)
    if line is None:
        return
    counts = [each for each in reconciliation_rows(report) if isinstance(each[1], int)]
    headings = [reconciliation_title(report.language), words("how many", report.language)]
    place_table(
        sheet,
        headings,
        counts,
        table_name="Reconciliation",
        kinds=("text", "count"),
        top=row,
        left=left,
        filters=False,
    )
    _across(sheet, row + max(len(counts), len(report.quality)) + 2, line, "sentence")


def _counts(  # noqa: PLR0913  keywords, each a choice of the caller's
    sheet: Worksheet,
    row: int,
    key: str,
    counts: Sequence[tuple[str, int | None]],
    report: WeeklyReport,
    *,
    left: int = 1,
) -> Counts:
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
    return Counts(row, left, row + len(counts))
