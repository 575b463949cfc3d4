"""The command line, against the sandbox over a real socket."""

from __future__ import annotations

import email
import email.policy
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from partnerbook.__main__ import COMMANDS, partnerbook
from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.model import EVERYBODY, Customer
from partnerbook.sandbox import Sandbox
from reports.scanner import texts_of
from reports.workbook.practice import practice_ledger

Run = Callable[..., Any]

PUBLIC = {
    "as_of",
    "state",
    "missing_at_most",
    "count",
    "fingerprint",
    "api",
    "evidence",
    "customers",
}


def test_json_has_the_public_names_and_everybody(account: Sandbox, run: Run) -> None:
    ran = run("customers", "--format", "json")

    assert ran.code == 0
    assert set(ran.json) == PUBLIC
    assert ran.json["state"] == "exact"
    assert ran.json["missing_at_most"] == 0
    assert ran.json["count"] == len(ran.json["customers"]) == 230
    assert ran.json["as_of"].endswith("Z")
    truth = {each.customer_id: each for each in account.customers}
    for customer in ran.json["customers"]:
        known = truth[customer["customer_id"]].as_json()
        assert customer["company_name"] == known["company_name"]
        assert customer["associated_at"] == known["associated_at"]
        assert customer["country_code"] == known["country_code"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--json", "customers", "--label", "x"),
        ("customers", "--json", "--label", "x"),
        ("--lang", "zh", "customers", "--json", "--label", "x"),
    ],
)
@pytest.mark.usefixtures("account")
def test_shared_options_stand_before_or_after_the_command(
    run: Run, arguments: tuple[str, ...]
) -> None:
    ran = run(*arguments)

    assert ran.code == 0
    assert set(ran.json) == PUBLIC


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--association", "resale"), lambda c: c.association == "3"),
        (("--country", "+86"), lambda c: (c.country_code or "").lstrip("0") == "86"),
        (("--status", "verified"), lambda c: c.verification == "2"),
        (("--company", "Ltd"), lambda c: "ltd" in (c.company_name or "").lower()),
        (("--company", "有限公司"), lambda c: "有限公司" in (c.company_name or "")),
        (
            ("--label", "gold", "--label", "VIP"),
            lambda c: c.label is not None and ("gold" in c.label or "VIP" in c.label),
        ),
        (("--until", "1990-01-01"), lambda _c: False),
    ],
)
def test_a_filter_lists_whom_it_should(
    account: Sandbox, run: Run, arguments: tuple[str, ...], wanted: Callable[[Any], bool]
) -> None:
    ran = run("customers", "--json", *arguments)

    expected = {each.customer_id for each in account.customers if wanted(each)}
    assert ran.code == 0
    assert {each["customer_id"] for each in ran.json["customers"]} == expected
    assert ran.json["count"] == len(expected)


