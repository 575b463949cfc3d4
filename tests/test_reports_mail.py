"""The mail: bounded, reproducible, masked, and the same facts in both twins."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnerbook import text
from partnerbook.compare import one_line
from partnerbook.errors import SettingsError
from partnerbook.model import Customer, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language
from reports.mail import MOST_BYTES, weekly_mail
from reports.masking import mask, masked
from reports.page import weekly_page
from reports.weekly import WeeklyReport, weekly_report
from reports.workbook.weekly import weekly_workbook

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]
Week = tuple[Snapshot, Snapshot]


class Texts(HTMLParser):
    """The texts and tags of a mail's HTML twin."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def mail(report: WeeklyReport, **given: Any) -> EmailMessage:
    values: dict[str, Any] = {
        "sender": "Partnerbook <reports@example.com>",
        "recipients": ["li@example.com"],
    }
    return weekly_mail(report, **{**values, **given})


def twins(message: EmailMessage) -> tuple[str, str]:
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    return plain.get_content().replace("\r\n", "\n"), rich.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_mail_matches_golden(
    two_mondays: Week, matches_golden: Callable[[str, str], None], language: Language
) -> None:
    message = mail(weekly_report(*two_mondays, View(), language=language))

    head = "".join(f"{name}: {value}\n" for name, value in message.items())
    plain, rich = twins(message)
    matches_golden(f"{head}\n{plain}", f"weekly.{language}.mail.txt")
    matches_golden(rich, f"weekly.{language}.mail.html")


def test_it_is_the_same_bytes_every_time_and_has_every_part(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())
    parts = {"workbook": weekly_workbook(report), "page": weekly_page(report)}

    made = mail(report, **parts).as_bytes()

    assert made == mail(report, **parts).as_bytes()
    read: Any = message_from_bytes(made, policy=policy.default)
    assert read.get_content_type() == "multipart/mixed"
    first, *attached = read.iter_parts()
    assert first.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in first.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_filename() for part in attached] == [
        "weekly-2026-W20.xlsx",
        "weekly-2026-W20.html",
    ]
    assert attached[0].get_content() == parts["workbook"]
    assert attached[1].get_content().replace("\r\n", "\n") == parts["page"]
    assert not read.defects


def test_headers_say_what_it_is(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())
    message = mail(report, recipients=["Zhang, San <a@example.com>", "王伟 <b@example.com>"])
    read: Any = message_from_bytes(message.as_bytes(), policy=policy.default)

    assert [(a.display_name, a.addr_spec) for a in read["To"].addresses] == [
        ("Zhang, San", "a@example.com"),
        ("王伟", "b@example.com"),
    ]
    assert read["Subject"] == (
        "Weekly customer report 2026-W20: 6 customers (+1), 2 joined, 1 left, 4 with changes"
    )
    assert (read["Auto-Submitted"], read["Content-Language"]) == ("auto-generated", "en")
    assert read["Date"].datetime == report.until
    assert re.fullmatch(r"<weekly\.2026-W20\.[0-9a-f]{20}@example\.com>", read["Message-ID"])


def test_the_message_id_tells_reports_and_audiences_apart(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())
    chinese = weekly_report(*two_mondays, View(), language="zh")
    found = {
        mail(report)["Message-ID"],
        mail(report, recipients=["b@example.com"])["Message-ID"],
        mail(chinese)["Message-ID"],
    }

    assert len(found) == 3


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b@c", "a@example.com, b@example.com", "x <a@example.com", "@", "a@",
     "Eve\r\nBcc: x@example.com <a@example.com>", "a@example.com\nBcc: x@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_refused(two_mondays: Week, address: str) -> None:
    report = weekly_report(*two_mondays, View())

    with pytest.raises(SettingsError, match="recipient"):
        mail(report, recipients=[address])


def test_a_mail_without_recipients_is_a_draft(two_mondays: Week) -> None:
    message = mail(weekly_report(*two_mondays, View()), recipients=())

    assert "To" not in message
    assert message["X-Unsent"] == "1"


def test_an_incomplete_report_says_so_in_subject_and_first_line(two_mondays: Week) -> None:
    before, now = two_mondays
    now = replace(now, listing=replace(now.listing, missing_at_most=3))
    report = weekly_report(before, now, View())
    message = mail(report)
    plain, rich = twins(message)

    assert message["Subject"].startswith("[Incomplete] ")
    assert plain.splitlines()[0] == report.warning
    said = [each for each in Texts(rich).texts if each.strip()]
    body = next(n for n, each in enumerate(said) if "@media" in each) + 1
    assert said[body].startswith(str(report.warning))


def test_both_twins_carry_the_same_facts(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())
    plain, rich = twins(mail(report))
    said = Texts(rich).texts

    for sentence in (report.headline, *report.sentences):
        assert sentence in said
        assert sentence in plain
    for words, value in (("Customers", "6"), ("Change", "+1"), ("Joined", "2"), ("Left", "1")):
        assert f"\n{words}: {value}\n" in plain
        at = next(n for n, each in enumerate(said) if each == words)
        assert said[at + 1] == value
    for breakdown in report.breakdowns:
        for share in breakdown.shares:
            assert f"- {one_line(share.name)}: {share.count}" in plain
            assert one_line(share.name) in said


