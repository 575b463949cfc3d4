from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.errors import WireError
from partnerbook.model import Customer
from partnerbook.paging import Ask, Page
from partnerbook.views.filters import Narrowing
from partnerbook.wire.columns import Fields, one_by_one, read_customers
from partnerbook.wire.detail import DetailApi
from partnerbook.wire.identity import account_ids
from partnerbook.wire.refusals import BusinessRefusal, Refusal, refusal_of
from partnerbook.wire.requests import CustomerApi
from partnerbook.wire.strict import Row, json_object
from partnerbook.wire.sub_customers import FIELDS as SUCCESSOR
from partnerbook.wire.sub_customers import SubCustomersApi
from partnerbook.wire.tokens import expiry_of, token_of, token_request

AT = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
DETAIL = DetailApi("p/1 x")
SUB = SubCustomersApi()
APIS: list[CustomerApi] = [DETAIL, SUB]

# The sample answer of the vendor's page.
SAMPLE: dict[str, Any] = {
    "count": 2,
    "error_code": "CBC.0000",
    "error_msg": "success",
    "customer_info_list": [
        {
            "customer_id": "7ff331de7af7457d8331de0bfe7a42b7",
            "corp_name": None,
            "domain_name": "mingcheng",
            "start_time": "2018-10-11T02:28:34Z",
            "cooperation_type": "1",
            "label": "xxx",
            "telephone": "139xxxxxxxx",
            "verifiedStatus": "-1",
            "countryCode": "0086",
        },
        {"customer_id": "67b5223d4f6e4cc18d8dfd2da9d01db8", "domain_name": "ambrosiaxu"},
    ],
}


def body(document: Any) -> bytes:
    return json.dumps(document).encode()


def detail(*rows: dict[str, Any], **top: Any) -> bytes:
    return body({"error_code": "CBC.0000", "count": len(rows), "customer_info_list": rows} | top)


def successor(*rows: dict[str, Any], **top: Any) -> bytes:
    return body({"count": len(rows), "customer_infos": rows} | top)


# ------------------------------------------------------------------------------------ what goes out


def test_the_older_api_gets_only_the_filters_that_are_set() -> None:
    request = DETAIL.request(Narrowing(), Ask(3, 100))

    assert request.method == "GET"
    assert request.body == b""
    assert request.target == ("/v1.0/p%2F1%20x/partner/customer-mgr/detail?page_no=3&page_size=100")


def test_the_older_api_gets_every_parameter_of_the_vendor_s_page() -> None:
    asked = Narrowing(
        account="ming", company="云", label="A&B", association="3", since=AT, until=AT
    )

    query = parse_qsl(urlsplit(DETAIL.request(asked, Ask(1, 10)).target).query)

    assert sorted(query) == [
        ("cooperationTimeEnd", "2026-05-04T06:00:00Z"),
        ("cooperationTimeStart", "2026-05-04T06:00:00Z"),
        ("cooperationType", "3"),
        ("corp_name", "云"),
        ("domain_name", "ming"),
        ("label", "A&B"),
        ("page_no", "1"),
        ("page_size", "10"),
    ]


def test_the_successor_gets_an_offset_in_rows_and_only_the_filters_that_are_set() -> None:
    request = SUB.request(Narrowing(company="云"), Ask(3, 100))

    assert (request.method, request.target) == ("POST", "/v2/partners/sub-customers/query")
    assert json.loads(request.body) == {"offset": 200, "limit": 100, "customer": "云"}


@pytest.mark.parametrize("api", APIS, ids=["detail", "sub-customers"])
@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (AT, None, ("2026-05-04T06:00:00Z", "2099-12-31T23:59:59Z")),
        (None, AT, ("1970-01-01T00:00:00Z", "2026-05-04T06:00:00Z")),
        (datetime(1, 1, 2, tzinfo=UTC), AT, ("1970-01-01T00:00:00Z", "2026-05-04T06:00:00Z")),
    ],
)
def test_times_always_go_in_pairs_of_twenty_characters(
    api: CustomerApi, since: datetime | None, until: datetime | None, expected: tuple[str, str]
) -> None:
    request = api.request(Narrowing(since=since, until=until), Ask(1, 100))

    text = request.target.replace("%3A", ":") + request.body.decode()
    assert all(moment in text for moment in expected)


