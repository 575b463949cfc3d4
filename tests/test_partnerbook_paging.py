"""Walks against a simulated list that changes between answers, seeded. No HTTP, no clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise, repeat
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.errors import ListingError
from partnerbook.model import UNBOUNDED, Customer
from partnerbook.paging import Ask, Page, Proof, Refused, Walk, least_answers
from partnerbook.paging.slices import Slice, cut

NOW = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Entry:
    """A customer of the simulated list, when it was associated, and when it last changed."""

    customer: Customer
    associated_at: datetime | None
    touched: int


class SimulatedList:
    """A list that answers pages and changes by itself before each answer."""

    def __init__(
        self,
        size: int,
        order: str = "newest",
        churn: float = 0.0,
        seed: int = 1,
        *,
        cap: int = 100,
        shown_later: timedelta = timedelta(),
    ) -> None:
        self.random = random.Random(seed)  # noqa: S311  chance, not secrets
        self.order, self.churn, self.cap, self.shown_later = order, churn, cap, shown_later
        self.entries: dict[str, Entry] = {}
        self.now = NOW
        self.touches = 0
        self.answers: list[tuple[Ask, frozenset[Customer]]] = []
        for _ in range(size):
            self.join(NOW - timedelta(seconds=self.random.randrange(10 * 365 * 86_400)))

    def join(self, associated_at: datetime | None) -> None:
        self.touches += 1
        customer_id = f"{self.random.getrandbits(64):016x}"
        shown = associated_at + self.shown_later if associated_at else None
        customer = Customer(customer_id=customer_id, associated_at=shown)
        self.entries[customer_id] = Entry(customer, associated_at, self.touches)

    def change(self) -> None:
        chance = self.random.random()
        some_id = self.random.choice(list(self.entries))
        if chance < 0.35:
            self.join(self.now)
        elif chance < 0.65:
            del self.entries[some_id]
        else:
            self.touches += 1
            entry = self.entries[some_id]
            customer = replace(entry.customer, label=f"label {self.touches}")
            self.entries[some_id] = replace(entry, customer=customer, touched=self.touches)

    def answer(self, ask: Ask) -> Page | Refused:
        self.now += SECOND
        if self.random.random() < self.churn:
            self.change()
        everybody = list(self.entries.values())
        self.answers.append((ask, frozenset(each.customer for each in everybody)))
        if ask.since and ask.until:
            # As the client sends it: a second wider.
            first, last = ask.since - SECOND, ask.until + SECOND
            everybody = [
                e for e in everybody if e.associated_at and first <= e.associated_at <= last
            ]
        self._sort(everybody)
        size = min(ask.size, self.cap)
        start = (ask.number - 1) * size
        customers = tuple(each.customer for each in everybody[start : start + size])
        return Page(count=len(everybody), customers=customers, at=self.now)

    def _sort(self, entries: list[Entry]) -> None:
        self.random.shuffle(entries)
        keys: dict[str, Callable[[Entry], tuple[object, ...]]] = {
            "id": lambda e: (e.customer.customer_id,),
            "newest": lambda e: (-(e.associated_at or NOW).timestamp(), e.customer.customer_id),
            "updated": lambda e: (-e.touched,),
            "random-ties": lambda e: ((e.associated_at or NOW).month,),
        }
        if self.order in keys:
            entries.sort(key=keys[self.order])

    def truth_at(self, moment: datetime) -> frozenset[Customer]:
        """Everybody in the list at an answer's moment."""
        return self.answers[round((moment - NOW) / SECOND) - 1][1]


def walked(source: Callable[[Ask], Page | Refused], walk: Walk | None = None) -> Proof:
    """Drive a walk to its end."""
    steps = (walk or Walk()).steps()
    asks = next(steps)
    while True:
        try:
            asks = steps.send(tuple(source(ask) for ask in asks))
        except StopIteration as end:
            proof: Proof = end.value
            return proof


def page(customers: list[Customer], count: int | None = None) -> Page:
    return Page(len(customers) if count is None else count, tuple(customers), NOW)


def people(number: int) -> list[Customer]:
    return [Customer(customer_id=f"{each:04}") for each in range(number)]