def test_no_whole_telephone_number_leaves(make_customer: Make, make_snapshot: Take) -> None:
    numbers = [f"1380013{n:04}" for n in range(1, 8)]
    before = make_snapshot(*(make_customer(n) for n in range(1, 5)))
    now = make_snapshot(
        make_customer(1, telephone="13911112222"),
        *(make_customer(n) for n in range(3, 8)),
        taken_at=before.taken_at + timedelta(days=7),
    )
    plain, rich = twins(mail(weekly_report(before, now, View())))

    for number in [*numbers, "13911112222"]:
        assert number not in plain
        assert number not in rich
    assert "138****0001 → 139****2222" in plain
    assert "138****0005" in rich


def test_a_masked_report_leaks_no_number_through_its_attachments(
    make_customer: Make, make_snapshot: Take, cells_of: Callable[[bytes], str]
) -> None:
    def customer(number: int, tail: int) -> Customer:
        return make_customer(
            number, telephone=f"138{tail:08}", email=f"canary{tail}@example.com", level="V1"
        )

    before = make_snapshot(*(customer(n, n) for n in range(1, 5)), api="sub-customers")
    now = make_snapshot(
        customer(1, 99),
        *(customer(n, n) for n in range(3, 8)),
        api="sub-customers",
        taken_at=before.taken_at + timedelta(days=7),
    )
    full = weekly_report(before, now, View())
    report = masked(full)

    for said in (weekly_page(report), cells_of(weekly_workbook(report))):
        assert not re.search(r"138\d{8}|canary\d", said)
    assert re.search(r"138\d{8}", weekly_page(full))
    assert report.figures == full.figures


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13800138000", "138****8000"),
        ("12345678", "12****78"),
        ("12345", "****"),
        ("", "****"),
        ("li.wei@example.com", "l****@example.com"),
        ("139xxxxxxxx", "139****xxxx"),
    ],
)
def test_masks(value: str, shown: str) -> None:
    assert mask(value) == shown


@given(st.text(st.characters(categories=["Nd"]), min_size=1, max_size=20))
def test_a_mask_hides_at_least_half_of_a_short_number(number: str) -> None:
    assert len(mask(number).replace("****", "")) <= max(len(number) * 2 // 3, 0)


@pytest.mark.parametrize("count", [0, 1, 40, 400])
@pytest.mark.parametrize("filling", ["x", "名", "<&\"'>", "\U0001f600", "\n"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_stays_below_what_readers_clip(
    make_customer: Make, make_snapshot: Take, count: int, filling: str, language: Language
) -> None:
    long = filling * 200

    def wide(number: int, mark: str) -> Customer:
        name = f"{number}{mark}{long}"
        return make_customer(
            number, company_name=name, label=name, country_code=name, verification=name
        )

    before = make_snapshot(*(wide(n, "a") for n in range(1, 2 * count + 1)), account=long)
    now = make_snapshot(
        *(wide(n, "b") for n in range(count + 1, 3 * count + 1)),
        account=long,
        taken_at=before.taken_at + timedelta(days=7),
    )
    report = weekly_report(before, now, View(name=long), language=language)
    message = mail(report, workbook=b"PK", reply_to=f"{'name' * 100} <a@example.com>")
    plain, rich = twins(message)

    # What goes over the wire, encoded, with all heads: only the attachment does not count.
    assert len(message.as_bytes()) - len(b"PK") < MOST_BYTES
    assert report.headline in plain
    if count > 10:
        more = {"en": r"and [\d,]+ more, all in the workbook", "zh": r"另有 [\d,]+ 条，详见工作簿"}
        assert re.search(more[language], plain)
        assert re.search(more[language], rich)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_of_a_usual_length_get_as_many_rows_as_there_is_room_for(
    make_customer: Make, make_snapshot: Take, language: Language
) -> None:
    before = make_snapshot(*(make_customer(n) for n in range(1, 101)))
    now = make_snapshot(
        *(make_customer(n) for n in range(51, 151)), taken_at=before.taken_at + timedelta(days=7)
    )
    message = mail(weekly_report(before, now, View(), language=language))

    assert len(message.as_bytes()) < MOST_BYTES
    assert twins(message)[0].count("Company ") > 16  # ten joined, ten left, less what is named


@settings(max_examples=40)
@given(name=st.text(st.characters(), min_size=1, max_size=60))
@example(name="<b>")
@example(name="</td></table><script>")
@example(name="&amp;&lt;")
@example(name="a\r\nBcc: x@example.com")
@example(name="a\ud800b\uffff")
@example(name="é" * 40_000)
@example(name="#N/A")
def test_no_name_becomes_markup_or_a_header(
    make_customer: Make, make_snapshot: Take, name: str
) -> None:
    before = make_snapshot()
    later = before.taken_at + timedelta(days=7)
    report = weekly_report(
        before, make_snapshot(make_customer(1, company_name=name), taken_at=later), View(name=name)
    )
    plainer = weekly_report(
        before, make_snapshot(make_customer(1, company_name="x"), taken_at=later), View(name="x")
    )

    message = mail(report)
    plain, rich = twins(message)

    assert (
        message_from_bytes(message.as_bytes(), policy=policy.default).keys() == mail(plainer).keys()
    )
    assert Texts(rich).tags == Texts(twins(mail(plainer))[1]).tags
    # Who has a blank company name goes by the account's.
    shown = one_line(make_customer(1, company_name=name).shown_name)
    assert f"- {shown or 'id-0001'}" in plain
    assert (shown or "id-0001") in "".join(Texts(rich).texts)


def test_names_are_cut_visibly(make_customer: Make, make_snapshot: Take) -> None:
    snapshot = make_snapshot(make_customer(1, label="é" * 40_000))
    plain, _ = twins(mail(weekly_report(None, snapshot, View())))

    assert "é" * 79 + text.CUT in plain
