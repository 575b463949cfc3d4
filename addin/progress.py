"""Long work tells how far it is, and can be stopped before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import xlwings

from partnerbook.errors import PartnerbookError
from partnerbook.wording import Language

Listener = Callable[[str], object]
"""Told in a few words what is being done; False as its answer asks to stop."""

WORDS: dict[str, dict[Language, str]] = {
    "reading": {"en": "reading the sheet", "zh": "正在读取工作表"},
    "asking": {"en": "asking Partner Center", "zh": "正在查询伙伴中心"},
    "listing": {"en": "{:,} of {:,} customers listed", "zh": "已列出 {:,} / {:,} 个客户"},
    "planning": {"en": "comparing {:,} customers", "zh": "正在比较 {:,} 个客户"},
    "writing": {"en": "writing {:,} rows", "zh": "正在写入 {:,} 行"},
    "undoing": {"en": "taking the last refresh back", "zh": "正在撤销上次刷新"},
}


class CancelledError(PartnerbookError):
    """The user stopped the work; nothing was changed."""

    cell_text: str = "#PB cancelled"


def tell(listener: Listener | None, word: str, *numbers: int, language: Language = "en") -> None:
    """Tell a listener what is being done.

    Raises:
        CancelledError: The listener asks to stop.
    """
    if listener is not None and listener(WORDS[word][language].format(*numbers)) is False:
        raise CancelledError("stopped by you before anything was written; nothing was changed")


def listing_progress(
    listener: Listener | None, language: Language = "en"
) -> Callable[..., None] | None:
    """Return what a listing tells its progress to; None when nobody listens."""
    if listener is None:
        return None

    def told(done: int, total: int, *_more: object) -> None:
        tell(listener, "listing", done, max(done, total), language=language)

    return told


@contextmanager
def in_status_bar(
    book: xlwings.Book, cancelled: Callable[[], bool] = lambda: False, key: str = ""
) -> Iterator[Listener]:
    """Yield a listener that shows what it is told in Excel's status bar.

    Args:
        book: The workbook.
        cancelled: Asked each time whether the user wants to stop.
        key: The key that stops it, to be shown; "" where none does.
    """
    hint = f" [{key}]" if key else ""

    def show(text: str) -> bool:
        book.app.status_bar = f"Partnerbook: {text} ...{hint}"
        return not cancelled()

    try:
        yield show
    finally:
        book.app.status_bar = False
