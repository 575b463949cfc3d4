"""``kill -9`` at random moments of ``excel refresh``: the file is the old one or the new one."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

from partnerbook.__main__ import main
from partnerbook.sandbox import Sandbox
from tests.bench.rows import Row, at_size

KILLS = 200


def proof_kills(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Kill refreshes of one workbook at random moments, and look at what is left each time.

    Args:
        size: 1 kills `KILLS` times; 0.05 a twentieth of that.
        seed: What the moments are drawn from.
    """
    chance, kills = Random(seed), at_size(KILLS, size)  # noqa: S311  moments, no secrets
    broken: list[str] = []
    counts = {"old": 0, "new": 0}
    with tempfile.TemporaryDirectory() as folder, Sandbox(customers=300, seed=7) as sandbox:
        desk = _Desk(Path(folder), sandbox)
        whole = desk.whole()
        for number in range(kills):
            desk.begin()
            # Every other one dies while the file is being put in place, the worst of moments.
            writing = number % 2 == 1
            moment = chance.uniform(0.0, 0.02 if writing else whole * 1.3)
            desk.killed_after(moment, writing=writing)
            left = desk.left()
            if left in counts:
                counts[left] += 1
            else:
                broken.append(f"kill {number} (seed {seed}) after {moment:.3f} s: {left}")
    return [
        Row(
            promise="A refresh that dies leaves the old file or the new one, and it opens",
            fault=f"kill -9 at {kills} random moments of `excel refresh`",
            mark="0 other files",
            result=f"{counts['old']} old, {counts['new']} new, {len(broken)} other",
            passed=not broken and sum(counts.values()) == kills,
            numbers={"kills": kills, "seconds": round(whole, 3), **counts},
            broken=tuple(broken),
        )
    ]


class _Desk:
    """A workbook with notes, refreshed by processes of its own."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self._file = folder / "Customers.xlsx"
        self._store = folder / "home" / "partnerbook.db"
        self._env = {
            "PARTNERBOOK_ENDPOINT": sandbox.endpoint,
            "PARTNERBOOK_IAM_ENDPOINT": sandbox.iam_endpoint,
            "PARTNERBOOK_AK": sandbox.access_key,
            "PARTNERBOOK_SK": sandbox.secret_key,
            "PARTNERBOOK_PARTNER_ID": sandbox.partner_id,
            "PARTNERBOOK_HOME": str(folder / "home"),
        }
        sandbox.play_week(1)
        self._finish(self._start("excel", "new", str(self._file)))
        self._finish(self._start("excel", "refresh", str(self._file)))
        self._write_notes()
        sandbox.play_week(5)
        self._old = self._file.read_bytes()
        self._listed = _facts(self._file)
        self._finish(self._start("excel", "refresh", str(self._file), "--yes"))
        self._new = _facts(self._file)

    def begin(self) -> None:
        """Put the old workbook back."""
        for draft in self._file.parent.glob(".~Customers-*"):
            draft.unlink()
        self._file.write_bytes(self._old)

    def whole(self) -> float:
        """Return how many seconds a refresh takes that nobody kills."""
        self.begin()
        started = time.monotonic()
        self._finish(self._start("excel", "refresh", str(self._file), "--yes"))
        return time.monotonic() - started

    def killed_after(self, seconds: float, *, writing: bool) -> None:
        """Start a refresh and kill it, so long after its start or after it began to write."""
        child = self._start("excel", "refresh", str(self._file), "--yes")
        until = time.monotonic() + 30.0
        while writing and time.monotonic() < until and not self._is_writing(child):
            time.sleep(0.0005)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    def _is_writing(self, child: int) -> bool:
        drafts = any(self._file.parent.glob(".~Customers-*"))
        return (
            drafts or os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        )

    def left(self) -> str:
        """Return ``old``, ``new``, or what is wrong with what is left."""
        try:
            with zipfile.ZipFile(self._file) as archive:
                if archive.testzip():
                    return "damaged"
            facts = _facts(self._file)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            return f"does not open: {type(error).__name__}"
        with sqlite3.connect(self._store) as store:
            if store.execute("pragma quick_check").fetchone() != ("ok",):
                return "the store is damaged"
        store.close()
        if self._file.read_bytes() == self._old:
            return "old"
        return "new" if facts == self._new else "neither the old nor the new list"

    def _write_notes(self) -> None:
        book = openpyxl.load_workbook(self._file)
        ws: Any = book["Customers"]
        ws["Q21"] = "Owner"
        for row in range(22, ws.max_row + 1):
            ws.cell(row, 17).value = f"of {ws.cell(row, 1).value}"
        book.save(self._file)

    def _start(self, *arguments: str) -> int:
        with warnings.catch_warnings():
            # The sandbox's threads stay here; the child only talks to them.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child:
            return child
        code = 1
        try:
            os.environ.update(self._env)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            sys.argv = ["partnerbook", *arguments]
            main(list(arguments))
        except SystemExit as left:
            code = int(left.code or 0)
        finally:
            os._exit(code)

    @staticmethod
    def _finish(child: int) -> None:
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            raise RuntimeError("a refresh that nobody killed failed")


def _facts(file: Path) -> list[tuple[Any, ...]]:
    """Return each customer and note on the sheets, without the moments."""
    book = openpyxl.load_workbook(file)
    ws: Any = book["Customers"]
    rows = [tuple(cell.value for cell in row[:17]) for row in ws.iter_rows(min_row=21)]
    parked = [
        tuple(cell.value for cell in row[:4]) for row in book["Parked notes"].iter_rows(min_row=2)
    ]
    return [*rows, *parked]
