"""Cached values that may be wrong are dropped, however a formula reaches what was changed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from addin.files import open_book, save

# openpyxl says that it would drop the sparkline.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

SHEETS = ["Customers", "Before", "Second", "Between", "After", "Third", "It's last", "Apart"]
REACHING = [
    "=SUM(Second!A:A)",
    "=SUM(Second!1:1)",
    "=Second!$A$1",
    "=second!A1",
    "=OFFSET(Second!A3,-2,0)",
    "=SUM(Tens[x])",
    "=SUM(tens[x])",
    "=the_sum",
    "=the_sum_of_old",
    "=SUM(Second:After!A1)",
    "=SUM(Before:Second!A1)",
    "=SUM(Before:After!A1)",
    "=SUM('Before:It''s last'!A1)",
    '=IF("<"&Second!A1="<1","&","!")',
]


def written(path: Path, third: str) -> None:
    """Write a book whose third sheet reaches the first one by way of the second."""
    book = xlsxwriter.Workbook(str(path))
    sheets = {name: book.add_worksheet(name) for name in SHEETS}
    sheets["Customers"].write("A1", 1)
    sheets["Second"].write_formula("A1", "=Customers!A1*10", None, 10)
    columns = {"data": [[5]], "name": "Tens", "columns": [{"header": "x"}]}
    sheets["Second"].add_table("C1:C2", columns)
    sheets["Third"].write_formula("A1", third, None, 10)
    sheets["Third"].write_formula("A2", "=Third!A1*7", None, 70)
    sheets["Apart"].write_formula("A1", "=SUM(Between!A1,After!B:B)", None, 4)
    sheets["Apart"].write("A2", "Second!A1 is no formula")
    sheets["Apart"].add_sparkline("B1", {"range": "Second!A1:A5"})
    book.define_name("the_sum", "=SUM(Second!$A$1:$A$9)")
    book.define_name("the_sum_of_old", "=the_sum+1")
    book.define_name("Apart!the_sum", "=Apart!$A$9")
    book.close()


def changed(path: Path) -> dict[str, bytes]:
    """Change a cell of the first sheet; return the parts of all sheets."""
    book = open_book(path)
    book.sheets["Customers"].range("A1").value = 2
    save(book)
    with zipfile.ZipFile(path) as archive:
        return {
            name: archive.read(f"xl/worksheets/sheet{at}.xml") for at, name in enumerate(SHEETS, 1)
        }


@pytest.mark.parametrize("formula", REACHING)
def test_however_a_sheet_is_reached_its_cached_values_go(tmp_path: Path, formula: str) -> None:
    path = tmp_path / "book.xlsx"
    written(path, formula)
    with zipfile.ZipFile(path) as archive:
        apart = archive.read("xl/worksheets/sheet8.xml")
    parts = changed(path)

    for name in ("Second", "Third"):
        cells = re.findall("<c [^>]*><f>[^<]*</f>(.*?)</c>", parts[name].decode())
        assert set(cells) == {""}, name
    assert parts["Apart"] == apart, "nothing there depends on what was changed"
    assert b"<v>5</v>" in parts["Second"] or b't="s"' in parts["Second"], "no formula"


def test_libreoffice_shows_no_number_of_last_week(
    tmp_path: Path, libreoffice: Callable[..., Path]
) -> None:
    path = tmp_path / "book.xlsx"
    written(path, "=SUM(Second!A:A)")
    changed(path)

    ws: Any = openpyxl.load_workbook(libreoffice(path, "xlsx", tmp_path / "out"), data_only=True)[
        "Third"
    ]
    assert (ws["A1"].value, ws["A2"].value) == (20, 140)
