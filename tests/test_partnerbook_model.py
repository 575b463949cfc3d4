"""Values keep their promises."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import partnerbook
from partnerbook.errors import PartnerbookError, QueryError, RefusedError
from partnerbook.model import (
    CUSTOMER_FIELDS,
    Customer,
    CustomerQuery,
    Evidence,
    LedgerLine,
    Listing,
    Snapshot,
    from_columns,
    from_utc_text,
    utc_text,
)

moments = st.datetimes(
    min_value=datetime(1980, 1, 1),  # noqa: DTZ001  the zone comes with the strategy
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001  as above
    timezones=st.timezones(),
)


def test_the_json_of_a_customer_has_the_public_names() -> None:
    expected = (
        "customer_id account_name company_name associated_at association label telephone "
        "country_code verification customer_type is_frozen account_manager xaccount_id "
        "xaccount_type level email"
    )
    assert tuple(Customer(customer_id="1").as_json()) == tuple(expected.split())


@given(
    st.builds(
        Customer,
        customer_id=st.text(min_size=1),
        company_name=st.none() | st.text(),
        # In UTC, as promised: of an hour that a clock shows twice, no two zones agree.
        associated_at=st.none() | moments.map(lambda m: m.astimezone(UTC).replace(microsecond=0)),
        customer_type=st.none() | st.integers(-1, 1),
        is_frozen=st.none() | st.booleans(),
    )
)
def test_a_customer_survives_json(customer: Customer) -> None:
    read = json.loads(json.dumps(customer.as_json()))
    if read["associated_at"] is not None:
        read["associated_at"] = from_utc_text(read["associated_at"])

    assert Customer(**read) == customer


texts = st.none() | st.text() | st.sampled_from(["云", "شركة", "=1+1", "0086", "\ud800"])


@given(
    st.lists(
        st.builds(
            Customer,
            customer_id=st.text(min_size=1),
            company_name=texts,
            associated_at=st.none() | moments,
            customer_type=st.none() | st.integers(),
            is_frozen=st.none() | st.booleans(),
            extra=st.just(()) | st.tuples(st.tuples(st.text(), st.text())),
        )
    ),
    st.sets(st.sampled_from([f.name for f in dataclasses.fields(Customer)])),
)
def test_columns_make_the_customers_that_values_do(
    customers: list[Customer], left_out: set[str]
) -> None:
    names = [f.name for f in dataclasses.fields(Customer) if f.name not in left_out]
    columns = {name: [getattr(each, name) for each in customers] for name in names}
    columns["customer_id"] = [each.customer_id for each in customers]
    expected = [
        Customer(**dict(zip(columns, row, strict=True)))
        for row in zip(*columns.values(), strict=True)
    ]

    made = from_columns(Customer, columns, len(customers))

    assert made == expected
    assert [*map(hash, made)] == [*map(hash, expected)]
    assert [*map(repr, made)] == [*map(repr, expected)]


@pytest.mark.parametrize(
    ("columns", "error", "said"),
    [
        ({"customer_id": ["1", ""]}, ValueError, "customer_id"),
        ({"customer_id": ["1"], "associated_at": [datetime(2026, 1, 1)]}, ValueError, "zone"),  # noqa: DTZ001  the fault
        ({"customer_id": ["1"], "label": []}, ValueError, "0 of label"),
        ({"customer_id": ["1"], "label": ["a", "b"]}, ValueError, "2 of label"),
        ({"customer_id": ["1"], "labels": ["a"]}, KeyError, "labels"),
        ({"label": ["a"]}, KeyError, "customer_id"),
    ],
)
def test_columns_that_make_no_customers_are_refused(
    columns: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        from_columns(Customer, columns, len(next(iter(columns.values()))))


def test_a_ledger_line_of_columns_has_a_place_and_only_its_own_fields() -> None:
    place: dict[str, list[Any]] = {"file": ["a.csv"], "sheet": [""], "row": [7]}

    (line,) = from_columns(LedgerLine, place, 1)

    assert line == LedgerLine(file="a.csv", sheet="", row=7)
    assert dataclasses.asdict(line)["amount"] is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        line.row = 8  # type: ignore[misc]
    with pytest.raises(KeyError, match="row"):
        from_columns(LedgerLine, {"file": ["a.csv"], "sheet": [""]}, 1)
    with pytest.raises(KeyError, match="colour"):
        from_columns(LedgerLine, {**place, "colour": ["red"]}, 1)


def test_a_customer_needs_an_id_and_a_zone() -> None:
    with pytest.raises(ValueError, match="customer_id"):
        Customer(customer_id="")
    with pytest.raises(ValueError, match="zone"):
        Customer(customer_id="1", associated_at=datetime(2026, 1, 1))  # noqa: DTZ001  the fault


@given(
    st.builds(
        CustomerQuery,
        company=st.none() | st.text(min_size=1).filter(str.strip),
        label=st.lists(st.sampled_from(["a", "b"])).map(tuple),
        since=st.none() | moments,
        frozen=st.none() | st.booleans(),
    )
)
def test_a_query_survives_json_with_its_fingerprint(query: CustomerQuery) -> None:
    again = CustomerQuery.from_given(query.given())

    assert again == query
    assert again.fingerprint == query.fingerprint


@pytest.mark.parametrize("name", ["account", "company", "label", "ids", "phone", "level"])
@pytest.mark.parametrize("blank", ["", "  ", "\u3000"])
def test_a_blank_search_text_is_an_error(name: str, blank: str) -> None:
    with pytest.raises(QueryError, match=name):
        CustomerQuery(**{name: blank})  # type: ignore[arg-type]  # mypy takes it for any field


def test_a_listing_refuses_a_customer_twice(make_customer: Callable[..., Customer]) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    evidence = Evidence(requests=1, passes=1, method="one page")

    with pytest.raises(ValueError, match="sorted"):
        Listing(CustomerQuery(), moment, "detail", (make_customer(1),) * 2, evidence)


def test_a_listing_says_how_sure_it_is(make_snapshot: Callable[..., Snapshot]) -> None:
    assert make_snapshot().listing.state == "exact"
    assert make_snapshot(missing_at_most=3).listing.state == "incomplete"


def test_values_are_frozen(make_customer: Callable[..., Customer]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        make_customer(1).label = "x"  # type: ignore[misc]  # the fault


def test_a_refusal_names_status_code_and_request() -> None:
    error = RefusedError("no; try again", status=403, code="CBC.0151", request_id="r-1")

    assert str(error) == "no; try again [HTTP 403, CBC.0151, request r-1]"
    assert str(RefusedError("no", status=500)) == "no [HTTP 500]"


def test_every_error_has_a_text_for_a_cell() -> None:
    def tree(base: type[PartnerbookError]) -> list[type[PartnerbookError]]:
        return [base, *(leaf for sub in base.__subclasses__() for leaf in tree(sub))]

    assert all(error.cell_text.startswith("#PB ") for error in tree(PartnerbookError))


def test_the_public_names_are_these_and_load_lazily() -> None:
    assert set(partnerbook.__all__) == {
        "Customer",
        "CustomerQuery",
        "Listing",
        "PartnerCenter",
        "PartnerbookError",
        "Snapshot",
        "View",
    }
    for name in partnerbook.__all__:
        assert getattr(partnerbook, name).__name__ == name
    with pytest.raises(AttributeError):
        partnerbook.nonsense  # noqa: B018  asking is the test


@given(moments)
def test_a_moment_survives_its_text(moment: datetime) -> None:
    assert from_utc_text(utc_text(moment)) == moment.astimezone(UTC).replace(microsecond=0)


def test_fields_of_a_customer_are_all_known_to_the_vocabulary() -> None:
    assert len(set(CUSTOMER_FIELDS)) == len(CUSTOMER_FIELDS) == 16
