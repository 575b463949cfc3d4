"""The native schedulers: entries read back independently, installed, replaced, removed."""

from __future__ import annotations

import os
import plistlib
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from datetime import time
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.errors import SettingsError
from partnerbook.sandbox import Sandbox
from reports.schedule import SYSTEMS, Job, System, entries, job_name
from reports.schedule.environment import needed_environment
from reports.schedule.native import Scheduler

Run = Callable[..., Any]
HARD = "/home/li wei/100% \"sure\"/$HOME & co; rm -rf 'x' <客户>.xlsx"
_TASKS = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def job(**given: Any) -> Job:
    values = {"name": "weekly", "title": "Weekly", "command": ("/bin/python", "-m", "partnerbook")}
    return Job(**{**values, **given})


def test_weekly_matches_golden(matches_golden: Callable[[str, str], None]) -> None:
    weekly = job(environment={"PARTNERBOOK_POLICY": "/etc/p.toml"})
    daily = job(name="snapshot", title="Snapshot", at=time(6, 0))
    texts = [
        f"== {system} {name}\n{text}"
        for system in SYSTEMS
        for each in (weekly, daily)
        for name, text in entries(each, system).items()
    ]

    matches_golden("\n".join(texts), "schedule.txt")


@settings(max_examples=150)
@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20))
def test_cron_hands_over_what_was_meant(word: str) -> None:
    text = entries(job(command=("/bin/python", word), environment={"A": word}), "cron")["crontab"]
    line = text.removesuffix(" # partnerbook-weekly\n")
    assert "\n" not in line
    # cron cuts at a bare %, and takes the backslash before another one away.
    assert "%" not in line.replace("\\%", "")
    words = shlex.split(line.replace("\\%", "%").split(" ", 5)[5])
    assert words == [f"A={word}", "/bin/python", word]


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
def test_a_shell_takes_a_hard_name_as_one_word() -> None:
    text = entries(job(command=("/bin/echo", "-n", HARD)), "cron")["crontab"]
    command = text.split(" ", 5)[5].replace("\\%", "%")

    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=True)
    assert done.stdout.decode() == HARD


def test_launchd_and_task_scheduler_read_what_was_meant() -> None:
    hard = job(command=("/bin/python", HARD), at=time(7, 5))
    plist = plistlib.loads(entries(hard, "launchd")["partnerbook-weekly.plist"].encode())
    task = ET.fromstring(entries(hard, "windows")["partnerbook-weekly.xml"].partition("\n")[2])  # noqa: S314  our own
    hourly = ET.fromstring(entries(job(), "windows")["partnerbook-weekly.xml"].partition("\n")[2])  # noqa: S314  our own

    assert plist["ProgramArguments"] == ["/bin/python", HARD]
    assert plist["StartCalendarInterval"] == {"Hour": 7, "Minute": 5}
    assert task.findtext(f".//{_TASKS}Arguments") == f'"{HARD}"'
    for each in (task, hourly):
        assert each.findtext(f".//{_TASKS}StartWhenAvailable") == "true"
        assert each.findtext(f".//{_TASKS}MultipleInstancesPolicy") == "IgnoreNew"
    assert task.find(f".//{_TASKS}Repetition") is None
    assert hourly.findtext(f".//{_TASKS}Interval") == "PT1H"


def test_systemd_quotes_what_it_would_expand() -> None:
    texts = entries(job(command=("/bin/python", HARD), environment={"A": "50% $x"}), "systemd")
    service = texts["partnerbook-weekly.service"]

    assert '"/home/li wei/100%% \\"sure\\"/$$HOME & co; rm -rf \'x\' <客户>.xlsx"\n' in service
    assert 'Environment="A=50%% $x"\n' in service
    assert "Persistent=true\n" in texts["partnerbook-weekly.timer"]


@pytest.mark.parametrize("word", ["a\nExecStart=/bin/evil", "a\rb", "a\0b"])
def test_a_line_break_never_reaches_a_file(word: str) -> None:
    with pytest.raises(SettingsError, match="rename"):
        job(command=("/bin/python", word))
    with pytest.raises(SettingsError, match="rename"):
        job(environment={"A": word})


def test_two_workbooks_of_one_name_are_two_jobs() -> None:
    names = {job_name("refresh", PurePosixPath(f"/{each}/Customers.xlsx")) for each in "ab"}

    assert len(names) == 2


class Programs:
    """Stands for the schedulers' own programs, and remembers what they were told."""

    def __init__(self, crontab: str = "", code: int = 0) -> None:
        self.told: list[tuple[str, ...]] = []
        self.crontab = crontab
        self.code = code

    def __call__(self, arguments: Sequence[str], given: str) -> tuple[int, str]:
        self.told.append(tuple(arguments))
        if arguments[:2] == ["crontab", "-l"]:
            return (0, self.crontab.rstrip()) if self.crontab else (1, "no crontab")
        if arguments[0] == "crontab":
            self.crontab = given
        return self.code, "it does not run" if self.code else ""


