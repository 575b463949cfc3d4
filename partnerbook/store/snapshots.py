"""Snapshots as changes in time: kept, read back, and compared, each within one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from partnerbook import __version__
from partnerbook.model import (
    CUSTOMER_FIELDS,
    Customer,
    CustomerQuery,
    Evidence,
    Listing,
    Snapshot,
    from_utc_text,
    utc_text,
)
from partnerbook.resting import collector_resting
from partnerbook.store.schema import lists, snapshots, versions


def add(connection: sa.Connection, listing: Listing, account: str) -> Snapshot:
    """Keep a listing as a snapshot: one row, and a version for each customer that differs.

    Only an exact listing ends a customer's life. What an incomplete one did not see is
    remembered as not checked.
    """
    list_id = _list_id(connection, account, listing.query)
    alive = sa.select(versions.c.customer_id, versions.c.data).where(
        versions.c.list_id == list_id, versions.c.end.is_(None)
    )
    held: dict[str, str] = {row[0]: row[1] for row in connection.execute(alive)}
    seen = {each.customer_id: _pack(each) for each in listing.customers}
    unseen = sorted(held.keys() - seen.keys())
    counts = Snapshot(listing, account).field_counts
    key = connection.execute(
        snapshots.insert().values(
            list_id=list_id,
            taken_at=utc_text(listing.as_of),
            api=listing.api,
            count=listing.count,
            missing_at_most=listing.missing_at_most,
            not_checked=_to_json([] if listing.state == "exact" else unseen),
            evidence=_to_json(asdict(listing.evidence)),
            field_counts=_to_json(counts),
            tool_version=__version__,
        )
    ).inserted_primary_key
    number: int = key[0]  # type: ignore[index]  # an insert of one row has a key
    fresh = [each for each, data in seen.items() if held.get(each) != data]
    ended = [each for each in fresh if each in held]
    _end(connection, list_id, ended + (unseen if listing.state == "exact" else []), number)
    if fresh:
        connection.execute(
            versions.insert(),
            [
                {"list_id": list_id, "customer_id": each, "first": number, "data": seen[each]}
                for each in fresh
            ],
        )
    return Snapshot(listing=listing, account=account, number=number, kept_counts=counts)


def first(  # noqa: PLR0913  keywords, each a choice of the caller's
    connection: sa.Connection,
    account: str,
    query: CustomerQuery,
    *,
    newest: bool,
    until: datetime | None = None,
    exact: bool = False,
) -> sa.RowMapping | None:
    """Return the row of the newest or oldest snapshot of a query, or None."""
    order = snapshots.c.taken_at.desc() if newest else snapshots.c.taken_at.asc()
    chosen = (
        sa.select(snapshots, lists.c.account, lists.c.query)
        .join(lists)
        .where(lists.c.account == account, lists.c.fingerprint == query.fingerprint)
        # Of two snapshots in one second, the one kept later is the newer.
        .order_by(order, snapshots.c.number.desc() if newest else snapshots.c.number.asc())
        .limit(1)
    )
    if until is not None:
        chosen = chosen.where(snapshots.c.taken_at <= utc_text(until))
    if exact:
        chosen = chosen.where(snapshots.c.missing_at_most == 0)
    return connection.execute(chosen).mappings().first()


def moments(
    connection: sa.Connection,
    account: str,
    query: CustomerQuery,
    since: datetime,
    until: datetime,
) -> list[datetime]:
    """Return when the exact snapshots of a query were taken after one moment, up to another."""
    chosen = (
        sa.select(snapshots.c.taken_at)
        .join(lists)
        .where(lists.c.account == account, lists.c.fingerprint == query.fingerprint)
        .where(snapshots.c.taken_at > utc_text(since), snapshots.c.taken_at <= utc_text(until))
        .where(snapshots.c.missing_at_most == 0)
        .order_by(snapshots.c.taken_at)
    )
    return [from_utc_text(each) for each in connection.scalars(chosen)]


def read(connection: sa.Connection, row: sa.RowMapping) -> Snapshot:
    """Return the whole snapshot of a row."""
    # Joined where they lie: a hundred thousand rows handed over one by one cost a quarter second.
    held = sa.select(sa.func.aggregate_strings(versions.c.data, ",")).where(*_alive(row))
    with collector_resting():
        return whole(row, _unpack(connection.scalar(held) or ""))


def read_changed(
    connection: sa.Connection, before: sa.RowMapping, after: sa.RowMapping
) -> tuple[Snapshot, Snapshot]:
    """Return two snapshots of one list, each without the customers that are equal in both.

    Comparing these gives the same changes as comparing the whole, and reads little.
    """
    between = sa.or_(
        sa.and_(versions.c.first > before["number"], versions.c.first <= after["number"]),
        sa.and_(versions.c.end > before["number"], versions.c.end <= after["number"]),
    )
    touched = sa.select(versions.c.customer_id).where(
        versions.c.list_id == after["list_id"], between
    )
    ids = set(connection.scalars(touched))
    ids.update(json.loads(before["not_checked"]), json.loads(after["not_checked"]))

    def part(row: sa.RowMapping) -> Snapshot:
        found: list[str] = []
        for some in _batches(sorted(ids)):
            chosen = sa.select(versions.c.data).where(
                *_alive(row), versions.c.customer_id.in_(some)
            )
            found += connection.scalars(chosen)
        return whole(row, _unpack(",".join(found)))

    return part(before), part(after)


def ids_before(connection: sa.Connection, row: sa.RowMapping) -> frozenset[str]:
    """Return the ID of every customer that the list had in any snapshot before this one."""
    chosen = sa.select(versions.c.customer_id).where(
        versions.c.list_id == row["list_id"], versions.c.first < row["number"]
    )
    return frozenset(connection.scalars(chosen))


def _list_id(connection: sa.Connection, account: str, query: CustomerQuery) -> int:
    chosen = sa.select(lists.c.id).where(
        lists.c.account == account, lists.c.fingerprint == query.fingerprint
    )
    found = connection.scalar(chosen)
    if found is not None:
        return int(found)
    key = connection.execute(
        lists.insert().values(
            account=account, fingerprint=query.fingerprint, query=_to_json(query.given())
        )
    ).inserted_primary_key
    return int(key[0])  # type: ignore[index]  # an insert of one row has a key


def _end(connection: sa.Connection, list_id: int, ids: list[str], number: int) -> None:
    for some in _batches(ids):
        connection.execute(
            versions.update()
            .where(
                versions.c.list_id == list_id,
                versions.c.end.is_(None),
                versions.c.customer_id.in_(some),
            )
            .values(end=number)
        )


def _alive(row: sa.RowMapping) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        versions.c.list_id == row["list_id"],
        versions.c.first <= row["number"],
        sa.or_(versions.c.end.is_(None), versions.c.end > row["number"]),
    )


def whole(row: sa.RowMapping, held: Iterable[Customer]) -> Snapshot:
    """Return the snapshot of a row, with the customers that it held."""
    evidence = json.loads(row["evidence"])
    evidence["notes"] = tuple(evidence["notes"])
    unseen = frozenset(json.loads(row["not_checked"]))
    seen = [each for each in held if each.customer_id not in unseen] if unseen else held
    listing = Listing(
        query=CustomerQuery.from_given(json.loads(row["query"])),
        as_of=from_utc_text(row["taken_at"]),
        api=row["api"],
        customers=tuple(sorted(seen, key=attrgetter("customer_id"))),
        evidence=Evidence(**evidence),
        missing_at_most=row["missing_at_most"],
    )
    return Snapshot(
        listing=listing,
        account=row["account"],
        number=row["number"],
        kept_counts=json.loads(row["field_counts"]),
    )


def _pack(customer: Customer) -> str:
    values = list(customer.as_json().values())
    return _to_json([*values, dict(customer.extra)] if customer.extra else values)


def _unpack(packed: str) -> Iterator[Customer]:
    # One long JSON list is read three times as fast as many short ones.
    return map(unpacked, json.loads(f"[{packed}]"))


def unpacked(values: list[Any]) -> Customer:
    """Return the customer that a version's list of values holds."""
    extra = values.pop() if isinstance(values[-1], dict) else None
    # A list written before a field existed is shorter: the API did not say.
    known: dict[str, Any] = dict(zip(CUSTOMER_FIELDS, values, strict=False))
    if known["associated_at"]:
        known["associated_at"] = from_utc_text(known["associated_at"])
    if extra:
        known["extra"] = tuple(sorted(extra.items()))
    return Customer(**known)


def _batches(ids: list[str]) -> Iterator[list[str]]:
    # SQLite allows 32,766 values in one statement; some builds allow 999.
    for start in range(0, len(ids), 900):
        yield ids[start : start + 900]


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
