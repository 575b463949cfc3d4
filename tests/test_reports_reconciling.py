"""``partnerbook reconcile``, against the sandbox over a real socket."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.model import utc_text
from partnerbook.sandbox import Sandbox
from reports.reconciling.columns import understood
from reports.reconciling.making import reconcile_ledger
from reports.reconciling.sayings import SAID
from reports.workbook.sealing import seal

Run = Callable[..., Any]


def write_csv(path: Path, headings: tuple[str, ...], *rows: tuple[object, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


@pytest.fixture
def clean(account: Sandbox, tmp_path: Path) -> Path:
    """Return a ledger with one row for each customer, by ID."""
    rows = [(each.customer_id, each.account_name) for each in account.customers]
    return write_csv(tmp_path / "clean.csv", ("Customer ID", "Account name"), *rows)


def test_a_ledger_that_fits_leaves_with_0_and_its_json_has_the_public_names(
    clean: Path, run: Run, tmp_path: Path
) -> None:
    ran = run("reconcile", clean, "--out", tmp_path / "r.xlsx", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert ran.json["bridge"] == {
        "vendor": 230,
        "not_in_ledger": 0,
        "not_with_vendor": 0,
        "extra_lines": 0,
        "ledger": 230,
        "suggested": 0,
        "check": 0,
    }
    assert {"rows_read", "rows_used", "rows_ignored", "matches", "breaks"} <= set(ran.json)


@pytest.mark.parametrize("form", ["pairs", "json", "toml"])
def test_columns_are_told_one_by_one_or_by_a_file(
    account: Sandbox, run: Run, tmp_path: Path, form: str
) -> None:
    rows = [(each.customer_id, "x") for each in account.customers]
    ledger = write_csv(tmp_path / "l.csv", ("Ref A", "Ref B"), *rows)
    pairs = {"customer_id": "Ref A", "account_name": "B"}
    given = []
    if form == "pairs":
        given = [f"--map={field}={heading}" for field, heading in pairs.items()]
    elif form == "json":
        (tmp_path / "map.json").write_text(json.dumps(pairs))
        given = ["--map", str(tmp_path / "map.json")]
    else:
        text = "\n".join(f"{field} = {heading!r}" for field, heading in pairs.items())
        (tmp_path / "map.toml").write_text(text)
        given = ["--map", str(tmp_path / "map.toml")]

    ran = run("reconcile", ledger, *given, "--out", tmp_path / "r.xlsx", "--json")

    assert len(ran.json["matches"]) == 230
    assert ran.json["columns"] == {"customer_id": "Ref A", "account_name": "Ref B"}


@pytest.mark.usefixtures("account")
def test_without_a_terminal_unclear_columns_end_in_2_and_are_named(
    run: Run, tmp_path: Path
) -> None:
    ledger = write_csv(tmp_path / "l.csv", ("Ref A", "Ref B"), ("a", "b"))
    twice = write_csv(tmp_path / "t.csv", ("Customer ID", "客户ID"), ("a", "b"))

    for path, names in ((ledger, ("A 'Ref A'", "B 'Ref B'")), (twice, ("column A", "column B"))):
        ran = run("reconcile", path, "--out", tmp_path / "r.xlsx")
        assert ran.code == 2
        assert all(name in ran.err for name in names)
        assert not (tmp_path / "r.xlsx").exists()


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--cutoff", "soon"), "--cutoff takes a day"),
        (("--map", "nothing.json"), "--map takes FIELD=HEADING"),
        (("--map", "shoe=A"), "a ledger has no field shoe"),
        (("--previous", "nowhere.xlsx"), "cannot be read"),
        (("--zone", "Mars"), "--zone"),
        (("--zone", "UTC"), "give --cutoff too"),
        (("--fail-on", "rain"), "--fail-on"),
    ],
)
def test_what_was_given_wrongly_is_one_sentence(
    clean: Path, run: Run, tmp_path: Path, given: tuple[str, ...], says: str
) -> None:
    ran = run("reconcile", clean, *given, "--out", tmp_path / "r.xlsx")

    assert ran.code == 2
    assert says in ran.err
    assert not (tmp_path / "r.xlsx").exists()


def test_a_reconciliation_is_no_ledger(clean: Path, run: Run, tmp_path: Path) -> None:
    run("reconcile", clean, "--out", tmp_path / "r.xlsx")

    ran = run("reconcile", tmp_path / "r.xlsx", "--out", tmp_path / "again.xlsx")

    assert ran.code == 2
    assert "is a reconciliation that this program made" in ran.err
    assert not (tmp_path / "again.xlsx").exists()


def test_who_joined_after_the_cut_off_is_timing_and_leaves_with_0(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    joined = sorted(each.associated_at for each in account.customers if each.associated_at)
    day = joined[len(joined) // 2].date()
    rows = [
        (each.customer_id,)
        for each in account.customers
        if not each.associated_at or each.associated_at.date() <= day
    ]
    ledger = write_csv(tmp_path / "l.csv", ("Customer ID",), *rows)
    out = tmp_path / "r.xlsx"

    with_cutoff = run("reconcile", ledger, "--cutoff", day, "--out", out, "--json")
    without = run("reconcile", ledger, "--out", out, "--json")
    other_kind = run("reconcile", ledger, "--fail-on", "twice", "--out", out)
    timing = run("reconcile", ledger, "--cutoff", day, "--fail-on", "timing", "--out", out)

    assert with_cutoff.json["timing"] == 230 - len(rows) > 0
    assert {each["kind"] for each in with_cutoff.json["breaks"]} == {"timing"}
    assert (with_cutoff.code, without.code, other_kind.code, timing.code) == (0, 1, 0, 1)
    assert "of these timing" in timing.out
    assert {each["kind"] for each in without.json["breaks"]} == {"not_in_ledger"}


def _fill(path: Path, sheet: str, where: str, values: dict[str, Any]) -> None:
    """Write into the first row of a sheet's table that bears a text, as a person would."""
    book = load_workbook(path)
    titles = [cell.value for cell in book[sheet][1]]
    row = next(
        row for row in book[sheet].iter_rows(min_row=2) if where in [cell.value for cell in row]
    )
    for heading, value in values.items():
        row[titles.index(heading)].value = value
    book.save(path)


