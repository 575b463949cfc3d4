"""The vendor's rules for single values, as its pages state them. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from partnerbook.sandbox.answers import bad_parameter

_TIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
# int() also takes "１２", "1_000", " 7 " and "+5", which no Java server would.
_NUMBER = re.compile("[0-9]{1,10}")


def searched(name: str, value: str, longest: int, *, spaces: bool = False) -> str:
    """Return a text to search for.

    Raises:
        RefusalError: It is too long, or has a space where the page allows none.
    """
    if len(value) > longest:
        raise bad_parameter(f"the length of {name} exceeds {longest}")
    if not spaces and any(char.isspace() for char in value):
        raise bad_parameter(f"{name} does not support spaces")
    return value


def whole(name: str, value: str, low: int, high: int) -> int:
    """Return the number that a query string's digits write.

    Raises:
        RefusalError: They write none, or one outside the range.
    """
    if not _NUMBER.fullmatch(value) or not low <= int(value) <= high:
        raise bad_parameter(f"{name} must be a number from {low} to {high}")
    return int(value)


def whole_json(name: str, value: Any, low: int, high: int) -> int:
    """Return a JSON number; as `whole`, and text or a fraction is refused too."""
    if type(value) is not int or not low <= value <= high:
        raise bad_parameter(f"{name} must be a number from {low} to {high}")
    return value


def association(name: str, value: str) -> str:
    """Return an association type; agency (2) is described but not supported.

    Raises:
        RefusalError: It is another one.
    """
    if value not in {"1", "3"}:
        raise bad_parameter(f"{name} must be 1 or 3")
    return value


def moment(name: str, value: str) -> datetime:
    """Return the moment that a text of the documented form writes.

    Raises:
        RefusalError: The text has another form, or writes no moment.
    """
    if _TIME.fullmatch(value):
        try:
            return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            pass
    raise bad_parameter(f"{name} must look like 2019-05-06T08:05:01Z")


def in_order(begin: datetime | None, end: datetime | None) -> None:
    """Refuse a range that ends before it begins.

    Raises:
        RefusalError: It does. No page says what happens then; a refusal hides no mistake.
    """
    if begin and end and begin > end:
        raise bad_parameter("the association time ends before it begins")
