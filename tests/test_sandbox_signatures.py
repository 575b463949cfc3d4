"""Two independent readings of the vendor's signature meet: ours that signs, ours that verifies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerbook.sandbox.answers import Asked, RefusalError
from partnerbook.sandbox.behaviour import Behaviour
from partnerbook.sandbox.gate import Account, Gate
from partnerbook.signing import query_text, sign

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
ACCOUNT = Account("partner", "AK", "SK", "domain", "user", "password")

# What a query or body may hold: anything but lone surrogates, which no UTF-8 carries.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def _asked(query: dict[str, str], body: bytes) -> Asked:
    """Return a request that `sign` signed."""
    text = query_text(query.items())
    url = "http://127.0.0.1:8800/v2/partners/sub-customers/query" + (f"?{text}" if text else "")
    headers = sign(
        method="POST",
        url=url,
        headers={"Content-Type": "application/json"},
        body=body,
        access_key="AK",
        secret_key="SK",
        at=AT,
    )
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return Asked("POST", target, tuple(headers.items()), body, "request-1")


@given(st.dictionaries(TEXT.filter(bool), TEXT, max_size=4), st.binary(max_size=30))
def test_whatever_one_signs_the_other_accepts(query: dict[str, str], body: bytes) -> None:
    asked = _asked(query, body)

    assert (asked.header("Authorization") or "").startswith("SDK-HMAC-SHA256 Access=AK")
    Gate(ACCOUNT).admit(asked, AT.timestamp(), Behaviour())  # a refusal would be raised


@given(st.binary(min_size=1, max_size=30), st.data())
def test_one_changed_byte_is_refused(body: bytes, data: st.DataObject) -> None:
    asked = _asked({"offset": "0", "limit": "10"}, body)
    at, bit = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 7))
    other = bytearray(body)
    other[at] ^= 1 << bit
    later = tuple((name, value.replace("080000Z", "080001Z")) for name, value in asked.headers)

    for changed in (
        replace(asked, body=bytes(other)),
        replace(asked, target=asked.target.replace("limit=10", "limit=11")),
        replace(asked, headers=later),
    ):
        assert changed != asked
        with pytest.raises(RefusalError) as refused:
            Gate(ACCOUNT).admit(changed, AT.timestamp(), Behaviour())
        assert b"verify aksk signature fail" in refused.value.answer.body
