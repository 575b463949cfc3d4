"""What the tables of the reconciliation's workbook share: lines, customers, breaks, words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.model import Break, BreakKind, Customer, LedgerLine, Match
from reports.ledger import IgnoredRow
from reports.reconciliation import Reconciliation
from reports.reconciliation.words import word
from reports.workbook.lists import add_list

AMOUNT = ("Amount", "Currency")
CUSTOMER_NAMES = ("customer_id", "account_name", "company_name")
LEDGER_NAMES = (
    "Ledger's customer ID",
    "Ledger's partner's ID",
    "Ledger's account",
    "Ledger's name",
)


class Tables:
    """Adds tables of one reconciliation to a book.

    Args:
        book: The book.
        reconciliation: What it shows.
    """

    def __init__(self, book: Workbook, reconciliation: Reconciliation) -> None:
        self._book, self._it = book, reconciliation
        self._language = reconciliation.language
        self._lines = {line.row: line for line in reconciliation.ledger.lines}
        self._customers = reconciliation.snapshot.listing.by_id
        self._breaks: defaultdict[BreakKind, list[Break]] = defaultdict(list)
        for each in reconciliation.breaks:
            self._breaks[each.kind].append(each)

    def _list(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Worksheet:
        return add_list(self._book, title, columns, rows, self._language)

    def _word(self, key: str) -> str:
        return word(key, self._language)

    def _rule(self, match: Match) -> str:
        return word(f"by {match.rule}", self._language)

    def _parts(self, match: Match) -> str | None:
        return ", ".join(f"{self._word(name)} {score}" for name, score in match.parts) or None

    def _amount(self, row: LedgerLine | IgnoredRow) -> tuple[Any, ...]:
        # The bridge adds up by currency; an amount without one needs a name to be found by.
        none = self._word("(none)") if row.amount is not None else None
        return row.amount, row.currency or none


def customer_names(customer: Customer) -> tuple[str | None, ...]:
    """Return the cells of `CUSTOMER_NAMES`."""
    return customer.customer_id, customer.account_name, customer.company_name


def ledger_names(line: LedgerLine) -> tuple[str | None, ...]:
    """Return the cells of `LEDGER_NAMES`."""
    return line.customer_id, line.xaccount_id, line.account_name, line.company_name