def test_association_time_is_decided_by_the_api_where_it_shows_another(
    account: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERBOOK_API", "detail")
    everybody = run("customers", "--json").json["customers"]
    middle = sorted(each["associated_at"] for each in everybody)[115]
    plain = run("customers", "--json", "--since", middle)
    until = run("customers", "--json", "--until", middle)
    account.configure(start_time_differs=True)

    differs = run("customers", "--json", "--since", middle)

    differs_until = run("customers", "--json", "--until", middle)
    assert differs_until.json["count"] == until.json["count"]
    assert plain.json["count"] == 115
    assert {each["customer_id"] for each in differs.json["customers"]} == {
        each["customer_id"] for each in plain.json["customers"]
    }
    assert differs.json["count"] == len(differs.json["customers"])
    assert any("another time" in each for each in differs.json["evidence"]["notes"])
    assert not any("another time" in each for each in plain.json["evidence"]["notes"])


@pytest.mark.usefixtures("account")
def test_a_table_says_how_many_how_sure_and_when(run: Run) -> None:
    ran = run("customers")

    assert ran.code == 0
    assert "230 customers, exact, as of " in ran.out
    assert " UTC (Everybody; " in ran.out
    assert ran.out.splitlines()[0].startswith("Customer ID")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("customers", "--company", ""), "company"),
        (("customers", "--company", "   "), "company"),
        (("customers", "--association", "4"), "association"),
        (("customers", "--since", "soon"), "since"),
        (("customers", "--association", "agency"), "agency"),
        (("customers", "--until", "9999-12-31", "--zone", "-12:00"), "too far"),
        (("customers", "--country", "20261301"), "0086"),
        (("customers", "--out", "."), "directory"),
        (("customers", "--as-of", "2099-01-01"), "future"),
        (("customers", "--as-of", "null"), "a date such as"),
        (("weekly", "--as-of", "2020-01-01"), "2020-01-01"),
        (("store", "prune", "--keep", "4000000d"), "4000000d"),
        (("customers", "--zone", "Mars/Olympus", "--since", "2026-01-01"), "Mars"),
        (("customers", "--view", "nonsense"), "nonsense"),
        (
            (
                "customers",
                "--nonsense",
            ),
            "nonsense",
        ),
        (("nonsense",), "nonsense"),
        (("excel", "new", "Customers.xlsm"), ".xlsx"),
        (("reconcile", "ledger.csv", "--out", "result.txt"), ".xlsx"),
        (("customers", "--offline"), "partnerbook snapshot"),
        (("history", "nobody"), "nobody"),
        (("changes",), "snapshot"),
        (("store", "prune", "--keep", "soon"), "400d"),
    ],
)
@pytest.mark.usefixtures("account")
def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(
    run: Run, arguments: tuple[str, ...], named: str
) -> None:
    ran = run(*arguments)

    assert ran.code == 2
    assert ran.out == ""
    assert named in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("PARTNERBOOK_SK", "wrong", "key"),
        ("PARTNERBOOK_AK", "WRONG", "key"),
        ("PARTNERBOOK_PARTNER_ID", "0" * 32, "PARTNERBOOK_PARTNER_ID"),
        ("PARTNERBOOK_ENDPOINT", "http://127.0.0.1:9", "127.0.0.1"),
        ("PARTNERBOOK_ENDPOINT", "http://bss.example.com", "https"),
        ("PARTNERBOOK_API", "nonsense", "PARTNERBOOK_API"),
        ("PARTNERBOOK_STORE", "nonsense", "PARTNERBOOK_STORE"),
    ],
)
@pytest.mark.usefixtures("account")
def test_a_wrong_setting_is_one_sentence_that_names_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, named: str
) -> None:
    monkeypatch.setenv("PARTNERBOOK_API", "detail")
    monkeypatch.setenv(variable, value)
    ran = run("customers", "--out", tmp_path / "list.txt")

    assert ran.code == 2
    assert named in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert not (tmp_path / "list.txt").exists()


