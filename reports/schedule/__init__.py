"""The native entries that start Partnerbook on time. Pure: texts for each scheduler.

Each job may be started as often as its scheduler likes: what it does, it does once. A machine
that was off catches up where its scheduler can (systemd, launchd, Task Scheduler), and at the
next full hour in any case for the weekly mail.
"""

from __future__ import annotations

import hashlib
import plistlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import PurePath
from typing import Literal, get_args
from xml.sax.saxutils import escape

from partnerbook.errors import SettingsError
from partnerbook.text import for_file_name

System = Literal["systemd", "cron", "launchd", "windows"]
SYSTEMS: tuple[System, ...] = get_args(System)
HOURLY = 7
"""Minute of each hour at which what is due is looked for: not the full hour, when all do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be started on time.

    Attributes:
        name: Letters, digits and dashes: ``weekly``, ``refresh-Customers``.
        title: What a person reads in the scheduler.
        command: The program and its arguments, whole paths.
        at: Local time of every day; None for every hour.
        environment: Variables that the command needs; never a secret.

    Raises:
        SettingsError: A path or value has a line break, which no scheduler's file can hold.
    """

    name: str
    title: str
    command: tuple[str, ...]
    at: time | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for text in (*self.command, *self.environment.values()):
            if not text.isprintable():
                raise SettingsError(
                    f"{text[:60]!r} has a character that no scheduler can take; rename the file"
                )


def entries(job: Job, system: System) -> dict[str, str]:
    """Return the files that make a scheduler start a job: name -> text."""
    return {
        "systemd": _systemd,
        "cron": _cron,
        "launchd": _launchd,
        "windows": _windows,
    }[system](job)


def label(job: Job) -> str:
    """Return the name under which schedulers know the job."""
    return f"partnerbook-{job.name}"


def _systemd(job: Job) -> dict[str, str]:
    when = f"*-*-* *:{HOURLY:02}:00" if job.at is None else f"*-*-* {job.at:%H:%M}:00"
    environment = "".join(
        f"Environment={_systemd_word(f'{name}={value}')}\n"
        for name, value in sorted(job.environment.items())
    )
    command = " ".join(_systemd_word(word).replace("$", "$$") for word in job.command)
    title = job.title.replace("%", "%%")
    service = (
        f"[Unit]\nDescription={title}\n\n"
        f"[Service]\nType=oneshot\n{environment}ExecStart={command}\n"
    )
    timer = (
        f"[Unit]\nDescription={title}\n\n"
        f"[Timer]\nOnCalendar={when}\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    return {f"{label(job)}.service": service, f"{label(job)}.timer": timer}


def _systemd_word(word: str) -> str:
    quoted = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{quoted}"'


def _cron(job: Job) -> dict[str, str]:
    when = f"{HOURLY} *" if job.at is None else f"{job.at.minute} {job.at.hour}"
    words = [f"{name}={shlex.quote(value)}" for name, value in sorted(job.environment.items())]
    words += [shlex.quote(word) for word in job.command]
    command = " ".join(words).replace("%", "\\%")  # cron reads a bare one as a line break
    return {"crontab": f"{when} * * * {command} # {label(job)}\n"}


def _launchd(job: Job) -> dict[str, str]:
    when = {"Minute": HOURLY}
    if job.at is not None:
        when = {"Hour": job.at.hour, "Minute": job.at.minute}
    values = {
        "Label": label(job),
        "ProgramArguments": list(job.command),
        "EnvironmentVariables": dict(sorted(job.environment.items())),
        "StartCalendarInterval": when,
        # launchd catches up after sleep, not after power-off.
        "RunAtLoad": True,
    }
    return {f"{label(job)}.plist": plistlib.dumps(values, sort_keys=True).decode()}


def _windows(job: Job) -> dict[str, str]:
    # Task Scheduler hands no variables over: cmd sets them first.
    program, *arguments = job.command
    if job.environment:
        sets = "".join(
            f'set "{name}={value}" && ' for name, value in sorted(job.environment.items())
        )
        line = " ".join(_windows_word(word) for word in job.command)
        program, given = "cmd.exe", f'/d /s /c "{sets}{line}"'
    else:
        given = " ".join(_windows_word(word) for word in arguments)
    start = f"2026-01-01T{job.at or time(0, HOURLY):%H:%M}:00"
    hourly = "<Repetition><Interval>PT1H</Interval><Duration>P1D</Duration></Repetition>\n      "
    repeat = hourly if job.at is None else ""
    return {
        f"{label(job)}.xml": f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>{escape(job.title)}</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      {repeat}<StartBoundary>{start}</StartBoundary>
      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>
    <ExecutionTimeLimit>PT1H</ExecutionTimeLimit>
  </Settings>
  <Actions>
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(given)}</Arguments>
    </Exec>
  </Actions>
</Task>
"""
    }


def _windows_word(word: str) -> str:
    # Quotes cannot stand in a path; a backslash before the closing quote would escape it.
    if not word or any(char in word for char in " \t&()^;,="):
        return '"' + (word + "\\" if word.endswith("\\") else word) + '"'
    return word


def job_name(kind: str, file: PurePath | None) -> str:
    """Return a job's name: its kind, and for a workbook which one, by name and whole path."""
    if file is None:
        return kind
    # Two folders may each have a Customers.xlsx.
    digest = hashlib.sha256(str(file).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{kind}-{for_file_name(file.stem, fallback='workbook')}-{digest}"
