"""Long work says how far it is and which key stops it; stopping changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlwings

from addin import live
from addin.buttons.pressing import working
from addin.files import open_book
from addin.progress import CancelledError, in_status_bar, listing_progress, tell
from reports.workbook.starter import starter_workbook


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    shown = property(lambda _: seen[-1], lambda _, value: seen.append(value))
    monkeypatch.setattr(xlwings.App, "status_bar", shown)
    return seen


@pytest.fixture
def book(tmp_path: Path) -> xlwings.Book:
    path = tmp_path / "Customers.xlsx"
    path.write_bytes(starter_workbook())
    return open_book(path)


def test_the_bar_says_how_far_it_is_and_is_given_back(book: xlwings.Book, bar: list[Any]) -> None:
    with in_status_bar(book) as listener:
        progress = listing_progress(listener, "zh")
        assert progress is not None
        progress(100, 300, 2, None)

    assert bar == ["Partnerbook: 已列出 100 / 300 个客户 ...", False]


def test_what_stops_is_asked_at_each_step_and_the_bar_is_given_back(
    book: xlwings.Book, bar: list[Any]
) -> None:
    answers = iter([False, True])

    def work() -> None:
        with in_status_bar(book, lambda: next(answers)) as listener:
            tell(listener, "reading")
            tell(listener, "asking")

    with pytest.raises(CancelledError, match="nothing was changed"):
        work()

    assert [str(each)[:20] for each in bar] == [
        "Partnerbook: reading",
        "Partnerbook: asking ",
        "False",
    ]


@pytest.mark.parametrize(("can", "ends"), [(True, "... [Esc]"), (False, "sheet ...")])
def test_the_key_is_named_where_it_works(
    *, can: bool, ends: str, book: xlwings.Book, bar: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "can_ask", lambda _: can)
    monkeypatch.setattr(live, "escape", lambda _: lambda: False)

    with working(book) as listener:
        tell(listener, "reading")

    assert str(bar[0]).endswith(ends)
