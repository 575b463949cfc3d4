"""The sandbox on a port of this machine: sockets, threads, and answers that get lost.

Listens on 127.0.0.1 only. Nothing is logged: paths and bodies hold names and phones.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import socket
import struct
import threading
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from partnerbook.errors import SettingsError
from partnerbook.model import Customer
from partnerbook.sandbox.answers import Asked, gateway_error
from partnerbook.sandbox.app import FATE, make_app
from partnerbook.sandbox.backend import Backend
from partnerbook.sandbox.gate import Gate, new_account
from partnerbook.sandbox.people import LAST_MONDAY
from partnerbook.sandbox.scenario import invented, partner_id, scenario_file

_HOST = "127.0.0.1"
_LARGEST_BODY = 12 * 1024 * 1024  # bytes; the vendor's gateway takes no more
_IDLE = 60  # seconds after which a silent connection is closed
_LINGER_0 = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_POLL = 0.02  # seconds between looks at whether to stop


class Sandbox:
    """A Partner Center of our own, running while the ``with`` block runs.

    Keys and passwords are new at each start; the customers and the partner ID depend on the
    seed alone.

    Args:
        customers: How many customers to invent.
        seed: Decides who they are, what happens to them, and every fault.
        port: Port to listen on; 0 takes a free one.
        scenario: A scenario file to use instead of invented customers.
        last_monday: The Monday on which week 5 stands.

    Raises:
        SettingsError: The port is taken, or the scenario is not usable.
    """

    def __init__(
        self,
        customers: int = 300,
        seed: int = 7,
        port: int = 0,
        scenario: str | Path | None = None,
        *,
        last_monday: date = LAST_MONDAY,
    ) -> None:
        if scenario is None:
            play = invented(customers, seed, last_monday)
        else:
            play = scenario_file(Path(scenario), seed)
        account = new_account(partner_id(seed))
        self.access_key = account.access_key
        self.secret_key = account.secret_key
        self.partner_id = account.partner_id
        self.iam_domain = account.iam_domain
        self.iam_user = account.iam_user
        self.iam_password = account.iam_password
        self.control_key = secrets.token_urlsafe(24)
        self.backend = Backend(play.customers, play.weeks, play.behaviour)
        self.app = make_app(self.backend, Gate(account), self.control_key)
        self._port = port
        self._server: _Server | None = None

    def __repr__(self) -> str:
        """Return where it listens; never its keys."""
        return f"Sandbox({self.endpoint if self._server else 'not running'})"

    @property
    def endpoint(self) -> str:
        """Address of the customer APIs.

        Raises:
            RuntimeError: The sandbox is not running.
        """
        if self._server is None:
            raise RuntimeError("the sandbox is not running; use it in a with statement")
        return f"http://{_HOST}:{self._server.port}"

    @property
    def iam_endpoint(self) -> str:
        """Address of the identity service; the same server here."""
        return self.endpoint

    @property
    def customers(self) -> tuple[Customer, ...]:
        """The truth: everybody, sorted by ID."""
        return self.backend.customers

    def play_week(self, week: int) -> None:
        """Go to a week; see `Backend.play_week`."""
        self.backend.play_week(week)

    def configure(self, **settings: Any) -> None:
        """Change settings; see `Behaviour` for what there is."""
        self.backend.configure(settings)

    def __enter__(self) -> Self:
        """Start listening; requests are answered from here on."""
        self._server = _Server(self._port, self.app)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL,), name="sandbox", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening and hang up on whoever is still connected."""
        if self._server:
            self._server.stop()
            self._thread.join()
            self._server = None


class _Server(ThreadedWSGIServer):
    """Werkzeug's threaded server on a socket of our own, which knows its connections."""

    def __init__(self, port: int, app: Flask) -> None:
        self.connections: set[socket.socket] = set()
        self.lock = threading.Condition()
        # Bound here: werkzeug ends the whole process when a port is taken.
        with socket.socket() as listener:
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((_HOST, port))
            except (OSError, OverflowError) as error:
                raise SettingsError(
                    f"port {port} cannot be used; take another one, or 0 for a free one"
                ) from error
            listener.listen(128)
            super().__init__(_HOST, port, app, _Handler, fd=listener.fileno())

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        with self.lock:
            for connection in self.connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            # Whoever is in the middle of an answer may end it: afterwards nothing here runs on.
            self.lock.wait_for(lambda: not self.connections, timeout=1)


class _Handler(WSGIRequestHandler):
    """One connection: many requests, each answered in one piece."""

    server: _Server
    protocol_version = "HTTP/1.1"
    # With Nagle's algorithm and small writes each answer would wait 40 ms for the other side.
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = _IDLE

    def setup(self) -> None:
        super().setup()
        with self.server.lock:
            self.server.connections.add(self.connection)

    def finish(self) -> None:
        # One by one: what cannot be flushed any more must not leave the other half open.
        for stream in (self.wfile, self.rfile):
            with contextlib.suppress(OSError):
                stream.close()
        with self.server.lock:
            self.server.connections.discard(self.connection)
            self.server.lock.notify_all()

    def log(self, *_: Any, **__: Any) -> None:
        """Say nothing: request lines hold customers' names."""

    def run_wsgi(self) -> None:
        """Answer one request and keep the connection, which werkzeug's own method closes.

        The body is read whole before the answer starts, so the next request begins where it
        should.
        """
        body = self._body()
        if body is None:
            self.send_error(413)
            return
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        status, headers, answer = _run(self.server.app, environ)
        self._deliver(status, headers, answer, environ.get(FATE, "sent"))

    def send_error(self, code: int, *_: Any) -> None:
        """Refuse what never became a request, as the gateway would, and close the connection."""
        self.close_connection = True
        self.request_version = self.protocol_version  # of a request line that made no sense
        asked = Asked("", "", (), b"", secrets.token_hex(16))
        answer = gateway_error(asked, code, "APIGW.0201", "Bad request").answer
        self._send(code, [("Content-Type", answer.content_type)], answer.body)

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        plain = length.isascii() and length.isdigit() and len(length) < 10
        if "Transfer-Encoding" in self.headers or not plain or int(length) > _LARGEST_BODY:
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionAbortedError("the client hung up while it was asking")
        return body

    def _deliver(self, status: int, headers: list[tuple[str, str]], body: bytes, fate: str) -> None:
        if fate == "sent":
            self._send(status, headers, body)
            return
        self.close_connection = True
        if fate == "cut":
            self._send(status, headers, body, body[: len(body) // 2])
        elif fate == "reset":
            # Linger 0: closing now sends RST where FIN would be.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_0)
            socket.close(self.connection.detach())

    def _send(
        self,
        status: int,
        headers: list[tuple[str, str]],
        body: bytes,
        sent: bytes | None = None,
    ) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if sent is None else sent)
        self.wfile.flush()


def _run(app: Any, environ: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return what the application answers; the environment is given on, not copied."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        started.append((status, headers))

    answer = b"".join(app(environ, start_response))
    status, headers = started[-1]
    return int(status[:3]), headers, answer
