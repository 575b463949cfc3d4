"""The weeks before: how many customers the view had, and what happened to them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from partnerbook.compare import changes
from partnerbook.model import CARRIED, WEEK, WEEKS, Snapshot
from partnerbook.views import View
from partnerbook.views.filters import not_carried, zone_of
from reports.weekly.data import Event, Standing


def standings(history: Sequence[Snapshot], now: Snapshot, view: View) -> tuple[Standing, ...]:
    """Return how many customers the view had in each of the last weeks, the oldest first.

    Args:
        history: Exact snapshots, the oldest first, see `partnerbook.book.Book.weeks`. A week is
            seven dates in the view's zone, the last of which is that of `now`.
        now: The newer snapshot of the report; it speaks for the last week.
        view: Whom to count.

    Returns:
        One for each week, from the first known one on; empty when only one is known.
    """
    zone = zone_of(view.zone)
    today = now.taken_at.astimezone(zone)
    known: dict[int, Snapshot] = {}
    for snapshot in history:
        ago = (today.date() - snapshot.taken_at.astimezone(zone).date()) // WEEK
        if 0 < ago < WEEKS and not not_carried(view.query, CARRIED[snapshot.listing.api]):
            known[ago] = snapshot
    if not known:
        return ()
    known[0] = now
    unsorted = replace(view, order=())  # only to be counted
    out = []
    for ago in range(max(known), -1, -1):
        there = known.get(ago)
        day = there.taken_at.astimezone(zone) if there else today - ago * WEEK
        out.append(
            Standing(
                name=f"{day:%G-W%V}",
                taken_at=there.taken_at if there else None,
                count=_count(there, unsorted),
            )
        )
    return tuple(out)


def _count(snapshot: Snapshot | None, view: View) -> int | None:
    # The newest may be incomplete: then nobody knows how many there were.
    if snapshot is None or snapshot.listing.state != "exact":
        return None
    return len(view.select(snapshot.listing.customers))


def events(history: Sequence[Snapshot], ids: set[str]) -> tuple[Event, ...]:
    """Return what happened to some customers between the snapshots, the newest first.

    Who is there in the first snapshot has joined at a moment that nobody saw.
    """

    def found() -> Iterator[Event]:
        ever: set[str] = set()
        for before, after in pairwise(history):
            ever |= before.listing.by_id.keys()
            for change in changes(before, after, earlier_ids=frozenset(ever)):
                if change.customer_id in ids:
                    yield Event(seen_at=after.taken_at, change=change)

    return tuple(sorted(found(), key=lambda event: event.seen_at, reverse=True))