@pytest.fixture
def by_name(account: Sandbox, tmp_path: Path) -> tuple[Path, str]:
    """Return a ledger with one row by name only, and the customer it means."""
    names = Counter(each.company_name for each in account.customers)
    meant = next(
        each
        for each in account.customers
        if each.company_name and names[each.company_name] == 1 and "*" not in each.company_name
    )
    rows = [
        ("", meant.company_name) if each is meant else (each.customer_id, "")
        for each in account.customers
    ]
    path = write_csv(tmp_path / "names.csv", ("Customer ID", "Company name"), *rows)
    return path, meant.customer_id


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_yes_is_kept_used_listed_and_revoked(
    by_name: tuple[Path, str], run: Run, tmp_path: Path, language: str
) -> None:
    ledger, meant = by_name
    first, second, third = (tmp_path / f"{n}.xlsx" for n in (1, 2, 3))
    words = {
        "en": ("Suggested", "Yes or no", "yes", "Decided by", "Comment"),
        "zh": ("待确认", "是或否", "是", "决定人", "备注"),
    }[language]
    sheet, column, yes, by, comment = words

    asked = run("--lang", language, "reconcile", ledger, "--out", first, "--json")
    assert (asked.code, asked.json["bridge"]["suggested"]) == (1, 1)
    _fill(first, sheet, meant, {column: yes, by: "李雷", comment: "seen"})
    told = run("reconcile", ledger, "--previous", first, "--out", second, "--json")

    assert told.code == 0, told.json["breaks"]
    match = next(each for each in told.json["matches"] if each["customer_id"] == meant)
    assert (match["status"], match["rule"]) == ("confirmed", "decision")
    assert match["why"].startswith("李雷 said yes on ")
    (used,) = told.json["decisions"]
    assert (used["verdict"], used["customer_id"], used["reason"]) == ("yes", meant, "seen")

    (listed,) = run("decisions", "list", "--json").json["decisions"]
    assert (listed["number"], listed["holds"], listed["who"]) == (used["number"], True, "李雷")
    without = run("reconcile", ledger, "--out", third)  # the store knows, without any workbook
    assert without.code == 0

    revoked = run("decisions", "revoke", used["number"])
    assert (revoked.code, "Revoked" in revoked.out) == (0, True)
    assert run("decisions", "revoke", used["number"]).code == 2
    again = run("reconcile", ledger, "--previous", first, "--out", second, "--json")
    assert (again.code, again.json["bridge"]["suggested"]) == (1, 1)
    (trace,) = run("decisions", "list", "--json").json["decisions"]
    assert not trace["holds"]
    assert trace["revoked_at"]


