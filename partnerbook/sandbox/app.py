"""The sandbox as a web application: which part of it answers which path.

Speaks WSGI through Flask; the vendor's APIs and the control room take and give plain values
(`Asked`, `Answer`), so that they are read and tested without HTTP.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from urllib.parse import quote

from flask import Flask, Response, request

from partnerbook.sandbox import portal
from partnerbook.sandbox.answers import Answer, Asked, gateway_error, json_answer, not_published
from partnerbook.sandbox.backend import Backend
from partnerbook.sandbox.control import Control, Logged, RequestLog
from partnerbook.sandbox.gate import Gate
from partnerbook.sandbox.openapi import document
from partnerbook.sandbox.vendor import Vendor, is_vendors, loggable

FATE = "partnerbook.fate"
"""Key of the WSGI environment under which the server finds what becomes of the answer."""

_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def make_app(
    backend: Backend,
    gate: Gate,
    control_key: str,
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Flask:
    """Return the application.

    Args:
        backend: The customers.
        gate: Who may ask.
        control_key: The key of the control room.
        clock: The true time, seconds since 1970.
        sleep: Waits for so many seconds; for the setting ``latency_ms``.
    """
    app = Flask(__name__)
    rooms = _Rooms(backend, gate, control_key, clock, sleep)

    # Not a route: what is routed here is the path as it was sent, which Flask decodes and tidies.
    @app.before_request
    def every_request() -> Response:
        asked = _asked()
        answer = rooms.answer(asked, request.host_url.rstrip("/"))
        request.environ[FATE] = answer.fate
        response = Response(answer.body, answer.status, answer.headers)
        response.headers["Content-Type"] = answer.content_type
        response.headers["X-Request-Id"] = asked.request_id
        response.headers["Server"] = "api-gateway"
        response.headers["Date"] = formatdate(rooms.vendor.now(), usegmt=True)
        return response

    return app


class _Rooms:
    """The parts of the sandbox, and which paths are theirs."""

    def __init__(
        self,
        backend: Backend,
        gate: Gate,
        control_key: str,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.vendor = Vendor(backend, gate, clock)
        self._backend = backend
        self._log = RequestLog()
        self._control = Control(control_key, backend, gate, self._log)
        self._clock = clock
        self._sleep = sleep

    def answer(self, asked: Asked, endpoint: str) -> Answer:
        if not _is_local(asked.header("Host")):
            # A page of a stranger whose name was made to point here (DNS rebinding).
            return gateway_error(asked, 400, "APIGW.0201", "Bad request: foreign Host").answer
        if asked.path.startswith("/_sandbox/"):
            return self._control.answer(asked)
        if asked.method in {"GET", "HEAD"} and portal.is_page(asked.path):
            return portal.answer(self._backend, asked)
        if (asked.method, asked.path) == ("GET", "/openapi.json"):
            return json_answer(200, document(endpoint))
        if not is_vendors(asked.path):
            return not_published(asked).answer
        if latency := self._backend.behaviour.latency_ms:
            self._sleep(latency / 1000)
        answer = self.vendor.answer(asked, endpoint)
        self._log.add(_logged(asked, answer, self._clock()))
        return answer


def _asked() -> Asked:
    environ = request.environ
    # The raw target, where the server gives it: signatures cover what was sent, not what it means.
    target = environ.get("REQUEST_URI") or quote(environ["PATH_INFO"].encode("latin-1"))
    if "?" not in target and environ.get("QUERY_STRING"):
        target = f"{target}?{environ['QUERY_STRING']}"
    # Header bytes reach us as Latin-1; the vendor's client signs and sends UTF-8.
    headers = tuple(
        (name, value.encode("latin-1", "replace").decode("utf-8", "surrogateescape"))
        for name, value in request.headers.items()
    )
    return Asked(request.method, target, headers, request.get_data(), secrets.token_hex(16))


def _is_local(host: str | None) -> bool:
    name = (host or "").strip().lower()
    if not name.endswith("]"):
        name = name.rpartition(":")[0] or name
    return name in _HOSTS


def _logged(asked: Asked, answer: Answer, now: float) -> Logged:
    at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    status = answer.status if answer.fate == "sent" else None
    return Logged(at, asked.method, asked.path, asked.query, loggable(asked), status)
