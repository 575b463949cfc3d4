"""When a report is due: once a week, whatever the clocks do and however long a machine sleeps."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerbook.errors import QueryError, SettingsError
from reports.due import Due, due_moment, missed, newest_due, next_due, week_of

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # its clocks change by half an hour
    "Pacific/Apia",  # it skipped a whole day in 2011
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", [1, 2])
def test_ten_years_with_random_downtime_bring_one_run_a_week_at_most(zone: str, seed: int) -> None:
    chance = random.Random(f"{zone}{seed}")  # noqa: S311  a simulation
    # Sunday 02:30 is the moment that clocks skip, and that comes twice.
    due = Due(weekday=7, at=time(2, 30), zone=zone)
    now, end = datetime(2010, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    ran: list[str] = []
    told: list[str] = []
    while now < end:
        week = newest_due(now, due)
        last = ran[-1] if ran else None
        if week != last:
            told += missed(last, week)
            ran.append(week)
            assert due_moment(week, due) <= now < next_due(now, due)
        # Started hourly, and off for up to five weeks now and then.
        now += timedelta(hours=1 if chance.random() < 0.99 else chance.uniform(1, 24 * 35))

    assert len(ran) == len(set(ran))
    assert ran == sorted(ran)
    every, week = [], ran[0]
    while week <= ran[-1]:
        every.append(week)
        week = newest_due(due_moment(week, due) + timedelta(days=8), due)
    assert sorted(ran + told) == every
    assert told


@pytest.mark.parametrize(
    ("week", "zone", "moment"),
    [
        ("2026-W13", "Europe/Berlin", "2026-03-29T01:30:00+00:00"),  # skipped: an hour later
        ("2026-W43", "Europe/Berlin", "2026-10-25T00:30:00+00:00"),  # twice: the first one
        ("2026-W10", "America/New_York", "2026-03-08T07:30:00+00:00"),
        ("2026-W53", "+08:00", "2027-01-02T18:30:00+00:00"),
    ],
)
def test_the_hour_that_is_skipped_or_comes_twice(week: str, zone: str, moment: str) -> None:
    due = Due(weekday=7, at=time(2, 30), zone=zone)

    assert due_moment(week, due).isoformat() == moment


@given(
    now=st.datetimes(datetime(1990, 1, 8), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    weekday=st.integers(1, 7),
    at=st.times(),
    zone=st.sampled_from(ZONES),
)
def test_a_moment_lies_between_the_newest_due_and_the_next(
    now: datetime, weekday: int, at: time, zone: str
) -> None:
    due = Due(weekday=weekday, at=at.replace(second=0, microsecond=0), zone=zone)
    week = newest_due(now, due)

    assert due_moment(week, due) <= now < next_due(now, due)
    assert missed(week, newest_due(next_due(now, due), due)) == ()


def test_missed_weeks_are_named_across_a_year_of_53() -> None:
    assert missed("2026-W52", "2027-W02") == ("2026-W53", "2027-W01")
    assert missed("2026-W52", "2026-W53") == ()
    assert missed(None, "2027-W02") == ()


def test_the_week_is_that_of_the_local_day() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # a Sunday

    assert week_of(late, "UTC") == "2026-W47"
    assert week_of(late, "Asia/Shanghai") == "2026-W48"


def test_words_are_read() -> None:
    assert Due.from_words("Monday 08:00", "UTC") == Due()
    assert Due.from_words(" tue 7:05 ", "+08:00") == Due(weekday=2, at=time(7, 5), zone="+08:00")
    assert str(Due.from_words("Sunday 23:59", "Asia/Shanghai")) == "Sunday 23:59 Asia/Shanghai"


@pytest.mark.parametrize("words", ["", "Monday", "08:00", "Noday 08:00", "Monday 24:00", "t 8:00"])
def test_words_that_say_no_day_and_time_are_refused(words: str) -> None:
    with pytest.raises(SettingsError, match="Monday 08:00"):
        Due.from_words(words, "UTC")


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(QueryError, match="Mars"):
        Due(zone="Mars/Olympus")
