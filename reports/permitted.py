"""The weekly report as one audience may see it. Pure.

What is not permitted is taken out of the facts before anything is drawn from them: workbook,
page, mail and sentences cannot show what they were never given. `reports.scanner` checks it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from partnerbook.errors import SettingsError
from partnerbook.model import CARRIED, CUSTOMER_FIELDS, Change, Customer
from partnerbook.views import View
from partnerbook.wording import Language
from reports.masking import mask
from reports.owners import OwnersView, Week, own_week
from reports.policy import Audience
from reports.weekly import WeeklyReport, weekly_report
from reports.weekly.sentences import headline, ranked, warning

_LISTS = ("customers", "joined", "came_back", "left", "moved_in", "moved_out")
_SHOWN_AS_NUMBERS = ("telephone", "email")
_SOMEBODY: dict[Language, str] = {"en": "customer {}", "zh": "客户 {}"}


def own_report(week: Week, view: View, audience: Audience, manager: str | None) -> WeeklyReport:
    """Return the week's report about those whom the audience may see, and all about them.

    Args:
        week: What is compared.
        view: Whom to report on.
        audience: Who is to read it, after `shown_to`.
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
    return weekly_report(
        week.before,
        week.now,
        view,
        language=view.language,
        earlier_ids=week.earlier_ids,
        history=week.history,
    )


def shown_to(audience: Audience, report: WeeklyReport) -> WeeklyReport:
    """Return a report with nothing in it that the audience may not see.

    Whose ID they may not see is told apart by a number that means nothing outside the report.
    """
    stands_for = {} if _sees_ids(audience) else _numbered(report)
    lists: dict[str, Any] = {
        name: tuple(
            hidden(each, audience, stands_for.get(each.customer_id))
            for each in getattr(report, name)
        )
        for name in _LISTS
    }
    names = {
        customer.customer_id: customer.shown_name
        for name in reversed(_LISTS)
        for customer in lists[name]
    }
    dated = "associated_at" in audience.columns - audience.masked
    said = replace(
        report,
        **lists,
        columns=tuple(column for column in report.columns if column in audience.columns),
        altered=tuple(
            _change(change, audience, names, stands_for)
            for change in report.altered
            if change.field in audience.columns
        ),
        events=tuple(
            replace(each, change=_change(each.change, audience, names, stands_for))
            for each in report.events
            if each.change.field is None or each.change.field in audience.columns
        ),
        flaws=tuple(
            replace(flaw, ids=tuple(stands_for.get(each, each) for each in flaw.ids))
            for flaw in report.flaws
            if flaw.field in audience.columns
        ),
        days=tuple((stands_for.get(each, each), n) for each, n in report.days) if dated else (),
        months=report.months if dated else (),
        breakdowns=tuple(
            each
            for each in report.breakdowns
            if each.field in audience.columns and each.field not in audience.masked
        ),
    )
    # Sentences name customers: they are said afresh, of what may be seen.
    return replace(said, warning=warning(said), headline=headline(said), sentences=ranked(said))


def hidden(customer: Customer, audience: Audience, stands_for_id: str | None = None) -> Customer:
    """Return a customer as the audience may see it.

    Args:
        customer: Whom.
        audience: Who sees it.
        stands_for_id: What stands in place of an ID that they may not see.
    """
    # Of fields that nobody knows, nobody said who may see them.
    changed: dict[str, Any] = {"extra": ()}
    if not _sees_ids(audience):
        changed["customer_id"] = stands_for_id or "-"
    for field in CUSTOMER_FIELDS:
        value = getattr(customer, field)
        if value is None or field == "customer_id":
            continue
        if field not in audience.columns:
            changed[field] = None
        elif field in audience.masked:
            changed[field] = _masked(field, value)
    return replace(customer, **changed)


def _sees_ids(audience: Audience) -> bool:
    return "customer_id" in audience.columns - audience.masked


def _numbered(report: WeeklyReport) -> dict[str, str]:
    """Return what stands for each customer's ID, in the order in which the report has them."""
    ids = [each.customer_id for name in _LISTS for each in getattr(report, name)]
    ids += [change.customer_id for change in report.altered]
    ids += [each.change.customer_id for each in report.events]
    return {
        each: _SOMEBODY[report.language].format(number)
        for number, each in enumerate(dict.fromkeys(ids), start=1)
    }


def _change(
    change: Change, audience: Audience, names: dict[str, str], stands_for: dict[str, str]
) -> Change:
    who = stands_for.get(change.customer_id, change.customer_id)
    field = str(change.field)
    shown: dict[str, Any] = {"before": change.before, "after": change.after}
    if field in audience.masked:
        shown = {side: None if v is None else _masked(field, v) for side, v in shown.items()}
    if "associated_at" not in audience.columns - audience.masked:
        shown["days"] = None  # counted from then
    return replace(change, customer_id=who, name=names.get(who, who), **shown)


def _masked(field: str, value: Any) -> Any:
    if not isinstance(value, str):
        return None
    return mask(value) if field in _SHOWN_AS_NUMBERS else f"{value[:1]}**"
