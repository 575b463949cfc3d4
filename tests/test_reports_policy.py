"""Who may see what: the policy read strictly, the report cut by it, the last look at the mail."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.errors import MailError, SettingsError
from partnerbook.model import Customer, ReconciliationFigures, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language
from reports.owners import Week
from reports.permitted import own_report, shown_to
from reports.policy import Audience, Policy, Recipient
from reports.policy_file import read_policy
from reports.recipients import address_of
from reports.scanner import Scanner, texts_of
from reports.sending import making
from reports.sending.making import Edition, made_for
from reports.weekly import WeeklyReport

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]
MONDAY = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
HEAD = Recipient(address=address_of("head@example.com", "it"))


def _report(week: Week, view: View, audience: Audience, manager: str | None) -> WeeklyReport:
    """Return the week's report as the audience gets it."""
    return shown_to(audience, own_report(week, view, audience, manager))


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_policy_is_read_and_what_it_leaves_out_is_strict(tmp_path: Path) -> None:
    found = read_policy(
        write(
            tmp_path,
            """
            owner = "Ops <ops@example.com>"
            [weekly]
            due = "Friday 17:30"
            zone = "Asia/Shanghai"
            [audience.sales]
            recipients = ["Zhang, San <san@example.com>"]
            [audience.finance]
            recipients = ["f@example.com"]
            columns = ["company_name", "telephone", "label"]
            whole = ["telephone"]
            masked = ["company_name"]
            attachments = []
            when = "over"
            threshold = 5
            language = "zh"
            view = "Asia"
            [audience.managers.recipients]
            "a@example.com" = "li.hua"
            "b@example.com" = "tom.ashby"
            """,
        )
    )

    finance, managers, sales = found.audiences
    assert str(found.due) == "Friday 17:30 Asia/Shanghai"
    assert (str(found.owner), found.reply_to) == ("Ops <ops@example.com>", None)
    assert sales.masked == {"telephone", "email"}
    assert (sales.attachments, sales.when) == (("workbook",), "always")
    assert sales.recipients[0].address.display_name == "Zhang, San"
    assert finance.columns == {"company_name", "telephone", "label"}
    assert finance.masked == {"company_name"}
    assert (finance.threshold, finance.language, finance.view) == (5, "zh", "Asia")
    assert [each.manager for each in managers.recipients] == ["li.hua", "tom.ashby"]
    assert [(a.name, r.manager) for a, r in found.of("B@Example.com")] == [
        ("managers", "tom.ashby")
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "nobody"),
        ("[audience.sales]", "no recipients|must be a list"),
        ('[audience.sales]\nrecipients = ["nobody"]', "no mail address"),
        ('[audience.sales]\nrecipients = ["a@example.com", "A@example.com"]', "twice"),
        ('[audience.sales]\nrecipients = ["a@例子.com"]', "xn--"),
        ('[audience.sales]\nrecipients = ["a@example.com"]\nmask = ["label"]', "masked"),
        ('[audience.sales]\nrecipients = ["a@example.com"]\ncolumns = ["phone"]', "columns"),
        ('[audience.sales]\nrecipients = ["a@example.com"]\nmasked = "label"', "list"),
        ('[audience.sales]\nrecipients = ["a@example.com"]\nmasked = ["customer_id"]', "leave it"),
        (
            '[audience.a]\nrecipients = ["a@example.com"]\nwhole = ["email"]\nmasked = ["email"]',
            "both",
        ),
        (
            '[audience.sales]\nrecipients = ["a@example.com"]\nwhen = "never"',
            "take the audience out",
        ),
        ('[audience.sales]\nrecipients = ["a@example.com"]\nwhen = "sometimes"', "when"),
        ('[audience.sales]\nrecipients = ["a@example.com"]\nthreshold = 3', "belong together"),
        ('[audience.sales]\nrecipients = ["a@example.com"]\nwhen = "over"', "belong together"),
        ('[audience.sales]\nrecipients = ["a@example.com"]\nmanager = ""', "manager"),
        ('[audience."../x"]\nrecipients = ["a@example.com"]', "letters, digits"),
        ('[weekly]\ndue = "sometimes"\n[audience.a]\nrecipients = ["a@example.com"]', "Monday"),
        ('ower = "a@example.com"', "owner"),
        ("= nonsense", "TOML"),
    ],
)
def test_what_is_not_understood_is_refused_and_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read_policy(write(tmp_path, text))
    assert "policy.toml" in str(caught.value)


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml.*PARTNERBOOK_POLICY"):
        read_policy(tmp_path / "nowhere.toml")


