"""The last weeks of one list, read together: what did not change between them is read once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from partnerbook.model import WEEK, Customer, CustomerQuery, Snapshot, utc_text
from partnerbook.store import snapshots
from partnerbook.store.schema import versions


def read(
    connection: sa.Connection, account: str, query: CustomerQuery, until: datetime, count: int
) -> tuple[Snapshot, ...]:
    """Return the newest exact snapshot of each of the last weeks, the oldest first.

    A week here is seven days that end at `until`, or whole weeks before it; one without an
    exact snapshot is left out.
    """
    rows: list[sa.RowMapping] = []
    for number in range(count - 1, -1, -1):
        end = until - number * WEEK
        row = snapshots.first(connection, account, query, newest=True, until=end, exact=True)
        if row is not None and row["taken_at"] > utc_text(end - WEEK):
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
