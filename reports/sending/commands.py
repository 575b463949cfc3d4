"""``partnerbook weekly`` with a mail, and ``resend``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import (
    Call,
    command,
    is_past,
    moment_of,
    show,
    show_json,
    view_of,
)
from partnerbook.errors import (
    MailError,
    PartnerbookError,
    QueryError,
    SettingsError,
)
from partnerbook.text import for_line
from partnerbook.views.certainty import missing
from reports.sending.sayings import SETTLED, say
from reports.sending.showing import show_runs, show_standing

if TYPE_CHECKING:
    from partnerbook.book import Book
    from partnerbook.config import Settings
    from partnerbook.store import Run
    from reports.policy import Policy
    from reports.sending.making import Edition
    from reports.sending.post import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of ``partnerbook weekly`` about mail.

    Attributes:
        to: Addresses; empty for everybody in the policy.
        test_to: One's own address; None sends to the others.
        due: Whether to send what is due and nothing else.
        dry_run: Whether to write the mails to files instead.
        view: Name of a saved view.
        as_of: A date, as given.
        offline: Whether to ask the store only.
        out: Folder for the files of a dry run.
    """

    to: tuple[str, ...]
    test_to: str | None
    due: bool
    dry_run: bool
    view: str | None
    as_of: str | None
    offline: bool
    out: Path

    def __post_init__(self) -> None:
        if self.test_to is not None and (self.to or self.due or self.dry_run):
            raise QueryError(
                "--test-to sends to that address only: leave --to, --due, --dry-run out"
            )
        if self.due and self.as_of is not None:
            raise QueryError("--due sends what is due now: leave --as-of out")


def mail_weekly(call: Call, asked: Asked) -> None:
    """Do what ``partnerbook weekly`` was asked to do about mail, and leave with its exit code."""
    from reports.sending.addressed import policy_of  # noqa: PLC0415  heavy parts where they are used

    settings = call.settings
    given = (*asked.to, *((asked.test_to,) if asked.test_to else ()))
    policy = policy_of(settings, given)
    with call.book() as book:
        if asked.dry_run:
            _dry_run(call, asked, book, policy, settings)
        elif asked.test_to is not None:
            _test(call, asked, book, policy, settings)
        else:
            _really(call, asked, book, policy, settings)


@command()
@click.argument("key")
@click.option("--settle", is_flag=True, help="Send nothing; it came another way, or never mind.")
def resend(call: Call, key: str, *, settle: bool) -> None:
    """Send a frozen mail again, once a person has decided to.

    KEY is what `partnerbook weekly` names, e.g. weekly/sales/2026-W47, or that and
    /head@example.com for one recipient. The mail is the same, byte for byte. What was sent is
    not sent again.

    Example: partnerbook resend weekly/sales/2026-W47
    """
    from reports.sending.weekly import runs_named  # noqa: PLC0415  heavy parts where they are used

    settings = call.settings
    with call.book() as book:
        post = _post(book, settings, deliver=not settle)
        done, untouched = [], []
        for run in map(post.looked_at, runs_named(book.store, key)):
            if run.state in ("sent", "sending", "skipped"):
                done.append(run)
                untouched.append(run)
            elif settle:
                done.append(post.settle(run, "skipped", SETTLED))
            else:
                done.append(post.send_again(run))
    show_runs(call, done, zone=_zone(settings), untouched=untouched)


def _zone(settings: Settings) -> str:
    """Return the policy's zone; UTC where there is no policy that can be read."""
    from reports.sending.addressed import policy_of  # noqa: PLC0415  heavy parts where they are used

    try:
        return policy_of(settings).due.zone
    except SettingsError:
        return "UTC"


def _dry_run(call: Call, asked: Asked, book: Book, policy: Policy, settings: Settings) -> None:
    from reports.sending.addressed import sender_of, targets_of  # noqa: PLC0415  heavy parts
    from reports.sending.weekly import write_drafts  # noqa: PLC0415  as above

    edition = _edition(call, asked, book, policy, sender_of(settings, draft=True))
    files = write_drafts(edition, targets_of(policy, asked.to), asked.out)
    if call.json:
        show_json({"week": edition.week, "files": [str(each) for each in files], "runs": []})
    else:
        lines = [f"  {each}" for each in files] or [say("none this week", call.language)]
        show("\n".join([say("would be", call.language), *lines]) + "\n")


def _test(call: Call, asked: Asked, book: Book, policy: Policy, settings: Settings) -> None:
    from reports.sending.addressed import sender_of, try_targets  # noqa: PLC0415  as above
    from reports.sending.smtp import MailServer  # noqa: PLC0415  heavy parts where they are used
    from reports.sending.weekly import try_on  # noqa: PLC0415  as above

    me = str(asked.test_to)
    server = MailServer.from_settings(settings)
    targets = try_targets(policy, settings, me)
    salt = f"test-{datetime.now(UTC).isoformat()}"
    edition = _edition(call, asked, book, policy, sender_of(settings), salt=salt)
    sent = try_on(edition, targets, server.deliver, me)
    if call.json:
        show_json({"week": edition.week, "test_to": me, "audiences": sent, "runs": []})
    elif sent:
        show(say("tried", call.language, for_line(me), ", ".join(sent)) + "\n")
    else:
        show(say("no mail this week", call.language) + "\n")


