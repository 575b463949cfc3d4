from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin import cells
from addin.refresh import plan
from addin.rows import (
    DUPLICATE,
    EDITED,
    KEYLESS,
    LEFT,
    LEFT_FORMULA,
    Asked,
    Circumstances,
    Formula,
    OldRow,
    ParkedNote,
    Plan,
)
from partnerbook.model import CARRIED, Customer

MakeCustomer = Callable[..., Customer]
NOW = datetime(2026, 3, 2, 8)  # noqa: DTZ001  as a cell holds it
OWN = ("Next step", "Owner")


def on_sheet(customer: Customer, number: int = 0, **own: Any) -> OldRow:
    """Return the row that the last refresh wrote, with notes in the user's columns."""
    columns = cells.COLUMNS[:-1]
    ours = dict(zip(columns, cells.row_of(customer, columns), strict=True))
    notes = {key.replace("_", " "): value for key, value in own.items()}
    return OldRow(key=customer.customer_id, ours=ours, own=notes, number=number)


def after(plan_: Plan, old: Sequence[OldRow]) -> list[OldRow]:
    """Return the rows of the sheet once the plan is applied."""
    return [
        on_sheet(row.customer) if row.customer else old[row.came_from or 0] for row in plan_.rows
    ]


def test_joined_left_and_altered_are_told(make_customer: MakeCustomer) -> None:
    one, two, three = (make_customer(n) for n in (1, 2, 3))
    renamed = make_customer(2, company_name="New name", label="VIP")

    done = plan(
        [on_sheet(one), on_sheet(two)],
        [three, renamed],
        own_columns=OWN,
        given=Circumstances(now=NOW),
    )

    assert done.joined == ("id-0003",)
    assert done.left == ("id-0001",)
    assert [(a.customer_id, a.field, a.before, a.after) for a in done.altered] == [
        ("id-0002", "company_name", "Company 2 Ltd", "New name"),
        ("id-0002", "label", "", "VIP"),
    ]
    assert [row.change for row in done.rows] == ["New", "Changed: Company name, Label"]


def test_a_first_fill_marks_nobody(make_customer: MakeCustomer) -> None:
    done = plan([], [make_customer(1)])

    assert [row.change for row in done.rows] == [""]
    assert done.stops == ()


def test_the_note_of_who_leaves_is_parked_and_comes_back(make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(1, 11)]
    old = [on_sheet(each) for each in everybody[1:]]
    old.insert(0, on_sheet(everybody[0], Next_step="call", Owner=86.0))

    gone = plan(old, everybody[1:], own_columns=OWN, given=Circumstances(now=NOW))
    assert gone.parked == (
        ParkedNote(customer_id="id-0001", column="Next step", value="call", reason=LEFT, date=NOW),
        ParkedNote(customer_id="id-0001", column="Owner", value=86.0, reason=LEFT, date=NOW),
    )

    back = plan(
        after(gone, old),
        everybody,
        parked=gone.still_parked,
        own_columns=OWN,
        given=Circumstances(now=NOW),
    )
    assert back.rows[0].own == {"Next step": "call", "Owner": 86.0}
    assert back.rows[0].change == "Came back"
    assert back.still_parked == ()


def test_a_note_waits_while_its_column_is_away_or_taken(make_customer: MakeCustomer) -> None:
    customer = make_customer(1)
    parked = [ParkedNote(customer_id="id-0001", column="Next step", value="call", reason=LEFT)]

    renamed = plan([on_sheet(customer)], [customer], parked=parked, own_columns=["Todo"])
    taken = plan([on_sheet(customer, Next_step="new")], [customer], parked=parked, own_columns=OWN)

    assert renamed.still_parked == taken.still_parked == tuple(parked)
    assert taken.rows[0].own == {"Next step": "new"}


