"""The ordered rules: what confirms, what only suggests, and that nobody is counted twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from string import Formatter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.matching import RULES, Matching, find_groups, match_lines, party_key
from partnerbook.matching.sayings import SAID
from partnerbook.model import Customer, Decision, LedgerLine, PartyKey, Verdict


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
        ({"customer_id": "c-1", "account_name": "al"}, ("c-1", 2, "confirmed", "customer_id")),
        ({"account_name": " ANNA "}, ("c-1", 2, "confirmed", "account_name")),
        ({"account_name": "Ａｎｎａ"}, ("c-1", 2, "confirmed", "account_name")),
        ({"company_name": "anna  LTD"}, ("c-1", 2, "suggested", "company_name")),
        # What contradicts itself is never confirmed.
        ({"xaccount_id": "CRM-1", "customer_id": "c-2"}, ("c-1", 2, "suggested", "xaccount_id")),
        ({"xaccount_id": "CRM-1", "customer_id": "x"}, ("c-1", 2, "suggested", "xaccount_id")),
        ({"account_name": "anna", "customer_id": "x"}, ("c-1", 2, "suggested", "account_name")),
        ({"account_name": "anna", "xaccount_id": "x"}, ("c-1", 2, "suggested", "account_name")),
        ({"customer_id": "c-1", "account_name": "bo"}, ("c-1", 2, "suggested", "customer_id")),
        ({"xaccount_id": "CRM-1", "account_name": "bo"}, ("c-1", 2, "suggested", "xaccount_id")),
        ({"customer_id": "c-1", "company_name": "Bo Ltd"}, ("c-1", 2, "suggested", "customer_id")),
        (
            {"account_name": "anna", "company_name": "Bo Ltd"},
            ("c-1", 2, "suggested", "account_name"),
        ),
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


MIA = Customer(
    customer_id="c-5",
    company_name="云海科技有限公司",
    email="Mia@example.com",
    telephone="13800138000",
    country_code="0086",
)
TIM = Customer(
    customer_id="c-6", company_name="Tim Ltd", email="tim@example.com", telephone="139xxxxxxxx"
)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"email": "mia@EXAMPLE.com", "company_name": "云海科技公司"}, ("confirmed", "email")),
        ({"email": "mia@example.com"}, ("suggested", "email")),
        ({"email": "mia@example.com", "company_name": "星辰"}, ("suggested", "email")),
        (
            {"email": "mia@example.com", "company_name": "云海科技公司", "customer_id": "x"},
            ("suggested", "email"),
        ),
        ({"phone": "+86 138-0013-8000", "company_name": "云海科技公司"}, ("confirmed", "phone")),
        ({"phone": "0086 13800138000"}, ("suggested", "phone")),
        ({"phone": "１３８００１３８０００"}, ("suggested", "phone")),
    ],
)
def test_a_contact_confirms_only_together_with_the_name(
    known: dict[str, str], expected: tuple[str, str]
) -> None:
    assert found(match_lines((MIA, TIM), [line(2, **known)])) == [("c-5", 2, *expected)]


@pytest.mark.parametrize(
    "known", [{"phone": "139xxxxxxxx"}, {"phone": "8000"}, {"email": "x***@example.com"}]
)
def test_a_masked_or_short_contact_matches_nobody(known: dict[str, str]) -> None:
    assert found(match_lines((MIA, TIM), [line(2, **known)])) == []


def test_a_contact_that_two_share_is_never_confirmed() -> None:
    twin = replace(MIA, customer_id="c-7")
    lines = [
        line(2, email="mia@example.com", company_name="云海科技有限公司北京分公司"),
        line(3, email="mia@example.com", company_name="云海科技公司"),
    ]

    two_customers = match_lines((MIA, twin), lines[1:])
    two_rows = match_lines((MIA,), lines)

    assert [each.status for each in two_customers.suggested] == ["suggested"]
    assert two_rows.confirmed == ()
    assert "2 parties of the ledger have it" in two_rows.suggested[0].why


def test_an_address_and_a_number_of_two_customers_are_no_proof() -> None:
    other = replace(TIM, telephone="13900139000", country_code="0086")
    row = line(2, email="mia@example.com", phone="13900139000", company_name="云海科技公司")

    matching = match_lines((MIA, other), [row])

    assert found(matching) == [("c-5", 2, "suggested", "email")]
    assert "another customer's" in matching.suggested[0].why


def _decided(verdict: Verdict, customer_id: str, key: PartyKey | None) -> Decision:
    return Decision(
        verdict=verdict,
        who="Li Lei",
        decided_at=datetime(2026, 3, 31, tzinfo=UTC),
        customer_id=customer_id,
        party=key,
        number=7,
    )


def test_a_yes_confirms_and_a_no_is_never_offered_again() -> None:
    row = line(2, company_name="Anna Ltd.")
    twin = replace(ANNA, customer_id="c-9", account_name="anna2", xaccount_id=None)
    key = party_key(row)

    asked = match_lines((ANNA, twin), [row])
    yes = match_lines((ANNA, twin), [row], decisions=[_decided("yes", "c-9", key)])
    no = match_lines((ANNA, twin), [row], decisions=[_decided("no", "c-1", key)])
    none = match_lines(
        (ANNA, twin),
        [row],
        decisions=[_decided("no", "c-1", key), _decided("no", "c-9", key)],
    )

    assert found(asked) == [("c-1", 2, "suggested", "similar_name")]
    assert found(yes) == [("c-9", 2, "confirmed", "decision")]
    assert yes.confirmed[0].why == "Li Lei said yes on 2026-03-31."
    assert found(no) == [("c-9", 2, "suggested", "similar_name")]
    assert found(none) == []
    assert "Li Lei said no to customer c-1 on 2026-03-31." in none.unmatched[2]
    assert [len(each.used) for each in (asked, yes, no, none)] == [0, 1, 1, 2]


def test_a_decision_never_outweighs_an_id_and_is_not_used_for_another_party() -> None:
    rows = [line(2, customer_id="c-2"), line(3, company_name="Bo Ltd")]
    decisions = [
        _decided("yes", "c-1", party_key(rows[0])),
        _decided("yes", "c-1", ("company_name", "somebody")),
        _decided("yes", "gone", party_key(rows[1])),
    ]

    matching = match_lines((ANNA, BO), rows, decisions=decisions)

    assert found(matching) == [("c-2", 2, "confirmed", "customer_id")]
    assert matching.used == ()


def test_names_are_scored_by_part() -> None:
    (alike,) = match_lines((MIA,), [line(2, company_name="北京云海科技公司")]).suggested

    assert dict(alike.parts) == {"core": 100, "trade": 100, "region": 50, "form": 0, "branch": 100}


def test_sentences_are_said_in_chinese() -> None:
    matching = match_lines(
        (MIA,),
        [line(2, company_name="云海技术公司"), line(3, company_name="云海科技")],
        language="zh",
    )

    assert (
        matching.suggested[0].why == "核心名称“云海”相同；只有一方写明公司形式。仅凭名称不能确认。"
    )
    assert matching.unmatched[2] == "最接近的是客户 c-5，但：核心名称中 科技 ≠ 技术。"


def test_every_sentence_has_the_same_gaps_in_both_languages() -> None:
    for english, chinese in SAID.values():
        counted = [
            sum(field is not None for _, field, _, _ in Formatter().parse(each))
            for each in (english, chinese)
        ]
        assert counted[0] == counted[1], (english, chinese)


def test_a_groups_subsidiaries_and_a_resellers_customers_are_groups() -> None:
    customers = [
        Customer(customer_id="c-1", company_name="云海科技（北京）有限公司"),
        Customer(customer_id="c-2", company_name="云海科技（上海）有限公司"),
        Customer(customer_id="c-3", company_name="Other Ltd", xaccount_id="R-1"),
        Customer(customer_id="c-4", company_name="Another Ltd", xaccount_id="R-1"),
        Customer(customer_id="c-5", company_name="Alone Ltd", xaccount_id="R-2"),
    ]
    rows = [
        line(2, company_name="云海集团"),
        line(3, xaccount_id="R-1"),
        line(4, xaccount_id="R-2"),
    ]

    groups = find_groups(customers, rows)

    assert [(each.kind, each.name, each.customers, each.rows) for each in groups] == [
        ("xaccount_id", "R-1", ("c-3", "c-4"), (3,)),
        ("name", "云海", ("c-1", "c-2"), (2,)),
    ]
