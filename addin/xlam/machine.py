"""What a machine knows of the installed add-in: its file, Excel's registry, the Python it starts.

Each look is small, and everything it looks with can be given by a test; none changes anything.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from addin.xlam.marks import UDF_MODULE
from addin.xlam.package import OURS, settings_in
from addin.xlam.places import Places, where
from partnerbook import __version__
from partnerbook.errors import WorkbookError

_STARTS_WITHIN = 60.0  # seconds; anti-virus programs look at a new Python for a while
_OFFICE = ("16.0", "15.0", "14.0")  # versions whose settings Excel may read
_EXCEL = r"Software\{}Microsoft\Office\{}\Excel"
_POLICIES = {
    (r"Security", "DisableAllAddins"): (1, "lets no add-in run"),
    (r"Security", "RequireAddinSig"): (1, "lets only signed add-ins run, and this one is not"),
    (r"Security\Trusted Locations", "AllLocationsDisabled"): (
        1,
        "trusts no folder, so that macros of its start-up folder are blocked",
    ),
}

Registry = Callable[[str, str], Mapping[str, Any]]
"""Returns the values of a key: hive (``HKCU``, ``HKLM``) and path; nothing where there is none."""

Run = Callable[[list[str]], tuple[int, str]]
"""Runs a program; returns its exit code and what it wrote to stderr."""


@dataclass(frozen=True)
class Machine:
    """One machine, as far as the add-in is concerned.

    Attributes:
        system: As `sys.platform` says it.
        places: Where the add-in is to be; None where there is no Excel.
        python: The Python that runs this.
        registry: Reads Windows' registry.
        run: Runs a program.
        ours: Versions of this program and of xlwings, as the add-in's settings name them.
    """

    system: str
    places: Places | None
    python: Path
    registry: Registry
    run: Run
    ours: Mapping[str, str] = field(default_factory=dict)

    @property
    def addin(self) -> Path:
        """The add-in's file."""
        return self.places.addin if self.places else Path()

    @cached_property
    def settings(self) -> dict[str, str]:
        """The settings in the add-in; empty when it is not ours."""
        return settings_in(self.addin)

    @property
    def interpreter(self) -> Path:
        """The Python that the add-in starts."""
        return Path(self.settings.get("Interpreter", ""))

    def versions(self) -> Iterator[tuple[str, str, str]]:
        """Yield what made the add-in: name, its version then, its version here."""
        for name, version_here in self.ours.items():
            yield name, self.settings.get(name, ""), version_here

    def is_this_python(self) -> bool:
        """Return whether the add-in starts the Python that runs this.

        Compared as paths: of two environments both may be links to one and the same program.
        """
        one, other = (each.parent.resolve() / each.name for each in (self.interpreter, self.python))
        if self.system == "win32":
            return str(one).casefold() == str(other).casefold()
        return one == other

    def missing_libraries(self) -> list[str]:
        """Return xlwings' library, when the add-in would not find it. Windows only."""
        if self.system != "win32":
            return []
        names = [f"xlwings{bits}-{self.settings.get('xlwings', '')}.dll" for bits in (64, 32)]
        folder = self.interpreter.parent
        found = any((at / name).is_file() for at in (folder, folder.parent) for name in names)
        return [] if found else names[:1]

    def why_it_does_not_start(self) -> str:
        """Return in a few words why the add-in's Python does not start; "" when it does."""
        line = [str(self.interpreter), "-P", "-B", "-c", f"import xlwings, {UDF_MODULE}"]
        try:
            code, said = self.run(line)
        except subprocess.TimeoutExpired:
            return f"no sign of life within {_STARTS_WITHIN:.0f} s"
        except OSError as error:
            return error.strerror.lower() if error.strerror else type(error).__name__
        if code == 0:
            return ""
        # Only the kind of error: nobody knows what else a stranger's machine says.
        kind = said.strip().rpartition("\n")[2].partition(":")[0]
        return kind if kind.isidentifier() else f"exit code {code}"

    def is_from_the_web(self) -> bool:
        """Return whether Windows marks the file as downloaded. Zones 3 and 4: the internet."""
        if self.system != "win32":
            return False
        try:
            stream = Path(f"{self.addin}:Zone.Identifier").read_text("utf-8", "replace")
        except OSError:
            return False
        zone = stream.casefold().partition("zoneid=")[2].strip()[:1]
        return zone in {"3", "4"}

    def is_quarantined(self) -> bool:
        """Return whether macOS marks the file as downloaded."""
        if self.system != "darwin":
            return False
        try:
            code, _ = self.run(["/usr/bin/xattr", "-p", "com.apple.quarantine", str(self.addin)])
        except (OSError, subprocess.TimeoutExpired):
            return False
        return code == 0

    def is_disabled(self) -> bool:
        """Return whether Excel put the add-in on its list of disabled items. Windows only.

        Each item is a block of bytes with the file's path in it, in small letters and UTF-16.
        """
        name = self.addin.name.casefold()
        items = (
            value
            for office in _OFFICE
            for value in self._values(office, r"Resiliency\DisabledItems").values()
        )
        return any(
            isinstance(item, bytes) and name.encode("utf-16-le") in _small(item) for item in items
        )

    def other_copies(self) -> list[str]:
        """Return copies that Excel loads from elsewhere too; of one name it opens only one."""
        name = self.addin.name.casefold()
        return [
            value
            for office in _OFFICE
            for key, value in self._values(office, "Options").items()
            if key.upper().startswith("OPEN") and isinstance(value, str)
            if value.strip('/Rr "').casefold().endswith("\\" + name)
            and value.strip('/Rr "').casefold() != str(self.addin).casefold()
        ]

    def policies(self) -> Iterator[tuple[str, str]]:
        """Yield the settings of Excel that keep the add-in from running, and what they do."""
        seen = set()
        for office in _OFFICE:
            for (key, name), (wrong, means) in _POLICIES.items():
                if name not in seen and self._values(office, key).get(name) == wrong:
                    seen.add(name)
                    yield name, means

    def _values(self, office: str, key: str) -> dict[str, Any]:
        if self.system != "win32":
            return {}
        out: dict[str, Any] = {}
        # A policy comes after what a person chose, and so wins.
        for hive, branch in (("HKCU", ""), ("HKCU", "Policies\\"), ("HKLM", "Policies\\")):
            out.update(self.registry(hive, rf"{_EXCEL.format(branch, office)}\{key}"))
        return out


