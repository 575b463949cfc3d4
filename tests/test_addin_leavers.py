"""What a refresh tells: who left, by name, and what changed, before and after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from addin import records, telling
from partnerbook.sandbox import Sandbox

Run = Callable[..., Any]


@pytest.fixture
def path(account: Sandbox, run: Run, tmp_path: Path) -> Path:
    assert account.customers
    file = tmp_path / "Customers.xlsx"
    run("excel", "new", file)
    assert run("excel", "refresh", file).code == 0
    return file


def _values(path: Path, sheet: str) -> list[list[Any]]:
    ws: Any = openpyxl.load_workbook(path)[sheet]
    return [[cell.value for cell in row] for row in ws.iter_rows()]


def test_who_left_without_notes_is_named_everywhere(path: Path, account: Sandbox, run: Run) -> None:
    before = {each.customer_id: each.shown_name for each in account.customers}
    account.play_week(2)
    now = {each.customer_id for each in account.customers}
    gone = {key: name for key, name in before.items() if key not in now}
    assert 0 < len(gone) <= 10

    previewed = run("excel", "preview", path).out
    refreshed = run("excel", "refresh", path, "--yes").out

    for key, name in gone.items():
        assert f"  - {key} {name}\n" in previewed
        assert f"  - {key} {name}\n" in refreshed
    log = _values(path, "Refresh log")
    assert log[0][12] == "Who left"
    assert log[1][12] is None
    assert sorted(log[2][12].split("; ")) == sorted(gone.values())
    lines = [line for line in _values(path, "Customer history") if line[3] == "left the list"]
    assert {line[0]: line[1] for line in lines} == gone

    run("excel", "refresh", path, "--yes")
    shown = {line[0] for line in _values(path, "Customer history")}
    assert not shown & gone.keys(), "named once, not carried along"


def test_of_many_who_left_some_are_named_and_the_rest_counted(
    path: Path, account: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (telling, records):
        monkeypatch.setattr(room, "_NAMED", 1)
    before = {each.customer_id for each in account.customers}
    account.play_week(2)
    more = len(before - {each.customer_id for each in account.customers}) - 1
    assert more > 0

    told = run("excel", "refresh", path, "--yes")

    assert told.out.count("\n  - ") == 1
    assert f"... and {more} more who left; --json lists them all" in told.out
    assert _values(path, "Refresh log")[2][12].endswith(f" and {more} more")


def test_a_file_that_is_open_elsewhere_is_previewed_and_not_refreshed(path: Path, run: Run) -> None:
    path.with_name(f"~${path.name}").write_bytes(b"\x02Li")
    path.chmod(0o444)

    assert run("excel", "preview", path).code == 0
    refused = run("excel", "refresh", path)
    assert refused.code == 2
    assert "is open in Excel by Li" in refused.err


def test_with_other_filters_nobody_is_said_to_have_left_in_the_workbook(
    path: Path, run: Run
) -> None:
    book = openpyxl.load_workbook(path)
    book["Customers"]["B5"] = None
    ws: Any = book["Customers"]
    cell = next(row for row in ws.iter_rows(max_row=20) if row[0].value == "association")[1]
    cell.value = "resale"
    book.save(path)

    run("excel", "refresh", path, "--yes")

    log = _values(path, "Refresh log")[-1]
    assert log[7] > 0
    assert log[12] is None
    assert not [line for line in _values(path, "Customer history") if line[3] == "left the list"]


def test_a_change_is_shown_with_before_and_after(
    path: Path, account: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.play_week(2)
    change = run("excel", "preview", path, "--json").json["altered"][0]
    sides = [str(change[each] or "(empty)") for each in ("before", "after")]
    who = f"  ~ {change['customer_id']} {change['field']}: "

    assert f"{who}{sides[0]} -> {sides[1]}\n" in run("excel", "preview", path).out
    monkeypatch.setattr(telling, "_WIDE", 3)
    cut = [each if len(each) <= 3 else f"{each[:2]}…" for each in sides]
    assert f"{who}{cut[0]} -> {cut[1]}\n" in run("excel", "preview", path).out


def test_notes_that_wait_for_a_column_are_said(path: Path, account: Sandbox, run: Run) -> None:
    assert " ! " not in run("excel", "preview", path).out
    book = openpyxl.load_workbook(path)
    ids = [each.customer_id for each in account.customers]
    kinds = (("Note", "left the list"), ("Comment: Note", "left the list"), ("Note", "deleted"))
    for key, (column, reason) in [*zip(ids, kinds, strict=False), ("gone", kinds[0])]:
        book["Parked notes"].append([key, column, "call", reason])
    book.save(path)
    said = "2 notes of customers in the list wait: there is no column Note for notes"

    previewed = run("excel", "preview", path)
    assert f"  ! {said}\n" in previewed.out
    assert run("excel", "preview", path, "--json").json["warnings"] == [said]
    refreshed = run("excel", "refresh", path, "--lang", "zh")
    assert "2 条备注在等待：没有可写备注的列 Note\n" in refreshed.out
    assert previewed.code == refreshed.code == 0

    book = openpyxl.load_workbook(path)
    ws: Any = book["Customers"]
    heading = next(row[0].row for row in ws.iter_rows() if row[0].value == "Customer ID")
    ws.cell(heading, 17, "Note")
    book.save(path)
    refreshed = run("excel", "refresh", path)
    assert " ! " not in refreshed.out
    assert "2 came back" in refreshed.out
