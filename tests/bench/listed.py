"""The rows that peers are given, in the program's own vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from partnerbook.model import EVERYBODY, Customer, Evidence, LedgerLine, Listing, Snapshot
from reports.ledger import Ledger
from tests.bench.people import Row, people
from tests.bench.weeks import LedgerRow, two_sides, two_weeks

NOW = datetime(2026, 7, 6, 6, tzinfo=UTC)
ACCOUNT = "partner@127.0.0.1"
FIELDS = (
    "customer_id",
    "account_name",
    "company_name",
    "associated_at",
    "association",
    "label",
    "telephone",
    "country_code",
    "account_manager",
    "email",
)
"""The field of each of `people.HEADINGS`."""


def customers_of(rows: Sequence[Row]) -> tuple[Customer, ...]:
    """Return the customers that rows describe."""
    return tuple(Customer(**dict(zip(FIELDS, row, strict=True))) for row in rows)


def listing_of(rows: Sequence[Row], at: datetime = NOW) -> Listing:
    """Return the exact listing of rows sorted by ID."""
    evidence = Evidence(requests=2, passes=2, method="interval certificate")
    return Listing(EVERYBODY, at, "sub-customers", customers_of(rows), evidence)


def listing(customers: int, seed: int) -> Listing:
    """Return an exact listing of so many."""
    return listing_of(sorted(people(customers, seed)))


def weeks(customers: int, seed: int) -> tuple[Snapshot, Snapshot]:
    """Return two snapshots, a week apart."""
    before, after = two_weeks(customers, seed)
    then = NOW - timedelta(days=7)
    return Snapshot(listing_of(before, then), ACCOUNT), Snapshot(listing_of(after), ACCOUNT)


def sides(customers: int, left: int, seed: int) -> tuple[Snapshot, Ledger]:
    """Return a snapshot and finance's file."""
    ours, theirs = two_sides(customers, left, seed)
    return Snapshot(listing_of(ours), ACCOUNT), _ledger(theirs)


def _ledger(rows: Sequence[LedgerRow]) -> Ledger:
    lines = tuple(
        LedgerLine(file="ledger.xlsx", sheet="Ledger", row=row, customer_id=key, company_name=name)
        for row, key, name in rows
    )
    return Ledger(
        file="ledger.xlsx",
        sheet="Ledger",
        sha256="0" * 64,
        form="xlsx",
        heading_row=1,
        headings={"customer_id": "Customer ID", "company_name": "Company name"},
        lines=lines,
    )
