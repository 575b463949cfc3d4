"""The benchmarks of listing, comparing, matching, reporting and growth work, each run small.

No test here looks at a time; that ours and the peers bring the same is looked at always.
"""

from __future__ import annotations

import math
from datetime import datetime

import pytest

from partnerbook.compare import changes
from tests.bench import cpu, growth, listers
from tests.bench.growth import SIZES
from tests.bench.lines import Line
from tests.bench.listed import customers_of, sides, weeks
from tests.bench.measured import Scale, Took
from tests.bench.people import people
from tests.bench.rows import table
from tests.bench.sections import measured
from tests.bench.weeks import two_sides, two_weeks

SMALL = Scale(size=0.005, rounds=1)


@pytest.mark.parametrize("name", ["listing", "compare", "match", "report"])
def test_ours_and_the_peers_that_are_here_bring_the_same(name: str) -> None:
    lines = measured(name, SMALL)

    assert lines[0].wall
    assert all(line.passed for line in lines), [line.broken for line in lines]


def test_every_job_of_growth_is_done() -> None:
    lines = measured("growth", SMALL)

    assert {line.job for line in lines} == {
        "a list from prepared answers, no pace",
        *growth._JOBS,
    }
    assert all(line.wall for line in lines)
    assert all(line.passed for line in lines)


@pytest.mark.parametrize("power", [0.5, 1, 2])
@pytest.mark.parametrize("once", [0.0, 50.0])
def test_an_exponent_is_read_off_three_sizes_whatever_is_paid_once(
    power: float, once: float
) -> None:
    costs = [once + (n / 1000) ** power for n in SIZES]

    assert math.isclose(growth.exponent(costs, 10, 0.01), power, abs_tol=1e-9)


def test_what_cannot_be_told_apart_has_no_exponent() -> None:
    assert growth.exponent([1.0, 0.999, 1.001], 10, 0.01) == 0
    assert growth.exponent([1.0, 1.000001, 1.005], 10, 0.01) == 0


def test_sorting_is_within_the_limit() -> None:
    assert growth.exponent([n * math.log(n) for n in SIZES], 10, 0.01) < growth.MOST


@pytest.mark.parametrize("what", ["cpu", "peak"])
def test_what_grows_with_the_square_is_found_out(what: str) -> None:
    squared = [[_took(**{what: 1 + n * n / 1e6})] for n in SIZES]

    lines = growth._lines("j", SIZES, squared, judged=True)

    assert [line.passed for line in lines] == [True, True, False]
    assert "n^2.00" in lines[2].broken[0]
    assert all(each.passed for each in growth._lines("j", SIZES, squared, judged=False))


def test_a_lister_that_finds_others_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    took = {
        "partnerbook": [_took(answers=80, digest="a")],
        "vendor's SDK": [_took(answers=40, digest="b")],
        "requests": [],
        "httpx": [],
    }
    monkeypatch.setattr(cpu, "_measured", lambda _pages, _scale: took)

    lines = cpu.measure(SMALL)

    assert [line.passed for line in lines] == [True, False, True, True]
    with pytest.raises(AssertionError, match="SDK got other customers"):
        cpu.prove(0.05)


def test_a_dear_listing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = {"partnerbook": 0.9, "vendor's SDK": 1.0, "requests": 0.5, "httpx": 0.5}
    took = {who: [_took(cpu=took, answers=1, digest="a")] for who, took in runs.items()}
    monkeypatch.setattr(cpu, "_measured", lambda _pages, _scale: took)

    assert [line.passed for line in cpu.measure(Scale())] == [True, False, True, True]
    assert "**BROKEN**" in table(cpu.prove())


def test_digests_tell_customers_apart() -> None:
    row = [1, None, "x"]

    assert listers.digest_of([(row, "")]) == listers.digest_of([(list(row), "")])
    assert listers.digest_of([(row, "")]) != listers.digest_of([(row, "y")])


def test_a_week_later_one_in_a_hundred_has_a_new_label() -> None:
    before, after = weeks(1_000, seed=3)

    kinds = [change.kind for change in changes(before, after)]

    assert len(before.listing.customers) == len(after.listing.customers) == 1_000
    # Who is changed and left, or joined, has no change of the label.
    assert kinds.count("joined") == kinds.count("left") == 1
    assert 9 <= kinds.count("altered") <= 10
    assert two_weeks(1_000, 3) == two_weeks(1_000, 3)
    assert two_weeks(1_000, 3) != two_weeks(1_000, 4)


def test_two_lists_share_no_values_as_lists_read_on_two_days_share_none() -> None:
    before, after = two_weeks(50, seed=1)
    by_id = {row[0]: row for row in before}

    shared = [
        value
        for row in after
        for value, other in zip(row, by_id.get(row[0], ()), strict=False)
        if value is other and isinstance(value, str | datetime) and len(str(value)) > 1
    ]

    assert not shared


def test_ledger_rows_by_name_have_no_id_and_another_spelling() -> None:
    rows, told = two_sides(300, 20, seed=2)
    known, names = {row[0] for row in rows}, {row[2] for row in rows}

    by_name = [name for _, key, name in told if key is None]

    assert len(told) == 300
    assert len(by_name) == 20
    assert not names.intersection(name for name in by_name if name.isascii())
    assert {key for _, key, _ in told if key} < known
    snapshot, ledger = sides(300, 20, seed=2)
    assert [line.row for line in ledger.lines] == [number for number, _, _ in told]
    assert snapshot.listing.count == 300


def test_rows_become_customers_field_by_field() -> None:
    (row,) = people(1, seed=5)
    (customer,) = customers_of([row])

    assert (customer.customer_id, customer.email) == (row[0], row[-1])
    assert customer.associated_at == row[3]


def _took(cpu: float = 1.0, peak: float = 50.0, **result: object) -> Took:
    return Took(wall=cpu, cpu=cpu, peak=peak, result=result, version="")


def test_a_line_of_growth_says_what_was_judged() -> None:
    took = [[_took(cpu=n / 1e4)] for n in SIZES]
    small, middle, large = growth._lines("j", SIZES, took, judged=True)

    assert isinstance(large, Line)
    assert not small.limits
    assert not middle.limits
    assert "time grows as n^1.00, memory as n^0.00" in large.limits


def test_sizes_that_do_not_grow_evenly_have_no_exponent() -> None:
    took = [[_took()], [_took()]]

    assert not any(line.limits for line in growth._lines("j", (100, 500), took, judged=False))
