"""Names that Excel accepts: of sheets, tables and columns, whatever was wished for.

Excel repairs, and so distrusts, a file with a name that is taken, too long or shaped like a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from openpyxl.workbook import Workbook

from partnerbook import text


def unique_headings(headings: Sequence[str]) -> list[str]:
    """Return headings on one line, none blank, none twice in any case."""
    out: list[str] = []
    taken: set[str] = set()
    for number, heading in enumerate(headings, 1):
        name = " ".join(text.clean(heading).split())[:200] or f"Column {number}"
        out.append(_not_in(taken, name, lambda stem, count: f"{stem} ({count})"))
    return out


def sheet_title(book: Workbook, wanted: str) -> str:
    """Return a title for a new sheet: valid, at most 31 UTF-16 units, not yet taken."""
    # Excel refuses these characters, an apostrophe at either end, and the name History.
    title = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", text.clean(wanted))
    title = _units(" ".join(title.split()), 31).strip("'") or "Sheet"
    if title.casefold() == "history":
        title += "_"
    taken = {name.casefold() for name in book.sheetnames}
    return _not_in(taken, title, lambda stem, count: f"{_units(stem, 25)} ({count})")


def table_name_in(book: Workbook, wanted: str) -> str:
    """Return a name for a new table: valid, no cell's, not yet taken by a table or a name."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", wanted)[:200]
    # R1C1 and AB12 would be cells.
    if not re.match(r"[A-Za-z_]", name) or re.fullmatch(r"[A-Za-z]{1,3}\d+|[RrCc][\dRrCc]*", name):
        name = "_" + name
    taken = {table.casefold() for sheet in book.worksheets for table in sheet.tables}
    taken |= {defined.casefold() for defined in book.defined_names}
    return _not_in(taken, name, lambda stem, count: f"{stem}_{count}")


def _not_in(taken: set[str], stem: str, numbered: Callable[[str, int], str]) -> str:
    """Return the stem, or the first numbered form of it that is not taken; and take it."""
    name, count = stem, 1
    while name.casefold() in taken:
        count += 1
        name = numbered(stem, count)
    taken.add(name.casefold())
    return name


def _units(name: str, most: int) -> str:
    return name.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore")
