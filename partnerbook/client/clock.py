"""Time, waiting and chance, as the client sees them: tests bring their own and wait for nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from partnerbook.errors import UnreachableError


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The client's sources of time and chance.

    Attributes:
        now: The moment, UTC, as this machine believes it to be.
        monotonic: Seconds that only ever grow; for deadlines.
        sleep: Waits some seconds.
        chance: A number from 0 up to 1.
    """

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    # SystemRandom: processes that start together must not wait alike.
    chance: Callable[[], float] = field(default=random.SystemRandom().random)


class OutOfTimeError(UnreachableError):
    """The deadline passed before the work was done."""


class Deadline:
    """The one deadline of an operation: looked at before each wait, request and chunk.

    Args:
        seconds: How long the operation may take.
        clock: Where time comes from.
    """

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.seconds = seconds
        self._clock = clock
        self.at = clock.monotonic() + seconds
        # What went wrong last, in a few words; says more than "too late".
        self.last_fault = ""

    @property
    def left(self) -> float:
        """Seconds left; negative when it has passed."""
        return self.at - self._clock.monotonic()

    def check(self) -> None:
        """Go on only while there is time.

        Raises:
            OutOfTimeError: There is none left.
        """
        if self.left <= 0:
            raise self.passed()

    def wait(self, seconds: float) -> None:
        """Wait, but not for a time that would pass the deadline.

        Raises:
            OutOfTimeError: There is not that much time left.
        """
        if seconds >= self.left:
            raise self.passed()
        if seconds > 0:
            self._clock.sleep(seconds)

    def passed(self) -> OutOfTimeError:
        """Return the error that says so."""
        fault = f" ({self.last_fault})" if self.last_fault else ""
        return OutOfTimeError(
            f"Partner Center did not answer in full within {self.seconds:.0f} seconds{fault}; "
            "try again later"
        )
