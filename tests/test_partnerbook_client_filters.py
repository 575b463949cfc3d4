"""Whatever a person filters by, the answer is the whole list filtered here: on both APIs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerbook.client import Clock, Pacer, PartnerCenter
from partnerbook.model import CARRIED, Api, Customer, CustomerQuery
from partnerbook.sandbox import Sandbox
from partnerbook.views.filters import not_carried, selects

START = datetime(2026, 1, 1, tzinfo=UTC)

words = st.sampled_from(
    [
        "Acme",
        "ACME",
        "acme Cloud",
        "(Asia)",
        "Ltd",
        "云",
        "技术",
        "é",
        "İ",
        "ß",
        "null",
        '""',
        "=1",
        "a b",
    ]
)
names = st.none() | st.lists(words, min_size=1, max_size=3).map(" ".join)
moments = st.integers(0, 40).map(lambda hours: START + timedelta(hours=hours))

people = st.lists(
    st.builds(
        Customer,
        customer_id=st.integers(1, 10**6).map(lambda n: f"{n:07}"),
        account_name=st.lists(words, min_size=1, max_size=2).map("".join),
        company_name=names,
        associated_at=moments,
        association=st.sampled_from(["1", "3"]),
        label=names,
        telephone=st.none() | st.sampled_from(["139xxxxxxxx", "00861", "+86 1"]),
        country_code=st.none() | st.sampled_from(["0086", "0066"]),
        verification=st.sampled_from(["-1", "0", "2", "3"]),
        is_frozen=st.booleans(),
        level=st.sampled_from(["V0", "V3"]),
    ),
    max_size=25,
    unique_by=lambda each: each.customer_id,
)
text = st.none() | st.lists(words, min_size=1, max_size=2).map(" ".join)


@st.composite
def queries(draw: st.DrawFn) -> CustomerQuery:
    since, until = draw(st.none() | moments), draw(st.none() | moments)
    if since and until and since > until:
        since, until = until, since
    return CustomerQuery(
        account=draw(text),
        company=draw(text),
        label=tuple(draw(st.lists(words, max_size=2))),
        association=draw(st.sampled_from([None, None, "1", "3"])),
        since=since,
        until=until,
        phone=draw(st.sampled_from([None, None, None, "139", "86"])),
        status=draw(st.sampled_from([None, None, None, "2"])),
        country=draw(st.sampled_from([None, None, None, "+86"])),
        frozen=draw(st.sampled_from([None, None, None, True])),
    )


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(customers=0, seed=3) as running:
        yield running


@pytest.mark.parametrize("api", ["detail", "sub-customers"])
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(listed=people, query=queries())
def test_a_filtered_listing_is_the_whole_list_filtered_here(
    box: Sandbox, api: Api, listed: list[Customer], query: CustomerQuery
) -> None:
    if not_carried(query, CARRIED[api]):
        return
    box.backend.alter(remove=[each.customer_id for each in box.customers], add=listed)
    clock = Clock()
    with PartnerCenter(
        endpoint=box.endpoint,
        access_key=box.access_key,
        secret_key=box.secret_key,
        partner_id=box.partner_id,
        api=api,
        clock=clock,
        pacer=Pacer(clock, float("inf")),
    ) as center:
        found = center.listing(query)

    expected = {each.customer_id for each in listed if selects(query, each)}
    assert {each.customer_id for each in found.customers} == expected
    assert found.state == "exact"
