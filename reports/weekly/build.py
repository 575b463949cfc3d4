"""Counting: two snapshots and a view to the facts of a weekly report. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import compress
from operator import attrgetter
from typing import Any

from partnerbook.compare import changes
from partnerbook.errors import QueryError
from partnerbook.model import CARRIED, Customer, Snapshot
from partnerbook.views import View
from partnerbook.views.filters import not_carried, zone_of
from partnerbook.wording import Language, heading, label
from reports.weekly.data import Breakdown, Month, Share, WeeklyReport
from reports.weekly.everybody import Everybody
from reports.weekly.past import events, standings
from reports.weekly.quality import flaws
from reports.weekly.words import words

_COUNTED = ("association", "verification", "country_code", "label", "account_manager")
_MONTHS = 12


def weekly_facts(  # noqa: PLR0913  as weekly_report
    before: Snapshot | None,
    now: Snapshot,
    view: View,
    *,
    language: Language,
    earlier_ids: frozenset[str],
    history: Sequence[Snapshot],
) -> WeeklyReport:
    """Return the report without its sentences; see `reports.weekly.weekly_report`.

    Raises:
        QueryError: The snapshots cannot be compared, or they cannot answer the view.
    """
    carried = _answerable(before, now, view)
    shown = view.select(now.listing.customers)
    everybody = Everybody(shown)
    # Of a hundred thousand before a few are shown: only those are put in order.
    unsorted = replace(view, order=())
    shown_before = unsorted.select(before.listing.customers) if before else None
    # How a count moved is not known while one of the two may lack somebody.
    exact = all(each.listing.state == "exact" for each in (before, now) if each)
    return WeeklyReport(
        account=now.account,
        api=now.listing.api,
        evidence=now.listing.evidence,
        state="exact" if exact else "incomplete",
        missing_at_most=now.listing.missing_at_most,
        missing_before=before.listing.missing_at_most if before else 0,
        since=before.taken_at if before else None,
        until=now.taken_at,
        view=view,
        language=language,
        columns=tuple(column for column in view.columns if column in carried),
        listed=now.listing.count,
        customers=shown,
        total_before=None if shown_before is None else len(shown_before),
        breakdowns=tuple(
            _breakdown(field, everybody.fields, shown_before if exact else None, language)
            for field in _COUNTED
            if field in carried
        ),
        months=_months(everybody.fields["associated_at"], now.taken_at, view.zone),
        weeks=standings(history, now, view),
        events=events(history, set(everybody.fields["customer_id"]) if history else set()),
        flaws=flaws(everybody.fields, now.taken_at, carried),
        number=now.number,
        number_before=before.number if before else None,
        **(
            _happened(before, now, view, everybody, shown_before or (), earlier_ids)
            if before
            else {}
        ),
        _everybody=everybody,
    )


def _answerable(before: Snapshot | None, now: Snapshot, view: View) -> frozenset[str]:
    """Return the fields that the newer snapshot carries, once it can surely answer the view."""
    for snapshot in (before, now):
        if snapshot is None:
            continue
        wanted = view.query.given()
        narrower = [
            name
            for name, value in snapshot.listing.query.given().items()
            if wanted.get(name) != value
        ]
        if narrower:
            raise QueryError(
                f"the snapshot holds only customers chosen by {', '.join(narrower)}, the view "
                "asks for others too; take a snapshot of the view first"
            )
        if missing := not_carried(view.query, CARRIED[snapshot.listing.api]):
            raise QueryError(
                f"the API {snapshot.listing.api} does not say {', '.join(missing)}; leave that "
                "filter out of the view, or use the other API"
            )
    return CARRIED[now.listing.api]


def _happened(  # noqa: PLR0913, PLR0917  as weekly_report
    before: Snapshot,
    now: Snapshot,
    view: View,
    everybody: Everybody,
    shown_before: tuple[Customer, ...],
    earlier_ids: frozenset[str],
) -> dict[str, Any]:
    """Return the fields of the report that tell what happened to the view's customers."""
    found = changes(before, now, earlier_ids=earlier_ids)
    whose: dict[str, set[str]] = {"joined": set(), "came_back": set(), "left": set()}
    for change in found:
        if change.kind in whose:
            whose[change.kind].add(change.customer_id)
    shown, ids = everybody.customers, everybody.fields["customer_id"]
    ids_before = list(map(attrgetter("customer_id"), shown_before))
    inside, inside_before = set(ids), set(ids_before)
    known, known_before = now.listing.by_id, before.listing.by_id
    # There before and now, but only once in the view: their details changed.
    moved_in = (inside - inside_before) & known_before.keys()
    moved_out = (inside_before - inside) & known.keys()
    gone = view.select(_of(shown_before, ids_before, whose["left"]))
    out = view.select(_of(shown_before, ids_before, moved_out))
    days = {c.customer_id: c.days for c in found if c.days is not None}
    return {
        "joined": _of(shown, ids, whose["joined"]),
        "came_back": _of(shown, ids, whose["came_back"]),
        "left": gone,
        "days": tuple((c.customer_id, days[c.customer_id]) for c in gone if c.customer_id in days),
        "moved_in": _of(shown, ids, moved_in),
        "moved_out": tuple(known[c.customer_id] for c in out),
        "altered": tuple(
            c
            for c in found
            if c.kind == "altered" and (c.customer_id in inside or c.customer_id in inside_before)
        ),
    }


def _of(
    customers: Sequence[Customer], ids: Sequence[str], wanted: set[str]
) -> tuple[Customer, ...]:
    """Return some of the customers, whose IDs are these, in their order."""
    if not wanted:
        return ()
    # All in C: of 100,000 a fifth of the time of asking each for its ID.
    return tuple(compress(customers, map(wanted.__contains__, ids)))


def _breakdown(
    field: str,
    fields: Mapping[str, Sequence[Any]],
    shown_before: Sequence[Customer] | None,
    language: Language,
) -> Breakdown:
    now, old = Counter(fields[field]), Counter(map(attrgetter(field), shown_before or ()))
    # By the value itself, not its words: "Resale (3)" as a label must stay a label.
    values = sorted(now | old, key=lambda value: (-now[value], -old[value], str(value or "")))
    shares = (
        Share(
            name=_named(field, value, language),
            count=now[value],
            before=None if shown_before is None else old[value],
        )
        for value in values
    )
    return Breakdown(field=field, heading=heading(field, language), shares=tuple(shares))


def _named(field: str, value: object, language: Language) -> str:
    if value is None:
        return words("none", language)
    name = label(field, value, language)
    return name if name.strip() else words("blank", language)


def _months(moments: Sequence[datetime | None], until: datetime, zone: str) -> tuple[Month, ...]:
    tz = zone_of(zone)
    # Those of long ago need not be turned into the zone's time.
    since = until - timedelta(days=31 * (_MONTHS + 1))
    recent = (each.astimezone(tz) for each in moments if each and each > since)
    counts = Counter((moment.year, moment.month) for moment in recent)
    last = until.astimezone(tz)
    index = last.year * 12 + last.month - 1
    months = [(n // 12, n % 12 + 1) for n in range(index - _MONTHS + 1, index + 1)]
    return tuple(Month(name=f"{y:04}-{m:02}", count=counts[y, m]) for y, m in months)
