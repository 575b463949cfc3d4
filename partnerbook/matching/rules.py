"""What the ordered rules say about one ledger line. Pure.

An ID or an account name confirms, when it fits exactly one customer and nothing else in the row
contradicts it. An e-mail address or telephone number, which offices share, confirms only together
with the name. Whatever fits two, or contradicts itself, is only suggested: a person decides, and
what a person has decided comes before all that is not sure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from partnerbook.matching.contacts import address, numbers
from partnerbook.matching.folding import folded
from partnerbook.matching.likeness import likeness
from partnerbook.matching.party import party_key
from partnerbook.matching.sayings import say
from partnerbook.model import Customer, Decision, LedgerLine, MatchStatus, PartyKey
from partnerbook.text import is_masked
from partnerbook.wording import Language

RULES = (
    "xaccount_id",
    "customer_id",
    "account_name",
    "decision",
    "email",
    "phone",
    "company_name",
    "similar_name",
    "pinyin",
)
"""Names of the rules, in the order in which they are tried."""

_CONTACTS = frozenset({"email", "phone"})  # what a person says counts more than these
Parts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say about one line: its candidates, best first.

    Attributes:
        rule: Which rule found them.
        status: Whether the first one is sure.
        candidates: Never empty.
        why: One sentence.
        reasons: One for each candidate, where they are not all `why`.
        parts: Scores by part of the name, one for each candidate; empty for other rules.
    """

    rule: str
    status: MatchStatus
    candidates: tuple[Customer, ...]
    why: str
    reasons: tuple[str, ...] = ()
    parts: tuple[Parts, ...] = ()


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
        if verdict.status == "confirmed" and verdict.rule not in _CONTACTS:
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
            candidates=tuple(verdict.candidates[at] for at in kept),
            reasons=tuple(verdict.reasons[at] for at in kept) if verdict.reasons else (),
            parts=tuple(verdict.parts[at] for at in kept) if verdict.parts else (),
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


