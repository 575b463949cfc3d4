"""The seal: what a person changes is named, what a program only saves again is no change."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from partnerbook.model import Customer, LedgerLine, Snapshot
from partnerbook.wording import Language
from reports.ledger import IgnoredRow, Ledger
from reports.reconciliation import Cutoff, reconcile
from reports.reconciliation.words import WORDS
from reports.workbook.reconciliation import sealed_workbook
from reports.workbook.sealed import Cell, sealed_from

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
    return sealed_workbook(reconcile(snapshot, _ledger(12), cutoff, language=language)).data


def _open(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def changes(book: Workbook | bytes) -> tuple[bool, tuple[Cell, ...]]:
    """Return whether a book is as it was made, and what is not."""
    if not isinstance(book, bytes):
        saved = io.BytesIO()
        book.save(saved)
        book = saved.getvalue()
    found = sealed_from(book, "r.xlsx")
    return found.unchanged, found.cells


def test_a_workbook_is_as_it_was_made_and_bears_its_seal_in_print(made: bytes) -> None:
    book = _open(made)

    whole, named = changes(book)

    assert (whole, named) == (True, ())
    assert book.worksheets[-2]["B10"].value == sealed_from(made, "r.xlsx").seal
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


def _sealed_cells(book: Workbook) -> list[tuple[str, str]]:
    return [
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets[:-2]
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def test_every_single_cell_that_changes_is_named(made: bytes) -> None:
    book = _open(made)
    places = _sealed_cells(book)
    assert len(places) > 200
    for title, place in places:
        book[title][place].value = "changed"

    whole, named = changes(book)

    assert not whole
    assert sorted((each.sheet, each.place) for each in named) == sorted(places)
    assert {each.now for each in named} == {"changed"}


def test_in_each_sheet_one_cell_that_changes_is_named_and_no_other(made: bytes) -> None:
    last = dict(_sealed_cells(_open(made)))
    assert len(last) == len(_open(made).sheetnames) - 2

    for title, place in last.items():
        book = _open(made)
        book[title][place].value = "#N/A"  # also what spreadsheets take for an error
        whole, named = changes(book)
        assert not whole
        assert [(each.sheet, each.place, each.now) for each in named] == [(title, place, "#N/A")]


@pytest.mark.parametrize(
    ("value", "now"),
    [
        (7, "7"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(3, 4), "03:04:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
        ("=1+1", "=1+1"),
    ],
)
def test_whatever_is_written_into_a_cell_is_named(made: bytes, value: Any, now: str) -> None:
    for place, was_empty in (("B2", False), ("Z9", True)):
        book = _open(made)
        title = book.sheetnames[3]
        book[title][place].value = value

        whole, (named,) = changes(book)

        assert not whole
        assert (named.sheet, named.place, named.was_empty) == (title, place, was_empty)
        assert named.now.startswith(now)


def test_rows_that_change_places_or_go_are_named(made: bytes) -> None:
    for title in _open(made).sheetnames[2:4]:
        for change in ("delete_rows", "insert_rows"):
            book = _open(made)
            getattr(book[title], change)(2)
            whole, named = changes(book)
            assert not whole
            assert {each.sheet for each in named} == {title}


def test_what_is_added_emptied_or_taken_away_is_named(made: bytes) -> None:
    book = _open(made)
    breaks = next(each for each in book.worksheets if each.title in WORDS["Breaks"])
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
    book = _open(sealed_workbook(reconcile(snapshot, _ledger(600))).data)

    assert changes(book) == (True, ())
    book["Matched"]["B300"].value = "id-9999"
    assert [each.place for each in changes(book)[1]] == ["B300"]
    book["Matched"]["C301"].value = "=1+1"  # now another reader reads the sheet
    assert [each.place for each in changes(book)[1]] == ["B300", "C301"]


def test_a_row_beyond_what_the_file_says_of_its_size_is_seen(made: bytes) -> None:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/worksheets/sheet2.xml":  # the bridge: with formulas
                row = b'<row r="90"><c r="B90"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", row)
            new.writestr(part, data)

    whole, (named,) = changes(changed.getvalue())

    assert (whole, named.place, named.was_empty, named.now) == (False, "B90", True, "1")
