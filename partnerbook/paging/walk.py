"""A walk through a list of customers, the cheapest sound way first. Pure.

One page that holds everybody is a proof by itself. Otherwise the list is walked until the
certificate closes; where the order of the pages turns out not to be one, it is cut into time
slices instead.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime

from partnerbook.errors import ListingError
from partnerbook.paging.certificate import Certificate
from partnerbook.paging.pages import Ask, Page, Proof, Refused
from partnerbook.paging.slices import Slice, cut

Steps = Generator[tuple[Ask, ...], tuple[Page | Refused, ...], Proof]

_AGAIN = 2  # times a page that contradicts itself is asked for again
_PASSES = 8
_SLICE_PASSES = 4  # beyond these, what is still missing is counted as missing
_SHUFFLED = 0.02  # share of customers come twice in one pass, from which the order is none


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
        self._first = int(since.timestamp()) if since else 0
        self._last = int(until.timestamp()) if until else None
        self._size = size
        self._known = Certificate()
        self._notes: dict[str, None] = {}  # a set that keeps its order
        self._contradicted = False
        self._passes = 0
        self._sliced = False
        self._whole: set[int] = set()  # answers that held everybody
        self._orders: list[list[str]] = []
        self._count = 0  # the newest count of the whole list
        self._answers = 0
        self._bare = 0  # answers that said nothing at all

    @property
    def seen(self) -> int:
        """How many different customers were seen so far."""
        return self._known.seen

    @property
    def expected(self) -> int:
        """How many customers the list holds, as far as known."""
        return self._count

    @property
    def answers(self) -> int:
        """How many answers were read."""
        return self._answers

    @property
    def pages_left(self) -> int:
        """About how many answers are still needed."""
        pages = -(-self._count // self._size)
        return max(0, 2 * pages - 1 - self._answers) if pages > 1 else 0

    def steps(self) -> Steps:
        """Yield the pages wanted next, be sent their answers in the same order, return the proof.

        Several pages in one step may be asked for at once; single steps must be one after the
        other. Throw `TimeoutError` in when there is no more time: then what is known so far is
        returned, or the error comes back when that is nothing yet.

        Raises:
            ListingError: The answers cannot be read as pages of a list.
        """
        try:
            yield from self._everything()
        except TimeoutError:
            if not self._passes:
                raise
            self._note("time ran out before the list could be proven complete")
        return self._proof()

    def _everything(self) -> Generator[tuple[Ask, ...], tuple[Page | Refused, ...], None]:
        while not self._is_proven() and self._passes < _PASSES:
            shuffled = yield from self._pass()
            if self._is_proven() or self._is_hopeless():
                return
            if shuffled or self._is_unstable():
                break
        if not self._is_proven():
            yield from self._by_slices()

    # ------------------------------------------------------------------ the whole list, by pages

    def _pass(
        self, *, patient: bool = False
    ) -> Generator[tuple[Ask, ...], tuple[Page | Refused, ...], bool]:
        """Walk the list once; return whether its order turned out to be none.

        A patient pass goes on to the end even then.
        """
        order: list[str] = []
        here: set[str] = set()
        twice = 0
        number = 1
        while True:
            page = yield from self._page(Ask(number, self._size))
            ids = [customer.customer_id for customer in page.customers]
            fresh = [each for each in ids if each not in here]
            order += ids
            here.update(fresh)
            if self._is_proven():
                break
            if (number - 1) * self._size < page.count:
                # Beyond the last page some servers give page one again: that is no shuffling.
                twice += len(ids) - len(fresh)
            if not patient and twice >= 5 and twice > _SHUFFLED * len(order):
                self._note("the order of the pages changed between requests")
                self._passes += 1
                return True
            # Never the length of a page: only the count says where the list ends, unless the
            # count has contradicted itself; then it is walked until a page brings nobody new.
            more = number * self._size < self._count
            if not more and not (self._contradicted and fresh):
                break
            number += 1
        self._passes += 1
        self._orders.append(order)
        return False

    def _page(self, ask: Ask) -> Generator[tuple[Ask, ...], tuple[Page | Refused, ...], Page]:
        """Ask for a page of the whole list until it is one, and note what it shows."""
        for again in range(_AGAIN + 1):
            (answer,) = yield (ask,)
            self._answers += 1
            if isinstance(answer, Refused):
                if ask.number == 1 or again == _AGAIN:
                    break
                # A page beyond the last may be refused: the list has become shorter.
                first = yield from self._page(Ask(1, self._size))
                if (ask.number - 1) * self._size >= first.count:
                    return Page(first.count, (), answer.at)
                continue
            if ask == Ask(1, self._size):
                self._learn_size(answer)
                ask = Ask(1, self._size)
            fault = self._fault(answer, ask)
            if fault is None or again == _AGAIN:
                self._count = answer.count if fault is None else max(self._count, answer.count)
                self._add(answer, fault)
                return answer
        raise ListingError(
            f"Partner Center refuses page {ask.number} of a list of {self._count} customers; "
            "try again later"
        )

    def _fault(self, page: Page, ask: Ask) -> str | None:
        if not page.is_bare:
            return _fault(page, ask)
        self._bare += 1
        # Said three times over, and never otherwise, nothing means nobody.
        if self._bare > _AGAIN and not self._known.seen:
            return None
        return "an answer said nothing at all"

    def _learn_size(self, page: Page) -> None:
        got = len(page.customers)
        if 0 < got < min(self._size, page.count):
            self._size = got
            self._note(f"Partner Center gives at most {got} customers a page")

    def _add(self, page: Page, fault: str | None, *, whole: bool = True) -> None:
        for note in sorted(page.notes):
            self._note(note)
        if fault is not None:
            self._contradicted = True
            self._note(fault)
        once = {customer.customer_id: customer for customer in page.customers}
        reliable = whole and fault is None
        if reliable and len(once) == page.count:
            self._whole.add(self._known.answers)
        self._known.add(once.values(), page.count if reliable else None, page.at)

    # ------------------------------------------------------------------------- by time slices

    def _by_slices(self) -> Generator[tuple[Ask, ...], tuple[Page | Refused, ...], None]:
        self._sliced = True
        parts = self._plan()
        for number in range(_SLICE_PASSES):
            found: dict[str, Slice] = {}
            parts = yield from self._slice_pass(parts, found)
            self._passes += 1
            if self._is_proven():
                return
            if number == 0:
                # The moment to be proven lies between two passes of slices.
                yield from self._page(Ask(1, 1))
            elif number < _SLICE_PASSES - 1:
                # Whoever no slice holds (no association time, say) is only met in the pages.
                yield from self._pass(patient=True)
                if self._is_proven() or self._is_contradicted():
                    return
            if self._times_hold(found):
                parts = self._plan(sure=True)

    def _slice_pass(
        self, parts: list[Slice], found: dict[str, Slice]
    ) -> Generator[tuple[Ask, ...], tuple[Page | Refused, ...], list[Slice]]:
        """See every slice whole once; return the slices that turned out to fit."""
        fitting: list[Slice] = []
        while parts:
            answers = yield tuple(Ask(1, self._size, *part.moments()) for part in parts)
            too_big: list[Slice] = []
            for part, answer in zip(parts, answers, strict=True):
                self._answers += 1
                if isinstance(answer, Refused):
                    raise ListingError(
                        "Partner Center refuses to filter by association time; try again later"
                    )
                self._add(answer, None, whole=False)
                found.update((each.customer_id, part) for each in answer.customers)
                if answer.count <= len(answer.customers):
                    fitting.append(part)
                elif part.is_second or answer.count <= self._size:
                    fitting.append(part)
                    yield from self._rest_of(part, answer.count)
                else:
                    too_big += cut(
                        part,
                        count=answer.count,
                        size=self._size,
                        times=self._times(),
                        now=int(answer.at.timestamp()),
                    )
            parts = too_big
        return fitting

    def _rest_of(
        self, part: Slice, count: int
    ) -> Generator[tuple[Ask, ...], tuple[Page | Refused, ...], None]:
        """Walk the further pages of a slice that cannot be cut: more joined in that second."""
        number = 2 if count > self._size else 1
        while (number - 1) * self._size < count:
            (answer,) = yield (Ask(number, self._size, *part.moments()),)
            self._answers += 1
            if isinstance(answer, Refused):
                return
            self._add(answer, None, whole=False)
            number += 1

    def _plan(self, *, sure: bool = False) -> list[Slice]:
        now = int(self._known.last_at.timestamp())
        last = self._last if self._last is not None else _END
        everything = Slice(self._first, max(self._first, last))
        if everything.is_second or self._count <= self._size:
            return [everything]
        return cut(
            everything,
            count=self._count,
            size=self._size,
            times=self._times(),
            now=now,
            sure=sure,
        )

    def _times(self) -> list[int]:
        moments = (customer.associated_at for customer in self._known.latest())
        return [int(moment.timestamp()) for moment in moments if moment is not None]

    def _times_hold(self, found: dict[str, Slice]) -> bool:
        """Return whether slices found customers where their own times say they are.

        The API filters by association time, which need not be the time it shows.
        """
        shown = {each.customer_id: each.associated_at for each in self._known.latest()}
        return all(
            (moment := shown[customer_id]) is not None
            and part.since - 1 <= int(moment.timestamp()) <= part.until + 1
            for customer_id, part in found.items()
        )

    # ---------------------------------------------------------------------------- what is known

    def _is_proven(self) -> bool:
        best = self._known.best()
        return best is not None and best.gap == 0 and not self._is_contradicted()

    def _is_contradicted(self) -> bool:
        return self._contradicted or self._known.contradiction() > 0

    def _is_quiet(self) -> bool:
        """Return whether nothing seems to change while it is being read."""
        counts = {count for count in self._known.counts if count is not None}
        return len(counts) == 1 and not self._known.versions_differ

    def _is_unstable(self) -> bool:
        """Return whether somebody stays unseen although nothing seems to change."""
        return len(self._orders) >= 2 and self._is_quiet()

    def _is_hopeless(self) -> bool:
        """Return whether another pass would show the same again."""
        if len(self._orders) < 2:
            return False
        same = self._is_quiet() and self._orders[-1] == self._orders[-2]
        return same or self._is_contradicted()

    def _note(self, sentence: str) -> None:
        self._notes[sentence] = None

    def _proof(self) -> Proof:
        contradicted = self._is_contradicted()
        best = self._known.fullest() if contradicted else self._known.best()
        if best is None:
            raise ListingError(
                "Partner Center's pages contradict each other: "
                + "; ".join(self._notes)
                + "; try again later"
            )
        if excess := self._known.contradiction():
            self._note(
                f"Partner Center counted {excess} fewer customers than it surely listed, so its "
                "count proves nothing"
            )
        elif best.gap and not contradicted and self._is_hopeless():
            self._note(
                f"Partner Center counts {self._count} customers but lists {self._known.seen}, "
                "the same ones on every pass"
            )
        return Proof(
            customers=self._known.members(best.number),
            as_of=best.at,
            # Where counts contradict, they can deny completeness but never prove it.
            missing_at_most=max(1, best.gap) if contradicted else best.gap,
            passes=self._passes,
            method=self._method(best.number),
            notes=tuple(self._notes),
        )

    def _method(self, number: int) -> str:
        if number in self._whole:
            return "one page"
        return "time slices" if self._sliced else "interval certificate"


_END = int(datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


def _fault(page: Page, ask: Ask) -> str | None:
    """Return in which way a page contradicts its own count; None when it does not."""
    ids = {customer.customer_id for customer in page.customers}
    got = len(page.customers)
    due = min(ask.size, max(0, page.count - (ask.number - 1) * ask.size))
    if len(ids) < got:
        return "a customer came twice in one page"
    if got == page.count:
        return None  # everybody, on whatever page
    if got < due:
        return "a page came with fewer customers than its count promises"
    if got > ask.size:
        return "a page came with more customers than were asked for"
    if got > due > 0:
        return "a page came with more customers than its count allows"
    return None
