"""The weekly report as data: it counts what happened, and says what matters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.errors import QueryError
from partnerbook.model import Customer, CustomerQuery, Snapshot
from partnerbook.views import View
from partnerbook.wording import LANGUAGES
from reports.weekly import WeeklyReport, weekly_report
from reports.weekly.about import about
from reports.weekly.sentences import subject
from reports.weekly.words import words

MONDAY = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
NEXT = MONDAY + timedelta(days=7)

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]
Week = tuple[Snapshot, Snapshot]


def ids(customers: tuple[Customer, ...]) -> list[str]:
    return sorted(customer.customer_id for customer in customers)


def test_the_week_is_counted(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())

    assert (report.since, report.until, report.week) == (MONDAY, NEXT, "2026-W20")
    assert (report.total, report.total_before, report.change) == (6, 5, 1)
    assert (ids(report.joined), ids(report.left)) == (["id-0006", "id-0007"], ["id-0004"])
    assert [(c.customer_id, c.field) for c in report.altered] == [
        ("id-0001", "company_name"),
        ("id-0002", "verification"),
        ("id-0003", "company_name"),
        ("id-0003", "verification"),
        ("id-0005", "telephone"),
    ]
    assert [change.customer_id for change in report.renamed] == ["id-0001"]
    assert (report.state, report.warning, report.is_first, report.is_quiet) == (
        "exact",
        None,
        False,
        False,
    )


def test_the_sentences_are_ranked_and_at_most_five(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())

    assert report.headline == "6 customers, 1 more than on 2026-05-04."
    assert report.sentences == (
        "1 customer left, after 121 days: \u2068شركة الأفق\u2069.",
        "Verification was rejected for 1: 上海云计算科技有限公司.",
        '2 customers joined: +86139 and =HYPERLINK("http://x","<b>Acme</b>").',
        "1 customer is now verified: =1+1.",
        "1 customer was renamed: ACME Asia (was Acme Ltd).",
    )


def test_the_same_week_in_chinese(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View(), language="zh")

    assert report.headline == "共 6 个客户，比 2026-05-04 多 1 个。"
    assert report.sentences[0] == "1 个客户离开，最长关联 121 天：\u2068شركة الأفق\u2069。"
    assert report.sentences[4] == "1 个客户更名：ACME Asia（原 Acme Ltd）。"
    assert len(report.sentences) == 5
    assert report.breakdowns[0].heading == "关联类型"


def test_the_longest_standing_who_left_are_named_first_and_the_rest_counted(
    make_customer: Make, make_snapshot: Take
) -> None:
    gone = [
        make_customer(n, company_name=f"C{n}", associated_at=NEXT - timedelta(days=100 * n))
        for n in range(1, 6)
    ]
    report = weekly_report(make_snapshot(*gone), make_snapshot(taken_at=NEXT), View())

    assert report.sentences[0] == (
        "5 customers left, the longest-standing after 500 days: C5, C4, C3 and 2 more."
    )


def test_a_first_report_says_so_and_compares_nothing(
    make_customer: Make, make_snapshot: Take
) -> None:
    report = weekly_report(None, make_snapshot(make_customer(1)), View())

    assert report.is_first
    assert (report.since, report.total_before, report.change) == (None, None, None)
    assert report.headline == "1 customer."
    assert report.sentences[0].startswith("This is the first report")
    assert subject(report).endswith("1 customer, first report")


def test_chinese_counts_whom_it_does_not_name(make_customer: Make, make_snapshot: Take) -> None:
    before = make_snapshot(make_customer(0))
    now = make_snapshot(*(make_customer(n) for n in range(121)), taken_at=NEXT)
    report = weekly_report(before, now, View(), language="zh")

    assert report.sentences[0].endswith(" Ltd，另有 117 个。")


def test_a_quiet_week_says_so(make_customer: Make, make_snapshot: Take) -> None:
    before = make_snapshot(make_customer(1))
    report = weekly_report(before, make_snapshot(make_customer(1), taken_at=NEXT), View())

    assert report.is_quiet
    assert report.headline == "1 customer, as many as on 2026-05-04."
    assert report.sentences == ("Nothing changed since 2026-05-04 06:00:00 UTC.",)
    assert subject(report).endswith(": 1 customer, nothing changed")


@pytest.mark.parametrize(("older", "newer"), [(0, 3), (3, 0), (2, 2)])
def test_an_incomplete_week_says_so_first_and_claims_nobody_left(
    two_mondays: Week, older: int, newer: int
) -> None:
    before, now = two_mondays
    before = replace(before, listing=replace(before.listing, missing_at_most=older))
    now = replace(now, listing=replace(now.listing, missing_at_most=newer))
    report = weekly_report(before, now, View())

    assert report.state == "incomplete"
    assert report.left == ()
    assert report.warning is not None
    assert f"up to {newer or older} customers may be missing" in report.warning
    assert subject(report).startswith("[Incomplete] ")
    figures = dict(report.figures)
    assert (figures["left"], figures["change"]) == (None, None)
    assert {share.change for b in report.breakdowns for share in b.shares} == {None}
    assert not any("left" in sentence for sentence in report.sentences)
    assert report.headline == ("At least 6 customers seen." if newer else "6 customers.")


def test_a_view_reports_on_its_own_customers_and_closes_its_bridge(
    make_customer: Make, make_snapshot: Take
) -> None:
    before = make_snapshot(
        make_customer(1, label="VIP"), make_customer(2, label="VIP"), make_customer(3)
    )
    now = make_snapshot(
        make_customer(2), make_customer(3, label="VIP"), make_customer(4), taken_at=NEXT
    )
    report = weekly_report(before, now, View(query=CustomerQuery(label=("VIP",))))

    assert (report.total, report.total_before, report.listed) == (1, 2, 3)
    assert ids(report.left) == ["id-0001"]
    assert ids(report.moved_out) == ["id-0002"]
    assert ids(report.moved_in) == ["id-0003"]
    assert report.joined == ()
    assert report.sentences[1] == (
        "1 customer went out of the view, but is still with you: Company 2 Ltd."
    )


@settings(max_examples=50)
@given(st.data())
def test_the_bridge_closes_for_every_exact_week(
    make_customer: Make, make_snapshot: Take, data: st.DataObject
) -> None:
    people = st.dictionaries(st.integers(1, 9), st.sampled_from(["VIP", "trial", None]), max_size=9)
    old, new = data.draw(people), data.draw(people)
    before = make_snapshot(*(make_customer(n, label=label) for n, label in old.items()))
    now = make_snapshot(*(make_customer(n, label=label) for n, label in new.items()), taken_at=NEXT)
    view = View(
        query=CustomerQuery(label=("VIP",)) if data.draw(st.booleans()) else CustomerQuery()
    )
    earlier = frozenset(f"id-{n:04}" for n in data.draw(st.frozensets(st.integers(1, 9))))
    report = weekly_report(before, now, view, earlier_ids=earlier)

    came = len(report.joined) + len(report.came_back) + len(report.moved_in)
    went = len(report.left) + len(report.moved_out)
    assert (report.total_before or 0) + came - went == report.total
    for breakdown in report.breakdowns:
        assert sum(share.count for share in breakdown.shares) == report.total
        assert sum(share.before or 0 for share in breakdown.shares) == report.total_before
    assert len(report.sentences) <= 5


def test_months_are_cut_in_the_views_zone(make_customer: Make, make_snapshot: Take) -> None:
    eve = datetime(2026, 4, 30, 20, 0, tzinfo=UTC)  # already May in Beijing
    now = make_snapshot(make_customer(1, associated_at=eve), taken_at=NEXT)

    utc = weekly_report(None, now, View()).months
    beijing = weekly_report(None, now, View(zone="+08:00")).months

    assert [m.name for m in utc] == [f"2025-{n:02}" for n in range(6, 13)] + [
        f"2026-{n:02}" for n in range(1, 6)
    ]
    assert {m.name: m.count for m in utc if m.count} == {"2026-04": 1}
    assert {m.name: m.count for m in beijing if m.count} == {"2026-05": 1}


def test_only_columns_that_the_api_carries_are_reported(
    make_customer: Make, make_snapshot: Take
) -> None:
    old = weekly_report(None, make_snapshot(make_customer(1)), View())
    new = weekly_report(
        None, make_snapshot(make_customer(1, account_manager="Li"), api="sub-customers"), View()
    )

    assert "level" not in old.columns
    assert "level" in new.columns
    assert [b.field for b in old.breakdowns] == [
        "association",
        "verification",
        "country_code",
        "label",
    ]
    assert new.breakdowns[-1].shares[0].name == "Li"


def test_a_view_that_the_snapshot_cannot_answer_is_refused(
    make_customer: Make, make_snapshot: Take
) -> None:
    narrow = make_snapshot(make_customer(1), query=CustomerQuery(company="Company"))

    with pytest.raises(QueryError, match="company"):
        weekly_report(None, narrow, View())
    with pytest.raises(QueryError, match="manager"):
        weekly_report(None, make_snapshot(), View(query=CustomerQuery(manager="Li")))
    assert weekly_report(None, narrow, View(query=CustomerQuery(company="Company"))).total == 1


def test_the_facts_name_view_fingerprint_zone_and_evidence(two_mondays: Week) -> None:
    view = View(query=CustomerQuery(company="a"), name="Mine", zone="+08:00")
    facts = dict(about(weekly_report(*two_mondays, view)))

    assert facts["As of"] == "2026-05-11 14:00:00 +08:00 (2026-05-11 06:00:00 UTC)"
    assert facts["View"] == "Mine: company name contains “a”"
    assert facts["Fingerprint"] == view.fingerprint
    assert facts["Shown"] == "2 of 6 customers"
    assert facts["State"] == "Exact: proven complete"
    assert facts["Evidence"] == "everybody on one page; requests: 1, passes: 1"
    assert facts["Account"] == "p-0001@bss.example.com"


@given(name=st.text(min_size=1, max_size=60))
def test_every_name_makes_one_line(make_customer: Make, make_snapshot: Take, name: str) -> None:
    report: WeeklyReport = weekly_report(
        make_snapshot(),
        make_snapshot(make_customer(1, company_name=name), taken_at=NEXT),
        View(name=name),
    )

    for said in (*report.sentences, report.headline, subject(report)):
        assert len(said.splitlines()) == 1


def test_twelve_weeks_are_counted_by_the_view_and_a_week_without_a_snapshot_is_unknown(
    make_customer: Make, make_snapshot: Take
) -> None:
    def then(ago: int, *numbers: int, **known: Any) -> Snapshot:
        made = (make_customer(n, company_name="Acme" if n % 2 else "Other") for n in numbers)
        return make_snapshot(*made, taken_at=NEXT - timedelta(weeks=ago), **known)

    history = (then(20, 1), then(3, 1, 2), then(1, 1, 2, 3), then(0, 1, 3, 5))
    view = View(query=CustomerQuery(company="acme"))
    report = weekly_report(history[2], history[3], view, history=history)

    assert [(week.name, week.count) for week in report.weeks] == [
        ("2026-W17", 1),
        ("2026-W18", None),
        ("2026-W19", 2),
        ("2026-W20", 3),
    ]
    assert report.weeks[1].taken_at is None
    assert [(e.seen_at, e.change.kind, e.change.customer_id) for e in report.events] == [
        (NEXT, "joined", "id-0005"),
        (NEXT - timedelta(weeks=1), "joined", "id-0003"),
    ]
    assert weekly_report(history[2], history[3], view).weeks == ()
    assert weekly_report(history[2], history[3], view, history=history[3:]).weeks == ()


def test_a_list_seconds_younger_than_a_week_counts_for_its_own_week(
    make_customer: Make, make_snapshot: Take
) -> None:
    history = [
        make_snapshot(
            *(make_customer(n) for n in range(3 - ago)),
            taken_at=NEXT - timedelta(weeks=ago) + timedelta(seconds=12 * bool(ago)),
        )
        for ago in (2, 1, 0)
    ]
    report = weekly_report(history[1], history[2], View(), history=history)

    assert [(week.name, week.count) for week in report.weeks] == [
        ("2026-W18", 1),
        ("2026-W19", 2),
        ("2026-W20", 3),
    ]


def test_history_of_an_api_that_does_not_carry_the_filter_is_not_known(
    make_customer: Make, make_snapshot: Take
) -> None:
    old = make_snapshot(make_customer(1))
    mid = make_snapshot(
        make_customer(1, account_manager="Li"),
        api="sub-customers",
        taken_at=NEXT,
    )
    now = make_snapshot(
        make_customer(1, account_manager="Li"),
        api="sub-customers",
        taken_at=NEXT + timedelta(days=7),
    )
    view = View(query=CustomerQuery(manager="Li"))

    assert [w.count for w in weekly_report(mid, now, view, history=(old, mid, now)).weeks] == [1, 1]


def test_flaws_are_named_with_whom_they_concern(make_customer: Make, make_snapshot: Take) -> None:
    made = (
        make_customer(1, verification="-1", associated_at=NEXT - timedelta(days=31), label="a"),
        make_customer(2, verification="-1", associated_at=NEXT - timedelta(days=30), label="a"),
        make_customer(3, verification="-1", associated_at=None, label=" "),
        make_customer(4, verification=None, company_name=None, label="a"),
        make_customer(5, telephone="138****8000", label="a"),
    )
    report = weekly_report(None, make_snapshot(*made, taken_at=NEXT), View())

    assert {flaw.key: flaw.ids for flaw in report.flaws} == {
        "long unverified": ("id-0001",),
        "no company": ("id-0004",),
        "no label": ("id-0003",),
        "masked phone": ("id-0005",),
    }
    assert report.sentences[-1] == "3 of 5 are not verified yet, 1 for more than 30 days."
    shown = replace(report, columns=("customer_id", "label"))
    assert [flaw.key for flaw in shown.quality] == ["no label"]


def test_the_hash_stands_for_the_customers_alone(two_mondays: Week) -> None:
    english = weekly_report(*two_mondays, View())
    chinese = weekly_report(None, two_mondays[1], View(), language="zh")

    assert english.digest == chinese.digest != weekly_report(None, two_mondays[0], View()).digest


def test_the_run_names_the_snapshots_that_were_kept(two_mondays: Week) -> None:
    before, now = two_mondays
    kept = replace(before, number=4), replace(now, number=7)

    assert weekly_report(*kept, View()).run == "2026-W20, snapshot 7 compared with 4"
    assert weekly_report(None, kept[1], View()).run == "2026-W20, snapshot 7"
    assert weekly_report(before, now, View()).run == "2026-W20"


def test_a_week_that_may_lack_somebody_is_not_counted(two_mondays: Week) -> None:
    before, now = two_mondays
    now = replace(now, listing=replace(now.listing, missing_at_most=1))
    report = weekly_report(before, now, View(), history=(before,))

    assert [week.count for week in report.weeks] == [5, None]


def test_a_blank_label_has_a_name(make_customer: Make, make_snapshot: Take) -> None:
    now = make_snapshot(make_customer(1, label="  "), make_customer(2, label=None))
    breakdowns = {each.field: each for each in weekly_report(None, now, View()).breakdowns}

    assert {share.name for share in breakdowns["label"].shares} == {"(blank)", "(none)"}


@pytest.mark.parametrize("method", ["one page", "pages", "interval certificate", "time slices"])
def test_how_the_list_was_obtained_is_said_in_plain_words(
    make_customer: Make, make_snapshot: Take, method: str
) -> None:
    now = make_snapshot(make_customer(1))
    evidence = replace(now.listing.evidence, method=method)
    now = replace(now, listing=replace(now.listing, evidence=evidence))
    said = {
        language: dict(about(weekly_report(None, now, View(), language=language)))[
            words("evidence", language)
        ]
        for language in LANGUAGES
    }

    assert "certificate" not in said["en"]
    assert not re.search("[a-z]", said["zh"])
