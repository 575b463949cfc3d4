"""Reads the ledgers that are named on its input, each in a process of its own, and says how.

A program of its own, so that what a file costs is not hidden by what a test run holds already.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path

from partnerbook.errors import LedgerError
from reports.ledger import read_ledger

PATIENCE = 30  # seconds after which a file is given up


def _main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_apart(Path(line.rstrip("\n")))) + "\n")
        sys.stdout.flush()


def _apart(path: Path) -> dict[str, object]:
    reading, writing = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            json.dump(_read(path), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        in_time, _, _ = select.select([answer], [], [], PATIENCE)
        if not in_time:
            os.kill(child, signal.SIGKILL)
        said = answer.read()
    os.waitpid(child, 0)
    found: dict[str, object] = json.loads(said) if said else {"died": True, "peak": 0}
    return {**found, "seconds": time.monotonic() - started}


def _read(path: Path) -> dict[str, object]:
    found: dict[str, object]
    try:
        ledger = read_ledger(path)
        found = {"lines": len(ledger.lines)}
    except LedgerError as error:
        found = {"sentence": str(error)}
    except BaseException as error:  # noqa: BLE001  whatever else it is, it is what is looked for
        found = {"broke": repr(error)[:200]}
    # The reader of old formats works in a process of its own; who needs more counts.
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    found["peak"] = max(resource.getrusage(each).ru_maxrss for each in who) // 1024
    return found


if __name__ == "__main__":
    _main()
