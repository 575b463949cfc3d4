"""The demo does the whole main job, with real files that independent parties read."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from addin import demo, files

TUESDAY = datetime(2026, 11, 17, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[demo.Demo, Path]:
    folder = tmp_path_factory.mktemp("demo") / "out"
    return demo.play(folder, today=TUESDAY), folder


def test_the_demo_leaves_its_files(played: tuple[demo.Demo, Path]) -> None:
    _, folder = played

    assert sorted(path.name for path in folder.iterdir()) == [
        "Customers.xlsx",
        "ledger.xlsx",
        "reconciliation.xlsx",
        "weekly-2026-W47.eml",
        "weekly-2026-W47.html",
        "weekly-2026-W47.xlsx",
    ]


def test_every_note_is_beside_its_customer_or_parked(played: tuple[demo.Demo, Path]) -> None:
    made, folder = played
    workbook = CalamineWorkbook.from_path(str(folder / "Customers.xlsx"))
    rows = workbook.get_sheet_by_name("Customers").to_python()
    top = next(at for at, row in enumerate(rows) if row[0] == "Customer ID")
    column = rows[top].index(demo.NOTES_COLUMN)
    beside = {row[0]: row[column] for row in rows[top + 1 :] if row[column] != ""}
    parked = workbook.get_sheet_by_name("Parked notes").to_python()[1:]

    notes = sorted([*beside.values(), *(row[2] for row in parked if row[2] != "")])
    assert notes == sorted(demo._NOTES)
    assert (made.notes_kept, made.notes_parked) == (len(beside), len(demo._NOTES) - len(beside))
    assert made.notes_parked == 1
    assert len(rows) - top - 1 == made.customers


def test_all_numbers_agree(played: tuple[demo.Demo, Path]) -> None:
    made, folder = played

    bridge = made.reconciliation.bridge
    assert bridge.vendor == made.customers == len(made.weekly.report.customers)
    assert bridge.check == 0
    assert (bridge.not_in_ledger, bridge.not_with_vendor, bridge.extra_lines) == (1, 1, 1)
    mail = email.message_from_bytes(
        (folder / "weekly-2026-W47.eml").read_bytes(), policy=email.policy.default
    )
    text: Any = mail.get_body(("plain",))
    page = (folder / "weekly-2026-W47.html").read_text(encoding="utf-8")
    for shown in (text.get_content(), page):
        assert f"{made.customers}" in shown
        assert made.weekly.report.view.fingerprint in shown
    status = CalamineWorkbook.from_path(str(folder / "Customers.xlsx"))
    told = str(status.get_sheet_by_name("Customers").to_python()[:20])
    assert f"{made.customers} customers" in told
    assert made.weekly.report.view.fingerprint in told


def test_every_workbook_opens_in_libreoffice_with_the_same_cells(
    played: tuple[demo.Demo, Path], libreoffice: Callable[..., Path], tmp_path: Path
) -> None:
    _, folder = played
    for path in sorted(folder.glob("*.xlsx")):
        again = libreoffice(path, "xlsx", tmp_path)
        ours, theirs = openpyxl.load_workbook(path), openpyxl.load_workbook(again)
        assert ours.sheetnames == theirs.sheetnames, path.name
        for sheet in ours:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "s" and "_x" not in str(cell.value):
                        found = theirs[sheet.title][cell.coordinate].value
                        assert str(found) == str(cell.value), f"{path.name} {cell.coordinate}"


def test_xlwings_own_slices_work_over_files(played: tuple[demo.Demo, Path]) -> None:
    made, folder = played
    book = files.open_book(folder / "Customers.xlsx")
    body = book.sheets["Customers"].tables["CustomerList"].data_body_range

    assert len(body.columns[0].value) == made.customers
    assert body[1:3, 0:2].value == [row[:2] for row in body.value[1:3]]


def test_the_summary_says_what_was_made(played: tuple[demo.Demo, Path]) -> None:
    made, folder = played
    told = demo.summary(made, folder)

    for path in folder.iterdir():
        assert path.name in told
    assert f"{made.customers} customers" in told
    assert "closes to 0" in told


def test_in_chinese_finance_gets_chinese_too(tmp_path: Path) -> None:
    made = demo.play(tmp_path, today=TUESDAY, language="zh")

    assert made.reconciliation.bridge.check == 0
    names = CalamineWorkbook.from_path(str(tmp_path / "reconciliation.xlsx")).sheet_names
    assert [name for name in names if name.isascii()] == ["Seal"]  # hidden
