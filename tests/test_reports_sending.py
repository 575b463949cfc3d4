"""``partnerbook weekly`` by mail, end to end: sandbox, store, policy, a mail server over TLS."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.model import EVERYBODY
from partnerbook.sandbox import Sandbox
from partnerbook.store import Run as StoredRun
from reports.policy_file import read_policy
from reports.sending.making import RULE, rule_of
from reports.sending.outbox import Outbox

Run = Callable[..., Any]

POLICY = """
owner = "Ops <ops@example.com>"

[weekly]
due = "Monday 00:00"
zone = "Asia/Shanghai"

[audience.sales]
recipients = ["Head, of Sales <head@example.com>", "second@example.com"]
"""


@pytest.fixture
def box(
    account: Sandbox,
    mail_server: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """A mail server that the environment names, beside the sandbox."""
    assert account.endpoint
    box = mail_server()
    values = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(box.port),
        "SMTP_CA_FILE": box.ca_file,
        "SMTP_FROM": "Partnerbook <reports@example.com>",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"PARTNERBOOK_{name}", value)
    box.folder = tmp_path
    return box


@pytest.fixture
def write_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return ``write(text)``: the policy file that the environment names."""

    def write(text: str = POLICY) -> None:
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("PARTNERBOOK_POLICY", str(path))

    return write


def read(mail: bytes) -> Any:
    return message_from_bytes(mail, policy=policy.default)


def everything_in(mail: bytes) -> str:
    """Return a mail's texts, attachments and what is zipped in them, as a reader gets them."""
    out = [mail.decode("ascii")]
    for part in read(mail).walk():
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True)
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                out += [archive.read(name).decode("utf-8") for name in archive.namelist()]
        else:
            out.append(data.decode("utf-8"))
    return "\n".join(out)


def states(ran: Any) -> list[tuple[str, str]]:
    return [(each["recipient"], each["state"]) for each in ran.json["runs"]]


def test_each_gets_it_once_however_often_it_is_started(
    box: Any, run: Run, write_policy: Callable[..., None]
) -> None:
    write_policy()

    first = run("weekly", "--due", "--json")
    again = run("weekly", "--due", "--json")

    assert first.code == again.code == 0, first.err
    assert states(first) == [("head@example.com", "sent"), ("second@example.com", "sent")]
    assert states(again) == states(first)
    assert [to for _, to, _ in box.taken] == ["head@example.com", "second@example.com"]
    mails = [read(mail) for *_, mail in box.taken]
    assert [a.display_name for a in mails[0]["To"].addresses] == ["Head, of Sales"]
    assert len({mail["Message-ID"] for mail in mails}) == 2
    (week,) = {each["key"].rpartition("/")[2] for each in first.json["runs"]}
    for mail in mails:
        # Called by the week for which it was due, and told by the policy's clock.
        assert f" {week}: " in mail["Subject"]
        assert "Asia/Shanghai" in mail.get_body(("plain",)).get_content()
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Reply-To"] == "Ops <ops@example.com>"
        assert mail["List-Unsubscribe"] == "<mailto:ops@example.com?subject=unsubscribe>"
        assert [part.get_filename() for part in mail.iter_attachments()] == [f"weekly-{week}.xlsx"]


def test_without_a_policy_file_an_address_gets_the_defaults(
    box: Any, account: Sandbox, run: Run
) -> None:
    ran = run("weekly", "--to", "boss@example.com", "--json")

    assert ran.code == 0, ran.err
    assert states(ran) == [("boss@example.com", "sent")]
    said = everything_in(box.taken[0][2])
    assert not [c.email for c in account.customers if c.email and c.email in said]


@pytest.mark.parametrize("option", ["--to", "--test-to"])
def test_an_address_outside_the_policy_gets_nothing(
    box: Any, run: Run, write_policy: Callable[..., None], option: str
) -> None:
    write_policy()

    ran = run("weekly", option, "stranger@example.com")

    assert ran.code == 2
    assert "stranger@example.com is not in the policy" in ran.err
    others = "--test-to takes reports@example.com or ops@example.com too"
    assert (others in ran.err) == (option == "--test-to")
    assert box.taken == []


