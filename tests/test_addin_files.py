from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwings

from addin import macros
from addin.files import ENGINE, open_book, save
from partnerbook.errors import WorkbookError
from partnerbook.model import Customer, Snapshot
from reports.workbook.starter import starter_workbook

# openpyxl says that it would drop the very things that these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

HEADINGS = ["Customer ID", "Company name", "Label", "Change", "Owner", "Since"]
DAY = datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001  a cell's moment
# A picture of one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c"
    "6364f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def made_elsewhere(path: Path) -> None:
    """Write a workbook such as a person has: much of it nothing we understand."""
    book = xlsxwriter.Workbook(str(path))
    ws = book.add_worksheet("Customers")
    date, bold = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True})
    ws.write("A1", "company")
    ws.write("A2", "not refreshed")
    rows = [
        ["id-0001", "Company 1 Ltd", "VIP", "", "Li", DAY],
        ["id-0002", "Company 2 Ltd", "", "", "", None],
        ["id-0003", "Company 3 Ltd", "", "", "0086", DAY],
    ]
    ws.add_table(
        "A4:F7",
        {
            "name": "CustomerList",
            "columns": [{"header": each} for each in HEADINGS],
            "data": rows,
        },
    )
    ws.write_datetime("F5", DAY, date)
    ws.write_datetime("F7", DAY, date)
    ws.write("E5", "Li", bold)
    ws.write_rich_string("E7", bold, "00", "86")
    ws.write("H4", "Apart")
    ws.write_formula("J5", "=COUNTA(CustomerList[Owner])", None, 2)
    ws.data_validation("E5:E7", {"validate": "list", "source": ["Li", "Wang", "0086"]})
    ws.conditional_format("F5:F7", {"type": "data_bar", "data_bar_2010": True})
    ws.add_sparkline("K5", {"range": "Numbers!A1:A5"})
    ws.set_column("E:E", 33)
    ws.write_comment("E7", "careful")
    book.define_name("pb_filters", "=Customers!$A$1:$B$1")
    book.define_name("pb_status", "=Customers!$A$2")
    other = book.add_worksheet("Numbers")
    other.write_column("A1", [1, 2, 3, 4, 5])
    other.add_sparkline("B1", {"range": "Numbers!A1:A5"})
    other.conditional_format("A1:A5", {"type": "data_bar", "data_bar_2010": True})
    other.insert_image("D1", "dot.png", {"image_data": io.BytesIO(PNG)})
    other.insert_textbox("F1", "a shape")
    other.insert_button("H1", {"caption": "Press"})
    other.write_formula("C1", "=SUM(A1:A5)", None, 15)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Numbers!$A$1:$A$5"})
    other.insert_chart("D9", chart)
    sums = book.add_worksheet("Sums")
    sums.write_formula("A1", '=COUNTIF(CustomerList[Label],"VIP")', None, 1)
    sums.write_formula("A2", "=A1*10", None, 10)
    sums.write_formula("A3", "=1+1", None, 2)
    log = book.add_worksheet("Parked notes")
    log.write_row("A1", ["Customer ID", "Column", "Value", "Reason", "Date"])
    book.close()
    parts = zip_of(path)
    # As Excel leaves it, other than this writer.
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    packed(path, parts)


