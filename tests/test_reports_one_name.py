"""A customer bears one name: in `changes`, in the weekly sentences, and in the mail's lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from partnerbook.compare import changes, sentence
from partnerbook.model import Customer, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language
from reports.mail import weekly_mail
from reports.weekly import weekly_report

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]


@pytest.fixture
def week(make_customer: Make, make_snapshot: Take) -> tuple[Snapshot, Snapshot]:
    """Both names change: with a company, without one, and with one that is blank."""
    before = make_snapshot(
        make_customer(1, company_name="Acme Ltd", account_name="old-login"),
        make_customer(2, company_name=None, account_name="old-name"),
        make_customer(3, company_name="  ", account_name="blank-old"),
        make_customer(4, company_name="Blue Heron GmbH"),
    )
    now = make_snapshot(
        make_customer(1, company_name="Acme Ltd", account_name="new-login"),
        make_customer(2, company_name=None, account_name="new-name"),
        make_customer(3, company_name="  ", account_name="blank-new"),
        make_customer(4, company_name="Grey Heron GmbH"),
        make_customer(5, company_name=" \t", account_name="came"),
        taken_at=before.taken_at + timedelta(days=7),
    )
    return before, now


def test_another_name_of_a_customer_is_no_other_customer(week: tuple[Snapshot, Snapshot]) -> None:
    told = [sentence(change) for change in changes(*week)]
    (renamed,) = [each for each in weekly_report(*week, View()).sentences if "were renamed" in each]

    assert told == [
        "came joined",
        "Acme Ltd, account name: old-login → new-login",
        "new-name was renamed from old-name",
        "blank-new was renamed from blank-old",
        "Grey Heron GmbH was renamed from Blue Heron GmbH",
    ]
    assert renamed == (
        "4 customers were renamed: Acme Ltd (old-login → new-login), new-name (was old-name), "
        "blank-new (was blank-old) and 1 more."
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_blank_name_is_none_and_no_sentence_has_a_hole(
    week: tuple[Snapshot, Snapshot], language: Language
) -> None:
    report = weekly_report(*week, View(), language=language)
    mail = weekly_mail(report, sender="a@example.com", recipients=["b@example.com"])
    body = mail.get_body(("plain",))
    assert body is not None
    said = [*report.sentences, *(sentence(each, language) for each in changes(*week))]

    assert [
        each for each in said if each.startswith((",", " ")) or ": ," in each or "：、" in each
    ] == []
    assert "- came | " in body.get_content()
