"""Where things stand on the user's sheets: found by name and heading, whatever was moved.

Thin, against xlwings' objects only; the same in Excel and over files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import xlwings

from addin import cells, formulas
from addin.refresh import LEFT_FORMULA, Asked, Formula, OldRow, ParkedNote
from partnerbook.errors import WorkbookError
from partnerbook.wording import HEADINGS, Language

TABLE = "CustomerList"
FILTERS = "pb_filters"
STATUS = "pb_status"
PARKED_SHEET = "Parked notes"
LOG_SHEET = "Refresh log"
LOG_LIMIT = 1_000
COMMENT = "Comment: "
"""Before the heading of a cell, in `Parked notes`: the note was a comment on that cell."""

_MAKE_NEW = "make a new workbook with: partnerbook excel new"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the list.

    Attributes:
        number: Column number on the sheet, from 1.
        name: Its heading; the letters of the column where it has none.
        ours: The column of `cells.COLUMNS` it is; None for the user's own.
        calculated: Whether one formula fills it.
    """

    number: int
    name: str
    ours: str | None
    calculated: bool = False


@dataclass(frozen=True, slots=True)
class CustomerSheet:
    """The list as it stands on its sheet.

    Attributes:
        sheet: The sheet.
        table: The table `CustomerList`.
        top: First row of the body.
        count: Rows of the body; at least 1.
        columns: Its columns, and the user's columns right of it.
        rows: Index in the body of each row that is not blank, and what it holds.
        formulas: Each formula in the user's own columns, by index in the body and column.
        language: Language of the headings.
    """

    sheet: xlwings.Sheet
    table: xlwings.Table
    top: int
    count: int
    columns: tuple[Column, ...]
    rows: dict[int, OldRow]
    formulas: dict[tuple[int, int], str]
    language: Language

    def runs(self, *, ours: bool | None = None) -> Iterator[tuple[Column, ...]]:
        """Yield neighbouring columns together; of ours only, of the user's only, or all."""
        run: list[Column] = []
        for column in self.columns:
            wanted = ours is None or (column.ours is not None) == ours
            if run and not (wanted and column.number == run[-1].number + 1):
                yield tuple(run)
                run = []
            if wanted:
                run.append(column)
        if run:
            yield tuple(run)

    def block(self, first: int, last: int, left: int, right: int) -> xlwings.Range:
        """Return the cells of body rows (by index, both included) and columns (by number)."""
        return self.sheet.range((self.top + first, left), (self.top + last, right))


def read_list(book: xlwings.Book) -> CustomerSheet:
    """Return the list of a workbook.

    Raises:
        WorkbookError: There is none, or it lacks what a refresh needs.
    """
    table = _table(book)
    sheet: xlwings.Sheet = table.parent
    area, body = table.range, table.data_body_range
    if table.header_row_range is None or body is None:
        raise WorkbookError(f"the table {TABLE} has no heading row; show it again in Excel")
    if table.show_totals:
        raise WorkbookError(
            f"the table {TABLE} has a total row; switch it off (Table Design > Total Row), "
            "refresh, and switch it on again"
        )
    left, right = area.column, area.column + area.shape[1] - 1
    last_column = max(right, sheet.used_range.last_cell.column)
    headings = grid(sheet.range((area.row, left), (area.row, last_column)))[0]
    top, count = body.row, body.shape[0]
    values = grid(sheet.range((top, left), (top + count - 1, last_column)))
    blocked = _other_tables(sheet, area, top, top + count - 1)
    numbers = list(_own_reach(headings, values, left, right, blocked))
    known = {cells.column_of(headings[number - left]) for number in numbers if number <= right}
    if "customer_id" not in known:
        raise WorkbookError(
            f"the table {TABLE} has no column {cells.column_heading('customer_id')}; it is what "
            "notes are kept by: give the column its heading back"
        )
    columns = _columns(headings, numbers, left, right)
    found = _formulas(sheet, columns, top, count)
    columns = tuple(
        Column(
            each.number,
            each.name,
            each.ours,
            _is_calculated(each, found, values, left, columns, top),
        )
        for each in columns
    )
    rows = _rows(columns, values, found, left, top)
    _add_comments(rows, sheet, columns, top)
    english = headings[next(c.number for c in columns if c.ours == "customer_id") - left]
    language: Language = "en" if str(english).strip() == HEADINGS["customer_id"]["en"] else "zh"
    own = {
        (index, column.number): formula
        for (index, number), formula in found.items()
        for column in columns
        if column.number == number
    }
    return CustomerSheet(sheet, table, top, count, columns, rows, own, language)


