"""The vendor's own client, which none of us wrote, against the sandbox."""

from __future__ import annotations

import importlib
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from partnerbook.model import Customer
from partnerbook.sandbox import Sandbox

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=234) as running:
        yield running


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    # The vendor's client writes a number of its own into the home directory.
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # theirs, not ours
        return importlib.import_module("huaweicloudsdkcore.client")


@pytest.fixture
def call(core: Any, sandbox: Sandbox) -> Iterator[Call]:
    """Return ``call(method, path, query=, body=, headers=, key=, secret=)`` -> the JSON."""
    from huaweicloudsdkcore.auth.credentials import GlobalCredentials  # noqa: PLC0415  as above
    from huaweicloudsdkcore.http.http_config import HttpConfig  # noqa: PLC0415  as above
    from huaweicloudsdkcore.sdk_response import SdkResponse  # noqa: PLC0415  as above

    whole: Any = type("Whole", (SdkResponse,), {"openapi_types": {}, "attribute_map": {}})
    clients = []

    def build(key: str, secret: str) -> Any:
        config = HttpConfig.get_default_config()
        config.timeout = (5, 15)
        client = (
            core.ClientBuilder(core.Client, GlobalCredentials.__name__)
            .with_http_config(config)
            .with_credentials(GlobalCredentials(key, secret, sandbox.partner_id))
            .with_endpoint(sandbox.endpoint)
            .build()
        )
        client.model_package = SimpleNamespace(Whole=whole)
        clients.append(client)
        return client

    def run(path: str, **given: Any) -> Any:
        client = build(
            given.get("key", sandbox.access_key), given.get("secret", sandbox.secret_key)
        )
        response = client.do_http_request(
            method=given.get("method", "GET"),
            resource_path=path,
            path_params={"partner_id": sandbox.partner_id},
            query_params=list(given.get("query", {}).items()),
            header_params=given.get("headers", {}),
            body=given.get("body"),
            post_params={},
            response_type="Whole",
            collection_formats={},
            async_request=given.get("later", False),
        )
        response = response.result() if given.get("later") else response
        assert response.status_code == 200
        return json.loads(response.raw_content)

    yield run
    for client in clients:
        client.close()


DETAIL = "/v1.0/{partner_id}/partner/customer-mgr/detail"
SUCCESSOR = "/v2/partners/sub-customers/query"


def old_row(customer: Customer) -> dict[str, Any]:
    assert customer.associated_at is not None
    return {
        "customer_id": customer.customer_id,
        "corp_name": customer.company_name,
        "domain_name": customer.account_name,
        "start_time": customer.associated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "cooperation_type": customer.association,
        "label": customer.label,
        "telephone": customer.telephone,
        "verifiedStatus": customer.verification,
        "countryCode": customer.country_code,
    }


def test_it_lists_all_customers_through_the_old_get(call: Call, sandbox: Sandbox) -> None:
    rows: list[dict[str, Any]] = []
    for page in (1, 2, 3):
        answer = call(DETAIL, query={"page_no": page, "page_size": 100})
        assert answer["error_code"] == "CBC.0000"
        assert answer["count"] == 234
        rows += answer["customer_info_list"]

    by_id = {row["customer_id"]: row for row in rows}
    assert len(rows) == len(by_id) == 234
    assert by_id == {each.customer_id: old_row(each) for each in sandbox.customers}


def test_its_filters_are_signed_and_understood_in_every_script(
    call: Call, sandbox: Sandbox
) -> None:
    for part in ("云", "คลาวด์", "السحابية", "(Asia)", "O'Neill", "&"):
        answer = call(DETAIL, query={"corp_name": part, "page_size": 100})
        expected = {
            each.customer_id for each in sandbox.customers if part in (each.company_name or "")
        }
        assert expected
        assert {row["customer_id"] for row in answer["customer_info_list"]} == expected


def test_it_lists_all_customers_through_the_successor(call: Call, sandbox: Sandbox) -> None:
    rows: list[dict[str, Any]] = []
    for offset in (0, 100, 200):
        body = {"offset": offset, "limit": 100}
        answer = call(SUCCESSOR, method="POST", body=body, later=True)
        assert answer["count"] == 234
        rows += answer["customer_infos"]

    names = {row["customer_id"]: (row["customer"], row["account_managers"]) for row in rows}
    assert len(rows) == 234
    assert names == {
        each.customer_id: (
            each.company_name,
            [{"account_name": each.account_manager}] if each.account_manager else [],
        )
        for each in sandbox.customers
    }


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"secret": "x" * 40}, "verify aksk signature fail, canonicalRequest:GET|/v1.0/"),
        ({"key": "AKIDEXAMPLE000000000"}, "ak not exist"),
    ],
)
def test_a_wrong_secret_and_a_wrong_key_are_not_authorised(
    call: Call, core: Any, wrong: dict[str, str], why: str
) -> None:
    del core
    from huaweicloudsdkcore.exceptions.exceptions import (  # noqa: PLC0415  see above
        ClientRequestException,
    )

    with pytest.raises(ClientRequestException) as caught:
        call(DETAIL, **wrong)

    assert caught.value.status_code == 401
    assert caught.value.error_code == "APIGW.0301"
    assert why in caught.value.error_msg
    assert len(caught.value.request_id) == 32


def test_its_token_mode_sends_an_empty_authorization(call: Call, sandbox: Sandbox) -> None:
    user = {
        "name": sandbox.iam_user,
        "password": sandbox.iam_password,
        "domain": {"name": sandbox.iam_domain},
    }
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"domain": {"name": sandbox.iam_domain}}
    made = requests.post(
        f"{sandbox.iam_endpoint}/v3/auth/tokens",
        json={"auth": {"identity": identity, "scope": scope}},
        timeout=60,
    )
    assert made.status_code == 201
    headers = {"X-Auth-Token": made.headers["X-Subject-Token"], "Authorization": ""}

    answer = call(DETAIL, headers=headers, secret="never used")

    assert answer["count"] == 234


def test_its_domain_discovery_finds_the_partner(call: Call, sandbox: Sandbox) -> None:
    assert call("/v3/auth/domains")["domains"][0]["id"] == sandbox.partner_id


@pytest.mark.parametrize("later", [False, True])
def test_its_typed_client_of_the_successor_reads_every_customer(
    core: Any, sandbox: Sandbox, later: bool
) -> None:
    del core
    from huaweicloudsdkbssintl.v2 import (  # noqa: PLC0415  see above
        BssintlAsyncClient,
        BssintlClient,
        ListSubCustomersRequest,
        QuerySubCustomerListReq,
    )
    from huaweicloudsdkcore.auth.credentials import GlobalCredentials  # noqa: PLC0415  see above

    credentials = GlobalCredentials(sandbox.access_key, sandbox.secret_key, sandbox.partner_id)
    builder = (BssintlAsyncClient if later else BssintlClient).new_builder()
    client = builder.with_credentials(credentials).with_endpoint(sandbox.endpoint).build()
    found = []
    for offset in (0, 100, 200):
        body = QuerySubCustomerListReq(offset=offset, limit=100, label="")
        request = ListSubCustomersRequest(body=body)
        if later:
            answer = client.list_sub_customers_async(request).result()
        else:
            answer = client.list_sub_customers(request)
        assert answer.count == 234
        found += answer.customer_infos
    client.close()

    assert {
        (each.customer_id, each.customer, each.is_frozen, each.customer_level, each.xaccount_id)
        for each in found
    } == {
        (
            each.customer_id,
            each.company_name,
            int(bool(each.is_frozen)),
            each.level,
            each.xaccount_id,
        )
        for each in sandbox.customers
    }
