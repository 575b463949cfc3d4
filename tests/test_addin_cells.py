from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin import cells
from partnerbook.errors import QueryError, WorkbookError
from partnerbook.model import Customer, CustomerQuery
from partnerbook.views.filters import query_from
from partnerbook.wording import HEADINGS

MakeCustomer = Callable[..., Customer]


def test_a_customer_becomes_cells_in_the_order_of_the_headings(make_customer: MakeCustomer) -> None:
    customer = make_customer(
        7, association="3", verification="9", customer_type=1, is_frozen=False, label="0086"
    )

    line = dict(zip(HEADINGS, cells.row_of(customer, tuple(HEADINGS)), strict=True))

    assert line["customer_id"] == "id-0007"
    assert line["association"] == "Resale (3)"
    assert line["verification"] == "9", "a code that nobody documented stays visible"
    assert line["customer_type"] == "Enterprise (1)"
    assert line["is_frozen"] == "No"
    assert line["label"] == line["country_code"] == "0086"
    assert line["email"] == "", "what the API did not say is empty"


def test_moments_stand_in_utc_without_a_zone(make_customer: MakeCustomer) -> None:
    moment = datetime(2026, 3, 1, 7, 30, tzinfo=timezone(timedelta(hours=8)))

    assert cells.cell(make_customer(associated_at=moment), "associated_at") == datetime(
        2026, 2, 28, 23, 30, tzinfo=UTC
    ).replace(tzinfo=None)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_heading_is_known_again(language: Any) -> None:
    for column in cells.COLUMNS:
        assert cells.column_of(f" {cells.column_heading(column, language)} ") == column
    assert cells.column_of("Next step") is None
    assert cells.column_of(None) is None


@given(st.text())
def test_any_name_fits_its_cell(name: str) -> None:
    shown = cells.cell(Customer(customer_id="x", company_name=name), "company_name")

    assert len(shown.encode("utf-16-le")) <= 2 * 32_767
    assert shown == name or not name.isprintable()


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("id-1", "id-1"),
        (" id-1 ", "id-1"),
        (86.0, "86"),
        (None, ""),
        ("0086", "0086"),
        (1.5, "1.5"),
    ],
)
def test_an_id_is_read_as_text(value: Any, key: str) -> None:
    assert cells.key(value) == key


def test_cells_that_show_the_same_are_the_same() -> None:
    moment = datetime(2026, 1, 1, 12)  # noqa: DTZ001  cells have no zone
    assert cells.same(None, "")
    assert cells.same(moment, moment + timedelta(seconds=1))
    assert not cells.same(moment, moment + timedelta(seconds=2))
    assert not cells.same("86", 86.0)
    assert not cells.same(True, 1.0)


def test_the_filter_block_asks_what_the_options_ask() -> None:
    block: list[list[Any]] = [
        ["Account", None],
        ["company", "   "],
        ["--label", "VIP"],
        ["LABEL", "gold"],
        ["association", "Resale (3)"],
        ["since", datetime(2026, 1, 1)],  # noqa: DTZ001  a cell's date
        ["until", "2026-01-31"],
        ["country", 86.0],
        ["frozen", True],
        [None, None],
    ]

    assert query_from(cells.pairs_of(block)) == CustomerQuery(
        label=("VIP", "gold"),
        association="3",
        since=datetime(2026, 1, 1, tzinfo=UTC),
        until=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC),
        country="+86",
        frozen=True,
    )


@pytest.mark.parametrize("value", ["0086", 86.0, "+86"])
def test_a_dialling_code_may_be_text_or_number(value: Any) -> None:
    query = query_from(cells.pairs_of([["country", value]]))

    assert query == query_from([("country", "0086")])


def test_an_empty_block_asks_for_everybody() -> None:
    assert query_from(cells.pairs_of([["company", None], ["", ""]])) == CustomerQuery()


def test_a_value_without_a_name_is_refused() -> None:
    with pytest.raises(QueryError, match="beside an empty name"):
        cells.pairs_of([[None, "VIP"]])


def test_a_block_of_another_shape_is_refused() -> None:
    with pytest.raises(WorkbookError, match="two columns"):
        cells.pairs_of([["label", "VIP", "extra"]])
