"""Snapshot + ledger -> `Reconciliation`. Everything is counted here. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from partnerbook.matching import Matching, match_lines
from partnerbook.model import BreakKind, CustomerQuery, LedgerLine, Snapshot
from reports.ledger import IgnoredRow, Ledger
from reports.reconciliation.breaks import amounts_fit_associations, find_breaks
from reports.reconciliation.cutoff import Cutoff, flipping
from reports.reconciliation.data import AmountBridge, Bridge, LineClass, Reconciliation
from reports.reconciliation.register import Entry, carried_forward


def reconcile(
    snapshot: Snapshot,
    ledger: Ledger,
    cutoff: Cutoff | None = None,
    before: Mapping[str, Entry] | None = None,
) -> Reconciliation:
    """Compare the vendor's customers with finance's lines.

    Args:
        snapshot: Should be exact and of everybody. If it is not, nobody is *not with the vendor*.
        ledger: Finance's file.
        cutoff: End of the period; who joined after it is *timing*. None for no period.
        before: The last reconciliation's register, by break ID; None for none.
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
    breaks = find_breaks(snapshot, ledger, matching, sure=unsure is None, cutoff=cutoff)
    unchecked: tuple[BreakKind, ...] = ("not_with_vendor",) if unsure else ()
    register = carried_forward(breaks, before or {}, snapshot.taken_at.date(), unchecked=unchecked)
    states = {entry.id: entry.state for entry in register}
    matches = sorted((*matching.confirmed, *matching.suggested), key=lambda match: match.row)
    return Reconciliation(
        snapshot=snapshot,
        ledger=ledger,
        matches=tuple(matches),
        breaks=tuple(replace(each, state=states[each.id]) for each in breaks),
        classes=classes,
        bridge=bridge,
        amounts=_amounts(ledger, classes),
        why_not_checked=unsure,
        cutoff=cutoff,
        flipping=flipping(customers, cutoff) if cutoff else (),
        notes=tuple(_notes(snapshot, ledger, matching)),
        register=register,
    )


def _notes(snapshot: Snapshot, ledger: Ledger, matching: Matching) -> Iterator[str]:
    if not any(line.amount is not None for line in ledger.lines):
        yield "The ledger has no amounts, so it was not checked whom the partner bills."
    elif not amounts_fit_associations(snapshot, ledger, matching):
        yield (
            "Most consulting customers have an amount in the ledger, so its amounts are not what "
            "the partner bills; associations were not checked against them."
        )


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
