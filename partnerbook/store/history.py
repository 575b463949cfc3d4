"""One customer, or one list, in time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from partnerbook.model import (
    CARRIED,
    CUSTOMER_FIELDS,
    EVERYBODY,
    Customer,
    CustomerQuery,
    from_utc_text,
    utc_text,
)
from partnerbook.store.schema import lists, snapshots, versions
from partnerbook.store.snapshots import unpacked


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What Partner Center said of one customer, for a while.

    Attributes:
        valid_from: The first snapshot that said so. UTC.
        valid_to: The first snapshot that no longer did; None while it holds. UTC.
        changed: Fields that differ from the version before; empty for the first, and for one
            that came back unchanged.
        customer: The customer.
    """

    valid_from: datetime
    valid_to: datetime | None
    changed: tuple[str, ...]
    customer: Customer


class News(NamedTuple):
    """What happened to a list since it was first kept.

    Attributes:
        began: When it was first kept. UTC; None for a list that never was.
        versions: The versions of all of whom there is news, by customer ID, the oldest first.
    """

    began: datetime | None
    versions: Mapping[str, tuple[Version, ...]]


def before(
    connection: sa.Connection, after: sa.RowMapping, since: datetime | None
) -> sa.RowMapping | None:
    """Return the row of the exact snapshot to compare a newer one with, or None."""
    exact = (
        sa.select(snapshots, lists.c.account, lists.c.query)
        .join(lists)
        .where(
            snapshots.c.list_id == after["list_id"],
            snapshots.c.number <= after["number"],
            snapshots.c.missing_at_most == 0,
        )
        .limit(1)
    )
    newest = exact.order_by(snapshots.c.taken_at.desc(), snapshots.c.number.desc())
    if since is None:
        earlier = newest.where(snapshots.c.number < after["number"])
        return connection.execute(earlier).mappings().first()
    # It may be the newer one itself: then nothing was seen to change since.
    then = newest.where(snapshots.c.taken_at <= utc_text(since))
    found = connection.execute(then).mappings().first()
    if found is not None:
        return found
    oldest = exact.order_by(snapshots.c.taken_at, snapshots.c.number).where(
        snapshots.c.number < after["number"]
    )
    return connection.execute(oldest).mappings().first()


def versions_of(connection: sa.Connection, account: str, customer_id: str) -> tuple[Version, ...]:
    """Return every version of a customer, the oldest first.

    The list of everybody is read; where it never had the customer, the list that saw it last.
    """
    rows = connection.execute(
        _periods()
        .where(lists.c.account == account, versions.c.customer_id == customer_id)
        .order_by(versions.c.first)
    ).all()
    if not rows:
        return ()
    prints = [row.fingerprint for row in rows]
    wanted = EVERYBODY.fingerprint if EVERYBODY.fingerprint in prints else prints[-1]
    found: list[Version] = []
    api = None
    for row in rows:
        if row.fingerprint != wanted:
            continue
        _append(found, _version(row), CARRIED[api or row.api] & CARRIED[row.api])
        api = row.api
    return tuple(found)


def touched(connection: sa.Connection, account: str, query: CustomerQuery) -> News:
    """Return the news of a list. Of everybody else there is one version, as old as the list."""
    row = connection.execute(
        sa.select(lists.c.id, sa.func.min(snapshots.c.number).label("number"))
        .join(snapshots, snapshots.c.list_id == lists.c.id)
        .where(lists.c.account == account, lists.c.fingerprint == query.fingerprint)
        .group_by(lists.c.id)
    ).first()
    if row is None:
        return News(None, {})
    news = sa.select(versions.c.customer_id).where(
        versions.c.list_id == row.id, versions.c.first > row.number
    )
    rows = connection.execute(
        _periods()
        .where(versions.c.list_id == row.id, versions.c.customer_id.in_(news))
        .order_by(versions.c.customer_id, versions.c.first)
    ).all()
    found: dict[str, list[Version]] = {}
    api = None
    for each in rows:
        mine = found.setdefault(each.customer_id, [])
        said_before = api if mine and api else each.api
        _append(mine, _version(each), CARRIED[said_before] & CARRIED[each.api])
        api = each.api
    start = connection.scalar(
        sa.select(snapshots.c.taken_at).where(snapshots.c.number == row.number)
    )
    return News(from_utc_text(str(start)), {key: tuple(each) for key, each in found.items()})


def _periods() -> sa.Select[Any]:
    """Return the question for versions, each with its list and the snapshots around it."""
    began, ended = snapshots.alias(), snapshots.alias()
    return (
        sa.select(
            lists.c.fingerprint,
            versions.c.customer_id,
            versions.c.data,
            began.c.taken_at.label("began"),
            began.c.api,
            ended.c.taken_at.label("ended"),
        )
        .join(lists, lists.c.id == versions.c.list_id)
        .join(began, began.c.number == versions.c.first)
        .outerjoin(ended, ended.c.number == versions.c.end)
    )


def _version(row: sa.Row[Any]) -> Version:
    return Version(
        valid_from=from_utc_text(row.began),
        valid_to=from_utc_text(row.ended) if row.ended else None,
        changed=(),
        customer=unpacked(json.loads(row.data)),
    )


def _append(found: list[Version], version: Version, carried: frozenset[str]) -> None:
    if not found:
        found.append(version)
        return
    last = found[-1]
    changed = tuple(
        name
        for name in CUSTOMER_FIELDS
        if name in carried and getattr(last.customer, name) != getattr(version.customer, name)
    )
    if not changed and last.valid_to == version.valid_from:
        # Only the API was switched, and says more or less: nothing happened to the customer.
        found[-1] = replace(last, valid_to=version.valid_to, customer=version.customer)
        return
    found.append(replace(version, changed=changed))
