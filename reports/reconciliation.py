"""Snapshot + ledger -> `Reconciliation`: what matches, what does not, and a bridge that closes.

Pure. Everything is counted here; the workbook and the command only lay it out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Literal

from partnerbook.matching import Matching, match_lines
from partnerbook.model import Break, CustomerQuery, LedgerLine, Match, Snapshot, utc_text
from reports.breaks import find_breaks
from reports.ledger import IgnoredRow, Ledger

LineClass = Literal["matched", "suggested", "not_with_vendor", "twice", "not_checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """From the vendor's customers to the ledger's lines, in counts.

    ``vendor - not_in_ledger + not_with_vendor + extra_lines = ledger``. Suggested matches stay
    unmatched in it, until a person has decided.

    Attributes:
        vendor: Customers in the snapshot.
        not_in_ledger: Those without a confirmed match.
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
    """

    snapshot: Snapshot
    ledger: Ledger
    matches: tuple[Match, ...]
    breaks: tuple[Break, ...]
    classes: Mapping[int, LineClass]
    bridge: Bridge
    amounts: tuple[AmountBridge, ...]
    why_not_checked: str | None = None

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
        return not (self.why_not_checked or self.suggested or self.breaks or self.bridge.check)


def reconcile(snapshot: Snapshot, ledger: Ledger) -> Reconciliation:
    """Compare the vendor's customers with finance's lines.

    Args:
        snapshot: Should be exact and of everybody. If it is not, nobody is *not with the vendor*.
        ledger: Finance's file.
    """
    spoilt = {damage.row for damage in ledger.damaged if damage.field.endswith("_id")}
    customers = snapshot.listing.customers
    matching = match_lines(customers, ledger.lines, damaged=spoilt)
    unsure = _why_not_checked(snapshot)
    classes = _classes(ledger, matching, sure=unsure is None)
    kinds = Counter(classes.values())
    found = {match.customer_id for match in matching.confirmed}
    bridge = Bridge(
        vendor=len(customers),
        not_in_ledger=sum(customer.customer_id not in found for customer in customers),
        not_with_vendor=kinds["not_with_vendor"] + kinds["suggested"],
        extra_lines=len(matching.extra),
        ledger=len(ledger.lines) - kinds["not_checked"],
        suggested=len(matching.suggested),
    )
    matches = sorted((*matching.confirmed, *matching.suggested), key=lambda match: match.row)
    return Reconciliation(
        snapshot=snapshot,
        ledger=ledger,
        matches=tuple(matches),
        breaks=find_breaks(snapshot, ledger, matching, sure=unsure is None),
        classes=classes,
        bridge=bridge,
        amounts=_amounts(ledger, classes),
        why_not_checked=unsure,
    )


def to_json(reconciliation: Reconciliation) -> dict[str, Any]:
    """Return the reconciliation as JSON values; amounts are texts, so that none is rounded."""
    listing, ledger = reconciliation.snapshot.listing, reconciliation.ledger
    bridge = reconciliation.bridge
    reason = f"not checked: {reconciliation.why_not_checked}"
    ignored = [(each.row, each.reason) for each in ledger.ignored]
    ignored += [(line.row, reason) for line in reconciliation.not_checked]
    return {
        "as_of": utc_text(listing.as_of),
        "state": listing.state,
        "missing_at_most": listing.missing_at_most,
        "fingerprint": listing.fingerprint,
        "can_close": reconciliation.can_close,
        "bridge": {
            "vendor": bridge.vendor,
            "not_in_ledger": bridge.not_in_ledger,
            "not_with_vendor": bridge.not_with_vendor,
            "extra_lines": bridge.extra_lines,
            "ledger": bridge.ledger,
            "suggested": bridge.suggested,
            "check": bridge.check,
        },
        "amounts": [
            {name: str(value) for name, value in _shown_amounts(each)}
            for each in reconciliation.amounts
        ],
        "file": ledger.file,
        "sheet": ledger.sheet,
        "sha256": ledger.sha256,
        "columns": dict(ledger.headings),
        "rows_read": ledger.rows_read,
        "rows_used": bridge.ledger,
        "rows_ignored": len(ignored),
        "not_checked": len(reconciliation.not_checked),
        "ignored": [{"row": row, "reason": why} for row, why in sorted(ignored)],
        "damaged": [
            {"row": each.row, "column": each.column, "field": each.field, "what": each.what}
            for each in ledger.damaged
        ],
        "matches": [
            {
                "customer_id": match.customer_id,
                "row": match.row,
                "status": match.status,
                "rule": match.rule,
                "why": match.why,
            }
            for match in reconciliation.matches
        ],
        "breaks": [
            {
                "id": each.id,
                "kind": each.kind,
                "state": each.state,
                "customer_id": each.customer_id,
                "rows": list(each.rows),
                "why": each.why,
                "field": each.field,
                "vendor_value": each.vendor_value,
                "ledger_value": each.ledger_value,
            }
            for each in reconciliation.breaks
        ],
    }


def _why_not_checked(snapshot: Snapshot) -> str | None:
    listing = snapshot.listing
    if listing.state != "exact":
        return f"the listing is not exact, up to {listing.missing_at_most} customers may be missing"
    if listing.query != CustomerQuery():
        return "the listing was narrowed by filters, so it does not hold every customer"
    return None


def _classes(ledger: Ledger, matching: Matching, *, sure: bool) -> dict[int, LineClass]:
    suggested = {match.row for match in matching.suggested}
    classes: dict[int, LineClass] = {match.row: "matched" for match in matching.confirmed}
    classes.update(dict.fromkeys(matching.extra, "twice"))
    for row in matching.unmatched:
        open_class: LineClass = "suggested" if row in suggested else "not_with_vendor"
        classes[row] = open_class if sure else "not_checked"
    return {line.row: classes[line.row] for line in ledger.lines}


def _amounts(ledger: Ledger, classes: Mapping[int, LineClass]) -> tuple[AmountBridge, ...]:
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    parts: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    rows: tuple[LedgerLine | IgnoredRow, ...] = (*ledger.lines, *ledger.ignored)
    for row in rows:
        if row.amount is None:
            continue
        currency = row.currency or ""
        totals[currency] += row.amount
        kind = classes[row.row] if isinstance(row, LedgerLine) else "ignored"
        parts[currency, kind] += row.amount
    return tuple(
        AmountBridge(
            currency=currency,
            total=totals[currency],
            matched=parts[currency, "matched"],
            suggested=parts[currency, "suggested"],
            not_with_vendor=parts[currency, "not_with_vendor"],
            twice=parts[currency, "twice"],
            not_checked=parts[currency, "not_checked"],
            ignored=parts[currency, "ignored"],
        )
        for currency in sorted(totals)
    )


def _shown_amounts(bridge: AmountBridge) -> list[tuple[str, Any]]:
    return [
        *((each.name, getattr(bridge, each.name)) for each in fields(bridge)),
        ("check", bridge.check),
    ]
