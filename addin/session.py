"""What worksheet functions read: the last listing, held for every cell of the process.

xlwings reloads the module of the functions when its file changes; this one stays, and with it
the connection and the listings. No cell touches the network on recalculation: a cell reads the
last listing of this session, else the store. Only when nothing was ever listed does the first
cell start one listing, in the background, for all of them.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from partnerbook.errors import NothingKeptError, PartnerbookError
from partnerbook.model import EVERYBODY, CustomerQuery, Snapshot

if TYPE_CHECKING:
    from partnerbook.book import Book
    from partnerbook.views import View

log = logging.getLogger(__name__)

CELL_WAITS = 15.0  # seconds; longer, and Excel looks frozen
LISTING_DEADLINE = 900.0  # seconds for the listing in the background


class LoadingError(PartnerbookError):
    """The first listing is still under way; the next recalculation finds it."""

    cell_text: str = "#PB loading"


class Session:
    """The book behind the cells of one Excel process. Safe to use from many threads.

    Args:
        open_book: Called when the first cell asks.
        waits: Seconds that a cell waits for the first listing of all.
    """

    def __init__(self, open_book: Callable[[], Book], *, waits: float = CELL_WAITS) -> None:
        self._open_book = open_book
        self._waits = waits
        # One listing serves all cells, however many threads Excel recalculates with.
        self._lock = threading.Lock()
        self._book: Book | None = None
        self._kept: dict[CustomerQuery, Snapshot] = {}
        self._first: threading.Thread | None = None
        self._failure: PartnerbookError | None = None

    def snapshot(self, query: CustomerQuery) -> Snapshot:
        """Return the newest snapshot that answers a query, without asking Partner Center.

        Raises:
            LoadingError: Nothing was ever listed, and the first listing is under way.
            PartnerbookError: The first listing failed, or the settings or the store did.
        """
        with self._lock:
            if query in self._kept:
                return self._kept[query]
            try:
                self._kept[query] = self._opened().kept(query)
                return self._kept[query]
            except NothingKeptError:
                first = self._started()
        first.join(self._waits)
        if first.is_alive():
            raise LoadingError("the first listing is under way; recalculate in a minute")
        with self._lock:
            if self._failure is not None:
                raise self._failure
            return self._kept.setdefault(query, self._opened().kept(query))

    def view(self, name: str) -> View:
        """Return a saved view.

        Raises:
            UnknownViewError: There is none of that name.
        """
        with self._lock:
            return self._opened().store.view(name)

    def refresh(self, query: CustomerQuery = EVERYBODY) -> Snapshot:
        """Ask Partner Center now, keep the answer, and let every cell read it from then on."""
        with self._lock:
            book = self._opened()
        snapshot = book.take(query)
        with self._lock:
            self._kept.clear()
            self._failure = None
        return snapshot

    def _opened(self) -> Book:
        if self._book is None:
            self._book = self._open_book()
        return self._book

    def _started(self) -> threading.Thread:
        # A failed first listing stays failed until a refresh is asked for: cells that
        # recalculate must not knock at the door of a locked key again and again.
        if self._first is None:
            book = self._opened()
            self._first = threading.Thread(target=self._list, args=(book,), daemon=True)
            self._first.start()
        return self._first

    def _list(self, book: Book) -> None:
        try:
            book.take(EVERYBODY, deadline=LISTING_DEADLINE)
        except PartnerbookError as error:
            log.warning("the first listing failed: %s", error)
            self._failure = error


def _book_from_environment() -> Book:
    from partnerbook.config import Settings  # noqa: PLC0415  as above

    from partnerbook.book import Book  # noqa: PLC0415  half a second that --help must not pay

    return Book(Settings.from_environment(os.environ))


SESSION = Session(_book_from_environment)
"""The one session of this process."""
