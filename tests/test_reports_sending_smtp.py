"""One mail, one server: what is known for sure afterwards, and that nothing goes out unverified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partnerbook.config import Settings
from partnerbook.errors import MailError, SettingsError
from reports.sending.smtp import MailServer

Start = Callable[..., Any]
MAIL = b"Subject: hello\r\n\r\n.one dot\r\n..two\r\nlast line\r\n"


def server(box: Any, **given: Any) -> MailServer:
    values = {"host": "127.0.0.1", "port": box.port, "ca_file": box.ca_file}
    return MailServer(**{**values, **given})


def deliver(box: Any, mail: bytes = MAIL, **given: Any) -> Any:
    return server(box, **given).deliver(mail, "from@example.com", "to@example.com")


def test_a_mail_arrives_byte_for_byte(mail_server: Start) -> None:
    box = mail_server()

    delivery = deliver(box)

    assert delivery.fate == "sent"
    assert box.taken == [("from@example.com", "to@example.com", MAIL)]
    assert box.logins == []


def test_a_login_is_made_under_tls(mail_server: Start) -> None:
    box = mail_server()

    assert deliver(box, user="ops", password="right").fate == "sent"
    assert box.logins == [("ops", "right")]


@pytest.mark.parametrize("password", ["pässwort", "密码"])
def test_a_password_may_have_any_letters(mail_server: Start, password: str) -> None:
    box = mail_server()

    with pytest.raises(MailError, match="did not accept the login") as caught:
        deliver(box, user="jürgen", password=password)
    assert "PARTNERBOOK_SMTP_PASSWORD" in str(caught.value)
    assert box.logins == [("jürgen", password)]
    assert deliver(box, user="jürgen", password="right").fate == "sent"


@pytest.mark.parametrize(
    ("step", "answer", "fate"),
    [
        ("MAIL", "421 busy", "later"),
        ("MAIL", "550 who are you", "refused"),
        ("RCPT", "550 no such user", "refused"),
        ("RCPT", "450 try later", "later"),
        ("RCPT", "drop", "later"),
        ("DATA", "451 try later", "later"),
        ("DATA", "554 spam", "refused"),
        ("DATA", "drop", "uncertain"),
    ],
)
def test_what_is_known_after_each_failure(
    mail_server: Start, step: str, answer: str, fate: str
) -> None:
    box = mail_server()
    box.fail["*"] = (step, answer)

    delivery = deliver(box)

    assert delivery.fate == fate
    assert answer == "drop" or answer in delivery.said
    assert len(box.taken) == (fate == "uncertain")


def test_without_starttls_nothing_is_said(mail_server: Start) -> None:
    box = mail_server("none")

    with pytest.raises(MailError, match="STARTTLS"):
        deliver(box, user="ops", password="right")
    with pytest.raises(MailError, match="STARTTLS"):
        deliver(box)
    assert (box.taken, box.logins) == ([], [])


@pytest.mark.parametrize("name", ["mail.example.com", "127.0.0.2"])
def test_a_certificate_of_another_name_is_not_trusted(mail_server: Start, name: str) -> None:
    box = mail_server(name=name)

    with pytest.raises(MailError, match="certificate that cannot be trusted"):
        deliver(box, user="ops", password="right")
    assert (box.taken, box.logins) == ([], [])


def test_a_certificate_of_an_unknown_authority_is_not_trusted(mail_server: Start) -> None:
    box = mail_server()

    with pytest.raises(MailError, match="PARTNERBOOK_SMTP_CA_FILE"):
        deliver(box, ca_file=None, user="ops", password="right")
    assert (box.taken, box.logins) == ([], [])


def test_a_wrong_password_is_a_sentence_without_it(mail_server: Start) -> None:
    box = mail_server()

    with pytest.raises(MailError, match="did not accept the login") as caught:
        deliver(box, user="ops", password="wrong-secret")
    assert "wrong-secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert box.taken == []


def test_no_server_at_all_is_a_sentence() -> None:
    with pytest.raises(MailError, match=r"127\.0\.0\.1:9 cannot be reached"):
        MailServer(host="127.0.0.1", port=9).deliver(MAIL, "a@example.com", "b@example.com")


def test_a_file_that_holds_no_certificates_is_named(mail_server: Start, tmp_path: Any) -> None:
    box = mail_server()
    (tmp_path / "ca.pem").write_text("nonsense", encoding="ascii")

    with pytest.raises(SettingsError, match="PARTNERBOOK_SMTP_CA_FILE"):
        deliver(box, ca_file=str(tmp_path / "ca.pem"))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "PARTNERBOOK_SMTP_HOST"),
        ({"smtp_host": "h", "smtp_user": "u"}, "PARTNERBOOK_SMTP_PASSWORD"),
        ({"smtp_host": "h", "smtp_password": "p"}, "PARTNERBOOK_SMTP_USER"),
    ],
)
def test_settings_that_are_missing_are_named(given: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        MailServer.from_settings(Settings(**given))


def test_the_password_is_in_no_repr() -> None:
    assert "secret" not in repr(MailServer(host="h", user="u", password="secret"))
