"""Whose keys these are: IAM's ``GET /v3/auth/domains``. Facts: contract/api-facts.md 5.5."""

from __future__ import annotations

from partnerbook.wire.requests import Request
from partnerbook.wire.strict import Row, json_object


def identity_request() -> Request:
    """Return the request for the accounts that the keys belong to."""
    return Request("GET", "/v3/auth/domains", b"", "domains")


def account_ids(body: bytes) -> frozenset[str]:
    """Return the IDs of those accounts.

    Raises:
        WireError: The body breaks a rule.
    """
    return frozenset(row.key("id") for row in Row(json_object(body)).rows("domains"))
