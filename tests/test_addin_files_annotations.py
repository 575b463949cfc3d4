"""Comments and links stand where the schema wants them, whatever else a sheet has."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from defusedxml import ElementTree

from addin.files import open_book, save
from addin.files.annotations import _LINK, _List
from addin.files.places import references_following
from addin.files.xmltext import place_for

# openpyxl says that it would drop the data bar's extension.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
_VIEWS = "<customSheetViews><customSheetView><pageMargins/></customSheetView></customSheetViews>"
# As Apache POI writes it: XML lets ">" stand in an attribute as it is.
_RAW = (
    "<dataValidations count='2'><dataValidation prompt='5\" > 4\"/>' sqref=\"B2\"/>"
    '<dataValidation type="whole" prompt="a > b" sqref="C2"><formula1>"</formula1>'
    "</dataValidation></dataValidations>"
)


def test_a_data_bar_s_own_extension_is_not_the_sheet_s(tmp_path: Path) -> None:
    path = tmp_path / "Book.xlsx"
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("Customers")
    sheet.write_column("A1", [1, 2, 3])
    sheet.conditional_format("A1:A3", {"type": "data_bar", "data_bar_2010": True})
    made.close()

    book = open_book(path)
    cell = book.sheets["Customers"].range("A2")
    cell.add_note("careful")
    cell.add_hyperlink("#Customers!A1", "up", "go up")
    save(book)

    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    names = [child.tag.rpartition("}")[2] for child in root]
    wanted = ["conditionalFormatting", "hyperlinks", "pageMargins", "legacyDrawing", "extLst"]
    assert [each for each in names if each in wanted] == wanted
    again: Any = openpyxl.load_workbook(path)["Customers"]
    assert again["A2"].comment.text == "careful"
    assert again["A2"].hyperlink.location == "Customers!A1"
    taken = open_book(path).sheets["Customers"].range("A2")
    assert (taken.note.text, taken.hyperlink) == ("careful", "#Customers!A1")


@pytest.mark.parametrize(
    ("tail", "element", "place"),
    [
        (f"{_VIEWS}<pageMargins/></worksheet>", "hyperlinks", len(_VIEWS)),
        (f"{_VIEWS}</worksheet>", "hyperlinks", len(_VIEWS)),
        ("<x:drawing/><x:extLst><a/></x:extLst></x:worksheet>", "legacyDrawing", 12),
        ("<drawing/><mc:AlternateContent/></worksheet>", "legacyDrawing", 10),
        ("<drawing/></worksheet>", "hyperlinks", 0),
        ("</worksheet>", "legacyDrawing", 0),
        (f"{_RAW}<pageMargins/></worksheet>", "hyperlinks", len(_RAW)),
        (f"{_RAW}</worksheet>", "legacyDrawing", len(_RAW)),
    ],
)
def test_an_element_goes_before_the_first_that_must_follow_it(
    tail: str, element: str, place: int
) -> None:
    assert place_for(tail, element) == place


def test_a_sheet_with_a_bare_greater_than_in_an_attribute_stays_sound(tmp_path: Path) -> None:
    path = tmp_path / "Book.xlsx"
    book: Any = openpyxl.Workbook()
    book.active.title = "Customers"
    book.active["A2"] = "x"
    book.save(path)
    _in_sheet(path, "<pageMargins", _RAW + "<pageMargins")

    opened = open_book(path)
    cell = opened.sheets["Customers"].range("A2")
    cell.add_note("careful")
    cell.add_hyperlink("#Customers!A1", "up", "go up")
    save(opened)

    open_book(path)
    again: Any = openpyxl.load_workbook(path)["Customers"]
    assert again["A2"].comment.text == "careful"
    assert again["A2"].hyperlink.location == "Customers!A1"
    assert [each.prompt for each in again.data_validations.dataValidation] == ['5" > 4"/>', "a > b"]


def test_a_validation_with_a_bare_greater_than_grows_with_the_list() -> None:
    grown = references_following(_RAW, area=(2, 1, 2, 3), last_row=9)

    assert grown == _RAW.replace('"B2"', '"B2:B9"').replace('"C2"', '"C2:C9"')


def test_links_are_known_however_they_are_written() -> None:
    """A tip with a bare ">", a link over several cells, one over a whole column."""
    raw = '<hyperlink tooltip="a > b" ref="B2" location="A!1"/>'
    shared = '<hyperlink ref="$B$3:$C$4" location="B!1"></hyperlink>'
    fixed = '<hyperlink ref="D1:D1048576" location="C!1"/><hyperlink ref="E:E" location="D!1"/>'
    tail = f"<hyperlinks>{raw}{shared}{fixed}</hyperlinks><pageMargins/></worksheet>"

    listed = _List(tail, _LINK)

    assert listed.head == "<hyperlinks>"
    assert listed.items == {
        (2, 2): [raw],
        **{
            place: [f'<hyperlink ref="{cell}" location="B!1"></hyperlink>']
            for place, cell in {(3, 2): "B3", (3, 3): "C3", (4, 2): "B4", (4, 3): "C4"}.items()
        },
    }
    assert listed.elements().startswith(fixed)
    assert listed.to_xml().endswith("</hyperlinks><pageMargins/></worksheet>")


def test_a_link_costs_the_same_however_many_the_sheet_has(tmp_path: Path) -> None:
    path = tmp_path / "Book.xlsx"
    book: Any = openpyxl.Workbook()
    book.active.title = "Customers"
    book.save(path)

    def seconds(there: int) -> float:
        opened = open_book(path)
        sheet = opened.sheets["Customers"]
        for row in range(1, there + 1):
            sheet.range(f"A{row}").add_hyperlink("#Customers!A1", "x", "")
        save(opened)
        sheet = open_book(path).sheets["Customers"]
        times = []
        for row in range(1, 601):
            begin = time.process_time()
            sheet.range(f"B{row}").add_hyperlink("#Customers!A1", "x", "")
            sheet.range(f"B{row}").api.ClearHyperlinks()
            times.append(time.process_time() - begin)
        return sorted(times)[len(times) // 2]

    few = seconds(200)
    assert seconds(8_000) < 5 * few


def _in_sheet(path: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert old.encode() in parts[name]
    parts[name] = parts[name].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in parts.items():
            archive.writestr(each, data)
