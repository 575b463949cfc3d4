"""What ``partnerbook doctor`` says of the add-in, and the command with this said.

The doctor's own room is below this one and knows no Excel.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from partnerbook.commands.doctor import doctor_command
from partnerbook.commands.doctor.lines import Line, finding, fine, note

if TYPE_CHECKING:
    from addin.xlam.machine import Machine

_WHAT = "Add-in"
_INSTALL = "run `partnerbook excel install`, then close Excel and start it"


def addin_lines(machine: Machine | None = None) -> Iterator[Line]:
    """Say whether the add-in is there, may run, and reaches this very Python.

    Args:
        machine: What to look at; None for this machine.
    """
    from addin.xlam.machine import this_machine  # noqa: PLC0415  heavy parts where needed

    machine = machine or this_machine()
    if machine.places is None:
        yield fine(_WHAT, "not for this system: Excel is on Windows and macOS")
        return
    missing = [each for each in machine.places.files if not each.is_file()]
    if machine.places.addin in missing:
        yield note(_WHAT, f"not installed: there is no {machine.places.addin}", _INSTALL)
        return
    lines = [
        *_whole(machine, missing),
        *_let_in(machine),
        *_same(machine),
    ]
    yield from lines
    if not lines:
        yield fine(_WHAT, f"{machine.places.addin}, made by this version, runs in this Python")


def _whole(machine: Machine, missing: list[Path]) -> Iterator[Line]:
    for each in missing:
        yield finding(_WHAT, f"a part of it is missing: {each}", _INSTALL)
    if not machine.settings:
        at = machine.addin
        yield finding(_WHAT, f"{at} is damaged, or another program's", f"delete it; {_INSTALL}")


def _let_in(machine: Machine) -> Iterator[Line]:
    """Say what keeps Excel from loading the file."""
    if machine.is_from_the_web():
        yield finding(
            _WHAT,
            f"{machine.addin} bears the mark of a download (Mark of the Web): Excel blocks it",
            "delete it, it was not made here; " + _INSTALL,
        )
    if machine.is_quarantined():
        yield finding(
            _WHAT,
            f"macOS keeps {machine.addin} in quarantine (com.apple.quarantine)",
            f"run: xattr -d com.apple.quarantine '{machine.addin}'",
        )
    if machine.is_disabled():
        yield finding(
            _WHAT,
            "Excel has disabled it, after a crash or a slow start",
            "in Excel: File > Options > Add-ins > Manage: Disabled Items > Go, enable it; then "
            "start Excel again",
        )
    for each in machine.other_copies():
        yield finding(
            _WHAT,
            f"Excel loads another copy, {each}, and opens only one of a name",
            "in Excel: File > Options > Add-ins > Manage: Excel Add-ins > Go, untick Partnerbook",
        )
    for policy, means in machine.policies():
        yield finding(
            _WHAT,
            f"the setting {policy} of Excel {means}",
            "in Excel: File > Options > Trust Center; where it is greyed out, ask who runs this "
            "machine",
        )


def _same(machine: Machine) -> Iterator[Line]:
    """Say whether it fits this program, and starts."""
    if not machine.settings:
        return
    for part, theirs, ours in machine.versions():
        if theirs != ours:
            yield finding(
                _WHAT, f"it was made by {part} {theirs or '?'}, here is {part} {ours}", _INSTALL
            )
    python = machine.interpreter
    if not python.is_file():
        yield finding(_WHAT, f"it starts {python}, and that is not there", _INSTALL)
        return
    if not machine.is_this_python():
        yield finding(
            _WHAT,
            f"it runs in {python}, not in the Python that runs this command",
            f"to let it run in this one: {_INSTALL}",
        )
    for library in machine.missing_libraries():
        yield finding(
            _WHAT,
            f"{library} is not beside its Python: xlwings cannot start it",
            "install xlwings again (`pipx reinstall partnerbook`), then " + _INSTALL[4:],
        )
    if reason := machine.why_it_does_not_start():
        yield finding(
            _WHAT,
            f"its Python does not start ({reason})",
            "try it in a terminal; anti-virus programs may block it; " + _INSTALL,
        )


doctor = doctor_command((_WHAT, addin_lines))
"""The command, with the add-in's lines."""
