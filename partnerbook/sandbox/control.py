"""The control room under ``/_sandbox/``: the truth, and the levers. JSON, in our own names.

Every request carries the header ``X-Sandbox-Key``: a web page that reaches this port from a
browser cannot know it.
"""

from __future__ import annotations

import hmac
import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from partnerbook.sandbox.answers import Answer, Asked, json_answer
from partnerbook.sandbox.backend import Backend
from partnerbook.sandbox.gate import Gate
from partnerbook.sandbox.records import from_record, new_values, to_record

KEY_HEADER = "X-Sandbox-Key"
_KEPT = 100_000  # requests in the log; a long test run must not eat the memory


@dataclass(frozen=True, slots=True)
class Logged:
    """One request to the vendor's APIs, as the control room tells it.

    Attributes:
        at: When it was answered. ISO 8601, UTC, milliseconds.
        method: In capitals.
        path: As sent.
        query: As sent, without its question mark.
        body: As text; ``""`` for none, and where a password was in it.
        status: HTTP status; None when the connection closed without an answer.
    """

    at: str
    method: str
    path: str
    query: str
    body: str
    status: int | None


class RequestLog:
    """The last requests to the vendor's APIs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget all of them."""
        self._entries: deque[Logged] = deque(maxlen=_KEPT)
        self.total = 0

    def add(self, entry: Logged) -> None:
        """Keep one more."""
        with self._lock:
            self._entries.append(entry)
            self.total += 1

    def entries(self) -> tuple[Logged, ...]:
        """Return what is kept, oldest first."""
        with self._lock:
            return tuple(self._entries)


class Control:
    """Answers the control room's requests.

    Args:
        key: What ``X-Sandbox-Key`` must say.
        backend: The customers and settings.
        gate: Whose tokens and locks a reset forgets.
        log: The requests so far.
    """

    def __init__(self, key: str, backend: Backend, gate: Gate, log: RequestLog) -> None:
        self._key = key
        self._backend = backend
        self._gate = gate
        self._log = log
        self._levers: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "state"): lambda _: self._state(),
            ("GET", "customers"): lambda _: self._customers(),
            ("GET", "settings"): lambda _: backend.behaviour.as_json(),
            ("GET", "requests"): lambda _: {"requests": [asdict(e) for e in log.entries()]},
            ("POST", "reset"): self._reset,
            ("POST", "week"): self._week,
            ("POST", "customers"): self._alter,
            ("POST", "settings"): lambda body: backend.configure(body).as_json(),
        }

    def answer(self, asked: Asked) -> Answer:
        """Return the answer; 403 without the key, 400 with a sentence for a bad request."""
        given = (asked.header(KEY_HEADER) or "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._key.encode()):
            return _error(403, f"the header {KEY_HEADER} must carry the control key")
        name = asked.path.removeprefix("/_sandbox/")
        lever = self._levers.get((asked.method, name))
        if lever is None:
            return self._no_such(asked.method, name)
        try:
            return json_answer(200, lever(_body(asked.body)))
        except ValueError as error:
            return _error(400, str(error))

    def _no_such(self, method: str, name: str) -> Answer:
        methods = [each for each, known in self._levers if known == name]
        if methods:
            allowed = {"Allow": ", ".join(methods)}
            return _error(405, f"{method} is not possible here", allowed)
        return _error(404, "there is no such lever in the control room")

    def _state(self) -> dict[str, Any]:
        backend = self._backend
        return {
            "week": backend.week,
            "last_week": backend.last_week,
            "customers": len(backend.customers),
            "revision": backend.revision,
            "requests": self._log.total,
            "partner_id": self._gate.account.partner_id,
            "settings": backend.behaviour.as_json(),
        }

    def _customers(self) -> dict[str, Any]:
        customers = self._backend.customers
        return {"count": len(customers), "customers": [to_record(each) for each in customers]}

    def _reset(self, _: Any) -> dict[str, Any]:
        self._backend.reset()
        self._gate.reset()
        self._log.clear()
        return self._state()

    def _week(self, body: Any) -> dict[str, Any]:
        week = body.get("week") if isinstance(body, dict) and set(body) == {"week"} else None
        if type(week) is not int:
            raise ValueError('say which week, such as {"week": 2}')
        self._backend.play_week(week)
        return self._state()

    def _alter(self, body: Any) -> dict[str, Any]:
        if not isinstance(body, dict) or not set(body) <= {"add", "remove", "change"}:
            raise ValueError("say any of add, remove and change, each a list")
        add, remove, change = (body.get(name) or [] for name in ("add", "remove", "change"))
        if not all(isinstance(each, list) for each in (add, remove, change)):
            raise ValueError("add, remove and change must be lists")
        if not all(isinstance(each, str) for each in remove):
            raise ValueError("remove takes customer IDs")
        changes = []
        for record in change:
            values = new_values(record)
            if "customer_id" not in values:
                raise ValueError("a change needs the customer_id it concerns")
            changes.append((values.pop("customer_id"), values))
        self._backend.alter(add=[from_record(each) for each in add], remove=remove, change=changes)
        return self._state()


def _body(body: bytes) -> Any:
    if not body:
        return {}
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Answer:
    return json_answer(status, {"error": message}, headers)
