"""The ledger of `reading`, read by each peer; runs in the peers' environment."""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from tests.bench.measured import Measured
from tests.bench.people import digest


def calamine(path: str) -> Measured:
    """Read it bare."""
    room = import_module("python_calamine")

    def job() -> Callable[[], str]:
        rows = room.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return lambda: digest(row[:2] for row in rows[1:])

    return job


def csv_rows(path: str) -> Measured:
    """Read its rows as texts; Python's own."""

    def job() -> Callable[[], str]:
        with Path(path).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        return lambda: digest(row[:2] for row in rows[1:])

    return job


def pandas(path: str) -> Measured:
    """Read it into a frame, the usual way."""
    room = import_module("pandas")

    def job() -> Callable[[], str]:
        frame = room.read_excel(path, dtype=str)
        return lambda: digest(frame.iloc[:, :2].values.tolist())

    return job
