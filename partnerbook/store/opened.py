"""A database opened as a store: its schema, its transactions, its copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from partnerbook.closing import Closing
from partnerbook.errors import StoreError
from partnerbook.files import beside
from partnerbook.store import migrations
from partnerbook.store.engine import WRITES, open_engine, store_error, take_turns
from partnerbook.store.schema import SCHEMA, about, metadata


class Opened(Closing):
    """An open store of the schema that this version knows.

    Args:
        url: An SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.

    Raises:
        StoreError: The store cannot be opened, or was written by a newer version.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        with self._transaction() as connection:
            found = _schema_of(connection)
        if found == SCHEMA:
            return
        if found is not None and found < SCHEMA and self._engine.dialect.name == "sqlite":
            path = Path(str(self._engine.url.database))
            self.backup(path.with_name(f"{path.stem}-schema{found}{path.suffix}"))
        with self._transaction(writes=True) as connection:
            _open_schema(connection)  # looks again: another process may have been faster

    def close(self) -> None:
        """Let go of the store."""
        self._engine.dispose()

    def backup(self, target: Path) -> None:
        """Write a copy of an SQLite store, whole and of one moment, that opens as a store.

        Raises:
            StoreError: The store is no SQLite file.
            WorkbookError: The copy cannot be written.
        """
        if self._engine.dialect.name != "sqlite":
            raise StoreError(
                "only an SQLite store is backed up here; use `partnerbook store export`"
            )
        with beside(target) as draft, self._engine.connect() as connection:
            # VACUUM INTO runs outside a transaction: the driver is asked directly.
            raw = connection.connection.driver_connection
            if raw is None:
                return
            try:
                raw.execute("VACUUM INTO ?", (str(draft),))
            except sqlite3.Error as error:
                raise StoreError(
                    f"the store cannot be copied to {target} ({error}); nothing was changed: "
                    "choose a folder that can be written and has room"
                ) from error

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                if writes:
                    connection = connection.execution_options(**WRITES)  # noqa: PLW2901  the same one
                with connection.begin():
                    if writes:
                        take_turns(connection)
                    yield connection
        except sa.exc.SQLAlchemyError as error:
            raise store_error(self._engine.url, error) from error


def _schema_of(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(about.name):
        return None
    return int(connection.scalar(sa.select(about.c.value).where(about.c.name == "schema")) or 0)


def _open_schema(connection: sa.Connection) -> None:
    found = _schema_of(connection)
    if found is None:
        metadata.create_all(connection)
        connection.execute(about.insert().values(name="schema", value=str(SCHEMA)))
    elif found > SCHEMA:
        raise StoreError(
            f"the store has schema {found} and this version knows {SCHEMA}; nothing was "
            "changed: update Partnerbook, or choose another store with PARTNERBOOK_STORE"
        )
    elif found < SCHEMA:
        migrations.migrate(connection, found, SCHEMA)
        connection.execute(about.update().where(about.c.name == "schema").values(value=str(SCHEMA)))
