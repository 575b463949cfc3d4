"""What a scheduled command must be told of the environment it was entered from.

Schedulers start commands in an environment of their own. A command that then asked another
Partner Center, or another store, would do again what this one did; so every variable of ours
goes along, except secrets: a scheduler's files are no place for those.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from partnerbook.config import Settings
from partnerbook.config.profiles import NAMES
from partnerbook.config.sources import PREFIX
from partnerbook.errors import SettingsError
from partnerbook.wording import Language

_ONLY_HERE: dict[Language, str] = {
    "en": "{}: only in this environment, which schedulers do not see; run `{}`, or write {} into a "
    "profile",
    "zh": "{}：仅在当前环境中，计划任务看不到；请运行 `{}`，或写入配置文件",
}
_SECRETS = ("AK", "SK", "TOKEN", "IAM_PASSWORD", "SMTP_PASSWORD")
_VENDORS = ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK")
_FILES = ("HOME", "POLICY", "SMTP_CA_FILE")
_VENDORS_FILE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
_MAY_HOLD_ONE: Mapping[str, str] = {
    "STORE": "write store = ... into the profile, or keep the password in ~/.pgpass",
    "PROXY": "write proxy = ... into the profile",
}


def needed_environment(env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a scheduled command needs and that hold no secret.

    Args:
        env: The environment's variables. Paths in them are made whole: a scheduler starts its
            commands in another folder.

    Raises:
        SettingsError: One of them holds a password inside an address.
    """
    names = [PREFIX + "HOME", *(PREFIX + name.upper() for name in NAMES)]
    secret = _secrets()
    found = {name: env.get(name, "").strip() for name in (*names, _VENDORS_FILE)}
    out = {name: value for name, value in found.items() if value and name not in secret}
    for short, way_out in _MAY_HOLD_ONE.items():
        if _holds_password(out.get(PREFIX + short, "")):
            raise SettingsError(
                f"{PREFIX}{short} has a password in it, which no scheduler's entry may show: "
                f"{way_out}, and unset the variable"
            )
    for name in (*(PREFIX + each for each in _FILES), _VENDORS_FILE):
        if name in out:
            out[name] = str(Path(out[name]).expanduser().absolute())
    if store := out.get(PREFIX + "STORE"):
        out[PREFIX + "STORE"] = _whole(store)
    return out


def unseen(
    env: Mapping[str, str], profile: str | None, *, mails: bool, language: Language = "en"
) -> tuple[str, ...]:
    """Return what a scheduled command will lack, a sentence each: secrets of this environment.

    Args:
        env: The environment's variables.
        profile: Name of the profile that the command will use.
        mails: Whether it sends mails.
        language: Of the sentences.

    Raises:
        SettingsError: A file or value is malformed, or there is no such profile.
    """
    secret = _secrets()
    settings = Settings.from_environment(
        {name: value for name, value in env.items() if name not in secret}, profile
    )
    set_here = [name for name in secret if env.get(name, "").strip()]
    out = []
    keys = [name for name in set_here if "SMTP" not in name]
    if keys and set(settings.missing()) - {PREFIX + "PARTNER_ID"}:
        out.append(_only_here(keys, "partnerbook login", language))
    password = PREFIX + "SMTP_PASSWORD"
    if mails and password in set_here and settings.smtp_host and not _has_password(settings):
        out.append(_only_here([password], "partnerbook mail login", language))
    return tuple(out)


def _secrets() -> tuple[str, ...]:
    return (*(PREFIX + each for each in _SECRETS), *_VENDORS)


def _only_here(names: list[str], command: str, language: Language) -> str:
    them = "them" if len(names) > 1 else "it"
    return _ONLY_HERE[language].format(", ".join(names), command, them)


def _has_password(settings: Settings) -> bool:
    from reports.sending.smtp import MailServer  # noqa: PLC0415  only where it is needed

    try:
        MailServer.from_settings(settings)
    except SettingsError:
        return False
    return True


def _holds_password(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.password or parse_qs(parts.query).get("password"))
    except ValueError:
        return True  # nobody can tell: it does not go into a file


def _whole(store: str) -> str:
    scheme, found, rest = store.partition(":///")
    path, mark, query = rest.partition("?")
    if not (found and scheme.startswith("sqlite") and path) or path.startswith((":", "file:")):
        return store
    return f"{scheme}:///{Path(path).absolute().as_posix()}{mark}{query}"
