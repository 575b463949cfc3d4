"""Writing the profile file: one profile's own lines, nothing else in the file."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from partnerbook.config.profiles import PROFILE_FILES
from partnerbook.errors import SettingsError
from partnerbook.files import beside

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_HEADER = re.compile(r"^\s*\[")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")


def check_name(name: str) -> str:
    """Return the name when a profile can bear it.

    Raises:
        SettingsError: It cannot.
    """
    if not _NAME.fullmatch(name) or name == "profiles":
        raise SettingsError(
            f"{name[:40]!r} cannot be a profile's name; take letters, digits, - and _"
        )
    return name


def change_profile(home: Path, name: str, values: Mapping[str, str | None]) -> Path:
    """Set values of a profile in the home folder; return the file.

    Comments, order, other profiles and other values stay as they are. The file is readable by
    its owner only.

    Args:
        home: The home folder; made when it does not exist.
        name: The profile.
        values: Names as in a profile, and their values; None takes one out. A profile without
            values is taken out whole.

    Raises:
        SettingsError: The file is no TOML, or not in a form that can be changed safely.
        WorkbookError: The file cannot be written; it is as it was.
    """
    path = home / PROFILE_FILES[0]
    before = _read(path)
    tables = _parsed(path, before)
    inner = isinstance(tables.get("profiles"), dict)
    profiles: dict[str, Any] = tables["profiles"] if inner else tables
    wanted = {
        key: value
        for key, value in {**_table(profiles, name), **values}.items()
        if value is not None
    }
    header = f"[profiles.{name}]" if inner else f"[{name}]"
    after = _changed(before, header, values, is_empty=not wanted)
    # What the new lines say is checked by a real parser before the file is touched.
    expected = {**profiles, name: wanted}
    if _said(after, inner=inner) != {key: value for key, value in expected.items() if value}:
        raise SettingsError(
            f"{path} is written in a way that cannot be changed safely; write the profile "
            f"{name!r} there by hand: " + (", ".join(_assignments(wanted)) or "(nothing)")
        )
    if after != before:
        _write(path, after)
    return path


def _table(profiles: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = profiles.get(name)
    return table if isinstance(table, dict) else {}


def _said(text: str, *, inner: bool) -> dict[str, Any] | None:
    """Return what a text says, without empty tables; None when it is no TOML."""
    try:
        tables: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    found = tables.get("profiles", {}) if inner else tables
    return {key: value for key, value in found.items() if value}


def _changed(text: str, header: str, values: Mapping[str, str | None], *, is_empty: bool) -> str:
    # Not splitlines: some characters that it breaks at may stand in a value.
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    starts = [at for at, line in enumerate(lines) if line.split("#")[0].strip() == header]
    if not starts:
        if is_empty:
            return text
        gap = [""] if lines and lines[-1].strip() else []
        return _joined([*lines, *gap, header, *_assignments(values)])
    first = starts[0] + 1
    end = next((at for at in range(first, len(lines)) if _HEADER.match(lines[at])), len(lines))
    kept = [
        line for line in lines[first:end] if not ((key := _KEY.match(line)) and key[1] in values)
    ]
    if is_empty and not any(line.strip() for line in kept):
        return _joined([*lines[: starts[0]], *lines[end:]])
    tail = []
    while kept and not kept[-1].strip():
        tail.append(kept.pop())
    return _joined([*lines[:first], *kept, *_assignments(values), *tail, *lines[end:]])


def _assignments(values: Mapping[str, Any]) -> list[str]:
    # JSON's escapes are TOML's too, as long as no pair of surrogates is among them.
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\x7f", "\\u007f")
        for key, value in values.items()
        if value is not None
    ]


def _joined(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read ({type(error).__name__}); correct it and try again"
        ) from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise SettingsError(f"{path} is no TOML; correct it and try again") from None


def _write(path: Path, text: str) -> None:
    with beside(path, ours=True) as draft:
        # Made with its mode: a moment of being readable by all would be one too many.
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(text.encode())
        if path.exists():
            path.chmod(0o600)  # the new file takes the old one's mode
