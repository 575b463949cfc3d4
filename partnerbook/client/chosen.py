"""Whom a listing shows, of those whom the API found. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from partnerbook.client.fetch import SECOND, apart
from partnerbook.model import EVERYBODY, Customer, CustomerQuery
from partnerbook.views.filters import selects

_FAR = timedelta(days=1)  # no zone mistaken for another explains more


def chosen(query: CustomerQuery, found: tuple[Customer, ...]) -> tuple[Customer, ...]:
    """Return those who answer the query.

    Whom the widened seconds let in is turned away; otherwise the API decides about the time, for
    it may know another one than it shows.
    """
    edges = [edge for edge in apart(query.since, query.until, SECOND) if edge]
    timeless = replace(query, since=None, until=None)
    if not edges and timeless == EVERYBODY:
        return found
    return tuple(
        each for each in found if each.associated_at not in edges and selects(timeless, each)
    )


def doubt(query: CustomerQuery, shown: tuple[Customer, ...]) -> str | None:
    """Return the sentence for customers whose time is far from what was asked for, or None."""
    first, last = apart(query.since, query.until, _FAR)
    times = [each.associated_at for each in shown if each.associated_at]
    far = sum((first and time < first) or (last and time > last) or False for time in times)
    if not far:
        return None
    return (
        f"{far} of {len(shown)} customers show an association time more than a day outside what "
        "was asked for: Partner Center filters by another time, or not at all"
    )
