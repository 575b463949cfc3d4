"""The proofs of the mail find what is broken on purpose: one that cannot fail proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from reports.sending.post import Post
from tests.bench import mail, post


def test_a_mail_that_grows_with_the_list_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.mail._ROWS", (400,))
    monkeypatch.setattr("reports.mail.MOST_BYTES", 10_000_000)  # it believes it has the room

    assert "too large" in mail._small([1_000]).broken[0]


def test_a_twin_that_says_otherwise_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.mail._of_text", lambda _plain: {"Customers": 11})

    assert any("the text says otherwise" in each for each in mail._small([10]).broken)


def test_a_name_that_becomes_markup_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from reports import page  # noqa: PLC0415  here only

    monkeypatch.setattr(page._environment(), "autoescape", False)
    page._environment().cache.clear()  # type: ignore[union-attr]  # it has one
    try:
        assert not mail._harmless(1, 1).passed
    finally:
        page._environment.cache_clear()


def test_a_value_that_leaves_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.sending.making.Scanner.found", lambda *_: {})
    monkeypatch.setattr("reports.permitted.hidden", lambda customer, *_: customer)

    assert not mail._blind(3, 1).passed


def test_a_mail_sent_twice_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def claimed_by_nobody(self: Post, run: Any, *, claimed_from: str) -> Any:
        self.deliver(self.outbox.frozen(run.file, run.digest), self.sender, run.recipient)
        assert claimed_from
        return run

    monkeypatch.setattr(Post, "_send", claimed_by_nobody)
    # Nobody was killed before: how far they came would depend on how busy the machine is.
    monkeypatch.setattr(post, "_run", lambda *_: None)

    assert any("mails" in each or "then" in each for each in post._killed(2, 1).broken)


def test_a_week_sent_twice_or_lost_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.sending.weekly.missed", lambda *_: ())

    assert any("neither sent nor named" in each for each in post._years(120, 1).broken)
