"""Earlier breaks of which this reconciliation cannot say whether they are gone. Pure.

Unreadable is not missing, and unknown is not gone: such a break keeps its state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from partnerbook.model import BreakKind
from reports.reconciliation.breaks import COMPARED, books_fit, id_of
from reports.reconciliation.facing import Sides
from reports.reconciliation.register import Entry

_KEYS = frozenset({"xaccount_id", "customer_id", "account_name", "company_name", "email", "phone"})


def unjudged(sides: Sides, before: Mapping[str, Entry]) -> frozenset[str]:
    """Return the IDs of breaks that must not be called gone.

    Args:
        sides: What is compared this time.
        before: The register of the last time, by break ID.
    """
    if not before:
        return frozenset()
    found = {*_of_absent(sides, before), *_of_spoilt_rows(sides), *_of_lost_rows(sides, before)}
    if not books_fit(sides):
        found.update(_of_kinds(before, {"association"}))
    return frozenset(found & before.keys())


def _of_absent(sides: Sides, before: Mapping[str, Entry]) -> Iterable[str]:
    """Return all breaks but those of customers who are listed, for a listing that is not exact."""
    if sides.sure:
        return ()
    listed = sides.snapshot.listing.by_id
    return before.keys() - {key for one in listed for key in _of_customer(one)}


def _of_spoilt_rows(sides: Sides) -> Iterator[str]:
    """Yield the breaks that a spoilt cell of a customer's row may or may not have settled."""
    others = sides.others()
    spoilt: dict[int, list[str]] = {}
    for damage in sides.ledger.damaged:
        spoilt.setdefault(damage.row, []).append(damage.field)
    for match in sides.matching.confirmed if spoilt else ():
        for row in (match.row, *others.get(match.row, ())):
            for field in spoilt.get(row, ()):
                if field == "amount":
                    yield id_of("association", match.customer_id)
                elif field in COMPARED:
                    yield id_of("different", match.customer_id, field)


def _of_lost_rows(sides: Sides, before: Mapping[str, Entry]) -> Iterator[str]:
    """Yield the breaks of customers whose row may be one that a spoilt ID or name hides."""
    matching = sides.matching
    spoilt = {damage.row for damage in sides.ledger.damaged if damage.field in _KEYS}
    if spoilt.isdisjoint(matching.unmatched):
        return
    yield from _of_kinds(before, {"twice"})
    found = {match.customer_id for match in matching.confirmed}
    for one in sides.snapshot.listing.by_id:
        if one not in found:
            yield id_of("association", one)
            yield from (id_of("different", one, field) for field in COMPARED)


def _of_customer(customer_id: str) -> Sequence[str]:
    kinds: tuple[BreakKind, ...] = ("not_in_ledger", "timing", "association")
    return [
        *(id_of(kind, customer_id) for kind in kinds),
        id_of("twice", "customer_id", customer_id),
        *(id_of("different", customer_id, field) for field in COMPARED),
    ]


def _of_kinds(before: Mapping[str, Entry], kinds: Collection[BreakKind]) -> Iterator[str]:
    return (key for key, entry in before.items() if entry.kind in kinds)