def test_a_formula_is_parked_as_one(make_customer: MakeCustomer) -> None:
    gone = plan([on_sheet(make_customer(1), Owner=Formula("=1200*12"))], [], own_columns=OWN)

    assert [(note.value, note.reason) for note in gone.parked] == [("=1200*12", LEFT_FORMULA)]


def test_an_id_in_two_rows_is_not_guessed(make_customer: MakeCustomer) -> None:
    customer = make_customer(1)
    old = [on_sheet(customer, 8, Next_step="mine?"), on_sheet(customer, 9, Next_step="or mine?")]

    done = plan(old, [customer], own_columns=OWN)

    assert [(note.value, note.reason) for note in done.parked] == [
        ("mine?", DUPLICATE),
        ("or mine?", DUPLICATE),
    ]
    assert done.rows[0].own == {}
    assert done.rows[0].change == "See Parked notes"
    assert "row 8" in done.conflicts[0]
    assert "row 9" in done.conflicts[1]
    again = plan([on_sheet(customer)], [customer], parked=done.still_parked, own_columns=OWN)
    assert again.returning == (), "a person has to decide"


def test_an_id_that_was_typed_over_is_noticed(make_customer: MakeCustomer) -> None:
    one, two = make_customer(1), make_customer(2)
    typed_over = OldRow(key="id-0002", ours=on_sheet(one).ours, own={"Owner": "of one"}, number=8)

    done = plan([typed_over], [one, two], own_columns=OWN)

    assert [(note.customer_id, note.reason) for note in done.parked] == [("id-0002", EDITED)]
    assert all(row.own == {} for row in done.rows)


def test_two_customers_who_look_alike_keep_their_rows(make_customer: MakeCustomer) -> None:
    one, two = make_customer(1), replace(make_customer(1), customer_id="id-0002")
    old = [on_sheet(one, Owner="of one"), on_sheet(two, Owner="of two")]

    both = plan(old, [one, two], own_columns=OWN)
    left = plan(old, [one], own_columns=OWN)

    assert (both.parked, both.conflicts) == ((), ())
    assert [row.own for row in both.rows] == [{"Owner": "of one"}, {"Owner": "of two"}]
    assert [(note.customer_id, note.reason) for note in left.parked] == [("id-0002", LEFT)]


def test_a_column_of_ids_sorted_alone_moves_no_note(make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(1, 9)]
    rows = [on_sheet(each, Owner=f"of {each.customer_id}") for each in everybody]
    ids = [row.key for row in rows]
    messed = [
        OldRow(key=key, ours={**row.ours, "customer_id": key}, own=row.own)
        for key, row in zip(ids[1:] + ids[:1], rows, strict=True)
    ]

    done = plan(messed, everybody, own_columns=OWN)

    assert all(row.own == {} for row in done.rows)
    assert Counter(note.value for note in done.parked) == Counter(row.own["Owner"] for row in rows)


def test_a_rename_alone_is_no_doubt(make_customer: MakeCustomer) -> None:
    done = plan(
        [on_sheet(make_customer(1), Owner="Li")],
        [make_customer(1, account_name="renamed", company_name="Other")],
        own_columns=OWN,
    )

    assert done.rows[0].own == {"Owner": "Li"}
    assert done.conflicts == ()


def test_a_row_without_an_id_loses_nothing() -> None:
    typed = OldRow(key="", ours={"company_name": "maybe next year"}, own={"Owner": "Li"}, number=30)

    done = plan([typed], [], own_columns=OWN)

    assert {(note.column, note.value, note.reason) for note in done.parked} == {
        ("Company name", "maybe next year", KEYLESS),
        ("Owner", "Li", KEYLESS),
    }
    assert "row 30" in done.conflicts[0]


def test_of_a_row_whose_id_was_deleted_only_the_users_own_is_parked(
    make_customer: MakeCustomer,
) -> None:
    one = on_sheet(make_customer(1), Owner="Li")
    wiped = OldRow(key="", ours={**one.ours, "customer_id": None}, own=one.own, number=30)

    done = plan([wiped], [make_customer(1)], own_columns=OWN)

    assert [(note.column, note.value) for note in done.parked] == [("Owner", "Li")]


