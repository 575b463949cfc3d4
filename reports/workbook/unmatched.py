"""What does not reconcile, and what was left out, as tables."""

from __future__ import annotations

from typing import Any

from partnerbook.model import Customer
from partnerbook.wording import heading, label
from reports.reconciliation import BILLING, Cutoff
from reports.workbook.tables import (
    AMOUNT,
    CUSTOMER_NAMES,
    LEDGER_NAMES,
    Tables,
    customer_names,
    ledger_names,
)


class Unmatched(Tables):
    """One method for each sheet that is a table of breaks, or of rows that were left out."""

    def only_with_vendor(self) -> None:
        """Add the customers without a row."""
        rows = []
        for each in self._breaks["not_in_ledger"]:
            customer = self._customers[each.customer_id or ""]
            rows.append(
                (
                    each.id,
                    *customer_names(customer),
                    customer.associated_at,
                    label("association", customer.association, self._language),
                    each.why,
                )
            )
        columns = ("Break", *CUSTOMER_NAMES, "associated_at", "Association", "Why")
        self._list("Only with vendor", columns, rows)

    def only_in_ledger(self) -> None:
        """Add the rows without a customer."""
        suggested = {match.row for match in self._it.suggested}
        rows = []
        for each in self._breaks["not_with_vendor"]:
            line = self._lines[each.rows[0]]
            is_suggested = self._word("yes" if line.row in suggested else "no")
            names, amount = ledger_names(line), self._amount(line)
            rows.append((each.id, line.row, *names, *amount, is_suggested, each.why))
        columns = ("Break", "Row", *LEDGER_NAMES, *AMOUNT, "is suggested", "Why")
        self._list("Only in ledger", columns, rows)

    def differences(self) -> None:
        """Add what the two sides say differently."""
        columns = (
            "Break", "Rows", *CUSTOMER_NAMES, "Field", "Partner Center says", "The ledger says",
        )  # fmt: skip
        rows = [
            (
                each.id,
                ", ".join(map(str, each.rows)),
                *customer_names(self._customers[each.customer_id or ""]),
                heading(each.field or "", self._language),
                label(each.field or "", each.vendor_value, self._language),
                label(each.field or "", each.ledger_value, self._language),
            )
            for each in self._breaks["different"]
        ]
        self._list("Differences", columns, rows)

    def associations(self) -> None:
        """Add the associations that do not fit the books."""
        rows = []
        for each in self._breaks["association"]:
            customer = self._customers[each.customer_id or ""]
            row_numbers = ", ".join(map(str, each.rows))
            said = label("association", customer.association, self._language)
            rows.append((each.id, row_numbers, *customer_names(customer), said, each.why))
        columns = ("Break", "Rows", *CUSTOMER_NAMES, "Association", "Why")
        self._list("Associations", columns, rows)

    def timing(self) -> None:
        """Add who joined after the cut-off, and whose month differs by zone."""
        cutoff = self._it.cutoff
        if not cutoff:
            return
        late = {each.customer_id: each for each in self._breaks["timing"]}
        flipping = {customer.customer_id for customer in self._it.flipping}
        rows: list[tuple[Any, ...]] = []
        for customer in self._it.snapshot.listing.customers:
            after = late.get(customer.customer_id)
            flips = customer.customer_id in flipping
            if after or flips:
                rows.append(
                    (
                        after.id if after else None,
                        *customer_names(customer),
                        customer.associated_at,
                        _at_billing(customer),
                        self._word("yes" if flips else "no"),
                        after.why if after else self._word(_place(cutoff, customer)),
                    )
                )
        columns = (
            "Break", *CUSTOMER_NAMES, "associated_at", "Associated at (+08:00)",
            "Month differs by zone", "Why",
        )  # fmt: skip
        self._list("Timing", columns, rows)

    def duplicates(self) -> None:
        """Add the rows of customers who have several."""
        rows = []
        for each in self._breaks["twice"]:
            for row in each.rows:
                line = self._lines[row]
                counts = self._word("extra" if self._it.classes[row] == "twice" else "counts")
                names = ledger_names(line)
                rows.append((each.id, row, counts, each.customer_id, *names, *self._amount(line)))
        columns = ("Break", "Row", "This row", "Customer ID found", *LEDGER_NAMES, *AMOUNT)
        self._list("Duplicates", columns, rows)

    def not_checked(self) -> None:
        """Add the rows that an incomplete listing cannot judge."""
        if not self._it.why_not_checked:
            return
        self._list(
            "Not checked",
            ("Row", *LEDGER_NAMES, *AMOUNT, "Why"),
            [
                (line.row, *ledger_names(line), *self._amount(line), self._it.why_not_checked)
                for line in self._it.not_checked
            ],
        )

    def ignored(self) -> None:
        """Add the rows that are no ledger lines."""
        # A row is judged anew every time: it is left out of this reconciliation, and no other.
        ends, until = self._word("judged anew"), self._it.snapshot.taken_at.date()
        rows = [
            (each.row, self._word(each.reason), *self._amount(each), until, ends)
            for each in self._it.ledger.ignored
        ]
        self._list("Ignored", ("Row", "Why", *AMOUNT, "Until", "Ends"), rows)

    def spoilt_cells(self) -> None:
        """Add the cells that could not be used."""
        if not self._it.ledger.damaged:
            return
        rows = [
            (
                each.row,
                each.column,
                heading(each.field, self._language),
                each.text,
                self._word(each.what),
            )
            for each in self._it.ledger.damaged
        ]
        columns = ("Row", "Column", "Field", "Stands there", "What is wrong")
        self._list("Spoilt cells", columns, rows)


def _place(cutoff: Cutoff, customer: Customer) -> str:
    return "before" if cutoff.is_before(customer) else "inside"


def _at_billing(customer: Customer) -> str | None:
    if customer.associated_at is None:
        return None
    return customer.associated_at.astimezone(BILLING).strftime("%Y-%m-%d %H:%M")
