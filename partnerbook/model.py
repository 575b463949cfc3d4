"""The vocabulary: customers, queries, listings, snapshots, changes, ledger lines. Pure values.

Everything here is frozen and says what None means. Names are this project's own (design.md,
section 2); the vendor's field names live in ``partnerbook.wire`` only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal

from partnerbook.errors import QueryError

Api = Literal["detail", "sub-customers"]
State = Literal["exact", "incomplete"]
ChangeKind = Literal["joined", "left", "came_back", "altered"]
MatchStatus = Literal["confirmed", "suggested"]
BreakKind = Literal[
    "not_in_ledger", "not_with_vendor", "different", "twice", "association", "timing"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer, as Partner Center described it at one moment.

    None always means that the API did not say, or said null; never "empty". Codes stand as
    the vendor sends them, so one that nobody documented stays visible.

    Attributes:
        customer_id: Account ID given by the vendor. Never empty, unique in a listing, and the
            only field fit to be a key.
        account_name: Login name of the main account. Can be renamed: never join on it alone.
        company_name: Verified name of the company or person. None until verified.
        associated_at: When the customer became the partner's. UTC, whole seconds.
        association: ``"1"`` consulting, ``"2"`` agency, ``"3"`` resale.
        label: The partner's own tag.
        telephone: Text, possibly masked (``139xxxxxxxx``). Never a number.
        country_code: Dialling prefix with its zeros, e.g. ``"0086"``.
        verification: ``"-1"`` unverified, ``"0"`` under review, ``"1"`` rejected,
            ``"2"`` verified, ``"3"`` failed.
        customer_type: -1 none yet, 0 individual, 1 enterprise.
        is_frozen: True while the account is suspended.
        account_manager: Login name of the partner's own salesperson.
        xaccount_id: The customer's ID on the partner's own platform.
        xaccount_type: Code of that platform.
        level: ``"V0"`` to ``"V5"``.
        email: Address of the customer.
    """

    customer_id: str
    account_name: str | None = None
    company_name: str | None = None
    associated_at: datetime | None = None
    association: str | None = None
    label: str | None = None
    telephone: str | None = None
    country_code: str | None = None
    verification: str | None = None
    customer_type: int | None = None
    is_frozen: bool | None = None
    account_manager: str | None = None
    xaccount_id: str | None = None
    xaccount_type: str | None = None
    level: str | None = None
    email: str | None = None

    def __post_init__(self) -> None:
        if not self.customer_id:
            raise ValueError("customer_id must not be empty")
        if self.associated_at is not None and self.associated_at.utcoffset() is None:
            raise ValueError("associated_at must have a time zone")

    @property
    def shown_name(self) -> str:
        """What a person would call the customer: company, else account, else ID."""
        return self.company_name or self.account_name or self.customer_id


CUSTOMER_FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Customer))

_DETAIL_FIELDS = frozenset(
    {
        "customer_id",
        "account_name",
        "company_name",
        "associated_at",
        "association",
        "label",
        "telephone",
        "country_code",
        "verification",
    }
)

