"""Customers, and the question which of them to list. Pure values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal, Self

from partnerbook.errors import QueryError
from partnerbook.model.times import from_utc_text, utc_text

Api = Literal["detail", "sub-customers"]


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
        extra: Fields that the API sent and nobody here knows yet, by their own names, as text;
            sorted. Not compared between snapshots.
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
    extra: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.customer_id:
            raise ValueError("customer_id must not be empty")
        if self.associated_at is not None and self.associated_at.tzinfo is None:
            raise ValueError("associated_at must have a time zone")

    def as_json(self) -> dict[str, Any]:
        """Return every named field, as JSON values; times as ISO 8601 with Z."""
        out = {name: getattr(self, name) for name in CUSTOMER_FIELDS}
        if self.associated_at is not None:
            out["associated_at"] = utc_text(self.associated_at)
        return out

    @property
    def shown_name(self) -> str:
        """What a person would call the customer: company, else account, else ID; never blank."""
        names = (self.company_name, self.account_name)
        return next((each for each in names if each and each.strip()), self.customer_id)


CUSTOMER_FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Customer) if f.name != "extra")
"""The fields of a customer that have a name here, in their order."""

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
        ids: Customer IDs, any of them, each whole; in capitals they are the same.
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

    @classmethod
    def from_given(cls, values: Mapping[str, Any]) -> Self:
        """Return the query whose `given` these are."""
        moments = {n: from_utc_text(values[n]) for n in ("since", "until") if n in values}
        texts = {n: tuple(values[n]) for n in ("label", "ids") if n in values}
        return cls(**{**values, **moments, **texts})

    @property
    def fingerprint(self) -> str:
        """Eight letters that stand for the question: equal questions, equal letters."""
        canonical = json.dumps(self.given(), sort_keys=True, ensure_ascii=False)
        # A command line can hold halves of surrogate pairs, which plain UTF-8 refuses.
        number = int.from_bytes(hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).digest())
        # No vowels: eight letters that people read out must not spell a word.
        letters = "bcdfghjklmnpqrstvwxz"
        return "".join(letters[number // 20**place % 20] for place in range(8))


EVERYBODY = CustomerQuery()
"""The query without a filter."""
