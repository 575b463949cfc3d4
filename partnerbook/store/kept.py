"""Keeping a store: what `partnerbook store` does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa

from partnerbook.store import keeping
from partnerbook.store.opened import Opened
from partnerbook.store.schema import notes_shown


class Kept(Opened):
    """A store that can be checked, pruned, moved, and made to forget."""

    def faults(self) -> list[str]:
        """Return what is wrong with the store, a sentence each; nothing when it is sound."""
        with self._transaction() as connection:
            return keeping.faults(connection)

    def prune(self, before: datetime, *, keeps: bool = False) -> int:
        """Delete the snapshots taken before a moment; return how many.

        Of each list the newest exact snapshot stays, however old it is.

        Args:
            before: The moment.
            keeps: Only count them.
        """
        with self._transaction(writes=not keeps) as connection:
            return keeping.prune(connection, before, keeps=keeps)

    def export(self, write: Callable[[str], object]) -> None:
        """Hand the whole store to a writer as JSON Lines."""
        with self._transaction() as connection:
            for line in keeping.exported(connection):
                write(line + "\n")

    def import_(self, lines: Iterable[str]) -> int:
        """Fill an empty store with an export; return the number of rows.

        Raises:
            StoreError: The store is not empty, or a line is no export's; nothing was imported.
        """
        with self._transaction(writes=True) as connection:
            return keeping.imported(connection, lines)

    def traces(self, customer_id: str) -> dict[str, int]:
        """Return how many rows of each table speak of a customer."""
        with self._transaction() as connection:
            return keeping.traces(connection, customer_id)

    def workbooks_with(self, customer_id: str) -> tuple[str, ...]:
        """Return the workbooks that showed a note of a customer when last refreshed."""
        shown = sa.select(notes_shown.c.workbook).where(notes_shown.c.customer_id == customer_id)
        with self._transaction() as connection:
            return tuple(sorted(set(connection.scalars(shown))))

    def forget(self, customer_id: str) -> None:
        """Delete every trace of a customer, from the file's free space too."""
        with self._transaction(writes=True) as connection:
            keeping.forget(connection, customer_id)
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                if raw is not None:
                    raw.execute("VACUUM")
                    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
