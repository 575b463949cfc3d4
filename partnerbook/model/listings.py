"""Listings, snapshots, and the changes between them. Pure values."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Literal

from partnerbook.model.customers import CUSTOMER_FIELDS, Api, Customer, CustomerQuery

State = Literal["exact", "incomplete"]
ChangeKind = Literal["joined", "left", "came_back", "altered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was done to get a listing, so that its completeness can be judged.

    Attributes:
        requests: Requests sent, retries included.
        passes: How often the whole list was walked.
        method: ``"one page"``, ``"pages"``, ``"interval certificate"``, ``"time slices"``.
        notes: Sentences about what was met on the way; never a customer's data.
    """

    requests: int
    passes: int
    method: str
    notes: tuple[str, ...] = ()


UNBOUNDED = 2**31 - 1
"""How many may be missing from a listing of which nobody can say; fits a database's integer."""


@dataclass(frozen=True)
class Listing:
    """The answer to a query: the customers, and how complete the answer is.

    Attributes:
        query: The question.
        as_of: The moment for which the answer holds. UTC.
        api: The API that answered.
        customers: Every match that was found, sorted by ``customer_id``, nobody twice.
        evidence: What was done to get it.
        missing_at_most: How many customers may be missing; 0 means proven complete, `UNBOUNDED`
            that nobody can say.
        is_counted: Partner Center said how many there are. Nobody without a count may be a fault.

    Raises:
        ValueError: The customers are not sorted, or one came twice.
    """

    query: CustomerQuery
    as_of: datetime
    api: Api
    customers: tuple[Customer, ...]
    evidence: Evidence
    missing_at_most: int = 0
    is_counted: bool = dataclasses.field(default=True, compare=False)  # not kept in the store

    def __post_init__(self) -> None:
        if any(a.customer_id >= b.customer_id for a, b in pairwise(self.customers)):
            raise ValueError("customers must be sorted by customer_id, without duplicates")
        if self.as_of.utcoffset() is None:
            raise ValueError("as_of must have a time zone")
        if self.missing_at_most < 0:
            raise ValueError("missing_at_most must not be negative")

    @property
    def state(self) -> State:
        """``"exact"`` when nobody can be missing, else ``"incomplete"``."""
        return "incomplete" if self.missing_at_most else "exact"

    @property
    def count(self) -> int:
        """How many customers are in this answer."""
        return len(self.customers)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the question."""
        return self.query.fingerprint

    @cached_property
    def by_id(self) -> MappingProxyType[str, Customer]:
        """The customers keyed by ``customer_id``."""
        return MappingProxyType({c.customer_id: c for c in self.customers})


@dataclass(frozen=True)
class Snapshot:
    """A listing kept in the store.

    Attributes:
        listing: The listing; its ``as_of`` is the moment the snapshot was taken.
        account: Whose customers these are: ``partner_id@host``.
        number: The snapshot's number in its store, from 1; None before it is kept.
        kept_counts: `field_counts` as the store remembers them, for a snapshot that was read in
            part; None to count.
    """

    listing: Listing
    account: str
    number: int | None = None
    kept_counts: Mapping[str, int] | None = dataclasses.field(default=None, compare=False)

    @property
    def taken_at(self) -> datetime:
        """When the snapshot was taken. UTC."""
        return self.listing.as_of

    @cached_property
    def field_counts(self) -> Mapping[str, int]:
        """How many customers have a value, by field; unknown fields by their own names too."""
        if self.kept_counts is not None:
            return self.kept_counts
        customers = self.listing.customers
        counts = Counter(name for c in customers if c.extra for name, _ in c.extra)
        for name in CUSTOMER_FIELDS:
            # A tenth of the time of asking each customer: half a second of 100,000.
            empty = [*map(attrgetter(name), customers)].count(None)
            counts[name] = len(customers) - empty
        return {name: count for name, count in counts.items() if count}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to one customer between two snapshots of the same query.

    Attributes:
        customer_id: Whose change it is.
        kind: What happened.
        name: What a person would call the customer; the newer name where there are two.
        field: For ``altered``: the field of `Customer`; else None.
        before: For ``altered``: the older value; None when there was none.
        after: For ``altered``: the newer value; None when there is none now.
        days: For ``left`` and ``came_back``: whole days between association and the
            snapshot that no longer had the customer, or of absence; None when not known.
    """

    customer_id: str
    kind: ChangeKind
    name: str
    field: str | None = None
    before: Any = None
    after: Any = None
    days: int | None = None
