"""Tokens: what identity takes, and how it says no."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerbook.sandbox.answers import Answer, Asked, RefusalError
from partnerbook.sandbox.gate import Account, Gate
from partnerbook.sandbox.iam import domains, new_token

ACCOUNT = Account("partner", "key", "secret", "domain", "user", "pässword")
NOW = 1_700_000_000.0


def body(**changed: Any) -> Any:
    values = {"name": "user", "password": "pässword", "domain": {"name": "domain"}} | changed
    scope = values.pop("scope", {"domain": {"name": "domain"}})
    methods = values.pop("methods", ["password"])
    identity = {"methods": methods, "password": {"user": values}}
    return {"auth": {"identity": identity, "scope": scope}}


def reply(content: Any, gate: Gate | None = None) -> Answer:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    try:
        return new_token(gate or Gate(ACCOUNT), Asked("POST", "/v3/auth/tokens", (), raw, "r"), NOW)
    except RefusalError as refusal:
        return refusal.answer


@pytest.mark.parametrize("scope", [{"name": "domain"}, {"id": "partner"}])
def test_a_token_comes_in_the_header_and_is_as_long_as_real_ones(scope: dict[str, str]) -> None:
    answer = reply(body(scope={"domain": scope}))

    assert answer.status == 201
    assert len(answer.headers["X-Subject-Token"]) > 1_500
    token = json.loads(answer.body)["token"]
    assert token["expires_at"] == "2023-11-15T22:13:20.000000Z"
    assert token["issued_at"] == "2023-11-14T22:13:20.000000Z"
    assert token["domain"] == {"id": "partner", "name": "domain"}


@pytest.mark.parametrize(
    "content",
    [
        body(password="wrong"),
        body(password="\ud800"),
        body(name="somebody"),
        body(domain={"name": "elsewhere"}),
        body(scope={"domain": {"name": "elsewhere"}}),
        body(scope={"domain": {"name": "domain", "id": "elsewhere"}}),
        body(scope={"domain": {}}),
    ],
)
def test_a_wrong_name_or_password_is_one_and_the_same_401(content: Any) -> None:
    answer = reply(content)

    assert answer.status == 401
    assert json.loads(answer.body) == {
        "error": {
            "message": "The username or password is wrong.",
            "code": 401,
            "title": "Unauthorized",
        }
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        [],
        {},
        {"auth": None},
        body(methods=["password", "totp"]),
        body(methods=[]),
        body(password=1),
        body(domain="domain"),
        body(scope={"project": {"name": "ap-southeast-1"}}),
        body(scope={"domain": ["domain"]}),
        body(scope={"domain": {"name": None}}),
    ],
)
def test_another_form_is_a_400_whose_code_is_a_number(content: Any) -> None:
    answer = reply(content)

    assert answer.status == 400
    assert json.loads(answer.body)["error"]["code"] == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(JSON, st.sampled_from(["auth", "scope", "name", "password", "domain", "methods"]))
def test_any_json_is_refused_and_never_a_crash(value: Any, where: str) -> None:
    content = value if where == "auth" else body(**{where: value})

    assert reply(content).status in {400, 401}


def test_each_token_is_another() -> None:
    gate = Gate(ACCOUNT)
    tokens = [reply(body(), gate).headers["X-Subject-Token"] for _ in range(3)]

    assert len(set(tokens)) == 3


def test_domains_name_the_partner() -> None:
    content = json.loads(domains(ACCOUNT, "http://127.0.0.1:1").body)

    assert [(each["id"], each["name"]) for each in content["domains"]] == [("partner", "domain")]
