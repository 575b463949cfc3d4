"""Rows below the headings -> lines and ignored rows. Each row is one or the other. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import eq
from typing import cast

from partnerbook.model import LedgerLine, from_columns
from reports.ledger.amounts import Mark
from reports.ledger.cells import text_of
from reports.ledger.headings import Columns
from reports.ledger.merged import merged_above
from reports.ledger.source import Sheet
from reports.ledger.values import Damage, Reader
from reports.ledger.vocabulary import KEYS

_CURRENCY = "usd|eur|cny|rmb|hkd|sgd|thb|idr|myr|php|vnd|brl|mxn|clp|pen|zar|aed|sar|gbp|jpy|inr"
_TOTAL = re.compile(
    rf"(?:(?:grand|sub)[\s-]*)?totale?s?(?:\s+(?:amount|sum|for\b.*|general|{_CURRENCY}))?|sum|"
    r"(?:gesamt|zwischen)?summe|gesamt(?:betrag)?|итого|всего|tổng(?:\s*cộng)?|jumlah|"
    r"(?:ال)?مجموع(?:الكلي)?|(?:ال)?[اإ]جمالي|(?:ยอด)?รวม(?:ทั้งสิ้น|ทั้งหมด)?|"
    r"(?:本页|本月|本年|本頁)?(?:合计|总计|小计|总额|共计|累计|合計|總計|小計|總額|共計|累計)(?:金额|金額)?"
)
# One of them is in each word of a total.
_TOTAL_SIGNS = (
    *("tot", "sum", "计", "额", "計", "額"),
    *("gesamt", "итого", "всего", "tổng", "jumlah", "مجموع", "جمالي", "รวม"),
)
_AT_ONCE = 1_000  # rows; a text with something to clean has so many others looked at one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredRow:
    """One row below the headings that is no ledger line.

    Attributes:
        row: Row in the sheet, from 1.
        reason: Why, in a few words: ``"blank"``, ``"totals row"``, ...
        amount: The amount that goes with it and belongs to no line; None when there is none, and
            for totals rows, whose amounts repeat those of the lines.
        currency: Its currency.
    """

    row: int
    reason: str
    amount: Decimal | None = None
    currency: str | None = None


def where(name: str, sheet: Sheet) -> str:
    """Return file and sheet, for a sentence."""
    return f"{name}, sheet {sheet.name!r}" if sheet.name else name


def _may_tell_total(text: str) -> bool:
    folded = text.casefold()
    return any(sign in folded for sign in _TOTAL_SIGNS)


def _is_total(text: str) -> bool:
    if not text or len(text) > 40 or not _may_tell_total(text):
        return False
    bare = re.sub(r"[(（].*?[)）]|[\s:：*]+$", "", text).casefold()
    return _TOTAL.fullmatch(re.sub(r"(?<=[^\x00-\x7f])\s+", "", bare.strip())) is not None


class SortedRows:
    """The rows below the headings, sorted into lines and ignored rows.

    Attributes:
        lines: Rows that are ledger lines.
        ignored: All others, each with its reason.
        damaged: Cells of lines that could not be used.
        credits: Rows whose amount was taken as negative for a word, brackets or a minus behind it.
        spread: Rows whose customer stands in a cell merged over several rows.
        thousands: An amount of which nothing but custom tells that its comma parts thousands; None
            for no such.
        mark_unclear: Whether nothing tells thousands from decimals in some amount.
    """

    def __init__(self, sheet: Sheet, columns: Columns, file: str, mark: Mark | None = None) -> None:
        self.lines: list[LedgerLine] = []
        self.ignored: list[IgnoredRow] = []
        self.damaged: list[Damage] = []
        self.credits: list[int] = []
        self.spread: list[int] = []
        self._sheet, self._columns, self._file = sheet, columns, file
        headings = sheet.rows[columns.row - 1] if columns.row else ()
        self._titles = [text_of(cell) for cell in headings]
        facts = sheet.facts
        self._spoilt_rows = (
            {row for row, _ in facts.errors | facts.uncalculated} if facts else set()
        )
        self._reader = Reader(sheet, columns, where(file, sheet), mark)
        self.thousands = self._reader.thousands
        self.mark_unclear = self._reader.mark_unclear
        self._above = merged_above(sheet, columns)
        self._special = self._spoilt_rows | self._above.keys()
        for start in range(columns.row, len(sheet.rows), _AT_ONCE):
            rows = sheet.rows[start : start + _AT_ONCE]
            lines, odd = self._plain_lines(start + 1, rows)
            if not odd:
                self.lines += lines
                continue
            for at, row in enumerate(rows):
                if at in odd:
                    self._sort(start + 1 + at, row)
                else:
                    self.lines.append(lines[at])

    def _plain_lines(
        self, first: int, rows: Sequence[Sequence[object]]
    ) -> tuple[list[LedgerLine], Collection[int]]:
        """Return the lines that `_sort` would make of rows, and which rows, from 0, it has to see.

        Nearly every row has a customer and nothing odd, and of many such rows at once the columns
        tell so in a tenth of the time.
        """
        values, odd = self._reader.rows(first, rows)
        keys = [key for key in KEYS if key in values]
        if not keys:
            return [], range(len(rows))
        numbers = range(first, first + len(rows))
        if self._special:
            odd |= {at for at, number in enumerate(numbers) if number in self._special}
        at, texts = self._columns.index[keys[0]], values[keys[0]]
        if at >= len(self._titles) or (self._titles[at] or None) in texts:
            odd |= {at for at, row in enumerate(rows) if self._are_headings(row)}
        if not any(_are_customers(values[key]) for key in keys):
            texts_of_rows = zip(*(values[key] for key in keys), strict=True)
            odd |= {
                at
                for at, each in enumerate(texts_of_rows)
                if all(map(_is_total, filter(None, each)))
            }
        place = {"file": [self._file] * len(rows), "sheet": [self._sheet.name] * len(rows)}
        return from_columns(LedgerLine, {**place, "row": numbers, **values}, len(rows)), odd

    def _sort(self, number: int, row: Sequence[object]) -> None:
        spoilt = self._spoilt(number) if number in self._spoilt_rows else {}
        # Texts are asked for one by one, and mostly the first tells.
        if not spoilt and not any(map(text_of, row)):
            self.ignored.append(IgnoredRow(row=number, reason="blank"))
            return
        if above := self._above.get(number):
            row = [*row, *[""] * (max(above) + 1 - len(row))]
            for at, value in above.items():
                row[at] = value
            if not any(self._columns.index.get(key) in above for key in KEYS):
                above = None
        if self._are_headings(row):
            self.ignored.append(IgnoredRow(row=number, reason="headings repeated"))
            return
        found = self._reader.row(number, row, spoilt)
        if found.credit:
            self.credits.append(number)
        values = found.values
        keys = [values[key] for key in KEYS if values.get(key)]
        lost = any(damage.field in KEYS for damage in found.damages)
        # A customer may be called "Total"; then it has an ID, or an account of another name.
        if not lost and all(map(_is_total, keys)) and any(map(_is_total, map(text_of, row))):
            self.ignored.append(IgnoredRow(row=number, reason="totals row"))
            return
        if not keys and not lost:
            amount, currency = values.get("amount"), values.get("currency")
            reason = "no customer: neither an ID nor a name"
            self.ignored.append(
                IgnoredRow(row=number, reason=reason, amount=amount, currency=currency)
            )
            return
        if above:
            self.spread.append(number)
        self.damaged.extend(found.damages)
        self.lines.append(LedgerLine(file=self._file, sheet=self._sheet.name, row=number, **values))

    def _are_headings(self, row: Sequence[object]) -> bool:
        titles = self._titles
        return 0 < len(titles) <= len(row) and all(map(eq, map(text_of, row), titles))

    def _spoilt(self, number: int) -> dict[int, str]:
        """Return column -> what is wrong, for cells that the reader shows as empty."""
        facts = self._sheet.facts
        if facts is None:
            return {}
        out = {}
        for at in self._columns.index.values():
            if (number, at + 1) in facts.errors:
                out[at] = "an error value"
            elif (number, at + 1) in facts.uncalculated:
                out[at] = "a formula that was never calculated"
        return out


def _are_customers(texts: Sequence[str | None]) -> bool:
    """Return whether each of the texts surely names a customer: none is empty or a total."""
    return None not in texts and not _may_tell_total("|".join(cast("Sequence[str]", texts)))
