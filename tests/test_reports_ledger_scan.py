"""What the scan of a sheet's XML finds is what looking at each cell of it would find."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook, XmlError

from partnerbook.errors import LedgerError
from reports.ledger import scan as module
from reports.ledger.extent import extent_of
from reports.ledger.scan import Facts, scan
from reports.ledger.source import sheets_of

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
        "[Content_Types].xml": "<Types/>",
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
    height, width = extent_of(io.BytesIO(b"<sheet>%b</sheet>" % data))

    facts = _facts_of(sheet)

    assert facts.uncalculated == module._places(module._UNCALCULATED, data)
    assert facts.errors == module._places(module._ERROR, data)
    assert facts.hidden == {
        int(number[1])
        for row in module._ROW.finditer(data)
        if module._HIDDEN.search(row[1]) and (number := module._ROW_NUMBER.search(row[1]))
    }
    assert (facts.height >= height, facts.width >= width) == (True, True)
    if facts.height * facts.width > module._ROOMY:
        assert (facts.height, facts.width) == (height, width)


_NEAR_CELLS = st.sampled_from(
    (
        *(
            '<c r="B2"><v>1</v></c>',
            "<c><v>1</v></c>",
            "<c/>",
            '<c r="D9"/>',
            "<c r='AB3'><v>1</v></c>",
        ),
        *('<c s="0" r="C4"><v>1</v></c>', '<x:c x="&gt;" r ="E7"><v>1</v></x:c>', '<c r="F2"></c>'),
        *('<c x=">" r="K40"><v>1</v></c>', '<c><is><t>&lt;c r="Z99"&gt;</t></is></c>'),
        '<c r="G5" x="/>"><v>1</v></c>',
    )
)
_NEAR_ROWS = st.builds(
    str.format,
    st.sampled_from(
        ['<row r="{1}">{0}</row>', "<row>{0}</row>", "<x:row a=\"1\" r='{1}'>{0}</x:row>", "<row/>"]
    ),
    st.lists(_NEAR_CELLS, max_size=4).map("".join),
    st.integers(1, 50),
)


@given(st.lists(_NEAR_ROWS, max_size=6).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_sheet_reaches_farther_for_its_reader_than_the_scan_says(rows: str) -> None:
    """The reader takes memory for all that a sheet reaches: a hostile one must be known before."""
    book = _book(f'<x xmlns:x="x"><sheetData>{rows}</sheetData></x>')
    facts = scan(book)["S"]

    with CalamineWorkbook.from_filelike(io.BytesIO(book)) as opened:
        sheet = opened.get_sheet_by_name("S")

    assert facts.height >= sheet.total_height
    assert facts.width >= sheet.total_width


@pytest.mark.parametrize(
    "rows",
    [
        f"<row r='1048576'>{'<c><v>1</v></c>' * 200}</row>",
        f"<row>{'<c><v>1</v></c>' * 200}</row>{'<row/>' * 100_000}<row><c><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v></c><c x=">" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r ="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A99999999999999999999"><v>1</v></c></row>',
        '<row r="1"><c r="AAAAAAAAAAAA1"><v>1</v></c></row>',
        '<row r="99999999999999999999"><c><v>1</v></c></row>',
        '<row r="1"><c r="XFD1048576" x="/>"><v>1</v></c></row>',
    ],
)
def test_a_far_corner_that_is_said_in_an_unusual_way_is_refused_too(rows: str) -> None:
    with pytest.raises(LedgerError, match="reaches to row"):
        sheets_of(_book(f"<sheetData>{rows}</sheetData>"), "file.xlsx")


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
