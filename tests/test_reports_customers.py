"""``partnerbook customers`` in every form, and the weekly files' names, over a real socket."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.model import Customer, Snapshot, utc_text
from partnerbook.sandbox import Sandbox
from partnerbook.views import View
from reports.customers import csv_of
from reports.workbook.customers import customers_workbook

Run = Callable[..., Any]


def of_page(path: Path) -> Any:
    page = path.read_text("utf-8").partition('id="data">')[2]
    return json.loads(page.partition("</script>")[0])


def test_every_form_holds_the_same_customers(account: Sandbox, run: Run, tmp_path: Path) -> None:
    filters = ("--association", "resale")
    wanted = run("customers", "--json", *filters).json
    ids = {each["customer_id"] for each in wanted["customers"]}
    assert 0 < len(ids) < len(account.customers)
    made = {}
    for form in ("csv", "xlsx", "html"):
        made[form] = tmp_path / f"list.{form}"
        ran = run("customers", *filters, "--format", form, "--out", made[form], "--offline")
        assert (ran.code, ran.out) == (0, "")
        assert f"{len(ids)} customers, exact, as of " in ran.err
        assert ("--format xlsx keeps every text" in ran.err) == (form == "csv")

    rows = list(csv.reader(io.StringIO(made["csv"].read_bytes().decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == ids
    book: Any = load_workbook(made["xlsx"])
    assert {row[0].value for row in book["Customers"].iter_rows(min_row=2)} == ids
    assert {row[0] for row in of_page(made["html"])["rows"]} == ids
    about = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=3)}
    page = made["html"].read_text("utf-8")
    for said in (wanted["fingerprint"], "association is Resale (3)"):
        assert said in about.values()
        assert said in page
    assert about["As of"].endswith(" UTC")
    assert about["As of"] in page


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("form", ["xlsx", "html"])
def test_a_terminal_is_never_flooded_with_a_file(
    run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    ran = run("customers", "--format", form)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"partnerbook: a terminal cannot show {form}; say where to write it, such as --out "
        f"customers.{form}\n"
    )


@pytest.mark.usefixtures("account")
def test_a_pipe_takes_the_bytes(run: Run) -> None:
    run("snapshot")
    command = [sys.executable, "-m", "partnerbook", "customers", "--offline", "--format", "xlsx"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=180)

    assert load_workbook(io.BytesIO(done.stdout)).sheetnames == ["About", "Customers"]


def test_csv_is_for_excel_and_holds_no_formula(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    names = ["=1+1", "@x", "+86139", "-1", "＝1", 'a "b", c', "上海", "\tx"]
    snapshot = make_snapshot(
        *(make_customer(n, company_name=name) for n, name in enumerate(names, 1)),
        make_customer(99, company_name=None, associated_at=datetime(2026, 5, 4, 6, 30, tzinfo=UTC)),
    )
    view = View(columns=("company_name", "associated_at"), order=("customer_id",))

    data = csv_of(snapshot, view.select(snapshot.listing.customers), view)

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["Company name", "Associated at (UTC)"]
    assert [row[0] for row in rows[1:]] == [
        *("'=1+1", "'@x", "+86139", "-1", "'＝1", 'a "b", c', "上海", "'\tx", "")
    ]
    assert rows[-1][1] == "2026-05-04 06:30:00"


def test_an_incomplete_list_says_so_first(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    snapshot = make_snapshot(make_customer(1), missing_at_most=3)
    view = View(language="zh")
    data = customers_workbook(snapshot, snapshot.listing.customers, view)
    book: Any = load_workbook(io.BytesIO(data))

    assert "3" in book["说明"]["A4"].value
    assert data == customers_workbook(snapshot, snapshot.listing.customers, view)


def test_one_views_files_never_overwrite_anothers(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    run("view", "save", "Resale", "--association", "resale")
    whole = run("weekly", "--json", "--out", tmp_path / "out")
    resale = run("weekly", "--json", "--offline", "--view", "Resale", "--out", tmp_path / "out")

    assert whole.code == resale.code == 0
    assert resale.json["count"] < whole.json["count"] == len(account.customers)
    files = [*whole.json["files"].values(), *resale.json["files"].values()]
    assert len({*files}) == len([*(tmp_path / "out").iterdir()]) == 6
    assert all("-Resale-" in path for path in resale.json["files"].values())


@pytest.mark.usefixtures("account")
def test_weekly_compares_with_the_date_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    today = datetime.now(UTC).replace(microsecond=0)
    with Book(Settings.from_environment(os.environ)) as book:
        for days in (40, 20, 10, 0):
            book.take(taken_at=today - timedelta(days=days))
    day = f"{today - timedelta(days=15):%Y-%m-%d}"

    plain = run("weekly", "--json", "--offline", "--out", tmp_path)
    asked = run("weekly", "--json", "--offline", "--out", tmp_path, "--compare-with", day)

    assert plain.json["since"] == utc_text(today - timedelta(days=10))
    assert asked.json["since"] == utc_text(today - timedelta(days=20))
    page = Path(asked.json["files"]["html"]).read_text("utf-8")
    assert "Customers week by week" in page
    assert "snapshot 4 compared with 2" in page


@pytest.mark.usefixtures("account")
def test_weekly_says_when_there_is_nothing_to_compare_with(run: Run, tmp_path: Path) -> None:
    run("snapshot")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    arguments = ("weekly", "--json", "--offline", "--out", tmp_path)

    none = run(*arguments, "--compare-with", "2026-01-01")
    assert none.code == 2
    assert "no complete snapshot of this list up to 2026-01-01" in none.err
    itself = run(*arguments, "--compare-with", today)
    assert itself.code == 2
    assert "is itself the one to compare with" in itself.err
    mailed = run(*arguments, "--compare-with", today, "--to", "a@example.com")
    assert mailed.code == 2
    assert "--compare-with is for files" in mailed.err
    assert not list(tmp_path.glob("*.xlsx"))
