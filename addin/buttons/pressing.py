"""The one way that every button goes: guarded, logged, with the status bar given back."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import xlwings

from addin import live
from addin.live import TITLE
from addin.progress import CancelledError, Listener, in_status_bar
from partnerbook.commands.log import log_in
from partnerbook.config import home_of
from partnerbook.errors import PartnerbookError
from partnerbook.wording import LANGUAGES, Language

log = logging.getLogger(__name__)

Action = Callable[[xlwings.Book, Language], None]

SHOWN = 10
"""Lines of a message box; more would not fit a small screen."""

_DOING: dict[str, dict[Language, str]] = {
    "asking": {
        "en": "asking Partner Center for the customer list ...",
        "zh": "正在向伙伴中心查询客户列表……",
    },
    "freezing": {"en": "making a copy with values ...", "zh": "正在生成只含值的副本……"},
    "checking": {"en": "checking everything ...", "zh": "正在检查……"},
}
_FAILED: dict[Language, str] = {
    "en": "Partnerbook met something it does not know; nothing more was changed. Try again, and "
    "if it stays run in a terminal: partnerbook doctor",
    "zh": "Partnerbook 遇到未知问题，未再更改任何内容。请重试；若仍如此，请在终端运行："
    "partnerbook doctor",
}
_MORE: dict[Language, str] = {"en": "... and {:,} more", "zh": "……另有 {:,} 项"}


def press(action: Action, language: str, doing: str = "") -> None:
    """Do what a button does, for the active workbook.

    Args:
        action: What it does.
        language: Of the ribbon; an unknown one is English.
        doing: Key of what the status bar says meanwhile; "" for nothing.
    """
    chosen: Language = next((each for each in LANGUAGES if each == language), "en")
    book = xlwings.Book.caller()
    if doing:
        book.app.status_bar = f"{TITLE}: {_DOING[doing][chosen]}"
    try:
        with log_in(home_of(os.environ)):
            _act(action, book, chosen)
    finally:
        book.app.status_bar = False


def say(book: xlwings.Book, text: str, *, wrong: bool = False) -> None:
    """Show a message."""
    book.app.alert(text, TITLE, mode="critical" if wrong else "info")


def asked(book: xlwings.Book, question: str, *, wrong: bool = False) -> bool:
    """Ask a question that is answered with yes or no."""
    mode = "critical" if wrong else "info"
    answer: Any = book.app.alert(question, TITLE, buttons="yes_no", mode=mode)
    return bool(answer == "yes")


def few(lines: list[str], language: Language, most: int = SHOWN) -> list[str]:
    """Return the first lines, and how many more there are."""
    left = len(lines) - most
    return lines if left <= 0 else [*lines[:most], _MORE[language].format(left)]


@contextmanager
def working(book: xlwings.Book) -> Iterator[Listener]:
    """Yield a listener that shows how far long work is, and lets Esc stop it (Windows)."""
    hint = "Esc" if live.can_ask(book) else ""
    with in_status_bar(book, live.escape(book), hint) as listener:
        yield listener


def _act(action: Action, book: xlwings.Book, language: Language) -> None:
    try:
        action(book, language)
    except CancelledError as error:
        say(book, str(error))
    except PartnerbookError as error:
        log.warning("button: %s", type(error).__name__)
        say(book, str(error), wrong=True)
    except Exception:
        log.exception("a button failed")
        say(book, _FAILED[language], wrong=True)
