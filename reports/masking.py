"""Hiding what a mail must not carry: telephone numbers and addresses of customers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

from partnerbook.model import Change, Customer
from reports.weekly import WeeklyReport
from reports.weekly.digest import digest_of

PRIVATE: tuple[str, ...] = ("telephone", "email")
"""Fields of `Customer` that are masked."""

_HAPPENED = ("joined", "came_back", "left", "moved_in", "moved_out")
_FIELDS = tuple(field.name for field in fields(Customer))
_ANYBODY = Customer(customer_id="anybody")


def masked(report: WeeklyReport) -> WeeklyReport:
    """Return the report with every private value masked; what is drawn from it cannot leak one."""
    customers = _customers(report.customers)
    hidden = _happened(report)
    if customers is report.customers and _is_in(report, hidden):
        return report  # masked before
    return replace(report, customers=customers, known_digest=None, **hidden)


def masked_counts(report: WeeklyReport) -> WeeklyReport:
    """Return the report as `masked` does, for who counts its customers and shows none of them.

    What happened to some of them can be shown. Of a hundred thousand it makes no customer anew.
    """
    fields = report.json_fields
    hidden = {name: _column(fields[name]) for name in PRIVATE}
    shown = all(hidden[name] == fields[name] for name in PRIVATE)
    digest = report.digest if shown else digest_of({**fields, **hidden})
    nobody = (_ANYBODY,) * report.total
    return replace(report, customers=nobody, known_digest=digest, **_happened(report))


def mask(value: str) -> str:
    """Return a telephone number or an address with its middle hidden.

    ``13800138000`` becomes ``138****8000``; what is too short to hide anything becomes ``****``.
    """
    if "@" in value:
        name, _, domain = value.partition("@")
        return f"{name[:1]}****@{domain}"
    if len(value) >= 11:
        return f"{value[:3]}****{value[-4:]}"
    return f"{value[:2]}****{value[-2:]}" if len(value) >= 7 else "****"


def _happened(report: WeeklyReport) -> dict[str, Any]:
    hidden: dict[str, Any] = {name: _customers(getattr(report, name)) for name in _HAPPENED}
    hidden["altered"] = tuple(_change(change) for change in report.altered)
    hidden["events"] = tuple(replace(each, change=_change(each.change)) for each in report.events)
    return hidden


def _is_in(report: WeeklyReport, hidden: dict[str, Any]) -> bool:
    return all(value == getattr(report, name) for name, value in hidden.items())


def _private(customers: Sequence[Customer]) -> list[list[Any]]:
    return [list(map(attrgetter(name), customers)) for name in PRIVATE]


def _column(values: Sequence[Any]) -> list[Any]:
    return [mask(value) if value else value for value in values]


def _customers(customers: tuple[Customer, ...]) -> tuple[Customer, ...]:
    known = _private(customers)
    hidden = [_column(each) for each in known]
    if hidden == known:
        return customers  # nothing to hide, or masked before
    # Not replace(): it takes three times as long, and everybody is here.
    everything = map(attrgetter(*_FIELDS), customers)
    values = (dict(zip(_FIELDS, each, strict=True)) for each in everything)
    private = (dict(zip(PRIVATE, each, strict=True)) for each in zip(*hidden, strict=True))
    return tuple(Customer(**(v | p)) for v, p in zip(values, private, strict=True))


def _change(change: Change) -> Change:
    if change.field not in PRIVATE:
        return change
    before, after = (mask(value) if value else value for value in (change.before, change.after))
    return replace(change, before=before, after=after)
