"""The shared workbook layer: text stays text, equal input gives equal bytes, Excel's rules hold."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from partnerbook import text
from reports.palette import DARK, LIGHT, TEXT_PAIRS
from reports.workbook import sheets
from reports.workbook.columns import ByColumns
from reports.workbook.sheets import (
    add_about,
    add_sheet,
    add_table,
    new_book,
    place_table,
    put,
    save,
)

AS_OF = datetime(2026, 5, 11, 6, 0, tzinfo=UTC)
HOSTILE = [
    "=1+1",
    "+86139",
    "@x",
    "-1",
    "0086",
    "12e4",
    "#N/A",
    "TRUE",
    "a\ud800b",
    "\uffff",
    "é" * 40_000,
    "_x0041_" * 6_000,
    "😀" * 20_000,
    "<b>",
    "شركة الأفق",
    "\u202eevil",
    "'quoted",
    "\t=1",
    "two\r\nlines",
    " kept ",
    "http://example.com",
    "2026-05-04",
    "\x00\x1b",
    "",
]


def book() -> Workbook:
    return new_book(title="Report", as_of=AS_OF)


def one_column(values: list[str]) -> bytes:
    made = book()
    add_table(made, "Names", ["Name"], [(value,) for value in values], table_name="Names")
    return save(made)


def expected(value: str) -> str | None:
    """What a cell holds, as openpyxl reads it: that leaves the format's own escapes as they are."""
    return text.for_cell_xml(value) or None


def test_hostile_text_arrives_as_the_same_harmless_text() -> None:
    sheet = load_workbook(io.BytesIO(one_column(HOSTILE)))["Names"]

    cells = [sheet.cell(row, 1) for row in range(2, len(HOSTILE) + 2)]
    assert [cell.value for cell in cells] == [expected(value) for value in HOSTILE]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert all(cell.quotePrefix for cell in cells if str(cell.value)[0] in "=+-@\t\n'")
    assert {c.number_format for c in cells if len(str(c.value)) <= 255} == {"@"}


@settings(max_examples=30)
@given(st.lists(st.text(st.characters(), max_size=40), min_size=1, max_size=20))
@example(HOSTILE)
@example(["\ud800", "\udfff=", "=\uffff"])
def test_any_text_stays_text(values: list[str]) -> None:
    data = one_column(values)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in part
    assert b"<f " not in part
    assert b't="e"' not in part
    sheet = load_workbook(io.BytesIO(data))["Names"]
    got = [sheet.cell(row, 1).value for row in range(2, len(values) + 2)]
    # An XML reader turns CR into LF on its own; ours are LF already.
    assert got == [expected(value) for value in values]


def test_libreoffice_reads_the_same_text(libreoffice: Callable[..., Path], tmp_path: Path) -> None:
    values = [value for value in HOSTILE if value]  # a CSV cannot tell an empty line
    (tmp_path / "names.xlsx").write_bytes(one_column(values))

    made = libreoffice(
        tmp_path / "names.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true", tmp_path
    )

    csv.field_size_limit(1_000_000)
    with made.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[1:]] == [text.for_cell(value) for value in values]


def test_a_long_text_is_cut_visibly_and_fits() -> None:
    sheet = load_workbook(io.BytesIO(one_column(["😀" * 20_000])))["Names"]

    value = str(sheet["A2"].value)
    assert value.endswith("…")
    assert len(value.encode("utf-16-le")) // 2 <= text.CELL_UNITS


def test_equal_input_gives_equal_bytes_in_any_process() -> None:
    script = (
        "import sys, datetime as d; from reports.workbook.sheets import *\n"
        "b = new_book(title='T', as_of=d.datetime(2026, 5, 11, tzinfo=d.UTC))\n"
        "add_table(b, 'A', ['x', 'y'], [('a', 1), ('b', 2)], table_name='A',"
        " kinds=('text', 'count'))\n"
        "add_about(b, [('a', 'b')])\n"
        "sys.stdout.buffer.write(save(b))"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
            timeout=180,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    ]

    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 5, 11, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2026-05-11T00:00:00Z") == 2


