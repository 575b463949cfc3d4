"""The digest is that of the customers as plain JSON, however it is put together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnerbook.model import CUSTOMER_FIELDS, Customer
from reports.columns import fields_of
from reports.weekly.digest import digest_of, json_fields

ODD = st.none() | st.text(st.characters(), max_size=12)
MOMENTS = st.none() | st.datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001  the zone comes beside it
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001  as above
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta())]),
)
CUSTOMERS = st.builds(
    Customer,
    customer_id=st.text(st.characters(), min_size=1, max_size=12),
    company_name=ODD,
    label=ODD,
    telephone=ODD,
    associated_at=MOMENTS,
    customer_type=st.none() | st.integers(),
    is_frozen=st.none() | st.booleans(),
)


def plain(customers: Sequence[Customer]) -> str:
    told = json.dumps([each.as_json() for each in customers], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@settings(max_examples=100)
@given(st.lists(CUSTOMERS, max_size=5))
@example([Customer(customer_id="1", label='"'), Customer(customer_id="\ud800", label="云")])
@example([Customer(customer_id="=1+1", label="\\u0041"), Customer(customer_id="شركة", label="")])
@example([Customer(customer_id="1", customer_type=1), Customer(customer_id="2", is_frozen=True)])
def test_it_is_the_hash_of_the_customers_as_json(customers: list[Customer]) -> None:
    assert digest_of(json_fields(fields_of(customers))) == plain(customers)


def test_so_many_that_they_are_not_taken_at_once() -> None:
    usual = [Customer(customer_id=f"{n:05}", label="VIP" if n % 2 else None) for n in range(1_001)]
    odd = [Customer(customer_id="云", company_name="0086")]

    for customers in (usual[:250], usual[:251], [*usual[:500], *odd], usual):
        assert digest_of(json_fields(fields_of(customers))) == plain(customers)


def test_fields_are_the_customers_values_in_their_order() -> None:
    customers = [Customer(customer_id=f"{n:05}", level=str(n % 7)) for n in range(1_200)]

    found = fields_of(customers)

    assert {*found} == {*CUSTOMER_FIELDS}
    for name, values in found.items():
        assert values == [getattr(each, name) for each in customers]
    assert fields_of(()) == {name: [] for name in CUSTOMER_FIELDS}
