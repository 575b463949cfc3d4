"""``--lang zh``: every command says in Chinese what it has done."""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from string import Formatter
from typing import Any

import keyring
import pytest

from addin import examining
from partnerbook.__main__ import COMMANDS
from partnerbook.commands import doctor
from partnerbook.commands.doctor.chinese import CHINESE
from partnerbook.sandbox import Sandbox
from reports.schedule.native import Scheduler
from tests.memory_keyring import Memory

Run = Callable[..., Any]

# Names of products and formats; between other words they are no sentence.
NAMES = frozenset(
    ("partnerbook", "partner", "center", "api", "http", "utc", "json", "csv", "linux", "macos")
)
# Commands, options, variables, addresses, paths: the same in every language.
CODE = re.compile(
    r"`[^`]*`|partnerbook [a-z]+ ?[a-z]*|--?[a-z][\w-]*|\b[A-Z]+_[A-Z_]+\b|\bhttps?://\S+"
    r"|\S*[/\\@]\S*|\b\w+\.\w+\b"
)

STORIES = (
    ("snapshot",),
    ("customers", "customers --offline", "customers --format csv --out list.csv"),
    ("customers --explain --company a --since 2026-01-01 --level V1",),
    ("snapshot", "customers --explain"),
    ("history {id}",),
    ("changes", "snapshot", "changes"),
    ("view list", "view save A --company a", "view save A --label b --column level --order level"),
    ("view save A", "view list", "view show A", "view delete A"),
    ("demo --out demo", "reconcile demo/ledger.xlsx --out made.xlsx", "verify made.xlsx"),
    ("decisions list",),
    ("weekly", "weekly --dry-run --out drafts", "weekly --test-to one@example.com"),
    ("weekly --due", "weekly --due", "resend weekly/some"),
    ("doctor", "doctor --paging", "doctor --bundle doctor.zip"),
    ("PARTNERBOOK_SK=wrong", "doctor", "PARTNERBOOK_SK=", "doctor"),
    ("PARTNERBOOK_ENDPOINT=http://127.0.0.1:9", "PARTNERBOOK_PROXY=127.0.0.1:9", "doctor"),
    ("login", "logout", "logout", "--profile asia login", "--profile asia logout"),
    ("mail login --host 127.0.0.1 --port {port} --user ops", "mail logout", "mail logout"),
    ("policy check",),
    ("schedule show weekly", "schedule show snapshot --system systemd"),
    ("PARTNERBOOK_TOKEN=t", "schedule install weekly", *["schedule remove weekly"] * 2),
    ("store check", "store backup backup.db", "store export export.jsonl"),
    ("store prune --keep 0d --dry-run", "store prune --keep 0d"),
    ("store forget nobody", "store forget {id}", "store forget {id} --yes"),
)
# Of its own test: it runs until it is stopped.
ELSEWHERE = {"excel", "sandbox"}

POLICY = """
owner = "ops@example.com"
[audience.all]
recipients = ["one@example.com"]
masked = ["company_name"]
attachments = ["workbook", "page"]
when = "over"
threshold = 3
[audience.some]
recipients = { "two@example.com" = "nobody" }
columns = ["customer_id"]
attachments = []
"""


@pytest.fixture
def two_lists(account: Sandbox, run: Run) -> Sandbox:
    """The sandbox, whose list was kept twice, and in between changed."""
    assert run("snapshot").code == 0
    one = account.customers[0].customer_id
    account.backend.alter(change=[(one, {"telephone": "13800138000"})])
    assert run("snapshot").code == 0
    return account


