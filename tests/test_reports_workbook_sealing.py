"""The seal: what a person changes is named, what a program only saves again is no change."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from partnerbook.model import Customer, LedgerLine, Snapshot
from partnerbook.wording import Language
from reports.ledger import IgnoredRow, Ledger
from reports.reconciliation import Cutoff, reconcile
from reports.workbook.reconciliation import reconciliation_workbook
from reports.workbook.sealing import changes, seal_of

NAMES = ("云海_x0041_科技\nLtd", "=1+1", "0086", "12e4", "#N/A", " spaced  out ")


def _ledger(count: int) -> Ledger:
    lines = [
        LedgerLine(
            file="l.xlsx",
            sheet="应收",
            row=row,
            customer_id=f"id-{row:04}" if row % 3 else f"x-{row}",
            company_name=NAMES[row % 6],
            amount=Decimal("0.1") * row,
            currency="USD",
        )
        for row in range(2, count)
    ]
    return Ledger(
        file="l.xlsx",
        sheet="应收",
        sha256="ab" * 32,
        form="xlsx",
        heading_row=1,
        headings={"customer_id": "客户ID"},
        lines=tuple(lines),
        ignored=(IgnoredRow(row=count + 1, reason="blank"),),
    )


@pytest.fixture(params=["en", "zh"])
def made(
    request: pytest.FixtureRequest,
    make_customer: Callable[..., Customer],
    make_snapshot: Callable[..., Snapshot],
) -> bytes:
    language: Language = request.param
    customers = (make_customer(n, company_name=NAMES[n % 6]) for n in range(1, 12))
    snapshot = make_snapshot(*customers, taken_at=datetime(2026, 4, 1, 6, 0, tzinfo=UTC))
    cutoff = Cutoff(day=date(2026, 1, 10))
    return reconciliation_workbook(reconcile(snapshot, _ledger(12), cutoff, language=language))


def _open(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def test_a_workbook_is_as_it_was_made_and_bears_its_seal_in_print(made: bytes) -> None:
    book = _open(made)

    whole, named = changes(book)

    assert (whole, named) == (True, ())
    assert book.worksheets[-2]["B10"].value == seal_of(book)
    assert book["Seal"].sheet_state == "veryHidden"


def test_saved_again_by_openpyxl_or_libreoffice_it_is_as_it_was(
    made: bytes, libreoffice: Callable[..., Path], tmp_path: Path
) -> None:
    again = io.BytesIO()
    _open(made).save(again)
    (tmp_path / "made.xlsx").write_bytes(made)
    converted = libreoffice(tmp_path / "made.xlsx", "xlsx", tmp_path / "out").read_bytes()

    for data in (again.getvalue(), converted):
        whole, named = changes(_open(data))
        assert [(each.sheet, each.place, each.now) for each in named] == []
        assert whole


def test_every_single_cell_that_changes_is_named(made: bytes) -> None:
    book = _open(made)
    places = [
        (sheet, cell.coordinate)
        for sheet in book.worksheets[:-2]
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert len(places) > 200

    for sheet, place in places:
        cell = sheet[place]
        before, kind = cell.value, cell.data_type
        cell.value = "changed"
        whole, named = changes(book)
        assert not whole
        assert [(each.sheet, each.place, each.now) for each in named] == [
            (sheet.title, place, "changed")
        ]
        cell.value, cell.data_type = before, kind
    assert changes(book)[0]


def test_what_is_added_emptied_or_taken_away_is_named(made: bytes) -> None:
    book = _open(made)
    breaks = book.worksheets[11]
    added, emptied = breaks.cell(90, 3), breaks["A2"]
    added.value, emptied.value = "new", None
    gone = book.worksheets[3].title
    del book[gone]

    whole, named = changes(book)

    assert not whole
    assert [(each.sheet, each.place, each.was_empty, each.now) for each in named] == [
        (gone, "", False, ""),
        (breaks.title, "A2", False, ""),
        (breaks.title, "C90", True, "new"),
    ]


def test_signing_is_no_change_and_a_lost_hidden_sheet_is_one(made: bytes) -> None:
    book = _open(made)
    book.worksheets[-2]["B5"].value = "Li Lei"

    assert changes(book) == (True, ())

    del book["Seal"]
    assert changes(book) == (True, ())
    book.worksheets[0]["B4"].value = "fine"
    assert changes(book) == (False, ())


def test_long_tables_are_sealed_too(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    snapshot = make_snapshot(*(make_customer(n) for n in range(1, 500)))
    book = _open(reconciliation_workbook(reconcile(snapshot, _ledger(600))))

    assert changes(book) == (True, ())
    book["Matched"]["B300"].value = "id-9999"
    assert [each.place for each in changes(book)[1]] == ["B300"]
