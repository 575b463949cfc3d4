"""What does not reconcile, one `Break` for each: what, who, where, and one sentence why. Pure.

A break's ID comes from its kind and the best key of whom it concerns, never from a row, so it
is the same after the ledger was sorted, extended or partly retyped.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from partnerbook.matching import Matching, party_key, party_keys
from partnerbook.matching.folding import folded
from partnerbook.matching.placeholders import is_placeholder
from partnerbook.model import (
    CONSULTING,
    RESALE,
    Break,
    BreakKind,
    Customer,
    LedgerLine,
    PartyKey,
    Snapshot,
    utc_text,
)
from partnerbook.text import is_masked
from partnerbook.wording import Language, heading, label
from reports.ledger import Ledger
from reports.reconciliation.facing import Sides

KINDS: tuple[BreakKind, ...] = get_args(BreakKind)
_FEW = 5  # customers from which "most of them" means anything
COMPARED = ("account_name", "company_name", "association", "xaccount_id")


def find_breaks(sides: Sides) -> tuple[Break, ...]:
    """Return every break, by kind, then customer, then row."""
    lines, others = sides.lines(), sides.others()
    found = [
        *_not_in_ledger(sides),
        *(_not_with_vendor(sides, lines) if sides.sure else ()),
        *_different(sides, lines, others),
        *_twice(sides, lines, others),
        *(_association(sides, lines, others) if books_fit(sides) else ()),
    ]
    found.sort(
        key=lambda each: (KINDS.index(each.kind), each.customer_id or "", each.rows, each.id)
    )
    return tuple(found)


def _not_in_ledger(sides: Sides) -> Iterator[Break]:
    found = {match.customer_id for match in sides.matching.confirmed}
    offered = {match.customer_id: match for match in sides.matching.suggested}
    grouped = {one: group for group in sides.groups for one in group.customers if group.rows}
    cutoff = sides.cutoff
    for customer in sides.snapshot.listing.customers:
        if customer.customer_id in found:
            continue
        why = sides.say("no row")
        if match := offered.get(customer.customer_id):
            why = sides.say("no sure row", match.row, match.why)
        elif group := grouped.get(customer.customer_id):
            why += sides.say("group row", group.rows[0], group.name)
        kind: BreakKind = "not_in_ledger"
        if cutoff and cutoff.is_after(customer) and customer.associated_at:
            kind = "timing"
            since = utc_text(customer.associated_at)
            why = sides.say("after cutoff", since, cutoff.in_words())
        yield Break(
            id=id_of(kind, customer.customer_id),
            kind=kind,
            customer_id=customer.customer_id,
            rows=(),
            why=why,
            name=customer.shown_name,
        )


def _not_with_vendor(sides: Sides, lines: Mapping[int, LedgerLine]) -> Iterator[Break]:
    offered = {match.row: match for match in sides.matching.suggested}
    spoilt = {damage.row: damage for damage in sides.ledger.damaged}
    seen: Counter[str] = Counter()
    for row, remark in sides.matching.unmatched.items():
        line = lines[row]
        if match := offered.get(row):
            why = sides.say("no sure customer", match.customer_id, match.why)
        else:
            why = sides.say("no customer", remark).strip()
        if damage := spoilt.get(row):
            name = heading(damage.field, sides.language)
            what = sides.say(damage.what)
            why += sides.say("spoilt", name[:1].lower() + name[1:], damage.column, what)
        key = party_key(line) or ("content", f"{line.amount} {line.currency}")
        seen[id_of("not_with_vendor", *key)] += 1
        number = seen[id_of("not_with_vendor", *key)]
        yield Break(
            # Only rows that say nothing of whose they are can be alike here.
            id=id_of("not_with_vendor", *key, *([str(number)] if number > 1 else [])),
            kind="not_with_vendor",
            customer_id=None,
            rows=(row,),
            why=why,
            name=_name(line),
            keys=_keys([line]),
        )


def _different(
    sides: Sides, lines: Mapping[int, LedgerLine], others: Mapping[int, Sequence[int]]
) -> Iterator[Break]:
    customers = sides.snapshot.listing.by_id
    for match in sides.matching.confirmed:
        customer = customers[match.customer_id]
        rows = sorted((match.row, *others.get(match.row, ())))
        for field in COMPARED:
            if match.rule == "decision" and field == "company_name":
                continue  # whoever said yes has seen both names
            differing = [row for row in rows if _differs(field, customer, lines[row])]
            if not differing:
                continue
            ours = str(getattr(customer, field))
            written = {str(getattr(lines[row], field)): None for row in differing}
            shown = [_shown(field, each, sides.language) for each in (ours, *written)]
            yield Break(
                id=id_of("different", customer.customer_id, field),
                kind="different",
                customer_id=customer.customer_id,
                rows=tuple(differing),
                why=sides.say(
                    "differs", heading(field, sides.language), shown[0], ", ".join(shown[1:])
                ),
                name=customer.shown_name,
                field=field,
                vendor_value=ours,
                ledger_value="; ".join(written),
                facts=_digest(
                    _compared(field, ours), *sorted({_compared(field, each) for each in written})
                ),
            )


def _twice(
    sides: Sides, lines: Mapping[int, LedgerLine], others: Mapping[int, Sequence[int]]
) -> Iterator[Break]:
    customers = sides.snapshot.listing.by_id
    owners = {match.row: match.customer_id for match in sides.matching.confirmed}
    for first, further in others.items():
        owner = owners.get(first)
        key: tuple[str, ...] = ("customer_id", owner) if owner else _key(lines[first], first)
        if not owner and key[1] in customers:
            key = ("conflict", *key)  # the customer's own rows may be there twice as well
        rows = tuple(sorted((first, *further)))
        who = sides.say("this customer" if owner else "the same unknown customer")
        alike = _alike([lines[row] for row in rows])
        yield Break(
            id=id_of("twice", *key),
            kind="twice",
            customer_id=owner,
            rows=rows,
            why=sides.say(
                "rows of one",
                len(rows),
                who,
                ", ".join(map(str, rows)),
                first,
                sides.say(alike) if alike else "",
            ),
            name=customers[owner].shown_name if owner else _name(lines[first]),
            keys=() if owner else _keys([lines[row] for row in rows]),
            facts=_digest(str(len(rows))),
        )


def _alike(lines: Sequence[LedgerLine]) -> str:
    """Return what the amounts say: one line booked twice, or several items of one customer."""
    amounts = {(line.amount, line.currency) for line in lines}
    if any(amount is None for amount, _ in amounts):
        return ""
    if len(amounts) == 1:
        return "same amounts"
    return "other amounts" if len(amounts) == len(lines) else "some amounts"


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
        if customers[match.customer_id].association == CONSULTING
    ]
    return len(consulting) < _FEW or sum(consulting) * 2 <= len(consulting)


def books_fit(sides: Sides) -> bool:
    """Return whether associations can be checked against the ledger's amounts."""
    ledger = sides.ledger
    has_amounts = any(line.amount is not None for line in ledger.lines)
    return has_amounts and amounts_fit_associations(sides.snapshot, ledger, sides.matching)


