"""The sheet *Customer history*: what changed with whom, and links that lead to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from addin import history
from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.model import EVERYBODY, Customer, CustomerQuery
from partnerbook.sandbox import Sandbox
from partnerbook.store.history import News, Version
from partnerbook.wording import Language

Run = Callable[..., Any]
MakeCustomer = Callable[..., Customer]
BEGAN = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def _version(customer: Customer, week: int, until: int | None, *changed: str) -> Version:
    return Version(
        valid_from=BEGAN + week * WEEK,
        valid_to=None if until is None else BEGAN + until * WEEK,
        changed=changed,
        customer=customer,
    )


def _week(number: int) -> datetime:
    return (BEGAN + number * WEEK).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["came back; Label: VIP → (empty)", "Label: (empty) → VIP", "first seen"]),
        ("zh", ["回归；标签：VIP → （空）", "标签：（空） → VIP", "首次出现"]),
    ],
)
def test_a_customer_is_told_from_the_newest_back(
    make_customer: MakeCustomer, language: Language, words: list[str]
) -> None:
    plain, marked = make_customer(1), make_customer(1, label="VIP")
    news = (
        _version(plain, 1, 2),
        _version(marked, 2, 3, "label"),
        _version(plain, 4, None, "label"),
    )

    told = history.history_of(News(BEGAN, {"id-0001": news}), [make_customer(2), plain], language)

    assert [line[3] for line in told.lines] == words
    assert [line[2] for line in told.lines] == [_week(4), _week(2), _week(1)]
    assert {line[:2] for line in told.lines} == {("id-0001", "Company 1 Ltd")}


def test_who_left_is_not_told_and_who_was_always_there_is_no_news(
    make_customer: MakeCustomer,
) -> None:
    here, gone = make_customer(1), make_customer(2)
    news = {
        "id-0001": (_version(here, 0, None),),
        "id-0002": (_version(gone, 0, 1), _version(gone, 1, 2, "label")),
    }

    assert history.history_of(News(BEGAN, news), [here]).lines == ()


def test_too_much_is_cut_to_the_newest_and_said(make_customer: MakeCustomer) -> None:
    people = [make_customer(n) for n in range(1, 5)]
    news = {
        each.customer_id: (_version(each, 0, n), _version(each, n, None, "label"))
        for n, each in enumerate(people, 1)
    }

    told = history.history_of(News(BEGAN, news), people, limit=3)

    assert [line[0] for line in told.lines] == ["id-0002", "id-0003", "id-0004"]
    assert told.said.startswith("The newest 3 of 4 changes since 2026-03-02 00:00:00 UTC.")
    assert history.first_lines(told.lines) == {"id-0002": 0, "id-0003": 1, "id-0004": 2}


def test_who_left_is_named_once_and_first(make_customer: MakeCustomer) -> None:
    news = {"id-0001": (_version(make_customer(1), 1, None),)}
    told = history.history_of(News(BEGAN, news), [make_customer(1)])

    named = history.with_left(told, [("id-0007", "=Acme")], BEGAN)

    assert named.lines == (("id-0007", "=Acme", _week(0), "left the list"), *told.lines)
    assert named.said == f"{told.said}. Left at this refresh: 1"
    assert history.with_left(told, [], BEGAN) is told
    assert len(history.with_left(told, [("a", "b")] * 9, BEGAN, "zh", limit=3).lines) == 3


def test_the_store_tells_of_many_what_it_tells_of_one(account: Sandbox) -> None:
    with Book(Settings.from_environment(os.environ)) as book:
        for week in (1, 2, 3, 4):
            account.play_week(week)
            book.take(taken_at=BEGAN + week * WEEK)
        began, news = history.news_of(book, CustomerQuery(association="1"))
        assert began == BEGAN + WEEK
        for each in account.customers:
            alone = book.store.history(book.account, each.customer_id)
            told = news.get(each.customer_id)
            if told is None:
                assert [version.valid_from for version in alone] == [began]
            else:
                assert told == alone
        assert len(news) > 5
        assert history.news_of(book, EVERYBODY) == (began, news)


@pytest.fixture
def refreshed(account: Sandbox, run: Run, tmp_path: Path) -> Path:
    """A workbook after four weeks, refreshed in each."""
    file = tmp_path / "Customers.xlsx"
    run("excel", "new", file)
    for week in (1, 2, 3, 4):
        account.play_week(week)
        assert run("excel", "refresh", file, "--yes").code == 0
    return file


def _lines(path: Path) -> list[list[Any]]:
    ws: Any = openpyxl.load_workbook(path)["Customer history"]
    return [[cell.value for cell in row] for row in ws[ws.tables["CustomerHistory"].ref][1:]]


def _links(path: Path) -> dict[str, str]:
    ws: Any = openpyxl.load_workbook(path)["Customers"]
    return {
        cell.value: cell.hyperlink.location or cell.hyperlink.target
        for cell in ws["A"][21:]
        if cell.hyperlink
    }


def test_each_customer_with_a_history_leads_to_its_first_line(
    refreshed: Path, account: Sandbox
) -> None:
    lines, links = _lines(refreshed), _links(refreshed)
    gone = sum(line[3] == "left the list" for line in lines)
    assert gone
    assert not {line[0] for line in lines[:gone]} & {each.customer_id for each in account.customers}
    assert all(line[1] for line in lines[:gone]), "they are named"
    lines = lines[gone:]

    assert {line[0] for line in lines} == set(links)
    assert set(links) < {each.customer_id for each in account.customers}
    seen: set[str] = set()
    for row, (key, *_) in enumerate(lines, 5 + gone):
        if key not in seen:
            assert links[key] == f"'Customer history'!A{row}"
        seen.add(key)
    # Lines of one customer stand together, the newest first.
    keys = [line[0] for line in lines]
    assert all(a[2] >= b[2] for a, b in pairwise(lines) if a[0] == b[0])
    assert len(seen) == sum(a != b for a, b in zip(keys, [None, *keys], strict=False))


def test_an_undo_takes_history_and_links_back(refreshed: Path, account: Sandbox, run: Run) -> None:
    lines, links = _lines(refreshed), _links(refreshed)
    account.play_week(5)
    run("excel", "refresh", refreshed, "--yes")
    assert _lines(refreshed) != lines
    book = openpyxl.load_workbook(refreshed)
    book["Customers"]["D1"] = "touched: nothing comes back byte for byte"
    book.save(refreshed)

    assert run("excel", "undo", refreshed).code == 0

    assert _lines(refreshed) == lines
    assert _links(refreshed) == links


def test_a_link_of_ones_own_stays(refreshed: Path, account: Sandbox, run: Run) -> None:
    key = next(iter(_links(refreshed)))
    book = openpyxl.load_workbook(refreshed)
    ws: Any = book["Customers"]
    cell = next(cell for cell in ws["A"] if cell.value == key)
    cell.hyperlink = f"https://crm.example.com/{key}"
    book.save(refreshed)

    assert account.customers
    run("excel", "refresh", refreshed, "--yes")

    assert _links(refreshed)[key] == f"https://crm.example.com/{key}"


def test_a_workbook_without_the_sheet_is_refreshed_as_ever(
    refreshed: Path, account: Sandbox, run: Run
) -> None:
    book = openpyxl.load_workbook(refreshed)
    del book["Customer history"]
    book.save(refreshed)
    account.play_week(5)

    assert run("excel", "refresh", refreshed, "--yes").code == 0
    ids = {row[0].value for row in openpyxl.load_workbook(refreshed)["Customers"].iter_rows()}
    assert {each.customer_id for each in account.customers} <= ids


def test_a_renamed_sheet_is_found_by_its_table(refreshed: Path, account: Sandbox, run: Run) -> None:
    book = openpyxl.load_workbook(refreshed)
    # openpyxl leaves the names behind, which lead nowhere then; Excel takes them along.
    book["Customer history"].title = "Karl's book"
    book.save(refreshed)
    account.play_week(5)

    assert run("excel", "refresh", refreshed, "--yes").code == 0

    links = _links(refreshed)
    assert links
    assert {to.rpartition("!")[0] for to in links.values()} == {"'Karl''s book'"}


def test_what_stands_below_the_table_is_not_written_over(
    refreshed: Path, account: Sandbox, run: Run
) -> None:
    book = openpyxl.load_workbook(refreshed)
    ws: Any = book["Customer history"]
    ws.cell(ws.max_row + 1, 2, "mine")
    book.save(refreshed)
    before = refreshed.read_bytes()
    account.play_week(5)

    ran = run("excel", "refresh", refreshed, "--yes")

    assert ran.code == 2
    assert "something stands below its table CustomerHistory" in ran.err
    assert refreshed.read_bytes() == before


def test_libreoffice_follows_the_links(
    refreshed: Path, tmp_path: Path, libreoffice: Callable[..., Path]
) -> None:
    theirs = libreoffice(refreshed, "xlsx", tmp_path / "theirs")

    assert _lines(theirs) == _lines(refreshed)
    # It writes the same places its own way.
    assert {key: to.lstrip("#").replace("$", "") for key, to in _links(theirs).items()} == _links(
        refreshed
    )
