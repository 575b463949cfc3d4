"""IAM tokens: ``POST /v3/auth/tokens``. Facts: contract/api-facts.md 5.3."""

from __future__ import annotations

import json
import re
from datetime import datetime

from partnerbook.errors import WireError
from partnerbook.wire.requests import Request
from partnerbook.wire.strict import Row, json_object

TOKEN_HEADER = "X-Subject-Token"  # noqa: S105  a header's name, no secret


def token_request(user: str, password: str, domain: str) -> Request:
    """Return the request for a token of an IAM user, valid for the whole account.

    Args:
        user: Name of the IAM user.
        password: Its password.
        domain: Name of the account the user belongs to.
    """
    identity = {
        "methods": ["password"],
        "password": {"user": {"name": user, "password": password, "domain": {"name": domain}}},
    }
    scope = {"domain": {"name": domain}}
    body = json.dumps({"auth": {"identity": identity, "scope": scope}}, separators=(",", ":"))
    return Request("POST", "/v3/auth/tokens", body.encode(), "token")


def token_of(header: str | None) -> str:
    """Return the token of an answer's header.

    Raises:
        WireError: There is none, or it could not be sent back in a header.
    """
    token = (header or "").strip()
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise WireError(
            "the IAM endpoint's answer holds no token; check PARTNERBOOK_IAM_ENDPOINT, then try "
            "again"
        )
    return token


def expiry_of(body: bytes) -> datetime | None:
    """Return when a token ends, as the answer's body says. UTC; None when it does not say."""
    try:
        token = json_object(body).get("token")
    except WireError:
        return None
    return Row(token).moment("expires_at") if isinstance(token, dict) else None
