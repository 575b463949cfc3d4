"""Programs started anew, measured from their start to their end. Imports little, on purpose.

What the measuring process uses itself would count as the program's memory.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable

from tests.bench.measured import ROOT, Measured


def started(code: str, home: str | None = None, wanted: str | None = None) -> Measured:
    """Run code in a new Python; bring what it printed.

    Args:
        code: The program.
        home: Folder with the store that it reads; None for one that reads none.
        wanted: What it must print; None for anything.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(_settings(home) if home else {})}

    def job() -> Callable[[], str]:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        if wanted is not None and done.stdout != wanted:
            raise AssertionError(f"the list is another one: {done.stdout}, not {wanted}")
        return lambda: hashlib.sha256(done.stdout.encode()).hexdigest()[:16]

    return job


def _settings(home: str) -> dict[str, str]:
    return {
        "PARTNERBOOK_HOME": home,
        "PARTNERBOOK_STORE": f"sqlite:///{home}/partnerbook.db",
        "PARTNERBOOK_ENDPOINT": "http://127.0.0.1:9",
        "PARTNERBOOK_PARTNER_ID": "partner",
    }
