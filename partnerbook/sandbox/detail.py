"""``GET /v1.0/{partner_id}/partner/customer-mgr/detail``: our own reading of the vendor's page.

A query string has no null and no empty string. As read here, of ``k=``, ``k=""`` and
``k=null`` the first is the page's "empty", the second its "empty string" (two quotation
marks) and the third its "null" (four letters). For the three texts the last two are filters
like any other text: a search for those characters.

Stricter than the page: a parameter that it does not name, and one given twice, is refused, so
that a misspelt filter cannot pass for "all customers".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import unquote_to_bytes

from partnerbook.model import Customer
from partnerbook.sandbox import lists, values
from partnerbook.sandbox.answers import Answer, Asked, bad_parameter
from partnerbook.sandbox.backend import Backend, Wanted

_TEXTS = {"domain_name": 128, "corp_name": 128, "label": 64}
_TIMES = ("cooperationTimeStart", "cooperationTimeEnd")
_KNOWN = (*_TEXTS, "page_no", "page_size", "cooperationType", *_TIMES)
_NULL = "null"
_LAST_PAGE = 2**31 - 1  # the page states no end; this is a Java integer's


def answer(backend: Backend, asked: Asked) -> Answer:
    """Return the page of customers that the query asks for.

    Raises:
        RefusalError: A parameter breaks a rule of the page: 400 CBC.0100.
    """
    given = _parameters(asked.query)
    size = _number(given, "page_size", 10, 100)
    page = _number(given, "page_no", 1, _LAST_PAGE)
    size = min(size, backend.behaviour.page_cap or size)
    found = lists.found(backend, _wanted(given), first=(page - 1) * size, size=size)
    rows = [_row(customer, backend.behaviour.start_time_differs) for customer in found.rows]
    head = {"error_code": "CBC.0000", "error_msg": "success", "count": found.count}
    return lists.answer(head, "customer_info_list", rows, backend.behaviour.empty_style)


def _parameters(query: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for piece in query.split("&"):
        if not piece:
            continue
        name, value = (_decoded(part) for part in _halves(piece))
        if name not in _KNOWN:
            raise bad_parameter(f"unknown parameter {name[:64]}")
        if name in given:
            raise bad_parameter(f"{name} is given twice")
        given[name] = value
    return given


def _halves(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    return name, value


def _decoded(text: str) -> str:
    # A "+" is a space to the servers behind the gateway, as in every form; signatures take the
    # query as sent. Read as a plus it would find nobody instead of breaking the rule on spaces.
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise bad_parameter("the query is not UTF-8") from None


def _wanted(given: dict[str, str]) -> Wanted:
    texts: dict[str, str | None] = {}
    for name, longest in _TEXTS.items():
        # Absent and empty: no filter. Two quotation marks, or null: a filter like any text.
        texts[name] = values.searched(name, given[name], longest) if given.get(name) else None
    start, end = (_time(given, name) for name in _TIMES)
    if (start is None) != (end is None):
        raise bad_parameter(f"{_TIMES[0]} and {_TIMES[1]} must be used together")
    values.in_order(start, end)
    kind = given.get("cooperationType") or None
    return Wanted(
        account=texts["domain_name"],
        company=texts["corp_name"],
        label=texts["label"],
        # "" and null are no association types, so they are refused with all other texts.
        association=values.association("cooperationType", kind) if kind else None,
        since=start,
        until=end,
    )


def _time(given: dict[str, str], name: str) -> Any:
    # Empty, "" and null are all refused here, by their form.
    return values.moment(name, given[name]) if name in given else None


def _number(given: dict[str, str], name: str, default: int, high: int) -> int:
    text = given.get(name, "")
    return default if text in {"", _NULL} else values.whole(name, text, 1, high)


def _row(c: Customer, start_time_differs: bool) -> dict[str, Any]:
    start = c.associated_at
    if start and start_time_differs:
        # Settled in some while before the association, each customer their own while.
        start -= timedelta(seconds=int(c.customer_id[:6].encode().hex(), 16) % (90 * 86_400) + 1)
    return {
        "customer_id": c.customer_id,
        "corp_name": c.company_name,
        "domain_name": c.account_name,
        "start_time": lists.time(start),
        "cooperation_type": c.association,
        "label": c.label,
        "telephone": c.telephone,
        "verifiedStatus": c.verification,
        "countryCode": c.country_code,
    }
