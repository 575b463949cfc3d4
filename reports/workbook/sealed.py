"""A reconciliation's workbook as it comes back: is it as it was made, and who signed it.

Sheets of plain values, the long ones among them, are read by calamine, which takes a tenth of the
time; those that hold a formula or an error by openpyxl, which knows both.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from partnerbook.errors import LedgerError
from reports.ledger.cells import text_of
from reports.ledger.gates import kind_of
from reports.ledger.scan import parts_of, scan
from reports.ledger.source import MAX_CELLS
from reports.reconciliation.words import WORDS
from reports.workbook.content import EMPTY, Digest, content, letters_of, split
from reports.workbook.sealing import PROPERTY, SHEET, UNSEALED
from reports.workbook.sign_off import PREPARER, REVIEWER

_DECIDING = frozenset(
    shown for key in ("Yes or no", "State", "Until", "Decided by") for shown in WORDS[key]
)
_ASKING = frozenset(shown for key in ("Suggested", "Groups", "Breaks") for shown in WORDS[key])
_NOT_PLAIN = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b't="e"', b"t='e'")
_CHUNK = 4 * 2**20

Values = dict[int, tuple[Any, bool]]  # column -> value, and whether it is a formula


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell that is not as it was sealed.

    Attributes:
        sheet: Title of its sheet.
        place: ``"B7"``; ``""`` where the whole sheet is gone or new.
        was_empty: Whether it was empty when it was sealed.
        now: What stands there now; ``""`` for nothing.
        decides: Whether it holds a decision: an answer, a state, how long it holds, who said so.
    """

    sheet: str
    place: str
    was_empty: bool
    now: str
    decides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What a sealed workbook says of itself.

    Attributes:
        seal: Its seal.
        unchanged: Whether every cell is as it was sealed.
        cells: The cells that are not; may be empty for a changed one whose hidden sheet is gone.
        preparer: Who signed as preparer; ``""`` for nobody.
        reviewer: Who signed as reviewer; ``""`` for nobody.
    """

    seal: str
    unchanged: bool
    cells: tuple[Cell, ...]
    preparer: str
    reviewer: str

    @property
    def is_signed(self) -> bool:
        """Whether two people signed it, a reviewer other than the preparer."""
        return bool(self.preparer and self.reviewer) and not self.is_by_one

    @property
    def is_by_one(self) -> bool:
        """Whether the reviewer is the preparer."""
        names = ["".join(each.split()).casefold() for each in (self.preparer, self.reviewer)]
        return bool(names[0]) and names[0] == names[1]


def read_sealed(path: Path) -> Sealed:
    """Return what a sealed workbook says of itself.

    Raises:
        LedgerError: It cannot be read, or bears no seal.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise LedgerError(f"{path} cannot be read ({reason}); check the path") from error
    return sealed_from(data, str(path))


def sealed_from(data: bytes, name: str) -> Sealed:
    """Return what a sealed workbook says of itself, from its bytes.

    Args:
        data: The file.
        name: What to call it in sentences.

    Raises:
        LedgerError: It cannot be read, or bears no seal.
    """
    if kind_of(data, name) != "xlsx":
        raise LedgerError(f"{name} is no .xlsx workbook; give the one that was signed")
    try:
        widest = max((each.height * each.width for each in scan(data, name).values()), default=0)
        book = _File(data) if widest <= MAX_CELLS else None
        found = _compared(book) if book and book.seal else None
    except LedgerError:
        raise
    except BaseException as error:
        # calamine adds a panic to what openpyxl raises, which is no Exception.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise LedgerError(
            f"{name} is damaged ({type(error).__name__}); ask for the file that was signed"
        ) from error
    if book is None:
        raise LedgerError(f"{name} has more cells than a reconciliation; ask for the signed file")
    if found is None:
        raise LedgerError(
            f"{name} bears no seal; give a workbook that `partnerbook reconcile` made"
        )
    return found


