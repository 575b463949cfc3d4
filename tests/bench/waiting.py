"""Time whose waits take none: it jumps ahead by what should have been waited."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from random import Random

from partnerbook.client import Clock


class Skipping:
    """A clock that is never waited for; chance comes from a seed.

    The time of day stays the true one: signatures are compared with the server's.

    Args:
        seed: Where chance comes from.
        still: Whether nothing but a wait takes time, so that a slow machine measures the same.
    """

    def __init__(self, seed: int, *, still: bool = False) -> None:
        self._still = still
        self._lock = threading.Lock()
        self._skipped = 0.0
        self._chance = Random(f"waits {seed}")  # noqa: S311  no secrets here

    @property
    def clock(self) -> Clock:
        """The clock as the client takes it."""
        return Clock(
            now=lambda: datetime.now(UTC),
            monotonic=self.seconds,
            sleep=self.skip,
            chance=self._chance.random,
        )

    def seconds(self) -> float:
        """Return seconds that never shrink, skipped ones included."""
        with self._lock:
            return self._skipped + (0.0 if self._still else time.monotonic())

    def skip(self, seconds: float) -> None:
        """Let so much time have passed."""
        with self._lock:
            self._skipped += seconds
