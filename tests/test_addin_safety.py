"""What stands in the way of a refresh: each met, none harmed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.worksheet.filters import CustomFilter, CustomFilters, FilterColumn

from addin import macros, planning
from addin.files import open_book, save
from addin.progress import CancelledError, in_status_bar, listing_progress
from addin.ready import refuse_when_editing
from partnerbook.errors import WorkbookError
from partnerbook.model import Customer, Snapshot
from reports.workbook.starter import starter_workbook

MakeCustomer = Callable[..., Customer]
MakeSnapshot = Callable[..., Snapshot]
NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)


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
        return {row[0].value: row for row in ws.iter_rows(min_row=22) if row[0].value}


@pytest.fixture
def desk(tmp_path: Path, make_snapshot: MakeSnapshot) -> Desk:
    return Desk(tmp_path / "Customers.xlsx", make_snapshot)


# -- total row -------------------------------------------------------------------------------


def with_totals(path: Path, below: str | None = None, total: str = "sum") -> None:
    book = xlsxwriter.Workbook(str(path))
    ws = book.add_worksheet("Customers")
    ws.write("A1", "company")
    ws.write("A2", "not refreshed")
    bold = book.add_format({"bold": True})
    ws.add_table(
        "A4:C7",
        {
            "name": "CustomerList",
            "total_row": True,
            "columns": [
                {"header": "Customer ID", "total_string": "Total"},
                {"header": "Label", "total_function": "count", "format": bold},
                {"header": "Budget", "total_function": total},
            ],
            "data": [["id-0001", "VIP", 5], ["id-0002", "", 7]],
        },
    )
    if below:
        ws.write("A9", below)
    book.add_worksheet("Parked notes").write_row("A1", ["Customer ID", "Column", "Value"])
    book.define_name("pb_filters", "=Customers!$A$1:$B$1")
    book.define_name("pb_status", "=Customers!$A$2")
    book.close()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_total_row_stays_below_the_list(
    desk: Desk, make_customer: MakeCustomer, libreoffice: Callable[..., Path], count: int
) -> None:
    with_totals(desk.path)

    desk.refresh(*(make_customer(n) for n in range(1, count + 1)))

    book = openpyxl.load_workbook(desk.path)
    ws: Any = book["Customers"]
    table = ws.tables["CustomerList"]
    last = 4 + count + 1
    assert (table.ref, table.totalsRowCount) == (f"A4:C{last}", 1)
    assert table.autoFilter.ref == f"A4:C{last - 1}"
    assert [cell.value for cell in ws[last]] == [
        "Total",
        "=SUBTOTAL(103,[Label])",
        "=SUBTOTAL(109,[Budget])",
    ]
    assert all(cell.value is None for row in ws.iter_rows(min_row=last + 1) for cell in row)
    budgets = {row[0].value: row[2].value for row in ws.iter_rows(5, last - 1)}
    assert budgets["id-0001"] == 5
    libreoffice(desk.path, "pdf", desk.path.parent / "out")
    if count == 1:
        return
    desk.refresh(make_customer(2))
    assert openpyxl.load_workbook(desk.path)["Customers"]["A6"].value == "Total"


@pytest.mark.parametrize("count", [1, 5])
def test_a_total_over_plain_cells_goes_on_to_be_over_all_of_them(
    desk: Desk, make_customer: MakeCustomer, count: int
) -> None:
    with_totals(desk.path, total="=MAX(C5:C6)")

    desk.refresh(*(make_customer(n) for n in range(1, count + 1)))

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    last = 4 + count
    assert ws.cell(last + 1, 3).value == f"=MAX(C5:C{last})"
    formula = ws.tables["CustomerList"].tableColumns[2].totalsRowFormula
    assert formula.attr_text == f"MAX(C5:C{last})"


def test_a_table_says_of_its_total_what_the_cell_says(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    with_totals(desk.path, total="=MAX(Customers!C5:C6)+MAX(C5:C6)")
    with zipfile.ZipFile(desk.path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(desk.path, "w") as archive:
        for name, part in parts.items():
            plain, marked = b"<totalsRowFormula>", b'<totalsRowFormula array="1">'
            archive.writestr(name, part.replace(plain, marked))

    desk.refresh(*(make_customer(n) for n in range(1, 6)))

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    assert ws["C10"].value == "=MAX(Customers!C5:C9)+MAX(C5:C9)"
    formula = ws.tables["CustomerList"].tableColumns[2].totalsRowFormula
    assert (formula.attr_text, formula.array) == ("MAX(Customers!C5:C9)+MAX(C5:C9)", True)


def test_a_total_row_without_room_is_refused(desk: Desk, make_customer: MakeCustomer) -> None:
    with_totals(desk.path, below="do not touch")
    before = desk.path.read_bytes()

    desk.refresh(*(make_customer(n) for n in range(1, 4)))
    desk.path.write_bytes(before)
    with pytest.raises(WorkbookError, match="row 9 below it is not empty"):
        desk.refresh(*(make_customer(n) for n in range(1, 5)))

    assert desk.path.read_bytes() == before


# -- filters, merged cells, protection ---------------------------------------------------------


def test_a_filtered_list_is_written_whole_and_stays_filtered(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n, label="VIP" if n % 2 else None) for n in range(1, 7)]
    desk.refresh(*everybody)

    def choose(ws: Any) -> None:
        ws.cell(21, 17).value = "Owner"
        auto = ws.tables["CustomerList"].autoFilter
        rule = CustomFilters(customFilter=[CustomFilter(operator="equal", val="VIP")])
        auto.filterColumn.append(FilterColumn(colId=5, customFilters=rule))
        for row in range(22, 28):
            ws.cell(row, 17).value = f"of {ws.cell(row, 1).value}"
            ws.row_dimensions[row].hidden = ws.cell(row, 6).value != "VIP"

    desk.edit(choose)
    desk.refresh(*everybody[1:], make_customer(9, label="VIP"))

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    hidden = {row[0].value for row in ws.iter_rows(22) if ws.row_dimensions[row[0].row].hidden}
    assert hidden == {"id-0002", "id-0004", "id-0006"}
    assert ws.tables["CustomerList"].autoFilter.filterColumn[0].colId == 5
    assert all(row[16].value in (None, f"of {key}") for key, row in desk.rows.items())


@pytest.mark.parametrize("where", ["B23:C23", "Q22:Q23", "A24:A25"])
def test_a_merged_cell_in_the_list_is_refused_before_anything(
    desk: Desk, make_customer: MakeCustomer, where: str
) -> None:
    desk.refresh(make_customer(1), make_customer(2))

    def merge(ws: Any) -> None:
        ws.cell(21, 17).value = "Owner"
        ws.merge_cells(where)

    desk.edit(merge)
    before = desk.path.read_bytes()

    with pytest.raises(WorkbookError, match="merged cells where the list must be written"):
        desk.refresh(*(make_customer(n) for n in range(1, 5)))
    assert desk.path.read_bytes() == before


def test_live_excel_says_that_a_sheet_is_protected(desk: Desk, make_customer: MakeCustomer) -> None:
    """Excel tells through `Sheet.api`; a write would fail half way."""
    desk.refresh(make_customer(1))
    desk.edit(lambda ws: setattr(ws.protection, "sheet", True))
    book = open_book(desk.path)

    assert book.sheets["Customers"].api.ProtectContents is True
    assert book.sheets["About"].api.ProtectContents is False


class _Excel:
    """Excel while a cell is being edited: every call is rejected."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    @property
    def screen_updating(self) -> bool:
        raise self.error


