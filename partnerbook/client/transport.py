"""One HTTP exchange, through requests.

No redirects, no ``.netrc``, no proxy from the environment, no retry of its own: a repeated request
must be signed afresh. A body is read in chunks, up to a size and up to the deadline; at the
deadline the socket itself is shut, since a server that drips bytes resets every time-out.

Facts: research/reliability.md 3.2.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import requests

from partnerbook.client.broken import LostError, translated
from partnerbook.client.clock import Clock, Deadline
from partnerbook.client.watch import Watch, WatchedAdapter
from partnerbook.errors import WireError

MOST_BYTES = 16 * 1024 * 1024
"""Decoded bytes of a body, at most; a page of 100 customers has about 30,000."""

_CHUNK = 64 * 1024
_CONNECT = 10.0  # seconds to wait for a connection
_READ = 60.0  # seconds to wait for the next bytes


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
        self._watch = Watch(clock)
        # The adapter alone, no Session: that one would look up .netrc, proxies and cookies, and
        # read a redirect's target.
        self._adapter = WatchedAdapter(self._watch)
        self._proxies = {"http": proxy, "https": proxy} if proxy else {}

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
            {
                **headers,
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": "partnerbook",
            }
        )
        if body:
            prepared.headers["Content-Length"] = str(len(body))
        deadline.check()
        sent_at = self._clock.now()
        with self._watch.until(deadline), translated(deadline):
            left = max(0.01, deadline.left)
            response = self._adapter.send(
                prepared,
                stream=True,
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
        self._adapter.close()
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
