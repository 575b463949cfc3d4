"""One customer, or one list, in time."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

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
    began, ended = snapshots.alias(), snapshots.alias()
    rows = connection.execute(
        sa.select(
            lists.c.fingerprint,
            versions.c.data,
            began.c.taken_at.label("began"),
            began.c.api,
            ended.c.taken_at.label("ended"),
        )
        .join(lists, lists.c.id == versions.c.list_id)
        .join(began, began.c.number == versions.c.first)
        .outerjoin(ended, ended.c.number == versions.c.end)
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
        version = Version(
            valid_from=from_utc_text(row.began),
            valid_to=from_utc_text(row.ended) if row.ended else None,
            changed=(),
            customer=unpacked(json.loads(row.data)),
        )
        _append(found, version, CARRIED[api or row.api] & CARRIED[row.api])
        api = row.api
    return tuple(found)


def touched(
    connection: sa.Connection, account: str, query: CustomerQuery
) -> tuple[datetime | None, dict[str, tuple[Version, ...]]]:
    """Return when a list was first kept, and the versions of all of whom it has news since.

    Of everybody else there is one version, as old as the list. None for a list never kept.
    """
    row = connection.execute(
        sa.select(lists.c.id, sa.func.min(snapshots.c.number).label("number"))
        .join(snapshots, snapshots.c.list_id == lists.c.id)
        .where(lists.c.account == account, lists.c.fingerprint == query.fingerprint)
        .group_by(lists.c.id)
    ).first()
    if row is None:
        return None, {}
    began, ended = snapshots.alias(), snapshots.alias()
    news = sa.select(versions.c.customer_id).where(
        versions.c.list_id == row.id, versions.c.first > row.number
    )
    rows = connection.execute(
        sa.select(
            versions.c.customer_id,
            versions.c.data,
            began.c.taken_at.label("began"),
            began.c.api,
            ended.c.taken_at.label("ended"),
        )
        .join(began, began.c.number == versions.c.first)
        .outerjoin(ended, ended.c.number == versions.c.end)
        .where(versions.c.list_id == row.id, versions.c.customer_id.in_(news))
        .order_by(versions.c.customer_id, versions.c.first)
    ).all()
    found: dict[str, list[Version]] = {}
    api = None
    for each in rows:
        mine = found.setdefault(each.customer_id, [])
        version = Version(
            valid_from=from_utc_text(each.began),
            valid_to=from_utc_text(each.ended) if each.ended else None,
            changed=(),
            customer=unpacked(json.loads(each.data)),
        )
        _append(mine, version, CARRIED[(api if mine else None) or each.api] & CARRIED[each.api])
        api = each.api
    start = connection.scalar(
        sa.select(snapshots.c.taken_at).where(snapshots.c.number == row.number)
    )
    return from_utc_text(str(start)), {key: tuple(each) for key, each in found.items()}


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
