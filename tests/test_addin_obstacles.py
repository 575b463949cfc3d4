"""Formulas around the list: none is written over, torn apart or left behind."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.formula import ArrayFormula

from addin import around, macros, obstacles, records
from addin import sheet as layout
from addin.files import open_book, save
from addin.files.cellrange import Range
from addin.undo import State
from partnerbook.errors import WorkbookError
from partnerbook.model import Customer, Snapshot
from partnerbook.text import column_letters
from reports.workbook.starter import starter_workbook

MakeCustomer = Callable[..., Customer]
MakeSnapshot = Callable[..., Snapshot]
NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)
TOP = 22  # first row of the starter's list
OWN = 17  # first column right of its table


class Desk:
    """A workbook and what answers it."""

    def __init__(self, path: Path, make_snapshot: MakeSnapshot) -> None:
        self.path = path
        self.make_snapshot = make_snapshot
        path.write_bytes(starter_workbook())

    def refresh(self, *customers: Customer, **options: Any) -> macros.Outcome:
        book = open_book(self.path)
        snapshot = self.make_snapshot(*customers)
        outcome = macros.refresh(book, lambda _: snapshot, confirmed=True, now=NOW, **options)
        save(book)
        return outcome

    def edit(self, change: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(self.path)
        change(book["Customers"])
        book.save(self.path)

    @property
    def rows(self) -> dict[str, Any]:
        ws: Any = openpyxl.load_workbook(self.path)["Customers"]
        return {row[0].value: row for row in ws.iter_rows(min_row=TOP) if row[0].value}


@pytest.fixture
def desk(tmp_path: Path, make_snapshot: MakeSnapshot) -> Desk:
    return Desk(tmp_path / "Customers.xlsx", make_snapshot)


@pytest.mark.parametrize("column", [3, OWN], ids=["our column", "own column"])
def test_a_formula_below_the_list_is_in_the_way_before_it_was_calculated(
    desk: Desk, make_customer: MakeCustomer, column: int
) -> None:
    desk.refresh(make_customer(1), make_customer(2))

    def below(ws: Any) -> None:
        ws.cell(TOP - 1, OWN, "Budget")
        ws.cell(TOP + 2, column, f"=SUM(Q{TOP}:Q{TOP + 1})")

    desk.edit(below)
    before = desk.path.read_bytes()

    at = f"{column_letters(column)}{TOP + 2}"
    words = f"but row {TOP + 2} below it is not empty: something stands in {at};"
    with pytest.raises(WorkbookError, match=words):
        desk.refresh(*(make_customer(n) for n in range(1, 4)))

    assert desk.path.read_bytes() == before


def test_a_formula_that_shows_nothing_is_in_the_way(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    desk.refresh(make_customer(1))
    book = open_book(desk.path)
    name = book.sheets["Customers"].impl.file.part
    with zipfile.ZipFile(desk.path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    row = f'<row r="{TOP + 1}"><c r="B{TOP + 1}" t="str"><f>IF(1,"")</f><v></v></c></row>'
    parts[name] = parts[name].replace(b"</sheetData>", row.encode() + b"</sheetData>")
    with zipfile.ZipFile(desk.path, "w") as archive:
        for each, part in parts.items():
            archive.writestr(each, part)

    with pytest.raises(WorkbookError, match=f"row {TOP + 1} below it is not empty"):
        desk.refresh(make_customer(1), make_customer(2))


@pytest.mark.parametrize("shape", ["Q22:Q24", "Q23:Q24", "Q22:R22"])
def test_one_formula_over_several_cells_is_refused_before_anything(
    desk: Desk, make_customer: MakeCustomer, shape: str
) -> None:
    desk.refresh(*(make_customer(n) for n in range(1, 4)))
    head = shape.partition(":")[0]

    def spread(ws: Any) -> None:
        ws.cell(TOP - 1, OWN, "Double")
        ws.cell(TOP - 1, OWN + 1, "More")
        ws[head] = ArrayFormula(shape, "=LEN(B22:B24)")

    desk.edit(spread)
    before = desk.path.read_bytes()

    with pytest.raises(WorkbookError, match=rf"one formula over several cells at {head} "):
        desk.refresh(make_customer(1), make_customer(3))

    assert desk.path.read_bytes() == before


def test_an_array_of_one_cell_goes_with_its_row(desk: Desk, make_customer: MakeCustomer) -> None:
    desk.refresh(make_customer(1), make_customer(2))

    def single(ws: Any) -> None:
        ws.cell(TOP - 1, OWN, "Double")
        ws["Q23"] = ArrayFormula("Q23", "=SUM(LEN(B23:C23))")

    desk.edit(single)
    desk.refresh(make_customer(1))

    formula = desk.rows["id-0001"][OWN - 1].value
    assert (formula.ref, formula.text) == ("Q22", "=SUM(LEN(B22:C22))")


@pytest.mark.parametrize(
    ("api", "refused"),
    [
        ({"HasArray": True, "CurrentArray": SimpleNamespace(Count=3)}, True),
        ({"HasArray": True, "CurrentArray": SimpleNamespace(Count=1)}, False),
        ({"HasArray": False, "HasSpill": True}, True),
        ({"HasArray": False, "HasSpill": False}, False),
    ],
)
def test_live_excel_tells_arrays_and_spills(api: dict[str, Any], refused: bool) -> None:
    cell: Any = SimpleNamespace(api=SimpleNamespace(**api))

    assert obstacles.is_spread(cell) is refused


@pytest.mark.parametrize("count", [2, 3, 6])
def test_a_column_that_names_the_whole_list_goes_on_naming_it(
    desk: Desk, make_customer: MakeCustomer, count: int
) -> None:
    desk.refresh(*(make_customer(n) for n in range(1, 4)))

    def share(ws: Any) -> None:
        ws.cell(TOP - 1, OWN, "Budget")
        ws.cell(TOP - 1, OWN + 1, "Share")
        for row in range(TOP, TOP + 3):
            ws.cell(row, OWN, row)
            ws.cell(row, OWN + 1, f"=Q{row}/SUM($Q$22:$Q$24)")

    desk.edit(share)
    desk.refresh(*(make_customer(n) for n in range(1, count + 1)))

    last = TOP + count - 1
    assert [row[OWN].value for row in desk.rows.values()] == [
        f"=Q{row}/SUM($Q$22:$Q${last})" for row in range(TOP, last + 1)
    ]


AROUND = {
    "T3": "=SUM(Q22:Q24)",
    "C4": "=COUNTA($A$22:$A$24)",
    "T23": "=MAX(Customers!Q22:Q24)",  # beside the list, in a column of nobody
    "Q31": "=SUM(Q22:Q24)",
    "B40": "=COUNTA(A21:A24)-1",
    "Q41": "=SUM(Q23:Q24)",  # what somebody chose
}


def _around(desk: Desk) -> dict[str, str]:
    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    return {at: ws[at].value for at in AROUND}


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_formulas_around_the_list_go_on_to_be_over_all_of_it_and_undo_brings_them_back(
    desk: Desk, make_customer: MakeCustomer, count: int
) -> None:
    desk.refresh(*(make_customer(n) for n in range(1, 4)))

    def totals(ws: Any) -> None:
        ws.cell(TOP - 1, OWN, "Amount")
        for row in range(TOP, TOP + 3):
            ws.cell(row, OWN, row)
        for at, formula in AROUND.items():
            ws[at] = formula
        ws.merge_cells("T3:U3")
        ws["T5"].value, ws["T5"].data_type = "=SUM(Q22:Q24)", "s"  # a text

    desk.edit(totals)
    notes = {key: row[OWN - 1].value for key, row in desk.rows.items()}
    kept: list[State] = []
    outcome = desk.refresh(*(make_customer(n) for n in range(1, count + 1)), keep=kept.append)

    last = f"{TOP + count - 1}"
    expected = {at: text.replace("24", last) for at, text in AROUND.items()} | {
        "Q41": AROUND["Q41"]
    }
    assert _around(desk) == expected
    assert outcome.short == ()
    text: Any = openpyxl.load_workbook(desk.path)["Customers"]["T5"]
    assert (text.value, text.data_type) == ("=SUM(Q22:Q24)", "s")

    book = open_book(desk.path)
    macros.undo(book, kept[0], now=NOW)
    save(book)
    assert _around(desk) == AROUND
    assert {key: row[OWN - 1].value for key, row in desk.rows.items()} == notes


def test_an_empty_list_that_fills_again_keeps_its_total(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    desk.refresh(make_customer(1), make_customer(2))
    desk.edit(lambda ws: ws.__setitem__("C40", "=COUNTA(A22:A23)"))

    desk.refresh()
    desk.refresh(*(make_customer(n) for n in range(1, 6)))

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    assert ws["C40"].value == "=COUNTA(A22:A26)"


def test_arrays_around_the_list_go_on_too_or_are_told(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    desk.refresh(make_customer(1), make_customer(2))

    def arrays(ws: Any) -> None:
        ws["T3"] = ArrayFormula("T3", "=SUM(LEN(B22:B23))")
        ws["T5"] = ArrayFormula("T5:T6", "=LEN(B22:B23)")
        ws["B40"] = "=COUNTA(A22:A25)"  # with spare rows

    desk.edit(arrays)
    assert desk.refresh(*(make_customer(n) for n in range(1, 4))).short == ("T5",)
    assert desk.refresh(*(make_customer(n) for n in range(1, 7))).short == ("B40",)

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    assert (ws["T3"].value.ref, ws["T3"].value.text) == ("T3", "=SUM(LEN(B22:B27))")
    assert ws["T5"].value.text == "=LEN(B22:B23)"
    assert ws["B40"].value == "=COUNTA(A22:A25)"


def test_a_table_of_others_beside_the_list_keeps_its_totals(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    desk.refresh(*(make_customer(n) for n in range(1, 4)))
    beside = {
        "T25": "=SUM(T22:T24)",
        "V3": "=SUM(T22:T24)",
        "V4": "=SUM(A22:T24)",
        "V5": "=COUNTA([1]Customers!A22:A24)",
    }

    def targets(ws: Any) -> None:
        for row in range(TOP, TOP + 3):
            ws.cell(row, 20, row)
        for at, formula in beside.items():
            ws[at] = formula

    desk.edit(targets)
    for count in (6, 2):
        assert desk.refresh(*(make_customer(n) for n in range(1, count + 1))).short == ()
        ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
        assert {at: ws[at].value for at in beside} == beside


def test_a_range_over_several_columns_comes_back_from_one_row(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    desk.refresh(*(make_customer(n) for n in range(1, 4)))
    desk.edit(lambda ws: ws.__setitem__("T3", "=COUNTA(A22:C24)"))

    for count in (1, 5):
        assert desk.refresh(*(make_customer(n) for n in range(1, count + 1))).short == ()
        ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
        assert ws["T3"].value == f"=COUNTA(A22:C{TOP + count - 1})"


def test_a_cell_that_cannot_be_written_is_told_when_all_else_is_written(
    desk: Desk, make_customer: MakeCustomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.refresh(*(make_customer(n) for n in range(1, 4)))

    def notes(ws: Any) -> None:
        ws.cell(TOP - 1, OWN, "Note")
        for row in range(TOP, TOP + 3):
            ws.cell(row, OWN, f"precious {row}")
        ws["T3"] = ArrayFormula("T3", "=SUM(LEN(A22:A24))")
        ws["T4"] = "=COUNTA(A22:A24)"

    desk.edit(notes)
    order: list[str] = []
    formula: Any = vars(Range)["formula"]

    def refuse(cell: Range, text: str) -> None:
        order.append("theirs")
        if cell.row == 3:
            raise RuntimeError("Unable to set the FormulaArray property of the Range class")
        formula.fset(cell, text)

    def ours(write: Callable[..., None], *arguments: Any) -> None:
        order.append("ours")
        write(*arguments)

    for name in ("write_log", "write_parked"):
        monkeypatch.setattr(records, name, partial(ours, getattr(records, name)))
    monkeypatch.setattr(Range, "formula", property(formula.fget, refuse))
    outcome = desk.refresh(make_customer(1), make_customer(2))

    assert outcome.short == ("T3",)
    assert order == ["ours", "ours", "theirs", "theirs"]
    book = openpyxl.load_workbook(desk.path)
    assert "precious" in str([[c.value for c in row] for row in book["Parked notes"]])
    assert book["Customers"]["T4"].value == "=COUNTA(A22:A23)"


def test_a_formula_that_a_merged_area_hides_is_told_and_blocks_nothing(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    desk.refresh(make_customer(1), make_customer(2))
    desk.edit(lambda ws: ws.__setitem__("U3", "=COUNTA(A22:A23)"))
    _replace(
        desk.path,
        b"</sheetData>",
        b'</sheetData><mergeCells count="1"><mergeCell ref="T3:U3"/></mergeCells>',
    )

    outcome = desk.refresh(*(make_customer(n) for n in range(1, 4)))

    assert outcome.short == ("U3",)
    assert len(desk.rows) == 3
    assert b"COUNTA(A22:A23)" in _sheet(desk.path)


def test_an_array_that_spills_by_itself_goes_on_doing_so(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    desk.refresh(make_customer(1), make_customer(2))

    def arrays(ws: Any) -> None:
        ws.cell(TOP - 1, OWN, "Length")
        ws["Q23"] = ArrayFormula("Q23", "=SUM(LEN(B23:C23))")
        ws["T3"] = ArrayFormula("T3", "=_xlfn.UNIQUE(D22:D23)")

    desk.edit(arrays)
    for at in (b"T3", b"Q23"):
        _replace(desk.path, b'<c r="%s"' % at, b'<c r="%s" cm="1"' % at)

    assert desk.refresh(make_customer(1)).short == ()

    sheet = _sheet(desk.path)
    assert re.search(rb'<c r="T3"[^>]* cm="1"><f t="array" ref="T3">_xlfn.UNIQUE\(D22:D22', sheet)
    assert re.search(rb'<c r="Q22"[^>]* cm="1"><f t="array" ref="Q22">SUM\(LEN\(B22:C22', sheet)


def test_an_undo_tells_what_does_not_follow_it(desk: Desk, make_customer: MakeCustomer) -> None:
    desk.refresh(*(make_customer(n) for n in range(1, 4)))
    kept: list[State] = []
    desk.refresh(make_customer(1), make_customer(2), keep=kept.append)
    desk.edit(lambda ws: ws.__setitem__("T3", ArrayFormula("T3:T4", "=LEN(B22:B23)")))

    book = open_book(desk.path)
    done = macros.undo(book, kept[0], now=NOW)

    assert done.short == ("T3",)


def _sheet(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(open_book(path).sheets["Customers"].impl.file.part)


def _replace(path: Path, old: bytes, new: bytes) -> None:
    """Replace what stands in the XML of the list's sheet."""
    name = open_book(path).sheets["Customers"].impl.file.part
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for each, part in parts.items():
            archive.writestr(each, part)


