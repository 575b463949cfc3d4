"""Filters select whom they should, and what the API is asked loses nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerbook.errors import QueryError
from partnerbook.model import CARRIED, Customer, CustomerQuery
from partnerbook.views import View, moment_in
from partnerbook.views.filters import (
    moment_meant,
    narrowing,
    not_carried,
    query_from,
    selects,
)

names = st.text(alphabet=st.sampled_from('askiAKSI éÉıİßſK技术=*"nul'), max_size=12)
maybe_name = st.none() | names
filter_text = maybe_name.map(lambda text: text if text and text.strip() else None)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("Association", "Resale")], {"association": "3"}),
        ([("association", 1)], {"association": "1"}),
        ([("ASSOCIATION", "Resale (3)")], {"association": "3"}),
        ([("--status", "verified")], {"status": "2"}),
        ([("status", "-1")], {"status": "-1"}),
        ([("status", -1.0)], {"status": "-1"}),
        ([("country", "0086")], {"country": "+86"}),
        ([("country", 86.0)], {"country": "+86"}),
        ([("country", "+86")], {"country": "+86"}),
        ([("frozen", "yes")], {"frozen": True}),
        ([("frozen", False)], {"frozen": False}),
        ([("id", "b"), ("id", "a")], {"ids": ["a", "b"]}),
        ([("label", "x"), ("label", "x"), ("label", None)], {"label": ["x"]}),
        ([("company", "Acme Cloud (Asia) Ltd")], {"company": "Acme Cloud (Asia) Ltd"}),
        ([("company", None)], {}),
        ([("since", "2026-03-01")], {"since": "2026-03-01T00:00:00Z"}),
        ([("until", "2026-03-01")], {"until": "2026-03-01T23:59:59Z"}),
        ([("until", date(2026, 3, 1))], {"until": "2026-03-01T23:59:59Z"}),
        ([("until", datetime(2026, 3, 1))], {"until": "2026-03-01T23:59:59Z"}),  # noqa: DTZ001  a date cell
        ([("since", "2026-03-01T08:00:00+08:00")], {"since": "2026-03-01T00:00:00Z"}),
        ([("until", 46112.0)], {"until": "2026-03-31T23:59:59Z"}),  # what DATE(2026,3,31) is
        ([("since", 46112)], {"since": "2026-03-31T00:00:00Z"}),
        ([("since", 46112.75)], {"since": "2026-03-31T18:00:00Z"}),
        ([("until", 46111.99999999)], {"until": "2026-03-31T23:59:59Z"}),  # a sum of fractions
        ([("since", 61.0)], {"since": "1900-03-01T00:00:00Z"}),
        ([("until", 2958465.0)], {"until": "9999-12-31T23:59:59Z"}),
    ],
)
def test_names_and_values_become_a_query(
    pairs: list[tuple[str, Any]], expected: dict[str, Any]
) -> None:
    assert query_from(pairs).given() == expected


def test_dates_are_whole_days_in_the_zone() -> None:
    query = query_from([("since", "2026-03-31"), ("until", "2026-03-31")], "+08:00")

    assert query.since == datetime(2026, 3, 30, 16, tzinfo=UTC)
    assert query.until == datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
    assert query_from([("since", 46112.0), ("until", 46112.0)], "+08:00") == query


def test_a_day_is_whole_when_the_clocks_change() -> None:
    query = query_from([("since", "2026-03-29"), ("until", "2026-03-29")], "Europe/Berlin")

    assert query.since is not None
    assert query.until is not None
    assert query.until - query.since == timedelta(hours=23) - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("given", "zone", "eve", "last"),
    [
        ("2026-03-05", "UTC", "2026-03-04T23:59:59Z", "2026-03-05T23:59:59Z"),
        ("2026-03-05", "+08:00", "2026-03-04T15:59:59Z", "2026-03-05T15:59:59Z"),
        (date(2026, 3, 5), "UTC", "2026-03-04T23:59:59Z", "2026-03-05T23:59:59Z"),
        ("2026-03-30", "Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-30T21:59:59Z"),
        ("2026-03-05T14:00:00Z", "+08:00", "2026-03-05T14:00:00Z", "2026-03-05T14:00:00Z"),
        ("2026-03-05 14:00", "+08:00", "2026-03-05T06:00:00Z", "2026-03-05T06:00:00Z"),
    ],
)
def test_a_date_means_its_edges_and_a_time_itself(
    given: Any, zone: str, eve: str, last: str
) -> None:
    assert moment_meant(given, zone, eve=True) == datetime.fromisoformat(eve)
    assert moment_meant(given, zone) == datetime.fromisoformat(last)


@pytest.mark.parametrize("given", ["soon", "", "13911112222", 60.0, 2026.0, True, "0001-01-01"])
def test_what_is_no_moment_is_a_sentence(given: Any) -> None:
    with pytest.raises(QueryError, match="a date such as"):
        moment_meant(given, eve=True)


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        ([("compani", "x")], "company"),
        ([("zzz", "x")], "account, company"),
        ([("company", "  ")], "company"),
        ([("account", "")], "account"),
        ([("label", "")], "label"),
        ([("id", "")], "id"),
        ([("association", "4")], "association"),
        ([("status", "maybe")], "verified"),
        ([("country", "CN")], "0086"),
        ([("since", "soon")], "since"),
        ([("since", "2026-13-01")], "since"),
        ([("since", "13911112222")], "since"),
        ([("since", "20260301")], "since"),
        ([("since", 60.0)], "since"),
        ([("since", 2958466.0)], "since"),
        ([("since", float("nan"))], "since"),
        ([("since", 2026.0)], "since"),  # a year: as days it would be in 1905
        ([("since", True)], "since"),
        ([("company", "a"), ("company", "b")], "twice"),
        ([("since", "2026-03-02"), ("until", "2026-03-01")], "after"),
    ],
)
def test_a_wrong_filter_is_a_sentence_that_names_it(
    pairs: list[tuple[str, Any]], named: str
) -> None:
    with pytest.raises(QueryError, match=named):
        query_from(pairs)


def test_an_unknown_zone_says_which_exist() -> None:
    with pytest.raises(QueryError, match="Asia/Shanghai"):
        query_from([("since", "2026-03-01")], "Mars/Olympus")


@pytest.mark.parametrize(
    ("filters", "fields", "selected"),
    [
        ({"company": "acme"}, {"company_name": "The ACME Ltd"}, True),
        ({"company": "acme"}, {"company_name": None}, False),
        ({"label": "vip"}, {"label": "VIP"}, False),
        ({"label": ("gold", "vip")}, {"label": "a vip b"}, True),
        ({"country": "+86"}, {"country_code": "0086"}, True),
        ({"country": "+86"}, {"country_code": "xxxx"}, False),
        ({"frozen": False}, {"is_frozen": None}, False),
        ({"level": "v3"}, {"level": "V3"}, True),
        ({"ids": "id-0001"}, {}, True),
        ({"ids": "id-000"}, {}, False),
        ({"ids": ("ID-0001", "id-0002")}, {}, True),  # as somebody typed it
        ({"ids": "ID-000"}, {}, False),
        ({"status": "2"}, {"verification": "2"}, True),
        ({"phone": "0013"}, {"telephone": "13800130001"}, True),
    ],
)
def test_a_filter_selects(
    make_customer: Callable[..., Customer],
    filters: dict[str, Any],
    fields: dict[str, Any],
    selected: bool,
) -> None:
    assert selects(CustomerQuery(**filters), make_customer(1, **fields)) is selected


@given(company=maybe_name, account=maybe_name, label=maybe_name, wanted=filter_text)
def test_what_the_api_is_asked_loses_nobody(
    company: str | None, account: str | None, label: str | None, wanted: str | None
) -> None:
    customer = Customer(customer_id="1", company_name=company, account_name=account, label=label)
    query = CustomerQuery(
        company=wanted, account=wanted, label=(wanted,) if wanted is not None else ()
    )
    for part in ({"company": wanted}, {"account": wanted}, {"label": query.label}):
        one = CustomerQuery(**part)
        if not selects(one, customer):
            continue
        asked = narrowing(one)
        # What the vendor's page promises at the least: the middle of the value, a to z in any
        # case for names, exact case for labels.
        assert asked.company is None or _fold(asked.company) in _fold(company or "")
        assert asked.account is None or _fold(asked.account) in _fold(account or "")
        assert asked.label is None or asked.label in (label or "")


@given(before=names, wanted=filter_text, after=names)
def test_a_name_in_the_other_case_is_not_lost(before: str, wanted: str | None, after: str) -> None:
    if wanted is None:
        return
    customer = Customer(customer_id="1", company_name=before + wanted.swapcase() + after)
    query = CustomerQuery(company=wanted)

    asked = narrowing(query).company

    if selects(query, customer) and asked is not None:
        assert _fold(asked) in _fold(customer.company_name or "")


@given(wanted=filter_text)
def test_values_that_the_api_forbids_never_reach_it(wanted: str | None) -> None:
    asked = narrowing(CustomerQuery(company=wanted, label=(wanted,) if wanted else ()))

    for piece in (asked.company, asked.label):
        if piece is not None:
            assert piece
            assert not any(char.isspace() for char in piece)
            assert piece not in ("null", '""')
            assert len(piece) <= 64


def test_the_longest_word_of_a_name_is_asked_for() -> None:
    assert narrowing(CustomerQuery(company="Acme Clouds (Asia) Ltd")).company == "Clouds"
    assert narrowing(CustomerQuery(company="技术 有限公司")).company == "有限公司"
    assert narrowing(CustomerQuery(label=("a", "b"))).label is None


def test_filters_on_fields_that_an_api_lacks_are_named() -> None:
    query = CustomerQuery(manager="li", frozen=True, company="x", ids=("1",))

    assert not_carried(query, CARRIED["detail"]) == ["manager", "frozen"]
    assert not_carried(query, CARRIED["sub-customers"]) == []


def test_a_view_selects_and_orders(make_customer: Callable[..., Customer]) -> None:
    people = [make_customer(n) for n in (3, 1, 2)]
    people.append(make_customer(9, associated_at=None))

    newest_first = View().select(people)
    by_account = View(order=("account_name",)).select(people)

    assert [c.customer_id[-1] for c in newest_first] == ["3", "2", "1", "9"]
    assert [c.customer_id[-1] for c in by_account] == ["1", "2", "3", "9"]


def test_equal_questions_have_equal_fingerprints_of_eight_letters() -> None:
    first = query_from([("label", "b"), ("label", "a"), ("country", "0086")])
    second = query_from([("country", 86), ("label", "a"), ("label", "b")])

    assert View(query=first).fingerprint == View(query=second, language="zh").fingerprint
    assert View(query=first).fingerprint != View().fingerprint
    assert len(View().fingerprint) == 8
    assert View().fingerprint.isalpha()


def test_a_view_says_in_words_whom_it_shows() -> None:
    view = View(query=query_from([("association", "resale"), ("company", "云")]))

    assert view.in_words() == "company name contains “云”; association is Resale (3)"
    assert view.in_words("zh") == "公司名称包含“云”；关联类型为转售 (3)"
    assert View().in_words() == "Everybody"


def test_an_unknown_column_names_the_nearest() -> None:
    with pytest.raises(QueryError, match="company_name"):
        View(columns=("companyname",))


def test_a_moment_is_shown_with_its_zone() -> None:
    moment = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)

    assert moment_in(moment) == "2026-03-31 16:00:00 UTC"
    assert moment_in(moment, "+08:00") == "2026-04-01 00:00:00 +08:00"
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert moment_in(last, "+08:00") == "9999-12-31 23:59:59 UTC"


def _fold(text: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)
