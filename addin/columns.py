"""Which columns of the list are ours, which the user's, and which one formula fills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from addin import cells, formulas
from addin.rows import HANGING
from partnerbook.text import column_letters


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


def own_reach(
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


def named_columns(
    headings: Sequence[Any], numbers: Sequence[int], left: int, right: int
) -> tuple[Column, ...]:
    """Return the columns of these numbers, each with a name that no other has."""
    columns: list[Column] = []
    # "Link: CRM" names what hangs on the cells of CRM: no column beside it may bear that name too.
    words_of = (headings[number - left] for number in numbers)
    taken: set[str | None] = {
        f"{kind}{str(words).strip()}" for words in words_of if words is not None for kind in HANGING
    }
    for number in numbers:
        words = headings[number - left]
        ours = cells.column_of(words) if number <= right else None
        name = str(words).strip() if words is not None else f"Column {column_letters(number)}"
        if ours in taken or (ours is None and name in taken):
            ours, name = None, f"{name} ({column_letters(number)})"
        taken |= {ours or name}
        columns.append(Column(number, name, ours))
    return tuple(columns)


def is_calculated(
    column: Column, found: Mapping[tuple[int, int], str], filled: Sequence[int], top: int
) -> bool:
    """Return whether the same formula stands in each row: then it holds no notes.

    Args:
        column: The column.
        found: The list's formulas, by index in the body and column.
        filled: The indexes of the rows with a customer ID.
        top: Row number of the list's first row.
    """
    if column.ours is not None:
        return False
    if len(filled) < 2 and not any(place == column.number for _, place in found):
        return False
    patterns = {
        formulas.pattern(found[index, column.number], top + index)
        if (index, column.number) in found
        else None
        for index in filled or [0]
    }
    if len(filled) == 1:
        # A single row cannot show a pattern; a reference to its own row is one.
        return any(
            pattern and ("[0]" in pattern or "[#This Row]" in pattern or "[@" in pattern)
            for pattern in patterns
        )
    return len(patterns) == 1 and None not in patterns
