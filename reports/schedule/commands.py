"""``partnerbook schedule``: the weekly mail, snapshots and sheets, on time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from datetime import time
from pathlib import Path
from typing import Any, cast

import click

from partnerbook.commands import Call, Group, command, show, show_json
from partnerbook.errors import SettingsError
from partnerbook.wording import Language
from reports.schedule import SYSTEMS, Job, System, entries, job_name
from reports.schedule.environment import needed_environment, unseen
from reports.schedule.native import Scheduler, native_system

KINDS = ("weekly", "snapshot", "refresh")
_TITLES: dict[str, dict[Language, str]] = {
    "weekly": {
        "en": "Partnerbook: mail the weekly report when it is due",
        "zh": "Partnerbook：到期时用邮件发送客户周报",
    },
    "snapshot": {
        "en": "Partnerbook: keep the list of customers",
        "zh": "Partnerbook：保存客户列表的快照",
    },
    "refresh": {"en": "Partnerbook: refresh {}", "zh": "Partnerbook：刷新 {}"},
}
_SAID: dict[str, dict[Language, str]] = {
    "entered": {"en": "Entered into {}:", "zh": "已加入 {}："},
    "removed": {"en": "Removed.", "zh": "已移除。"},
    "not there": {"en": "It was not there.", "zh": "其中没有该任务。"},
}
_DAILY = {"snapshot": time(6, 0), "refresh": time(7, 0)}  # before people come


@click.group(cls=Group)
def schedule() -> None:
    """Start the weekly mail, snapshots and refreshes on time."""


def _job_options(function: Any) -> Any:
    function = click.option(
        "--at", metavar="HH:MM", help="Local time, for snapshot (06:00) and refresh (07:00)."
    )(function)
    function = click.argument(
        "file", required=False, type=click.Path(path_type=Path, dir_okay=False)
    )(function)
    return click.argument("kind", type=click.Choice(KINDS))(function)


@command("show")
@_job_options
@click.option("--system", type=click.Choice(SYSTEMS), help="Default: this system's own.")
def show_(call: Call, kind: str, file: Path | None, at: str | None, system: str | None) -> None:
    """Print what install would write, for this scheduler or another.

    weekly looks every hour for what is due; snapshot and refresh run daily.

    Example: partnerbook schedule show weekly --system systemd
    """
    chosen = cast("System", system) if system else native_system()
    texts = entries(_job(call, kind, file, at, needed_environment(os.environ)), chosen)
    try:
        notes = _checked(call, kind, file)
    except SettingsError as error:
        notes = (str(error),)  # what is shown is still what would be written
    _note(notes)
    if call.json:
        show_json({"system": chosen, "files": texts, "notes": list(notes)})
    else:
        show("\n".join(f"# {name}\n{text}" for name, text in texts.items()))


@command()
@_job_options
def install(call: Call, kind: str, file: Path | None, at: str | None) -> None:
    """Enter a job into this system's scheduler; an older entry of it is replaced.

    Secrets are not entered: keep them in the keyring or a profile. Every other PARTNERBOOK_
    variable is, as it is now.

    Example: partnerbook schedule install weekly
    """
    job = _job(call, kind, file, at, needed_environment(os.environ))
    notes = _checked(call, kind, file)
    scheduler = Scheduler(system=native_system(), home=Path.home())
    where = scheduler.install(job)
    _note(notes)
    if call.json:
        show_json({"system": scheduler.system, "installed": list(where), "notes": list(notes)})
    else:
        entered = _SAID["entered"][call.language].format(scheduler.system)
        show("\n".join([entered, *(f"  {each}" for each in where)]) + "\n")


@command()
@_job_options
def remove(call: Call, kind: str, file: Path | None, at: str | None) -> None:
    """Take a job out of this system's scheduler.

    Example: partnerbook schedule remove weekly
    """
    scheduler = Scheduler(system=native_system(), home=Path.home())
    gone = scheduler.remove(_job(call, kind, file, at, {}))
    if call.json:
        show_json({"system": scheduler.system, "removed": gone})
    else:
        show(_SAID["removed" if gone else "not there"][call.language] + "\n")


for _each in (show_, install, remove):
    schedule.add_command(_each)


def _checked(call: Call, kind: str, file: Path | None) -> tuple[str, ...]:
    """Return what the job will lack, a sentence each.

    Raises:
        SettingsError: It could never do what it is for.
    """
    if file is not None and not file.is_file():
        raise SettingsError(
            f"there is no {file.absolute()}, so nothing was installed; name a workbook that "
            "`partnerbook excel new` made"
        )
    if kind == "weekly":
        settings = call.settings
        if not settings.policy:
            raise SettingsError(
                "nobody is named who gets the weekly mail, so nothing was installed; name a "
                "policy's file in PARTNERBOOK_POLICY, or write policy = ... into the profile (the "
                "README shows one)"
            )
        from reports.policy_file import read_policy  # noqa: PLC0415  where it is needed

        read_policy(Path(settings.policy).expanduser())
    language: Language = "en" if call.json else call.language
    return unseen(os.environ, call.profile, mails=kind == "weekly", language=language)


def _note(notes: Iterable[str]) -> None:
    for each in notes:
        click.echo(f"partnerbook: {each}", err=True)


def _job(
    call: Call, kind: str, file: Path | None, at: str | None, environment: Mapping[str, str]
) -> Job:
    if (file is None) == (kind == "refresh"):
        raise SettingsError(
            "`schedule ... refresh` needs a workbook: partnerbook schedule show refresh F.xlsx"
            if file is None
            else f"`schedule ... {kind}` takes no file"
        )
    if kind == "weekly" and at is not None:
        raise SettingsError("the policy says when the weekly mail is due: leave --at out")
    path = file.absolute() if file else None
    profile = ("--profile", call.profile) if call.profile else ()
    words = {
        "weekly": ("weekly", "--due"),
        "snapshot": ("snapshot",),
        "refresh": ("excel", "refresh", str(path)),
    }[kind]
    return Job(
        name=job_name(kind, path),
        title=_TITLES[kind][call.language].format(path.name if path else ""),
        command=(sys.executable, "-m", "partnerbook", *words, *profile),
        at=_time(at) if at is not None else _DAILY.get(kind),
        environment=environment,
    )


def _time(given: str) -> time:
    try:
        found = time.fromisoformat(given)
    except ValueError:
        found = None
    if found is None or found.second or found.microsecond or found.tzinfo:
        raise SettingsError(f"--at is {given[:40]!r}; write a local time such as 06:00")
    return found
