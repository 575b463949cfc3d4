"""The reconciliation as a workbook: cover, bridge, and one sheet for each thing to look at."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from openpyxl.workbook import Workbook

from partnerbook.model import Break, BreakKind, Customer, LedgerLine
from partnerbook.wording import heading, label
from reports.reconciliation import BILLING, Reconciliation
from reports.workbook.bridge import add_bridge
from reports.workbook.cover import add_cover
from reports.workbook.formulas import Formulas
from reports.workbook.lists import add_choices, add_list, add_register
from reports.workbook.sheets import new_book

_AMOUNT: tuple[str, ...] = ("Amount", "Currency")
_NO_CURRENCY = "(none)"


def reconciliation_workbook(reconciliation: Reconciliation) -> bytes:
    """Return the reconciliation as an .xlsx file; equal reconciliations give equal bytes."""
    listing = reconciliation.snapshot.listing
    book = new_book(title="Reconciliation", as_of=listing.as_of, fingerprint=listing.fingerprint)
    formulas = Formulas(book)
    tables = _Tables(book, reconciliation)
    tables.suggested()
    tables.matched()
    tables.only_with_vendor()
    tables.only_in_ledger()
    tables.differences()
    tables.associations()
    tables.timing()
    tables.duplicates()
    tables.not_checked()
    add_register(book, reconciliation)
    tables.ignored()
    tables.spoilt_cells()
    add_bridge(book, formulas, reconciliation)
    add_cover(book, reconciliation)
    return formulas.save()


class _Tables:
    """One method for each sheet that is a table."""

    def __init__(self, book: Workbook, reconciliation: Reconciliation) -> None:
        self._book, self._it = book, reconciliation
        self._lines = {line.row: line for line in reconciliation.ledger.lines}
        self._customers = reconciliation.snapshot.listing.by_id
        self._breaks: defaultdict[BreakKind, list[Break]] = defaultdict(list)
        for each in reconciliation.breaks:
            self._breaks[each.kind].append(each)

    def suggested(self) -> None:
        rows = [
            (
                match.row,
                *_ledger_names(self._lines[match.row]),
                *_customer_names(self._customers[match.customer_id]),
                match.rule,
                match.why,
                None,
                None,
            )
            for match in self._it.suggested
        ]
        sheet = add_list(
            self._book,
            "Suggested",
            ("Row", *_LEDGER_NAMES, *_CUSTOMER_NAMES, "Rule", "Why", "Yes or no", "Comment"),
            rows,
            wrapped=("Why", "Comment"),
        )
        add_choices(sheet, "Yes or no", len(rows), ("yes", "no"))

    def matched(self) -> None:
        add_list(
            self._book,
            "Matched",
            ("Row", *_CUSTOMER_NAMES, "Ledger's name", *_AMOUNT, "Rule", "Why"),
            [
                (
                    match.row,
                    *_customer_names(self._customers[match.customer_id]),
                    line.company_name or line.account_name,
                    *_amount(line),
                    match.rule,
                    match.why,
                )
                for match in self._it.confirmed
                for line in (self._lines[match.row],)
            ],
        )

    def only_with_vendor(self) -> None:
        rows = []
        for each in self._breaks["not_in_ledger"]:
            customer = self._customers[each.customer_id or ""]
            rows.append(
                (
                    each.id,
                    *_customer_names(customer),
                    customer.associated_at,
                    label("association", customer.association),
                    each.why,
                )
            )
        add_list(
            self._book,
            "Only with vendor",
            ("Break", *_CUSTOMER_NAMES, heading("associated_at"), "Association", "Why"),
            rows,
            wrapped=("Why",),
        )

    def only_in_ledger(self) -> None:
        suggested = {match.row for match in self._it.suggested}
        rows = []
        for each in self._breaks["not_with_vendor"]:
            line = self._lines[each.rows[0]]
            is_suggested = "yes" if line.row in suggested else "no"
            names, amount = _ledger_names(line), _amount(line)
            rows.append((each.id, line.row, *names, *amount, is_suggested, each.why))
        add_list(
            self._book,
            "Only in ledger",
            ("Break", "Row", *_LEDGER_NAMES, *_AMOUNT, "Suggested", "Why"),
            rows,
            wrapped=("Why",),
        )

    def differences(self) -> None:
        add_list(
            self._book,
            "Differences",
            ("Break", "Rows", *_CUSTOMER_NAMES, "Field", "Partner Center says", "The ledger says"),
            [
                (
                    each.id,
                    ", ".join(map(str, each.rows)),
                    *_customer_names(self._customers[each.customer_id or ""]),
                    heading(each.field or ""),
                    label(each.field or "", each.vendor_value),
                    label(each.field or "", each.ledger_value),
                )
                for each in self._breaks["different"]
            ],
        )

    def associations(self) -> None:
        rows = []
        for each in self._breaks["association"]:
            customer = self._customers[each.customer_id or ""]
            row_numbers = ", ".join(map(str, each.rows))
            said = label("association", customer.association)
            rows.append((each.id, row_numbers, *_customer_names(customer), said, each.why))
        add_list(
            self._book,
            "Associations",
            ("Break", "Rows", *_CUSTOMER_NAMES, "Association", "Why"),
            rows,
            wrapped=("Why",),
        )

    def timing(self) -> None:
        cutoff = self._it.cutoff
        if not cutoff:
            return
        late = {each.customer_id: each for each in self._breaks["timing"]}
        rows: list[tuple[Any, ...]] = []
        for customer in self._it.snapshot.listing.customers:
            after = late.get(customer.customer_id)
            flips = customer in self._it.flipping
            if after or flips:
                rows.append(
                    (
                        after.id if after else None,
                        *_customer_names(customer),
                        customer.associated_at,
                        _at_billing(customer),
                        "yes" if flips else "no",
                        after.why if after else "Inside the period in the zone of the cut-off.",
                    )
                )
        add_list(
            self._book,
            "Timing",
            (
                "Break",
                *_CUSTOMER_NAMES,
                heading("associated_at"),
                "Associated at (+08:00)",
                "Month differs by zone",
                "Why",
            ),
            rows,
            wrapped=("Why",),
        )

    def duplicates(self) -> None:
        rows = []
        for each in self._breaks["twice"]:
            for row in each.rows:
                line = self._lines[row]
                counts = "extra" if self._it.classes[row] == "twice" else "counts"
                names = _ledger_names(line)
                rows.append((each.id, row, counts, each.customer_id, *names, *_amount(line)))
        add_list(
            self._book,
            "Duplicates",
            ("Break", "Row", "This row", "Customer ID found", *_LEDGER_NAMES, *_AMOUNT),
            rows,
        )

    def not_checked(self) -> None:
        if not self._it.why_not_checked:
            return
        add_list(
            self._book,
            "Not checked",
            ("Row", *_LEDGER_NAMES, *_AMOUNT, "Why"),
            [
                (line.row, *_ledger_names(line), *_amount(line), self._it.why_not_checked)
                for line in self._it.not_checked
            ],
        )

    def ignored(self) -> None:
        add_list(
            self._book,
            "Ignored",
            ("Row", "Why", *_AMOUNT),
            [(each.row, each.reason, *_amount(each)) for each in self._it.ledger.ignored],
        )

    def spoilt_cells(self) -> None:
        if not self._it.ledger.damaged:
            return
        add_list(
            self._book,
            "Spoilt cells",
            ("Row", "Column", "Field", "Stands there", "What is wrong"),
            [
                (each.row, each.column, heading(each.field), each.text, each.what)
                for each in self._it.ledger.damaged
            ],
        )


_CUSTOMER_NAMES = (heading("customer_id"), heading("account_name"), heading("company_name"))
_LEDGER_NAMES = (
    "Ledger's customer ID",
    "Ledger's partner's ID",
    "Ledger's account",
    "Ledger's name",
)


def _at_billing(customer: Customer) -> str | None:
    if customer.associated_at is None:
        return None
    return customer.associated_at.astimezone(BILLING).strftime("%Y-%m-%d %H:%M")


def _customer_names(customer: Customer) -> tuple[str | None, ...]:
    return customer.customer_id, customer.account_name, customer.company_name


def _ledger_names(line: LedgerLine) -> tuple[str | None, ...]:
    return line.customer_id, line.xaccount_id, line.account_name, line.company_name


def _amount(row: Any) -> tuple[Any, ...]:
    # The bridge adds up by currency; an amount without one needs a name to be found by.
    currency = row.currency or (_NO_CURRENCY if row.amount is not None else None)
    return row.amount, currency
