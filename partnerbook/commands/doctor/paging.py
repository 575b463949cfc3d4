"""How the API in use really pages: a dozen requests, one line per assumption of the README.

Nobody has seen the live API. This is how somebody who has an account finds out what it does, and
says so without a customer's name, phone or ID.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from partnerbook.client.transport import Answer
from partnerbook.commands.doctor.judging import count_fault, judged_counts, judged_order
from partnerbook.commands.doctor.lines import Filled, Line, finding, fine, note, said, skipped
from partnerbook.commands.probe import Probe
from partnerbook.errors import PartnerbookError, RefusedError
from partnerbook.model import Api, Customer, CustomerQuery
from partnerbook.paging import Ask, Page
from partnerbook.views.filters import Narrowing, narrowing

_SIZE = 100
_SECOND = timedelta(seconds=1)
_LONG_AGO = datetime(1971, 1, 1, tzinfo=UTC)
_LOOKS = 3  # at the last page: a count that lags shows only where a page ends


@dataclass(frozen=True, slots=True)
class Looked:
    """A question and its answer.

    Attributes:
        ask: The page that was asked for.
        page: What came.
        empty: How an answer without customers said so; ``""`` for one that has some.
    """

    ask: Ask
    page: Page
    empty: str


class Paging:
    """Looks at the pages of one API.

    Args:
        probe: Sends the questions.
        api: The API.
    """

    def __init__(self, probe: Probe, api: Api) -> None:
        self._probe = probe
        self._api = probe.api(api)
        self._looked: list[Looked] = []
        self._filters_time = True

    def lines(self) -> Iterator[Line]:
        """Yield a line for each assumption; one that fails does not stop the others."""
        steps: tuple[tuple[str, Callable[[], Iterator[Line]]], ...] = (
            ("Paging: page size", self._size),
            ("Paging: order", self._order),
            ("Paging: page beyond the last", self._beyond),
            ("Paging: count", self._counts),
            ("Paging: nobody found", self._nobody),
            ("Paging: time filter", self._times),
            ("Paging: letter case", self._case),
            ("Paging: values", self._values),
        )
        for what, step in steps:
            try:
                yield from step()
            except PartnerbookError as error:
                yield said(what, error)
            except _NothingSeenError:
                yield skipped(what, "the first page could not be read")

    # -------------------------------------------------------------------------------- the pages

    def _size(self) -> Iterator[Line]:
        first = self._look(Ask(1, _SIZE)).page
        got, due = len(first.customers), min(_SIZE, first.count)
        what = "Paging: page size"
        asked = Filled("{} customers asked, {} came, of {}", _SIZE, got, first.count)
        if got and not first.is_counted:
            told = Filled("{} customers asked, {} came, without a count of all", _SIZE, got)
            yield note(what, told)
        elif got > _SIZE:
            told = Filled("{} asked, {} came", _SIZE, got)
            yield finding(what, told, "tell the developers: mail a bundle")
        elif 0 < got < due:
            yield finding(
                what,
                Filled("{}: the server caps its pages", asked),
                "nothing to do: Partnerbook learns the cap; listings take more requests",
            )
        else:
            yield fine(what, asked)

    def _order(self) -> Iterator[Line]:
        first = self._first()
        again = self._look(Ask(1, _SIZE)).page
        second: Page | None = None
        if self._pages(first) > 1:
            second = self._look(Ask(2, self._page_size(first))).page
            first_here = replace(first, customers=first.customers[: self._page_size(first)])
            yield from judged_order(first, again, first_here, second)
        else:
            yield from judged_order(first, again, first, None)

    def _beyond(self) -> Iterator[Line]:
        what = "Paging: page beyond the last"
        first = self._first()
        if count_fault(self._pairs()):
            yield skipped(what, "no count says which page is the last")
            return
        size = self._page_size(first)
        # One page further than the next: somebody may join meanwhile.
        number = self._pages(first) + 2
        try:
            page = self._look(Ask(number, size)).page
        except RefusedError as error:
            told = Filled("it is an error (HTTP {} {}); met", error.status, error.code)
            yield fine(what, told)
            return
        if not page.customers:
            yield fine(what, "it is empty")
        elif _ids(page.customers) & _ids(first.customers[:size]):
            yield fine(what, "it is page one again; met: the walk goes by count and customer IDs")
        else:
            yield finding(
                what, "it holds customers that page one does not", "run it again, mail a bundle"
            )

    def _counts(self) -> Iterator[Line]:
        for _ in range(_LOOKS):
            newest = self._looked[-1].page if self._looked else self._first()
            number = max(1, -(-newest.count // self._page_size(newest)))
            self._look(Ask(number, self._page_size(newest)))
        # A count that is too small, and ends where a page does, shows on the next one alone.
        with suppress(RefusedError):
            self._look(Ask(number + 1, self._page_size(newest)))
        yield from judged_counts(self._pairs(), len(self._first().customers))

    def _nobody(self) -> Iterator[Line]:
        what = "Paging: nobody found"
        looked = self._look(Ask(1, 10), Narrowing(since=_LONG_AGO, until=_LONG_AGO + _SECOND))
        if looked.page.count and not looked.page.customers:
            yield finding(
                what,
                Filled(
                    "asked for those who joined in 1971, the API counts {} and lists nobody",
                    looked.page.count,
                ),
                "tell the vendor, mail a bundle",
            )
        elif looked.page.customers:
            self._filters_time = False
            yield finding(
                what,
                "asked for those who joined in 1971, the API lists customers: it did not filter",
                "do not rely on --since and --until here; mail a bundle",
            )
        else:
            yield fine(what, Filled("it comes as {}; met", looked.empty))

    # ------------------------------------------------------------------------------- the filters

    def _times(self) -> Iterator[Line]:
        what = "Paging: time filter"
        if not self._filters_time:
            yield skipped(what, "the API did not filter by time")
            return
        known = [each for each in self._first().customers if each.associated_at is not None]
        if not known:
            yield skipped(what, "no customer with an association time was seen")
            return
        # Two: one may leave, or change, while being asked about.
        for customer in (known[len(known) // 2], known[0]):
            moment = customer.associated_at or _LONG_AGO
            if self._is_in(customer, moment, moment):
                yield fine(what, "both ends are included, and the time shown is the one it uses")
                return
            if self._is_in(customer, moment - _SECOND, moment + _SECOND):
                since = self._is_in(customer, moment, moment + _SECOND)
                until = self._is_in(customer, moment - _SECOND, moment)
                yield fine(
                    what,
                    Filled(
                        "its first second is {}, its last {}; met: a second more is asked for at "
                        "each end. The time shown is the one it uses",
                        _included(since),
                        _included(until),
                    ),
                )
                return
        yield finding(
            what,
            "a customer is not found at the time that is shown: the API filters by another time",
            "read --since and --until as the API's own association time; the column shows another",
        )

    def _case(self) -> Iterator[Line]:
        what = "Paging: letter case"
        for customer in self._first().customers:
            name = customer.account_name
            piece = narrowing(CustomerQuery(account=name)).account if name else None
            if piece and piece.swapcase() != piece and len(piece) >= 3:
                break
        else:
            yield skipped(what, "no account name with letters a to z was seen")
            return
        found = self._look(Ask(1, _SIZE), Narrowing(account=piece.swapcase())).page
        if customer.customer_id in _ids(found.customers):
            yield fine(what, "an account name is found in either case")
            return
        plain = self._look(Ask(1, _SIZE), Narrowing(account=piece)).page
        if customer.customer_id in _ids(plain.customers) and found.count < plain.count:
            yield finding(
                what,
                "an account name is found only in its own case",
                "write --account and --company as the names are written",
            )
        else:
            yield note(what, "cannot be told: the customer asked about is not on the page")

    def _values(self) -> Iterator[Line]:
        told = sorted({sentence for each in self._looked for sentence in each.page.notes})
        if told:
            yield note("Paging: values", "; ".join(told))
        else:
            answers = len(self._looked)
            yield fine("Paging: values", Filled("all of the promised types ({} answers)", answers))

    # -------------------------------------------------------------------------------- the asking

    def _look(self, ask: Ask, asked: Narrowing | None = None) -> Looked:
        request = self._api.request(asked or Narrowing(), ask)

        def read(answer: Answer) -> Looked:
            page = self._api.page(answer.body, answer.came_at)
            return Looked(ask, page, "" if page.customers else _empty(answer.body))

        looked = self._probe.ask(request, read)
        if asked is None:
            self._looked.append(looked)
        return looked

    def _pairs(self) -> list[tuple[Ask, Page]]:
        return [(each.ask, each.page) for each in self._looked]

    def _first(self) -> Page:
        if not self._looked:
            raise _NothingSeenError
        return self._looked[0].page

    def _page_size(self, page: Page) -> int:
        """Return a size that cuts the list into some pages: the server's, or a third."""
        cap = len(self._first().customers)
        if page.count > cap > 0:
            return cap
        return max(1, -(-page.count // 3))

    def _pages(self, page: Page) -> int:
        return -(-page.count // self._page_size(page))

    def _is_in(self, customer: Customer, since: datetime, until: datetime) -> bool:
        try:
            page = self._look(Ask(1, _SIZE), Narrowing(since=since, until=until)).page
        except RefusedError as error:
            if error.status == 400:  # a range of one second may be no range to it
                return False
            raise
        return customer.customer_id in _ids(page.customers)


class _NothingSeenError(Exception):
    """The first page is missing, on which the others rest."""


def _ids(customers: Sequence[Customer]) -> set[str]:
    return {each.customer_id for each in customers}


def _included(yes: bool) -> str:
    return "included" if yes else "not included"


def _empty(body: bytes) -> str:
    """Return how a body says that there is nobody, without knowing the fields' names."""
    if not body.strip():
        return "an empty body"
    values = list(json.loads(body).values())
    if [] in values:
        return "an empty list"
    return "null" if None in values else "no list at all"
