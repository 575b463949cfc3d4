"""The pace of requests: as many as Partner Center allows, and no more.

It allows 10 calls a second. One pacer per host serves all threads of this process; other
processes are met as answers with status 429, from which it learns.
"""

from __future__ import annotations

import math
import threading

from partnerbook.client.clock import Clock, Deadline

CALLS = 10
"""Calls that the vendor allows in `WINDOW` seconds, unless an answer says otherwise."""
WINDOW = 1.0

_LATEST = 0.04  # seconds a request may need to reach the server, at most, in the reckoning
_SLOWEST = 0.2  # calls a second, whatever the server says
_MANY = 1_000_000
_RECOVERY = 10.0  # seconds without a 429 after which the pace may grow again


class Pacer:
    """Hands out permissions to send, to any number of threads.

    Args:
        clock: Where time comes from.
        calls: Calls allowed per second; `math.inf` for no limit until an answer names one.
    """

    def __init__(self, clock: Clock | None = None, calls: float = CALLS) -> None:
        self._clock = clock or Clock()
        self._most = calls
        self._calls = calls
        self._lock = threading.Lock()
        self._frees: list[float] = []  # when each of the latest permissions is free again
        self._not_before = 0.0
        self._slowed_at = 0.0

    def wait(self, deadline: Deadline) -> float:
        """Wait until a request may be sent; return the permission for `sent`.

        Raises:
            OutOfTimeError: The deadline would pass first.
        """
        while True:
            with self._lock:
                now = self._clock.monotonic()
                if self._calls == math.inf and now >= self._not_before:
                    return now
                self._recover(now)
                self._frees = sorted(free for free in self._frees if free > now)
                excess = len(self._frees) - max(1, int(min(self._calls, _MANY)))
                due = max(self._not_before, self._frees[excess] if excess >= 0 else now)
                if due <= now:
                    window = max(WINDOW, 1 / self._calls)
                    ticket = now + window + _LATEST
                    self._frees.append(ticket)
                    return ticket
            deadline.wait(due - now)

    def sent(self, ticket: float) -> None:
        """Tell that the answer is there: the server counted the request before this moment."""
        with self._lock:
            free = self._clock.monotonic() + max(WINDOW, 1 / self._calls)
            if free < ticket and ticket in self._frees:
                self._frees[self._frees.index(ticket)] = free

    def throttled(self, seconds: float, calls: float | None = None) -> None:
        """Tell that the server asked to slow down.

        Args:
            seconds: For how long nobody shall send.
            calls: Calls a second that the server named; None when it named none.
        """
        with self._lock:
            now = self._clock.monotonic()
            self._not_before = max(self._not_before, now + seconds)
            if calls is not None:
                self._calls = self._most = max(_SLOWEST, calls)
            elif self._calls == math.inf:
                self._calls = self._most = CALLS
            elif now - self._slowed_at >= WINDOW:
                # Once per window: ten answers of one burst are one complaint.
                self._calls = max(1.0, self._calls * 0.7)
            self._slowed_at = now

    def held_for(self) -> float:
        """Return for how many seconds more nobody shall send; 0 when the server did not ask."""
        with self._lock:
            return max(0.0, self._not_before - self._clock.monotonic())

    def _recover(self, now: float) -> None:
        if self._calls < self._most and now - self._slowed_at > _RECOVERY:
            self._calls = min(self._most, self._calls + 1)
            self._slowed_at = now


_pacers: dict[str, Pacer] = {}
_lock = threading.Lock()


def pacer_of(endpoint: str) -> Pacer:
    """Return the one pacer that all clients of an endpoint in this process share."""
    with _lock:
        return _pacers.setdefault(endpoint, Pacer())
