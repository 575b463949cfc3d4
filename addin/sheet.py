"""Where things stand on the user's sheets: found by name and heading, whatever was moved.

Thin, against xlwings' objects only; the same in Excel and over files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import xlwings

from addin import cells
from addin.columns import Column, is_calculated, named_columns, own_reach
from addin.links import with_links
from addin.rows import COMMENT, MARK, Formula, OldRow, is_empty
from partnerbook.errors import QueryError, WorkbookError
from partnerbook.wording import HEADINGS, Language

TABLE = "CustomerList"
FILTERS = "pb_filters"
STATUS = "pb_status"
IDENTITY = "pb_id"
PARKED_SHEET = "Parked notes"
LOG_SHEET = "Refresh log"

_IDENTITY = re.compile("[0-9a-f]+")
_MAKE_NEW = "make a new workbook with: partnerbook excel new"
_MEANT = {
    FILTERS: "the filter block above the list, its names and values,",
    STATUS: "the cell above the list that says how many customers it has",
}


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
        totals: Whether the table has a total row, right below the body.
    """

    sheet: xlwings.Sheet
    table: xlwings.Table
    top: int
    count: int
    columns: tuple[Column, ...]
    rows: dict[int, OldRow]
    formulas: dict[tuple[int, int], str]
    language: Language
    totals: bool

    @property
    def own_columns(self) -> tuple[str, ...]:
        """Headings of the user's own columns that hold notes."""
        return tuple(each.name for each in self.columns if not (each.ours or each.calculated))

    @property
    def old_rows(self) -> list[OldRow]:
        """The rows that are not blank, from top to bottom.

        `came_from` counts these; `rows`, `formulas` and `block` count the rows of the body,
        blank ones too.
        """
        return list(self.rows.values())

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

    def lines(self, first: int, last: int) -> xlwings.Range:
        """Return one cell of each of these body rows, to look at the rows or hide them."""
        return self.block(first, last, self.columns[0].number, self.columns[0].number)


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
    left, right = area.column, area.column + area.shape[1] - 1
    last_column = max(right, sheet.used_range.last_cell.column)
    headings = grid(sheet.range((area.row, left), (area.row, last_column)))[0]
    top, count = body.row, body.shape[0]
    values = grid(sheet.range((top, left), (top + count - 1, last_column)))
    blocked = _other_tables(sheet, area, top, top + count - 1)
    numbers = list(own_reach(headings, values, left, right, blocked))
    language = _language(headings[: right - left + 1])
    columns = named_columns(headings, numbers, left, right)
    found = _formulas(sheet, columns, values, left, top)
    key = next(each.number for each in columns if each.ours == "customer_id") - left
    filled = [index for index, line in enumerate(values) if cells.key(line[key])]
    columns = tuple(
        replace(each, calculated=is_calculated(each, found, filled, top)) for each in columns
    )
    rows = _rows(columns, values, found, left, top)
    rows = _with_comments(rows, sheet, columns, range(top, top + count))
    rows = with_links(rows, sheet, columns, range(top, top + count))
    return CustomerSheet(
        sheet, table, top, count, columns, rows, found, language, bool(table.show_totals)
    )


def language_of(book: xlwings.Book) -> Language:
    """Return the language of the list's headings.

    Raises:
        WorkbookError: There is no list, or no heading of the customers' IDs.
    """
    header = _table(book).header_row_range
    return _language(() if header is None else grid(header)[0])


def refuse_unknown_filters(block: xlwings.Range) -> None:
    """Refuse a filter whose cell holds a formula without a value: it would be no filter.

    Raises:
        QueryError: There is one; the cell is named.
    """
    for number, line in enumerate(grid(block)):
        for column, value in enumerate(line):
            if value is None and str(block[number, column].formula or "").startswith("="):
                raise QueryError(
                    f"the filter cell {block[number, column].address.replace('$', '')} holds a "
                    "formula that was never calculated; open the workbook in Excel and save it, "
                    "or type the value"
                )


def named(book: xlwings.Book, name: str) -> xlwings.Range:
    """Return the range of a name.

    Raises:
        WorkbookError: There is no such name, or it stands for no cells.
    """
    if name not in book.names:
        raise WorkbookError(f"{book.name} has no range named {name}; {_MAKE_NEW}")
    try:
        return book.names[name].refers_to_range
    except Exception as error:  # Excel, its Python and files differ in how they say so
        raise WorkbookError(
            f"{book.name}: the name {name} stands for {book.names[name].refers_to}, and there are "
            f"no such cells; let it stand for {_MEANT.get(name, 'its cells')} again (in Excel: "
            f"Formulas > Name Manager), or {_MAKE_NEW}, and copy your columns into it"
        ) from error


