"""Comparing a list with the same list a week later; one customer in a hundred changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from partnerbook.compare import changes
from tests.bench.lines import Line, contest
from tests.bench.listed import FIELDS, weeks
from tests.bench.measured import Job, Measured, Scale
from tests.bench.people import HEADINGS, digest
from tests.bench.rows import at_size
from tests.bench.weeks import in_order

CUSTOMERS = 100_000


def measure(scale: Scale) -> Sequence[Line]:
    """Compare as the program, pandas and datacompy do; what happened must be the same."""
    customers = at_size(CUSTOMERS, scale.size)
    data = {"customers": customers, "seed": scale.seed}
    jobs = [
        Job(who="Partnerbook", call=f"{__name__}:ours", arguments=data, seconds=0.5),
        *(
            Job(
                who=f"{name}, frames ready",
                call=f"tests.bench.framed:compared_by_{name}",
                arguments=data,
                package=name,
            )
            for name in ("pandas", "datacompy")
        ),
    ]
    return contest(f"what changed between {customers:,} and {customers:,} customers", jobs, scale)


def ours(customers: int, seed: int) -> Measured:
    """Compare two snapshots that nobody has looked at yet."""
    before, after = weeks(customers, seed)
    heading = dict(zip(FIELDS, HEADINGS, strict=True))

    def job() -> Callable[[], str]:
        found = changes(before, after)
        told = ((c.kind, c.customer_id, heading[c.field] if c.field else "") for c in found)
        return lambda: digest(in_order(told))

    return job