def served(everybody: list[Customer]) -> Callable[[Ask], Page]:
    def answer(ask: Ask) -> Page:
        start = (ask.number - 1) * ask.size
        return page(everybody[start : start + ask.size], len(everybody))

    return answer


# --------------------------------------------------------------------------------- nothing changes


@pytest.mark.parametrize(
    ("size", "requests", "method"),
    [
        (0, 1, "one page"),
        (1, 1, "one page"),
        (100, 1, "one page"),
        (101, 3, "interval certificate"),
        (199, 3, "interval certificate"),
        (200, 4, "interval certificate"),
        (1000, 20, "interval certificate"),
    ],
)
def test_a_quiet_list_is_exact_at_the_least_cost(size: int, requests: int, method: str) -> None:
    simulated = SimulatedList(size)

    proof = walked(simulated.answer)

    assert frozenset(proof.customers) == simulated.truth_at(proof.as_of)
    assert (proof.missing_at_most, len(simulated.answers), proof.method) == (0, requests, method)
    assert least_answers(size) == requests
    assert [c.customer_id for c in proof.customers] == sorted(simulated.entries)


def test_single_steps_ask_for_one_page_each() -> None:
    """Side by side, "before" and "after" would mean nothing."""
    simulated = SimulatedList(300)
    steps = Walk().steps()
    asks = next(steps)

    for number in (1, 2, 3, 4, 1):
        assert [(ask.number, ask.since) for ask in asks] == [(number, None)]
        asks = steps.send(tuple(simulated.answer(ask) for ask in asks))


# ----------------------------------------------------------------------------------- proof or a gap


