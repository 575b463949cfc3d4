"""What happened to the customers of the list, as lines for the sheet *Customer history*. Pure.

Only customers who are in the list, and those who left it at this very refresh: a workbook is
handed on, and takes along nobody who left it before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from addin import cells
from partnerbook import text
from partnerbook.compare import in_words
from partnerbook.model import EVERYBODY, Customer, CustomerQuery
from partnerbook.views import moment_in
from partnerbook.wording import Language

if TYPE_CHECKING:
    from partnerbook.book import Book
    from partnerbook.store.history import News, Version

LINES_LIMIT = 5_000
"""Lines of the sheet; the newest ones stay."""

HistoryLine = tuple[str, str, datetime, str]
"""Customer ID, name, moment (UTC, without zone), what changed."""

Past = Callable[[CustomerQuery], "News"]
"""Tells the news of a list; see `news_of`."""

_WORDS: dict[str, dict[Language, str]] = {
    "first": {"en": "first seen", "zh": "首次出现"},
    "back": {"en": "came back", "zh": "回归"},
    "field": {"en": "{}: {} → {}", "zh": "{}：{} → {}"},
    "left": {"en": "left the list", "zh": "已离开列表"},
    "left now": {"en": "{}. Left at this refresh: {:,}", "zh": "{}。本次刷新离开：{:,}"},
    "and": {"en": "; ", "zh": "；"},
    "never": {
        "en": "What changed appears here from the second refresh on.",
        "zh": "自第二次刷新起，变更显示于此。",
    },
    "all": {
        "en": "{:,} changes since {}, of {:,} customers in the list",
        "zh": "自 {1} 起 {0:,} 项变更，涉及列表中 {2:,} 个客户",
    },
    "cut": {
        "en": "The newest {:,} of {:,} changes since {}. All of one customer: partnerbook history "
        "with its ID",
        "zh": "自 {2} 起 {1:,} 项变更中最新的 {0:,} 项；某客户的全部变更：partnerbook history "
        "加其客户ID",
    },
}


@dataclass(frozen=True, slots=True)
class History:
    """What the sheet says.

    Attributes:
        lines: In the list's order of customers, of each the newest first.
        said: One sentence about them; it says when some were left out.
    """

    lines: tuple[HistoryLine, ...]
    said: str


def news_of(book: Book, query: CustomerQuery) -> News:
    """Return the news of a list from a book's store.

    The list of the query itself tells it where that was kept twice, for it is the one that a
    refresh just asked for; else the list of everybody.
    """
    own = book.store.touched(book.account, query)
    if query == EVERYBODY or own.versions:
        return own
    everybody = book.store.touched(book.account, EVERYBODY)
    return everybody if everybody.versions else own


def history_of(
    news: News,
    customers: Iterable[Customer],
    language: Language = "en",
    limit: int = LINES_LIMIT,
) -> History:
    """Return what the sheet says of the customers of the list.

    Args:
        news: What the store knows.
        customers: Who is in the list, in its order.
        language: Language of the sheet.
        limit: Most lines.
    """
    began, versions = news
    if began is None:
        return History((), _WORDS["never"][language])
    lines = [
        (each.customer_id, text.for_cell(each.shown_name), moment, words)
        for each in customers
        for moment, words in reversed(
            list(_told(versions.get(each.customer_id, ()), began, language))
        )
    ]
    since = moment_in(began)
    if not lines:
        return History((), _WORDS["all"][language].format(0, since, 0))
    if len(lines) > limit:
        newest = sorted(range(len(lines)), key=lambda at: lines[at][2], reverse=True)[:limit]
        kept = tuple(lines[at] for at in sorted(newest))
        return History(kept, _WORDS["cut"][language].format(limit, len(lines), since))
    people = len({line[0] for line in lines})
    return History(tuple(lines), _WORDS["all"][language].format(len(lines), since, people))


def with_left(
    history: History,
    left: Sequence[tuple[str, str]],
    moment: datetime,
    language: Language = "en",
    limit: int = LINES_LIMIT,
) -> History:
    """Return the history with those first who left at this refresh.

    Args:
        history: What the sheet says of those in the list.
        left: ID and name of each who left.
        moment: When that was seen. UTC.
        language: Language of the sheet.
        limit: Most lines.
    """
    if not left:
        return history
    gone = [
        (key, text.for_cell(name), _cell_moment(moment), _WORDS["left"][language])
        for key, name in left
    ]
    said = _WORDS["left now"][language].format(history.said.rstrip(".。"), len(left))
    return History((*gone, *history.lines)[:limit], said)


def first_lines(lines: Sequence[HistoryLine]) -> dict[str, int]:
    """Return the index of each customer's first line, by customer ID."""
    found: dict[str, int] = {}
    for index, line in enumerate(lines):
        found.setdefault(line[0], index)
    return found


def _told(
    versions: Sequence[Version], began: datetime, language: Language
) -> list[tuple[datetime, str]]:
    """Return moment and words of what happened to one customer, the oldest first."""
    told: list[tuple[datetime, str]] = []
    last: Version | None = None
    for each in versions:
        words = []
        if last is None and each.valid_from > began:
            words.append(_WORDS["first"][language])
        if last is not None and last.valid_to != each.valid_from:
            words.append(_WORDS["back"][language])
        words += [
            _WORDS["field"][language].format(
                cells.column_heading(name, language),
                in_words(name, getattr(last.customer, name), language),
                in_words(name, getattr(each.customer, name), language),
            )
            for name in each.changed
            if last is not None
        ]
        if words:
            said = text.for_cell(_WORDS["and"][language].join(words))
            told.append((_cell_moment(each.valid_from), said))
        last = each
    return told


def _cell_moment(moment: datetime) -> Any:
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
