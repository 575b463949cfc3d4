"""TLS from the first word (port 465), and the mail server's password in the keyring."""

from __future__ import annotations

import io
import smtplib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import pytest

from partnerbook.config import Settings
from partnerbook.errors import MailError, SettingsError
from reports.sending.smtp import MailServer
from tests.memory_keyring import Memory

Start = Callable[..., Any]
Run = Callable[..., Any]
MAIL = b"Subject: hello\r\n\r\nhello\r\n"


@pytest.fixture(autouse=True)
def memory() -> Iterator[Memory]:
    before, backend = keyring.get_keyring(), Memory()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return ``typed(text)``: what a person writes to standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.fixture
def box(mail_server: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A mail server that the environment names, but for who logs in there."""
    started = mail_server()
    monkeypatch.setenv("PARTNERBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PARTNERBOOK_SMTP_CA_FILE", started.ca_file)
    monkeypatch.setenv("PARTNERBOOK_SMTP_FROM", "reports@example.com")
    for name in ("SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD"):
        monkeypatch.delenv(f"PARTNERBOOK_{name}", raising=False)
    return started


def at_once(box: Any, **given: Any) -> MailServer:
    values = {"host": "127.0.0.1", "port": box.port, "ca_file": box.ca_file, "at_once": True}
    return MailServer(**{**values, **given})


def test_a_mail_arrives_where_tls_begins_at_once(mail_server: Start) -> None:
    box = mail_server("at once")

    server = at_once(box, user="ops", password="right")
    delivery = server.deliver(MAIL, "from@example.com", "to@example.com")

    assert delivery.fate == "sent"
    assert box.taken == [("from@example.com", "to@example.com", MAIL)]
    assert box.logins == [("ops", "right")]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("mail.example.com", {}, "certificate that cannot be trusted"),
        ("127.0.0.1", {"ca_file": None}, "PARTNERBOOK_SMTP_CA_FILE"),
        ("127.0.0.1", {"password": "wrong"}, "did not accept the login"),
    ],
)
def test_nothing_goes_out_unverified_there_either(
    mail_server: Start, name: str, given: dict[str, Any], said: str
) -> None:
    box = mail_server("at once", name=name)
    server = at_once(box, user="ops", **{"password": "right", **given})

    with pytest.raises(MailError, match=said):
        server.deliver(MAIL, "from@example.com", "to@example.com")
    assert box.taken == []
    assert "right" not in str(box.logins)


def test_a_server_without_tls_is_refused_there(mail_server: Start) -> None:
    box = mail_server("none")

    with pytest.raises(MailError, match="does not speak TLS"):
        at_once(box).deliver(MAIL, "from@example.com", "to@example.com")
    assert box.taken == []


@pytest.mark.parametrize(("port", "kind"), [(465, "SMTP_SSL"), (587, "SMTP"), (25, "SMTP")])
def test_the_port_says_how_tls_begins(
    monkeypatch: pytest.MonkeyPatch, port: int, kind: str
) -> None:
    asked: list[tuple[str, int]] = []

    def started(name: str) -> Any:
        def start(_host: str, at: int, **_rest: Any) -> Any:
            asked.append((name, at))
            raise ConnectionRefusedError

        return start

    for name in ("SMTP", "SMTP_SSL"):
        monkeypatch.setattr(smtplib, name, started(name))
    with pytest.raises(MailError, match="cannot be reached"):
        MailServer(host="mail.example.com", port=port).try_login()
    assert asked == [(kind, port)]


def test_the_password_is_tried_then_kept_and_then_used(
    box: Any, run: Run, memory: Memory, tmp_path: Path, typed: Callable[[str], None]
) -> None:
    typed("right\n")

    done = run("mail", "login", "--host", "127.0.0.1", "--port", box.port, "--user", "ops")

    assert done.code == 0, done.err
    assert box.logins == [("ops", "right")]
    assert list(memory.kept) == [("partnerbook", "smtp ops@127.0.0.1")]
    profile = (tmp_path / "home" / "profiles.toml").read_text(encoding="utf-8")
    assert 'smtp_host = "127.0.0.1"' in profile
    assert "right" not in done.out + done.err + profile
    import os  # noqa: PLC0415  the environment that the fixture made

    server = MailServer.from_settings(Settings.from_environment(os.environ))
    assert server.deliver(MAIL, "from@example.com", "to@example.com").fate == "sent"
    assert box.logins[-1] == ("ops", "right")

    assert run("mail", "logout", "--json").json == {"removed": True}
    assert memory.kept == {}
    with pytest.raises(SettingsError, match="partnerbook mail login"):
        MailServer.from_settings(Settings.from_environment(os.environ))


def test_the_environment_comes_before_the_keyring(
    box: Any, run: Run, monkeypatch: pytest.MonkeyPatch, typed: Callable[[str], None]
) -> None:
    typed("right\n")
    monkeypatch.setenv("PARTNERBOOK_SMTP_PASSWORD", "mine")

    done = run("mail", "login", "--host", "127.0.0.1", "--port", box.port, "--user", "ops")

    assert "PARTNERBOOK_SMTP_PASSWORD in the environment comes before" in done.out
    import os  # noqa: PLC0415  the environment that the fixture made

    assert MailServer.from_settings(Settings.from_environment(os.environ)).password == "mine"


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        ("wrong\n", ("--host", "127.0.0.1", "--user", "ops"), "did not accept the login"),
        ("", ("--host", "127.0.0.1", "--user", "ops"), "no password was given"),
        ("right\n", ("--user", "ops"), "--host and --user"),
        ("right\n", ("--host", "127.0.0.1"), "--host and --user"),
        ("right\n", ("--host", "127.0.0.1", "--user", "ops", "--from", "nobody"), "sender"),
    ],
)
def test_what_does_not_work_is_not_kept(
    box: Any,
    run: Run,
    memory: Memory,
    tmp_path: Path,
    typed: Callable[[str], None],
    given: str,
    options: tuple[str, ...],
    said: str,
) -> None:
    typed(given)

    done = run("mail", "login", "--port", box.port, *options)

    assert done.code == 2
    assert said in done.err
    assert memory.kept == {}
    assert not (tmp_path / "home" / "profiles.toml").exists()


def test_without_a_keyring_nobody_types_a_password_in_vain(box: Any, run: Run) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # the library's

    done = run("mail", "login", "--host", "127.0.0.1", "--port", box.port, "--user", "ops")

    assert done.code == 2
    assert "no keyring" in done.err
    assert "PARTNERBOOK_SMTP_PASSWORD" in done.err
    assert "PARTNERBOOK_AK" not in done.err
    with pytest.raises(SettingsError, match="PARTNERBOOK_SMTP_PASSWORD"):
        MailServer.from_settings(Settings(smtp_host="127.0.0.1", smtp_user="ops"))
