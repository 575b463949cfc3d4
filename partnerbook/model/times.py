"""Moments as text: ISO 8601, UTC, whole seconds, with Z. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

WEEK = timedelta(days=7)
"""What a weekly report compares, and the step of its history."""

WEEKS = 12
"""Of history in a weekly report."""


def utc_text(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, whole seconds, with Z."""
    if moment.tzinfo is UTC and not moment.microsecond:  # a list has a hundred thousand of them
        return moment.isoformat()[:-6] + "Z"
    # Not strftime: it writes the year 1 as "1", which nothing reads back.
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def from_utc_text(text: str) -> datetime:
    """Return the moment that `utc_text` wrote.

    Raises:
        ValueError: The text is no such moment.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is UTC:  # what `utc_text` wrote: a list has a hundred thousand of them
        return moment
    if moment.utcoffset() is None:
        raise ValueError(f"no time zone in {text!r}")
    return moment.astimezone(UTC)
