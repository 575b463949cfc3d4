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
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from partnerbook.sandbox.answers import Answer, Asked, gateway_error
from partnerbook.sandbox.backend import Backend
from partnerbook.sandbox.control import Control, Logged, RequestLog
from partnerbook.sandbox.gate import Gate
from partnerbook.sandbox.vendor import Vendor, is_vendors, loggable

FATE = "partnerbook.fate"
"""Key of the WSGI environment under which the server finds what becomes of the answer."""

_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]


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
    log = RequestLog()
    vendor = Vendor(backend, gate, clock)
    control = Control(control_key, backend, gate, log)

    def answered(asked: Asked) -> Answer:
        if not _is_local(asked.header("Host")):
            # A page of a stranger whose name was made to point here (DNS rebinding).
            return gateway_error(asked, 400, "APIGW.0201", "Bad request: foreign Host").answer
        if asked.path.startswith("/_sandbox/"):
            return control.answer(asked)
        if is_vendors(asked.path) and backend.behaviour.latency_ms:
            sleep(backend.behaviour.latency_ms / 1000)
        answer = vendor.answer(asked, request.host_url.rstrip("/"))
        if is_vendors(asked.path):
            log.add(_logged(asked, answer, clock()))
        return answer

    @app.route("/", defaults={"path": ""}, methods=_METHODS, provide_automatic_options=False)
    @app.route("/<path:path>", methods=_METHODS, provide_automatic_options=False)
    def any_path(path: str) -> Response:  # noqa: ARG001  the raw target says more
        asked = _asked()
        answer = answered(asked)
        request.environ[FATE] = answer.fate
        response = Response(answer.body, answer.status, answer.headers)
        response.headers["Content-Type"] = answer.content_type
        response.headers["X-Request-Id"] = asked.request_id
        response.headers["Server"] = "api-gateway"
        response.headers["Date"] = formatdate(vendor.now(), usegmt=True)
        return response

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        return error.get_response()

    return app


def _asked() -> Asked:
    environ = request.environ
    target = environ.get("REQUEST_URI") or environ["PATH_INFO"]
    if "REQUEST_URI" not in environ and environ.get("QUERY_STRING"):
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
