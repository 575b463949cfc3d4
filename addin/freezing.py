"""A copy to hand over: our functions become values, and the copy says what they were.

Over a file, also from Excel's button (it saves a copy first): an array that spilled keeps all its
cells there, while Excel itself would empty all but the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlwings

from addin import files
from addin import sheet as layout
from addin.rows import MARK
from partnerbook.errors import WorkbookError
from partnerbook.text import column_letters
from partnerbook.views import moment_in
from partnerbook.wording import Language

ABOUT_SHEET = "About"

_FUNCTIONS = (
    "CUSTOMERS", "CUSTOMERCOUNT", "CUSTOMERFIELD", "CUSTOMERFIND", "CUSTOMERCHANGES",
    "CUSTOMERSASOF", "CUSTOMERSTATUS",
)  # fmt: skip
_OURS = re.compile(rf"(?<![A-Za-z0-9_.])(?:{'|'.join(_FUNCTIONS)})\s*\(", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?<![\w\]])'?\[\d+\][^\[\]]*?!")  # how a file writes another workbook
_TEXTS = re.compile(r'"(?:[^"]|"")*"')
_LINK_TO = re.compile(r'(?<![A-Za-z0-9_.])HYPERLINK\s*\((?!\s*"#)', re.IGNORECASE)
_NO_VALUES = ("#NAME?", "#PB")  # calculated without the add-in, or not answered
_NOTES_LIMIT = 500
_WORDS: dict[str, dict[Language, tuple[str, str]]] = {
    "made": {
        "en": ("Frozen copy", "Made {} from {}. It works without the add-in."),
        "zh": ("冻结副本", "{} 由 {} 生成，无需加载项即可使用。"),
    },
    "back": {
        "en": (
            "To come back",
            "Go on in {}, or install the add-in and type a formula below into its cell again.",
        ),
        "zh": ("恢复方法", "请继续使用 {}；或安装加载项后，将下列公式重新输入其单元格。"),
    },
    "formulas": {
        "en": ("Became values", "{} formulas, each with its cell:"),
        "zh": ("已转为值", "{} 个公式及其单元格："),
    },
}


@dataclass(frozen=True, slots=True)
class Frozen:
    """What became of a freeze.

    Attributes:
        formulas: Cell, as ``Sheet!A1``, and formula of each that is a value now.
        links: Cells whose formula still is a link to somewhere else, a few words for each.
        left: Formats, validations and names that still call our functions, a few words for
            each: they have no value that could stand in their place.
        told: Whether the copy has a sheet About that lists the formulas.
    """

    formulas: tuple[tuple[str, str], ...]
    links: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    told: bool = False


def freeze(book: xlwings.Book, *, now: datetime, language: Language = "en") -> Frozen:
    """Turn formulas that call our functions, or other workbooks, into their values.

    So are those that use a name which stands for such a formula. Each cell gets a comment with
    its formula; the sheet About lists them all.

    Args:
        book: The workbook, as a file; save it elsewhere.
        now: The present, with a zone.
        language: Language of what About says.

    Raises:
        WorkbookError: A formula has no value yet, or a cell cannot be changed; nothing is to
            be saved then.
    """
    found: list[tuple[xlwings.Sheet, int, int, str]] = []
    links: list[str] = []
    names = _names(book)
    for sheet in book.sheets:
        block = sheet.range((1, 1), sheet.used_range.last_cell)
        given = block.formula
        lines = ((given,),) if isinstance(given, str) else given
        values = layout.grid(block)
        for row, line in enumerate(lines, 1):
            for column, text in enumerate(line, 1):
                value = values[row - 1][column - 1]
                if value == text:  # a text that looks like a formula
                    continue
                if not depends_on_us(text) and not (names and _uses(text, names)):
                    if _leads_out(text):
                        links.append(f"{sheet.name}!{column_letters(column)}{row} (HYPERLINK)")
                    continue
                if value is None or str(value).startswith(_NO_VALUES):
                    shows = "" if value is None else f" (it shows {value})"
                    raise WorkbookError(
                        f"{sheet.name}!{column_letters(column)}{row} holds a formula without a "
                        f"value yet{shows}; open the workbook in Excel with the add-in, save it, "
                        "and freeze again"
                    )
                found.append((sheet, row, column, text))
    for sheet, row, column, text in found:
        cell = sheet.range((row, column))
        cell.raw_value = cell.raw_value  # an error stays one
        if len(found) <= _NOTES_LIMIT and cell.note is None:
            cell.add_note(MARK + text)
    formulas = tuple(
        (f"{sheet.name}!{column_letters(column)}{row}", text) for sheet, row, column, text in found
    )
    told = _tell(book, formulas, now, language)
    left = tuple(place for place, rule in files.rules(book) if _asks_us(rule, names))
    return Frozen(formulas, tuple(links), left, told)


def depends_on_us(formula: Any) -> bool:
    """Return whether a formula calls one of our functions, or looks into another workbook."""
    if not isinstance(formula, str) or not formula.startswith("="):
        return False
    bare = _TEXTS.sub('""', formula)
    return _OURS.search(bare) is not None or _ELSEWHERE.search(bare) is not None


def _names(book: xlwings.Book) -> re.Pattern[str] | None:
    """Return what finds a name that stands for one of our functions; None where there is none."""
    targets = {each.name.rpartition("!")[2]: str(each.refers_to) for each in book.names}
    known: re.Pattern[str] | None = None
    found: set[str] = set()
    while more := {each for each, to in targets.items() if _asks_us(to, known)} - found:
        found |= more
        words = "|".join(map(re.escape, sorted(found)))
        known = re.compile(rf"(?<![\w.\\])(?:{words})(?![\w.(])", re.IGNORECASE)
    return known


def _uses(formula: Any, names: re.Pattern[str]) -> bool:
    return (
        isinstance(formula, str)
        and formula.startswith("=")
        and names.search(_TEXTS.sub('""', formula)) is not None
    )


def _asks_us(formula: str, names: re.Pattern[str] | None) -> bool:
    """Return whether a formula outside of a cell calls our functions."""
    bare = _TEXTS.sub('""', formula)
    return _OURS.search(bare) is not None or (names is not None and _uses(formula, names))


def _leads_out(formula: Any) -> bool:
    """Return whether a formula is a link to a file or page, not to a place in the workbook."""
    return (
        isinstance(formula, str)
        and formula.startswith("=")
        and _LINK_TO.search(formula) is not None
    )


def _tell(
    book: xlwings.Book, formulas: tuple[tuple[str, str], ...], now: datetime, language: Language
) -> bool:
    sheet = layout.sheet_named(book, ABOUT_SHEET)
    if sheet is None:
        return False
    numbers = {"made": (moment_in(now.astimezone(UTC)), book.name), "back": (book.name,)}
    lines = [
        (name, sentence.format(*numbers.get(word, (len(formulas),))))
        for word, each in _WORDS.items()
        if word != "formulas" or formulas
        for name, sentence in (each[language],)
    ]
    first = sheet.used_range.last_cell.row + 2
    block = sheet.range((first, 1), (first + len(lines) + len(formulas) - 1, 2))
    block.number_format = "@"
    block.value = [*map(list, lines), *map(list, formulas)]
    return True
