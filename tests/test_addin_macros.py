from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from python_calamine import CalamineWorkbook

from addin import cells, macros, records
from addin.files import open_book, save
from addin.macros import Outcome
from partnerbook import text
from partnerbook.errors import UnreachableError, WorkbookError
from partnerbook.model import Customer, CustomerQuery, Snapshot
from reports.workbook.starter import starter_workbook

MakeCustomer = Callable[..., Customer]
MakeSnapshot = Callable[..., Snapshot]
NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)


class Desk:
    """A person's workbook, and the Partner Center that answers it."""

    def __init__(self, path: Path, make_snapshot: MakeSnapshot) -> None:
        self.path = path
        self.make_snapshot = make_snapshot
        self.asked: list[CustomerQuery] = []
        path.write_bytes(starter_workbook())

    def refresh(
        self, *customers: Customer, confirmed: bool = True, now: datetime = NOW, **facts: Any
    ) -> Outcome:
        def fetch(query: CustomerQuery) -> Snapshot:
            self.asked.append(query)
            return self.make_snapshot(*customers, query=query, **facts)

        book = open_book(self.path)
        outcome = macros.refresh(book, fetch, confirmed=confirmed, now=now)
        save(book)
        return outcome

    def edit(self, change: Callable[[Any], None]) -> None:
        """Let the person change the sheet with another program."""
        book = openpyxl.load_workbook(self.path)
        change(book["Customers"])
        book.save(self.path)

    def table(self) -> list[list[Any]]:
        """Return heading and body as an independent reader sees them, blank ends cut."""
        rows = CalamineWorkbook.from_path(str(self.path)).get_sheet_by_name("Customers").to_python()
        top = next(i for i, row in enumerate(rows) if row and row[0] == "Customer ID")
        return [list(row) for row in rows[top:]]

    def notes(self, column: str) -> dict[str, Any]:
        head, *body = self.table()
        place = head.index(column)
        return {row[0]: row[place] for row in body if row[place] != ""}

    def sheet(self, name: str) -> list[list[Any]]:
        return CalamineWorkbook.from_path(str(self.path)).get_sheet_by_name(name).to_python()

    @property
    def status(self) -> str:
        return str(self.sheet("Customers")[1][0])


@pytest.fixture
def desk(tmp_path: Path, make_snapshot: MakeSnapshot) -> Desk:
    return Desk(tmp_path / "Customers.xlsx", make_snapshot)


def own_column(ws: Any, heading: str, notes: dict[str, Any], column: int = 17) -> None:
    """Write notes beside the customers they are about, as a person would."""
    top = next(row[0].row for row in ws.iter_rows() if row[0].value == "Customer ID")
    ws.cell(top, column, heading)
    for row in range(top + 1, ws.max_row + 1):
        if ws.cell(row, 1).value in notes:
            ws.cell(row, column, notes[ws.cell(row, 1).value])


def test_a_refresh_fills_the_sheet(desk: Desk, make_customer: MakeCustomer) -> None:
    outcome = desk.refresh(*(make_customer(n) for n in range(1, 4)), missing_at_most=0)

    head, *body = desk.table()
    assert head == [cells.column_heading(each) for each in cells.COLUMNS]
    assert [row[0] for row in body] == ["id-0003", "id-0002", "id-0001"], "newest first"
    assert body[0][3] == datetime(2026, 1, 8, 8, 30)  # noqa: DTZ001  cells have no zone
    assert body[0][7] == "0086"
    assert outcome.applied
    assert desk.status == outcome.status
    assert desk.status.startswith("3 customers · exact · as of 2026-05-04 06:00:00 UTC")
    assert desk.sheet("Refresh log")[1][4:7] == [3.0, 0.0, 3.0]