def this_machine() -> Machine:
    """Return the machine that this runs on."""
    try:
        places = where()
    except WorkbookError:
        places = None
    return Machine(
        system=sys.platform,
        places=places,
        python=Path(sys.executable),
        registry=_read_registry,
        run=_run,
        ours={OURS: __version__, "xlwings": version("xlwings")},
    )


def _small(data: bytes) -> bytes:
    return data.decode("utf-16-le", "replace").casefold().encode("utf-16-le", "replace")


def _run(line: list[str]) -> tuple[int, str]:
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    done = subprocess.run(  # noqa: S603  Python as the add-in starts it, or the system's own tool
        line, capture_output=True, check=False, timeout=_STARTS_WITHIN, creationflags=hidden
    )
    return done.returncode, done.stderr.decode("utf-8", "replace")


def _read_registry(hive: str, key: str) -> dict[str, Any]:
    import importlib  # noqa: PLC0415  with the next line: a module that only Windows has

    winreg: Any = importlib.import_module("winreg")
    roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    out: dict[str, Any] = {}
    try:
        with winreg.OpenKey(roots[hive], key) as opened:
            for number in range(winreg.QueryInfoKey(opened)[1]):
                name, value, _ = winreg.EnumValue(opened, number)
                out[name] = value
    except OSError:
        return out  # no such key, or not ours to read
    return out
