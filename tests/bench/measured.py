"""Jobs measured in turn, each in a process of its own: seconds, CPU seconds, peak memory.

A job names a function that gets everything ready and returns what is to be measured::

    def ours(rows: int, seed: int) -> Measured:
        customers = people(rows, seed)  # imports, data, a warm library: not measured
        def write() -> Callable[[], str]:
            data = customers_workbook(customers)  # measured
            return lambda: digest(data)  # what came of it, worked out after the clock stopped
        return write

What came of it must be a JSON value; jobs that are compared must have brought the same one.
A peer runs in the environment that holds the peers, so modules with peers import nothing of
the program's at their top.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

Measured = Callable[[], Callable[[], Any]]
"""What is measured; returns how to see what came of it, which is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How a section is run.

    Attributes:
        size: 1 is whole, and judged; 0.05 is a twentieth, to see that it works.
        seed: What all chance is drawn from.
        rounds: How often each job runs; None for the section's own number.
        peers: The Python that has the peers installed.
    """

    size: float = 1.0
    seed: int = 1
    rounds: int | None = None
    peers: str = sys.executable


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One contestant's way of doing something.

    Attributes:
        who: Its name in the table, without a version.
        call: Module and function, e.g. ``tests.bench.workbooks:ours``.
        arguments: What the function is given: JSON values.
        package: The peer's distribution, e.g. ``XlsxWriter``; "" for the program itself.
        same: Whether it must bring what the others bring.
        least: A peer's time must be at least so many times ours; None for no limit.
        seconds: The most that it may take; None for no limit.
        megabytes: The most memory that its process may ever use; None for no limit.
    """

    who: str
    call: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    package: str = ""
    same: bool = True
    least: float | None = None
    seconds: float | None = None
    megabytes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What one run of a job took.

    Attributes:
        wall: Seconds by the clock.
        cpu: Seconds of CPU time, of all threads and of programs that it started.
        peak: The most memory that the process used, in MB, getting ready included.
        result: What came of it.
        version: The peer's version, "" for the program itself.
    """

    wall: float
    cpu: float
    peak: float
    result: Any
    version: str


def in_turn(jobs: Sequence[Job], rounds: int, scale: Scale) -> dict[str, list[Took]]:
    """Run the jobs one after the other, so many times; each run is a new process.

    Returns:
        What each run took, by the job's name; nothing for a peer that is not installed.

    Raises:
        RuntimeError: A job failed.
    """
    took: dict[str, list[Took]] = {job.who: [] for job in jobs}
    absent: set[str] = set()
    for _ in range(rounds):
        for job in jobs:
            if job.who in absent:
                continue
            once = alone(job, scale)
            if once is None:
                absent.add(job.who)
            else:
                took[job.who].append(once)
    return took


def alone(job: Job, scale: Scale) -> Took | None:
    """Run a job in a process of its own; None when it is a peer's that is not installed.

    Raises:
        RuntimeError: The job failed.
    """
    order = {"call": job.call, "arguments": dict(job.arguments), "package": job.package}
    done = subprocess.run(
        [scale.peers if job.package else sys.executable, "-m", "tests.bench.measured"],
        cwd=ROOT,
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{job.who} failed:\n{done.stderr}")
    answer = json.loads(done.stdout.splitlines()[-1])
    return Took(**answer) if answer else None


def _run(order: Mapping[str, Any]) -> dict[str, Any] | None:
    package = order["package"]
    try:
        version = metadata.version(package) if package else ""
    except metadata.PackageNotFoundError:
        return None
    module, _, name = order["call"].partition(":")
    job: Measured = getattr(import_module(module), name)(**order["arguments"])
    gc.collect()
    before, started = _cpu(), time.perf_counter()
    look = job()
    wall, cpu = time.perf_counter() - started, _cpu() - before
    peak = _peak()
    return {"wall": wall, "cpu": cpu, "peak": peak, "result": look(), "version": version}


def _cpu() -> float:
    times = os.times()  # of other programs; its clock is too coarse for this one
    return time.process_time() + times.children_user + times.children_system


def _peak() -> float:
    """Return the most memory that this process used, or a program that it started, in MB."""
    import resource  # noqa: PLC0415  Windows, where nothing is measured, has none

    unit = 2**20 if sys.platform == "darwin" else 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit
    try:
        # The kernel's other figure, ru_maxrss, may be that of the process that started this one.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        own = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except OSError:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return max(own, children)


if __name__ == "__main__":
    sys.stdout.write(f"\n{json.dumps(_run(json.loads(sys.stdin.read())))}\n")
