"""Cached values of formulas that depend on what was changed: dropped, so that all calculate.

Excel is told in the workbook to calculate everything on opening. LibreOffice trusts each cached
value, whatever the workbook says (tried, 7.x): a count on another sheet would go on showing
last week's number. So the cached value, and nothing else, goes from the cells concerned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from addin import formulas
from addin.files.xmltext import attributes, column_number, unescaped

Place = tuple[str, int, int]
"""Sheet, row and column of a cell."""

_CELL = re.compile(r"<((?:\w+:)?)c\b([^<>]*?)(?<!/)>(.*?)</\1c>", re.DOTALL)
_FORMULA = re.compile(r"<(?:\w+:)?f\b([^<>]*?)(?:/>|>([^<]*)</)")
_VALUE = re.compile(r"<((?:\w+:)?)v\b[^<>]*?(?:/>|>[^<]*</\1v>)")
_REFERENCE = re.compile(
    r"(?:('(?:[^']|'')*'|[\w.]+)!)?\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?",
)


@dataclass(frozen=True, slots=True)
class _Formula:
    place: Place
    text: str


def stale(
    sheets: Mapping[str, str],
    changed: Iterable[Place],
    words: re.Pattern[str],
) -> dict[str, set[tuple[int, int]]]:
    """Return the formula cells whose cached values may be wrong, by sheet.

    Args:
        sheets: The XML of each unchanged sheet with formulas, by the sheet's name.
        changed: Where the changed sheets have formulas.
        words: Finds a mention of the changed sheets, see `mentions`.
    """
    found = [each for name, xml in sheets.items() for each in _formulas(name, xml)]
    dirty = {*changed, *(each.place for each in found if words.search(each.text))}
    waiting = [each for each in found if each.place not in dirty]
    grown = True
    while grown:
        hit = [each for each in waiting if _depends(each, dirty)]
        dirty |= {each.place for each in hit}
        waiting = [each for each in waiting if each.place not in dirty]
        grown = bool(hit)
    out: dict[str, set[tuple[int, int]]] = {}
    for sheet, row, column in dirty:
        if sheet in sheets:
            out.setdefault(sheet, set()).add((row, column))
    return out


def mentions(
    sheets: Iterable[str], tables: Iterable[str], names: Mapping[str, str]
) -> re.Pattern[str]:
    """Return what finds a mention of some sheets, of their tables, or of names for these.

    Args:
        sheets: Names of the sheets.
        tables: Names of the tables on them.
        names: The workbook's defined names, and what they refer to.
    """
    quoted = [re.escape(each.replace("'", "''")) for each in sheets]
    words = [rf"(?:\b|'){each}'?!" for each in quoted]
    words += [rf"\b{re.escape(each)}\b" for each in tables]
    known = re.compile("|".join(words) or "(?!)", re.IGNORECASE)
    more = [name for name, target in names.items() if known.search(target)]
    words += [rf"\b{re.escape(each)}\b" for each in more]
    return re.compile("|".join(words) or "(?!)", re.IGNORECASE)


def without_cached(xml: str, cells: set[tuple[int, int]]) -> str:
    """Return a sheet's XML with the cached values of some formula cells gone."""

    def bare(match: re.Match[str]) -> str:
        if f"<{match[1]}f" not in match[3] or _place(match[2]) not in cells:
            return match[0]
        p = match[1]
        return f"<{p}c{match[2]}>{_VALUE.sub('', match[3])}</{p}c>"

    return _CELL.sub(bare, xml)


def _formulas(sheet: str, xml: str) -> list[_Formula]:
    found = []
    masters: dict[str, tuple[int, int, str]] = {}
    for match in _CELL.finditer(xml):
        formula = _FORMULA.search(match[3]) if f"<{match[1]}f" in match[3] else None
        if formula is None:
            continue
        row, column = _place(match[2])
        facts, text = attributes(formula[1]), unescaped(formula[2] or "")
        shared = facts.get("si", "") if facts.get("t") == "shared" else None
        if shared is not None and text:
            masters[shared] = (row, column, text)
        elif shared in masters:
            top, left, text = masters[shared]
            text = formulas.shifted(text, row - top, column - left)
        found.append(_Formula((sheet, row, column), text))
    return found


def _place(attributes_: str) -> tuple[int, int]:
    reference = attributes(attributes_).get("r", "A0")
    return int(re.sub(r"\D", "", reference) or 0), column_number(reference)


def _depends(formula: _Formula, dirty: set[Place]) -> bool:
    for match in _REFERENCE.finditer(formula.text):
        sheet = (match[1] or formula.place[0]).strip("'").replace("''", "'")
        top, left = int(match[3]), column_number(match[2])
        if not match[4]:
            if (sheet, top, left) in dirty:
                return True
            continue
        bottom, right = int(match[5]), column_number(match[4])
        if any(
            each[0] == sheet and top <= each[1] <= bottom and left <= each[2] <= right
            for each in dirty
        ):
            return True
    return False


def has_formula(sheet: bytes) -> bool:
    """Return whether a sheet's XML holds a formula."""
    return re.search(rb"<(?:\w+:)?f[ >/]", sheet) is not None


def full_calculation(workbook: bytes) -> bytes:
    """Return the workbook's XML telling Excel to calculate everything on opening."""

    def marked(match: re.Match[bytes]) -> bytes:
        kept = re.sub(rb'\s+fullCalcOnLoad="[^"]*"', b"", match[2])
        return match[1] + kept.rstrip(b"/ ") + b' fullCalcOnLoad="1"' + match[3]

    out, count = re.subn(rb"(<(?:\w+:)?calcPr\b)([^<>]*?)(/?>)", marked, workbook, count=1)
    if count:
        return out
    # The schema wants it after the names, and before these.
    later = (
        rb"<(?:\w+:)?(?:oleSize|customWorkbookViews|pivotCaches|smartTag\w*|webPublish\w*"
        rb"|fileRecoveryPr|extLst)\b|</(?:\w+:)?workbook>"
    )
    found = re.search(later, workbook)
    if found is None:
        return workbook
    prefix = (re.search(rb"<(\w+:)?workbook\b", workbook) or [b"", b""])[1] or b""
    at = found.start()
    return workbook[:at] + b"<" + prefix + b'calcPr calcId="0" fullCalcOnLoad="1"/>' + workbook[at:]