def canary(make: Make, number: int, manager: str | None, **given: Any) -> Customer:
    """Return a customer in whom every telling value can be found again."""
    values: dict[str, Any] = {
        "customer_id": f"canaryid{number:04}",
        "account_name": f"canarylogin{number:04}",
        "company_name": f"金丝雀{number:04}公司",
        "telephone": f"1399999{number:04}",
        "email": f"canary{number:04}@mail.example",
        "xaccount_id": f"canaryx{number:04}",
        "label": f"canarylabel{number:04}",
        "account_manager": manager,
        "level": "V1",
        "customer_type": 1,
        "is_frozen": False,
    }
    return make(number, **{**values, **given})


@pytest.fixture
def weeks(make_customer: Make, make_snapshot: Take) -> Week:
    """Alice and bob's customers; number 3 is handed from alice to bob and then renamed."""

    def person(number: int, manager: str | None, **given: Any) -> Customer:
        return canary(make_customer, number, manager, **given)

    before = make_snapshot(
        *(person(n, "alice") for n in (1, 2, 3)),
        *(person(n, "bob") for n in (4, 5)),
        person(6, "alice2"),
        person(9, "alice"),
        api="sub-customers",
        taken_at=MONDAY,
    )
    now = make_snapshot(
        person(1, "alice", telephone="13888880001", company_name="新名0001公司"),
        person(2, "alice"),
        person(3, "bob", company_name="金丝雀9993公司", telephone="13777770003"),
        person(4, "bob", telephone="13888880004"),
        person(6, "alice2"),
        person(7, "alice"),
        person(8, "bob"),
        api="sub-customers",
        taken_at=MONDAY + timedelta(days=7),
    )
    return Week(before=before, now=now)


ALICE = {1, 2, 3, 7, 9}
EVERYBODY = ALICE | {4, 5, 6, 8}


BOOKED = ("listed", "week", "weeks", "last_reconciliation")
RECONCILED = ReconciliationFigures(
    made_at=MONDAY,
    as_of=MONDAY,
    exact=True,
    cutoff=None,
    zone="UTC",
    customers=9_000,
    lines=9_001,
    matched=8_997,
    suggested=1,
)


class Kept:
    """A book that holds one week."""

    account = "p-0001@bss.example.com"

    def __init__(self, week: Week) -> None:
        self._week = week

    def listed(self, query: Any) -> Any:
        return query

    def week(self, _query: Any, _until: datetime, **_how: Any) -> Any:
        return self._week.before, self._week.now, self._week.earlier_ids

    def weeks(self, _query: Any, _until: datetime, **_how: Any) -> Any:
        return self._week.history

    def last_reconciliation(self, _until: datetime) -> Any:
        return RECONCILED


def edition(week: Week, audience: Audience, **given: Any) -> Edition:
    book: Any = Kept(week)
    return Edition(
        book=book,
        policy=Policy(audiences=(audience,)),
        sender="reports@example.com",
        moment=MONDAY + timedelta(days=7),
        week="2026-W20",
        **given,
    )


def mails(week: Week, audience: Audience, **given: Any) -> list[bytes]:
    targets = [(audience, each) for each in audience.recipients]
    return [
        made.mail
        for made in made_for(edition(week, audience, **given), targets)
        if made.mail is not None
    ]


def said_in(mail: bytes) -> str:
    return "\n".join(text for _, text in texts_of(mail))


def canaries_in(said: str, pattern: str) -> set[int]:
    return {int(each) for each in re.findall(pattern, said)}


_ID = r"canaryid(\d{4})"
_LOGIN = r"canarylogin(\d{4})"
_PHONE = r"1399999(\d{4})"
_EMAIL = r"canary(\d{4})@"
_NAME = r"金丝雀(\d{4})公司"
_LABEL = r"canarylabel(\d{4})"


