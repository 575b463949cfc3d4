"""Opening a database so that two users lose nothing, and errors are sentences."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from partnerbook.errors import StoreError

WRITES = {"partnerbook_writes": True}
"""Execution options of a transaction that will write."""

_PATIENCE = 30  # seconds that a writer waits for another one

_STEP = "check PARTNERBOOK_STORE and its folder"
_DAMAGED = (
    "put your newest backup in its place (`partnerbook store backup` makes one), or move it away "
    "and begin anew"
)
# What SQLite says, and what a person can do about it.
_STEPS = (
    ("not a database", _DAMAGED),
    ("malformed", _DAMAGED),
    ("locked", "another program is writing to it: try again in a minute"),
    ("full", "make room on the disk and try again"),
    ("readonly", "let yourself write to it and to its folder"),
)


def open_engine(url: str) -> sa.Engine:
    """Return an engine for an SQLAlchemy URL; the folder of an SQLite file is made.

    Raises:
        StoreError: The URL is malformed, its driver is absent, or the folder cannot be made.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return sa.create_engine(parsed)
        if parsed.database and parsed.database != ":memory:":
            _make_private(Path(parsed.database))
        engine = sa.create_engine(parsed, connect_args={"timeout": _PATIENCE})
    except ModuleNotFoundError as error:
        raise StoreError(
            f"the store needs the package {error.name}; install partnerbook with the extra 'team'"
        ) from None
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, OSError) as error:
        raise store_error(url, error) from error
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _make_private(path: Path) -> None:
    """Make the store's folder and file readable by their owner only: it holds people's data."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
    if not path.exists():
        # SQLite gives its side files the mode of this one.
        path.touch(mode=0o600)


def take_turns(connection: sa.Connection) -> None:
    """Let one writer in at a time, as SQLite does by itself, until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7026)")


def store_error(url: object, error: Exception) -> StoreError:
    """Return the sentence for a database's error; it never shows the URL's password."""
    try:
        shown = sa.make_url(str(url)).render_as_string(hide_password=True)
    except sa.exc.ArgumentError:
        shown = "that PARTNERBOOK_STORE names"
    reason = str(getattr(error, "orig", None) or error).partition("\n")[0][:200]
    if isinstance(error, sa.exc.ArgumentError):
        reason = "it is no SQLAlchemy URL such as sqlite:////home/me/partnerbook.db"
    advice = next((step for sign, step in _STEPS if sign in reason), _STEP)
    return StoreError(f"the store {shown} cannot be used: {reason}; {advice}")


def _prepare(connection: Any, _record: Any) -> None:
    # The driver's own idea of when to begin would let two readers both turn writer and one fail.
    connection.isolation_level = None
    # Readers beside a writer, and nothing lost when the power goes.
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")


def _write_ahead(connection: Any) -> None:
    # Of several who open a new store at once SQLite lets one make this switch, and tells the
    # others at once, not after the patience it was given, that it is locked.
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("partnerbook_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
