"""In which order the rows of a list stand after a refresh. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Mapping, Sequence

from addin.rows import OldRow

_NEARLY_ALL = 0.9  # share of rows in the view's order; with less, somebody sorted them


def order(
    old: Sequence[OldRow], kept: set[int], rank: Mapping[str, int]
) -> list[tuple[int | None, str]]:
    """Return the rows to come: index of the old row or None, and the customer's ID.

    Rows that stay never overtake each other. Where nearly all of them stand in the view's order,
    new ones are sorted in; where the user sorted otherwise, new ones come at the end.
    """
    staying: list[tuple[int | None, str]] = [(index, old[index].key) for index in sorted(kept)]
    here = {customer_id for _, customer_id in staying}
    seen = [rank[customer_id] for _, customer_id in staying if customer_id in rank]
    sorted_ = _rising(seen)
    fresh = deque(each for each in rank if each not in here)
    if len(sorted_) < _NEARLY_ALL * len(seen):
        return [*staying, *((None, each) for each in fresh)]
    out: list[tuple[int | None, str]] = []
    for index, customer_id in staying:
        if rank.get(customer_id) in sorted_:
            while fresh and rank[fresh[0]] < rank[customer_id]:
                out.append((None, fresh.popleft()))
        out.append((index, customer_id))
    return [*out, *((None, each) for each in fresh)]


def _rising(ranks: Sequence[int]) -> frozenset[int]:
    """Return the most of these numbers, all different, that stand in rising order.

    A customer who was associated anew stands where it stood: one row out of order is no sorting.
    """
    ends: list[int] = []  # the smallest last number of a rising row of each length
    before: dict[int, int | None] = {}
    for number in ranks:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    found = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return frozenset(found)
