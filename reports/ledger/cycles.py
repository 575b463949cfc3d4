"""Python's search for cycles among objects, paused while many are made that hold none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unsearched() -> Iterator[None]:
    """Pause the search, which is resumed however this ends.

    Each new row and line makes Python look again at those that are there already: a tenth of the
    time in which a ledger is read. Two threads may pause it at once: who stopped it resumes it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
