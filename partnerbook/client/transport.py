"""One HTTP exchange: the only module that imports requests.

No redirects, no ``.netrc``, no proxy from the environment, no retry of its own: a repeated request
must be signed afresh. A body is read in chunks, up to a size and up to the deadline; at the
deadline the socket itself is shut, since a server that drips bytes resets every time-out.

Facts: research/reliability.md 3.2.
"""

from __future__ import annotations

import contextlib
import heapq
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import requests
import requests.adapters
import urllib3.exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from partnerbook.client.clock import Clock, Deadline
from partnerbook.errors import SettingsError, UnreachableError, WireError

MOST_BYTES = 16 * 1024 * 1024
"""Decoded bytes of a body, at most; a page of 100 customers has about 30,000."""
CONNECTIONS = 16

_CHUNK = 64 * 1024
_CONNECT = 10.0  # seconds to wait for a connection
_READ = 60.0  # seconds to wait for the next bytes


class LostError(UnreachableError):
    """The connection broke, or no answer came: worth another try.

    Attributes:
        never_connected: There was no connection at all: refused, or no such host.
    """

    def __init__(self, message: str, *, never_connected: bool = False) -> None:
        super().__init__(message)
        self.never_connected = never_connected


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: HTTP status.
        headers: Headers; names in any case.
        body: The decoded body. Not in ``repr``: it holds personal data.
        sent_at: When the request went out, by this machine's clock. UTC.
        came_at: When the answer was there. UTC.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    sent_at: datetime
    came_at: datetime

    @property
    def middle(self) -> datetime:
        """The moment half-way between sending and answer; the server's ``Date`` was near it."""
        return self.sent_at + (self.came_at - self.sent_at) / 2


class Transport:
    """Connections to one or more hosts, shared by threads.

    Args:
        clock: Where time comes from.
        proxy: Address of the proxy to use; None for none, whatever the environment says.
    """

    def __init__(self, clock: Clock, proxy: str | None = None) -> None:
        self._clock = clock
        self._watch = _Watch(clock)
        self._session = requests.Session()
        # With trust_env, .netrc would replace the signature and the environment the proxy.
        self._session.trust_env = False
        self._session.headers.clear()
        self._proxies = {"http": proxy, "https": proxy} if proxy else {}
        adapter = _Adapter(self._watch)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, deadline: Deadline
    ) -> Answer:
        """Send a request as it is and return the whole answer.

        Args:
            method: HTTP method.
            url: Whole URL, escaped; sent byte for byte.
            headers: Headers, sent as they are.
            body: Exact bytes; empty for none.
            deadline: When to give up.

        Raises:
            LostError: No whole answer; another try may succeed.
            UnreachableError: No answer, and another try would end the same.
            OutOfTimeError: The deadline passed.
            WireError: The body is larger than `MOST_BYTES`, or its compression is broken.
        """
        prepared = requests.PreparedRequest()
        # Not prepare(): it would re-quote the URL, and the signature covers these very bytes.
        prepared.method, prepared.url, prepared.body = method, url, body or None
        prepared.headers = requests.structures.CaseInsensitiveDict(
            {**headers, "Accept-Encoding": "gzip", "Accept": "application/json"}
        )
        if body:
            prepared.headers["Content-Length"] = str(len(body))
        deadline.check()
        sent_at = self._clock.now()
        with self._watch.until(deadline), _translated(deadline):
            left = max(0.01, deadline.left)
            response = self._session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=(min(_CONNECT, left), min(_READ, left)),
                proxies=self._proxies,
            )
            with response:
                content = _body(response, deadline)
            return Answer(
                response.status_code, response.headers, content, sent_at, self._clock.now()
            )

    def close(self) -> None:
        """Close all connections."""
        self._session.close()
        self._watch.close()


