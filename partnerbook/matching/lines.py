"""The ordered rules by which ledger lines find their customers.

An ID or an account name confirms, when it fits exactly one customer and nothing else in the row
contradicts it. Whatever fits two, or contradicts itself, is only suggested: a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from partnerbook.matching.folding import folded
from partnerbook.matching.similar import SimilarNames
from partnerbook.model import Customer, LedgerLine, Match, MatchStatus
from partnerbook.text import is_masked

RULES = ("xaccount_id", "customer_id", "account_name", "company_name", "similar_name")
"""Names of the rules, in the order in which they are tried."""

PartyKey = tuple[str, str]
_SHOWN = 3  # further candidates that a sentence names


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What the rules found. Each line is in exactly one place.

    A line is the row of a confirmed match, a key of `extra`, or a key of `unmatched`. Suggested
    matches are references only: their lines are in `unmatched`.

    Attributes:
        confirmed: One match for each customer that was found, by customer ID.
        suggested: At most one for each customer without a confirmed match, and for each row.
        extra: Row of a further line -> the row that stands for the same customer or party.
        unmatched: Row of a line without a customer -> what stands in the way; ``""`` for nothing.
    """

    confirmed: tuple[Match, ...]
    suggested: tuple[Match, ...]
    extra: Mapping[int, int]
    unmatched: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the rules say about one line: its candidates, best first."""

    rule: str
    status: MatchStatus
    candidates: tuple[Customer, ...]
    why: str
    reasons: tuple[str, ...] = ()  # one for each candidate, where they are not all `why`


def match_lines(
    customers: Sequence[Customer],
    lines: Sequence[LedgerLine],
    *,
    damaged: Collection[int] = frozenset(),
) -> Matching:
    """Find the customer of each ledger line.

    Args:
        customers: Nobody twice.
        lines: One row once.
        damaged: Rows with an ID that a spreadsheet spoilt; no name confirms these.
    """
    index = _Index(customers)
    verdicts = {line.row: index.verdict(line, spoilt=line.row in damaged) for line in lines}
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    parties: defaultdict[object, list[LedgerLine]] = defaultdict(list)
    for line in lines:
        verdict = verdicts[line.row]
        if verdict and verdict.status == "confirmed":
            rank = RULES.index(verdict.rule)
            found[verdict.candidates[0].customer_id].append((rank, line.row))
        else:
            # Without any key each line is a party of its own.
            parties[party_key(line) or line.row].append(line)
    confirmed, extra = [], {}
    for customer_id in sorted(found):
        (_, first), *others = sorted(found[customer_id])
        extra.update({row: first for _, row in others})
        verdict = verdicts[first]
        if verdict:
            confirmed.append(_match(customer_id, first, verdict, verdict.why))
    leaders: dict[int, _Verdict | None] = {}
    for party in parties.values():
        rows = sorted(line.row for line in party)
        extra.update(dict.fromkeys(rows[1:], rows[0]))
        leaders[rows[0]] = next((verdicts[row] for row in rows if verdicts[row]), None)
    taken = {match.customer_id: match.row for match in confirmed}
    nearest = _by_likeness(leaders, customers, taken, {line.row: line for line in lines})
    suggested, unmatched = _suggest(leaders, taken)
    for row, why in nearest.items():
        unmatched[row] = unmatched[row] or why
    return Matching(
        confirmed=tuple(confirmed), suggested=suggested, extra=extra, unmatched=unmatched
    )


def party_key(line: LedgerLine) -> PartyKey | None:
    """Return the best thing a line says about whose it is, and its name; None when it says nothing.

    Lines with the same key are of the same party. Unlike the order of the rules, the vendor's ID
    comes first here: it is never given to somebody else.
    """
    if line.customer_id:
        return "customer_id", line.customer_id
    if line.xaccount_id:
        return "xaccount_id", line.xaccount_id
    if line.account_name:
        return "account_name", folded(line.account_name)
    if line.company_name:
        return "company_name", folded(line.company_name)
    return None


class _Index:
    """Customers by each thing that a ledger may know them by."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        self._by_id: dict[str, Customer] = {}
        self._by_xaccount: defaultdict[str, list[Customer]] = defaultdict(list)
        self._by_account: defaultdict[str, list[Customer]] = defaultdict(list)
        self._by_company: defaultdict[str, list[Customer]] = defaultdict(list)
        for customer in customers:
            self._by_id[customer.customer_id] = customer
            partners_id = (customer.xaccount_id or "").strip()
            if partners_id and not is_masked(partners_id):
                self._by_xaccount[partners_id].append(customer)
            for name, index in (
                (customer.account_name, self._by_account),
                (customer.company_name, self._by_company),
            ):
                if name and not is_masked(name) and (key := folded(name)):
                    index[key].append(customer)

    def verdict(self, line: LedgerLine, *, spoilt: bool) -> _Verdict | None:
        return (
            self._by_ids(line)
            or self._by_account_name(line, spoilt=spoilt)
            or self._by_company_name(line)
        )

    def _by_ids(self, line: LedgerLine) -> _Verdict | None:
        named = self._by_id.get(line.customer_id or "")
        theirs = self._by_xaccount.get(line.xaccount_id or "", [])
        if named and (not theirs or (named in theirs and len(theirs) > 1)):
            return _Verdict("customer_id", "confirmed", (named,), "The customer ID is the same.")
        if not theirs:
            return None
        if len(theirs) > 1:
            why = f"The partner's ID belongs to {len(theirs)} customers, so a person has to choose."
            return _Verdict("xaccount_id", "suggested", self._likeliest(theirs, line), why)
        if line.customer_id and line.customer_id != theirs[0].customer_id:
            why = (
                f"The partner's ID fits this customer, but the row says customer ID "
                f"{line.customer_id}{', another customer' if named else ''}."
            )
            both = (theirs[0], named) if named else (theirs[0],)
            return _Verdict("xaccount_id", "suggested", both, why)
        return _Verdict("xaccount_id", "confirmed", (theirs[0],), "The partner's ID is the same.")

    def _by_account_name(self, line: LedgerLine, *, spoilt: bool) -> _Verdict | None:
        theirs = self._by_account.get(folded(line.account_name or ""), [])
        if not theirs:
            return None
        if len(theirs) > 1:
            why = f"{len(theirs)} customers have this account name, so a person has to choose."
            return _Verdict("account_name", "suggested", self._likeliest(theirs, line), why)
        against = ""
        if line.customer_id:
            against = f"the row says customer ID {line.customer_id}"
        elif line.xaccount_id and theirs[0].xaccount_id:
            against = f"the row says the partner's ID {line.xaccount_id}"
        elif spoilt:
            against = "an ID in the row was spoilt by a spreadsheet"
        if against:
            why = f"The account name is the same, but {against}."
            return _Verdict("account_name", "suggested", (theirs[0],), why)
        why = "The account name is the same, and no ID in the row contradicts it."
        return _Verdict("account_name", "confirmed", (theirs[0],), why)

    def _by_company_name(self, line: LedgerLine) -> _Verdict | None:
        theirs = self._by_company.get(folded(line.company_name or ""), [])
        if not theirs:
            return None
        why = "The company name is the same; a name alone confirms nothing."
        if len(theirs) > 1:
            why = f"{len(theirs)} customers have this company name, so a person has to choose."
        return _Verdict("company_name", "suggested", self._likeliest(theirs, line), why)

    @staticmethod
    def _likeliest(customers: list[Customer], line: LedgerLine) -> tuple[Customer, ...]:
        """Return the customers, those whose names fit the line first."""

        def fits(customer: Customer) -> tuple[bool, str]:
            pairs = (
                (customer.account_name, line.account_name),
                (customer.company_name, line.company_name),
            )
            same = any(ours and theirs and folded(ours) == folded(theirs) for ours, theirs in pairs)
            return not same, customer.customer_id

        return tuple(sorted(customers, key=fits))


