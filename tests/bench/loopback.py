"""A bare server on loopback that says whatever bytes it is told to, in its own good time."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it came.

    Attributes:
        method: HTTP method.
        target: Path and query.
        headers: Names and values in the order sent.
        body: The body's bytes.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


Talk = Callable[[socket.socket, threading.Event], None]


class Loopback:
    """Runs a conversation with each client in a thread of its own.

    Args:
        talk: What is said on a connection; ends when it returns. The event is set when the server
            is to stop, and is to be waited on instead of sleeping.
    """

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        """Scheme, host and port."""
        return f"http://{HOST}:{self._port}"

    def __enter__(self) -> Self:
        self._listener = socket.create_server((HOST, 0), backlog=64)
        self._port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            # Wakes accept(), which a mere close would not.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.add(connection)
            thread = threading.Thread(target=self._converse, args=(connection,), daemon=True)
            self._threads = [each for each in self._threads if each.is_alive()] + [thread]
            thread.start()

    def _converse(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            self._talk(connection, self._stopping)
        with self._lock:
            self._connections.discard(connection)


def hear(connection: socket.socket) -> Heard | None:
    """Return the next request on a connection; None when the client hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65_536)):
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = tuple(
        (name, value.strip()) for name, _, value in (line.partition(":") for line in lines)
    )
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    while len(body) < length:
        if not (more := connection.recv(65_536)):
            return None
        body += more
    return Heard(method, target, headers, body)


def say(status: int, headers: dict[str, str], body: bytes) -> bytes:
    """Return the bytes of an answer, after which the connection closes."""
    given = {"Content-Length": str(len(body)), "Connection": "close", **headers}
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
