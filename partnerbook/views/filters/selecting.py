"""Whom a query selects. Pure."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from partnerbook.model import Customer, CustomerQuery
from partnerbook.views.filters.reading import prefix_digits

# The field of Customer that each filter looks at.
_FIELD_OF = {
    "account": "account_name",
    "company": "company_name",
    "label": "label",
    "association": "association",
    "since": "associated_at",
    "until": "associated_at",
    "phone": "telephone",
    "manager": "account_manager",
    "status": "verification",
    "country": "country_code",
    "ids": "customer_id",
    "frozen": "is_frozen",
    "level": "level",
}


def selects(query: CustomerQuery, customer: Customer) -> bool:
    """Return whether the customer answers every filter of the query.

    A value that the API did not give answers no filter.
    """
    return (
        _holds(query.account, customer.account_name)
        and _holds(query.company, customer.company_name)
        and _holds(query.phone, customer.telephone)
        and _holds(query.manager, customer.account_manager)
        and (not query.label or _has_label(query.label, customer.label))
        and query.association in (None, customer.association)
        and query.status in (None, customer.verification)
        and query.frozen in (None, customer.is_frozen)
        and (not query.ids or customer.customer_id in _ids_meant(query.ids))
        and (query.level is None or _same(query.level, customer.level))
        and (query.country is None or _same_prefix(query.country, customer.country_code))
        and _within(query, customer.associated_at)
    )


def not_carried(query: CustomerQuery, carried: frozenset[str]) -> list[str]:
    """Return the names of filters on fields that an API does not carry."""
    out = [name for name in query.given() if _FIELD_OF[name] not in carried]
    return ["id" if name == "ids" else name for name in out]


def _holds(part: str | None, value: str | None) -> bool:
    return part is None or (value is not None and _folded(part) in _folded(value))


def _folded(text: str) -> str:
    """Return the text in lower case, no letter becoming another or several.

    Full case folding makes "ss" of "ß" and "k" of the Kelvin sign: a filter "ss" would want
    customers that the API, asked for "ss", does not find.
    """
    if text.isascii():
        return text.lower()
    return "".join(
        low if len(low := char.lower()) == 1 and not (low.isascii() and char > "\x7f") else char
        for char in text
    )


def _has_label(parts: tuple[str, ...], value: str | None) -> bool:
    return value is not None and any(part in value for part in parts)


@lru_cache(maxsize=16)
def _ids_meant(ids: tuple[str, ...]) -> frozenset[str]:
    """Return IDs as they were typed and in lower case, as Partner Center writes them."""
    return frozenset((*ids, *map(str.lower, ids)))


def _same(wanted: str, value: str | None) -> bool:
    return value is not None and _folded(wanted) == _folded(value)


def _same_prefix(wanted: str, value: str | None) -> bool:
    return value is not None and prefix_digits(wanted) == prefix_digits(value) != ""


def _within(query: CustomerQuery, moment: datetime | None) -> bool:
    if query.since is None and query.until is None:
        return True
    if moment is None:
        return False
    return (query.since is None or query.since <= moment) and (
        query.until is None or moment <= query.until
    )
