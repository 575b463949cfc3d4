"""Live formulas with their values: what a reader that does not calculate shows.

openpyxl writes a formula without a value; a mail preview, or a reader like finance's own import,
would show nothing. Here each formula bears the value that this program counted. Excel and
LibreOffice calculate it again when they open the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from xml.sax.saxutils import escape

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.workbook import Workbook

from reports.workbook.cells import put
from reports.workbook.saving import save

Value = int | Decimal | str
_EMPTY_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>[^<]*</f>)<v(?: ?/|></v)></c>')


class Formulas:
    """Puts formulas into a book and remembers what each must come to."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._values: dict[str, dict[str, Value]] = {}

    def put(self, cell: Cell | MergedCell, formula: str, value: Value, style: str) -> None:
        """Write a formula of ours into a cell.

        Args:
            cell: The cell.
            formula: With its ``=``. Nothing of a customer's or ledger's may be part of it.
            value: What it comes to.
            style: As for `cells.put`.
        """
        put(cell, None, style)
        cell.value = formula
        self._values.setdefault(cell.parent.title, {})[cell.coordinate] = value

    def save(self) -> bytes:
        """Return the book as an .xlsx file whose formulas bear their values.

        Raises:
            ValueError: A formula stands in the book that was not put here.
        """
        values = [self._values.get(sheet.title, {}) for sheet in self._book.worksheets]
        return save(self._book, filled=lambda number, part: _filled(part, values[number - 1]))


def _filled(content: bytes, values: Mapping[str, Value]) -> bytes:
    if not values and b"<f>" not in content:
        return content  # most sheets, and the long ones
    filled = 0

    def value_of(found: re.Match[bytes]) -> bytes:
        nonlocal filled
        value = values[found[1].decode()]
        filled += 1
        kind = b' t="str"' if isinstance(value, str) else b""
        attributes = re.sub(rb' t="[a-z]+"', b"", found[2]) + kind
        shown = escape(str(value)).encode()
        return b'<c r="%b"%b>%b<v>%b</v></c>' % (found[1], attributes, found[3], shown)

    content = _EMPTY_FORMULA.sub(value_of, content)
    if filled != len(values) or content.count(b"<f>") != filled:
        raise ValueError("a formula stands in the book that was not put through Formulas")
    return content
