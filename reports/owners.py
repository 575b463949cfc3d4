"""The week as one account manager may see it: their customers, as far as they were theirs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from partnerbook.model import CARRIED, Customer, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language

_OWN: dict[Language, str] = {
    "en": "account manager is “{}”",
    "zh": "客户经理为“{}”",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a weekly report is made from.

    Attributes:
        before: The older snapshot; None for a first report.
        now: The newer one.
        earlier_ids: Customers of still older snapshots; for these three see
            `partnerbook.book.Book.week`.
        history: The weeks before, the oldest first; see `partnerbook.book.Book.weeks`.
    """

    before: Snapshot | None
    now: Snapshot
    earlier_ids: frozenset[str] = frozenset()
    history: tuple[Snapshot, ...] = ()

    def customers(self) -> Iterator[Customer]:
        """Yield every version of every customer in it; one that did not change comes once."""
        seen: dict[str, Customer] = {}
        for snapshot in (*self.history, self.before, self.now):
            for customer in snapshot.listing.customers if snapshot else ():
                if seen.get(customer.customer_id) != customer:
                    seen[customer.customer_id] = customer
                    yield customer


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersView(View):
    """A view of one account manager's customers: the whole login name, not a part of it."""

    manager: str

    @property
    def fingerprint(self) -> str:
        """The fingerprint of whom it shows: neither the view's nor that of a filter on a part."""
        return replace(self.query, manager=f"{self.query.manager or ''}={self.manager}").fingerprint

    def select(self, customers: Iterable[Customer]) -> tuple[Customer, ...]:
        """Return the manager's customers that the view shows, in its order."""
        # Not super(): a dataclass with slots is another class than the one that super() knows.
        return View.select(self, (each for each in customers if _owns(self.manager, each)))

    def in_words(self, language: Language | None = None) -> str:
        """Return whom the view shows, as a person would say it."""
        own = _OWN[language or self.language].format(self.manager)
        return f"{own}; {View.in_words(self, language)}" if self.query.given() else own


def own_week(week: Week, manager: str) -> Week:
    """Return the week with nothing in it but one manager's customers, as far as they were theirs.

    Of a customer handed on to a colleague the new manager's name is told and nothing else: what
    happens from then on is the colleague's. Of one taken over from a colleague, only from whom.
    A snapshot that does not say who manages a customer says nothing about anybody's, so it is
    left out.
    """
    history = [each for each in week.history if _says_who(each)]
    before = week.before if week.before and _says_who(week.before) else None
    told = {_key(each): each for each in (*history, before, week.now) if each}
    order = sorted(told)
    concerned = {
        each.customer_id
        for snapshot in (before, week.now)
        for each in (snapshot.listing.customers if snapshot else ())
        if _owns(manager, each)
    }
    cut = dict(zip(order, _cut([told[each] for each in order], manager, concerned), strict=True))
    return Week(
        before=cut[_key(before)] if before else None,
        now=cut[_key(week.now)],
        earlier_ids=week.earlier_ids,
        history=tuple(cut[_key(each)] for each in history),
    )


def _cut(snapshots: Sequence[Snapshot], manager: str, concerned: set[str]) -> list[Snapshot]:
    """Return snapshots, the oldest first, with the manager's customers as they may see them.

    Args:
        snapshots: All of them say who manages a customer.
        manager: Whose customers.
        concerned: Customers that the report may name: of the others not even a hand-over is told.
    """
    kept: list[dict[str, Customer]] = []
    last: dict[str, Customer] = {}  # as the manager saw them last
    handed: dict[str, Customer] = {}
    for snapshot in snapshots:
        mine = {
            each.customer_id: each for each in snapshot.listing.customers if _owns(manager, each)
        }
        last |= mine
        handed = {key: each for key, each in handed.items() if key not in mine}
        for key, each in snapshot.listing.by_id.items():
            if key in concerned and key in last and key not in mine and key not in handed:
                handed[key] = replace(last[key], account_manager=each.account_manager)
        # Handed on, a customer stays in sight: that they left a colleague is not told either.
        kept.append(mine | handed)
    first: dict[str, Customer] = {}  # as the manager saw them first
    for snapshot, mine in zip(reversed(snapshots), reversed(kept), strict=True):
        first |= mine
        for key, each in snapshot.listing.by_id.items():
            if key in concerned and key in first and key not in mine:
                if _owns(manager, first[key]):
                    first[key] = replace(first[key], account_manager=each.account_manager)
                mine[key] = first[key]
    return [
        replace(each, listing=replace(each.listing, customers=tuple(mine[k] for k in sorted(mine))))
        for each, mine in zip(snapshots, kept, strict=True)
    ]


def _key(snapshot: Snapshot) -> tuple[datetime, int]:
    return snapshot.taken_at, snapshot.number or 0


def _says_who(snapshot: Snapshot) -> bool:
    return "account_manager" in CARRIED[snapshot.listing.api]


def _owns(manager: str, customer: Customer) -> bool:
    return (customer.account_manager or "").casefold() == manager.casefold()
