"""Two independent readings of the vendor's signature meet: ours that signs, ours that verifies."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from partnerbook.sandbox.answers import Asked
from partnerbook.sandbox.behaviour import Behaviour
from partnerbook.sandbox.gate import Account, Gate
from partnerbook.signing import query_text, sign

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
ACCOUNT = Account("partner", "AK", "SK", "domain", "user", "password")

# What a query or body may hold: anything but lone surrogates, which no UTF-8 carries.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.dictionaries(TEXT.filter(bool), TEXT, max_size=4), st.binary(max_size=30))
def test_whatever_one_signs_the_other_accepts(query: dict[str, str], body: bytes) -> None:
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

    Gate(ACCOUNT).admit(
        Asked("POST", target, tuple(headers.items()), body, "request-1"),
        AT.timestamp(),
        Behaviour(),
    )
