"""What pages say about an API's order and count. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from partnerbook.commands.doctor.lines import Filled, Line, finding, fine, note, skipped
from partnerbook.model import Customer
from partnerbook.paging import Ask, Page

_NEVER = datetime.min.replace(tzinfo=UTC)
_ALIKE = 0.5  # share of customers that two reads of one page have in common where an order holds

_ORDERS: tuple[tuple[str, Callable[[Customer], Any], bool], ...] = (
    ("association time, newest first", lambda c: c.associated_at or _NEVER, True),
    ("association time, oldest first", lambda c: c.associated_at or _NEVER, False),
    ("account name", lambda c: c.account_name or "", False),
    ("customer ID", lambda c: c.customer_id, False),
    ("association type", lambda c: c.association or "", False),
)


def judged_order(first: Page, again: Page, cut: Page, second: Page | None) -> Iterator[Line]:
    """Yield what two reads of page one and one of page two say about order and ties.

    Args:
        first: Page one.
        again: Page one, asked for once more.
        cut: Page one in the size in which page two was asked for.
        second: Page two; None when there is one page only.
    """
    what = "Paging: order"
    if len(first.customers) < 2:
        yield skipped(what, "fewer than two customers")
        return
    moved = _have_moved(first.customers, again.customers)
    order = _order_of(first.customers, again.customers)
    name = order[0] if order else "no order that can be recognised"
    if not moved:
        changed = "" if _ids(first) == _ids(again) else "; somebody joined or left meanwhile"
        yield fine(
            what,
            Filled("by {}, the same in two reads{}", name, changed)
            if order
            else Filled("{}, but the same in two reads{}", name, changed),
        )
    else:
        yield finding(
            what,
            Filled("two reads of page one differ ({})", name),
            "nothing to do: Partnerbook cuts such lists into time slices, which need no order",
        )
    yield from _ties(first, again, order)
    if second is not None:
        twice = set(_ids(cut)) & set(_ids(second))
        if twice and first.count == second.count:
            yield finding(
                "Paging: pages",
                Filled("{} customers of page one came on page two again", len(twice)),
                "nothing to do: Partnerbook counts customers by ID, and proves with a second pass",
            )
        else:
            yield fine("Paging: pages", "nobody of page one came on page two again")


def _ties(
    first: Page, again: Page, order: tuple[str, Callable[[Customer], Any], bool] | None
) -> Iterator[Line]:
    what = "Paging: ties"
    if order is None:
        yield skipped(what, "without an order there are no ties")
        return
    name, key, _ = order
    alike = {
        each.customer_id
        for pair in pairwise(first.customers)
        if key(pair[0]) == key(pair[1])
        for each in pair
    }
    if not alike:
        kind = name.partition(",")[0]
        yield fine(what, Filled("no two customers of page one have the same {}", kind))
        return
    here, there = ([each for each in _ids(page) if each in alike] for page in (first, again))
    common = set(here) & set(there)
    if [each for each in here if each in common] == [each for each in there if each in common]:
        yield fine(
            what, Filled("{} customers are alike, in the same order in two reads", len(alike))
        )
    else:
        yield finding(
            what,
            Filled("{} customers are alike and change places between two reads", len(alike)),
            "nothing to do: Partnerbook proves lists with two passes, or with time slices",
        )


def count_fault(looked: Sequence[tuple[Ask, Page]]) -> Filled | None:
    """Return why counts say nothing about the list; None where they may be its counts."""
    pages = [(ask, page) for ask, page in looked if page.customers]
    if missing := sum(not page.is_counted for _, page in pages):
        return Filled("it is missing in {} of {} answers with customers", missing, len(pages))
    # Of a later page, the count of a list is larger than its length.
    later = [page for ask, page in pages if ask.number > 1]
    if later and all(page.count == len(page.customers) for _, page in pages):
        said = pages[0][1].count
        return Filled("it is that of the page, not of the list: page one says {}", said)
    return None


def judged_counts(looked: Sequence[tuple[Ask, Page]], cap: int) -> Iterator[Line]:
    """Yield whether pages hold what their own counts promise.

    Args:
        looked: Pages of the whole list with what was asked for, in the order they came.
        cap: Customers that the server gives per page at most.
    """
    what = "Paging: count"
    if fault := count_fault(looked):
        yield finding(what, fault, "listings here cannot be proven complete; mail a bundle")
        return
    wrong = []
    known: set[str] = set()
    # Where there is no order, page one again holds strangers too.
    has_order = not any(
        before[0] == after[0] and _have_moved(before[1].customers, after[1].customers)
        for before, after in pairwise(looked)
    )
    for ask, page in looked:
        size = min(ask.size, cap) if cap else ask.size
        due = min(size, page.count - (ask.number - 1) * ask.size)
        got, new = len(page.customers), len({*_ids(page)} - known)
        known.update(_ids(page))
        if due > 0 and got != due:
            text = "page {} counts {} and holds {}, not {}"
            wrong.append(Filled(text, ask.number, page.count, got, due))
        elif len(set(_ids(page))) < got:
            wrong.append(Filled("page {} holds a customer twice", ask.number))
        elif due <= 0 and has_order and new > got // 2:
            text = "page {} counts {} and holds {} more"
            wrong.append(Filled(text, ask.number, page.count, new))
    # An empty answer may leave its count out.
    counts = {page.count for _, page in looked if page.is_counted}
    if wrong:
        yield finding(
            what,
            Filled(
                "it contradicts the pages: {}{}",
                wrong[0],
                Filled(" (and {} more)", len(wrong) - 1) if wrong[1:] else "",
            ),
            "listings here say 'at most n missing'; tell the vendor, mail a bundle",
        )
    elif len(counts) > 1:
        yield note(
            what,
            Filled(
                "{} to {} within {} answers, each right for its page: the list changes while it "
                "is read",
                min(counts),
                max(counts),
                len(looked),
            ),
        )
    else:
        count = counts.pop() if counts else 0
        yield fine(what, Filled("{}, right in {} answers", count, len(looked)))


def _have_moved(here: Sequence[Customer], there: Sequence[Customer]) -> bool:
    first, second = ([each.customer_id for each in page] for page in (here, there))
    common = set(first) & set(second)
    if len(common) < _ALIKE * min(len(first), len(second)):
        return True
    return [each for each in first if each in common] != [each for each in second if each in common]


def _order_of(
    *pages: Sequence[Customer],
) -> tuple[str, Callable[[Customer], Any], bool] | None:
    for name, key, backwards in _ORDERS:
        values = [[key(each) for each in page] for page in pages]
        if all(each == sorted(each, reverse=backwards) and len(set(each)) > 1 for each in values):
            return name, key, backwards
    return None


def _ids(page: Page) -> list[str]:
    return [each.customer_id for each in page.customers]
