"""`customers --explain`: what would be asked, told without asking anybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerbook.commands.explain import plans
from partnerbook.model import Customer, CustomerQuery
from partnerbook.sandbox import Sandbox
from partnerbook.views.filters import selects

Run = Callable[..., Any]

ASIA = ("--company", "Acme Cloud (Asia) Ltd", "--association", "resale", "--status", "verified")


@pytest.fixture
def nobody_there(account: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """An account without keys, at an address where nobody listens."""
    monkeypatch.setenv("PARTNERBOOK_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.delenv("PARTNERBOOK_SK")
    return account


@pytest.mark.usefixtures("nobody_there")
def test_the_plan_is_told_without_network_keys_or_store(run: Run, tmp_path: Path) -> None:
    ran = run("customers", "--explain", *ASIA)

    assert ran.code == 0, ran.err
    assert "asked for: company name contains “(Asia)”; association is Resale (3)." in ran.out
    assert "Decided here, on the complete answer: company name contains “Acme Cloud (Asia)" in (
        ran.out
    )
    assert "verification is Verified (2)" in ran.out
    assert "With the API sub-customers" in ran.out
    assert "With the API detail" in ran.out
    assert not (tmp_path / "home").exists()


@pytest.mark.usefixtures("nobody_there")
def test_what_an_api_does_not_carry_is_said(run: Run) -> None:
    ran = run("customers", "--explain", "--level", "V3", "--json")

    assert ran.json["api_is_known"] is False
    new, old = ran.json["plans"]
    assert (new["api"], new["cannot_be_filtered"]) == ("sub-customers", [])
    assert (old["api"], old["cannot_be_filtered"], old["requests_at_least"]) == (
        "detail",
        ["level"],
        0,
    )


@pytest.mark.usefixtures("nobody_there")
def test_an_api_that_was_chosen_is_the_only_one_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERBOOK_API", "detail")

    ran = run("customers", "--explain", "--format", "json")

    assert [each["api"] for each in ran.json["plans"]] == ["detail"]


@pytest.mark.parametrize("filters", [(), ("--label", "VIP"), ("--association", "resale")])
@pytest.mark.usefixtures("account")
def test_after_a_listing_api_and_cost_are_known_and_true(
    run: Run, filters: tuple[str, ...]
) -> None:
    run("snapshot")

    plan = run("customers", "--explain", "--json", *filters).json
    real = run("customers", "--json", *filters).json

    assert plan["api_is_known"] is True
    assert [each["api"] for each in plan["plans"]] == [real["api"]]
    assert plan["plans"][0]["customers_listed"] == real["count"]
    assert plan["plans"][0]["requests_at_least"] == real["evidence"]["requests"]
    assert plan["fingerprint"] == real["fingerprint"]


@pytest.mark.parametrize(
    ("filters", "pair"),
    [
        (("--since", "2024-02-29"), "for the bound not given stands 2099-12-31T23:59:59Z."),
        (("--until", "2024-02-29"), "for the bound not given stands 1970-01-01T00:00:00Z."),
    ],
)
@pytest.mark.usefixtures("nobody_there")
def test_the_bound_that_nobody_gave_and_the_seconds_added_are_told(
    run: Run, filters: tuple[str, ...], pair: str
) -> None:
    ran = run("customers", "--explain", *filters)

    assert pair in ran.out
    assert "answer: without those associated exactly on a second that was added." in ran.out


_TEXT = st.text("aB (Ltd)云", min_size=1, max_size=8).filter(str.strip)


@given(
    st.builds(
        CustomerQuery,
        account=st.none() | _TEXT,
        company=st.none() | _TEXT,
        label=st.lists(_TEXT, max_size=2).map(tuple),
        association=st.sampled_from([None, "1", "3"]),
        status=st.sampled_from([None, "2"]),
        phone=st.sampled_from([None, "139"]),
    ),
    st.lists(st.tuples(_TEXT, _TEXT, st.sampled_from(["1", "3"])), max_size=5),
)
def test_asked_and_decided_together_are_the_query(
    query: CustomerQuery, people: list[tuple[str, str, str]]
) -> None:
    known = [
        Customer(customer_id=str(at), account_name=one, company_name=two, association=three)
        for at, (one, two, three) in enumerate(people)
    ]

    (plan,) = plans(query, "sub-customers", known)

    assert {**plan.asked, **plan.decided} == query.given()
    both = [CustomerQuery.from_given(part) for part in (plan.asked, plan.decided)]
    for each in known:
        assert all(selects(part, each) for part in both) == selects(query, each)
    assert plan.narrowed is not None
    assert plan.narrowed >= sum(selects(query, each) for each in known)
