"""How the sandbox misbehaves on request: every setting of the control room. Pure.

The defaults are a Partner Center on a good day, without its limit of calls: tests and demos
would only wait for it. ``requests_per_second`` 10 is the vendor's own limit.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

ORDERS = ("newest", "oldest", "account", "random", "random-ties")
BEYOND = ("empty", "first", "error")
EMPTY_STYLES = ("list", "null", "absent", "nothing")
APIS = ("detail", "query", "sub-customers")
BOUNDS = ("inclusive", "exclusive")

_RATES = ("drop_rate", "cut_rate", "reset_rate", "garbage_rate")
_CHOICES = {
    "order": ORDERS,
    "beyond_last": BEYOND,
    "empty_style": EMPTY_STYLES,
    "bounds": BOUNDS,
}
_API_LISTS = ("retired", "refused")
_FLAGS = ("start_time_differs", "lock_out", "check_partner_id")
_LIMITS: dict[str, tuple[float, float]] = {
    "latency_ms": (0, 600_000),
    "requests_per_second": (0, 1_000_000),
    "churn_per_request": (0, 100),
    "page_cap": (0, 100),
    "clock_offset_s": (-100 * 365 * 86_400, 100 * 365 * 86_400),
    "token_life_requests": (0, 1_000_000_000),
    "count_lag": (0, 1_000),
    "seed": (-(2**63), 2**63),
}
_WHOLE = ("page_cap", "token_life_requests", "count_lag", "seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """The settings. Rates are chances per request to the vendor's APIs, 0 to 1.

    Attributes:
        latency_ms: Milliseconds that each answer waits.
        requests_per_second: Calls that each API takes in any one second; 0 for no limit.
        drop_rate: The connection closes without an answer.
        cut_rate: It closes in the middle of the answer.
        reset_rate: It is reset.
        error_rates: HTTP status, as text, and how often it is answered.
        garbage_rate: A 200 comes whose body is not what the API promises.
        order: Order of the rows. ``"random-ties"`` sorts by association type and shuffles the
            rest afresh for each request.
        churn_per_request: Mean number of customers who join, leave or alter per request.
        page_cap: Most rows in a page, whatever is asked; 0 for the documented 100.
        beyond_last: What a page beyond the last is: empty, page one again, or an error.
        empty_style: What stands where a list without rows would: ``[]``, null, no such key,
            or no body at all.
        clock_offset_s: Seconds by which the server's clock is ahead of the true time.
        token_life_requests: Requests after which a token dies; 0 for its documented day.
        count_lag: Requests by which ``count`` is behind the rows.
        retired: APIs that are not published any more.
        refused: APIs that this partner may not call.
        start_time_differs: The old API's ``start_time`` is not the association time.
        bounds: Whether the association-time filter includes both its ends.
        lock_out: Five wrong signatures lock the key for five minutes.
        check_partner_id: The old GET refuses a partner ID that is not the caller's.
        seed: What all the chances above are drawn from; giving it starts the draw anew.
    """

    latency_ms: float = 0
    requests_per_second: float = 0
    drop_rate: float = 0
    cut_rate: float = 0
    reset_rate: float = 0
    error_rates: dict[str, float] = field(default_factory=dict)
    garbage_rate: float = 0
    order: str = "newest"
    churn_per_request: float = 0
    page_cap: int = 0
    beyond_last: str = "empty"
    empty_style: str = "list"
    clock_offset_s: float = 0
    token_life_requests: int = 0
    count_lag: int = 0
    retired: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    start_time_differs: bool = False
    bounds: str = "inclusive"
    lock_out: bool = True
    check_partner_id: bool = True
    seed: int = 7

    def with_settings(self, given: Any) -> Behaviour:
        """Return the behaviour with some settings replaced; null puts a default back.

        Raises:
            ValueError: A setting is unknown or outside its limits; the message names it.
        """
        if not isinstance(given, dict):
            raise ValueError("settings must be an object")  # noqa: TRY004  one error for bad input
        fresh = Behaviour()
        known = [each.name for each in fields(self)]
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in known:
                raise ValueError(f"unknown setting {name!r}; known are {', '.join(known)}")
            values[name] = getattr(fresh, name) if value is None else _checked(name, value)
        changed = replace(self, **values)
        chances = [getattr(changed, name) for name in _RATES] + [*changed.error_rates.values()]
        # One draw decides what befalls a request, so that each rate is what it says.
        if sum(chances) > 1:
            raise ValueError("drop, cut, reset, garbage and error rates together exceed 1")
        return changed

    def as_json(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}


def _checked(name: str, value: Any) -> Any:
    if name in _RATES:
        return _number(name, value, 0, 1)
    if name in _LIMITS:
        if name in _WHOLE and type(value) is not int:
            raise ValueError(f"{name} must be a whole number")
        return _number(name, value, *_LIMITS[name])
    if name in _CHOICES and value not in _CHOICES[name]:
        raise ValueError(f"{name} must be one of {', '.join(_CHOICES[name])}")
    if name in _API_LISTS:
        if not isinstance(value, list) or any(each not in APIS for each in value):
            raise ValueError(f"{name} must be a list of {', '.join(APIS)}")
        return tuple(value)
    if name in _FLAGS and not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")
    if name == "error_rates":
        return _error_rates(value)
    return value


def _error_rates(value: Any) -> dict[str, float]:
    if not isinstance(value, dict):
        raise ValueError('error_rates must be an object such as {"500": 0.1}')  # noqa: TRY004
    known = [str(status) for status in range(400, 600)]
    if any(status not in known for status in value):
        raise ValueError("error_rates takes HTTP statuses from 400 to 599")
    return {status: _number("error_rates", rate, 0, 1) for status, rate in value.items()}


def _number(name: str, value: Any, low: float, high: float) -> Any:
    # bool is an int to Python; NaN fails the comparison.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {low:g} to {high:g}")
    return value
