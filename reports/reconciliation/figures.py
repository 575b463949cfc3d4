"""`Reconciliation` -> the counts that are kept of it. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from partnerbook.model import ReconciliationFigures
from partnerbook.model.ledger import ReconciliationStatus
from reports.reconciliation.data import Reconciliation


def figures_of(found: Reconciliation, made_at: datetime, seal: str = "") -> ReconciliationFigures:
    """Return what a reconciliation came to.

    Args:
        found: The reconciliation.
        made_at: When it was made. UTC.
        seal: The seal of its workbook.
    """
    cutoff, left = found.cutoff, {each.id for each in found.to_settle}
    on = found.snapshot.taken_at.date()
    ages = [entry.age(on) for entry in found.register if entry.id in left]
    return ReconciliationFigures(
        made_at=made_at,
        as_of=found.snapshot.taken_at,
        exact=not found.why_not_checked,
        cutoff=cutoff.day if cutoff else None,
        zone=str(cutoff.zone.tzname(None)) if cutoff else "UTC",
        customers=found.bridge.vendor,
        lines=found.bridge.ledger,
        matched=len(found.confirmed),
        suggested=len(found.suggested),
        breaks=Counter(each.kind for each in found.breaks),
        to_settle=len(left),
        oldest=max(ages, default=None),
        check=found.bridge.check,
        status=_status(found),
        seal=seal,
    )


def _status(found: Reconciliation) -> ReconciliationStatus:
    if found.why_not_checked:
        return "not checked"
    if found.reopened:
        return "re-opened"
    return "closed" if found.can_close else "open"
