"""A workbook to bytes: equal input, equal bytes.

openpyxl stamps each part and the properties with the present moment. Here every stamp is the
report's own as-of, so a report can be made again and compared, hashed and signed.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from reports.workbook.poured import Shell

_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_DRAWING = re.compile(r"xl/drawings/drawing(\d+)\.xml")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip file knows no year before


def save(book: Workbook, *, packed: bool = True) -> bytes:
    """Return the workbook as an .xlsx file.

    Its long tables are poured in here, see `poured`. All its dates are
    ``book.properties.created``, which `sheets.new_book` sets.

    Args:
        book: The workbook.
        packed: False leaves the parts unpacked, for whoever packs them anew.
    """
    created = book.properties.created
    stamp = created if isinstance(created, datetime) else datetime(*_EARLIEST)  # noqa: DTZ001  Excel's dates have no zone
    book.properties.modified = stamp
    target = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    archive = _StillArchive(target, stamp, book, method)
    ExcelWriter(book, archive).save()
    return target.getvalue()


class _StillArchive(zipfile.ZipFile):
    """A zip file whose entries all bear one date, and nothing of the machine."""

    def __init__(self, target: io.BytesIO, stamp: datetime, book: Workbook, method: int) -> None:
        super().__init__(target, "w", method)
        self._book = book
        moment = (stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)
        self._moment = max(moment, _EARLIEST)

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        drawing = _DRAWING.fullmatch(str(zinfo_or_arcname))
        if drawing and isinstance(self._book, Shell):
            data = self._book.described(int(drawing[1]), data)
        entry = zipfile.ZipInfo(str(zinfo_or_arcname), date_time=self._moment)
        entry.compress_type = self.compression
        entry.create_system = 0  # else Windows and Linux differ in a byte
        super().writestr(entry, data)

    def write(
        self,
        filename: str | os.PathLike[str],
        arcname: str | os.PathLike[str] | None = None,
        *_: Any,
        **__: Any,
    ) -> None:
        content = Path(filename).read_bytes()
        sheet = _SHEET.fullmatch(str(arcname))
        if sheet and isinstance(self._book, Shell):
            content = self._book.poured(int(sheet[1]), content)
        self.writestr(cast("str", arcname), content)
