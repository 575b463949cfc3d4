"""``POST /v2/partners/sub-customers/query``: the successor of the old list.

Who asks is known from the key, so there is no partner ID. ``offset`` counts rows from 0. Absent,
``""`` and null are all no filter. The page forbids no spaces and does not pair the times. A
success carries no ``error_code``.
"""

from __future__ import annotations

from typing import Any

from partnerbook.model import Customer
from partnerbook.sandbox import lists, values
from partnerbook.sandbox.answers import Answer, Asked, business_error
from partnerbook.sandbox.backend import Backend, Wanted

_TEXTS = {"account_name": 64, "customer": 64, "label": 64, "customer_id": 64}
_TIMES = ("associated_on_begin", "associated_on_end")
_RESELLER = "indirect_partner_id"
_KNOWN = (*_TEXTS, "offset", "limit", "association_type", *_TIMES, _RESELLER)


def answer(backend: Backend, asked: Asked) -> Answer:
    """Return the rows that the body asks for.

    Raises:
        RefusalError: A parameter breaks a rule of the page: 400 CBC.0100.
    """
    given = lists.body(asked, _KNOWN)
    if lists.text(given, _RESELLER):
        # This partner has no resellers; answering with its own customers would mislead.
        raise business_error(400, "CBC.99000037", "No permission to operate on this reseller")
    offset, limit = given.get("offset"), given.get("limit")
    first = 0 if offset is None else values.whole_json("offset", offset, 0, 40_000_000)
    size = 10 if limit is None else values.whole_json("limit", limit, 1, 100)
    size = min(size, backend.behaviour.page_cap or size)
    found = lists.found(backend, _wanted(given), first=first, size=size)
    rows = [_row(customer) for customer in found.rows]
    return lists.answer(
        {"count": found.count}, "customer_infos", rows, backend.behaviour.empty_style
    )


def _wanted(given: dict[str, Any]) -> Wanted:
    texts: dict[str, str | None] = {}
    for name, longest in _TEXTS.items():
        value = lists.text(given, name)
        texts[name] = values.searched(name, value, longest, spaces=True) if value else None
    begin, end = (lists.text(given, name) for name in _TIMES)
    since = values.moment(_TIMES[0], begin) if begin else None
    until = values.moment(_TIMES[1], end) if end else None
    values.in_order(since, until)
    kind = lists.text(given, "association_type")
    return Wanted(
        account=texts["account_name"],
        company=texts["customer"],
        label=texts["label"],
        customer_id=texts["customer_id"],
        association=values.association("association_type", kind) if kind else None,
        since=since,
        until=until,
    )


def _row(c: Customer) -> dict[str, Any]:
    managers = [{"account_name": c.account_manager}] if c.account_manager is not None else []
    return {
        "customer": c.company_name,
        "account_name": c.account_name,
        "customer_id": c.customer_id,
        "associated_on": lists.time(c.associated_at),
        "association_type": c.association,
        "label": c.label,
        "telephone": c.telephone,
        "verified_status": c.verification,
        "country_code": c.country_code,
        "customer_type": c.customer_type,
        "is_frozen": None if c.is_frozen is None else int(c.is_frozen),
        "account_managers": managers,
        "xaccount_id": c.xaccount_id,
        "xaccount_type": c.xaccount_type,
        "customer_level": c.level,
        "email": c.email,
    }
