"""What the status cell says of a list: how many, how sure, as of when; and that it is old."""

from __future__ import annotations

from datetime import datetime

import xlwings

from addin import sheet as layout
from partnerbook.errors import PartnerbookError
from partnerbook.model import Snapshot
from partnerbook.views import moment_in
from partnerbook.wording import Language

_TEXT_FORMAT = "@"
_WORDS: dict[str, dict[Language, str]] = {
    "customers": {"en": "{:,} customers", "zh": "{:,} 个客户"},
    "exact": {"en": "exact", "zh": "完整"},
    "missing": {"en": "up to {:,} may be missing", "zh": "最多可能缺 {:,} 个"},
    "unseen": {"en": "{:,} kept rows not seen", "zh": "另保留 {:,} 行未见到"},
    "as of": {"en": "as of {}", "zh": "截至 {}"},
    "fingerprint": {"en": "fingerprint {}", "zh": "指纹 {}"},
    "failed": {"en": "Not refreshed at {}: {}. Still: {}", "zh": "{} 未能刷新：{}。仍为：{}"},
    "never": {"en": "Not refreshed yet", "zh": "尚未刷新"},
}


def status_text(
    snapshot: Snapshot, count: int, language: Language = "en", *, unseen: int = 0
) -> str:
    """Return what the status cell says of a list.

    Args:
        snapshot: What the list shows.
        count: How many customers of it.
        language: Language of the sheet.
        unseen: How many more rows the sheet keeps, of customers that nobody can say are gone.
    """
    missing = snapshot.listing.missing_at_most
    parts = (
        _WORDS["customers"][language].format(count),
        _WORDS["missing"][language].format(missing) if missing else _WORDS["exact"][language],
        *([_WORDS["unseen"][language].format(unseen)] if unseen else []),
        _WORDS["as of"][language].format(moment_in(snapshot.taken_at)),
        _WORDS["fingerprint"][language].format(snapshot.listing.fingerprint),
    )
    return " · ".join(parts)


def read_status(book: xlwings.Book) -> str:
    """Return what the status cell says.

    Raises:
        WorkbookError: There is no status cell.
    """
    value = layout.grid(layout.named(book, layout.STATUS)[0, 0])[0][0]
    return "" if value is None else str(value)


def write_status(book: xlwings.Book, text: str) -> None:
    """Let the status cell say something."""
    cell = layout.named(book, layout.STATUS)[0, 0]
    cell.number_format = _TEXT_FORMAT
    cell.value = text


def say_failed(book: xlwings.Book, error: PartnerbookError, now: datetime) -> None:
    """Let the status cell say that the list is old, and how old; change nothing else."""
    if layout.STATUS not in book.names:
        return
    before = read_status(book) or _WORDS["never"]["en"]
    before = before.rpartition("Still: ")[2].rpartition("仍为：")[2]
    language: Language = "zh" if "个客户" in before else "en"
    reason = error.cell_text.removeprefix("#PB ")
    try:
        write_status(book, _WORDS["failed"][language].format(moment_in(now), reason, before))
    except PartnerbookError:
        # A protected sheet: the error that is on its way says so.
        return
