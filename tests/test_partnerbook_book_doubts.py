"""What the book keeps of an answer that may be a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.model import EVERYBODY, UNBOUNDED, CustomerQuery, Listing, Snapshot

DAY = timedelta(days=1)


class Center:
    """A Partner Center that answers with listings given to it, in turn."""

    def __init__(self, listings: list[Listing]) -> None:
        self._listings = iter(listings)

    def listing(self, query: CustomerQuery, **_: Any) -> Listing:
        """Return the next listing, as the answer to the query."""
        return replace(next(self._listings), query=query)

    def close(self) -> None:
        """Close nothing."""


@pytest.fixture
def taken(
    make_snapshot: Callable[..., Snapshot], make_customer: Callable[..., Any], tmp_path: Path
) -> Iterator[Callable[..., Snapshot]]:
    """Take two customers, then nobody; return the second snapshot."""
    full = make_snapshot(make_customer(1), make_customer(2)).listing
    books: list[Book] = []
    given = {"PARTNERBOOK_HOME": str(tmp_path), "PARTNERBOOK_PARTNER_ID": "p-0001"}
    settings = Settings.from_environment(given)

    def take(query: CustomerQuery = EVERYBODY, *, before: int = 2, **given: Any) -> Snapshot:
        first = replace(full, customers=full.customers[:before])
        second = replace(full, customers=(), as_of=full.as_of + DAY, **given)
        center: Any = Center([first, second])
        books.append(Book(settings, lambda _: center))
        books[-1].take(query)
        return books[-1].take(query)

    yield take
    for book in books:
        book.store.close()


def test_nobody_without_a_count_ends_no_book_and_says_why(taken: Callable[..., Snapshot]) -> None:
    listing = taken(is_counted=False).listing

    assert (listing.state, listing.missing_at_most) == ("incomplete", UNBOUNDED)
    (note,) = listing.evidence.notes
    assert "nobody and gave no count, 2 customers the time before" in note


@pytest.mark.parametrize(
    ("given", "query"),
    [
        ({"is_counted": True}, EVERYBODY),  # it was said that there is nobody
        ({"is_counted": False, "before": 0}, EVERYBODY),  # there was nobody
        ({"is_counted": False}, CustomerQuery(account="user")),  # how a search finds nobody
    ],
)
def test_nobody_is_believed_where_it_was_said_or_searched_for(
    taken: Callable[..., Snapshot], given: dict[str, Any], query: CustomerQuery
) -> None:
    listing = taken(query, **given).listing

    assert (listing.state, listing.evidence.notes) == ("exact", ())


def test_a_filter_decided_here_makes_no_search_of_a_whole_book(
    taken: Callable[..., Snapshot],
) -> None:
    assert taken(CustomerQuery(status="2"), is_counted=False).listing.state == "incomplete"
