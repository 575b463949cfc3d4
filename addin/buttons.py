"""What the ribbon's buttons do. Excel calls these by name; each looks at the active workbook.

Nothing leaves here but a sentence: what went wrong is one message box, details are in the log.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import xlwings

from addin import macros
from addin import sheet as layout
from addin.progress import in_status_bar, listing_progress
from addin.session import SESSION
from partnerbook.commands import DONE
from partnerbook.commands.log import log_in
from partnerbook.config import home_of
from partnerbook.errors import PartnerbookError, WorkbookError

log = logging.getLogger(__name__)

_TITLE = "Partnerbook"
_DOCTOR_TAKES = 300.0  # seconds, at the most
_FAILED = (
    "Partnerbook met something it does not know; nothing more was changed. Try again, and if it "
    "stays run in a terminal: partnerbook doctor"
)


def refresh_sheet() -> None:
    """Bring the customer list of the workbook up to date; ask first when it looks wrong."""
    _press(_refresh, "asking Partner Center for the customer list ...")


def preview() -> None:
    """Say what a refresh would change."""
    _press(_preview, "asking Partner Center for the customer list ...")


def parked_notes() -> None:
    """Go to the notes whose customer is not in the list."""
    _press(lambda book: _go(book, layout.PARKED_SHEET), "")


def refresh_log() -> None:
    """Go to the log of this workbook's refreshes."""
    _press(lambda book: _go(book, layout.LOG_SHEET), "")


def doctor() -> None:
    """Check everything, and say what to do."""
    _press(_doctor, "checking everything ...")


def _press(action: Callable[[xlwings.Book], None], doing: str) -> None:
    book = xlwings.Book.caller()
    if doing:
        book.app.status_bar = f"{_TITLE}: {doing}"
    try:
        with log_in(home_of(os.environ)):
            _act(action, book)
    finally:
        book.app.status_bar = False


def _act(action: Callable[[xlwings.Book], None], book: xlwings.Book) -> None:
    try:
        action(book)
    except PartnerbookError as error:
        log.warning("button: %s", type(error).__name__)
        _say(book, str(error), wrong=True)
    except Exception:
        log.exception("a button failed")
        _say(book, _FAILED, wrong=True)


def _refresh(book: xlwings.Book) -> None:
    now = datetime.now(UTC)
    with in_status_bar(book) as listener:
        fetch = partial(SESSION.refresh, progress=listing_progress(listener))
        outcome = macros.refresh(book, fetch, now=now, listener=listener)
    if not outcome.applied:
        # The answer to this question is the listing it was asked about, not another one.
        if not _asked(book, outcome.plan.stops):
            return
        taken = outcome.snapshot
        macros.refresh(book, lambda _: taken, confirmed=True, now=now)
    if sys.platform == "win32":
        # Functions read the new list only when they are calculated, and nothing they depend on
        # has changed. On macOS there are none.
        book.app.api.CalculateFull()


def _preview(book: xlwings.Book) -> None:
    with in_status_bar(book) as listener:
        fetch = partial(SESSION.refresh, progress=listing_progress(listener))
        outcome = macros.preview(book, fetch, now=datetime.now(UTC), listener=listener)
    plan = outcome.plan
    lines = [
        outcome.status,
        f"{len(plan.joined)} joined, {len(plan.left)} left, {plan.changed} changed",
        f"{len(plan.parked)} notes would be parked, {len(plan.returning)} would come back",
        *(f"Stops: {stop}" for stop in plan.stops),
        *(f"Look at: {conflict}" for conflict in plan.conflicts),
    ]
    _say(book, "\n".join(lines))


def _doctor(book: xlwings.Book) -> None:
    # As a program of its own: it judges Python and settings as they are now, not as they were
    # when Excel was started.
    line = [sys.executable, "-P", "-m", "partnerbook", "doctor"]
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    done = subprocess.run(  # noqa: S603  this very Python
        line, capture_output=True, check=False, creationflags=hidden, timeout=_DOCTOR_TAKES
    )
    text = (done.stdout or done.stderr).decode("utf-8", "replace").strip()
    _say(book, text, wrong=done.returncode != DONE)


def _go(book: xlwings.Book, name: str) -> None:
    if name not in [each.name for each in book.sheets]:
        raise WorkbookError(
            f"{book.name} has no sheet {name!r}; it is in a workbook made by partnerbook excel new"
        )
    book.sheets[name].activate()


def _asked(book: xlwings.Book, stops: tuple[str, ...]) -> bool:
    question = "\n".join(["This refresh looks wrong:", *stops, "", "Apply it all the same?"])
    answer: Any = book.app.alert(question, _TITLE, buttons="yes_no", mode="critical")
    return bool(answer == "yes")


def _say(book: xlwings.Book, text: str, *, wrong: bool = False) -> None:
    book.app.alert(text, _TITLE, mode="critical" if wrong else "info")
