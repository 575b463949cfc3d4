"""Benchmarks measure in processes of their own, compare what was made, and say who is absent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bench.lines import Line, contest, table
from tests.bench.measured import Job, Measured, Scale, alone, in_turn
from tests.bench.readme import with_table

HERE = "tests.test_bench_measured"
SMALL = Scale(size=0.05, rounds=2)


def brings(what: str) -> Measured:
    def job() -> Callable[[], str]:
        return lambda: what

    return job


def fills(megabytes: int) -> Measured:
    def job() -> Callable[[], int]:
        filled = b"x" * (megabytes * 2**20)
        return lambda: len(filled) // 2**20

    return job


def fails() -> Measured:
    raise ValueError("out of paper")


def job(who: str, what: str = "the same", **more: float) -> Job:
    return Job(who=who, call=f"{HERE}:brings", arguments={"what": what}, **more)  # type: ignore[arg-type]  # limits only


def test_each_run_is_a_process_of_its_own_and_all_take_turns() -> None:
    took = in_turn([job("ours"), job("theirs", "other")], 3, SMALL)

    assert {who: [run.result for run in runs] for who, runs in took.items()} == {
        "ours": ["the same"] * 3,
        "theirs": ["other"] * 3,
    }
    assert all(run.wall > 0 for runs in took.values() for run in runs)


def test_peak_memory_is_the_jobs_own() -> None:
    big = [b"x" * (300 * 2**20)]  # what this process uses is none of the job's

    small = alone(Job(who="small", call=f"{HERE}:fills", arguments={"megabytes": 1}), SMALL)
    large = alone(Job(who="large", call=f"{HERE}:fills", arguments={"megabytes": 101}), SMALL)

    assert big
    assert small
    assert large
    assert small.peak < 250
    assert 90 < large.peak - small.peak < 110


def test_a_peer_that_is_absent_is_named() -> None:
    lines = contest("t", [job("ours"), Job(who="x", call="x:y", package="no-such-peer")], SMALL)

    assert [line.who for line in lines] == ["ours", "x"]
    assert "| x | not installed |" in table(lines)
    assert all(line.passed for line in lines)


def test_a_job_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"ours failed:[\s\S]*out of paper"):
        alone(Job(who="ours", call=f"{HERE}:fails"), SMALL)


def test_other_content_is_found_out() -> None:
    ours, theirs = contest("t", [job("ours"), job("theirs", "less")], SMALL)

    assert ours.passed
    assert not theirs.passed
    assert "less" in theirs.broken[0]
    assert "**missed**" in table([ours, theirs])


def test_limits_are_judged_in_whole_runs_only() -> None:
    jobs = [job("ours", megabytes=1.0), job("theirs", least=1e6)]

    assert all(line.passed for line in contest("t", jobs, SMALL))
    assert not any(line.passed for line in contest("t", jobs, Scale(rounds=1)))


def test_a_table_is_written_between_its_own_markers() -> None:
    text = "<!-- proof: x -->\n<!-- /proof -->\n<!-- bench: x -->\nold\n<!-- /bench -->\n"
    line = Line(job="j", who="w", wall=1.5, cpu=1.0, peak=99.6, times=1.0)

    new = with_table(text, "x", [line], kind="bench")

    assert new.startswith("<!-- proof: x -->\n<!-- /proof -->\n<!-- bench: x -->\n| job |")
    assert "| j | w | 1.5 | 1 | 1 | 100 |  |  |\n<!-- /bench -->" in new
    assert "old" not in new