@pytest.mark.parametrize(
    ("reason", "came_back"),
    [
        ("left the list (formula of row 40)", "=B11*2+$C$1"),
        ("left the list (formula)", "=B40*2+$C$1"),  # of an older version: nobody knows its row
    ],
)
def test_a_formula_comes_back_as_copying_it_would_make_it(
    make_customer: MakeCustomer, reason: str, came_back: str
) -> None:
    waiting = ParkedNote(
        customer_id="id-0001", column="Owner", value=Formula("=B40*2+$C$1"), reason=reason
    )

    done = plan(
        [on_sheet(make_customer(2))],
        [make_customer(2), make_customer(1)],
        parked=[waiting],
        own_columns=OWN,
        given=Circumstances(top=10),
    )

    back = done.rows[1].own["Owner"]
    assert (back, type(back)) == (came_back, Formula)
    assert done.still_parked == ()


def test_one_row_out_of_order_is_no_sorting(make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(40, 0, -1)]
    old = [on_sheet(each) for each in everybody if each.customer_id != "id-0038"]
    # Number 3 was associated anew: first in the view's order, and it stays where it stood.
    listed = [everybody[37], *everybody[:37], *everybody[38:]]

    done = plan(old, [make_customer(41), *listed], own_columns=OWN)

    keys = [row.customer.customer_id for row in done.rows if row.customer]
    assert keys[:4] == ["id-0041", "id-0040", "id-0039", "id-0038"]
    assert keys[4:] == [f"id-{n:04}" for n in range(37, 0, -1)]


def test_where_the_user_sorted_new_rows_come_at_the_end(make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(1, 31)]
    old = [on_sheet(each) for each in sorted(everybody, key=lambda each: each.telephone or "")]

    done = plan(old, [make_customer(31), *reversed(everybody)], own_columns=OWN)

    keys = [row.customer.customer_id for row in done.rows if row.customer]
    assert keys == [f"id-{n:04}" for n in range(1, 32)]


def test_an_incomplete_listing_removes_nobody(make_customer: MakeCustomer) -> None:
    one, two = make_customer(1), make_customer(2)
    old = [on_sheet(one, Owner="Li"), on_sheet(two)]

    done = plan(old, [two], given=Circumstances(missing_at_most=3), own_columns=OWN)

    assert done.left == ()
    assert done.parked == ()
    assert [(row.customer, row.came_from, row.change) for row in done.rows] == [
        (None, 0, "Not seen"),
        (two, 1, ""),
    ]
    assert "up to 3 customers may be missing" in done.stops[0]


@pytest.mark.parametrize(("gone", "stops"), [(2, False), (3, True)])
def test_more_than_a_fifth_gone_stops(make_customer: MakeCustomer, gone: int, stops: bool) -> None:
    everybody = [make_customer(n) for n in range(1, 11)]

    done = plan([on_sheet(each) for each in everybody], everybody[gone:])

    assert bool(done.stops) is stops
    assert not stops or done.stops == ("3 of 10 customers would go from the list",)


def test_another_question_or_account_stops(make_customer: MakeCustomer) -> None:
    customer = make_customer(1)
    before = Asked(account="p-1@a", fingerprint="bcdf")

    same = plan(
        [on_sheet(customer)], [customer], given=Circumstances(asked=before, asked_before=before)
    )
    other = plan(
        [on_sheet(customer)],
        [customer],
        given=Circumstances(asked=Asked(account="p-2@a", fingerprint="ghjk"), asked_before=before),
    )
    empty = plan(
        [],
        [customer],
        given=Circumstances(asked=Asked(account="p-2@a", fingerprint="x"), asked_before=before),
    )

    assert same.stops == empty.stops == ()
    assert len(other.stops) == 2