def test_notes_stay_leave_and_come_back(desk: Desk, make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(1, 7)]
    notes = {"id-0002": "0086", "id-0005": 5, "id-0001": "=later"}
    desk.refresh(*everybody)

    def write(ws: Any) -> None:
        own_column(ws, "Next step", notes)
        for row in ws.iter_rows():
            for cell in row:
                if cell.value == "=later":
                    cell.data_type = "s"

    desk.edit(write)

    desk.refresh(*everybody[2:], make_customer(9))
    assert desk.notes("Next step") == {"id-0005": 5}
    assert desk.notes("Change") == {"id-0009": "New"}
    parked = [row[:4] for row in desk.sheet("Parked notes")[1:]]
    assert parked == [
        ["id-0002", "Next step", "0086", "left the list"],
        ["id-0001", "Next step", "=later", "left the list"],
    ]

    desk.refresh(*everybody)
    assert desk.notes("Next step") == notes
    assert desk.notes("Change") == {"id-0001": "Came back", "id-0002": "Came back"}
    assert [row for row in desk.sheet("Parked notes")[1:] if any(row)] == []


def test_formats_links_and_comments_go_with_their_row(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 6)]
    desk.refresh(*everybody)

    def mark(ws: Any) -> None:
        own_column(ws, "Owner", {"id-0002": "Li"})
        cell = next(c for row in ws.iter_rows() for c in row if c.value == "Li")
        cell.fill = PatternFill("solid", fgColor="FFCC00")
        cell.hyperlink = "https://example.com/li"
        cell.comment = Comment("ask first", "me")
        ws.cell(cell.row, 2).comment = Comment("renamed twice", "me")

    desk.edit(mark)
    desk.refresh(
        *(each for each in everybody if each.customer_id != "id-0005"),
        make_customer(8),
        make_customer(9),
    )

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    row = next(row for row in ws.iter_rows() if row[0].value == "id-0002")
    assert row[16].value == "Li"
    assert row[16].fill.fgColor.rgb == "00FFCC00"
    assert row[16].hyperlink.target == "https://example.com/li"
    assert row[16].comment.text == "ask first"
    assert row[1].comment.text == "renamed twice"
    others = [c for each in ws.iter_rows() if each[0].row != row[0].row for c in each if c.comment]
    assert others == []


def test_a_mark_is_not_left_behind_for_another_customer(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 6)]
    desk.refresh(*everybody)

    def mark(ws: Any) -> None:
        row = next(row for row in ws.iter_rows() if row[0].value == "id-0005")
        for cell in row[:17]:
            cell.fill = PatternFill("solid", fgColor="FFCC00")
        row[2].comment = Comment("promised a call", "me")
        row[2].hyperlink = "https://example.com/5"

    desk.edit(mark)
    desk.refresh(*everybody[:4], make_customer(8))

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    rows = [row for row in ws.iter_rows(min_row=22) if row[0].value]
    assert rows[0][0].value == "id-0008"
    assert all(c.fill.fill_type is None and not c.comment for row in rows for c in row)
    assert rows[0][2].hyperlink is None
    parked = desk.sheet("Parked notes")[1]
    assert parked[:4] == ["id-0005", "Comment: Company name", "promised a call", "left the list"]


