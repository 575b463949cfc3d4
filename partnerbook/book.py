"""The book of customers: one fetcher and one store behind one door.

Commands, reports, sheets and cells all get their snapshots here, so their numbers agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from partnerbook.closing import Closing
from partnerbook.config import Settings
from partnerbook.errors import NothingKeptError, QueryError
from partnerbook.model import (
    CARRIED,
    EVERYBODY,
    UNBOUNDED,
    WEEKS,
    CustomerQuery,
    Listing,
    ReconciliationFigures,
    Snapshot,
)
from partnerbook.store import Store
from partnerbook.views.filters import Narrowing, narrowing, not_carried, selects

if TYPE_CHECKING:
    from partnerbook.client import PartnerCenter, Progress


class Book(Closing):
    """The customers of one account, now and in time.

    Args:
        settings: Whose customers, and where they are kept.
        connect: How to reach Partner Center; None as the settings say. Called at the first
            listing only, so that what reads the store needs neither keys nor a network.
    """

    def __init__(
        self,
        settings: Settings,
        connect: Callable[[Settings], PartnerCenter] | None = None,
    ) -> None:
        self._settings = settings
        self._connect = connect or _connected
        self._center: PartnerCenter | None = None
        self._store: Store | None = None

    def close(self) -> None:
        """Close the connections and the store, where they were opened."""
        if self._center is not None:
            self._center.close()
        if self._store is not None:
            self._store.close()

    @property
    def account(self) -> str:
        """Whose customers these are."""
        return self._settings.account

    @property
    def store(self) -> Store:
        """The store, opened when first asked for."""
        if self._store is None:
            self._store = Store(self._settings.store)
        return self._store

    @property
    def busy_until(self) -> datetime | None:
        """Until when Partner Center asked to wait; None when it did not. UTC."""
        return self._center.busy_until if self._center else None

    def take(
        self,
        query: CustomerQuery = EVERYBODY,
        *,
        taken_at: datetime | None = None,
        deadline: float = 900.0,
        progress: Progress | None = None,
    ) -> Snapshot:
        """Ask Partner Center, keep the answer, and return it.

        Args:
            query: Whom to list.
            taken_at: The moment to keep it under, if not now; the demo's weeks use it.
            deadline: Seconds after which to give up.
            progress: Told how far the listing is.

        Raises:
            PartnerCenterError: No listing came; the store is as it was.
            StoreError: The listing could not be kept.
        """
        store = self.store  # a store that cannot be opened is found out before a long listing
        if self._center is None:
            self._center = self._connect(self._settings)
        listing = self._center.listing(query, deadline=deadline, progress=progress)
        if listing.state == "exact" and not listing.is_counted and narrowing(query) == Narrowing():
            before = store.newest(self.account, query, until=taken_at, exact=True)
            listing = _doubted(listing, before)
        return store.add(listing, self.account, taken_at)

    def kept(self, query: CustomerQuery = EVERYBODY, *, until: datetime | None = None) -> Snapshot:
        """Return the newest snapshot that answers a query, from the store alone.

        A snapshot of everybody answers every query; the newer one of the two is taken.

        Raises:
            NothingKeptError: There is none.
            QueryError: The snapshot does not carry a field that the query filters on.
        """
        found = [
            snapshot
            for each in {query, EVERYBODY}
            if (snapshot := self.store.newest(self.account, each, until=until))
        ]
        if not found:
            when = f" up to {until:%Y-%m-%d}" if until else ""
            raise NothingKeptError(
                f"the store has no snapshot of this list{when}; run `partnerbook snapshot` first"
            )
        return _narrowed(max(found, key=lambda each: (each.taken_at, each.number)), query)

    def listed(self, query: CustomerQuery) -> CustomerQuery:
        """Return the query whose snapshots tell this one's history: everybody, else itself."""
        has = self.store.newest_moment(self.account, EVERYBODY)
        return query if has is None else EVERYBODY

    def weeks(
        self, query: CustomerQuery, until: datetime, *, zone: str = "UTC"
    ) -> tuple[Snapshot, ...]:
        """Return twelve weeks of exact snapshots that end at a moment, the oldest first.

        One for each week that has one, by dates in a zone; see `Store.weeks`.
        """
        return self.store.weeks(self.account, query, until, WEEKS, zone=zone)

    def last_reconciliation(self, until: datetime) -> ReconciliationFigures | None:
        """Return what the account's last reconciliation up to a moment came to, or None."""
        return self.store.last_reconciliation(self.account, until=until)

    def week(
        self,
        query: CustomerQuery,
        until: datetime,
        *,
        zone: str = "UTC",
        since: datetime | None = None,
        told: datetime | None = None,
    ) -> tuple[Snapshot | None, Snapshot, frozenset[str]]:
        """Return what a weekly report compares: an older snapshot, the newest, and all ever seen.

        The newest exact snapshot up to a moment, and the newest exact one at least seven days
        older, else the oldest. Days are dates in a zone, not 24 hours: a run that starts seconds
        earlier than last week's, or in a week with a day of 23 hours, is a week later. Of several
        on the date a week before, the one nearest to the same time of day is taken: who reports
        every Monday at eight is told of Monday's changes after eight as well. The older one is
        None for a first report. The IDs are those of every snapshot before the older one: who
        joins again among them came back.

        Args:
            query: Whose snapshots.
            until: The newer one is not taken after this moment.
            zone: Zone whose dates count.
            since: Compare with the newest exact snapshot up to this moment instead.
            told: Moment of the list that the last report told; it is compared with while it is
                older than the newest, so that what two reports tell adds up. None where that is
                not known.

        Raises:
            NothingKeptError: There is no exact snapshot, or none up to `since`.
            QueryError: The newest snapshot is itself the one up to `since`.
        """
        now = self.store.newest(self.account, query, until=until, exact=True)
        if now is None:
            raise NothingKeptError(
                f"the store has no complete snapshot of this list up to {until:%Y-%m-%d}; the "
                "past cannot be listed, the present can: `partnerbook snapshot`"
            )
        if since is not None:
            before = self.store.newest(self.account, query, until=since, exact=True)
            if before is None:
                raise NothingKeptError(
                    f"the store has no complete snapshot of this list up to {since:%Y-%m-%d} to "
                    "compare with; `partnerbook changes` says how far back it goes"
                )
            if before.taken_at >= now.taken_at:
                raise QueryError(
                    f"the newest complete snapshot, of {now.taken_at:%Y-%m-%d}, is itself the one "
                    "to compare with; give an earlier date, or take a snapshot"
                )
            return before, now, self.store.ids_before(before)
        if told is None or told >= now.taken_at:
            told = self.store.week_before(self.account, query, now.taken_at, zone=zone)
        before = self.store.newest(
            self.account, query, until=told, exact=True
        ) or self.store.oldest(self.account, query)
        if before is None or before.taken_at >= now.taken_at:
            return None, now, frozenset()
        return before, now, self.store.ids_before(before)


