"""Cells merged downwards: what stands in the first is meant for all of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from reports.ledger.cells import text_of
from reports.ledger.headings import Columns
from reports.ledger.money import SUMS
from reports.ledger.source import Sheet


def merged_above(sheet: Sheet, columns: Columns) -> Mapping[int, dict[int, object]]:
    """Return row, from 1 -> column, from 0 -> value, for cells merged with one above.

    Only xlsx and xlsm tell what is merged; in the other formats nothing is guessed.
    """
    facts, rows = sheet.facts, sheet.rows
    found: dict[int, dict[int, object]] = {}
    # One amount is not several.
    wanted = {at for field, at in columns.index.items() if field not in SUMS}
    left = len(rows) * len(wanted)  # merged areas never overlap, but in hostile files
    for top, bottom, first, _ in sorted(facts.merged) if facts else ():
        at = first - 1
        if at not in wanted or not columns.row < top <= len(rows) or at >= len(rows[top - 1]):
            continue
        value = rows[top - 1][at]
        if not text_of(value):
            continue
        for number in range(top + 1, min(bottom, len(rows)) + 1):
            found.setdefault(number, {})[at] = value
            left -= 1
            if left < 0:
                return found
    return found