@pytest.mark.parametrize("churn", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("order", ["id", "newest", "updated", "random", "random-ties"])
def test_exact_is_never_wrong_and_a_gap_is_the_true_one(order: str, churn: float) -> None:
    for seed in range(4):
        simulated = SimulatedList(450, order, churn, seed)

        proof = walked(simulated.answer)

        truth = simulated.truth_at(proof.as_of)
        found = frozenset(proof.customers)
        assert found <= truth
        assert len(truth - found) == proof.missing_at_most


@settings(max_examples=40)
@given(
    size=st.integers(0, 330),
    order=st.sampled_from(["id", "newest", "updated", "random", "random-ties"]),
    churn=st.sampled_from([0.0, 0.1, 0.6]),
    cap=st.sampled_from([100, 100, 37]),
    seed=st.integers(0, 2**32),
)
def test_any_list_is_exact_or_told_by_how_much_not(
    size: int, order: str, churn: float, cap: int, seed: int
) -> None:
    simulated = SimulatedList(max(size, 1 if churn else 0), order, churn, seed, cap=cap)
    if not simulated.entries and churn:
        return

    proof = walked(simulated.answer)

    truth = simulated.truth_at(proof.as_of)
    assert frozenset(proof.customers) <= truth
    assert len(truth) - len(proof.customers) == proof.missing_at_most


@pytest.mark.parametrize("order", ["id", "newest", "updated"])
def test_most_changing_lists_still_close(order: str) -> None:
    exact = [
        walked(SimulatedList(450, order, 0.2, seed).answer).missing_at_most == 0
        for seed in range(10)
    ]

    assert exact.count(True) >= 9


# ------------------------------------------------------------------------------------- time slices


@pytest.mark.parametrize("size", [120, 1000, 2000])
@pytest.mark.parametrize("order", ["random", "random-ties"])
def test_pages_without_an_order_are_cut_into_time_slices(size: int, order: str) -> None:
    simulated = SimulatedList(size, order)

    proof = walked(simulated.answer)

    assert frozenset(proof.customers) == simulated.truth_at(proof.as_of)
    assert (proof.missing_at_most, proof.method) == (0, "time slices")
    assert len(simulated.answers) <= 4 * -(-size // 100) + 10
    assert proof.notes == ("the order of the pages changed between requests",)


@pytest.mark.parametrize("days", [900, -3000])
def test_slices_hold_where_the_filtered_time_is_not_the_shown_one(days: int) -> None:
    simulated = SimulatedList(600, "random", shown_later=timedelta(days=days))

    proof = walked(simulated.answer)

    assert frozenset(proof.customers) == simulated.truth_at(proof.as_of)
    assert proof.missing_at_most == 0


def test_customers_without_an_association_time_are_found_or_counted() -> None:
    for seed in range(5):
        simulated = SimulatedList(450, "random", seed=seed)
        for _ in range(5):
            simulated.join(None)

        proof = walked(simulated.answer)

        missing = simulated.truth_at(proof.as_of) - frozenset(proof.customers)
        assert len(missing) == proof.missing_at_most <= 5
        assert all(customer.associated_at is None for customer in missing)


def test_a_second_with_more_customers_than_a_page_is_walked() -> None:
    simulated = SimulatedList(300, "random")
    for _ in range(150):
        simulated.join(NOW - timedelta(days=400))

    proof = walked(simulated.answer)

    truth = simulated.truth_at(proof.as_of)
    assert len(truth) - len(proof.customers) == proof.missing_at_most
    assert proof.missing_at_most < 10


def test_slices_stay_within_the_times_asked_for() -> None:
    since, until = NOW - timedelta(days=3000), NOW
    simulated = SimulatedList(500, "random")

    walked(simulated.answer, Walk(since=since, until=until))

    slices = [ask for ask, _ in simulated.answers if ask.since and ask.until]
    assert slices
    assert all(
        since <= ask.since <= ask.until <= until for ask in slices if ask.since and ask.until
    )


@given(
    since=st.integers(0, 2_000_000_000),
    length=st.integers(1, 2_000_000_000),
    count=st.integers(101, 100_000),
    times=st.lists(st.integers(0, 4_000_000_000), max_size=60),
    sure=st.booleans(),
)
def test_slices_cover_what_they_were_cut_from_without_a_gap_or_an_overlap(
    since: int, length: int, count: int, times: list[int], sure: bool
) -> None:
    whole = Slice(since, since + length)

    parts = cut(whole, count=count, size=100, times=times, now=1_780_000_000, sure=sure)

    assert len(parts) > 1
    assert (parts[0].since, parts[-1].until) == (whole.since, whole.until)
    assert all(part.since <= part.until for part in parts)
    assert all(a.until + 1 == b.since for a, b in pairwise(parts))


# ------------------------------------------------------------------------ a count that goes back


def replicas(*lag: int, size: int = 150) -> Callable[[Ask], Page]:
    """Answer in turn, the last one for ever, without so many of the newest customers."""
    turns = chain(lag[:-1], repeat(lag[-1]))

    def answer(ask: Ask) -> Page:
        return served(people(size)[next(turns) :])(ask)

    return answer


@pytest.mark.parametrize("lag", [1, 30])
def test_a_replica_that_lags_once_hides_nobody(lag: int) -> None:
    """Whom it moved from page 2 to page 1 is in every replica, and was met in none."""
    proof = walked(replicas(0, lag, 0))

    assert proof.customers == tuple(people(150))
    assert (proof.missing_at_most, proof.passes) == (0, 3)


def test_replicas_that_take_turns_for_ever_are_never_exact() -> None:
    proof = walked(replicas(*[0, 1] * 50))

    assert (len(proof.customers), proof.missing_at_most) == (149, 1)
    assert proof.notes == ("the count went down and up again while the list was read",)


@pytest.mark.parametrize("lags", [[0, 1], [0, 0, 1], [1, 0], [1, 1, 0], [2, 1, 0], [0, 1, 2]])
def test_a_count_that_moves_one_way_costs_one_request_at_most(lags: list[int]) -> None:
    walk = Walk()

    proof = walked(replicas(*lags), walk)

    assert proof.missing_at_most == 0
    assert walk.answers == 4 == least_answers(150) + 1


@pytest.mark.parametrize("order", ["id", "newest"])
def test_who_leaves_and_comes_back_unchanged_makes_nothing_falsely_exact(order: str) -> None:
    for seed in range(60):
        simulated = SimulatedList(199, order, 0.3, seed)
        gone: list[Entry] = []

        def leave_or_return(there: SimulatedList = simulated, gone: list[Entry] = gone) -> None:
            if gone:
                back = gone.pop()
                there.entries[back.customer.customer_id] = back
            else:
                gone.append(there.entries.pop(there.random.choice(list(there.entries))))

        simulated.change = leave_or_return  # type: ignore[method-assign]

        proof = walked(simulated.answer)

        missing = simulated.truth_at(proof.as_of) - frozenset(proof.customers)
        assert len(missing) <= proof.missing_at_most, seed


# --------------------------------------------------------------------------- servers with habits


@pytest.mark.parametrize("cap", [1, 37, 50])
def test_a_smaller_page_than_asked_for_is_learned_and_told(cap: int) -> None:
    simulated = SimulatedList(110, cap=cap)

    proof = walked(simulated.answer)

    assert frozenset(proof.customers) == simulated.truth_at(proof.as_of)
    assert proof.missing_at_most == 0
    assert proof.notes == (f"Partner Center gives at most {cap} customers a page",)


def test_a_short_page_is_not_the_end() -> None:
    everybody = people(250)

    def answer(ask: Ask) -> Page:
        # Page 2 comes short, twice out of three times.
        if ask.number == 2 and next(tries) % 3:
            return page(everybody[100:150], 250)
        return served(everybody)(ask)

    tries = iter(range(1, 100))

    proof = walked(answer)

    assert (len(proof.customers), proof.missing_at_most, proof.notes) == (250, 0, ())


@pytest.mark.parametrize("habit", ["empty", "first", "error"])
def test_a_page_beyond_the_last_is_met_in_every_form(habit: str) -> None:
    """The list loses 60 customers after page 1, so that page 3 is none any more."""
    asked: list[int] = []

    def answer(ask: Ask) -> Page | Refused:
        asked.append(ask.number)
        everybody = people(230) if len(asked) <= 2 else people(170)
        start = (ask.number - 1) * ask.size
        if start >= len(everybody) and habit != "empty":
            if habit == "error":
                return Refused(NOW)
            start = 0
        return page(everybody[start : start + ask.size], len(everybody))

    proof = walked(answer)

    assert asked[:3] == [1, 2, 3]
    assert (len(proof.customers), proof.missing_at_most) == (170, 0)


@pytest.mark.parametrize(
    ("there", "counted", "cap"), [(201, 200, 100), (437, 400, 100), (437, 200, 100), (102, 100, 50)]
)
def test_a_count_that_is_too_small_and_ends_on_a_full_page_is_found_out(
    there: int, counted: int, cap: int
) -> None:
    def answer(ask: Ask) -> Page:
        size = min(ask.size, cap)
        return page(people(there)[(ask.number - 1) * size : ask.number * size], counted)

    proof = walked(answer)

    assert (len(proof.customers), proof.missing_at_most > 0) == (there, True)
    assert "a page came with more customers than its count allows" in proof.notes


@pytest.mark.parametrize("habit", ["empty", "silent", "bare", "first", "last", "error"])
def test_the_page_beyond_a_full_one_costs_one_request_in_every_form(habit: str) -> None:
    everybody = people(300)
    asked: list[Ask] = []
    beyond: dict[str, Page | Refused] = {
        "empty": page([], 300),
        "silent": Page.of(None, (), NOW, **_NOTHING),
        "bare": Page(0, (), NOW, is_bare=True),
        "first": page(everybody[:100], 300),
        "last": page(everybody[200:], 300),
        "error": Refused(NOW),
    }

    def answer(ask: Ask) -> Page | Refused:
        asked.append(ask)
        return beyond[habit] if ask.number > 3 else served(everybody)(ask)

    proof = walked(answer)

    assert (len(proof.customers), proof.missing_at_most, proof.notes) == (300, 0, ())
    assert [(each.number, each.is_beyond) for each in asked[:4]] == [
        *[(number, False) for number in (1, 2, 3)],
        (4, True),
    ]
    assert len(asked) <= least_answers(300) == 6


def test_a_refused_page_inside_the_list_is_an_error() -> None:
    def answer(ask: Ask) -> Page | Refused:
        return Refused(NOW) if ask.number == 2 else served(people(250))(ask)

    with pytest.raises(ListingError, match="refuses page 2 of a list of 250"):
        walked(answer)


def test_a_server_that_gives_everybody_at_once_is_taken_at_its_word() -> None:
    proof = walked(lambda _: page(people(250)))

    assert (len(proof.customers), proof.missing_at_most, proof.method) == (250, 0, "one page")


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (lambda ask: replace(served(people(250))(ask), count=240), "more customers than its count"),
        (lambda _: page(people(2) * 2, 4), "a customer came twice in one page"),
        (lambda _: page([], 7), "fewer customers than its count promises"),
        (lambda _: page(people(150), 400), "more customers than were asked for"),
    ],
)
def test_a_contradiction_is_named_and_never_exact(answer: Callable[[Ask], Page], note: str) -> None:
    try:
        proof = walked(answer)
    except ListingError as error:
        assert note in str(error)  # noqa: PT017  both ends are fine
    else:
        assert proof.missing_at_most > 0
        assert any(note in each for each in proof.notes)


