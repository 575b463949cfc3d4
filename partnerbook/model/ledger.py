"""Finance's side: ledger lines, and how they meet customers. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

MatchStatus = Literal["confirmed", "suggested"]
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
    """

    customer_id: str
    row: int
    status: MatchStatus
    rule: str
    why: str


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
