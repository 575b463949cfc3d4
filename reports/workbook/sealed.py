"""A reconciliation's workbook as it comes back: is it as it was made, and who signed it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl.utils import get_column_letter

from partnerbook.errors import LedgerError, reason_of
from reports.ledger.cells import text_of
from reports.ledger.gates import kind_of
from reports.ledger.scan import scan
from reports.ledger.source import MAX_CELLS
from reports.reconciliation.words import WORDS
from reports.workbook.content import EMPTY, Digest, content, letters_of, split
from reports.workbook.sealed_file import SealedFile, Values
from reports.workbook.sealing import SHEET, UNSEALED
from reports.workbook.sign_off import PREPARER, REVIEWER, SEAL, STATEMENT

_DECIDING = frozenset(
    shown for key in ("Yes or no", "State", "Until", "Decided by") for shown in WORDS[key]
)
_ANSWERS = _DECIDING | {
    shown for key in ("Comment", "Owner", "Cause", "Due") for shown in WORDS[key]
}
_ASKING = frozenset(shown for key in ("Suggested", "Groups", "Breaks") for shown in WORDS[key])

HIDDEN = "hidden"
"""What is now of a sheet that stands there, but that a reader does not see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell that is not as it was sealed.

    Attributes:
        sheet: Title of its sheet.
        place: ``"B7"``; ``""`` where the whole sheet is gone or new.
        was_empty: Whether it was empty when it was sealed.
        now: What stands there now; ``""`` for nothing; `HIDDEN` of a sheet that is.
        decides: Whether it holds a decision: an answer, a state, how long it holds, who said so.
        answers: Whether it stands where people are asked to write, in a row that was made.
    """

    sheet: str
    place: str
    was_empty: bool
    now: str
    decides: bool = False
    answers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What a sealed workbook says of itself.

    Attributes:
        seal: Its seal.
        unchanged: Whether every cell is as it was sealed.
        cells: The cells that are not; may be empty for a changed one whose hidden sheet is gone.
        preparer: Who signed as preparer; ``""`` for nobody.
        reviewer: Who signed as reviewer; ``""`` for nobody.
        untrusted: Rows that ask something, by sheet, and are no row that was made: what people
            answered there may be meant for another.
        is_blind: Whether it was changed and nothing in it tells where.
    """

    seal: str
    unchanged: bool
    cells: tuple[Cell, ...]
    preparer: str
    reviewer: str
    untrusted: frozenset[tuple[str, int]] = frozenset()
    is_blind: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether people wrote where they are asked to, and nothing else was changed."""
        return bool(self.cells) and all(each.answers for each in self.cells)

    def trusts(self, sheet: str, row: int) -> bool:
        """Return whether a row that asks something still asks what it was made to ask."""
        return not self.is_blind and (sheet, row) not in self.untrusted

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
        raise LedgerError(f"{path} cannot be read ({reason_of(error)}); check the path") from error
    return sealed_from(data, str(path))


def sealed_from(data: bytes, name: str) -> Sealed:
    """Return what a sealed workbook says of itself, from its bytes.

    Args:
        data: The file.
        name: What to call it in sentences.

    Raises:
        LedgerError: It cannot be read, or bears no seal.
    """
    if _kind(data, name) != "xlsx":
        raise LedgerError(f"{name} is no .xlsx workbook; give the one that was signed")
    try:
        widest = max((each.height * each.width for each in scan(data, name).values()), default=0)
        book = SealedFile(data) if widest <= MAX_CELLS else None
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


def _kind(data: bytes, name: str) -> str:
    try:
        return kind_of(data, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise LedgerError(
            f"{name} is damaged or cut off; ask for the file that was signed"
        ) from error


@dataclass(slots=True)
class _Known:
    """What the hidden sheet says: the letters of each row that held anything, by sheet."""

    rows: dict[str, dict[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, book: SealedFile) -> _Known:
        known = cls()
        for _, values in book.rows(SHEET) if SHEET in book.titles else ():
            title, text = (str(values.get(column, ("", False))[0]) for column in (1, 2))
            rows = known.rows.setdefault(title, {})
            for each in text.split("/"):
                row, colon, letters = each.partition(":")
                if colon and row.isdecimal():
                    rows[int(row)] = letters
        return known


def _compared(book: SealedFile) -> Sealed:
    digest, known = Digest(), _Known.of(book)
    cells: list[Cell] = []
    untrusted: set[tuple[str, int]] = set()
    present = set(book.titles) - UNSEALED
    for title in sorted(present):
        changes = _changes(book, title, known.rows.get(title), digest)
        cells += changes.cells
        untrusted |= {(title, row) for row in changes.untrusted}
    if known.rows:
        gone = sorted(known.rows.keys() - present)
        new = sorted(present - known.rows.keys())
        cells[:0] = [
            *(Cell(sheet=title, place="", was_empty=False, now="") for title in gone),
            *(Cell(sheet=title, place="", was_empty=True, now="") for title in new),
        ]
    signing = next((title for title in book.titles if title in WORDS["Sign-off"]), None)
    signed = dict(book.rows(signing)) if signing else {}
    printed = list(_signed_for(signing, signed, str(book.seal))) if signing else []
    is_whole = str(digest) == book.seal
    printed += [
        Cell(sheet=title, place="", was_empty=False, now=HIDDEN)
        for title in book.hidden
        if title != SHEET
    ]
    cells = [*(() if is_whole else cells), *printed]
    preparer, reviewer = (_at(signed, place) for place in (PREPARER, REVIEWER))
    return Sealed(
        seal=str(book.seal),
        unchanged=is_whole and not printed,
        cells=tuple(cells),
        preparer=preparer,
        reviewer=reviewer,
        untrusted=frozenset() if is_whole else frozenset(untrusted),
        is_blind=not is_whole and not known.rows,
    )


def _signed_for(title: str, signed: Mapping[int, Values], seal: str) -> Iterator[Cell]:
    """Yield what people signed under, where it is not what was made: statement, printed seal."""
    for place, meant in ((STATEMENT, WORDS["statement"]), (SEAL, (seal,))):
        now = _at(signed, place)
        if now not in meant:
            yield Cell(sheet=title, place=place, was_empty=False, now=now)


@dataclass(frozen=True, slots=True)
class _Changes:
    """What of one sheet is not as it was sealed: cells, and rows as in `Sealed.untrusted`."""

    cells: tuple[Cell, ...]
    untrusted: frozenset[int]


def _changes(
    book: SealedFile, title: str, sealed: Mapping[int, str] | None, digest: Digest
) -> _Changes:
    """Return what of a sheet is not as it was sealed, and add its rows to the digest, in order.

    Where `sealed`, the letters of its rows that held anything, is None, nothing is known of it.
    """
    asks, headings = title in _ASKING, Values()
    made: frozenset[tuple[str, ...]] | None = None
    cells: list[Cell] = []
    untrusted: set[int] = set()
    left = dict(sealed or {})
    for row, values in book.rows(title):
        if row == 1 and asks:
            headings = values
        contents = {
            column: text
            for column, (value, formula) in values.items()
            if (text := content(value, is_formula=formula))
        }
        if contents:
            digest.add(title, row, contents)
        if sealed is None:
            continue
        was, letters = left.pop(row, ""), letters_of(contents)
        if was == letters:
            continue
        if row > 1 and asks:
            if made is None:  # whoever sorts whole rows changes no question
                made = frozenset(_asked(each, headings) for each in sealed.values())
            if _asked(letters, headings) not in made:
                untrusted.add(row)
        cells += _differing(title, row, was, letters, values, headings)
    for row, was in left.items():
        cells += _differing(title, row, was, "", {}, headings)
    return _Changes(tuple(cells), frozenset(untrusted))


def _asked(letters: str, headings: Values) -> tuple[str, ...]:
    """Return the letters of what a row asks: of its cells that are no answers."""
    found = [
        each
        for column, each in enumerate(split(letters), start=1)
        if headings.get(column, ("", False))[0] not in _ANSWERS
    ]
    while found and found[-1] == EMPTY:
        found.pop()
    return tuple(found)


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
                decides=(heading := headings.get(column, ("", False))[0]) in _DECIDING,
                answers=bool(was) and row > 1 and heading in _ANSWERS,
            )


def _at(rows: Mapping[int, Values], place: str) -> str:
    column, row = ord(place[0]) - ord("A") + 1, int(place[1:])
    return str(rows.get(row, {}).get(column, ("", False))[0]).strip()