def test_requests_do_not_show_what_they_ask_for() -> None:
    shown = repr(SUB.request(Narrowing(company="Acme"), Ask(1, 1)))
    shown += repr(DETAIL.request(Narrowing(company="Acme"), Ask(1, 1)))
    shown += repr(token_request("user", "secret-password", "domain"))

    assert "Acme" not in shown
    assert "secret-password" not in shown


# ------------------------------------------------------------------------------------ what comes in


def test_the_vendor_s_sample_is_read() -> None:
    page = DETAIL.page(body(SAMPLE), AT)

    assert page.count == 2
    assert page.notes == frozenset()
    assert page.customers[0] == Customer(
        customer_id="7ff331de7af7457d8331de0bfe7a42b7",
        account_name="mingcheng",
        company_name=None,
        associated_at=datetime(2018, 10, 11, 2, 28, 34, tzinfo=UTC),
        association="1",
        label="xxx",
        telephone="139xxxxxxxx",
        country_code="0086",
        verification="-1",
    )


def test_the_successor_s_additional_fields_are_read() -> None:
    row = {
        "customer_id": "c1",
        "account_name": "a",
        "customer": "云",
        "associated_on": "2026-05-04T06:00:00Z",
        "association_type": "3",
        "label": "L",
        "telephone": "007",
        "verified_status": "3",
        "country_code": "0066",
        "customer_type": 1,
        "is_frozen": 0,
        "account_managers": [{"account_name": "li"}, {"account_name": "wu"}],
        "xaccount_id": "x",
        "xaccount_type": "t",
        "customer_level": "V3",
        "email": "a@example.com",
    }

    (customer,) = SUB.page(successor(row), AT).customers

    assert customer == Customer(
        customer_id="c1",
        account_name="a",
        company_name="云",
        associated_at=AT,
        association="3",
        label="L",
        telephone="007",
        verification="3",
        country_code="0066",
        customer_type=1,
        is_frozen=False,
        account_manager="li, wu",
        xaccount_id="x",
        xaccount_type="t",
        level="V3",
        email="a@example.com",
    )


@pytest.mark.parametrize("nothing", [{}, {"corp_name": None}, {"corp_name": ""}])
def test_absent_null_and_empty_are_none(nothing: dict[str, Any]) -> None:
    (customer,) = DETAIL.page(detail({"customer_id": "c", **nothing}), AT).customers

    assert customer == Customer(customer_id="c")


@pytest.mark.parametrize(
    ("value", "text"),
    [(86, "86"), (1e5, "100000.0"), (True, "true"), (False, "false"), (10**30, "1" + "0" * 30)],
)
def test_a_scalar_of_another_type_is_kept_as_text_and_noted(value: Any, text: str) -> None:
    page = DETAIL.page(detail({"customer_id": "c", "countryCode": value}), AT)

    assert page.customers[0].country_code == text
    assert page.notes == {"countryCode came as a number or truth value and was kept as text"}


@pytest.mark.parametrize(
    ("value", "read", "is_text"),
    [(5, 5, False), (5.0, 5, False), ("5", 5, True), (" 5 ", 5, True), ("\t-5.0\n", -5, True)],
)
def test_a_whole_number_may_have_a_zero_fraction_or_come_as_a_text(
    value: Any, read: int, is_text: bool
) -> None:
    page = SUB.page(successor({"customer_id": "c", "customer_type": value}), AT)

    assert page.customers[0].customer_type == read
    assert page.notes == ({"customer_type came as text"} if is_text else set())


def test_a_customer_id_that_is_a_whole_number_is_its_digits() -> None:
    page = DETAIL.page(detail({"customer_id": 12345678}, {"customer_id": "c"}), AT)

    assert [each.customer_id for each in page.customers] == ["12345678", "c"]
    assert page.notes == {"customer_id came as a number or truth value and was kept as text"}


@pytest.mark.parametrize(
    ("row", "note"),
    [
        ({"associated_on": 1714521600000}, "associated_on was not a time and was left out"),
        ({"associated_on": 20240501}, "associated_on was not a time and was left out"),
        ({"associated_on": "garbage"}, "associated_on was not a time and was left out"),
        (
            {"associated_on": "2024-05-01T24:30:00Z"},
            "associated_on was not a time and was left out",
        ),
        ({"customer_type": 2.5}, "customer_type was not a whole number and was left out"),
        ({"customer_type": "2x"}, "customer_type was not a whole number and was left out"),
        ({"is_frozen": 2}, "is_frozen held a code that nobody documented and was left out"),
    ],
)
def test_what_cannot_be_read_is_named_once(row: dict[str, Any], note: str) -> None:
    assert SUB.page(successor({"customer_id": "c", **row}), AT).notes == {note}


