"""Identity: ``POST /v3/auth/tokens`` and ``GET /v3/auth/domains``.

Source: the identity service's pages as told in the vendor's FAQ; errors are Keystone's, whose
code is a number.
"""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from typing import Any

from partnerbook.sandbox.answers import Answer, Asked, identity_error, json_answer
from partnerbook.sandbox.gate import Account, Gate


def new_token(gate: Gate, asked: Asked, now: float) -> Answer:
    """Return 201 with a domain-scoped token in the header ``X-Subject-Token``.

    Raises:
        RefusalError: 400 for a body of another form, 401 for a wrong name or password.
    """
    try:
        auth = json.loads(asked.body.decode())["auth"]
        methods = auth["identity"]["methods"]
        user = auth["identity"]["password"]["user"]
        name, password, domain = user["name"], user["password"], user["domain"]["name"]
        scope = auth["scope"]["domain"]
        texts = (name, password, domain, *scope.values())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _bad_request(
            "The request body is not a password request scoped to a domain"
        ) from None
    if methods != ["password"] or not all(isinstance(text, str) for text in texts):
        raise _bad_request("Only the method password with textual values is known here")
    account = gate.account
    in_scope = (scope.get("name"), scope.get("id")) in {
        (account.iam_domain, None),
        (None, account.partner_id),
        (account.iam_domain, account.partner_id),
    }
    known = (name, domain) == (account.iam_user, account.iam_domain) and in_scope
    if not _same(password, account.iam_password) or not known:
        raise identity_error(401, "Unauthorized", "The username or password is wrong.")
    token, dies = gate.new_token(now)
    return json_answer(201, {"token": _described(account, now, dies)}, {"X-Subject-Token": token})


def domains(account: Account, endpoint: str) -> Answer:
    """Return the one account that the caller can be: the partner's."""
    here = f"{endpoint}/v3/auth/domains"
    domain = {
        "id": account.partner_id,
        "name": account.iam_domain,
        "enabled": True,
        "description": "",
        "links": {"self": f"{endpoint}/v3/domains/{account.partner_id}"},
    }
    links = {"self": here, "previous": None, "next": None}
    return json_answer(200, {"domains": [domain], "links": links})


def _described(account: Account, now: float, dies: float) -> dict[str, Any]:
    domain = {"id": account.partner_id, "name": account.iam_domain}
    return {
        "methods": ["password"],
        "issued_at": _time(now),
        "expires_at": _time(dies),
        "domain": domain,
        "user": {"name": account.iam_user, "domain": domain},
        "roles": [{"id": "0", "name": "te_admin"}],
        "catalog": [],
    }


def _bad_request(message: str) -> Exception:
    return identity_error(400, "Bad Request", message)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
