"""The successor API and the old POST sibling, value by value."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerbook.model import Customer
from partnerbook.sandbox import detail, sibling, sub_customers
from partnerbook.sandbox.answers import Answer, Asked, RefusalError
from partnerbook.sandbox.backend import Backend
from partnerbook.sandbox.behaviour import Behaviour
from partnerbook.sandbox.scenario import invented


def customer(number: int, **values: Any) -> Customer:
    start = datetime(2025, 1, number, 8, tzinfo=UTC)
    return Customer(
        customer_id=f"id-{number:02}", account_name=f"user{number}", associated_at=start, **values
    )


CUSTOMERS = (
    customer(1, company_name="Acme Cloud (Asia) Ltd", label="VIP", association="1"),
    customer(2, company_name='null ""', label="vip", association="3", is_frozen=True),
    customer(3, account_manager="li.hua", xaccount_id="0007", level="V3", customer_type=-1),
)
ALL = [1, 2, 3]
JSON = ("Content-Type", "application/json;charset=utf8")
GOOD, LATER = "2025-01-02T08:00:00Z", "2025-01-03T08:00:00Z"

Api = Callable[[Backend, Asked], Answer]


def asked(body: bytes, *headers: tuple[str, str]) -> Asked:
    return Asked("POST", "/x", headers or (JSON,), body, "request-1")


def reply(api: Api, body: Any, **settings: Any) -> Any:
    source = Backend(CUSTOMERS, (), Behaviour(order="oldest", **settings))
    return json.loads(api(source, asked(json.dumps(body).encode())).body)


def ids(api: Api, body: Any, **settings: Any) -> list[int]:
    content = reply(api, body, **settings)
    rows = content.get("customer_infos", content.get("customerInfoList"))
    return [int((row.get("customer_id") or row["customerId"])[-2:]) for row in rows]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ALL),
        # Absent, "" and null are all no filter: the opposite of the old GET.
        ({"customer": "", "account_name": None, "label": "", "customer_id": None}, ALL),
        ({"association_type": "", "associated_on_begin": "", "associated_on_end": None}, ALL),
        ({"indirect_partner_id": ""}, ALL),
        ({"customer": "null"}, [2]),
        ({"customer": '""'}, [2]),
        ({"customer": "CLOUD (asia)"}, [1]),
        ({"label": "VIP"}, [1]),
        ({"label": "Vip"}, []),
        ({"account_name": "SER2"}, [2]),
        ({"customer_id": "id-03"}, [3]),
        ({"customer_id": "id-0"}, []),
        ({"association_type": "3"}, [2]),
        ({"associated_on_begin": GOOD}, [2, 3]),
        ({"associated_on_end": GOOD}, [1, 2]),
        ({"associated_on_begin": GOOD, "associated_on_end": GOOD}, [2]),
        ({"offset": None, "limit": None}, ALL),
        ({"offset": 1, "limit": 1}, [2]),
        ({"offset": 3}, []),
        ({"offset": 40_000_000, "limit": 100}, []),
    ],
)
def test_what_a_body_selects_from_the_successor(body: Any, expected: list[int]) -> None:
    assert ids(sub_customers.answer, body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ALL),
        ({"name": "", "domainName": None, "label": "", "cooperationType": ""}, ALL),
        ({"cooperationTimeStart": None, "cooperationTimeEnd": None}, ALL),
        ({"name": "cloud"}, [1]),
        ({"cooperationTimeStart": GOOD, "cooperationTimeEnd": LATER}, [2, 3]),
        ({"offset": 2, "limit": 2}, [3]),  # the number of a page, despite its name
        ({"offset": None}, ALL),
    ],
)
def test_what_a_body_selects_from_the_old_sibling(body: Any, expected: list[int]) -> None:
    assert ids(sibling.answer, body) == expected


@pytest.mark.parametrize(
    ("api", "body"),
    [
        (sub_customers.answer, {"customer": 1}),
        (sub_customers.answer, {"customer": "x" * 65}),
        (sub_customers.answer, {"label": ["VIP"]}),
        (sub_customers.answer, {"offset": -1}),
        (sub_customers.answer, {"offset": 40_000_001}),
        (sub_customers.answer, {"offset": "0"}),
        (sub_customers.answer, {"offset": 0.0}),
        (sub_customers.answer, {"offset": False}),
        (sub_customers.answer, {"limit": 0}),
        (sub_customers.answer, {"limit": 101}),
        (sub_customers.answer, {"association_type": "2"}),
        (sub_customers.answer, {"associated_on_begin": "2025-01-02"}),
        (sub_customers.answer, {"associated_on_begin": LATER, "associated_on_end": GOOD}),
        (sub_customers.answer, {"corp_name": "x"}),
        (sub_customers.answer, []),
        (sub_customers.answer, None),
        (sibling.answer, {"name": "Acme Cloud"}),
        (sibling.answer, {"offset": 0}),
        (sibling.answer, {"offset": 200_001}),
        (sibling.answer, {"cooperationTimeStart": "", "cooperationTimeEnd": ""}),
        (sibling.answer, {"cooperationTimeStart": GOOD}),
        (sibling.answer, {"cooperationType": "2"}),
        (sibling.answer, {"customerId": "id-01"}),
    ],
)
def test_what_the_pages_do_not_allow_is_a_parameter_error(api: Api, body: Any) -> None:
    with pytest.raises(RefusalError) as refused:
        reply(api, body)

    assert refused.value.answer.status == 400
    assert json.loads(refused.value.answer.body)["error_code"] == "CBC.0100"


@pytest.mark.parametrize(
    "request_",
    [
        asked(b""),
        asked(b"{"),
        asked(b'{"limit":1,"limit":2}'),
        asked(b'{"limit":NaN}'),
        asked(b'{"limit":' + b"9" * 5_000 + b"}"),
        asked(b"[" * 100_000),
        asked(b"\xff"),
        asked(b"{}", ("Content-Type", "text/plain")),
        Asked("POST", "/x?limit=1", (JSON,), b"{}", "request-1"),
    ],
)
def test_a_body_that_is_no_json_object_is_a_parameter_error(request_: Asked) -> None:
    source = Backend(CUSTOMERS, (), Behaviour())
    for api in (sub_customers.answer, sibling.answer):
        with pytest.raises(RefusalError) as refused:
            api(source, request_)
        assert refused.value.answer.status == 400


def test_another_partner_s_reseller_is_a_matter_of_permission() -> None:
    with pytest.raises(RefusalError) as refused:
        reply(sub_customers.answer, {"indirect_partner_id": "someone"})

    assert json.loads(refused.value.answer.body)["error_code"] == "CBC.99000037"


def test_a_success_of_the_successor_says_no_error_code_and_all_its_fields() -> None:
    content = reply(sub_customers.answer, {"customer_id": "id-03"})

    assert content == {
        "count": 1,
        "customer_infos": [
            {
                "customer": None,
                "account_name": "user3",
                "customer_id": "id-03",
                "associated_on": "2025-01-03T08:00:00Z",
                "association_type": None,
                "label": None,
                "telephone": None,
                "verified_status": None,
                "country_code": None,
                "customer_type": -1,
                "is_frozen": None,
                "account_managers": [{"account_name": "li.hua"}],
                "xaccount_id": "0007",
                "xaccount_type": None,
                "customer_level": "V3",
                "email": None,
            }
        ],
    }


def test_a_row_of_the_sibling_says_frozen_as_a_number() -> None:
    content = reply(sibling.answer, {"label": "vip"})

    assert (content["error_code"], content["count"]) == ("CBC.0000", 1)
    assert content["customerInfoList"][0]["isFrozen"] == 1
    assert content["customerInfoList"][0]["cooperationTime"] == GOOD


def test_a_page_cap_gives_fewer_rows_and_the_same_offsets() -> None:
    assert ids(sub_customers.answer, {"offset": 1, "limit": 100}, page_cap=1) == [2]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]), max_size=8)


@given(TEXTS | st.sampled_from(["云", "ltd", "co", "(Asia)", "ال"]))
def test_all_three_apis_give_the_same_customers_for_the_same_text(part: str) -> None:
    if part in {"", "null"}:
        return  # here their rules differ, and the tests above say how
    play = invented(60, 7)
    source = Backend(play.customers, (), Behaviour())
    body = {"customer": part, "limit": 100}
    new = json.loads(sub_customers.answer(source, asked(json.dumps(body).encode())).body)
    body = {"name": part, "limit": 100}
    old = json.loads(sibling.answer(source, asked(json.dumps(body).encode())).body)

    query = f"/x?corp_name={quote(part)}&page_size=100"
    oldest = json.loads(detail.answer(source, Asked("GET", query, (), b"", "r")).body)

    found = [row["customer_id"] for row in new["customer_infos"]]
    assert found == [row["customerId"] for row in old["customerInfoList"]]
    assert found == [row["customer_id"] for row in oldest["customer_info_list"]]
