"""How a store of an earlier version becomes one of this: step by step, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from partnerbook.store.schema import reconciliations

Step = Callable[[sa.Connection], None]

STEPS: Mapping[int, Step] = {
    1: lambda connection: reconciliations.create(connection, checkfirst=True),
}
"""Schema -> what makes the next one of it."""


def migrate(connection: sa.Connection, found: int, wanted: int) -> None:
    """Bring a store from one schema to another.

    Raises:
        KeyError: A step is missing; the program is at fault.
    """
    for schema in range(found, wanted):
        STEPS[schema](connection)
