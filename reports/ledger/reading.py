"""Finance's file -> `Ledger`: every row below the headings is used, or ignored with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from partnerbook.errors import LedgerError, reason_of
from partnerbook.model import LedgerLine
from partnerbook.resting import collector_resting
from partnerbook.text import column_letters
from partnerbook.wording import Language
from reports.ledger.amounts import Mark
from reports.ledger.cells import text_of
from reports.ledger.headings import Columns, find_columns
from reports.ledger.notes import notes_on
from reports.ledger.rows import IgnoredRow, SortedRows, where
from reports.ledger.source import Sheet, sheets_of
from reports.ledger.sums import refuse_half
from reports.ledger.unread import refuse_lost_sum
from reports.ledger.values import Damage
from reports.ledger.vocabulary import FIELDS, KEYS

# Sheets of a reconciliation of ours, in any language: the hidden one alone may be anybody's.
_OURS = ({"Seal", "Bridge", "Sign-off"}, {"Seal", "对账桥", "签核"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Finance's file, read.

    Attributes:
        file: Name of the file, without its folder.
        sheet: Name of the sheet that was read; ``""`` for CSV.
        sha256: Of the file's bytes.
        form: How it was read, e.g. ``"csv, gbk, separated by ;"``.
        heading_row: Row of the headings, from 1, 0 for none; rows above are no ledger rows.
        headings: Field of `LedgerLine` -> heading of its column.
        lines: The lines that are used, in the file's order.
        ignored: Every other row below the headings, with its reason.
        damaged: Cells of used lines that could not be used.
        notes: Sentences on what a reader should know: hidden rows, other sheets, ...
        mark_unclear: Whether nothing in the file tells thousands from decimals in some amount.

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
    mark_unclear: bool = False

    def __post_init__(self) -> None:
        rows = {line.row for line in self.lines} | {each.row for each in self.ignored}
        if len(rows) < self.rows_read:
            raise ValueError("each row of a ledger stands there once")

    @property
    def rows_read(self) -> int:
        """How many rows stand below the headings."""
        return len(self.lines) + len(self.ignored)


@collector_resting()
def read_ledger(
    path: Path, mapping: Mapping[str, str] | None = None, language: Language = "en"
) -> Ledger:
    """Read finance's file.

    Args:
        path: An xlsx, xlsm, xls, xlsb, ods or csv file; its content counts, not its suffix.
        mapping: Which column holds which field: field of `LedgerLine` -> heading or column letters;
            ``"none"`` or nothing says that no column holds it. ``direction`` is the column that
            says debit or credit; ``debit`` and ``credit`` are two columns, which make the amount.
            The key ``sheet`` names the sheet, and ``decimal`` the mark before decimals, ``,`` or
            ``.``. What is left out is found by its name.
        language: Of the notes.

    Raises:
        LedgerError: The file cannot be read, or it is not clear which sheet or column is meant.
    """
    told = dict(mapping or {})
    sheet_told = told.pop("sheet", None)
    mark = _mark(told.pop("decimal", None))
    without = [field for field, heading in told.items() if heading.casefold() in {"", "none"}]
    if unknown := sorted(told.keys() - set(FIELDS)):
        raise LedgerError(
            f"a ledger has no field {', '.join(unknown)}; the fields are sheet, decimal, "
            f"{', '.join(FIELDS)}"
        )
    told = {field: heading for field, heading in told.items() if field not in without}
    refuse_half(told)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise LedgerError(f"{path} cannot be read ({reason_of(error)}); check the path") from error
    name = Path(path).name
    sheets = sheets_of(data, name)
    if any(ours <= {each.name for each in sheets} for ours in _OURS):
        raise LedgerError(
            f"{name} is a reconciliation that this program made, no ledger; give finance's own "
            f"file, and this one with --previous"
        )
    sheet, columns = _choose(sheets, name, sheet_told, told, without)
    if not {"amount", "debit"} & columns.index.keys() and "amount" not in without:
        refuse_lost_sum(sheet.rows, columns, where(name, sheet))
    rows = SortedRows(sheet, columns, name, mark)
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
        notes=tuple(notes_on(sheets, sheet, columns, rows, language)),
        mark_unclear=rows.mark_unclear,
    )


def _mark(told: str | None) -> Mark | None:
    if told is None:
        return None
    if told == ",":
        return ","
    if told == ".":
        return "."
    raise LedgerError(f"--map decimal= takes a comma or a point, got {told!r}")


def _choose(
    sheets: list[Sheet],
    name: str,
    sheet_told: str | None,
    told: Mapping[str, str],
    without: list[str],
) -> tuple[Sheet, Columns]:
    if sheet_told is not None:
        sheets = [sheet for sheet in sheets if sheet.name == sheet_told]
        if not sheets:
            raise LedgerError(f"{name} has no sheet {sheet_told!r} with anything in it")
    found: list[tuple[tuple[bool, int], Sheet, Columns]] = []
    unclear: LedgerError | None = None
    for sheet in sheets:
        try:
            columns = find_columns(sheet.rows, where(name, sheet), told, without)
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
        f"{column_letters(at + 1)} {text_of(cell)[:30]!r}"
        for at, cell in enumerate(widest)
        if text_of(cell)
    )
    wanted = f" with {', '.join(f'{f}={h!r}' for f, h in told.items())}" if told else ""
    missing = [field for field in told if _would_do_without(sheets, told, field)]
    field = "customer_id" if not missing or missing[0] in KEYS else missing[0]
    what = "the customer" if field in KEYS else f"the {field}"
    return (
        f"{where(name, sheet)}: no heading row{wanted} was found; the columns there are "
        f"{columns}. Say which one holds {what}, e.g. --map {field}=A"
    )


def _would_do_without(sheets: list[Sheet], told: Mapping[str, str], field: str) -> bool:
    others = {other: heading for other, heading in told.items() if other != field}
    try:
        return any(find_columns(sheet.rows, "", others) for sheet in sheets)
    except LedgerError:  # columns, but several for one field
        return True