def test_cron_keeps_other_peoples_lines(tmp_path: Path) -> None:
    programs = Programs("0 1 * * * backup\n")
    scheduler = Scheduler(system="cron", home=tmp_path, start=programs)

    scheduler.install(job())
    scheduler.install(job(command=("/bin/python3",)))
    scheduler.install(job(name="snapshot"))
    assert programs.crontab == (
        "0 1 * * * backup\n"
        "7 * * * * /bin/python3 # partnerbook-weekly\n"
        "7 * * * * /bin/python -m partnerbook # partnerbook-snapshot\n"
    )
    assert scheduler.remove(job())
    assert not scheduler.remove(job())
    assert scheduler.remove(job(name="snapshot"))
    assert programs.crontab == "0 1 * * * backup\n"


@pytest.mark.parametrize(
    ("system", "program"),
    [("systemd", "systemctl"), ("launchd", "launchctl"), ("windows", "schtasks")],
)
def test_files_are_written_entered_and_removed(
    tmp_path: Path, system: System, program: str
) -> None:
    programs = Programs()
    scheduler = Scheduler(system=system, home=tmp_path, start=programs)

    where = scheduler.install(job())
    assert all(Path(each).is_file() for each in where)
    assert {each[0] for each in programs.told} == {program}
    assert scheduler.remove(job())
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]
    assert not scheduler.remove(job())


def test_a_scheduler_that_refuses_is_a_sentence(tmp_path: Path) -> None:
    scheduler = Scheduler(system="systemd", home=tmp_path, start=Programs(code=1))

    with pytest.raises(SettingsError, match=r"it does not run; `partnerbook schedule show`"):
        scheduler.install(job())


@pytest.mark.usefixtures("account")
def test_show_names_the_command_and_no_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERBOOK_SMTP_PASSWORD", "smtp-secret")
    monkeypatch.setenv("PARTNERBOOK_POLICY", "policy.toml")

    ran = run("schedule", "show", "weekly", "--system", "systemd", "--profile", "team")

    assert ran.code == 0
    assert '"-m" "partnerbook" "weekly" "--due" "--profile" "team"' in ran.out
    assert f'Environment="PARTNERBOOK_POLICY={Path.cwd() / "policy.toml"}"' in ran.out
    assert "smtp-secret" not in ran.out
    assert "PARTNERBOOK_SK=" not in ran.out
    shown = run("schedule", "show", "refresh", "C.xlsx", "--at", "07:30", "--system", "cron")
    assert shown.out.startswith("# crontab\n30 7 * * * ")
    assert str(Path.cwd() / "C.xlsx") in shown.out
    # What is shown is what would be written, and that it would be of no use.
    assert f"there is no {Path.cwd() / 'C.xlsx'}" in shown.err


@pytest.mark.usefixtures("account")
def test_a_workbook_that_is_not_there_is_not_scheduled(run: Run) -> None:
    ran = run("schedule", "install", "refresh", "nosuch.xlsx")

    assert ran.code == 2
    assert f"there is no {Path.cwd() / 'nosuch.xlsx'}, so nothing was installed" in ran.err
    assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("weekly", "--at", "08:00"), "policy"),
        (("snapshot", "C.xlsx"), "no file"),
        (("refresh",), "workbook"),
        (("snapshot", "--at", "soon"), "06:00"),
        (("snapshot", "--at", "06:00:30"), "06:00"),
    ],
)
@pytest.mark.usefixtures("account")
def test_what_makes_no_sense_is_one_sentence(
    run: Run, arguments: tuple[str, ...], named: str
) -> None:
    ran = run("schedule", "show", *arguments)

    assert ran.code == 2
    assert named in ran.err
    assert len(ran.err.strip().splitlines()) == 1


