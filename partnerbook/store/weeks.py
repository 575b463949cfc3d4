"""The last weeks of one list, read together: what did not change between them is read once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import sqlalchemy as sa

from partnerbook.model import WEEK, Customer, CustomerQuery, Snapshot, utc_text
from partnerbook.store import snapshots
from partnerbook.store.schema import versions
from partnerbook.views.filters import moment_meant, zone_of


def week_before(  # noqa: PLR0913  keywords, each its own thing
    connection: sa.Connection,
    account: str,
    query: CustomerQuery,
    moment: datetime,
    *,
    zone: str,
    count: int = 1,
) -> datetime:
    """Return up to when an exact snapshot is some weeks older than a moment. UTC.

    A week is seven dates in a zone: of the snapshots of that date, the one nearest to the same
    time of day ends it, and where there is none, that time itself.
    """
    then = moment.astimezone(zone_of(zone)) - count * WEEK  # whatever the clocks did since
    day = then.date()
    found = snapshots.moments(
        connection,
        account,
        query,
        since=moment_meant(day, zone, eve=True),
        until=moment_meant(day, zone),
    )
    return min(found, key=lambda each: abs(each - then), default=then.astimezone(UTC))


def read(  # noqa: PLR0913, PLR0917  as Store.weeks
    connection: sa.Connection,
    account: str,
    query: CustomerQuery,
    until: datetime,
    count: int,
    zone: str,
) -> tuple[Snapshot, ...]:
    """Return the newest exact snapshot of each of the last weeks, the oldest first.

    The last week ends at `until`, each before it as `week_before` says; one without an exact
    snapshot is left out.
    """
    ends = [
        week_before(connection, account, query, until, zone=zone, count=number)
        for number in range(count, 0, -1)
    ]
    rows: list[sa.RowMapping] = []
    for begin, end in pairwise((*ends, until)):
        row = snapshots.first(connection, account, query, newest=True, until=end, exact=True)
        if row is not None and row["taken_at"] > utc_text(begin):
            rows.append(row)
    return _all(connection, rows) if rows else ()


def _all(connection: sa.Connection, rows: Sequence[sa.RowMapping]) -> tuple[Snapshot, ...]:
    numbers = [row["number"] for row in rows]
    held = connection.execute(
        sa.select(versions.c.first, versions.c.end, versions.c.data).where(
            versions.c.list_id == rows[0]["list_id"],
            versions.c.first <= max(numbers),
            sa.or_(versions.c.end.is_(None), versions.c.end > min(numbers)),
        )
    ).all()
    values = json.loads(f"[{','.join(row.data for row in held)}]")
    customers = [snapshots.unpacked(each) for each in values]

    def alive(number: int) -> list[Customer]:
        return [
            customer
            for row, customer in zip(held, customers, strict=True)
            if row.first <= number and (row.end is None or row.end > number)
        ]

    return tuple(snapshots.whole(row, alive(row["number"])) for row in rows)