def identity(book: xlwings.Book) -> str:
    """Return what tells this workbook from others, wherever it is moved to; "" for nothing yet.

    A copy has its original's.
    """
    if IDENTITY not in book.names:
        return ""
    return "".join(_IDENTITY.findall(book.names[IDENTITY].refers_to or ""))[:64]


def identify(book: xlwings.Book, identity: str) -> None:
    """Give a workbook an identity: a name that stands for a text instead of cells."""
    book.names.add(IDENTITY, f'="{identity}"')


def grid(block: xlwings.Range) -> list[list[Any]]:
    """Return the values of a block, rows of cells, errors as their text."""
    values: list[list[Any]] = block.options(ndim=2, err_to_str=True).value
    return values


def _table(book: xlwings.Book) -> xlwings.Table:
    for sheet in book.sheets:
        if TABLE in [each.name for each in sheet.tables]:
            return sheet.tables[TABLE]
    raise WorkbookError(f"{book.name} has no table named {TABLE}; {_MAKE_NEW}")


def sheet_named(book: xlwings.Book, name: str) -> xlwings.Sheet | None:
    """Return the sheet of a name, in any case; None where there is none."""
    found = [sheet for sheet in book.sheets if sheet.name.casefold() == name.casefold()]
    return found[0] if found else None


def _language(headings: Sequence[Any]) -> Language:
    """Return the language of a table's headings: that of the customers' IDs."""
    for words in headings:
        if cells.column_of(words) == "customer_id":
            chinese = str(words).strip().casefold() == HEADINGS["customer_id"]["zh"].casefold()
            return "zh" if chinese else "en"
    raise WorkbookError(
        f"the table {TABLE} has no column {cells.column_heading('customer_id')}; it is what "
        "notes are kept by: give the column its heading back"
    )


def _other_tables(sheet: xlwings.Sheet, area: xlwings.Range, top: int, bottom: int) -> set[int]:
    """Return the columns that other tables take in the list's rows."""
    taken: set[int] = set()
    for table in sheet.tables:
        other = table.range
        above = other.row + other.shape[0] - 1 < top - 1
        if table.name != TABLE and not above and other.row <= bottom:
            taken |= set(range(other.column, other.column + other.shape[1]))
    return taken - set(range(area.column, area.column + area.shape[1]))


def _formulas(
    sheet: xlwings.Sheet,
    columns: Sequence[Column],
    values: Sequence[Sequence[Any]],
    left: int,
    top: int,
) -> dict[tuple[int, int], str]:
    """Return the formulas in the user's own columns, by index in the body and column."""
    found: dict[tuple[int, int], str] = {}
    for column in columns:
        if column.ours is not None:
            continue
        block = sheet.range((top, column.number), (top + len(values) - 1, column.number))
        if getattr(block.api, "HasFormula", None) is False:
            continue
        given = block.formula
        lines = [(given,)] if isinstance(given, str) else given
        for index, line in enumerate(lines):
            text = line[0] if isinstance(line, list | tuple) else line
            # A text may begin with "=" too: then value and formula are the same.
            value = values[index][column.number - left]
            if isinstance(text, str) and text.startswith("=") and value != text:
                found[index, column.number] = text
    return found


def _rows(
    columns: Sequence[Column],
    values: Sequence[Sequence[Any]],
    found: dict[tuple[int, int], str],
    left: int,
    top: int,
) -> dict[int, OldRow]:
    ours_at = {each.ours: each.number - left for each in columns if each.ours}
    own_at = {
        each.name: each.number for each in columns if each.ours is None and not each.calculated
    }
    rows = {}
    for index, line in enumerate(values):
        ours = {name: line[place] for name, place in ours_at.items()}
        own = {
            name: Formula(found[index, number]) if (index, number) in found else value
            for name, number in own_at.items()
            if not is_empty(value := line[number - left]) or (index, number) in found
        }
        key = cells.key(ours.get("customer_id"))
        if key or own or not all(map(is_empty, ours.values())):
            rows[index] = OldRow(key=key, ours=ours, own=own, number=top + index)
    return rows


def _with_comments(
    rows: dict[int, OldRow], sheet: xlwings.Sheet, columns: Sequence[Column], body: range
) -> dict[int, OldRow]:
    """Return the rows with their comments as notes: who leaves does not take them along.

    A comment is all that some rows hold.
    """
    names = {each.number: each.name for each in columns}
    found = dict(rows)
    for note in sheet.notes:
        number, column = note.location.row, note.location.column
        if number in body and column in names and note.text and not note.text.startswith(MARK):
            row = found.get(number - body.start) or OldRow(key="", number=number)
            own = {**row.own, f"{COMMENT}{names[column]}": note.text}
            found[number - body.start] = replace(row, own=own)
    return dict(sorted(found.items())) if len(found) > len(rows) else found