def test_one_can_try_it_on_oneself_only_and_it_still_counts_as_unsent(
    box: Any, run: Run, write_policy: Callable[..., None]
) -> None:
    write_policy()

    for _ in range(2):
        assert run("weekly", "--test-to", "ops@example.com").code == 0
    assert [to for _, to, _ in box.taken] == ["ops@example.com"] * 2
    assert {str(read(mail)["To"]) for *_, mail in box.taken} == {"ops@example.com"}
    assert run("weekly", "--due").code == 0
    assert len(box.taken) == 4
    assert len({read(mail)["Message-ID"] for *_, mail in box.taken}) == 4


def test_a_dry_run_writes_the_mails_and_sends_none(
    box: Any, run: Run, write_policy: Callable[..., None]
) -> None:
    write_policy()

    ran = run("weekly", "--dry-run", "--due", "--out", "drafts", "--json")

    assert ran.code == 0, ran.err
    assert box.taken == []
    files = [Path(each) for each in ran.json["files"]]
    assert [str(read(each.read_bytes())["To"]) for each in files] == [
        '"Head, of Sales" <head@example.com>',
        "second@example.com",
    ]
    run("weekly", "--due")
    dry, real = read(files[0].read_bytes()), read(box.taken[0][2])
    assert dry["Message-ID"] == real["Message-ID"]


def test_a_server_that_fails_is_tried_again_and_then_each_has_one(
    box: Any, run: Run, write_policy: Callable[..., None]
) -> None:
    write_policy()
    box.fail = {"head@example.com": ("RCPT", "450 later"), "second@example.com": ("DATA", "drop")}

    failed = run("weekly", "--due", "--json")
    box.fail = {}
    again = run("weekly", "--due", "--json")

    assert failed.code == 1
    assert states(failed) == [("head@example.com", "planned"), ("second@example.com", "uncertain")]
    assert again.code == 1
    assert states(again) == [("second@example.com", "uncertain"), ("head@example.com", "sent")]
    assert [to for _, to, _ in box.taken] == ["second@example.com", "head@example.com"]

    key = f"{again.json['runs'][0]['key']}/second@example.com"
    assert f"partnerbook resend {key}" in run("weekly", "--due").out
    resent = run("resend", key)
    assert resent.code == 0
    assert run("weekly", "--due").code == 0
    assert [to for _, to, _ in box.taken][2:] == ["second@example.com"]
    assert box.taken[0][2] == box.taken[2][2]


def test_a_refused_recipient_keeps_nobody_else_from_theirs(
    box: Any, run: Run, write_policy: Callable[..., None]
) -> None:
    write_policy()
    box.fail = {"head@example.com": ("RCPT", "550 no such user")}

    ran = run("weekly", "--due")

    assert ran.code == 1
    assert "550 no such user" in ran.out
    assert [to for _, to, _ in box.taken] == ["second@example.com"]
    key = re.search(r"weekly/sales/\S+", ran.out)
    assert key
    assert run("resend", "--settle", f"{key[0]}/head@example.com").code == 0
    assert run("weekly", "--due").code == 0
    assert len(box.taken) == 1


