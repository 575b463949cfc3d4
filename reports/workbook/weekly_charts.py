"""The weekly workbook's charts: native ones, drawn from the cells beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.text import CharacterProperties, Paragraph, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

from reports.weekly import Month, Standing, WeeklyReport
from reports.weekly.words import words
from reports.workbook import look
from reports.workbook.book import describe


class Counts(NamedTuple):
    """Where the names and counts of a chart stand: row and column of the headings, last row."""

    row: int
    left: int
    last: int


def add_chart(
    sheet: Worksheet,
    place: str,
    at: Counts,
    shown: Sequence[Month | Standing],
    report: WeeklyReport,
) -> None:
    """Draw months or weeks as bars, with its title and its axes named, and say it in words."""
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
    chart.width, chart.height = 12, 7  # centimetres: three columns, fifteen rows
    sheet.add_chart(chart, place)
    counted = (f"{each.name} {'?' if each.count is None else each.count}" for each in shown)
    describe(sheet, f"{words(title, report.language)}: {', '.join(counted)}")


def _small(words_shown: str, size: int, *, bold: bool = False) -> Title:
    """Return a title in our ink; openpyxl's own is 18 points. `size` in hundredths of a point."""
    look_of = CharacterProperties(sz=size, b=bold, solidFill=look.INK)
    run = RegularTextRun(rPr=look_of, t=words_shown)
    return Title(tx=Text(rich=RichText(p=[Paragraph(r=[run])])), overlay=False)
