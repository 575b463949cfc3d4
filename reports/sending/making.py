"""The weekly mails: made for each recipient by the policy, looked through before they may go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from partnerbook.book import Book
from partnerbook.errors import MailError
from partnerbook.model import Customer
from partnerbook.views import View, moment_in
from partnerbook.wording import Language
from reports.mail import weekly_mail
from reports.owners import Week, own_week
from reports.page import weekly_page
from reports.permitted import hidden, own_report, shown_to
from reports.policy import Audience, Policy, Recipient
from reports.scanner import Scanner
from reports.sending.told import Told, told_to
from reports.weekly import WeeklyReport, with_reconciliation
from reports.weekly.sentences import headline, ranked
from reports.workbook.weekly import weekly_workbook

FRESH = timedelta(hours=24)
"""A list that was complete this long before the moment of the report is still the list then."""

RULE = "X-Partnerbook-Rule"
"""Header of a mail: what the policy let its reader see when it was made, see `rule_of`."""

Target = tuple[Audience, Recipient]

_QUIET: dict[str, str] = {
    "changed": "nothing changed",
    "over": "no more customers were concerned than the threshold",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One week's weekly report, before it is cut for its readers.

    Attributes:
        book: Where the snapshots are.
        policy: Who may see what.
        sender: Address, or ``Name <address>``.
        moment: The report is of the newest exact snapshot up to this moment. UTC.
        week: ISO week of the due date: part of the run's key.
        view: Whom an audience without a view of its own reads about.
        language: Language asked for; None leaves it to the audience and the view.
        missed: Weeks before this one that had no report.
        told: What each recipient's last mail told.
        salt: Tells a mail for trying from the real one; None for the real one.
    """

    book: Book
    policy: Policy
    sender: str
    moment: datetime
    week: str
    view: View = field(default_factory=View)
    language: Language | None = None
    missed: tuple[str, ...] = ()
    told: Told = field(default_factory=dict)
    salt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One recipient's mail.

    Attributes:
        audience: As whom they get it.
        recipient: Whose it is.
        key: The run's key.
        mail: The message; None when there is a reason to send none.
        reason: That reason, as the policy has it; empty for a mail.
    """

    audience: Audience
    recipient: Recipient
    key: str
    mail: bytes | None
    reason: str = ""


def run_key(audience: Audience, week: str) -> str:
    """Return the key of the run that brings a week's report to an audience."""
    return f"weekly/{audience.name}/{week}"


def rule_of(audience: Audience, manager: str | None) -> str:
    """Return letters that stand for what the policy lets a reader see.

    Not digits, which could look like somebody's number.
    """
    shown = (
        sorted(audience.columns),
        sorted(audience.masked),
        sorted(audience.attachments),
        manager,
        audience.view,
    )
    digest = hashlib.sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:16]
    return "".join(chr(ord("a") + int(each, 16)) for each in digest)


def made_for(edition: Edition, targets: Sequence[Target]) -> Iterator[Made]:
    """Yield each target's mail, looked through.

    Raises:
        MailError: The newest complete list is too old to be this week's, or a mail holds what
            its reader must not see.
        NothingKeptError: There is no complete list.
        SettingsError: An audience cannot be served with the API in use.
    """

    def kind(target: Target) -> tuple[str, str, str]:
        audience, who = target
        # Who was last told about another week reads another report.
        week, _ = edition.told.get((audience.name, who.spec), ("", None))
        return audience.name, who.manager or "", week

    for _, group in groupby(sorted(targets, key=kind), key=kind):
        alike = list(group)
        audience, manager = alike[0][0], alike[0][1].manager
        recipients = [recipient for _, recipient in alike]
        key = run_key(audience, edition.week)
        view = _view(edition, audience)
        # A mail for trying is what its real readers get.
        readers = (
            recipients
            if edition.salt is None
            else [each for each in audience.recipients if each.manager == manager]
        )
        told = told_to(edition.told, audience.name, (each.spec for each in readers))
        week = _week(edition, view, told)
        # Made late, in the week after, it is still the report of the week in which it was due.
        whole = own_report(week, view, audience, manager)
        report = _signed(edition, shown_to(audience, whole))
        if reason := _reason(report, audience):
            for each in recipients:
                yield Made(audience=audience, recipient=each, key=key, mail=None, reason=reason)
            continue
        nobody = _about_nobody(report)
        scanner = Scanner(
            week.customers(),
            _shown(week, whole, audience, manager),
            _mail(edition, audience, nobody, recipients, _parts(nobody, audience)),
        )
        parts = _parts(report, audience)
        for each in recipients:
            mail = _mail(edition, audience, report, [each], parts)
            if found := scanner.found(mail):
                raise MailError(_blocked(audience, found))
            yield Made(audience=audience, recipient=each, key=key, mail=mail)


