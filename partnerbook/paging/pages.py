"""Questions and answers of a walk. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from partnerbook.model import Customer


@dataclass(frozen=True, slots=True)
class Ask:
    """One page that a walk wants.

    Attributes:
        number: Which page, from 1.
        size: Customers per page.
        since: First association time of a slice. UTC; None for the whole list.
        until: Last association time of a slice, included. UTC; None for the whole list.
        is_beyond: By the count there is no such page: then an error is an answer too.
    """

    number: int
    size: int
    since: datetime | None = None
    until: datetime | None = None
    is_beyond: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One answer.

    Attributes:
        count: How many customers the list, or the slice asked for, holds at that moment; those of
            this page where the answer did not say it.
        customers: Those of this page.
        at: When the answer came. UTC.
        is_bare: The answer did not even say that nobody was found: a fault can look like this.
        is_counted: The answer said how many there are.
        notes: Sentences about values that were not of the promised type.
    """

    count: int
    customers: tuple[Customer, ...]
    at: datetime
    is_bare: bool = False
    is_counted: bool = True
    notes: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        count: int | None,
        customers: tuple[Customer, ...],
        at: datetime,
        *,
        is_bare: bool,
        notes: frozenset[str],
    ) -> Self:
        """Return a page whose count may be missing, which is fine where nobody was found."""
        return cls(
            len(customers) if count is None else count,
            customers,
            at,
            is_bare=is_bare,
            is_counted=count is not None,
            notes=notes,
        )

    @property
    def is_silent(self) -> bool:
        """Whether it brings nobody and counts nobody."""
        return not self.customers and not self.count


@dataclass(frozen=True, slots=True)
class Refused:
    """The server refused a page as one that does not exist."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """What a walk found, and how complete it surely is.

    Attributes:
        customers: Sorted by ID, nobody twice.
        as_of: The moment for which it holds. UTC.
        missing_at_most: How many more the list held at that moment; 0 means none,
            `UNBOUNDED` that nobody can say.
        passes: How often the whole list was walked.
        method: ``"one page"``, ``"interval certificate"`` or ``"time slices"``.
        notes: What was met on the way.
        is_counted: The newest answer about the whole list gave a count; one of nobody need not.
    """

    customers: tuple[Customer, ...]
    as_of: datetime
    missing_at_most: int
    passes: int
    method: str
    notes: tuple[str, ...]
    is_counted: bool = True
