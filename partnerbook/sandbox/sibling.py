"""``POST /v1.0/{partner_id}/partner/customer-mgr/query``: the old POST sibling.

Its ``offset`` is the number of a page, despite its name, and its partner ID is "currently not
verified". Absent, ``""`` and null are all no filter, the opposite of the GET; only the times
refuse ``""``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from partnerbook.model import Customer
from partnerbook.sandbox import lists, values
from partnerbook.sandbox.answers import Answer, Asked, bad_parameter
from partnerbook.sandbox.backend import Backend, Wanted

_TEXTS = {"domainName": 128, "name": 128, "label": 64}
_TIMES = ("cooperationTimeStart", "cooperationTimeEnd")
_KNOWN = (*_TEXTS, "offset", "limit", "cooperationType", *_TIMES)


def answer(backend: Backend, asked: Asked) -> Answer:
    """Return the page of customers that the body asks for.

    Raises:
        RefusalError: A parameter breaks a rule of the page: 400 CBC.0100.
    """
    given = lists.body(asked, _KNOWN)
    page = values.whole_json("offset", _or(given.get("offset"), 1), 1, 200_000)
    size = values.whole_json("limit", _or(given.get("limit"), 10), 1, 100)
    size = min(size, backend.behaviour.page_cap or size)
    found = lists.found(backend, _wanted(given), first=(page - 1) * size, size=size)
    head = {"error_code": "CBC.0000", "error_msg": "success", "count": found.count}
    rows = [_row(customer) for customer in found.rows]
    return lists.answer(head, "customerInfoList", rows, backend.behaviour.empty_style)


def _or(value: Any, default: int) -> Any:
    return default if value is None else value


def _wanted(given: dict[str, Any]) -> Wanted:
    texts: dict[str, str | None] = {}
    for name, longest in _TEXTS.items():
        value = lists.text(given, name)
        texts[name] = values.searched(name, value, longest) if value else None
    start, end = (_time(given, name) for name in _TIMES)
    if (start is None) != (end is None):
        raise bad_parameter(f"{_TIMES[0]} and {_TIMES[1]} must be used together")
    values.in_order(start, end)
    kind = lists.text(given, "cooperationType")
    return Wanted(
        account=texts["domainName"],
        company=texts["name"],
        label=texts["label"],
        association=values.association("cooperationType", kind) if kind else None,
        since=start,
        until=end,
    )


def _time(given: dict[str, Any], name: str) -> datetime | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise bad_parameter(f"{name} must be a string")
    return values.moment(name, value)


def _row(c: Customer) -> dict[str, Any]:
    return {
        "name": c.company_name,
        "domainName": c.account_name,
        "customerId": c.customer_id,
        "cooperationTime": lists.time(c.associated_at),
        "cooperationType": c.association,
        "label": c.label,
        "telephone": c.telephone,
        "verifiedStatus": c.verification,
        "countryCode": c.country_code,
        "customerType": c.customer_type,
        "isFrozen": None if c.is_frozen is None else int(c.is_frozen),
    }
