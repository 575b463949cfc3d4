"""What a sandbox starts with: invented people, or a scenario file of the user's own.

A scenario file is a JSON object::

    {"customers": [{"customer_id": "...", "company_name": "...", ...}, ...],
     "weeks": [{"add": [...], "remove": ["id"], "change": [{"customer_id": "id", ...}]}, ...],
     "settings": {"order": "random"}}

``customers`` is how week 1 stands, the first of ``weeks`` what happens until week 2, and so on;
fields bear the names of `Customer`. ``weeks`` and ``settings`` may be left out.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from partnerbook.errors import SettingsError
from partnerbook.model import Customer
from partnerbook.sandbox.behaviour import Behaviour
from partnerbook.sandbox.people import LAST_MONDAY, people
from partnerbook.sandbox.records import from_record, new_values
from partnerbook.sandbox.weeks import Week, scripted_weeks


@dataclass(frozen=True, slots=True)
class Scenario:
    """Customers of week 1, the weeks after it, and the settings at the start."""

    customers: tuple[Customer, ...]
    weeks: tuple[Week, ...]
    behaviour: Behaviour


def invented(count: int, seed: int, last_monday: date = LAST_MONDAY) -> Scenario:
    """Return so many invented customers with five scripted weeks."""
    start = people(count, seed, last_monday)
    return Scenario(start, scripted_weeks(start, seed, last_monday), Behaviour(seed=seed))


def scenario_file(path: Path, seed: int) -> Scenario:
    """Return the scenario that a file describes.

    Raises:
        SettingsError: The file cannot be read or is no scenario; the message names the place.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        reason = (error.strerror or "not readable").lower()
        raise SettingsError(f"the scenario {path} cannot be read ({reason})") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"the scenario {path} is not JSON ({error}); correct it") from error
    where = ["the file"]
    try:
        return _scenario(content, seed, where)
    except ValueError as error:
        raise SettingsError(
            f"the scenario {path} is not usable: {where[-1]}: {error}; correct it and start again"
        ) from error


def partner_id(seed: int) -> str:
    """Return the partner ID of a seed: 32 hexadecimal digits, as the vendor's are."""
    return hashlib.md5(f"partner {seed}".encode(), usedforsecurity=False).hexdigest()


def _scenario(content: Any, seed: int, where: list[str]) -> Scenario:
    _object(content, {"customers", "weeks", "settings"})
    customers = tuple(_customers(content.get("customers", []), "customers", where))
    weeks = []
    for number, each in enumerate(_list(content.get("weeks", [])), start=2):
        name = f"week {number}"
        where.append(name)
        _object(each, {"add", "remove", "change"})
        weeks.append(
            Week(
                add=tuple(_customers(each.get("add", []), f"{name}, add", where)),
                remove=tuple(_text(one) for one in _list(each.get("remove", []))),
                change=tuple(_changes(each.get("change", []), f"{name}, change", where)),
            )
        )
    where.append("settings")
    behaviour = replace(Behaviour(), seed=seed).with_settings(content.get("settings", {}))
    return Scenario(customers, tuple(weeks), behaviour)


def _customers(records: Any, name: str, where: list[str]) -> list[Customer]:
    made: dict[str, Customer] = {}
    where.append(name)
    for number, record in enumerate(_list(records), start=1):
        where.append(f"{name}, number {number}")
        customer = from_record(record)
        if customer.customer_id in made:
            raise ValueError(f"customer_id {customer.customer_id!r} came twice")
        made[customer.customer_id] = customer
    return list(made.values())


def _changes(records: Any, name: str, where: list[str]) -> list[tuple[str, dict[str, Any]]]:
    changes = []
    for number, record in enumerate(_list(records), start=1):
        where.append(f"{name}, number {number}")
        values = new_values(record)
        changes.append((_text(values.pop("customer_id", None)), values))
    return changes


def _object(value: Any, known: set[str]) -> None:
    if not isinstance(value, dict) or not set(value) <= known:
        raise ValueError(f"must be an object with any of {', '.join(sorted(known))}")


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("must be a list")  # noqa: TRY004  one error for bad files
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("needs a customer ID")
    return value