def test_dates_are_real_and_in_the_zone_that_was_asked_for() -> None:
    made = book()
    moment = datetime(2026, 5, 4, 20, 30, tzinfo=UTC)
    kinds: Any = ("moment",)
    add_table(made, "UTC", ["When"], [(moment,)], table_name="A", kinds=kinds)
    beijing = timezone(timedelta(hours=8))
    add_table(made, "Local", ["When"], [(moment,)], table_name="B", kinds=kinds, zone=beijing)

    again = load_workbook(io.BytesIO(save(made)))
    assert again["UTC"]["A2"].value == datetime(2026, 5, 4, 20, 30)  # noqa: DTZ001  cells have no zone
    assert again["Local"]["A2"].value == datetime(2026, 5, 5, 4, 30)  # noqa: DTZ001  as above
    assert again["UTC"]["A2"].number_format == "yyyy-mm-dd hh:mm"


def test_numbers_are_numbers_unless_excel_would_round_them() -> None:
    made = book()
    rows = [(1_234,), (Decimal("12.50"),), (10**15,)]
    add_table(made, "N", ["n"], rows, table_name="N", kinds=("amount",))

    sheet = load_workbook(io.BytesIO(save(made)))["N"]
    assert [sheet.cell(row, 1).value for row in (2, 3, 4)] == [1_234, 12.5, "1000000000000000"]


@pytest.mark.parametrize("value", [float("nan"), Decimal("Infinity"), datetime(2026, 5, 4)])  # noqa: DTZ001  on purpose
def test_what_no_cell_can_hold_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="cell"):
        put(add_sheet(book(), "A")["A1"], value)