def test_without_a_report_the_owner_is_told_once_and_nobody_else(
    box: Any, run: Run, write_policy: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_policy()
    monkeypatch.setenv("PARTNERBOOK_SK", "wrong")

    for _ in range(2):
        ran = run("weekly", "--due")
        assert ran.code == 2
        assert "no report for" in ran.err

    (_, to, mail), *rest = box.taken
    assert (to, rest) == ("ops@example.com", [])
    assert read(mail)["Subject"].startswith("No weekly report ")
    assert "key" in read(mail).get_content()


def test_old_numbers_are_never_sent_as_new(
    box: Any, account: Sandbox, run: Run, write_policy: Callable[..., None]
) -> None:
    write_policy()
    import os  # noqa: PLC0415  the environment that the fixture made

    with Book(Settings.from_environment(os.environ)) as book:
        book.take(EVERYBODY, taken_at=datetime.now(UTC) - timedelta(days=7))

    ran = run("weekly", "--due", "--offline")

    assert account.customers
    assert ran.code == 2
    assert "too old" in ran.err
    assert [to for _, to, _ in box.taken] == ["ops@example.com"]


@pytest.mark.parametrize(
    ("when", "weeks", "mails"),
    [
        ('when = "changed"', (1, 1), 0),
        ('when = "changed"', (1, 2), 2),
        ('when = "over"\nthreshold = 500', (1, 2), 0),
        ('when = "over"\nthreshold = 0', (1, 2), 2),
        ('when = "always"', (1, 1), 2),
        ('when = "changed"', (1,), 2),
    ],
)
def test_conditions(
    box: Any,
    account: Sandbox,
    run: Run,
    write_policy: Callable[..., None],
    when: str,
    weeks: tuple[int, ...],
    mails: int,
) -> None:
    import os  # noqa: PLC0415  the environment that the fixture made

    write_policy(f"{POLICY}{when}\n")
    *before, now = weeks
    for week in before:
        account.play_week(week)
        with Book(Settings.from_environment(os.environ)) as book:
            book.take(EVERYBODY, taken_at=datetime.now(UTC) - timedelta(days=7))
    account.play_week(now)

    ran = run("weekly", "--due", "--json")

    assert ran.code == 0
    assert len(box.taken) == mails
    assert {state for _, state in states(ran)} == {"sent" if mails else "skipped"}
    assert run("weekly", "--due").code == 0
    assert len(box.taken) == mails


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("weekly", "--due", "--as-of", "2026-01-01"), "--as-of"),
        (("weekly", "--test-to", "a@example.com", "--due"), "--test-to"),
        (("weekly", "--to", "nobody"), "no mail address"),
        (("weekly", "--to", "a@example.com\r\nBcc: b@example.com"), "no mail address"),
        (("resend", "weekly/sales/2026-W01"), "weekly/sales/2026-W01"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    box: Any, run: Run, write_policy: Callable[..., None], arguments: tuple[str, ...], named: str
) -> None:
    write_policy()

    ran = run(*arguments)

    assert ran.code == 2
    assert named in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert box.taken == []


@pytest.mark.parametrize(
    ("arguments", "unset"),
    [
        (("policy", "check"), "POLICY"),
        (("resend", "weekly/to/2026-W01"), "SMTP_HOST"),
        (("weekly", "--due"), "SMTP_HOST"),
    ],
)
def test_no_error_offers_what_its_command_has_not(
    box: Any,
    run: Run,
    write_policy: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    unset: str,
) -> None:
    write_policy()
    monkeypatch.delenv(f"PARTNERBOOK_{unset}")

    ran = run(*arguments)

    assert ran.code == 2
    assert f"not set: PARTNERBOOK_{unset}" in ran.err
    assert "--to" not in ran.err
    assert "--dry-run" not in ran.err
    assert box.taken == []


def test_nobody_to_send_to_is_a_sentence(box: Any, run: Run) -> None:
    ran = run("weekly", "--due")

    assert ran.code == 2
    assert "PARTNERBOOK_POLICY" in ran.err
    assert box.taken == []


def test_a_mail_goes_on_from_the_list_that_the_last_one_told(
    box: Any, account: Sandbox, run: Run, write_policy: Callable[..., None]
) -> None:
    import os  # noqa: PLC0415  the environment that the fixture made

    write_policy()
    now = datetime.now(UTC)
    with Book(Settings.from_environment(os.environ)) as book:
        for days, week in ((7, 1), (3, 2)):
            account.play_week(week)
            last = book.take(EVERYBODY, taken_at=now - timedelta(days=days))
        # That of last week went out late, three days ago.
        book.store.plan_run(
            StoredRun(
                key=f"weekly/sales/{now + timedelta(hours=8) - timedelta(days=7):%G-W%V}",
                recipient="head@example.com",
                state="sent",
                digest="",
                file="",
                changed_at=now - timedelta(days=3),
            )
        )
    account.play_week(3)

    tried = run("weekly", "--test-to", "ops@example.com")
    ran = run("weekly", "--due", "--json")

    assert (tried.code, ran.code) == (0, 0), ran.err
    said = {to: read(mail).get_body(("plain",)).get_content() for _, to, mail in box.taken}
    local = f"{last.taken_at + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"
    assert f"Compared with {local} Asia/Shanghai" in said["head@example.com"]
    assert f"Compared with {local} Asia/Shanghai" in said["ops@example.com"]
    # Whose first mail it is reads of seven days.
    week_before = f"{now - timedelta(days=7) + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"
    assert f"Compared with {week_before} Asia/Shanghai" in said["second@example.com"]


@pytest.fixture
def long_ago(box: Any, write_policy: Callable[..., None]) -> datetime:
    """When the last mail was sent, four weeks ago."""
    import os  # noqa: PLC0415  the environment that the fixture made

    assert box.port
    write_policy()
    then = datetime.now(UTC) - timedelta(days=28)
    with Book(Settings.from_environment(os.environ)) as book:
        book.store.plan_run(
            StoredRun(
                key=f"weekly/sales/{then:%G-W%V}",
                recipient="head@example.com",
                state="sent",
                digest="",
                file="",
                changed_at=then,
            )
        )
    return then