class _File:
    """The sheets of a file, row by row, each read by whoever reads it fastest and whole."""

    def __init__(self, data: bytes) -> None:
        from python_calamine import CalamineWorkbook  # noqa: PLC0415  only what verifies pays

        self._fast = CalamineWorkbook.from_filelike(io.BytesIO(data))
        with warnings.catch_warnings():
            # What openpyxl cannot read of others' additions is no cell of ours.
            warnings.simplefilter("ignore")
            slow: Any = load_workbook(io.BytesIO(data), read_only=True)  # hints know not all of it
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self._plain = {title: _is_plain(archive, part) for title, part in parts_of(archive)}
        self._slow = slow
        borne = {each.name: each.value for each in slow.custom_doc_props.props}
        self.seal = str(borne[PROPERTY]) if PROPERTY in borne else None

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the worksheets."""
        return tuple(self._plain)

    def rows(self, title: str) -> Iterator[tuple[int, Values]]:
        """Yield the rows of a sheet that hold anything, in order."""
        if self._plain[title]:
            sheet = self._fast.get_sheet_by_name(title)
            # The reader leaves out empty columns on the left, but no rows above.
            first = (sheet.start or (0, 0))[1] + 1
            for number, row in enumerate(sheet.iter_rows(), start=1):
                yield (
                    number,
                    {
                        column: (value, False)
                        for column, value in enumerate(row, first)
                        if value != ""
                    },
                )
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date that is none
            sheet = self._slow[title]
            sheet.reset_dimensions()  # what a file says of its own size is no limit
            for number, row in enumerate(sheet.iter_rows(), start=1):
                yield (
                    number,
                    {
                        column: (cell.value, cell.data_type == "f")
                        for column, cell in enumerate(row, 1)
                        if cell.value is not None
                    },
                )


@dataclass(slots=True)
class _Known:
    """What the hidden sheet says: the letters of each row that held anything, by sheet."""

    rows: dict[str, dict[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, book: _File) -> _Known:
        known = cls()
        for _, values in book.rows(SHEET) if SHEET in book.titles else ():
            title, text = (str(values.get(column, ("", False))[0]) for column in (1, 2))
            rows = known.rows.setdefault(title, {})
            for each in text.split("/"):
                row, colon, letters = each.partition(":")
                if colon and row.isdecimal():
                    rows[int(row)] = letters
        return known


def _compared(book: _File) -> Sealed:
    digest, known = Digest(), _Known.of(book)
    cells: list[Cell] = []
    present = set(book.titles) - UNSEALED
    for title in sorted(present):
        sealed_rows = known.rows.get(title)
        cells += _sheet(book, title, digest, dict(sealed_rows) if sealed_rows is not None else None)
    if known.rows:
        gone = sorted(known.rows.keys() - present)
        new = sorted(present - known.rows.keys())
        cells[:0] = [
            *(Cell(sheet=title, place="", was_empty=False, now="") for title in gone),
            *(Cell(sheet=title, place="", was_empty=True, now="") for title in new),
        ]
    unchanged = str(digest) == book.seal
    signing = next((title for title in book.titles if title in WORDS["Sign-off"]), None)
    signed = dict(book.rows(signing)) if signing else {}
    preparer, reviewer = (_at(signed, place) for place in (PREPARER, REVIEWER))
    return Sealed(
        seal=str(book.seal),
        unchanged=unchanged,
        cells=() if unchanged else tuple(cells),
        preparer=preparer,
        reviewer=reviewer,
    )


def _sheet(
    book: _File, title: str, digest: Digest, sealed: dict[int, str] | None
) -> Iterator[Cell]:
    """Hash the rows of a sheet, and yield the cells that are not as they were sealed."""
    headings: Values = {}
    for row, values in book.rows(title):
        if row == 1 and title in _ASKING:
            headings = values
        texts = (
            (column, content(value, is_formula=formula))
            for column, (value, formula) in values.items()
        )
        cells = {column: text for column, text in texts if text}
        if cells:
            digest.add(title, row, cells)
        if sealed is not None:
            was = sealed.pop(row, "")
            if was != (letters := letters_of(cells)):
                yield from _differing(title, row, was, letters, values, headings)
    for row, was in (sealed or {}).items():
        yield from _differing(title, row, was, "", {}, headings)


def _differing(  # noqa: PLR0913, PLR0917  all that is known of one row
    title: str, row: int, was: str, letters: str, values: Values, headings: Values
) -> Iterator[Cell]:
    before, after = split(was), split(letters)
    for column in range(1, max(len(before), len(after)) + 1):
        old, new = (each[column - 1] if column <= len(each) else EMPTY for each in (before, after))
        if old != new:
            now = values.get(column, ("", False))[0]
            yield Cell(
                sheet=title,
                place=f"{get_column_letter(column)}{row}",
                was_empty=old == EMPTY,
                now=text_of(now),
                decides=headings.get(column, ("", False))[0] in _DECIDING,
            )


def _is_plain(archive: zipfile.ZipFile, part: str) -> bool:
    """Return whether a sheet holds neither a formula nor an error."""
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            piece = tail + chunk
            if any(each in piece for each in _NOT_PLAIN):
                return False
            tail = chunk[-8:]
    return True


def _at(rows: Mapping[int, Values], place: str) -> str:
    column, row = ord(place[0]) - ord("A") + 1, int(place[1:])
    return str(rows.get(row, {}).get(column, ("", False))[0]).strip()