def _by_likeness(
    leaders: dict[int, _Verdict | None],
    customers: Sequence[Customer],
    taken: Mapping[str, int],
    lines: Mapping[int, LedgerLine],
) -> dict[int, str]:
    """Fill in verdicts by names that are only alike; return what nearly fits, by row."""
    rows = [row for row, verdict in leaders.items() if not verdict and lines[row].company_name]
    left = [customer for customer in customers if customer.customer_id not in taken]
    if not rows or not left:
        return {}
    similar = SimilarNames(left)
    nearest = {}
    for row in rows:
        name = lines[row].company_name or ""
        found = similar.candidates("" if is_masked(name) else name)
        if found.likely:
            likely = tuple(customer for customer, _ in found.likely)
            reasons = tuple(
                f"{like.why} A name alone confirms nothing." for _, like in found.likely
            )
            leaders[row] = _Verdict("similar_name", "suggested", likely, reasons[0], reasons)
        elif found.near:
            customer, like = found.near
            nearest[row] = f"The nearest is customer {customer.customer_id}, but: {like.why}"
    return nearest


def _suggest(
    leaders: Mapping[int, _Verdict | None], taken: Mapping[str, int]
) -> tuple[tuple[Match, ...], dict[int, str]]:
    """Give each party its best candidate that is still free, the surest rules first."""
    offered = dict(taken)
    suggested = []
    unmatched = dict.fromkeys(sorted(leaders), "")
    judged = [(row, verdict) for row, verdict in sorted(leaders.items()) if verdict]
    for row, verdict in sorted(judged, key=lambda pair: RULES.index(pair[1].rule)):
        free = [each for each in verdict.candidates if each.customer_id not in offered]
        if not free:
            first = verdict.candidates[0].customer_id
            unmatched[row] = (
                f"{verdict.why} Customer {first} already goes with row {offered[first]}."
            )
            continue
        others = [each.customer_id for each in verdict.candidates if each is not free[0]]
        reasons = verdict.reasons or (verdict.why,) * len(verdict.candidates)
        why = f"{reasons[verdict.candidates.index(free[0])]}{_also(others)}"
        offered[free[0].customer_id] = row
        suggested.append(_match(free[0].customer_id, row, verdict, why))
        unmatched[row] = why
    suggested.sort(key=lambda match: match.row)
    return tuple(suggested), unmatched


def _also(others: Sequence[str]) -> str:
    if not others:
        return ""
    named = ", ".join(others[:_SHOWN]) + (", ..." if len(others) > _SHOWN else "")
    return f" It could also be {named}."


def _match(customer_id: str, row: int, verdict: _Verdict, why: str) -> Match:
    return Match(
        customer_id=customer_id,
        row=row,
        status=verdict.status,
        rule=verdict.rule,
        why=why,
    )
