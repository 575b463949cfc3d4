"""The outbox: frozen mails go when they are old or name somebody who is to be forgotten."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from partnerbook.sandbox import Sandbox
from partnerbook.store import Store
from reports.sending.outbox import KEPT, Outbox
from reports.sending.post import Post
from reports.sending.smtp import Delivery

Run = Callable[..., Any]
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "home" / "outbox"


@pytest.fixture
def mailing(
    account: Sandbox,
    mail_server: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """A mail server and a policy of two people; what the server is told to do fails."""
    assert account.endpoint
    box = mail_server()
    path = tmp_path / "policy.toml"

    def policy(more: str) -> None:
        who = '[audience.a]\nrecipients = ["one@example.com", "two@example.com"]\n'
        path.write_text(who + more, encoding="utf-8")

    policy("attachments = []")
    box.policy = policy
    values = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(box.port),
        "SMTP_CA_FILE": box.ca_file,
        "SMTP_FROM": "reports@example.com",
        "POLICY": str(path),
    }
    for name, value in values.items():
        monkeypatch.setenv(f"PARTNERBOOK_{name}", value)
    return box


def age(file: Path, days: float) -> None:
    moment = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(file, (moment, moment))


def states(ran: Any) -> dict[str, str]:
    return {each["recipient"]: each["state"] for each in ran.json["runs"]}


def post(store: Store, folder: Path, now: datetime) -> Post:
    return Post(
        store=store,
        outbox=Outbox(folder),
        deliver=lambda *_: Delivery("uncertain", "no answer"),
        sender="a@example.com",
        now=lambda: now,
    )


def test_old_mails_are_swept_with_the_next_start_and_their_runs_stay(
    mailing: Any, run: Run, outbox: Path
) -> None:
    assert mailing
    assert run("weekly", "--due").code == 0
    first, second = sorted(outbox.iterdir())
    age(first, KEPT.days + 1)
    age(second, KEPT.days - 1)

    again = run("weekly", "--due", "--json")

    assert states(again) == {"one@example.com": "sent", "two@example.com": "sent"}
    assert list(outbox.iterdir()) == [second]


def test_a_mail_too_old_to_be_sent_again_says_so_and_sends_nothing(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path}/store.db") as store:
        run = post(store, tmp_path / "outbox", NOW).send("weekly/a/2026-W47", "x@example.com", b"x")
        later = post(store, tmp_path / "outbox", NOW + KEPT + timedelta(days=1))
        (file,) = (tmp_path / "outbox").iterdir()
        os.utime(file, (NOW.timestamp(), NOW.timestamp()))
        later.sweep()

        asked = later.send_again(run)

        assert (run.state, asked.state) == ("uncertain", "uncertain")
        assert "too old" in asked.said
        assert run.digest[:16] in asked.said
        assert store.runs("weekly/a/2026-W47")[0].digest == run.digest


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_one_frozen_mail_that_is_no_more_keeps_nobody_else_from_theirs(
    mailing: Any, run: Run, outbox: Path, harm: str
) -> None:
    mailing.fail = {"*": ("MAIL", "450 later")}
    assert set(states(run("weekly", "--due", "--json")).values()) == {"planned"}
    mailing.fail = {}
    (mine,) = outbox.glob("*one-example.com*")
    if harm == "gone":
        mine.unlink()
    else:
        mine.write_bytes(b"Subject: other\r\n\r\nother\r\n")

    again = run("weekly", "--due")

    assert again.code == 1
    assert [to for _, to, _ in mailing.taken] == ["two@example.com"]
    assert "nothing was sent" in again.out
    key = next(word for word in again.out.split() if word.startswith("weekly/"))
    assert f"resend --settle {key}/one@example.com" in again.out
    assert run("resend", "--settle", f"{key}/one@example.com").code == 0
    assert run("weekly", "--due").code == 0
    assert len(mailing.taken) == 1


def test_forgetting_a_customer_reaches_the_mails_that_name_them(
    mailing: Any, run: Run, outbox: Path, account: Sandbox
) -> None:
    mailing.fail = {"one@example.com": ("DATA", "drop")}  # nobody knows; it may be sent again
    mailing.policy('attachments = ["workbook"]')
    assert run("weekly", "--due").code == 1
    assert len(list(outbox.iterdir())) == 2
    other = outbox / "weekly-other-0123456789abcdef.eml"
    other.write_bytes(b"Subject: x\r\n\r\nabout somebody else\r\n")
    one = account.customers[0].customer_id

    shown = run("store", "forget", one, "--json")
    assert shown.json["rows"]["frozen mails"] == 2
    assert len(list(outbox.iterdir())) == 3
    assert run("store", "forget", one, "--yes").code == 0

    assert list(outbox.iterdir()) == [other]
    again = run("weekly", "--due", "--json")
    assert states(again) == {"one@example.com": "skipped", "two@example.com": "sent"}


def test_a_mail_that_names_a_customer_is_found_by_whatever_names_them(
    mailing: Any, run: Run, outbox: Path, account: Sandbox
) -> None:
    assert mailing
    one = next(each for each in account.customers if each.company_name)
    account.backend.alter(change=[(one.customer_id, {"telephone": "13812345678"})])
    assert run("snapshot").code == 0
    said = {
        "id": f"about {one.customer_id}.",
        "name": f"about {one.company_name}, and others",
        "login": f"about {one.account_name}",
        "masked": "| 138****5678 |",
        "nobody": f"x{one.customer_id}x and others",
    }
    outbox.mkdir(parents=True)
    for name, words in said.items():
        message = EmailMessage()
        message.set_content(words, cte="base64")
        (outbox / f"{name}.eml").write_bytes(message.as_bytes())

    assert run("store", "forget", one.customer_id, "--yes").code == 0

    assert [path.stem for path in outbox.iterdir()] == ["nobody"]


def test_pruning_reaches_the_outbox(mailing: Any, run: Run, outbox: Path) -> None:
    assert mailing
    assert run("weekly", "--due").code == 0
    first, second = sorted(outbox.iterdir())
    age(first, 20)

    told = run("store", "prune", "--keep", "10d", "--dry-run", "--json")
    assert told.json["beside"] == {"frozen mails": 1}
    assert len(list(outbox.iterdir())) == 2
    done = run("store", "prune", "--keep", "10d")

    assert "and 1 frozen mails" in done.out
    assert list(outbox.iterdir()) == [second]
