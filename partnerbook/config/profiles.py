"""Profiles: tables of a TOML file in the home folder."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, cast

from partnerbook.errors import SettingsError

PROFILE_FILES = ("profiles.toml", "config.toml")
"""Looked for in the home folder; a profile is a table of the first, or of ``[profiles]``."""

# Name in a profile (and, in capitals behind the prefix, in the environment) -> attribute.
NAMES = {
    "endpoint": "endpoint",
    "iam_endpoint": "iam_endpoint",
    "ak": "access_key",
    "sk": "secret_key",
    "partner_id": "partner_id",
    "token": "token",
    "iam_user": "iam_user",
    "iam_password": "iam_password",
    "iam_domain": "iam_domain",
    "api": "api",
    "store": "store",
    "policy": "policy",
    "proxy": "proxy",
    "smtp_host": "smtp_host",
    "smtp_port": "smtp_port",
    "smtp_user": "smtp_user",
    "smtp_password": "smtp_password",
    "smtp_ca_file": "smtp_ca_file",
    "smtp_from": "smtp_from",
}
KEYRING = "keyring"
"""In a profile only: the entry of the system's keyring that holds its access and secret key."""


def profile(home: Path, wanted: str | None) -> dict[str, Any]:
    """Return what a profile sets, by the names of the attributes of `Settings`.

    Args:
        home: The home folder.
        wanted: Its name; None takes ``default`` where there is one, else sets nothing.

    Raises:
        SettingsError: A file cannot be read, there is no such profile, or it sets what nobody
            knows.
    """
    tables: dict[str, Any] = {}
    for name in reversed(PROFILE_FILES):
        tables |= _tables(home / name)
    if wanted is None and not isinstance(tables.get("default"), dict):
        return {}
    table = tables.get(wanted or "default")
    if not isinstance(table, dict):
        known = ", ".join(name for name, each in tables.items() if isinstance(each, dict))
        raise SettingsError(
            f"there is no profile {str(wanted)[:40]!r} in {home / PROFILE_FILES[0]}; there are: "
            + (known or "none yet")
        )
    unknown = sorted(set(table) - {*NAMES, KEYRING})
    if unknown:
        raise SettingsError(
            f"the profile {wanted or 'default'!r} has an unknown setting {unknown[0][:40]!r}; "
            "there are: " + ", ".join(NAMES)
        )
    names = {**NAMES, KEYRING: KEYRING}
    return {names[name]: str(value).strip() for name, value in table.items() if value != ""}


def tables_of(path: Path) -> dict[str, Any]:
    """Return the profiles that a file holds, by name; empty when there is no such file.

    Raises:
        SettingsError: It cannot be read.
    """
    return {name: each for name, each in _tables(path).items() if isinstance(each, dict)}


def _tables(path: Path) -> dict[str, Any]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        # Not the parser's own words: they can quote a secret of the line.
        raise SettingsError(
            f"{path} cannot be read as TOML ({type(error).__name__}); correct it and try again"
        ) from None
    inner = tables.get("profiles")
    return cast("dict[str, Any]", inner) if isinstance(inner, dict) else tables