def test_own_columns_inside_the_table_and_moved_ones_are_found(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    desk.path.write_bytes(_workbook_with_columns(desk.path.parent))
    desk.refresh(make_customer(1), make_customer(2))

    head, *body = desk.table()
    assert head == ["Customer ID", "Owner", "Label", "Company name", "Todo"]
    assert body == [
        ["id-0002", "", "", "Company 2 Ltd", ""],
        ["id-0001", "Li", "", "Company 1 Ltd", "call"],
    ]


def _workbook_with_columns(folder: Path) -> bytes:
    from openpyxl.workbook.defined_name import DefinedName  # noqa: PLC0415  only here
    from openpyxl.worksheet.table import Table  # noqa: PLC0415  only here

    book = openpyxl.Workbook()
    ws: Any = book.active
    ws.title = "Customers"
    ws.append(["label", None])
    ws.append(["status", None])
    ws.append([])
    ws.append(["Customer ID", "Owner", "Label", "Company name", "Todo"])
    ws.append(["id-0001", "Li", "old", "Company 1 Ltd", "call"])
    ws.add_table(Table(displayName="CustomerList", ref="A4:E5"))
    book.defined_names["pb_filters"] = DefinedName("pb_filters", attr_text="Customers!$A$1:$B$1")
    book.defined_names["pb_status"] = DefinedName("pb_status", attr_text="Customers!$B$2")
    path = folder / "made.xlsx"
    book.save(path)
    return path.read_bytes()


def test_a_formula_column_is_filled_down_and_nothing_of_it_is_parked(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 4)]
    desk.refresh(*everybody)

    def formula(ws: Any) -> None:
        top = next(row[0].row for row in ws.iter_rows() if row[0].value == "Customer ID")
        ws.cell(top, 17, "Length")
        for row in range(top + 1, top + 4):
            ws.cell(row, 17, f"=LEN(B{row})")

    desk.edit(formula)
    desk.refresh(*everybody[1:], make_customer(7), make_customer(8))

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    rows = [row for row in ws.iter_rows() if str(row[0].value).startswith("id-")]
    assert [row[16].value for row in rows] == [f"=LEN(B{row[0].row})" for row in rows]
    assert len(rows) == 4
    assert len(desk.sheet("Parked notes")) == 1


def test_a_formula_of_ones_own_goes_with_its_customer(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 6)]
    desk.refresh(*everybody)
    top = 21

    def formula(ws: Any) -> None:
        row = next(row[0].row for row in ws.iter_rows() if row[0].value == "id-0001")
        ws.cell(top, 17, "Budget")
        ws.cell(row, 17, f'=1200*12+LEN(B{row})+LEN($B$3)+LEN("B{row}")')

    desk.edit(formula)
    desk.refresh(*everybody[:3], make_customer(9))

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    row = next(row for row in ws.iter_rows() if row[0].value == "id-0001")
    n = row[0].row
    assert row[16].value == f'=1200*12+LEN(B{n})+LEN($B$3)+LEN("B{n + 1}")'
    desk.refresh(*everybody[1:3], make_customer(9))
    assert desk.sheet("Parked notes")[1][3] == f"left the list (formula of row {n})"
    desk.refresh(*everybody[:3], make_customer(9))
    ws = openpyxl.load_workbook(desk.path)["Customers"]
    row = next(row for row in ws.iter_rows() if row[0].value == "id-0001")
    assert str(row[16].value).startswith(f"=1200*12+LEN(B{row[0].row})+LEN($B$3)")
    assert row[16].data_type == "f"


def test_hidden_rows_stay_hidden_with_their_customers(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 6)]
    desk.refresh(*everybody)

    def hide(ws: Any) -> None:
        for row in ws.iter_rows():
            if row[0].value in ("id-0002", "id-0004"):
                ws.row_dimensions[row[0].row].hidden = True

    desk.edit(hide)
    desk.refresh(*everybody[:4], make_customer(8), make_customer(9))

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    hidden = {row[0].value for row in ws.iter_rows() if ws.row_dimensions[row[0].row].hidden}
    assert hidden == {"id-0002", "id-0004"}


def test_the_users_own_order_is_kept(desk: Desk, make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(1, 5)]
    desk.refresh(*everybody)

    def sort_up(ws: Any) -> None:
        rows = [[c.value for c in row] for row in ws.iter_rows(min_row=22, max_row=25)]
        for number, row in enumerate(sorted(rows), 22):
            for column, value in enumerate(row, 1):
                ws.cell(number, column, value)

    desk.edit(sort_up)
    desk.refresh(*everybody[1:], make_customer(7))

    assert [row[0] for row in desk.table()[1:]] == ["id-0002", "id-0003", "id-0004", "id-0007"]


