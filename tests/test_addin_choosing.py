"""A view in the filter block asks exactly what the view asks, or nothing is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin import cells
from addin.choosing import filled
from partnerbook.errors import WorkbookError
from partnerbook.model import CustomerQuery
from partnerbook.views import View
from partnerbook.views.filters import FILTER_NAMES, query_from

words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)
early, late = (
    st.integers(first * 365 * 86400, last * 365 * 86400).map(
        lambda seconds: datetime.fromtimestamp(seconds, UTC)
    )
    for first, last in ((10, 40), (50, 80))
)


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0)


queries = st.builds(
    CustomerQuery,
    account=st.none() | words,
    company=st.none() | words,
    label=st.lists(words, max_size=2, unique=True).map(tuple),
    association=st.sampled_from([None, "1", "3"]),
    since=st.none() | early | early.map(_day),
    until=st.none() | late | late.map(lambda each: _day(each) + timedelta(days=1, seconds=-1)),
    phone=st.none() | words,
    manager=st.none() | words,
    status=st.sampled_from([None, "-1", "0", "1", "2", "3"]),
    country=st.sampled_from([None, "+86", "+66"]),
    ids=st.lists(words, max_size=2, unique=True).map(tuple),
    frozen=st.sampled_from([None, True, False]),
    level=st.sampled_from([None, "V3"]),
)


def _block(*values: Any) -> list[list[Any]]:
    lines: list[list[Any]] = [[name, None] for name in FILTER_NAMES]
    for line, value in zip(lines, values, strict=False):
        line[1] = value
    return [*lines, [None, None], ["", None]]


@given(queries)
def test_what_is_written_reads_back_as_the_view(query: CustomerQuery) -> None:
    lines = filled(_block("older", "filters"), View(query=query))

    assert query_from(cells.pairs_of(lines)) == query
    assert [line[0] for line in lines[: len(FILTER_NAMES)]] == list(FILTER_NAMES)


def test_whole_days_are_dates_and_codes_are_words() -> None:
    query = CustomerQuery(
        since=datetime(2026, 3, 1, tzinfo=UTC),
        until=datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC),
        association="3",
        status="-1",
        frozen=False,
    )

    found = {name: value for name, value in filled(_block(), View(query=query)) if value}

    assert found == {
        "association": "resale",
        "since": datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None),
        "until": "2026-03-31T15:59:59Z",
        "status": "unverified",
        "frozen": "no",
    }


def test_too_few_rows_are_said_and_nothing_is_half_written() -> None:
    block = [["company", "older"]]
    view = View(query=CustomerQuery(company="Acme", ids=("a", "b")), name="Two")

    with pytest.raises(WorkbookError, match=r"too few rows for the view 'Two': it lacks 2, for id"):
        filled(block, view)
    assert block == [["company", "older"]]
