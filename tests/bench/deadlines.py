"""Servers that drip, hang or stall: none may hold an operation beyond its deadline. Real time."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from partnerbook import CustomerQuery
from partnerbook.client import Pacer, PartnerCenter
from partnerbook.errors import RefusedError, UnreachableError
from tests.bench.loopback import HOST, Loopback, Talk, hear, say
from tests.bench.rows import Row

DEADLINE, GRACE = 1.5, 1.0  # seconds
PATIENCE = 20.0  # seconds, instead of GRACE, where a busy machine must not fail a test

_DRIP = 0.05  # seconds from one byte to the next
_ERRORS = ("OutOfTimeError", "UnreachableError", "RefusedError")
_BODY = b'{"error_code":"CBC.0000","count":1,"customer_info_list":[' + b" " * 100_000 + b"]}"


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """List from every such server at once, and look at the clock: closely in the whole proof."""
    del seed  # nothing here is left to chance
    deadline = max(0.3, DEADLINE * size)
    grace = GRACE if size >= 1 else PATIENCE
    with ThreadPoolExecutor(len(_SERVERS) + 1) as pool:
        tried = [pool.submit(_served, name, talk, deadline) for name, talk in _SERVERS.items()]
        tried.append(pool.submit(_unheard, deadline))
        took = dict(each.result() for each in tried)
    broken = [
        f"{name}: {seconds:.2f} s for a deadline of {deadline:g} s, {error or 'no error'}"
        for name, (seconds, error) in took.items()
        if seconds > deadline + grace or error not in _ERRORS
    ]
    late = {name: seconds - deadline for name, (seconds, _) in took.items()}
    worst = max(late, key=lambda name: late[name])
    return [
        Row(
            promise="no operation outlives its deadline by a second",
            fault=f"{len(took)} servers: " + ", ".join(took),
            mark=f"at most {grace:g} s past the deadline, with the error that says so",
            result=f"at most {max(0.0, late[worst]):.2f} s past {deadline:g} s ({worst})",
            passed=not broken,
            numbers={name: round(seconds, 3) for name, (seconds, _) in took.items()},
            broken=tuple(broken),
        )
    ]


def _served(name: str, talk: Talk, deadline: float) -> tuple[str, tuple[float, str]]:
    with Loopback(talk) as server:
        return name, _listed(server.endpoint, deadline)


def _unheard(deadline: float) -> tuple[str, tuple[float, str]]:
    """List from a server that never accepts: its queue of connections is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((HOST, 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        return "never accepts", _listed(f"http://{HOST}:{listener.getsockname()[1]}", deadline)


def _listed(endpoint: str, deadline: float) -> tuple[float, str]:
    with PartnerCenter(
        endpoint=endpoint,
        access_key="A" * 20,
        secret_key="s" * 40,
        partner_id="0" * 32,
        api="detail",
        pacer=Pacer(calls=math.inf),
    ) as center:
        started = time.monotonic()
        try:
            center.listing(CustomerQuery(), deadline=deadline)
        except (UnreachableError, RefusedError) as error:
            return time.monotonic() - started, type(error).__name__
        return time.monotonic() - started, ""


def _dripping(before: Callable[[], bytes], drops: Callable[[], bytes]) -> Talk:
    def talk(connection: socket.socket, stopping: threading.Event) -> None:
        hear(connection)
        connection.sendall(before())
        for byte in drops():
            if stopping.wait(_DRIP):
                return
            connection.sendall(bytes([byte]))

    return talk


def _stalling(said: bytes) -> Talk:
    def talk(connection: socket.socket, stopping: threading.Event) -> None:
        hear(connection)
        connection.sendall(said)
        stopping.wait()

    return talk


def _again_and_again(answer: bytes) -> Talk:
    def talk(connection: socket.socket, _: threading.Event) -> None:
        if hear(connection):
            connection.sendall(answer)

    return talk


def _endless(connection: socket.socket, stopping: threading.Event) -> None:
    hear(connection)
    head, _, _ = _ANSWER.partition(b"Content-Length")
    connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
    while not stopping.wait(_DRIP / 10):
        connection.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")


_ANSWER = say(200, {"Content-Type": "application/json"}, _BODY)
_HEAD = _ANSWER[: -len(_BODY)]
_SERVERS: dict[str, Talk] = {
    "drips its head": _dripping(lambda: b"", lambda: _ANSWER),
    "drips its body": _dripping(lambda: _HEAD, lambda: _BODY),
    "drips interim answers": _dripping(lambda: b"", lambda: b"HTTP/1.1 100 Continue\r\n\r\n" * 99),
    "never answers": _stalling(b""),
    "stalls in its head": _stalling(_HEAD[:20]),
    "stalls in its body": _stalling(_ANSWER[: len(_HEAD) + 10_000]),
    "never ends": _endless,
    "answers 503 for ever": _again_and_again(say(503, {}, b"")),
    "hangs up for ever": _again_and_again(b""),
    "asks for patience": _again_and_again(say(429, {"Retry-After": "1"}, b"")),
}
