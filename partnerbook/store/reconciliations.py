"""What each reconciliation came to, in counts: for whoever reports on it later."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from partnerbook.model import ReconciliationFigures, from_utc_text, utc_text
from partnerbook.store.schema import reconciliations

_COUNTS = ("exact", "zone", "customers", "lines", "matched", "suggested", "to_settle", "oldest")
_PLAIN = (*_COUNTS, "check", "status", "seal")


def keep(connection: sa.Connection, account: str, figures: ReconciliationFigures) -> None:
    """Keep what a reconciliation came to; one of the same second is replaced."""
    made_at = utc_text(figures.made_at)
    mine = sa.and_(reconciliations.c.account == account, reconciliations.c.made_at == made_at)
    connection.execute(reconciliations.delete().where(mine))
    values: dict[str, Any] = {name: getattr(figures, name) for name in _PLAIN}
    values["as_of"] = utc_text(figures.as_of)
    values["cutoff"] = figures.cutoff.isoformat() if figures.cutoff else None
    values["breaks"] = dict(figures.breaks)
    connection.execute(
        reconciliations.insert().values(
            account=account, made_at=made_at, figures=json.dumps(values, ensure_ascii=True)
        )
    )


def last(
    connection: sa.Connection, account: str, until: datetime | None = None
) -> ReconciliationFigures | None:
    """Return what the last reconciliation came to, or None.

    Args:
        connection: To the store.
        account: Whose customers.
        until: Not made after this moment; None means up to now.
    """
    mine = reconciliations.c.account == account
    if until is not None:
        mine = sa.and_(mine, reconciliations.c.made_at <= utc_text(until))
    newest = sa.select(reconciliations).where(mine).order_by(reconciliations.c.made_at.desc())
    row = connection.execute(newest.limit(1)).mappings().first()
    if row is None:
        return None
    values = json.loads(row["figures"])
    return ReconciliationFigures(
        made_at=from_utc_text(row["made_at"]),
        as_of=from_utc_text(values["as_of"]),
        cutoff=date.fromisoformat(values["cutoff"]) if values["cutoff"] else None,
        breaks=values["breaks"],
        **{name: values[name] for name in _PLAIN if name in values},
    )


def seals(connection: sa.Connection) -> dict[str, datetime]:
    """Return every seal that was kept, of any account, and when it was made."""
    rows = connection.execute(sa.select(reconciliations.c.made_at, reconciliations.c.figures))
    found = ((json.loads(figures).get("seal"), made_at) for made_at, figures in rows)
    return {seal: from_utc_text(made_at) for seal, made_at in found if seal}