@pytest.fixture
def machine(
    mail_server: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """A keyring, a scheduler, a policy and a mail server, at the port that this yields."""
    box = mail_server()
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    values = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(box.port),
        "SMTP_CA_FILE": box.ca_file,
        "SMTP_FROM": "reports@example.com",
        "POLICY": str(tmp_path / "policy.toml"),
    }
    for name, value in values.items():
        monkeypatch.setenv(f"PARTNERBOOK_{name}", value)
    monkeypatch.setattr(sys, "stdin", io.StringIO("right\n"))
    crontab = [""]

    def start(arguments: Sequence[str], given: str) -> tuple[int, str]:
        if arguments[1] != "-l":
            crontab[0] = given
        return 0, crontab[0].rstrip()

    monkeypatch.setattr("reports.schedule.commands.native_system", lambda: "cron")
    monkeypatch.setattr("reports.schedule.commands.Scheduler", partial(Scheduler, start=start))
    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    yield box.port
    keyring.set_keyring(before)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story[-1])
def test_what_was_done_is_said_in_chinese(
    run: Run,
    two_lists: Sandbox,
    machine: int,
    story: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for line in story:
        if line.startswith("PARTNERBOOK_"):
            monkeypatch.setenv(*line.split("="))
            continue
        words = line.format(id=two_lists.customers[0].customer_id, port=machine).split()

        ran = run("--lang", "zh", *words)

        assert ran.code in (0, 1), ran.err
        check(ran.out + ran.err, two_lists)


def test_the_sandbox_introduces_itself_in_chinese(
    account: Sandbox, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    def stopped(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("partnerbook.commands.sandbox.time.sleep", stopped)

    ran = run("--lang", "zh", "sandbox", "serve", "--customers", "3")

    assert ran.code == 130
    check(ran.out, account)


def test_no_command_is_forgotten() -> None:
    told = {re.sub("--profile [a-z]+ ", "", line).split()[0] for story in STORIES for line in story}

    assert {*COMMANDS} - told == ELSEWHERE


def test_every_line_of_the_doctor_has_its_chinese() -> None:
    rooms = [*Path(doctor.__file__).parent.glob("*.py"), Path(examining.__file__)]
    given = [
        (node.func.id, each)
        for path in rooms
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        for each in node.args
        if node.func.id in ("Filled", "fine", "note", "finding", "skipped")
    ]
    said = {each.value for _, each in given if isinstance(each, ast.Constant)}
    words = {each for each in said if isinstance(each, str) and re.search("[a-z]{3}", each)}

    assert len(words) > 100
    assert words - {*CHINESE} == {"Python"}
    # A text that is filled before it becomes a line can be said in English only.
    assert not [
        name for name, each in given if isinstance(each, ast.JoinedStr) and name != "Filled"
    ]
    for pattern, chinese in CHINESE.items():
        assert gaps_of(pattern) == gaps_of(chinese)


def gaps_of(pattern: str) -> list[tuple[str, str]]:
    """Return the gaps of a pattern, by their numbers: number and format."""
    gaps = [(name, how) for _, name, how, _ in Formatter().parse(pattern) if how is not None]
    return sorted((name or str(at), how or "") for at, (name, how) in enumerate(gaps))


def check(said: str, sandbox: Sandbox) -> None:
    """Check that what was said is Chinese, but for names."""
    assert re.search("[\u4e00-\u9fff]", said)
    for name in sorted(names_in(sandbox), key=len, reverse=True):
        said = said.replace(name, "·")
    assert english(said) == []


def names_in(sandbox: Sandbox) -> set[str]:
    """Return all that the customers say of themselves."""
    fields = ("customer_id", "account_name", "company_name", "label", "account_manager")
    values = {getattr(each, field) for each in sandbox.customers for field in fields}
    return {each for each in values if each}


def english(said: str) -> list[str]:
    """Return what looks like English: three words in a row, none of them a name."""
    found = []
    for line in said.splitlines():
        for row in re.findall(r"[A-Za-z][A-Za-z '’,;:.-]*", CODE.sub("·", line)):
            words = [word for word in re.split(r"[ ,;:.]+", row) if word]
            known = "".join("-" if word.lower() in NAMES else "w" for word in words)
            found += [line] if "www" in known else []
    return found


def test_a_new_english_sentence_is_found() -> None:
    assert english("已保存。The store is sound.") != []
    assert english("Nothing was asked.") != []
    assert english("请运行 `partnerbook store check`，再看 /some/path of.it") == []
