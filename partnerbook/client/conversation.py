"""Asking until there is an answer, or a reason: the rules for trying again.

Facts: research/reliability.md 3.1 and 3.3.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from partnerbook.client.broken import LostError
from partnerbook.client.clock import Clock, Deadline
from partnerbook.client.keys import Keys
from partnerbook.client.pacer import Pacer
from partnerbook.client.refused import FAILED, THROTTLED, refused
from partnerbook.client.transport import Answer, Transport
from partnerbook.errors import RefusedError, UnreachableError, WireError
from partnerbook.wire.refusals import BusinessRefusal, refusal_of
from partnerbook.wire.requests import Request
from partnerbook.wire.strict import ShapeError, broken

log = logging.getLogger(__name__)

Read = TypeVar("Read")

_FAULTS = frozenset({408, 425, 500, 502, 503, 504})
# With four of ten answers broken, 16 tries lose one request of two million; a server that never
# answered yet gets fewer: most likely the address is wrong.
_TRIES, _FIRST_TRIES, _NO_HOST_TRIES = 16, 12, 4
_ALIKE = 4  # sound answers in a row that break the very same rule, from which that is no fault
_LONGEST, _FIRST_LONGEST = 20.0, 2.0  # seconds between two tries
_SKEW = timedelta(seconds=240)  # from here on a 401 may be the clock's fault
_PATIENCE, _BATCH_PATIENCE = 60.0, 300.0  # seconds of Retry-After that are waited for


class Conversation:
    """Requests to one host, with everything it takes to have them answered.

    Args:
        endpoint: Scheme and host.
        transport: The connections.
        keys: What proves who is asking.
        pacer: How often may be asked.
        clock: Where time and chance come from.
    """

    def __init__(
        self, *, endpoint: str, transport: Transport, keys: Keys, pacer: Pacer, clock: Clock
    ) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self.keys = keys
        self._pacer = pacer
        self._clock = clock
        self._lock = threading.Lock()
        self._offset = timedelta()  # server's clock minus ours, once it mattered
        self._has_answered = False

    @property
    def offset(self) -> timedelta:
        """How far this machine's clock is behind the server's; zero until it mattered."""
        return self._offset

    @property
    def held_until(self) -> datetime | None:
        """Until when the server asked everybody to wait, by this machine's clock; None: it did not.

        UTC.
        """
        seconds = self._pacer.held_for()
        return self._clock.now() + timedelta(seconds=seconds) if seconds > 0 else None

    def now(self) -> datetime:
        """Return the moment by the server's clock, as far as known. UTC."""
        return self._clock.now() + self._offset

    def ask(
        self,
        request: Request,
        read: Callable[[Answer], Read],
        deadline: Deadline,
        tell: Callable[[], None] = lambda: None,
        *,
        most: int = _TRIES,
    ) -> Read:
        """Send a request until there is an answer that can be read, or a reason to stop.

        Args:
            request: What to ask.
            read: Makes a value of a success; raises `WireError` when it breaks a rule.
            deadline: When to give up.
            tell: Called once per request sent.
            most: Tries at most, for what is only nice to know.

        Raises:
            UnreachableError: No answer came, or not in time.
            RefusedError: The answer is no; `NotAuthorisedError` where keys are concerned.
            WireError: The answers stayed unreadable.
        """
        tries = alike = 0
        broken_rule = ""
        renewed = False
        while True:
            deadline.check()
            offset = self._offset
            at = self._clock.now() + offset
            headers = self.keys.headers(request, self._endpoint + request.target, at, deadline)
            ticket = self._pacer.wait(deadline)
            if self._clock.now() + offset - at > timedelta(seconds=30):
                continue  # the wait made the signature old
            tries += 1
            tell()
            try:
                answer = self._exchange(request, headers, deadline)
                if answer.status in (200, 201):
                    _check_page(answer)
                    value = read(answer)
                    self._has_answered = True
                    return value
            except BusinessRefusal as error:
                if error.refusal.code not in (FAILED, *THROTTLED):
                    raise refused(answer, error.refusal, self.keys) from None
            except (LostError, WireError) as error:
                rule = str(error) if isinstance(error, ShapeError) else ""
                alike = alike + 1 if rule and rule == broken_rule else 1
                broken_rule = rule
                if rule and alike >= _ALIKE:
                    raise
                self._wait_after(error, tries, most, deadline)
                # A token may die again while the network drops what it was good for.
                renewed = renewed and self.keys.are_signed
                continue
            finally:
                self._pacer.sent(ticket)
            if answer.status == 401 and not renewed:
                renewed = True
                if self._corrects_clock(answer, offset) or self.keys.renew(headers, deadline):
                    continue
            self._wait_after_refusal(answer, tries, most, deadline)

    def _exchange(self, request: Request, headers: Mapping[str, str], deadline: Deadline) -> Answer:
        answer = self._transport.exchange(
            request.method, self._endpoint + request.target, headers, request.body, deadline
        )
        log.debug("%s %s: HTTP %s", request.method, request.name, answer.status)
        return answer

    # ----------------------------------------------------------------------------- trying again

    def _wait_after(
        self, error: LostError | WireError, tries: int, most: int, deadline: Deadline
    ) -> None:
        """Wait before another try, or raise when there shall be none."""
        deadline.last_fault = str(error).partition(";")[0]
        log.debug("try %s: %s", tries, deadline.last_fault)
        if isinstance(error, LostError):
            first = _NO_HOST_TRIES if error.never_connected else _FIRST_TRIES
            if tries >= min(most, self._tries(first)):
                raise UnreachableError(
                    f"Partner Center cannot be reached at {self._endpoint} ({error}, {tries} "
                    "tries); check the network and the endpoint's address"
                ) from None
        elif tries >= min(most, self._tries(_FIRST_TRIES)):
            raise error
        deadline.wait(self._pause(tries, 0.5))

    def _wait_after_refusal(
        self, answer: Answer, tries: int, most: int, deadline: Deadline
    ) -> None:
        refusal = refusal_of(answer.body)
        throttled = answer.status == 429 or refusal.code in THROTTLED
        passes = throttled or refusal.code == FAILED or answer.status in _FAULTS
        if not passes and answer.status < 500:
            raise refused(answer, refusal, self.keys)
        deadline.last_fault = f"last answer: HTTP {answer.status} {refusal.code}".rstrip()
        log.debug("try %s: HTTP %s", tries, answer.status)
        if tries >= min(most, self._tries(_FIRST_TRIES)):
            raise refused(answer, refusal, self.keys)
        asked = self._asked_to_wait(answer)
        pause = self._pause(tries, 1.0 if throttled else 0.5) if asked is None else asked
        patience = _PATIENCE if deadline.seconds <= 120 else _BATCH_PATIENCE
        if asked is not None and asked > min(patience, deadline.left):
            now = self._clock.now()
            until = now + timedelta(seconds=asked)
            raise RefusedError(
                f"Partner Center asks to wait until {_clock_time(until, now)} UTC; try again then",
                status=answer.status,
                code=refusal.code,
                request_id=refusal.request_id,
                until=until,
            )
        if throttled:
            # All threads wait, not only this one.
            self._pacer.throttled(pause, refusal.pace)
        deadline.wait(pause)

    def _tries(self, first: int) -> int:
        return _TRIES if self._has_answered else first

    def _pause(self, tries: int, base: float) -> float:
        longest = _LONGEST if self._has_answered else _FIRST_LONGEST
        return self._clock.chance() * min(longest, base * 2.0 ** (tries - 1))

    def _asked_to_wait(self, answer: Answer) -> float | None:
        """Return the seconds of ``Retry-After``, which may hold seconds or a date."""
        text = (answer.headers.get("Retry-After") or "").strip()
        if re.fullmatch(r"[0-9]{1,9}", text):
            return float(text)
        moment = _http_date(text)
        if moment is None:
            return None
        server_now = _http_date(answer.headers.get("Date")) or self.now()
        return max(0.0, (moment - server_now).total_seconds())

    # -------------------------------------------------------------------------------- the clock

    def _corrects_clock(self, answer: Answer, used: timedelta) -> bool:
        """Learn the server's time from a 401; return whether that may have been the reason.

        The gateway refuses signatures more than 15 minutes off with the code of a wrong key.
        """
        if not self.keys.are_signed:
            return False
        server = _http_date(answer.headers.get("Date"))
        if server is None:
            return False
        offset = server - answer.middle
        if abs(offset - used) < _SKEW:
            return False
        with self._lock:
            self._offset = offset
        log.info("this machine's clock is off by %s", _span(offset))
        return True

    def clock_note(self) -> str | None:
        """Return the sentence for a user whose clock is wrong; None when it is not."""
        if abs(self._offset) < _SKEW:
            return None
        side = "behind" if self._offset > timedelta() else "ahead of"
        return (
            f"this computer's clock is {_span(self._offset)} {side} Partner Center's; times were "
            "corrected, set the clock"
        )


def _check_page(answer: Answer) -> None:
    """Check that an answer without a body is no empty web page: it could pass for "nobody"."""
    kind = answer.headers.get("Content-Type") or ""
    if "html" in kind.lower() and not answer.body.strip():
        raise WireError(broken("is an empty web page, not JSON"))


def _http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _clock_time(moment: datetime, now: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M}"


def _span(offset: timedelta) -> str:
    minutes = round(abs(offset).total_seconds() / 60)
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60}:{minutes % 60:02} hours"
