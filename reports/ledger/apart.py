"""Reads a workbook in a process of its own, which may not use much time or memory.

An xls file of 6 kB can claim a cell in the last corner of its sheet, for which the reader
allocates a gigabyte; an ods file can make it abort the whole process, and that may be Excel's.
For xlsx a scan of the XML tells beforehand (`scan`); for xls, xlsb and ods the reader works here.

This file is also the program that runs there. It imports nothing of ours.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from typing import Any

SECONDS = 10
MEMORY = 800 * 2**20  # bytes of address space; about 500 MB of it in use
MAX_CELLS = 8_000_000

Sheets = list[tuple[str, list[list[Any]]]]


def sheets_apart(data: bytes) -> Sheets:
    """Return the name and the rows of each worksheet of a workbook.

    Raises:
        ValueError: The file cannot be read within the limits.
    """
    # -P: nothing that lies in the present folder is taken for a module.
    command = [sys.executable, "-P", __file__]
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and file
            command, input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ValueError("too slow") from None
    if done.returncode:
        raise ValueError("the reader gave up")
    sheets: Sheets = pickle.loads(done.stdout)  # noqa: S301  what our own process wrote
    return sheets


def _read(data: bytes) -> Sheets:
    from python_calamine import CalamineWorkbook, SheetTypeEnum  # noqa: PLC0415  in the child only

    sheets = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for metadata in book.sheets_metadata:
            if metadata.typ is not SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(metadata.name)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise ValueError(f"{sheet.total_height} rows and {sheet.total_width} columns")
            sheets.append((metadata.name, sheet.to_python(skip_empty_area=False)))
    return sheets


def _main() -> None:
    if sys.platform != "win32":  # where there is no such limit, the time must do
        import resource  # noqa: PLC0415  not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(pickle.dumps(_read(sys.stdin.buffer.read())))


if __name__ == "__main__":
    _main()
