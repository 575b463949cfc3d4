"""Bytes -> sheets of plain values. Only here and in `apart` is python-calamine imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from partnerbook.errors import LedgerError
from partnerbook.resting import collector_resting
from reports.ledger import delimited, gates
from reports.ledger.apart import sheets_apart
from reports.ledger.formats import currencies_in, in_column
from reports.ledger.headings import find_columns
from reports.ledger.scan import Facts, scan

MAX_CELLS = 10_000_000  # one sheet's rows times columns: what fits in 500 MB
MAX_ROWS = 300_000  # of a ledger, as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of finance's file.

    Attributes:
        name: Its name; ``""`` for CSV.
        rows: Its cells from row 1, column A.
        facts: What the XML says besides; None where the format does not tell.
        guessed: The encoding, where nothing but its texts tells; None where the file does.
        form: How it was read, for the report: ``"xlsx"``, ``"csv, gbk, ';'"``.
        formatted: Column, from 0 -> row, from 1 -> currency that its cell shows by its format;
            nothing where the format does not tell.
    """

    name: str
    rows: Sequence[Sequence[object]]
    facts: Facts | None = field(default=None)
    guessed: str | None = None
    form: str
    formatted: Callable[[int], Mapping[int, str]] = field(default=lambda _: {})


@collector_resting()
def sheets_of(data: bytes, name: str) -> list[Sheet]:
    """Return the sheets of a file that hold anything.

    Args:
        data: The whole file.
        name: Its name, for the sentences.

    Raises:
        LedgerError: The file cannot be read; one sentence, whatever is wrong with it.
    """
    try:
        kind = gates.kind_of(data, name)
        sheets = [_csv(data, name)] if kind == "text" else _workbook(data, name, kind)
    except LedgerError:
        raise
    except BaseException as error:
        # 3,000 damaged workbooks raised 12 kinds of exception; calamine adds a panic, which is
        # no Exception. What a person, or the machine, sends to stop the program goes on.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise LedgerError(
            f"{name} is damaged or no spreadsheet ({type(error).__name__}); open it in Excel, save "
            f"it again and use the new file"
        ) from error
    sheets = [sheet for sheet in sheets if sheet.rows]
    if longest := next((each for each in sheets if len(each.rows) > MAX_ROWS), None):
        raise _too_long(name, len(longest.rows))
    if not sheets:
        raise LedgerError(f"{name} has no cell with anything in it; save the ledger again")
    return sheets


def _too_long(name: str, rows: int) -> LedgerError:
    return LedgerError(
        f"{name} has {rows:,} rows, and more than {MAX_ROWS:,} are no ledger of customers; save "
        f"one row for each customer, or the rows of one period, in a new file"
    )


def _workbook(data: bytes, name: str, kind: gates.Kind) -> list[Sheet]:
    if kind != "xlsx":
        return [Sheet(name=title, rows=rows, form=kind) for title, rows in sheets_apart(data)]
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  only here, and apart

    with ThreadPoolExecutor(1) as beside:
        # To open reads no sheet, only parts that the gates have looked at. A fifth of the reader's
        # time; the scan takes as long, and neither keeps the other waiting.
        opening = beside.submit(CalamineWorkbook.from_filelike, io.BytesIO(data))
        known = scan(data, name)
    currencies = currencies_in(data)
    for title, facts in known.items():
        if facts.height * facts.width > MAX_CELLS:
            raise LedgerError(
                f"{name}: sheet {title!r} reaches to row {facts.height:,}, column "
                f"{facts.width:,}; delete what stands far outside the ledger and save it again"
            )
    sheets = []
    with opening.result() as book:
        for title, facts in known.items():
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            # The reader ends before last rows that only hold formulas it sees no value of.
            last = max((row for row, _ in facts.uncalculated | facts.errors), default=0)
            rows += [[] for _ in range(last - len(rows))]
            formatted = partial(in_column, data, facts, currencies)
            sheets.append(Sheet(name=title, rows=rows, facts=facts, form=kind, formatted=formatted))
    return sheets


def _csv(data: bytes, name: str) -> Sheet:
    text, encoding = delimited.decoded(data)
    if "\0" in text:
        raise LedgerError(f"{name} is neither a spreadsheet nor text; use an xlsx or csv file")
    if (lines := text.count("\n")) > MAX_ROWS:
        raise _too_long(name, lines)
    best: tuple[tuple[int, int], str, list[list[str]]] | None = None
    for separator in delimited.separators(text):
        try:
            rows = delimited.rows(text, separator)
        except csv.Error:
            continue
        found = _headings_found(rows)
        score = found, max((len(row) for row in rows[:20]), default=0)
        if best is None or score > best[0]:
            best = score, separator, rows
    if best is None:
        raise LedgerError(f"{name} is no CSV file; open it in Excel and save it as .xlsx")
    _, separator, rows = best
    shown = {"\t": "tab"}.get(separator, separator)
    return Sheet(
        name="",
        rows=rows,
        guessed=None if encoding.startswith("utf") else encoding,
        form=f"csv, {encoding}, separated by {shown}",
    )


def _headings_found(rows: list[list[str]]) -> int:
    try:
        columns = find_columns(rows, "", {})
    except LedgerError:  # two columns for one field: headings all the same
        return 2
    return len(columns.index) if columns else 0