def test_a_no_is_never_asked_again_and_a_break_can_be_explained(
    by_name: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    ledger, meant = by_name
    out = tmp_path / "r.xlsx"
    run("reconcile", ledger, "--out", out)
    _fill(out, "Suggested", meant, {"Yes or no": "N"})

    said_no = run("reconcile", ledger, "--out", out, "--json")  # into the same file: nothing lost

    assert said_no.json["bridge"]["suggested"] == 0
    assert {each["state"] for each in said_no.json["breaks"]} == {"new"}
    kinds = {each["kind"]: each for each in said_no.json["breaks"]}
    assert set(kinds) == {"not_in_ledger", "not_with_vendor"}
    assert "said no to customer" in kinds["not_with_vendor"]["why"]
    for each in kinds.values():
        _fill(out, "Breaks", each["id"], {"State": "explained", "Comment": "moved"})
    explained = run("reconcile", ledger, "--out", out, "--json")
    assert explained.code == 0
    assert {each["state"] for each in explained.json["breaks"]} == {"explained"}


def test_the_last_workbook_carries_breaks_forward(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    rows = [(each.customer_id,) for each in account.customers]
    full = write_csv(tmp_path / "full.csv", ("Customer ID",), *rows)
    short = write_csv(tmp_path / "short.csv", ("Customer ID",), *rows[1:])
    paths = [tmp_path / f"{n}.xlsx" for n in range(5)]
    states = []
    for number, ledger in enumerate((short, short, full, short)):
        previous = ["--previous", paths[number - 1]] if number else []
        ran = run("reconcile", ledger, *previous, "--out", paths[number], "--json")
        states.append([(each["state"], each["reopened"]) for each in ran.json["breaks"]])

    assert states == [[("new", 0)], [("open", 0)], [], [("re-opened", 1)]]


def test_verify_says_unchanged_or_names_the_cells_and_decisions(
    by_name: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    ledger, meant = by_name
    out = tmp_path / "r.xlsx"
    run("reconcile", ledger, "--out", out)

    fresh = run("verify", out, "--json")
    assert (fresh.code, fresh.json["state"], fresh.json["changes"]) == (0, "unchanged", [])
    book = load_workbook(out)
    book["Sign-off"]["B5"].value, book["Sign-off"]["B6"].value = "Li Lei", "Han Meimei"
    book.save(out)
    signed = run("verify", out)
    assert (signed.code, "unchanged since sign-off" in signed.out) == (0, True)

    _fill(out, "Suggested", meant, {"Yes or no": "yes"})
    _fill(out, "Matched", "customer ID", {"Row": 999})
    changed = run("verify", out)
    assert changed.code == 1
    assert "decision Suggested!G2: was empty, now “yes”" in changed.out
    assert "Matched!A2: now “999”" in changed.out
    assert "Han Meimei" in changed.out

    again = run("reconcile", ledger, "--previous", out, "--out", tmp_path / "next.xlsx")
    assert (again.code, "RE-OPENED" in again.out) == (1, True)
    cover = load_workbook(tmp_path / "next.xlsx")["Cover"]
    assert cover["B4"].value.startswith("RE-OPENED: ")
    assert "Suggested!G2" in cover["B4"].value
    assert "Carried forward" not in again.out

    signed = out.read_bytes()
    replaced = run("reconcile", ledger, "--out", out)
    (kept,) = tmp_path.glob("r (signed *).xlsx")
    assert (kept.read_bytes(), out.read_bytes() != signed) == (signed, True)
    assert f"had been signed, and is kept as {kept.name}." in replaced.out
    assert "Carried forward: breaks and answers of r.xlsx, which was there" in replaced.out


def test_one_function_reconciles_a_sheet_that_is_named_and_writes_no_file_unasked(
    account: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "books.xlsx"
    workbook = Workbook()
    for title, some in (("January", account.customers[:5]), ("February", account.customers[:9])):
        sheet = workbook.create_sheet(title)
        sheet.append(["Customer ID"])
        for each in some:
            sheet.append([each.customer_id])
    workbook.save(path)

    with Book(Settings.from_environment(dict(os.environ))) as book:
        made = reconcile_ledger(book, path, sheet="January")
        kept = book.store.last_reconciliation(book.account)

    assert (made.found.ledger.sheet, made.found.bridge.ledger) == ("January", 5)
    assert load_workbook(io.BytesIO(made.workbook)).sheetnames[0] == "Cover"
    assert kept is not None
    assert kept.lines == 5
    assert list(tmp_path.glob("*.xlsx")) == [path]


def test_what_a_reconciliation_came_to_is_kept(account: Sandbox, run: Run, tmp_path: Path) -> None:
    rows = [(each.customer_id,) for each in account.customers]
    short = write_csv(tmp_path / "short.csv", ("Customer ID",), *rows[2:], ("hw9",))
    said = run("reconcile", short, "--out", tmp_path / "r.xlsx", "--cutoff", "2199-01-31", "--json")

    environment = dict(os.environ)
    with Book(Settings.from_environment(environment)) as book:
        kept = book.store.last_reconciliation(book.account)

    assert kept is not None
    assert (kept.customers, kept.lines, kept.matched) == (230, 229, 228)
    assert kept.breaks == {"not_in_ledger": 2, "not_with_vendor": 1}
    assert kept.breaks == Counter(each["kind"] for each in said.json["breaks"])
    assert (kept.to_settle, kept.oldest, kept.suggested, kept.check) == (3, 0, 0, 0)
    assert (kept.status, kept.exact, str(kept.cutoff)) == ("open", True, "2199-01-31")
    assert utc_text(kept.as_of) == said.json["as_of"]


def test_verify_knows_the_seals_that_were_made_here_and_says_who_signed_for_both(
    clean: Path, run: Run, tmp_path: Path
) -> None:
    out, forged = tmp_path / "r.xlsx", tmp_path / "forged.xlsx"
    run("reconcile", clean, "--out", out)
    here = run("verify", out, "--json").json
    assert (here["known"], here["reviewed_by_another"]) == (True, False)
    assert here["made_at"]

    # Whoever changes it and seals it again makes a file that is as it was sealed.
    book = load_workbook(out)
    del book["Seal"]
    book["Cover"]["B4"].value = "Everything is fine."
    book.custom_doc_props.props.clear()  # type: ignore[attr-defined]  # hints know it not
    seal(book)
    book.save(forged)
    ran = run("verify", forged)
    assert (ran.code, "unchanged" in ran.out) == (1, True)
    assert "knows no reconciliation with this seal" in ran.out

    book = load_workbook(out)
    book["Sign-off"]["B5"].value, book["Sign-off"]["B6"].value = "Li Lei", " li  LEI"
    book.save(out)
    alone = run("--lang", "zh", "verify", out)
    assert alone.code == 1
    assert "复核人与编制人是同一人" in alone.out


def test_what_finance_reads_on_the_screen_is_in_their_language(
    by_name: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    ledger, _ = by_name
    out = tmp_path / "r.xlsx"

    said = [
        run("--lang", "zh", *arguments).out
        for arguments in (
            ("decisions", "list"),
            ("reconcile", ledger, "--out", out),
            ("verify", out),
        )
    ]

    assert said[0].startswith("尚无决定。")
    assert "平台有 230 个客户，台账有 230 行。" in said[1]
    assert "生成后未改动" in said[2].replace("自", "")
    _fill(out, "待确认", by_name[1], {"是或否": "否"})
    assert "决定 待确认!G2" in run("--lang", "zh", "verify", out).out
    run("--lang", "zh", "reconcile", ledger, "--out", out)
    assert "否：" in run("--lang", "zh", "decisions", "list").out


def test_every_sentence_of_the_commands_has_the_same_gaps_in_both_languages() -> None:
    for key, both in SAID.items():
        assert re.findall(r"{[^}]*}", both[0].replace(":>7", "")) == re.findall(
            r"{[^}]*}", both[1].replace(":>7", "")
        ), key


@pytest.mark.usefixtures("account")
def test_verify_of_something_else_is_one_sentence(run: Run, tmp_path: Path) -> None:
    other, text = tmp_path / "other.xlsx", tmp_path / "x.csv"
    Workbook().save(other)
    text.write_text("a,b\n")

    for path, says in ((other, "no seal"), (text, "no .xlsx"), (tmp_path / "no.xlsx", "cannot")):
        ran = run("verify", path)
        assert (ran.code, says in ran.err) == (2, True)


def test_columns_are_remembered_for_the_next_run(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    rows = [(each.account_name, f"row {n}") for n, each in enumerate(account.customers)]
    ledger = write_csv(tmp_path / "l.csv", ("Ref A", "Ref B"), *rows)
    out = tmp_path / "r.xlsx"

    assert run("reconcile", ledger, "--out", out).code == 2
    assert run("reconcile", ledger, "--map", "account_name=A", "--out", out).code == 0
    again = run("reconcile", ledger, "--out", out, "--json")

    assert again.code == 0
    assert again.json["columns"] == {"account_name": "Ref A"}
    assert "Columns as in the last run: account_name = Ref A." in again.json["notes"]


def test_with_a_terminal_the_columns_are_shown_and_asked_for(
    account: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(each.account_name, f"row {n}") for n, each in enumerate(account.customers)]
    ledger = write_csv(tmp_path / "l.csv", ("Ref A", "Ref B"), *rows)
    answers = iter(["account_name", "Ref A", "company_name", "B"])
    sure = iter([False, True])
    said: list[str] = []
    monkeypatch.setattr(click, "prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr(click, "confirm", lambda *_, **__: next(sure))
    monkeypatch.setattr(click, "echo", lambda text, **_: said.append(text))

    found = understood(ledger, {}, {}, ask=True)

    assert found.columns == {"account_name": "Ref A", "company_name": "Ref B"}
    assert "--map" in said[0]
    assert (account.customers[0].account_name or "?")[:30] in said[1]
    assert len(found.ledger.lines) == 230


def test_a_list_that_is_not_exact_is_said_to_have_left_lines_unchecked(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    account.configure(order="random", churn_per_request=30, seed=3)
    ghost = write_csv(tmp_path / "ghost.csv", ("Customer ID", "Account"), ("nobody", "ghost"))

    ran = run("reconcile", ghost, "--out", tmp_path / "r.xlsx")

    assert ran.code == 1
    assert "NOT CHECKED: 1 lines" in ran.out
