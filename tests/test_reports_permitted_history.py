"""Twelve weeks of history in a mailed report: there, and cut by the policy like all the rest."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.model import CUSTOMER_FIELDS, Customer, Snapshot
from partnerbook.views import View
from reports.owners import Week, own_week
from reports.permitted import own_report, shown_to
from reports.policy import Audience, Policy, Recipient
from reports.recipients import address_of
from reports.scanner import texts_of
from reports.sending.making import Edition, made_for
from reports.weekly import WeeklyReport

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ALL = Audience(
    name="all",
    recipients=(Recipient(address=address_of("head@example.com", "it")),),
    attachments=("workbook", "page"),
)


class Kept:
    """A book that holds one week and the weeks before."""

    account = "p-0001@bss.example.com"

    def __init__(self, week: Week) -> None:
        self._week = week

    def listed(self, query: Any) -> Any:
        return query

    def week(self, _query: Any, _until: datetime, **_how: Any) -> Any:
        return self._week.before, self._week.now, self._week.earlier_ids

    def weeks(self, _query: Any, _until: datetime, **_how: Any) -> Any:
        return self._week.history

    def last_reconciliation(self, _until: datetime) -> None:
        """Return what no book of one week knows."""


def _report(week: Week, view: View, audience: Audience, manager: str | None) -> WeeklyReport:
    """Return the week's report as the audience gets it."""
    return shown_to(audience, own_report(week, view, audience, manager))


def mail_of(week: Week, audience: Audience) -> str:
    """Return everything that can be read in the mail to an audience's first recipient."""
    book: Any = Kept(week)
    edition = Edition(
        book=book,
        policy=Policy(audiences=(audience,)),
        sender="reports@example.com",
        moment=week.now.taken_at,
        week="2026-W20",
    )
    (made,) = made_for(edition, [(audience, audience.recipients[0])])
    assert made.mail is not None
    return "\n".join(text for _, text in texts_of(made.mail))


@pytest.fixture(scope="session")
def told(make_snapshot: Take) -> Callable[..., Week]:
    """Return ``told(*weeks)``: each a list of customers, one week after the other."""

    def tell(*weeks: list[Customer], api: str = "sub-customers") -> Week:
        snapshots = [
            make_snapshot(*each, api=api, taken_at=START + n * timedelta(days=7), number=n + 1)
            for n, each in enumerate(weeks)
        ]
        return Week(before=snapshots[-2], now=snapshots[-1], history=tuple(snapshots))

    return tell


@pytest.fixture(scope="session")
def person(make_customer: Make) -> Make:
    def make(number: int, manager: str | None = "alice", **given: Any) -> Customer:
        return make_customer(number, account_manager=manager, level="V1", **given)

    return make


def happened(report: WeeklyReport) -> list[tuple[str, str | None, Any, Any]]:
    return [(e.change.kind, e.change.field, e.change.before, e.change.after) for e in report.events]


def test_the_mailed_report_tells_the_weeks_before(told: Callable[..., Week], person: Make) -> None:
    week = told(
        [person(1)],
        [person(1, company_name="Early Bird Ltd"), person(2)],
        [person(1, company_name="Late Owl Ltd"), person(2)],
        [person(1, company_name="Late Owl Ltd"), person(2), person(3)],
    )
    report = _report(week, View(), ALL, None)
    said = mail_of(week, ALL)

    assert [each.count for each in report.weeks] == [1, 2, 2, 3]
    assert ("altered", "company_name", "Early Bird Ltd", "Late Owl Ltd") in happened(report)
    assert "Early Bird Ltd" in said
    assert all(each.name in said for each in report.weeks)


def test_old_values_of_hidden_and_masked_columns_are_nowhere(
    told: Callable[..., Week], person: Make
) -> None:
    week = told(
        [person(1, telephone="13911110001", label="canary-label-old", email="canary1@x.example")],
        [person(1, telephone="13911110002", label="canary-label-mid", email="canary2@x.example")],
        [person(1, telephone="13911110003", label="canary-label-new", email="canary3@x.example")],
        [person(1, telephone="13911110003", label="canary-label-new", email="canary3@x.example")],
    )
    audience = Audience(
        name="finance",
        recipients=ALL.recipients,
        columns=frozenset(CUSTOMER_FIELDS) - {"label"},
        attachments=("workbook", "page"),
    )
    report = _report(week, View(), audience, None)
    said = mail_of(week, audience)

    assert "canary" not in said
    assert "1391111" not in said
    assert {each.change.field for each in report.events} == {"telephone", "email"}
    assert ("altered", "telephone", "139****0001", "139****0002") in happened(report)


