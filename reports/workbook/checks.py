"""The sheets Rules and Checks: how lines were matched, and what must be true of the workbook."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.matching import RULES
from partnerbook.wording import Language
from reports.reconciliation import Reconciliation
from reports.reconciliation.words import word
from reports.workbook.bridge import amounts_top, count_in, protect, range_in
from reports.workbook.cells import put
from reports.workbook.formulas import Formulas, Value
from reports.workbook.sheets import add_sheet


@dataclass(frozen=True, slots=True)
class _Check:
    """One thing that must be true: its name, what it must come to, and the formula."""

    name: str
    must: int
    formula: str
    value: Value


def add_rules(book: Workbook, formulas: Formulas, it: Reconciliation) -> Worksheet:
    """Add the sheet Rules: each rule, what it does, and how many matches it made."""
    language = it.language
    sheet = _sheet(book, "Rules", (9, 18, 96, 14), language)
    for column, name in enumerate(("Order", "Rule", "What it does", "Matches"), start=1):
        style = "head_right" if name == "Matches" else "head"
        put(sheet.cell(3, column), word(name, language), style)
    for number, rule in enumerate(RULES, start=1):
        row = 3 + number
        put(sheet.cell(row, 1), number, "count")
        put(sheet.cell(row, 2), word(f"by {rule}", language))
        put(sheet.cell(row, 3), word(f"rule {rule}", language), "wrapped")
        places = (range_in(book, title, "Rule", language) for title in ("Matched", "Suggested"))
        formula = "=" + "+".join(f"COUNTIF({place},$B{row})" for place in places)
        count = sum(match.rule == rule for match in it.matches)
        formulas.put(sheet.cell(row, 4), formula, count, "count")
    put(sheet.cell(5 + len(RULES), 3), word("whatever fits two", language), "wrapped")
    protect(sheet)
    return sheet


def add_checks(book: Workbook, formulas: Formulas, it: Reconciliation) -> Worksheet:
    """Add the sheet Checks; the bridge and all tables must be in the book."""
    language = it.language
    sheet = _sheet(book, "Checks", (70, 14, 14, 16), language)
    for column, name in enumerate(("Check", "Must be", "Is", "True"), start=1):
        style = "head" if name in {"Check", "True"} else "head_right"
        put(sheet.cell(3, column), word(name, language), style)
    row = 3
    for row, check in enumerate(_checks(book, it), start=4):
        put(sheet.cell(row, 1), check.name, "name")
        put(sheet.cell(row, 2), check.must, "count")
        formulas.put(sheet.cell(row, 3), check.formula, check.value, "count")
        good, bad = word("TRUE", language), word("FALSE", language)
        holds = check.value == check.must
        formula = f'=IF(C{row}=B{row},"{good}","{bad}")'
        style = "good" if holds else "bad"
        formulas.put(sheet.cell(row, 4), formula, good if holds else bad, style)
    row += 2
    put(sheet.cell(row, 1), word("to do", language), "section")
    for number, (name, formula, value) in enumerate(_to_do(book, it), start=row + 1):
        put(sheet.cell(number, 1), word(name, language), "name")
        formulas.put(sheet.cell(number, 3), formula, value, "count")
    protect(sheet)
    return sheet


def _checks(book: Workbook, it: Reconciliation) -> list[_Check]:
    language = it.language
    bridge = f"'{word('Bridge', language)}'!"
    top = amounts_top(it)
    states = range_in(book, "Breaks", "State", language)
    ids = range_in(book, "Breaks", "Break", language)
    closed = sum(entry.state == "closed" for entry in it.register)
    present = {each.id for each in it.breaks}
    kept = sum(each.state != "closed" and each.id not in present for each in it.register)
    decided = word("by decision", language)
    by_decision = f'COUNTIF({range_in(book, "Matched", "Rule", language)},"{decided}")'
    # A yes for a row that is not the first of its customer counts on the sheet Duplicates.
    said_yes = f'COUNTIF({range_in(book, "Decisions used", "Verdict", language)},"{{}}")'.format(
        word("yes", language)
    )
    yes = sum(each.verdict == "yes" for each in it.decisions)
    made = sum(match.rule == "decision" for match in it.confirmed)
    spoilt = sum(each.field == "amount" for each in it.ledger.damaged)
    found = [
        _Check(word("check bridge", language), 0, f"={bridge}B10", it.bridge.check),
        _Check(word("check sheet", language), 0, f"={bridge}B11", 0),
        _Check(word("check rows", language), 0, f"={bridge}B{top - 4}", 0),
    ]
    found += [
        _Check(
            word("check amounts", language, each.currency or word("(none)", language)),
            0,
            f"={bridge}I{row}",
            each.check,
        )
        for row, each in enumerate(it.amounts, start=top)
    ]
    found += [
        _Check(
            word("check register", language),
            len(it.breaks) + kept,
            f'=COUNTA({ids})-COUNTIF({states},"{word("closed", language)}")',
            len(it.register) - closed,
        ),
        _Check(
            word("check suggested", language),
            len(it.suggested),
            f"={count_in(book, 'Suggested', 'Rule', language)}",
            len(it.suggested),
        ),
        _Check(
            word("check decisions", language), yes - made, f"={said_yes}-{by_decision}", yes - made
        ),
    ]
    found += [
        _Check(
            word("check rows of", language, word(title, language)),
            count,
            f"={count_in(book, title, column, language)}",
            count,
        )
        for title, column, count in _listed(it)
        if word(title, language) in book.sheetnames
    ]
    missing = it.snapshot.listing.missing_at_most
    found.append(_Check(word("check exact", language), 0, f"={missing}+0", missing))
    found.append(_Check(word("check sources", language), 0, f"={spoilt}+0", spoilt))
    return found


def _listed(it: Reconciliation) -> list[tuple[str, str, int]]:
    """Return sheets that no other check counts: a column without gaps, and its rows."""
    kinds = Counter(each.kind for each in it.breaks)
    duplicates = sum(len(each.rows) for each in it.breaks if each.kind == "twice")
    late = {each.customer_id for each in it.breaks if each.kind == "timing"}
    flipping = {each.customer_id for each in it.flipping}
    return [
        ("Differences", "Break", kinds["different"]),
        ("Associations", "Break", kinds["association"]),
        ("Timing", "customer_id", len(late | flipping)),
        ("Duplicates", "Break", duplicates),
        ("Groups", "Group", sum(not each.decision for each in it.standing)),
        ("Decisions used", "Decision", len(it.decisions)),
        ("Spoilt cells", "Row", len(it.ledger.damaged)),
    ]


def _to_do(book: Workbook, it: Reconciliation) -> list[tuple[str, str, int]]:
    language = it.language
    ids = range_in(book, "Breaks", "Break", language)
    states = range_in(book, "Breaks", "State", language)
    owners = range_in(book, "Breaks", "Owner", language)
    settled = [word(state, language) for state in ("closed", "explained")]
    open_ones = "*".join(f'({states}<>"{state}")' for state in settled)
    without = f'=SUMPRODUCT(({ids}<>"")*{open_ones}*({owners}=""))'
    left = sum(
        entry.state not in {"closed", "explained"} and not entry.owner for entry in it.register
    )
    answers = range_in(book, "Suggested", "Yes or no", language)
    rules = count_in(book, "Suggested", "Rule", language)
    return [
        ("no owner", without, left),
        ("no answer", f"={rules}-COUNTA({answers})", len(it.suggested)),
    ]


def _sheet(book: Workbook, title: str, widths: tuple[int, ...], language: Language) -> Worksheet:
    sheet = add_sheet(book, word(title, language))
    for letter, width in zip("ABCDEFG", widths, strict=False):
        sheet.column_dimensions[letter].width = width
    put(sheet["A1"], word(title, language), "title")
    sheet.row_dimensions[1].height = 30
    sheet.row_dimensions[3].height = 21
    sheet.freeze_panes = "A4"
    return sheet
