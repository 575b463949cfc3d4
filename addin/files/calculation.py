"""Cached values of formulas that depend on what was changed: dropped, so that all calculate.

Excel is told in the workbook to calculate everything on opening. LibreOffice trusts each cached
value, whatever the workbook says (tried, 7.x): a count on another sheet would go on showing
last week's number. So the cached values, and nothing else, go from the sheets concerned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from addin.files.xmltext import prefix_of, unescaped

_FORMULA = re.compile(r"<(?:\w+:)?f(?:\s[^<>]*)?>([^<]+)</")
_CACHED = re.compile(
    r"(<((?:\w+:)?)f(?:\s[^<>]*?)?(?:/>|>[^<]*</\2f>)\s*)<\2v\b[^<>]*?(?:/>|>[^<]*</\2v>)"
)
_SPAN = re.compile(r"'((?:[^':]|'')+):((?:[^':]|'')+)'!|(?<![\w.])([\w.]+):([\w.]+)!")


def stale(
    sheets: Mapping[str, str],
    changed: Iterable[str],
    *,
    order: Sequence[str],
    tables: Callable[[str], Iterable[str]],
    names: Sequence[tuple[str, str]],
) -> set[str]:
    """Return the names of unchanged sheets whose formulas' cached values may be wrong.

    By sheet, not by cell: ``1:1``, names, tables and OFFSET reach cells in more ways than can be
    read off a formula. To drop a value that was still right only costs its calculation. A
    reference that is only put together (INDIRECT) cannot be seen; LibreOffice calculates these
    on opening anyway (tried, 7.x).

    Args:
        sheets: The XML of each unchanged sheet with formulas, by the sheet's name.
        changed: Names of the changed sheets.
        order: Names of all sheets, as they stand in the workbook.
        tables: Gives the names of the tables on a sheet.
        names: The workbook's defined names, and what each refers to; a name may be there for
            several sheets.
    """
    texts = {name: _spelled_out(_formulas(xml), order) for name, xml in sheets.items()}
    names = [(name, _spelled_out(target, order)) for name, target in names]
    found: set[str] = set()
    reached = set(changed)
    while reached:
        words = _mentions(reached, [each for name in reached for each in tables(name)], names)
        reached = {name for name, text in texts.items() if name not in found and words.search(text)}
        found |= reached
    return found


def without_cached(xml: str) -> str:
    """Return a sheet's XML with the cached values of its formulas gone."""
    return _CACHED.sub(r"\1", xml)


def _formulas(xml: str) -> str:
    """Return the formulas of a sheet's cells, a line each; one that is shared stands once."""
    end = re.search(r"</(?:\w+:)?sheetData\b", xml)  # sparklines, behind it, have formulas too
    found = _FORMULA.findall(xml, 0, end.start() if end else len(xml))
    return unescaped("\n".join(dict.fromkeys(found)))


def _spelled_out(text: str, order: Sequence[str]) -> str:
    """Return formulas with each sheet of ``Jan:Dec!A1`` named; those between its ends are not."""
    places = {name.casefold(): place for place, name in enumerate(order)}

    def every(match: re.Match[str]) -> str:
        ends = [each.replace("''", "'").casefold() for each in match.groups() if each]
        if not all(each in places for each in ends):
            return match[0]
        first, last = sorted(places[each] for each in ends)
        return "".join(f"'{_quoted(each)}'!" for each in order[first : last + 1])

    return _SPAN.sub(every, text)


def _mentions(
    sheets: Iterable[str], tables: Iterable[str], names: Sequence[tuple[str, str]]
) -> re.Pattern[str]:
    """Return what finds a mention of some sheets, of their tables, or of names for these."""
    words = [rf"{re.escape(_quoted(each))}'?!" for each in sheets]
    words += [rf"{re.escape(each)}(?!\w)" for each in tables]
    while True:
        found = re.compile(rf"(?<!\w)(?:{'|'.join(words)})", re.IGNORECASE)
        more = [name for name, target in names if found.search(target)]
        names = [each for each in names if each[0] not in more]
        if not more:
            return found
        words += [rf"{re.escape(name)}(?!\w)" for name in more]


def _quoted(sheet: str) -> str:
    return sheet.replace("'", "''")


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
    prefix = prefix_of(workbook.decode("latin-1"), "workbook").encode()
    at = found.start()
    return workbook[:at] + b"<" + prefix + b'calcPr calcId="0" fullCalcOnLoad="1"/>' + workbook[at:]
