"""A store can be checked, copied, moved and pruned without loss, and forgets when told to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.compare import changes, notices
from partnerbook.errors import StoreError, UnknownViewError
from partnerbook.model import EVERYBODY, Customer, CustomerQuery, Evidence, Listing, Snapshot
from partnerbook.store import Store
from partnerbook.store.schema import SCHEMA
from partnerbook.views import View

START = datetime(2026, 1, 5, tzinfo=UTC)
ACCOUNT = "p@host"
People = dict[int, str | None]

histories = st.lists(
    st.tuples(st.dictionaries(st.integers(1, 4), st.sampled_from(["a", None])), st.booleans()),
    min_size=1,
    max_size=6,
)


def _fill(store: Store, history: list[tuple[People, bool]]) -> list[Snapshot]:
    kept = []
    for day, (people, exact) in enumerate(history):
        customers = tuple(
            Customer(customer_id=f"id-{n}", label=label) for n, label in sorted(people.items())
        )
        evidence = Evidence(requests=1, passes=1, method="one page")
        moment = START + timedelta(days=day)
        listing = Listing(EVERYBODY, moment, "detail", customers, evidence, 0 if exact else 1)
        kept.append(store.add(listing, ACCOUNT))
    return kept


@settings(max_examples=25)  # each opens a database
@given(histories)
def test_a_sound_store_has_no_faults(history: list[tuple[People, bool]]) -> None:
    with Store("sqlite://") as store:
        _fill(store, history)

        assert store.faults() == []


def test_a_lost_version_is_found(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with Store(f"sqlite:///{path}") as store:
        _fill(store, [({1: "a", 2: "b"}, True)])
        with sqlite3.connect(path) as raw:
            raw.execute("DELETE FROM partnerbook_version WHERE customer_id = 'id-1'")
        raw.close()

        assert store.faults() == [
            "snapshot 1 says 2 customers and has 1; restore a backup",
        ]


@settings(max_examples=25)  # each opens a database
@given(histories, st.integers(0, 7))
def test_pruning_changes_no_snapshot_that_stays(
    history: list[tuple[People, bool]], days: int
) -> None:
    with Store("sqlite://") as store:
        kept = _fill(store, history)
        exact = [each for each in kept if each.listing.state == "exact"]
        before = _lines_of(store)

        told = store.prune(START + timedelta(days=days), keeps=True)
        assert _lines_of(store) == before
        gone = store.prune(START + timedelta(days=days))

        assert store.faults() == []
        assert told == gone
        for snapshot in kept[gone:]:
            assert store.newest(ACCOUNT, EVERYBODY, until=snapshot.taken_at) == snapshot
        for snapshot in kept[:gone]:
            assert snapshot.taken_at < START + timedelta(days=days)
            assert store.newest(ACCOUNT, EVERYBODY, until=snapshot.taken_at) is None
        if exact:
            assert store.newest(ACCOUNT, EVERYBODY, exact=True) == exact[-1]


@settings(max_examples=25)  # each opens a database
@given(histories)
def test_an_export_imported_is_the_same_store(history: list[tuple[People, bool]]) -> None:
    lines: list[str] = []
    with Store("sqlite://") as store, Store("sqlite://") as other:
        kept = _fill(store, history)
        store.save_view(View(name="Asia", query=CustomerQuery(country="86")), START)
        store.export(lines.append)

        other.import_(lines)

        again: list[str] = []
        other.export(again.append)
        assert again == lines
        assert other.view("Asia") == store.view("Asia")
        for snapshot in kept:
            assert other.newest(ACCOUNT, EVERYBODY, until=snapshot.taken_at) == snapshot
        with pytest.raises(StoreError, match="not empty"):
            other.import_(lines)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (f'{{"partnerbook": "store", "schema": {SCHEMA}}}', "not whole"),
        ("nonsense", "line 1"),
        ("[1]", "line 1"),
        ('{"partnerbook": "store", "schema": 99}', "schema 99"),
    ],
)
def test_a_file_that_is_no_export_imports_nothing(line: str, named: str) -> None:
    with Store("sqlite://") as store, pytest.raises(StoreError, match=named):
        store.import_([line])


def test_a_bad_line_in_the_middle_imports_nothing() -> None:
    lines: list[str] = []
    with Store("sqlite://") as store:
        _fill(store, [({1: "a"}, True)])
        store.export(lines.append)
    with Store("sqlite://") as other:
        with pytest.raises(StoreError, match=f"line {len(lines) + 1}"):
            other.import_([*lines, '{"table": "partnerbook_view", "row": {"nonsense": 1}}'])
        with pytest.raises(StoreError, match="not whole"):
            other.import_(lines[:-1])
        with pytest.raises(StoreError, match="not whole"):
            other.import_([*lines[:-2], lines[-1]])

        assert other.newest(ACCOUNT, EVERYBODY) is None


def test_a_backup_opens_as_a_store(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path}/p.db") as store:
        kept = _fill(store, [({1: "a"}, True)])
        store.backup(tmp_path / "copy.db")

    with Store(f"sqlite:///{tmp_path}/copy.db") as copy:
        assert copy.newest(ACCOUNT, EVERYBODY) == kept[-1]


def test_a_forgotten_customer_is_in_no_byte_of_the_file(
    tmp_path: Path, make_customer: Callable[..., Customer]
) -> None:
    canary = make_customer(7, customer_id="canary-id", company_name="Canary & Sons")
    evidence = Evidence(requests=1, passes=1, method="one page")
    with Store(f"sqlite:///{tmp_path}/p.db") as store:
        for day, (people, missing) in enumerate(
            [((canary, make_customer(1)), 0), ((make_customer(1),), 1), ((canary,), 0)]
        ):
            listing = Listing(
                EVERYBODY,
                START + timedelta(days=day),
                "detail",
                tuple(sorted(people, key=lambda each: each.customer_id)),
                evidence,
                missing,
            )
            store.add(listing, ACCOUNT)
        assert store.traces("canary-id") == {"partnerbook_snapshot": 1, "partnerbook_version": 1}

        store.forget("canary-id")

        assert store.traces("canary-id") == {}
        assert store.faults() == []
        newest = store.newest(ACCOUNT, EVERYBODY, until=START)
        assert newest is not None
        assert [each.customer_id for each in newest.listing.customers] == ["id-0001"]
    for path in tmp_path.iterdir():
        assert b"canary" not in path.read_bytes().lower()


def test_history_tells_every_version_and_what_changed(
    store_url: str,
    make_customer: Callable[..., Customer],
) -> None:
    evidence = Evidence(requests=1, passes=1, method="one page")
    story: list[tuple[str, tuple[Customer, ...]]] = [
        ("detail", (make_customer(1),)),
        ("detail", (make_customer(1, label="gold", verification="1"),)),
        ("sub-customers", (make_customer(1, label="gold", verification="1", level="V1"),)),
        ("sub-customers", ()),
        ("sub-customers", (make_customer(1, label="gold", verification="1", level="V2"),)),
    ]
    with Store(store_url) as store:
        for day, (api, people) in enumerate(story):
            moment = START + timedelta(days=day)
            store.add(Listing(EVERYBODY, moment, api, people, evidence), ACCOUNT)  # type: ignore[arg-type]  # a literal by hand

        found = store.history(ACCOUNT, "id-0001")

    days = [
        ((v.valid_from - START).days, (v.valid_to - START).days if v.valid_to else None)
        for v in found
    ]
    assert days == [(0, 1), (1, 3), (4, None)]
    assert [v.changed for v in found] == [(), ("label", "verification"), ("level",)]
    assert found[1].customer.level == "V1"
    with Store(store_url) as store:
        assert store.history(ACCOUNT, "nobody") == ()


def test_the_last_two_snapshots_are_compared_without_what_is_equal() -> None:
    with Store("sqlite://") as store:
        assert store.last_two(ACCOUNT, EVERYBODY) is None
        _fill(store, [({1: "a", 2: "a", 3: "a"}, True)])
        assert store.last_two(ACCOUNT, EVERYBODY) is None
    with Store("sqlite://") as store:
        _fill(
            store,
            [({9: "a"}, True), ({1: "a", 2: "a", 3: "a"}, True), ({1: "a", 2: None, 4: "a"}, True)],
        )

        found = store.last_two(ACCOUNT, EVERYBODY)

        assert found is not None
        before, after, earlier = found
        assert sorted(before.listing.by_id) == ["id-2", "id-3"]
        assert sorted(after.listing.by_id) == ["id-2", "id-4"]
        assert earlier == {"id-9"}
        whole = store.last_two(ACCOUNT, EVERYBODY, since=START)
        assert whole is not None
        assert sorted(whole[0].listing.by_id) == ["id-9"]


@settings(max_examples=40)  # each opens a database
@given(histories)
def test_comparing_what_is_read_in_part_is_comparing_the_whole(
    history: list[tuple[People, bool]],
) -> None:
    with Store("sqlite://") as store:
        kept = _fill(store, history)
        exact = [each for each in kept[:-1] if each.listing.state == "exact"]

        found = store.last_two(ACCOUNT, EVERYBODY)

        assert (found is None) == (not exact)
        if found is not None:
            assert found[0].number == exact[-1].number
            assert changes(found[0], found[1]) == changes(exact[-1], kept[-1])
            before = [each for each in kept if each.taken_at < exact[-1].taken_at]
            assert found[2] == {key for each in before for key in each.listing.by_id}


def test_views_are_kept_by_name(store_url: str) -> None:
    asia = View(
        name="Asia",
        query=CustomerQuery(country="+86", label=("b", "a"), until=START),
        columns=("company_name", "customer_id"),
        order=("company_name",),
        zone="+08:00",
        language="zh",
    )
    with Store(store_url) as store:
        store.save_view(View(name="Asia"), START)
        store.save_view(asia, START)
        store.save_view(View(name="Everybody"), START)

        assert store.view("Asia") == asia
        assert [each.name for each in store.views()] == ["Asia", "Everybody"]
        with pytest.raises(UnknownViewError, match="'Asia'") as caught:
            store.view("Asai")
        assert caught.value.nearest == "Asia"
        store.delete_view("Asia")
        with pytest.raises(UnknownViewError):
            store.delete_view("Asia")


def test_a_field_that_is_no_longer_sent_is_one_notice_and_no_change(
    store_url: str,
    make_customer: Callable[..., Customer],
) -> None:
    evidence = Evidence(requests=1, passes=1, method="one page")
    people = [make_customer(n, label="gold") for n in range(1, 8)]
    later = [
        make_customer(n, label=None, extra=(("segment", f"s{n}"),), verification="1")
        for n in range(1, 8)
    ]
    with Store(store_url) as store:
        for day, some in enumerate((people, later)):
            moment = START + timedelta(days=day)
            store.add(Listing(EVERYBODY, moment, "detail", tuple(some), evidence), ACCOUNT)
        newest = store.newest(ACCOUNT, EVERYBODY)
        found = store.last_two(ACCOUNT, EVERYBODY)

    assert newest is not None
    assert newest.listing.customers == tuple(later)
    assert found is not None
    before, after, _ = found
    assert {change.field for change in changes(before, after)} == {"verification"}
    assert notices(before, after) == (
        (
            "Since 2026-01-05 00:00:00 UTC Partner Center no longer sends Label; it is not "
            "reported as changed."
        ),
        "Since 2026-01-05 00:00:00 UTC Partner Center sends new fields, which are kept: segment.",
    )
    assert "segment" not in later[0].as_json()


def test_one_customer_without_a_label_is_a_change(
    store_url: str, make_customer: Callable[..., Customer]
) -> None:
    evidence = Evidence(requests=1, passes=1, method="one page")
    with Store(store_url) as store:
        for day, label in enumerate(("gold", None)):
            people = (make_customer(1, label=label), *(make_customer(n) for n in range(2, 9)))
            moment = START + timedelta(days=day)
            store.add(Listing(EVERYBODY, moment, "detail", people, evidence), ACCOUNT)
        found = store.last_two(ACCOUNT, EVERYBODY)

    assert found is not None
    assert [change.field for change in changes(found[0], found[1])] == ["label"]
    assert notices(found[0], found[1]) == ()


def _lines_of(store: Store) -> list[str]:
    lines: list[str] = []
    store.export(lines.append)
    return lines
