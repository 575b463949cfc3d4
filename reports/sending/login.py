"""``partnerbook mail``: the mail server's password into the system's keyring, and out of it."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from partnerbook.commands import Call, Group, command, show, show_json
from partnerbook.errors import SettingsError
from partnerbook.text import for_line
from partnerbook.wording import Language

if TYPE_CHECKING:
    from partnerbook.config import Settings

_INSTEAD = (
    "set PARTNERBOOK_SMTP_PASSWORD in the environment instead, or write smtp_password = ... into "
    "a profile that only you can read"
)
_SAID: dict[str, dict[Language, str]] = {
    "password": {"en": "Password of {}, not shown", "zh": "{} 的密码，不显示"},
    "kept": {
        "en": "{} accepts {}. The password is kept in the system's keyring, the rest in {}, "
        "profile {}.",
        "zh": "{} 接受 {}。密码已存入系统的密钥环，其余存入 {}，配置 {}。",
    },
    "above": {
        "en": "Note: PARTNERBOOK_SMTP_PASSWORD in the environment comes before the keyring.",
        "zh": "注意：环境变量 PARTNERBOOK_SMTP_PASSWORD 优先于密钥环。",
    },
    "removed": {"en": "It is removed.", "zh": "已移除。"},
    "had none": {
        "en": "The keyring had none; nothing was changed.",
        "zh": "密钥环中没有密码，未作更改。",
    },
}
_OPTIONS = {"host": "smtp_host", "port": "smtp_port", "user": "smtp_user", "sender": "smtp_from"}


@click.group(cls=Group)
def mail() -> None:
    """Keep the mail server's password in the system's keyring."""


@command()
@click.option("--host", metavar="NAME", help="The mail server; its certificate must bear it.")
@click.option("--port", type=click.IntRange(1, 65535), help="465, or one with STARTTLS: 587.")
@click.option("--user", metavar="NAME", help="Who logs in there.")
@click.option("--from", "sender", metavar="ADDR", help="Sender of the mails.")
def login(
    call: Call, host: str | None, port: int | None, user: str | None, sender: str | None
) -> None:
    """Keep the mail server's password in the keyring, after trying it.

    Asks for the password, or reads it as one line from standard input; it is never an option.
    What the options say is written into the profile.

    Example: partnerbook mail login --host smtp.example.com --user ops@example.com
    """
    from partnerbook.config import home_of, keychain  # noqa: PLC0415  heavy parts where they are used
    from partnerbook.config.writing import change_profile, check_name  # noqa: PLC0415  as above
    from reports.recipients import address_of  # noqa: PLC0415  as above
    from reports.sending.smtp import MailServer, password_entry  # noqa: PLC0415  as above

    name = check_name(call.profile or "default")
    settings = _so_far(call)
    if sender:
        address_of(sender, "the sender")
    server = MailServer(
        host=host or settings.smtp_host or "",
        port=port or settings.smtp_port or 587,
        user=user or settings.smtp_user,
        ca_file=settings.smtp_ca_file,
    )
    if not server.host or not server.user:
        raise SettingsError(
            "not given: the mail server or who logs in there; add --host and --user"
        )
    _check_keyring()  # before anybody types a secret in vain
    password = _asked(_SAID["password"][call.language].format(for_line(server.user)))
    replace(server, password=password).try_login()
    # One entry for both: a password never meets another user's name.
    try:
        keychain.keep(password_entry(server.host, server.user), server.user, password)
    except SettingsError:
        raise SettingsError(f"the system's keyring did not keep the password; {_INSTEAD}") from None
    said = {"host": host, "port": port and str(port), "user": user, "sender": sender}
    values = {_OPTIONS[key]: value for key, value in said.items() if value}
    # A plain password of an older profile would win over the keyring, and lie open.
    path = change_profile(home_of(os.environ), name, {**values, "smtp_password": None})
    if call.json:
        show_json({"host": server.host, "user": server.user, "file": str(path)})
        return
    host, user = for_line(server.host), for_line(server.user)
    show(_SAID["kept"][call.language].format(host, user, path, name) + "\n")
    if os.environ.get("PARTNERBOOK_SMTP_PASSWORD", "").strip():
        show(_SAID["above"][call.language] + "\n")


@command()
def logout(call: Call) -> None:
    """Remove the mail server's password from the system's keyring.

    Example: partnerbook mail logout
    """
    from partnerbook.config import keychain  # noqa: PLC0415  heavy parts where they are used
    from reports.sending.smtp import password_entry  # noqa: PLC0415  as above

    settings = call.settings
    if not settings.smtp_host or not settings.smtp_user:
        raise SettingsError("the profile names no mail server and nobody who logs in there")
    removed = keychain.remove(password_entry(settings.smtp_host, settings.smtp_user))
    if call.json:
        show_json({"removed": removed})
    else:
        show(_SAID["removed" if removed else "had none"][call.language] + "\n")


for _each in (login, logout):
    mail.add_command(_each)


def _check_keyring() -> None:
    from partnerbook.config import keychain  # noqa: PLC0415  slow, and only here needed

    try:
        keychain.check()
    except SettingsError:
        # It speaks of keys, which are not what is to be kept here.
        raise SettingsError(
            f"this system has no keyring to keep the password in; {_INSTEAD}"
        ) from None


def _so_far(call: Call) -> Settings:
    """Return the settings; of a profile that is still to be made, those of the environment."""
    from partnerbook.config import (  # noqa: PLC0415  heavy parts where they are used
        PROFILE_FILES,
        Settings,
        home_of,
        tables_of,
    )

    known = tables_of(home_of(os.environ) / PROFILE_FILES[0])
    return Settings.from_environment(
        os.environ, call.profile if (call.profile or "default") in known else None
    )


def _asked(prompt: str) -> str:
    if sys.stdin.isatty():
        given: str = click.prompt(prompt, hide_input=True)
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise SettingsError("no password was given; write it to standard input, as one line")
    return given