def test_a_count_that_is_always_too_high_is_told_as_such() -> None:
    def answer(ask: Ask) -> Page:
        everybody = people(250)
        start = (ask.number - 1) * ask.size
        # The three whom nobody may see are on the last page.
        return page(everybody[start : start + ask.size], 253)

    proof = walked(answer)

    assert len(proof.customers) == 250
    assert proof.missing_at_most >= 3


def test_a_count_that_shrinks_under_those_surely_there_proves_nothing() -> None:
    """The same 250 customers on every pass, but the second pass counts 200."""
    number = iter(range(1000))

    def answer(ask: Ask) -> Page:
        start = (ask.number - 1) * ask.size
        late = next(number) > 3
        return page(people(250)[start : start + ask.size], 200 if late else 251)

    proof = walked(answer)

    assert proof.missing_at_most > 0
    assert any("count" in note for note in proof.notes)


@pytest.mark.parametrize(("lie", "altered"), [(60, 30), (20, 30), (1, 3)])
def test_who_is_altered_under_a_count_that_is_too_small_is_listed_or_claimed(
    lie: int, altered: int
) -> None:
    """The same 250 customers on every pass; some get a label when the second one begins."""
    everybody = people(250)
    asked: list[int] = []

    def answer(ask: Ask) -> Page:
        if ask.number == 1 and asked[-1:] in ([3], [4]):
            for at in (*range(100, 100 + altered), *range(200, 200 + altered)):
                everybody[at] = replace(everybody[at], label="altered")
        asked.append(ask.number)
        return page(everybody[(ask.number - 1) * 100 : ask.number * 100], 250 - lie)

    proof = walked(answer)

    assert 0 < len(everybody) - len(proof.customers) <= proof.missing_at_most <= 2 * altered