def test_filters_on_the_sheet_are_asked(desk: Desk, make_customer: MakeCustomer) -> None:
    def choose(ws: Any) -> None:
        for row in ws.iter_rows(max_col=2):
            if row[0].value == "association":
                row[1].value = "resale"
            if row[0].value == "country":
                row[1].value = 86
            if row[0].value == "since":
                row[1].value = datetime(2026, 1, 1)  # noqa: DTZ001  a cell's date

    desk.edit(choose)
    desk.refresh(make_customer(1, association="3"), make_customer(2))

    assert desk.asked == [
        CustomerQuery(association="3", country="+86", since=datetime(2026, 1, 1, tzinfo=UTC))
    ]
    assert [row[0] for row in desk.table()[1:]] == ["id-0001"]


def test_a_stopped_plan_changes_no_byte(desk: Desk, make_customer: MakeCustomer) -> None:
    desk.refresh(*(make_customer(n) for n in range(1, 11)))
    before = desk.path.read_bytes()

    outcome = desk.refresh(make_customer(1), confirmed=False)

    assert not outcome.applied
    assert outcome.plan.stops == ("9 of 10 customers would go from the list",)
    assert desk.path.read_bytes() == before
    assert desk.refresh(make_customer(1), confirmed=True).applied


def test_a_preview_changes_no_byte(desk: Desk, make_customer: MakeCustomer) -> None:
    before = desk.path.read_bytes()
    book = open_book(desk.path)

    outcome = macros.preview(book, lambda _: desk.make_snapshot(make_customer(1)), now=NOW)

    assert outcome.plan.joined == ("id-0001",)
    assert not save(book)
    assert desk.path.read_bytes() == before


def test_a_failed_refresh_changes_only_the_status_cell(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    desk.refresh(make_customer(1))
    old = desk.table()
    book = open_book(desk.path)

    def fetch(_: CustomerQuery) -> Snapshot:
        raise UnreachableError("no such host")

    for _ in range(2):
        with pytest.raises(UnreachableError):
            macros.refresh(book, fetch, now=NOW + timedelta(hours=1))
    save(book)  # as live Excel would show it

    assert desk.table() == old
    assert desk.status == (
        "Not refreshed at 2026-05-04 07:00:00 UTC: no connection. Still: 1 customers · exact · "
        "as of 2026-05-04 06:00:00 UTC · fingerprint dnbtjrlh"
    )


def test_an_incomplete_listing_keeps_everybody(desk: Desk, make_customer: MakeCustomer) -> None:
    one, two = make_customer(1), make_customer(2, label="old")
    desk.refresh(one, two)

    outcome = desk.refresh(one, missing_at_most=4)

    assert desk.notes("Change") == {"id-0002": "Not seen"}
    assert desk.notes("Label") == {"id-0002": "old"}
    assert "at most 4 missing" in outcome.status


def test_a_row_below_the_list_is_not_written_over(desk: Desk, make_customer: MakeCustomer) -> None:
    desk.refresh(make_customer(1))
    desk.edit(lambda ws: ws.cell(24, 2, "Total: many"))
    before = desk.path.read_bytes()

    desk.refresh(make_customer(1), make_customer(2))  # row 24 is still free
    with pytest.raises(WorkbookError, match="row 24"):
        desk.refresh(*(make_customer(n) for n in range(1, 4)))

    assert desk.path.read_bytes() != before
    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    assert ws["B24"].value == "Total: many"


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda ws: ws.merge_cells("B22:C22"), "merged cells where the list"),
        (lambda ws: setattr(ws.protection, "sheet", True), "is protected"),
        (lambda ws: ws.parent.defined_names.pop("pb_filters"), "no range named pb_filters"),
        (lambda ws: ws.tables.pop("CustomerList"), "no table named CustomerList"),
    ],
)
def test_what_cannot_be_done_safely_is_refused(
    desk: Desk, make_customer: MakeCustomer, harm: Callable[[Any], None], sentence: str
) -> None:
    desk.refresh(make_customer(1), make_customer(2))
    desk.edit(harm)
    before = desk.path.read_bytes()

    with pytest.raises(WorkbookError, match=sentence):
        desk.refresh(make_customer(3), make_customer(2))

    assert desk.path.read_bytes() == before


