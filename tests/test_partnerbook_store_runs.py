"""Runs in the store: planned once, moved by compare and set, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from partnerbook.store import Run, Store

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
RUN = Run(
    key="weekly/sales/2026-W47",
    recipient="head@example.com",
    state="planned",
    digest="d" * 64,
    file="a.eml",
    changed_at=NOW,
)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as opened:
        yield opened


def test_the_first_plan_holds(store: Store) -> None:
    assert store.plan_run(RUN) == RUN
    assert store.plan_run(replace(RUN, file="b.eml", digest="e" * 64)) == RUN
    assert store.runs(RUN.key) == (RUN,)


def test_a_run_moves_only_from_the_state_it_is_in(store: Store) -> None:
    store.plan_run(RUN)
    later = NOW + timedelta(seconds=1)

    assert store.move_run(RUN, "sending", later, "now")
    assert not store.move_run(RUN, "sending", later)
    (run,) = store.runs(RUN.key)
    assert run == replace(RUN, state="sending", changed_at=later, said="now")
    assert not store.move_run(replace(run, changed_at=NOW), "sent", later)
    assert store.move_run(run, "sent", later)


def test_a_waiting_run_takes_another_mail_and_nobody_claims_it_with_the_one_before(
    store: Store,
) -> None:
    store.plan_run(RUN)

    assert store.replan_run(RUN, "e" * 64, "b.eml", NOW)
    assert not store.replan_run(RUN, "f" * 64, "c.eml", NOW)
    assert not store.move_run(RUN, "sending", NOW)  # in the same second
    (run,) = store.runs(RUN.key)
    assert run == replace(RUN, digest="e" * 64, file="b.eml")
    assert store.move_run(run, "sending", NOW)
    assert not store.replan_run(run, "f" * 64, "c.eml", NOW)
    assert not store.replan_run(replace(run, state="sending"), "f" * 64, "c.eml", NOW)


def test_runs_are_found_by_key_or_by_what_keys_start_with(store: Store) -> None:
    others = [
        replace(RUN, recipient="a@example.com"),
        replace(RUN, key="weekly/sales_2/2026-W47"),
        replace(RUN, key="weekly/salesx2/2026-W47"),
        replace(RUN, key="no-report/weekly/2026-W47"),
    ]
    for each in (RUN, *others):
        store.plan_run(each)

    assert store.runs(RUN.key) == (others[0], RUN)
    assert store.runs("weekly/sales_2/") == (others[1],)  # "_" is no wildcard here
    assert len(store.runs("weekly/")) == 4
    assert store.runs("weekly/sales/2026-W4") == ()


def test_of_many_at_once_one_plans_and_one_claims(store: Store) -> None:
    def attempt(number: int) -> tuple[str, bool]:
        planned = store.plan_run(replace(RUN, file=f"{number}.eml"))
        return planned.file, store.move_run(RUN, "sending", NOW)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(attempt, range(8)))

    assert len({file for file, _ in found}) == 1
    assert [claimed for _, claimed in found].count(True) == 1


def test_runs_move_with_an_export(store: Store) -> None:
    store.plan_run(RUN)
    lines: list[str] = []
    store.export(lines.append)

    with Store("sqlite://") as other:
        other.import_(lines)
        assert other.runs("weekly/") == (RUN,)