def test_by_default_numbers_and_addresses_are_masked_everywhere(weeks: Week) -> None:
    both = Audience(name="all", recipients=(HEAD,), attachments=("workbook", "page"))
    (mail,) = mails(weeks, both)
    said = said_in(mail)

    assert not re.search(r"13[789]\d{8}", said)
    assert canaries_in(said, _EMAIL) == set()
    assert canaries_in(said, _NAME) >= {1, 2, 4, 6, 7, 8, 9}
    assert "139****0001" in said
    assert "138****0004" in said


def test_whole_numbers_go_only_where_the_policy_says_so(weeks: Week) -> None:
    shown = Audience(name="all", recipients=(HEAD,), masked=frozenset({"email"}))
    (mail,) = mails(weeks, shown)

    assert "13999990002" in said_in(mail)
    assert canaries_in(said_in(mail), _EMAIL) == set()


def test_a_manager_sees_their_own_customers_and_nobody_elses(weeks: Week) -> None:
    alice = replace(HEAD, manager="Alice")
    audience = Audience(name="managers", recipients=(alice,), attachments=("workbook", "page"))
    (mail,) = mails(weeks, audience)
    said = said_in(mail)

    for pattern in (_ID, _LOGIN, _NAME, _LABEL):
        assert canaries_in(said, pattern) == ALICE, pattern
    # What became of number 3 after it was handed on is bob's.
    assert "金丝雀9993公司" not in said
    assert "alice2" not in said
    assert "8,997" not in said  # of the account's reconciliation: everybody's counts
    head = Audience(name="head", recipients=(HEAD,), attachments=())
    assert "8,997 matched" in said_in(mails(weeks, head)[0])


def test_a_managers_report_counts_their_own(weeks: Week) -> None:
    report = _report(
        weeks,
        View(columns=("customer_id", "account_manager")),
        Audience(name="m", recipients=()),
        "alice",
    )

    assert {each.customer_id[-1] for each in report.customers} == {"1", "2", "7"}
    assert [each.customer_id[-1] for each in report.joined] == ["7"]
    assert [each.customer_id[-1] for each in report.left] == ["9"]
    assert [each.customer_id[-1] for each in report.moved_out] == ["3"]
    assert report.total_before == 4
    assert report.change == -1
    assert report.fingerprint != View().fingerprint


def test_columns_that_are_not_allowed_are_nowhere(weeks: Week) -> None:
    audience = Audience(
        name="finance",
        recipients=(HEAD,),
        columns=frozenset({"customer_id", "association", "verification"}),
        attachments=("workbook", "page"),
    )
    (mail,) = mails(weeks, audience)
    said = said_in(mail)

    for pattern in (_LOGIN, _NAME, _PHONE, _EMAIL, _LABEL):
        assert canaries_in(said, pattern) == set(), pattern
    assert "alice" not in said
    assert canaries_in(said, _ID)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("columns", [{"label"}, {"label", "company_name", "account_manager"}])
def test_an_id_that_is_not_allowed_is_nowhere(
    weeks: Week, columns: set[str], language: Language
) -> None:
    audience = Audience(
        name="labels",
        recipients=(HEAD,),
        columns=frozenset(columns),
        attachments=("workbook", "page"),
        language=language,
    )
    (mail,) = mails(weeks, audience)
    said = said_in(mail)

    assert "canaryid" not in said
    # Who left is called by what may be seen of them, or by a number of this report.
    assert ("金丝雀0009公司" in said) == ("company_name" in columns)
    somebody = {"en": "customer ", "zh": "客户 "}[language]
    assert bool(re.search(rf"{somebody}\d", said.replace("\xa0", " ")))


def test_customers_without_an_id_are_still_told_apart(weeks: Week) -> None:
    report = _report(
        weeks, View(), Audience(name="x", recipients=(), columns=frozenset({"telephone"})), None
    )

    ids = [each.customer_id for each in (*report.customers, *report.left)]
    assert len(set(ids)) == len(ids) == len(EVERYBODY)
    assert {each.customer_id for each in report.altered} <= set(ids)
    assert {each for flaw in report.flaws for each in flaw.ids} <= set(ids)
    assert not any("canaryid" in each for each in report.sentences)