def test_the_log_is_capped(desk: Desk, make_customer: MakeCustomer, monkeypatch: Any) -> None:
    monkeypatch.setattr(records, "LOG_LIMIT", 3)

    for n in range(1, 6):
        desk.refresh(*(make_customer(i) for i in range(1, n + 1)))

    assert [row[4] for row in desk.sheet("Refresh log")[1:]] == [3.0, 4.0, 5.0]


def test_an_emptied_list_keeps_one_blank_row(desk: Desk, make_customer: MakeCustomer) -> None:
    desk.refresh(make_customer(1), make_customer(2))
    desk.edit(lambda ws: own_column(ws, "Owner", {"id-0001": "Li"}))

    desk.refresh()

    assert [row for row in desk.table()[1:] if any(row)] == []
    assert openpyxl.load_workbook(desk.path)["Customers"].tables["CustomerList"].ref == "A21:P22"
    desk.refresh(make_customer(1))
    assert desk.notes("Owner") == {"id-0001": "Li"}


HOSTILE = [
    "=1+1", "+86139", "@x", "-1", "0086", "12e4", "#N/A", "TRUE", "\ud800", "\uffff", "x" * 40_000,
    "<b>&amp;", "شركة الأفق", "_x0041_", " lead", "a\r\nb", "'quoted", "\u202eevil", "𝒳" * 20_000,
]  # fmt: skip


def test_a_hostile_name_arrives_as_the_same_harmless_text(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    customers = [make_customer(n, company_name=name) for n, name in enumerate(HOSTILE, 1)]

    desk.refresh(*customers)
    again = desk.refresh(*customers)

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    found = {row[0].value: row[2] for row in ws.iter_rows() if str(row[0].value).startswith("id-")}
    for customer in customers:
        cell = found[customer.customer_id]
        wanted = text.for_cell(customer.company_name or "")
        assert cell.data_type == "s"
        assert str(cell.value).replace("_x005F_", "_") == wanted
    assert again.plan.altered == (), "and is read back as the same"


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.sets(st.integers(1, 8)), min_size=1, max_size=5))
def test_over_files_no_note_is_lost_or_moved(
    tmp_path: Path, make_customer: MakeCustomer, make_snapshot: MakeSnapshot, weeks: list[set[int]]
) -> None:
    desk = Desk(tmp_path / "Customers.xlsx", make_snapshot)
    desk.refresh(*(make_customer(n) for n in range(1, 9)))
    notes = {f"id-000{n}": f"of id-000{n}" for n in range(1, 9)}
    desk.edit(lambda ws: own_column(ws, "Mine", notes))
    for who in weeks:
        desk.refresh(*(make_customer(n) for n in who))
        parked = {row[0]: row[2] for row in desk.sheet("Parked notes")[1:] if row[0]}
        beside = desk.notes("Mine")
        assert beside | parked == notes
        assert not beside.keys() & parked.keys()
        assert beside.keys() == {f"id-000{n}" for n in who}


def test_the_macro_needs_nothing_but_xlwings_objects(desk: Desk) -> None:
    assert isinstance(open_book(desk.path), xlwings.Book)


def test_ten_thousand_rows_are_no_work_that_grows_with_their_square(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(10_001)]
    desk.refresh(*everybody[:-1])

    started = time.process_time()  # a busy machine must not look slow
    desk.refresh(*everybody[1:])

    # Some seconds at most; row by row against all rows it would be minutes.
    assert time.process_time() - started < 20
    assert len(desk.table()) == 10_001


def test_a_comment_on_a_blank_row_of_the_list_is_parked(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    def comment(ws: Any) -> None:
        ws.cell(22, 3).comment = Comment("call them", "me")

    desk.edit(comment)
    desk.refresh(make_customer(1), make_customer(2))
    parked = desk.sheet("Parked notes")
    assert [row[1:3] for row in parked[1:]] == [["Comment: Company name", "call them"]]
    assert [row[0] for row in desk.table()[1:]] == ["id-0002", "id-0001"]
