"""Customers invented, played through their weeks, and found, without HTTP."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from partnerbook.model import Customer
from partnerbook.sandbox.backend import Backend, Wanted
from partnerbook.sandbox.behaviour import ORDERS
from partnerbook.sandbox.people import LAST_MONDAY, monday, people
from partnerbook.sandbox.scenario import invented
from partnerbook.sandbox.weeks import scripted_weeks


def backend(count: int = 250, **settings: Any) -> Backend:
    play = invented(count, 7)
    made = Backend(play.customers, play.weeks, play.behaviour)
    made.configure(settings)
    return made


def listed(source: Backend, wanted: Wanted | None = None) -> list[str]:
    """Return the IDs as a naive client pages them."""
    ids: list[str] = []
    for first in range(0, 100_000, 100):
        found = source.find(wanted or Wanted(), first=first, size=100)
        ids += [each.customer_id for each in found.rows]
        if first + 100 >= found.count:
            return ids
    raise AssertionError("the count never ended")


def test_invented_customers_are_the_same_for_the_same_seed_and_different_people() -> None:
    one, two = people(300, 7), people(300, 7)

    assert one == two != people(300, 8)
    assert (
        len({each.customer_id for each in one}) == len({each.account_name for each in one}) == 300
    )


def test_invented_customers_show_what_real_ones_would() -> None:
    customers = people(300, 7)

    assert {each.country_code for each in customers} == {
        "0086",
        "0066",
        "0966",
        "0065",
        "0044",
        "0001",
    }
    assert {each.verification for each in customers} == {"-1", "0", "1", "2", "3"}
    for each in customers:
        assert (each.company_name is None) == (each.verification != "2")
        assert "xxxx" in (each.telephone or "") or "****" in (each.telephone or "")
        assert (each.email or "").split("@")[1] in {"example.com", "example.org", "example.net"}
    names = "".join(each.company_name or "" for each in customers)
    for script in ("有限公司", "شركة", "บริษัท", "Pte. Ltd."):
        assert script in names
    assert {"VIP", "vip", None} < {each.label for each in customers}
    assert any((each.xaccount_id or "").startswith("0") for each in customers)
    # An import: a dozen in one second.
    assert Counter(each.associated_at for each in customers).most_common(1)[0][1] >= 12
    assert all(each.associated_at and each.associated_at < monday(1) for each in customers)


def test_every_week_something_of_each_kind_happens() -> None:
    customers = {each.customer_id: each for each in people(300, 7)}
    seen: set[str] = set(customers)
    gone: set[str] = set()
    for number, week in enumerate(scripted_weeks(tuple(customers.values()), 7), start=2):
        after = week.played_on(customers)
        joined, left = after.keys() - customers.keys(), customers.keys() - after.keys()
        assert joined - seen
        assert left
        assert (number == 2) or (joined & gone)
        altered = {
            name
            for key in customers.keys() & after.keys()
            for name in ("company_name", "label", "association", "verification", "account_manager")
            if getattr(customers[key], name) != getattr(after[key], name)
        }
        assert len(altered) == 5
        for key in joined:
            assert monday(number - 1) <= (after[key].associated_at or monday(1)) < monday(number)
        gone |= left
        seen |= joined
        customers = after


@pytest.mark.parametrize("count", [0, 1, 2, 5, 11])
def test_few_customers_have_weeks_too(count: int) -> None:
    made = backend(count)

    for week in (2, 3, 4, 5, 1):
        made.play_week(week)
    assert len(made.customers) == count


def test_weeks_end_on_the_monday_that_is_asked_for() -> None:
    play = invented(50, 7, date(2026, 11, 16))

    assert monday(5, date(2026, 11, 16)) == datetime(2026, 11, 16, tzinfo=UTC)
    latest = max(c.associated_at for week in play.weeks for c in week.add if c.associated_at)
    assert monday(4, date(2026, 11, 16)) <= latest < datetime(2026, 11, 16, tzinfo=UTC)
    assert LAST_MONDAY.weekday() == 0


@pytest.mark.parametrize("order", ["newest", "oldest", "account"])
def test_steady_orders_page_through_everybody_once(order: str) -> None:
    made = backend(order=order)

    ids = listed(made)

    assert sorted(ids) == [each.customer_id for each in made.customers]
    by_id = {each.customer_id: each for each in made.customers}
    key = "account_name" if order == "account" else "associated_at"
    values: list[Any] = [getattr(by_id[each], key) for each in ids]
    assert values == sorted(values, reverse=order == "newest")


@pytest.mark.parametrize("order", ["random", "random-ties"])
def test_random_orders_lose_and_repeat_people_although_nothing_changes(order: str) -> None:
    made = backend(order=order)

    ids = listed(made)

    assert len(ids) == 250
    assert len(set(ids)) < 250
    if order == "random-ties":
        rows = made.find(Wanted(), first=0, size=250).rows
        kinds = [each.association or "" for each in rows]
        assert kinds == sorted(kinds)


@pytest.mark.parametrize("order", ORDERS)
def test_the_same_seed_gives_the_same_answers(order: str) -> None:
    runs = [listed(backend(order=order, churn_per_request=0.5)) for _ in range(2)]

    assert runs[0] == runs[1]


def test_churn_changes_about_as_much_as_set() -> None:
    made = backend(churn_per_request=0.2)
    revision = made.revision
    for _ in range(500):
        made.find(Wanted(), first=0, size=1)

    assert 60 <= made.revision - revision <= 140
    churny = backend(churn_per_request=2.5)
    churny.find(Wanted(), first=0, size=1)
    assert churny.revision - revision in {2, 3}


def test_a_lagging_count_tells_of_the_past_and_the_rows_of_now() -> None:
    made = backend(120, count_lag=2)
    for expected in (120, 120, 120, 119):
        assert made.find(Wanted(), first=0, size=100).count == expected
        if len(made.customers) == 120:
            made.alter(remove=[made.customers[0].customer_id])


def test_an_alteration_is_all_or_nothing() -> None:
    made = backend(10)
    before = made.customers

    with pytest.raises(ValueError, match="is there already"):
        made.alter(remove=[before[0].customer_id], add=[before[1]])

    assert made.customers == before


def test_text_is_found_in_the_middle_and_only_labels_mind_the_case() -> None:
    wanted = Customer(customer_id="x", account_name="Straße", company_name="İstanbul", label="Ab")
    made = Backend([wanted], (), backend().behaviour)

    def finds(**given: Any) -> bool:
        return made.find(Wanted(**given), first=0, size=10).count == 1

    assert finds(account="tra", company="TANB", label="b")
    assert not finds(label="B")
    assert not finds(account="strasse")
    assert not finds(since=datetime(2000, 1, 1, tzinfo=UTC))  # no time of its own: in no range
    made.alter(change=[("x", {"associated_at": datetime(2000, 1, 1, tzinfo=UTC)})])
    assert finds(since=datetime(2000, 1, 1, tzinfo=UTC), until=datetime(2000, 1, 1, tzinfo=UTC))


def test_a_customer_changed_between_pages_is_seen_in_the_new_state() -> None:
    made = backend(10)
    first = made.find(Wanted(), first=0, size=1).rows[0]

    made.alter(change=[(first.customer_id, {"label": "changed"})])

    assert made.find(Wanted(), first=0, size=1).rows[0] == replace(first, label="changed")