def test_masked_names_are_masked_in_sentences_and_changes_too(weeks: Week) -> None:
    audience = Audience(
        name="x",
        recipients=(HEAD,),
        masked=frozenset({"telephone", "email", "company_name", "account_name", "label"}),
        attachments=("workbook", "page"),
    )
    (mail,) = mails(weeks, audience)
    said = said_in(mail)

    for pattern in (_LOGIN, _NAME, _LABEL):
        assert canaries_in(said, pattern) == set(), pattern
    assert "金**" in said


def test_an_api_that_names_no_managers_sends_managers_nothing(
    make_customer: Make, make_snapshot: Take
) -> None:
    now = make_snapshot(make_customer(1), taken_at=MONDAY + timedelta(days=7))
    audience = Audience(name="managers", recipients=(replace(HEAD, manager="alice"),))

    with pytest.raises(SettingsError, match="does not say who manages"):
        mails(Week(before=None, now=now), audience)


def test_a_leak_anywhere_is_stopped(weeks: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    # A page that forgot the policy: the last look must not rely on the cutting.
    monkeypatch.setattr(making, "weekly_page", lambda _report: "<p>13999990002</p>")
    audience = Audience(name="all", recipients=(HEAD,), attachments=("page",))

    with pytest.raises(MailError, match=r"weekly-2026-W20\.html: telephone \(1\)") as caught:
        mails(weeks, audience)
    assert "13999990002" not in str(caught.value)


def test_a_view_that_asks_for_a_number_does_not_carry_it_out(weeks: Week) -> None:
    from partnerbook.model import CustomerQuery  # noqa: PLC0415  here only

    view = View(query=CustomerQuery(phone="13999990002"))

    with pytest.raises(MailError, match="telephone"):
        mails(weeks, Audience(name="all", recipients=(HEAD,), attachments=()), view=view)


def test_missed_weeks_are_listed_in_the_mail(weeks: Week) -> None:
    audience = Audience(name="all", recipients=(HEAD,), attachments=())
    (mail,) = mails(weeks, audience, missed=("2026-W18", "2026-W19"))

    assert "No report was made for 2026-W18, 2026-W19." in said_in(mail)


SECRET = Customer(
    customer_id="f00d" * 8,
    company_name="隐秘有限公司",
    account_name="hidden-login",
    telephone="13912345678",
    email="secret@mail.example",
)


def zipped(*parts: tuple[str, bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in parts:
            archive.writestr(name, data)
    return out.getvalue()


def hiding_places(text: str) -> Iterator[EmailMessage]:
    """Yield mails that hold a text, each elsewhere."""
    raw = text.encode()
    files = [
        zipped(("xl/worksheets/sheet1.xml", f"<t>{text}</t>".encode())),
        zipped(("docProps/core.xml", f"<dc:title>{text}</dc:title>".encode())),
        zipped(("xl/comments1.xml", b"<t>" + raw + b"</t>")),
        zipped(("x.txt", b"x"), comment=raw),
        zipped(("inner.zip", zipped(("deep.txt", raw)))),
        zipped(("vba.bin", b"\x00\x01" + text.encode("utf-16-le"))),
        json.dumps({"name": text}).encode(),
        b'{"data": "' + base64.b64encode(raw + b" " * 20) + b'"}',
        b'{"data": "' + base64.b64encode(gzip.compress(raw)) + b'"}',
        "".join(f"&#{ord(char)};" for char in text).encode(),
        "".join(f"_x{ord(char):04X}_" for char in text).encode(),
        "".join(f"\\u{ord(char):04x}" for char in text).encode(),
    ]
    for data in files:
        message = EmailMessage()
        message.set_content("nothing here")
        message.add_attachment(data, maintype="application", subtype="x", filename="a.bin")
        yield message
    for header in ("Subject", "X-Note"):
        message = EmailMessage()
        message[header] = f"about {text}"
        message.set_content("nothing here")
        yield message
    message = EmailMessage()
    message.set_content(f"plain {text}.")
    message.add_alternative(f"<td>{text}</td>", subtype="html")
    yield message
    message = EmailMessage()
    message.set_content("x")
    message.add_attachment(b"x", maintype="a", subtype="b", filename=f"{text}.txt")
    yield message


@pytest.mark.parametrize(
    "field", ["customer_id", "company_name", "account_name", "telephone", "email"]
)
def test_the_last_look_finds_a_value_wherever_it_hides(field: str) -> None:
    nobody = EmailMessage()
    nobody.set_content("nothing here")
    scanner = Scanner([SECRET], [], nobody.as_bytes())

    for number, message in enumerate(hiding_places(getattr(SECRET, field))):
        found = scanner.found(message.as_bytes())
        assert any(each.endswith(f": {field}") for each in found), number
    for number, message in enumerate(hiding_places("安全的文字 safe text")):
        assert scanner.found(message.as_bytes()) == {}, number


def test_the_last_look_lets_pass_what_gives_nobody_away() -> None:
    nobody = EmailMessage()
    nobody["To"] = "secret@mail.example"
    nobody.set_content("Summary of customers")
    others = [
        Customer(customer_id="a" * 32, company_name="Summary", telephone="139****5678"),
        Customer(customer_id="b" * 32, company_name="Acme", xaccount_id="1234", account_name="V1"),
        Customer(customer_id="c" * 32, company_name="Company 1", email="secret@mail.example"),
    ]
    shown = [Customer(customer_id="d" * 32, company_name="Acme Ltd", account_name="上海云计算")]
    mail = EmailMessage()
    mail["To"] = "secret@mail.example"
    mail.set_content("Summary of customers: Acme Ltd, Company 11, row 1234, V1, 139****5678")

    assert Scanner(others, shown, nobody.as_bytes()).found(mail.as_bytes()) == {}
    mail.set_content("Acme")
    assert Scanner(others, shown, nobody.as_bytes()).found(mail.as_bytes()) == {
        "text/plain: company_name": 1
    }


@settings(max_examples=60)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=7, max_size=20).filter(
        lambda text: text.strip() == text
    )
)
def test_the_last_look_finds_any_name_in_a_page_and_a_text(name: str) -> None:
    import html  # noqa: PLC0415  here only

    nobody, mail = EmailMessage(), EmailMessage()
    nobody.set_content("x")
    mail.set_content(f"| {name} |")
    mail.add_alternative(f"<td>{html.escape(name)}</td>", subtype="html")
    customer = Customer(customer_id="e" * 32, company_name=name)

    found = Scanner([customer], [], nobody.as_bytes()).found(mail.as_bytes())

    assert set(found) >= {"text/plain: company_name", "text/html: company_name"}


@pytest.mark.usefixtures("account")
def test_policy_check_says_who_would_get_what(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(
        tmp_path,
        '[audience.sales]\nrecipients = { "a@example.com" = "li.hua" }\n'
        'columns = ["company_name", "telephone"]\nwhen = "changed"\n',
    )
    monkeypatch.setenv("PARTNERBOOK_POLICY", str(path))

    shown, data = run("policy", "check"), run("policy", "check", "--json").json

    assert shown.code == 0
    assert "a@example.com: only customers managed by li.hua" in shown.out
    assert "sees masked: telephone" in shown.out
    assert "never when quiet" in shown.out
    (audience,) = data["audiences"]
    assert audience["whole"] == ["company_name"]
    assert audience["masked"] == ["telephone"]
    assert "email" in audience["hidden"]
    assert (data["due"], data["owner"]) == ("Monday 08:00 UTC", None)


def test_the_readmes_policy_is_one(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)

    found = read_policy(write(tmp_path, example))

    assert [each.name for each in found.audiences] == ["managers", "sales"]
    assert found.audiences[0].masked == set()
    assert found.audiences[1].when == "changed"


NEEDED = ("account", "listed", "week", "weeks", "last_reconciliation")


def test_settings_and_book_stay_what_making_needs() -> None:
    # `Kept` stands for a book above: it must offer what a book offers.
    with Book(Settings()) as book:
        assert all(hasattr(book, name) for name in BOOKED)
