"""What is asked of the sandbox, what it answers, and the documented ways to say no. Pure.

Each error function stands for one layer of the vendor's stack, since each has a body of its
own: the business layer (CBC), the gateway (APIGW) and identity (Keystone style).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

Fate = Literal["sent", "drop", "cut", "reset"]

JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came over the wire.

    Attributes:
        method: In capitals.
        target: Path and query as sent, percent-encoded.
        headers: Names and values in the order sent.
        body: The bytes of the body, ``b""`` when there was none.
        request_id: The number this request is answered under.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    request_id: str

    @property
    def path(self) -> str:
        """The path as sent, percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query as sent, percent-encoded, without its question mark."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """Return a header's first value, or None; names match in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, and what becomes of it on its way.

    Attributes:
        status: HTTP status.
        body: The bytes of the body.
        content_type: Its media type.
        headers: Further headers.
        fate: ``"drop"``: the connection closes without an answer; ``"cut"``: in the middle of
            it; ``"reset"``: the same with a TCP reset.
    """

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    fate: Fate = "sent"


class RefusalError(Exception):
    """Carries the answer that says no to where answers are sent; never leaves the sandbox."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def json_answer(status: int, value: Any, headers: dict[str, str] | None = None) -> Answer:
    """Return an answer with a JSON body."""
    # A lone surrogate in a name has no UTF-8 form; escaped it still travels as JSON.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        body = text.encode()
    except UnicodeEncodeError:
        body = json.dumps(value, separators=(",", ":")).encode()
    return Answer(status, body, headers=headers or {})


def bad_parameter(message: str) -> RefusalError:
    """Return the refusal of a parameter: 400 CBC.0100."""
    return business_error(400, "CBC.0100", f"Parameter error: {message}")


def business_error(status: int, code: str, message: str) -> RefusalError:
    """Return a refusal by the business layer."""
    return RefusalError(json_answer(status, {"error_code": code, "error_msg": message}))


def gateway_error(asked: Asked, status: int, code: str, message: str) -> RefusalError:
    """Return a refusal by the API gateway; its body names the request."""
    body = {"error_msg": message, "error_code": code, "request_id": asked.request_id}
    return RefusalError(json_answer(status, body))


def not_published(asked: Asked) -> RefusalError:
    """Return the gateway's answer to an unknown path or a wrong method."""
    message = "API not exist or not published in the environment"
    return gateway_error(asked, 404, "APIGW.0101", message)


def not_authorised(asked: Asked, why: str) -> RefusalError:
    """Return the gateway's 401; `why` is the documented tail of its message."""
    return gateway_error(
        asked, 401, "APIGW.0301", f"Incorrect IAM authentication information: {why}"
    )


def identity_error(status: int, title: str, message: str) -> RefusalError:
    """Return a refusal by the identity service, whose code is a number."""
    error = {"message": message, "code": status, "title": title}
    return RefusalError(json_answer(status, {"error": error}))
