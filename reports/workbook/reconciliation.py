"""The reconciliation as a workbook: cover, bridge, and one sheet for each thing to look at."""

from __future__ import annotations

from dataclasses import dataclass

from reports.reconciliation import Reconciliation
from reports.reconciliation.words import word
from reports.workbook.bridge import add_bridge
from reports.workbook.checks import add_checks, add_rules
from reports.workbook.cover import add_cover
from reports.workbook.formulas import Formulas
from reports.workbook.lists import add_register
from reports.workbook.matches import Matches
from reports.workbook.sealing import seal
from reports.workbook.sheets import new_book
from reports.workbook.sign_off import add_sign_off
from reports.workbook.unmatched import Unmatched


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBook:
    """A workbook and its seal.

    Attributes:
        data: The .xlsx file; equal reconciliations give equal bytes.
        seal: What it bears in its properties and in print.
    """

    data: bytes
    seal: str


def sealed_workbook(reconciliation: Reconciliation) -> SealedBook:
    """Return the reconciliation as an .xlsx file, with its seal."""
    listing, language = reconciliation.snapshot.listing, reconciliation.language
    book = new_book(
        title=word("title", language),
        as_of=listing.as_of,
        fingerprint=listing.fingerprint,
        language=language,
    )
    formulas = Formulas(book)
    matches, unmatched = Matches(book, reconciliation), Unmatched(book, reconciliation)
    matches.suggested()
    matches.matched()
    unmatched.only_with_vendor()
    unmatched.only_in_ledger()
    unmatched.differences()
    unmatched.associations()
    unmatched.timing()
    unmatched.duplicates()
    matches.groups()
    unmatched.not_checked()
    add_register(book, reconciliation)
    matches.decisions()
    unmatched.ignored()
    unmatched.spoilt_cells()
    add_bridge(book, formulas, reconciliation)
    add_rules(book, formulas, reconciliation)
    add_checks(book, formulas, reconciliation)
    add_sign_off(book, formulas, reconciliation)
    add_cover(book, reconciliation)
    sealed = seal(book)
    return SealedBook(data=formulas.save(), seal=sealed)
