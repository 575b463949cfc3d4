"""Buttons over a whole machine: sandbox, store, workbooks as files; only the screen is not real.

What only Excel can do is refused by name for a file, or stands in here as what a person answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings

from addin import buttons, changes, live, session, sheet
from addin.files import open_book
from partnerbook.model import CustomerQuery
from partnerbook.sandbox import Sandbox
from partnerbook.views import View
from reports.workbook.practice import practice_ledger
from reports.workbook.starter import starter_workbook


class Person:
    """What a person sees and answers."""

    def __init__(self) -> None:
        self.boxes: list[str] = []
        self.answer = "yes"
        self.selected: xlwings.Range | None = None
        self.gone_to: list[str] = []
        self.opened: list[str] = []

    def alert(self, text: str, _title: str, **options: Any) -> str:
        self.boxes.append(text)
        return self.answer if options.get("buttons") == "yes_no" else "ok"


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    seen = Person()
    monkeypatch.setattr(xlwings.App, "alert", lambda _, *a, **k: seen.alert(*a, **k))
    monkeypatch.setattr(live, "selection", lambda _: seen.selected)
    monkeypatch.setattr(live, "go", lambda cell: seen.gone_to.append(cell.address))
    monkeypatch.setattr(live, "open_workbook", lambda _, path: seen.opened.append(path.name))
    return seen


@pytest.fixture
def book(account: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An open customer workbook of the account."""
    assert account.endpoint
    path = tmp_path / "Customers.xlsx"
    path.write_bytes(starter_workbook())
    kept = session.Session(session.book_of_settings)
    monkeypatch.setattr(session, "SESSION", kept)
    yield _pressed_in(path)
    del xlwings.Book._mock_caller


def _pressed_in(path: Path) -> xlwings.Book:
    opened = open_book(path)
    for each in opened.app.books:
        if each.impl is not opened.impl:
            each.close()
    opened.set_mock_caller()
    return opened


def _listed(book: xlwings.Book) -> sheet.CustomerSheet:
    return sheet.read_list(book)


# ---- changes ----


def _with_changes_sheet(path: Path, *cells: str) -> xlwings.Book:
    workbook = openpyxl.load_workbook(path)
    made = workbook.create_sheet("Changes")
    for each in cells:
        made[each] = "mine"
    workbook.save(path)
    return _pressed_in(path)


def test_changes_says_what_to_do_before_there_are_two_lists(book: Any, person: Person) -> None:
    buttons.changes()

    assert "no two lists to compare yet" in person.boxes[0]
    assert [each.name for each in book.sheets].count("Changes") == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_changes_are_put_on_their_sheet(
    language: Any,
    account: Sandbox,
    person: Person,
    book: Any,
    run: Callable[..., Any],
    tmp_path: Path,
) -> None:
    path = tmp_path / "Customers.xlsx"
    path.write_bytes(starter_workbook(language))
    for week in (1, 2):
        account.play_week(week)
        assert run("snapshot").code == 0
    facts = run("changes", "--json").json["changes"]
    book = _with_changes_sheet(path)

    buttons.changes()
    buttons.changes()  # in place of the first

    assert person.boxes == []
    rows = sheet.grid(book.sheets["Changes"].used_range)
    head = next(at for at, row in enumerate(rows) if row[1])
    assert rows[0][0].startswith("Partnerbook" if language == "zh" else "What changed")
    assert rows[head][0] == ("客户ID" if language == "zh" else "Customer ID")
    assert [row[0] for row in rows[head + 1 :]] == [each["customer_id"] for each in facts]
    kinds = {"joined": "新加入", "left": "已离开", "came_back": "重新加入"}
    told = {row[2] for row in rows[head + 1 :]}
    wanted = {each["kind"] for each in facts} - {"altered"}
    words = {kinds[each] for each in wanted} if language == "zh" else wanted
    assert {each.replace("_", " ") for each in words} <= told
    assert book.sheets["Changes"].range((head + 2, 1)).number_format == "@"


def test_a_sheet_of_that_name_that_is_not_ours_is_left_alone(
    account: Sandbox, person: Person, book: Any, run: Callable[..., Any]
) -> None:
    for week in (1, 2):
        account.play_week(week)
        run("snapshot")
    book = _with_changes_sheet(Path(book.fullname), "A1", "C7")

    buttons.changes()

    assert "has a sheet 'Changes' that is not of this program" in person.boxes[0]
    assert book.sheets["Changes"].range("C7").value == "mine"
    assert changes.SHEET == "Changes"


# ---- find customer ----


def _typed(book: xlwings.Book, words: str) -> xlwings.Range:
    cell = book.sheets["About"].range("F40")
    cell.number_format = "@"
    cell.value = words
    return cell


