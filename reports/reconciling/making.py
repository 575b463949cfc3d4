"""Snapshot + ledger -> the reconciliation, and its workbook as a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from partnerbook.model import Snapshot

if TYPE_CHECKING:
    from reports.ledger import Ledger
    from reports.reconciliation import Cutoff, Entry, Reconciliation


def make_reconciliation(
    snapshot: Snapshot,
    ledger: Ledger,
    out: Path,
    *,
    cutoff: Cutoff | None = None,
    before: Mapping[str, Entry] | None = None,
) -> Reconciliation:
    """Reconcile a snapshot with a ledger and write the workbook.

    Args:
        snapshot: Of everybody.
        ledger: What `reports.ledger.read_ledger` returned.
        out: The workbook to write.
        cutoff: End of the period; None for no period.
        before: The last reconciliation's register; None for none.
    """
    from partnerbook.files import write  # noqa: PLC0415  heavy parts where they are used
    from reports.reconciliation import reconcile  # noqa: PLC0415  as above
    from reports.workbook.reconciliation import reconciliation_workbook  # noqa: PLC0415  as above

    found = reconcile(snapshot, ledger, cutoff, before)
    write(out, reconciliation_workbook(found))
    return found
