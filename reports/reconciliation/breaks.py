"""What does not reconcile, one `Break` for each: what, who, where, and one sentence why. Pure.

A break's ID comes from its kind and the best key of whom it concerns, never from a row, so it
is the same after the ledger was sorted, extended or partly retyped.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from partnerbook.matching import Matching, party_key
from partnerbook.matching.folding import folded
from partnerbook.model import Break, BreakKind, Customer, LedgerLine, Snapshot, utc_text
from partnerbook.text import is_masked
from partnerbook.wording import heading, label
from reports.ledger import Ledger
from reports.reconciliation.cutoff import Cutoff

KINDS: tuple[BreakKind, ...] = (
    "not_in_ledger",
    "not_with_vendor",
    "different",
    "twice",
    "association",
    "timing",
)
_CONSULTING, _RESALE = "1", "3"
_FEW = 5  # customers from which "most of them" means anything
_COMPARED = ("account_name", "company_name", "association", "xaccount_id")


def find_breaks(
    snapshot: Snapshot,
    ledger: Ledger,
    matching: Matching,
    *,
    sure: bool,
    cutoff: Cutoff | None = None,
) -> tuple[Break, ...]:
    """Return every break, by kind, then customer, then row.

    Args:
        snapshot: The vendor's side.
        ledger: Finance's side.
        matching: What `match_lines` found for the two.
        sure: Whether a line without a customer may be called "not with the vendor".
        cutoff: End of the period; who joined after it is *timing*. None for no period.
    """
    lines = {line.row: line for line in ledger.lines}
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for row, first in matching.extra.items():
        groups[first].append(row)
    has_amounts = any(line.amount is not None for line in ledger.lines)
    books_fit = has_amounts and amounts_fit_associations(snapshot, ledger, matching)
    found = [
        *_not_in_ledger(snapshot, matching, cutoff),
        *(_not_with_vendor(ledger, matching, lines) if sure else ()),
        *_different(snapshot, matching, lines, groups),
        *_twice(snapshot, matching, lines, groups),
        *(_association(snapshot, matching, lines, groups) if books_fit else ()),
    ]
    found.sort(
        key=lambda each: (KINDS.index(each.kind), each.customer_id or "", each.rows, each.id)
    )
    return tuple(found)


def _not_in_ledger(
    snapshot: Snapshot, matching: Matching, cutoff: Cutoff | None
) -> Iterator[Break]:
    found = {match.customer_id for match in matching.confirmed}
    offered = {match.customer_id: match for match in matching.suggested}
    for customer in snapshot.listing.customers:
        if customer.customer_id in found:
            continue
        why = "No row of the ledger is this customer's."
        match = offered.get(customer.customer_id)
        if match:
            why = f"No row is surely this customer's; row {match.row} is suggested: {match.why}"
        kind: BreakKind = "not_in_ledger"
        if cutoff and cutoff.is_after(customer) and customer.associated_at:
            kind = "timing"
            since = utc_text(customer.associated_at)
            why = (
                f"Associated at {since}, after the cut-off {cutoff.in_words()}; no row is due yet."
            )
        yield Break(
            id=_id(kind, customer.customer_id),
            kind=kind,
            customer_id=customer.customer_id,
            rows=(),
            why=why,
            name=customer.shown_name,
        )


def _not_with_vendor(
    ledger: Ledger, matching: Matching, lines: Mapping[int, LedgerLine]
) -> Iterator[Break]:
    offered = {match.row: match for match in matching.suggested}
    spoilt = {damage.row: damage for damage in ledger.damaged}
    seen: Counter[str] = Counter()
    for row, remark in matching.unmatched.items():
        line = lines[row]
        if match := offered.get(row):
            why = f"No customer is surely this row's; {match.customer_id} is suggested: {match.why}"
        else:
            why = f"No customer in the listing is this row's. {remark}".strip()
        if damage := spoilt.get(row):
            name = heading(damage.field)
            why += (
                f" Its {name[:1].lower()}{name[1:]} in column {damage.column} is {damage.what}; "
                f"correct it at its source."
            )
        key = party_key(line) or ("content", f"{line.amount} {line.currency}")
        seen[_id("not_with_vendor", *key)] += 1
        number = seen[_id("not_with_vendor", *key)]
        yield Break(
            # Only rows that say nothing of whose they are can be alike here.
            id=_id("not_with_vendor", *key, *([str(number)] if number > 1 else [])),
            kind="not_with_vendor",
            customer_id=None,
            rows=(row,),
            why=why,
            name=_name(line),
        )


def _different(
    snapshot: Snapshot,
    matching: Matching,
    lines: Mapping[int, LedgerLine],
    groups: Mapping[int, list[int]],
) -> Iterator[Break]:
    customers = snapshot.listing.by_id
    for match in matching.confirmed:
        customer = customers[match.customer_id]
        rows = sorted((match.row, *groups.get(match.row, ())))
        for field in _COMPARED:
            differing = [row for row in rows if _differs(field, customer, lines[row])]
            if not differing:
                continue
            ours = str(getattr(customer, field))
            written = {str(getattr(lines[row], field)): None for row in differing}
            theirs = "; ".join(written)
            what = heading(field)
            yield Break(
                id=_id("different", customer.customer_id, field),
                kind="different",
                customer_id=customer.customer_id,
                rows=tuple(differing),
                why=(
                    f"{what}: Partner Center says {_shown(field, ours)}, the ledger says "
                    f"{', '.join(_shown(field, each) for each in written)}."
                ),
                name=customer.shown_name,
                field=field,
                vendor_value=ours,
                ledger_value=theirs,
            )


def _twice(
    snapshot: Snapshot,
    matching: Matching,
    lines: Mapping[int, LedgerLine],
    groups: Mapping[int, list[int]],
) -> Iterator[Break]:
    owners = {match.row: match.customer_id for match in matching.confirmed}
    for first, others in groups.items():
        owner = owners.get(first)
        key: tuple[str, ...] = ("customer_id", owner) if owner else _key(lines[first], first)
        if not owner and key[1] in snapshot.listing.by_id:
            key = ("conflict", *key)  # the customer's own rows may be there twice as well
        rows = tuple(sorted((first, *others)))
        who = "this customer" if owner else "the same unknown customer"
        yield Break(
            id=_id("twice", *key),
            kind="twice",
            customer_id=owner,
            rows=rows,
            why=(
                f"{len(rows)} rows are of {who}: {', '.join(map(str, rows))}; row {first} counts, "
                f"the others are extra{_alike([lines[row] for row in rows])}."
            ),
            name=snapshot.listing.by_id[owner].shown_name if owner else _name(lines[first]),
        )


def _alike(lines: Sequence[LedgerLine]) -> str:
    """Return what the amounts say: one line booked twice, or several items of one customer."""
    amounts = {(line.amount, line.currency) for line in lines}
    if any(amount is None for amount, _ in amounts):
        return ""
    if len(amounts) == 1:
        return "; the amounts are the same, as of one line booked twice"
    if len(amounts) == len(lines):
        return "; the amounts differ, as of several items of one customer"
    return "; some of the amounts are the same"


def amounts_fit_associations(snapshot: Snapshot, ledger: Ledger, matching: Matching) -> bool:
    """Return whether the ledger's amounts can be receivables at all.

    In consulting sales the vendor bills, so those customers have no receivable. A ledger with
    amounts beside most of them keeps something else, and to call each one a break says nothing.
    """
    customers = snapshot.listing.by_id
    lines = {line.row: line for line in ledger.lines}
    consulting = [
        bool(lines[match.row].amount)
        for match in matching.confirmed
        if customers[match.customer_id].association == _CONSULTING
    ]
    return len(consulting) < _FEW or sum(consulting) * 2 <= len(consulting)


def _association(
    snapshot: Snapshot,
    matching: Matching,
    lines: Mapping[int, LedgerLine],
    groups: Mapping[int, list[int]],
) -> Iterator[Break]:
    customers = snapshot.listing.by_id
    for match in matching.confirmed:
        customer = customers[match.customer_id]
        rows = sorted((match.row, *groups.get(match.row, ())))
        amounts = [lines[row].amount for row in rows]
        if customer.association == _CONSULTING and any(amounts):
            why = "A consulting customer, whom the vendor bills, has an amount in the ledger."
        elif customer.association == _RESALE and not any(amounts):
            why = "A resale customer, whom the partner bills, has no amount in the ledger."
        else:
            continue
        yield Break(
            id=_id("association", customer.customer_id),
            kind="association",
            customer_id=customer.customer_id,
            rows=tuple(rows),
            why=why,
            name=customer.shown_name,
        )


def _differs(field: str, customer: Customer, line: LedgerLine) -> bool:
    ours, theirs = getattr(customer, field), getattr(line, field)
    # None is "not said", and a masked value cannot be compared with anything.
    if ours == theirs or not ours or not theirs or is_masked(ours) or is_masked(theirs):
        return False
    if field in {"account_name", "company_name"}:
        return folded(ours) != folded(theirs)
    return bool(ours.strip() != theirs.strip())


def _shown(field: str, value: str) -> str:
    return label(field, value) if field == "association" else f"“{value}”"


def _name(line: LedgerLine) -> str:
    return line.company_name or line.account_name or line.customer_id or line.xaccount_id or ""


def _key(line: LedgerLine, row: int) -> tuple[str, str]:
    return party_key(line) or ("row", str(row))


def _id(kind: BreakKind, *key: str) -> str:
    digest = hashlib.sha256("\x1f".join((kind, *key)).encode("utf-8", "surrogatepass"))
    return "B-" + digest.hexdigest()[:12]
