"""Refusals as sentences: what happened and what to do next, one for each kind."""

from __future__ import annotations

from partnerbook.client.keys import Keys
from partnerbook.client.transport import Answer
from partnerbook.errors import NotAuthorisedError, RefusedError
from partnerbook.wire.refusals import RETIRED, Refusal

THROTTLED = ("CBC.0250", "CBC.99007197")
"""Codes that mean: too often."""
FAILED = "CBC.0999"
"""The code for an error that the vendor's side did not foresee, whatever the HTTP status."""

_LOOK_UP = (
    "look up its code under Error Codes in support.huaweicloud.com/intl/en-us/api-bpconsole, or "
    "give the request ID to the vendor's support"
)
_ACCESS = ("CBC.0151", "CBC.0155", "CBC.5001", "CBC.99000000")
_WRONG_SITE = ("CBC.0150", "CBC.0156")
_TOKEN = "CBC.0154"  # noqa: S105  a code, no secret


def refused(answer: Answer, refusal: Refusal, keys: Keys) -> RefusedError:
    """Return the error for an answer that says no.

    Args:
        answer: The answer.
        refusal: What its body says.
        keys: What was used; names what to check.
    """
    sentence = _sentence(answer.status, refusal, keys)
    is_key = answer.status in (401, 403) or refusal.code in (*_ACCESS, *_WRONG_SITE, _TOKEN)
    kind = NotAuthorisedError if is_key else RefusedError
    return kind(
        sentence,
        status=answer.status,
        code=refusal.code,
        request_id=_plain_id(answer.headers.get("X-Request-Id")) or refusal.request_id,
    )


def _sentence(status: int, refusal: Refusal, keys: Keys) -> str:  # noqa: C901  a table
    code = refusal.code
    if refusal.is_lockout:
        return (
            "Partner Center has locked the key after too many failures; wait five minutes, then "
            + keys.next_step
        )
    if code in _WRONG_SITE:
        return (
            "the account belongs to another site than this endpoint's; check PARTNERBOOK_ENDPOINT"
        )
    if code in _ACCESS or (status == 403 and code != _TOKEN):
        return (
            "Partner Center denies access to this list; check PARTNERBOOK_PARTNER_ID, that the "
            "key or token is the partner's own and not a customer's, and its permissions"
        )
    if refusal.is_expired:
        return (
            "Partner Center finds the signature too old; set this computer's clock and its zone, "
            "then try again"
        )
    if status == 401 or code == _TOKEN:
        what = "key or its signature" if keys.are_signed else "token or login"
        return f"Partner Center does not accept the {what}; {keys.next_step}"
    if status == 404 and code == RETIRED:
        return (
            "Partner Center has no such API at this endpoint, or no longer; check "
            "PARTNERBOOK_ENDPOINT, or set PARTNERBOOK_API to auto"
        )
    if status == 404:
        return "Partner Center has nothing at this address; check PARTNERBOOK_ENDPOINT"
    if status == 429 or code in THROTTLED:
        return "Partner Center is being asked too often; wait a minute and try again"
    if status >= 500 or code == FAILED:
        return "Partner Center is out of order; try again later"
    if status == 400:
        return (
            "Partner Center does not understand the request; check PARTNERBOOK_PARTNER_ID and the "
            "filters"
        )
    if 300 <= status < 400:
        return (
            "the endpoint sends elsewhere, which keys do not follow; check PARTNERBOOK_ENDPOINT, "
            "and whether a login page stands between"
        )
    what = "answered with an error instead of a list" if status == 200 else "refused the request"
    return f"Partner Center {what}; {_LOOK_UP}"


def _plain_id(text: str | None) -> str | None:
    kept = "".join(char for char in text or "" if char.isascii() and char.isprintable())
    return kept.strip()[:64] or None
