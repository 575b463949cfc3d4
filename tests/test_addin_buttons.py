"""Buttons: what a person sees after pressing one. Excel is the engine over files here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings

from addin import buttons, live, session, sheet
from addin.files import open_book
from partnerbook.errors import UnreachableError
from partnerbook.model import Customer, CustomerQuery, Snapshot
from partnerbook.views.filters import selects
from reports.workbook.starter import starter_workbook

MakeCustomer = Callable[..., Customer]
MakeSnapshot = Callable[..., Snapshot]


class Screen:
    """What Excel would show, and what the person answers."""

    def __init__(self) -> None:
        self.boxes: list[str] = []
        self.bar: list[Any] = []
        self.answer = "no"

    def alert(self, text: str, _title: str, **options: Any) -> str:
        self.boxes.append(text)
        return self.answer if options.get("buttons") == "yes_no" else "ok"


class Desk:
    """A person's open workbook, and the Partner Center behind the session."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(starter_workbook())
        self.book = open_book(path)
        self.snapshot: Snapshot | Exception = RuntimeError("nothing to say")
        self.asked = 0
        self.last_error = ""

    def refresh(self, query: CustomerQuery, *, progress: Callable[..., None]) -> Snapshot:
        progress(1, 4, 1, None)
        self.asked += 1
        if isinstance(self.snapshot, Exception):
            raise self.snapshot
        listing = self.snapshot.listing
        chosen = tuple(each for each in listing.customers if selects(query, each))
        return replace(self.snapshot, listing=replace(listing, query=query, customers=chosen))

    def news(self, _query: CustomerQuery) -> tuple[None, dict[str, Any]]:
        return None, {}

    @property
    def keys(self) -> list[str]:
        return [row.key for row in self.list.rows.values()]

    @property
    def list(self) -> sheet.CustomerSheet:
        return sheet.read_list(self.book)

    @property
    def status(self) -> str:
        return str(sheet.named(self.book, sheet.STATUS)[0, 0].value)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    seen = Screen()
    monkeypatch.setattr(xlwings.App, "alert", lambda _, *a, **k: seen.alert(*a, **k))
    bar = property(lambda _: seen.bar[-1], lambda _, value: seen.bar.append(value))
    monkeypatch.setattr(xlwings.App, "status_bar", bar)
    return seen


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("PARTNERBOOK_HOME", str(tmp_path))
    desk = Desk(tmp_path / "Customers.xlsx")
    monkeypatch.setattr(session, "SESSION", desk)
    desk.book.set_mock_caller()
    for other in desk.book.app.books:
        if other.name != desk.book.name or other.fullname != desk.book.fullname:
            other.close()
    yield desk
    del xlwings.Book._mock_caller


