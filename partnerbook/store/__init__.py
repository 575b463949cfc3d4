"""The store: snapshots, in time. The only room that imports SQLAlchemy.

One SQLite file for one person, PostgreSQL for a team; the same code. SQLAlchemy costs half a
second to import, so this room is imported only where a store is opened.

Whatever is kept is kept in one transaction: a process that dies leaves the old state or the new
one. The file must not lie on a network share, where SQLite's log does not work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from partnerbook.errors import StoreError
from partnerbook.model import CustomerQuery, Listing, Snapshot, from_utc_text, utc_text
from partnerbook.store import snapshots
from partnerbook.store.engine import WRITES, open_engine, store_error
from partnerbook.store.schema import SCHEMA, about, metadata


class Store:
    """Snapshots of one or several accounts. Safe to use from threads and processes.

    Args:
        url: An SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.

    Raises:
        StoreError: The store cannot be opened, or was written by a newer version.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        with self._transaction(writes=True) as connection:
            _open_schema(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._engine.dispose()

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

    def oldest(self, account: str, query: CustomerQuery) -> Snapshot | None:
        """Return the oldest exact snapshot of a query, or None."""
        with self._transaction() as connection:
            row = snapshots.first(connection, account, query, newest=False, exact=True)
            return None if row is None else snapshots.read(connection, row)

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

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                if writes:
                    connection = connection.execution_options(**WRITES)  # noqa: PLW2901  the same one
                with connection.begin():
                    yield connection
        except sa.exc.SQLAlchemyError as error:
            raise store_error(self._engine.url, error) from error


def _open_schema(connection: sa.Connection) -> None:
    inspector = sa.inspect(connection)
    if not inspector.has_table(about.name):
        metadata.create_all(connection)
        connection.execute(about.insert().values(name="schema", value=str(SCHEMA)))
        return
    found = int(connection.scalar(sa.select(about.c.value).where(about.c.name == "schema")) or 0)
    if found > SCHEMA:
        raise StoreError(
            f"the store has schema {found} and this version knows {SCHEMA}; nothing was "
            "changed: update Partnerbook, or choose another store with PARTNERBOOK_STORE"
        )