def _doubted(listing: Listing, before: Snapshot | None) -> Listing:
    """Return a whole book that came empty and uncounted: incomplete where somebody was in it.

    An empty answer is how one version of the vendor's page puts "nobody was found", and what a
    fault looks like.
    """
    if before is None or not before.listing.count:
        return listing
    note = (
        f"Partner Center listed nobody and gave no count, {before.listing.count} customers the "
        "time before: that may be a fault, so nobody is taken to have left; list again later, and "
        "run `partnerbook doctor --paging` if it stays so"
    )
    evidence = replace(listing.evidence, notes=(*listing.evidence.notes, note))
    return replace(listing, evidence=evidence, missing_at_most=UNBOUNDED)


def _connected(settings: Settings) -> PartnerCenter:
    # Here, for HTTP costs a tenth of a second, which a cell that only reads must not pay.
    from partnerbook.client import PartnerCenter  # noqa: PLC0415  as above

    return PartnerCenter.from_settings(settings)


def _narrowed(snapshot: Snapshot, query: CustomerQuery) -> Snapshot:
    listing = snapshot.listing
    if listing.query == query:
        return snapshot
    if missing := not_carried(query, CARRIED[listing.api]):
        raise QueryError(
            f"the stored list came from the API {listing.api!r}, which does not carry what the "
            f"filter {missing[0]} looks at; leave that filter out"
        )
    chosen = tuple(each for each in listing.customers if selects(query, each))
    return replace(snapshot, listing=replace(listing, query=query, customers=chosen))