def test_find_goes_to_the_row_that_the_selected_cell_means(book: Any, person: Person) -> None:
    buttons.refresh_sheet()
    here = _listed(book)
    names = Counter(str(row.ours["company_name"]).casefold() for row in here.rows.values())
    index, name = next(
        (index, name)
        for index, row in here.rows.items()
        if index > 9 and names[(name := str(row.ours["company_name"])).casefold()] == 1
    )
    person.selected = _typed(book, f" {name.upper()} ")

    buttons.find_customer()

    assert person.boxes == []
    assert person.gone_to == [f"$A${here.top + index}"]


def test_find_lists_candidates_and_never_guesses(book: Any, person: Person) -> None:
    buttons.refresh_sheet()
    person.selected = _typed(book, "a")

    buttons.find_customer()

    assert person.gone_to == []
    assert "'a' is not the name of one customer alone" in person.boxes[0]
    lines = person.boxes[0].splitlines()
    assert lines[1].startswith("row ")
    assert len(lines) == 12
    assert lines[-1].startswith("... and ")


def test_find_says_that_nobody_is_called_so_and_when_a_filter_hides_the_row(
    book: Any, person: Person
) -> None:
    buttons.refresh_sheet()
    person.selected = _typed(book, "no such customer whatever")
    buttons.find_customer("zh")
    here = _listed(book)
    key = next(iter(here.rows.values())).key
    here.block(0, 0, 1, 1).rows.hidden = True
    person.selected = _typed(book, key)
    buttons.find_customer()

    assert "没有名称或 ID 含 'no such customer whatever'" in person.boxes[0]
    assert f"stands in row {here.top}, which a filter hides now" in person.boxes[1]


