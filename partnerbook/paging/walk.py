"""A walk through a list of customers, the cheapest sound way first. Pure.

One page that holds everybody is a proof by itself. Otherwise the list is walked until the
certificate closes; where the order of the pages turns out to be none, it is cut into time slices
instead.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime

from partnerbook.errors import ListingError
from partnerbook.model import UNBOUNDED
from partnerbook.paging.pages import Ask, Proof
from partnerbook.paging.reader import Answered, Asked, Reader
from partnerbook.paging.sliced import Slicer

Steps = Generator[Asked, Answered, Proof]

_PASSES = 8
_SLICE_PASSES = 4  # beyond these, who is still missing is counted as missing
_BARREN = 2  # pages in a row without anybody, from which there is nobody behind them
_SHUFFLED = 0.02  # share of customers met twice in one pass, from which the order is none


def least_answers(count: int, size: int = 100) -> int:
    """Return how many answers a list takes at least.

    One page is a proof by itself. More are walked twice, but for the last one: by then nobody can
    be missing. Where the last one is full, the page beyond it is looked at too.
    """
    pages = max(1, -(-count // size))
    return 1 if pages == 1 else 2 * pages - 1 + (count % size == 0)


class Walk:
    """One walk. Drive it with `steps`; it can be used once.

    Args:
        since: Association time from which the list is asked for. UTC; None for any.
        until: Association time up to which. UTC; None for any.
        size: Customers per page, as many as the API gives.
    """

    def __init__(
        self, *, since: datetime | None = None, until: datetime | None = None, size: int = 100
    ) -> None:
        self._reader = Reader(size)
        self._slicer = Slicer(
            self._reader,
            int(since.timestamp()) if since else 0,
            int(until.timestamp()) if until else None,
        )
        self._passes = 0
        self._is_sliced = False
        self._orders: list[list[str]] = []  # who came when, in the passes that were completed

    @property
    def seen(self) -> int:
        """How many different customers were seen so far."""
        return self._reader.known.seen

    @property
    def expected(self) -> int:
        """How many customers the list holds, as far as known."""
        return self._reader.count

    @property
    def answers(self) -> int:
        """How many answers were read."""
        return self._reader.answers

    @property
    def pages_left(self) -> int:
        """About how many answers are still needed."""
        return max(0, least_answers(self.expected, self._reader.size) - self.answers)

    def steps(self) -> Steps:
        """Yield the pages wanted next, be sent their answers in the same order, return the proof.

        The pages of one step may be asked for at once; steps must come one after the other. Throw
        `TimeoutError` in when there is no more time: then what is known so far is returned, or the
        error comes back when that is nothing yet.

        Raises:
            ListingError: The answers cannot be read as pages of a list.
        """
        try:
            yield from self._everything()
        except TimeoutError:
            if not self._passes:
                raise
            self._reader.note("time ran out before the list could be proven complete")
        return self._proof()

    def _everything(self) -> Generator[Asked, Answered, None]:
        while not self._reader.is_proven() and self._passes < _PASSES:
            is_shuffled = yield from self._pass()
            if self._reader.is_proven() or self._is_hopeless():
                return
            if (is_shuffled or self._is_unstable()) and not self._reader.is_contradicted():
                self._reader.note("the order of the pages changed between requests")
                break
        if self._reader.known.is_doubtful():
            # Whose counts these are is in doubt, not the order: slices would not help.
            self._reader.note("the count went down and up again while the list was read")
        elif not self._reader.is_proven():
            yield from self._by_slices()

    def _pass(self) -> Generator[Asked, Answered, bool]:
        """Walk the list once; return whether its order turned out to be none.

        Even then to its end: the times of all who were met tell where to cut it.
        """
        order: list[str] = []
        here: set[str] = set()
        twice = number = barren = 0
        more = True
        while more and barren < _BARREN:
            number += 1
            page = yield from self._reader.page(self._ask(number))
            ids = [customer.customer_id for customer in page.customers]
            fresh = [each for each in ids if each not in here]
            order += fresh
            here.update(fresh)
            barren = 0 if ids else barren + 1
            if self._reader.is_proven():
                break
            if (number - 1) * self._reader.size < page.count:
                # Beyond the last page some servers give page one again: that is no shuffling.
                twice += len(ids) - len(fresh)
            # Never the length of a page: only the count says where the list ends, unless the
            # count has contradicted itself; then it is walked until a page brings nobody new. A
            # count that is too small, and ends where a page does, contradicts itself on the page
            # beyond alone: that one is looked at once.
            last = self._reader.count + (not self._passes)
            more = number * self._reader.size < last or (
                self._reader.is_contradicted() and bool(fresh)
            )
        self._passes += 1
        is_shuffled = twice >= 5 and twice > _SHUFFLED * len(order)
        if not is_shuffled:
            self._orders.append(order)
        return is_shuffled

    def _ask(self, number: int) -> Ask:
        reader = self._reader
        is_beyond = number > 1 and (number - 1) * reader.size >= reader.count
        return Ask(number, reader.size, is_beyond=is_beyond and not reader.is_contradicted())

    def _by_slices(self) -> Generator[Asked, Answered, None]:
        self._is_sliced = True
        for number in range(_SLICE_PASSES):
            is_whole = yield from self._slicer.once()
            if not is_whole:
                return
            self._passes += 1
            if self._reader.is_proven() or self._reader.is_contradicted():
                return
            if number == 0:
                # The moment to be proven lies between two passes of slices.
                yield from self._reader.page(Ask(1, 1))
            elif number < _SLICE_PASSES - 1:
                # Whoever no slice holds (no association time, say) is only met in the pages.
                yield from self._pass()
                if self._reader.is_proven():
                    return

    def _is_unstable(self) -> bool:
        """Return whether somebody stays unseen although nothing seems to change."""
        return len(self._orders) >= 2 and self._reader.is_quiet

    def _is_hopeless(self) -> bool:
        """Return whether another pass would show the same again."""
        if self._passes < 2:
            return False
        return (self._reader.is_quiet and self._is_same()) or self._reader.is_contradicted()

    def _is_same(self) -> bool:
        """Return whether two passes, one after the other, showed the same."""
        last = self._orders[-2:]
        return len(last) == 2 and last[0] == last[1]

    def _proof(self) -> Proof:
        reader, known = self._reader, self._reader.known
        is_contradicted = reader.is_contradicted()
        best = known.fullest() if is_contradicted else known.best()
        if best is None:
            raise ListingError(
                "Partner Center's pages contradict each other: "
                + "; ".join(reader.notes)
                + "; try again later"
            )
        if excess := known.contradiction():
            reader.note(
                f"Partner Center counted {excess} fewer customers than it surely listed, so its "
                "count proves nothing"
            )
        elif best.gap and not is_contradicted and self._is_hopeless():
            reader.note(
                f"Partner Center counts {reader.count} customers but lists {known.seen}, the same "
                "ones on every pass"
            )
        customers = known.members(best.number)
        return Proof(
            customers=customers,
            as_of=best.at,
            missing_at_most=(
                self._missing(best.gap, len(customers)) if is_contradicted else best.gap
            ),
            passes=self._passes,
            method=self._method(best.number),
            notes=tuple(reader.notes),
            is_counted=reader.is_counted,
        )

    def _missing(self, gap: int, listed: int) -> int:
        """Return how many may be missing where counts contradict: they prove nothing then.

        Nor do they deny, where one was too small; unless two passes, each walked until a page
        brought nobody new, showed the same customers. Whoever was altered meanwhile was seen
        too, and may not be listed.
        """
        is_lie = self._reader.count_lies or self._reader.known.is_contradicted()
        return UNBOUNDED if is_lie and not self._is_same() else max(1, gap, self.seen - listed)

    def _method(self, number: int) -> str:
        if number in self._reader.whole:
            return "one page"
        return "time slices" if self._is_sliced else "interval certificate"
