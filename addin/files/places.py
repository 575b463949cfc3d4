"""Where things stand on a sheet: areas of cells and their references. Pure."""

from __future__ import annotations

import re

from partnerbook.text import column_letters, column_number

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; from 1, all included."""

Place = tuple[int, int]
"""Row and column of a cell."""


def area_of(text: str) -> Area:
    """Return the area that a reference such as ``$A$3:B9`` or ``A1`` covers."""
    first, _, last = text.replace("$", "").partition(":")
    ends = [
        (int(re.sub(r"\D", "", each) or 0), column_number(each)) for each in (first, last or first)
    ]
    return (*ends[0], *ends[1])


def reference(top: int, left: int, bottom: int, right: int, *, absolute: bool = False) -> str:
    """Return an area as text: ``A3:B9``, or ``A3`` for one cell."""
    dollar = "$" if absolute else ""

    def cell(row: int, column: int) -> str:
        return f"{dollar}{column_letters(column)}{dollar}{row}"

    first, last = cell(top, left), cell(bottom, right)
    return first if first == last else f"{first}:{last}"


def meet(one: Area, other: Area) -> bool:
    """Return whether two areas have a cell in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def inside(place: Place, area: Area) -> bool:
    """Return whether a cell is in an area."""
    return area[0] <= place[0] <= area[2] and area[1] <= place[1] <= area[3]


def references_following(tail: str, *, area: Area, last_row: int) -> str:
    """Return what stands after the rows, formats and validations reaching to a list's new end.

    Args:
        tail: XML after ``</sheetData>``.
        area: The list's body as it was.
        last_row: Its last row from now on.
    """
    top, left, bottom, right = area

    def one(text: str) -> str:
        if not re.fullmatch(r"\$?[A-Z]+\$?\d+(:\$?[A-Z]+\$?\d+)?", text):
            return text
        first_row, first_column, end, last_column = area_of(text)
        inside = left <= first_column and last_column <= right
        if inside and first_row <= top and end == bottom and (first_row == top or end > top):
            return reference(first_row, first_column, last_row, last_column)
        return text

    def every(match: re.Match[str]) -> str:
        return match[1] + " ".join(one(each) for each in match[2].split()) + match[3]

    pattern = (
        r"(<(?:\w+:)?(?:conditionalFormatting|dataValidation)\b"
        r"""(?:[^<>"']|"[^"]*"|'[^']*')*?\bsqref=")([^"]*)(")"""
    )
    tail = re.sub(pattern, every, tail)
    return re.sub(r"(<(?:\w+:)?sqref>)([^<]*)(</(?:\w+:)?sqref>)", every, tail)


def quoted_sheet(text: str) -> tuple[str, str]:
    """Split ``'My sheet'!$A$1`` into sheet and reference; the sheet is "" when there is none."""
    sheet, _, area = text.rpartition("!")
    if sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet, area
