"""The doctor and the add-in: each thing that keeps it from working is named, with what to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from addin import xlam
from addin.examining import addin_lines
from addin.xlam import Places
from addin.xlam.machine import Machine, this_machine
from partnerbook import __version__

EXCEL = r"Software\Microsoft\Office\16.0\Excel"
POLICY = r"Software\Policies\Microsoft\Office\16.0\Excel"


@pytest.fixture(scope="session")
def built() -> bytes:
    return xlam.build(sys.executable)


def _registry(**keys: Mapping[str, Any]) -> Callable[[str, str], Mapping[str, Any]]:
    held = {key.replace("/", "\\"): values for key, values in keys.items()}
    return lambda hive, key: held.get(f"{hive} {key}", {})


class Programs:
    """Runs nothing; remembers what it was asked to run."""

    def __init__(self, code: int = 0, said: str = "") -> None:
        self.answer = code, said
        self.lines: list[list[str]] = []
        self.failure: Exception | None = None
        self.quarantined = False

    def __call__(self, line: list[str]) -> tuple[int, str]:
        self.lines.append(line)
        if line[0] == "/usr/bin/xattr":
            return (0 if self.quarantined else 1), ""
        if self.failure:
            raise self.failure
        return self.answer


@pytest.fixture
def machine(tmp_path: Path, built: bytes) -> Machine:
    """Windows, with an add-in that was just installed and works."""
    places = Places(tmp_path / "XLSTART" / "Partnerbook.xlam")
    xlam.install(built, places)
    python = tmp_path / "venv" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / "venv" / f"xlwings64-{version('xlwings')}.dll").touch()
    places.addin.write_bytes(xlam.build(str(python)))
    ours = {"Partnerbook": __version__, "xlwings": version("xlwings")}
    return Machine("win32", places, python, _registry(), Programs(), ours)


def _told(machine: Machine) -> list[tuple[str, str, str]]:
    return [(each.state, each.proof, each.next_step or "") for each in addin_lines(machine)]


def test_an_add_in_that_works_is_one_line(machine: Machine) -> None:
    assert [state for state, _, _ in _told(machine)] == ["fine"]
    assert isinstance(machine.run, Programs)
    # Started as the add-in starts it: without the current folder among its modules.
    assert machine.run.lines == [
        [str(machine.python), "-P", "-B", "-c", "import xlwings, addin.udfs"]
    ]


def test_where_there_is_no_excel_there_is_one_plain_line(machine: Machine) -> None:
    ((state, proof, _),) = _told(replace(machine, system="linux", places=None))
    assert (state, proof) == ("fine", "not for this system: Excel is on Windows and macOS")


def test_a_missing_one_is_no_fault_and_says_how_to_get_it(machine: Machine) -> None:
    machine.addin.unlink()
    ((state, proof, todo),) = _told(machine)
    assert state == "note"
    assert "not installed" in proof
    assert "partnerbook excel install" in todo


def test_a_file_that_is_not_ours_is_not_taken_for_it(machine: Machine) -> None:
    machine.addin.write_bytes(b"PK\x05\x06" + bytes(18))
    ((state, proof, _),) = _told(machine)
    assert state == "finding"
    assert "damaged, or another program's" in proof


@pytest.mark.parametrize(
    ("registry", "named"),
    [
        (
            {
                f"HKCU {EXCEL}\\Resiliency\\DisabledItems": {
                    "1A2B": bytes(12)
                    + r"c:\xlstart\PARTNERBOOK.xlam".encode("utf-16-le")
                    + bytes(6)
                }
            },
            "has disabled it",
        ),
        ({f"HKCU {EXCEL}\\Security": {"DisableAllAddins": 1}}, "DisableAllAddins"),
        ({f"HKLM {POLICY}\\Security": {"RequireAddinSig": 1}}, "only signed add-ins"),
        (
            {f"HKCU {POLICY}\\Security\\Trusted Locations": {"AllLocationsDisabled": 1}},
            "trusts no folder",
        ),
        (
            {f"HKCU {EXCEL}\\Options": {"OPEN1": r'/R "D:\old\Partnerbook.xlam"'}},
            "loads another copy",
        ),
    ],
)
def test_what_excel_is_told_to_keep_out_is_found_in_the_registry(
    machine: Machine, registry: dict[str, Any], named: str
) -> None:
    ((state, proof, todo),) = _told(replace(machine, registry=_registry(**registry)))
    assert state == "finding"
    assert named in proof
    assert "in Excel: File > Options" in todo


@pytest.mark.parametrize(
    "registry",
    [
        {f"HKCU {EXCEL}\\Resiliency\\DisabledItems": {"1": bytes(40), "2": "text"}},
        {f"HKCU {EXCEL}\\Security": {"DisableAllAddins": 0, "VBAWarnings": 2}},
        # A policy wins over what a person chose.
        {
            f"HKCU {EXCEL}\\Security": {"RequireAddinSig": 1},
            f"HKLM {POLICY}\\Security": {"RequireAddinSig": 0},
        },
        {f"HKCU {EXCEL}\\Options": {"OPEN": r'/R "D:\other.xlam"', "Pos": "1"}},
    ],
)
def test_other_settings_of_excel_are_nobodys_business(
    machine: Machine, registry: dict[str, Any]
) -> None:
    assert [state for state, _, _ in _told(replace(machine, registry=_registry(**registry)))] == [
        "fine"
    ]


@pytest.mark.parametrize(
    ("stream", "found"),
    [("[ZoneTransfer]\r\nZoneId=3\r\n", True), ("[ZoneTransfer]\nZoneId=0\n", False)],
)
def test_the_mark_of_the_web_is_seen(machine: Machine, stream: str, *, found: bool) -> None:
    # Elsewhere than on Windows the stream is a file of that name: the same lines read it.
    Path(f"{machine.addin}:Zone.Identifier").write_text(stream)
    states = _told(machine)
    assert any("Mark of the Web" in proof for _, proof, _ in states) == found


def test_quarantine_is_seen_and_the_script_of_macos_is_missed(
    machine: Machine, tmp_path: Path
) -> None:
    script = tmp_path / "Partnerbook.applescript"
    programs = Programs()
    programs.quarantined = True
    mac = replace(machine, system="darwin", places=Places(machine.addin, script), run=programs)

    told = _told(mac)

    assert [state for state, _, _ in told] == ["finding", "finding"]
    assert str(script) in told[0][1]
    assert "com.apple.quarantine" in told[1][1]
    assert f"xattr -d com.apple.quarantine '{machine.addin}'" in told[1][2]


@pytest.mark.parametrize("part", ["Partnerbook", "xlwings"])
def test_another_version_than_the_one_here_is_named(machine: Machine, part: str) -> None:
    newer = replace(machine, ours={**machine.ours, part: "9.9.9"})
    ((state, proof, todo),) = _told(newer)
    assert state == "finding"
    assert f"here is {part} 9.9.9" in proof
    assert "excel install" in todo


def test_an_interpreter_that_is_gone_is_named(machine: Machine) -> None:
    machine.python.unlink()
    ((state, proof, _),) = _told(machine)
    assert state == "finding"
    assert str(machine.python) in proof


def test_another_environment_of_the_same_python_is_told_apart(
    machine: Machine, tmp_path: Path
) -> None:
    # Both are links to one program, as environments on macOS are.
    other = tmp_path / "other" / "python.exe"
    other.parent.mkdir()
    other.symlink_to(machine.python)
    ((state, proof, _),) = _told(replace(machine, python=other))
    assert state == "finding"
    assert "not in the Python that runs this command" in proof


def test_windows_does_not_tell_capitals_apart(machine: Machine) -> None:
    shouted = machine.python.parent / "PYTHON.EXE"
    shouted.touch()
    assert [state for state, _, _ in _told(replace(machine, python=shouted))] == ["fine"]


def test_xlwings_library_that_is_missing_is_named(machine: Machine) -> None:
    next(machine.python.parent.parent.glob("*.dll")).unlink()
    ((state, proof, _),) = _told(machine)
    assert state == "finding"
    assert f"xlwings64-{version('xlwings')}.dll" in proof


@pytest.mark.parametrize(
    ("programs", "failure", "named"),
    [
        (Programs(1, "Traceback\nModuleNotFoundError: No module named 'x'\n"), None, "ModuleNot"),
        (Programs(1, "Secret Customer Ltd\n"), None, "exit code 1"),
        (Programs(), PermissionError(13, "Permission denied"), "permission denied"),
        (Programs(), subprocess.TimeoutExpired("python", 60), "no sign of life within 60 s"),
    ],
)
def test_a_python_that_does_not_start_is_told_with_its_reason(
    machine: Machine, programs: Programs, failure: Exception | None, named: str
) -> None:
    programs.failure = failure
    ((state, proof, _),) = _told(replace(machine, run=programs))
    assert state == "finding"
    assert f"does not start ({named}" in proof
    assert "Secret" not in proof


def test_this_very_python_starts_and_a_broken_one_does_not(tmp_path: Path, built: bytes) -> None:
    here = this_machine()
    assert here.places is None or here.places.addin.name == "Partnerbook.xlam"
    places = Places(tmp_path / "Partnerbook.xlam")
    xlam.install(built, places)

    good = replace(here, system="darwin", places=places)
    assert good.why_it_does_not_start() == ""

    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    places.addin.write_bytes(xlam.build(str(broken)))
    bad = replace(here, system="darwin", places=places)
    assert bad.why_it_does_not_start() == "exit code 3"


def test_the_doctor_says_it_too(run: Callable[..., Any], account: object) -> None:
    assert account
    lines = run("doctor", "--json").json["lines"]
    assert "Add-in" in [each["what"] for each in lines]
