"""The ordered rules: what confirms, what only suggests, and that nobody is counted twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.matching import RULES, Matching, match_lines
from partnerbook.model import Customer, LedgerLine


def line(row: int, **known: Any) -> LedgerLine:
    return LedgerLine(file="ledger.xlsx", sheet="Ledger", row=row, **known)


def found(matching: Matching) -> list[tuple[str, int, str, str]]:
    both = (*matching.confirmed, *matching.suggested)
    return [(match.customer_id, match.row, match.status, match.rule) for match in both]


ANNA = Customer(
    customer_id="c-1", account_name="Anna", company_name="Anna Ltd", xaccount_id="CRM-1"
)
BO = Customer(customer_id="c-2", account_name="bo", company_name="Bo Ltd", xaccount_id="CRM-2")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"xaccount_id": "CRM-1"}, ("c-1", 2, "confirmed", "xaccount_id")),
        ({"xaccount_id": "CRM-1", "customer_id": "c-1"}, ("c-1", 2, "confirmed", "xaccount_id")),
        ({"customer_id": "c-1"}, ("c-1", 2, "confirmed", "customer_id")),
        ({"customer_id": "c-1", "account_name": "bo"}, ("c-1", 2, "confirmed", "customer_id")),
        ({"account_name": " ANNA "}, ("c-1", 2, "confirmed", "account_name")),
        ({"account_name": "Ａｎｎａ"}, ("c-1", 2, "confirmed", "account_name")),
        ({"company_name": "anna  LTD"}, ("c-1", 2, "suggested", "company_name")),
        # What contradicts itself is never confirmed.
        ({"xaccount_id": "CRM-1", "customer_id": "c-2"}, ("c-1", 2, "suggested", "xaccount_id")),
        ({"xaccount_id": "CRM-1", "customer_id": "x"}, ("c-1", 2, "suggested", "xaccount_id")),
        ({"account_name": "anna", "customer_id": "x"}, ("c-1", 2, "suggested", "account_name")),
        ({"account_name": "anna", "xaccount_id": "x"}, ("c-1", 2, "suggested", "account_name")),
    ],
)
def test_each_rule_confirms_or_suggests(
    known: dict[str, str], expected: tuple[str, int, str, str]
) -> None:
    assert found(match_lines((ANNA, BO), [line(2, **known)])) == [expected]


@pytest.mark.parametrize(
    "known", [{"customer_id": "C-1"}, {"account_name": "an"}, {"company_name": "Hanna"}, {}]
)
def test_what_is_not_equal_is_not_matched(known: dict[str, str]) -> None:
    matching = match_lines((ANNA, BO), [line(2, **known)])

    assert found(matching) == []
    assert list(matching.unmatched) == [2]


def test_what_fits_two_customers_is_never_confirmed() -> None:
    twins = [
        Customer(customer_id=f"c-{n}", account_name="Twin", xaccount_id="CRM-9", company_name=name)
        for n, name in ((1, "One Ltd"), (2, "Two Ltd"))
    ]

    by_account = match_lines(twins, [line(2, account_name="twin")])
    by_partner = match_lines(twins, [line(2, xaccount_id="CRM-9", company_name="Two Ltd")])
    by_both_ids = match_lines(twins, [line(2, xaccount_id="CRM-9", customer_id="c-2")])

    assert found(by_account) == [("c-1", 2, "suggested", "account_name")]
    assert "2 customers have this account name" in by_account.suggested[0].why
    assert "It could also be c-2." in by_account.suggested[0].why
    assert found(by_partner) == [("c-2", 2, "suggested", "xaccount_id")]
    assert found(by_both_ids) == [("c-2", 2, "confirmed", "customer_id")]


def test_a_spoilt_id_leaves_the_account_name_a_suggestion() -> None:
    lines = [line(2, account_name="anna"), line(3, account_name="bo")]

    matching = match_lines((ANNA, BO), lines, damaged={3})

    assert found(matching) == [
        ("c-1", 2, "confirmed", "account_name"),
        ("c-2", 3, "suggested", "account_name"),
    ]
    assert "spoilt" in matching.suggested[0].why


def test_masked_values_match_nobody() -> None:
    masked = Customer(customer_id="c-1", account_name="an***", company_name="Axxxx Ltd")

    matching = match_lines(
        [masked], [line(2, account_name="an***"), line(3, company_name="Axxxx Ltd")]
    )

    assert found(matching) == []


def test_further_lines_of_a_customer_are_extra_and_the_surest_counts() -> None:
    lines = [line(2, account_name="anna"), line(3, customer_id="c-1"), line(4, customer_id="c-1")]

    matching = match_lines((ANNA, BO), lines)

    assert found(matching) == [("c-1", 3, "confirmed", "customer_id")]
    assert matching.extra == {4: 3, 2: 3}


def test_further_lines_of_somebody_unknown_are_extra_too() -> None:
    matching = match_lines((ANNA,), [line(2, customer_id="x"), line(3, customer_id="x"), line(4)])

    assert matching.extra == {3: 2}
    assert list(matching.unmatched) == [2, 4]


def test_a_suggestion_never_takes_a_customer_who_is_already_found() -> None:
    matching = match_lines((ANNA,), [line(2, customer_id="c-1"), line(3, company_name="Anna Ltd")])

    assert found(matching) == [("c-1", 2, "confirmed", "customer_id")]
    assert "c-1 already goes with row 2" in matching.unmatched[3]


_FEW = st.sampled_from([None, "a", "A", "b", "c", "x***"])


@st.composite
def _customers(draw: Callable[..., Any]) -> list[Customer]:
    ids = sorted(draw(st.sets(st.sampled_from(["a", "b", "c", "d", "e"]))))
    return [
        Customer(
            customer_id=each,
            account_name=draw(_FEW),
            company_name=draw(_FEW),
            xaccount_id=draw(_FEW),
        )
        for each in ids
    ]


@st.composite
def _lines(draw: Callable[..., Any]) -> list[LedgerLine]:
    count = draw(st.integers(0, 8))
    return [
        line(
            row,
            customer_id=draw(_FEW),
            account_name=draw(_FEW),
            company_name=draw(_FEW),
            xaccount_id=draw(_FEW),
        )
        for row in range(2, 2 + count)
    ]


@settings(max_examples=300)
@given(_customers(), _lines(), st.sets(st.integers(2, 9)))
def test_every_line_is_in_one_place_and_nobody_is_taken_twice(
    customers: list[Customer], lines: list[LedgerLine], damaged: set[int]
) -> None:
    matching = match_lines(customers, lines, damaged=damaged)

    rows = [match.row for match in matching.confirmed]
    rows += [*matching.extra, *matching.unmatched]
    assert sorted(rows) == [each.row for each in lines]
    both = (*matching.confirmed, *matching.suggested)
    assert len({match.customer_id for match in both}) == len(both)
    assert {match.row for match in matching.suggested} <= matching.unmatched.keys()
    assert all(match.rule in RULES and match.why.endswith(".") for match in both)
    assert set(matching.extra.values()).isdisjoint(matching.extra)


@settings(max_examples=150)
@given(_customers(), _lines(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_decides_nothing_but_which_of_equals_counts(
    customers: list[Customer], lines: list[LedgerLine], chance: Any
) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)

    before, after = match_lines(customers, lines), match_lines(customers[::-1], shuffled)

    assert before == after
