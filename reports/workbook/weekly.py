"""The weekly report as a workbook: About, Summary, lists of what happened, Customers, Checks."""

from __future__ import annotations

from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from reports.weekly import WeeklyReport
from reports.weekly.about import about
from reports.weekly.words import words
from reports.workbook.formulas import Formulas
from reports.workbook.sheets import add_about, new_book
from reports.workbook.weekly_checks import Places, add_checks
from reports.workbook.weekly_lists import add_lists, mixed
from reports.workbook.weekly_summary import add_summary


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
    summary, figures = add_summary(book, report)
    places = Places(
        figures=figures,
        shares={each.field: _shares_at(summary, each.field) for each in report.breakdowns},
        quality=_column_at(summary, "Data_quality", 1) if report.quality else None,
        lists=add_lists(book, report),
    )
    # A sheet that was split says of each part how many rows it has.
    said = {
        sheet.title: what
        for key, what in mixed(report).items()
        for sheet in places.lists[key]
        if len(places.lists[key]) == 1
    }
    checks = add_checks(book, formulas, report, places)
    add_about(
        book,
        about(report),
        warning=report.warning,
        notes={
            summary.title: report.headline,
            checks.title: words("checks note", language),
            **said,
        },
        language=language,
    )
    return formulas.save()


def _column_at(sheet: Worksheet, table: str, column: int) -> str:
    """Return the cells of a table's column, from 0, e.g. ``'Summary'!$B$40:$B$49``."""
    low, top, _, bottom = (int(each or 0) for each in range_boundaries(sheet.tables[table].ref))
    letter = get_column_letter(low + column)
    title = sheet.title.replace("'", "''")
    return f"'{title}'!${letter}${top + 1}:${letter}${bottom}"


def _shares_at(sheet: Worksheet, field: str) -> tuple[str, str, str]:
    name, count, change = (_column_at(sheet, f"By_{field}", n) for n in range(3))
    return name, count, change
