"""The old GET's parameters, value by value, against the vendor's page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerbook.model import Customer
from partnerbook.sandbox.answers import Answer, Asked, RefusalError
from partnerbook.sandbox.backend import Backend
from partnerbook.sandbox.behaviour import Behaviour
from partnerbook.sandbox.detail import answer


def customer(number: int, **values: Any) -> Customer:
    start = datetime(2025, 1, number, 8, tzinfo=UTC)
    given: dict[str, Any] = {"account_name": f"user{number}", "associated_at": start}
    return Customer(customer_id=f"id-{number:02}", **{**given, **values})


CUSTOMERS = (
    customer(1, company_name="杭州云启科技", label="VIP", association="1"),
    customer(2, company_name="Acme Cloud (Asia) Ltd", label="vip", association="3"),
    customer(3, company_name=None, account_name="nullable", association="3"),
    customer(4, company_name='Say ""', account_name="USER-four", association="1"),
    customer(5, company_name="null & Sons", label="a null label", association="1"),
)


def asked(query: str) -> Asked:
    return Asked("GET", f"/v1.0/p/partner/customer-mgr/detail?{query}", (), b"", "request-1")


def ids(query: str, **settings: Any) -> list[int]:
    content = json.loads(reply(query, **settings).body)
    rows = content["customer_info_list"]
    return sorted(int(row["customer_id"][-2:]) for row in rows)


def reply(query: str, **settings: Any) -> Answer:
    return answer(Backend(CUSTOMERS, (), Behaviour(**settings)), asked(query))


EVERYBODY = [1, 2, 3, 4, 5]
QUOTES = quote('""')


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", EVERYBODY),
        # Texts: absent and empty are no filter; "" and null are texts to search for.
        ("corp_name=", EVERYBODY),
        ("corp_name", EVERYBODY),
        (f"corp_name={QUOTES}", [4]),
        ("corp_name=null", [5]),
        ("domain_name=", EVERYBODY),
        (f"domain_name={QUOTES}", []),
        ("domain_name=null", [3]),
        ("label=", EVERYBODY),
        (f"label={QUOTES}", []),
        ("label=null", [5]),
        # Prefix, middle and suffix; any case, but for labels.
        (f"corp_name={quote('杭州')}", [1]),
        (f"corp_name={quote('云')}", [1]),
        ("corp_name=LTD", [2]),
        ("corp_name=%28asia%29", [2]),
        ("domain_name=user", [1, 2, 4, 5]),
        ("label=VIP", [1]),
        ("label=vi", [2]),
        ("label=Vip", []),
        # What looks like a pattern is none.
        ("corp_name=%25", []),
        ("corp_name=.", []),
        ("corp_name=_", []),
        ("cooperationType=", EVERYBODY),
        ("cooperationType=1", [1, 4, 5]),
        ("cooperationType=3", [2, 3]),
        ("cooperationType=3&domain_name=user", [2]),
        ("page_no=&page_size=", EVERYBODY),
        ("page_no=null&page_size=null", EVERYBODY),
        ("page_size=100", EVERYBODY),
        (
            "cooperationTimeStart=2025-01-02T08:00:00Z&cooperationTimeEnd=2025-01-04T08:00:00Z",
            [2, 3, 4],
        ),
        (
            "cooperationTimeStart=2025-01-02T08:00:01Z&cooperationTimeEnd=2025-01-04T07:59:59Z",
            [3],
        ),
    ],
)
def test_what_a_query_selects(query: str, expected: list[int]) -> None:
    assert ids(query) == expected


PAIR = "cooperationTimeStart={}&cooperationTimeEnd={}"
GOOD = "2025-01-02T08:00:00Z"


@pytest.mark.parametrize(
    "query",
    [
        "corp_name=Acme%20Cloud",
        "corp_name=Acme+Cloud",
        "domain_name=%20",
        "label=a%20null",
        "corp_name=" + "x" * 129,
        "label=" + "x" * 65,
        f"page_no={QUOTES}",
        f"page_size={QUOTES}",
        "page_no=0",
        "page_no=-1",
        "page_no=1.0",
        "page_no=%2B1",
        "page_no=%EF%BC%91",
        "page_no=1_0",
        "page_no=99999999999999999999",
        "page_size=0",
        "page_size=101",
        "cooperationType=2",
        "cooperationType=4",
        f"cooperationType={QUOTES}",
        "cooperationType=null",
        PAIR.format(GOOD, ""),
        PAIR.format("", ""),
        PAIR.format(QUOTES, QUOTES),
        PAIR.format("null", "null"),
        PAIR.format(GOOD, "2025-02-30T08:00:00Z"),
        PAIR.format(GOOD, "2025-01-02T24:00:00Z"),
        PAIR.format(GOOD, "2025-01-02T08:00:00.0Z"),
        PAIR.format(GOOD, "2025-01-02T08:00:00%2B00:00"),
        PAIR.format(GOOD, "2025-01-02"),
        PAIR.format(GOOD, "2025-01-01T08:00:00Z"),
        f"cooperationTimeStart={GOOD}",
        f"cooperationTimeEnd={GOOD}",
        "page_no=1&page_no=1",
        "telephone=139",
        "Corp_name=x",
        "corp_name=%FF",
    ],
)
def test_what_the_page_does_not_allow_is_a_parameter_error(query: str) -> None:
    with pytest.raises(RefusalError) as refused:
        reply(query)

    assert refused.value.answer.status == 400
    assert json.loads(refused.value.answer.body)["error_code"] == "CBC.0100"


def test_a_row_bears_the_vendor_s_names_and_null_where_nothing_is_known() -> None:
    content = json.loads(reply("domain_name=nullable").body)

    assert content == {
        "error_code": "CBC.0000",
        "error_msg": "success",
        "count": 1,
        "customer_info_list": [
            {
                "customer_id": "id-03",
                "corp_name": None,
                "domain_name": "nullable",
                "start_time": "2025-01-03T08:00:00Z",
                "cooperation_type": "3",
                "label": None,
                "telephone": None,
                "verifiedStatus": None,
                "countryCode": None,
            }
        ],
    }


@pytest.mark.parametrize(
    ("style", "body"),
    [
        (
            "list",
            b'{"error_code":"CBC.0000","error_msg":"success","count":0,"customer_info_list":[]}',
        ),
        (
            "null",
            b'{"error_code":"CBC.0000","error_msg":"success","count":0,"customer_info_list":null}',
        ),
        ("absent", b'{"error_code":"CBC.0000","error_msg":"success","count":0}'),
        ("nothing", b""),
    ],
)
def test_nobody_found_is_a_200_in_each_of_the_styles(style: str, body: bytes) -> None:
    result = reply("domain_name=nobody", empty_style=style)

    assert (result.status, result.body) == (200, body)


def test_pages_follow_each_other_without_gap_or_overlap() -> None:
    pages = [ids(f"page_no={number}&page_size=2") for number in (1, 2, 3)]

    assert pages == [[4, 5], [2, 3], [1]]  # newest first


@pytest.mark.parametrize(("beyond", "expected"), [("empty", []), ("first", [4, 5])])
def test_a_page_beyond_the_last_is_as_set(beyond: str, expected: list[int]) -> None:
    assert ids("page_no=9&page_size=2", beyond_last=beyond) == expected


def test_a_page_beyond_the_last_can_be_an_error() -> None:
    with pytest.raises(RefusalError):
        reply("page_no=9&page_size=2", beyond_last="error")

    assert ids("domain_name=nobody", beyond_last="error") == []


def test_a_capped_page_size_counts_pages_of_the_cap() -> None:
    pages = [ids(f"page_no={number}&page_size=100", page_cap=3) for number in (1, 2)]

    assert pages == [[3, 4, 5], [1, 2]]


def test_association_time_decides_even_when_start_time_says_otherwise() -> None:
    query = f"cooperationTimeStart={GOOD}&cooperationTimeEnd={GOOD}"

    (row,) = json.loads(reply(query, start_time_differs=True).body)["customer_info_list"]

    assert row["customer_id"] == "id-02"
    assert row["start_time"] < GOOD


def test_bounds_can_exclude_their_ends() -> None:
    pair = PAIR.format("2025-01-02T08:00:00Z", "2025-01-04T08:00:00Z")

    assert ids(pair, bounds="exclusive") == [3]


def outcome(query: str) -> tuple[int, Any]:
    try:
        result = reply(query)
    except RefusalError as refusal:
        result = refusal.answer
    return result.status, json.loads(result.body)["error_code"]


@given(st.text(max_size=40), st.sampled_from(["corp_name", "label", "page_no", "page_size", "x"]))
def test_any_text_is_either_answered_or_refused_by_the_rules(value: str, name: str) -> None:
    encoded = quote(value, safe="", errors="surrogatepass")

    assert outcome(f"{name}={encoded}") in {(200, "CBC.0000"), (400, "CBC.0100")}


@given(st.text(alphabet="?=&%+./\\ab1\"'\x00é", max_size=30))
def test_any_query_string_is_either_answered_or_refused(query: str) -> None:
    assert outcome(quote(query, safe="?=&%+")) in {(200, "CBC.0000"), (400, "CBC.0100")}
