"""Filters: what a person writes, whom it selects, and what the API may be asked. Pure.

Three views of one thing:

* `query_from` reads names and values, as typed as options or on a sheet, into a query.
* `selects` decides whether a customer answers the query. It is the only definition of that.
* `narrowing` says which part the API can be asked without losing anyone whom `selects` wants.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from partnerbook.errors import QueryError, UnknownFilterError
from partnerbook.model import Customer, CustomerQuery

FILTER_NAMES: tuple[str, ...] = (
    "account",
    "company",
    "label",
    "association",
    "since",
    "until",
    "phone",
    "manager",
    "status",
    "country",
    "id",
    "frozen",
    "level",
)
"""The names of all filters, the same for options, sheets and functions."""

_ASSOCIATIONS = {"1": "1", "3": "3", "consulting": "1", "resale": "3"}
_STATUSES = {
    **{code: code for code in ("-1", "0", "1", "2", "3")},
    "unverified": "-1",
    "reviewing": "0",
    "rejected": "1",
    "verified": "2",
    "failed": "3",
}
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
_REPEATABLE = ("label", "id")
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
_SURROGATES = re.compile("[\ud800-\udfff]")  # halves of pairs, which no request can carry
_LONGEST = 64  # characters that every version of the vendor's page allows in a text filter


def query_from(pairs: Iterable[tuple[str, Any]], zone: str = "UTC") -> CustomerQuery:
    """Return the query that names and values ask for.

    Args:
        pairs: Filter names (any case, dashes optional) and values; None leaves a filter out.
            ``label`` and ``id`` may repeat.
        zone: Zone in which a date without a time is a whole day: an IANA name, or ``+08:00``.

    Raises:
        QueryError: A name is unknown (the nearest known one is named), a value is blank or
            not of its kind, or a filter came twice.
    """
    given: dict[str, Any] = {}
    for raw_name, raw_value in pairs:
        name = filter_name(raw_name)
        if raw_value is None:
            continue
        value = _value(name, raw_value, zone)
        if name in _REPEATABLE:
            given.setdefault(name, []).append(value)
        elif name in given:
            raise QueryError(f"the filter {name} came twice; give it once")
        else:
            given[name] = value
    for name in _REPEATABLE:
        if name in given:
            given[name] = tuple(given[name])
    if "id" in given:
        given["ids"] = given.pop("id")
    return CustomerQuery(**given)


def filter_name(text: str) -> str:
    """Return the filter that a person means by a name.

    Raises:
        QueryError: There is none; the sentence names the nearest, or all of them.
    """
    name = str(text).strip().lower().lstrip("-").rstrip(":").strip()
    if name in FILTER_NAMES:
        return name
    near = difflib.get_close_matches(name, FILTER_NAMES, n=1)
    hint = (f"did you mean {near[0]}? " if near else "") + "there are: " + ", ".join(FILTER_NAMES)
    raise UnknownFilterError(
        f"no filter is called {str(text)[:40]!r}; {hint}",
        kind="filter",
        name=str(text),
        nearest=near[0] if near else None,
    )


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
        and (not query.ids or customer.customer_id in query.ids)
        and (query.level is None or _same(query.level, customer.level))
        and (query.country is None or _same_prefix(query.country, customer.country_code))
        and _within(query, customer.associated_at)
    )


def not_carried(query: CustomerQuery, carried: frozenset[str]) -> list[str]:
    """Return the names of filters on fields that an API does not carry."""
    out = [name for name in query.given() if _FIELD_OF[name] not in carried]
    return ["id" if name == "ids" else name for name in out]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the API may be asked: it loses nobody whom the query selects.

    Attributes:
        account: Part of the account name; no spaces, at most 64 characters.
        company: Part of the company name; likewise.
        label: Part of the label; likewise.
        association: Association code.
        since: First moment, as the person gave it. UTC.
        until: Last moment, as the person gave it. UTC.
    """

    account: str | None = None
    company: str | None = None
    label: str | None = None
    association: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def narrowing(query: CustomerQuery) -> Narrowing:
    """Return the part of a query that both APIs can narrow without losing anyone."""
    return Narrowing(
        account=_safe_piece(query.account, exact_case=False),
        company=_safe_piece(query.company, exact_case=False),
        # One value per field: of several labels, any may be it, so none can be asked for.
        label=_safe_piece(query.label[0], exact_case=True) if len(query.label) == 1 else None,
        association=query.association,
        since=query.since,
        until=query.until,
    )


def _safe_piece(text: str | None, *, exact_case: bool) -> str | None:
    """Return the longest piece that the API surely finds inside every value wanted, or None.

    It takes no spaces, at most 64 characters, and whether it folds the case of letters other
    than a to z is not documented: pieces end there, except for labels, whose case is exact.
    """
    if text is None:
        return None
    pieces = (_SURROGATES.sub(" ", text) if exact_case else _caseless(text)).split()
    best = max(pieces, key=len, default="")[:_LONGEST]
    # These two the API reads as something else than text to look for.
    return best if best and best not in ("null", '""') else None


