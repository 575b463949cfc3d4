"""The successor API, "Querying Customers": ``POST /v2/partners/sub-customers/query``.

Facts: contract/api-facts.md 3. Here absent, ``""`` and null all mean "no filter"; whose customers
is known from the credentials; the offset counts rows, not pages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from partnerbook.model import Api
from partnerbook.paging import Ask, Page
from partnerbook.views.filters import Narrowing
from partnerbook.wire.columns import Fields, read_customers
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
            return Page.of(None, (), at, is_bare=True, notes=frozenset())
        document = json_object(body)
        check_business(document)
        answer = Row(document)
        count = answer.count("count")
        customers = read_customers(answer, "customer_infos", FIELDS)
        is_bare = count is None and "customer_infos" not in document
        return Page.of(count, customers, at, is_bare=is_bare, notes=frozenset(answer.notes))


FIELDS: Fields = {
    "account_name": ("text", "account_name"),
    "company_name": ("text", "customer"),
    "association": ("text", "association_type"),
    "label": ("text", "label"),
    "telephone": ("text", "telephone"),
    "country_code": ("text", "country_code"),
    "verification": ("text", "verified_status"),
    "xaccount_id": ("text", "xaccount_id"),
    "xaccount_type": ("text", "xaccount_type"),
    "level": ("text", "customer_level"),
    "email": ("text", "email"),
    "customer_id": ("key", "customer_id"),
    "associated_at": ("moment", "associated_on"),
    "customer_type": ("whole", "customer_type"),
    "is_frozen": ("yes", "is_frozen"),
    # At most one at present, says the page; should there be more, none is hidden.
    "account_manager": ("joined", "account_managers", "account_name"),
}
"""The texts first: where several rules are broken, the first of these is the one told."""
