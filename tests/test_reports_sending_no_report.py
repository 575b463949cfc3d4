"""What the owner hears when there is no report: once, in their language, and the reason."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email import policy as mail_policy
from pathlib import Path
from typing import Any

import pytest

from partnerbook.errors import MailError, SettingsError
from reports.policy import Policy
from reports.policy_file import read_policy
from reports.sending.no_report import no_report_mail

NOW = datetime(2026, 11, 16, 0, 5, tzinfo=UTC)
REASON = "the key was refused; run `partnerbook login`"


def policy_of(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path)


def read(policy: Policy) -> Any:
    mail = no_report_mail(policy, "Partnerbook <a@example.com>", "2026-W47", REASON, NOW)
    assert mail == no_report_mail(policy, "Partnerbook <a@example.com>", "2026-W47", REASON, NOW)
    return message_from_bytes(mail, policy=mail_policy.default)


HEAD = 'owner = "运营 <ops@example.com>"\n{top}\n[weekly]\nzone = "Asia/Shanghai"\n'
TWO = """
[audience.a]
recipients = ["a@example.com"]
{a}
[audience.b]
recipients = ["b@example.com"]
{b}
"""


@pytest.mark.parametrize(
    ("top", "a", "b", "language"),
    [
        ("", "", "", "en"),
        ('language = "zh"', "", "", "zh"),
        ("", 'language = "zh"', 'language = "zh"', "zh"),
        ("", 'language = "zh"', "", "en"),
        ('language = "en"', 'language = "zh"', 'language = "zh"', "en"),
    ],
)
def test_it_speaks_the_policys_language(
    tmp_path: Path, top: str, a: str, b: str, language: str
) -> None:
    policy = policy_of(tmp_path, HEAD.format(top=top) + TWO.format(a=a, b=b))
    mail = read(policy)

    assert policy.language == mail["Content-Language"] == language
    assert ("未能生成" in mail["Subject"]) == (language == "zh")
    assert "2026-W47" in mail["Subject"]
    assert REASON in mail.get_content()
    assert "2026-11-16 08:05:00" in mail.get_content()
    assert ("没有向任何人发送" in mail.get_content()) == (language == "zh")
    assert ("last week's numbers" in mail.get_content()) == (language == "en")


def test_an_audience_without_a_language_has_the_policys(tmp_path: Path) -> None:
    policy = policy_of(
        tmp_path, HEAD.format(top='language = "zh"') + TWO.format(a='language = "en"', b="")
    )

    assert [each.language for each in policy.audiences] == ["en", "zh"]


def test_a_language_that_nobody_speaks_here_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"language: 'fr' is not known.*en, zh"):
        policy_of(tmp_path, HEAD.format(top='language = "fr"') + TWO.format(a="", b=""))


def test_it_goes_to_the_owner_only_and_no_machine_answers(tmp_path: Path) -> None:
    mail = read(policy_of(tmp_path, HEAD.format(top="") + TWO.format(a="", b="")))

    assert [(a.display_name, a.addr_spec) for a in mail["To"].addresses] == [
        ("运营", "ops@example.com")
    ]
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["Message-ID"] == "<no-report.2026-W47@example.com>"
    assert not list(mail.iter_attachments())


def test_without_an_owner_there_is_nobody_to_tell(tmp_path: Path) -> None:
    policy = policy_of(tmp_path, '[audience.a]\nrecipients = ["a@example.com"]\n')

    with pytest.raises(MailError, match="names no owner"):
        no_report_mail(policy, "a@example.com", "2026-W47", REASON, NOW)


def test_a_reason_becomes_no_header_and_no_second_line(tmp_path: Path) -> None:
    policy = policy_of(tmp_path, HEAD.format(top="") + TWO.format(a="", b=""))
    reason = "x\r\nBcc: eve@example.com\r\n\r\ny"
    mail = no_report_mail(policy, "a@example.com", "2026-W47", reason, NOW)
    told: Any = message_from_bytes(mail, policy=mail_policy.default)

    assert "Bcc" not in told
    assert "Bcc: eve@example.com" not in told.get_content().splitlines()
