"""The reconciliation's workbook: what each cell holds, and formulas LibreOffice agrees with."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from partnerbook.model import Customer, Decision, LedgerLine, Snapshot
from reports.ledger import Damage, IgnoredRow, Ledger
from reports.reconciliation import BILLING, Cutoff, Reconciliation, reconcile
from reports.workbook.reconciliation import sealed_workbook

NAMES = ("云海科技有限公司", "Acme Co., Ltd.", '=HYPERLINK("http://x","a")', "#N/A", "บริษัท สยาม")
BUILT_FORMULAS = {"Bridge", "Rules", "Checks", "Sign-off"}


def _line(row: int, customer_id: str | None = None, **known: Any) -> LedgerLine:
    return LedgerLine(file="ledger.xlsx", sheet="应收", row=row, customer_id=customer_id, **known)


def _ledger() -> Ledger:
    return Ledger(
        file="ledger.xlsx",
        sheet="应收",
        sha256="ab" * 32,
        form="xlsx",
        heading_row=3,
        headings={"customer_id": "客户ID", "amount": "金额"},
        lines=(
            _line(4, "id-0001", amount=Decimal("0.1"), currency="USD"),
            _line(5, "id-0002", account_name="renamed", amount=Decimal("0.2"), currency="USD"),
            _line(6, "id-0002", amount=Decimal("12.5"), currency="*"),
            _line(7, "gone", company_name="=1+1", amount=Decimal(-3), currency="usd"),
            _line(8, company_name=NAMES[3], amount=Decimal("1000000.01"), currency="USD"),
            _line(9, account_name="USER5", amount=Decimal(4)),
        ),
        ignored=(
            IgnoredRow(row=10, reason="blank"),
            IgnoredRow(row=11, reason="no customer", amount=Decimal(1), currency="USD"),
        ),
        damaged=(Damage(row=8, column="A", field="customer_id", text="1.2E+17", what="shortened"),),
        notes=("The headings stand in row 3; the rows above them are no ledger rows.",),
    )


@pytest.fixture
def snapshot(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> Snapshot:
    return make_snapshot(
        *(
            make_customer(n, company_name=NAMES[n - 1], association="1" if n == 5 else "3")
            for n in range(1, 6)
        )
    )


@pytest.fixture
def reconciliation(snapshot: Snapshot) -> Reconciliation:
    return reconcile(snapshot, _ledger())


def _open(data: bytes, *, values: bool = False) -> Workbook:
    return load_workbook(io.BytesIO(data), data_only=values)


def _text_of(book: Workbook) -> str:
    return "".join(
        f"{sheet.title}!{cell.coordinate} {cell.data_type} [{cell.number_format}] {cell.value}\n"
        for sheet in book.worksheets
        if sheet.title != "Seal"
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )


def _without_values(data: bytes) -> bytes:
    """Return the file with formulas whose values only a spreadsheet program can fill in."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            new.writestr(part, content)
    return out.getvalue()


def _formulas(book: Workbook) -> dict[tuple[str, str], Any]:
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def test_workbook_matches_golden(
    reconciliation: Reconciliation, matches_golden: Callable[[str, str], None]
) -> None:
    matches_golden(_text_of(_open(sealed_workbook(reconciliation).data)), "reconciliation.txt")


def test_equal_reconciliations_give_equal_bytes(snapshot: Snapshot) -> None:
    one, other = (sealed_workbook(reconcile(snapshot, _ledger())).data for _ in range(2))

    assert one == other


def test_only_sheets_of_ours_have_formulas_and_names_stay_text(
    reconciliation: Reconciliation,
) -> None:
    book = _open(sealed_workbook(reconciliation).data)

    assert {sheet for sheet, _ in _formulas(book)} == BUILT_FORMULAS
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    for name in (NAMES[2], NAMES[3], "=1+1"):
        assert {cell.data_type for cell in cells if cell.value == name} == {"s"}
    assert not [cell for cell in cells if cell.data_type == "e"]


@pytest.mark.parametrize(("missing", "cutoff"), [(0, Cutoff(day=date(2026, 1, 8))), (2, None)])
def test_libreoffice_calculates_what_the_formulas_already_bear(
    snapshot: Snapshot,
    make_snapshot: Callable[..., Snapshot],
    libreoffice: Callable[..., Path],
    tmp_path: Path,
    missing: int,
    cutoff: Cutoff | None,
) -> None:
    snapshot = make_snapshot(*snapshot.listing.customers, missing_at_most=missing)
    data = sealed_workbook(reconcile(snapshot, _ledger(), cutoff)).data
    path = tmp_path / "reconciliation.xlsx"
    path.write_bytes(_without_values(data))

    made = libreoffice(path, "xlsx", tmp_path / "out")

    calculated, borne = _open(made.read_bytes(), values=True), _open(data, values=True)
    places = _formulas(_open(data))
    assert len(places) > 20
    for sheet, place in places:
        ours, theirs = borne[sheet][place].value, calculated[sheet][place].value
        assert theirs == (ours if isinstance(ours, str) else pytest.approx(ours, abs=1e-9)), place
    verdicts = [row[3].value for row in calculated["Checks"].iter_rows(min_row=4) if row[3].value]
    assert len(verdicts) > 8
    assert verdicts.count("FALSE") == (1 if missing else 0)  # the listing is exact, or it is not


