"""The older API: ``GET /v1.0/{partner_id}/partner/customer-mgr/detail``.

Facts: contract/api-facts.md 1. Here an empty string or ``null`` in the query *is* a filter that
matches nearly nobody: what is not filtered on is never sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from partnerbook.model import Api
from partnerbook.paging import Ask, Page
from partnerbook.signing import escaped, query_text
from partnerbook.views.filters import Narrowing
from partnerbook.wire.columns import Fields, read_customers
from partnerbook.wire.refusals import check_business
from partnerbook.wire.requests import Request, time_pair
from partnerbook.wire.strict import Row, json_object


@dataclass(frozen=True, slots=True)
class DetailApi:
    """The older customer API.

    Attributes:
        partner_id: Whose customers; the partner's account ID.
    """

    partner_id: str
    name: ClassVar[Api] = "detail"

    def request(self, narrowing: Narrowing, ask: Ask) -> Request:
        """Return the request for one page."""
        pairs = [("page_no", str(ask.number)), ("page_size", str(ask.size))]
        given = {
            "domain_name": narrowing.account,
            "corp_name": narrowing.company,
            "label": narrowing.label,
            "cooperationType": narrowing.association,
        }
        pairs += [(name, value) for name, value in given.items() if value]
        if bounds := time_pair(narrowing):
            pairs += zip(("cooperationTimeStart", "cooperationTimeEnd"), bounds, strict=True)
        path = f"/v1.0/{escaped(self.partner_id)}/partner/customer-mgr/detail"
        return Request("GET", f"{path}?{query_text(pairs)}", b"", "detail")

    def page(self, body: bytes, at: datetime) -> Page:
        """Return the page that a successful answer's body holds.

        Raises:
            WireError: The body breaks a rule; the message names it.
            BusinessRefusal: It is a refusal in the dress of a success.
        """
        if not body.strip():
            # "Nothing is returned" is how one version of the page puts "nobody was found".
            return Page.of(None, (), at, is_bare=True, notes=frozenset())
        document = json_object(body)
        check_business(document)
        answer = Row(document)
        count = answer.count("count")
        customers = read_customers(answer, "customer_info_list", FIELDS)
        # The successor leaves its code out on success; this one always has it. Without it an
        # object that says nothing at all is as bare as no body.
        is_bare = count is None and not customers and "error_code" not in document
        return Page.of(count, customers, at, is_bare=is_bare, notes=frozenset(answer.notes))


FIELDS: Fields = {
    "account_name": ("text", "domain_name"),
    "company_name": ("text", "corp_name"),
    "association": ("text", "cooperation_type"),
    "label": ("text", "label"),
    "telephone": ("text", "telephone"),
    "country_code": ("text", "countryCode"),
    "verification": ("text", "verifiedStatus"),
    "customer_id": ("key", "customer_id"),
    "associated_at": ("moment", "start_time"),
}
"""The texts first: where several rules are broken, the first of these is the one told."""
