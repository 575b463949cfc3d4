from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from addin import cells, macros, records, sheet
from addin.files import open_book, save
from partnerbook.model import Customer, Snapshot
from partnerbook.views.filters import FILTER_NAMES
from partnerbook.wording import HEADINGS, Language
from reports.workbook.starter import starter_workbook

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def opened(language: Language) -> Any:
    return openpyxl.load_workbook(io.BytesIO(starter_workbook(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_and_headings_are_the_public_ones(language: Language) -> None:
    book = opened(language)
    ws = book["Customers"]

    assert book.sheetnames == [
        "Customers",
        "Parked notes",
        "Customer history",
        "Refresh log",
        "About",
    ]
    area = ws.tables[sheet.TABLE].ref
    head = [cell.value for cell in ws[area][0]]
    assert head == [cells.column_heading(each, language) for each in cells.COLUMNS]
    assert list(HEADINGS) == list(cells.COLUMNS[:-1])
    assert len(ws[area]) == 2, "one blank row, as Excel demands"
    filters = book.defined_names[sheet.FILTERS].attr_text.split("!")[1].replace("$", "")
    assert [row[0].value for row in ws[filters]] == list(FILTER_NAMES)
    assert all(row[1].value is None for row in ws[filters])
    assert sheet.STATUS in book.defined_names


def test_headings_of_the_other_sheets_are_those_the_refresh_writes_under() -> None:
    book = opened("en")

    assert [cell.value for cell in book[sheet.PARKED_SHEET][1]] == list(records.PARKED_HEADINGS)
    assert [cell.value for cell in book[sheet.LOG_SHEET][1]] == list(records.LOG_HEADINGS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cell_is_a_formula_or_link_out(language: Language) -> None:
    for ws in opened(language).worksheets:
        for row in ws.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None or cell.hyperlink.target is None


def test_filters_have_drop_downs() -> None:
    rules = {
        str(rule.sqref): rule.formula1
        for rule in opened("en")["Customers"].data_validations.dataValidation
        if rule.type == "list"
    }

    assert rules == {
        "B9": '"consulting,agency,resale"',
        "B14": '"unverified,reviewing,rejected,verified,failed"',
        "B17": '"yes,no"',
    }


def test_equal_input_makes_equal_bytes() -> None:
    assert starter_workbook() == starter_workbook()


@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_reads_the_same_rows_back(
    language: Language,
    tmp_path: Path,
    libreoffice: Callable[..., Path],
    make_customer: Callable[..., Customer],
    make_snapshot: Callable[..., Snapshot],
) -> None:
    path = tmp_path / "Customers.xlsx"
    path.write_bytes(starter_workbook(language))
    libreoffice(path, "pdf", tmp_path / "before")
    names = ["=1+1", "0086", "شركة الأفق", "上海云计算", "<b>&", " lead", "#N/A", None]
    customers = [make_customer(n, company_name=name) for n, name in enumerate(names, 1)]
    for _ in range(2):
        book = open_book(path)
        snapshot = make_snapshot(*customers)
        macros.refresh(book, lambda _, s=snapshot: s, now=snapshot.taken_at)  # type: ignore[misc]  # bound now
        save(book)

    theirs = openpyxl.load_workbook(libreoffice(path, "xlsx", tmp_path / "after"))
    rows = [[cell.value for cell in row[:9]] for row in theirs["Customers"].iter_rows(min_row=22)]

    fields = cells.COLUMNS[:9]
    wanted = [
        [value or None for value in cells.row_of(customer, fields, language)]
        for customer in reversed(customers)
    ]
    assert [row for row in rows if row[0]] == wanted
