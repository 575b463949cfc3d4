"""Which ledger line goes with which customer: the rules' verdicts, settled among all lines. Pure.

Each line ends in exactly one place, and nobody is taken twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from partnerbook.matching.decided import Refused, Verdict
from partnerbook.matching.likeness import Likeness
from partnerbook.matching.party import party_key
from partnerbook.matching.pinyin import Spelled
from partnerbook.matching.placeholders import stated
from partnerbook.matching.rules import RULES, Rules
from partnerbook.matching.sayings import say
from partnerbook.matching.similar import SimilarNames
from partnerbook.model import Customer, Decision, LedgerLine, Match
from partnerbook.text import is_masked
from partnerbook.wording import Language

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
        used: The decisions that made a difference, by number.
    """

    confirmed: tuple[Match, ...]
    suggested: tuple[Match, ...]
    extra: Mapping[int, int]
    unmatched: Mapping[int, str]
    used: tuple[Decision, ...] = ()


def match_lines(
    customers: Sequence[Customer],
    lines: Sequence[LedgerLine],
    *,
    damaged: Collection[int] = frozenset(),
    decisions: Iterable[Decision] = (),
    language: Language = "en",
) -> Matching:
    """Find the customer of each ledger line.

    Args:
        customers: Nobody twice.
        lines: One row once.
        damaged: Rows with an ID that a spreadsheet spoilt; no name confirms these.
        decisions: What people decided on suggested matches, as far as it holds.
        language: Of the sentences.
    """
    decided = tuple(decisions)
    lines = [stated(line) for line in lines]
    rules, refused = Rules(customers, lines, decided, language), Refused(decided)
    verdicts = {
        line.row: rules.verdict(line, refused, spoilt=line.row in damaged) for line in lines
    }
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
            confirmed.append(_match(0, first, verdict, verdict.why))
    leaders: dict[int, Verdict | None] = {}
    for party in parties.values():
        rows = sorted(line.row for line in party)
        extra.update(dict.fromkeys(rows[1:], rows[0]))
        leaders[rows[0]] = next((verdicts[row] for row in rows if verdicts[row]), None)
    taken = {match.customer_id: match.row for match in confirmed}
    by_row = {line.row: line for line in lines}
    likeness = _Likeness(customers, taken, language)
    nearest = likeness.fill(leaders, by_row, refused)
    suggested, unmatched = _suggest(leaders, taken, language)
    for row in leaders:
        remarks = (
            refused.remark(by_row[row], language),
            rules.remark(by_row[row]) if not unmatched[row] else "",
            nearest.get(row, ""),
        )
        unmatched[row] = unmatched[row] or " ".join(filter(None, remarks))
    used = {*rules.used.values(), *refused.used.values()}
    return Matching(
        confirmed=tuple(confirmed),
        suggested=suggested,
        extra=extra,
        unmatched=unmatched,
        used=tuple(sorted(used, key=lambda each: (each.number or 0, each.decided_at))),
    )


class _Likeness:
    """The last rule: names that are only alike, of customers who are still free."""

    def __init__(
        self, customers: Sequence[Customer], taken: Mapping[str, int], language: Language
    ) -> None:
        self._left = [each for each in customers if each.customer_id not in taken]
        self._language = language

    def fill(
        self,
        leaders: dict[int, Verdict | None],
        lines: Mapping[int, LedgerLine],
        refused: Refused,
    ) -> dict[int, str]:
        """Fill in verdicts where there are none; return what nearly fits, by row."""
        rows = [row for row, verdict in leaders.items() if not verdict and lines[row].company_name]
        if not rows or not self._left:
            return {}
        similar = SimilarNames(self._left, self._language)
        spelled = Spelled(self._left, self._language)
        nearest = {}
        for row in rows:
            name = lines[row].company_name or ""
            found = similar.candidates("" if is_masked(name) else name)
            leaders[row] = refused.without(
                self._verdict(found.likely) if found.likely else None, lines[row]
            )
            if not found.likely and not is_masked(name) and (hints := spelled.candidates(name)):
                leaders[row] = refused.without(self._verdict(hints, "pinyin"), lines[row])
            if found.near and not leaders[row]:
                customer, like = found.near
                nearest[row] = say("nearest", self._language, customer.customer_id, like.why)
        return nearest

    def _verdict(
        self, likely: Sequence[tuple[Customer, Likeness]], rule: str = "similar_name"
    ) -> Verdict:
        reasons = tuple(say("name alone", self._language, like.why) for _, like in likely)
        return Verdict(
            rule,
            "suggested",
            tuple(customer for customer, _ in likely),
            reasons[0],
            reasons,
            tuple(like.parts for _, like in likely),
        )


def _suggest(
    leaders: Mapping[int, Verdict | None], taken: Mapping[str, int], language: Language
) -> tuple[tuple[Match, ...], dict[int, str]]:
    """Give each party its best candidate that is still free, the surest rules first."""
    offered = dict(taken)
    suggested = []
    unmatched = dict.fromkeys(sorted(leaders), "")
    judged = [(RULES.index(each.rule), row) for row, each in leaders.items() if each]
    heapify(judged)
    while judged:
        rank, row = heappop(judged)
        verdict = leaders[row]
        if verdict is None:
            continue
        free = [at for at, each in enumerate(verdict.candidates) if each.customer_id not in offered]
        if not free:
            first = verdict.candidates[0].customer_id
            unmatched[row] = say("already", language, verdict.why, first, offered[first])
            continue
        at = free[0]
        # Who is left over for this row may be surer for another.
        if rank < (own := RULES.index(verdict.rule_of(at))):
            heappush(judged, (own, row))
            continue
        others = [e.customer_id for n, e in enumerate(verdict.candidates) if n != at]
        why = f"{verdict.reason_of(at)}{_also(others, language)}"
        offered[verdict.candidates[at].customer_id] = row
        suggested.append(_match(at, row, verdict, why))
        unmatched[row] = why
    suggested.sort(key=lambda match: match.row)
    return tuple(suggested), unmatched


def _also(others: Sequence[str], language: Language) -> str:
    if not others:
        return ""
    named = ", ".join(others[:_SHOWN]) + (", ..." if len(others) > _SHOWN else "")
    return say("also", language, named)


def _match(at: int, row: int, verdict: Verdict, why: str) -> Match:
    return Match(
        customer_id=verdict.candidates[at].customer_id,
        row=row,
        status=verdict.status,
        rule=verdict.rule_of(at),
        why=why,
        parts=verdict.parts[at] if verdict.parts else (),
    )
