"""The weekly workbook: what it shows is what the snapshots say, in any program that opens it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from partnerbook import text
from partnerbook.model import Customer, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language, heading, label
from reports.weekly import weekly_report
from reports.workbook.weekly import weekly_workbook

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]
Week = tuple[Snapshot, Snapshot]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_matches_golden(
    two_mondays: Week,
    cells_of: Callable[[bytes], str],
    matches_golden: Callable[[str, str], None],
    language: Language,
) -> None:
    report = weekly_report(*two_mondays, View(), language=language)

    matches_golden(cells_of(weekly_workbook(report)), f"weekly.{language}.xlsx.txt")


def test_equal_reports_give_equal_bytes(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())

    assert weekly_workbook(report) == weekly_workbook(replace(report))


def test_libreoffice_opens_it_and_its_rows_equal_the_snapshot(
    make_customer: Make, make_snapshot: Take, libreoffice: Callable[..., Path], tmp_path: Path
) -> None:
    names = [
        *("=1+1", "+86139", "@x", "-1", "0086", "12e4", "#N/A", "a\ud800b", "c\uffffd"),
        *("é" * 40_000, "<b>", "شركة الأفق", "_x0041_", "'q", "two\nlines", " kept "),
    ]
    customers = [
        make_customer(n, company_name=name, account_name=name, label=name)
        for n, name in enumerate(names, 1)
    ]
    customers.append(make_customer(99, company_name=None, telephone=None, associated_at=None))
    snapshot = make_snapshot(*customers)
    report = weekly_report(None, snapshot, View())
    (tmp_path / "weekly.xlsx").write_bytes(weekly_workbook(report))

    again = libreoffice(tmp_path / "weekly.xlsx", "ods", tmp_path)

    rows = CalamineWorkbook.from_path(again).get_sheet_by_name("Customers").to_python()
    assert rows[0] == [heading(column) for column in report.columns]
    by_id = {str(row[0]): row for row in rows[1:]}
    assert len(rows) - 1 == len(by_id) == snapshot.listing.count
    for customer in snapshot.listing.customers:
        assert by_id[customer.customer_id] == [shown(customer, column) for column in report.columns]


def shown(customer: Customer, column: str) -> Any:
    value = getattr(customer, column)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return text.for_cell(label(column, value))


def test_before_and_after_stand_side_by_side(two_mondays: Week) -> None:
    data = weekly_workbook(weekly_report(*two_mondays, View()))
    sheet = load_workbook(io.BytesIO(data))["Changed"]

    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Customer ID", "Name", "Field", "Before", "After"]
    assert rows[1:3] == [
        ["id-0001", "ACME Asia", "Company name", "Acme Ltd", "ACME Asia"],
        ["id-0002", "上海云计算科技有限公司", "Verification", "Under review (0)", "Rejected (1)"],
    ]
    assert rows[3] == ["id-0003", "=1+1", "Company name", None, "=1+1"]


def test_no_formula_link_or_macro_is_inside(two_mondays: Week) -> None:
    data = weekly_workbook(weekly_report(*two_mondays, View()))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names)
        links = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert b"<f>" not in everything.replace(b"<c:f>", b"").replace(b"<f>'", b"")
    assert b"TargetMode" not in links
    assert not [name for name in names if "vba" in name or "external" in name.lower()]


def test_the_summary_says_what_the_report_says_and_has_one_chart(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())
    sheet: Any = load_workbook(io.BytesIO(weekly_workbook(report)))["Summary"]

    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {report.headline, *report.sentences} <= set(values)
    assert [v for v in values if isinstance(v, int)][:6] == [v for _, v in report.figures]
    (chart,) = sheet._charts
    assert chart.title.tx.rich.p[0].r[0].t == "Customers by month of association"
    assert chart.x_axis.title.tx.rich.p[0].r[0].t == "Month of association"
    assert chart.y_axis.title.tx.rich.p[0].r[0].t == "Customers"


def test_an_incomplete_report_says_so_on_its_first_sheets_and_leaves_left_open(
    two_mondays: Week,
) -> None:
    before, now = two_mondays
    now = replace(now, listing=replace(now.listing, missing_at_most=3))
    report = weekly_report(before, now, View())
    book = load_workbook(io.BytesIO(weekly_workbook(report)))

    assert book["About"]["A4"].value == report.warning
    assert book["Summary"]["A5"].value == report.warning
    assert book["Left"]["A2"].value is None
    texts = [cell.value for row in book["Summary"].iter_rows() for cell in row]
    assert texts.count("not known") == 2  # change and left


def test_it_prints_with_headings_on_each_page(
    make_customer: Make, make_snapshot: Take, libreoffice: Callable[..., Path], tmp_path: Path
) -> None:
    snapshot = make_snapshot(*(make_customer(n) for n in range(1, 121)))
    report = weekly_report(None, snapshot, View())
    (tmp_path / "weekly.xlsx").write_bytes(weekly_workbook(report))

    pages = pypdf.PdfReader(libreoffice(tmp_path / "weekly.xlsx", "pdf", tmp_path)).pages

    said = [page.extract_text() for page in pages]
    of_customers = [page for page in said if "user" in page]
    assert len(of_customers) > 1
    assert all("Company name" in page for page in of_customers)
    assert all(f"{n} / {len(pages)}" in page for n, page in enumerate(said, 1))
    assert all("as of 2026-05-04 06:00:00 UTC" in page for page in said)
    assert all(page.mediabox.width > page.mediabox.height for page in pages[2:])


def test_long_breakdowns_end_in_one_line_for_the_rest(
    make_customer: Make, make_snapshot: Take
) -> None:
    before = make_snapshot(*(make_customer(n, label=f"L{n:02}") for n in range(1, 15)))
    now = make_snapshot(
        *(make_customer(n, label=f"L{n:02}") for n in range(1, 16)),
        taken_at=before.taken_at + timedelta(days=7),
    )
    sheet = load_workbook(io.BytesIO(weekly_workbook(weekly_report(before, now, View()))))[
        "Summary"
    ]

    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_col=5, max_col=7)]
    assert ["6 other values", 6, 1] in cells
