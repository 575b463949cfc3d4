"""Every proof at a twentieth of its size; ``python -m tests.bench proof`` runs them whole."""

from __future__ import annotations

import re
import socket
import threading

import pytest

from tests.bench import churn, deadlines, faults, pace
from tests.bench.loopback import Heard, Loopback, hear, say
from tests.bench.proofs import MODULES, proven
from tests.bench.readme import README, with_table
from tests.bench.rows import Row, table

TWENTIETH = 0.05


@pytest.mark.parametrize("name", MODULES)
def test_the_promise_holds(name: str) -> None:
    rows = proven(name, TWENTIETH)

    assert rows
    for row in rows:
        assert row.passed, (row.promise, row.fault, row.result, row.broken)
        assert not row.broken


def test_another_seed_holds_too() -> None:
    assert all(row.passed for row in churn.prove(0.01, seed=4242))


# What follows breaks promises on purpose: a proof that cannot fail proves nothing.


def test_a_walk_that_stops_early_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "partnerbook.paging.certificate.Certificate._gaps",
        lambda self: [(n, 0) for n, count in enumerate(self.counts) if count is not None],
    )

    rows = [churn._changing("random", 1, 1), churn._still(1_000, 1, 1)]

    assert not any(row.passed for row in rows)
    assert all("seed 1000" in row.broken[0] for row in rows)


def test_a_listing_that_gives_up_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partnerbook.client.conversation._TRIES", 1)
    monkeypatch.setattr("partnerbook.client.conversation._FIRST_TRIES", 1)

    dropped = faults.prove(0.005)[0]

    assert not dropped.passed
    assert "UnreachableError" in dropped.broken[0]


@pytest.mark.parametrize("window", [0.8, 1.2])
def test_a_pace_too_fast_or_too_slow_is_found_out(
    monkeypatch: pytest.MonkeyPatch, window: float
) -> None:
    monkeypatch.setattr("partnerbook.client.pacer.WINDOW", window)

    assert not pace.prove(TWENTIETH)[0].passed


def test_a_held_up_operation_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "PATIENCE", -0.1)

    assert not deadlines.prove(TWENTIETH)[0].passed


ROW = Row(promise="p", fault="f", mark="m", result="r", passed=True)


def test_a_table_says_which_promise_is_broken() -> None:
    broken = Row(promise="p", fault="f", mark="m", result="r", passed=False)

    assert table([ROW, broken]).splitlines()[2:] == [
        "| p | f | m | r | held |",
        "| p | f | m | r | **BROKEN** |",
    ]


def test_a_table_is_written_between_its_markers_only() -> None:
    text = "a\n<!-- proof: x -->\nold\n<!-- /proof -->\nb\n<!-- proof: y -->\n<!-- /proof -->\n"

    new = with_table(text, "x", [ROW])

    assert new == text.replace("old", table([ROW]))
    assert with_table(new, "x", [ROW]) == new
    with pytest.raises(ValueError, match="no markers for the proof z"):
        with_table(text, "z", [ROW])


def test_the_readme_tells_of_every_proof_and_none_is_broken() -> None:
    text = README.read_text(encoding="utf-8")
    for name in MODULES:
        found = re.search(rf"<!-- proof: {name} -->\n(.*?)<!-- /proof -->", text, re.DOTALL)
        assert found, name
        assert "| held |" in found[1], name
        assert "BROKEN" not in found[1], name


def test_the_bare_server_hears_and_says_what_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import requests  # noqa: PLC0415  a client that is not ours

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    heard: list[Heard | None] = []

    def talk(connection: socket.socket, _: threading.Event) -> None:
        heard.append(hear(connection))
        connection.sendall(say(418, {"X-A": "b"}, b"tea"))

    with Loopback(talk) as server:
        answer = requests.post(f"{server.endpoint}/p?q=1", data=b"body" * 9, timeout=30)

    assert (answer.status_code, answer.headers["X-A"], answer.content) == (418, "b", b"tea")
    (first,) = heard
    assert first is not None
    assert (first.method, first.target, first.body) == ("POST", "/p?q=1", b"body" * 9)