def test_fields_the_api_does_not_carry_are_no_change(make_customer: MakeCustomer) -> None:
    rich = on_sheet(make_customer(1, email="a@b.example", level="V1"))

    assert (
        plan([rich], [make_customer(1)], given=Circumstances(carried=CARRIED["detail"])).altered
        == ()
    )


def test_new_rows_are_sorted_in_or_come_at_the_end(make_customer: MakeCustomer) -> None:
    one, two, three, four = (make_customer(n) for n in (1, 2, 3, 4))
    view = [four, three, two, one]

    sorted_in = plan([on_sheet(three), on_sheet(one)], view)
    as_the_user_sorted = plan([on_sheet(one), on_sheet(three)], view)

    assert [row.customer for row in sorted_in.rows] == view
    assert [row.customer for row in as_the_user_sorted.rows] == [one, three, four, two]


# -- no note is lost, and none moves to another customer -------------------------------------

_PEOPLE = tuple(Customer(customer_id=f"c{n}", account_name=f"a{n}") for n in range(6))
_NOTE = st.one_of(
    st.text(min_size=1, max_size=8), st.floats(allow_nan=False), st.booleans(), st.just("=1+1")
)
_STEP = st.one_of(
    st.tuples(st.just("refresh"), st.sets(st.integers(0, 5)), st.booleans()),
    st.tuples(st.just("note"), st.integers(0, 5), st.sampled_from(OWN), _NOTE),
    st.tuples(st.just("sort"), st.randoms(use_true_random=False)),
    st.tuples(st.just("rename"), st.sampled_from(OWN), st.sampled_from(["Todo", "Owner", "X"])),
    st.tuples(st.just("duplicate"), st.integers(0, 5)),
    st.tuples(st.just("clear id"), st.integers(0, 5)),
)
Notes = Counter[tuple[str, Any]]


def _notes(rows: Sequence[OldRow], parked: Sequence[ParkedNote]) -> Notes:
    """Return every note as (whose, value); the column may be renamed by the user."""
    return Counter(
        [(row.key, repr(value)) for row in rows for value in row.own.values()]
        + [(note.customer_id, repr(note.value)) for note in parked]
    )


@settings(max_examples=150)
@given(st.lists(_STEP, max_size=25))
def test_no_note_is_lost_or_moved(steps: list[tuple[Any, ...]]) -> None:
    rows: list[OldRow] = []
    parked: tuple[ParkedNote, ...] = ()
    columns = list(OWN)
    for step in steps:
        if step[0] == "refresh":
            who = [each for n, each in enumerate(_PEOPLE) if n in step[1]]
            before = _notes(rows, parked)
            done = plan(
                rows,
                who,
                parked=parked,
                own_columns=columns,
                given=Circumstances(missing_at_most=int(step[2]), now=NOW),
            )
            rows = [
                OldRow(
                    key=row.customer.customer_id if row.customer else rows[row.came_from or 0].key,
                    own=row.own,
                )
                for row in done.rows
            ]
            parked = done.still_parked
            assert _notes(rows, parked) == before
            assert len({row.key for row in rows}) == len(rows) or step[2]
        elif step[0] == "note" and step[2] in columns:
            rows = [
                OldRow(key=row.key, own={**row.own, step[2]: step[3]})
                if row.key == f"c{step[1]}"
                else row
                for row in rows
            ]
        elif step[0] == "sort":
            step[1].shuffle(rows)
        elif step[0] == "rename" and step[1] in columns and step[2] not in columns:
            columns[columns.index(step[1])] = step[2]
            rows = [
                OldRow(key=r.key, own={step[2] if c == step[1] else c: v for c, v in r.own.items()})
                for r in rows
            ]
        elif step[0] == "duplicate":
            rows += [row for row in rows if row.key == f"c{step[1]}"]
        elif step[0] == "clear id":
            rows = [OldRow(key="", own=r.own) if r.key == f"c{step[1]}" else r for r in rows]
