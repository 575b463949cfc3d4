"""Rows are taken apart as an XML parser reads them, whatever form they have."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.files import rowxml
from addin.files.grid import Grid
from partnerbook.errors import WorkbookError
from partnerbook.text import column_letters

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_forms = st.sampled_from(["usual", "usual", "usual", "style first", "no reference", "spaced"])
_values = st.sampled_from([None, "x", "云海", "a&b", "<i>", " c ", "=1+1", "0086", "مرحبا"])
_cells = st.tuples(st.integers(1, 2), _values, _forms)
"""Columns further on, what it holds, how it is written."""
_rows = st.tuples(
    st.integers(1, 3),  # rows further on
    st.sampled_from(["", ' spans="1:9"', ' ht="20" customHeight="1"', ' hidden="1"']),
    st.booleans(),  # whether its number stands first
    st.lists(_cells, max_size=4),
)


def _cell(p: str, reference: str, value: str | None, form: str) -> str:
    place = f' r="{reference}"' if form != "no reference" else ""
    style = ' s="3"'
    facts = f"{style}{place}" if form == "style first" else f"{place}{style}"
    if value is None:
        return f"<{p}c{facts}/>"
    gap = "\n" if form == "spaced" else ""
    text = f"<{p}is><{p}t>{escape(value)}</{p}t></{p}is>"
    return f'<{p}c{facts} t="inlineStr">{gap}{text}</{p}c>{gap}'


def _sheet(p: str, rows: list[tuple[int, str, bool, list[tuple[int, str | None, str]]]]) -> str:
    out, number = [], 0
    for down, facts, first, cells in rows:
        number += down
        tag = f' r="{number}"{facts}' if first else f'{facts} r="{number}"'
        column, content = 0, ""
        for right, value, form in cells:
            # Who leaves a reference out stands right beside the cell before.
            column += 1 if form == "no reference" else right
            content += _cell(p, f"{column_letters(column)}{number}", value, form)
        out.append(f"<{p}row{tag}>{content}</{p}row>" if content else f"<{p}row{tag}/>")
    spaces = f' xmlns{":" + p[:-1] if p else ""}="{_MAIN}"'
    body = "".join(out)
    return f"<{p}worksheet{spaces}><{p}sheetData>{body}</{p}sheetData></{p}worksheet>"


def _read(xml: bytes) -> dict[tuple[int, int], str | None]:
    """Return the cells as an XML parser sees them."""
    found: dict[tuple[int, int], str | None] = {}
    for row in ElementTree.fromstring(xml).iter(f"{{{_MAIN}}}row"):
        column = 0
        for cell in row:
            letters = re.match("[A-Z]*", cell.get("r", ""))
            column = _number(letters[0]) if letters and letters[0] else column + 1
            text = cell.find(f".//{{{_MAIN}}}t")
            found[int(row.get("r", "0")), column] = None if text is None else text.text
    return found


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _held(grid: Grid) -> dict[tuple[int, int], str | None]:
    found: dict[tuple[int, int], str | None] = {}
    for row in grid.rows:
        for column, xml in grid.row(row).items():
            value = grid.xml.value(xml)
            assert value is None or isinstance(value, str)
            assert grid.xml.style(xml) == 3
            found[row, column] = value
    return found


@pytest.mark.parametrize("prefix", ["", "x:"])
@settings(max_examples=150)
@given(rows=st.lists(_rows, max_size=12), at_once=st.sampled_from([2, 500]))
def test_cells_are_those_that_a_parser_reads(
    prefix: str,
    rows: list[tuple[int, str, bool, list[tuple[int, str | None, str]]]],
    at_once: int,
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rowxml, "AT_ONCE", at_once)
        patched.setattr(rowxml, "_CHUNK", 7 * at_once)
        part = _sheet(prefix, rows).encode()
        grid = Grid(part, (), "sheet")
        assert _held(grid) == _read(part)
        assert grid.to_xml() == part  # nobody touched anything
        # All rows written anew say the same.
        heights = {number: row.facts.get("ht") for number, row in grid.rows.items()}
        hidden = {number: row.hidden for number, row in grid.rows.items()}
        grid.touch(list(grid.rows))
        written = grid.to_xml()
        assert _read(written) == _read(part)
        again = Grid(written, (), "sheet")
        for number, row in again.rows.items():
            assert row.facts.get("ht") == heights[number]
            assert row.hidden == hidden[number]
        assert set(heights) - set(again.rows) <= {
            number for number in heights if not heights[number] and not hidden[number]
        }


def test_as_many_cells_in_other_columns_are_told_apart() -> None:
    part = _sheet("", [
        (1, "", True, [(1, f"a{n}", "usual"), (1 + n % 2, f"b{n}", "usual")]) for n in range(1_200)
    ]).encode()  # fmt: skip
    grid = Grid(part, (), "sheet")
    assert _held(grid) == _read(part)
    assert grid.extent() == (1_200, 3)


def test_a_reference_to_another_row_is_taken_for_its_own() -> None:
    # As Excel does: where a row stands is what its element says.
    text = "<is><t>%s</t></is>"
    rows = "".join(
        f'<row r="{n}"><c r="A{n + (n == 5)}" t="inlineStr">{text % n}</c></row>' for n in (5, 6)
    )
    grid = Grid(
        f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode(), (), "s"
    )
    assert [grid.xml.value(grid.row(n)[1]) for n in (5, 6)] == ["5", "6"]


def test_a_row_that_is_there_twice_is_refused_rather_than_lost() -> None:
    row = '<row r="3"><c r="A3" t="inlineStr"><is><t>note</t></is></c></row>'
    part = f"<worksheet xmlns={quoteattr(_MAIN)}><sheetData>{row * 2}</sheetData></worksheet>"
    with pytest.raises(WorkbookError, match="save it once in Excel"):
        Grid(part.encode(), (), "sheet")


_THREE = "".join(
    f'<row r="{n}"><c r="A{n}" s="3" t="inlineStr"><is><t>a{n}</t></is></c>'
    f'<c r="B{n}" s="3" t="inlineStr"><is><t>b{n}</t></is></c></row>'
    for n in (5, 6, 7)
)


def _of(rows: str) -> bytes:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


@pytest.mark.parametrize(
    ("usual", "said"),
    [
        ("</c></row>", "</c ></row>"),
        ("</c><c", "</c >\n<c"),
        ("</c><c", "</c>\n  <c"),
        ("</row><row", "</row>\n <row"),
        ("</sheetData>", "</sheetData >"),
    ],
)
def test_white_space_that_xml_allows_loses_no_cell(usual: str, said: str) -> None:
    plain = _of(_THREE)
    part = plain.replace(usual.encode(), said.encode())
    once = plain.replace(usual.encode(), said.encode(), 1)
    assert part != plain
    for each in (part, once):
        assert _held(Grid(each, (), "sheet")) == _read(plain)
        grid = Grid(each, (), "sheet")
        grid.touch(list(grid.rows))
        assert _read(grid.to_xml()) == _read(plain)


@pytest.mark.parametrize(
    ("usual", "said"),
    [
        ('</row><row r="6"', '</row ><row r="6"'),
        ("</row></sheetData", "</row ></sheetData"),
        ('<row r="6"', '<row r="0"'),
        ('<row r="6"', '<row r="1048577"'),
        ('r="B6"', 'r="6"'),
        ('r="B6"', 'r="XFE6"'),
    ],
)
def test_rows_and_cells_that_nobody_can_place_are_refused(usual: str, said: str) -> None:
    part = _of(_THREE).replace(usual.encode(), said.encode())
    assert part != _of(_THREE)
    with pytest.raises(WorkbookError, match="save it once in Excel"):
        Grid(part, (), "sheet")


def test_formulas_are_known_where_they_were_copied_to() -> None:
    rows = '<row r="1"><c r="A1"><f>B1+1</f><v>3</v></c><c r="B1"><v>2</v></c></row>'
    rows += '<row r="3"><c r="A3"><f>B3</f><v>0</v></c></row>'
    grid = Grid(_of(rows), (), "sheet")
    grid.copy((1, 1, 1, 2), 1, 0)
    assert grid.formula_cells() == {(1, 1), (2, 1), (3, 1)}
    grid.copy((1, 2, 1, 2), 2, -1)
    assert grid.formula_cells() == {(1, 1), (2, 1)}
    found = grid.cell(2, 1)
    assert found is not None
    assert found.formula is not None
    assert found.formula.text == "B2+1"
    assert grid.formula_cells() == Grid(grid.to_xml(), (), "sheet").formula_cells()


def test_a_copy_makes_only_rows_that_it_has_something_for() -> None:
    grid = Grid(_of('<row r="5"><c r="A5"><v>1</v></c></row>'), (), "sheet")

    grid.copy((5, 1, 9, 1), 1, 0)

    assert sorted(grid.rows) == [5, 6]
    assert grid.column(1, 5, 7) == ["><v>1</v></c>", "><v>1</v></c>", None]
