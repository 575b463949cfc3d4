"""Listings of a list that changes while it is walked, in every order.

The sandbox's backend is asked directly and the product's own walk asks: no sockets, no JSON, so
that the truth at the moment of every single answer is known. What the fetcher adds to a walk
(times one second wider, slices in any order) is added here too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

from partnerbook.client.fetch import SECOND
from partnerbook.errors import PartnerbookError
from partnerbook.model import Customer
from partnerbook.paging import Ask, Page, Proof, Walk
from partnerbook.sandbox.backend import Backend, Wanted
from partnerbook.sandbox.behaviour import ORDERS, Behaviour
from partnerbook.sandbox.people import people
from tests.bench.rows import Row, at_size

CHURN = (0.0, 0.05, 0.2)
"""Mean number of customers who join, leave or alter, per request."""

LISTINGS, CUSTOMERS = 2_000, 1_000
STILL, STILL_LISTINGS = (1_000, 5_000), 50

_START = datetime(2026, 1, 1, tzinfo=UTC)
_PAGE = 100


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Walk changing lists in every order, and still ones without any order."""
    cells = [(order, churn) for order in ORDERS for churn in CHURN]
    each = at_size(-(-LISTINGS // len(cells)), size)
    rows = [_changing(order, each, seed) for order in ORDERS]
    return rows + [_still(count, at_size(STILL_LISTINGS, size), seed) for count in STILL]


@dataclass(frozen=True, slots=True)
class Walked:
    """One walk, and how it compares with the truth at the moment it names.

    Attributes:
        proof: What the walk says.
        requests: How many answers it took.
        gap: How many customers of the true list it has not, or has otherwise.
        strangers: How many customers it has that were not so at that moment.
    """

    proof: Proof
    requests: int
    gap: int
    strangers: int

    @property
    def is_exact(self) -> bool:
        """Whether the walk claims to be exact."""
        return self.proof.missing_at_most == 0

    @property
    def is_wrong(self) -> bool:
        """Whether it claims to be exact and is not."""
        return self.is_exact and bool(self.gap or self.strangers)


def walked(*, customers: int, order: str, churn: float, seed: int) -> Walked:
    """Walk one list and compare it with the truth. The same seed is the same walk."""
    server = _Server(customers, order, churn, seed)
    steps = Walk(size=_PAGE).steps()
    try:
        asks = next(steps)
        while True:
            asks = steps.send(server.answers(asks))
    except StopIteration as end:
        proof: Proof = end.value
    truth = server.truth_at(proof.as_of)
    true = sum(truth.get(each.customer_id) == each for each in proof.customers)
    return Walked(proof, server.requests, len(truth) - true, len(proof.customers) - true)


class _Server:
    """The sandbox's backend, which keeps what was true at each of its answers."""

    def __init__(self, customers: int, order: str, churn: float, seed: int) -> None:
        behaviour = Behaviour(order=order, churn_per_request=churn, seed=seed)
        self._backend = Backend(_people(customers), (), behaviour)
        self._truths: list[tuple[Customer, ...]] = []
        self._revision = -1
        self._shuffle = Random(f"side by side {seed}").shuffle  # noqa: S311  no secrets here

    @property
    def requests(self) -> int:
        return len(self._truths)

    def answers(self, asks: tuple[Ask, ...]) -> tuple[Page, ...]:
        # Pages of one step are asked for side by side: they may be answered in any order.
        turns = list(range(len(asks)))
        self._shuffle(turns)
        pages = {turn: self._answer(asks[turn]) for turn in turns}
        return tuple(pages[turn] for turn in range(len(asks)))

    def truth_at(self, moment: datetime) -> dict[str, Customer]:
        truth = self._truths[int((moment - _START).total_seconds()) - 1]
        return {each.customer_id: each for each in truth}

    def _answer(self, ask: Ask) -> Page:
        wanted = Wanted(
            since=ask.since - SECOND if ask.since else None,
            until=ask.until + SECOND if ask.until else None,
        )
        found = self._backend.find(wanted, first=(ask.number - 1) * ask.size, size=ask.size)
        changed = self._revision != self._backend.revision
        self._revision = self._backend.revision
        self._truths.append(self._backend.customers if changed else self._truths[-1])
        return Page(found.count, found.rows, _START + timedelta(seconds=len(self._truths)))


@lru_cache(maxsize=8)
def _people(count: int) -> tuple[Customer, ...]:
    return people(count, count)


def _changing(order: str, each: int, seed: int) -> Row:
    seen: Counter[str] = Counter()
    broken = []
    for number, churn in enumerate(churn for churn in CHURN for _ in range(each)):
        chance = seed * 100_000 + number
        case = f"seed {chance}, order {order}, churn {churn}"
        try:
            walk = walked(customers=CUSTOMERS, order=order, churn=churn, seed=chance)
        except PartnerbookError as error:
            broken.append(f"{case}: {type(error).__name__}: {error}")
            continue
        seen[f"exact {churn}"] += walk.is_exact
        seen["wrong"] += walk.is_wrong
        seen["requests"] += walk.requests
        is_right = walk.strangers == 0 and walk.proof.missing_at_most == walk.gap
        seen["gaps"] += is_right
        if not is_right:
            broken.append(
                f"{case}: says at most {walk.proof.missing_at_most} missing, {walk.gap} are, "
                f"{walk.strangers} strangers; {walk.proof.notes}"
            )
    listings = each * len(CHURN)
    exact = ", ".join(f"{seen[f'exact {churn}'] / each:.0%} at {churn:g}" for churn in CHURN)
    return Row(
        promise="never says exact when it is not, and counts who is missing",
        fault=f"order {order}; 0, 0.05 and 0.2 changes a request; {CUSTOMERS:,} customers",
        mark=f'0 wrong "exact", the gap told is the true one in {listings}/{listings}',
        result=f"{seen['wrong']} wrong, gap true in {seen['gaps']}/{listings}; exact {exact}",
        passed=not broken and seen["gaps"] == listings,
        numbers={"listings": listings, **seen},
        broken=tuple(broken),
    )


def _still(count: int, listings: int, seed: int) -> Row:
    most = 4 * -(-count // _PAGE) + 10
    needed = []
    broken = []
    for number in range(listings):
        chance = seed * 100_000 + number
        walk = walked(customers=count, order="random", churn=0, seed=chance)
        needed.append(walk.requests)
        if not walk.is_exact or walk.is_wrong or walk.requests > most:
            broken.append(
                f"seed {chance}: gap {walk.proof.missing_at_most} (true {walk.gap}), "
                f"{walk.requests} requests, {walk.proof.method}"
            )
    return Row(
        promise="is exact without any order to rely on, through time slices",
        fault=f"rows shuffled for every request, nothing changes, {count:,} customers",
        mark=f"{listings}/{listings} exact in at most {most} requests",
        result=f"{listings - len(broken)}/{listings}; {min(needed)} to {max(needed)} requests",
        passed=not broken,
        numbers={"listings": listings, "requests": needed},
        broken=tuple(broken),
    )