def test_rows_that_somebody_removed_make_their_checks_fail(
    reconciliation: Reconciliation, libreoffice: Callable[..., Path], tmp_path: Path
) -> None:
    book = _open(sealed_workbook(reconciliation).data)
    by_id = next(cell for cell in book["Matched"][2] if cell.value == "customer ID")
    removed = by_id, book["Only with vendor"]["A2"], book["Ignored"]["B2"]
    for cell in removed:
        assert cell.value is not None
        cell.value = None
    book.save(tmp_path / "changed.xlsx")

    made = libreoffice(tmp_path / "changed.xlsx", "xlsx", tmp_path / "out")

    bridge = _open(made.read_bytes(), values=True)["Bridge"]
    for check in ("B10", "B11", "B16"):
        assert abs(bridge[check].value) in {1, 2}
        assert bridge[check].offset(column=1).value == "DOES NOT CLOSE"


def test_a_row_that_is_removed_from_any_sheet_makes_a_named_check_fail(
    snapshot: Snapshot, libreoffice: Callable[..., Path], tmp_path: Path
) -> None:
    decision = Decision(
        verdict="yes",
        who="Li Lei",
        decided_at=datetime(2026, 5, 1, tzinfo=UTC),
        customer_id="id-0003",
        party=("company_name", "alias"),
        number=1,
    )
    ledger = replace(_ledger(), lines=(*_ledger().lines, _line(12, company_name="Alias")))
    cutoff = Cutoff(day=date(2026, 1, 2), zone=BILLING)
    book = _open(sealed_workbook(reconcile(snapshot, ledger, cutoff, decisions=[decision])).data)
    own_check = {
        "Suggested": "Every suggested match is on its sheet",
        "Matched": "Confirmed matches are on the sheet Matched",
        "Only in ledger": "The bridge of amounts closes: usd",
        "Differences": "Rows on the sheet Differences",
        "Associations": "Rows on the sheet Associations",
        "Timing": "Rows on the sheet Timing",
        "Duplicates": "Rows on the sheet Duplicates",
        "Breaks": "Every break of now is in the register",
        "Decisions used": "Rows on the sheet Decisions used",
        "Ignored": "Every row read is used, ignored or not checked",
        "Spoilt cells": "Rows on the sheet Spoilt cells",
    }
    for title in own_check:
        assert book[title]["A2"].value is not None, title
        for cell in book[title][2]:
            cell.value = None
    book.save(tmp_path / "changed.xlsx")

    made = libreoffice(tmp_path / "changed.xlsx", "xlsx", tmp_path / "out")

    checks = _open(made.read_bytes(), values=True)["Checks"]
    rows = [[cell.value for cell in row] for row in checks.iter_rows(min_row=4)]
    failing = {row[0] for row in rows if row[3] == "FALSE"}
    assert failing >= set(own_check.values())


def test_the_cover_says_whether_the_period_can_close(
    snapshot: Snapshot, make_snapshot: Callable[..., Snapshot], reconciliation: Reconciliation
) -> None:
    incomplete = make_snapshot(*snapshot.listing.customers, missing_at_most=2)
    clean = Ledger(
        file="l.csv",
        sheet="",
        sha256="00" * 32,
        form="csv",
        heading_row=1,
        headings={},
        lines=tuple(_line(n + 1, f"id-{n:04}") for n in range(1, 6)),
    )

    said = [
        _open(sealed_workbook(each).data)["Cover"]["B4"].value
        for each in (
            reconciliation,
            reconcile(incomplete, _ledger()),
            reconcile(snapshot, clean),
        )
    ]

    assert said[0] == "OPEN: 7 breaks and 1 suggested match to settle."
    assert said[1].startswith("CANNOT CLOSE: the listing is not exact, up to 2 customers")
    assert said[2] == "Everything matches; the period can close."


def test_an_empty_ledger_and_an_empty_listing_still_make_a_workbook(
    make_snapshot: Callable[..., Snapshot],
) -> None:
    nothing = Ledger(
        file="l.csv", sheet="", sha256="00" * 32, form="csv", heading_row=1, headings={}, lines=()
    )

    book = _open(sealed_workbook(reconcile(make_snapshot(), nothing)).data, values=True)

    assert book["Bridge"]["B10"].value == 0


def test_timing_shows_both_zones_and_stays_out_of_what_is_to_settle(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    moment = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
    snapshot = make_snapshot(make_customer(1, associated_at=moment))
    cutoff = Cutoff(day=date(2026, 3, 31), zone=BILLING)
    nothing = replace(_ledger(), lines=(), ignored=(), damaged=())

    book = _open(sealed_workbook(reconcile(snapshot, nothing, cutoff)).data, values=True)

    row = [cell.value for cell in book["Timing"][2]]
    assert row[1:7] == [
        "id-0001", "user1", "Company 1 Ltd", moment.replace(tzinfo=None), "2026-04-01 01:00", "yes"
    ]  # fmt: skip
    assert book["Cover"]["B4"].value == (
        "Nothing is left to settle: 1 customer is timing; the period can close."
    )
    assert [book["Bridge"][cell].value for cell in ("B4", "D5", "B5", "B10")] == [1, 1, -1, 0]


def test_suggested_matches_have_a_drop_down(reconciliation: Reconciliation) -> None:
    sheet = _open(sealed_workbook(reconciliation).data)["Suggested"]

    choice = next(each for each in sheet.data_validations.dataValidation if each.type == "list")
    assert choice.formula1 == '"yes,no"'
    assert sheet[str(choice.sqref).split(":", maxsplit=1)[0][0] + "1"].value == "Yes or no"
