"""The cells of a workbook that comes back, formulas told from values.

Sheets of plain values, the long ones among them, are read by calamine, which takes a tenth of the
time; those that hold a formula or an error by openpyxl, which knows both.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook

from reports.ledger.scan import parts_of
from reports.workbook.sealing import PROPERTY

_NOT_PLAIN = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b't="e"', b"t='e'")
_CHUNK = 4 * 2**20

Values = dict[int, tuple[Any, bool]]  # column -> value, and whether it is a formula


class SealedFile:
    """The sheets of a file, row by row, each read by whoever reads it fastest and whole."""

    def __init__(self, data: bytes) -> None:
        from python_calamine import CalamineWorkbook  # noqa: PLC0415  only what verifies pays

        self._fast = CalamineWorkbook.from_filelike(io.BytesIO(data))
        with warnings.catch_warnings():
            # What openpyxl cannot read of others' additions is no cell of ours.
            warnings.simplefilter("ignore")
            slow: Any = load_workbook(io.BytesIO(data), read_only=True)  # hints know not all of it
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._plain = {title: _is_plain(archive, part) for title, part in parts_of(archive)}
        self._slow = slow
        borne = {each.name: each.value for each in slow.custom_doc_props.props}
        self.seal = str(borne[PROPERTY]) if PROPERTY in borne else None

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the worksheets."""
        return tuple(self._plain)

    @property
    def hidden(self) -> tuple[str, ...]:
        """The titles of the worksheets that a reader does not see."""
        return tuple(each.title for each in self._slow.worksheets if each.sheet_state != "visible")

    def rows(self, title: str) -> Iterator[tuple[int, Values]]:
        """Yield the rows of a sheet that hold anything, in order."""
        if self._plain[title]:
            sheet = self._fast.get_sheet_by_name(title)
            # The reader leaves out empty columns on the left, but no rows above.
            first = (sheet.start or (0, 0))[1] + 1
            for number, row in enumerate(sheet.iter_rows(), start=1):
                yield (
                    number,
                    {
                        column: (value, False)
                        for column, value in enumerate(row, first)
                        if value != ""
                    },
                )
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date that is none
            sheet = self._slow[title]
            sheet.reset_dimensions()  # what a file says of its own size is no limit
            for number, row in enumerate(sheet.iter_rows(), start=1):
                yield (
                    number,
                    {
                        column: (cell.value, cell.data_type == "f")
                        for column, cell in enumerate(row, 1)
                        if cell.value is not None
                    },
                )


def _is_plain(archive: zipfile.ZipFile, part: str) -> bool:
    """Return whether a sheet holds neither a formula nor an error."""
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            piece = tail + chunk
            if any(each in piece for each in _NOT_PLAIN):
                return False
            tail = chunk[-8:]
    return True