@pytest.mark.parametrize(
    ("api", "written"),
    [
        ({"HasArray": True}, "formula_array"),
        ({"HasArray": False, "Formula2": "=A1"}, "formula2"),
        ({"HasArray": False}, "formula"),  # Excel of 2019 and before
    ],
)
def test_live_excel_is_given_a_formula_of_the_kind_that_stands_there(
    api: dict[str, Any], written: str
) -> None:
    cell: Any = SimpleNamespace(api=SimpleNamespace(**api))

    assert around._put(cell, "=SUM(Q22:Q24)")

    assert getattr(cell, written) == "=SUM(Q22:Q24)"
    assert len(vars(cell)) == 2


def test_live_excel_is_asked_for_a_formula_in_the_words_it_is_given_one() -> None:
    # With Formula, =@A22:A24 is read as =A22:A24, which Formula2 lets spill.
    new: Any = SimpleNamespace(
        api=SimpleNamespace(Formula2="=@A22:A24"), formula2="=@A22:A24", formula="=A22:A24"
    )
    old: Any = SimpleNamespace(api=SimpleNamespace(), formula="=A22:A24")

    assert around._written(new) == "=@A22:A24"
    assert around._written(old) == "=A22:A24"


def test_what_falls_short_is_one_sentence_with_its_cells() -> None:
    assert around.short_words((), "en") == []
    told = around.short_words([f"T{row}" for row in range(1, 13)], "en")
    assert len(told) == 1
    assert "now: T1, T2" in told[0]
    assert "T10, ...;" in told[0]
    assert "T11" not in told[0]