def test_a_number_keeps_the_digits_it_was_written_with() -> None:
    raw = detail({"customer_id": "c", "telephone": "@"}).replace(b'"@"', b"1.50e3")

    assert DETAIL.page(raw, AT).customers[0].telephone == "1.50e3"


@pytest.mark.parametrize(
    ("value", "text"), [("new", "new"), (1.5, "1.5"), (7, "7"), (True, "true"), ([1], "[1]")]
)
def test_a_field_that_nobody_here_knows_is_kept_as_it_came(value: Any, text: str) -> None:
    (customer,) = DETAIL.page(detail({"customer_id": "c", "segment": value}), AT).customers

    assert customer.extra == (("segment", text),)


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ({"customer_type": "1"}, "customer_type", 1),
        ({"customer_type": 7}, "customer_type", 7),
        ({"customer_type": "seven"}, "customer_type", None),
        ({"customer_type": "1_000"}, "customer_type", None),
        ({"customer_type": "9" * 19}, "customer_type", None),
        ({"customer_type": 2.0}, "customer_type", 2),
        ({"customer_type": 2.5}, "customer_type", None),
        ({"customer_type": "-3"}, "customer_type", -3),
        ({"is_frozen": True}, "is_frozen", True),
        ({"is_frozen": "1"}, "is_frozen", True),
        ({"is_frozen": 2}, "is_frozen", None),
        ({"verified_status": 2}, "verification", "2"),
        ({"verified_status": "99"}, "verification", "99"),
        ({"account_managers": None}, "account_manager", None),
        ({"associated_on": "yesterday"}, "associated_at", None),
        ({"associated_on": "2026-05-04 06:00:00.250"}, "associated_at", AT),
        ({"associated_on": "2026-05-04T14:00:00+08:00"}, "associated_at", AT),
        ({"associated_on": "2026-05-03T24:00:00-06:00"}, "associated_at", AT),
    ],
)
def test_unknown_codes_stay_and_what_cannot_be_read_is_none(
    row: dict[str, Any], field: str, value: Any
) -> None:
    (customer,) = SUB.page(successor({"customer_id": "c", **row}), AT).customers

    assert getattr(customer, field) == value


@pytest.mark.parametrize(
    ("api", "raw"),
    [
        (DETAIL, detail()),
        (DETAIL, detail(customer_info_list=None)),
        (DETAIL, detail(count=None)),
        (DETAIL, body({"error_code": "CBC.0000", "error_msg": "success"})),
        (SUB, successor()),
        (SUB, successor(customer_infos=None)),
        (SUB, body({"count": 0})),
        (SUB, body({"customer_infos": []})),
    ],
)
def test_nobody_is_found_in_every_form_of_nobody(api: CustomerApi, raw: bytes) -> None:
    assert api.page(raw, AT) == Page(0, (), AT, is_counted=b'"count": 0' in raw)


@pytest.mark.parametrize(
    ("count", "read"), [("250", 250), (" 3 ", 3), (250.0, 250), (250, 250), (2**31 - 2, 2**31 - 2)]
)
def test_a_count_may_come_as_a_text(count: Any, read: int) -> None:
    page = DETAIL.page(detail(count=count), AT)

    assert page.count == read
    assert ("count came as text" in page.notes) == isinstance(count, str)


@pytest.mark.parametrize(
    ("count", "what"),
    [
        (-1, "a number out of bounds"),
        (2**31 - 1, "a number out of bounds"),
        (10**19, "a number out of bounds"),
        ("9" * 12, "a text"),
        ("many", "a text"),
        ("", "a text"),
        (True, "a truth value"),
        (1.5, "a fraction"),
        ([1], "a list"),
        ({}, "an object"),
    ],
)
@pytest.mark.parametrize("api", APIS, ids=["detail", "sub-customers"])
def test_customers_with_a_count_that_is_none_are_not_counted(
    api: CustomerApi, count: Any, what: str
) -> None:
    answer = {"detail": detail, "sub-customers": successor}[api.name]

    page = api.page(answer({"customer_id": "c"}, count=count), AT)

    assert (page.count, page.is_counted) == (1, False)
    assert f"count was {what}, not a whole number from 0" in page.notes


def test_customers_without_a_count_are_kept_and_marked() -> None:
    page = DETAIL.page(detail({"customer_id": "c"}, count=None), AT)

    assert (page.count, page.is_counted, len(page.customers)) == (1, False, 1)


