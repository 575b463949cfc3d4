"""Snapshot + ledger -> the reconciliation, and its workbook as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from partnerbook.model import Decision, Snapshot
from partnerbook.wording import Language

if TYPE_CHECKING:
    from reports.ledger import Ledger
    from reports.reconciliation import Cutoff, Reconciliation
    from reports.reconciling.before import Before


def make_reconciliation(  # noqa: PLR0913  keywords, each one thing that is known beforehand
    snapshot: Snapshot,
    ledger: Ledger,
    out: Path,
    *,
    cutoff: Cutoff | None = None,
    before: Before | None = None,
    decisions: Iterable[Decision] = (),
    language: Language = "en",
) -> Reconciliation:
    """Reconcile a snapshot with a ledger and write the workbook.

    Args:
        snapshot: Of everybody.
        ledger: What `reports.ledger.read_ledger` returned.
        out: The workbook to write.
        cutoff: End of the period; None for no period.
        before: What earlier workbooks say; None for none.
        decisions: All that people ever decided, the oldest first.
        language: Of the workbook.
    """
    from partnerbook.files import write  # noqa: PLC0415  heavy parts where they are used
    from reports.reconciliation import reconcile  # noqa: PLC0415  as above
    from reports.reconciliation.register import with_written  # noqa: PLC0415  as above
    from reports.workbook.reconciliation import reconciliation_workbook  # noqa: PLC0415  as above

    found = reconcile(
        snapshot,
        ledger,
        cutoff,
        before.register if before else None,
        decisions=decisions,
        repeated=bool(before and before.repeated),
        language=language,
    )
    if before:
        register = with_written(found.register, before.written)
        found = replace(found, register=register, reopened=before.reopened)
    write(out, reconciliation_workbook(found))
    return found
