"""Snapshot + ledger -> `Reconciliation`: what matches, what does not, and a bridge that closes.

Pure but for `previous`, which opens files; the workbook and the command only lay it out.

    data     the frozen report
    cutoff   where a period ends, in which zone
    facing   a snapshot and a ledger as they face each other
    standing which customers of a group one row stands for
    unjudged breaks of which nobody can say whether they are gone
    breaks   what does not reconcile, each with an ID that survives sorting
    register each break's life over the months
    previous reads the register and people's decisions back from the last workbook
    answered what people decided in it, and how far they may say of what state a break is
    filled   such a workbook's tables, as people filled them in
    decided  which decisions count on a day
    words    what all of it is called, in English and Chinese
    build    the counting: `reconcile`
    as_json  `to_json`
    figures  the counts that are kept of it
"""

from __future__ import annotations

from reports.reconciliation.as_json import to_json
from reports.reconciliation.build import reconcile
from reports.reconciliation.cutoff import BILLING, Cutoff
from reports.reconciliation.data import AmountBridge, Bridge, LineClass, Reconciliation
from reports.reconciliation.figures import figures_of
from reports.reconciliation.previous import Previous, read_previous, read_register
from reports.reconciliation.register import Entry

__all__ = [
    "BILLING",
    "AmountBridge",
    "Bridge",
    "Cutoff",
    "Entry",
    "LineClass",
    "Previous",
    "Reconciliation",
    "figures_of",
    "read_previous",
    "read_register",
    "reconcile",
    "to_json",
]
