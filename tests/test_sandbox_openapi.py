"""The OpenAPI document says what the APIs do: compared with their behaviour, name by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from partnerbook.sandbox import Sandbox

OLD = "/v1.0/{partner_id}/partner/customer-mgr/detail"
SIBLING = "/v1.0/{partner_id}/partner/customer-mgr/query"
SUCCESSOR = "/v2/partners/sub-customers/query"
LISTS = {OLD: "customer_info_list", SIBLING: "customerInfoList", SUCCESSOR: "customer_infos"}
TIME = "2025-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=30) as running:
        yield running


@pytest.fixture(scope="module")
def document(sandbox: Sandbox) -> Any:
    answer = requests.get(f"{sandbox.endpoint}/openapi.json", timeout=60)
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture(scope="module")
def session(sandbox: Sandbox) -> Iterator[requests.Session]:
    user = {"name": sandbox.iam_user, "password": sandbox.iam_password}
    named = {"name": sandbox.iam_domain}
    identity = {"methods": ["password"], "password": {"user": {**user, "domain": named}}}
    body = {"auth": {"identity": identity, "scope": {"domain": named}}}
    with requests.Session() as session:
        made = session.post(f"{sandbox.endpoint}/v3/auth/tokens", json=body, timeout=60)
        session.headers["X-Auth-Token"] = made.headers["X-Subject-Token"]
        yield session


def ask(session: requests.Session, sandbox: Sandbox, path: str, given: Any) -> requests.Response:
    url = sandbox.endpoint + path.replace("{partner_id}", sandbox.partner_id)
    if path == OLD:
        return session.get(url, params=given, timeout=60)
    return session.post(url, json=given, timeout=60)


def parameters(document: Any, path: str) -> list[str]:
    if path == OLD:
        listed = document["paths"][path]["get"]["parameters"]
        return [each["name"] for each in listed if each["in"] == "query"]
    content = document["paths"][path]["post"]["requestBody"]["content"]
    return list(content["application/json"]["schema"]["properties"])


def test_it_is_served_for_the_address_it_was_asked_at(sandbox: Sandbox, document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": sandbox.endpoint}]


@pytest.mark.parametrize("path", LISTS)
def test_every_documented_parameter_is_known_and_no_other(
    session: requests.Session, sandbox: Sandbox, document: Any, path: str
) -> None:
    good = {"limit": 1, "offset": 1, "page_no": 1, "page_size": 1, "indirect_partner_id": ""}
    names = parameters(document, path)
    assert len(names) >= 8
    for name in names:
        value = TIME if "Time" in name or name.startswith("associated") else good.get(name, "1")
        pair = [each for each in names if "Time" in each] if "Time" in name else [name]
        answer = ask(session, sandbox, path, dict.fromkeys(pair, value))
        assert answer.status_code == 200, name
        assert ask(session, sandbox, path, {name + "x": value}).status_code == 400


@pytest.mark.parametrize("path", LISTS)
def test_every_documented_field_is_in_a_row_and_no_other(
    session: requests.Session, sandbox: Sandbox, document: Any, path: str
) -> None:
    method = "get" if path == OLD else "post"
    content = document["paths"][path][method]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"]
    answer = ask(session, sandbox, path, {}).json()

    assert set(answer) == set(schema["properties"])
    rows = schema["properties"][LISTS[path]]["items"]["properties"]
    for row in answer[LISTS[path]]:
        assert set(row) == set(rows)
