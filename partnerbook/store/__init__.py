"""The store: snapshots, in time. The only room that imports SQLAlchemy.

One SQLite file for one person, PostgreSQL for a team; the same code. SQLAlchemy costs half a
second to import, so this room is imported only where a store is opened.

Whatever is kept is kept in one transaction: a process that dies leaves the old state or the new
one. The file must not lie on a network share, where SQLite's log does not work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from partnerbook.model import (
    CustomerQuery,
    Decision,
    Listing,
    ReconciliationFigures,
    Snapshot,
    from_utc_text,
    utc_text,
)
from partnerbook.store import (
    decisions,
    history,
    reconciliations,
    runs,
    saved_views,
    snapshots,
    weeks,
)
from partnerbook.store.history import News, Version
from partnerbook.store.kept import Kept
from partnerbook.store.runs import Run, RunState
from partnerbook.views import View

__all__ = ["News", "Run", "RunState", "Store", "Version"]


class Store(Kept):
    """Snapshots of one or several accounts. Safe to use from threads and processes.

    Args:
        url: An SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.

    Raises:
        StoreError: The store cannot be opened, or was written by a newer version.
    """

    def add(self, listing: Listing, account: str, taken_at: datetime | None = None) -> Snapshot:
        """Keep a listing.

        Args:
            listing: What to keep; an incomplete one is kept as such, and ends nobody's life.
            account: Whose customers these are.
            taken_at: The moment to keep it under, if not the listing's own. With a zone.
        """
        moment = from_utc_text(utc_text(taken_at or listing.as_of))
        with self._transaction(writes=True) as connection:
            return snapshots.add(connection, replace(listing, as_of=moment), account)

    def newest(
        self,
        account: str,
        query: CustomerQuery,
        *,
        until: datetime | None = None,
        exact: bool = False,
    ) -> Snapshot | None:
        """Return the newest snapshot of a query, or None.

        Args:
            account: Whose customers.
            query: The very query that the snapshot answered.
            until: Not taken after this moment; None means up to now.
            exact: Pass over snapshots that are not proven complete.
        """
        with self._transaction() as connection:
            row = snapshots.first(connection, account, query, newest=True, until=until, exact=exact)
            return None if row is None else snapshots.read(connection, row)

    def newest_moment(self, account: str, query: CustomerQuery) -> datetime | None:
        """Return when the newest snapshot of a query was taken, or None. UTC."""
        with self._transaction() as connection:
            row = snapshots.first(connection, account, query, newest=True)
            return None if row is None else from_utc_text(row["taken_at"])

    def week_before(
        self, account: str, query: CustomerQuery, moment: datetime, *, zone: str = "UTC"
    ) -> datetime:
        """Return up to when an exact snapshot is a week older than a moment. UTC.

        Args:
            account: Whose customers.
            query: The very query that the snapshots answered.
            moment: When the newer snapshot was taken.
            zone: Zone whose dates make a week, see `weeks.week_before`.
        """
        with self._transaction() as connection:
            return weeks.week_before(connection, account, query, moment, zone=zone)

    def oldest(self, account: str, query: CustomerQuery) -> Snapshot | None:
        """Return the oldest exact snapshot of a query, or None."""
        with self._transaction() as connection:
            row = snapshots.first(connection, account, query, newest=False, exact=True)
            return None if row is None else snapshots.read(connection, row)

    def weeks(
        self,
        account: str,
        query: CustomerQuery,
        until: datetime,
        count: int,
        *,
        zone: str = "UTC",
    ) -> tuple[Snapshot, ...]:
        """Return the newest exact snapshot of each of the last weeks, the oldest first.

        Args:
            account: Whose customers.
            query: The very query that the snapshots answered.
            until: The last of the weeks ends at this moment, the others as `week_before` says.
            count: How many weeks; one without an exact snapshot is left out.
            zone: Zone whose dates make a week.
        """
        with self._transaction() as connection:
            return weeks.read(connection, account, query, until, count, zone)

    def ids_before(self, snapshot: Snapshot) -> frozenset[str]:
        """Return the ID of every customer that the list had before a kept snapshot."""
        with self._transaction() as connection:
            row = snapshots.first(
                connection,
                snapshot.account,
                snapshot.listing.query,
                newest=True,
                until=snapshot.taken_at,
            )
            return frozenset() if row is None else snapshots.ids_before(connection, row)

    def last_two(
        self,
        account: str,
        query: CustomerQuery,
        *,
        since: datetime | None = None,
    ) -> tuple[Snapshot, Snapshot, frozenset[str]] | None:
        """Return what to compare to know what changed, without the customers equal in both.

        Args:
            account: Whose customers.
            query: The query of both snapshots.
            since: Compare with the newest exact snapshot up to this moment, else with the
                oldest; None compares the newest with the exact one before it.

        Returns:
            The older snapshot, the newest, and the IDs of every customer known before the
            older one; None where there are no two.
        """
        with self._transaction() as connection:
            after = snapshots.first(connection, account, query, newest=True)
            if after is None:
                return None
            before = history.before(connection, after, since)
            if before is None:
                return None
            earlier = snapshots.ids_before(connection, before)
            return (*snapshots.read_changed(connection, before, after), earlier)

    def history(self, account: str, customer_id: str) -> tuple[Version, ...]:
        """Return every version of a customer, the oldest first; empty for an unknown one."""
        with self._transaction() as connection:
            return history.versions_of(connection, account, customer_id)

    def touched(self, account: str, query: CustomerQuery) -> News:
        """Return when a list was first kept, and the versions of whom it has news since."""
        with self._transaction() as connection:
            return history.touched(connection, account, query)

    def decide(self, account: str, made: Iterable[Decision]) -> tuple[Decision, ...]:
        """Keep decisions; return those that say something new, with their numbers."""
        with self._transaction(writes=True) as connection:
            return decisions.keep(connection, account, made)

    def decisions(self, account: str) -> tuple[Decision, ...]:
        """Return every decision ever kept for an account, the oldest first."""
        with self._transaction() as connection:
            return decisions.read(connection, account)

    def revoke_decision(self, account: str, number: int, who: str, now: datetime) -> Decision:
        """Revoke a decision and return it; it stays readable.

        Raises:
            StoreError: There is none of that number, or it is revoked already.
        """
        with self._transaction(writes=True) as connection:
            return decisions.revoke(connection, account, number, who, now)

    def keep_ledger_columns(self, account: str, columns: Mapping[str, str], now: datetime) -> None:
        """Remember which column of the ledger holds what: field -> heading."""
        with self._transaction(writes=True) as connection:
            decisions.keep_columns(connection, account, columns, now)

    def ledger_columns(self, account: str) -> dict[str, str]:
        """Return field -> heading as it was last remembered; empty for never."""
        with self._transaction() as connection:
            return decisions.read_columns(connection, account)

    def keep_reconciliation(self, account: str, figures: ReconciliationFigures) -> None:
        """Keep what a reconciliation came to."""
        with self._transaction(writes=True) as connection:
            reconciliations.keep(connection, account, figures)

    def last_reconciliation(
        self, account: str, *, until: datetime | None = None
    ) -> ReconciliationFigures | None:
        """Return what the last reconciliation came to, or None.

        Args:
            account: Whose customers.
            until: Not made after this moment; None means up to now.
        """
        with self._transaction() as connection:
            return reconciliations.last(connection, account, until)

    def seals(self) -> dict[str, datetime]:
        """Return the seal of every reconciliation that was kept, and when it was made."""
        with self._transaction() as connection:
            return reconciliations.seals(connection)

    def save_view(self, view: View, now: datetime) -> None:
        """Keep a view under its name; one of the same name is replaced.

        Raises:
            QueryError: The view has no name.
        """
        with self._transaction(writes=True) as connection:
            saved_views.save(connection, view, now)

    def views(self) -> tuple[View, ...]:
        """Return all saved views, by name."""
        with self._transaction() as connection:
            return saved_views.read_all(connection)

    def view(self, name: str) -> View:
        """Return a saved view.

        Raises:
            QueryError: There is none of that name; the nearest is named.
        """
        return saved_views.named(self.views(), name)

    def delete_view(self, name: str) -> None:
        """Delete a saved view.

        Raises:
            QueryError: There is none of that name.
        """
        self.view(name)
        with self._transaction(writes=True) as connection:
            saved_views.delete(connection, name)

    def plan_run(self, run: Run) -> Run:
        """Keep a run, unless one of its key and recipient is kept; return the one that is."""
        with self._transaction(writes=True) as connection:
            return runs.plan(connection, run)

    def move_run(self, run: Run, to: RunState, now: datetime, said: str = "") -> bool:
        """Bring a run into another state; False when it is no longer in the one given."""
        with self._transaction(writes=True) as connection:
            return runs.move(connection, run, to, now, said)

    def replan_run(self, run: Run, digest: str, file: str, now: datetime) -> bool:
        """Give a planned run another mail; False when it is no longer the one given."""
        with self._transaction(writes=True) as connection:
            return runs.replan(connection, run, digest, file, now)

    def runs(self, key: str) -> tuple[Run, ...]:
        """Return the runs whose key is this one or, ending in ``/``, starts with it, in order."""
        with self._transaction() as connection:
            return runs.read(connection, key)
