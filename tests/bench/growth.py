"""Growth: each main job on 1,000, 10,000 and 100,000 customers, and how its cost grows.

The exponent is that of the CPU time between the two largest sizes, where what every run pays once
(imports, styles, charts) no longer hides it: 1 is as fast as the list, 2 its square. Sorting, n
log n, is 1.1 there; lists that outgrow the processor's caches cost another tenth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from tests.bench.lines import Line
from tests.bench.measured import Job, Scale, Took, in_turn
from tests.bench.prepared import PAGE, served
from tests.bench.rows import at_size

SIZES, ROUNDS = (1_000, 10_000, 100_000), 3
MOST = 1.2

_JOBS = {
    "changes between two lists": "compare:ours",
    "a list kept in the store": "grown:stored",
    "a list of a week ago, read from the store": "grown:read_back",
    "changes, from the store": "grown:changed",
    "the weekly report: workbook, page and mail": "reports:ours",
    "reconciliation, a fiftieth by name only": "reconciling:ours",
    "a workbook refreshed as a file": "grown:refreshed",
    "a ledger read": "grown:ledger",
}


def measure(scale: Scale) -> Sequence[Line]:
    """Do each job at each size.

    Raises:
        RuntimeError: A job failed.
    """
    sizes = [at_size(size, scale.size, 200) for size in SIZES]
    if sizes[0] == sizes[1]:
        sizes = sizes[1:]
    listed = _listed(sizes, scale)
    title = "a list from prepared answers, no pace"
    lines = [*_lines(title, sizes, listed, judged=scale.size >= 1)]
    for title, call in _JOBS.items():
        jobs = [_job(call, customers, scale.seed) for customers in sizes]
        took = in_turn(jobs, scale.rounds or ROUNDS, scale)
        lines += _lines(title, sizes, [took[job.who] for job in jobs], judged=scale.size >= 1)
    return lines


def exponent(small: float, large: float, times: float) -> float:
    """Return with which power of its size a cost grew, the size having grown so many times."""
    return math.log(large / small) / math.log(times)


def _listed(sizes: Sequence[int], scale: Scale) -> list[list[Took]]:
    took = []
    for customers in sizes:
        with served(customers, scale.seed) as endpoint:
            arguments = {"endpoint": endpoint, "pages": customers // PAGE, "times": 1}
            job = Job(who=f"{customers:,}", call="tests.bench.cpu:ours", arguments=arguments)
            took.append(in_turn([job], scale.rounds or ROUNDS, scale)[job.who])
    return took


def _job(call: str, customers: int, seed: int) -> Job:
    arguments = {"customers": customers, "seed": seed}
    if call == "reconciling:ours":
        arguments["left"] = max(1, customers // 50)
    return Job(who=f"{customers:,}", call=f"tests.bench.{call}", arguments=arguments)


def _lines(
    title: str, sizes: Sequence[int], took: Sequence[Sequence[Took]], *, judged: bool
) -> Sequence[Line]:
    cpu = [median(run.cpu for run in runs) for runs in took]
    peak = [median(run.peak for run in runs) for runs in took]
    lines = []
    for at, (size, runs) in enumerate(zip(sizes, took, strict=True)):
        said, held = "", True
        # A job too short for the clock tells nothing.
        if at == len(sizes) - 1 and cpu[at - 1] >= 0.01:
            by = size / sizes[at - 1]
            power = exponent(cpu[at - 1], cpu[at], by)
            held = power <= MOST or not judged
            said = (
                f"time grows as n^{power:.2f}, at most n^{MOST:g}; "
                f"memory as n^{exponent(peak[at - 1], peak[at], by):.2f}"
            )
        lines.append(
            Line(
                job=title,
                who=f"{size:,} customers",
                wall=median(run.wall for run in runs),
                cpu=cpu[at],
                peak=peak[at],
                limits=said,
                passed=held,
                broken=() if held else (f"{title}: {said}",),
                rounds=tuple({"wall": r.wall, "cpu": r.cpu, "peak": r.peak} for r in runs),
            )
        )
    return lines
