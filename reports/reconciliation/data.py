"""What a reconciliation says: frozen data, ready to be laid out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from partnerbook.matching import Group
from partnerbook.model import Break, Customer, Decision, LedgerLine, Match, Snapshot
from partnerbook.wording import Language
from reports.ledger import Ledger
from reports.reconciliation.cutoff import Cutoff
from reports.reconciliation.register import Entry
from reports.reconciliation.standing import Standing

LineClass = Literal["matched", "suggested", "not_with_vendor", "twice", "not_checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """From the vendor's customers to the ledger's lines, in counts.

    ``vendor - not_in_ledger + not_with_vendor + extra_lines = ledger``. Suggested matches stay
    unmatched in it, until a person has decided.

    Attributes:
        vendor: Customers in the snapshot.
        not_in_ledger: Those without a confirmed match, also those of *timing*.
        not_with_vendor: Parties of the ledger without a confirmed match.
        extra_lines: Further lines of a customer or party that already has one.
        ledger: Lines of the ledger that were used, counted on their own.
        suggested: Of both sides' unmatched ones, how many wait for a decision.
    """

    vendor: int
    not_in_ledger: int
    not_with_vendor: int
    extra_lines: int
    ledger: int
    suggested: int

    @property
    def check(self) -> int:
        """What is left over; 0 when the bridge closes."""
        explained = self.vendor - self.not_in_ledger + self.not_with_vendor + self.extra_lines
        return explained - self.ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountBridge:
    """The ledger's amounts in one currency, by what became of their rows.

    Attributes:
        currency: As the ledger writes it; ``""`` where it says none.
        total: Sum of all rows but totals rows, added up on its own.
        matched: Lines of confirmed matches.
        suggested: Lines that wait for a decision.
        not_with_vendor: Lines without a customer.
        twice: Further lines of a customer or party that already has one.
        not_checked: Lines that an incomplete listing cannot judge.
        ignored: Rows that are no ledger lines.
    """

    currency: str
    total: Decimal
    matched: Decimal = Decimal(0)
    suggested: Decimal = Decimal(0)
    not_with_vendor: Decimal = Decimal(0)
    twice: Decimal = Decimal(0)
    not_checked: Decimal = Decimal(0)
    ignored: Decimal = Decimal(0)

    @property
    def check(self) -> Decimal:
        """What is left over; 0 when the bridge closes."""
        parts = (self.matched, self.suggested, self.not_with_vendor, self.twice)
        return sum(parts, self.not_checked + self.ignored) - self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Everything the reconciliation says, ready to be laid out.

    Attributes:
        snapshot: The vendor's side.
        ledger: Finance's side.
        matches: Confirmed and suggested matches, by row.
        breaks: What does not reconcile: by kind, then customer, then row.
        classes: Row of each line -> what became of it; each line has exactly one class.
        bridge: The counts.
        amounts: The amounts, by currency; empty for a ledger without amounts.
        why_not_checked: Why "not with the vendor" cannot be said; None where it can. Where it
            cannot, such lines are *not checked*: no breaks, and not used in the bridge.
        cutoff: End of the period; None for no period.
        flipping: Customers who are on another side of the cut-off in UTC than at GMT+8.
        notes: Sentences on what was not compared, and why.
        register: Every break's life: those of now, then those that are gone.
        decisions: The decisions that made a difference, by number.
        groups: Customers who belong together.
        standing: Customers of a group without a row, and the row that may stand for them too.
        reopened: What was changed in the last workbook after it was signed; empty for nothing.
        unused: What people wrote that does not count, and why; the notes say it too.
        language: Of the sentences.
    """

    snapshot: Snapshot
    ledger: Ledger
    matches: tuple[Match, ...]
    breaks: tuple[Break, ...]
    classes: Mapping[int, LineClass]
    bridge: Bridge
    amounts: tuple[AmountBridge, ...]
    why_not_checked: str | None = None
    cutoff: Cutoff | None = None
    flipping: tuple[Customer, ...] = ()
    notes: tuple[str, ...] = ()
    register: tuple[Entry, ...] = ()
    decisions: tuple[Decision, ...] = ()
    groups: tuple[Group, ...] = ()
    standing: tuple[Standing, ...] = ()
    reopened: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    language: Language = "en"

    @property
    def confirmed(self) -> tuple[Match, ...]:
        """The matches that need nobody."""
        return tuple(match for match in self.matches if match.status == "confirmed")

    @property
    def suggested(self) -> tuple[Match, ...]:
        """The matches that a person has to decide."""
        return tuple(match for match in self.matches if match.status == "suggested")

    @property
    def not_checked(self) -> tuple[LedgerLine, ...]:
        """The lines that this listing cannot judge."""
        lines = self.ledger.lines
        return tuple(line for line in lines if self.classes[line.row] == "not_checked")

    @property
    def can_close(self) -> bool:
        """Whether the period can close: everything was read and checked, nothing is left open."""
        if any(damage.field == "amount" for damage in self.ledger.damaged):
            return False
        if self.why_not_checked or self.suggested or self.bridge.check or self.reopened:
            return False
        return not self.to_settle

    @property
    def to_settle(self) -> tuple[Break, ...]:
        """The breaks but for timing, which settles itself, and what a person has explained."""
        return tuple(
            each for each in self.breaks if each.kind != "timing" and each.state != "explained"
        )