def _view(edition: Edition, audience: Audience) -> View:
    view = edition.view if audience.view is None else edition.book.store.view(audience.view)
    return replace(
        view,
        language=edition.language or audience.language or view.language,
        # What a person saved has the zone they chose; the rest goes by the policy's clock.
        zone=view.zone if view.name else edition.policy.due.zone,
    )


def _week(edition: Edition, view: View, told: datetime | None) -> Week:
    book = edition.book
    query = book.listed(view.query)
    before, now, earlier = book.week(query, edition.moment, zone=view.zone, told=told)
    if now.taken_at < edition.moment - FRESH:
        raise MailError(
            f"the newest complete list is of {moment_in(now.taken_at)}, too old to be reported as "
            f"that of {edition.week}; run `partnerbook snapshot`"
        )
    history = book.weeks(query, now.taken_at, zone=view.zone)
    return Week(before=before, now=now, earlier_ids=earlier, history=history)


def _signed(edition: Edition, report: WeeklyReport) -> WeeklyReport:
    """Return a report with its week, those without one, whom to ask, and the reconciliation."""
    answers = edition.policy.reply_to or edition.policy.owner
    report = with_reconciliation(report, edition.book.last_reconciliation(edition.moment))
    return replace(
        report,
        due_week=edition.week,
        missed=edition.missed,
        contact=answers.addr_spec if answers else None,
    )


def _reason(report: WeeklyReport, audience: Audience) -> str:
    """Return why the policy sends no mail about this report; empty when it does."""
    if report.is_first or audience.when == "always":
        return ""
    lists = (report.joined, report.came_back, report.left, report.moved_in, report.moved_out)
    concerned = {each.customer_id for customers in lists for each in customers}
    concerned |= {change.customer_id for change in report.altered}
    enough = audience.threshold if audience.when == "over" else 0
    return "" if len(concerned) > enough else _QUIET[audience.when]


def _parts(report: WeeklyReport, audience: Audience) -> tuple[str | None, bytes | None]:
    page = weekly_page(report) if "page" in audience.attachments else None
    return page, weekly_workbook(report) if "workbook" in audience.attachments else None


def _mail(
    edition: Edition,
    audience: Audience,
    report: WeeklyReport,
    recipients: Sequence[Recipient],
    parts: tuple[str | None, bytes | None],
) -> bytes:
    page, workbook = parts
    answers = edition.policy.reply_to or edition.policy.owner
    key = run_key(audience, edition.week)
    identity = "/".join((key, *(each.spec for each in recipients)))
    message = weekly_mail(
        report,
        sender=edition.sender,
        recipients=[each.address for each in recipients],
        page=page,
        workbook=workbook,
        reply_to=answers,
        identity=identity if edition.salt is None else f"{edition.salt}/{identity}",
    )
    message[RULE] = rule_of(audience, recipients[0].manager)
    return message.as_bytes()


def _about_nobody(report: WeeklyReport) -> WeeklyReport:
    empty = replace(
        report,
        customers=(),
        joined=(),
        came_back=(),
        left=(),
        days=(),
        moved_in=(),
        moved_out=(),
        altered=(),
        breakdowns=(),
        flaws=(),
        events=(),
        total_before=None if report.total_before is None else 0,
    )
    return replace(empty, headline=headline(empty), sentences=ranked(empty))


def _shown(
    week: Week, report: WeeklyReport, audience: Audience, manager: str | None
) -> Iterator[Customer]:
    """Yield the customers of a report, then and now, as its audience may see them."""
    lists = (report.customers, report.left, report.moved_out)
    ids = {each.customer_id for customers in lists for each in customers}
    own = week if manager is None else own_week(week, manager)
    for customer in own.customers():
        if customer.customer_id in ids:
            yield hidden(customer, audience)


def _blocked(audience: Audience, found: dict[str, int]) -> str:
    where = "; ".join(f"{name} ({count})" for name, count in list(found.items())[:5])
    return (
        f"the mail to the audience {audience.name} was stopped: it shows what the policy hides, "
        f"in {where}; show them these columns, or choose another view"
    )
