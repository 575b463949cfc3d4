"""What an answer says when it says no: business layer, gateway, or IAM.

Facts: contract/api-facts.md 4. The vendor's own sentence is never passed on: it can echo the
request with its filters. Only codes and what is recognised in it leave here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from partnerbook.errors import WireError
from partnerbook.wire.strict import json_object

SUCCESS = "CBC.0000"
RETIRED = "APIGW.0101"
"""The gateway's code for an API that does not exist, or no longer."""

_PACE = re.compile(r"limit:(\d{1,6}),\s*time:(\d{0,6})\s*(second|minute|hour)")
_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What could be read of a refusing answer.

    Attributes:
        code: The vendor's code; ``""`` if there was none.
        request_id: The request's number for the vendor's support; None if there was none.
        pace: Calls a second that a throttled answer says are allowed; None if it does not say.
        is_lockout: The key is locked for some minutes after too many failures.
        is_expired: The signature's time was too far from the server's.
    """

    code: str = ""
    request_id: str | None = None
    pace: float | None = None
    is_lockout: bool = False
    is_expired: bool = False


class BusinessRefusal(WireError):  # noqa: N818  never leaves the fetcher: the client renames it
    """A success whose body says no.

    Attributes:
        refusal: What it says.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("Partner Center answered with a business error")
        self.refusal = refusal


def refusal_of(body: bytes) -> Refusal:
    """Return what a body says about a refusal; of anything else, an empty one. Never raises."""
    try:
        return _read(json_object(body))
    except WireError:
        return Refusal()


def check_business(document: dict[str, Any]) -> None:
    """Check that the body of a 200 is no business error, which some APIs send as a success.

    Raises:
        BusinessRefusal: It is one.
    """
    if (code := document.get("error_code")) not in (None, "", SUCCESS):
        refusal = _read(document)
        raise BusinessRefusal(refusal if code and refusal.code else Refusal("unreadable"))


def _read(document: dict[str, Any]) -> Refusal:
    inner = document.get("error")
    if isinstance(inner, dict):  # IAM's form; its code is a number
        return Refusal(code=_plain(inner.get("code")))
    message = document.get("error_msg")
    message = message if isinstance(message, str) else ""
    return Refusal(
        code=_plain(document.get("error_code")),
        request_id=_plain(document.get("request_id")) or None,
        pace=_pace(message),
        is_lockout="reach the limit,forbidden" in message,
        is_expired="signature expired" in message,
    )


def _plain(value: Any) -> str:
    """Return a code or ID fit for a message: short, printable, no spaces."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return re.sub(r"[^A-Za-z0-9._:-]", "", text)[:64]


def _pace(message: str) -> float | None:
    found = _PACE.search(message)
    if not found:
        return None
    seconds = _SECONDS[found[3]] * int(found[2] or 1)
    return int(found[1]) / seconds if seconds and int(found[1]) else None
