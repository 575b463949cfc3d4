"""What can be looked at without asking Partner Center."""

from __future__ import annotations

import os
import platform
import stat
import sys
from collections.abc import Iterator, Mapping
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from partnerbook.commands.doctor.lines import Filled, Line, finding, fine, note, said
from partnerbook.config import PROFILE_FILES, Settings, home_of, origins, tables_of
from partnerbook.errors import PartnerbookError

PARTS = (
    "partnerbook",
    "requests",
    "urllib3",
    "certifi",
    "keyring",
    "SQLAlchemy",
    "openpyxl",
    "python-calamine",
    "xlwings",
    "click",
)
"""Distributions whose versions matter when something does not work."""

_ROOMS = ("partnerbook", "addin", "reports")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_SECRETS = ("AK", "SK", "TOKEN", "IAM_PASSWORD", "SMTP_PASSWORD", "STORE", "PROXY")
_PLAIN = ("ak", "sk", "token", "iam_password", "smtp_password")


def python_and_packages() -> Iterator[Line]:
    """Say which Python runs, and whether our packages are ours: their names are common words."""
    python = (platform.python_version(), sys.executable, platform.platform())
    yield fine("Python", Filled("{} at {} on {}", *python))
    found = {name: _folder(name) for name in _ROOMS}
    home = found["partnerbook"]
    foreign = {name: at for name, at in found.items() if at != home}
    if not foreign:
        yield fine("Packages", Filled("{}, all from {}", ", ".join(_ROOMS), home))
        return
    for name, at in foreign.items():
        yield finding(
            "Packages",
            Filled("the package {!r} comes from {}, not from {}", name, at or "nowhere", home),
            "install Partnerbook into an environment of its own, and keep files and folders of "
            "that name off Python's path",
        )


def versions() -> dict[str, str]:
    """Return the versions of what matters; an absent part says so."""
    return {name: _version(name) for name in PARTS}


def parts() -> Iterator[Line]:
    """Say which versions of the important parts are installed."""
    yield fine("Versions", ", ".join(f"{name} {each}" for name, each in versions().items()))


def home_folder(env: Mapping[str, str]) -> Iterator[Line]:
    """Say where profiles, log and store are, and whether others can read them."""
    home = home_of(env)
    if not _can_be_written(home):
        yield finding(
            "Home folder",
            Filled("{} is no folder that can be written to", home),
            "set PARTNERBOOK_HOME to one that can",
        )
        return
    if not home.exists():
        yield fine("Home folder", Filled("{}, not made yet", home))
        return
    path = home / PROFILE_FILES[0]
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
    plain = [
        Filled("{} in profile {}", name, profile)
        for profile, table in tables_of(path).items()
        for name in _PLAIN
        if table.get(name)
    ]
    if plain:
        yield finding(
            "Home folder",
            Filled("{} holds secrets in plain text: {}", path, _all_of(plain)),
            "run `partnerbook login` for keys, set the others in the environment, and delete "
            "them there",
        )
    elif os.name == "posix" and mode & 0o077:
        chmod = Filled("run: {}", f"chmod 600 {path}")
        yield note("Home folder", Filled("{} can be read by others", path), chmod)
    else:
        yield fine("Home folder", str(home))


def settings_found(env: Mapping[str, str], profile: str | None) -> Iterator[Line]:
    """Say which settings are given and where; values of addresses and IDs only."""
    try:
        given = origins(env, profile)
        settings = Settings.from_environment(env, profile)
    except PartnerbookError as error:
        yield said("Settings", error)
        return
    shown = [
        Filled(
            "{} ({})",
            name if name.endswith(_SECRETS) else f"{name}={_value(settings, name)}",
            _place(place),
        )
        for name, place in given.items()
    ]
    if missing := settings.missing():
        yield finding(
            "Settings",
            Filled("not set: {}; set: {}", ", ".join(missing), _all_of(shown) or "nothing"),
            "run `partnerbook login`, or set them in the environment",
        )
    else:
        yield fine("Settings", _all_of(shown))


def store(settings: Settings) -> Iterator[Line]:
    """Say whether the store opens and is sound. One that does not exist is not made."""
    path = settings.store_file
    if path is not None and not path.exists() and not _can_be_written(path.parent):
        yield finding(
            "Store",
            Filled("{} cannot be made", path),
            "set PARTNERBOOK_STORE or PARTNERBOOK_HOME to a place that can be written to",
        )
        return
    if path is not None and not path.exists():
        yield fine("Store", Filled("{}, not made yet: the first listing makes it", path))
        return
    from partnerbook.store import Store  # noqa: PLC0415  SQLAlchemy costs half a second

    with Store(settings.store) as opened:
        faults = opened.faults()
    where = str(path) if path else Filled("{} database", urlsplit(settings.store).scheme)
    if faults:
        yield finding(
            "Store",
            Filled("{} is damaged: {} faults", where, len(faults)),
            "run `partnerbook store check`, then restore a backup or a `store export`",
        )
    else:
        yield fine("Store", Filled("{} opens and is sound", where))


def proxies(env: Mapping[str, str], settings: Settings | None) -> Iterator[Line]:
    """Say that the usual proxy variables are not obeyed."""
    given = sorted(name for name in env if name.lower() in _PROXIES and env[name])
    if settings is not None and settings.proxy:
        host = urlsplit(settings.proxy if "//" in settings.proxy else f"//{settings.proxy}")
        at = f"{host.hostname}:{host.port}"
        yield note("Proxy", Filled("PARTNERBOOK_PROXY is used: {}", at))
    elif given:
        yield note(
            "Proxy",
            Filled("{} ignored: requests go straight to Partner Center", ", ".join(given)),
            "where only a proxy leads out, set PARTNERBOOK_PROXY",
        )
    else:
        yield fine("Proxy", "none set, none used")


def keyring(settings: Settings | None) -> Iterator[Line]:
    """Say whether the system has a keyring."""
    from partnerbook.config import keychain  # noqa: PLC0415  slow, see there

    try:
        name = keychain.check()
    except PartnerbookError as error:
        if settings is not None and settings.keyring:
            yield said("Keyring", error)
        else:
            why, _, which = str(error).partition(";")[0].partition(" (")
            if which:
                why = Filled("{} ({})", why, which.removesuffix(")"))
            yield note("Keyring", Filled("{}; the environment serves as well", why))
        return
    used = "holds this profile's keys" if settings and settings.keyring else "there; not used now"
    yield fine("Keyring", Filled("{}, {}", name, used))


def _all_of(texts: list[Filled]) -> Filled:
    return Filled(", ".join("{}" for _ in texts), *texts)


def _place(place: str) -> str:
    for start in ("keyring, named by profile ", "profile "):
        if place.startswith(start):
            return Filled(start + "{}", place.removeprefix(start))
    return place


def _value(settings: Settings, variable: str) -> str:
    return str(getattr(settings, variable.removeprefix("PARTNERBOOK_").lower(), ""))


def _can_be_written(folder: Path) -> bool:
    """Return whether a folder is there or could be made, and can be written to."""
    nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _folder(name: str) -> Path | None:
    # What an import finds first, without importing it.
    loaded = sys.modules.get(name)
    spec = getattr(loaded, "__spec__", None) or PathFinder.find_spec(name)
    if spec is None:
        return None
    if spec.origin and Path(spec.origin).name != "__init__.py":
        return Path(spec.origin)  # a file reports.py is no package of ours
    places = list(spec.submodule_search_locations or [])
    return Path(places[0]).resolve().parent if places else None


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