def read_filters(book: xlwings.Book) -> tuple[tuple[str, Any], ...]:
    """Return the filters of the filter block.

    Raises:
        WorkbookError: The block is missing or does not have two columns.
        QueryError: A value stands beside no name.
    """
    return cells.pairs_of(grid(named(book, FILTERS)))


def read_parked(book: xlwings.Book) -> tuple[xlwings.Sheet | None, list[ParkedNote]]:
    """Return the sheet of parked notes, None where there is none, and its lines."""
    sheet = _sheet(book, PARKED_SHEET)
    lines = _lines(sheet, 5) if sheet else []
    notes = [
        ParkedNote(
            customer_id=cells.key(line[0]),
            column="" if line[1] is None else str(line[1]),
            value=_parked_value(line),
            reason="" if line[3] is None else str(line[3]),
            date=line[4] if isinstance(line[4], datetime) else None,
        )
        for line in lines
    ]
    return sheet, notes


def read_log(book: xlwings.Book) -> tuple[xlwings.Sheet | None, list[list[Any]]]:
    """Return the sheet of the log, None where there is none, and its lines."""
    sheet = _sheet(book, LOG_SHEET)
    return sheet, _lines(sheet, len(LOG_HEADINGS)) if sheet else []


LOG_HEADINGS: tuple[str, ...] = (
    "As of (UTC)", "Account", "Filters", "Fingerprint", "Customers", "May miss", "Joined", "Left",
    "Changed", "Notes parked", "Notes back", "In doubt",
)  # fmt: skip
PARKED_HEADINGS: tuple[str, ...] = ("Customer ID", "Column", "Value", "Reason", "Date")


def asked_before(log: Sequence[Sequence[Any]]) -> Asked | None:
    """Return whom the last refresh was about."""
    if not log or not log[-1][1] or not log[-1][3]:
        return None
    return Asked(account=str(log[-1][1]), fingerprint=str(log[-1][3]))


def named(book: xlwings.Book, name: str) -> xlwings.Range:
    """Return the range of a name.

    Raises:
        WorkbookError: There is no such name.
    """
    if name not in book.names:
        raise WorkbookError(f"{book.name} has no range named {name}; {_MAKE_NEW}")
    return book.names[name].refers_to_range


def grid(block: xlwings.Range) -> list[list[Any]]:
    """Return the values of a block, rows of cells, errors as their text."""
    values: list[list[Any]] = block.options(ndim=2, err_to_str=True).value
    return values


def _table(book: xlwings.Book) -> xlwings.Table:
    for sheet in book.sheets:
        if TABLE in [each.name for each in sheet.tables]:
            return sheet.tables[TABLE]
    raise WorkbookError(f"{book.name} has no table named {TABLE}; {_MAKE_NEW}")


def _sheet(book: xlwings.Book, name: str) -> xlwings.Sheet | None:
    found = [sheet for sheet in book.sheets if sheet.name.casefold() == name.casefold()]
    return found[0] if found else None


def _lines(sheet: xlwings.Sheet, width: int) -> list[list[Any]]:
    last = sheet.used_range.last_cell.row
    if last < 2:
        return []
    lines = grid(sheet.range((2, 1), (last, width)))
    while lines and all(value is None for value in lines[-1]):
        lines.pop()
    return lines


def _parked_value(line: Sequence[Any]) -> Any:
    value = line[2]
    # Only the reason that we wrote makes a formula of a text again.
    if line[3] == LEFT_FORMULA and isinstance(value, str) and value.startswith("="):
        return Formula(value)
    return value


def _other_tables(sheet: xlwings.Sheet, area: xlwings.Range, top: int, bottom: int) -> set[int]:
    """Return the columns that other tables take in the list's rows."""
    taken: set[int] = set()
    for table in sheet.tables:
        other = table.range
        above = other.row + other.shape[0] - 1 < top - 1
        if table.name != TABLE and not above and other.row <= bottom:
            taken |= set(range(other.column, other.column + other.shape[1]))
    return taken - set(range(area.column, area.column + area.shape[1]))


