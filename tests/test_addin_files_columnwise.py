"""Whole columns are read and written as cell by cell; what nobody changes keeps its bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin import cells
from addin.files import columnwise
from addin.files.cellxml import CellXml, ErrorText, Formula
from addin.files.grid import Grid
from addin.files.xmltext import plain
from addin.packing import packed, unpacked
from addin.rows import Formula as Note
from addin.rows import OldRow
from addin.undo import State
from partnerbook import text
from partnerbook.model import Customer
from partnerbook.wording import HEADINGS

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_texts = st.sampled_from(
    ["", "x", "云海", "a&b", "<i>", "_x0041_", " edge", "two\nlines", "é", "\ufffd", "'=1", "007"]
) | st.text(max_size=6).map(text.for_cell)
_values = st.none() | _texts | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
_columns = (
    st.lists(_values, min_size=1, max_size=12)
    | st.lists(_texts, min_size=1, max_size=12)
    | st.lists(st.floats(0, 60_000), min_size=1, max_size=12)
    # More than the sample that tells whether a column repeats itself.
    | st.lists(st.sampled_from(["Resale (3)", "", "云"]), min_size=40, max_size=80)
)


@pytest.mark.parametrize("prefix", ["", "x:"])
@settings(max_examples=150)
@given(column=_columns, style=st.sampled_from([0, 7]))
def test_a_column_is_written_and_read_as_its_cells_are(
    prefix: str, column: list[Any], style: int
) -> None:
    xml = CellXml(prefix, (), "sheet")
    made = columnwise.made(xml, column, style)
    assert made == [xml.made(each, style) for each in column]
    read = columnwise.values(xml, made)
    assert read == [None if each is None else xml.value(each) for each in made]
    assert read == [None if each == "" else each for each in column]
    assert [type(each) for each in read if each is not None] == [
        type(each) for each in column if each not in (None, "")
    ]
    known = columnwise.style(made)
    assert known is None or {known} == {xml.style(each) for each in made if each is not None}


def test_cells_of_other_programs_in_one_column_are_each_understood() -> None:
    xml = CellXml("", ("shared", "geteilt"), "sheet")
    column = [
        ' s="1" t="s"><v>1</v></c>',
        ' t="str"><f>A1&amp;"x"</f><v>ax</v></c>',
        ' t="e"><v>#N/A</v></c>',
        ' t="b"><v>1</v></c>',
        ' t="inlineStr"><is><r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r></is></c>',
        ' t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>',
        ' s="4"/>',
        None,
        "><v>7</v></c>",
    ]
    found = columnwise.values(xml, column)
    assert found == ["geteilt", "ax", "#N/A", True, "rich", " x ", None, None, 7.0]
    assert isinstance(found[2], ErrorText)
    assert xml.formula(column[1] or "") == Formula('A1&"x"', {})
    assert xml.styled(column[0] or "", 9) == ' s="9" t="s"><v>1</v></c>'
    assert columnwise.values(xml, column[:1] * 60) == ["geteilt"] * 60


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), _texts), max_size=6))
def test_rows_that_nobody_touches_keep_their_bytes(puts: list[tuple[int, int, str]]) -> None:
    rows = {
        number: f'<row r="{number}" spans="1:3" ht="20"><c r="A{number}"  s="1" t="inlineStr"><is>'
        f'<t>云 &#x4E91;{number}</t></is></c>\n<c r="C{number}"><f>A{number}</f><v>1</v></c></row>'
        for number in range(1, 6)
    }
    whole = (
        f'<worksheet xmlns="{_MAIN}"><!-- 前 --><sheetData>%s</sheetData><x t="后"/></worksheet>'
    )
    grid = Grid((whole % "".join(rows.values())).encode(), (), "sheet")
    before = grid.cell(5, 1)
    for row, column, value in puts:
        grid.put(row, column, grid.xml.made(value, 2))
    written = grid.to_xml().decode()
    untouched = rows.keys() - {row for row, _, _ in puts}
    assert all(rows[number] in written for number in untouched)
    assert written.startswith(whole.partition("%s")[0])
    assert written.endswith(whole.partition("%s")[2])
    again = Grid(written.encode(), (), "sheet")
    assert again.cell(5, 1) == before
    assert again.formula_cells() == grid.formula_cells()
    for row, column, value in {(row, column): (row, column, v) for row, column, v in puts}.values():
        found = again.cell(row, column)
        assert found is not None
        assert found.value == (value or None)


_moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001  set below
    lambda each: each.replace(tzinfo=UTC)
)


@given(
    st.lists(
        st.builds(
            Customer,
            customer_id=st.text("abc0", min_size=1, max_size=4),
            company_name=st.none() | _texts | st.just("x" * 40_000),
            associated_at=st.none() | _moments,
            association=st.none() | st.sampled_from(["1", "2", "9"]),
            customer_type=st.none() | st.sampled_from([-1, 0, 1]),
            is_frozen=st.none() | st.booleans(),
        ),
        max_size=6,
    ),
    st.sampled_from(["en", "zh"]),
)
def test_customers_are_the_same_cells_a_column_at_a_time(
    customers: list[Customer], language: Any
) -> None:
    assert cells.rows_of(customers, language) == [
        {field: cells.cell(each, field, language) or None for field in HEADINGS}
        for each in customers
    ]


def test_a_state_comes_back_whatever_columns_its_rows_have() -> None:
    moment = datetime(2026, 1, 5, 6, tzinfo=UTC)
    bare = moment.replace(tzinfo=None) + timedelta(seconds=1)
    rows = (
        OldRow(key="a", ours={"customer_id": "a", "associated_at": bare}, own={"N": Note("=A1")}),
        None,
        OldRow(key="b", ours={"customer_id": "b"}, own={"N": bare, "O": 1.5}, number=4),
        OldRow(key="c", ours={"customer_id": "c", "associated_at": None}),
    )
    state = State(
        as_of=moment, rows=rows, hidden=frozenset({1}), parked=(), filters=(("x", bare),),
        status="was", after=(OldRow(key="a", number=3),), after_parked=(), after_status="is",
    )  # fmt: skip
    found, workbook = unpacked(packed(state, "/somewhere/C.xlsx"))
    assert (found, workbook) == (state, "/somewhere/C.xlsx")
    assert found.rows[0] is not None
    assert isinstance(found.rows[0].own["N"], Note)


def test_half_a_surrogate_pair_in_a_cell_is_text_that_can_be_written() -> None:
    assert plain("_xD83D_ &amp; _xD83D__xDE00_") == "\ufffd & 😀"
