"""A column at a time says what a cell at a time would say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.model import CUSTOMER_FIELDS, Customer
from partnerbook.wording import Language, label
from reports.columns import (
    fields_of,
    rows,
    rows_of_text,
    shown,
    texts_at_once,
    values_at_once,
)

NAMES = st.none() | st.text(st.characters(), max_size=20) | st.just("é" * 40_000)


@settings(max_examples=60)
@given(names=st.lists(NAMES, max_size=6), language=st.sampled_from(["en", "zh"]))
def test_a_column_is_its_cells(
    make_customer: Callable[..., Customer], names: list[str | None], language: Language
) -> None:
    customers = [
        make_customer(n, company_name=name, association=name, level=name)
        for n, name in enumerate(names)
    ]
    for column in ("company_name", "association", "level", "associated_at", "customer_id"):
        assert rows_of_text(customers, [column], language) == [
            (shown(each, column, language),) for each in customers
        ]


@settings(max_examples=30)
@given(names=st.lists(NAMES, max_size=6), language=st.sampled_from(["en", "zh"]))
def test_some_columns_at_a_time_are_the_same_rows(
    make_customer: Callable[..., Customer], names: list[str | None], language: Language
) -> None:
    names = [*["Acme"] * 499, *names]
    customers = [make_customer(n, label=name, association=name) for n, name in enumerate(names)]
    fields = fields_of(customers)

    for at_once, by_rows in ((values_at_once, rows), (texts_at_once, rows_of_text)):
        blocks = list(at_once(fields, CUSTOMER_FIELDS, language))
        found = [row for block in blocks for row in zip(*block, strict=True)]
        assert found == by_rows(customers, CUSTOMER_FIELDS, language)
        assert all(isinstance(column, list) for block in blocks for column in block)


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("association", ["1", "3", None, "9", "1"]),
        ("customer_type", [1, 0, None, 7]),
        ("is_frozen", [True, False, None]),
        ("associated_at", [datetime(2026, 5, 4, 6, 30, tzinfo=UTC), None]),
        ("label", [None, None]),
    ],
)
def test_codes_become_words_and_moments_stay(
    make_customer: Callable[..., Customer], field: str, codes: list[Any]
) -> None:
    customers = [make_customer(n, **{field: code}) for n, code in enumerate(codes)]

    expected = codes
    if field != "associated_at":
        expected = [None if code is None else label(field, code) for code in codes]
    assert [value for (value,) in rows(customers, [field], "en")] == expected


def test_rows_are_columns_side_by_side(make_customer: Callable[..., Customer]) -> None:
    customers = [make_customer(n) for n in range(3)]

    assert rows(customers, ("customer_id", "label"), "en")[2] == ("id-0002", None)
    assert rows_of_text(customers, ("label", "customer_id"), "en")[0] == ("", "id-0000")
    assert rows(customers, (), "en") == rows_of_text(customers, (), "en") == [()] * 3
    assert rows([], CUSTOMER_FIELDS, "en") == []
