"""What the ordered rules say about one ledger line. Pure.

An ID or an account name confirms, when it fits exactly one customer and nothing else in the row
contradicts it. An e-mail address or telephone number, which groups share, confirms only together
with an equal full name. What people write where they know nothing is nobody's key. Whatever fits
two, or contradicts itself, is only suggested: a person decides, and what a person has decided
comes before all that is not sure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from partnerbook.matching.contacts import address, numbers
from partnerbook.matching.decided import CONTACTS, Accepted, Refused, Verdict
from partnerbook.matching.folding import folded
from partnerbook.matching.likeness import likeness
from partnerbook.matching.near import NearIds
from partnerbook.matching.party import party_key
from partnerbook.matching.placeholders import is_placeholder
from partnerbook.matching.same import difference
from partnerbook.matching.sayings import say
from partnerbook.model import Customer, Decision, LedgerLine, PartyKey
from partnerbook.text import is_masked
from partnerbook.wording import Language, heading

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
        everybody = tuple(customers)
        self._near = NearIds(everybody)
        for customer in everybody:
            self._by_id[customer.customer_id] = customer
            partners_id = (customer.xaccount_id or "").strip()
            if not is_placeholder(partners_id) and not is_masked(partners_id):
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
        self._accepted = Accepted(decisions, self._by_id, lines)
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
        if found and found.status == "confirmed" and found.rule not in CONTACTS:
            return found
        return self._by_decision(line) or found

    def remark(self, line: LedgerLine) -> str:
        """Return whose ID a line's nearly is; ``""`` for nobody's."""
        return self._near.remark(line, self._language)

    def _by_decision(self, line: LedgerLine) -> Verdict | None:
        decision = self._accepted.of(line)
        customer = self._by_id.get(decision.customer_id or "") if decision else None
        if decision is None or customer is None:
            return None
        self.used[decision.party] = decision
        said = "said yes until" if decision.expires else "said yes"
        why = self._say(said, decision.who, decision.decided_at.date(), decision.expires)
        return Verdict("decision", "confirmed", (customer,), why)

    def _by_ids(self, line: LedgerLine) -> Verdict | None:
        named = self._by_id.get(line.customer_id or "")
        theirs = self._by_xaccount.get(line.xaccount_id or "", [])
        if named and (not theirs or (named in theirs and len(theirs) > 1)):
            return self._sure("customer_id", named, line, self._say("id same"))
        if not theirs:
            return None
        if len(theirs) > 1:
            why = self._say("partner id of several", len(theirs))
            return Verdict("xaccount_id", "suggested", _likeliest(theirs, line), why)
        if line.customer_id and line.customer_id != theirs[0].customer_id:
            against = "partner id against other" if named else "partner id against id"
            why = self._say(against, line.customer_id)
            if not named:
                return Verdict("xaccount_id", "suggested", (theirs[0],), why)
            other = self._say("id but", line.xaccount_id, theirs[0].customer_id)
            rules = ("xaccount_id", "customer_id")
            return Verdict.of_two(rules, (theirs[0], named), (why, other))
        why = self._say("partner id same")
        twin = min(self._near.zeros_apart(line.xaccount_id or ""), key=_number, default=None)
        if twin and not (named or self._supports(line, theirs[0], twin)):
            written = (twin.xaccount_id or "").strip()
            why = self._say("zeros of other", why, written, twin.customer_id)
            other = self._say("zeros lost", line.xaccount_id, theirs[0].customer_id)
            rules = ("xaccount_id", "xaccount_id")
            return Verdict.of_two(rules, (theirs[0], twin), (why, other))
        return self._sure("xaccount_id", theirs[0], line, why)

    def _sure(self, rule: str, customer: Customer, line: LedgerLine, why: str) -> Verdict:
        """Return that a key confirms, unless the rest of the row is somebody else's."""
        against, supported = self._votes(rule, line, customer)
        other = against.get("account_name") or (None if supported else against.get("company_name"))
        if other is None:
            return Verdict(rule, "confirmed", (customer,), why)
        field = "account_name" if "account_name" in against else "company_name"
        name = heading(field, self._language)
        why = self._say("row says other", why, name[:1].lower() + name[1:], other.customer_id)
        key = {"customer_id": "says id", "xaccount_id": "says partner id"}.get(rule, "says account")
        theirs = self._say(f"{field} but", self._say(key, getattr(line, rule)))
        return Verdict.of_two((rule, field), (customer, other), (why, theirs))

    def _votes(
        self, rule: str, line: LedgerLine, customer: Customer
    ) -> tuple[dict[str, Customer], bool]:
        """Return which other names in the row are somebody else's, and whether any is theirs."""
        against, supported = {}, False
        for field, index in (
            ("account_name", self._by_account),
            ("company_name", self._by_company),
        ):
            written = getattr(line, field)
            if not written or field == rule:
                continue
            key = folded(written)
            theirs = index.get(key, ())
            if key == folded(getattr(customer, field) or "") or customer in theirs:
                supported = True
            elif theirs:
                against[field] = min(theirs, key=_number)
        return against, supported

    def _supports(self, line: LedgerLine, customer: Customer, twin: Customer) -> bool:
        """Return whether a name, or a contact that is not the twin's too, is the customer's."""
        reached = [
            *self._by_email.get(address(line.email), ()),
            *(each for one in numbers(line.phone) for each in self._by_phone.get(one, ())),
        ]
        by_contact = customer in reached and twin not in reached
        return by_contact or self._votes("xaccount_id", line, customer)[1]

    def _by_account_name(self, line: LedgerLine, *, spoilt: bool) -> Verdict | None:
        theirs = self._by_account.get(folded(line.account_name or ""), [])
        if not theirs:
            return None
        if len(theirs) > 1:
            why = self._say("account of several", len(theirs))
            return Verdict("account_name", "suggested", _likeliest(theirs, line), why)
        if against := self._against(line, theirs[0], spoilt=spoilt):
            why = self._say("account_name but", against)
            return Verdict("account_name", "suggested", (theirs[0],), why)
        return self._sure("account_name", theirs[0], line, self._say("account same"))

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
        if not against and not (_told(line.company_name) and _told(customer.company_name)):
            against = self._say("no name")
        if against:
            return Verdict(rule, "suggested", (customer,), self._say(f"{rule} same", against))
        like = likeness(customer.company_name or "", line.company_name or "", self._language)
        if not like.likely:
            against = self._say("name unlike", like.why.rstrip(".。"))
            why = self._say(f"{rule} same", against)
            return Verdict(rule, "suggested", (customer,), why, parts=(like.parts,))
        ours, theirs_name = customer.company_name or "", line.company_name or ""
        if apart := difference(ours, theirs_name, self._language):
            why = self._say(f"{rule} same", self._say("not one name", apart))
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


def _number(customer: Customer) -> str:
    return customer.customer_id


def _told(name: str | None) -> bool:
    return not is_placeholder(name) and not is_masked(name or "")


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