def test_refresh_fills_the_sheet_and_gives_the_status_bar_back(
    desk: Desk, screen: Screen, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    desk.snapshot = make_snapshot(make_customer(1), make_customer(2))

    buttons.refresh_sheet()

    assert len(desk.keys) == 2
    assert "2 customers" in desk.status
    assert screen.boxes == []
    assert "Partner Center" in screen.bar[0]
    assert any("1 of 4 customers" in str(each) for each in screen.bar)
    assert screen.bar[-1] is False


@pytest.mark.parametrize(("answer", "left"), [("no", 4), ("yes", 1)])
def test_a_refresh_that_looks_wrong_asks_once_and_does_what_it_asked_about(
    answer: str,
    left: int,
    desk: Desk,
    screen: Screen,
    make_customer: MakeCustomer,
    make_snapshot: MakeSnapshot,
) -> None:
    desk.snapshot = make_snapshot(*[make_customer(each) for each in range(1, 5)])
    buttons.refresh_sheet()
    desk.snapshot = make_snapshot(make_customer(1))
    screen.answer = answer

    buttons.refresh_sheet()

    assert len(screen.boxes) == 1
    assert "3 of 4 customers would go" in screen.boxes[0]
    assert len([row for row in desk.list.rows.values() if row.key]) == left
    assert desk.asked == 2  # not a third time for the answer


def test_preview_says_what_would_change_and_writes_nothing(
    desk: Desk, screen: Screen, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    desk.snapshot = make_snapshot(make_customer(1), make_customer(2))
    before = desk.status

    buttons.preview()

    assert "2 joined, 0 left, 0 changed" in screen.boxes[0]
    assert desk.keys == []
    assert desk.status == before


def test_an_error_is_one_sentence_in_one_box(desk: Desk, screen: Screen) -> None:
    desk.snapshot = UnreachableError("Partner Center does not answer; try again")

    buttons.refresh_sheet()

    assert screen.boxes == ["Partner Center does not answer; try again"]
    assert screen.bar[-1] is False


def test_a_failure_nobody_thought_of_shows_no_traceback(
    desk: Desk, screen: Screen, tmp_path: Path
) -> None:
    desk.snapshot = ZeroDivisionError("secret")

    buttons.refresh_sheet()

    assert len(screen.boxes) == 1
    assert "secret" not in screen.boxes[0]
    assert "doctor" in screen.boxes[0]
    logged = (tmp_path / "partnerbook.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in logged
    assert "secret" not in logged


@pytest.mark.usefixtures("desk")
def test_log_and_parked_notes_go_to_their_sheets(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    monkeypatch.setattr(live, "front", lambda each: gone.append(each.name))

    buttons.refresh_log()
    buttons.parked_notes()

    assert gone == ["Refresh log", "Parked notes"]
    assert screen.boxes == []


@pytest.mark.usefixtures("desk")
def test_a_workbook_without_the_sheet_says_so(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "LOG_SHEET", "No such sheet")

    buttons.refresh_log()

    assert "has no sheet 'No such sheet'" in screen.boxes[0]


@pytest.mark.usefixtures("desk")
def test_doctor_shows_what_the_command_says(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in os.environ if each.startswith(("PARTNERBOOK_", "HUAWEICLOUD_"))]:
        if name != "PARTNERBOOK_HOME":
            monkeypatch.delenv(name)
    for name in ("PARTNERBOOK_ENDPOINT", "PARTNERBOOK_IAM_ENDPOINT"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there

    buttons.doctor()

    assert len(screen.boxes) == 1
    assert "Python" in screen.boxes[0]
    assert "finding" in screen.boxes[0]
    assert screen.bar[-1] is False

    buttons.doctor("zh")

    assert "问题" in screen.boxes[1]
    assert "finding" not in screen.boxes[1]


# ---- undo ----


def test_undo_says_what_comes_back_and_brings_it_back(
    desk: Desk, screen: Screen, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    desk.snapshot = make_snapshot(*[make_customer(each) for each in range(1, 8)])
    buttons.refresh_sheet()
    before = desk.status
    desk.snapshot = make_snapshot(*[make_customer(each) for each in range(1, 10)])
    buttons.refresh_sheet()

    buttons.undo()  # the person says no
    assert len(desk.keys) == 9
    screen.answer = "yes"
    buttons.undo()

    assert "shows 7 customers again (now 9)" in screen.boxes[0]
    assert screen.boxes[1] == screen.boxes[0]
    assert "Taken back: 7 customers" in screen.boxes[2]
    assert len(desk.keys) == 7
    assert desk.status == before
    assert str(desk.book.names["pb_age"].refers_to_range.formula).startswith("=IF(")


def test_undo_where_nothing_was_refreshed_says_so(desk: Desk, screen: Screen) -> None:
    buttons.undo()

    assert "there is no refresh of Customers.xlsx to take back" in screen.boxes[0]
    assert desk.keys == []


def test_a_refresh_that_was_never_saved_is_not_taken_back_twice(
    desk: Desk, screen: Screen, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    desk.snapshot = make_snapshot(make_customer(1))
    buttons.refresh_sheet()
    desk.book.close()  # without saving
    desk.book = open_book(Path(desk.book.fullname))
    desk.book.set_mock_caller()
    screen.answer = "yes"

    buttons.undo()

    assert "there is no refresh of Customers.xlsx to take back" in screen.boxes[0]


def test_the_command_takes_back_what_the_button_did(
    desk: Desk,
    run: Callable[..., Any],
    make_customer: MakeCustomer,
    make_snapshot: MakeSnapshot,
) -> None:
    desk.snapshot = make_snapshot(make_customer(1))
    buttons.refresh_sheet()
    desk.book.save()

    assert run("excel", "undo", desk.book.fullname).code == 0
    again = open_book(Path(desk.book.fullname))
    assert sheet.read_list(again).rows == {}


# ---- refresh all ----


def _another(desk: Desk, name: str, **filters: str) -> xlwings.Book:
    path = Path(desk.book.fullname).with_name(name)
    path.write_bytes(starter_workbook())
    book = open_book(path)
    block = sheet.named(book, sheet.FILTERS)
    for row, (word, _) in enumerate(sheet.grid(block)):
        if word in filters:
            block[row, 1].value = filters[word]
    return book


def _count(book: xlwings.Book) -> int:
    return sum(1 for row in sheet.read_list(book).rows.values() if row.key)


def test_refresh_all_asks_once_for_each_question(
    desk: Desk, screen: Screen, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    same = _another(desk, "Same.xlsx")
    narrow = _another(desk, "Narrow.xlsx", company="Company 2")
    plain = Path(desk.book.fullname).with_name("Plain.xlsx")
    openpyxl.Workbook().save(plain)
    open_book(plain)
    desk.snapshot = make_snapshot(*[make_customer(each) for each in (1, 2, 3)])

    buttons.refresh_all()

    assert desk.asked == 2
    assert [_count(each) for each in (desk.book, same, narrow)] == [3, 3, 1]
    lines = screen.boxes[0].splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == [
        "Customers.xlsx",
        "Narrow.xlsx",
        "Same.xlsx",
    ]
    assert "Narrow.xlsx: 1 customers" in screen.boxes[0]
    assert len(screen.boxes) == 1


@pytest.mark.parametrize("button", [buttons.refresh_sheet, buttons.refresh_all])
def test_a_formula_that_falls_short_of_the_list_is_told(
    button: Callable[..., None],
    desk: Desk,
    screen: Screen,
    make_customer: MakeCustomer,
    make_snapshot: MakeSnapshot,
) -> None:
    desk.snapshot = make_snapshot(make_customer(1), make_customer(2))
    buttons.refresh_sheet()
    desk.list.sheet.range("T40").formula = "=COUNTA(A22:A24)"
    desk.snapshot = make_snapshot(*[make_customer(each) for each in range(1, 7)])

    button()

    assert len(screen.boxes) == 1
    assert "does not end in its last row now: T40;" in screen.boxes[0]


def test_a_formula_that_an_undo_leaves_short_is_told(
    desk: Desk, screen: Screen, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    screen.answer = "yes"
    for count in (6, 4):
        desk.snapshot = make_snapshot(*[make_customer(each) for each in range(1, count + 1)])
        buttons.refresh_sheet()
    desk.list.sheet.range("T40").formula = "=COUNTA(A22:A26)"

    buttons.undo()

    assert "does not end in its last row now: T40;" in screen.boxes[-1]


def test_refresh_all_leaves_what_looks_wrong_and_what_fails_and_does_the_rest(
    desk: Desk, screen: Screen, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    desk.snapshot = make_snapshot(*[make_customer(each) for each in (1, 2, 3, 4)])
    buttons.refresh_sheet()
    wrong = _another(desk, "Wrong.xlsx", lable="x", status="nonsense")
    fresh = _another(desk, "Fresh.xlsx")
    desk.snapshot = make_snapshot(make_customer(1))

    buttons.refresh_all()

    assert len(desk.keys) == 4, "most customers would go: a person decides"
    assert _count(wrong) == 0
    assert _count(fresh) == 1
    by_name = dict(line.split(": ", 1) for line in screen.boxes[0].splitlines())
    assert "looks wrong" in by_name["Customers.xlsx"]
    assert "status" in by_name["Wrong.xlsx"]
    assert by_name["Fresh.xlsx"].startswith("1 customers")


def test_refresh_all_knocks_once_at_a_locked_door(desk: Desk, screen: Screen) -> None:
    _another(desk, "Same.xlsx")
    desk.snapshot = UnreachableError("Partner Center does not answer; try again")

    buttons.refresh_all()

    assert desk.asked == 1
    assert screen.boxes[0].count("does not answer") == 2


def test_refresh_all_survives_what_nobody_thought_of(
    desk: Desk, screen: Screen, tmp_path: Path
) -> None:
    _another(desk, "Same.xlsx")
    desk.snapshot = ZeroDivisionError("secret")

    buttons.refresh_all()

    assert screen.boxes[0].count("could not be refreshed; the log says why") == 2
    assert "secret" not in screen.boxes[0]
    assert "ZeroDivisionError" in (tmp_path / "partnerbook.log").read_text(encoding="utf-8")
    assert screen.bar[-1] is False


def test_refresh_all_without_a_list_says_so(
    desk: Desk, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "TABLE", "NoSuchTable")

    buttons.refresh_all("zh")

    assert "没有客户列表" in screen.boxes[0]
    assert desk.asked == 0


# ---- stopping ----


def test_esc_stops_a_listing_and_changes_nothing(
    desk: Desk,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    make_customer: MakeCustomer,
    make_snapshot: MakeSnapshot,
) -> None:
    desk.snapshot = make_snapshot(make_customer(1))
    before = desk.status
    monkeypatch.setattr(live, "escape", lambda _: lambda: "listed" in str(screen.bar[-1]))

    buttons.refresh_sheet()

    assert screen.boxes == ["stopped by you before anything was written; nothing was changed"]
    assert desk.status == before
    assert desk.keys == []
    assert desk.asked == 0
    assert screen.bar[-1] is False


def test_esc_stops_refresh_all_where_it_is(
    desk: Desk,
    screen: Screen,
    monkeypatch: pytest.MonkeyPatch,
    make_customer: MakeCustomer,
    make_snapshot: MakeSnapshot,
) -> None:
    second = _another(desk, "Second.xlsx", company="Company")
    desk.snapshot = make_snapshot(make_customer(1))
    monkeypatch.setattr(live, "escape", lambda _: lambda: desk.asked == 1)
    first = next(each for each in desk.book.app.books)

    buttons.refresh_all()

    assert "stopped by you" in screen.boxes[0]
    assert _count(first) + _count(second) <= 1


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "新增 2，离开 0"), ("xx", "2 joined, 0 left")]
)
def test_buttons_speak_the_language_of_the_ribbon(
    language: str,
    words: str,
    desk: Desk,
    screen: Screen,
    make_customer: MakeCustomer,
    make_snapshot: MakeSnapshot,
) -> None:
    desk.snapshot = make_snapshot(make_customer(1), make_customer(2))

    buttons.preview(language)

    assert words in screen.boxes[0]
    assert ("查询" in str(screen.bar[0])) == (language == "zh")
