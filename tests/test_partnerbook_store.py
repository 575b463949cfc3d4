"""The store gives back what was put in, in time, whatever happens."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.errors import StoreError
from partnerbook.model import EVERYBODY, Customer, CustomerQuery, Evidence, Listing
from partnerbook.store import Store, migrations
from partnerbook.store.migrations import STEPS
from partnerbook.store.schema import SCHEMA

START = datetime(2026, 1, 5, tzinfo=UTC)
ACCOUNT = "p@host"


def _listing(
    people: list[Customer], *, missing: int = 0, query: CustomerQuery = EVERYBODY
) -> Listing:
    ordered = tuple(sorted(people, key=lambda each: each.customer_id))
    evidence = Evidence(requests=2, passes=1, method="pages", notes=("a note",))
    return Listing(query, START, "detail", ordered, evidence, missing)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as opened:
        yield opened


def test_a_snapshot_comes_back_as_it_was(
    store: Store, make_customer: Callable[..., Customer]
) -> None:
    odd = make_customer(1, company_name="=1+1 \ud800 技术", associated_at=None, is_frozen=True)
    kept = store.add(_listing([odd, make_customer(2)]), ACCOUNT)

    assert store.newest(ACCOUNT, EVERYBODY) == kept
    assert kept.number == 1


def test_there_is_no_snapshot_of_another_query_or_account(
    store: Store, make_customer: Callable[..., Customer]
) -> None:
    store.add(_listing([make_customer(1)]), ACCOUNT)

    assert store.newest(ACCOUNT, CustomerQuery(company="x")) is None
    assert store.newest("q@host", EVERYBODY) is None


def test_a_moment_in_the_past_gives_the_list_of_then(
    store: Store, make_customer: Callable[..., Customer]
) -> None:
    for week in range(3):
        store.add(
            _listing([make_customer(n) for n in range(week + 1)]),
            ACCOUNT,
            START + timedelta(weeks=week),
        )

    for week in range(3):
        then = store.newest(ACCOUNT, EVERYBODY, until=START + timedelta(weeks=week, days=6))
        assert then is not None
        assert then.listing.count == week + 1
        assert then.taken_at == START + timedelta(weeks=week)
    assert store.newest(ACCOUNT, EVERYBODY, until=START - timedelta(seconds=1)) is None


def test_an_incomplete_snapshot_ends_nobodys_life_and_is_passed_over_when_exact_is_asked(
    store: Store, make_customer: Callable[..., Customer]
) -> None:
    everyone = [make_customer(n) for n in (1, 2, 3)]
    store.add(_listing(everyone), ACCOUNT, START)
    store.add(_listing(everyone[:1], missing=2), ACCOUNT, START + timedelta(days=1))
    store.add(_listing(everyone), ACCOUNT, START + timedelta(days=2))

    partial = store.newest(ACCOUNT, EVERYBODY, until=START + timedelta(days=1))
    exact = store.newest(ACCOUNT, EVERYBODY, until=START + timedelta(days=1), exact=True)

    assert partial is not None
    assert exact is not None
    assert [c.customer_id for c in partial.listing.customers] == ["id-0001"]
    assert partial.listing.missing_at_most == 2
    assert exact.listing.count == 3
    assert _versions(store) == 3


def test_the_same_state_twice_stores_no_version(
    store: Store, make_customer: Callable[..., Customer]
) -> None:
    for day in range(5):
        store.add(
            _listing([make_customer(1), make_customer(2)]), ACCOUNT, START + timedelta(days=day)
        )

    assert _versions(store) == 2


histories = st.lists(
    st.tuples(
        st.dictionaries(st.integers(1, 5), st.sampled_from(["a", "b", None])),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25)  # each opens a database
@given(histories)
def test_any_history_is_given_back_snapshot_by_snapshot(
    history: list[tuple[dict[int, str | None], bool]],
) -> None:
    with Store("sqlite://") as store:
        kept = []
        for day, (people, exact) in enumerate(history):
            some = [Customer(customer_id=f"id-{n}", label=label) for n, label in people.items()]
            listing = _listing(some, missing=0 if exact else 1)
            kept.append(store.add(listing, ACCOUNT, START + timedelta(days=day)))

        for snapshot in kept:
            assert store.newest(ACCOUNT, EVERYBODY, until=snapshot.taken_at) == snapshot


def test_a_newer_store_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "partnerbook.db"
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE partnerbook_about SET value = '99' WHERE name = 'schema'")
    raw.close()
    before = path.read_bytes()

    with pytest.raises(StoreError, match="schema 99"):
        Store(f"sqlite:///{path}")

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("nonsense", "PARTNERBOOK_STORE"),
        ("sqlite:////proc/nowhere/partnerbook.db", "PARTNERBOOK_STORE"),
        ("nosuch://x", "PARTNERBOOK_STORE"),
    ],
)
def test_a_store_that_cannot_be_opened_is_one_sentence(url: str, named: str) -> None:
    with pytest.raises(StoreError, match=named):
        Store(url)


def test_a_file_that_is_no_store_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "partnerbook.db"
    path.write_text("this is a letter to my aunt" * 100)

    with pytest.raises(StoreError, match="not a database; put your newest backup"):
        Store(f"sqlite:///{path}")
    assert path.read_text().startswith("this is a letter")


WRITER = textwrap.dedent("""
    import sys
    from datetime import UTC, datetime, timedelta
    from partnerbook.model import EVERYBODY, Customer, Evidence, Listing
    from partnerbook.store import Store, migrations
    store = Store(sys.argv[1])
    evidence = Evidence(requests=1, passes=1, method="one page")
    for turn in range(int(sys.argv[2])):
        people = tuple(Customer(customer_id=f"{n:04}", label=str(turn)) for n in range(50))
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=turn)
        store.add(Listing(EVERYBODY, moment, "detail", people, evidence), "p@host")
        print(turn, flush=True)
