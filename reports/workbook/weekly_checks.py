"""The weekly workbook's sheet Checks: live formulas that recount the other sheets.

Each check counts the same thing in two places. Who deletes, adds or retypes a row anywhere sees
here which number no longer agrees with which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.wording import heading
from reports.weekly import WeeklyReport
from reports.weekly.words import words
from reports.workbook import look
from reports.workbook.cells import put
from reports.workbook.formulas import Formulas
from reports.workbook.sheets import add_sheet
from reports.workbook.weekly_lists import told_at_once

_TOP = 5  # row of the headings
_PATTERN = frozenset("*?~")  # MATCH takes these for "anything"
_LONGEST_MATCHED = 255  # characters that MATCH takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the weekly workbook holds what the checks recount.

    Attributes:
        figures: Cell of each large figure on the Summary, by its key.
        shares: Range of the counts of each breakdown on the Summary, by its field; with the
            ranges of their names and changes.
        quality: Range of the counts of the flaws on the Summary; None where there is no table.
        lists: The sheets of each list, by key; several when it is longer than a sheet.
    """

    figures: dict[str, str]
    shares: dict[str, tuple[str, str, str]]
    quality: str | None
    lists: dict[str, tuple[Worksheet, ...]]


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    counted: str  # a formula, without its "="
    counted_value: int
    expected: str  # the same
    expected_value: int