def test_a_mark_before_the_json_is_passed_over() -> None:
    assert DETAIL.page(b"\xef\xbb\xbf" + detail(), AT).count == 0


@pytest.mark.parametrize("api", APIS, ids=["detail", "sub-customers"])
@pytest.mark.parametrize("raw", [b"", b"\r\n", b"{}"])
def test_an_answer_that_says_nothing_at_all_is_marked(api: CustomerApi, raw: bytes) -> None:
    page = api.page(raw, AT)

    assert (page.count, page.is_bare) == (0, True)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"\xc0\xce\xbb\xaa", "is not UTF-8"),
        (b"<html>login</html>", "is a web page"),
        (b"{", "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"null", "is not a JSON object"),
        (b'{"count": NaN}', "is not JSON"),
        (b'{"count": -Infinity}', "is not JSON"),
        (b'{"count": 1, "count": 1}', "holds a key twice"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"count": ' + b"9" * 5000 + b"}", "is not JSON"),
        (detail({"customer_id": 7.0}), "customer_info_list[0].customer_id is not a non-empty text"),
        (detail({"customer_id": True}), "customer_info_list[0].customer_id is not a non-empty"),
        (detail({"customer_id": -7}), "customer_info_list[0].customer_id is not a non-empty text"),
        (detail({"customer_id": ""}), "customer_info_list[0].customer_id is not a non-empty text"),
        (detail({}), "customer_info_list[0].customer_id is not a non-empty text"),
        (detail(customer_info_list={}), "customer_info_list is not a list"),
        (detail(customer_info_list=[None]), "something else than an object at customer_info_list"),
        (detail({"customer_id": "c", "label": []}), "customer_info_list[0].label is a container"),
    ],
)
def test_a_body_is_refused_by_rule(raw: bytes, rule: str) -> None:
    with pytest.raises(WireError) as caught:
        DETAIL.page(raw, AT)

    assert rule in str(caught.value)


def test_a_refused_body_is_never_quoted() -> None:
    with pytest.raises(WireError) as caught:
        DETAIL.page(b'{"customer": "Acme", ' + "云".encode("gbk") + b"}", AT)

    assert "Acme" not in str(caught.value)
    assert caught.value.__suppress_context__


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([*SAMPLE, *SAMPLE["customer_info_list"][0], "customer_infos", "is_frozen"])


@settings(max_examples=300)
@given(st.data())
def test_a_mutated_answer_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    rows = [{**row, data.draw(NAMES): data.draw(JSON)} for row in SAMPLE["customer_info_list"]]
    document: Any = {**SAMPLE, "customer_info_list": rows, "customer_infos": rows}
    document[data.draw(NAMES)] = data.draw(JSON)
    raw = body(document)
    cut = data.draw(st.integers(0, len(raw)))
    raw = data.draw(st.sampled_from([raw, raw[:cut], raw[:cut] + b"\xff" + raw[cut:]]))

    for api in APIS:
        try:
            page = api.page(raw, AT)
        except WireError:
            continue
        assert page.count >= 0
        assert all(isinstance(customer, Customer) for customer in page.customers)


PLAIN: Fields = {
    "company_name": ("text", "company"),
    "label": ("text", "label"),
    "customer_id": ("key", "id"),
    "associated_at": ("moment", "since"),
    "customer_type": ("whole", "type"),
    "is_frozen": ("yes", "frozen"),
    "account_manager": ("joined", "managers", "name"),
}
TEXTS = st.sampled_from(["", "云", "شركة", "=1+1", "0086", " ", "\ud800", "\U00020bb7"]) | st.text()
TIMES = st.sampled_from(["2026-05-04T06:00:00Z", "2026-05-04T14:00:00+08:00", "2026-05-04", "0"])
CODES = st.sampled_from([0, 1, 2, -1, True, False, None, 10**18])
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "1", "1.0", 0, True, 1.5, 10**30, [], {}, [[]], [{"name": 1}]]
)
MANAGER = st.fixed_dictionaries({}, optional={"name": TEXTS | st.none(), "phone": TEXTS})
IDS = {"id": TEXTS.filter(bool)}
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "company": TEXTS | st.none(),
    "label": TEXTS | st.none(),
    "since": TIMES | st.none(),
    "type": CODES,
    "frozen": CODES,
    "managers": st.none() | st.lists(MANAGER, max_size=2),
}


