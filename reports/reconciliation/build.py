"""Snapshot + ledger -> `Reconciliation`. Everything is counted here. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from partnerbook.matching import Group, Matching, find_groups, match_lines
from partnerbook.model import BreakKind, CustomerQuery, Decision, LedgerLine, Snapshot
from partnerbook.views.certainty import may_be_missing
from partnerbook.wording import Language
from reports.ledger import IgnoredRow, Ledger
from reports.reconciliation.breaks import amounts_fit_associations, find_breaks, id_of
from reports.reconciliation.cutoff import Cutoff, flipping
from reports.reconciliation.data import AmountBridge, Bridge, LineClass, Reconciliation
from reports.reconciliation.decided import in_force
from reports.reconciliation.facing import Sides
from reports.reconciliation.register import Entry, carried_forward, known_again
from reports.reconciliation.standing import standing
from reports.reconciliation.unjudged import unjudged
from reports.reconciliation.words import word


def reconcile(  # noqa: PLR0913  keywords, each one thing that is known beforehand
    snapshot: Snapshot,
    ledger: Ledger,
    cutoff: Cutoff | None = None,
    before: Mapping[str, Entry] | None = None,
    *,
    decisions: Iterable[Decision] = (),
    repeated: bool = False,
    language: Language = "en",
) -> Reconciliation:
    """Compare the vendor's customers with finance's lines.

    Args:
        snapshot: Should be exact and of everybody. If it is not, nobody is *not with the vendor*.
        ledger: Finance's file.
        cutoff: End of the period; who joined after it is *timing*. None for no period.
        before: The last reconciliation's register, by break ID; None for none.
        decisions: All that people ever decided, the oldest first.
        repeated: Whether `before` is this very reconciliation, made again.
        language: Of the sentences.
    """
    on = snapshot.taken_at.date()
    decided = tuple(decisions)
    current = in_force(decided, on)
    spoilt = {damage.row for damage in ledger.damaged if damage.field.endswith("_id")}
    customers = snapshot.listing.customers
    matching = match_lines(
        customers, ledger.lines, damaged=spoilt, decisions=current, language=language
    )
    unsure = _why_not_checked(snapshot, language)
    classes = _classes(ledger, matching, sure=unsure is None)
    groups = _open_groups(find_groups(customers, ledger.lines), matching)
    sides = Sides(
        snapshot=snapshot,
        ledger=ledger,
        matching=matching,
        sure=unsure is None,
        cutoff=cutoff,
        groups=groups,
        language=language,
    )
    unchecked: tuple[BreakKind, ...] = ("not_with_vendor",) if unsure else ()
    breaks = known_again(find_breaks(sides), before or {})
    covered = standing(groups, sides.lines(), matching, current)
    ever = {each.break_id for each in decided if each.break_id}
    ever |= {id_of("not_in_ledger", each.customer_id or "") for each in decided if each.party}
    by_id = {each.id: each for each in breaks}
    explaining = {
        each.break_id: each
        for each in current
        if each.break_id and (each.break_id not in by_id or each.covers(by_id[each.break_id]))
    }
    reasons = {key: each.reason for key, each in explaining.items()}
    for each in covered:
        if each.decision:
            key = id_of("not_in_ledger", each.customer_id)
            explaining.setdefault(key, each.decision)
            day = each.decision.decided_at.date()
            said = word("row stands for", language, each.row, each.decision.who, day)
            reasons.setdefault(key, said)
    register = carried_forward(
        breaks,
        before or {},
        on,
        unchecked=unchecked,
        unjudged=unjudged(sides, before or {}),
        explained=reasons,
        lapsed=ever - explaining.keys(),
        repeated=repeated,
    )
    states = {entry.id: entry.state for entry in register}
    matches = sorted((*matching.confirmed, *matching.suggested), key=lambda match: match.row)
    used = [*matching.used, *(explaining[b.id] for b in breaks if b.id in explaining)]
    return Reconciliation(
        snapshot=snapshot,
        ledger=ledger,
        matches=tuple(matches),
        breaks=tuple(replace(each, state=states[each.id]) for each in breaks),
        classes=classes,
        bridge=_bridge(sides, classes),
        amounts=_amounts(ledger, classes),
        why_not_checked=unsure,
        cutoff=cutoff,
        flipping=flipping(customers, cutoff) if cutoff else (),
        notes=tuple(_notes(snapshot, ledger, matching, language)),
        register=register,
        decisions=tuple(sorted(used, key=lambda each: each.number or 0)),
        groups=groups,
        standing=covered,
        language=language,
    )


def _open_groups(groups: Iterable[Group], matching: Matching) -> tuple[Group, ...]:
    """Return the groups of whom not everybody has a row: one row may stand for the others."""
    found = {match.customer_id for match in matching.confirmed}
    return tuple(group for group in groups if not found.issuperset(group.customers))


def _bridge(sides: Sides, classes: Mapping[int, LineClass]) -> Bridge:
    customers, matching = sides.snapshot.listing.customers, sides.matching
    kinds = Counter(classes.values())
    found = {match.customer_id for match in matching.confirmed}
    return Bridge(
        vendor=len(customers),
        not_in_ledger=sum(customer.customer_id not in found for customer in customers),
        not_with_vendor=kinds["not_with_vendor"] + kinds["suggested"],
        extra_lines=len(matching.extra),
        ledger=len(sides.ledger.lines) - kinds["not_checked"],
        suggested=len(matching.suggested),
    )


def _notes(
    snapshot: Snapshot, ledger: Ledger, matching: Matching, language: Language
) -> Iterator[str]:
    if not any(line.amount is not None for line in ledger.lines):
        yield word("no amounts", language)
    elif not amounts_fit_associations(snapshot, ledger, matching):
        yield word("amounts of another kind", language)


def _why_not_checked(snapshot: Snapshot, language: Language) -> str | None:
    listing = snapshot.listing
    if listing.state != "exact":
        return word("incomplete", language, may_be_missing(listing.missing_at_most, language))
    if listing.query != CustomerQuery():
        return word("narrowed", language)
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
