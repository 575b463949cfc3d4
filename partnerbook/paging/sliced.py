"""Walking a list by time slices, where its pages have no order to rely on. Pure."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime

from partnerbook.paging.pages import Ask, Page
from partnerbook.paging.reader import Answered, Asked, Reader
from partnerbook.paging.slices import Slice, cut

_END = int(datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
_TOO_MANY = 300


class Slicer:
    """Sees the whole list by slices, as often as it is asked to.

    Args:
        reader: Where pages are read and kept.
        since: First second of the list that is asked for, since 1970.
        until: Its last second; None for no end.
    """

    def __init__(self, reader: Reader, since: int, until: int | None) -> None:
        self._reader = reader
        self._everything = Slice(since, _END if until is None else until)
        self._parts: list[Slice] | None = None

    def once(self) -> Generator[Asked, Answered, bool]:
        """See every slice whole once; return whether that was possible.

        The next time starts with the slices that fitted.
        """
        parts = self._plan(sure=False) if self._parts is None else self._parts
        fitting: list[Slice] = []
        found: dict[str, Slice] = {}
        answered = counted = 0
        while parts:
            # Slices that hold more than the list: the filter is not one, and cutting on would
            # never end.
            if counted > 2 * self._reader.count + _TOO_MANY or answered > self._most_answers():
                self._reader.note("the list could not be cut by association time")
                return False
            counted = 0
            answered += len(parts)
            answers = yield tuple(Ask(1, self._reader.size, *part.moments()) for part in parts)
            too_big: list[Slice] = []
            for part, answer in zip(parts, answers, strict=True):
                page = self._reader.part(answer)
                counted += page.count
                found.update((each.customer_id, part) for each in page.customers)
                if page.count <= len(page.customers):
                    fitting.append(part)
                elif part.is_second or page.count <= self._reader.size:
                    fitting.append(part)
                    yield from self._rest_of(part, page)
                else:
                    too_big += self._smaller(part, page)
            parts = too_big
        self._parts = self._plan(sure=True) if self._times_hold(found) else fitting
        return True

    def _most_answers(self) -> int:
        return 10 * -(-self._reader.count // self._reader.size) + _TOO_MANY

    def _rest_of(self, part: Slice, first: Page) -> Generator[Asked, Answered, None]:
        """Walk the pages of a slice that cannot be cut: too many joined in that second."""
        size = self._reader.size
        # A first page that came short is asked for again; a full one is not.
        for number in range(1 if first.count <= size else 2, -(-first.count // size) + 1):
            (answer,) = yield (Ask(number, size, *part.moments()),)
            self._reader.part(answer)

    def _plan(self, *, sure: bool) -> list[Slice]:
        if self._everything.is_second or self._reader.count <= self._reader.size:
            return [self._everything]
        return cut(
            self._everything,
            count=self._reader.count,
            size=self._reader.size,
            times=self._times(),
            now=int(self._reader.known.last_at.timestamp()),
            sure=sure,
        )

    def _smaller(self, part: Slice, page: Page) -> list[Slice]:
        return cut(
            part,
            count=page.count,
            size=self._reader.size,
            times=self._times(),
            now=int(page.at.timestamp()),
        )

    def _times(self) -> list[int]:
        moments = (customer.associated_at for customer in self._reader.known.latest())
        return [int(moment.timestamp()) for moment in moments if moment is not None]

    def _times_hold(self, found: dict[str, Slice]) -> bool:
        """Return whether slices found customers where their own times say they are.

        The API filters by association time, which need not be the time it shows.
        """
        shown = {each.customer_id: each.associated_at for each in self._reader.known.latest()}
        return all(
            (moment := shown[customer_id]) is not None
            and part.since - 1 <= int(moment.timestamp()) <= part.until + 1
            for customer_id, part in found.items()
        )
