"""A workbook to bytes: equal input, equal bytes.

openpyxl stamps each part and the properties with the present moment. Here every stamp is the
report's own as-of, so a report can be made again and compared, hashed and signed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime

from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from reports.workbook.packing import EARLIEST, Packer
from reports.workbook.poured import Shell

_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_DRAWING = re.compile(r"xl/drawings/drawing(\d+)\.xml")

Filled = Callable[[int, bytes], bytes]
"""Changes the part of a sheet, counted from 1, before its long table is poured into it."""


def save(book: Workbook, *, filled: Filled | None = None) -> bytes:
    """Return the workbook as an .xlsx file.

    Its long tables are poured in here, see `poured`. All its dates are
    ``book.properties.created``, which `sheets.new_book` sets.

    Args:
        book: The workbook.
        filled: What else happens to the sheets as openpyxl wrote them.
    """
    created = book.properties.created
    stamp = created if isinstance(created, datetime) else datetime(*EARLIEST)  # noqa: DTZ001  Excel's dates have no zone
    book.properties.modified = stamp
    shell = io.BytesIO()
    with zipfile.ZipFile(shell, "w") as target:
        ExcelWriter(book, target).save()
    packer = Packer()
    moment = (*stamp.timetuple()[:6],)
    with zipfile.ZipFile(shell) as archive:
        for name in archive.namelist():
            packer.add(name, _final(book, name, archive.read(name), filled), moment=moment)
    return packer.finished()


def _final(book: Workbook, name: str, part: bytes, filled: Filled | None) -> Iterable[bytes]:
    if sheet := _SHEET.fullmatch(name):
        number = int(sheet[1])
        part = filled(number, part) if filled else part
        return book.poured(number, part) if isinstance(book, Shell) else (part,)
    if (drawing := _DRAWING.fullmatch(name)) and isinstance(book, Shell):
        part = book.described(int(drawing[1]), part)
    return (part,)
