"""The file of `refreshing`, refreshed by a peer; runs in the peers' environment.

Nothing here imports the program.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path

from tests.bench.measured import Measured
from tests.bench.people import digest

HEADING_ROW = 21
OWN = 17
"""Column of the user's notes, from 1: right of the list."""
_MOMENT = 3


def content(path: Path) -> str:
    """Return what stands for the list and the notes of a refreshed file; remove its folder."""
    room = import_module("python_calamine")
    sheet = room.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Customers")
    rows = sheet.to_python(skip_empty_area=False)[HEADING_ROW:]
    shutil.rmtree(path.parent)
    # Without the column *Change*: only we know what changed.
    return digest([*row[: OWN - 2], row[OWN - 1]] for row in rows)


def openpyxl(path: str, wanted: str) -> Measured:
    """Load the file, write the list with each customer's note, save it."""
    room = import_module("openpyxl")
    copy = Path(tempfile.mkdtemp()) / "Customers.xlsx"
    shutil.copyfile(path, copy)
    rows = json.loads(Path(wanted).read_text(encoding="utf-8"))
    for row in rows:
        row[_MOMENT] = datetime.fromisoformat(row[_MOMENT])

    def job() -> Callable[[], str]:
        book = room.load_workbook(copy)
        sheet = book["Customers"]
        first = HEADING_ROW + 1
        notes = {
            row[0]: row[OWN - 1]
            for row in sheet.iter_rows(min_row=first, max_col=OWN, values_only=True)
        }
        for number, row in enumerate(rows, first):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value
            sheet.cell(number, OWN).value = notes.get(row[0])
        book.save(copy)
        return lambda: content(copy)

    return job
