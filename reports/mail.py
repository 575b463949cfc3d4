"""The weekly report as a mail: made here, whole and reproducible; sending is another matter.

A mail that grows with the list is cut off by its reader ("message clipped" beyond 102 kB), so
this one has a bounded number of rows and bounded texts: the rest is in the attachment. Telephone
numbers and addresses of customers are masked in it, because a mail goes further than its writer
meant; what is attached is the caller's choice, see `reports.masking`.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from functools import partial
from typing import Any
from urllib.parse import quote

import css_inline

from partnerbook import text
from partnerbook.compare import one_line
from partnerbook.model import Change, Customer
from partnerbook.wording import Language, heading, label
from reports.attaching import Mail
from reports.file_names import weekly_stem
from reports.folding import SMTP
from reports.masking import masked_counts
from reports.page import change_cells, render
from reports.palette import DARK, LIGHT
from reports.recipients import address_of
from reports.weekly import Share, WeeklyReport
from reports.weekly.about import about, in_zone
from reports.weekly.sentences import subject
from reports.weekly.words import words

DRAFT_FROM = "partnerbook@localhost"
"""Of a mail that is only written to a file: whoever sends it is the sender."""

MOST_BYTES = 100_000
"""A mail is shorter than this as it is sent, attachments aside, whatever the list's size."""

_ROWS = (10, 8, 6, 4, 2, 1, 0)  # of each list, as the bytes allow; the rest is counted, attached
_SHARES = (6, 3, 0)  # values of each breakdown; fewer where names are so long that no row fits
_AROUND = 1_000  # bytes for the boundaries and heads of the parts, and the heads set last
_CONTACT: dict[Language, str] = {
    "en": "Questions, or no more of this? A reply to this mail reaches {}.",
    "zh": "如有疑问或不再需要此报告，请回复本邮件，由 {} 处理。",
}
_LONGEST = 300  # characters of a fact or a sentence
_SHOWN = ("association", "verification", "telephone")  # beside a customer's name
_INLINED = css_inline.CSSInliner(minify_css=True, load_remote_stylesheets=False)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def weekly_mail(  # noqa: PLR0913  keywords, each a part or a head of the mail
    report: WeeklyReport,
    *,
    sender: str | Address,
    recipients: Sequence[str | Address],
    page: str | None = None,
    workbook: bytes | None = None,
    reply_to: str | Address | None = None,
    identity: str | None = None,
) -> EmailMessage:
    """Return the report as a message: text and HTML twins, workbook and page attached if given.

    Equal arguments give equal bytes: date, Message-ID and boundaries come from the report.

    Args:
        report: What to say.
        sender: Address, or ``Name <address>``.
        recipients: Addresses likewise; of none, the mail is a draft that a person can address.
        page: The report as `reports.page.weekly_page` made it; None to leave it out.
        workbook: The report as an .xlsx file; None to leave it out.
        reply_to: Address for answers, and for those who want no more of it; None leaves both
            to the sender's.
        identity: What the Message-ID stands for, such as a run and its recipient; None for
            the report's own facts and recipients.

    Raises:
        SettingsError: One of them is no address.
    """
    source = address_of(sender, "the sender")
    targets = [address_of(each, "the recipient") for each in recipients]
    message = Mail(policy=SMTP)
    message["From"] = source
    if targets:
        message["To"] = targets
    else:
        message["X-Unsent"] = "1"  # Outlook opens it for writing, not for reading
    message["Subject"] = subject(report)
    message["Date"] = report.until
    answers = address_of(reply_to, "the address for answers") if reply_to else None
    if answers:
        message["Reply-To"] = answers
    if targets:
        leave = (answers or source).addr_spec
        message["List-Unsubscribe"] = f"<mailto:{quote(leave, safe='@')}?subject=unsubscribe>"
    key = _key(report, targets) if identity is None else _digest(identity)
    message["Message-ID"] = f"<weekly.{report.week}.{key}@{source.domain}>"
    # Out-of-office answers and list servers leave such a mail alone.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    contact = _CONTACT[report.language].format(answers) if answers else None
    words_only, body = _bodies(
        masked_counts(report),
        _cut(contact) if contact else None,
        attached=workbook is not None,
        room=MOST_BYTES - _AROUND - len(message.as_bytes()),
    )
    message.set_content(words_only, cte="base64")
    message.add_alternative(body, subtype="html", cte="base64")
    stem = weekly_stem(report)
    if workbook is not None:
        message.attach_file(workbook, _XLSX, f"{stem}.xlsx")
    if page is not None:
        message.attach_text(page, "html", f"{stem}.html")
    # Last: each part added above takes the headers that begin with Content along.
    message["Content-Language"] = report.language
    for number, part in enumerate(each for each in message.walk() if each.is_multipart()):
        part.set_boundary(f"=_partnerbook-{key}-{number}")
    return message


