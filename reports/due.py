"""When the weekly report is due, and which weeks went without one. Pure.

A week is an ISO week such as ``2026-W47``, of the local day on which the report is due. Moments
are compared in UTC, so neither a day of 23 hours nor one of 25 brings two reports or none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from partnerbook.errors import SettingsError
from partnerbook.views.filters import zone_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The local day and time at which the weekly report is due.

    Attributes:
        weekday: 1 for Monday to 7 for Sunday.
        at: Time of that day.
        zone: Whose day: an IANA name, ``UTC``, or an offset such as ``+08:00``.

    Raises:
        QueryError: There is no such zone.
    """

    weekday: int = 1
    at: time = time(8)
    zone: str = "UTC"

    def __post_init__(self) -> None:
        zone_of(self.zone)

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday - 1].capitalize()} {self.at:%H:%M} {self.zone}"

    @classmethod
    def from_words(cls, words: str, zone: str) -> Due:
        """Return what words such as ``Monday 08:00`` say.

        Raises:
            SettingsError: They are no weekday and time.
        """
        found = re.fullmatch(r"\s*([A-Za-z]{3,9})\s+([01]?\d|2[0-3]):([0-5]\d)\s*", words)
        days = [day for day in WEEKDAYS if found and day.startswith(found[1].lower())]
        if not found or len(days) != 1:
            raise SettingsError(
                f"due is {words[:40]!r}; write a weekday and a time, such as 'Monday 08:00'"
            )
        at = time(int(found[2]), int(found[3]))
        return cls(weekday=WEEKDAYS.index(days[0]) + 1, at=at, zone=zone)


def due_moment(week: str, due: Due) -> datetime:
    """Return the moment at which a week's report is due. UTC.

    A local time that the clocks skip is that much later; of one that comes twice, the first.
    """
    day = _day(week, due.weekday)
    return datetime.combine(day, due.at, tzinfo=zone_of(due.zone)).astimezone(UTC)


def newest_due(now: datetime, due: Due) -> str:
    """Return the newest week whose report is due at a moment."""
    week = week_of(now + timedelta(days=7), due.zone)
    while due_moment(week, due) > now:
        week = _moved(week, -1)
    return week


def next_due(now: datetime, due: Due) -> datetime:
    """Return the first moment after now at which a report becomes due. UTC."""
    return due_moment(_moved(newest_due(now, due), 1), due)


def week_of(moment: datetime, zone: str) -> str:
    """Return the ISO week of a moment in a zone."""
    return _name(moment.astimezone(zone_of(zone)).date())


def missed(last: str | None, week: str) -> tuple[str, ...]:
    """Return the weeks between the last one that was dealt with and a week, without either.

    Args:
        last: None where there was none yet: then none was missed.
        week: The week that is being dealt with.
    """
    if last is None:
        return ()
    found = []
    each = _moved(last, 1)
    while each < week:  # four digits, two digits: they sort as text
        found.append(each)
        each = _moved(each, 1)
    return tuple(found)


def _day(week: str, weekday: int) -> date:
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), weekday)


def _moved(week: str, weeks: int) -> str:
    return _name(_day(week, 1) + timedelta(weeks=weeks))


def _name(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"
