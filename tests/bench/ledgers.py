"""Finance's file may be damaged or made to harm: one sentence, soon, in little memory."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.hostile import DAMAGED, Maker
from tests.bench.rows import Row, at_size

WHOLE = 3_000
SECONDS, MEGABYTES = 10, 500
_BUSY_SECONDS = 25  # instead of SECONDS, where a busy machine must not fail a test
_ROOT = Path(__file__).parents[2]


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Read damaged and hostile ledgers, each in a process of its own."""
    count = at_size(WHOLE // len(DAMAGED), size, least=4)
    most = SECONDS if size >= 1 else _BUSY_SECONDS
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.ledger_reader"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as reader,
    ):
        return [
            _row(what, makers, count, seed, most, Path(folder), reader)
            for what, makers in DAMAGED.items()
        ]


def _row(
    what: str,
    makers: Sequence[Maker],
    count: int,
    seed: int,
    most: float,
    folder: Path,
    reader: subprocess.Popen[str],
) -> Row:
    broken, seconds, peaks = [], [], []
    sentences = read = 0
    for number in range(count):
        chance = random.Random(f"{what} {seed} {number}")  # noqa: S311  damage, not secrets
        suffix, content = makers[number % len(makers)](chance)
        path = folder / f"ledger.{suffix}"
        path.write_bytes(content)
        found = _asked(reader, path)
        seconds.append(found["seconds"])
        peaks.append(found["peak"])
        sentences += "sentence" in found
        read += "lines" in found
        if fault := _fault(found, path.name, most):
            broken.append(f"seed {seed}, {what}, number {number}: {fault}")
    return Row(
        promise="A ledger ends in one sentence, or is read whole",
        fault=f"{count:,} files: {what}",
        mark=f"each within {most:g} s and {MEGABYTES} MB",
        result=(
            f"{sentences:,} sentences, {read:,} read; at most {max(seconds):.1f} s, "
            f"{max(peaks):,} MB"
        ),
        passed=not broken,
        numbers={"files": count, "seconds": max(seconds), "megabytes": max(peaks)},
        broken=tuple(broken),
    )


def _asked(reader: subprocess.Popen[str], path: Path) -> dict[str, Any]:
    if reader.stdin is None or reader.stdout is None:
        raise ValueError("the reader has no pipes")
    reader.stdin.write(f"{path}\n")
    reader.stdin.flush()
    found: dict[str, Any] = json.loads(reader.stdout.readline())
    return found


def _fault(found: dict[str, Any], name: str, most: float) -> str:
    """Return what is wrong with how a file ended; ``""`` for nothing."""
    if "broke" in found or "died" in found:
        return str(found.get("broke", "the process died or was given up"))
    sentence = found.get("sentence", "")
    if sentence and ("\n" in sentence or name not in sentence):
        return f"no sentence about the file: {sentence[:120]!r}"
    if found["seconds"] > most:
        return f"{found['seconds']:.1f} s"
    return f"{found['peak']} MB" if found["peak"] > MEGABYTES else ""