def _own_reach(
    headings: Sequence[Any],
    values: Sequence[Sequence[Any]],
    left: int,
    right: int,
    blocked: set[int],
) -> Iterator[int]:
    """Yield the columns of the table and the user's own ones right of it.

    Right of the table, a column with a heading in the table's heading row is the user's, and so
    is one without that touches the table. Another table, and what stands apart without a
    heading, is nobody's notes: it is left alone.
    """
    apart = False
    for number in range(left, left + len(headings)):
        if number <= right:
            yield number
            continue
        place = number - left
        filled = any(line[place] is not None for line in values)
        if number in blocked:
            return
        if headings[place] is not None or (filled and not apart):
            yield number
        elif not filled:
            apart = True


def _columns(
    headings: Sequence[Any], numbers: Sequence[int], left: int, right: int
) -> tuple[Column, ...]:
    columns, taken = [], set()
    for number in numbers:
        words = headings[number - left]
        ours = cells.column_of(words) if number <= right else None
        name = str(words).strip() if words is not None else f"Column {_letters(number)}"
        if ours in taken or (ours is None and name in taken):
            ours, name = None, f"{name} ({_letters(number)})"
        taken |= {ours or name}
        columns.append(Column(number, name, ours))
    return tuple(columns)


def _formulas(
    sheet: xlwings.Sheet, columns: Sequence[Column], top: int, count: int
) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for column in columns:
        if column.ours is not None:
            continue
        block = sheet.range((top, column.number), (top + count - 1, column.number))
        given = block.formula
        lines = [(given,)] if isinstance(given, str) else given
        values = grid(block)
        for index, line in enumerate(lines):
            text = line[0] if isinstance(line, list | tuple) else line
            # A text may begin with "=" too: then value and formula are the same.
            if isinstance(text, str) and text.startswith("=") and values[index][0] != text:
                found[index, column.number] = text
    return found


def _is_calculated(  # noqa: PLR0913, PLR0917  one column seen with all there is
    column: Column,
    found: dict[tuple[int, int], str],
    values: Sequence[Sequence[Any]],
    left: int,
    columns: Sequence[Column],
    top: int,
) -> bool:
    """Return whether the same formula stands in each row: then it holds no notes."""
    if column.ours is not None:
        return False
    key = next(each.number for each in columns if each.ours == "customer_id") - left
    rows = [index for index, line in enumerate(values) if cells.key(line[key])]
    if len(rows) < 2 and not any(place == column.number for _, place in found):
        return False
    patterns = {
        formulas.pattern(found[index, column.number], top + index)
        if (index, column.number) in found
        else None
        for index in rows or [0]
    }
    if len(rows) == 1:
        # A single row cannot show a pattern; a reference to its own row is one.
        return any(
            pattern and ("[0]" in pattern or "[#This Row]" in pattern or "[@" in pattern)
            for pattern in patterns
        )
    return len(patterns) == 1 and None not in patterns


def _rows(
    columns: Sequence[Column],
    values: Sequence[Sequence[Any]],
    found: dict[tuple[int, int], str],
    left: int,
    top: int,
) -> dict[int, OldRow]:
    rows = {}
    for index, line in enumerate(values):
        ours = {each.ours: line[each.number - left] for each in columns if each.ours}
        own = {
            each.name: Formula(found[index, each.number])
            if (index, each.number) in found
            else line[each.number - left]
            for each in columns
            if each.ours is None and not each.calculated
        }
        own = {name: value for name, value in own.items() if value not in (None, "")}
        key = cells.key(ours.get("customer_id"))
        if key or own or any(value not in (None, "") for value in ours.values()):
            rows[index] = OldRow(key=key, ours=ours, own=own, number=top + index)
    return rows


def _add_comments(
    rows: dict[int, OldRow], sheet: xlwings.Sheet, columns: Sequence[Column], top: int
) -> None:
    """Let comments count as notes: who leaves does not take them along."""
    names = {each.number: each.name for each in columns}
    for note in sheet.notes:
        row, column = note.location.row - top, note.location.column
        if row in rows and column in names and note.text:
            own = {**rows[row].own, f"{COMMENT}{names[column]}": note.text}
            rows[row] = replace(rows[row], own=own)


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
