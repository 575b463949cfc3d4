"""A server of the successor API whose answers are ready: it costs next to nothing to ask it.

Run as a program of its own, so that its work is not counted as a client's. Prints its address,
answers until its standard input closes, and checks nobody's keys.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from partnerbook.sandbox import Sandbox
from tests.bench.loopback import Loopback, hear
from tests.bench.tokens import token_of

PAGE = 100


@contextlib.contextmanager
def served(customers: int, seed: int) -> Iterator[str]:
    """Run the server in a process of its own; the value is its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.prepared", str(customers), str(seed)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        if server.stdin is None or server.stdout is None:
            raise AssertionError("pipes were asked for")
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


def _answers(customers: int, seed: int) -> dict[int, bytes]:
    sandbox = Sandbox(customers=customers, seed=seed)
    client = sandbox.app.test_client()
    headers = {"X-Auth-Token": token_of(sandbox)}
    answers = {}
    for offset in range(0, customers, PAGE):
        body = client.post(
            "/v2/partners/sub-customers/query",
            json={"offset": offset, "limit": PAGE},
            headers=headers,
        ).data
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        answers[offset] = head.encode() + b"\r\n\r\n" + body
    return answers


def _serve(customers: int, seed: int) -> None:
    answers = _answers(customers, seed)

    def talk(connection: socket.socket, _: threading.Event) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while heard := hear(connection):
            connection.sendall(answers[json.loads(heard.body)["offset"]])

    with Loopback(talk) as server:
        sys.stdout.write(f"{server.endpoint}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]))
