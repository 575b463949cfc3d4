"""The successor API, "Querying Customers": ``POST /v2/partners/sub-customers/query``.

Facts: contract/api-facts.md 3. Here absent, ``""`` and null all mean "no filter"; whose customers
is known from the credentials; the offset counts rows, not pages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from partnerbook.model import Api, Customer
from partnerbook.paging import Ask, Page
from partnerbook.views.filters import Narrowing
from partnerbook.wire.refusals import check_business
from partnerbook.wire.requests import Request, time_pair
from partnerbook.wire.strict import Row, json_object


@dataclass(frozen=True, slots=True)
class SubCustomersApi:
    """The successor customer API."""

    name: ClassVar[Api] = "sub-customers"

    def request(self, narrowing: Narrowing, ask: Ask) -> Request:
        """Return the request for one page."""
        body: dict[str, Any] = {"offset": (ask.number - 1) * ask.size, "limit": ask.size}
        given = {
            "account_name": narrowing.account,
            "customer": narrowing.company,
            "label": narrowing.label,
            "association_type": narrowing.association,
        }
        body |= {name: value for name, value in given.items() if value}
        if bounds := time_pair(narrowing):
            body["associated_on_begin"], body["associated_on_end"] = bounds
        data = json.dumps(body, separators=(",", ":")).encode()
        return Request("POST", "/v2/partners/sub-customers/query", data, "sub-customers")

    def page(self, body: bytes, at: datetime) -> Page:
        """Return the page that a successful answer's body holds.

        Raises:
            WireError: The body breaks a rule; the message names it.
            BusinessRefusal: It is a refusal in the dress of a success.
        """
        if not body.strip():
            return Page(count=0, customers=(), at=at, is_bare=True)
        document = json_object(body)
        check_business(document)
        answer = Row(document)
        count = answer.count("count")
        customers = tuple(_customer(row) for row in answer.rows("customer_infos"))
        is_bare = count is None and "customer_infos" not in document
        return Page.of(count, customers, at, is_bare=is_bare, notes=frozenset(answer.notes))


# The API's name for each text of a customer, in the order of `_customer`.
_TEXTS = (
    "account_name",
    "customer",
    "association_type",
    "label",
    "telephone",
    "country_code",
    "verified_status",
    "xaccount_id",
    "xaccount_type",
    "customer_level",
    "email",
)
_KNOWN = frozenset(
    {
        *_TEXTS,
        "customer_id",
        "associated_on",
        "customer_type",
        "is_frozen",
        "account_managers",
    }
)


def _customer(row: Row) -> Customer:
    account, company, association, label, telephone, country, status, xid, xtype, level, email = (
        row.texts(_TEXTS)
    )
    return Customer(
        customer_id=row.key("customer_id"),
        account_name=account,
        company_name=company,
        associated_at=row.moment("associated_on"),
        association=association,
        label=label,
        telephone=telephone,
        country_code=country,
        verification=status,
        customer_type=row.whole("customer_type"),
        is_frozen=row.yes("is_frozen"),
        account_manager=_managers(row),
        xaccount_id=xid,
        xaccount_type=xtype,
        level=level,
        email=email,
        extra=row.others(_KNOWN),
    )


def _managers(row: Row) -> str | None:
    # At most one at present, says the page; should there be more, none is hidden.
    match row.values.get("account_managers"):
        case None | []:
            return None
        case [{"account_name": name}] if type(name) is str:
            return name or None  # nearly always, and four times as fast
    names = (manager.text("account_name") for manager in row.rows("account_managers"))
    return ", ".join(name for name in names if name) or None
