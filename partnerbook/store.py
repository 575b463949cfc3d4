"""The store: snapshots, in time. The only module that imports SQLAlchemy.

One SQLite file for one person, PostgreSQL for a team; the same code. SQLAlchemy costs half a
second to import, so this module is imported only where a store is opened.

A snapshot is one row, written in one transaction: a process that dies leaves the old state or
the new one. The file must not lie on a network share, where SQLite's log does not work.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from partnerbook import __version__
from partnerbook.errors import StoreError
from partnerbook.model import (
    Customer,
    CustomerQuery,
    Evidence,
    Listing,
    Snapshot,
    from_utc_text,
    utc_text,
)

SCHEMA = 1
"""Version of the tables below. A store with a newer one is refused untouched."""

_metadata = sa.MetaData()
_about = sa.Table(
    "partnerbook_about",
    _metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
_snapshots = sa.Table(
    "partnerbook_snapshot",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(8), nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("taken_at", sa.String(20), nullable=False),  # ISO 8601 with Z: sorts as text
    sa.Column("api", sa.String(20), nullable=False),
    sa.Column("missing_at_most", sa.Integer, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("tool_version", sa.String(20), nullable=False),
    sa.Column("customers", sa.LargeBinary, nullable=False),  # JSON, deflated
    sa.Index("partnerbook_snapshot_when", "account", "fingerprint", "taken_at"),
)


class Store:
    """Snapshots of one or several accounts.

    Args:
        url: An SQLAlchemy URL. The folder of an SQLite file is made when it does not exist.

    Raises:
        StoreError: The store cannot be opened, or was written by a newer version.
    """

    def __init__(self, url: str) -> None:
        try:
            self._engine = _engine(url)
        except (sa.exc.ArgumentError, ImportError, OSError) as error:
            raise StoreError(_sentence(url, error)) from error
        with self._transaction() as connection:
            _metadata.create_all(connection)
            self._check_schema(connection)

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
            listing: What to keep; an incomplete one is kept as such.
            account: Whose customers these are.
            taken_at: The moment to keep it under, if not the listing's own. With a zone.
        """
        if taken_at is not None:
            listing = replace(listing, as_of=from_utc_text(utc_text(taken_at)))
        customers = [each.as_json() for each in listing.customers]
        with self._transaction() as connection:
            key = connection.execute(
                _snapshots.insert().values(
                    account=account,
                    fingerprint=listing.fingerprint,
                    query=_to_json(listing.query.given()),
                    taken_at=utc_text(listing.as_of),
                    api=listing.api,
                    missing_at_most=listing.missing_at_most,
                    evidence=_to_json(asdict(listing.evidence)),
                    tool_version=__version__,
                    customers=zlib.compress(_to_json(customers).encode(), 6),
                )
            ).inserted_primary_key
        return Snapshot(listing=listing, account=account, number=key[0] if key else None)

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
        return self._first(account, query, _snapshots.c.taken_at.desc(), until=until, exact=exact)

    def oldest(self, account: str, query: CustomerQuery) -> Snapshot | None:
        """Return the oldest exact snapshot of a query, or None."""
        return self._first(account, query, _snapshots.c.taken_at.asc(), until=None, exact=True)

    def earlier_ids(self, account: str, query: CustomerQuery, before: datetime) -> frozenset[str]:
        """Return every customer ID that any snapshot of a query before a moment had."""
        chosen = (
            sa.select(_snapshots.c.customers)
            .where(_snapshots.c.account == account)
            .where(_snapshots.c.fingerprint == query.fingerprint)
            .where(_snapshots.c.taken_at < utc_text(before))
        )
        with self._transaction() as connection:
            packed = list(connection.scalars(chosen))
        return frozenset(
            each["customer_id"] for one in packed for each in json.loads(zlib.decompress(one))
        )

    def _first(
        self,
        account: str,
        query: CustomerQuery,
        order: sa.UnaryExpression[str],
        *,
        until: datetime | None,
        exact: bool,
    ) -> Snapshot | None:
        chosen = (
            sa.select(_snapshots)
            .where(_snapshots.c.account == account)
            .where(_snapshots.c.fingerprint == query.fingerprint)
            # Of two snapshots in one second, the one kept later is the newer.
            .order_by(order, _snapshots.c.number.desc())
            .limit(1)
        )
        if until is not None:
            chosen = chosen.where(_snapshots.c.taken_at <= utc_text(until))
        if exact:
            chosen = chosen.where(_snapshots.c.missing_at_most == 0)
        with self._transaction() as connection:
            row = connection.execute(chosen).mappings().first()
        return None if row is None else _snapshot(row)

    @staticmethod
    def _check_schema(connection: sa.Connection) -> None:
        found = connection.scalar(sa.select(_about.c.value).where(_about.c.name == "schema"))
        if found is None:
            connection.execute(_about.insert().values(name="schema", value=str(SCHEMA)))
        elif int(found) > SCHEMA:
            raise StoreError(
                f"the store has schema {found} and this version knows {SCHEMA}; nothing was "
                "changed: update Partnerbook, or choose another store with PARTNERBOOK_STORE"
            )

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise StoreError(_sentence(str(self._engine.url), error)) from error


def _engine(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # Readers and a writer side by side, and nothing lost when the power goes.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine


def _snapshot(row: sa.RowMapping) -> Snapshot:
    evidence = json.loads(row["evidence"])
    evidence["notes"] = tuple(evidence["notes"])
    listing = Listing(
        query=CustomerQuery.from_given(json.loads(row["query"])),
        as_of=from_utc_text(row["taken_at"]),
        api=row["api"],
        customers=tuple(
            Customer.from_json(each) for each in json.loads(zlib.decompress(row["customers"]))
        ),
        evidence=Evidence(**evidence),
        missing_at_most=row["missing_at_most"],
    )
    return Snapshot(listing=listing, account=row["account"], number=row["number"])


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _sentence(url: str, error: Exception) -> str:
    shown = sa.make_url(url).render_as_string(hide_password=True) if "://" in url else "(no URL)"
    reason = str(getattr(error, "orig", None) or error).splitlines()[0][:200]
    return f"the store {shown} cannot be used: {reason}; check PARTNERBOOK_STORE and its folder"
