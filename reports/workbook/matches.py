"""Matches and decisions as tables: suggested, matched, groups, decisions used."""

from __future__ import annotations

from reports.workbook.lists import add_choices, add_days, print_until
from reports.workbook.tables import AMOUNT, CUSTOMER_NAMES, Tables, customer_names


class Matches(Tables):
    """One method for each sheet that is a table of matches."""

    def suggested(self) -> None:
        """Add the matches that wait for a yes or no."""
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
                    self._rule(match),
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
        """Add the confirmed matches."""
        rows = [
            (
                match.row,
                *customer_names(self._customers[match.customer_id]),
                line.company_name or line.account_name,
                *self._amount(line),
                self._rule(match),
                match.why,
                self._parts(match),
            )
            for match in self._it.confirmed
            for line in (self._lines[match.row],)
        ]
        columns = (
            "Row", *CUSTOMER_NAMES, "Ledger's name", *AMOUNT, "Rule", "Why", "Score by part",
        )  # fmt: skip
        sheet = self._list("Matched", columns, rows)
        print_until(sheet, self._word("Why"))

    def groups(self) -> None:
        """Add who belongs together, and ask whether a row stands for those without one."""
        rows = [
            (
                each.group.name,
                self._word(each.group.kind),
                each.row,
                line.company_name,
                *customer_names(self._customers[each.customer_id]),
                *[None] * 4,
                line.customer_id,
                line.xaccount_id,
                line.account_name,
                line.email,
                line.phone,
            )
            for each in self._it.standing
            if not each.decision
            for line in (self._lines[each.row],)
        ]
        if not rows:
            return
        columns = (
            "Group", "Shared by", "Row", "Ledger's name", *CUSTOMER_NAMES, "Yes or no", "Comment",
            "Until", "Decided by", "Ledger's customer ID", "Ledger's partner's ID",
            "Ledger's account", "Ledger's e-mail", "Ledger's phone",
        )  # fmt: skip
        sheet = self._list("Groups", columns, rows)
        add_choices(
            sheet, self._word("Yes or no"), len(rows), [self._word("yes"), self._word("no")]
        )
        add_days(sheet, self._word("Until"), len(rows))
        print_until(sheet, self._word("Decided by"))

    def decisions(self) -> None:
        """Add the decisions that counted."""
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
