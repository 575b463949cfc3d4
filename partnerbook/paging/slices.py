"""Time slices: the list cut by association time into parts that fit one page each. Pure.

An answer that holds its whole slice cannot lose anybody of it, whatever the order does
(research/reliability.md 2.4). Times here are whole seconds since 1970, both ends included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

_FILL = 0.7  # of a page; fuller slices overflow too often and must be cut again
_FULLER = 0.9  # where everybody's time is known
_EARLY = int(datetime(2012, 1, 1, tzinfo=UTC).timestamp())  # before it hardly anybody joined
_MONTH = 30 * 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the list by association time.

    Attributes:
        since: First second.
        until: Last second, included.
        parent: Customers in the slice it was cut from; 0 when that is not known.
    """

    since: int
    until: int
    parent: int = 0

    @property
    def is_second(self) -> bool:
        """Whether it cannot be cut any further."""
        return self.since >= self.until

    def moments(self) -> tuple[datetime, datetime]:
        """Return both ends as times. UTC."""
        return datetime.fromtimestamp(self.since, UTC), datetime.fromtimestamp(self.until, UTC)


def cut(  # noqa: PLR0913  what is known of a slice, each named by the caller
    part: Slice, *, count: int, size: int, times: Sequence[int], now: int, sure: bool = False
) -> list[Slice]:
    """Return slices that together cover a slice exactly, each hoped to fit one page.

    Args:
        part: The slice to cut; longer than a second.
        count: How many customers it holds.
        size: Customers per page.
        times: Known association times of some of them, in any order.
        now: The present: between 2012 and now times are guessed to lie evenly.
        sure: The times are those of everybody, not of a sample.
    """
    wanted = max(2, -(-count // max(1, int(size * (_FULLER if sure else _FILL)))))
    inside = sorted(time for time in times if part.since <= time <= part.until)
    # A slice that still holds most of what its parent held: the sample pointed elsewhere.
    misled = part.parent and count > part.parent // 2
    if len(inside) >= min(count // 10, 20) and len(inside) >= 2 and not misled:
        ends = _quantiles(inside, wanted)
    else:
        ends = _even(part, wanted, now)
    inner = sorted(end for end in ends if part.since <= end < part.until)
    if not inner:
        inner = [(part.since + part.until) // 2]
    edges = [part.since - 1, *inner, part.until]
    return [Slice(before + 1, end, count) for before, end in pairwise(edges)]


def _quantiles(times: list[int], wanted: int) -> set[int]:
    ends = [times[len(times) * step // wanted] - 1 for step in range(1, wanted)]
    # A second in which many joined gets a slice of its own.
    crowded = {end + 1 for end, following in pairwise(ends) if end == following}
    return {*ends, *crowded, *({times[0]} if times[0] == times[-1] else set())}


def _even(part: Slice, wanted: int, now: int) -> set[int]:
    first, last = max(part.since, _EARLY), min(part.until, now)
    if last - first < _MONTH:
        # Nothing is left of the years in which people join: the whole slice is cut evenly.
        first, last = part.since, part.until
    ends = {first + (last - first) * step // wanted for step in range(1, wanted)}
    return ends | {first - 1, last}