def _body(response: requests.Response, deadline: Deadline) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise WireError("Partner Center's answer is compressed in a way nobody asked for")
    # Not decoded by urllib3: a small chunk of a gzip bomb would come out whole.
    inflate = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    parts: list[bytes] = []
    size = 0
    while data := response.raw.read(_CHUNK, decode_content=False):
        deadline.check()
        if inflate is not None:
            try:
                data = inflate.decompress(data, MOST_BYTES + 1 - size)
            except zlib.error:
                raise WireError("Partner Center's answer is no gzip, though it says so") from None
        size += len(data)
        if size > MOST_BYTES:
            raise WireError(
                f"Partner Center's answer is larger than {MOST_BYTES // 2**20} MiB; check that "
                "the endpoint is Partner Center's"
            )
        parts.append(data)
    if inflate is not None and parts and not inflate.eof:
        raise LostError("the answer was cut off")
    return b"".join(parts)


@contextlib.contextmanager
def _translated(deadline: Deadline) -> Iterator[None]:
    """Turn what requests and the layers below it raise into this project's errors."""
    try:
        yield
    except (LostError, WireError):
        raise
    except (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidHeader,
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidProxyURL,
        UnicodeError,
    ):
        # "from None" here and below: their texts and frames hold the URL with its filters.
        raise SettingsError(
            "the request cannot be sent; check PARTNERBOOK_ENDPOINT, the keys and the token for "
            "stray characters"
        ) from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        if deadline.left <= 0:
            raise deadline.passed() from None
        raise _lost(error) from None
    except (OSError, ValueError, AttributeError) as error:
        # A socket that was shut while it was being read; the TLS layer knows no better name.
        if deadline.left <= 0:
            raise deadline.passed() from None
        raise LostError(f"the connection broke ({type(error).__name__})") from None


def _lost(error: Exception) -> UnreachableError:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return UnreachableError(
            "the server's certificate is not trusted; check PARTNERBOOK_ENDPOINT, this machine's "
            "clock, and whether a proxy stands between"
        )
    if any(isinstance(cause, ssl.SSLError | requests.exceptions.SSLError) for cause in causes):
        return UnreachableError(
            "no encrypted connection could be made; check PARTNERBOOK_ENDPOINT and whether a "
            "proxy stands between"
        )
    if any(isinstance(cause, requests.exceptions.ProxyError) for cause in causes):
        return LostError("the proxy does not answer", never_connected=True)
    if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return LostError("no such host", never_connected=True)
    if any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes):
        return LostError("connection refused", never_connected=True)
    if any(isinstance(cause, urllib3.exceptions.ConnectTimeoutError) for cause in causes):
        return LostError("no connection in time", never_connected=True)
    if any(isinstance(cause, urllib3.exceptions.ReadTimeoutError) for cause in causes):
        return LostError("no answer in time")
    return LostError("the connection broke")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and everything it was made from; requests hides causes in arguments."""
    todo: list[Any] = [error]
    seen: set[int] = set()
    while todo:
        each = todo.pop()
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        todo += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]


# ------------------------------------------------------------------------ shutting late sockets


class _Watch:
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
            entry.connection = None
            entry.is_over = True
            self._local.entry = None

    def entered(self, connection: HTTPConnection) -> None:
        """Tell which connection the calling thread uses."""
        entry = getattr(self._local, "entry", None)
        if entry is not None:
            entry.connection = connection

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

    __slots__ = ("connection", "is_over")

    def __init__(self) -> None:
        self.connection: HTTPConnection | None = None
        self.is_over = False

    def shut(self) -> None:
        connection = self.connection
        sock = getattr(connection, "sock", None)
        if isinstance(sock, socket.socket):
            with contextlib.suppress(OSError):
                # The plain socket's method: the TLS layer's own would disturb its reader.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Adapter(requests.adapters.HTTPAdapter):
    """An adapter whose connections tell the watch who uses them."""

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
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


def _watched(watch: _Watch) -> tuple[type[HTTPConnectionPool], type[HTTPSConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            watch.entered(self)
            super().connect()

        def request(self, *args: Any, **kwargs: Any) -> None:
            watch.entered(self)
            super().request(*args, **kwargs)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            watch.entered(self)
            super().connect()

        def request(self, *args: Any, **kwargs: Any) -> None:
            watch.entered(self)
            super().request(*args, **kwargs)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return PlainPool, SecurePool


def lateness(answer: Answer, server: datetime) -> timedelta:
    """Return how far this machine's clock lies behind the server's."""
    return server - answer.middle
