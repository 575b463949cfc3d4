"""Tokens of the sandbox, obtained as the vendor's page says."""

from __future__ import annotations

from partnerbook.sandbox import Sandbox


def token_of(sandbox: Sandbox) -> str:
    """Return a token, obtained from the application itself: no socket is needed."""
    user = {
        "name": sandbox.iam_user,
        "password": sandbox.iam_password,
        "domain": {"name": sandbox.iam_domain},
    }
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"domain": {"name": sandbox.iam_domain}}}}
    made = sandbox.app.test_client().post("/v3/auth/tokens", json=body)
    return str(made.headers["X-Subject-Token"])
