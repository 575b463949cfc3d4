"""The status of a list, and its age: by the clock of whoever opens the workbook."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings

from addin import macros, status
from addin import sheet as layout
from addin.files import open_book, save
from partnerbook.errors import PartnerbookError, UnreachableError
from partnerbook.model import Customer, Snapshot
from partnerbook.wording import Language
from reports.workbook.starter import starter_workbook

MakeCustomer = Callable[..., Customer]
MakeSnapshot = Callable[..., Snapshot]
AS_OF = datetime(2026, 5, 4, 6, 0, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "Customers.xlsx"
    file.write_bytes(starter_workbook())
    return file


@pytest.fixture
def refreshed(
    path: Path, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> Callable[..., xlwings.Book]:
    """Return ``refreshed(as_of, language)``: the workbook, its list of that moment, saved."""

    def make(as_of: datetime, language: Language = "en") -> xlwings.Book:
        path.write_bytes(starter_workbook(language))
        book = open_book(path)
        snapshot = make_snapshot(make_customer(1), taken_at=as_of)
        macros.refresh(book, lambda _: snapshot, now=as_of)
        save(book)
        return book

    return make


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Set the zone of this machine's clock, for one test."""

    def to(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield to
    monkeypatch.undo()
    time.tzset()


def _age(book: xlwings.Book) -> str:
    return str(book.names[status.AGE].refers_to_range.formula)


@pytest.mark.parametrize(
    ("age", "language", "said"),
    [
        (timedelta(minutes=12), "en", "(12|13) min old by a clock of UTC"),
        (timedelta(hours=3), "en", "3 h old by a clock of UTC"),
        (timedelta(days=9, hours=23), "en", "9 days old by a clock of UTC"),
        (timedelta(hours=-9), "en", "age unknown: this computer's clock is behind .*, UTC"),
        (timedelta(hours=47), "zh", "47 小时前的列表（按 UTC 时钟）"),
    ],
)
def test_the_age_is_that_of_the_moment_the_workbook_is_opened(
    age: timedelta,
    language: Language,
    said: str,
    path: Path,
    tmp_path: Path,
    clock: Callable[[str], None],
    refreshed: Callable[..., xlwings.Book],
    libreoffice: Callable[..., Path],
) -> None:
    clock("UTC")
    refreshed(datetime.now(UTC).replace(microsecond=0) - age, language)

    opened: Any = openpyxl.load_workbook(
        libreoffice(path, "xlsx", tmp_path / "theirs"), data_only=True
    )

    shown = opened["Customers"]["A3"].value
    assert re.fullmatch(said, shown), shown
    assert opened["Customers"]["A2"].value.count("2"), "the status itself is there too"


def test_the_age_counts_by_the_clock_that_now_reads() -> None:
    east = AS_OF.astimezone(timezone(timedelta(hours=8)))
    west = AS_OF.astimezone(timezone(timedelta(hours=-3, minutes=-30)))

    assert "DATE(2026,5,4)-TIME(14,0,30)" in status.age_formula(east)
    assert "clock of UTC+08:00" in status.age_formula(east)
    assert "DATE(2026,5,4)-TIME(2,30,30)" in status.age_formula(west)
    assert "UTC-03:30" in status.age_formula(west)
    assert "按 UTC 时钟" in status.age_formula(AS_OF, "zh")


def test_a_machine_elsewhere_writes_its_own_clock(
    refreshed: Callable[..., xlwings.Book], clock: Callable[[str], None]
) -> None:
    clock("Asia/Shanghai")
    book = refreshed(AS_OF)

    assert _age(book) == status.age_formula(AS_OF.astimezone(timezone(timedelta(hours=8))))
    assert "as of 2026-05-04 06:00:30 UTC" in status.read_status(book), "that stays UTC"


def test_excel_takes_the_formula_as_it_is() -> None:
    for language in ("en", "zh"):
        formula = status.age_formula(AS_OF, language)
        assert len(formula) < 8192
        assert formula.count("(") == formula.count(")")
        for text in re.findall(r'"([^"]*)"', formula):
            assert len(text) <= 255


def test_a_failed_refresh_keeps_the_age_of_the_list_that_is_shown(
    refreshed: Callable[..., xlwings.Book],
) -> None:
    book = refreshed(AS_OF)
    before = _age(book)

    def fail(_query: object) -> Snapshot:
        raise UnreachableError("no answer")

    for days in (1, 2):
        with pytest.raises(PartnerbookError):
            macros.refresh(book, fail, now=AS_OF + timedelta(days=days))

    assert status.read_status(book).startswith("Not refreshed at 2026-05-06")
    assert _age(book) == before


@pytest.mark.parametrize(
    ("language", "cell", "said"),
    [
        ("zh", None, r"2026-05-04 06:00:30 UTC 未能刷新：no connection。仍为：尚未刷新"),
        ("zh", "", r"2026-05-04 06:00:30 UTC 未能刷新：no connection。仍为：尚未刷新"),
        (
            "en",
            "",
            r"Not refreshed at 2026-05-04 06:00:30 UTC: no connection\. Still: Not refreshed",
        ),
    ],
)
def test_a_first_refresh_that_fails_speaks_the_list_s_language(
    path: Path, language: Language, cell: str | None, said: str
) -> None:
    path.write_bytes(starter_workbook(language))
    book = open_book(path)
    if cell is not None:
        status.write_status(book, cell)

    for _ in range(2):
        status.say_failed(book, UnreachableError("no answer"), AS_OF)
        found = status.read_status(book)
        assert re.match(said, found), found
        assert len(re.findall("Still:|仍为：", found)) == 1


def test_without_a_list_the_status_keeps_its_language(path: Path) -> None:
    chinese: Any = openpyxl.load_workbook(path)
    chinese["Customers"]["A2"] = "12 个客户 · 完整"
    chinese["Customers"].tables["CustomerList"].displayName = "Another"
    chinese.save(path)
    book = open_book(path)

    status.say_failed(book, UnreachableError("no answer"), AS_OF)

    assert status.read_status(book).endswith("仍为：12 个客户 · 完整")


def test_headings_in_small_letters_are_english(path: Path) -> None:
    small: Any = openpyxl.load_workbook(path)
    table = small["Customers"].tables["CustomerList"]
    table.tableColumns[0].name = small["Customers"][table.ref.split(":")[0]].value = "customer id"
    small.save(path)

    assert layout.read_list(open_book(path)).language == "en"


def test_a_list_that_was_never_refreshed_has_no_age(path: Path) -> None:
    book = open_book(path)
    never = status.read_status(book)
    status.write_status(book, "3 customers · exact · as of 2026-05-04 06:00:30 UTC · abcd")
    assert _age(book) == status.age_formula(AS_OF.astimezone())

    status.write_status(book, never)

    assert _age(book) == ""
    assert never.startswith("Not refreshed yet")


def test_the_same_age_is_not_written_again(
    path: Path, refreshed: Callable[..., xlwings.Book]
) -> None:
    refreshed(AS_OF)
    book = open_book(path)
    status.write_status(book, status.read_status(book))

    assert not save(book)


def test_who_deleted_the_row_of_the_age_is_refreshed_without_it(
    path: Path, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    older: Any = openpyxl.load_workbook(path)
    older.defined_names[status.AGE].attr_text = "Customers!#REF!"
    older.save(path)
    book = open_book(path)

    macros.refresh(book, lambda _: make_snapshot(make_customer(1)), now=AS_OF)

    assert "1 customers" in status.read_status(book)


def test_a_workbook_of_an_earlier_version_is_refreshed_without_an_age(
    path: Path, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    older = openpyxl.load_workbook(path)
    del older.defined_names[status.AGE]
    older["Customers"]["A3"] = "my own words"
    older.save(path)
    book = open_book(path)

    macros.refresh(book, lambda _: make_snapshot(make_customer(1)), now=AS_OF)

    assert book.sheets["Customers"].range("A3").value == "my own words"
    assert "1 customers" in status.read_status(book)
