"""The filter block of a workbook: read as a question, and filled with a saved view. Thin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import xlwings

from addin import cells
from addin import sheet as layout
from addin.ready import refuse_when_editing, refuse_when_protected
from partnerbook.errors import WorkbookError
from partnerbook.model import CustomerQuery
from partnerbook.views import View
from partnerbook.views.filters import filter_name, query_from

_TEXT_FORMAT = "@"
_DAY_FORMAT = "yyyy-mm-dd"
# As the drop-downs of the starter workbook say them.
_WORDS = {
    "association": {"1": "consulting", "3": "resale"},
    "status": {
        "-1": "unverified",
        "0": "reviewing",
        "1": "rejected",
        "2": "verified",
        "3": "failed",
    },
}
_LAST_SECOND = time(23, 59, 59)


def query_of(book: xlwings.Book) -> CustomerQuery:
    """Return what the filter block of a workbook asks.

    Raises:
        WorkbookError: There is none.
        QueryError: A filter is unknown, malformed, or a formula without a value.
    """
    block = layout.named(book, layout.FILTERS)
    layout.refuse_unknown_filters(block)
    return query_from(cells.pairs_of(layout.grid(block)))


def choose(book: xlwings.Book, view: View) -> None:
    """Write the filters of a view into the filter block, in place of those that stand there.

    Raises:
        WorkbookError: There is no block, or it has too few rows; nothing was changed.
    """
    refuse_when_editing(book)
    block = layout.named(book, layout.FILTERS)
    refuse_when_protected(block.sheet)
    now = layout.grid(block)
    if any(len(line) != 2 for line in now):
        raise WorkbookError(f"the filter block {layout.FILTERS} must have two columns, as made")
    lines = filled(now, view)
    for row, (line, before) in enumerate(zip(lines, now, strict=True)):
        if line == before:
            continue
        cell = block[row, 1]
        if line[1] is not None:
            # Excel would read +86 as a number, and a text cell would show a date as one.
            is_day = isinstance(line[1], datetime)
            cell.number_format = _DAY_FORMAT if is_day else _TEXT_FORMAT
        cell.value = line[1]
        if line[0] != before[0]:
            block[row, 0].number_format = _TEXT_FORMAT
            block[row, 0].value = line[0]


def filled(block: Sequence[Sequence[Any]], view: View) -> list[list[Any]]:
    """Return the lines of a filter block as they ask what a view asks. Pure.

    Names stay where they stand; what has no row of its name yet goes into a blank one.

    Args:
        block: The lines as they are: filter name and value.
        view: The view.

    Raises:
        WorkbookError: There are too few rows.
    """
    wanted = [
        (name, _shown(name, each))
        for given, value in view.query.given().items()
        for name in ("id" if given == "ids" else given,)
        for each in (value if isinstance(value, list) else [value])
    ]
    lines: list[list[Any]] = []
    for name, _ in block:
        known = "" if name is None or not str(name).strip() else filter_name(str(name))
        at = next((at for at, pair in enumerate(wanted) if pair[0] == known), None)
        lines.append([name, None if at is None else wanted.pop(at)[1]])
    for line in lines:
        if wanted and (line[0] is None or not str(line[0]).strip()):
            line[:] = wanted.pop(0)
    if wanted:
        raise WorkbookError(
            f"the filter block has too few rows for the view {view.name!r}: it lacks "
            f"{len(wanted)}, for {', '.join(dict.fromkeys(name for name, _ in wanted))}; insert "
            "rows in the middle of the block and choose the view again"
        )
    return lines


def _shown(name: str, value: Any) -> Any:
    """Return a filter's value as a person would type it."""
    if name == "frozen":
        return "yes" if value else "no"
    if name in _WORDS:
        return _WORDS[name].get(value, value)
    if name not in ("since", "until"):
        return value
    moment = datetime.fromisoformat(value).astimezone(UTC)
    edge = time() if name == "since" else _LAST_SECOND
    # Only a whole day is a date: another moment keeps its time and its zone, as text.
    return datetime.combine(moment, time()) if moment.time() == edge else value
