"""A refresh that would spoil a good sheet stops, and a sheet says no more than is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from partnerbook.sandbox import Sandbox

Run = Callable[..., Any]


@pytest.fixture
def sheet(account: Sandbox, run: Run, tmp_path: Path) -> Path:
    """A workbook of the account's customers, refreshed once."""
    assert account.endpoint
    path = tmp_path / "Customers.xlsx"
    assert run("excel", "new", path).code == 0
    assert run("excel", "refresh", path).code == 0
    return path


def _type(path: Path, cell: str, value: str) -> None:
    book = openpyxl.load_workbook(path)
    book["Customers"][cell] = value
    book.save(path)


def _filter_cell(path: Path, name: str) -> str:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Customers").to_python()
    return f"B{next(at for at, row in enumerate(rows, 1) if row[0] == name)}"


def test_an_api_that_says_less_stops_before_a_column_is_emptied(
    account: Sandbox, run: Run, sheet: Path
) -> None:
    before = sheet.read_bytes()
    account.configure(refused=["sub-customers"])

    ran = run("excel", "refresh", sheet)

    assert ran.code == 1
    assert "no longer carries Type, Frozen, Account manager" in ran.out
    assert sheet.read_bytes() == before
    assert run("excel", "refresh", sheet, "--yes").code == 0
    assert sheet.read_bytes() != before


def test_a_filter_whose_formula_was_never_calculated_is_no_filter_left_out(
    run: Run, sheet: Path
) -> None:
    cell = _filter_cell(sheet, "company")
    _type(sheet, cell, "=1+1")
    before = sheet.read_bytes()

    ran = run("excel", "refresh", sheet)

    assert ran.code == 2
    assert f"filter cell {cell} holds a formula" in ran.err
    assert sheet.read_bytes() == before


def test_who_is_outside_new_filters_has_not_left(run: Run, sheet: Path) -> None:
    rows = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_name("Customers").to_python()
    top = next(at for at, row in enumerate(rows, 1) if row[0] == "Customer ID")
    consulting = next(
        at for at, row in enumerate(rows[top:], top + 1) if row[4] == "Consulting (1)"
    )
    _type(sheet, f"Q{top}", "Owner")
    _type(sheet, f"Q{consulting}", "li")
    _type(sheet, _filter_cell(sheet, "association"), "resale")

    assert run("excel", "refresh", sheet).code == 1
    assert run("excel", "refresh", sheet, "--yes").code == 0

    parked = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_name("Parked notes").to_python()
    assert [line[1:4] for line in parked[1:]] == [["Owner", "li", "outside the filters now"]]
    _type(sheet, _filter_cell(sheet, "association"), "")
    assert run("excel", "refresh", sheet, "--yes").code == 0
    again = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_name("Customers").to_python()
    assert [row[16] for row in again if len(row) > 16 and row[16] == "li"] == ["li"]


def test_an_edited_id_is_reported_and_its_note_is_nobody_elses(run: Run, sheet: Path) -> None:
    rows = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_name("Customers").to_python()
    top = next(at for at, row in enumerate(rows, 1) if row[0] == "Customer ID")
    _type(sheet, f"Q{top}", "Owner")
    _type(sheet, f"Q{top + 5}", "li")
    assert run("excel", "refresh", sheet).code == 0
    _type(sheet, f"A{top + 5}", "somebody-else")

    ran = run("excel", "refresh", sheet, "--json")

    assert ran.code == 1
    assert ran.json["conflicts"]
    assert "its customer ID was changed" in ran.json["conflicts"][0]
    assert ran.json["joined"] == []
    assert ran.json["left"] == []
    parked = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_name("Parked notes").to_python()
    assert [line[2:4] for line in parked[1:]] == [["li", "its customer ID was changed"]]


def test_rows_that_a_listing_did_not_show_are_counted_apart(
    account: Sandbox, run: Run, sheet: Path
) -> None:
    account.configure(order="random", churn_per_request=3, seed=5)
    for _ in range(5):
        ran = run("excel", "refresh", sheet, "--yes", "--json")
        if ran.json["state"] == "incomplete":
            break
    else:
        pytest.fail("this much churn is exact five times over?")
    kept = run("customers", "--offline", "--json")

    assert ran.code == 1
    assert ran.json["count"] == kept.json["count"]
    assert ran.json["status"].startswith(f"{kept.json['count']:,} customers · at most ")