def _really(call: Call, asked: Asked, book: Book, policy: Policy, settings: Settings) -> None:
    from reports.sending.addressed import sender_of, targets_of  # noqa: PLC0415  heavy parts
    from reports.sending.weekly import (  # noqa: PLC0415  as above
        send,
        send_late,
        standing,
        tell_owner,
    )

    targets = targets_of(policy, asked.to)
    sender = sender_of(settings)
    post = _post(book, settings)
    post.sweep()
    week = _week(asked, policy)
    before = standing(book.store, post, targets, week)
    done: list[Run] = []
    problems: tuple[str, ...] = ()
    try:
        # What earlier weeks left to be sent goes first: nobody need be listed for it.
        for run in send_late(post, before.late, targets):
            done.append(run)  # noqa: PERF402  what went is told, should the next fail
        if before.pending:
            edition = _edition(
                call,
                asked,
                book,
                policy,
                sender,
                week=week,
                missed=before.missed if asked.due else (),
            )
            made, problems = send(edition, post, before.pending)
            done += made
    except PartnerbookError as error:
        problems = (str(error),)
    if problems:
        reason = "; ".join(problems)
        if asked.due and before.pending:
            told = _told(partial(tell_owner, policy, post, sender, week=week, reason=reason))
            reason = f"no report for {week}: {reason}{told}"
        if not done:
            raise MailError(reason)
        click.echo(f"partnerbook: {for_line(reason)}", err=True)
    after = replace(before, done=tuple(done), problems=problems)
    has_dates = asked.due or bool(settings.policy)
    show_standing(call, after, policy.due, due=asked.due, has_dates=has_dates)


def _told(tell: Any) -> str:
    """Try to tell the owner; return what to add to the error's sentence."""
    try:
        run = tell()
    except PartnerbookError:
        return " (the owner could not be told by mail either)"
    if run is None:
        return ""
    return " (the owner was told by mail)" if run.state == "sent" else ""


def _edition(  # noqa: PLR0913  keywords, each its own thing
    call: Call,
    asked: Asked,
    book: Book,
    policy: Policy,
    sender: str,
    *,
    week: str | None = None,
    missed: tuple[str, ...] = (),
    salt: str | None = None,
) -> Edition:
    """Ask for the list, unless the store is to answer, and return what the mails are made of."""
    from reports.sending.making import Edition  # noqa: PLC0415  heavy parts where they are used
    from reports.sending.outbox import Outbox  # noqa: PLC0415  as above
    from reports.sending.told import last_told  # noqa: PLC0415  as above

    view = view_of(call, book, {"view": asked.view})
    moment = moment_of(asked.as_of)
    if not asked.offline and not (asked.as_of is not None and is_past(moment)):
        taken = book.take()
        if taken.listing.state != "exact":
            raise MailError(
                "the list of now is not proven complete "
                f"({missing(taken.listing.missing_at_most)}), so nothing was sent; try again later"
            )
        moment = moment_of(asked.as_of)
    week = week or _week(asked, policy)
    outbox = Outbox(call.settings.home / "outbox")
    return Edition(
        book=book,
        policy=policy,
        sender=sender,
        moment=moment,
        week=week,
        view=view,
        language=call.given_language,
        missed=missed,
        told=last_told(book.store.runs("weekly/"), outbox, week=week, now=datetime.now(UTC)),
        salt=salt,
    )


def _week(asked: Asked, policy: Policy) -> str:
    from reports.due import newest_due, week_of  # noqa: PLC0415  with the heavy parts

    moment = moment_of(asked.as_of)
    return newest_due(moment, policy.due) if asked.due else week_of(moment, policy.due.zone)


def _post(book: Book, settings: Settings, *, deliver: bool = True) -> Post:
    from reports.recipients import address_of  # noqa: PLC0415  heavy parts where they are used
    from reports.sending.addressed import sender_of  # noqa: PLC0415  as above
    from reports.sending.outbox import Outbox  # noqa: PLC0415  as above
    from reports.sending.post import Post  # noqa: PLC0415  as above
    from reports.sending.smtp import Delivery, MailServer  # noqa: PLC0415  as above

    def nobody(_mail: bytes, _sender: str, _recipient: str) -> Delivery:
        return Delivery("later", "nothing was to be sent")

    return Post(
        store=book.store,
        outbox=Outbox(settings.home / "outbox"),
        deliver=MailServer.from_settings(settings).deliver if deliver else nobody,
        sender=address_of(sender_of(settings, draft=not deliver), "the sender").addr_spec,
        now=lambda: datetime.now(UTC),
    )
