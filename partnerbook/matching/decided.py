"""What the rules may say of one line, and what people said of it before. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from partnerbook.matching.party import name_key, party_key
from partnerbook.matching.sayings import say
from partnerbook.model import Customer, Decision, LedgerLine, MatchStatus, PartyKey
from partnerbook.wording import Language

CONTACTS = frozenset({"email", "phone"})
"""Rules that count less than what a person said."""
Parts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say about one line: its candidates, best first.

    Attributes:
        rule: Which rule found the first.
        status: Whether the first one is sure.
        candidates: Never empty.
        why: One sentence.
        reasons: One for each candidate, where they are not all `why`.
        parts: Scores by part of the name, one for each candidate; empty for other rules.
        rules: One for each candidate, where they are not all `rule`.
    """

    rule: str
    status: MatchStatus
    candidates: tuple[Customer, ...]
    why: str
    reasons: tuple[str, ...] = ()
    parts: tuple[Parts, ...] = ()
    rules: tuple[str, ...] = ()

    @classmethod
    def of_two(
        cls, rules: tuple[str, str], candidates: tuple[Customer, Customer], reasons: tuple[str, str]
    ) -> Verdict:
        """Suggest two customers, of whom different things in the row are true."""
        return cls(rules[0], "suggested", candidates, reasons[0], reasons, rules=rules)

    def rule_of(self, at: int) -> str:
        """Return by which rule a candidate, from 0, was found."""
        return self.rules[at] if self.rules else self.rule

    def reason_of(self, at: int) -> str:
        """Return the sentence that is true of a candidate, from 0."""
        return self.reasons[at] if self.reasons else self.why


class Refused:
    """What people said no to, and which of it was needed."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._by_pair = {
            (each.party, each.customer_id): each for each in decisions if each.verdict == "no"
        }
        self.used: dict[tuple[PartyKey | None, str | None], Decision] = {}

    def without(self, verdict: Verdict | None, line: LedgerLine) -> Verdict | None:
        """Return a verdict without the candidates that people refused; None when none is left."""
        if verdict is None or not self._by_pair:
            return verdict
        if verdict.status == "confirmed" and verdict.rule not in CONTACTS:
            return verdict
        kept = [
            at
            for at, customer in enumerate(verdict.candidates)
            if not self.refuses(line, customer.customer_id)
        ]
        if len(kept) == len(verdict.candidates):
            return verdict
        if not kept:
            return None
        return replace(
            verdict,
            rule=verdict.rule_of(kept[0]),
            why=verdict.reason_of(kept[0]),
            candidates=tuple(verdict.candidates[at] for at in kept),
            reasons=tuple(verdict.reasons[at] for at in kept) if verdict.reasons else (),
            parts=tuple(verdict.parts[at] for at in kept) if verdict.parts else (),
            rules=tuple(verdict.rules[at] for at in kept) if verdict.rules else (),
        )

    def refuses(self, line: LedgerLine, customer_id: str) -> bool:
        """Return whether somebody said no to a line and a customer; remember that it counted."""
        pair = (party_key(line), customer_id)
        decision = self._by_pair.get(pair)
        if decision:
            self.used[pair] = decision
        return decision is not None

    def remark(self, line: LedgerLine, language: Language) -> str:
        """Return who said no to this line's candidates; ``""`` for nobody."""
        key = party_key(line)
        said = [each for (party, _), each in self.used.items() if party == key]
        return " ".join(
            say("said no", language, each.who, each.customer_id, each.decided_at.date())
            for each in said
        )


class Accepted:
    """Whose row a party's is, by what people said.

    Of several yeses the oldest says it: for others of a group, the row only stands too. A party
    known by its name alone keeps its yes when only the legal form in the name changes, as long as
    nobody else in the ledger, and nobody else's yes, has that name.
    """

    def __init__(
        self,
        decisions: Iterable[Decision],
        known: Mapping[str, Customer],
        lines: Iterable[LedgerLine],
    ) -> None:
        self._by_party: dict[PartyKey | None, Decision] = {}
        for each in decisions:
            if each.verdict == "yes" and each.customer_id in known:
                self._by_party.setdefault(each.party, each)
        self._named: defaultdict[PartyKey, set[PartyKey]] = defaultdict(set)
        named = [party for party in self._by_party if party and party[0] == "company_name"]
        for party in named:
            if key := name_key(party[1]):
                self._named[key].add(party)
        self._bearers: defaultdict[PartyKey, set[PartyKey]] = defaultdict(set)
        for line in lines if self._named else ():
            bearer, name = party_key(line), name_key(line.company_name)
            if bearer and name and name in self._named:
                self._bearers[name].add(bearer)

    def of(self, line: LedgerLine) -> Decision | None:
        """Return the yes that says whose a line is; None for none."""
        party = party_key(line)
        if party is None or not self._by_party:
            return None
        if party in self._by_party or party[0] != "company_name":
            return self._by_party.get(party)
        key = name_key(line.company_name)
        if key is None or len(self._named[key]) != 1 or len(self._bearers[key]) != 1:
            return None
        (old,) = self._named[key]
        return self._by_party.get(old)
