"""What the status cell says of a list: how many, how sure, as of when; and how old that is now.

The status is text, written once. Its age is a formula in a cell of its own (`pb_age`): a text
would say "3 h old" for ever. The cell is volatile, the only one; what it costs is that Excel asks
to save on closing. `CUSTOMERSTATUS("age")` would not do: it tells of the last listing, not of
this list, and only on Windows. Excel's NOW() knows no zone, so the age says by which clock it is.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import xlwings

from addin import sheet as layout
from partnerbook.errors import PartnerbookError, WorkbookError
from partnerbook.model import Snapshot
from partnerbook.views import moment_in
from partnerbook.views.certainty import missing
from partnerbook.wording import Language

AGE = "pb_age"
"""Name of the cell that says how old the list is; workbooks of earlier versions have none."""

_TEXT_FORMAT = "@"
_WORDS: dict[str, dict[Language, str]] = {
    "customers": {"en": "{:,} customers", "zh": "{:,} 个客户"},
    "exact": {"en": "exact", "zh": "完整"},
    "unseen": {"en": "{:,} kept rows not seen", "zh": "另保留 {:,} 行未见到"},
    "as of": {"en": "as of {}", "zh": "截至 {}"},
    "fingerprint": {"en": "fingerprint {}", "zh": "指纹 {}"},
    "failed": {"en": "Not refreshed at {}: {}. Still: {}", "zh": "{} 未能刷新：{}。仍为：{}"},
    "never": {"en": "Not refreshed yet", "zh": "尚未刷新"},
    "minutes": {"en": " min old", "zh": " 分钟前的列表"},
    "hours": {"en": " h old", "zh": " 小时前的列表"},
    "days": {"en": " days old", "zh": " 天前的列表"},
    "clock": {"en": " by a clock of {}", "zh": "（按 {} 时钟）"},
    "behind": {
        "en": "age unknown: this computer's clock is behind that of the list, {}",
        "zh": "时长未知：本机时钟早于列表的时钟（{}）",
    },
}
_AGE_WORDS = ("minutes", "hours", "days", "clock", "behind")
_AS_OF: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"as of (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC"),
    "zh": re.compile(r"截至 (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC"),
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
    gap = snapshot.listing.missing_at_most
    parts = (
        _WORDS["customers"][language].format(count),
        missing(gap, language) if gap else _WORDS["exact"][language],
        *([_WORDS["unseen"][language].format(unseen)] if unseen else []),
        _WORDS["as of"][language].format(moment_in(snapshot.taken_at)),
        _WORDS["fingerprint"][language].format(snapshot.listing.fingerprint),
    )
    return " · ".join(parts)


def age_formula(as_of: datetime, language: Language = "en") -> str:
    """Return the formula that says how old a list is: minutes, hours, from two days on days.

    Args:
        as_of: The moment of the list, in the zone of the clock that NOW() reads. Where the
            workbook is opened by another clock, the formula still says by which it counts.
        language: Of what it says.
    """
    offset = as_of.strftime("%z")
    clock = f"UTC{offset[:3]}:{offset[3:5]}" if as_of.utcoffset() else "UTC"
    age = (
        f"(NOW()-DATE({as_of.year},{as_of.month},{as_of.day})"
        f"-TIME({as_of.hour},{as_of.minute},{as_of.second}))"
    )
    word = {name: _WORDS[name][language].format(clock) for name in _AGE_WORDS}
    # A thousandth more than it is: 3 h must not become 2 by a fraction that cannot be written.
    return (
        f'=IF({age}<-1/1440,"{word["behind"]}",'
        f'IF({age}<1/24,MAX(0,INT({age}*1440+0.001))&"{word["minutes"]}",'
        f'IF({age}<2,INT({age}*24+0.001)&"{word["hours"]}",INT({age})&"{word["days"]}"))'
        f'&"{word["clock"]}")'
    )


def read_status(book: xlwings.Book) -> str:
    """Return what the status cell says.

    Raises:
        WorkbookError: There is no status cell.
    """
    value = layout.grid(layout.named(book, layout.STATUS)[0, 0])[0][0]
    return "" if value is None else str(value)


def write_status(book: xlwings.Book, text: str) -> None:
    """Let the status cell say something, and the cell of the age how old that is by now."""
    cell = layout.named(book, layout.STATUS)[0, 0]
    cell.number_format = _TEXT_FORMAT
    cell.value = text
    try:
        age = layout.named(book, AGE)[0, 0]
    except WorkbookError:
        # Who deleted its row did not want it: the list was written, nothing may fail now.
        return
    _write_age(age, text)


def say_failed(book: xlwings.Book, error: PartnerbookError, now: datetime) -> None:
    """Let the status cell say that the list is old, and how old; change nothing else."""
    if layout.STATUS not in book.names:
        return
    before = read_status(book)
    try:
        language = layout.language_of(book)
    except WorkbookError:  # perhaps the very error
        language = "zh" if _WORDS["customers"]["zh"].removeprefix("{:,}") in before else "en"
    for words in _WORDS["failed"].values():
        before = before.rpartition(words.split("{}")[-2])[2]
    before = before or _WORDS["never"][language]
    reason = error.cell_text.removeprefix("#PB ")
    try:
        write_status(book, _WORDS["failed"][language].format(moment_in(now), reason, before))
    except PartnerbookError:
        # A protected sheet: the error that is on its way says so.
        return


def _write_age(cell: xlwings.Range, text: str) -> None:
    """Write the age of the list that a status speaks of; none, where it speaks of none."""
    wanted = ""
    for language, pattern in _AS_OF.items():
        # The last moment: of a failed refresh, that of the list which is still shown.
        for found in pattern.findall(text):
            as_of = datetime.strptime(found, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
            wanted = age_formula(as_of.astimezone(), language)
    if cell.formula == wanted:
        return
    if not wanted:
        cell.clear_contents()
        return
    cell.number_format = "General"
    cell.formula = wanted