CARRIED: MappingProxyType[Api, frozenset[str]] = MappingProxyType(
    {"detail": _DETAIL_FIELDS, "sub-customers": frozenset(CUSTOMER_FIELDS)}
)
"""Which fields of `Customer` each API carries. The others are None there, always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerQuery:
    """Which customers to list. ``CustomerQuery()`` asks for everybody.

    Every filter that is given must hold. Text filters match the middle of the value and ignore
    case (labels: exact case). Which part the API can narrow and which is decided here, on
    complete data, is no concern of the person who asks.

    Attributes:
        account: Part of the account name.
        company: Part of the company name.
        label: Parts of a label, any of them; exact case. One text is taken as one label.
        association: ``"1"``, ``"2"`` or ``"3"``.
        since: Associated at this moment or later. With a zone; kept in UTC.
        until: Associated at this moment or earlier, both ends included.
        phone: Part of the telephone number.
        manager: Part of the account manager's name.
        status: Verification code, ``"-1"`` to ``"3"``.
        country: Dialling prefix; ``"0086"``, ``"86"`` and ``"+86"`` are the same.
        ids: Customer IDs, any of them, each whole.
        frozen: True for suspended accounts only, False for the others only.
        level: Level, e.g. ``"V3"``, whole, ignoring case.

    Raises:
        QueryError: A text is blank, a time has no zone, or `since` is after `until`.
    """

    account: str | None = None
    company: str | None = None
    label: tuple[str, ...] = ()
    association: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    phone: str | None = None
    manager: str | None = None
    status: str | None = None
    country: str | None = None
    ids: tuple[str, ...] = ()
    frozen: bool | None = None
    level: str | None = None

    def __post_init__(self) -> None:
        for name in ("label", "ids"):
            given = getattr(self, name)
            texts = (given,) if isinstance(given, str) else tuple(sorted(set(given)))
            object.__setattr__(self, name, texts)
        for name in ("account", "company", "label", "phone", "manager", "country", "ids", "level"):
            self._refuse_blank(name, getattr(self, name))
        for name in ("since", "until"):
            moment: datetime | None = getattr(self, name)
            if moment is None:
                continue
            if moment.utcoffset() is None:
                raise QueryError(f"{name} needs a time zone, got {moment.isoformat()}")
            object.__setattr__(self, name, moment.astimezone(UTC).replace(microsecond=0))
        if self.since and self.until and self.since > self.until:
            raise QueryError(f"since ({self.since}) is after until ({self.until}); swap them")

    @staticmethod
    def _refuse_blank(name: str, value: str | tuple[str, ...] | None) -> None:
        texts = value if isinstance(value, tuple) else () if value is None else (value,)
        # An empty cell or shell variable must not turn a search for one customer into a list
        # of all of them; None says "no filter" and is what a caller means by leaving it out.
        if any(not text.strip() for text in texts):
            raise QueryError(f"the filter {name} is blank; leave it out to ask for everybody")

    def given(self) -> dict[str, Any]:
        """Return the filters that are set, by name, as JSON values; times as ISO 8601 with Z."""
        out: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value is None or value == ():
                continue
            if isinstance(value, datetime):
                value = utc_text(value)
            out[each.name] = list(value) if isinstance(value, tuple) else value
        return out

    @property
    def fingerprint(self) -> str:
        """Eight letters that stand for the question: equal questions, equal letters."""
        canonical = json.dumps(self.given(), sort_keys=True, ensure_ascii=False)
        number = int.from_bytes(hashlib.sha256(canonical.encode()).digest())
        # No vowels: eight letters that people read out must not spell a word.
        letters = "bcdfghjklmnpqrstvwxz"
        return "".join(letters[number // 20**place % 20] for place in range(8))


EVERYBODY = CustomerQuery()
"""The query without a filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was done to get a listing, so that its completeness can be judged.

    Attributes:
        requests: Requests sent, retries included.
        passes: How often the whole list was walked.
        method: ``"one page"``, ``"pages"``, ``"interval certificate"``, ``"time slices"``.
        notes: Sentences about what was met on the way; never a customer's data.
    """

    requests: int
    passes: int
    method: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """The answer to a query: the customers, and how complete the answer is.

    Attributes:
        query: The question.
        as_of: The moment for which the answer holds. UTC.
        api: The API that answered.
        customers: Every match that was found, sorted by ``customer_id``, nobody twice.
        evidence: What was done to get it.
        missing_at_most: How many customers may be missing; 0 means proven complete.

    Raises:
        ValueError: The customers are not sorted, or one came twice.
    """

    query: CustomerQuery
    as_of: datetime
    api: Api
    customers: tuple[Customer, ...]
    evidence: Evidence
    missing_at_most: int = 0

    def __post_init__(self) -> None:
        if any(a.customer_id >= b.customer_id for a, b in pairwise(self.customers)):
            raise ValueError("customers must be sorted by customer_id, without duplicates")
        if self.as_of.utcoffset() is None:
            raise ValueError("as_of must have a time zone")
        if self.missing_at_most < 0:
            raise ValueError("missing_at_most must not be negative")

    @property
    def state(self) -> State:
        """``"exact"`` when nobody can be missing, else ``"incomplete"``."""
        return "incomplete" if self.missing_at_most else "exact"

    @property
    def count(self) -> int:
        """How many customers are in this answer."""
        return len(self.customers)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the question."""
        return self.query.fingerprint

    @cached_property
    def by_id(self) -> MappingProxyType[str, Customer]:
        """The customers keyed by ``customer_id``."""
        return MappingProxyType({c.customer_id: c for c in self.customers})


