"""Reading: a ledger of 100,000 rows, beside the bare readers that we use.

Thrice: its cells with all that is checked on the way (the file is no bomb, which rows are hidden,
which formulas were never calculated, which cells hold errors), which has a limit; the lines of a
ledger made of them, with IDs as text and amounts as decimals; and the same lines out of CSV. Beside
each stands the bare reader, which checks and converts nothing.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from reports.ledger import read_ledger
from reports.ledger.source import sheets_of
from tests.bench.lines import Line, contest
from tests.bench.measured import Job, Measured, Scale
from tests.bench.people import digest, people
from tests.bench.rows import at_size

ROWS = 100_000
_HEADINGS = ("Customer ID", "Customer name", "Date", "Amount", "Currency", "Telephone")


def measure(scale: Scale) -> Sequence[Line]:
    """Read the same file with and without us, in turn."""
    rows = at_size(ROWS, scale.size)
    with tempfile.TemporaryDirectory() as folder:
        path, text = Path(folder) / "ledger.xlsx", Path(folder) / "ledger.csv"
        _write(path, rows, scale.seed)
        _write_csv(text, rows, scale.seed)
        at, size = {"path": str(path)}, f"{rows:,} rows × {len(_HEADINGS)} columns of a ledger"
        bare = Job(
            who="python-calamine, bare",
            call="tests.bench.readers:calamine",
            arguments=at,
            package="python-calamine",
        )
        cells = [
            Job(who="Partnerbook, cells checked", call=f"{__name__}:checked", arguments=at),
            replace(bare, least=1 / 1.3),
            Job(
                who="pandas, by openpyxl",
                call="tests.bench.readers:pandas",
                arguments=at,
                package="pandas",
            ),
        ]
        lines = [Job(who="Partnerbook, ledger lines", call=f"{__name__}:lines", arguments=at), bare]
        at = {"path": str(text)}
        of_csv = [
            Job(who="Partnerbook, ledger lines", call=f"{__name__}:lines", arguments=at),
            Job(who="Python's csv, bare", call="tests.bench.readers:csv_rows", arguments=at),
        ]
        return [
            *contest(f"{size} read", cells, scale),
            *contest(f"{size} made ledger lines", lines, scale),
            *contest(f"{size} in CSV made ledger lines", of_csv, scale),
        ]


def checked(path: str) -> Measured:
    """Return the file's cells and facts."""

    def job() -> Callable[[], str]:
        (sheet,) = sheets_of(Path(path).read_bytes(), "ledger.xlsx")
        return lambda: digest([row[:2] for row in sheet.rows[1:]])

    return job


def lines(path: str) -> Measured:
    """Return the file's ledger lines."""

    def job() -> Callable[[], str]:
        ledger = read_ledger(Path(path))
        return lambda: digest((line.customer_id, line.company_name) for line in ledger.lines)

    return job


def _write(path: Path, rows: int, seed: int) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet, day = book.add_worksheet("Ledger"), book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(_rows(rows, seed)):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(number, column, value.replace(tzinfo=None), day)
            elif isinstance(value, float):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, value)
    book.close()


def _write_csv(path: Path, rows: int, seed: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows(rows, seed))


def _rows(rows: int, seed: int) -> Iterator[tuple[Any, ...]]:
    yield _HEADINGS
    for number, person in enumerate(people(rows, seed), 1):
        yield person[0], person[2], person[3], number % 9_000 + 0.25, "USD", person[6]
