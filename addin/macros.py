"""The buttons: read the sheet, ask, plan, write. Thin, against xlwings' objects only.

The same lines run in Excel and, through `addin.files`, over .xlsx files. Everything is read,
asked and planned before the first cell is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import xlwings

from addin import cells, formulas
from addin import refresh as planning
from addin import sheet as layout
from addin.refresh import Asked, Formula, ParkedNote, Plan
from addin.sheet import CustomerSheet
from partnerbook.errors import PartnerbookError, WorkbookError
from partnerbook.model import CARRIED, CustomerQuery, Snapshot
from partnerbook.views import View, moment_in
from partnerbook.views.filters import query_from
from partnerbook.wording import Language

TEXT_FORMAT = "@"
MOMENT_FORMAT = "yyyy-mm-dd hh:mm"
_SHOWN_IN_TEXT_FORMAT = 255  # Excel shows ##### for more

_STATUS: dict[str, dict[Language, str]] = {
    "customers": {"en": "{:,} customers", "zh": "{:,} 个客户"},
    "exact": {"en": "exact", "zh": "完整"},
    "missing": {"en": "up to {:,} may be missing", "zh": "最多可能缺 {:,} 个"},
    "as of": {"en": "as of {}", "zh": "截至 {}"},
    "fingerprint": {"en": "fingerprint {}", "zh": "指纹 {}"},
    "failed": {"en": "Not refreshed at {}: {}. Still: {}", "zh": "{} 未能刷新：{}。仍为：{}"},
    "never": {"en": "Not refreshed yet", "zh": "尚未刷新"},
}

Fetch = Callable[[CustomerQuery], Snapshot]
"""Takes one listing of a query and keeps it, or hands out one that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a refresh.

    Attributes:
        applied: Whether the sheet was changed. False for a preview, and when the plan has
            `Plan.stops` and nobody gave their word.
        plan: What was done, or would be.
        snapshot: The listing it is made of.
        status: What the status cell says, or would say.
    """

    applied: bool
    plan: Plan
    snapshot: Snapshot
    status: str


def refresh(book: xlwings.Book, fetch: Fetch, *, confirmed: bool = False, now: datetime) -> Outcome:
    """Bring the customer list of a workbook up to date.

    When it fails, no data is changed; the status cell then says so (over a file: as long as
    nobody saves it).

    Args:
        book: The workbook.
        fetch: Asks for the listing.
        confirmed: The user's word to go on where the plan stops.
        now: The present moment, with a zone.

    Raises:
        WorkbookError: The workbook lacks something, or cannot be changed without harm.
        PartnerbookError: The filters are wrong, or the listing failed.
    """
    try:
        here, plan, snapshot, query = _planned(book, fetch, now)
        status = status_text(snapshot, len(plan.rows), here.language)
        if plan.stops and not confirmed:
            return Outcome(applied=False, plan=plan, snapshot=snapshot, status=status)
        _refuse_what_is_in_the_way(here, len(plan.rows))
        parked_sheet, parked = _parked_sheet(book, plan)
    except PartnerbookError as error:
        _say_failed(book, error, now)
        raise
    _write_list(here, plan)
    if parked_sheet is not None and list(plan.still_parked) != parked:
        _write_parked(parked_sheet, plan.still_parked, len(parked))
    _write_log(book, plan, snapshot, query)
    cell = layout.named(book, layout.STATUS)[0, 0]
    cell.number_format = TEXT_FORMAT
    cell.value = status
    return Outcome(applied=True, plan=plan, snapshot=snapshot, status=status)


def preview(book: xlwings.Book, fetch: Fetch, *, now: datetime) -> Outcome:
    """Return what a refresh would do; nothing is written.

    Raises:
        PartnerbookError: As `refresh`.
    """
    here, plan, snapshot, _ = _planned(book, fetch, now)
    status = status_text(snapshot, len(plan.rows), here.language)
    return Outcome(applied=False, plan=plan, snapshot=snapshot, status=status)


def status_text(snapshot: Snapshot, count: int, language: Language = "en") -> str:
    """Return what the status cell says of a list."""
    missing = snapshot.listing.missing_at_most
    parts = (
        _STATUS["customers"][language].format(count),
        _STATUS["missing"][language].format(missing) if missing else _STATUS["exact"][language],
        _STATUS["as of"][language].format(moment_in(snapshot.taken_at)),
        _STATUS["fingerprint"][language].format(snapshot.listing.fingerprint),
    )
    return " · ".join(parts)


def _planned(
    book: xlwings.Book, fetch: Fetch, now: datetime
) -> tuple[CustomerSheet, Plan, Snapshot, CustomerQuery]:
    here = layout.read_list(book)
    query = query_from(layout.read_filters(book))
    layout.named(book, layout.STATUS)
    _, parked = layout.read_parked(book)
    _, log = layout.read_log(book)
    snapshot = fetch(query)
    listing = snapshot.listing
    plan = planning.plan(
        list(here.rows.values()),
        View(query=query).shown(listing),
        parked=parked,
        own_columns=[each.name for each in here.columns if not (each.ours or each.calculated)],
        missing_at_most=listing.missing_at_most,
        carried=CARRIED[listing.api],
        asked=Asked(account=snapshot.account, fingerprint=query.fingerprint),
        asked_before=layout.asked_before(log),
        now=now.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        language=here.language,
    )
    return here, plan, snapshot, query


def _say_failed(book: xlwings.Book, error: PartnerbookError, now: datetime) -> None:
    """Let the status cell say that the list is old, and how old; change nothing else."""
    if layout.STATUS not in book.names:
        return
    cell = layout.named(book, layout.STATUS)[0, 0]
    before = str(cell.value or _STATUS["never"]["en"])
    before = before.rpartition("Still: ")[2].rpartition("仍为：")[2]
    language: Language = "zh" if "个客户" in before else "en"
    reason = error.cell_text.removeprefix("#PB ")
    said = _STATUS["failed"][language].format(moment_in(now), reason, before)
    try:
        cell.value = said
    except PartnerbookError:
        # A protected sheet: the error that is on its way says so.
        return


def _refuse_what_is_in_the_way(here: CustomerSheet, count: int) -> None:
    """Refuse to write over what stands below the list.

    Raises:
        WorkbookError: There is something; the sentence names the row.
    """
    if count <= here.count:
        return
    for run in here.runs():
        block = layout.grid(here.block(here.count, count - 1, run[0].number, run[-1].number))
        for index, line in enumerate(block):
            if any(value is not None for value in line):
                row = here.top + here.count + index
                raise WorkbookError(
                    f"the list needs rows down to {here.top + count - 1}, but row {row} below it "
                    "is not empty; move what stands there (or into the table) and try again"
                )


def _parked_sheet(book: xlwings.Book, plan: Plan) -> tuple[xlwings.Sheet | None, list[ParkedNote]]:
    sheet, parked = layout.read_parked(book)
    if sheet is None and plan.parked:
        raise WorkbookError(
            f"{book.name} has no sheet {layout.PARKED_SHEET!r}, and {len(plan.parked)} notes need "
            "it; add a sheet of that name and try again"
        )
    return sheet, parked


def _write_list(here: CustomerSheet, plan: Plan) -> None:
    count = max(1, len(plan.rows))
    table_right = max(c.number for c in here.columns if c.number <= _right(here))
    indexes = list(here.rows)
    came_from = {
        new: indexes[row.came_from]
        for new, row in enumerate(plan.rows)
        if row.came_from is not None
    }
    hidden = _shown(here)
    if count > here.count:
        _resize(here, count, table_right)
    _move(here, came_from)
    _bare(here, [each for each in range(min(count, here.count)) if each not in came_from])
    _write_ours(here, plan, count)
    _write_own(here, plan, came_from, count)
    if count < here.count:
        _resize(here, count, table_right)
        for run in here.runs():
            here.block(count, here.count - 1, run[0].number, run[-1].number).clear()
    _hide(here, [new for new, old in came_from.items() if old in hidden])


def _right(here: CustomerSheet) -> int:
    area = here.table.range
    return int(area.column + area.shape[1] - 1)


def _resize(here: CustomerSheet, count: int, right: int) -> None:
    left = here.table.range.column
    here.table.resize(here.sheet.range((here.top - 1, left), (here.top + count - 1, right)))


def _shown(here: CustomerSheet) -> frozenset[int]:
    """Show all rows of the list; return which ones were hidden, by a filter or by hand."""
    body = here.block(0, here.count - 1, here.columns[0].number, here.columns[0].number)
    state = body.rows.hidden
    if state is False:
        return frozenset()
    hidden = frozenset(
        index for index in range(here.count) if state or body.rows[index].rows.hidden
    )
    # Excel's copy leaves hidden rows out, and a filter would hide the wrong customers.
    body.rows.hidden = False
    return hidden


def _hide(here: CustomerSheet, indexes: Sequence[int]) -> None:
    for first, last in _spans(sorted(indexes)):
        here.block(first, last, here.columns[0].number, here.columns[0].number).rows.hidden = True


def _move(here: CustomerSheet, came_from: dict[int, int]) -> None:
    """Let each row that stays take its place, with formats, links and comments.

    Excel's own copy does it: no note is read and typed again. Rows never overtake each other,
    so going down from below and up from above nothing is written over before it was copied.
    """
    moves = [(old, new) for new, old in came_from.items() if old != new]
    groups = groupby(
        enumerate(moves), key=lambda each: (each[1][1] - each[1][0], each[1][0] - each[0])
    )
    runs = [[move for _, move in group] for _, group in groups]
    down = [run for run in runs if run[0][1] > run[0][0]]
    up = [run for run in runs if run[0][1] < run[0][0]]
    for run in (*reversed(down), *up):
        for columns in here.runs():
            left, right = columns[0].number, columns[-1].number
            source = here.block(run[0][0], run[-1][0], left, right)
            source.copy(here.block(run[0][1], run[0][1], left, left))


def _write_ours(here: CustomerSheet, plan: Plan, count: int) -> None:
    lines = [_our_cells(here, plan, index) for index in range(len(plan.rows))]
    if not lines:
        lines = [{column.ours: None for column in here.columns}]
    for run in here.runs(ours=True):
        for moments, group in groupby(run, key=lambda each: each.ours in cells.MOMENT_FIELDS):
            columns = list(group)
            left, right = columns[0].number, columns[-1].number
            block = here.block(0, count - 1, left, right)
            # Before the values: Excel would make numbers, dates and formulas of them.
            block.number_format = MOMENT_FORMAT if moments else TEXT_FORMAT
            block.value = [[line.get(each.ours) for each in columns] for line in lines]
    for index, line in enumerate(lines):
        for column in here.columns:
            value = line.get(column.ours) if column.ours else None
            if isinstance(value, str) and len(value) > _SHOWN_IN_TEXT_FORMAT:
                cell = here.block(index, index, column.number, column.number)
                cell.number_format = "General"  # it stays text, and is shown


def _our_cells(here: CustomerSheet, plan: Plan, index: int) -> dict[str | None, Any]:
    row = plan.rows[index]
    if row.customer is None:
        old = list(here.rows.values())[row.came_from or 0].ours
        kept: dict[str | None, Any] = dict(old.items())
        return kept | {cells.CHANGE: row.change or None}
    values = cells.row_of(row.customer, cells.COLUMNS[:-1], here.language)
    line: dict[str | None, Any] = dict(zip(cells.COLUMNS[:-1], values, strict=True))
    line[cells.CHANGE] = row.change
    return {column: None if value == "" else value for column, value in line.items()}


def _write_own(here: CustomerSheet, plan: Plan, came_from: dict[int, int], count: int) -> None:
    fresh = [index for index in range(count) if index not in came_from]
    rows_after = {here.top + old: here.top + new for new, old in came_from.items()}
    for column in here.columns:
        if column.ours is not None:
            continue
        number = column.number
        if column.calculated:
            _fill_down(here, number, came_from, fresh)
            continue
        for first, last in _spans([index for index in fresh if index < here.count]):
            here.block(first, last, number, number).clear_contents()
        for new, old in came_from.items():
            formula = here.formulas.get((old, number))
            if formula is None:
                continue
            wanted = formulas.followed(
                formula,
                rows_after,
                body=(here.top, here.top + here.count - 1),
                last=here.top + count - 1,
            )
            if wanted != formulas.shifted(formula, new - old):
                here.block(new, new, number, number).formula = wanted
    by_name = {each.name: each for each in here.columns}
    for index, row in enumerate(plan.rows):
        for name, value in row.returning.items():
            _put(here.block(index, index, by_name[name].number, by_name[name].number), value)


def _bare(here: CustomerSheet, indexes: Sequence[int]) -> None:
    """Take from fresh rows what marked the customers that stood there before."""
    for first, last in _spans(indexes):
        for run in here.runs():
            here.block(first, last, run[0].number, run[-1].number).color = None
        for run in here.runs(ours=True):
            here.block(first, last, run[0].number, run[-1].number).clear_contents()
    rows = {here.top + index for index in indexes}
    columns = {each.number for each in here.columns}
    for note in list(here.sheet.notes) if rows else []:
        if note.location.row in rows and note.location.column in columns:
            note.delete()


def _fill_down(
    here: CustomerSheet, number: int, came_from: dict[int, int], fresh: Sequence[int]
) -> None:
    """Give fresh rows the formula that fills the column."""
    places = [new for new, old in came_from.items() if (old, number) in here.formulas]
    # In an empty list the formula waits in the blank row, which is row 0 of the new list.
    model = places[0] if places else 0
    source = here.block(model, model, number, number)
    for index in fresh:
        if index != model:
            source.copy(here.block(index, index, number, number))


def _put(cell: xlwings.Range, value: Any) -> None:
    """Put one note into a cell as it was typed."""
    if isinstance(value, str) and value.startswith("=") and isinstance(value, Formula):
        cell.formula = str(value)
        return
    code = cell.number_format
    if isinstance(value, str):
        cell.number_format = TEXT_FORMAT
    elif isinstance(value, datetime):
        if code in ("General", TEXT_FORMAT, None):
            cell.number_format = MOMENT_FORMAT
    elif code == TEXT_FORMAT:
        cell.number_format = "General"
    cell.value = value


def _write_parked(sheet: xlwings.Sheet, notes: Sequence[ParkedNote], before: int) -> None:
    if notes:
        last = len(notes) + 1
        for left, right, code in ((1, 2, TEXT_FORMAT), (4, 4, TEXT_FORMAT), (5, 5, MOMENT_FORMAT)):
            sheet.range((2, left), (last, right)).number_format = code
        row = 2
        for kind, group in groupby(notes, key=lambda each: _format_of(each.value)):
            length = len(list(group))
            sheet.range((row, 3), (row + length - 1, 3)).number_format = kind
            row += length
        sheet.range((2, 1), (last, 5)).value = [
            [each.customer_id, each.column, _plain(each.value), each.reason, each.date]
            for each in notes
        ]
    if before > len(notes):
        sheet.range((len(notes) + 2, 1), (before + 1, 5)).clear_contents()


def _format_of(value: Any) -> str:
    if isinstance(value, str):
        return TEXT_FORMAT
    return MOMENT_FORMAT if isinstance(value, datetime) else "General"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _write_log(book: xlwings.Book, plan: Plan, snapshot: Snapshot, query: CustomerQuery) -> None:
    sheet, lines = layout.read_log(book)
    if sheet is None:
        return
    line = [
        snapshot.taken_at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        snapshot.account,
        View(query=query).in_words(),
        query.fingerprint,
        len(plan.rows),
        snapshot.listing.missing_at_most,
        len(plan.joined),
        len(plan.left),
        len({each.customer_id for each in plan.altered}),
        len(plan.parked),
        len(plan.returning),
        len(plan.conflicts),
    ]
    first = len(lines) + 2
    new = [line]
    if len(lines) >= layout.LOG_LIMIT:
        first, new = 2, [*lines[len(lines) - layout.LOG_LIMIT + 1 :], line]
    last = first + len(new) - 1
    sheet.range((first, 1), (last, 1)).number_format = MOMENT_FORMAT
    sheet.range((first, 2), (last, 4)).number_format = TEXT_FORMAT
    sheet.range((first, 1), (last, len(line))).value = new


def _spans(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of neighbouring indexes."""
    for _, group in groupby(enumerate(indexes), key=lambda each: each[1] - each[0]):
        run = [index for _, index in group]
        yield run[0], run[-1]
