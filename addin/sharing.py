"""One workbook's notes in the store: taken in with a refresh, and only if it was written."""

from __future__ import annotations

import getpass
import hashlib
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from addin.mirror import Held
from partnerbook.errors import PartnerbookError

if TYPE_CHECKING:
    from partnerbook.book import Book
    from partnerbook.store.notes import Shared


class Sharing:
    """The mirror of a workbook's notes, for one refresh.

    What the store remembers of this workbook is committed at the end of the block, after the
    workbook was saved: a refresh that is not written leaves no trace, so that nobody takes a note
    that never arrived here for one that was deleted here.

    Args:
        book: The book of customers whose store keeps the notes.
        workbook: The workbook's file.
        now: The present, with a zone.
        trial: Nothing will be written, and the store remembers nothing.
    """

    def __init__(self, book: Book, workbook: Path, now: datetime, *, trial: bool = False) -> None:
        self._book = book
        self._workbook = workbook
        self._now = now
        self._trial = trial
        self._stack = ExitStack()
        self.warning = ""
        """A sentence when notes could not be shared; "" when they were."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._stack.__exit__(kind, error, trace)
        except PartnerbookError as failure:
            if failure is error:
                return
            self._warn(failure)

    def __call__(self, held: Held) -> Shared | None:
        """Take in the notes of the workbook; return what they should be, None when it failed."""
        from partnerbook.store.sharing import notes_shared  # noqa: PLC0415  SQLAlchemy is heavy

        try:
            return self._stack.enter_context(
                notes_shared(
                    self._book.store,
                    self._book.account,
                    held.notes,
                    customers=held.customers,
                    columns=held.columns,
                    apart=held.apart,
                    workbook=_name(self._workbook),
                    who=_user(),
                    now=self._now,
                    trial=self._trial,
                )
            )
        except PartnerbookError as failure:
            self._warn(failure)
            return None

    def _warn(self, failure: PartnerbookError) -> None:
        self.warning = (
            f"what other workbooks say of notes is not known: {failure}"
            if self._trial
            else "the sheet is refreshed, but its notes were not shared with other workbooks: "
            f"{failure}"
        )


def _name(workbook: Path) -> str:
    """Return what tells this workbook from others of its name, without its owner's folders."""
    path = str(workbook.resolve())
    return f"{workbook.name} {hashlib.sha256(path.encode()).hexdigest()[:8]}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