def test_columns_beside_the_table_keep_their_number_format(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 4)]
    desk.refresh(*everybody)

    def beside(ws: Any) -> None:
        ws.cell(TOP - 1, OWN, "Share")
        for row in range(TOP, TOP + 3):
            ws.cell(row, OWN, row / 100).number_format = "0.0%"

    desk.edit(beside)
    before = {key: row[OWN - 1].value for key, row in desk.rows.items()}
    desk.refresh(*everybody[1:])
    desk.refresh(*everybody)

    assert {key: row[OWN - 1].value for key, row in desk.rows.items()} == before
    assert {row[OWN - 1].number_format for row in desk.rows.values()} == {"0.0%"}


def test_below_the_history_formulas_are_in_the_way_too(tmp_path: Path) -> None:
    path = tmp_path / "Book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("A").write_formula("B3", "=1+1", None, "")
    book.close()
    sheet = open_book(path).sheets["A"]

    assert obstacles.filled_cell(sheet.range("A1:C2")) is None
    for block in ("A2:C4", "B3"):
        found = obstacles.filled_cell(sheet.range(block))
        assert found is not None
        assert found.address == "$B$3"


def test_an_id_in_capitals_is_the_same_customer(desk: Desk, make_customer: MakeCustomer) -> None:
    desk.refresh(make_customer(1), make_customer(2))

    def capitals(ws: Any) -> None:
        ws.cell(TOP - 1, OWN, "Note")
        for row in (TOP, TOP + 1):
            ws.cell(row, OWN, f"of {ws.cell(row, 1).value}")
        ws.cell(TOP, 1).value = str(ws.cell(TOP, 1).value).upper()

    desk.edit(capitals)
    plan = desk.refresh(make_customer(1), make_customer(2)).plan

    assert (plan.joined, plan.left, plan.conflicts) == ((), (), ())
    assert {key: row[OWN - 1].value for key, row in desk.rows.items()} == {
        "id-0001": "of id-0001",
        "id-0002": "of id-0002",
    }


@pytest.mark.parametrize("name", ["pb_status", "pb_filters"])
def test_a_name_that_another_program_left_behind_is_told_with_the_way_out(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "Customers.xlsx"
    path.write_bytes(starter_workbook())
    book = openpyxl.load_workbook(path)
    book["Customers"].title = "Clients"  # openpyxl leaves names as they are
    book.save(path)

    with pytest.raises(WorkbookError) as caught:
        layout.named(open_book(path), name)

    told = str(caught.value)
    assert told.startswith(f"Customers.xlsx: the name {name} stands for =Customers!$")
    assert "Name Manager" in told
    assert "partnerbook excel new" in told


def test_an_age_whose_cell_is_nowhere_fails_no_refresh(
    tmp_path: Path, make_snapshot: MakeSnapshot, make_customer: MakeCustomer
) -> None:
    desk = Desk(tmp_path / "Customers.xlsx", make_snapshot)
    book = openpyxl.load_workbook(desk.path)
    book.defined_names["pb_age"].attr_text = "Gone!$A$3"
    book.save(desk.path)

    assert desk.refresh(make_customer(1)).applied
