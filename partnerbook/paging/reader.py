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

_UNCOUNTED = "customers came without a count of all"
_TWICE = "a customer came twice in one page"
_TOO_MANY = "a page came with more customers than its count allows"


class Reader:
    """Reads pages, and keeps what they showed.

    Attributes:
        size: Customers per page, as many as the API turned out to give.
        known: Who was seen when.
        notes: Sentences about what was met, each once.
        count: The newest count of the whole list.
        answers: How many answers were read.
        whole: Numbers of the answers that held everybody.
        count_lies: A count was missing, was less than what was listed, or held somebody twice.
        is_counted: The newest page of the whole list gave a count.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.known = Certificate()
        self.notes: dict[str, None] = {}  # a set that keeps its order
        self.count = 0
        self.answers = 0
        self.whole: set[int] = set()
        self.count_lies = False
        self.is_counted = False
        self._has_fault = False
        self._nobody = 0  # answers in a row after which the list would be empty

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
            if ask.number > 1 and (isinstance(answer, Refused) or answer.is_silent):
                # Beyond the last page there may be an error, or nothing at all, which says
                # nothing of the list either: it has become shorter, or this was a fault.
                if ask.is_beyond:
                    return Page(self.count, (), answer.at)
                first = yield from self.page(Ask(1, self.size))
                if (ask.number - 1) * self.size >= first.count:
                    return Page(first.count, (), answer.at)
                continue
            if isinstance(answer, Refused):
                break
            if ask == Ask(1, self.size):
                self._learn_size(answer)
                ask = Ask(1, self.size)
            fault = self._fault(answer, ask)
            if fault is None or again == _AGAIN:
                self.count = answer.count if fault is None else max(self.count, answer.count)
                self._has_fault = self._has_fault or fault is not None
                self.count_lies = self.count_lies or fault in (_UNCOUNTED, _TOO_MANY, _TWICE)
                if fault is not None:
                    self.note(fault)
                self.is_counted = answer.is_counted
                self._keep(answer, answer.count if fault is None else None)
                return answer
        if not isinstance(answer, Refused):
            self.note("a page came with nobody, although there should be somebody")
            self._has_fault = True
            return Page(first.count, (), answer.at)
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
        if 0 < got < min(self.size, page.count if page.is_counted else self.size):
            self.size = got
            self.note(f"Partner Center gives at most {got} customers a page")

    def _fault(self, page: Page, ask: Ask) -> str | None:
        if not page.is_silent:
            self._nobody = 0
            return _fault(page, ask, self.known)
        self._nobody += 1
        # An empty list ends everybody: where somebody was seen, or where it is not even said, it
        # is believed when it comes three times in a row; where both hold, never.
        is_doubtful = page.is_bare or self.known.seen > 0
        if not is_doubtful or (self._nobody > _AGAIN and not (page.is_bare and self.known.seen)):
            return None
        return "an answer said nothing at all" if page.is_bare else "an answer counted nobody"


def _fault(page: Page, ask: Ask, known: Certificate) -> str | None:
    """Return in which way a page contradicts its own count; None when it does not."""
    got = len(page.customers)
    if not page.is_counted:
        return _UNCOUNTED
    due = min(ask.size, max(0, page.count - (ask.number - 1) * ask.size))
    if len({customer.customer_id for customer in page.customers}) < got:
        return _TWICE
    if not due and known.new_in(page.customers) > got // 2:
        # Beyond the last page some servers give page one again, but nobody new.
        return _TOO_MANY
    if got == page.count:
        return None  # everybody, on whatever page
    if got < due:
        return "a page came with fewer customers than its count promises"
    if got > ask.size:
        return "a page came with more customers than were asked for"
    if got > due > 0:
        return _TOO_MANY
    return None