""")


def test_a_killed_writer_leaves_the_old_state_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "partnerbook.db"
    for kill in range(10):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, f"sqlite:///{path}", "100000"], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.003 * kill)  # a different moment each time; nothing waits for the result
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        with sqlite3.connect(path) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        raw.close()
        with Store(f"sqlite:///{path}") as store:
            newest = store.newest(ACCOUNT, EVERYBODY)
            assert newest is not None
            assert len({each.label for each in newest.listing.customers}) == 1
            assert newest.listing.count == 50


def test_a_full_disk_leaves_the_old_state(tmp_path: Path) -> None:
    path = tmp_path / "partnerbook.db"
    first = [sys.executable, "-c", WRITER, f"sqlite:///{path}", "1"]
    subprocess.run(first, check=True, stdout=subprocess.DEVNULL)
    room = path.stat().st_size + 20_000

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = subprocess.run(
        [sys.executable, "-B", "-c", WRITER, f"sqlite:///{path}", "500"],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=little_room,
    )

    assert done.returncode == 1
    assert "StoreError: the store" in done.stderr
    written = done.stdout.split()
    with Store(f"sqlite:///{path}") as store:
        newest = store.newest(ACCOUNT, EVERYBODY)
        assert newest is not None
        assert store.faults() == []
        assert newest.number == 1 + len(written)
        assert {each.label for each in newest.listing.customers} == {
            written[-1] if written else "0"
        }


def test_several_processes_write_one_store(store_url: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, store_url, "20"], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    for writer in writers:
        writer.communicate()

    assert [writer.returncode for writer in writers] == [0, 0, 0]
    with Store(store_url) as store:
        newest = store.newest(ACCOUNT, EVERYBODY)
        assert newest is not None
        assert newest.number == 60
        assert newest.listing.count == 50
        assert store.faults() == []


def test_an_older_store_is_migrated_with_a_backup_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_customer: Callable[..., Customer]
) -> None:
    path = tmp_path / "partnerbook.db"
    with Store(f"sqlite:///{path}") as store:
        kept = store.add(_listing([make_customer(1)]), ACCOUNT)
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE partnerbook_about SET value = '0' WHERE name = 'schema'")
    raw.close()
    monkeypatch.setattr(
        migrations,
        "STEPS",
        {**STEPS, 0: lambda c: c.exec_driver_sql("CREATE TABLE proof (a INTEGER)")},
    )

    with Store(f"sqlite:///{path}") as store:
        assert store.newest(ACCOUNT, EVERYBODY) == kept
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM proof").fetchone() == (0,)
        assert raw.execute("SELECT value FROM partnerbook_about").fetchone() == (str(SCHEMA),)
    raw.close()
    with sqlite3.connect(tmp_path / "partnerbook-schema0.db") as old:
        assert old.execute("SELECT value FROM partnerbook_about").fetchone() == ("0",)
    old.close()


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "partnerbook.db"
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE partnerbook_about SET value = '0' WHERE name = 'schema'")
    raw.close()

    def broken(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE proof (a INTEGER)")
        connection.exec_driver_sql("nonsense")

    monkeypatch.setattr(migrations, "STEPS", {0: broken})

    with pytest.raises(StoreError, match="syntax"):
        Store(f"sqlite:///{path}")
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT value FROM partnerbook_about").fetchone() == ("0",)
        tables = raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'proof'").fetchone()
        assert tables == (0,)
    raw.close()


def _versions(store: Store) -> int:
    with store._transaction() as connection:
        return int(
            connection.exec_driver_sql("SELECT count(*) FROM partnerbook_version").scalar() or 0
        )


def test_a_new_store_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")  # before the switch to write-ahead logging
        release = Timer(0.3, other.execute, ("ROLLBACK",))
        release.start()

        with Store(f"sqlite:///{path}") as store:
            assert store.runs("weekly/") == ()

        release.join()
