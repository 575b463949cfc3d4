"""What worksheet functions read: the last listing, held for every cell of the process.

xlwings reloads the module of the functions when its file changes; this one stays, and with it
the connection and the listings. No cell touches the network on recalculation: a cell reads the
last listing of this session, else the store. Only when nothing was ever listed does the first
cell start one listing, in the background, for all of them.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from partnerbook.config import home_of
from partnerbook.errors import (
    NothingKeptError,
    PartnerbookError,
    QueryError,
    WorkbookError,
    busy_until,
)
from partnerbook.model import EVERYBODY, CustomerQuery, Snapshot

if TYPE_CHECKING:
    from addin.finding import Names
    from partnerbook.book import Book
    from partnerbook.store.history import News
    from partnerbook.views import View

CELL_WAITS = 15.0  # seconds; longer, and Excel looks frozen
BUTTON_DEADLINE = 120.0  # seconds for a listing that somebody waits for
LISTING_DEADLINE = 900.0  # seconds for the listing in the background


_ADDRESS = re.compile(r"\bhttps?://[^\s,;)]+")


class LoadingError(PartnerbookError):
    """The first listing is still under way; the next recalculation finds it.

    Args:
        until: Until when Partner Center asked to wait; None when it did not.
    """

    cell_text: str = "#PB loading"

    def __init__(self, until: datetime | None = None) -> None:
        if until is None:
            super().__init__("the first listing is under way; recalculate in a minute")
            return
        super().__init__(
            f"Partner Center asked to wait until {until:%H:%M:%S} UTC, and the first listing goes "
            "on then; recalculate later"
        )
        self.cell_text = busy_until(until)


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
        self._then: dict[tuple[CustomerQuery, datetime], Snapshot] = {}
        self._names: tuple[Snapshot, Names] | None = None
        self._first: threading.Thread | None = None
        self._wait_until = 0.0
        self._failure: PartnerbookError | None = None
        self._logged: set[tuple[str, str]] = set()
        self._log_lock = threading.Lock()  # two logs at once would each take both lines
        self.last_error = ""
        """What went wrong last, as a sentence for `CUSTOMERSTATUS`; "" for nothing."""
        self.trouble = ""
        """The same of what was no wrong question: that is told by its own cell."""

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
                return self._read(query)
            except NothingKeptError:
                first = self._started()
        # Counted from the start of the listing: of a thousand cells only the first few wait.
        first.join(max(0.0, self._wait_until - time.monotonic()))
        if first.is_alive():
            raise LoadingError(self._busy_until())
        with self._lock:
            if self._failure is not None:
                raise self._failure
            return self._kept[query] if query in self._kept else self._read(query)

    def names(self) -> Names:
        """Return the names of everybody on the last listing, indexed once for all cells.

        Raises:
            PartnerbookError: As `snapshot`.
        """
        from addin.finding import Names  # noqa: PLC0415  only cells that find pay for it

        snapshot = self.snapshot(EVERYBODY)
        with self._lock:
            if self._names is None or self._names[0] is not snapshot:
                self._names = snapshot, Names(snapshot.listing.customers)
            return self._names[1]

    def snapshot_as_of(self, query: CustomerQuery, moment: datetime) -> Snapshot:
        """Return the newest snapshot up to a moment that answers a query, from the store.

        Raises:
            NothingKeptError: There is none.
        """
        with self._lock:
            if (query, moment) not in self._then:
                self._then[query, moment] = self._opened().kept(query, until=moment)
            return self._then[query, moment]

    def changes(
        self, query: CustomerQuery, since: datetime | None
    ) -> tuple[Snapshot, Snapshot, frozenset[str]] | None:
        """Return what to compare to know what changed; see `Store.last_two`."""
        with self._lock:
            book = self._opened()
            return book.store.last_two(book.account, book.listed(query), since=since)

    def news(self, query: CustomerQuery) -> News:
        """Return what the store knows to have changed, for the sheet of customers' history."""
        from addin.history import news_of  # noqa: PLC0415  no cell needs it

        with self._lock:
            return news_of(self._opened(), query)

    @property
    def account(self) -> str:
        """Whose customers these are."""
        with self._lock:
            return self._opened().account

    def view(self, name: str) -> View:
        """Return a saved view.

        Raises:
            UnknownViewError: There is none of that name.
        """
        with self._lock:
            return self._opened().store.view(name)

    def refresh(
        self, query: CustomerQuery = EVERYBODY, *, progress: Callable[..., None] | None = None
    ) -> Snapshot:
        """Ask Partner Center now, keep the answer, and let every cell read it from then on.

        Args:
            query: Whom to list.
            progress: Told how far the listing is.
        """
        with self._lock:
            book = self._opened()
        snapshot = book.take(query, deadline=BUTTON_DEADLINE, progress=progress)
        with self._lock:
            self._kept.clear()
            self._then.clear()
            self._names = None
            self._failure = None
            self._logged.clear()
            self.last_error = self.trouble = ""
        return snapshot

    def failed(self, what: str, error: Exception) -> str:
        """Write an error to the log and remember it; return what the cell shows.

        The log has its kind, once until the next refresh: ten thousand cells fail alike. The
        sentence is for `CUSTOMERSTATUS` alone.

        Args:
            what: What failed: the function's name.
            error: Why.
        """
        # Here, for the command line's rooms cost every cell's start 30 milliseconds.
        from partnerbook.commands.log import log_failure, log_in  # noqa: PLC0415  as above

        known = isinstance(error, PartnerbookError)
        sentence = str(error) if known else "something nobody foresaw; the log says where"
        # A cell is handed on with its sheet: no address of a server in it.
        self.last_error = f"{what}: {_ADDRESS.sub('its address', sentence)}"
        if not isinstance(error, QueryError | WorkbookError):
            self.trouble = self.last_error
        seen = (what, type(error).__name__)
        if seen not in self._logged and not isinstance(error, LoadingError):
            with self._log_lock, log_in(home_of(os.environ)):
                self._logged.add(seen)
                log_failure(what, error)
        return error.cell_text if isinstance(error, PartnerbookError) else "#PB see log"

    def _read(self, query: CustomerQuery) -> Snapshot:
        """Read a list; what was said of its absence holds no longer."""
        snapshot = self._kept[query] = self._opened().kept(query)
        self._recovered()
        return snapshot

    def _recovered(self) -> None:
        """Forget what went wrong; a wrong question is still in its cell."""
        if self.last_error == self.trouble:
            self.last_error = ""
        self.trouble = ""

    def _opened(self) -> Book:
        if self._book is None:
            self._book = self._open_book()
        return self._book

    def _started(self) -> threading.Thread:
        # A failed first listing stays failed until a refresh is asked for: cells that
        # recalculate must not knock at the door of a locked key again and again. Only when the
        # vendor said from when on it answers again, that moment is kept.
        until = getattr(self._failure, "until", None)
        if until is not None and until <= datetime.now(UTC):
            self._first = self._failure = None
        if self._first is None:
            book = self._opened()
            self._wait_until = time.monotonic() + self._waits
            self._first = threading.Thread(target=self._list, args=(book,), daemon=True)
            self._first.start()
        return self._first

    def _list(self, book: Book) -> None:
        try:
            book.take(EVERYBODY, deadline=LISTING_DEADLINE)
            self._recovered()
        except PartnerbookError as error:
            self.failed("first listing", error)
            self._failure = error
        except Exception as error:  # noqa: BLE001  the edge of a thread: cells are to be told
            self.failed("first listing", error)
            self._failure = PartnerbookError(
                "the first listing failed as nobody foresaw; the log says where"
            )

    def _busy_until(self) -> datetime | None:
        """Return until when Partner Center asked to wait, when that is longer than a cell waits."""
        with self._lock:
            until = self._opened().busy_until
        soon = datetime.now(UTC) + timedelta(seconds=self._waits)
        return until if until is not None and until > soon else None


def book_of_settings() -> Book:
    """Return the book that the settings name as they are now; a session keeps its own."""
    from partnerbook.book import Book  # noqa: PLC0415  half a second that --help must not pay
    from partnerbook.config import Settings  # noqa: PLC0415  as above

    return Book(Settings.from_environment(os.environ))


SESSION = Session(book_of_settings)
"""The one session of this process."""
