"""Formulas around the list: none is written over, torn apart or left behind."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.formula import ArrayFormula

from addin import macros, obstacles
from addin import sheet as layout
from addin.files import open_book, save
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

    def refresh(self, *customers: Customer) -> macros.Outcome:
        book = open_book(self.path)
        snapshot = self.make_snapshot(*customers)
        outcome = macros.refresh(book, lambda _: snapshot, confirmed=True, now=NOW)
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
