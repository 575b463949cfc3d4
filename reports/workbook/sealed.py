"""A reconciliation's workbook as it comes back: is it as it was made, and who signed it."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from partnerbook.errors import LedgerError
from reports.ledger.gates import kind_of
from reports.ledger.scan import scan
from reports.ledger.source import MAX_CELLS
from reports.reconciliation.words import WORDS
from reports.workbook.sealing import Cell, changes, seal_of
from reports.workbook.sign_off import PREPARER, REVIEWER

_DECIDING = frozenset(
    shown for key in ("Yes or no", "State", "Until", "Decided by") for shown in WORDS[key]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What a sealed workbook says of itself.

    Attributes:
        seal: Its seal.
        unchanged: Whether every cell is as it was sealed.
        cells: The cells that are not; may be empty for a changed one whose hidden sheet is gone.
        decisions: Those of the cells that hold a decision: an answer, a state, how long it holds.
        preparer: Who signed as preparer; ``""`` for nobody.
        reviewer: Who signed as reviewer; ``""`` for nobody.
    """

    seal: str
    unchanged: bool
    cells: tuple[Cell, ...]
    decisions: frozenset[Cell]
    preparer: str
    reviewer: str

    @property
    def is_signed(self) -> bool:
        """Whether two people signed it."""
        return bool(self.preparer and self.reviewer)


def read_sealed(path: Path) -> Sealed:
    """Return what a sealed workbook says of itself.

    Raises:
        LedgerError: It cannot be read, or bears no seal.
    """
    book = _open(Path(path))
    seal = seal_of(book)
    if seal is None:
        raise LedgerError(
            f"{path} bears no seal; give a workbook that `partnerbook reconcile` made"
        )
    unchanged, cells = changes(book)
    signing = next((s for s in book.worksheets if s.title in WORDS["Sign-off"]), None)
    preparer, reviewer = (
        str(signing[place].value or "").strip() if signing else "" for place in (PREPARER, REVIEWER)
    )
    return Sealed(
        seal=seal,
        unchanged=unchanged,
        cells=cells,
        decisions=frozenset(each for each in cells if _decides(book, each)),
        preparer=preparer,
        reviewer=reviewer,
    )


def _open(path: Path) -> Workbook:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise LedgerError(f"{path} cannot be read ({reason}); check the path") from error
    if kind_of(data, path.name) != "xlsx":
        raise LedgerError(f"{path} is no .xlsx workbook; give the one that was signed")
    try:
        widest = max((each.height * each.width for each in scan(data).values()), default=0)
        with warnings.catch_warnings():
            # What openpyxl cannot read of others' additions is no cell of ours.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data)) if widest <= MAX_CELLS else None
    except Exception as error:
        raise LedgerError(
            f"{path} is damaged ({type(error).__name__}); ask for the file that was signed"
        ) from error
    if book is None:
        raise LedgerError(f"{path} has more cells than a reconciliation; ask for the signed file")
    return book


def _decides(book: Workbook, cell: Cell) -> bool:
    if not cell.place or cell.sheet not in (*WORDS["Suggested"], *WORDS["Breaks"]):
        return False
    column = cell.place.rstrip("0123456789")
    return book[cell.sheet][f"{column}1"].value in _DECIDING
