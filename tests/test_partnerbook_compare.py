"""What happened between two snapshots, and how it is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partnerbook.compare import changes, fields_gone, is_renaming, one_line, sentence
from partnerbook.errors import QueryError
from partnerbook.model import CUSTOMER_FIELDS, Change, Customer, CustomerQuery, Snapshot

MONDAY = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
NEXT = MONDAY + timedelta(days=7)

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]


def altered(field: str, before: Any, after: Any, name: str = "ACME Asia") -> Change:
    return Change(
        customer_id="id-0001", kind="altered", name=name, field=field, before=before, after=after
    )


def test_joined_left_and_altered_come_in_order(make_customer: Make, make_snapshot: Take) -> None:
    before = make_snapshot(make_customer(1), make_customer(2, company_name="Old"))
    after = make_snapshot(
        make_customer(2, company_name="New", label="VIP"), make_customer(3), taken_at=NEXT
    )

    found = changes(before, after)

    assert [(c.kind, c.customer_id, c.field, c.before, c.after) for c in found] == [
        ("joined", "id-0003", None, None, None),
        ("left", "id-0001", None, None, None),
        ("altered", "id-0002", "company_name", "Old", "New"),
        ("altered", "id-0002", "label", None, "VIP"),
    ]
    assert found[1].days == (NEXT - datetime(2026, 1, 6, 8, 30, tzinfo=UTC)).days
    assert found[2].name == "New"


@pytest.mark.parametrize(("older", "newer"), [(2, 0), (0, 2), (1, 1)])
def test_nobody_left_unless_both_listings_are_exact(
    make_customer: Make, make_snapshot: Take, older: int, newer: int
) -> None:
    before = make_snapshot(make_customer(1), make_customer(2), missing_at_most=older)
    after = make_snapshot(make_customer(1), taken_at=NEXT, missing_at_most=newer)

    assert changes(before, after) == ()


def test_an_incomplete_older_listing_makes_nobody_new_but_the_surely_new(
    make_customer: Make, make_snapshot: Take
) -> None:
    before = make_snapshot(missing_at_most=5)
    young = make_customer(2, associated_at=MONDAY + timedelta(hours=1))
    after = make_snapshot(make_customer(1), young, taken_at=NEXT)

    assert [(c.kind, c.customer_id) for c in changes(before, after)] == [("joined", "id-0002")]


def test_came_back_is_known_from_older_snapshots_only(
    make_customer: Make, make_snapshot: Take
) -> None:
    before, after = make_snapshot(), make_snapshot(make_customer(1), taken_at=NEXT)

    assert [c.kind for c in changes(before, after)] == ["joined"]
    again = changes(before, after, earlier_ids=frozenset({"id-0001"}))
    assert [c.kind for c in again] == ["came_back"]


def test_only_fields_that_both_apis_carry_are_compared(
    make_customer: Make, make_snapshot: Take
) -> None:
    before = make_snapshot(make_customer(1), api="detail")
    rich = make_customer(1, level="V3", is_frozen=False, label="VIP")
    after = make_snapshot(rich, api="sub-customers", taken_at=NEXT)

    assert [c.field for c in changes(before, after)] == ["label"]


@pytest.mark.parametrize(
    ("given_after", "said"),
    [
        ({"query": CustomerQuery(company="云")}, "different questions"),
        ({"account": "p-0002@bss.example.com"}, "different accounts"),
        ({"taken_at": MONDAY - timedelta(days=1)}, "swap"),
    ],
)
def test_snapshots_that_cannot_be_compared_are_refused(
    make_snapshot: Take, given_after: dict[str, Any], said: str
) -> None:
    with pytest.raises(QueryError, match=said):
        changes(make_snapshot(), make_snapshot(**given_after))


@pytest.mark.parametrize(
    ("change", "english", "chinese"),
    [
        (
            altered("company_name", "Acme Ltd", "ACME Asia"),
            "ACME Asia was renamed from Acme Ltd",
            "Acme Ltd 更名为 ACME Asia",
        ),
        (
            altered("verification", "1", "2"),
            "ACME Asia, verification: rejected → verified",
            "ACME Asia，实名认证：不通过 → 已实名认证",
        ),
        (
            altered("verification", "2", "9"),  # a code that nobody documented stays visible
            "ACME Asia, verification: verified → 9",
            "ACME Asia，实名认证：已实名认证 → 9",
        ),
        (
            altered("label", None, "VIP"),
            "ACME Asia, label: (empty) → VIP",
            "ACME Asia，标签：（空） → VIP",
        ),
        (
            altered("is_frozen", before=False, after=True),
            "ACME Asia, frozen: no → yes",
            "ACME Asia，冻结：否 → 是",
        ),
        (
            altered("associated_at", MONDAY, NEXT),
            "ACME Asia, associated at (UTC): 2026-05-04 06:00:00 UTC → 2026-05-11 06:00:00 UTC",
            "ACME Asia，关联时间 (UTC)：2026-05-04 06:00:00 UTC → 2026-05-11 06:00:00 UTC",
        ),
        (
            Change(customer_id="1", kind="left", name="Acme", days=412),
            "Acme left after 412 days",
            "Acme 在关联 412 天后离开",
        ),
        (Change(customer_id="1", kind="left", name="Acme", days=1), "Acme left after 1 day", None),
        (Change(customer_id="1", kind="left", name="Acme"), "Acme left", "Acme 已离开"),
        (Change(customer_id="1", kind="joined", name="Acme"), "Acme joined", "Acme 新加入"),
        (Change(customer_id="1", kind="came_back", name="Acme"), "Acme came back", "Acme 重新加入"),
    ],
)
def test_a_change_in_words(change: Change, english: str, chinese: str | None) -> None:
    assert sentence(change) == english
    assert chinese is None or sentence(change, "zh") == chinese


def test_a_first_name_is_no_renaming() -> None:
    assert is_renaming(altered("company_name", "A", "B"))
    assert not is_renaming(altered("company_name", None, "B"))
    assert not is_renaming(altered("label", "A", "B"))


def test_a_sentence_cannot_be_turned_round_by_a_name() -> None:
    said = sentence(altered("company_name", "\u202eevil", "شركة"))

    assert said == "\u2068شركة\u2069 was renamed from \u2068evil\u2069"


@given(st.text(max_size=200), st.text(max_size=200) | st.none())
def test_a_sentence_is_one_line_of_bounded_length(name: str, after: str | None) -> None:
    said = sentence(altered("label", name, after, name=name or "x"))

    assert len(said.splitlines()) == 1
    assert said.isprintable() or not any(c in said for c in "\n\r\t\x00\x1b\ud800\uffff")
    assert len(said) < 300


def test_one_line_cuts_visibly() -> None:
    assert one_line("a" * 40_000) == "a" * 79 + "…"


@given(st.data())
def test_joined_and_left_close_the_bridge(
    make_customer: Make, make_snapshot: Take, data: st.DataObject
) -> None:
    numbers = st.frozensets(st.integers(1, 12))
    old, new = data.draw(numbers), data.draw(numbers)
    before = make_snapshot(*(make_customer(n) for n in old))
    after = make_snapshot(*(make_customer(n) for n in new), taken_at=NEXT)

    kinds = [change.kind for change in changes(before, after)]

    assert len(old) + kinds.count("joined") - kinds.count("left") == len(new)
    assert len(kinds) == len(old ^ new)


def test_equal_snapshots_have_no_changes(make_customer: Make, make_snapshot: Take) -> None:
    customers = [make_customer(n) for n in range(1, 20)]
    before = make_snapshot(*customers)

    assert changes(before, replace(before)) == ()


VALUES = st.sampled_from([None, "", "a", "云", "=1+1", "0086"])
LISTS = st.dictionaries(
    st.integers(0, 9), st.fixed_dictionaries({"label": VALUES, "email": VALUES, "level": VALUES})
)


NOTHING: dict[str, str | None] = {"label": None, "email": None, "level": None}


@example(  # nobody has a level any more; one label was lost, and others are there
    older={n: NOTHING | {"level": "a", "label": "a"} for n in range(6)},
    newer={n: NOTHING | {"label": "a" if n else None} for n in range(6)},
    lacking=(0, 0),
)
@example(  # four are too few to tell
    older={n: NOTHING | {"level": "a"} for n in range(4)},
    newer=dict.fromkeys(range(9), NOTHING),
    lacking=(0, 0),
)
@given(older=LISTS, newer=LISTS, lacking=st.tuples(st.integers(0, 1), st.integers(0, 1)))
def test_changes_are_what_a_look_at_each_customer_finds(
    make_customer: Make,
    make_snapshot: Take,
    older: dict[int, dict[str, str | None]],
    newer: dict[int, dict[str, str | None]],
    lacking: tuple[int, int],
) -> None:
    sides = [{n: make_customer(n, **each[n]) for n in sorted(each)} for each in (older, newer)]
    before, after = (
        make_snapshot(*side.values(), taken_at=at, missing_at_most=lacks, api="sub-customers")
        for side, at, lacks in zip(sides, (MONDAY, NEXT), lacking, strict=True)
    )

    found = [(c.kind, c.customer_id, c.field, c.before, c.after) for c in changes(before, after)]

    ids = {n: f"id-{n:04}" for n in range(10)}
    said: list[Any] = []
    if not lacking[0]:  # all that are made here were associated before
        said += [("joined", ids[n], None, None, None) for n in sides[1] if n not in sides[0]]
    if lacking == (0, 0):
        said += [("left", ids[n], None, None, None) for n in sides[0] if n not in sides[1]]
    gone = {
        name
        for name in CUSTOMER_FIELDS
        if len(sides[1]) >= 5
        and all(getattr(each, name) is None for each in sides[1].values())
        and sum(getattr(each, name) is not None for each in sides[0].values()) >= 5
    }
    assert fields_gone(before, after) == gone
    for n in sides[0].keys() & sides[1].keys():
        for name in CUSTOMER_FIELDS:
            then, now = getattr(sides[0][n], name), getattr(sides[1][n], name)
            if then != now and name not in gone:
                said.append(("altered", ids[n], name, then, now))
    order = {name: at for at, name in enumerate(("joined", "left", "altered"))}
    fields = {None: 0} | {name: at for at, name in enumerate(CUSTOMER_FIELDS)}
    assert found == sorted(said, key=lambda each: (order[each[0]], each[1], fields[each[2]]))
