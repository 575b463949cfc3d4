"""What goes out: one request, ready to be signed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from partnerbook.model import Api
from partnerbook.paging import Ask, Page
from partnerbook.views.filters import Narrowing

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The API takes association times only in pairs: these stand for a bound nobody gave."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, not yet signed.

    Attributes:
        method: HTTP method.
        target: Path and query, escaped as they go on the wire.
        body: Exact bytes; empty for none.
        name: What to call it in logs and messages: no customer's data, no secret.
    """

    method: str
    target: str = field(repr=False)
    body: bytes = field(repr=False)
    name: str


class CustomerApi(Protocol):
    """One of the two customer APIs."""

    @property
    def name(self) -> Api:
        """Its name in listings and settings."""

    def request(self, narrowing: Narrowing, ask: Ask) -> Request:
        """Return the request for one page; times are sent as they are in `narrowing`."""

    def page(self, body: bytes, at: datetime) -> Page:
        """Return the page that a successful answer's body holds.

        Raises:
            WireError: The body breaks a rule; the message names it.
        """


def time_pair(narrowing: Narrowing) -> tuple[str, str] | None:
    """Return both bounds as the APIs write times, or None when there are none."""
    if narrowing.since is None and narrowing.until is None:
        return None
    return _stamp(narrowing.since or FIRST), _stamp(narrowing.until or LAST)


def _stamp(moment: datetime) -> str:
    # Outside of these bounds lies nobody; a wider year would not fit the 20 characters.
    return min(max(moment.astimezone(UTC), FIRST), LAST).strftime("%Y-%m-%dT%H:%M:%SZ")
