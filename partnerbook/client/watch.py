"""Shutting sockets whose time is over.

A read time-out starts anew with every byte, so a server that drips its answer, headers included,
could hold a reader for ever. At the deadline the socket is shut from outside instead.
"""

from __future__ import annotations

import contextlib
import heapq
import socket
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any

import requests
import requests.adapters
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from partnerbook.client.clock import Clock, Deadline

CONNECTIONS = 16
"""Connections kept per host; more than threads that ask."""


class Watch:
    """Shuts the socket of every exchange that is still running at its deadline.

    One sleeping thread for all exchanges; it is started with the first and ends with `close`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._queue: list[tuple[float, int, _Entry]] = []
        self._numbers = count()
        self._local = threading.local()
        self._thread: threading.Thread | None = None
        self._closed = False

    @contextlib.contextmanager
    def until(self, deadline: Deadline) -> Iterator[None]:
        """Watch what the calling thread does in this block."""
        entry = _Entry()
        self._local.entry = entry
        with self._changed:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(
                    target=self._run, name="partnerbook-deadlines", daemon=True
                )
                self._thread.start()
            first = not self._queue or deadline.at < self._queue[0][0]
            heapq.heappush(self._queue, (deadline.at, next(self._numbers), entry))
            if first:
                self._changed.notify()
        try:
            yield
        finally:
            entry.connection = entry.sock = None
            entry.is_over = True
            self._local.entry = None

    def entered(self, connection: HTTPConnection) -> None:
        """Tell which connection the calling thread uses."""
        entry = getattr(self._local, "entry", None)
        if entry is not None:
            entry.connection = connection

    def sent(self, connection: HTTPConnection) -> None:
        """Tell that the calling thread's request is out, and the answer comes next.

        A connection that is to close after its answer forgets its socket with the answer's head,
        long before the body is there.
        """
        entry = getattr(self._local, "entry", None)
        if entry is not None:
            entry.sock = connection.sock

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                while self._queue and self._queue[0][2].is_over:
                    heapq.heappop(self._queue)
                if not self._queue:
                    self._changed.wait()
                    continue
                left = self._queue[0][0] - self._clock.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                heapq.heappop(self._queue)[2].shut()


class _Entry:
    """One exchange under watch."""

    __slots__ = ("connection", "is_over", "sock")

    def __init__(self) -> None:
        self.connection: HTTPConnection | None = None
        self.sock: socket.socket | None = None
        self.is_over = False

    def shut(self) -> None:
        connection = self.connection
        sock = getattr(connection, "sock", None) or self.sock
        if isinstance(sock, socket.socket):
            with contextlib.suppress(OSError):
                # The plain socket's method: the TLS layer's own would disturb its reader.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class WatchedAdapter(requests.adapters.HTTPAdapter):
    """An adapter whose connections tell the watch who uses them."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._pools: dict[tuple[str, ...], Any] = {}  # by scheme and host
        super().__init__(pool_connections=4, pool_maxsize=CONNECTIONS, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build the pools with connections under watch."""
        super().init_poolmanager(*args, **kwargs)
        plain, secure = _watched(self._watch)
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Build the pools behind a proxy likewise."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        plain, secure = _watched(self._watch)
        manager.pool_classes_by_scheme = {"http": plain, "https": secure}
        return manager

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return the pool of a request's host; looking it up each time costs a page 4 %.

        What else it hangs on, the proxy and how the host is verified, is the same for all requests.
        """
        host = tuple(request.url.split("/", 3)[:3])
        if (pool := self._pools.get(host)) is None:
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._pools[host] = pool
        return pool

    def close(self) -> None:
        """Close all connections."""
        self._pools.clear()
        super().close()

    def build_response(self, req: Any, resp: Any) -> requests.Response:  # noqa: ARG002  requests'
        """Return the answer as it came: nobody here keeps cookies, which cost a page 3 %."""
        answer = requests.Response()
        answer.status_code, answer.headers, answer.raw = resp.status, resp.headers, resp
        return answer


def _watched(watch: Watch) -> tuple[type[HTTPConnectionPool], type[HTTPSConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            watch.entered(self)
            super().connect()

        def request(self, *args: Any, **kwargs: Any) -> None:
            watch.entered(self)
            super().request(*args, **kwargs)
            watch.sent(self)

    class Secure(Plain, HTTPSConnection):
        """The same beside a secure connection: what `Plain` goes on to is that one's."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return PlainPool, SecurePool