def test_weeks_without_a_report_are_named_in_chinese_too(
    box: Any, run: Run, long_ago: datetime
) -> None:
    ran = run("weekly", "--due", "--lang", "zh")

    assert ran.code == 0, ran.err
    named = re.search(r"以下各周未生成报告：(\d{4}-W\d\d(?:、\d{4}-W\d\d)+)。", ran.out)
    assert named
    assert f"{long_ago:%G-W%V}" not in named[1]
    told = read(box.taken[0][2]).get_body(("plain",)).get_content()
    assert told.count(named[1]) == 2  # above all figures, and among the facts


def test_weeks_without_a_report_are_named_in_the_next_mail(
    box: Any, run: Run, long_ago: datetime
) -> None:
    ran = run("weekly", "--due", "--json")

    assert ran.code == 0, ran.err
    assert len(ran.json["missed"]) in (2, 3, 4)  # the week of now may be due, or not yet
    assert f"{long_ago:%G-W%V}" not in ran.json["missed"]
    said = everything_in(box.taken[0][2])
    named = f"No report was made for {', '.join(ran.json['missed'])}."
    assert named in said
    told = read(box.taken[0][2]).get_body(("plain",)).get_content()
    assert named in told.partition("Customers: ")[0]  # above all figures


@pytest.fixture
def waiting(box: Any, write_policy: Callable[..., None], tmp_path: Path) -> StoredRun:
    """Last week's mail, frozen, that the server did not take before this week's was due."""
    import os  # noqa: PLC0415  the environment that the fixture made

    assert box.port
    write_policy(POLICY.replace(', "second@example.com"', ""))
    then = datetime.now(UTC) - timedelta(days=7)
    key = f"weekly/sales/{then + timedelta(hours=8):%G-W%V}"
    (audience,) = read_policy(tmp_path / "policy.toml").audiences
    mail = (
        f"Subject: late\r\nDate: {then:%a, %d %b %Y %H:%M:%S} +0000\r\n"
        f"{RULE}: {rule_of(audience, None)}\r\n\r\nx\r\n"
    ).encode()
    file, digest = Outbox(tmp_path / "home" / "outbox").freeze(mail, key)
    run = StoredRun(
        key=key,
        recipient="head@example.com",
        state="planned",
        digest=digest,
        file=file,
        changed_at=then,
    )
    with Book(Settings.from_environment(os.environ)) as book:
        return book.store.plan_run(run)


def test_what_an_earlier_week_left_to_be_sent_goes_first(
    box: Any, run: Run, waiting: StoredRun
) -> None:
    week = waiting.key.rpartition("/")[2]

    first = run("weekly", "--due", "--json")
    again = run("weekly", "--due", "--json")

    assert (first.code, again.code) == (0, 0), first.err
    assert [read(mail)["Subject"][:4] for *_, mail in box.taken] == ["late", "Week"]
    assert first.json["late"] == [week]
    assert first.json["missed"] == again.json["missed"] == again.json["late"] == []
    assert first.json["runs"][0]["key"] == waiting.key
    assert [each["already"] for each in first.json["runs"]] == [False, False]


