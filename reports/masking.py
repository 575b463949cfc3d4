"""Hiding what a mail must not carry: telephone numbers and addresses of customers. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from partnerbook.model import Change, Customer
from reports.weekly import WeeklyReport

PRIVATE: tuple[str, ...] = ("telephone", "email")
"""Fields of `Customer` that are masked."""

_LISTS = ("customers", "joined", "came_back", "left", "moved_in", "moved_out")


def masked(report: WeeklyReport) -> WeeklyReport:
    """Return the report with every private value masked; what is drawn from it cannot leak one."""
    hidden: dict[str, Any] = {
        name: tuple(_customer(customer) for customer in getattr(report, name)) for name in _LISTS
    }
    hidden["altered"] = tuple(_change(change) for change in report.altered)
    hidden["events"] = tuple(replace(each, change=_change(each.change)) for each in report.events)
    if all(value == getattr(report, name) for name, value in hidden.items()):
        return report  # masked before
    return replace(report, **hidden)


def mask(value: str) -> str:
    """Return a telephone number or an address with its middle hidden.

    ``13800138000`` becomes ``138****8000``; what is too short to hide anything becomes ``****``.
    """
    name, at, domain = value.partition("@")
    if at:
        return f"{name[:1]}****@{domain}"
    if len(value) >= 11:
        return f"{value[:3]}****{value[-4:]}"
    return f"{value[:2]}****{value[-2:]}" if len(value) >= 7 else "****"


def _customer(customer: Customer) -> Customer:
    known = {name: getattr(customer, name) for name in PRIVATE}
    hidden: dict[str, Any] = {name: mask(value) for name, value in known.items() if value}
    # Whoever was masked before, or has nothing to hide, stays the very same.
    return customer if hidden.items() <= known.items() else replace(customer, **hidden)


def _change(change: Change) -> Change:
    if change.field not in PRIVATE:
        return change
    before, after = (mask(value) if value else value for value in (change.before, change.after))
    return replace(change, before=before, after=after)
