"""Keeping a store: checked, pruned, exported, imported, and made to forget somebody."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from partnerbook.errors import StoreError
from partnerbook.model import utc_text
from partnerbook.store.notes import digest
from partnerbook.store.schema import (
    SCHEMA,
    about,
    decisions,
    forgotten,
    lists,
    metadata,
    notes,
    snapshots,
    versions,
)

MARK = b'{"partnerbook": "store"'
"""How an export begins."""

_KEPT = [table for table in metadata.sorted_tables if table is not about]


def faults(connection: sa.Connection) -> list[str]:
    """Return what is wrong with the store, a sentence each; nothing when it is sound."""
    found = []
    if connection.dialect.name == "sqlite":
        answers = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        found += [f"the database says: {each}" for each in answers if each != "ok"]
    for row in connection.execute(sa.select(snapshots)).mappings():
        alive = connection.scalar(
            sa.select(sa.func.count())
            .select_from(versions)
            .where(
                versions.c.list_id == row["list_id"],
                versions.c.first <= row["number"],
                sa.or_(versions.c.end.is_(None), versions.c.end > row["number"]),
            )
        )
        there = (alive or 0) - len(json.loads(row["not_checked"]))
        if there != row["count"]:
            found.append(
                f"snapshot {row['number']} says {row['count']} customers and has {there}; "
                "restore a backup"
            )
    return found


def prune(connection: sa.Connection, before: datetime, *, keeps: bool = False) -> int:
    """Delete the snapshots taken before a moment, and what only they knew; return how many.

    Or only count them, when it keeps them.

    Of each list the newest exact snapshot stays, however old it is, and all after it.
    """
    gone = 0
    for list_id in connection.scalars(sa.select(lists.c.id)).all():
        old = _old(connection, list_id, utc_text(before))
        if old is None:
            continue
        here = (snapshots.c.list_id == list_id, snapshots.c.number < old)
        count = sa.select(sa.func.count()).select_from(snapshots).where(*here)
        gone += connection.scalar(count) or 0
        if not keeps:
            connection.execute(snapshots.delete().where(*here))
            _forget_before(connection, list_id, old)
    return gone


def _old(connection: sa.Connection, list_id: int, before: str) -> int | None:
    """Return the number below which a list's snapshots may go; None when none may."""
    here = snapshots.c.list_id == list_id
    newest_exact = sa.select(sa.func.max(snapshots.c.number)).where(
        here, snapshots.c.missing_at_most == 0
    )
    first_young = sa.select(sa.func.min(snapshots.c.number)).where(
        here, snapshots.c.taken_at >= before
    )
    bounds = [connection.scalar(each) for each in (newest_exact, first_young)]
    return min((each for each in bounds if each is not None), default=None)


def _forget_before(connection: sa.Connection, list_id: int, number: int) -> None:
    mine = versions.c.list_id == list_id
    connection.execute(versions.delete().where(mine, versions.c.end <= number))
    connection.execute(
        versions.update().where(mine, versions.c.first < number).values(first=number)
    )


def exported(connection: sa.Connection) -> Iterator[str]:
    """Yield the whole store as JSON, one object a line: the schema first, then every row."""
    yield json.dumps({"partnerbook": "store", "schema": SCHEMA})
    count = 0
    for table in _KEPT:
        for row in connection.execute(sa.select(table)).mappings():
            count += 1
            yield json.dumps({"table": table.name, "row": dict(row)}, ensure_ascii=True)
    # A file that was cut short has no such line.
    yield json.dumps({"rows": count})