def test_what_is_counted_from_a_hidden_moment_is_hidden(
    told: Callable[..., Week], person: Make
) -> None:
    early = datetime(2025, 1, 5, tzinfo=UTC)
    week = told(
        [person(1, associated_at=early), person(2, associated_at=early)],
        [person(2, associated_at=early)],
        [person(1, associated_at=early), person(2, associated_at=early)],
        [person(1, associated_at=early)],
    )
    audience = Audience(
        name="x",
        recipients=ALL.recipients,
        columns=frozenset(CUSTOMER_FIELDS) - {"associated_at"},
        attachments=("workbook", "page"),
    )
    whole, cut = (_report(week, View(), each, None) for each in (ALL, audience))

    assert whole.months
    assert [each.change.days for each in whole.events if each.change.days] != []
    assert "longest" in whole.sentences[0] or "after" in whole.sentences[0]
    assert (cut.months, cut.days) == ((), ())
    assert [each.change.days for each in cut.events if each.change.days] == []
    assert "after" not in cut.sentences[0]
    assert "2025-01" not in mail_of(week, audience)


def test_a_managers_history_holds_nothing_of_a_colleagues_customers(
    told: Callable[..., Week], person: Make
) -> None:
    week = told(
        [person(1), person(2, "bob", label="canary-bobs-first")],
        [person(1), person(2, "bob", label="canary-bobs-second")],
        [person(1, label="vip"), person(2, "bob", label="canary-bobs-third")],
        [person(1, label="vip"), person(2, "bob", label="canary-bobs-third")],
    )
    report = _report(week, View(), ALL, "alice")

    assert [each.count for each in report.weeks] == [1, 1, 1, 1]
    assert happened(report) == [("altered", "label", None, "vip")]
    assert own_week(week, "alice").now.listing.count == 1


def test_what_happened_while_a_colleague_had_a_customer_is_the_colleagues(
    told: Callable[..., Week], person: Make
) -> None:
    week = told(
        [person(1, label="alice-saw")],
        [person(1, "bob", label="canary-bob-1", company_name="canary company 1")],
        [person(1, "bob", label="canary-bob-2", telephone="13911110009")],
        [person(1, "carol", label="canary-carol")],
        [person(1, label="alice-sees", telephone="13911110008")],
        [person(1, label="alice-sees", telephone="13911110008")],
    )
    report = _report(week, View(), ALL, "alice")

    assert "canary" not in repr(report)
    # Whom she handed it to and that it is hers again; whose it was between is not told.
    managers = [each for each in happened(report) if each[1] == "account_manager"]
    assert managers == [
        ("altered", "account_manager", "bob", "alice"),
        ("altered", "account_manager", "alice", "bob"),
    ]
    assert ("altered", "label", "alice-saw", "alice-sees") in happened(report)
    assert [each.count for each in report.weeks] == [1, 0, 0, 0, 1, 1]


def test_of_a_customer_taken_over_only_from_whom_is_told(
    told: Callable[..., Week], person: Make
) -> None:
    week = told(
        [person(1), person(2, "carol", label="canary-carol")],
        [person(1), person(2, "bob", label="canary-bob", company_name="canary company")],
        [person(1), person(2, label="mine", company_name="Now Hers Ltd")],
    )
    report = _report(week, View(), ALL, "alice")

    assert "canary" not in repr(report)
    assert [each.customer_id for each in report.moved_in] == ["id-0002"]
    assert [(c.field, c.before, c.after) for c in report.altered] == [
        ("account_manager", "bob", "alice")
    ]


def test_a_list_that_names_no_managers_is_no_week_without_customers(
    make_snapshot: Take, person: Make, make_customer: Make
) -> None:
    old = make_snapshot(make_customer(1), taken_at=START)
    now = make_snapshot(person(1), api="sub-customers", taken_at=START + timedelta(days=7))
    report = _report(Week(before=old, now=now, history=(old, now)), View(), ALL, "alice")

    assert report.is_first
    assert [each.count for each in report.weeks] in ([], [1])


_MANAGERS = st.sampled_from(["alice", "bob", "carol", None])


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_manager_ever_reads_what_was_said_of_a_customer_that_was_not_theirs(
    told: Callable[..., Week], person: Make, data: st.DataObject
) -> None:
    fresh = itertools.count()
    secrets: dict[str, str | None] = {}

    def customer(number: int) -> Customer:
        manager = data.draw(_MANAGERS)
        # A word for each version: whoever reads it was told of that version.
        values = {name: f"word{next(fresh)}word" for name in ("company_name", "label", "email")}
        secrets.update(dict.fromkeys(values.values(), manager))
        return person(number, manager, **values)

    ids = st.sets(st.integers(1, 3))
    week = told(*([customer(n) for n in sorted(data.draw(ids))] for _ in range(4)))

    report = _report(week, View(), ALL, "alice")

    others = [word for word, manager in secrets.items() if manager != "alice"]
    said = repr(report) + repr(own_week(week, "alice"))
    assert [word for word in others if word in said] == []
    mine = {c.customer_id for c in week.now.listing.customers if c.account_manager == "alice"}
    assert {each.customer_id for each in report.customers} == mine
