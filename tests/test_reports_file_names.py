"""What files of a report are called: one rule for files and mails, and never two alike."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.model import Snapshot
from partnerbook.sandbox import Sandbox
from partnerbook.views import View
from partnerbook.wording import Language
from reports.commands import make_weekly
from reports.file_names import apart, weekly_stem
from reports.mail import weekly_mail
from reports.weekly import WeeklyReport, weekly_report

Week = tuple[Snapshot, Snapshot]


def report_of(week: Week, view: View, language: Language = "en") -> WeeklyReport:
    return weekly_report(*week, view, language=language)


@pytest.mark.parametrize(
    ("name", "language", "stem"),
    [
        (None, "en", "weekly-2026-W20"),
        (None, "zh", "weekly-2026-W20.zh"),
        ("asia", "en", "weekly-2026-W20-asia"),
        ("asia", "zh", "weekly-2026-W20-asia.zh"),
        ("Asia", "en", "weekly-2026-W20-Asia-"),
        ("asia.zh", "en", "weekly-2026-W20-asia.zh-"),
        ("../x", "en", "weekly-2026-W20-x-"),
        ("亚洲", "en", "weekly-2026-W20-"),
    ],
)
def test_files_bear_week_view_and_language(
    two_mondays: Week, name: str | None, language: Language, stem: str
) -> None:
    found = weekly_stem(report_of(two_mondays, View(name=name), language))

    assert found == stem or (stem.endswith("-") and len(found) == len(stem) + 6)


@given(st.text(min_size=1), st.text(min_size=1))
@example("asia", "Asia")
@example("A/B", "A:B")
@example("亚洲", "欧洲")
@example("Asia", apart("Asia").lower())
@example("x" * 80, "x" * 81)
@example("a.zh", "a")
def test_two_names_are_never_one_file_not_even_where_case_is_no_difference(
    one: str, other: str
) -> None:
    assert (apart(one).casefold() == apart(other).casefold()) == (one == other)
    assert apart(one).isascii()
    assert not set(apart(one)) & set('/\\:*?"<>| ')


def test_the_mail_carries_files_of_the_same_names(two_mondays: Week) -> None:
    report = report_of(two_mondays, View(name="Asia"), "zh")
    mail = weekly_mail(
        report,
        sender="a@example.com",
        recipients=["b@example.com"],
        page="<p>x</p>",
        workbook=b"PK",
    )
    read: Any = message_from_bytes(mail.as_bytes(), policy=policy.default)

    assert [part.get_filename() for part in read.iter_attachments()] == [
        f"{weekly_stem(report)}.xlsx",
        f"{weekly_stem(report)}.html",
    ]


def test_the_week_is_that_of_the_zone_that_is_shown(two_mondays: Week) -> None:
    before, now = two_mondays
    now = replace(now, listing=replace(now.listing, as_of=datetime(2026, 5, 10, 20, 0, tzinfo=UTC)))

    assert weekly_stem(report_of((before, now), View())) == "weekly-2026-W19"
    assert weekly_stem(report_of((before, now), View(zone="Asia/Shanghai"))) == "weekly-2026-W20"


def test_made_late_it_is_still_the_report_of_the_week_in_which_it_was_due(
    two_mondays: Week,
) -> None:
    report = replace(report_of(two_mondays, View()), due_week="2026-W19")
    mail = weekly_mail(report, sender="a@example.com", recipients=["b@example.com"])

    assert weekly_stem(report) == "weekly-2026-W19"
    assert " 2026-W19: " in mail["Subject"]


@pytest.mark.parametrize("days", [2, 21])
def test_an_older_list_is_not_called_by_the_week_that_was_asked_for(
    account: Sandbox, tmp_path: Path, days: int
) -> None:
    # Asked of the Tuesday, or weeks later without a complete list since: the news are Sunday's.
    sunday = datetime(2026, 11, 8, 9, tzinfo=UTC)
    assert account.endpoint
    with Book(Settings.from_environment(os.environ)) as book:
        book.take(taken_at=sunday)
        made = make_weekly(book, sunday + timedelta(days=days), View(), tmp_path / "out")

    assert {path.name for path in made.files.values()} == {
        f"weekly-2026-W45.{kind}" for kind in ("xlsx", "html", "eml")
    }
    read = message_from_bytes(made.files["eml"].read_bytes(), policy=policy.default)
    assert " 2026-W45: " in str(read["Subject"])


@pytest.mark.usefixtures("account")
def test_views_and_languages_overwrite_each_other_nowhere(
    run: Callable[..., Any], account: Sandbox, tmp_path: Path
) -> None:
    assert account.customers
    for name in ("A B", "A-B", "a-b"):
        assert run("view", "save", name, "--association", "resale").code == 0
    out = tmp_path / "out"
    made = [run("weekly", "--json", "--out", out)]
    made += [
        run("weekly", "--json", "--offline", "--lang", language, *chosen, "--out", out)
        for language in ("en", "zh")
        for chosen in ((), *(("--view", name) for name in ("A B", "A-B", "a-b")))
    ]

    assert {each.code for each in made} == {0}
    files = {path.name.casefold() for path in out.iterdir()}
    assert len(files) == 8 * 3
