"""What a reconciliation came to, kept in the store: on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from partnerbook.model import ReconciliationFigures
from partnerbook.store import Store

MADE = datetime(2026, 4, 2, 9, 30, tzinfo=UTC)
FIGURES = ReconciliationFigures(
    made_at=MADE,
    as_of=MADE - timedelta(minutes=5),
    exact=True,
    cutoff=date(2026, 3, 31),
    zone="+08:00",
    customers=230,
    lines=231,
    matched=220,
    suggested=4,
    breaks={"not_in_ledger": 10, "twice": 1},
    to_settle=9,
    oldest=62,
    status="open",
)


def test_the_last_one_up_to_a_moment_is_read_back_whole(store_url: str) -> None:
    later = replace(
        FIGURES,
        made_at=MADE + timedelta(days=30),
        cutoff=None,
        zone="UTC",
        breaks={},
        oldest=None,
        status="closed",
    )
    with Store(store_url) as store:
        assert store.last_reconciliation("a@host") is None
        for each in (later, FIGURES):
            store.keep_reconciliation("a@host", each)

        assert store.last_reconciliation("a@host") == later
        assert store.last_reconciliation("a@host", until=MADE) == FIGURES
        assert store.last_reconciliation("a@host", until=MADE - timedelta(seconds=1)) is None
        assert store.last_reconciliation("b@host") is None
        again = replace(FIGURES, matched=221)
        store.keep_reconciliation("a@host", again)
        assert store.last_reconciliation("a@host", until=MADE) == again


def test_they_move_with_an_export(store_url: str) -> None:
    lines: list[str] = []
    with Store(store_url) as store, Store("sqlite://") as other:
        store.keep_reconciliation("a@host", FIGURES)
        store.export(lines.append)
        other.import_(lines)
        assert other.last_reconciliation("a@host") == FIGURES


def test_a_store_of_the_first_schema_learns_to_keep_them(tmp_path: Path) -> None:
    path = tmp_path / "partnerbook.db"
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TABLE partnerbook_reconciliation")
        raw.execute("UPDATE partnerbook_about SET value = '1' WHERE name = 'schema'")
    raw.close()

    with Store(f"sqlite:///{path}") as store:
        store.keep_reconciliation("a@host", FIGURES)
        assert store.last_reconciliation("a@host") == FIGURES
    assert (tmp_path / "partnerbook-schema1.db").exists()
