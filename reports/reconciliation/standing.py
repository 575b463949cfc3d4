"""One row that stands for several customers of a group: what is asked, and what people said. Pure.

Each line still has one customer and each customer at most one line, so the bridge stays what it
is: a further customer of the group stays without a row of its own, and a person's yes explains it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from partnerbook.matching import Group, Matching, party_key
from partnerbook.model import Decision, LedgerLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A row of a group, and a customer of the group without one.

    Attributes:
        group: The group.
        row: The row that may stand for the customer too.
        customer_id: The customer.
        decision: Who said that it does; None while nobody has.
    """

    group: Group
    row: int
    customer_id: str
    decision: Decision | None = None


def standing(
    groups: Iterable[Group],
    lines: Mapping[int, LedgerLine],
    matching: Matching,
    decisions: Iterable[Decision],
) -> tuple[Standing, ...]:
    """Return each customer of a group without a row of its own, once, with a row of the group.

    Args:
        groups: Those of whom not everybody has a row.
        lines: The ledger's lines, by row.
        matching: What was found for them.
        decisions: What people decided, as far as it holds.
    """
    found = {match.customer_id for match in matching.confirmed}
    elsewhere = {match.customer_id for match in matching.suggested}  # asked on another sheet
    sure = {match.row for match in matching.confirmed if match.rule != "decision"}
    said = {(each.party, each.customer_id): each for each in decisions if not each.break_id}
    told: dict[str, Standing] = {}
    for group in groups:
        rows = [row for row in group.rows if row not in matching.extra]
        # A row with a customer's own ID is that customer's; one with a name may be the group's.
        rows.sort(key=lambda row: (row in sure, row))
        for one in group.customers if rows else ():
            if one in found or one in told:
                continue
            answers = {row: said.get((party_key(lines[row]), one)) for row in rows}
            yes = next((row for row in rows if _is(answers[row], "yes")), None)
            if yes is not None:
                told[one] = Standing(group=group, row=yes, customer_id=one, decision=answers[yes])
            elif one not in elsewhere and not _is(answers[rows[0]], "no"):
                told[one] = Standing(group=group, row=rows[0], customer_id=one)
    return tuple(sorted(told.values(), key=lambda each: (each.group.name, each.customer_id)))


def _is(decision: Decision | None, verdict: str) -> bool:
    return decision is not None and decision.verdict == verdict