def _caseless(text: str) -> str:
    return "".join(
        char if char.isascii() or char.lower() == char.upper() else " "
        for char in _SURROGATES.sub(" ", text)
    )


def _value(name: str, raw: Any, zone: str) -> Any:
    text = _text(raw)
    if not text.strip():
        raise QueryError(f"the filter {name} is blank; leave it out to ask for everybody")
    key = text.strip().lower()
    if name == "association":
        if key in ("2", "agency"):
            raise QueryError(
                "the filter association takes 1, 3, consulting or resale; Partner Center "
                "supports no agency"
            )
        return _one_of(name, key, _ASSOCIATIONS)
    if name == "status":
        return _one_of(name, key, _STATUSES)
    if name == "frozen":
        return raw if isinstance(raw, bool) else _one_of(name, key, _YES_NO)
    if name in ("since", "until"):
        return _moment(name, raw, zone)
    if name == "country":
        if not 0 < len(_prefix_digits(text)) <= 7:
            raise QueryError(f"the filter country takes a dialling code such as 0086, got {text!r}")
        return "+" + _prefix_digits(text)
    # A blank that slipped in at an end is nobody's name.
    return text.strip()


def _text(raw: Any) -> str:
    # A cell hands numbers over as floats: 86.0 means 86.
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return str(raw)


def _one_of(name: str, key: str, known: dict[str, Any]) -> Any:
    # The sheet's drop-downs and cells show "Resale (3)": the word before the code counts.
    for candidate in (key, re.sub(r"\s*\([^)]*\)$", "", key)):
        if candidate in known:
            return known[candidate]
    raise QueryError(f"the filter {name} takes {', '.join(known)}; got {key[:40]!r}")


def _moment(name: str, raw: Any, zone: str) -> datetime:
    try:
        return _in_utc(name, raw, zone)
    except OverflowError:
        raise QueryError(
            f"the filter {name} is too far away: {str(raw)[:40]!r}; take a year from 2 to 9998"
        ) from None


def _in_utc(name: str, raw: Any, zone: str) -> datetime:
    tz = zone_of(zone)
    if isinstance(raw, datetime):
        # A date cell of a sheet arrives as midnight without a zone: it means the whole day.
        if raw.tzinfo is not None:
            return raw.astimezone(UTC)
        if raw.time() != time():
            return raw.replace(tzinfo=tz).astimezone(UTC)
        raw = raw.date()
    if isinstance(raw, date):
        return _edge(name, raw, zone)
    text = str(raw).strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return _edge(name, date.fromisoformat(text), zone)
        # Python reads more: "13911112222", a telephone number, as a day of the year 1391.
        is_time = re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text)
        moment = datetime.fromisoformat(text if is_time else "")
    except ValueError:
        raise QueryError(
            f"the filter {name} takes a date such as 2026-03-31, or a time with a zone such as "
            f"2026-03-31T16:00:00Z; got {text[:40]!r}"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=tz)).astimezone(UTC)


def _edge(name: str, day: date, zone: str) -> datetime:
    tz = zone_of(zone)
    if name == "since":
        return datetime.combine(day, time(), tz).astimezone(UTC)
    # Where a clock change makes the last second of a day come twice, the later one ends it.
    return datetime.combine(day, time(23, 59, 59, fold=1), tz).astimezone(UTC)


def zone_of(zone: str) -> Any:
    """Return the tzinfo for an IANA name, ``UTC``, or a fixed offset such as ``+08:00``.

    Raises:
        QueryError: There is no such zone.
    """
    if zone.upper() in ("UTC", "Z"):
        return UTC
    try:
        if re.fullmatch(r"[+-]\d{2}:\d{2}", zone):
            return datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo
        return ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        raise QueryError(
            f"there is no time zone {zone[:40]!r}; try UTC, +08:00 or Asia/Shanghai"
        ) from None


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


def _same(wanted: str, value: str | None) -> bool:
    return value is not None and _folded(wanted) == _folded(value)


def _prefix_digits(text: str) -> str:
    digits = re.sub(r"[\s()-]", "", text).removeprefix("+")
    return digits.lstrip("0") if digits.isascii() and digits.isdigit() else ""


def _same_prefix(wanted: str, value: str | None) -> bool:
    return value is not None and _prefix_digits(wanted) == _prefix_digits(value) != ""


def _within(query: CustomerQuery, moment: datetime | None) -> bool:
    if query.since is None and query.until is None:
        return True
    if moment is None:
        return False
    return (query.since is None or query.since <= moment) and (
        query.until is None or moment <= query.until
    )