def test_find_asks_where_it_can_and_says_what_to_do_where_it_cannot(
    book: Any, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    buttons.refresh_sheet()
    buttons.find_customer()
    assert person.boxes == ["select a cell that holds a customer's name or ID, and press it again"]
    key = next(iter(_listed(book).rows.values())).key
    monkeypatch.setattr(live, "can_ask", lambda _: True)
    monkeypatch.setattr(live, "escape", lambda _: lambda: False)
    answers = iter(["", key])
    monkeypatch.setattr(live, "ask_text", lambda *_: next(answers))

    buttons.find_customer()
    assert person.gone_to == []
    person.selected = _listed(book).block(3, 3, 1, 1)  # who stands in the list looks for another
    buttons.find_customer()
    assert person.gone_to == [f"$A${_listed(book).top}"]


# ---- stopping ----


def test_esc_in_the_middle_of_a_real_listing_leaves_sheet_and_store_as_they_were(
    book: Any, person: Person, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    buttons.refresh_sheet()
    before = sheet.grid(sheet.read_list(book).sheet.used_range)
    kept = run("customers", "--offline", "--json").json["as_of"]
    told: list[str] = []
    bar = property(lambda _: told[-1], lambda _, text: told.append(str(text)))
    monkeypatch.setattr(xlwings.App, "status_bar", bar)
    monkeypatch.setattr(live, "escape", lambda _: lambda: "customers listed" in told[-1])

    buttons.refresh_sheet()

    assert person.boxes == ["stopped by you before anything was written; nothing was changed"]
    assert "of 230 customers listed" in told[-3]
    assert sheet.grid(sheet.read_list(book).sheet.used_range) == before
    assert run("customers", "--offline", "--json").json["as_of"] == kept
    monkeypatch.setattr(live, "escape", lambda _: lambda: False)
    buttons.refresh_sheet()  # and the next one works
    assert len(person.boxes) == 1


# ---- views ----


def _save_views() -> None:
    with session.book_of_settings() as kept:
        for name, query in {
            "Asia": CustomerQuery(country="+86", status="2"),
            "Resale": CustomerQuery(association="3", frozen=False, label=("VIP",)),
            "March": CustomerQuery(
                since=datetime(2026, 3, 1, tzinfo=UTC),
                until=datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC),
                ids=("a", "b"),
            ),
        }.items():
            kept.store.save_view(View(name=name, query=query), datetime(2026, 5, 4, tzinfo=UTC))


def _filters(book: xlwings.Book) -> dict[str, Any]:
    block = sheet.grid(sheet.named(book, sheet.FILTERS))
    return {str(name): value for name, value in block if value is not None}


@pytest.mark.parametrize("given", ["2", "March", "Resale", "Asia"])
def test_a_view_that_is_chosen_becomes_the_filters(
    given: str, book: Any, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _save_views()
    sheet.named(book, sheet.FILTERS)[0, 1].value = "an older filter"
    monkeypatch.setattr(live, "can_ask", lambda _: True)
    monkeypatch.setattr(live, "ask_text", lambda *_: given)

    buttons.views()

    assert "1  Asia: " in person.boxes[0]
    wanted = {
        "2": None,  # the second by name is March, and it has more IDs than the block has rows
        "March": None,
        "Resale": {"association": "resale", "frozen": "no", "label": "VIP"},
        "Asia": {"country": "+86", "status": "verified"},
    }[given]
    if wanted is None:
        assert "too few rows for the view 'March': it lacks 1, for id" in person.boxes[-1]
        assert _filters(book) == {"account": "an older filter"}
    else:
        assert _filters(book) == wanted
        assert f"ask for the view {given} now" in person.boxes[-1]


def test_where_nobody_can_be_asked_the_selected_cell_names_the_view(
    book: Any, person: Person
) -> None:
    buttons.views()
    _save_views()
    buttons.views()
    person.selected = _typed(book, "Resale")
    person.answer = "no"
    buttons.views()
    before = _filters(book)
    person.answer = "yes"
    buttons.views()

    assert "No view is saved yet" in person.boxes[0]
    assert "type its name into a cell" in person.boxes[1]
    assert person.boxes[2].startswith("Put the view Resale (label contains “VIP”; ")
    assert before == {}
    assert _filters(book)["association"] == "resale"


def test_a_view_that_nobody_saved_is_named_with_the_nearest(
    book: Any, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _save_views()
    monkeypatch.setattr(live, "can_ask", lambda _: True)
    monkeypatch.setattr(live, "ask_text", lambda *_: "Asai")

    buttons.views()

    assert "did you mean 'Asia'?" in person.boxes[-1]
    assert _filters(book) == {}


@pytest.mark.parametrize("what", ["filters", "changes"])
def test_a_protected_sheet_is_left_as_it_is(
    what: str, account: Sandbox, book: Any, person: Person, run: Callable[..., Any]
) -> None:
    for week in (1, 2):
        account.play_week(week)
        run("snapshot")
    _save_views()
    path = Path(book.fullname)
    workbook: Any = openpyxl.load_workbook(path)
    workbook.create_sheet("Changes").protection.sheet = True
    workbook["Customers"].protection.sheet = True
    workbook.save(path)
    book = _pressed_in(path)
    person.selected = _typed(book, "Resale")

    if what == "filters":
        buttons.views()
    else:
        buttons.changes()

    assert "is protected; unprotect it in Excel" in person.boxes[-1]
    assert _filters(book) == {}


# ---- account ----


@pytest.mark.usefixtures("book")
def test_account_says_whose_customers_these_are(
    account: Sandbox, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    buttons.account()
    buttons.refresh_sheet()
    buttons.account("zh")
    monkeypatch.setenv("PARTNERBOOK_PARTNER_ID", "somebody-else")
    buttons.account()

    first, then, other = person.boxes
    assert f"Account: {account.partner_id}@127.0.0.1" in first
    assert "Its settings come from: environment" in first
    assert "Nothing was listed yet." in first
    assert "partnerbook login" in first
    assert f"本工作簿：按账号 {account.partner_id}@127.0.0.1 刷新" in then
    assert "230 个客户" in then
    assert "接口：sub-customers" in then
    assert "That is another account" in other
    assert f"Excel was started with the account {account.partner_id}@127.0.0.1" in other
    for box in person.boxes:
        assert account.secret_key not in box
        assert account.access_key not in box


# ---- files of their own ----


@pytest.mark.usefixtures("book")
def test_a_new_customer_sheet_is_made_where_the_person_says(
    person: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(live, "can_ask", lambda _: True)
    answers: Iterator[Path | None] = iter(
        [tmp_path / "North.xlsx", None, tmp_path / "North.xlsx", tmp_path / "South 2026.01"]
    )
    monkeypatch.setattr(live, "ask_where", lambda *_: next(answers))

    buttons.new_customer_sheet("zh")
    made = (tmp_path / "North.xlsx").read_bytes()
    buttons.new_customer_sheet()  # cancelled
    buttons.new_customer_sheet()
    buttons.new_customer_sheet()

    assert made == starter_workbook("zh")
    assert person.opened == ["North.xlsx", "South 2026.01.xlsx"]
    assert "已创建" in person.boxes[0]
    assert "North.xlsx is there already" in person.boxes[1]
    assert (tmp_path / "North.xlsx").read_bytes() == made
    assert len(person.boxes) == 3


@pytest.mark.usefixtures("book")
def test_where_nobody_can_be_asked_it_is_made_in_documents(
    person: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    documents = tmp_path / "Documents"
    monkeypatch.setattr("platformdirs.user_documents_path", lambda: documents)

    buttons.new_customer_sheet()
    buttons.new_customer_sheet()

    assert sorted(each.name for each in documents.iterdir()) == [
        "Customers 2.xlsx",
        "Customers.xlsx",
    ]
    assert str(documents / "Customers 2.xlsx") in person.boxes[1]


def test_the_weekly_report_is_made_beside_the_workbook(
    book: Any, account: Sandbox, person: Person, run: Callable[..., Any], tmp_path: Path
) -> None:
    block = sheet.named(book, sheet.FILTERS)
    buttons.weekly_report()
    names = [row[0] for row in sheet.grid(block)]
    block[names.index("association"), 1].value = "resale"
    buttons.weekly_report()

    made = sorted(each.name for each in tmp_path.glob("weekly-*"))
    assert {Path(each).suffix for each in made} == {".xlsx", ".html", ".eml"}
    stems = sorted({Path(each).stem for each in made})
    assert len(stems) == 2, "reports of other filters do not replace each other"
    assert "-Customers" in stems[1]
    assert person.opened == [f"{stem}.xlsx" for stem in stems]
    assert "page and mail are beside it" in person.boxes[0]
    counted = run("customers", "--offline", "--association", "resale", "--json").json["count"]
    assert f"{counted}" in person.boxes[1].splitlines()[0]
    assert account.partner_id


def _ledger(tmp_path: Path, name: str = "ledger.xlsx") -> Path:
    with session.book_of_settings() as kept:
        now = kept.take()
    path = tmp_path / name
    path.write_bytes(practice_ledger(now.listing.customers, now.taken_at))
    return path


@pytest.mark.usefixtures("book")
def test_the_active_sheet_is_reconciled_and_stays_as_it_is(
    person: Person, tmp_path: Path, run: Callable[..., Any]
) -> None:
    path = _ledger(tmp_path)
    before = path.read_bytes()
    told = run("reconcile", path, "--out", tmp_path / "told.xlsx", "--json").json
    opened = _pressed_in(path)

    buttons.reconcile_sheet()

    assert person.boxes[0].startswith(
        f"Partner Center has {told['bridge']['vendor']:,} customers, the sheet "
    )
    assert f"breaks {len(told['breaks']):,}" in person.boxes[0]
    assert person.opened == ["ledger reconciliation.xlsx"]
    assert path.read_bytes() == before
    out: Any = openpyxl.load_workbook(tmp_path / "ledger reconciliation.xlsx")
    assert out.sheetnames == openpyxl.load_workbook(tmp_path / "told.xlsx").sheetnames
    assert "ledger.xlsx" in str([cell.value for row in out.worksheets[0] for cell in row])
    buttons.reconcile_sheet()  # again: the same file, what people wrote into it read back
    assert len(person.opened) == 2
    assert opened.name == "ledger.xlsx"


@pytest.mark.usefixtures("book")
def test_the_active_sheet_is_the_ledger_even_where_another_could_be(
    person: Person, tmp_path: Path
) -> None:
    path = _ledger(tmp_path)
    workbook: Any = openpyxl.load_workbook(path)
    name = workbook.active.title
    other = workbook.copy_worksheet(workbook.active)
    other.title = "May"
    other.delete_rows(other.max_row - 20, 21)
    workbook.active = other
    for each in workbook:
        each.sheet_view.tabSelected = each is other
    workbook.save(path)
    _pressed_in(path)

    buttons.reconcile_sheet("zh")

    assert "工作表 'May' 有" in person.boxes[0]
    assert name not in person.boxes[0]


def test_what_is_no_ledger_and_no_reconciliation_is_left_alone(
    book: Any, person: Person, tmp_path: Path
) -> None:
    buttons.reconcile_sheet()
    path = _ledger(tmp_path)
    other = tmp_path / "ledger reconciliation.xlsx"
    openpyxl.Workbook().save(other)
    before = other.read_bytes()
    _pressed_in(path)
    buttons.reconcile_sheet()
    open_book(other)
    buttons.reconcile_sheet()

    assert "is the customer list itself" in person.boxes[0]
    assert "is there and is no reconciliation" in person.boxes[1]
    assert "is open in Excel; close it" in person.boxes[2]
    assert other.read_bytes() == before
    assert book.name == "Customers.xlsx"


def test_freeze_makes_a_copy_beside_the_workbook_and_says_how_to_come_back(
    book: Any, person: Person, tmp_path: Path
) -> None:
    buttons.refresh_sheet()
    before = Path(book.fullname).read_bytes()

    buttons.freeze_to_values()
    buttons.freeze_to_values("zh")

    assert Path(book.fullname).read_bytes() == before, "nobody asked to save it"
    for name in ("Customers (values).xlsx", "Customers (values) 2.xlsx"):
        frozen: Any = openpyxl.load_workbook(tmp_path / name)
        told = [row[0].value for row in frozen["About"].iter_rows()]
        assert "Frozen copy" in told, "in the language of the workbook"
        assert frozen["Customers"]["A22"].value, "as it is now, not as it was saved"
    assert "Formulas that became values: 0" in person.boxes[0]
    assert "go on in Customers.xlsx: it is as it was" in person.boxes[0]
    assert not list(tmp_path.glob("partnerbook-*"))
