"""Notes, mirrored: what users wrote beside customers, from several workbooks, none lost.

A workbook hands in what its cells hold and gets back what they should hold. A cell that its user
changed since the last time wins; one that nobody changed here takes what another workbook wrote
meanwhile. Every value that was ever written stays findable: here, and in the workbook that it was
typed in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from partnerbook.model import utc_text
from partnerbook.store.schema import forgotten, notes, notes_shown

Place = tuple[str, str]
"""Where a note belongs: customer ID and column heading."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What the cells of a workbook should hold.

    Attributes:
        notes: The notes; a place that should be empty is left out.
        overruled: Where the word of another workbook takes the place of what stands in this one
            and was typed in it, as far as is known: there it must not vanish.
    """

    notes: Mapping[Place, Any]
    overruled: frozenset[Place] = frozenset()


def sync(  # noqa: PLR0913  keywords, each a fact about the workbook
    connection: sa.Connection,
    account: str,
    held: Mapping[Place, Any],
    *,
    customers: Collection[str],
    columns: Collection[str],
    workbook: str,
    who: str,
    now: datetime,
    apart: Collection[Place] = (),
) -> Shared:
    """Take in what a workbook's cells hold; return the notes that its cells should hold.

    Args:
        connection: In a transaction that writes.
        account: Whose customers.
        held: The notes in the workbook, parked ones too; a place that is empty is left out.
        customers: IDs for which the workbook has a row, or parked notes. Of others nothing
            is concluded: a customer outside the view is no emptied cell.
        columns: The user's own columns in the workbook.
        workbook: What tells this workbook from others.
        who: Who is at work.
        now: The present, with a zone.
        apart: Places where the workbook holds what it does not share: they stay as they are, here
            and there.
    """
    current = _current(connection, account, columns)
    shown = _shown(connection, account, workbook)
    gone = _of_forgotten(connection, held)
    places = ({place for place in current if place[0] in customers} | set(held)) - gone - set(apart)
    # The workbook is its user's, and keeps them; here nobody is to be found again.
    merged: dict[Place, Any] = {place: held[place] for place in gone}
    overruled: set[Place] = set()
    unseen = {place for place in places - shown.keys() if place in held and place in current}
    # A workbook seen for the first time may be a copy, a moved one or one of last month: what it
    # holds of old is no news, and must not win over what was written since.
    old = _ever_written(connection, account, unseen)
    for place in sorted(places):
        value = held.get(place)
        newest = current.get(place)
        seen = shown.get(place)
        was = None if seen is None else seen.value
        is_new = _differ(value, was) and (place, _pack(value)) not in old
        if is_new and (newest is None or _differ(value, newest.value)):
            row = notes.insert().values(
                account=account,
                customer_id=place[0],
                column=place[1],
                value=_pack(value),
                workbook=workbook,
                written_by=who,
                written_at=utc_text(now),
            )
            key = connection.execute(row).inserted_primary_key
            number = key[0]  # type: ignore[index]  # an insert of one row has a key
            newest = _Written(number, _pack(value), workbook)
        if newest is None:
            continue
        _remember(connection, account, workbook, place, newest.number, known=seen)
        was_typed_here = seen is None or seen.workbook == workbook
        if was_typed_here and value is not None and _differ(value, newest.value):
            overruled.add(place)
        if newest.value is not None:
            merged[place] = newest.value
    return Shared(merged, frozenset(overruled))


def digest(customer_id: str) -> str:
    """Return what stands for a forgotten customer: it tells no ID, and knows one again."""
    return hashlib.sha256(customer_id.encode("utf-8", "surrogatepass")).hexdigest()


def _of_forgotten(connection: sa.Connection, held: Mapping[Place, Any]) -> set[Place]:
    known = set(connection.scalars(sa.select(forgotten.c.digest)))
    return {place for place in held if digest(place[0]) in known} if known else set()


@dataclass(frozen=True, slots=True)
class _Written:
    """A value that was written: its number, itself as it is kept, and in which workbook."""

    number: int
    packed: str
    workbook: str

    @property
    def value(self) -> Any:
        return _unpack(self.packed)


_WRITTEN = (notes.c.customer_id, notes.c.column, notes.c.number, notes.c.value, notes.c.workbook)


def _current(
    connection: sa.Connection, account: str, columns: Collection[str]
) -> dict[Place, _Written]:
    newest = (
        sa.select(sa.func.max(notes.c.number))
        .where(notes.c.account == account)
        .group_by(notes.c.customer_id, notes.c.column)
    )
    rows = connection.execute(sa.select(*_WRITTEN).where(notes.c.number.in_(newest)))
    return {(row[0], row[1]): _Written(*row[2:]) for row in rows if row[1] in columns}


def _shown(connection: sa.Connection, account: str, workbook: str) -> dict[Place, _Written]:
    rows = connection.execute(
        sa.select(*_WRITTEN)
        .join(notes_shown, notes.c.number == notes_shown.c.note)
        .where(notes_shown.c.account == account, notes_shown.c.workbook == workbook)
    )
    return {(row[0], row[1]): _Written(*row[2:]) for row in rows}


def _ever_written(
    connection: sa.Connection, account: str, places: Collection[Place]
) -> set[tuple[Place, str]]:
    """Return what was ever written in some places, as it is kept."""
    if not places:
        return set()
    rows = connection.execute(
        sa.select(notes.c.customer_id, notes.c.column, notes.c.value).where(
            notes.c.account == account
        )
    )
    return {(place, row[2]) for row in rows if (place := (row[0], row[1])) in places}


def _remember(  # noqa: PLR0913, PLR0917  a row of the table
    connection: sa.Connection,
    account: str,
    workbook: str,
    place: Place,
    number: int,
    known: _Written | None,
) -> None:
    if known is not None and known.number == number:
        return
    key = {"account": account, "workbook": workbook, "customer_id": place[0], "column": place[1]}
    if known is None:
        connection.execute(notes_shown.insert().values(**key, note=number))
        return
    same = [notes_shown.c[name] == value for name, value in key.items()]
    connection.execute(notes_shown.update().where(*same).values(note=number))


def _differ(one: Any, other: Any) -> bool:
    return _pack(one) != _pack(other)


def _pack(value: Any) -> str:
    if value is None or value == "":
        return "null"
    if isinstance(value, datetime):
        return json.dumps({"moment": value.replace(microsecond=0).isoformat()})
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value)  # a cell knows no difference between 5 and 5.0
    return json.dumps(value, ensure_ascii=True)


def _unpack(packed: str) -> Any:
    value = json.loads(packed)
    if isinstance(value, dict):
        return datetime.fromisoformat(value["moment"])
    return value
