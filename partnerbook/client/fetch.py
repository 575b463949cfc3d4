"""Driving a walk: its pages fetched, one after the other or side by side, within the deadline."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from partnerbook.client.clock import Deadline, OutOfTimeError
from partnerbook.client.conversation import Conversation
from partnerbook.client.transport import Answer
from partnerbook.errors import PartnerCenterError, RefusedError, UnreachableError, WireError
from partnerbook.model import Api
from partnerbook.paging import Ask, Page, Proof, Refused, Walk
from partnerbook.views.filters import Narrowing
from partnerbook.wire.requests import CustomerApi

Progress = Callable[[int, int, int, float | None], None]
"""Told after each page: customers known, customers expected, pages read, seconds left if known."""

SECOND = timedelta(seconds=1)
"""How much wider than wanted times are asked for, at each end: whether ends count is not said."""

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_THREADS = 8
_LOOKS = 5  # at the page beyond the last, which some servers answer with a fault, always


class Task:
    """What one listing has cost so far, and who wants to know."""

    def __init__(self, deadline: Deadline, progress: Progress | None) -> None:
        self.deadline = deadline
        self.requests = 0
        self.pages: dict[tuple[Api, bytes], Page] = {}  # read before, by their bytes' digest
        self._progress = progress
        self._lock = threading.Lock()
        self._left_at_first = deadline.left

    def count(self) -> None:
        """Count a request."""
        with self._lock:
            self.requests += 1

    def tell(self, walk: Walk) -> None:
        """Tell how far the walk is."""
        if self._progress is None or not walk.answers:
            return
        spent = self._left_at_first - self.deadline.left
        left = spent / walk.answers * walk.pages_left
        self._progress(walk.seen, walk.expected, walk.answers, left)


def fetched(line: Conversation, api: CustomerApi, asked: Narrowing, task: Task) -> Proof:
    """Return what a walk through an API finds and proves.

    Args:
        line: The conversation with the API's host.
        api: The API.
        asked: What it shall narrow the list to.
        task: The deadline, and who wants to know how far it is.

    Raises:
        PartnerCenterError: No list came of it, for the reason the error's kind says.
    """
    fetch = partial(_answer, line, api, asked, task)
    walk = Walk(since=asked.since, until=asked.until)
    steps = walk.steps()
    answers: tuple[Page | Refused, ...] | None = None
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="partnerbook") as pool:
        try:
            while True:
                asks = next(steps) if answers is None else steps.send(answers)
                task.tell(walk)
                try:
                    answers = _side_by_side(fetch, asks, pool)
                except OutOfTimeError as late:
                    try:
                        steps.throw(TimeoutError())
                    except TimeoutError:
                        raise late from None
        except StopIteration as end:
            proof: Proof = end.value
            return proof
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _answer(
    line: Conversation, api: CustomerApi, asked: Narrowing, task: Task, ask: Ask
) -> Page | Refused:
    def read(answer: Answer) -> Page:
        at = answer.came_at + line.offset
        # Where nothing changed, a second pass brings the same bytes: they are read once. A digest
        # stands for them, since a long list has many.
        known = (api.name, hashlib.sha256(answer.body).digest())
        page = task.pages.get(known)
        if page is None:
            page = task.pages[known] = api.page(answer.body, at)
        return replace(page, at=at)

    request = api.request(_widened(asked, ask), ask)
    most = {"most": _LOOKS} if ask.is_beyond else {}
    try:
        return line.ask(request, read, task.deadline, task.count, **most)
    except (RefusedError, UnreachableError, WireError) as error:
        if _is_no_page(error, ask):
            return Refused(line.now())
        raise


def _is_no_page(error: PartnerCenterError, ask: Ask) -> bool:
    """Return whether an error may mean that there is no such page; the walk knows if it should."""
    if isinstance(error, RefusedError):
        is_fault = error.status == 200 or error.status >= 500
        return (ask.number > 1 and error.status == 400) or (ask.is_beyond and is_fault)
    return ask.is_beyond and not isinstance(error, OutOfTimeError)


def _side_by_side(
    fetch: Callable[[Ask], Page | Refused], asks: tuple[Ask, ...], pool: ThreadPoolExecutor
) -> tuple[Page | Refused, ...]:
    if len(asks) == 1:
        return (fetch(asks[0]),)
    futures = [pool.submit(fetch, ask) for ask in asks]
    try:
        return tuple(future.result() for future in futures)
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def _widened(asked: Narrowing, ask: Ask) -> Narrowing:
    """Return what to ask for, its times one second wider: whether ends count is not said."""
    since = asked.since if ask.since is None else ask.since
    until = asked.until if ask.until is None else ask.until
    since, until = apart(since, until, SECOND)
    return replace(asked, since=since, until=until)


def apart(
    since: datetime | None, until: datetime | None, by: timedelta
) -> tuple[datetime | None, datetime | None]:
    """Return two bounds, UTC, moved apart, as far as there are times; None stays None."""
    return (
        since and max(since, _FIRST + by) - by,
        until and min(until, _LAST - by) + by,
    )
