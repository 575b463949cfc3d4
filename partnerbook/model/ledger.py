"""Finance's side: ledger lines, and how they meet customers. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

PartyKey = tuple[str, str]
"""What a ledger line says best of whose it is: a field of `LedgerLine`, and its value."""

Verdict = Literal["yes", "no", "explained"]
MatchStatus = Literal["confirmed", "suggested"]
ReconciliationStatus = Literal["closed", "open", "not checked", "re-opened"]
BreakKind = Literal[
    "not_in_ledger", "not_with_vendor", "different", "twice", "association", "timing"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One row of finance's file.

    None means that the file has no such column, or that the cell is empty.

    Attributes:
        file: Name of the file, without its folder.
        sheet: Name of the sheet; ``""`` for CSV.
        row: Row in the sheet as the file's user sees it, from 1.
        xaccount_id: The partner's own ID of the customer.
        customer_id: The vendor's ID of the customer.
        account_name: Login name.
        company_name: Name of the company or person.
        email: Address.
        phone: Telephone number as the file writes it.
        association: Association code, ``"1"`` or ``"3"``, where the ledger keeps it.
        amount: Amount of the line; never a float.
        currency: Currency of the amount, as the file writes it.
    """

    file: str
    sheet: str
    row: int
    xaccount_id: str | None = None
    customer_id: str | None = None
    account_name: str | None = None
    company_name: str | None = None
    email: str | None = None
    phone: str | None = None
    association: str | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A customer and a ledger line belong together.

    Attributes:
        customer_id: The customer.
        row: Row of the ledger line.
        status: ``"confirmed"``, or ``"suggested"`` when a person has to decide.
        rule: Name of the rule, e.g. ``"customer_id"``.
        why: One sentence for a person.
        parts: Of matches by names: each part of the name with its score, 0 to 100.
    """

    customer_id: str
    row: int
    status: MatchStatus
    rule: str
    why: str
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided: yes or no to a suggested match, or why a break is no fault.

    Attributes:
        verdict: ``"yes"`` or ``"no"`` to a match; ``"explained"`` of a break.
        who: Who decided.
        decided_at: When. UTC.
        expires: The last day on which it holds; None for no end.
        customer_id: The customer concerned; None for a break of which only the ledger knows.
        party: For yes and no: the party of the ledger, as `partnerbook.matching.party_key` says.
        break_id: For explained: the break.
        facts: For explained: as of `Break`, when it was explained; ``""`` for whatever they are.
        reason: What the person wrote beside it.
        number: Its number in the store; None before it is kept.
        revoked_at: When it was revoked; None while it holds. UTC.
        revoked_by: Who revoked it.
    """

    verdict: Verdict
    who: str
    decided_at: datetime
    expires: date | None = None
    customer_id: str | None = None
    party: PartyKey | None = None
    break_id: str | None = None
    facts: str = ""
    reason: str = ""
    number: int | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""

    @property
    def about(self) -> tuple[object, ...]:
        """What it is about; a newer decision about the same takes this one's place."""
        if self.verdict == "explained":
            return ("break", self.break_id, self.facts)
        return ("match", self.party, self.customer_id)

    def covers(self, found: Break) -> bool:
        """Return whether it explains a break as it is now."""
        return self.break_id == found.id and self.facts in {"", found.facts}

    def holds(self, on: date) -> bool:
        """Return whether it is neither revoked nor expired on a day."""
        return self.revoked_at is None and (self.expires is None or on <= self.expires)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Something that does not reconcile.

    Attributes:
        id: Survives re-sorting of the ledger; starts with ``B-``.
        kind: What does not reconcile.
        customer_id: The customer; None where only the ledger has something.
        rows: Rows of the ledger lines concerned.
        why: One sentence for a person.
        name: What a person would call the customer or line.
        field: For ``different``: which field.
        vendor_value: For ``different``: what Partner Center says.
        ledger_value: For ``different``: what the ledger says.
        state: ``"new"``, ``"open"``, ``"explained"``, ``"closed"`` or ``"re-opened"``.
        keys: Of breaks that only the ledger knows: all it says of whose they are, digested.
        facts: What differs, how many rows there are, digested: an explanation is of that only.
            ``""`` where whom it concerns is all there is to explain.
    """

    id: str
    kind: BreakKind
    customer_id: str | None
    rows: tuple[int, ...]
    why: str
    name: str = ""
    field: str | None = None
    vendor_value: str | None = None
    ledger_value: str | None = None
    state: str = "new"
    keys: tuple[str, ...] = ()
    facts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationFigures:
    """What a reconciliation came to: counts only, nobody's name or number.

    Attributes:
        made_at: When it was made. UTC.
        as_of: The moment of the listing it compared. UTC.
        exact: Whether that listing was proven complete and of everybody.
        cutoff: Last day of the period; None for no period.
        zone: Whose day that is: ``"UTC"`` or ``"+08:00"``.
        customers: Customers of the vendor.
        lines: Ledger lines that were used.
        matched: Confirmed matches.
        suggested: Matches that wait for a decision.
        breaks: Kind -> breaks of that kind, whatever their state; kinds without any are left out.
        to_settle: Breaks that are neither timing nor explained.
        oldest: Days since the oldest of those was first seen, at `as_of`; None for none.
        check: What the bridge leaves over; 0 when it closes.
        status: ``"closed"`` nothing is left; ``"open"`` breaks or suggestions are;
            ``"not checked"`` the listing could not tell; ``"re-opened"`` the last workbook was
            changed after its sign-off.
        seal: The seal of its workbook; ``""`` where it was not kept.
    """

    made_at: datetime
    as_of: datetime
    exact: bool
    cutoff: date | None
    zone: str
    customers: int
    lines: int
    matched: int
    suggested: int
    breaks: Mapping[BreakKind, int] = field(default_factory=dict)
    to_settle: int = 0
    oldest: int | None = None
    check: int = 0
    status: ReconciliationStatus = "closed"
    seal: str = ""