def add_checks(
    book: Workbook, formulas: Formulas, report: WeeklyReport, places: Places
) -> Worksheet:
    """Add the sheet Checks; the sheets that it counts must be in the book."""
    language = report.language

    def said(key: str) -> str:
        return words(key, language)

    sheet = add_sheet(book, said("checks"))
    for letter, width in zip("ABCDE", (62, 14, 14, 14, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    put(sheet["A1"], said("checks"), "title")
    sheet.row_dimensions[1].height = 30
    put(sheet["A2"], said("checks note"), "subtitle")
    for column, key in enumerate(("check", "counted", "expected", "difference", "verdict"), 1):
        style = "head_right" if key in ("counted", "expected", "difference") else "head"
        put(sheet.cell(_TOP, column), said(key), style)
    apart_by_match = _can_tell_apart(report)
    checks = list(_checks(report, places, unique=apart_by_match))
    for row, check in enumerate(checks, _TOP + 1):
        put(sheet.cell(row, 1), check.name, "name")
        formulas.put(sheet.cell(row, 2), f"={check.counted}", check.counted_value, "count")
        formulas.put(sheet.cell(row, 3), f"={check.expected}", check.expected_value, "count")
        apart = check.counted_value - check.expected_value
        formulas.put(sheet.cell(row, 4), f"=B{row}-C{row}", apart, "change")
        # A deleted column leaves an error, which is no number and so is wrong too.
        holds = f"AND(ISNUMBER(D{row}),IFERROR(D{row}=0,FALSE))"
        verdict = f'=IF({holds},"{said("ok")}","{said("wrong")}")'
        shown = said("wrong" if apart else "ok")
        formulas.put(sheet.cell(row, 5), verdict, shown, "bad" if apart else "good")
    last = _TOP + len(checks)
    _whole(sheet, formulas, report, checks, last)
    if report.total and not apart_by_match:
        put(sheet.cell(last + 2, 1), said("check unique not"), "subtitle")
    _red(sheet, f"A{_TOP + 1}:E{last}", f'$E{_TOP + 1}<>"{said("ok")}"')
    sheet.freeze_panes = f"A{_TOP + 1}"
    sheet.print_title_rows = f"{_TOP}:{_TOP}"
    return sheet


def _whole(
    sheet: Worksheet,
    formulas: Formulas,
    report: WeeklyReport,
    checks: Sequence[_Check],
    last: int,
) -> None:
    language = report.language
    holds, broken = words("all hold", language), words("some wrong", language)
    count = sum(check.counted_value != check.expected_value for check in checks)
    area = f"E{_TOP + 1}:E{last}"
    wrong = f'ROWS({area})-COUNTIF({area},"{words("ok", language)}")'
    formula = f'=IF({wrong}=0,"{holds}",{wrong}&" {broken}")'
    value = f"{count} {broken}" if count else holds
    formulas.put(sheet["A3"], formula, value, "bad" if count else "good")
    _red(sheet, "A3", f'$A$3<>"{holds}"')


def _red(sheet: Worksheet, area: str, when: str) -> None:
    rule: Any = FormulaRule  # it has no type hints
    font = Font(color=look.BAD, bold=True)
    sheet.conditional_formatting.add(area, rule(formula=[when], font=font))


def _checks(report: WeeklyReport, places: Places, *, unique: bool) -> Iterator[_Check]:
    language = report.language

    def said(key: str, *parts: object) -> str:
        return words(key, language).format(*parts)

    lists, figures = places.lists, places.figures
    counts = dict(report.figures)
    total = figures["customers"]
    key = report.columns.index("customer_id") + 1 if "customer_id" in report.columns else None
    rows = _rows(lists["customers"], key, report.total)
    count = report.total
    yield _Check(said("check rows"), rows, count, total, count)
    if key and unique:
        yield _Check(said("check unique"), _unique(lists["customers"], key), count, rows, count)
    yield _Check(said("check errors"), _errors(lists["customers"]), 0, "0", 0)
    for breakdown in report.breakdowns:
        _, numbers, changed = places.shares[breakdown.field]
        yield _Check(said("check sum", breakdown.heading), f"SUM({numbers})", count, total, count)
        if report.change is not None:
            yield _Check(
                said("check changes", breakdown.heading),
                f"SUM({changed})",
                report.change,
                figures["change"],
                report.change,
            )
    yield from _recounted(report, places)
    told = [("joined", "joined"), ("came_back", "joined")]
    told += [("left", "left")] if report.state == "exact" else []
    for kind, where in told:
        name, number = said(kind), len(getattr(report, kind))
        ranges = _columns(lists[where], said("what"))
        counted = "+".join(f'COUNTIF({each},"{name}")' for each in ranges)
        yield _Check(said("check kind", name), counted, number, figures[kind], number)
    with_changes = counts["with changes"] or 0
    yield _Check(
        said("check altered"),
        _different(lists["changed"]),
        with_changes,
        figures["with changes"],
        with_changes,
    )
    if report.total_before is not None and report.state == "exact":
        bridge = f"{report.total_before}+{_counted(lists['joined'], said('what'))}"
        bridge += f"-({_counted(lists['left'], said('what'))})"
        yield _Check(said("check bridge", report.total_before), bridge, count, total, count)
    if places.quality:
        # What nearly everybody has is one row for all of them.
        at_once = told_at_once(report)
        spared = sum(len(flaw.ids) - 1 for flaw in report.quality if flaw.key in at_once)
        flawed = sum(len(flaw.ids) for flaw in report.quality) - spared
        found = _counted(lists["quality"], said("what"))
        counted = f"SUM({places.quality})" + (f"-{spared}" if spared else "")
        yield _Check(said("check quality"), found, flawed, counted, flawed)


def _recounted(report: WeeklyReport, places: Places) -> Iterator[_Check]:
    """Recount the customers by the codes that stand in the list, value by value."""
    for breakdown in report.breakdowns:
        if breakdown.field not in ("association", "verification"):
            continue  # labels and managers are many; the sums above cover them
        if breakdown.field not in report.columns:
            continue
        names, numbers, _ = places.shares[breakdown.field]
        first = _cell_parts(names)
        for n, share in enumerate(breakdown.shares[:9]):
            at = report.columns.index(breakdown.field) + 1
            none = share.name == words("none", report.language)
            cell = f"{first[0]}{first[1] + n}"
            counted = "+".join(
                f"SUMPRODUCT(--(LEN({_range(s, at)})=0))-{0 if report.total else 1}"
                if none
                else f"SUMPRODUCT(--EXACT({_range(s, at)},{cell}))"
                for s in places.lists["customers"]
            )
            number = _cell_parts(numbers)
            name = words("check value", report.language).format(
                heading(breakdown.field, report.language), share.name
            )
            yield _Check(name, counted, share.count, f"{number[0]}{number[1] + n}", share.count)


def _cell_parts(area: str) -> tuple[str, int]:
    """Return the first cell of ``'Summary'!$A$3:$A$9`` as ``("'Summary'!$A$", 3)``."""
    start = area.partition(":")[0]
    letters, _, number = start.rpartition("$")
    return f"{letters}$", int(number)


def _rows(sheets: Sequence[Worksheet], column: int | None, count: int = 1) -> str:
    """Return what counts the rows of a list by a column that is never empty; None: by place."""
    if column is None:
        blank = "" if count else "-1"  # the row that an empty table must have
        return "+".join(f"ROWS({_range(sheet, 1)})" for sheet in sheets) + blank
    return "+".join(f"COUNTA({_range(sheet, column)})" for sheet in sheets)


def _counted(sheets: Sequence[Worksheet], name: str) -> str:
    return "+".join(f"COUNTA({each})" for each in _columns(sheets, name))


def _errors(sheets: Sequence[Worksheet]) -> str:
    return "+".join(f"SUMPRODUCT(--ISERROR({_area(sheet)}))" for sheet in sheets)


def _unique(sheets: Sequence[Worksheet], key: int) -> str:
    # The first place of each key is its own row; a key that stands twice has one of its own.
    ranges = [_range(sheet, key) for sheet in sheets]
    own = [f"SUMPRODUCT(--(MATCH({area},{area},0)=ROW({area})-1))" for area in ranges]
    known = (
        f"-SUMPRODUCT(--ISNUMBER(MATCH({area},{above},0)))"
        for number, area in enumerate(ranges)
        for above in ranges[:number]
    )
    return "+".join(own) + "".join(known)


def _different(sheets: Sequence[Worksheet]) -> str:
    """Return what counts the different keys of a list that is sorted by them."""
    parts = []
    for number, sheet in enumerate(sheets):
        ids, above = _range(sheet, 1), _range(sheet, 1, shift=-1)
        parts.append(f'SUMPRODUCT(({ids}<>"")*(1-EXACT({ids},{above})))')
        if number:  # the list goes on here, perhaps with the customer of the last row before
            last = _range(sheets[number - 1], 1).rpartition(":")[2]
            before = f"{_range(sheets[number - 1], 1).partition('!')[0]}!{last}"
            parts.append(f"-EXACT({ids.partition(':')[0]},{before})")
    return "+".join(parts).replace("+-", "-")


def _can_tell_apart(report: WeeklyReport) -> bool:
    """Return whether MATCH can tell the keys apart: it knows neither case nor plain asterisks."""
    ids = report.fields["customer_id"]
    if not ids or max(map(len, ids)) > _LONGEST_MATCHED:
        return False
    joined = "".join(ids)  # to look at each ID takes a quarter of a second for 100,000
    odd = any(sign in joined for sign in _PATTERN)
    return not odd and len(set(map(str.casefold, ids))) == len(ids)


def _columns(sheets: Sequence[Worksheet], name: str) -> list[str]:
    """Return the cells of a column on each sheet of a list, by its heading."""
    headings = [cell.value for cell in sheets[0][1]]
    return [_range(sheet, headings.index(name) + 1) for sheet in sheets]


def _range(sheet: Worksheet, column: int, *, shift: int = 0) -> str:
    """Return the cells of a column of the sheet's table, e.g. ``'Left'!$A$2:$A$9``."""
    letter = get_column_letter(column)
    title = sheet.title.replace("'", "''")
    return f"'{title}'!${letter}${2 + shift}:${letter}${_last(sheet)[1] + shift}"


def _area(sheet: Worksheet) -> str:
    title, (letter, row) = sheet.title.replace("'", "''"), _last(sheet)
    return f"'{title}'!$A$2:${letter}${row}"


def _last(sheet: Worksheet) -> tuple[str, int]:
    (table,) = sheet.tables.values()
    end = table.ref.partition(":")[2]
    letter = end.rstrip("0123456789")
    return letter, int(end[len(letter) :])