def test_where_somebody_comes_twice_in_every_page_no_count_says_who_is_missing() -> None:
    everybody = people(250)

    def answer(ask: Ask) -> Page:
        everybody.insert(0, Customer(customer_id=f"new {len(everybody)}"))
        found = everybody[(ask.number - 1) * 100 : ask.number * 100]
        return page(found + found[:1], len(everybody))

    assert walked(answer).missing_at_most == UNBOUNDED


def test_an_answer_that_says_nothing_is_believed_when_it_is_always_so() -> None:
    bare = Page(0, (), NOW, is_bare=True)
    asked: list[Ask] = []

    def answer(ask: Ask) -> Page:
        asked.append(ask)
        return bare

    proof = walked(answer)

    assert (proof.customers, proof.missing_at_most, len(asked)) == ((), 0, 3)


def test_an_answer_that_says_nothing_once_is_a_fault() -> None:
    answers = iter([Page(0, (), NOW, is_bare=True)])

    proof = walked(lambda ask: next(answers, None) or served(people(30))(ask))

    assert (len(proof.customers), proof.missing_at_most) == (30, 0)


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("at", range(1, 6))
def test_an_empty_answer_amid_others_ends_nobody(at: int, *, bare: bool) -> None:
    """Whether it counts nobody or says nothing, on whatever page, once."""
    number = iter(range(1000))

    def answer(ask: Ask) -> Page | Refused:
        is_empty = next(number) == at
        return Page(0, (), NOW, is_bare=bare) if is_empty else served(people(250))(ask)

    proof = walked(answer)

    assert (len(proof.customers), proof.missing_at_most) == (250, 0)


def test_a_page_beyond_a_list_that_became_shorter_may_say_nothing() -> None:
    """201 customers; one leaves before page 3, which then has neither list nor count."""
    everybody = people(201)
    number = iter(range(1000))

    def answer(ask: Ask) -> Page:
        there = everybody if next(number) < 2 else everybody[1:]
        found = there[(ask.number - 1) * 100 : ask.number * 100]
        return page(found, len(there)) if found else Page.of(None, (), NOW, **_NOTHING)

    proof = walked(answer)

    assert (len(proof.customers), proof.missing_at_most) == (200, 0)