def imported(connection: sa.Connection, lines: Iterable[str]) -> int:
    """Fill an empty store with what `exported` wrote; return the number of rows.

    Raises:
        StoreError: The store is not empty, or a line is not what `exported` writes.
    """
    for table in _KEPT:
        if connection.scalar(sa.select(sa.func.count()).select_from(table)):
            raise StoreError(
                "the store is not empty, so nothing was imported; name an empty one with "
                "PARTNERBOOK_STORE"
            )
    tables = {table.name: table for table in _KEPT}
    count, promised = 0, None
    for number, line in enumerate(lines, 1):
        value = _parsed(line, number)
        if "rows" in value:
            promised = value["rows"]
            continue
        if number == 1:
            _check_header(value)
            continue
        try:
            table, row = tables[value["table"]], value["row"]
            if set(row) != set(table.columns.keys()):
                raise _bad_line(number)
            connection.execute(table.insert().values(**row))
        except (KeyError, TypeError, sa.exc.SQLAlchemyError):
            raise _bad_line(number) from None
        count += 1
    if promised != count:
        raise StoreError(
            f"the export is not whole: {count} rows, and its last line does not say so; nothing "
            "was imported: export again"
        )
    if connection.dialect.name == "postgresql":
        _continue_numbers(connection)
    return count


def traces(connection: sa.Connection, customer_id: str) -> dict[str, int]:
    """Return how many rows of each table speak of a customer; tables without one are left out."""
    counted = {
        table.name: connection.scalar(
            sa.select(sa.func.count()).select_from(table).where(condition)
        )
        for table, condition in _speaking(customer_id)
    }
    return {name: count for name, count in counted.items() if count}


def forget(connection: sa.Connection, customer_id: str) -> None:
    """Delete every trace of a customer; the snapshots' counts say one less from then on."""
    for row in connection.execute(sa.select(snapshots)).mappings().all():
        unseen = json.loads(row["not_checked"])
        held = connection.scalar(
            sa.select(sa.func.count())
            .select_from(versions)
            .where(
                versions.c.list_id == row["list_id"],
                versions.c.customer_id == customer_id,
                versions.c.first <= row["number"],
                sa.or_(versions.c.end.is_(None), versions.c.end > row["number"]),
            )
        )
        was_unseen = customer_id in unseen
        if held or was_unseen:
            connection.execute(
                snapshots.update()
                .where(snapshots.c.number == row["number"])
                .values(
                    count=row["count"] - (1 if held and not was_unseen else 0),
                    not_checked=json.dumps([each for each in unseen if each != customer_id]),
                )
            )
    mark = digest(customer_id)
    if not connection.scalar(sa.select(forgotten.c.digest).where(forgotten.c.digest == mark)):
        connection.execute(forgotten.insert().values(digest=mark))
    # The other way round than they were made: what refers to a row goes before the row.
    for table, condition in reversed(_speaking(customer_id)):
        if table is not snapshots:
            connection.execute(table.delete().where(condition))


def _speaking(customer_id: str) -> list[tuple[sa.Table, sa.ColumnElement[bool]]]:
    found: list[tuple[sa.Table, sa.ColumnElement[bool]]] = [
        (table, table.c.customer_id == customer_id) for table in _KEPT if "customer_id" in table.c
    ]
    quoted = json.dumps(customer_id)
    found.append((snapshots, snapshots.c.not_checked.contains(quoted, autoescape=True)))
    found.append((lists, lists.c.query.contains(quoted, autoescape=True)))
    return found


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise _bad_line(number) from None
    if not isinstance(value, dict):
        raise _bad_line(number)
    return value


def _check_header(value: dict[str, Any]) -> None:
    if value.get("partnerbook") != "store":
        raise _bad_line(1)
    if value.get("schema") != SCHEMA:
        raise StoreError(
            f"the export has schema {value.get('schema')} and this version writes {SCHEMA}; "
            "nothing was imported: export and import with the same version"
        )


def _bad_line(number: int) -> StoreError:
    return StoreError(
        f"line {number} is not what `partnerbook store export` writes; nothing was imported"
    )


def _continue_numbers(connection: sa.Connection) -> None:
    # PostgreSQL hands out numbers from a sequence that rows with given numbers do not move.
    for column in (lists.c.id, snapshots.c.number, notes.c.number, decisions.c.number):
        name = column.table.name
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{name}', '{column.name}'), "  # noqa: S608  our names
            f"(SELECT coalesce(max({column.name}), 1) FROM {name}))"
        )
