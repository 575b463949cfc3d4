"""Finance's file -> `Ledger`: every row below the headings is used, or ignored with a reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from partnerbook.errors import LedgerError
from partnerbook.model import LedgerLine
from reports.ledger.cells import (
    Mark,
    amount_of,
    association_of,
    currency_in,
    decimal_mark,
    id_of,
    text_of,
)
from reports.ledger.headings import FIELDS, KEYS, Columns, find_columns, letter
from reports.ledger.source import Sheet, sheets_of

_TOTAL = re.compile(
    r"(?:(?:grand|sub)[\s-]*)?totals?(?:\s+(?:amount|sum|for\b.*))?|sum|"
    r"(?:本页|本月|本年)?(?:合计|总计|小计|总额|共计|累计)(?:金额)?"
)
_MAYBE_TOTAL = re.compile(r"tot|sum|[计额]", re.IGNORECASE)
_IDS = ("xaccount_id", "customer_id")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One cell of a used line whose content a spreadsheet has spoilt; it was not used.

    Attributes:
        row: Row in the sheet, from 1.
        column: The column's letters.
        field: The field of `LedgerLine` that it should hold.
        text: What stands there now.
        what: What is wrong with it.
    """

    row: int
    column: str
    field: str
    text: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Finance's file, read.

    Attributes:
        file: Name of the file, without its folder.
        sheet: Name of the sheet that was read; ``""`` for CSV.
        sha256: Of the file's bytes.
        form: How it was read, e.g. ``"csv, gbk, separated by ;"``.
        heading_row: Row of the headings, from 1; rows above it are no ledger rows.
        headings: Field of `LedgerLine` -> heading of its column.
        lines: The lines that are used, in the file's order.
        ignored: Every other row below the headings, with its reason.
        damaged: Cells of used lines that could not be used.
        notes: Sentences on what a reader should know: hidden rows, other sheets, ...

    Raises:
        ValueError: A row stands there twice.
    """

    file: str
    sheet: str
    sha256: str
    form: str
    heading_row: int
    headings: Mapping[str, str]
    lines: tuple[LedgerLine, ...]
    ignored: tuple[IgnoredRow, ...] = ()
    damaged: tuple[Damage, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rows = {line.row for line in self.lines} | {each.row for each in self.ignored}
        if len(rows) < self.rows_read:
            raise ValueError("each row of a ledger stands there once")

    @property
    def rows_read(self) -> int:
        """How many rows stand below the headings."""
        return len(self.lines) + len(self.ignored)


def read_ledger(path: Path, mapping: Mapping[str, str] | None = None) -> Ledger:
    """Read finance's file.

    Args:
        path: An xlsx, xlsm, xls, xlsb, ods or csv file; its content counts, not its suffix.
        mapping: Which column holds which field: field of `LedgerLine` -> heading or column letters.
            The key ``sheet`` names the sheet. What is left out is found by its name.

    Raises:
        LedgerError: The file cannot be read, or it is not clear which sheet or column is meant.
    """
    told = dict(mapping or {})
    sheet_told = told.pop("sheet", None)
    if unknown := sorted(told.keys() - set(FIELDS)):
        raise LedgerError(
            f"a ledger has no field {', '.join(unknown)}; the fields are sheet, {', '.join(FIELDS)}"
        )
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise LedgerError(f"{path} cannot be read ({reason}); check the path") from error
    name = Path(path).name
    sheets = sheets_of(data, name)
    sheet, columns = _choose(sheets, name, sheet_told, told)
    rows = _Rows(sheet, columns, name)
    return Ledger(
        file=name,
        sheet=sheet.name,
        sha256=hashlib.sha256(data).hexdigest(),
        form=sheet.form,
        heading_row=columns.row,
        headings=MappingProxyType(dict(columns.texts)),
        lines=tuple(rows.lines),
        ignored=tuple(rows.ignored),
        damaged=tuple(rows.damaged),
        notes=tuple(_notes(sheets, sheet, columns)),
    )


def _choose(
    sheets: list[Sheet], name: str, sheet_told: str | None, told: Mapping[str, str]
) -> tuple[Sheet, Columns]:
    if sheet_told is not None:
        sheets = [sheet for sheet in sheets if sheet.name == sheet_told]
        if not sheets:
            raise LedgerError(f"{name} has no sheet {sheet_told!r} with anything in it")
    found: list[tuple[tuple[bool, int], Sheet, Columns]] = []
    unclear: LedgerError | None = None
    for sheet in sheets:
        try:
            columns = find_columns(sheet.rows, _where(name, sheet), told)
        except LedgerError as error:
            unclear = error
            continue
        if columns:
            has_rows = len(sheet.rows) > columns.row
            found.append(((has_rows, len(columns.index)), sheet, columns))
    if not found:
        raise unclear or LedgerError(_nothing_found(sheets, name, told))
    best = max(score for score, _, _ in found)
    equal = [(sheet, columns) for score, sheet, columns in found if score == best]
    if len(equal) > 1:
        names = " and ".join(repr(sheet.name) for sheet, _ in equal)
        raise LedgerError(f"{name}: sheets {names} could each be the ledger; use --map sheet=NAME")
    return equal[0]


def _nothing_found(sheets: list[Sheet], name: str, told: Mapping[str, str]) -> str:
    sheet = max(sheets, key=lambda each: len(each.rows))
    widest = max(sheet.rows[:60], key=lambda row: sum(bool(text_of(cell)) for cell in row))
    columns = ", ".join(
        f"{letter(at)} {text_of(cell)[:30]!r}" for at, cell in enumerate(widest) if text_of(cell)
    )
    wanted = f" with {', '.join(f'{f}={h!r}' for f, h in told.items())}" if told else ""
    return (
        f"{_where(name, sheet)}: no heading row{wanted} was found; the columns there are "
        f"{columns}. Say which one holds the customer, e.g. --map customer_id=A"
    )


def _where(name: str, sheet: Sheet) -> str:
    return f"{name}, sheet {sheet.name!r}" if sheet.name else name


def _notes(sheets: list[Sheet], sheet: Sheet, columns: Columns) -> Iterator[str]:
    if columns.row > 1:
        yield f"The headings stand in row {columns.row}; the rows above them are no ledger rows."
    if others := [each.name for each in sheets if each is not sheet]:
        yield f"Not read: {len(others)} other sheet(s): {', '.join(others)}."
    if sheet.facts is None:
        if sheet.name:
            yield (
                "Not checked in this file format: hidden rows, formulas that were never "
                "calculated, and error values."
            )
        return
    if hidden := sum(row > columns.row for row in sheet.facts.hidden):
        yield f"{hidden} row(s) of the ledger are hidden; they were read like the others."


def _is_total(text: str) -> bool:
    if not text or len(text) > 40 or not _MAYBE_TOTAL.search(text):
        return False
    bare = re.sub(r"[(（].*?[)）]|[\s:：*]+$", "", text).casefold()
    return _TOTAL.fullmatch(re.sub(r"(?<=[^\x00-\x7f])\s+", "", bare.strip())) is not None


class _Rows:
    """Sorts the rows below the headings into lines and ignored rows."""

    def __init__(self, sheet: Sheet, columns: Columns, file: str) -> None:
        self.lines: list[LedgerLine] = []
        self.ignored: list[IgnoredRow] = []
        self.damaged: list[Damage] = []
        self._sheet, self._columns, self._file = sheet, columns, file
        self._titles = [text_of(cell) for cell in sheet.rows[columns.row - 1]]
        self._mark = self._decimal_mark()
        self._heading_currency = currency_in(columns.texts.get("amount", ""))
        for number, row in enumerate(sheet.rows[columns.row :], start=columns.row + 1):
            self._sort(number, row)

    def _sort(self, number: int, row: Sequence[object]) -> None:
        texts = [text_of(cell) for cell in row]
        spoilt = self._spoilt(number)
        if not any(texts) and not spoilt:
            self.ignored.append(IgnoredRow(row=number, reason="blank"))
            return
        if texts[: len(self._titles)] == self._titles:
            self.ignored.append(IgnoredRow(row=number, reason="headings repeated"))
            return
        values, damages = self._values(number, row, spoilt)
        keys = [values[key] for key in KEYS if values.get(key)]
        lost = any(damage.field in KEYS for damage in damages)
        # A customer may be called "Total"; then it has an ID, or an account of another name.
        if not lost and all(map(_is_total, keys)) and any(map(_is_total, texts)):
            self.ignored.append(IgnoredRow(row=number, reason="totals row"))
            return
        if not keys and not lost:
            amount, currency = values.get("amount"), values.get("currency")
            reason = "no customer: neither an ID nor a name"
            self.ignored.append(
                IgnoredRow(row=number, reason=reason, amount=amount, currency=currency)
            )
            return
        self.damaged.extend(damages)
        self.lines.append(LedgerLine(file=self._file, sheet=self._sheet.name, row=number, **values))

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

    def _values(
        self, number: int, row: Sequence[object], spoilt: Mapping[int, str]
    ) -> tuple[dict[str, Any], list[Damage]]:
        values: dict[str, Any] = {}
        damages = []
        for field, at in self._columns.index.items():
            cell = row[at] if at < len(row) else None
            what = spoilt.get(at)
            if what is None:
                values[field], what = self._value(field, cell)
            if what:
                damages.append(
                    Damage(
                        row=number, column=letter(at), field=field, text=text_of(cell), what=what
                    )
                )
        if values.get("amount") is not None and not values.get("currency"):
            at = self._columns.index["amount"]
            values["currency"] = currency_in(text_of(row[at])) or self._heading_currency
        return values, damages

    def _value(self, field: str, cell: object) -> tuple[Any, str | None]:
        if field in _IDS:
            return id_of(cell)
        if field == "amount":
            try:
                return amount_of(cell, self._mark), None
            except ValueError:
                return None, "no amount"
        if field == "association":
            return association_of(cell), None
        text = text_of(cell) or None
        if field == "currency" and text and len(text) == 3 and text.isascii():
            return text.upper(), None  # "usd" and "USD" are one currency
        return text, None

    def _decimal_mark(self) -> Mark:
        at = self._columns.index.get("amount")
        fallback: Mark = "," if self._sheet.decimal_comma else "."
        if at is None:
            return fallback
        below = self._sheet.rows[self._columns.row :]
        try:
            return decimal_mark(row[at] for row in below if at < len(row)) or fallback
        except ValueError:
            raise LedgerError(
                f"{_where(self._file, self._sheet)}: in column {letter(at)} some amounts write "
                f"decimals with a comma and some with a point; write them all one way"
            ) from None
