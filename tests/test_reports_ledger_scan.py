"""What the scan of a sheet's XML finds is what looking at each cell of it would find."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook, XmlError

from reports.ledger import scan as module
from reports.ledger.scan import Facts, scan

_LETTERS = st.sampled_from(["A", "F", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD", "a", "bc"])
_ROWS = st.one_of(st.integers(1, 12), st.sampled_from([99, 100, 1_048_576, 9_999_999]))
_CELLS = st.builds(
    str.format,
    st.sampled_from(
        [
            '<c r="{0}{1}"><v>1</v></c>',
            "<c r='{0}{1}'><v>1</v></c>",
            '<c s="1" r="{0}{1}"/>',
            '<c s="1" r="{0}{1}"><v>1</v></c>',
            '<x:c r="{0}{1}"><x:v>1</x:v></x:c>',
            '<c r="{0}{1}" t="e"><v>#N/A</v></c>',
            '<c t="e" r="{0}{1}"><v>#REF!</v></c>',
            '<c r="{0}{1}"><f>A1+1</f></c>',
            '<c r="{0}{1}"><f>A1+1</f><v></v></c>',
            '<c r="{0}{1}"><f>A1+1</f><v>2</v></c>',
            '<x:c r="{0}{1}"><x:f>A1</x:f></x:c>',
            '<c r="{0}{1}" t="inlineStr"><is><t>=1+1 华 hidden t="e" :c</t></is></c>',
            "<c><v>1</v></c>",
            "<c ><v>1</v></c>",
            "<cols><col min='1'/></cols>",
            "<conditionalFormatting><cfRule/></conditionalFormatting>",
            '<mergeCell ref="{0}{1}:{0}9"/>',
            "<controls/><customFilters/>",
        ]
    ),
    _LETTERS,
    _ROWS,
)
_SHEET_ROWS = st.builds(
    str.format,
    st.sampled_from(
        [
            '<row r="{1}" spans="1:6">{0}</row>',
            '<row r="{1}" hidden="1">{0}</row>',
            "<row r='{1}' hidden=\"true\">{0}</row>",
            '<x:row r="{1}" hidden="0">{0}</x:row>',
            "<row>{0}</row>",
        ]
    ),
    st.lists(_CELLS, max_size=5).map("".join),
    _ROWS,
)
_SHEETS = st.lists(_SHEET_ROWS, max_size=12).map("".join)


def _book(sheet: str) -> bytes:
    """Return the least that the scan takes for a workbook."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "<Relationships>{}</Relationships>".format
    relation = '<Relationship Id="{0}" Type="{1}/{2}" Target="{3}"/>'.format
    parts = {
        "_rels/.rels": relations(relation("r1", kind, "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": relations(
            relation("r1", kind, "worksheet", "worksheets/sheet1.xml")
        ),
        "xl/workbook.xml": f'<workbook xmlns:r="{kind}"><sheet name="S" r:id="r1"/></workbook>',
        "xl/worksheets/sheet1.xml": f"<worksheet>{sheet}</worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return out.getvalue()


def _facts_of(sheet: str) -> Facts:
    return scan(_book(sheet))["S"]


@given(_SHEETS)
@settings(max_examples=400, deadline=None)
def test_the_quick_look_finds_what_a_look_at_every_cell_finds(sheet: str) -> None:
    data = sheet.encode()
    exact = Facts()
    module._measure(data, exact)

    facts = _facts_of(sheet)

    assert facts.uncalculated == module._places(module._UNCALCULATED, data)
    assert facts.errors == module._places(module._ERROR, data)
    assert facts.hidden == {
        int(number[1])
        for row in module._ROW.finditer(data)
        if module._HIDDEN.search(row[1]) and (number := module._ROW_NUMBER.search(row[1]))
    }
    assert facts.height * facts.width >= exact.height * exact.width
    if facts.height * facts.width > module._ROOMY:
        assert (facts.height, facts.width) == (exact.height, exact.width)


@pytest.mark.parametrize("chunk", [1, 7, 64])
@given(sheet=_SHEETS)
@settings(max_examples=50, deadline=None)
def test_where_the_pieces_end_changes_nothing(sheet: str, chunk: int) -> None:
    def facts() -> tuple[Any, ...]:
        found = _facts_of(sheet)
        return found.hidden, found.uncalculated, found.errors, found.merged

    whole = facts()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", chunk)
        assert facts() == whole


def test_to_open_a_workbook_looks_at_no_sheet() -> None:
    """So it may be opened while its sheets are scanned: what harms is in a sheet."""
    with CalamineWorkbook.from_filelike(io.BytesIO(_book("<sheetData><row></oh>"))) as book:
        assert book.sheet_names == ["S"]

        with pytest.raises(XmlError):
            book.get_sheet_by_name("S")
