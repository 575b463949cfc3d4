"""``partnerbook reconcile`` on ledgers whose money is not plain, against the sandbox."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest

from partnerbook.sandbox import Sandbox
from reports.ledger import Ledger
from reports.reconciling.columns import understood

Run = Callable[..., Any]


def write_csv(path: Path, *rows: tuple[object, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def ledger(account: Sandbox, tmp_path: Path) -> Path:
    """Return a ledger with a column of money that nobody knows by its name."""
    rows = [(each.customer_id, f"{n}.50") for n, each in enumerate(account.customers, start=1)]
    return write_csv(tmp_path / "l.csv", ("Customer ID", "Zzyzx"), *rows)


def test_a_lost_sum_is_2_until_somebody_says_what_it_is(
    ledger: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "r.xlsx"

    refused = run("reconcile", ledger, "--out", out)
    assert refused.code == 2
    assert "'Zzyzx' (column B)" in refused.err
    assert "--map amount=B" in refused.err
    assert not out.exists()

    none = run("reconcile", ledger, "--map", "amount=none", "--out", out, "--json")
    assert (none.code, none.json["amounts"]) == (0, [])
    again = run("reconcile", ledger, "--out", out, "--json")
    assert (again.code, again.json["amounts"]) == (0, [])
    told = run("reconcile", ledger, "--map", "amount=Zzyzx", "--out", out, "--json")
    assert told.json["amounts"][0]["total"] == "26680.00"


def test_that_there_is_none_is_forgotten_once_there_is_one(
    account: Sandbox, ledger: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "r.xlsx"
    assert run("reconcile", ledger, "--map", "amount=none", "--out", out).code == 0
    rows = [(each.customer_id, "2.50") for each in account.customers]
    named = write_csv(tmp_path / "n.csv", ("Customer ID", "Amount"), *rows)

    ran = run("reconcile", named, "--out", out, "--json")

    assert ran.json["amounts"][0]["total"] == "575.00"


def test_with_a_terminal_it_is_asked_for(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["amount", "B"])
    monkeypatch.setattr(click, "prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr(click, "confirm", lambda *_, **__: True)
    said: list[str] = []
    monkeypatch.setattr(click, "echo", lambda text, **_: said.append(text))

    found = understood(ledger, {"customer_id": "A"}, {}, ask=True)

    assert found.columns == {"customer_id": "Customer ID", "amount": "Zzyzx"}
    assert "Zzyzx" in said[0]


def test_what_was_not_read_is_said_where_it_is_the_only_reason_for_1(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    rows = [(each.customer_id, "#N/A") for each in account.customers]
    ledger = write_csv(tmp_path / "l.csv", ("Customer ID", "Amount"), *rows)

    ran = run("reconcile", ledger, "--out", tmp_path / "r.xlsx")

    assert ran.code == 1
    assert "NOT READ: 230 amounts of the ledger: row 2, column B: no amount; " in ran.out
    assert "Breaks: 0." in ran.out


def test_what_is_read_is_never_written_over(ledger: Path, run: Run, tmp_path: Path) -> None:
    first = tmp_path / "r.xlsx"
    mapped = ("--map", "amount=B")
    run("reconcile", ledger, *mapped, "--out", first)
    before = first.read_bytes(), ledger.read_bytes()

    for given, says in (
        (("--previous", first, "--out", first), "is the workbook of --previous"),
        (("--out", ledger), "is the ledger itself"),
    ):
        ran = run("reconcile", ledger, *mapped, *given)
        assert ran.code == 2
        assert says in ran.err
    assert (first.read_bytes(), ledger.read_bytes()) == before


def test_a_remembered_mark_counts_only_where_the_file_does_not_tell(tmp_path: Path) -> None:
    path, remembered = tmp_path / "l.csv", {"decimal": ","}

    def read(amount: str) -> Ledger:
        path.write_text(f'Customer ID,Amount\nc-1,"{amount}"\n', encoding="utf-8")
        return understood(path, {}, remembered, ask=False).ledger

    assert [line.amount for line in read("1,234.50").lines] == [Decimal("1234.50")]
    assert read("1,234.50").notes == ()
    assert [line.amount for line in read("1.234").lines] == [Decimal(1234)]
    assert read("1.234").notes == ("Columns as in the last run: decimal = ,.",)


def test_nothing_is_said_of_columns_where_none_was_remembered(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("Customer ID,Amount\nc-1,5.00\n", encoding="utf-8")

    known = understood(path, {}, {"amount": "none"}, ask=False)

    assert known.ledger.notes == ()


def test_the_terminal_says_which_money_was_not_read(
    account: Sandbox, run: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [(each.customer_id, "5.00", "0.50") for each in account.customers]
    ledger = tmp_path / "l.csv"
    with ledger.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("Customer ID", "Amount", "VAT"), *rows])

    ran = run("reconcile", ledger, "--out", tmp_path / "r.xlsx")

    assert "Not read, though they hold money: 'VAT' (column C)." in ran.out
