"""Poured rows are the same cells as written ones, in the file and for whoever opens it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from reports.workbook import columns, poured, sheets
from reports.workbook.cells import Kind
from reports.workbook.sheets import add_about, add_table, new_book, save

AS_OF = datetime(2026, 5, 11, 6, 0, tzinfo=UTC)
KINDS: tuple[Kind, ...] = ("text", "wrapped", "moment", "day", "count", "change", "amount")
TEXTS = st.one_of(
    st.text(st.characters(), max_size=30),
    st.sampled_from(
        ["", "=1+1", "+86139", "'q", "\t", "a\r\nb", " x ", "_x0041_", "]]>", "é" * 300, "\ud800"]
    ),
)
MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001  as above
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
).map(lambda moment: moment.replace(microsecond=0))
NUMBERS = st.integers(-(10**17), 10**17)
AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
ROWS = st.lists(
    st.tuples(
        TEXTS,
        TEXTS | st.none(),
        MOMENTS | TEXTS | st.none(),
        st.dates(date(1990, 1, 1), date(2100, 1, 1)) | st.none() | TEXTS,
        NUMBERS | TEXTS | st.none(),
        NUMBERS | st.none(),
        AMOUNTS | NUMBERS | st.none() | st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def made(rows: Sequence[Sequence[Any]], from_rows: int) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(poured, "FROM_ROWS", from_rows)
        book = new_book(title="T", as_of=AS_OF)
        sheet = add_table(book, "All", list(KINDS), rows, table_name="All", kinds=KINDS)
        sheet.row_dimensions[2].height = 28
        add_about(book, [])
        return save(book)


def facts(data: bytes) -> list[Any]:
    """Everything that a reader sees of each cell, and of the sheet around them."""
    sheet = load_workbook(io.BytesIO(data))["All"]
    cells: list[Any] = [
        (
            cell.coordinate,
            cell.value,
            cell.data_type if cell.value is not None else "",
            cell.style,
            cell.number_format,
            cell.quotePrefix,
        )
        for row in sheet.iter_rows()
        for cell in row
    ]
    widths = [(name, each.width) for name, each in sorted(sheet.column_dimensions.items())]
    heights = [(number, each.height) for number, each in sorted(sheet.row_dimensions.items())]
    table = sheet.tables["All"]
    area = (table.ref, table.autoFilter.ref, sheet.freeze_panes, sheet.dimensions)
    return [*cells, *widths, *heights, *area]


@settings(max_examples=20)
@given(ROWS)
@example([("=1+1", None, AS_OF, date(2026, 5, 4), 10**15, -1, Decimal("12.50"))])
def test_both_ways_give_the_same_cells(rows: list[tuple[Any, ...]]) -> None:
    assert facts(made(rows, 1)) == facts(made(rows, 1_000))


def test_poured_rows_are_no_cells_before_and_counted_all_the_same() -> None:
    book = new_book(title="T", as_of=AS_OF)
    sheet = add_table(book, "All", ["a"], [(str(n),) for n in range(500)], table_name="All")
    about = add_about(book, [])

    assert sheet.max_row == 1
    assert "500 rows" in [cell.value for row in about.iter_rows() for cell in row]
    assert load_workbook(io.BytesIO(save(book)))["All"].max_row == 501


def test_equal_input_gives_equal_bytes() -> None:
    rows = [(str(n), None, AS_OF, None, n, None, None) for n in range(300)]

    assert made(rows, 1) == made(rows, 1)


def test_what_stands_in_the_way_is_not_overwritten() -> None:
    book = new_book(title="T", as_of=AS_OF)
    sheet = add_table(book, "All", ["a"], [("x",)] * 300, table_name="All")
    sheet["A2"] = "mine"

    with pytest.raises(ValueError, match="All: something stands"):
        save(book)


def test_a_row_of_another_length_is_refused_at_once() -> None:
    book = new_book(title="T", as_of=AS_OF)
    with pytest.raises(ValueError, match=r"longer|shorter"):
        add_table(book, "All", ["a", "b"], [("x",)] * 300, table_name="All")


def test_libreoffice_reads_poured_rows(libreoffice: Callable[..., Path], tmp_path: Path) -> None:
    names = ["=1+1", "+86139", "0086", "12e4", "#N/A", "上海云计算", "a<b>&c", " kept ", "_x0041_"]
    rows = [(name, "w", AS_OF, date(2026, 5, 4), 1_234, -5, Decimal("12.5")) for name in names]
    (tmp_path / "all.xlsx").write_bytes(made(rows, 1))

    again = libreoffice(tmp_path / "all.xlsx", "ods", tmp_path)

    got = CalamineWorkbook.from_path(again).get_sheet_by_name("All").to_python()
    assert [row[0] for row in got[1:]] == names
    assert got[1][2:] == [AS_OF.replace(tzinfo=None), date(2026, 5, 4), 1_234, -5, 12.5]


def test_ten_thousand_rows_make_no_cell_objects() -> None:
    book = new_book(title="T", as_of=AS_OF)
    headings, row = [str(n) for n in range(9)], ("x",) * 9
    sheet = add_table(book, "All", headings, [row] * 10_000, table_name="All")

    with zipfile.ZipFile(io.BytesIO(save(book))) as archive:
        assert archive.read("xl/worksheets/sheet1.xml").count(b"<row ") == 10_001
    assert sheet.max_row == 1


HOSTILE = ["<b>", "a<", "<", "&amp;", "a>b", "\u3000wide", "\xa0", "云\u2028x", "_x000D_", "\x7f"]


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*HOSTILE, "", None, "usual", "云数据", "+86", "-", "@", "'", " x"]),
            st.sampled_from([None, AS_OF, AS_OF.astimezone(timezone(timedelta(hours=8)))]),
            st.sampled_from(["usual", "云", "a & b", "é", "x" * 255, "x" * 256, "=" + "y" * 300]),
            st.sampled_from([True, False, 1, 0, 1.0, None, "1", Decimal(1), 10**15, -(10**15)]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([1, 2, 500]),
)
def test_both_ways_give_the_same_cells_in_any_mixture(
    rows: list[tuple[Any, ...]], at_once: int
) -> None:
    """One unusual value makes its column's share of the rows unusual, and no other."""
    whole = [(text, long, at, None, number, None, None) for text, at, long, number in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "AT_ONCE", at_once)
        poured_facts = facts(made(whole, 1))
    assert poured_facts == facts(made(whole, 1_000))


def test_a_long_table_is_never_whole_in_memory() -> None:
    book = new_book(title="T", as_of=AS_OF)
    sheet = add_table(book, "All", ["a"], [("x" * 50,)] * 20_000, table_name="All")
    (body,) = book.bodies  # type: ignore[attr-defined]  # new_book makes a Shell
    pieces = list(body.xml())

    assert sheet.max_row == 1
    assert max(map(len, pieces)) * 20 < sum(map(len, pieces))


def test_more_rows_than_a_sheet_holds_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sheets.ROWS_PER_SHEET == 1_048_575
    monkeypatch.setattr(sheets, "ROWS_PER_SHEET", 250)
    book = new_book(title="T", as_of=AS_OF)
    add_table(book, "All", ["a"], [(str(n),) for n in range(600)], table_name="All")

    made_sheets = load_workbook(io.BytesIO(save(book))).worksheets
    found = [[row[0] for row in each.iter_rows(2, values_only=True)] for each in made_sheets]
    assert [len(each) for each in found] == [250, 250, 100]
    assert [value for each in found for value in each] == [str(n) for n in range(600)]
