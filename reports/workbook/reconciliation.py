"""The reconciliation as a workbook: cover, bridge, and one sheet for each thing to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partnerbook.model import Break, BreakKind, Customer, LedgerLine, Match
from partnerbook.wording import heading, label
from reports.ledger import IgnoredRow
from reports.reconciliation import BILLING, Reconciliation
from reports.reconciliation.words import word
from reports.workbook.bridge import add_bridge
from reports.workbook.checks import add_checks, add_rules
from reports.workbook.cover import add_cover
from reports.workbook.formulas import Formulas
from reports.workbook.lists import add_choices, add_days, add_list, add_register, print_until
from reports.workbook.sealing import seal
from reports.workbook.sheets import new_book
from reports.workbook.sign_off import add_sign_off

_AMOUNT: tuple[str, ...] = ("Amount", "Currency")


def reconciliation_workbook(reconciliation: Reconciliation) -> bytes:
    """Return the reconciliation as an .xlsx file; equal reconciliations give equal bytes."""
    listing, language = reconciliation.snapshot.listing, reconciliation.language
    book = new_book(
        title=word("title", language),
        as_of=listing.as_of,
        fingerprint=listing.fingerprint,
        language=language,
    )
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
    tables.groups()
    tables.not_checked()
    add_register(book, reconciliation)
    tables.decisions()
    tables.ignored()
    tables.spoilt_cells()
    add_bridge(book, formulas, reconciliation)
    add_rules(book, formulas, reconciliation)
    add_checks(book, formulas, reconciliation)
    add_sign_off(book, formulas, reconciliation)
    add_cover(book, reconciliation)
    seal(book)
    return formulas.save()


class _Tables:
    """One method for each sheet that is a table."""

    def __init__(self, book: Workbook, reconciliation: Reconciliation) -> None:
        self._book, self._it = book, reconciliation
        self._language = reconciliation.language
        self._lines = {line.row: line for line in reconciliation.ledger.lines}
        self._customers = reconciliation.snapshot.listing.by_id
        self._breaks: defaultdict[BreakKind, list[Break]] = defaultdict(list)
        for each in reconciliation.breaks:
            self._breaks[each.kind].append(each)

    def suggested(self) -> None:
        rows = []
        for match in self._it.suggested:
            line, customer = self._lines[match.row], self._customers[match.customer_id]
            rows.append(
                (
                    match.row,
                    line.company_name,
                    line.account_name,
                    customer.company_name,
                    customer.account_name,
                    match.why,
                    *[None] * 4,
                    match.rule,
                    self._parts(match),
                    customer.customer_id,
                    line.customer_id,
                    line.xaccount_id,
                    line.email,
                    line.phone,
                )
            )
        columns = (
            "Row", "Ledger's name", "Ledger's account", "company_name", "account_name", "Why",
            "Yes or no", "Comment", "Until", "Decided by", "Rule", "Score by part", "customer_id",
            "Ledger's customer ID", "Ledger's partner's ID", "Ledger's e-mail", "Ledger's phone",
        )  # fmt: skip
        sheet = self._list("Suggested", columns, rows)
        answers = (self._word("yes"), self._word("no"))
        add_choices(sheet, self._word("Yes or no"), len(rows), answers)
        add_days(sheet, self._word("Until"), len(rows))
        print_until(sheet, self._word("Decided by"))

    def matched(self) -> None:
        self._list(
            "Matched",
            ("Row", *_CUSTOMER_NAMES, "Ledger's name", *_AMOUNT, "Rule", "Score by part", "Why"),
            [
                (
                    match.row,
                    *_customer_names(self._customers[match.customer_id]),
                    line.company_name or line.account_name,
                    *self._amount(line),
                    match.rule,
                    self._parts(match),
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
                    label("association", customer.association, self._language),
                    each.why,
                )
            )
        columns = ("Break", *_CUSTOMER_NAMES, "associated_at", "Association", "Why")
        self._list("Only with vendor", columns, rows)

    def only_in_ledger(self) -> None:
        suggested = {match.row for match in self._it.suggested}
        rows = []
        for each in self._breaks["not_with_vendor"]:
            line = self._lines[each.rows[0]]
            is_suggested = self._word("yes" if line.row in suggested else "no")
            names, amount = _ledger_names(line), self._amount(line)
            rows.append((each.id, line.row, *names, *amount, is_suggested, each.why))
        columns = ("Break", "Row", *_LEDGER_NAMES, *_AMOUNT, "is suggested", "Why")
        self._list("Only in ledger", columns, rows)

    def differences(self) -> None:
        columns = (
            "Break", "Rows", *_CUSTOMER_NAMES, "Field", "Partner Center says", "The ledger says",
        )  # fmt: skip
        rows = [
            (
                each.id,
                ", ".join(map(str, each.rows)),
                *_customer_names(self._customers[each.customer_id or ""]),
                heading(each.field or "", self._language),
                label(each.field or "", each.vendor_value, self._language),
                label(each.field or "", each.ledger_value, self._language),
            )
            for each in self._breaks["different"]
        ]
        self._list("Differences", columns, rows)

    def associations(self) -> None:
        rows = []
        for each in self._breaks["association"]:
            customer = self._customers[each.customer_id or ""]
            row_numbers = ", ".join(map(str, each.rows))
            said = label("association", customer.association, self._language)
            rows.append((each.id, row_numbers, *_customer_names(customer), said, each.why))
        columns = ("Break", "Rows", *_CUSTOMER_NAMES, "Association", "Why")
        self._list("Associations", columns, rows)

    def timing(self) -> None:
        if not self._it.cutoff:
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
                        *_customer_names(customer),
                        customer.associated_at,
                        _at_billing(customer),
                        self._word("yes" if flips else "no"),
                        after.why if after else self._word("inside"),
                    )
                )
        columns = (
            "Break", *_CUSTOMER_NAMES, "associated_at", "Associated at (+08:00)",
            "Month differs by zone", "Why",
        )  # fmt: skip
        self._list("Timing", columns, rows)

    def duplicates(self) -> None:
        rows = []
        for each in self._breaks["twice"]:
            for row in each.rows:
                line = self._lines[row]
                counts = self._word("extra" if self._it.classes[row] == "twice" else "counts")
                names = _ledger_names(line)
                rows.append((each.id, row, counts, each.customer_id, *names, *self._amount(line)))
        columns = ("Break", "Row", "This row", "Customer ID found", *_LEDGER_NAMES, *_AMOUNT)
        self._list("Duplicates", columns, rows)

    def groups(self) -> None:
        rows = [
            (
                each.name,
                self._word(each.kind),
                ", ".join(f"{self._customers[one].shown_name} ({one})" for one in each.customers),
                ", ".join(map(str, each.rows)),
            )
            for each in self._it.groups
        ]
        if rows:
            self._list("Groups", ("Group", "Shared by", "Customers", "Rows"), rows)

    def not_checked(self) -> None:
        if not self._it.why_not_checked:
            return
        self._list(
            "Not checked",
            ("Row", *_LEDGER_NAMES, *_AMOUNT, "Why"),
            [
                (line.row, *_ledger_names(line), *self._amount(line), self._it.why_not_checked)
                for line in self._it.not_checked
            ],
        )

    def decisions(self) -> None:
        rows = [
            (
                each.number,
                self._word(each.verdict),
                each.who,
                each.decided_at,
                each.expires,
                each.customer_id,
                each.party[1] if each.party else None,
                each.break_id,
                each.reason,
            )
            for each in self._it.decisions
        ]
        columns = (
            "Decision", "Verdict", "Decided by", "Decided at (UTC)", "Until", "customer_id",
            "Ledger's side", "Break", "Reason",
        )  # fmt: skip
        self._list("Decisions used", columns, rows)

    def ignored(self) -> None:
        ends = self._word("while so")
        rows = [
            (each.row, self._word(each.reason), *self._amount(each), ends)
            for each in self._it.ledger.ignored
        ]
        self._list("Ignored", ("Row", "Why", *_AMOUNT, "Ends"), rows)

    def spoilt_cells(self) -> None:
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

    def _list(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Worksheet:
        return add_list(self._book, title, columns, rows, self._language)

    def _word(self, key: str) -> str:
        return word(key, self._language)

    def _parts(self, match: Match) -> str | None:
        return ", ".join(f"{self._word(name)} {score}" for name, score in match.parts) or None

    def _amount(self, row: LedgerLine | IgnoredRow) -> tuple[Any, ...]:
        # The bridge adds up by currency; an amount without one needs a name to be found by.
        none = self._word("(none)") if row.amount is not None else None
        return row.amount, row.currency or none


_CUSTOMER_NAMES = ("customer_id", "account_name", "company_name")
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