class _ComError(Exception):
    hresult = -2147418111


@pytest.mark.parametrize("error", [_ComError(-2147418111, "rejected"), _ComError()])
def test_a_cell_being_edited_is_named(error: Exception) -> None:
    book: Any = SimpleNamespace(app=_Excel(error))

    with pytest.raises(WorkbookError, match="press Enter or Esc"):
        refuse_when_editing(book)


def test_another_failure_of_excel_is_not_called_editing() -> None:
    book: Any = SimpleNamespace(app=_Excel(OSError("Excel is gone")))

    with pytest.raises(OSError, match="gone"):
        refuse_when_editing(book)


# -- old values beside changed cells -----------------------------------------------------------


def test_changed_cells_show_their_old_value_until_the_next_refresh(
    desk: Desk, make_customer: MakeCustomer, libreoffice: Callable[..., Path]
) -> None:
    desk.refresh(make_customer(1), make_customer(2, label="old & <new>"))
    changed = [make_customer(1, label="VIP"), make_customer(2, label="new", company_name="云")]

    desk.refresh(*changed)

    comments = {
        cell.coordinate: cell.comment.text
        for row in desk.rows.values()
        for cell in row
        if cell.comment
    }
    assert comments == {
        "F23": "Partnerbook: was empty",
        "C22": "Partnerbook: was Company 2 Ltd",
        "F22": "Partnerbook: was old & <new>",
    }
    with zipfile.ZipFile(desk.path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        assert re.search(r"<legacyDrawing [^<>]*/><tableParts", xml), "in the schema's order"
        ids = re.findall(
            r'id="(_x0000_s\d+)"', archive.read("xl/drawings/vmlDrawing1.vml").decode()
        )
        assert len(ids) == len(set(ids)) == 3
    again = openpyxl.load_workbook(libreoffice(desk.path, "xlsx", desk.path.parent / "out"))
    theirs: Any = again["Customers"]
    assert theirs["F22"].comment.text == "Partnerbook: was old & <new>"
    desk.refresh(*changed)
    assert not any(cell.comment for row in desk.rows.values() for cell in row)
    assert openpyxl.load_workbook(desk.path)["Parked notes"].max_row == 1


def test_an_old_value_is_never_taken_for_a_note(desk: Desk, make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(1, 5)]
    desk.refresh(*everybody)
    desk.refresh(make_customer(1, label="VIP"), *everybody[1:])

    outcome = desk.refresh(*everybody[1:])

    assert outcome.plan.parked == ()


def test_a_users_comment_is_not_replaced(desk: Desk, make_customer: MakeCustomer) -> None:
    desk.refresh(make_customer(1))
    desk.edit(lambda ws: setattr(ws["F22"], "comment", Comment("mine", "me")))

    desk.refresh(make_customer(1, label="VIP"))

    assert desk.rows["id-0001"][5].comment.text == "mine"


def test_a_flood_of_changes_is_not_commented(
    desk: Desk, make_customer: MakeCustomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "_MARKS_LIMIT", 2)
    desk.refresh(*(make_customer(n) for n in range(1, 5)))

    desk.refresh(*(make_customer(n, label="VIP") for n in range(1, 5)))

    assert not any(cell.comment for row in desk.rows.values() for cell in row)
    assert desk.rows["id-0001"][15].value == "Changed: Label"


# -- progress and cancel -----------------------------------------------------------------------


def test_a_listener_is_told_each_step(desk: Desk, make_customer: MakeCustomer) -> None:
    told: list[str] = []

    desk.refresh(make_customer(1), listener=told.append)

    assert told == [
        "reading the sheet",
        "asking Partner Center",
        "comparing 1 customers",
        "writing 1 rows",
    ]


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_a_cancelled_refresh_changes_nothing_at_all(
    desk: Desk, make_customer: MakeCustomer, steps: int
) -> None:
    desk.refresh(make_customer(1))
    before = desk.path.read_bytes()
    book = open_book(desk.path)
    answers = iter([True] * steps + [False])

    with pytest.raises(CancelledError, match="nothing was changed"):
        macros.refresh(
            book,
            lambda _: desk.make_snapshot(make_customer(2)),
            confirmed=True,
            now=NOW,
            listener=lambda _: next(answers),
        )

    assert not save(book), "the status cell neither"
    assert desk.path.read_bytes() == before


def test_the_status_bar_shows_and_is_given_back() -> None:
    app = SimpleNamespace(status_bar=None)
    book: Any = SimpleNamespace(app=app)
    stop: list[bool] = []

    with in_status_bar(book, lambda: bool(stop)) as listener:
        told = listing_progress(listener)
        assert told is not None
        told(200, 1_000, 2, 3.5)
        assert app.status_bar == "Partnerbook: 200 of 1,000 customers listed ..."
        stop.append(True)
        with pytest.raises(CancelledError):
            told(300, 1_000)
    assert app.status_bar is False
    assert listing_progress(None) is None


@pytest.mark.parametrize("where", ["Q22", "A1"])
def test_old_values_stand_beside_comments_of_another_program(
    desk: Desk, make_customer: MakeCustomer, libreoffice: Callable[..., Path], where: str
) -> None:
    desk.refresh(make_customer(1), make_customer(2))

    def remark(ws: Any) -> None:
        ws["Q21"] = "Owner"
        ws[where].comment = Comment("mine", "me")

    desk.edit(remark)
    desk.refresh(make_customer(1, label="VIP"), make_customer(2))

    ours: Any = openpyxl.load_workbook(desk.path)["Customers"]
    again = libreoffice(desk.path, "xlsx", desk.path.parent / "out")
    theirs: Any = openpyxl.load_workbook(again)["Customers"]
    for ws in (ours, theirs):
        assert ws[where].comment.text == "mine"
        assert ws["F23"].comment.text == "Partnerbook: was empty"
    assert ours[where].comment.author == "me"