def test_a_late_mail_is_called_one_and_needs_no_list(
    box: Any, run: Run, waiting: StoredRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERBOOK_SK", "wrong")

    ran = run("weekly", "--due")

    assert ran.code == 1
    assert f"sent      {waiting.key} head@example.com" in ran.out
    assert "; of an earlier week" in ran.out
    assert "no report for" in ran.err
    assert [to for _, to, _ in box.taken] == ["head@example.com", "ops@example.com"]


def test_a_late_mail_whose_reader_left_the_policy_stays_where_it_is(
    box: Any, run: Run, write_policy: Callable[..., None], waiting: StoredRun
) -> None:
    write_policy(POLICY.replace("head@example.com", "new@example.com"))

    ran = run("weekly", "--due", "--json")

    assert ran.json["late"] == []
    assert waiting.recipient not in [to for _, to, _ in box.taken]
    assert "head@example.com" not in [each["recipient"] for each in ran.json["runs"]]


@pytest.mark.parametrize(
    "changed",
    [
        'columns = ["customer_id", "company_name"]',
        'masked = ["company_name"]',
        'whole = ["telephone"]',
        'manager = "alice.login"',
        "attachments = []",
    ],
)
def test_a_late_mail_frozen_under_another_policy_is_put_aside(
    box: Any,
    run: Run,
    write_policy: Callable[..., None],
    waiting: StoredRun,
    monkeypatch: pytest.MonkeyPatch,
    changed: str,
) -> None:
    write_policy(POLICY.replace(', "second@example.com"', "") + changed)
    monkeypatch.setenv("PARTNERBOOK_SK", "wrong")  # the list is another matter

    ran = run("weekly", "--due")

    assert f"skipped   {waiting.key} head@example.com (it was not frozen under" in ran.out
    assert [to for _, to, _ in box.taken] == ["ops@example.com"]


def test_a_late_mail_that_says_no_policy_is_put_aside_and_this_weeks_goes(
    box: Any, run: Run, write_policy: Callable[..., None], waiting: StoredRun, tmp_path: Path
) -> None:
    import os  # noqa: PLC0415  the environment that the fixture made

    write_policy()
    file, digest = Outbox(tmp_path / "home" / "outbox").freeze(b"Subject: late\r\n\r\n", "x")
    with Book(Settings.from_environment(os.environ)) as book:
        assert book.store.replan_run(waiting, digest, file, waiting.changed_at)

    ran = run("weekly", "--due", "--json")

    assert ran.code == 0, ran.err
    assert states(ran)[0] == ("head@example.com", "skipped")
    assert [read(mail)["Subject"][:4] for *_, mail in box.taken] == ["Week", "Week"]


def test_what_waits_for_the_server_shows_what_the_policy_shows_when_it_goes(
    box: Any,
    account: Sandbox,
    run: Run,
    write_policy: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_policy(POLICY + 'whole = ["telephone"]\n')
    phones = {each.telephone or "" for each in account.customers}
    phones = {each for each in phones if len(each) > 9}
    monkeypatch.setenv("PARTNERBOOK_SMTP_PORT", "1")
    assert run("weekly", "--due").code == 2
    (before,) = (box.folder / "home" / "outbox").glob("weekly-*")
    assert any(each in everything_in(before.read_bytes()) for each in phones)
    monkeypatch.setenv("PARTNERBOOK_SMTP_PORT", str(box.port))
    write_policy(POLICY + 'columns = ["customer_id", "company_name"]\n')

    ran, again = run("weekly", "--due", "--json"), run("weekly", "--due", "--json")

    assert (ran.code, again.code) == (0, 0), ran.err
    assert states(ran) == [("head@example.com", "sent"), ("second@example.com", "sent")]
    assert [to for _, to, _ in box.taken] == ["head@example.com", "second@example.com"]
    assert not [each for each in phones for *_, mail in box.taken if each in everything_in(mail)]
    assert not before.exists()


def test_what_waits_is_not_sent_when_the_policy_has_become_one_that_sends_none(
    box: Any,
    run: Run,
    write_policy: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import os  # noqa: PLC0415  the environment that the fixture made

    write_policy()
    with Book(Settings.from_environment(os.environ)) as book:
        book.take(EVERYBODY, taken_at=datetime.now(UTC) - timedelta(days=7))
    monkeypatch.setenv("PARTNERBOOK_SMTP_PORT", "1")
    assert run("weekly", "--due").code == 2
    monkeypatch.setenv("PARTNERBOOK_SMTP_PORT", str(box.port))
    write_policy(POLICY + 'when = "changed"\nattachments = []\n')

    ran = run("weekly", "--due", "--json")

    assert (ran.code, box.taken) == (0, []), ran.err
    assert {state for _, state in states(ran)} == {"skipped"}


def test_an_address_that_has_it_already_is_told_so(box: Any, run: Run) -> None:
    asked = ("weekly", "--to", "x@example.com", "--to", "X@example.com")

    first, second = run(*asked), run(*asked)
    third = run(*asked, "--json").json

    assert len(box.taken) == 1
    assert first.out.count("\n") == second.out.count("\n") == 1
    assert "nothing was done" not in first.out
    assert re.search(r"; already sent on \S+ \S+ UTC; nothing was done", second.out)
    assert [each["already"] for each in third["runs"]] == [True]
    assert "next_due" not in third  # no policy says when
