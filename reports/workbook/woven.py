"""Columns of cells, woven into the rows of a sheet's part: no step of Python for most cells.

The one way in which long lists become XML, in a workbook that is new (`poured`) and in one that
is refreshed (`addin.files`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

AT_ONCE = 500
"""Rows that are taken apart or put together at once: they stay in the processor's cache."""

_SAMPLE = 50


class Cells(NamedTuple):
    """Cells of a column as XML, without ``<c r="B7"``: the same begin and end around each.

    Attributes:
        begin: What all have in common before what is in `each`.
        each: What stands between.
        end: What all have in common behind it.
        gaps: Whether there may be a None in `each`, where there is no cell. (To look for one
            takes a tenth of the time that it takes to write the column.)
    """

    begin: str
    each: Sequence[Any]
    end: str
    gaps: bool = False


def repeats(values: Sequence[Any], times: int) -> bool:
    """Return whether a column's first values come again and again: more than so often, on average.

    Then each value is made once, and looked up from then on. Fifty tell in less time than one
    cell takes to make (4 µs of 8); where they mislead, only time is lost.
    """
    some = values[:_SAMPLE]
    return len(set(some)) * times < len(some)


def carried(shown: str) -> str:
    """Return a text as its UTF-8 bytes, one character each (Latin-1).

    So a sheet's rows are carried: with its first wide character a text, and each text that it is
    joined with, takes twice the memory, and every search in it twice the time.
    """
    return shown if shown.isascii() else shown.encode().decode("latin-1")


def uncarried(text: str) -> str:
    """Return a text that was carried."""
    return text if text.isascii() else text.encode("latin-1").decode()


def in_rows(
    columns: Sequence[Cells],
    letters: Sequence[str],
    numbers: Sequence[int],
    facts: Sequence[str] | None = None,
    prefix: str = "",
) -> str:
    """Return rows as they stand in a sheet's part.

    Args:
        columns: The cells of each column, as many in each.
        letters: The columns' letters.
        numbers: The rows' numbers.
        facts: Further attributes of each row, ``' ht="30"'`` say; None for none.
        prefix: Namespace prefix of the sheet's elements, ``x:`` say.
    """
    count = len(numbers)
    marks = [f'{number}"' for number in numbers]
    pieces: list[str | Sequence[str]] = [f'<{prefix}row r="', marks]
    before = ">"
    if facts is not None and any(facts):
        pieces.append(facts)
    begins = {"": marks}
    for letter, (begin, each, end, gaps) in zip(letters, columns, strict=True):
        cell = f'<{prefix}c r="{letter}'
        if gaps and None in each:
            whole = zip(marks, each, strict=True)
            shown = ["" if x is None else f"{cell}{mark}{begin}{x}{end}" for mark, x in whole]
            pieces += [before, shown]
            before = ""
            continue
        if begin not in begins:
            begins[begin] = [f"{mark}{begin}" for mark in marks]
        pieces += [f"{before}{cell}", begins[begin], each]
        before = end
    pieces.append(f"{before}</{prefix}row>")
    # Each piece of all rows at once: the first pieces, the second ones, and so on.
    flat = [""] * (len(pieces) * count)
    for at, piece in enumerate(pieces):
        flat[at :: len(pieces)] = [piece] * count if isinstance(piece, str) else piece
    return "".join(flat)
