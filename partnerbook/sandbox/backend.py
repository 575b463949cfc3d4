"""The customers behind the APIs, and how they are found. No HTTP, no clock.

One answer is atomic: its rows and its count are taken under one lock, as the proof of
completeness assumes. Settings break that assumption on purpose (``count_lag``).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from partnerbook.model import Customer
from partnerbook.sandbox.behaviour import Behaviour
from partnerbook.sandbox.people import LABELS, company_name, person
from partnerbook.sandbox.weeks import Week

_NEVER = datetime.min.replace(tzinfo=UTC)
_CHURN_FROM = 100_000  # numbers of customers who join by churn start here, above all others
_CACHED = 256  # answers kept until the customers change


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an API narrows by. None never narrows; a text narrows by its middle.

    Attributes:
        account: Part of the account name, in any case.
        company: Part of the company name, in any case.
        label: Part of the label, in exactly this case.
        association: Association type.
        since: Associated at this moment or later.
        until: Associated at this moment or earlier.
        customer_id: The whole ID.
    """

    account: str | None = None
    company: str | None = None
    label: str | None = None
    association: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Part of an answer: how many there are in all, and the rows that were asked for.

    `beyond` is True when the rows were asked for beyond the last one.
    """

    count: int
    rows: tuple[Customer, ...]
    beyond: bool


class Backend:
    """Customers, the week they are in, and how the APIs are to behave.

    Args:
        start: The customers of week 1.
        weeks: What happens in week 2 and later.
        behaviour: The settings at the start and after a reset.
    """

    def __init__(
        self, start: Iterable[Customer], weeks: tuple[Week, ...], behaviour: Behaviour
    ) -> None:
        self._start = {customer.customer_id: customer for customer in start}
        self._weeks = weeks
        self._first_behaviour = behaviour
        self._lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Put everything back as it was at the start."""
        with self._lock:
            self.behaviour = self._first_behaviour
            self.week = 1
            self.revision = 0
            self._rng = Random(f"chances {self.behaviour.seed}")  # noqa: S311  faults, no secrets
            self._joined = 0
            self._past: deque[dict[str, Customer]] = deque(maxlen=1)
            self._put(dict(self._start))

    @property
    def last_week(self) -> int:
        """The number of the last week that is scripted."""
        return len(self._weeks) + 1

    @property
    def customers(self) -> tuple[Customer, ...]:
        """The truth: everybody, sorted by ID."""
        with self._lock:
            return tuple(self._customers[key] for key in sorted(self._customers))

    def configure(self, given: Any) -> Behaviour:
        """Change some settings and return all of them.

        Raises:
            ValueError: A setting is unknown or outside its limits; nothing was changed.
        """
        with self._lock:
            self.behaviour = self.behaviour.with_settings(given)
            if "seed" in given:
                self._rng = Random(f"chances {self.behaviour.seed}")  # noqa: S311  as above
            self._past = deque(self._past, maxlen=self.behaviour.count_lag + 1)
            self._answers.clear()
            return self.behaviour

    def play_week(self, week: int) -> None:
        """Go to a week: forward from here, or back to the start and forward from there.

        Raises:
            ValueError: There is no such week.
        """
        if not 1 <= week <= self.last_week:
            raise ValueError(f"week must be a number from 1 to {self.last_week}")
        with self._lock:
            if week <= self.week:
                self.week = 1
                self._put(dict(self._start))
            for each in self._weeks[self.week - 1 : week - 1]:
                self._put(each.played_on(self._customers))
            self.week = week

    def alter(
        self,
        *,
        add: Iterable[Customer] = (),
        remove: Iterable[str] = (),
        change: Iterable[tuple[str, Mapping[str, Any]]] = (),
    ) -> None:
        """Add, remove and change customers, all or none.

        Raises:
            ValueError: Somebody to add is there already, or somebody else is not.
        """
        with self._lock:
            after = dict(self._customers)
            for customer_id in remove:
                if after.pop(customer_id, None) is None:
                    raise ValueError(f"there is no customer {customer_id!r} to remove")
            for customer_id, values in change:
                if customer_id not in after:
                    raise ValueError(f"there is no customer {customer_id!r} to change")
                after[customer_id] = replace(after[customer_id], **values)
            for customer in add:
                if customer.customer_id in after:
                    raise ValueError(f"customer {customer.customer_id!r} is there already")
                after[customer.customer_id] = customer
            self._put(after)

    def chance(self) -> float:
        """Return the next seeded number from 0 to 1."""
        with self._lock:
            return self._rng.random()

    def find(self, wanted: Wanted, *, first: int, size: int) -> Found:
        """Return the rows from `first` (counted from 0), at most `size`, and the total.

        One call is one request: churn happens before it.
        """
        with self._lock:
            self._churn()
            self._past.append(self._customers)
            rows = self._matching(wanted)
            count = len(rows)
            if self.behaviour.count_lag:
                selects = self._selector(wanted)
                count = sum(map(selects, self._past[0].values()))
            beyond = first > 0 and first >= len(rows)
            if beyond and self.behaviour.beyond_last == "first":
                first = 0
            return Found(count, tuple(rows[first : first + size]), beyond)

    def _put(self, customers: dict[str, Customer]) -> None:
        # Never changed in place: the lagging count still looks at older ones.
        self._customers = customers
        self._answers: dict[Wanted, list[Customer]] = {}
        self.revision += 1

    def _matching(self, wanted: Wanted) -> list[Customer]:
        if (known := self._answers.get(wanted)) is not None:
            return known
        rows = list(filter(self._selector(wanted), self._customers.values()))
        order = self.behaviour.order
        if order.startswith("random"):
            self._rng.shuffle(rows)
        if order != "random":
            rows.sort(key=_ORDER[order], reverse=order == "newest")
        if not order.startswith("random"):
            if len(self._answers) >= _CACHED:
                self._answers.clear()
            self._answers[wanted] = rows
        return rows

    def _selector(self, wanted: Wanted) -> Callable[[Customer], bool]:
        account, company = _lower(wanted.account), _lower(wanted.company)
        # The pages do not say whether the ends belong to the range: both readings exist here.
        edge = timedelta(seconds=self.behaviour.bounds == "exclusive")
        since = wanted.since + edge if wanted.since else None
        until = wanted.until - edge if wanted.until else None

        def selects(c: Customer) -> bool:
            moment = c.associated_at
            if (since or until) and moment is None:
                return False
            if moment and ((since and moment < since) or (until and moment > until)):
                return False
            return (
                (account is None or account in (c.account_name or "").lower())
                and (company is None or company in (c.company_name or "").lower())
                and (wanted.label is None or wanted.label in (c.label or ""))
                and wanted.association in (None, c.association)
                and wanted.customer_id in (None, c.customer_id)
            )

        return selects

    def _churn(self) -> None:
        whole, part = divmod(self.behaviour.churn_per_request, 1)
        # The draw happens always, so that the setting changes nothing else that is seeded.
        times = int(whole) + (self._rng.random() < part)
        for _ in range(times):
            self._put(self._churned())

    def _churned(self) -> dict[str, Customer]:
        after = dict(self._customers)
        what = self._rng.random()
        if what < 0.35 or not after:
            self._joined += 1
            newest = max((c.associated_at for c in after.values() if c.associated_at), default=None)
            moment = newest or datetime(2025, 12, 1, tzinfo=UTC)
            moment += timedelta(seconds=self._rng.randrange(1, 30))
            newcomer = person(self._rng, _CHURN_FROM + self._joined, moment)
            return after | {newcomer.customer_id: newcomer}
        customer = after[self._rng.choice(list(after))]
        if what < 0.65:
            del after[customer.customer_id]
        elif what < 0.85 and customer.company_name:
            name = company_name(self._rng, customer.country_code)
            after[customer.customer_id] = replace(customer, company_name=name)
        else:
            others = [label for label in LABELS if label != customer.label]
            after[customer.customer_id] = replace(customer, label=self._rng.choice(others))
        return after


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


_ORDER: dict[str, Callable[[Customer], Any]] = {
    "newest": lambda c: (c.associated_at or _NEVER, c.customer_id),
    "oldest": lambda c: (c.associated_at or _NEVER, c.customer_id),
    "account": lambda c: (c.account_name or "", c.customer_id),
    "random-ties": lambda c: c.association or "",
}
