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
        answer = Row(document, "")
        rows = answer.rows("customer_infos")
        count = answer.count("count")
        customers = tuple(_customer(row) for row in rows)
        is_bare = count is None and "customer_infos" not in document
        return Page.of(count, customers, at, is_bare=is_bare, notes=frozenset(answer.notes))


_KNOWN = frozenset(
    {
        "customer_id",
        "account_name",
        "customer",
        "associated_on",
        "association_type",
        "label",
        "telephone",
        "country_code",
        "verified_status",
        "customer_type",
        "is_frozen",
        "account_managers",
        "xaccount_id",
        "xaccount_type",
        "customer_level",
        "email",
    }
)


def _customer(row: Row) -> Customer:
    return Customer(
        customer_id=row.key("customer_id"),
        account_name=row.text("account_name"),
        company_name=row.text("customer"),
        associated_at=row.moment("associated_on"),
        association=row.text("association_type"),
        label=row.text("label"),
        telephone=row.text("telephone"),
        country_code=row.text("country_code"),
        verification=row.text("verified_status"),
        customer_type=row.whole("customer_type"),
        is_frozen=row.yes("is_frozen"),
        account_manager=_managers(row),
        xaccount_id=row.text("xaccount_id"),
        xaccount_type=row.text("xaccount_type"),
        level=row.text("customer_level"),
        email=row.text("email"),
        extra=row.others(_KNOWN),
    )


def _managers(row: Row) -> str | None:
    # At most one at present, says the page; should there be more, none is hidden.
    names = (manager.text("account_name") for manager in row.rows("account_managers"))
    return ", ".join(name for name in names if name) or None
