"""``partnerbook login`` and ``logout``: keys into the system's keyring, and out of it.

Secrets are never options: those stand in the process list and in the shell's history.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import click

from partnerbook.commands import Call, command, show, show_json
from partnerbook.errors import PartnerbookError, SettingsError
from partnerbook.wording import Language

if TYPE_CHECKING:
    from partnerbook.config import ApiChoice, Settings

_DEFAULT = "default"
# What `login` writes into a profile, and `logout` takes out again.
_OURS = ("partner_id", "endpoint", "iam_endpoint", "keyring")
_SAID: dict[str, dict[Language, str]] = {
    "kept": {
        "en": "Partner Center accepts the key (API {}). It is kept in the system's keyring, the "
        "rest in {}, profile {}.",
        "zh": "伙伴中心接受此密钥（接口 {}）。密钥已存入系统的密钥环，其余存入 {}，配置 {}。",
    },
    "next": {"en": "Next: partnerbook customers{}", "zh": "下一步：partnerbook customers{}"},
    "nobody": {
        "en": "Nobody is logged in with the profile {}; nothing was changed.",
        "zh": "配置 {} 未登录，未作更改。",
    },
    "removed": {
        "en": "The key of the profile {} is removed from the system's keyring.",
        "zh": "已从系统的密钥环中移除配置 {} 的密钥。",
    },
    "above": {
        "en": "Note: {} in the environment comes before {}; unset to use it.",
        "zh": "注意：环境变量 {} 优先于{}；如需使用后者，请取消该变量。",
    },
    "profile": {"en": "the profile {}", "zh": "配置 {}"},
    "keyring": {"en": "the keyring", "zh": "密钥环"},
    "key": {"en": "Access key (AK)", "zh": "访问密钥 (AK)"},
    "secret": {"en": "Secret key (SK), not shown", "zh": "私有访问密钥 (SK)，不显示"},
    "partner": {
        "en": "Partner ID (account ID in My Credentials)",
        "zh": "伙伴ID（“我的凭证”中的账号ID）",
    },
    "endpoint": {"en": "Endpoint", "zh": "终端节点"},
    "as now": {"en": "as now", "zh": "不变"},
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    partner_id: str
    endpoint: str
    iam_endpoint: str
    api: str
    proxy: str | None = field(repr=False)


@command()
@click.option("--partner-id", metavar="ID", help="Account ID in My Credentials of the partner.")
@click.option("--endpoint", metavar="URL", help="Partner Center's address, if not the usual one.")
@click.option("--iam-endpoint", metavar="URL", help="IAM's address, if not the usual one.")
def login(
    call: Call, partner_id: str | None, endpoint: str | None, iam_endpoint: str | None
) -> None:
    """Keep an access key in the system's keyring, after trying it.

    Asks for what is needed. Without a terminal, what the environment does not give is read from
    standard input, a line each: access key, secret key, partner ID. With --json nothing is read
    at all.

    Example: partnerbook login --profile asia
    """
    from partnerbook.config import (  # noqa: PLC0415  heavy parts where they are used
        ENDPOINT,
        IAM_ENDPOINT,
        home_of,
        keychain,
    )
    from partnerbook.config.writing import change_profile, check_name  # noqa: PLC0415  as above

    name = check_name(call.profile or _DEFAULT)
    keychain.check()  # before anybody types a secret in vain
    given = _asked(_known(name, partner_id, endpoint, iam_endpoint), call)
    settings = _settings(given)
    api = _tried(settings)
    entry = f"{name} {settings.account}"
    before = keychain.recall(entry)
    keychain.keep(entry, given.access_key, given.secret_key)
    try:
        path = change_profile(
            home_of(os.environ),
            name,
            {
                "partner_id": given.partner_id,
                "endpoint": None if settings.endpoint == ENDPOINT else settings.endpoint,
                "iam_endpoint": (
                    None if settings.iam_endpoint == IAM_ENDPOINT else settings.iam_endpoint
                ),
                "keyring": entry,
                # Plain keys of an older profile would win over the keyring, and lie open.
                "ak": None,
                "sk": None,
            },
        )
    except PartnerbookError:
        # All or nothing: what the keyring held before is put back.
        with suppress(PartnerbookError):
            keychain.remove(entry) if before is None else keychain.keep(entry, *before)
        raise
    warning = _above(call)
    if call.json:
        show_json(
            {"profile": name, "account": settings.account, "api": api, "file": str(path)}
            | ({"warning": warning} if warning else {})
        )
        return
    show(_SAID["kept"][call.language].format(api, path, name) + "\n")
    if warning:
        show(warning + "\n")
    flag = "" if name == _DEFAULT else f" --profile {name}"
    show(_SAID["next"][call.language].format(flag) + "\n")


@command()
def logout(call: Call) -> None:
    """Remove a profile's key from the system's keyring, and what login wrote beside it.

    Example: partnerbook logout --profile asia
    """
    from partnerbook.config import (  # noqa: PLC0415  heavy parts where they are used
        KEYRING,
        PROFILE_FILES,
        home_of,
        keychain,
        tables_of,
    )
    from partnerbook.config.writing import change_profile, check_name  # noqa: PLC0415  as above

    name = check_name(call.profile or _DEFAULT)
    home = home_of(os.environ)
    table = tables_of(home / PROFILE_FILES[0]).get(name)
    entry = (table or {}).get(KEYRING)
    if not isinstance(entry, str):
        if call.json:
            show_json({"profile": name, "removed": False})
        else:
            show(_SAID["nobody"][call.language].format(name) + "\n")
        return
    keychain.remove(entry)
    change_profile(home, name, dict.fromkeys(_OURS))
    if call.json:
        show_json({"profile": name, "removed": True})
        return
    show(_SAID["removed"][call.language].format(name) + "\n")
    if warning := _above(call):
        show(warning + "\n")


def _known(
    name: str, partner_id: str | None, endpoint: str | None, iam_endpoint: str | None
) -> Given:
    """Return what is known without asking: options, environment, the profile as it is."""
    from partnerbook.config import (  # noqa: PLC0415  heavy parts where they are used
        ENDPOINT,
        IAM_ENDPOINT,
        PROFILE_FILES,
        home_of,
        tables_of,
    )

    table = tables_of(home_of(os.environ) / PROFILE_FILES[0]).get(name, {})

    def known(setting: str) -> str:
        from_env = os.environ.get(f"PARTNERBOOK_{setting.upper()}", "").strip()
        return from_env or str(table.get(setting, "")).strip()

    return Given(
        access_key=known("ak"),
        secret_key=known("sk"),
        partner_id=partner_id or known("partner_id"),
        endpoint=endpoint or known("endpoint") or ENDPOINT,
        iam_endpoint=iam_endpoint or known("iam_endpoint") or IAM_ENDPOINT,
        api=known("api") or "auto",
        proxy=known("proxy") or None,
    )


def _asked(known: Given, call: Call) -> Given:
    """Return what is known, completed by whoever can be asked."""
    if call.json:
        return _complete(known, [])
    if not sys.stdin.isatty():
        missing = sum(not each for each in (known.access_key, known.secret_key, known.partner_id))
        lines = [sys.stdin.readline().strip() for _ in range(missing)]
        return _complete(known, lines)
    said = {key: words[call.language] for key, words in _SAID.items()}
    return replace(
        known,
        access_key=_prompt(said["key"], known.access_key, shown=said["as now"]),
        secret_key=click.prompt(
            said["secret"] + (f" [{said['as now']}]" if known.secret_key else ""),
            hide_input=True,
            default=known.secret_key or None,
            show_default=False,
            value_proc=str.strip,
        ),
        partner_id=_prompt(said["partner"], known.partner_id),
        endpoint=_prompt(said["endpoint"], known.endpoint),
    )


def _prompt(text: str, default: str, shown: str = "") -> str:
    hint = f" [{shown or default}]" if default else ""
    value: str = click.prompt(
        text + hint, default=default or None, show_default=False, value_proc=str.strip
    )
    return value


def _complete(known: Given, lines: list[str]) -> Given:
    values = [known.access_key, known.secret_key, known.partner_id]
    rest = iter(lines)
    values = [each or next(rest, "") for each in values]
    names = ("PARTNERBOOK_AK", "PARTNERBOOK_SK", "PARTNERBOOK_PARTNER_ID")
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise SettingsError(
            "not given: " + ", ".join(missing) + "; set them in the environment, write them to "
            "standard input a line each, or run `partnerbook login` in a terminal"
        )
    return replace(known, access_key=values[0], secret_key=values[1], partner_id=values[2])


def _settings(given: Given) -> Settings:
    from partnerbook.config import Settings  # noqa: PLC0415  heavy parts where they are used

    return Settings(
        access_key=given.access_key,
        secret_key=given.secret_key,
        partner_id=given.partner_id,
        endpoint=given.endpoint,
        iam_endpoint=given.iam_endpoint,
        api=cast("ApiChoice", given.api),  # Settings checks it
        proxy=given.proxy,
    )


def _tried(settings: Settings) -> str:
    from partnerbook.commands.probe import Probe  # noqa: PLC0415  requests costs a quarter second

    with Probe(settings) as probe:
        return probe.works()


def _above(call: Call) -> str:
    """Return the sentence for keys in the environment, which win over the keyring's."""
    names = ("PARTNERBOOK_AK", "PARTNERBOOK_SK", "PARTNERBOOK_TOKEN")
    found = [name for name in names if os.environ.get(name, "").strip()]
    if not found:
        return ""
    language: Language = "en" if call.json else call.language
    profile = _SAID["profile" if call.profile else "keyring"][language].format(call.profile)
    return _SAID["above"][language].format(", ".join(found), profile)
