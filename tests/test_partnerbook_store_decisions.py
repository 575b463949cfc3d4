"""Decisions in the store: kept once, never lost, revocable, and forgotten with their customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from partnerbook.errors import StoreError
from partnerbook.model import Decision
from partnerbook.store import Store
from reports.reconciliation.decided import in_force

ACCOUNT = "p@host"
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
YES = Decision(
    verdict="yes",
    who="李雷",
    decided_at=NOON,
    expires=date(2027, 3, 31),
    customer_id="id-1",
    party=("company_name", "云海"),
    reason="seen the contract",
)
EXPLAINED = Decision(
    verdict="explained", who="Han Meimei", decided_at=NOON, break_id="B-1", customer_id="id-2"
)
LATER = NOON + timedelta(days=40)


def test_what_was_decided_comes_back_as_it_was(store_url: str) -> None:
    with Store(store_url) as store:
        kept = store.decide(ACCOUNT, [YES, EXPLAINED])

        assert store.decisions(ACCOUNT) == kept
        assert [replace(each, number=None) for each in kept] == [
            YES,
            replace(EXPLAINED, expires=date(2027, 3, 31)),  # a year, since nobody said
        ]
        assert store.decisions("somebody@else") == ()


def test_reading_the_same_workbook_again_decides_nothing_new() -> None:
    with Store("sqlite://") as store:
        store.decide(ACCOUNT, [YES, EXPLAINED])

        assert store.decide(ACCOUNT, [YES, replace(EXPLAINED, decided_at=LATER)]) == ()
        assert len(store.decisions(ACCOUNT)) == 2


def test_a_change_of_mind_takes_the_older_ones_place_and_leaves_its_trace() -> None:
    no = replace(YES, verdict="no", decided_at=LATER)
    with Store("sqlite://") as store:
        store.decide(ACCOUNT, [YES])
        store.decide(ACCOUNT, [no])
        store.decide(ACCOUNT, [YES])  # an old workbook, read late

        everything = store.decisions(ACCOUNT)
        assert [each.verdict for each in everything] == ["yes", "no"]
        assert [each.verdict for each in in_force(everything, LATER.date())] == ["no"]


def test_a_revoked_decision_stays_readable_and_only_a_later_one_renews_it() -> None:
    with Store("sqlite://") as store:
        (kept,) = store.decide(ACCOUNT, [YES])
        revoked = store.revoke_decision(ACCOUNT, kept.number or 0, "auditor", LATER)

        assert (revoked.revoked_by, revoked.revoked_at) == ("auditor", LATER)
        assert store.decisions(ACCOUNT) == (revoked,)
        assert in_force(store.decisions(ACCOUNT), NOON.date()) == ()
        assert store.decide(ACCOUNT, [YES]) == ()
        (renewed,) = store.decide(ACCOUNT, [replace(YES, decided_at=LATER + timedelta(hours=1))])
        assert in_force(store.decisions(ACCOUNT), LATER.date()) == (renewed,)


def test_revoking_what_is_not_there_is_one_sentence() -> None:
    with Store("sqlite://") as store:
        (kept,) = store.decide(ACCOUNT, [YES])
        number = kept.number or 0
        store.revoke_decision(ACCOUNT, number, "auditor", LATER)

        with pytest.raises(StoreError, match="was revoked by auditor"):
            store.revoke_decision(ACCOUNT, number, "auditor", LATER)
        with pytest.raises(StoreError, match="there is no decision 99"):
            store.revoke_decision(ACCOUNT, 99, "auditor", LATER)


def test_a_decision_ends_after_its_last_day() -> None:
    last = YES.expires
    assert last is not None

    assert in_force([YES], last) == (YES,)
    assert in_force([YES], last + timedelta(days=1)) == ()


def test_a_forgotten_customers_decisions_are_gone_and_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with Store(f"sqlite:///{path}") as store:
        store.decide(ACCOUNT, [YES, EXPLAINED])

        assert store.traces("id-1") == {"partnerbook_decision": 1}
        store.forget("id-1")

        assert [each.customer_id for each in store.decisions(ACCOUNT)] == ["id-2"]
    assert "云海".encode("ascii", "backslashreplace") not in path.read_bytes()


def test_columns_are_remembered_and_replaced(store_url: str) -> None:
    with Store(store_url) as store:
        assert store.ledger_columns(ACCOUNT) == {}
        store.keep_ledger_columns(ACCOUNT, {"customer_id": "Ref"}, NOON)
        store.keep_ledger_columns(ACCOUNT, {"customer_id": "编号"}, LATER)

        assert store.ledger_columns(ACCOUNT) == {"customer_id": "编号"}


def test_an_exported_store_brings_its_decisions() -> None:
    lines: list[str] = []
    with Store("sqlite://") as one, Store("sqlite://") as other:
        one.decide(ACCOUNT, [YES])
        one.export(lines.append)
        other.import_(lines)

        assert other.decisions(ACCOUNT) == one.decisions(ACCOUNT)
