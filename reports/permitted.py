"""The weekly report as one audience may see it. Pure.

What is not permitted is taken out of the facts before anything is drawn from them: workbook,
page, mail and sentences cannot show what they were never given. `reports.scanner` checks it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from partnerbook.errors import SettingsError
from partnerbook.model import CARRIED, CUSTOMER_FIELDS, Change, Customer, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language
from reports.masking import mask
from reports.policy import Audience
from reports.weekly import WeeklyReport, weekly_report
from reports.weekly.sentences import headline, ranked, warning

_LISTS = ("customers", "joined", "came_back", "left", "moved_in", "moved_out")
_SHOWN_AS_NUMBERS = ("telephone", "email")
_OWN: dict[Language, str] = {
    "en": "account manager is “{}”",
    "zh": "客户经理为“{}”",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a weekly report is made from: see `partnerbook.book.Book.week`."""

    before: Snapshot | None
    now: Snapshot
    earlier_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersView(View):
    """A view of one account manager's customers: the whole login name, not a part of it."""

    manager: str

    @property
    def fingerprint(self) -> str:
        """The fingerprint of whom it shows: neither the view's nor that of a filter on a part."""
        return replace(self.query, manager=f"{self.query.manager or ''}={self.manager}").fingerprint

    def select(self, customers: Iterable[Customer]) -> tuple[Customer, ...]:
        """Return the manager's customers that the view shows, in its order."""
        # Not super(): a dataclass with slots is another class than the one that super() knows.
        return View.select(self, (each for each in customers if _owns(self.manager, each)))

    def in_words(self, language: Language | None = None) -> str:
        """Return whom the view shows, as a person would say it."""
        own = _OWN[language or self.language].format(self.manager)
        return f"{own}; {View.in_words(self, language)}" if self.query.given() else own


def permitted_report(
    week: Week, view: View, audience: Audience, manager: str | None
) -> WeeklyReport:
    """Return the week's report with nothing in it that the audience may not see.

    Args:
        week: What is compared.
        view: Whom to report on.
        audience: Which columns they may see, and which of them masked.
        manager: Whose customers alone they may see; None for all of the view's.

    Raises:
        SettingsError: The API in use does not say who manages a customer.
        QueryError: The snapshots cannot answer the view.
    """
    if manager is not None:
        if "account_manager" not in CARRIED[week.now.listing.api]:
            raise SettingsError(
                f"the API {week.now.listing.api} does not say who manages a customer, so nobody "
                f"can be shown only their own; use the other API, or take the managers out of "
                f"[audience.{audience.name}]"
            )
        week = own_week(week, manager)
        names = ("query", "name", "columns", "order", "zone", "language")
        view = OwnersView(manager=manager, **{name: getattr(view, name) for name in names})
    report = weekly_report(
        week.before, week.now, view, language=view.language, earlier_ids=week.earlier_ids
    )
    return _shown_to(audience, report)


def own_week(week: Week, manager: str) -> Week:
    """Return the week with nothing in it but one manager's customers, as far as they were theirs.

    Of a customer handed on to a colleague the new manager's name stays; what happened to the
    customer from then on is the colleague's.
    """
    old = week.before.listing.by_id if week.before else {}
    was = {each for each, customer in old.items() if _owns(manager, customer)}
    kept = []
    for customer in week.now.listing.customers:
        if _owns(manager, customer):
            kept.append(customer)
        elif customer.customer_id in was:
            last = old[customer.customer_id]
            kept.append(replace(last, account_manager=customer.account_manager))
    ids = was | {each.customer_id for each in kept}
    return Week(
        before=_holding(week.before, (c for c in old.values() if c.customer_id in ids)),
        now=_holding(week.now, kept),
        earlier_ids=week.earlier_ids,
    )


def _holding(snapshot: Any, customers: Iterable[Customer]) -> Any:
    if snapshot is None:
        return None
    return replace(snapshot, listing=replace(snapshot.listing, customers=tuple(customers)))


def _owns(manager: str, customer: Customer) -> bool:
    return (customer.account_manager or "").casefold() == manager.casefold()


def _shown_to(audience: Audience, report: WeeklyReport) -> WeeklyReport:
    lists: dict[str, Any] = {
        name: tuple(hidden(each, audience) for each in getattr(report, name)) for name in _LISTS
    }
    names = {
        customer.customer_id: customer.shown_name
        for name in reversed(_LISTS)
        for customer in lists[name]
    }
    said = replace(
        report,
        **lists,
        columns=tuple(column for column in report.columns if column in audience.columns),
        altered=tuple(
            _change(change, audience, names)
            for change in report.altered
            if change.field in audience.columns
        ),
        breakdowns=tuple(
            each
            for each in report.breakdowns
            if each.field in audience.columns and each.field not in audience.masked
        ),
    )
    # Sentences name customers: they are said afresh, of what may be seen.
    return replace(said, warning=warning(said), headline=headline(said), sentences=ranked(said))


def hidden(customer: Customer, audience: Audience) -> Customer:
    """Return a customer as the audience may see it."""
    changed: dict[str, Any] = {}
    for field in CUSTOMER_FIELDS:
        value = getattr(customer, field)
        if value is None or field == "customer_id":
            continue
        if field not in audience.columns:
            changed[field] = None
        elif field in audience.masked:
            changed[field] = _masked(field, value)
    return replace(customer, **changed)


def _change(change: Change, audience: Audience, names: dict[str, str]) -> Change:
    field = str(change.field)
    sides = {"before": change.before, "after": change.after}
    if field in audience.masked:
        sides = {side: None if v is None else _masked(field, v) for side, v in sides.items()}
    return replace(change, name=names.get(change.customer_id, change.customer_id), **sides)


def _masked(field: str, value: Any) -> Any:
    if not isinstance(value, str):
        return None
    return mask(value) if field in _SHOWN_AS_NUMBERS else f"{value[:1]}**"