def test_a_list_that_really_became_empty_is_believed_when_it_stays_so() -> None:
    number = iter(range(1000))

    def answer(ask: Ask) -> Page | Refused:
        return served(people(250))(ask) if next(number) < 2 else Page(0, (), NOW)

    proof = walked(answer)

    assert (proof.customers, proof.missing_at_most) == ((), 0)


def test_a_list_without_any_count_is_read_to_its_end_and_not_called_whole() -> None:
    def answer(ask: Ask) -> Page:
        found = people(250)[(ask.number - 1) * ask.size : ask.number * ask.size]
        return Page.of(None, tuple(found), NOW, **_NOTHING)

    proof = walked(answer)

    assert (len(proof.customers), proof.missing_at_most) == (250, 1)
    assert any("without a count" in note for note in proof.notes)


def test_a_count_of_the_page_instead_of_the_list_is_found_out() -> None:
    def answer(ask: Ask) -> Page:
        # Three quarters of a page, so that the first one is not the whole list by its count.
        found = people(250)[(ask.number - 1) * ask.size : ask.number * ask.size]
        return page(found, len(found) if ask.number > 1 else 101)

    proof = walked(answer)

    assert (len(proof.customers), proof.missing_at_most > 0) == (250, True)


def test_where_counts_lie_and_the_order_is_none_nobody_can_say_how_many_are_missing() -> None:
    shuffled = random.Random(7)  # noqa: S311  a list in any order

    def answer(ask: Ask) -> Page:
        everybody = people(250)
        shuffled.shuffle(everybody)
        return page(everybody[(ask.number - 1) * ask.size : ask.number * ask.size], 0)

    proof = walked(answer)

    assert proof.missing_at_most == UNBOUNDED


def test_a_count_beyond_all_measure_does_not_keep_the_walk_going() -> None:
    asked: list[Ask] = []

    def answer(ask: Ask) -> Page:
        asked.append(ask)
        return page(people(250)[(ask.number - 1) * ask.size : ask.number * ask.size], 40_000_000)

    proof = walked(answer)

    assert (len(proof.customers), proof.missing_at_most) == (250, 39_999_750)
    assert len(asked) < 50


_NOTHING: dict[str, Any] = {"is_bare": False, "notes": frozenset()}


# ------------------------------------------------------------------------------------ out of time


def test_out_of_time_after_a_pass_tells_what_is_known() -> None:
    simulated = SimulatedList(450)
    steps = Walk().steps()
    asks = next(steps)
    for _ in range(7):
        asks = steps.send(tuple(simulated.answer(ask) for ask in asks))

    with pytest.raises(StopIteration) as end:
        steps.throw(TimeoutError())

    proof: Proof = end.value.value
    truth = simulated.truth_at(proof.as_of)
    assert frozenset(proof.customers) < truth
    assert len(truth) - len(proof.customers) == proof.missing_at_most
    assert proof.notes == ("time ran out before the list could be proven complete",)


def test_out_of_time_before_anything_is_known_is_the_caller_s_error() -> None:
    steps = Walk().steps()
    next(steps)

    with pytest.raises(TimeoutError):
        steps.throw(TimeoutError())


def test_progress_can_be_told_while_walking() -> None:
    walk = Walk()
    simulated = SimulatedList(300)
    told: list[tuple[int, int, int]] = []

    def answer(ask: Ask) -> Page | Refused:
        told.append((walk.seen, walk.expected, walk.pages_left))
        return simulated.answer(ask)

    walked(answer, walk)

    assert told == [
        (0, 0, 1),
        (100, 300, 5),
        (200, 300, 4),
        (300, 300, 3),
        (300, 300, 2),
        (300, 300, 1),
    ]


def test_a_filter_by_time_that_is_none_ends_in_a_note() -> None:
    simulated = SimulatedList(300, "random")

    proof = walked(lambda ask: simulated.answer(Ask(ask.number, ask.size)))

    assert proof.missing_at_most > 0
    assert "the list could not be cut by association time" in proof.notes
    assert len(simulated.answers) < 1000
