"""What people read of mails and policies: what may still happen, what did not, and in Chinese."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.sandbox import Sandbox
from partnerbook.store import Run as StoredRun
from partnerbook.store import RunState
from reports.sending import sayings

Run = Callable[..., Any]
KEY = "weekly/sales/2026-W47"
WHO = "head@example.com"


@pytest.fixture
def write_policy(
    account: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Return ``write(text)``: the policy file that the environment names."""
    assert account.endpoint

    def write(text: str) -> None:
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("PARTNERBOOK_POLICY", str(path))

    monkeypatch.setenv("PARTNERBOOK_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("PARTNERBOOK_SMTP_PORT", "1")
    monkeypatch.setenv("PARTNERBOOK_SMTP_FROM", "ops@example.com")
    write(
        f'[weekly]\ndue = "Monday 00:00"\nzone = "Asia/Shanghai"\n'
        f'[audience.sales]\nrecipients = ["{WHO}"]\n'
    )
    return write


def kept(state: RunState, changed_at: datetime) -> None:
    with Book(Settings.from_environment(os.environ)) as book:
        book.store.plan_run(
            StoredRun(
                key=KEY, recipient=WHO, state=state, digest="", file="", changed_at=changed_at
            )
        )


@pytest.mark.parametrize("options", [(), ("--settle",)])
@pytest.mark.usefixtures("write_policy")
def test_a_mail_that_may_still_be_being_sent_says_until_when(
    run: Run, options: tuple[str, ...]
) -> None:
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    kept("sending", began)

    ran, data = run("resend", KEY, *options), run("resend", KEY, *options, "--json").json

    (found,) = data["runs"]
    until = datetime.fromisoformat(found["decide_after"])
    assert timedelta(minutes=15) <= until - began <= timedelta(minutes=16)
    assert ran.code == 1
    local = f"{until + timedelta(hours=8):%Y-%m-%d %H:%M:%S} Asia/Shanghai"
    assert f"may still be being sent: decide after {local}" in ran.out
    assert "可能仍在发送" in run("resend", KEY, *options, "--lang", "zh").out


@pytest.mark.parametrize("options", [(), ("--settle",)])
@pytest.mark.usefixtures("write_policy")
def test_what_was_sent_is_not_shown_as_sent_now(run: Run, options: tuple[str, ...]) -> None:
    kept("sent", datetime(2026, 11, 16, 1, tzinfo=UTC))

    ran = run("resend", KEY, *options)

    assert ran.code == 0
    assert "already sent on 2026-11-16 09:00:00 Asia/Shanghai; nothing was done" in ran.out
    assert "已发送" in run("resend", KEY, *options, "--lang", "zh").out


@pytest.mark.usefixtures("write_policy")
def test_what_is_settled_now_is_not_said_to_be_settled_before(run: Run) -> None:
    kept("uncertain", datetime(2026, 11, 16, 1, tzinfo=UTC))

    first, second = (run("resend", "--settle", KEY) for _ in range(2))

    assert "a person settled it" in first.out
    assert "nothing was done" not in first.out
    assert "put aside on " in second.out
    assert "nothing was done" in second.out


def test_a_view_that_is_not_there_is_no_policy(
    run: Run, write_policy: Callable[[str], None]
) -> None:
    text = f'[audience.sales]\nrecipients = ["{WHO}"]\nview = "Asia"\n'
    write_policy(text)
    missing = run("policy", "check")
    assert run("view", "save", "Asia", "--country", "0086").code == 0

    assert missing.code == 2
    assert "Asia" in missing.err
    assert run("policy", "check").code == 0


def test_a_manager_whom_nobody_knows_is_a_warning(
    run: Run, account: Sandbox, write_policy: Callable[[str], None]
) -> None:
    known = next(each.account_manager for each in account.customers if each.account_manager)
    write_policy(
        "[audience.managers.recipients]\n"
        f'"a@example.com" = "{known.upper()}"\n"b@example.com" = "no.body"\n'
    )
    before = run("policy", "check", "--json").json
    assert run("snapshot").code == 0
    ran, data = run("policy", "check"), run("policy", "check", "--json").json

    assert before["manage_nobody"] == []  # nothing is kept that could say so
    assert data["manage_nobody"] == ["no.body"]
    assert ran.code == 0
    assert ran.out.count("manages nobody in the newest list") == 1
    assert "warning: no.body manages" in ran.out


def test_the_policy_is_told_in_chinese(run: Run, write_policy: Callable[[str], None]) -> None:
    write_policy(
        f'[audience.sales]\nrecipients = ["{WHO}"]\nwhen = "over"\nthreshold = 10\n'
        'language = "zh"\n'
    )
    out = run("policy", "check", "--lang", "zh").out

    assert "涉及的客户超过 10 个时发送" in out
    assert f"{WHO}: 全部客户" in out
    for english in ("sees", "gets", "when", "Due", "nobody"):
        assert english not in out


@pytest.mark.parametrize("key", sorted(sayings._SAYINGS))
def test_both_languages_say_the_same_things(key: str) -> None:
    english, chinese = sayings._SAYINGS[key]["en"], sayings._SAYINGS[key]["zh"]

    assert english.count("{}") == chinese.count("{}")
    assert chinese != english or not english.strip()
