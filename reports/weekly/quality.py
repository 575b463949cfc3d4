"""What customers' details lack. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from partnerbook.model import Customer
from partnerbook.text import is_masked
from reports.weekly.data import Flaw

PATIENCE = timedelta(days=30)
"""How long a customer may be with us before not being verified is a flaw."""


def flaws(shown: Iterable[Customer], until: datetime, carried: frozenset[str]) -> tuple[Flaw, ...]:
    """Return each flaw that the API's fields can show, with whose details have it.

    Args:
        shown: The customers to look at, in their order.
        until: The moment for which their details hold. UTC.
        carried: Fields that the API carries: of the others nothing is known.
    """

    def unverified(customer: Customer) -> bool:
        since = customer.associated_at
        open_still = customer.verification not in (None, "2")
        return open_still and since is not None and until - since > PATIENCE

    tests: tuple[tuple[str, str, Callable[[Customer], bool]], ...] = (
        ("long unverified", "verification", unverified),
        ("no company", "company_name", lambda each: not (each.company_name or "").strip()),
        ("no label", "label", lambda each: not (each.label or "").strip()),
        ("masked phone", "telephone", lambda each: is_masked(each.telephone or "")),
    )
    customers = tuple(shown)
    return tuple(
        Flaw(key=key, field=field, ids=tuple(c.customer_id for c in customers if has(c)))
        for key, field, has in tests
        if field in carried
    )