def _key(report: WeeklyReport, targets: Sequence[Address]) -> str:
    """Return what tells this report to these people from any other, the same on every run."""
    parts = (
        report.account,
        report.fingerprint,
        report.language,
        report.state,
        str(report.since),
        str(report.until),
        *sorted(address.addr_spec for address in targets),
    )
    return _digest("\x00".join(parts))


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:20]


def _bodies(
    report: WeeklyReport, contact: str | None, *, attached: bool, room: int
) -> tuple[str, str]:
    """Return the text and HTML twins with as many rows as there is room for, in bytes.

    What counts is what is sent: three letters of Chinese are nine bytes, and twelve in base64.
    """
    for rows, most in (*((rows, _SHARES[0]) for rows in _ROWS), *((0, n) for n in _SHARES[1:])):
        values = {**_values(report, rows, most, attached=attached), "contact": contact}
        body = _INLINED.inline(render("mail.html", **values))
        # The twin goes through the same escaping templates; unescaping is its exact reverse.
        twin = html.unescape(render("mail.txt", **values))
        if _sent_bytes(twin) + _sent_bytes(body) < room:
            break
    return twin, body


def _sent_bytes(said: str) -> int:
    """Return how many bytes a text takes in base64, in lines of 76 letters and their ends."""
    count = len(said.encode()) + said.count("\n")  # each line's end is two
    return -(-count // 57) * 78


def _values(report: WeeklyReport, rows: int, most: int, *, attached: bool) -> dict[str, Any]:
    say = partial(words, language=report.language)
    columns = [column for column in _SHOWN if column in report.columns]
    lists = [
        (key, customers)
        for key, customers in (
            ("left", report.left),
            ("joined", report.joined),
            ("came_back", report.came_back),
            ("moved_out", report.moved_out),
            ("moved_in", report.moved_in),
        )
        if customers
    ]
    return {
        "report": report,
        "language": {"en": "en", "zh": "zh-Hans"}[report.language],
        "light": LIGHT,
        "dark": DARK,
        "say": say,
        "more": say("more" if attached else "more elsewhere"),
        "as_of": in_zone(report.until, report),
        "since": in_zone(report.since, report) if report.since else None,
        "missed": _cut(say("missed").format(say("comma").join(report.missed)))
        if report.missed
        else None,
        "sentences": [_cut(sentence) for sentence in report.sentences],
        "view": _cut(report.view.in_words(report.language)),
        "facts": [(name, _cut(value)) for name, value in about(report)],
        "headings": [heading(column, report.language) for column in columns],
        "lists": [
            (
                key,
                [_cells(customer, columns, report) for customer in customers[:rows]],
                len(customers),
            )
            for key, customers in lists
        ],
        "changes": [_change(change, report) for change in report.altered[:rows]],
        "shares": [
            (breakdown.heading, *_cut_shares(breakdown.shares, most))
            for breakdown in report.breakdowns
        ],
        "short": one_line,
    }


def _cut_shares(shares: Sequence[Share], most: int) -> tuple[Sequence[Share], Share | None, int]:
    """Return the shares to show, the sum of those left out, and how many: never one alone."""
    if len(shares) <= most + 1:
        return shares, None, 0
    rest = shares[most:]
    moved = [each.change for each in rest if each.change is not None]
    count = sum(each.count for each in rest)
    before = count - sum(moved) if moved else None
    return shares[:most], Share(name="", count=count, before=before), len(rest)


def _cells(customer: Customer, columns: Sequence[str], report: WeeklyReport) -> list[str]:
    name = one_line(customer.shown_name) or customer.customer_id  # a name may be blank
    values = (label(column, getattr(customer, column), report.language) for column in columns)
    return [name, *(one_line(value) for value in values)]


def _change(change: Change, report: WeeklyReport) -> dict[str, str]:
    return {**change_cells(change, report), "name": one_line(change.name)}


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + text.CUT
