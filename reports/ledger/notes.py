"""What a reader should know of how a ledger was read: sentences in English and Chinese. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from partnerbook.wording import Language
from reports.ledger.headings import Columns
from reports.ledger.rows import SortedRows
from reports.ledger.source import Sheet
from reports.ledger.unread import money_columns, named

_SHOWN = 10  # rows or columns that a note names


def notes_on(
    sheets: Sequence[Sheet], sheet: Sheet, columns: Columns, rows: SortedRows, language: Language
) -> Iterator[str]:
    """Yield the notes on a ledger.

    Args:
        sheets: All of the file.
        sheet: The one that was read.
        columns: What its columns were found to be.
        rows: What its rows were found to be.
        language: Of the sentences.
    """
    yield from _of_sheet(sheets, sheet, columns, language)
    yield from _of_rows(rows, sheet, columns, language)


def _of_sheet(
    sheets: Sequence[Sheet], sheet: Sheet, columns: Columns, language: Language
) -> Iterator[str]:
    def say(key: str, *values: object) -> str:
        return _NOTES[key][language].format(*values)

    if columns.row > 1:
        yield say("headings", columns.row)
    if others := [each.name for each in sheets if each is not sheet]:
        yield say("others", len(others), ", ".join(others))
    if sheet.facts is None:
        if sheet.name:
            yield say("not checked")
        return
    if hidden := sum(row > columns.row for row in sheet.facts.hidden):
        yield say("hidden", hidden)


def _of_rows(rows: SortedRows, sheet: Sheet, columns: Columns, language: Language) -> Iterator[str]:
    """Yield what was understood of the rows that a reader may want to correct."""

    def say(key: str, *values: object) -> str:
        return _NOTES[key][language].format(*values)

    if sheet.guessed:
        yield say("encoding", sheet.guessed.upper())
    if unread := money_columns(sheet.rows, columns):
        yield say("unread", ", ".join(named(at, heading) for at, heading in unread[:_SHOWN]))
    if "debit" in columns.index:
        pair = (named(columns.index[each], columns.texts[each]) for each in ("debit", "credit"))
        yield say("difference", *pair)
    if rows.credits:
        yield say("credits", len(rows.credits), _some(rows.credits))
    if rows.thousands:
        yield say("thousands", rows.thousands)
    if rows.spread:
        yield say("spread", len(rows.spread), _some(rows.spread))
    if bare := [each.row for each in rows.ignored if each.amount is not None]:
        yield say("no customer", len(bare), _some(bare))


def _some(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:_SHOWN]))
    return f"{shown}, …" if len(numbers) > _SHOWN else shown


_NOTES: dict[str, dict[Language, str]] = {
    "encoding": {
        "en": "The file does not say its encoding; it was read as {}, a guess by its letters.",
        "zh": "文件未注明编码；按文字推测为 {} 读取。",
    },
    "unread": {
        "en": "Not read, though they hold money: {}. --map amount=COLUMN takes another column.",
        "zh": "以下列也是金额，但未读取：{}。可用 --map amount=列 改选。",
    },
    "difference": {
        "en": "The amount of each row is {} less {}.",
        "zh": "每行金额为 {} 减 {}。",
    },
    "credits": {
        "en": (
            "{} amount(s) are credits, by a word, brackets or a minus behind them, and were taken "
            "as negative; rows {}."
        ),
        "zh": "{} 个金额按贷方、括号或后置负号作为负数计入；行 {}。",
    },
    "thousands": {
        "en": (
            "Nothing tells whether the comma of {} parts thousands or decimals; it was taken for "
            "thousands. --map decimal=, says the other."
        ),
        "zh": "{} 中的逗号是千位分隔还是小数点无从判断；按千位分隔读取。可用 --map decimal=, 改。",
    },
    "spread": {
        "en": "The customer of {} row(s) stands in a cell merged with those above; rows {}.",
        "zh": "{} 行的客户取自与上方合并的单元格；行 {}。",
    },
    "no customer": {
        "en": (
            "{} row(s) have an amount and no customer, and were left out: rows {}. Write the "
            "customer into each row, if it is the one above."
        ),
        "zh": "{} 行有金额但没有客户，未计入：行 {}。如属上一行的客户，请在每行填写。",
    },
    "headings": {
        "en": "The headings stand in row {}; the rows above them are no ledger rows.",
        "zh": "表头在第 {} 行；其上的行不是台账行。",
    },
    "others": {
        "en": "Not read: {} other sheet(s): {}.",
        "zh": "未读取其他 {} 个工作表：{}。",
    },
    "not checked": {
        "en": (
            "Not checked in this file format: hidden rows, formulas that were never "
            "calculated, error values, and currencies that only the format of a cell shows."
        ),
        "zh": "此文件格式未检查：隐藏行、从未计算的公式、错误值，以及仅由单元格格式显示的币种。",
    },
    "hidden": {
        "en": "{} row(s) of the ledger are hidden; they were read like the others.",
        "zh": "台账中有 {} 个隐藏行；与其他行一样读取。",
    },
}
