"""One value into one cell, so that text stays text. Every cell we write goes through `put`.

Facts: research on openpyxl 3.1.5. ``=1+1`` becomes a formula and ``#N/A`` an error cell unless
the type is set; the text format or the quote prefix alone does not help; a text beyond the
limits of XML makes a file that nothing can read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from types import NoneType
from typing import Any, Literal

from openpyxl.cell.cell import Cell, MergedCell

from partnerbook import text
from reports.workbook.woven import repeats

Kind = Literal["text", "wrapped", "moment", "day", "count", "change", "amount"]
"""What a column holds. Text in a column of another kind is written as text all the same."""

NUMBERS: frozenset[str] = frozenset({"count", "change", "amount"})

# Excel takes a cell that starts with one of these for something else once a person presses F2
# and Enter on it; the quote prefix keeps it text.
ARMED = "=+-@\t\n'"
LONGEST_IN_TEXT_FORMAT = 255  # Excel shows ##### for more
TOO_LONG = 10**15  # whole numbers from here on Excel rounds: they are written as text
_MOMENT_WIDTH = 16


def put(cell: Cell | MergedCell, value: Any, style: str = "text", *, zone: tzinfo = UTC) -> None:
    """Write a value into a cell.

    Args:
        cell: The cell.
        value: Text, a whole number, a Decimal or float, a bool, a date, or a moment with a zone.
            None leaves the cell empty, with its look.
        style: A kind, or one of the other styles of `look`.
        zone: Zone in which a moment is written: Excel's dates have none.

    Raises:
        ValueError: A moment without a zone, or a number that is not finite.
    """
    plain, look, quoted = form_of(value, style, zone)
    cell.style = f"pb_{look}"
    if not isinstance(plain, str):
        cell.value = plain
        return
    # Not cell.value: that one guesses a type from the text and cuts it at 32,767 characters,
    # among which it would count our escapes.
    cell._value = plain  # type: ignore[union-attr]  # noqa: SLF001
    cell.data_type = "s"
    if quoted:
        cell.quotePrefix = True


def form_of(value: Any, style: str, zone: tzinfo) -> tuple[Any, str, bool]:
    """Return how a value stands in a cell: as what, in which style, with the quote prefix or not.

    The one answer for `put` and for rows that are poured. Texts are cleaned, cut and escaped
    as the file format wants them.

    Raises:
        ValueError: As for `put`.
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= TOO_LONG:
        value = str(value)  # whole, rather than rounded in silence
    if not isinstance(value, str):
        return _plain(value, zone), style, False
    written = text.for_cell_xml(value)
    if style in _VALUE_STYLES:
        style = "text"
    long = len(written) > LONGEST_IN_TEXT_FORMAT
    if long and style == "text":
        style = "longtext"
    return written, style, bool(written) and (long or written[0] in ARMED)


def put_link(cell: Cell | MergedCell, value: str, sheet: str) -> None:
    """Write text that leads to cell A1 of a sheet in the same book."""
    from openpyxl.worksheet.hyperlink import Hyperlink  # noqa: PLC0415  with its only user

    put(cell, value, "link")
    place = "'" + sheet.replace("'", "''") + "'!A1"
    # A location, never a target: nothing outside the book can be reached from it.
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
    cell.style = "pb_link"


def shown_width(value: Any) -> int:
    """Return how many columns wide a value is when shown, its longest line counting."""
    if isinstance(value, str):
        return max((text.width(line[:200]) for line in value[:2_000].splitlines()), default=0)
    if isinstance(value, datetime):
        return _MOMENT_WIDTH
    if isinstance(value, date):
        return 10
    return 0 if value is None else len(f"{value:,}")


def widest(values: Sequence[Any], most: int, known: int = 0) -> int:
    """Return how many columns wide the widest value is when shown.

    Args:
        values: Of one column, not all of them perhaps.
        most: Wider than this is all the same.
        known: As wide is another value of the column: who cannot be wider is not looked at.
    """
    if known >= most:
        return most
    if repeats(values, 4):
        values = list(set(values))
    try:
        longest = max(map(len, values), default=0)
        if longest * 2 <= known:  # no character is wider than two columns
            return known
        joined = "".join(values)
    except TypeError:
        kinds = set(map(type, values)) - {NoneType}
        if kinds <= {str}:
            return widest([value for value in values if value], most, known)
        if kinds == {datetime}:
            return min(max(known, _MOMENT_WIDTH), most)
    else:
        if joined.isascii() and "\n" not in joined and "\r" not in joined:
            return min(max(known, longest), most)
    return _looked_at(values, most, known)


def _looked_at(values: Sequence[Any], most: int, known: int) -> int:
    for value in values:
        if isinstance(value, str):
            if len(value) <= known and value.isascii():
                continue
            # No character is wider than half of its bytes and one: most need no closer look.
            size = len(value.encode("utf-8", "surrogatepass"))
            if (len(value) + size) // 2 <= known:
                continue
        known = max(known, shown_width(value))
        if known >= most:
            return most
    return known


_VALUE_STYLES = frozenset({"moment", "day", "count", "change", "amount"})


def _plain(value: Any, zone: tzinfo) -> Any:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError("a moment needs a time zone before it can stand in a cell")
        return value.astimezone(zone).replace(tzinfo=None)
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise ValueError(f"{value} cannot stand in a cell")
    return value