@pytest.fixture
def policy(account: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert account.endpoint  # it has put the environment in order
    path = tmp_path / "policy.toml"
    path.write_text('[audience.a]\nrecipients = ["a@example.com"]\n')
    monkeypatch.setenv("PARTNERBOOK_POLICY", str(path))
    return path


@pytest.fixture
def crontab(monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Stands for this system's scheduler."""
    programs = Programs()
    monkeypatch.setattr("reports.schedule.commands.native_system", lambda: "cron")
    monkeypatch.setattr("reports.schedule.commands.Scheduler", partial(Scheduler, start=programs))
    return programs


def test_all_that_is_set_goes_along_and_no_secret(
    run: Run, account: Sandbox, policy: Path, crontab: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {
        "API": "sub-customers",
        "STORE": "postgresql+psycopg://team@db.example.com/book",
        "PROXY": "http://proxy.example.com:8080",
        "SMTP_HOST": "smtp.example.com",
        "SMTP_PORT": "465",
        "SMTP_USER": "ops@example.com",
        "SMTP_CA_FILE": "/etc/ca.pem",
        "SMTP_FROM": "Ops <ops@example.com>",
    }
    for name, value in {**said, "SMTP_PASSWORD": "smtp-secret", "TOKEN": "token-secret"}.items():
        monkeypatch.setenv(f"PARTNERBOOK_{name}", value)

    ran = run("schedule", "install", "weekly")

    assert ran.code == 0
    words = dict(
        each.split("=", 1) for each in shlex.split(crontab.crontab) if "PARTNERBOOK_" in each
    )
    assert words == {
        **{f"PARTNERBOOK_{name}": value for name, value in said.items()},
        "PARTNERBOOK_ENDPOINT": account.endpoint,
        "PARTNERBOOK_IAM_ENDPOINT": account.iam_endpoint,
        "PARTNERBOOK_PARTNER_ID": account.partner_id,
        "PARTNERBOOK_HOME": os.environ["PARTNERBOOK_HOME"],
        "PARTNERBOOK_POLICY": str(policy),
    }
    keys, password = ran.err.splitlines()
    assert "PARTNERBOOK_AK, PARTNERBOOK_SK, PARTNERBOOK_TOKEN: only in this" in keys
    assert "`partnerbook login`" in keys
    assert "PARTNERBOOK_SMTP_PASSWORD: only in this" in password
    assert "`partnerbook mail login`" in password
    for secret in ("smtp-secret", "token-secret", account.secret_key, account.access_key):
        assert secret not in crontab.crontab + ran.out + ran.err


@pytest.mark.usefixtures("policy")
def test_what_a_profile_holds_is_not_missed(
    run: Run, account: Sandbox, crontab: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(os.environ["PARTNERBOOK_HOME"])
    home.mkdir()
    keys = f'ak = "{account.access_key}"\nsk = "{account.secret_key}"'
    (home / "profiles.toml").write_text(f'[team]\n{keys}\nsmtp_password = "p"\n')
    monkeypatch.setenv("PARTNERBOOK_SMTP_HOST", "smtp.example.com")
    monkeypatch.setenv("PARTNERBOOK_SMTP_USER", "ops")
    monkeypatch.setenv("PARTNERBOOK_SMTP_PASSWORD", "p")

    ran = run("schedule", "install", "weekly", "--profile", "team")

    assert (ran.code, ran.err) == (0, "")
    assert "--profile team" in crontab.crontab


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("STORE", "postgresql+psycopg://team:geheim@db.example.com/book", r"store =.*pgpass"),
        ("STORE", "postgresql://db.example.com/book?user=x&password=geheim", r"store =.*pgpass"),
        ("PROXY", "http://me:geheim@proxy.example.com", "proxy ="),
    ],
)
@pytest.mark.usefixtures("account", "policy")
def test_a_password_in_an_address_is_refused(
    run: Run, crontab: Programs, monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str
) -> None:
    monkeypatch.setenv(f"PARTNERBOOK_{name}", value)

    for words in (("install", "weekly"), ("show", "snapshot", "--system", "systemd")):
        ran = run("schedule", *words)
        assert ran.code == 2
        assert re.search(named, ran.err)
        assert "geheim" not in ran.err + ran.out
    assert not crontab.told
    assert run("schedule", "remove", "weekly").code == 0  # an older entry can still go


def test_a_store_in_this_folder_is_named_whole(tmp_path: Path) -> None:
    whole = needed_environment({"PARTNERBOOK_STORE": "sqlite:///book.db?timeout=5"})
    there = {"PARTNERBOOK_STORE": f"sqlite:///{(tmp_path / 'b.db').as_posix()}"}

    assert whole["PARTNERBOOK_STORE"] == f"sqlite:///{Path.cwd().as_posix()}/book.db?timeout=5"
    assert needed_environment(there) == there


@pytest.mark.usefixtures("account")
def test_nothing_is_installed_that_could_mail_nobody(
    run: Run, crontab: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("schedule", "install", "weekly")
    assert ran.code == 2
    assert "PARTNERBOOK_POLICY" in ran.err
    assert "nothing was installed" in ran.err

    (tmp_path / "broken.toml").write_text("nonsense")
    monkeypatch.setenv("PARTNERBOOK_POLICY", str(tmp_path / "broken.toml"))
    assert run("schedule", "install", "weekly").code == 2
    assert not crontab.told
    assert run("schedule", "install", "snapshot").code == 0
