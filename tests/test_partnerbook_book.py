"""What a weekly report compares: seven days are dates in a zone, not hours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.model import EVERYBODY, Customer, Snapshot

BERLIN = "Europe/Berlin"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    values = {
        "PARTNERBOOK_HOME": str(tmp_path),
        "PARTNERBOOK_ENDPOINT": "http://127.0.0.1:9",
        "PARTNERBOOK_PARTNER_ID": "p",
    }
    with Book(Settings.from_environment(values)) as opened:
        yield opened


@pytest.fixture
def keep(
    book: Book, make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> Callable[..., list[datetime]]:
    """Return ``keep(zone, *times)``: a snapshot of each local time, and their moments, UTC."""

    def kept(zone: str, *times: str) -> list[datetime]:
        moments = [
            datetime.fromisoformat(each).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            for each in times
        ]
        for number, moment in enumerate(moments):
            listing = make_snapshot(make_customer(number)).listing
            book.store.add(listing, book.account, moment)
        return moments

    return kept


@pytest.mark.parametrize(
    ("zone", "times", "compared"),
    [
        # Seconds earlier than last week, or much earlier: that report was late.
        ("UTC", ("2026-12-07 08:00:10", "2026-12-14 08:00:20", "2026-12-21 08:00:08"), 1),
        ("UTC", ("2026-12-07 08:00:00", "2026-12-14 23:00:00", "2026-12-21 08:00:00"), 1),
        # A week that is an hour shorter, and one that is an hour longer.
        (BERLIN, ("2026-03-16 08:00:00", "2026-03-23 08:00:00", "2026-03-30 08:00:00"), 1),
        (BERLIN, ("2026-10-12 08:00:00", "2026-10-19 08:00:00", "2026-10-26 08:00:00"), 1),
        # Whose date it is decides: 23:30 UTC is the next day in Berlin.
        ("UTC", ("2026-12-07 08:00:00", "2026-12-13 23:30:00", "2026-12-21 08:00:00"), 1),
        (BERLIN, ("2026-12-07 08:00:00", "2026-12-15 00:30:00", "2026-12-21 08:00:00"), 0),
        # Whoever refreshed a sheet later that day takes nothing out of the report.
        (
            "UTC",
            (
                "2026-12-14 06:00:00",
                "2026-12-14 08:00:20",
                "2026-12-14 10:00:00",
                "2026-12-14 17:00:00",
                "2026-12-21 08:00:08",
            ),
            1,
        ),
        # No list that day: the newest before it; no list before it: the oldest.
        ("UTC", ("2026-12-10 08:00:00", "2026-12-12 08:00:00", "2026-12-21 08:00:00"), 1),
        ("UTC", ("2026-12-17 08:00:00", "2026-12-18 08:00:00", "2026-12-21 08:00:00"), 0),
    ],
)
def test_a_week_is_seven_dates(
    book: Book,
    keep: Callable[..., list[datetime]],
    zone: str,
    times: tuple[str, ...],
    compared: int,
) -> None:
    moments = keep(zone, *times)

    before, now, _ = book.week(EVERYBODY, moments[-1], zone=zone)

    assert now.taken_at == moments[-1]
    assert before
    assert before.taken_at == moments[compared]


@pytest.mark.parametrize(("told", "compared"), [(0, 0), (2, 2), (3, 1)])
def test_what_was_told_last_is_compared_with_while_there_is_news(
    book: Book, keep: Callable[..., list[datetime]], told: int, compared: int
) -> None:
    days = ("2026-12-03", "2026-12-14", "2026-12-17", "2026-12-21")
    moments = keep("UTC", *(f"{day} 08:00:00" for day in days))

    before, _, _ = book.week(
        EVERYBODY, moments[-1], told=moments[told] + timedelta(seconds=told == 2)
    )

    assert before
    assert before.taken_at == moments[compared]
