"""The interval certificate: which customers were surely in the list at one moment. Pure.

A customer seen before and after a moment, the same in every field, was in the list at that
moment (assumption A2: nobody leaves and comes back without a difference). An answer's count is
the size of the list at that moment (A1: one answer is one moment). So the count minus the
customers seen around it is how many are missing, exactly; none missing means a true snapshot of
that moment, whatever the order did meanwhile. A negative difference disproves A1 or A2: then
nothing here is called exact.

Where the count was larger both before and after, somebody may have left and come back (or a
replica that lags have answered), against A2: such a dip proves nothing.

Facts and proof: research/reliability.md 2.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from math import inf
from operator import attrgetter

from partnerbook.model import Customer


@dataclass(slots=True)
class _Run:
    """Consecutive sightings of one customer without a difference, by answers' numbers."""

    first: int
    last: int
    customer: Customer
    before: _Run | None


@dataclass(frozen=True, slots=True)
class Moment:
    """An answer at whose moment the list is known best.

    Attributes:
        number: The answer's number.
        gap: How many customers of the list at that moment are missing.
        at: When the answer came.
    """

    number: int
    gap: int
    at: datetime


@dataclass(slots=True)
class Certificate:
    """Sightings of customers, in the order in which the answers came.

    Attributes:
        counts: Size of the whole list per answer; None where the answer cannot be relied on
            or was about a part of the list.
        versions_differ: Somebody was seen with two different descriptions.
    """

    counts: list[int | None] = field(default_factory=list)
    versions_differ: bool = False
    _times: list[datetime] = field(default_factory=list)
    _runs: dict[str, _Run] = field(default_factory=dict)  # the newest of each customer
    # Differences of the number of customers known to be in the list: answer j starts with
    # _steps[j] more than answer j - 1 had. A sum over answers is cheaper than one over customers.
    _steps: list[int] = field(default_factory=lambda: [0])
    # No gap is smaller. Asked after each of 2,000 pages, the gaps themselves would cost as much
    # CPU time as reading the pages, and four times as much for twice the list.
    _least: float = inf

    def add(self, customers: Iterable[Customer], count: int | None, at: datetime) -> None:
        """Note an answer.

        Args:
            customers: Who was seen in it, nobody twice.
            count: Size of the whole list then; None when it cannot be relied on.
            at: When the answer came.
        """
        now = len(self.counts)
        self.counts.append(count)
        self._times.append(at)
        self._steps.append(0)
        seen = 0
        for seen, customer in enumerate(customers, 1):  # noqa: B007  how many came
            run = self._runs.get(customer.customer_id)
            # A page that was read before brings the very same customers.
            if run and (run.customer is customer or run.customer == customer):
                # Between the two sightings too; up to its last one it was counted already.
                self._steps[run.last + 1] += 1
                self._steps[now + 1] -= 1
                run.last = now
                continue
            self.versions_differ = self.versions_differ or run is not None
            self._runs[customer.customer_id] = _Run(now, now, customer, run)
            self._steps[now] += 1
            self._steps[now + 1] -= 1
        # Whoever was seen closes each earlier gap by one at most; no gap ever grows.
        self._least = min(self._least, inf if count is None else count) - seen

    def is_closed(self) -> bool:
        """Return whether nobody is missing at some moment, and no count fell short."""
        if self._smallest() != 0:
            return False
        best = self.best()
        return best is not None and best.gap == 0

    def is_doubtful(self) -> bool:
        """Return whether nobody is missing at some moment, but in dips only."""
        return self._smallest() == 0 and not self.is_closed()

    def is_contradicted(self) -> bool:
        """Return whether a count ever fell short, see `contradiction`."""
        return self._smallest() < 0

    def best(self) -> Moment | None:
        """Return the latest moment with the smallest gap; None before any count is known.

        A negative gap is a contradiction, see `contradiction`; it is never the best. Nor is a dip.
        """
        found: Moment | None = None
        dips = self._dips()
        for number, gap in self._gaps():
            if gap >= 0 and number not in dips and (found is None or gap <= found.gap):
                found = Moment(number, gap, self._times[number])
        return found

    def contradiction(self) -> int:
        """Return by how many the count fell short of the customers surely there; 0 if never."""
        return max((-gap for _, gap in self._gaps() if gap < 0), default=0)

    def fullest(self) -> Moment | None:
        """Return the moment at which most customers are known, for when counts contradict.

        Its gap is what the largest count would leave missing: no proof, but not too little as
        long as that count is none too small.
        """
        if not self.counts:
            return None
        known = [*accumulate(self._steps)][:-1]
        there, number = max(zip(known, range(len(known)), strict=True))
        most = max((count for count in self.counts if count is not None), default=0)
        return Moment(number, max(0, most - there), self._times[number])

    def new_in(self, customers: Iterable[Customer]) -> int:
        """Return how many of these were never seen before."""
        return sum(each.customer_id not in self._runs for each in customers)

    def members(self, number: int) -> tuple[Customer, ...]:
        """Return who was surely in the list at an answer's moment, sorted by ID."""
        there = []
        for newest in self._runs.values():
            run: _Run | None = newest
            while run and run.first > number:
                run = run.before
            if run and number <= run.last:
                there.append(run.customer)
        return tuple(sorted(there, key=attrgetter("customer_id")))

    def latest(self) -> list[Customer]:
        """Return everybody ever seen, as last seen."""
        return [run.customer for run in self._runs.values()]

    @property
    def answers(self) -> int:
        """How many answers were noted."""
        return len(self.counts)

    @property
    def last_at(self) -> datetime:
        """When the newest answer came; there must be one."""
        return self._times[-1]

    @property
    def seen(self) -> int:
        """How many different customers were ever seen."""
        return len(self._runs)

    def _smallest(self) -> float:
        """Return the smallest gap where it is 0 or less; else anything above 0."""
        if self._least <= 0:
            self._least = min((gap for _, gap in self._gaps()), default=inf)
        return self._least

    def _dips(self) -> set[int]:
        """Return the answers whose count is below one before and one after."""
        counts = [count or 0 for count in self.counts]
        before = [*accumulate(counts, max)]
        after = [*accumulate(reversed(counts), max)][::-1]
        return {
            number
            for number, count in enumerate(counts)
            if count < before[number] and count < after[number]
        }

    def _gaps(self) -> list[tuple[int, int]]:
        known = accumulate(self._steps)
        return [
            (number, count - there)
            for number, (count, there) in enumerate(zip(self.counts, known, strict=False))
            if count is not None
        ]
