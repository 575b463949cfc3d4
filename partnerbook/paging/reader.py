"""Pages read, judged and noted; what a walk and its slices have in common. Pure."""

from __future__ import annotations

from collections.abc import Generator

from partnerbook.errors import ListingError
from partnerbook.model import Customer
from partnerbook.paging.certificate import Certificate
from partnerbook.paging.pages import Ask, Page, Refused

Asked = tuple[Ask, ...]
Answered = tuple[Page | Refused, ...]

_AGAIN = 2  # times a page that contradicts itself is asked for again


class Reader:
    """Reads pages, and keeps what they showed.

    Attributes:
        size: Customers per page, as many as the API turned out to give.
        known: Who was seen when.
        notes: Sentences about what was met, each once.
        count: The newest count of the whole list.
        answers: How many answers were read.
        whole: Numbers of the answers that held everybody.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.known = Certificate()
        self.notes: dict[str, None] = {}  # a set that keeps its order
        self.count = 0
        self.answers = 0
        self.whole: set[int] = set()
        self._has_fault = False
        self._bare = 0  # answers that said nothing at all

    def is_contradicted(self) -> bool:
        """Whether answers contradicted themselves or each other: then nothing proves anything."""
        return self._has_fault or self.known.is_contradicted()

    def is_proven(self) -> bool:
        """Whether the list of one moment is known to the last customer."""
        return self.known.is_closed() and not self._has_fault

    @property
    def is_quiet(self) -> bool:
        """Whether nothing seems to change while it is being read."""
        counts = {count for count in self.known.counts if count is not None}
        return len(counts) == 1 and not self.known.versions_differ

    def note(self, sentence: str) -> None:
        """Keep a sentence for the evidence."""
        self.notes[sentence] = None

    def page(self, ask: Ask) -> Generator[Asked, Answered, Page]:
        """Ask for a page of the whole list until it is one, and note what it shows.

        Raises:
            ListingError: It is refused, although it should be there.
        """
        for again in range(_AGAIN + 1):
            (answer,) = yield (ask,)
            self.answers += 1
            if isinstance(answer, Refused):
                if ask.number == 1:
                    break
                # A page beyond the last may be refused: the list has become shorter.
                first = yield from self.page(Ask(1, self.size))
                if (ask.number - 1) * self.size >= first.count:
                    return Page(first.count, (), answer.at)
                continue
            if ask == Ask(1, self.size):
                self._learn_size(answer)
                ask = Ask(1, self.size)
            fault = self._fault(answer, ask)
            if fault is None or again == _AGAIN:
                self.count = answer.count if fault is None else max(self.count, answer.count)
                self._has_fault = self._has_fault or fault is not None
                if fault is not None:
                    self.note(fault)
                self._keep(answer, answer.count if fault is None else None)
                return answer
        raise ListingError(
            f"Partner Center refuses page {ask.number} of a list of {self.count} customers; "
            "try again later"
        )

    def part(self, answer: Page | Refused) -> Page:
        """Note what a page of a slice shows, whose count is not that of the whole list.

        Raises:
            ListingError: It is refused.
        """
        self.answers += 1
        if isinstance(answer, Refused):
            raise ListingError(
                "Partner Center refuses a page of its list by association time; try again later"
            )
        self._keep(answer, None)
        return answer

    def _keep(self, page: Page, count: int | None) -> None:
        for sentence in sorted(page.notes):
            self.note(sentence)
        once: dict[str, Customer] = {each.customer_id: each for each in page.customers}
        if count is not None and len(once) == count:
            self.whole.add(self.known.answers)
        self.known.add(once.values(), count, page.at)

    def _learn_size(self, page: Page) -> None:
        got = len(page.customers)
        if 0 < got < min(self.size, page.count):
            self.size = got
            self.note(f"Partner Center gives at most {got} customers a page")

    def _fault(self, page: Page, ask: Ask) -> str | None:
        if not page.is_bare:
            return _fault(page, ask)
        self._bare += 1
        # Said three times over, and never otherwise, nothing means nobody.
        if self._bare > _AGAIN and not self.known.seen:
            return None
        return "an answer said nothing at all"


def _fault(page: Page, ask: Ask) -> str | None:
    """Return in which way a page contradicts its own count; None when it does not."""
    got = len(page.customers)
    due = min(ask.size, max(0, page.count - (ask.number - 1) * ask.size))
    if len({customer.customer_id for customer in page.customers}) < got:
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
