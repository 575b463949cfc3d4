"""The ledger of `reading`, read by each peer; runs in the peers' environment."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from tests.bench.measured import Measured
from tests.bench.people import digest


def calamine(path: str) -> Measured:
    """Read it bare."""
    room = import_module("python_calamine")

    def job() -> Callable[[], str]:
        rows = room.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return lambda: digest(row[:2] for row in rows[1:])

    return job


def pandas(path: str) -> Measured:
    """Read it into a frame, the usual way."""
    room = import_module("pandas")

    def job() -> Callable[[], str]:
        frame = room.read_excel(path, dtype=str)
        return lambda: digest(frame.iloc[:, :2].values.tolist())

    return job
