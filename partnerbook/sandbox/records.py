"""Customers as the control room and scenario files write them: in the names of `Customer`.

These are our own names. The vendor's are in the modules that speak for the vendor.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from partnerbook.model import CUSTOMER_FIELDS, Customer, utc_text

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_KINDS: dict[str, type] = {"customer_type": int, "is_frozen": bool}
_WORDS = {str: "text", int: "a whole number", bool: "true or false"}


def to_record(customer: Customer) -> dict[str, Any]:
    """Return a customer as JSON values; times as ISO 8601 with Z."""
    out: dict[str, Any] = {name: getattr(customer, name) for name in CUSTOMER_FIELDS}
    if customer.associated_at is not None:
        out["associated_at"] = utc_text(customer.associated_at)
    return out


def from_record(record: Any) -> Customer:
    """Return the customer that a record describes; fields left out are None.

    Raises:
        ValueError: The record is no object, or a field is unknown or of the wrong kind.
    """
    values = new_values(record)
    if "customer_id" not in values:
        raise ValueError("customer_id is missing")
    return Customer(**values)


def new_values(record: Any) -> dict[str, Any]:
    """Return the values that a record gives, by field.

    Raises:
        ValueError: As for `from_record`.
    """
    if not isinstance(record, dict):
        raise ValueError("a customer must be an object")  # noqa: TRY004  one error for bad records
    return {name: _value(name, value) for name, value in record.items()}


def _value(name: str, value: Any) -> Any:
    if name not in CUSTOMER_FIELDS:
        raise ValueError(f"unknown field {name!r}; known are {', '.join(CUSTOMER_FIELDS)}")
    if name == "customer_id" and not value:
        raise ValueError("customer_id must not be empty")
    if value is None:
        return None
    kind = _KINDS.get(name, str)
    # type() and not isinstance(): true is an int to Python, not to a person.
    if type(value) is not kind:
        raise ValueError(f"{name} must be {_WORDS[kind]} or null")
    return _moment(str(value)) if name == "associated_at" else value


def _moment(value: str) -> datetime:
    if not _TIME.fullmatch(value):
        raise ValueError("associated_at must look like 2025-12-29T08:00:00Z")
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
