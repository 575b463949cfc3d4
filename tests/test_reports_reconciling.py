"""``partnerbook reconcile``, against the sandbox over a real socket."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from partnerbook.sandbox import Sandbox

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
    assert {each["kind"] for each in without.json["breaks"]} == {"not_in_ledger"}
