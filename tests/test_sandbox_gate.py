"""Keys, signatures, tokens, lock-out and the limit of calls; the clock is an argument."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerbook.sandbox.answers import Asked, RefusalError
from partnerbook.sandbox.behaviour import Behaviour
from partnerbook.sandbox.gate import TOKEN_LIFE, Account, Gate
from partnerbook.sandbox.signatures import canonical_request, claim, is_signed

KEY = "AKIDEXAMPLE000000000"
SECRET = "SKEXAMPLE00000000000000000000000000000000"
PARTNER = "9f3c1e5a7b2d4c6e8f0a1b2c3d4e5f60"
TARGET = f"/v1.0/{PARTNER}/partner/customer-mgr/detail"
SIGNED_AT = datetime(2019, 5, 6, 8, 5, 1, tzinfo=UTC).timestamp()
# Computed with the vendor's own client.
SIGNATURE = "1114f0a132e8d17015572a04a55c347b8b62bbf534291776a93d6a8d65f2c6e0"
ACCOUNT = Account(PARTNER, KEY, SECRET, "domain", "user", "password")
GOOD_DAY = Behaviour()


def asked(signature: str = SIGNATURE, *, target: str = TARGET, **changed: Any) -> Asked:
    headers = {
        "Host": "bss-intl.myhuaweicloud.com",
        "X-Sdk-Date": "20190506T080501Z",
        "Authorization": f"SDK-HMAC-SHA256 Access={KEY}, SignedHeaders=host;x-sdk-date, "
        f"Signature={signature}",
    }
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    return Asked("GET", target, tuple(headers.items()), b"", "request-1")


def refusal(gate: Gate, request: Asked, now: float, behaviour: Behaviour = GOOD_DAY) -> str:
    with pytest.raises(RefusalError) as refused:
        gate.admit(request, now, behaviour)
    body = json.loads(refused.value.answer.body)
    assert refused.value.answer.status == 401
    assert (body["error_code"], body["request_id"]) == ("APIGW.0301", "request-1")
    head, _, why = body["error_msg"].partition(": ")
    assert head == "Incorrect IAM authentication information"
    return str(why)


def is_let_in(gate: Gate, request: Asked, at: float) -> bool:
    """Return True; a request that is not let in is an error that the test ends with."""
    gate.admit(request, at, GOOD_DAY)
    return True


def test_a_signature_of_the_vendor_s_client_is_let_in() -> None:
    assert is_let_in(Gate(ACCOUNT), asked(), SIGNED_AT)


def test_the_vendor_s_published_example_verifies() -> None:
    # Vendor's page "AK/SK signing", the VPC list example.
    target = (
        "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
        "?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0"
    )
    authorization = (
        "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, "
        "SignedHeaders=content-type;host;x-sdk-date, "
        "Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
    )
    headers = (
        ("Content-Type", "application/json"),
        ("X-Sdk-Date", "20191115T033655Z"),
        ("host", "service.region.example.com"),
    )
    request = Asked("GET", target, headers, b"", "request-1")
    claimed = claim(authorization)

    assert claimed is not None
    assert is_signed(request, claimed, "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc")
    digest = hashlib.sha256(canonical_request(request, claimed).encode()).hexdigest()
    assert digest == "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"


@pytest.mark.parametrize(
    "tampered",
    [
        asked(target=TARGET + "?page_no=2"),
        asked(target=TARGET.replace("detail", "query")),
        asked(X_Sdk_Date="20190506T080502Z"),
        asked(Host="evil.example"),
        asked("0" * 64),
        asked("ünïcode"),
        Asked("POST", TARGET, asked().headers, b"", "request-1"),
        Asked("GET", TARGET, asked().headers, b"x", "request-1"),
    ],
)
def test_whatever_is_tampered_with_breaks_the_signature(tampered: Asked) -> None:
    why = refusal(Gate(ACCOUNT), tampered, SIGNED_AT)

    assert why.startswith("verify aksk signature fail, canonicalRequest:")
    assert SECRET not in why
    assert "|host;x-sdk-date|" in why


@pytest.mark.parametrize("seconds", [-900, 900])
def test_a_clock_fifteen_minutes_off_is_just_good_enough(seconds: int) -> None:
    assert is_let_in(Gate(ACCOUNT), asked(), SIGNED_AT + seconds)


@pytest.mark.parametrize("seconds", [-901, 901, 86_400 * 365])
def test_a_clock_further_off_is_told_both_times(seconds: int) -> None:
    why = refusal(Gate(ACCOUNT), asked(), SIGNED_AT + seconds)

    assert why.startswith("calc aksk signature fail:signature expired, ")
    assert "signature time:20190506T080501Z,server time:" in why


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (asked(Authorization=""), "x-auth-token not found"),
        (asked(Authorization="", X_Auth_Token="made up"), "decrypt token fail"),
        (asked(Authorization="Basic dXNlcg=="), "authorization format error"),
        (
            asked(Authorization="SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature=0"),
            "Get secretKey failed,ak:A,err:ak not exist",
        ),
        (
            asked(Authorization=f"SDK-HMAC-SHA256 Access={KEY}, SignedHeaders=host, Signature=0"),
            "signed header X-Sdk-Date not found or malformed",
        ),
    ],
)
def test_each_missing_or_wrong_credential_has_its_own_sentence(request_: Asked, why: str) -> None:
    assert refusal(Gate(ACCOUNT), request_, SIGNED_AT) == why


def test_five_wrong_signatures_lock_the_key_for_five_minutes() -> None:
    gate = Gate(ACCOUNT)
    for _ in range(5):
        refusal(gate, asked("0" * 64), SIGNED_AT)

    locked = "AK access failed to reach the limit,forbidden"
    assert refusal(gate, asked(), SIGNED_AT) == locked
    assert refusal(gate, asked(), SIGNED_AT + 299) == locked
    gate.admit(asked(), SIGNED_AT + 300, GOOD_DAY)


def test_a_good_signature_starts_the_count_of_failures_anew() -> None:
    gate = Gate(ACCOUNT)
    for _ in range(3):
        for _ in range(4):
            assert refusal(gate, asked("0" * 64), SIGNED_AT)
        assert is_let_in(gate, asked(), SIGNED_AT)


def test_a_token_lives_for_a_day() -> None:
    gate = Gate(ACCOUNT)
    token, dies = gate.new_token(SIGNED_AT)
    request = asked(Authorization="", X_Auth_Token=token)

    assert dies == SIGNED_AT + TOKEN_LIFE
    gate.admit(request, dies - 1, GOOD_DAY)
    assert refusal(gate, request, dies) == "decrypt token fail"


def test_a_token_can_be_made_to_die_after_some_requests() -> None:
    gate = Gate(ACCOUNT)
    behaviour = Behaviour(token_life_requests=2)
    token, _ = gate.new_token(SIGNED_AT)
    request = asked(Authorization="", X_Auth_Token=token)

    gate.admit(request, SIGNED_AT, behaviour)
    gate.admit(request, SIGNED_AT, behaviour)
    assert refusal(gate, request, SIGNED_AT, behaviour) == "decrypt token fail"


def test_ten_calls_fit_into_any_second_and_each_api_has_its_own() -> None:
    gate = Gate(ACCOUNT)
    behaviour = Behaviour(requests_per_second=10)
    for number in range(10):
        gate.throttle(asked(), "detail", 100 + number / 20, behaviour)

    with pytest.raises(RefusalError) as refused:
        gate.throttle(asked(), "detail", 100.999, behaviour)
    body = json.loads(refused.value.answer.body)
    assert refused.value.answer.status == 429
    assert body["error_code"] == "APIGW.0308"
    assert body["error_msg"].endswith("policy user over ratelimit,limit:10,time:1 second")
    gate.throttle(asked(), "sub-customers", 100.999, behaviour)
    gate.throttle(asked(), "detail", 101.0, behaviour)


@given(st.text(max_size=60), st.binary(max_size=20))
def test_any_authorization_is_a_401_and_never_a_crash(text: str, token: bytes) -> None:
    for value in (text, f"SDK-HMAC-SHA256 {text}"):
        gate = Gate(ACCOUNT)
        assert refusal(gate, asked(Authorization=value, X_Auth_Token=token.hex()), SIGNED_AT)
