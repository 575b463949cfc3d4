"""Formulas around the list: what is over all of its rows goes on to be over all of them.

Thin, against xlwings' objects only; the same in Excel and over files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import xlwings

from addin import formulas
from addin import sheet as layout
from addin.obstacles import is_spread
from addin.sheet import CustomerSheet
from partnerbook.text import column_letters
from partnerbook.wording import Language

_NAMED = 10  # cells in a sentence
_SHORT: dict[Language, str] = {
    "en": "formulas with a range that was over the whole list and does not end in its last row "
    "now: {}; correct them, best with the table's names, such as CustomerList[Label]",
    "zh": "以下公式的区域原覆盖整个列表，现未止于其末行：{}；请更正，最好改用表的名称，如 "
    "CustomerList[Label]",
}


def stretch_ranges(here: CustomerSheet, count: int) -> tuple[str, ...]:
    """Let formulas outside of the list, on its sheet, go on to be over the whole list.

    Args:
        here: The list as it was before it was written.
        count: How many lines it has by now.

    Returns:
        The cells whose formula was over the whole list, and could not be made so again.
    """
    # A table keeps one row, though it be blank.
    body, last = (here.top, here.top + here.count - 1), here.top + max(1, count) - 1
    numbers = frozenset(each.number for each in here.columns)
    grown = formulas.Grown(sheet=here.sheet.name, columns=numbers, body=body, last=last)
    short = []
    for cell, formula in _formulas(here, last) if last != body[1] else ():
        wanted = formulas.stretched(formula, grown, at=(cell.row, cell.column))
        follows = wanted == formula or (not is_spread(cell) and _put(cell, wanted))
        if not follows or formulas.falls_short(wanted, grown):
            short.append(cell)
    return tuple(f"{column_letters(cell.column)}{cell.row}" for cell in short)


def short_words(short: Sequence[str], language: Language) -> list[str]:
    """Return the sentence on formulas that do not cover the list any more; nothing for none."""
    cells = ", ".join(short[:_NAMED]) + (", ..." if len(short) > _NAMED else "")
    return [_SHORT[language].format(cells)] if short else []


def _formulas(here: CustomerSheet, last: int) -> Iterator[tuple[xlwings.Range, str]]:
    """Yield the cells with a formula that are on the list's sheet, and not in the list."""
    sheet, end = here.sheet, here.sheet.used_range.last_cell
    every = range(1, end.column + 1)
    beside = set(every) - {each.number for each in here.columns}
    for first, final, numbers in (
        (1, here.top - 1, every),
        (here.top, last, sorted(beside)),
        (last + 1, end.row, every),  # the total row too
    ):
        for number in numbers if first <= final else ():
            block = sheet.range((first, number), (final, number))
            if getattr(block.api, "HasFormula", None) is False:
                continue
            given, values = _written(block), layout.grid(block)
            lines = [(given,)] if isinstance(given, str) else given
            for index, line in enumerate(lines):
                text = line[0] if isinstance(line, list | tuple) else line
                # A text may begin with "=" too: then value and formula are the same.
                if isinstance(text, str) and text.startswith("=") and values[index][0] != text:
                    yield block[index, 0], text


def _written(block: xlwings.Range) -> Any:
    """Return the formulas of cells in the words in which `_put` writes them."""
    return block.formula2 if hasattr(block.api, "Formula2") else block.formula


def _put(cell: xlwings.Range, formula: str) -> bool:
    """Write a formula as the kind of formula that stands there; return whether it could be."""
    try:
        if getattr(cell.api, "HasArray", False) is True:
            cell.formula_array = formula
        elif hasattr(cell.api, "Formula2"):  # Excel would put @ into what is written without the 2
            cell.formula2 = formula
        else:
            cell.formula = formula
    # COM, AppleScript and files each raise their own. The list and its notes are written by now:
    # a cell of the user's that takes no formula is named, and must not look like a failed refresh.
    except Exception:  # noqa: BLE001  see above
        return False
    return True
