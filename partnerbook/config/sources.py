"""Where a setting comes from: environment, profile, keyring, or the vendor's own places."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from partnerbook.config.profiles import KEYRING, NAMES, profile
from partnerbook.errors import SettingsError

PREFIX = "PARTNERBOOK_"

# The vendor's readme and its code disagree on the section's name; people have either.
_VENDOR_SECTIONS = ("global", "globalcredentials", "basic", "basiccredentials")


def given(env: Mapping[str, str], wanted: str | None) -> dict[str, Any]:
    """Return what is set, by the names of the attributes of `Settings`.

    Args:
        env: The environment's variables.
        wanted: Name of the profile; None takes ``default`` where there is one.

    Raises:
        SettingsError: A file is malformed, or there is no such profile.
    """
    out = profile(home_of(env), wanted)
    entry = out.pop(KEYRING, None)
    for name, attribute in NAMES.items():
        if value := env.get(PREFIX + name.upper(), "").strip():
            out[attribute] = value
    if (out.get("access_key") and out.get("secret_key")) or out.get("token"):
        return out
    if entry and not _names_keys(out, env):
        out[KEYRING] = entry
    elif not out.get("access_key"):
        access_key, secret_key, _ = _vendor_keys(env)
        if access_key and secret_key:
            out |= {"access_key": access_key, "secret_key": secret_key}
    return out


def origins(env: Mapping[str, str], wanted: str | None = None) -> dict[str, str]:
    """Return where each setting that is given comes from: variable's name -> place. No values.

    Raises:
        SettingsError: As `Settings.from_environment`.
    """
    said = profile(home_of(env), wanted)
    entry = said.pop(KEYRING, None)
    out = {}
    for name, attribute in NAMES.items():
        variable = PREFIX + name.upper()
        if env.get(variable, "").strip():
            out[variable] = "environment"
        elif attribute in said:
            out[variable] = f"profile {wanted or 'default'}"
    keys = (PREFIX + "AK", PREFIX + "SK")
    if not all(each in out for each in keys) and PREFIX + "TOKEN" not in out:
        vendor = _vendor_keys(env)
        if entry and not _names_keys(said, env):
            out |= dict.fromkeys(keys, f"keyring, named by profile {wanted or 'default'}")
        elif keys[0] not in out and vendor[0] and vendor[1]:
            out |= dict.fromkeys(keys, vendor[2])
    return out


def home_of(env: Mapping[str, str]) -> Path:
    """Return the folder of profiles, log and default store, whether it exists or not."""
    return Path(env.get(PREFIX + "HOME") or _default_home()).expanduser()


def _names_keys(said: Mapping[str, Any], env: Mapping[str, str]) -> bool:
    """Return whether something above the keyring names keys, whole or in part.

    Halves of two pairs must never meet.
    """
    user = ("IAM_USER", "IAM_PASSWORD", "IAM_DOMAIN")
    return bool(
        said.get("access_key")
        or said.get("secret_key")
        or all(env.get(PREFIX + each, "").strip() for each in user)
    )


def _vendor_keys(env: Mapping[str, str]) -> tuple[str | None, str | None, str]:
    """Return the pair that the vendor's own tools would use, and where it stands."""
    access_key, secret_key = env.get("HUAWEICLOUD_SDK_AK"), env.get("HUAWEICLOUD_SDK_SK")
    if access_key and secret_key:
        return access_key.strip(), secret_key.strip(), "environment, HUAWEICLOUD_SDK_AK and _SK"
    path = Path(
        env.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE")
        or Path(env.get("HOME") or env.get("USERPROFILE") or Path.home())
        / ".huaweicloud"
        / "credentials"
    )
    parser = configparser.ConfigParser(interpolation=None)  # a secret key may hold "%"
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        raise SettingsError(
            f"{path} cannot be read ({type(error).__name__}); correct it, or set PARTNERBOOK_AK "
            "and PARTNERBOOK_SK"
        ) from None
    for section in _VENDOR_SECTIONS:
        if parser.has_option(section, "ak") and parser.has_option(section, "sk"):
            pair = parser.get(section, "ak").strip(), parser.get(section, "sk").strip()
            return *pair, f"{path}, section {section}"
    return None, None, ""


def _default_home() -> str:
    from platformdirs import user_data_dir  # noqa: PLC0415  not needed where the home is given

    return user_data_dir("partnerbook", appauthor=False)