def packed(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "Book.xlsx"
    made_elsewhere(file)
    return file


def zip_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def body(path: Path) -> dict[str, list[Any]]:
    ws: Any = openpyxl.load_workbook(path)["Customers"]
    return {row[0].value: list(row) for row in ws.iter_rows(min_row=5) if row[0].value}


def refresh(path: Path, snapshot: Snapshot) -> None:
    book = open_book(path)
    macros.refresh(book, lambda _: snapshot, confirmed=True, now=snapshot.taken_at)
    save(book)


@pytest.fixture
def refreshed(
    path: Path, make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> Path:
    customers = [make_customer(n, label="=1+1" if n == 4 else None) for n in (1, 3, 4, 5, 6)]
    refresh(path, make_snapshot(*customers))
    return path


def test_other_parts_keep_every_byte(path: Path, request: pytest.FixtureRequest) -> None:
    before = zip_of(path)
    request.getfixturevalue("refreshed")
    after = zip_of(path)

    changed = {name for name in before if before[name] != after.get(name)}
    assert list(after) == list(before)
    assert changed == {
        "xl/worksheets/sheet1.xml",
        "xl/tables/table1.xml",
        "xl/styles.xml",
        "xl/workbook.xml",  # calculate on opening
        "xl/comments1.xml",  # the comment goes with its row
        "xl/drawings/vmlDrawing1.vml",
        "xl/worksheets/sheet3.xml",  # the cached values of two formulas, see the next test
    }
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]


def test_of_other_sheets_only_cached_values_go(path: Path, request: pytest.FixtureRequest) -> None:
    before = zip_of(path)["xl/worksheets/sheet3.xml"].decode()
    request.getfixturevalue("refreshed")

    expected = re.sub("<v>(1|10|2)</v>", "", before)
    assert zip_of(path)["xl/worksheets/sheet3.xml"].decode() == expected


def test_what_the_user_made_of_the_sheet_survives(refreshed: Path) -> None:
    xml = zip_of(refreshed)["xl/worksheets/sheet1.xml"].decode()
    rows = body(refreshed)

    assert "x14:sparkline" in xml
    assert "x14:dataBar" in xml
    assert 'sqref="E5:E9"' in xml, "the drop-down reaches to the new last row"
    assert xml.count("F5:F9") == 2, "and so do the data bar and its extension"
    assert re.search(r'<col min="5" max="5" width="33[^"]*" customWidth="1"/>', xml)
    assert "COUNTA(CustomerList[Owner])" in xml
    assert rows["id-0001"][4].value == "Li"
    assert rows["id-0001"][4].font.bold
    assert rows["id-0003"][4].value == "0086"
    assert rows["id-0003"][4].comment.text == "careful"
    assert rows["id-0003"][5].value == DAY
    assert rows["id-0003"][5].number_format == "dd/mm/yyyy"
    assert "<r><rPr>" in zip_of(refreshed)["xl/sharedStrings.xml"].decode()


def test_our_columns_are_texts(refreshed: Path) -> None:
    cell = body(refreshed)["id-0004"][2]

    assert (cell.value, cell.data_type, cell.number_format) == ("=1+1", "s", "@")


def test_styles_are_only_added(path: Path, request: pytest.FixtureRequest) -> None:
    before = zip_of(path)["xl/styles.xml"].decode()
    request.getfixturevalue("refreshed")
    after = zip_of(path)["xl/styles.xml"].decode()

    start = before.index("<cellXfs")
    old = re.findall(r"<xf [^>]*>", before[start : before.index("</cellXfs>")])
    new = re.findall(r"<xf [^>]*>", after[start : after.index("</cellXfs>")])
    assert new[: len(old)] == old
    assert len(new) > len(old)


def test_a_second_refresh_of_the_same_changes_next_to_nothing(
    refreshed: Path, make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    customers = [make_customer(n, label="=1+1" if n == 4 else None) for n in (1, 3, 4, 5, 6)]
    refresh(refreshed, make_snapshot(*customers))
    before = zip_of(refreshed)
    refresh(refreshed, make_snapshot(*customers))

    assert zip_of(refreshed) == before


def test_libreoffice_opens_it_and_calculates_afresh(
    refreshed: Path, tmp_path: Path, libreoffice: Callable[..., Path]
) -> None:
    out = tmp_path / "out"
    ws: Any = openpyxl.load_workbook(libreoffice(refreshed, "xlsx", out), data_only=True)

    rows = [[cell.value for cell in row[:5]] for row in ws["Customers"].iter_rows(min_row=5)]
    by_id = {row[0]: row for row in rows if row[0]}
    assert set(by_id) == {"id-0001", "id-0003", "id-0004", "id-0005", "id-0006"}
    assert by_id["id-0003"][4] == "0086"
    assert by_id["id-0004"][2] == "=1+1"
    assert ws["Sums"]["A1"].value == 0, "nobody is VIP any more"
    assert ws["Sums"]["A2"].value == 0
    assert ws["Customers"]["J5"].value == 2


@pytest.mark.parametrize("made", ["libreoffice", "openpyxl"])
def test_files_of_other_programs_are_refreshed_too(
    path: Path,
    made: str,
    tmp_path: Path,
    libreoffice: Callable[..., Path],
    make_customer: Callable[..., Customer],
    make_snapshot: Callable[..., Snapshot],
) -> None:
    if made == "libreoffice":
        file = libreoffice(path, "xlsx", tmp_path / "theirs")
    else:
        file = tmp_path / "theirs.xlsx"
        book = openpyxl.load_workbook(path)
        book.save(file)
    before = zip_of(file)

    refresh(file, make_snapshot(*(make_customer(n) for n in (1, 3, 4, 5, 6))))

    after, rows = zip_of(file), body(file)
    assert rows["id-0001"][4].value == "Li"
    assert rows["id-0003"][4].value == "0086"
    assert set(rows) == {"id-0001", "id-0003", "id-0004", "id-0005", "id-0006"}
    kept = [name for name in before if "chart" in name or "media" in name or "sheet2" in name]
    assert kept
    assert all(before[name] == after[name] for name in kept)
    libreoffice(file, "pdf", tmp_path / "out")


def test_a_prefixed_dialect_is_understood(path: Path) -> None:
    """The Open XML SDK writes ``<x:row>`` where Excel writes ``<row>``."""
    parts = zip_of(path)
    xml = parts["xl/worksheets/sheet1.xml"].decode()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = re.sub(r"<(/?)(?=[a-zA-Z]+[ />])(?!\w+:)", r"<\1x:", xml)
    parts["xl/worksheets/sheet1.xml"] = xml.replace(f'xmlns="{main}"', f'xmlns:x="{main}"').encode()
    packed(path, parts)

    book = open_book(path)
    book.sheets["Customers"].range("B5:C5").value = [["=new", 7]]
    save(book)

    ws: Any = openpyxl.load_workbook(path)["Customers"]
    assert (ws["B5"].value, ws["B5"].data_type, ws["C5"].value) == ("=new", "s", 7)
    assert ws["A7"].value == "id-0003"


def test_values_are_read_as_excel_shows_them(path: Path) -> None:
    sheet = open_book(path).sheets["Customers"]

    assert sheet.range("A5:F5").value == ["id-0001", "Company 1 Ltd", "VIP", None, "Li", DAY]
    assert sheet.range("J5").value == 2
    assert sheet.range("J5").formula == "=COUNTA(CustomerList[Owner])"
    assert sheet.range("F5").number_format == "dd/mm/yyyy"
    assert sheet.tables["CustomerList"].data_body_range.address == "$A$5:$F$7"
    assert sheet.book.names["pb_filters"].refers_to == "=Customers!$A$1:$B$1"


def test_what_is_written_is_read_back(path: Path) -> None:
    values = [["=1+1", "0086", 1.5], [True, DAY, None]]
    book = open_book(path)
    book.sheets["Numbers"].range("M1").value = values
    assert book.sheets["Numbers"].range("M1:O2").value == values
    save(book)

    assert open_book(path).sheets["Numbers"].range("M1:O2").value == values


@pytest.mark.parametrize(
    "call",
    [
        lambda book: book.sheets["Customers"].range("A1").color,
        lambda book: setattr(book.sheets["Customers"].range("A1"), "color", (1, 2, 3)),
        lambda book: book.sheets["Customers"].charts,
        lambda book: book.sheets.add("More"),
        lambda book: book.sheets["Customers"].delete(),
        lambda book: book.sheets["Customers"].range("A1").insert("down"),
        lambda book: book.names["pb_filters"].delete(),
        lambda book: book.app.quit(),
        lambda book: book.sheets["Customers"].tables["CustomerList"].columns,
    ],
)
def test_what_is_not_there_is_refused_by_name(path: Path, call: Callable[[Any], object]) -> None:
    with pytest.raises(WorkbookError, match=r"xlwings' \w+\.\w+ is not available"):
        call(open_book(path))


def test_a_shared_formula_keeps_its_meaning_when_its_first_cell_goes(path: Path) -> None:
    parts = zip_of(path)
    xml = parts["xl/worksheets/sheet2.xml"].decode()
    shared = (
        '<row r="8"><c r="A8"><f t="shared" ref="A8:A10" si="0">B8+$C$1</f><v>0</v></c></row>'
        '<row r="9"><c r="A9"><f t="shared" si="0"/><v>0</v></c></row>'
        '<row r="10"><c r="A10"><f t="shared" si="0"/><v>0</v></c></row></sheetData>'
    )
    parts["xl/worksheets/sheet2.xml"] = xml.replace("</sheetData>", shared).encode()
    packed(path, parts)

    book = open_book(path)
    sheet = book.sheets["Numbers"]
    assert sheet.range("A8:A10").formula == (("=B8+$C$1",), ("=B9+$C$1",), ("=B10+$C$1",))
    sheet.range("A9:A10").copy(sheet.range("A8"))
    save(book)

    ws: Any = openpyxl.load_workbook(path)["Numbers"]
    assert [ws[f"A{n}"].value for n in (8, 9, 10)] == ["=B8+$C$1", "=B9+$C$1", "=B10+$C$1"]


def test_a_calculation_chain_goes_when_formulas_move(path: Path) -> None:
    parts = zip_of(path)
    parts["xl/calcChain.xml"] = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<c r="J5" i="1"/></calcChain>'
    )
    relation = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/calcChain" Target="calcChain.xml"/></Relationships>'
    )
    rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    parts[rels] = parts[rels].replace(b"</Relationships>", relation)
    override = b'<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.x"/></Types>'
    parts[types] = parts[types].replace(b"</Types>", override)
    packed(path, parts)

    book = open_book(path)
    book.sheets["Customers"].range("A2").value = "no formula moves"
    save(book)
    assert "xl/calcChain.xml" in zip_of(path)

    book = open_book(path)
    book.sheets["Customers"].range("J5").clear_contents()
    save(book)
    after = zip_of(path)
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after[rels] + after[types]


def test_nothing_changed_is_nothing_written(path: Path) -> None:
    before = path.read_bytes()
    book = open_book(path)
    assert book.sheets["Customers"].range("A5:F7").value

    assert save(book) is False
    assert path.read_bytes() == before


def test_it_is_an_engine_of_xlwings_own(path: Path) -> None:
    book = open_book(path)

    assert isinstance(book, xlwings.Book)
    assert book.app.engine.name == ENGINE
    assert xlwings.engines[ENGINE].apps[book.app.pid].books[book.name] == book
    book.close()


def test_macros_of_an_xlsm_stay(tmp_path: Path) -> None:
    file = tmp_path / "Book.xlsm"
    file.write_bytes(starter_workbook())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 code")

    book = open_book(file)
    book.sheets["Customers"].range("B6").value = "x"
    save(book)

    assert zip_of(file)["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0 code"
