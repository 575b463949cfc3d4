"""Growth: each main job on 1,000, 10,000 and 100,000 customers, and how its cost grows.

The exponent is that of what all three sizes show: 1 is as fast as the list, 2 its square. What
every run pays once (imports, styles, charts) is no part of it: it neither hides an exponent nor
makes one. Sorting, n log n, is 1.09 here; lists that outgrow the processor's caches cost another
tenth. Time is CPU time, of medians; memory is the peak, the job's own data included.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Mapping, Sequence
from importlib import import_module
from statistics import median
from typing import Any

from tests.bench.lines import Line
from tests.bench.measured import Job, Measured, Scale, Took, in_turn
from tests.bench.prepared import PAGE, served
from tests.bench.rows import at_size

SIZES, ROUNDS = (1_000, 10_000, 100_000), 3
MOST = 1.2
_SECONDS, _MEGABYTES = 0.01, 2.0  # less than these the measurements cannot tell apart

_JOBS = {
    "changes between two lists": "compare:ours",
    "a list written as a workbook": "grown:written",
    "a list kept in the store": "grown:stored",
    "a list of a week ago, read from the store": "grown:read_back",
    "changes, from the store": "grown:changed",
    "the weekly report: workbook, page and mail": "reports:ours",
    "reconciliation, a fiftieth by name only": "grown:reconciled",
    "a workbook refreshed as a file": "grown:refreshed",
    "a ledger read": "grown:ledger",
    "a column of CUSTOMERFIELD": "grown:fields",
}


def measure(scale: Scale) -> Sequence[Line]:
    """Do each job at each size.

    Raises:
        RuntimeError: A job failed.
    """
    sizes = sorted({at_size(size, scale.size, PAGE) for size in SIZES})
    listed = _listed(sizes, scale)
    title = "a list from prepared answers, no pace"
    lines = [*_lines(title, sizes, listed, judged=scale.size >= 1)]
    for title, call in _JOBS.items():
        jobs = [_job(f"{each:,}", call, customers=each, seed=scale.seed) for each in sizes]
        took = in_turn(jobs, scale.rounds or ROUNDS, scale)
        lines += _lines(title, sizes, [took[job.who] for job in jobs], judged=scale.size >= 1)
    return lines


def exponent(costs: Sequence[float], times: float, least: float) -> float:
    """Return with which power of its size a cost grows, whatever each run pays once.

    Of c + a * n ** p at three sizes, each so many times the one before, the differences grow by
    times ** p: c is gone.

    Args:
        costs: The cost at each of the three sizes.
        times: How many times the one before each size is.
        least: The least difference that can be told; a smaller one counts as this one. So a job
            that costs next to nothing has a power too low, never one that noise made.
    """
    small, middle, large = costs
    grown = max(large - middle, least) / max(middle - small, least)
    return math.log(grown) / math.log(times)


def _listed(sizes: Sequence[int], scale: Scale) -> list[list[Took]]:
    took = []
    for customers in sizes:
        with served(customers, scale.seed) as endpoint:
            pages = customers // PAGE
            job = _job(f"{customers:,}", "cpu:ours", endpoint=endpoint, pages=pages, times=1)
            took.append(in_turn([job], scale.rounds or ROUNDS, scale)[job.who])
    return took


def settled(call: str, arguments: Mapping[str, Any]) -> Measured:
    """Get a job ready, and take what it was given out of the garbage collector's sight.

    How often the collector walks through all that is there depends on its thresholds: never for
    10,000 customers, several times for 100,000. That would be taken for the job's own growth.
    """
    module, _, name = call.partition(":")
    job: Measured = getattr(import_module(f"tests.bench.{module}"), name)(**arguments)
    gc.collect()
    gc.freeze()
    return job


def _job(who: str, call: str, **arguments: Any) -> Job:
    order = {"call": call, "arguments": arguments}
    return Job(who=who, call=f"{__name__}:settled", arguments=order)


def _lines(
    title: str, sizes: Sequence[int], took: Sequence[Sequence[Took]], *, judged: bool
) -> Sequence[Line]:
    cpu = [median(run.cpu for run in runs) for runs in took]
    peak = [median(run.peak for run in runs) for runs in took]
    lines = []
    for size, runs in zip(sizes, took, strict=True):
        said, held = "", True
        if size == sizes[-1] and len(sizes) == 3 and sizes[1] ** 2 == sizes[0] * size:
            times = size / sizes[1]
            time, memory = exponent(cpu, times, _SECONDS), exponent(peak, times, _MEGABYTES)
            held = max(time, memory) <= MOST or not judged
            said = f"time grows as n^{time:.2f}, memory as n^{memory:.2f}, at most n^{MOST:g}"
        lines.append(
            Line(
                job=title,
                who=f"{size:,} customers",
                wall=median(run.wall for run in runs),
                cpu=median(run.cpu for run in runs),
                peak=median(run.peak for run in runs),
                limits=said,
                passed=held,
                broken=() if held else (f"{title}: {said}",),
                rounds=tuple({"wall": r.wall, "cpu": r.cpu, "peak": r.peak} for r in runs),
            )
        )
    return lines
