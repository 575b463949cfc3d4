"""The one look of every workbook: fonts, number formats and cell styles, in our palette."""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.workbook import Workbook

from reports.palette import LIGHT

INK = LIGHT["ink"]
MUTED = LIGHT["muted"]
ACCENT = LIGHT["accent"]
ACCENT_SOFT = LIGHT["accent_soft"]
RULE = LIGHT["rule"]
WHITE = LIGHT["on_accent"]
GOOD = LIGHT["good"]
WARN = LIGHT["warn"]
WARN_SOFT = LIGHT["warn_soft"]
BAD = LIGHT["bad"]

FONT = "Calibri"  # on every Excel; Chinese falls back to the system's own face
MOMENT_FORMAT = "yyyy-mm-dd hh:mm"
DAY_FORMAT = "yyyy-mm-dd"
COUNT_FORMAT = "#,##0"
AMOUNT_FORMAT = "#,##0.00;[Red]-#,##0.00"
CHANGE_FORMAT = "+#,##0;-#,##0;0"
TEXT_FORMAT = "@"

_HAIRLINE = Side(style="thin", color=RULE)
_UNDER = Border(bottom=_HAIRLINE)
# One step in from the cell's edge: without it a date touches the text of the next column.
_LEFT = Alignment(vertical="center", horizontal="left", indent=1)
_RIGHT = Alignment(vertical="center", horizontal="right", indent=1)
_WRAP = Alignment(vertical="top", horizontal="left", indent=1, wrap_text=True)


def _style(  # noqa: PLR0913  keywords, each a side of the look
    name: str,
    *,
    font: Font | None = None,
    fill: str | None = None,
    border: Border | None = None,
    alignment: Alignment = _LEFT,
    number_format: str = "General",
) -> NamedStyle:
    return NamedStyle(
        name=f"pb_{name}",
        font=font or Font(name=FONT, size=10, color=INK),
        fill=PatternFill("solid", fgColor=fill) if fill else PatternFill(),
        border=border or Border(),
        alignment=alignment,
        number_format=number_format,
    )


def register(book: Workbook) -> None:
    """Give the book our cell styles; `cells.put` names them without the ``pb_``."""
    for style in _styles():
        book.add_named_style(style)


def _styles() -> list[NamedStyle]:
    white = Font(name=FONT, size=10, bold=True, color=WHITE)
    return [
        # The body of a table, by kind of value.
        _style("text", border=_UNDER, number_format=TEXT_FORMAT),
        # Excel shows ##### for more than 255 characters in a cell with the text format.
        _style("longtext", border=_UNDER),
        _style("wrapped", border=_UNDER, alignment=_WRAP),
        _style("moment", border=_UNDER, number_format=MOMENT_FORMAT),
        _style("day", border=_UNDER, number_format=DAY_FORMAT),
        _style("count", border=_UNDER, alignment=_RIGHT, number_format=COUNT_FORMAT),
        _style("change", border=_UNDER, alignment=_RIGHT, number_format=CHANGE_FORMAT),
        _style("amount", border=_UNDER, alignment=_RIGHT, number_format=AMOUNT_FORMAT),
        _style("head", font=white, fill=ACCENT),
        _style("head_right", font=white, fill=ACCENT, alignment=_RIGHT),
        # Cover sheets.
        _style("title", font=Font(name=FONT, size=20, bold=True, color=ACCENT)),
        _style("subtitle", font=Font(name=FONT, size=11, color=MUTED)),
        _style("section", font=Font(name=FONT, size=12, bold=True, color=ACCENT)),
        _style("name", font=Font(name=FONT, size=10, color=MUTED), border=_UNDER),
        _style("lead", font=Font(name=FONT, size=13, bold=True, color=INK), alignment=_WRAP),
        _style("sentence", font=Font(name=FONT, size=11, color=INK), alignment=_WRAP),
        _style(
            "warning",
            font=Font(name=FONT, size=11, bold=True, color=WARN),
            fill=WARN_SOFT,
            alignment=_WRAP,
        ),
        _style("good", font=Font(name=FONT, size=10, bold=True, color=GOOD), border=_UNDER),
        _style("bad", font=Font(name=FONT, size=10, bold=True, color=BAD), border=_UNDER),
        _style(
            "link",
            font=Font(name=FONT, size=10, color=ACCENT, underline="single"),
            border=_UNDER,
        ),
        _style("figure_name", font=Font(name=FONT, size=10, color=MUTED), fill=ACCENT_SOFT),
        _style("figure_unknown", font=Font(name=FONT, size=10, color=MUTED), fill=ACCENT_SOFT),
        _style(
            "figure",
            font=Font(name=FONT, size=18, bold=True, color=ACCENT),
            fill=ACCENT_SOFT,
            number_format=COUNT_FORMAT,
        ),
        _style(
            "figure_change",
            font=Font(name=FONT, size=18, bold=True, color=ACCENT),
            fill=ACCENT_SOFT,
            number_format=CHANGE_FORMAT,
        ),
    ]