def test_a_table_is_frozen_filtered_named_and_ready_to_print() -> None:
    made = book()
    add_table(made, "Customers", ["Name", "name", ""], [("a", "b", "c")], table_name="2 bad")
    add_table(made, "CUSTOMERS", ["Name"], [("a",)], table_name="2 bad")

    again = load_workbook(io.BytesIO(save(made)))
    assert again.sheetnames == ["Customers", "CUSTOMERS (2)"]
    sheet = again["Customers"]
    (table,) = sheet.tables.values()
    assert [column.name for column in table.tableColumns] == ["Name", "name (2)", "Column 3"]
    assert [cell.value for cell in sheet[1]] == ["Name", "name (2)", "Column 3"]
    assert (table.displayName, table.ref, table.autoFilter.ref) == ("_2_bad", "A1:C2", "A1:C2")
    assert list(again["CUSTOMERS (2)"].tables) == ["_2_bad_2"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B2", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter is not None
    assert sheet.oddFooter.right.text == "&P / &N"
    assert sheet.oddFooter.left.text == "as of 2026-05-11 06:00:00 UTC"


@pytest.mark.parametrize("wanted", ["AB12", "R1C1", "r", "C"])
def test_a_table_is_never_named_like_a_cell(wanted: str) -> None:
    made = book()
    sheet = add_table(made, "A", ["x"], [], table_name=wanted)

    assert list(sheet.tables) == ["_" + wanted]


def test_an_empty_list_is_a_valid_table(libreoffice: Callable[..., Path], tmp_path: Path) -> None:
    made = book()
    sheet = add_table(made, "Left", ["ID", "Name"], [], table_name="Left")
    add_about(made, [])

    assert next(iter(sheet.tables.values())).ref == "A1:B2"
    assert made["About"]["B6"].value == "0 rows"
    (tmp_path / "empty.xlsx").write_bytes(save(made))
    assert libreoffice(tmp_path / "empty.xlsx", "ods", tmp_path).stat().st_size > 0


@settings(max_examples=30)
@given(st.text(max_size=60))
@example("History")
@example("a/b:c?[d]*\\e")
@example("'quoted'")
@example("😀" * 31)
@example("")
def test_any_title_makes_two_valid_sheets(wanted: str) -> None:
    made = book()
    titles = [add_sheet(made, wanted).title, add_sheet(made, wanted.upper()).title]

    assert len({title.casefold() for title in titles}) == 2
    for title in titles:
        assert 1 <= len(title.encode("utf-16-le")) // 2 <= 31
        assert not set(title) & set("[]:*?/\\")
        assert not title.startswith("'")
        assert not title.endswith("'")
        assert title.casefold() != "history"
    assert load_workbook(io.BytesIO(save(made))).sheetnames == titles


def test_a_list_too_long_for_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_PER_SHEET", 3)
    made = book()
    add_table(made, "All", ["n"], [(str(n),) for n in range(7)], table_name="All")

    assert [sheet.max_row for sheet in made.worksheets] == [4, 4, 2]
    assert made.worksheets[2]["A2"].value == "6"


def test_widths_fit_chinese_and_have_an_end() -> None:
    made = book()
    rows = [("上海云计算科技有限公司", "x" * 500)]
    sheet = add_table(made, "A", ["a", "b"], rows, table_name="A")

    assert sheet.column_dimensions["A"].width >= 22
    assert sheet.column_dimensions["B"].width == 60


def test_the_about_sheet_leads_to_every_sheet_and_says_what_must_be_read_first() -> None:
    made = book()
    add_table(made, "It's", ["n"], [("a",)], table_name="A")
    about = add_about(made, [("View", "=1+1")], warning="Incomplete: read this", language="zh")

    assert made.sheetnames[0] == about.title == "说明"
    texts = {cell.value for row in about.iter_rows() for cell in row}
    assert {"Incomplete: read this", "View", "=1+1", "1 行"} <= texts
    links = [c.hyperlink.location for row in about.iter_rows() for c in row if c.hyperlink]
    assert links == ["'It''s'!A1"]
    assert load_workbook(io.BytesIO(save(made))).worksheets[0].sheet_view.tabSelected


def test_properties_say_what_the_file_is() -> None:
    made = new_book(title="周报", as_of=AS_OF, language="zh", fingerprint="bcdfghjk")
    add_sheet(made, "A")

    properties = load_workbook(io.BytesIO(save(made))).properties
    assert (properties.title, properties.creator) == ("周报", "Partnerbook")
    assert (properties.keywords, properties.language) == ("bcdfghjk", "zh")
    assert properties.subject == "截至 2026-05-11 06:00:00 UTC"
    assert properties.created == properties.modified == AS_OF.replace(tzinfo=None)


def test_rows_must_be_as_long_as_the_headings() -> None:
    with pytest.raises(ValueError, match="zip"):
        place_table(add_sheet(book(), "A"), ["a", "b"], [("x",)], table_name="A")


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("fore", "back"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(colours: dict[str, str], fore: str, back: str) -> None:
    def light_of(name: str) -> float:  # WCAG 2, relative luminance
        parts = [int(colours[name][n : n + 2], 16) / 255 for n in (0, 2, 4)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dim, bright = sorted((light_of(fore), light_of(back)))
    assert (bright + 0.05) / (dim + 0.05) >= 4.5


@settings(max_examples=8)
@given(
    st.lists(st.tuples(st.none() | st.text(st.characters(), max_size=9), st.none() | st.integers()))
)
@example([])
@example([("=1+1", 10**15), ("云", None), ("شركة", -1), ("0086", 0), (None, None)])
def test_rows_that_come_as_columns_make_the_same_file(odd: list[tuple[Any, Any]]) -> None:
    # Some that stand in cells, some that are poured, some that go on in a second sheet.
    for count, most in ((0, 9_999), (700, 9_999), (700, 400)):
        rows = [*[("Acme", 1)] * count, *odd]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sheets, "ROWS_PER_SHEET", most)
            made = []
            for each in (rows, ByColumns.of(rows)):
                one = book()
                add_table(one, "T", ["a", "b"], each, table_name="T", kinds=("text", "count"))
                made.append(save(one))
        assert made[0] == made[1]
