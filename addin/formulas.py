"""References in formulas: moving them along with the rows they speak of. Pure.

Only what stands outside of quotes and brackets is looked at, so texts, sheet names and
structured references (``CustomerList[[#This Row],[Label]]``) are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from partnerbook.text import column_letters, column_number

_TOKEN = re.compile(
    r"""
      "(?:[^"]|"")*"                                   # a text
    | (?P<sheet>(?:'(?:[^']|'')*'|[\w.\[\]]+)!)?       # a sheet, or none
      (?:
        (?P<a>\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6})
        (?: : (?P<b>\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}) )?
        (?![\w.(!\[])
      | (?P<rows>\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6})(?![\w.(!\[])
      )
    | [\w.\\]+!? | '(?:[^']|'')*'!?                    # names, functions, numbers, sheets
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"[0-9]+$")
_ROWS_LIMIT = 1_048_576
_COLUMNS_LIMIT = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A list that ends in another row than before.

    Attributes:
        sheet: The name of its sheet.
        columns: Numbers of its columns.
        body: First and last row as they were.
        last: Its last row by now.
    """

    sheet: str
    columns: Collection[int]
    body: tuple[int, int]
    last: int


def shifted(formula: str, rows: int, columns: int = 0) -> str:
    """Return the formula as Excel's copy makes it: relative references move by so much.

    A reference that would leave the sheet becomes ``#REF!``.
    """

    def move(match: re.Match[str]) -> str:
        fixed_column, column, fixed_row, row = match.groups()
        number = column_number(column) + (0 if fixed_column else columns)
        new_row = int(row) + (0 if fixed_row else rows)
        if not (1 <= number <= _COLUMNS_LIMIT and 1 <= new_row <= _ROWS_LIMIT):
            return "#REF!"
        return f"{fixed_column}{column_letters(number)}{fixed_row}{new_row}"

    def whole_rows(span: str) -> str:
        ends = [
            end if end[0] == "$" else str(max(1, min(_ROWS_LIMIT, int(end) + rows)))
            for end in span.split(":")
        ]
        return ":".join(ends)

    def reference(match: re.Match[str]) -> str:
        sheet = match["sheet"] or ""
        if match["rows"]:
            return sheet + whole_rows(match["rows"])
        return sheet + _CELL.sub(move, match[0][len(sheet) :])

    return _outside_brackets(formula, reference)


def followed(formula: str, moves: Mapping[int, int], *, body: tuple[int, int], last: int) -> str:
    """Return the formula with its references following the customers' rows.

    A reference to one row goes where that row went. A range over the whole list goes on to
    cover the whole list. Everything else, other sheets too, stays as it was written.

    Args:
        formula: The formula, with or without ``=``.
        moves: Old row -> new row, of each row that stayed in the list.
        body: First and last row of the list as it was.
        last: Last row of the list as it will be.
    """

    def move(match: re.Match[str]) -> str:
        fixed_column, column, fixed_row, row = match.groups()
        return f"{fixed_column}{column}{fixed_row}{moves.get(int(row), int(row))}"

    def reference(match: re.Match[str]) -> str:
        if match["sheet"] or match["rows"]:
            return match[0]
        a, b = match["a"], match["b"]
        if not b:
            return _CELL.sub(move, a)
        first_row, last_row = (int(_row(each)) for each in (a, b))
        if first_row == last_row:
            return f"{_CELL.sub(move, a)}:{_CELL.sub(move, b)}"
        if last_row == body[1] and first_row <= body[0] and body[0] < body[1]:
            return f"{a}:{_CELL.sub(lambda m: f'{m[1]}{m[2]}{m[3]}{last}', b)}"
        return match[0]

    return _outside_brackets(formula, reference)


def spanning(formula: str, *, body: tuple[int, int], last: int) -> str:
    """Return the formula with ranges that name a list's very rows, fixed, naming them again.

    ``$C$12:$C$14`` of a list in rows 12 to 14 becomes ``$C$12:$C$31`` when row 31 is its last.
    The total so far (``$C$12:C14``) is another thing, and stays.

    Args:
        formula: The formula, with or without ``=``.
        body: First and last row of the list as it was.
        last: Its last row as it will be.
    """

    def reference(match: re.Match[str]) -> str:
        a, b = match["a"], match["b"]
        if match["sheet"] or not b or body[0] == body[1]:
            return match[0]
        ends = [_CELL.fullmatch(each) for each in (a, b)]
        fixed = [int(end[4]) if end and end[3] else 0 for end in ends]
        if tuple(fixed) != body:
            return match[0]
        return f"{a}:{_CELL.sub(lambda m: f'{m[1]}{m[2]}{m[3]}{last}', b)}"

    return _outside_brackets(formula, reference)


def stretched(formula: str, grown: Grown, *, at: tuple[int, int]) -> str:
    """Return a formula from outside a list with ranges over the whole list over it again.

    Such a range ends in the list's last row and begins in its first, or above it, and its
    columns are the list's. None becomes one that the formula itself stands in.

    Args:
        formula: The formula, with or without ``=``.
        grown: The list.
        at: Row and column of the formula, which is on the list's sheet.
    """

    def reference(match: re.Match[str]) -> str:
        span = _span(match, grown)
        if span is None or span[1] != grown.body[1] or span[0] > grown.body[0]:
            return match[0]
        columns = _columns(match)
        if span[0] == span[1] == at[0] and columns and len(columns) > 1:
            return match[0]  # B8:D8 in row 8 is of its own row
        if span[0] <= at[0] <= grown.last and (columns is None or at[1] in columns):
            return match[0]
        return _LAST_NUMBER.sub(str(grown.last), match[0])

    return _outside_brackets(formula, reference)


def falls_short(formula: str, grown: Grown) -> bool:
    """Return whether a range was over the whole list, and is not over its new last rows.

    Args:
        formula: The formula, as it is by now, on the list's sheet.
        grown: The list.
    """
    found: list[tuple[int, int]] = []

    def reference(match: re.Match[str]) -> str:
        span = _span(match, grown)
        found.extend([span] if span else [])
        return match[0]

    _outside_brackets(formula, reference)
    body, last = grown.body, grown.last
    return any(first <= body[0] and body[1] <= end < last for first, end in found)


def pattern(formula: str, row: int) -> str:
    """Return what formulas filled down a column have in common: rows counted from their own."""

    def relative(match: re.Match[str]) -> str:
        fixed_column, column, fixed_row, number = match.groups()
        there = number if fixed_row else f"[{int(number) - row}]"
        return f"{fixed_column}{column}R{fixed_row}{there}"

    def reference(match: re.Match[str]) -> str:
        if match["rows"]:
            return match[0]
        return (match["sheet"] or "") + _CELL.sub(relative, match[0][len(match["sheet"] or "") :])

    return _outside_brackets(formula, reference)


def _outside_brackets(formula: str, change: Callable[[re.Match[str]], str]) -> str:
    out: list[str] = []
    at = depth = 0
    while at < len(formula):
        char = formula[at]
        if char == "[" or depth:
            # Inside a structured reference an apostrophe escapes the next character.
            step = 2 if char == "'" else 1
            depth += (char == "[") - (char == "]")
            out.append(formula[at : at + step])
            at += step
            continue
        match = _TOKEN.match(formula, at)
        if match is None:
            out.append(char)
            at += 1
            continue
        out.append(change(match) if match["a"] or match["rows"] else match[0])
        at = match.end()
    return "".join(out)


def _span(match: re.Match[str], grown: Grown) -> tuple[int, int] | None:
    """Return first and last row of a range in a list's columns; None for anything else."""
    # [1]Customers!A2:A4 is of another workbook, Jan:Customers!A2:A4 of several sheets.
    if match.string[match.start() - 1 : match.start()] in ("]", ":"):
        return None
    named = (match["sheet"] or "")[:-1].removeprefix("'").removesuffix("'").replace("''", "'")
    if named and named.casefold() != grown.sheet.casefold():
        return None
    ends = match["rows"].split(":") if match["rows"] else [match["a"], match["b"]]
    columns = _columns(match)
    if not ends[1] or (columns and not {columns[0], columns[-1]} <= set(grown.columns)):
        return None
    return int(_row(ends[0])), int(_row(ends[1]))


def _columns(match: re.Match[str]) -> range | None:
    """Return the numbers of a reference's columns; None for whole rows."""
    if match["rows"]:
        return None
    first, *_, last = sorted(
        column_number(_column(each)) for each in (match["a"], match["b"] or match["a"])
    )
    return range(first, last + 1)


def _column(reference: str) -> str:
    return reference.replace("$", "").rstrip("0123456789").upper()


def _row(reference: str) -> str:
    return reference.lstrip("$").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz$")
