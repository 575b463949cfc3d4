"""What proves a match: equal full names beside a contact, real keys, and rows that agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from partnerbook.matching import Matching, match_lines, party_key
from partnerbook.matching.placeholders import is_placeholder
from partnerbook.matching.same import difference
from partnerbook.model import Customer, Decision, LedgerLine

COMPANY = Customer(
    customer_id="c-1", email="it@group.example", telephone="13800138000", country_code="0086"
)


def line(row: int, **known: Any) -> LedgerLine:
    return LedgerLine(file="ledger.xlsx", sheet="Ledger", row=row, **known)


def confirmed(matching: Matching) -> list[tuple[str, int]]:
    return [(match.customer_id, match.row) for match in matching.confirmed]


@pytest.mark.parametrize(
    ("ours", "theirs", "says"),
    [
        ("苍鹭集团有限公司", "苍鹭集团(香港)有限公司", "香港"),
        ("苍鹭科技(集团)有限公司", "苍鹭科技有限公司", "集团"),
        ("苍鹭科技控股有限公司", "苍鹭科技有限公司", "控股"),
        ("南京金陵药业（香港）有限公司", "南京金陵药业有限公司", "香港"),
        ("上海星河软件有限公司", "星河软件有限公司", "上海"),
        ("天津海河港务有限责任公司", "天津海河港务（有限合伙）", "有限合伙"),
        ("天津海河港务有限公司", "天津海河港务股份有限公司", "股份"),
        ("苍鹭科技有限公司", "苍鹭科技有限公司上海分公司", "branch"),
        ("Acme Holdings Ltd", "Acme Ltd", "holdings"),
        ("Acme Group Ltd", "Acme Ltd", "group"),
        ("Acme Inc", "Acme LLC", "llc"),
        ("Acme Pte. Ltd.", "Acme Ltd.", "pteltd"),
        ("Acme GmbH & Co. KG", "Acme GmbH", "gmbh"),
        ("Initech GmbH", "Initech Deutschland GmbH", "deutschland"),
        ("Wayne Enterprises Inc.", "Wayne Enterprise Solutions Inc.", "solutions"),
        ("บริษัท ทองคำ จำกัด", "บริษัท ทองคำ จำกัด สาขาเชียงใหม่", "สาขา"),
        ("شركة الواحة القابضة", "شركة الواحة", "القابضه"),
    ],
)
def test_another_legal_person_with_the_groups_mailbox_is_only_suggested(
    ours: str, theirs: str, says: str
) -> None:
    customer = replace(COMPANY, company_name=ours)

    for known in ({"email": "it@group.example"}, {"phone": "+86 138 0013 8000"}):
        matching = match_lines([customer], [line(2, company_name=theirs, **known)])

        assert confirmed(matching) == []
        assert [match.row for match in matching.suggested] == [2]
        assert says in matching.suggested[0].why
    assert difference(theirs, ours)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("苍鹭科技有限公司", "蒼鷺科技有限公司"),
        ("云海科技有限公司", "雲海科技有限公司"),
        ("云海科技有限责任公司", "云海科技有限公司"),
        ("云海科技（北京）有限公司", "云海科技(北京)有限公司"),
        ("云海科技有限公司", "云海科技"),
        ("Ａｃｍｅ Co., Ltd.", "ACME CO LTD"),
        ("Acme Limited", "Acme Ltd."),
        ("Acme S.R.L.", "ACME SRL"),
        ("Café Noir, Inc.", "Cafe Noir Incorporated"),
        ("Globex (Hong Kong) Ltd", "Globex Hong Kong Limited"),
        ("บริษัท ทองคำ จำกัด", "ทองคำ จำกัด"),
        ("شركة الواحة ذ.م.م", "الواحة"),
    ],
)
def test_an_equal_full_name_confirms_with_the_contact(ours: str, theirs: str) -> None:
    customer = replace(COMPANY, company_name=ours)

    matching = match_lines([customer], [line(2, company_name=theirs, email="it@group.example")])

    assert difference(ours, theirs) == ""
    assert confirmed(matching) == [("c-1", 2)]


PLACEHOLDERS = (
    "N/A", "n/a", "N.A.", "#N/A", "0", "000", "0.0", "-", "--", "—", ".", "?", "无", "無", "暂无",
    "null", "None", "NULL", "TBD", "unknown", "Not available", "（无）", "未知", "ไม่มี", "لا يوجد",
)  # fmt: skip


@pytest.mark.parametrize("nothing", PLACEHOLDERS)
def test_what_says_nothing_is_nobodys_key(nothing: str) -> None:
    customer = Customer(
        customer_id="c-1", xaccount_id=nothing, account_name=nothing, company_name="Pi Ltd",
        email=nothing, telephone=nothing,
    )  # fmt: skip
    known = {"xaccount_id": nothing, "account_name": nothing, "email": nothing, "phone": nothing}
    lines = [
        line(2, **known, company_name="Zzz Bakery"),
        line(3, **known, company_name="Yyy Smithy"),
        line(4, **known, customer_id=nothing),
        line(5, **known, customer_id=nothing),
    ]

    matching = match_lines([customer], lines)

    assert is_placeholder(nothing)
    assert (matching.confirmed, matching.suggested, matching.extra) == ((), (), {})
    assert party_key(lines[0]) == ("company_name", "zzz bakery")
    assert party_key(lines[2]) is None
    # Nor does it contradict what else the row says.
    real = replace(customer, account_name="pi")
    assert confirmed(match_lines([real], [replace(lines[2], account_name="pi")])) == [("c-1", 4)]


@pytest.mark.parametrize(
    "something", ["10", "K-0", "Nal", "A", "无锡", "NA-7", "Nulltec", "123456"]
)
def test_what_says_something_is_a_key(something: str) -> None:
    customer = Customer(customer_id="c-1", xaccount_id=something)

    assert confirmed(match_lines([customer], [line(2, xaccount_id=something)])) == [("c-1", 2)]


@pytest.mark.parametrize(
    "known", [{"email": "none@none.com"}, {"email": "n/a@n/a"}, {"phone": "99999999"}]
)
def test_a_made_up_contact_confirms_nobody(known: dict[str, str]) -> None:
    customer = Customer(
        customer_id="c-1", company_name="Pi Ltd",
        email=known.get("email", ""), telephone=known.get("phone"),
    )  # fmt: skip

    assert match_lines([customer], [line(2, company_name="Pi Ltd", **known)]).confirmed == ()


RHO = Customer(
    customer_id="c-1", account_name="rho", company_name="Rho Ltd", email="a@rho.example",
    telephone="13800138000", xaccount_id="00123",
)  # fmt: skip
TAU = Customer(
    customer_id="c-2", account_name="tau", company_name="Tau Ltd", email="b@tau.example",
    telephone="13900139000", xaccount_id="123",
)  # fmt: skip


def test_a_row_whose_names_are_somebody_elses_is_only_suggested() -> None:
    row = line(
        2, customer_id="c-1", account_name="tau", company_name="Tau Ltd", email="b@tau.example",
        phone="13900139000",
    )  # fmt: skip

    (match,) = match_lines((RHO, TAU), [row]).suggested

    assert (match.customer_id, match.rule) == ("c-1", "customer_id")
    assert match.why == (
        "The customer ID is the same. But the row's account name is customer c-2's, so the row "
        "contradicts itself. It could also be c-2."
    )


def test_one_name_of_another_is_no_contradiction_where_the_row_names_this_one_too() -> None:
    row = line(2, customer_id="c-1", account_name="rho", company_name="Tau Ltd")

    assert confirmed(match_lines((RHO, TAU), [row])) == [("c-1", 2)]


@pytest.mark.parametrize("known", [{"customer_id": "c-1"}, {"xaccount_id": "00123"}])
def test_a_mailbox_does_not_outweigh_another_customers_name(known: dict[str, str]) -> None:
    row = line(2, **known, company_name="Tau Ltd", email="a@rho.example", phone="13800138000")
    rho = replace(RHO, email="a@rho.example", telephone="13800138000")

    matching = match_lines((rho, TAU), [row])

    assert confirmed(matching) == []
    assert [each.customer_id for each in matching.suggested] == ["c-1"]


@pytest.mark.parametrize(
    ("known", "rule", "why"),
    [
        (
            {"customer_id": "c-1", "company_name": "Tau Ltd"},
            "company_name",
            "The company name is the same, but the row says customer ID c-1.",
        ),
        (
            {"customer_id": "c-1", "account_name": "tau"},
            "account_name",
            "The account name is the same, but the row says customer ID c-1.",
        ),
        (
            {"xaccount_id": "00123", "account_name": "tau"},
            "account_name",
            "The account name is the same, but the row says the partner's ID 00123.",
        ),
        (
            {"account_name": "rho", "company_name": "Tau Ltd"},
            "company_name",
            "The company name is the same, but the row says the account rho.",
        ),
        (
            {"xaccount_id": "00123", "customer_id": "c-2"},
            "customer_id",
            "The customer ID is the same, but the partner's ID 00123 is customer c-1's.",
        ),
        (
            {"xaccount_id": "00123", "company_name": "Sigma"},
            "xaccount_id",
            "The partner's ID 00123 is the same but for zeros; as written it is customer c-1's.",
        ),
    ],
)
@pytest.mark.parametrize("by", ["taken", "refused"])
def test_a_suggestion_says_what_is_true_of_its_own_customer(
    known: dict[str, str], rule: str, why: str, by: str
) -> None:
    twin = TAU if known.get("company_name") == "Sigma" else replace(TAU, xaccount_id=None)
    row = line(3, **known)
    no = replace(_yes(row), verdict="no")
    taken = [line(2, customer_id="c-1")] if by == "taken" else []

    (match,) = match_lines((RHO, twin), [*taken, row], decisions=[] if taken else [no]).suggested

    assert (match.customer_id, match.rule) == ("c-2", rule)
    assert match.why.startswith(why)


def test_who_is_left_over_for_a_row_goes_to_the_surer_one() -> None:
    rows = [
        line(2, customer_id="c-1"),
        line(3, customer_id="c-1", company_name="Tau Ltd"),
        line(4, account_name="tau", customer_id="c-9"),
    ]

    (match,) = match_lines((RHO, TAU), rows).suggested

    assert (match.customer_id, match.row, match.rule) == ("c-2", 4, "account_name")


def test_lost_zeros_confirm_nobody_else() -> None:
    by_name = match_lines((RHO, TAU), [line(2, xaccount_id="123", company_name="Rho Ltd")])
    alone = match_lines((RHO, TAU), [line(2, xaccount_id="123", company_name="Sigma")])
    supported = match_lines((RHO, TAU), [line(2, xaccount_id="123", company_name="Tau Ltd")])

    assert confirmed(by_name) == confirmed(alone) == []
    assert "zeros at the start may be lost, is customer c-1's" in alone.suggested[0].why
    assert confirmed(supported) == [("c-2", 2)]


def test_an_id_that_is_nearly_a_customers_is_named() -> None:
    upper = Customer(customer_id="c-3", xaccount_id="Crm-7")

    zeros = match_lines((RHO, upper), [line(2, xaccount_id="123", company_name="Sigma")])
    case = match_lines((RHO, upper), [line(2, xaccount_id="CRM-7", company_name="Sigma")])
    vendors = match_lines((RHO, upper), [line(2, customer_id="C-3", company_name="Sigma")])

    assert zeros.unmatched[2].startswith("Partner's ID 123 is 00123 for customer c-1")
    assert "is written Crm-7 for customer c-3, in other letter case" in case.unmatched[2]
    assert "C-3 is written c-3 for customer c-3" in vendors.unmatched[2]


def _yes(row: LedgerLine) -> Decision:
    return Decision(
        verdict="yes", who="Ann", decided_at=datetime(2026, 3, 31, tzinfo=UTC), number=1,
        customer_id="c-1", party=party_key(row),
    )  # fmt: skip


def test_a_yes_to_a_name_outlives_a_change_of_its_legal_form() -> None:
    decided = _yes(line(2, company_name="Marble Arch Systems"))
    renamed = line(2, company_name="Marble Arch Systems Limited")
    other = line(3, company_name="Marble Arch Systems GmbH")
    keyed = replace(renamed, xaccount_id="K-1")

    assert confirmed(match_lines([RHO], [renamed], decisions=[decided])) == [("c-1", 2)]
    # Never where two parties of the ledger bear the name, nor for one with an ID of its own.
    assert match_lines([RHO], [renamed, other], decisions=[decided]).confirmed == ()
    assert match_lines([RHO], [keyed], decisions=[decided]).confirmed == ()
