"""Notes taken in together with something else: remembered only when that succeeded too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from partnerbook.store import notes

if TYPE_CHECKING:
    from partnerbook.store import Store


@contextmanager
def notes_shared(  # noqa: PLR0913  keywords, each a fact about the workbook
    store: Store,
    account: str,
    held: Mapping[notes.Place, Any],
    *,
    customers: Collection[str],
    columns: Collection[str],
    workbook: str,
    who: str,
    now: datetime,
    apart: Collection[notes.Place] = (),
    trial: bool = False,
) -> Iterator[notes.Shared]:
    """Yield what a workbook's cells should hold; see `notes.sync`.

    The block writes the workbook. Only when it ends without an error does the store remember
    what the workbook shows: else a note that never arrived there would look like one deleted.
    On trial it remembers nothing.

    Raises:
        StoreError: The store cannot be read or written.
    """
    with store._transaction(writes=True) as connection:  # noqa: SLF001  the same room
        yield notes.sync(
            connection,
            account,
            held,
            customers=customers,
            columns=columns,
            workbook=workbook,
            who=who,
            now=now,
            apart=apart,
        )
        if trial:
            connection.rollback()
