"""What the three customer APIs have in common: bodies read, lists found and answered. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn

from partnerbook.model import utc_text
from partnerbook.sandbox.answers import Answer, Asked, bad_parameter, json_answer
from partnerbook.sandbox.backend import Backend, Found, Wanted

_utc = lru_cache(maxsize=65_536)(utc_text)  # formatting times is half the cost of a page


def found(backend: Backend, wanted: Wanted, *, first: int, size: int) -> Found:
    """Return what was found; a page beyond the last one is as the setting says.

    Raises:
        RefusalError: It is beyond, and the setting makes that an error.
    """
    result = backend.find(wanted, first=first, size=size)
    if result.beyond and backend.behaviour.beyond_last == "error":
        raise bad_parameter("the page is beyond the last one")
    return result


def answer(head: dict[str, Any], key: str, rows: list[dict[str, Any]], style: str) -> Answer:
    """Return the answer with its rows; when there are none, in the style asked for.

    The vendor's translations disagree about "nobody found": an empty list, or nothing.
    """
    if not rows and style == "nothing":
        return Answer(200)
    if rows or style == "list":
        head[key] = rows
    elif style == "null":
        head[key] = None
    return json_answer(200, head)


def time(moment: datetime | None) -> str | None:
    """Return a moment as the vendor writes it; None stays None."""
    return None if moment is None else _utc(moment)


def body(asked: Asked, known: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON object of a request's body.

    Raises:
        RefusalError: It is none, has a key twice, or one that is not known.
    """
    if asked.query:
        raise bad_parameter("this API takes no query parameters")
    media = (asked.header("Content-Type") or "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise bad_parameter("Content-Type must be application/json")
    try:
        value = json.loads(
            asked.body.decode(), object_pairs_hook=_object, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise bad_parameter("the body is not JSON") from None
    if not isinstance(value, dict):
        raise bad_parameter("the body is not a JSON object")
    for name in value:
        if name not in known:
            raise bad_parameter(f"unknown parameter {name[:64]}")
    return value


def text(given: dict[str, Any], name: str) -> str | None:
    """Return a text of a body; absent, null and ``""`` are all None: no filter.

    Raises:
        RefusalError: The value is no text.
    """
    value = given.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise bad_parameter(f"{name} must be a string")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key came twice")
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
