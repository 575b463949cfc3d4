"""What customers' details lack. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import compress
from operator import attrgetter

from partnerbook.model import Customer
from partnerbook.text import is_masked
from reports.weekly.data import Flaw

PATIENCE = timedelta(days=30)
"""How long a customer may be with us before not being verified is a flaw."""

_TESTS: tuple[tuple[str, str, Callable[[str | None], bool]], ...] = (
    ("long unverified", "verification", lambda value: value not in (None, "2")),
    ("no company", "company_name", lambda value: not (value or "").strip()),
    ("no label", "label", lambda value: not (value or "").strip()),
    ("masked phone", "telephone", lambda value: is_masked(value or "")),
)


def flaws(shown: Iterable[Customer], until: datetime, carried: frozenset[str]) -> tuple[Flaw, ...]:
    """Return each flaw that the API's fields can show, with whose details have it.

    Args:
        shown: The customers to look at, in their order.
        until: The moment for which their details hold. UTC.
        carried: Fields that the API carries: of the others nothing is known.
    """
    customers = tuple(shown)
    found = []
    for key, field, lacks in _TESTS:
        if field not in carried:
            continue
        values = list(map(attrgetter(field), customers))
        # Each value is looked at once: a hundred thousand customers have few labels.
        lacking = {value for value in set(values) if lacks(value)}
        concerned: Iterable[Customer] = compress(customers, map(lacking.__contains__, values))
        if key == "long unverified":
            concerned = (each for each in concerned if _is_long(each.associated_at, until))
        found.append(Flaw(key=key, field=field, ids=tuple(c.customer_id for c in concerned)))
    return tuple(found)


def _is_long(since: datetime | None, until: datetime) -> bool:
    return since is not None and until - since > PATIENCE
