"""One line of a benchmark: who did what in which time, beside how long we take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from tests.bench.measured import Job, Scale, Took, in_turn

ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one contestant took; medians over all rounds.

    Attributes:
        job: What was done.
        who: Who did it, with its version.
        wall: Seconds by the clock; None when it is not installed.
        cpu: Seconds of CPU time; None as above.
        peak: The most memory that the process used, in MB; None as above.
        times: Its time in times ours, round by round; None as above, and where we did not run.
        limits: What was wanted, in words.
        passed: Whether what was wanted was reached, and what was made is right.
        broken: What was not, in words.
        rounds: Every round, for machines.
    """

    job: str
    who: str
    wall: float | None = None
    cpu: float | None = None
    peak: float | None = None
    times: float | None = None
    limits: str = ""
    passed: bool = True
    broken: tuple[str, ...] = ()
    rounds: tuple[Any, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        return asdict(self)


def contest(title: str, jobs: Sequence[Job], scale: Scale, rounds: int = ROUNDS) -> list[Line]:
    """Run jobs in turn and return a line for each; the first one is ours.

    Limits are judged in a whole run only: a twentieth says little about time, and no test may
    fail by the clock. That all who should brought the same is judged always.

    Args:
        title: What is done.
        jobs: Ours first.
        scale: How it is run.
        rounds: How often each job runs, unless the scale says otherwise.
    """
    took = in_turn(jobs, scale.rounds or rounds, scale)
    return [_line(title, job, took, took[jobs[0].who], scale) for job in jobs]


def table(lines: Sequence[Line]) -> str:
    """Return lines as a Markdown table."""
    told = ["| job | by | seconds | × ours | CPU seconds | peak MB | limit | |"]
    told += ["|---|---|--:|--:|--:|--:|---|---|"]
    before = ""
    for line in lines:
        job, before = "" if line.job == before else line.job, line.job
        if line.wall is None or line.cpu is None or line.peak is None:
            told.append(f"| {job} | {line.who} | not installed | | | | | |")
            continue
        times = f"{line.times:.3g}" if line.times is not None else ""
        verdict = "**missed**" if not line.passed else "held" if line.limits else ""
        told.append(
            f"| {job} | {line.who} | {line.wall:.3g} | {times} | {line.cpu:.3g} | "
            f"{line.peak:.0f} | {line.limits} | {verdict} |"
        )
    return "\n".join(told)


def _line(
    title: str, job: Job, took: dict[str, list[Took]], ours: Sequence[Took], scale: Scale
) -> Line:
    runs = took[job.who]
    if not runs:
        return Line(job=title, who=job.who)
    wall, peak = median(run.wall for run in runs), median(run.peak for run in runs)
    # Round by round: what else the machine does then befalls both.
    times = median(run.wall / our.wall for run, our in zip(runs, ours, strict=True))
    wanted: list[tuple[str, bool]] = []
    if job.least is not None:
        wanted.append((f"at least {job.least:.3g} × ours", times >= job.least))
    if job.seconds is not None:
        wanted.append((f"at most {job.seconds:g} s", wall <= job.seconds))
    if job.megabytes is not None:
        wanted.append((f"at most {job.megabytes:g} MB", peak <= job.megabytes))
    broken = [f"{job.who}: not {said}" for said, held in wanted if not held and scale.size >= 1]
    if job.same and any(run.result != ours[0].result for run in runs):
        broken.append(f"{job.who}: brought something else than {ours[0].result}: {runs[0].result}")
    return Line(
        job=title,
        who=job.who.replace(job.package, f"{job.package} {runs[0].version}", 1)
        if job.package
        else job.who,
        wall=wall,
        cpu=median(run.cpu for run in runs),
        peak=peak,
        times=times,
        limits=", ".join(said for said, _ in wanted if scale.size >= 1),
        passed=not broken,
        broken=tuple(broken),
        rounds=tuple({"wall": run.wall, "cpu": run.cpu, "peak": run.peak} for run in runs),
    )