def _association(
    sides: Sides, lines: Mapping[int, LedgerLine], others: Mapping[int, Sequence[int]]
) -> Iterator[Break]:
    customers = sides.snapshot.listing.by_id
    unread = {damage.row for damage in sides.ledger.damaged if damage.field == "amount"}
    for match in sides.matching.confirmed:
        customer = customers[match.customer_id]
        rows = sorted((match.row, *others.get(match.row, ())))
        amounts = [lines[row].amount for row in rows]
        if customer.association == CONSULTING and any(amounts):
            why = sides.say("consulting billed")
        elif customer.association == RESALE and not any(amounts) and unread.isdisjoint(rows):
            why = sides.say("resale unbilled")
        else:
            continue
        yield Break(
            id=id_of("association", customer.customer_id),
            kind="association",
            customer_id=customer.customer_id,
            rows=tuple(rows),
            why=why,
            name=customer.shown_name,
            facts=_digest(customer.association or ""),
        )


def _differs(field: str, customer: Customer, line: LedgerLine) -> bool:
    ours, theirs = getattr(customer, field), getattr(line, field)
    # None is "not said", and a masked value cannot be compared with anything.
    if ours == theirs or not ours or not theirs or is_masked(ours) or is_masked(theirs):
        return False
    if is_placeholder(ours) or is_placeholder(theirs):
        return False  # "N/A" says nothing that could differ
    return _compared(field, ours) != _compared(field, theirs)


def _compared(field: str, value: str) -> str:
    return folded(value) if field in {"account_name", "company_name"} else value.strip()


def _shown(field: str, value: str, language: Language) -> str:
    return label(field, value, language) if field == "association" else f"“{value}”"


def _name(line: LedgerLine) -> str:
    return line.company_name or line.account_name or line.customer_id or line.xaccount_id or ""


def _key(line: LedgerLine, row: int) -> tuple[str, str]:
    return party_key(line) or ("row", str(row))


def _keys(lines: Sequence[LedgerLine]) -> tuple[str, ...]:
    """Return all that lines say of whose they are, each as a few letters.

    A group's companies share mailboxes and telephones: those tell only where nothing else does.
    """
    found = {key: None for line in lines for key in _telling(party_keys(line))}
    return tuple(_digest(*key) for key in found)


def _telling(keys: tuple[PartyKey, ...]) -> tuple[PartyKey, ...]:
    return tuple(key for key in keys if key[0] not in {"email", "phone"}) or keys


def id_of(kind: BreakKind, *key: str) -> str:
    """Return the ID of a break, of its kind and the best key of whom it concerns."""
    return "B-" + _digest(kind, *key)


def _digest(*parts: str) -> str:
    text = "\x1f".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