@dataclass(frozen=True)
class Snapshot:
    """A listing kept in the store.

    Attributes:
        listing: The listing; its ``as_of`` is the moment the snapshot was taken.
        account: Whose customers these are: ``partner_id@host``.
        number: The snapshot's number in its store, from 1; None before it is kept.
    """

    listing: Listing
    account: str
    number: int | None = None

    @property
    def taken_at(self) -> datetime:
        """When the snapshot was taken. UTC."""
        return self.listing.as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to one customer between two snapshots of the same query.

    Attributes:
        customer_id: Whose change it is.
        kind: What happened.
        name: What a person would call the customer; the newer name where there are two.
        field: For ``altered``: the field of `Customer`; else None.
        before: For ``altered``: the older value; None when there was none.
        after: For ``altered``: the newer value; None when there is none now.
        days: For ``left`` and ``came_back``: whole days between association and the
            snapshot that no longer had the customer, or of absence; None when not known.
    """

    customer_id: str
    kind: ChangeKind
    name: str
    field: str | None = None
    before: Any = None
    after: Any = None
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One row of finance's file.

    None means that the file has no such column, or that the cell is empty.

    Attributes:
        file: Name of the file, without its folder.
        sheet: Name of the sheet; ``""`` for CSV.
        row: Row in the sheet as the file's user sees it, from 1.
        xaccount_id: The partner's own ID of the customer.
        customer_id: The vendor's ID of the customer.
        account_name: Login name.
        company_name: Name of the company or person.
        association: Association code, ``"1"`` or ``"3"``, where the ledger keeps it.
        amount: Amount of the line; never a float.
        currency: Currency of the amount, as the file writes it.
    """

    file: str
    sheet: str
    row: int
    xaccount_id: str | None = None
    customer_id: str | None = None
    account_name: str | None = None
    company_name: str | None = None
    association: str | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A customer and a ledger line belong together.

    Attributes:
        customer_id: The customer.
        row: Row of the ledger line.
        status: ``"confirmed"``, or ``"suggested"`` when a person has to decide.
        rule: Name of the rule, e.g. ``"customer_id"``.
        why: One sentence for a person.
    """

    customer_id: str
    row: int
    status: MatchStatus
    rule: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Something that does not reconcile.

    Attributes:
        id: Survives re-sorting of the ledger; starts with ``B-``.
        kind: What does not reconcile.
        customer_id: The customer; None where only the ledger has something.
        rows: Rows of the ledger lines concerned.
        why: One sentence for a person.
        name: What a person would call the customer or line.
        field: For ``different``: which field.
        vendor_value: For ``different``: what Partner Center says.
        ledger_value: For ``different``: what the ledger says.
        state: ``"new"``, ``"open"``, ``"explained"``, ``"closed"`` or ``"re-opened"``.
    """

    id: str
    kind: BreakKind
    customer_id: str | None
    rows: tuple[int, ...]
    why: str
    name: str = ""
    field: str | None = None
    vendor_value: str | None = None
    ledger_value: str | None = None
    state: str = "new"


def utc_text(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, whole seconds, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_utc_text(text: str) -> datetime:
    """Return the moment that `utc_text` wrote.

    Raises:
        ValueError: The text is no such moment.
    """
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError(f"no time zone in {text!r}")
    return moment.astimezone(UTC)