class Rules:
    """Customers by each thing that a ledger may know them by, and what people decided."""

    def __init__(
        self,
        customers: Iterable[Customer],
        lines: Sequence[LedgerLine],
        decisions: Iterable[Decision] = (),
        language: Language = "en",
    ) -> None:
        self._language = language
        self._by_id: dict[str, Customer] = {}
        self._by_xaccount: defaultdict[str, list[Customer]] = defaultdict(list)
        self._by_account: defaultdict[str, list[Customer]] = defaultdict(list)
        self._by_company: defaultdict[str, list[Customer]] = defaultdict(list)
        self._by_email: defaultdict[str, list[Customer]] = defaultdict(list)
        self._by_phone: defaultdict[str, list[Customer]] = defaultdict(list)
        has_email = any(line.email for line in lines)
        has_phone = any(line.phone for line in lines)
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
            if has_email and (email := address(customer.email)):
                self._by_email[email].append(customer)
            if has_phone:
                for number in numbers(customer.telephone, customer.country_code):
                    self._by_phone[number].append(customer)
        self._parties: defaultdict[str, set[object]] = defaultdict(set)
        for line in lines if has_email or has_phone else ():
            for contact in (address(line.email), *numbers(line.phone)):
                self._parties[contact].add(party_key(line))
        self._accepted = _oldest_yes(decisions, self._by_id)
        self.used: dict[PartyKey | None, Decision] = {}

    def verdict(self, line: LedgerLine, refused: Refused, *, spoilt: bool) -> Verdict | None:
        """Return what the rules say about a line; None when they say nothing.

        Args:
            line: The line.
            refused: What people said no to; these candidates are left out.
            spoilt: Whether a spreadsheet spoilt an ID in the row.
        """
        found = (
            refused.without(self._by_ids(line), line)
            or refused.without(self._by_account_name(line, spoilt=spoilt), line)
            or refused.without(self._by_contact("email", line, spoilt=spoilt), line)
            or refused.without(self._by_contact("phone", line, spoilt=spoilt), line)
            or refused.without(self._by_company_name(line), line)
        )
        if found and found.status == "confirmed" and found.rule not in _CONTACTS:
            return found
        return self._by_decision(line) or found

    def _by_decision(self, line: LedgerLine) -> Verdict | None:
        key = party_key(line)
        decision = self._accepted.get(key) if key else None
        customer = self._by_id.get(decision.customer_id or "") if decision else None
        if decision is None or customer is None:
            return None
        self.used[key] = decision
        said = "said yes until" if decision.expires else "said yes"
        why = self._say(said, decision.who, decision.decided_at.date(), decision.expires)
        return Verdict("decision", "confirmed", (customer,), why)

    def _by_ids(self, line: LedgerLine) -> Verdict | None:
        named = self._by_id.get(line.customer_id or "")
        theirs = self._by_xaccount.get(line.xaccount_id or "", [])
        if named and (not theirs or (named in theirs and len(theirs) > 1)):
            return Verdict("customer_id", "confirmed", (named,), self._say("id same"))
        if not theirs:
            return None
        if len(theirs) > 1:
            why = self._say("partner id of several", len(theirs))
            return Verdict("xaccount_id", "suggested", _likeliest(theirs, line), why)
        if line.customer_id and line.customer_id != theirs[0].customer_id:
            against = "partner id against other" if named else "partner id against id"
            both = (theirs[0], named) if named else (theirs[0],)
            return Verdict("xaccount_id", "suggested", both, self._say(against, line.customer_id))
        return Verdict("xaccount_id", "confirmed", (theirs[0],), self._say("partner id same"))

    def _by_account_name(self, line: LedgerLine, *, spoilt: bool) -> Verdict | None:
        theirs = self._by_account.get(folded(line.account_name or ""), [])
        if not theirs:
            return None
        if len(theirs) > 1:
            why = self._say("account of several", len(theirs))
            return Verdict("account_name", "suggested", _likeliest(theirs, line), why)
        if against := self._against(line, theirs[0], spoilt=spoilt):
            why = self._say("account but", against)
            return Verdict("account_name", "suggested", (theirs[0],), why)
        return Verdict("account_name", "confirmed", (theirs[0],), self._say("account same"))

    def _by_contact(self, rule: str, line: LedgerLine, *, spoilt: bool) -> Verdict | None:
        given = (address(line.email),) if rule == "email" else numbers(line.phone)
        index = self._by_email if rule == "email" else self._by_phone
        found = [customer for each in given for customer in index.get(each, ())]
        theirs = list({customer.customer_id: customer for customer in found}.values())
        if not theirs:
            return None
        if len(theirs) > 1:
            why = self._say(f"{rule} of several", len(theirs))
            return Verdict(rule, "suggested", _likeliest(theirs, line), why)
        customer = theirs[0]
        against = self._against(line, customer, spoilt=spoilt)
        parties = max(len(self._parties[each]) for each in given)
        if not against and parties > 1:
            against = self._say("rows share it", parties)
        by_phone = [each for one in numbers(line.phone) for each in self._by_phone.get(one, ())]
        if not against and by_phone and customer not in by_phone:
            against = self._say("phone of other")
        if not against and not (line.company_name and customer.company_name):
            against = self._say("no name")
        if against:
            return Verdict(rule, "suggested", (customer,), self._say(f"{rule} same", against))
        like = likeness(customer.company_name or "", line.company_name or "", self._language)
        if not like.likely:
            against = self._say("name unlike", like.why.rstrip(".。"))
            why = self._say(f"{rule} same", against)
            return Verdict(rule, "suggested", (customer,), why, parts=(like.parts,))
        why = self._say(f"{rule} and name", like.why)
        return Verdict(rule, "confirmed", (customer,), why, parts=(like.parts,))

    def _by_company_name(self, line: LedgerLine) -> Verdict | None:
        theirs = self._by_company.get(folded(line.company_name or ""), [])
        if not theirs:
            return None
        why = self._say("company same")
        if len(theirs) > 1:
            why = self._say("company of several", len(theirs))
        return Verdict("company_name", "suggested", _likeliest(theirs, line), why)

    def _against(self, line: LedgerLine, customer: Customer, *, spoilt: bool) -> str:
        """Return what in the row contradicts a customer; ``""`` for nothing."""
        if line.customer_id:
            return self._say("says id", line.customer_id)
        if line.xaccount_id and customer.xaccount_id:
            return self._say("says partner id", line.xaccount_id)
        return self._say("id spoilt") if spoilt else ""

    def _say(self, key: str, *values: object) -> str:
        return say(key, self._language, *values)


def _oldest_yes(
    decisions: Iterable[Decision], known: Mapping[str, Customer]
) -> dict[PartyKey | None, Decision]:
    """Return whose row a party's is, by what people said.

    Of several yeses the oldest says it: for others of a group, the row only stands too.
    """
    found: dict[PartyKey | None, Decision] = {}
    for each in decisions:
        if each.verdict == "yes" and each.customer_id in known:
            found.setdefault(each.party, each)
    return found


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
