"""Twelve weeks of a list, read together: the same as each snapshot read alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from partnerbook.model import EVERYBODY, Customer, CustomerQuery, Snapshot
from partnerbook.store import Store

ACCOUNT = "p@host"
NOW = datetime(2026, 5, 11, 6, 0, tzinfo=UTC)


def test_each_week_has_its_newest_exact_snapshot_as_it_was(
    store_url: str, make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    with Store(store_url) as store:

        def keep(days: float, *numbers: int, label: str = "a", missing: int = 0) -> Snapshot:
            made = (make_customer(n, label=label) for n in numbers)
            listing = make_snapshot(*made, missing_at_most=missing).listing
            return store.add(listing, ACCOUNT, NOW - timedelta(days=days))

        keep(90, 1)
        third = keep(21, 1, 2)
        keep(10, 1)
        last = keep(8, 1, 2, 3, label="b")
        keep(7.5, 1, missing=2)
        now = keep(0, 2, 3, 4)
        other = CustomerQuery(company="x")
        store.add(replace(now.listing, query=other), ACCOUNT, NOW)

        weeks = store.weeks(ACCOUNT, EVERYBODY, NOW, 12)

        assert [week.number for week in weeks] == [third.number, last.number, now.number]
        for week in weeks:
            alone = store.newest(ACCOUNT, EVERYBODY, until=week.taken_at, exact=True)
            assert week == alone
        assert store.weeks(ACCOUNT, EVERYBODY, NOW - timedelta(days=200), 12) == ()
        assert store.weeks("nobody", EVERYBODY, NOW, 12) == ()


def test_a_snapshot_exactly_a_week_old_is_of_the_week_before(
    store_url: str, make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    with Store(store_url) as store:
        for weeks in (2, 1, 0):
            listing = make_snapshot(make_customer(1)).listing
            store.add(listing, ACCOUNT, NOW - timedelta(weeks=weeks))

        assert [week.taken_at for week in store.weeks(ACCOUNT, EVERYBODY, NOW, 2)] == [
            NOW - timedelta(weeks=1),
            NOW,
        ]


def test_a_snapshot_seconds_younger_than_a_week_is_of_the_week_before(
    store_url: str, make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    with Store(store_url) as store:
        for weeks, seconds in ((2, 2), (1, 12), (0, 0)):
            listing = make_snapshot(make_customer(1)).listing
            moment = NOW - timedelta(weeks=weeks) + timedelta(seconds=seconds)
            store.add(listing, ACCOUNT, moment)

        found = store.weeks(ACCOUNT, EVERYBODY, NOW, 12)

        assert [(NOW - week.taken_at).total_seconds() for week in found] == [
            14 * 86_400 - 2,
            7 * 86_400 - 12,
            0,
        ]