@settings(max_examples=300)
@given(st.data())
def test_a_page_read_by_columns_is_the_page_read_one_by_one(data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.fixed_dictionaries(IDS, optional=COLUMNS), max_size=4))
    # Most fields of most pages are plain: one odd thing at most is what makes the difference.
    for each in rows[: data.draw(st.integers(0, 1))]:
        each[data.draw(st.sampled_from([*IDS, *COLUMNS, "new"]))] = data.draw(ODD)
    raw = json.dumps({"list": data.draw(st.sampled_from([rows, [*rows, None], None, {}]))})

    def read(how: Any) -> Any:
        answer = Row(json_object(raw.encode()))
        try:
            return how(answer, "list", PLAIN), answer.notes
        except WireError as error:
            return str(error)

    assert read(read_customers) == read(one_by_one)


def test_a_page_that_breaks_no_rule_is_never_read_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [{"customer_id": f"c{n}", "new": n, **({"label": ""} if n else {})} for n in range(3)]
    rows[1] |= {"is_frozen": 1, "associated_on": "2026-05-04T06:00:00Z", "customer_type": -1}
    rows[2] |= {"account_managers": [{"account_name": "li"}], "is_frozen": None, "email": 7}
    expected = one_by_one(Row({"rows": rows}), "rows", SUCCESSOR)
    monkeypatch.setattr("partnerbook.wire.columns.one_by_one", None)

    assert SUB.page(successor(*rows), AT).customers == expected


@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise_anything_but_a_wire_error(raw: bytes) -> None:
    refusal_of(raw)
    try:
        json_object(raw)
    except WireError as error:
        assert "Partner Center's answer" in str(error)  # noqa: PT017  both ends are fine


# ---------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize("api", APIS, ids=["detail", "sub-customers"])
def test_a_business_error_in_a_success_is_a_refusal(api: CustomerApi) -> None:
    with pytest.raises(BusinessRefusal) as caught:
        api.page(body({"error_code": "CBC.5001", "error_msg": "Acme is no partner"}), AT)

    assert caught.value.refusal.code == "CBC.5001"
    assert "Acme" not in str(caught.value)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"error_code": "CBC.0100", "error_msg": "m"}, Refusal("CBC.0100")),
        (
            {"error_code": "APIGW.0301", "error_msg": "m", "request_id": "r-1"},
            Refusal("APIGW.0301", "r-1"),
        ),
        ({"error": {"code": 401, "message": "m"}}, Refusal("401")),
        ({"error_code": {"a": 1}}, Refusal()),
        ({"error_code": "<b>" * 100}, Refusal("b" * 64)),
        (
            {
                "error_code": "APIGW.0308",
                "error_msg": "The throttling threshold has been reached: "
                "policy user over ratelimit,limit:10,time:1 second",
            },
            Refusal("APIGW.0308", pace=10.0),
        ),
        ({"error_msg": "limit:30,time:1 minute"}, Refusal(pace=0.5)),
        (
            {"error_msg": "AK access failed to reach the limit,forbidden"},
            Refusal(is_lockout=True),
        ),
        ({"error_msg": "signature expired, signature time:x"}, Refusal(is_expired=True)),
    ],
)
def test_codes_of_all_layers_are_read(document: dict[str, Any], expected: Refusal) -> None:
    assert refusal_of(body(document)) == expected


# ------------------------------------------------------------------------------------------- IAM


def test_a_token_is_asked_for_the_whole_account() -> None:
    request = token_request("u", "p", "d")

    assert (request.method, request.target) == ("POST", "/v3/auth/tokens")
    auth = json.loads(request.body)["auth"]
    assert auth["scope"] == {"domain": {"name": "d"}}
    assert auth["identity"]["password"]["user"] == {
        "name": "u",
        "password": "p",
        "domain": {"name": "d"},
    }


@pytest.mark.parametrize("header", [None, "", "a\r\nb", "tök"])
def test_a_token_that_no_header_can_hold_is_refused(header: str | None) -> None:
    with pytest.raises(WireError, match="PARTNERBOOK_IAM_ENDPOINT"):
        token_of(header)


def test_a_token_s_end_is_read_where_the_answer_tells_it() -> None:
    assert expiry_of(body({"token": {"expires_at": "2026-05-04T06:00:00.000000Z"}})) == AT
    assert expiry_of(b"") is None
    assert expiry_of(body({"token": 1})) is None


def test_whose_keys_these_are_is_read() -> None:
    assert account_ids(body({"domains": [{"id": "p-1", "name": "n"}]})) == {"p-1"}
