"""Where a period ends, and who falls on another side of that end in another zone. Pure.

The API's times are UTC; the partner's bills are cut in GMT+8. Eight hours a month a customer
belongs to one month there and to another here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from partnerbook.model import Customer

BILLING = timezone(timedelta(hours=8), "+08:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoff:
    """The last day of a period.

    Attributes:
        day: The day; all of it belongs to the period.
        zone: Whose day it is: UTC, or `BILLING`.
    """

    day: date
    zone: tzinfo = UTC

    @property
    def end(self) -> datetime:
        """The first moment after the period. UTC."""
        return _end(self.day, self.zone)

    def is_after(self, customer: Customer) -> bool:
        """Return whether the customer was associated after the period; False where unknown."""
        return customer.associated_at is not None and customer.associated_at >= self.end

    def is_before(self, customer: Customer) -> bool:
        """Return whether the customer was associated before the month of the day."""
        start = _end(self.day.replace(day=1) - timedelta(days=1), self.zone)
        return customer.associated_at is not None and customer.associated_at < start

    def in_words(self) -> str:
        """Return the day with its zone: ``2026-03-31 (+08:00)``."""
        return f"{self.day.isoformat()} ({self.zone.tzname(None)})"


def flipping(customers: Iterable[Customer], cutoff: Cutoff) -> tuple[Customer, ...]:
    """Return who is inside the period in UTC and outside at GMT+8, or the other way round.

    Both ends of the period count: who joined in the last eight hours (UTC) of the month before
    belongs to this month at GMT+8.
    """
    before = cutoff.day.replace(day=1) - timedelta(days=1)
    windows = [sorted(_end(day, zone) for zone in (UTC, BILLING)) for day in (before, cutoff.day)]
    return tuple(
        customer
        for customer in customers
        if customer.associated_at
        and any(first <= customer.associated_at < last for first, last in windows)
    )


def _end(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
