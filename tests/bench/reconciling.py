"""Reconciling a list with finance's file: most rows by ID, 2,000 by retyped names only.

The peers merge on the ID alone, which is all that they do by themselves. Ours also judges names,
explains each match, sorts out what is left over, and closes the bridge; what it matched by ID
must be what the peers matched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.reconciliation import reconcile
from tests.bench.lines import Line, contest
from tests.bench.listed import sides
from tests.bench.measured import Job, Measured, Scale
from tests.bench.people import digest
from tests.bench.rows import at_size

CUSTOMERS, LEFT, ROUNDS = 100_000, 2_000, 3


def measure(scale: Scale) -> Sequence[Line]:
    """Reconcile, beside pandas and datacompy merging on the ID."""
    customers, left = at_size(CUSTOMERS, scale.size), at_size(LEFT, scale.size)
    data = {"customers": customers, "left": left, "seed": scale.seed}
    jobs = [
        Job(
            who=f"Partnerbook, {left:,} by name too",
            call=f"{__name__}:ours",
            arguments=data,
            seconds=10,
        ),
        *(
            Job(
                who=f"{name}, on the ID alone, frames ready",
                call=f"tests.bench.framed:matched_by_{name}",
                arguments=data,
                package=name,
            )
            for name in ("pandas", "datacompy")
        ),
    ]
    return contest(f"{customers:,} customers × {customers:,} ledger rows", jobs, scale, ROUNDS)


def ours(customers: int, left: int, seed: int) -> Measured:
    """Reconcile as the command does, from a snapshot and a ledger that is read."""
    snapshot, ledger = sides(customers, left, seed)

    def job() -> Callable[[], str]:
        done = reconcile(snapshot, ledger)
        by_id = sorted((m.customer_id, m.row) for m in done.matches if m.rule == "customer_id")
        return lambda: digest(by_id)

    return job
