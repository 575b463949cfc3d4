"""CUSTOMERFIELD over ten thousand cells: one listing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import pytest

from addin import answers
from addin.session import Session
from partnerbook.errors import NothingKeptError
from partnerbook.model import EVERYBODY, Customer, CustomerQuery, Snapshot

if TYPE_CHECKING:
    from partnerbook.book import Book

CELLS = 10_000


class CountingBook:
    """A book that counts how often it is asked."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.asked = 0

    def kept(self, query: CustomerQuery = EVERYBODY) -> Snapshot:
        if not self.asked:
            raise NothingKeptError(f"nothing of {query.fingerprint}")
        return self.snapshot

    def take(self, query: CustomerQuery = EVERYBODY, *, deadline: float = 0.0) -> Snapshot:
        assert (query, deadline > 0) == (EVERYBODY, True)
        self.asked += 1
        return self.snapshot


@pytest.fixture(scope="module")
def everybody(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> Snapshot:
    return make_snapshot(*(make_customer(n) for n in range(CELLS)))


def _session(everybody: Snapshot) -> tuple[Session, CountingBook]:
    book = CountingBook(everybody)
    return Session(lambda: cast("Book", book), waits=30.0), book


@pytest.mark.parametrize("field", ["Company name", "Associated at (UTC)", "Verification"])
def test_one_vector_call_is_one_listing(everybody: Snapshot, field: str) -> None:
    session, book = _session(everybody)
    ids = [[f"id-{n:04}"] for n in range(CELLS)]

    found = answers.field(session, ids, field, None)

    assert book.asked == 1
    assert len(found) == CELLS
    assert found[7] == answers.field(session, [["id-0007"]], field, None)[0]


def test_ten_thousand_cells_are_one_listing(everybody: Snapshot) -> None:
    session, book = _session(everybody)

    found = [
        answers.field(session, [[f"id-{n:04}"]], "Label" if n % 2 else "Company name", None)
        for n in range(CELLS)
    ]

    assert book.asked == 1
    assert found[4] == [["Company 4 Ltd"]]
