"""Filters as a person writes them, read into a query. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from partnerbook.errors import QueryError, UnknownFilterError
from partnerbook.model import CustomerQuery

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
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  cells have no time zone
_SERIALS = (61, 2_958_466)  # 1900-03-01, before which Excel counts a day that never was; 9999 ends
_YEARS = range(1900, 2200)


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
        if not 0 < len(prefix_digits(text)) <= 7:
            raise QueryError(f"the filter country takes a dialling code such as 0086, got {text!r}")
        return "+" + prefix_digits(text)
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


def moment_meant(given: Any, zone: str = "UTC", *, eve: bool = False) -> datetime:
    """Return the moment at which a person wants to know a list, in UTC.

    A full time is that moment. A date is the whole day: its last second or, for what happened
    since that date, the last second before it.

    Args:
        given: A date or a time, of Python or as text.
        zone: Zone of a date, and of a time without one; as for `query_from`.
        eve: Whether a date means what was before it.

    Raises:
        QueryError: It is neither, or there is no such zone.
    """
    tz = zone_of(zone)
    try:
        return _in_utc(given, tz, _eve if eve else _end)
    except (ValueError, OverflowError):
        raise QueryError(
            "a date such as 2026-03-31, or a time with a zone such as 2026-03-31T16:00:00Z, is "
            f"needed; got {str(given)[:40]!r}"
        ) from None


def _moment(name: str, raw: Any, zone: str) -> datetime:
    tz = zone_of(zone)
    try:
        return _in_utc(raw, tz, _start if name == "since" else _end)
    except ValueError:
        raise QueryError(
            f"the filter {name} takes a date such as 2026-03-31, or a time with a zone such as "
            f"2026-03-31T16:00:00Z; got {str(raw).strip()[:40]!r}"
        ) from None
    except OverflowError:
        raise QueryError(
            f"the filter {name} is too far away: {str(raw)[:40]!r}; take a year from 2 to 9998"
        ) from None


def _in_utc(raw: Any, tz: tzinfo, edge: Callable[[date, tzinfo], datetime]) -> datetime:
    """Return a time, or an edge of a date, in UTC.

    Raises:
        ValueError: It is neither.
        OverflowError: It is not within the years that Python knows.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raw = _from_serial(raw)
    if isinstance(raw, datetime):
        # A date cell of a sheet arrives as midnight without a zone: it means the whole day.
        if raw.tzinfo is not None:
            return raw.astimezone(UTC)
        if raw.time() != time():
            return raw.replace(tzinfo=tz).astimezone(UTC)
        raw = raw.date()
    if isinstance(raw, date):
        return edge(raw, tz)
    text = str(raw).strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return edge(date.fromisoformat(text), tz)
    # Python reads more: "13911112222", a telephone number, as a day of the year 1391.
    is_time = re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text)
    moment = datetime.fromisoformat(text if is_time else "")
    return (moment if moment.tzinfo else moment.replace(tzinfo=tz)).astimezone(UTC)


def _from_serial(number: float) -> Any:
    """Return the date that a cell holds as a number, to the second; the number when it is none.

    Excel hands the result of ``DATE(2026,3,31)`` on as days of its 1900 system. A number that is
    a year somebody typed is none: in days it would ask for 1905.
    """
    if number in _YEARS or not _SERIALS[0] <= number < _SERIALS[1]:
        return number
    return _DAY_ZERO + timedelta(seconds=round(number * 86_400))


def _start(day: date, tz: tzinfo) -> datetime:
    return datetime.combine(day, time(), tz).astimezone(UTC)


def _eve(day: date, tz: tzinfo) -> datetime:
    return _start(day, tz) - timedelta(seconds=1)


def _end(day: date, tz: tzinfo) -> datetime:
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


def prefix_digits(text: str) -> str:
    """Return the digits of a dialling code, without its leading zeros; "" when it is none."""
    digits = re.sub(r"[\s()-]", "", text).removeprefix("+")
    return digits.lstrip("0") if digits.isascii() and digits.isdigit() else ""