def test_no_setting_at_all_names_all_that_are_missing(
    account: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert account.endpoint
    for name in ("AK", "SK", "PARTNER_ID"):
        monkeypatch.delenv(f"PARTNERBOOK_{name}")

    ran = run("customers")

    assert ran.code == 2
    assert "PARTNERBOOK_AK" in ran.err
    assert "PARTNERBOOK_SK" in ran.err


def test_what_was_listed_can_be_read_without_the_network(account: Sandbox, run: Run) -> None:
    fresh = run("customers", "--json", "--company", "Ltd")
    everybody = run("customers", "--json")
    account.__exit__(None, None, None)

    again = run("customers", "--json", "--company", "Ltd", "--offline")
    narrowed = run("customers", "--json", "--association", "3", "--offline")

    assert again.json["customers"] == fresh.json["customers"]
    assert again.json["fingerprint"] == fresh.json["fingerprint"]
    resale = [each for each in everybody.json["customers"] if each["association"] == "3"]
    assert narrowed.json["customers"] == resale


@pytest.mark.usefixtures("account")
def test_a_ledger_is_never_written_over(run: Run, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.xlsx"
    ledger.write_bytes(practice_ledger(_people(), datetime(2026, 1, 1, tzinfo=UTC)))
    before = ledger.read_bytes()
    (tmp_path / "link.xlsx").symlink_to(ledger)

    for out in ("ledger.xlsx", "./link.xlsx"):
        ran = run("reconcile", "ledger.xlsx", "--out", out)
        assert ran.code == 2
        assert "is the ledger itself" in ran.err
    assert ledger.read_bytes() == before


def _people() -> list[Customer]:
    return [
        Customer(customer_id=f"id-{n}", account_name=f"user{n}", company_name=f"Company {n}")
        for n in range(5)
    ]


def _played(account: Sandbox, *weeks: int) -> None:
    """Keep a snapshot of each week, the last one now, the others seven days apart."""
    import os  # noqa: PLC0415  the environment that the fixture made

    with Book(Settings.from_environment(os.environ)) as book:
        for week in weeks:
            account.play_week(week)
            book.take(
                EVERYBODY, taken_at=datetime.now(UTC) - timedelta(days=7 * (weeks[-1] - week))
            )


def test_changes_and_history_tell_what_the_weeks_did(account: Sandbox, run: Run) -> None:
    account.play_week(1)
    before = {each.customer_id: each for each in account.customers}
    _played(account, 1, 2)
    after = {each.customer_id: each for each in account.customers}

    ran = run("changes", "--json")

    assert ran.code == 0
    assert ran.json["state"] == "exact"
    kinds: dict[str, set[str]] = {}
    for change in ran.json["changes"]:
        kinds.setdefault(change["kind"], set()).add(change["customer_id"])
        assert change["sentence"]
    assert kinds["joined"] == after.keys() - before.keys()
    assert kinds["left"] == before.keys() - after.keys()
    gone = min(kinds["left"])
    told = run("history", gone, "--json")
    assert told.json["customer_id"] == gone
    assert [v["valid_to"] for v in told.json["versions"]] == [ran.json["to"]]
    assert run("changes", "--since", "2020-01-01", "--json").json["changes"] == ran.json["changes"]
    assert run("customers", "--as-of", _days_ago(3), "--json").json["count"] == len(before)


@pytest.mark.parametrize(
    ("since", "view", "compared"),
    [
        ("2026-03-05", (), "2026-03-04T16:30:00Z"),
        ("2026-03-05", ("--view", "Asia"), "2026-03-04T15:00:00Z"),
        ("2026-03-05T14:00:00Z", (), "2026-03-05T13:00:00Z"),
    ],
)
def test_changes_since_a_date_begin_with_it_and_since_a_time_at_it(
    account: Sandbox, run: Run, since: str, view: tuple[str, ...], compared: str
) -> None:
    import os  # noqa: PLC0415  the environment that the fixture made

    with Book(Settings.from_environment(os.environ)) as book:
        for day, hour, minute in ((4, 15, 0), (4, 16, 30), (5, 13, 0), (5, 15, 0)):
            book.take(EVERYBODY, taken_at=datetime(2026, 3, day, hour, minute, tzinfo=UTC))
    run("view", "save", "Asia", "--zone", "+08:00")

    assert account.customers
    assert run("changes", "--since", since, *view, "--json").json["from"] == compared


def test_weekly_compares_with_the_week_before(account: Sandbox, run: Run, tmp_path: Path) -> None:
    _played(account, 1, 2, 3)

    weeks = [datetime.now(UTC).isocalendar()]
    ran = run("weekly", "--out", tmp_path / "reports", "--json")
    weeks.append(datetime.now(UTC).isocalendar())  # another one, when Monday begins meanwhile

    assert ran.code == 0
    names = sorted(each.name for each in (tmp_path / "reports").iterdir())
    assert names in [
        [f"weekly-{year}-W{week:02}.{kind}" for kind in ("eml", "html", "xlsx")]
        for year, week, _ in weeks
    ]
    assert ran.json["count"] == len(account.customers)
    assert ran.json["joined"] > 0
    assert ran.json["since"] == _utc(datetime.now(UTC) - timedelta(days=7), ran.json["since"])


def test_weekly_counts_changed_customers_as_it_counts_the_others(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    _played(account, 1)
    with Book(Settings.from_environment(os.environ)) as book:
        book.take(EVERYBODY, taken_at=datetime.now(UTC) - timedelta(days=7))
    for each in account.customers[:2]:
        account.backend.alter(change=[(each.customer_id, {"telephone": "1", "label": "x"})])

    ran = run("weekly", "--out", tmp_path, "--json")

    assert (ran.json["altered"], ran.json["altered_fields"]) == (2, 4)
    draft = Path(ran.json["files"]["eml"]).read_bytes()
    mail: Any = email.message_from_bytes(draft, policy=email.policy.default)
    said = mail.get_body(("plain",)).get_content()
    assert "With changes: 2" in said
    assert "Changed fields (4)" in said


def test_what_the_mail_attaches_shows_no_whole_telephone(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    one = account.customers[0].customer_id
    account.backend.alter(change=[(one, {"telephone": "13812345678"})])

    assert run("weekly", "--out", tmp_path).code == 0

    (workbook,) = tmp_path.glob("*.xlsx")
    (mail,) = tmp_path.glob("*.eml")
    assert "13812345678" in "".join(text for _, text in texts_of_file(workbook))
    told = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert len(list(told.iter_attachments())) == 2
    assert not any("13812345678" in text for _, text in texts_of(mail.read_bytes()))


def texts_of_file(path: Path) -> list[tuple[str, str]]:
    with zipfile.ZipFile(path) as book:
        return [(name, book.read(name).decode("utf-8", "replace")) for name in book.namelist()]


@pytest.mark.usefixtures("account")
def test_a_first_weekly_report_is_fine(run: Run, tmp_path: Path) -> None:
    ran = run("weekly", "--out", tmp_path, "--json")

    assert ran.code == 0
    assert ran.json["since"] is None
    assert ran.json["count"] == 230


def test_a_weekly_report_of_the_past_reads_the_store(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    _played(account, 1, 2, 3)
    account.__exit__(None, None, None)

    ran = run("weekly", "--as-of", _days_ago(1), "--out", tmp_path, "--json")

    assert ran.code == 0
    # Called by the week of the list that is shown, not by that of the day that was asked for.
    year, week, _ = datetime.fromisoformat(ran.json["as_of"]).isocalendar()
    assert (tmp_path / f"weekly-{year}-W{week:02}.xlsx").exists()


@pytest.mark.usefixtures("account")
def test_a_view_is_saved_shown_used_and_deleted(run: Run) -> None:
    saved = run("view", "save", "Asia", "--country", "0086", "--json")
    listed = run("view", "list", "--json")
    shown = run("view", "show", "Asia")
    used = run("customers", "--view", "Asia", "--json")
    direct = run("customers", "--country", "86", "--json")
    narrowed = run("customers", "--view", "Asia", "--association", "3", "--json")
    wrong = run("customers", "--view", "Asai")
    deleted = run("view", "delete", "Asia")

    assert saved.json["filters"] == {"country": "+86"}
    assert [each["name"] for each in listed.json["views"]] == ["Asia"]
    assert "country code is" in shown.out
    assert used.json["customers"] == direct.json["customers"]
    assert used.json["fingerprint"] == direct.json["fingerprint"] == saved.json["fingerprint"]
    assert 0 < narrowed.json["count"] < used.json["count"]
    assert wrong.code == 2
    assert "'Asia'" in wrong.err
    assert deleted.code == 0
    assert run("view", "show", "Asia").code == 2


@pytest.mark.usefixtures("account")
def test_nothing_is_written_over_the_store_or_what_is_no_export(run: Run, tmp_path: Path) -> None:
    run("snapshot")
    store, sheet = tmp_path / "home" / "partnerbook.db", tmp_path / "Customers.xlsx"
    sheet.write_bytes(b"PK a workbook")
    for command in (
        ("store", "export", store),
        ("customers", "--offline", "--out", store),
        ("doctor", "--bundle", store),
        ("store", "export", sheet),
    ):
        ran = run(*command)
        assert ran.code == 2, command
        assert len(ran.err.strip().splitlines()) == 1
        assert "choose another name" in ran.err
    assert sheet.read_bytes() == b"PK a workbook"
    assert run("store", "check").code == 0
    assert [run("store", "export", "again.jsonl").code for _ in range(2)] == [0, 0]


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("wrap", "code"),
    [
        (lambda export: "\ufeff".encode() + export, 0),
        (lambda _: b"[" * 100_000, 2),
        (lambda _: b"\x80\x81", 2),
    ],
)
def test_an_import_reads_a_marked_export_and_says_what_is_none(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrap: Any, code: int
) -> None:
    run("snapshot")
    run("store", "export", "store.jsonl")
    monkeypatch.setenv("PARTNERBOOK_STORE", f"sqlite:///{tmp_path}/other.db")
    Path("wrapped").write_bytes(wrap(Path("store.jsonl").read_bytes()))

    ran = run("store", "import", "wrapped")

    assert ran.code == code, ran.err
    assert code == 0 or "is not what `partnerbook store export` writes" in ran.err


@pytest.mark.usefixtures("account")
def test_the_store_is_checked_moved_and_made_to_forget(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("snapshot")
    one = run("customers", "--offline", "--json").json["customers"][0]["customer_id"]
    assert run("store", "check", "--json").json == {"sound": True, "faults": []}
    assert run("store", "backup", "copy.db").code == 0
    assert run("store", "export", "store.jsonl").code == 0
    monkeypatch.setenv("PARTNERBOOK_STORE", f"sqlite:///{tmp_path}/other.db")
    assert run("store", "import", "store.jsonl").code == 0
    assert run("customers", "--offline", "--json").json["count"] == 230
    undo = tmp_path / "home" / "undo" / "somebook"
    undo.mkdir(parents=True)
    (undo / "1.json").write_text("rows of customers")
    shown = run("store", "forget", one, "--json")
    assert shown.json["rows"]["undo of all workbooks"] == 1
    assert undo.exists()
    assert shown.json["deleted"] is False
    assert run("customers", "--offline", "--json").json["count"] == 230
    assert run("store", "forget", one, "--yes").code == 0
    assert not undo.exists()
    assert run("customers", "--offline", "--json").json["count"] == 229
    monkeypatch.setenv("PARTNERBOOK_STORE", f"sqlite:///{tmp_path}/copy.db")
    assert run("customers", "--offline", "--json").json["count"] == 230


def test_an_argument_that_is_no_text_finds_nobody(account: Sandbox, run: Run) -> None:
    assert account.endpoint

    ran = run("customers", "--json", "--company", "\udcff\udcfe")

    assert ran.code == 0
    assert ran.json["customers"] == []


@pytest.mark.usefixtures("account")
def test_a_full_disk_behind_the_output_is_one_sentence() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123  a device
        done = subprocess.run(
            [sys.executable, "-m", "partnerbook", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert "no space left" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.usefixtures("account")
def test_a_first_command_that_fails_says_one_line(run: Run, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "partnerbook", "customers", "--offline"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PARTNERBOOK_HOME": str(tmp_path / "new" / "home")},
    )

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert run("customers", "--out", "list.json").code == 0
    assert json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))["count"] == 230


@pytest.mark.usefixtures("account")
def test_the_store_is_readable_by_its_owner_only(run: Run, tmp_path: Path) -> None:
    run("snapshot")

    for path in [tmp_path / "home", *(tmp_path / "home").glob("partnerbook.db*")]:
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.usefixtures("account")
def test_a_view_shows_the_columns_it_chose(run: Run) -> None:
    run("view", "save", "Names", "--column", "company_name", "--order", "company_name")

    ran = run("customers", "--view", "Names")

    assert ran.out.splitlines()[0] == "Company name"


def _walk(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        each = group.get_command(context, name)
        if isinstance(each, click.Group):
            found += _walk(each, (*path, name))
        else:
            found.append(((*path, name), each))
    return found


def test_every_command_has_help_with_an_example() -> None:
    for path, each in _walk(partnerbook):
        assert "Example: partnerbook " + " ".join(path) in " ".join((each.help or "").split()), path


def test_the_help_lists_each_command_with_its_own_line() -> None:
    context = click.Context(partnerbook)
    for name, (_, line) in COMMANDS.items():
        each = partnerbook.get_command(context, name)
        assert each is not None
        assert (each.help or "").partition("\n")[0] == line, name


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from partnerbook.__main__ import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'requests', 'sqlalchemy', 'openpyxl', 'jinja2', 'flask', 'xlwings', 'urllib3',\n"
        "         'python_calamine', 'werkzeug', 'defusedxml'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "customers" in done.stdout


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


def _utc(moment: datetime, near: str) -> str:
    """Return the text of a moment, or the given one when it is within minutes of it."""
    found = datetime.fromisoformat(near)
    return near if abs(found - moment) < timedelta(minutes=20) else moment.isoformat()
