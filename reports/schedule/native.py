"""Putting a job into this system's own scheduler, and taking it out again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from partnerbook.errors import SettingsError
from partnerbook.files import write
from reports.schedule import Job, System, entries, label

Started = Callable[[Sequence[str], str], tuple[int, str]]
"""Runs a program with a text as its input; returns its exit code and what it printed."""


def native_system() -> System:
    """Return the scheduler of this system."""
    if sys.platform == "win32":
        return "windows"
    if sys.platform == "darwin":
        return "launchd"
    # A machine may have systemctl and no systemd: a container, say.
    return "systemd" if Path("/run/systemd/system").is_dir() else "cron"


def run_program(arguments: Sequence[str], given: str) -> tuple[int, str]:
    """Run a program of the system's scheduler."""
    path = shutil.which(arguments[0])
    if path is None:
        return 127, f"there is no {arguments[0]} here"
    done = subprocess.run(  # noqa: S603  no shell; the arguments are ours
        [path, *arguments[1:]], input=given, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, (done.stdout if done.returncode == 0 else done.stderr).rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduler:
    """One system's scheduler, for the user who runs this.

    Attributes:
        system: Which one.
        home: The user's home folder.
        start: Runs the scheduler's own program.
    """

    system: System
    home: Path
    start: Started = run_program

    def install(self, job: Job) -> tuple[str, ...]:
        """Make the scheduler start a job, in place of an entry of that name; return where it is.

        Raises:
            SettingsError: The scheduler did not take it.
            WorkbookError: A file cannot be written.
        """
        texts = entries(job, self.system)
        if self.system == "cron":
            line = texts["crontab"]
            self._say(["crontab", "-"], self._crontab_without(job) + line)
            return (line.strip(),)
        folder = self._folder()
        paths = [folder / name for name in texts]
        for path, text in zip(paths, texts.values(), strict=True):
            # Task Scheduler reads UTF-16 only.
            write(path, text.encode("utf-16" if self.system == "windows" else "utf-8"))
        name = label(job)
        if self.system == "systemd":
            self._say(["systemctl", "--user", "daemon-reload"])
            self._say(["systemctl", "--user", "enable", "--now", f"{name}.timer"])
        elif self.system == "launchd":
            self.start(["launchctl", "unload", str(paths[0])], "")  # an older one, if any
            self._say(["launchctl", "load", "-w", str(paths[0])])
        else:
            self._say(["schtasks", "/Create", "/F", "/TN", name, "/XML", str(paths[0])])
        return tuple(str(path) for path in paths)

    def remove(self, job: Job) -> bool:
        """Take a job out of the scheduler; False when it was not there.

        Raises:
            SettingsError: The scheduler would not let it go.
        """
        if self.system == "cron":
            rest = self._crontab_without(job)
            if rest == self._crontab():
                return False
            self._say(["crontab", "-"], rest)
            return True
        paths = [self._folder() / name for name in entries(job, self.system)]
        if not any(path.exists() for path in paths):
            return False
        name = label(job)
        if self.system == "systemd":
            self._say(["systemctl", "--user", "disable", "--now", f"{name}.timer"])
        elif self.system == "launchd":
            self._say(["launchctl", "unload", "-w", str(paths[0])])
        else:
            self._say(["schtasks", "/Delete", "/F", "/TN", name])
        for path in paths:
            path.unlink(missing_ok=True)
        if self.system == "systemd":
            self._say(["systemctl", "--user", "daemon-reload"])
        return True

    def _folder(self) -> Path:
        if self.system == "systemd":
            return self.home / ".config" / "systemd" / "user"
        if self.system == "launchd":
            return self.home / "Library" / "LaunchAgents"
        return self.home / "AppData" / "Local" / "partnerbook" / "tasks"

    def _crontab(self) -> str:
        code, said = self.start(["crontab", "-l"], "")
        if code not in (0, 1):  # 1: there is none yet
            raise self._refused(said)
        return said + "\n" if code == 0 and said else ""

    def _crontab_without(self, job: Job) -> str:
        mark = f"# {label(job)}"
        lines = self._crontab().splitlines(keepends=True)
        return "".join(line for line in lines if not line.rstrip().endswith(mark))

    def _say(self, arguments: Sequence[str], given: str = "") -> None:
        code, said = self.start(arguments, given)
        if code:
            raise self._refused(said)

    def _refused(self, said: str) -> SettingsError:
        reason = said.strip().partition("\n")[0][:200] or "it gave no reason"
        return SettingsError(
            f"the scheduler ({self.system}) did not take it: {reason}; `partnerbook schedule show` "
            "prints what to enter by hand"
        )
