"""Notes from several workbooks: the last writer wins per cell, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.store import Store
from partnerbook.store.notes import Place, Shared, _unpack
from partnerbook.store.schema import notes
from partnerbook.store.sharing import notes_shared

START = datetime(2026, 1, 5, tzinfo=UTC)
ACCOUNT = "p@host"
IDS = ("a", "b")
COLUMNS = ("Owner", "Next step")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as opened:
        yield opened


def _sync(store: Store, held: Mapping[Place, Any], *given: Any, **more: Any) -> Mapping[Place, Any]:
    return _shared(store, held, *given, **more).notes


def _shared(
    store: Store,
    held: Mapping[Place, Any],
    workbook: str = "one.xlsx",
    day: int = 0,
    customers: tuple[str, ...] = IDS,
    columns: tuple[str, ...] = COLUMNS,
    *,
    trial: bool = False,
) -> Shared:
    with notes_shared(
        store,
        ACCOUNT,
        held,
        customers=customers,
        columns=columns,
        workbook=workbook,
        who="li",
        now=START + timedelta(days=day),
        trial=trial,
    ) as shared:
        return shared


def _written(store: Store, customer_id: str) -> list[tuple[Any, str, str]]:
    """Return each value ever written beside a customer, who wrote it, in which workbook."""
    with store._transaction() as connection:
        rows = connection.execute(
            sa.select(notes)
            .where(notes.c.account == ACCOUNT, notes.c.customer_id == customer_id)
            .order_by(notes.c.number)
        ).all()
    return [(_unpack(row.value), row.written_by, row.workbook) for row in rows]


def _values(store: Store, customer_id: str) -> list[Any]:
    return [value for value, _, _ in _written(store, customer_id)]


@pytest.mark.parametrize(
    "value",
    ["call", "0086", "=1+1", 5, 5.5, True, datetime(2026, 3, 1, 8), "\ud800 技术"],  # noqa: DTZ001  a cell
)
def test_a_note_is_kept_as_typed(store: Store, value: Any) -> None:
    place = ("a", "Owner")

    assert _sync(store, {place: value}) == {place: value}
    assert _sync(store, {}, workbook="two.xlsx") == {place: value}
    kept = _written(store, "a")
    assert kept == [(value, "li", "one.xlsx")]
    assert type(kept[0][0]) in (type(value), float)


def test_an_emptied_cell_is_a_deletion_kept_in_history(store: Store) -> None:
    place = ("a", "Owner")
    _sync(store, {place: "li"})

    assert _sync(store, {}, day=1) == {}
    assert _values(store, "a") == ["li", None]
    assert _sync(store, {}, workbook="two.xlsx", day=2) == {}


def test_of_two_workbooks_the_last_writer_wins_and_the_loser_is_findable(store: Store) -> None:
    place = ("a", "Owner")
    _sync(store, {place: "li"}, "one.xlsx")
    _sync(store, {place: "li"}, "two.xlsx")
    _sync(store, {place: "wang"}, "two.xlsx", day=1)

    assert _sync(store, {place: "li"}, "one.xlsx", day=2) == {place: "wang"}
    assert _sync(store, {place: "chen"}, "one.xlsx", day=3) == {place: "chen"}
    assert _sync(store, {place: "zhao"}, "two.xlsx", day=4) == {place: "zhao"}
    assert _values(store, "a") == ["li", "wang", "chen", "zhao"]


def test_what_was_typed_in_a_workbook_is_named_when_another_overrules_it(store: Store) -> None:
    place = ("a", "Owner")
    _sync(store, {place: "open"}, "one.xlsx")
    assert _shared(store, {place: "reduced price"}, "two.xlsx").overruled == frozenset()

    said = _shared(store, {place: "open"}, "one.xlsx", day=1)

    assert said == Shared({place: "reduced price"}, frozenset({place}))
    _sync(store, {place: "closed"}, "two.xlsx", day=2)
    said = _shared(store, {place: "reduced price"}, "one.xlsx", day=3)
    assert said == Shared({place: "closed"}), "what came from elsewhere was read by who changed it"
    _sync(store, {place: "mine"}, "one.xlsx", day=4)
    _sync(store, {place: "mine"}, "two.xlsx", day=4)
    _sync(store, {}, "two.xlsx", day=5)
    assert _shared(store, {place: "mine"}, "one.xlsx", day=6) == Shared({}, frozenset({place}))


def test_a_copy_of_last_month_does_not_win_over_what_was_written_since(store: Store) -> None:
    held = {("a", "Owner"): "li", ("b", "Owner"): "call"}
    _sync(store, held)
    _sync(store, {**held, ("a", "Owner"): "wang"}, day=1)

    said = _shared(store, {**held, ("b", "Owner"): "called"}, "copy.xlsx", day=30)

    assert said.notes == {("a", "Owner"): "wang", ("b", "Owner"): "called"}
    assert said.overruled == {("a", "Owner")}, "nobody knows who typed it"


def test_a_trial_is_forgotten(store: Store) -> None:
    place = ("a", "Owner")
    _sync(store, {place: "li"}, "one.xlsx")

    assert _shared(store, {place: "wang"}, "two.xlsx", trial=True).notes == {place: "wang"}
    assert _shared(store, {}, "two.xlsx", trial=True).notes == {place: "li"}

    assert _values(store, "a") == ["li"]
    assert _sync(store, {}, "two.xlsx") == {place: "li"}, "not seen before, so not emptied"


def test_nothing_is_concluded_of_customers_and_columns_that_a_workbook_does_not_show(
    store: Store,
) -> None:
    held = {("a", "Owner"): "li", ("b", "Next step"): "call"}
    _sync(store, held)

    assert _sync(store, {}, customers=(), columns=COLUMNS, day=1) == {}
    assert _sync(store, {}, customers=IDS, columns=(), day=2) == {}
    assert _sync(store, {}, "two.xlsx", day=3) == held


def test_syncing_twice_writes_nothing_new(store: Store) -> None:
    held = {("a", "Owner"): "li", ("b", "Owner"): 5}
    first = _sync(store, held)

    assert _sync(store, first, day=1) == first
    assert len(_values(store, "a")) == 1
    assert len(_values(store, "b")) == 1


edits = st.lists(
    st.tuples(
        st.sampled_from(["one.xlsx", "two.xlsx", "three.xlsx"]),
        st.dictionaries(
            st.tuples(st.sampled_from(IDS), st.sampled_from(COLUMNS)),
            st.none() | st.sampled_from(["x", "y", 1.0]),
        ),
    ),
    max_size=8,
)


@settings(max_examples=40)  # each opens a database
@given(edits)
def test_over_any_edits_the_last_writer_wins_per_cell(
    story: list[tuple[str, dict[Place, Any]]],
) -> None:
    """Each workbook edits some cells of what it last showed, then is refreshed."""
    shown: dict[str, dict[Place, Any]] = {}
    ever: dict[Place, list[tuple[Any, str]]] = {}  # what was written, and in which workbook
    met: dict[str, set[Place]] = {}  # which places of it a workbook was told of
    with Store("sqlite://") as store:
        for day, (workbook, edit) in enumerate(story):
            before = shown.get(workbook, {})
            held = {**before, **edit}
            held = {place: value for place, value in held.items() if value is not None}
            for place, value in edit.items():
                was = ever.setdefault(place, [])
                is_old = place not in met.get(workbook, ()) and value in [each for each, _ in was]
                if value != before.get(place) and not is_old and (not was or was[-1][0] != value):
                    was.append((value, workbook))
            expected = {place: was[-1][0] for place, was in ever.items() if was}
            expected = {place: value for place, value in expected.items() if value is not None}

            said = _shared(store, held, workbook, day)

            assert said.notes == expected
            lost = {place for place, value in held.items() if expected.get(place) != value}
            assert said.overruled <= lost
            for place in lost - said.overruled:
                typed_in = [by for value, by in ever[place] if value == held[place]]
                assert {*typed_in} - {workbook}, "what was typed here alone is always named"
            shown[workbook] = expected
            met[workbook] = {place for place, was in ever.items() if was}
        kept = [value for each in IDS for value in _values(store, each)]
        assert sorted(map(str, kept)) == sorted(str(v) for was in ever.values() for v, _ in was)


def test_a_forgotten_customer_leaves_no_note(store: Store) -> None:
    held = {("a", "Owner"): "li", ("b", "Owner"): "wang"}
    _sync(store, held)
    assert store.workbooks_with("a") == ("one.xlsx",)

    store.forget("a")

    assert _values(store, "a") == []
    assert _values(store, "b") == ["wang"]
    # The workbook still has the note, and does not bring it back.
    assert _sync(store, held, day=1) == held
    assert _values(store, "a") == []
    assert store.traces("a") == {}
    assert store.workbooks_with("a") == ()


WRITER = textwrap.dedent("""
    import sys
    from datetime import UTC, datetime
    from partnerbook.store import Store
    from partnerbook.store.sharing import notes_shared
    who = sys.argv[2]
    with Store(sys.argv[1]) as store:
        held = {}
        for turn in range(15):
            held[(who, "Owner")] = f"{who} {turn}"
            with notes_shared(
                store, "p@host", held, customers=("a", "b", "c"), columns=("Owner",),
                workbook=who, who=who, now=datetime(2026, 1, 5, tzinfo=UTC),
            ) as shared:
                held = dict(shared.notes)
            assert held[(who, "Owner")] == f"{who} {turn}"
""")


def test_several_processes_lose_no_note(store_url: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, store_url, who], stderr=subprocess.PIPE)
        for who in "abc"
    ]
    said = [writer.communicate()[1] for writer in writers]

    assert [writer.returncode for writer in writers] == [0, 0, 0], said
    with Store(store_url) as store:
        for who in "abc":
            kept = _values(store, who)
            assert kept == [f"{who} {turn}" for turn in range(15)]
