"""The weekly mail of one week: who still has none, and what becomes of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from partnerbook.errors import MailError, PartnerbookError, SettingsError
from partnerbook.files import write
from partnerbook.store import Run, Store
from reports.due import missed
from reports.file_names import apart
from reports.policy import Policy
from reports.recipients import address_of
from reports.sending.making import RULE, Edition, Target, made_for, rule_of, run_key
from reports.sending.no_report import no_report_mail
from reports.sending.outbox import KEPT, header_of
from reports.sending.post import Post
from reports.sending.sayings import OTHER_RULE
from reports.sending.smtp import Deliver


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the weekly mails are.

    Attributes:
        week: ISO week of the due date.
        missed: Weeks before it of which no report was made.
        late: Runs of weeks before it whose mail is still to be sent, to targets asked about.
        pending: Who has no mail of this week yet, and may get one.
        runs: What became of the others before, of the targets asked about.
        done: What became of those who were dealt with now.
        unsettled: Runs of any week that a person must decide about.
        problems: Why mails could not be made.
    """

    week: str
    missed: tuple[str, ...]
    late: tuple[Run, ...]
    pending: tuple[Target, ...]
    runs: tuple[Run, ...]
    unsettled: tuple[Run, ...]
    done: tuple[Run, ...] = ()
    problems: tuple[str, ...] = ()


def standing(store: Store, post: Post, targets: Sequence[Target], week: str) -> Standing:
    """Return who still has no mail of a week or of one before, and what is unsettled."""
    runs = tuple(post.looked_at(run) for run in store.runs("weekly/"))
    known = {(run.key, run.recipient): run for run in runs}
    names = {audience.name for audience, _ in targets}
    asked = {(audience.name, who.spec) for audience, who in targets}
    before: list[str] = []
    late: list[Run] = []
    for run in runs:
        _, name, of = run.key.split("/")
        if of >= week or name not in names:
            continue
        waits = run.state == "planned"
        if waits and post.now() - run.changed_at > KEPT:
            continue  # its mail is gone, and nobody was told anything
        before.append(of)
        if waits and (name, run.recipient) in asked:
            late.append(run)
    found = [known.get((run_key(audience, week), who.spec)) for audience, who in targets]
    return Standing(
        week=week,
        missed=missed(max(before, default=None), week),
        late=tuple(sorted(late, key=lambda run: run.key.rpartition("/")[2])),
        pending=tuple(
            target
            for target, run in zip(targets, found, strict=True)
            if run is None or run.state == "planned"
        ),
        runs=tuple(run for run in found if run is not None and run.state != "planned"),
        unsettled=tuple(run for run in runs if run.state in ("uncertain", "refused")),
    )


def send_late(post: Post, late: Sequence[Run], targets: Sequence[Target]) -> Iterator[Run]:
    """Yield what becomes of mails that earlier weeks left to be sent.

    One that was not frozen under the policy of now is put aside: the next mail goes on from the
    one before it, and shows what the policy shows now.

    Args:
        post: Sends them.
        late: Their runs; each belongs to one of the targets.
        targets: Who gets the report.

    Raises:
        MailError: The server cannot be spoken to.
    """
    rules = {(audience.name, who.spec): rule_of(audience, who.manager) for audience, who in targets}
    for run in late:
        if _is_of(post, run, rules[run.key.split("/")[1], run.recipient]):
            yield post.go_on(run)
        else:
            yield post.settle(run, "skipped", OTHER_RULE)


def send(
    edition: Edition, post: Post, pending: Sequence[Target]
) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    """Send the mails that are still to be sent.

    What a process froze before it died is sent as it is, unless the policy lets its reader see
    something else now; the rest is made now. An audience whose mail cannot be made keeps no
    other from theirs.

    Returns:
        What became of each, and why some could not be made.

    Raises:
        MailError: The server cannot be spoken to. What was sent is sent, the rest is still to
            be sent.
    """
    store = edition.book.store
    out: list[Run] = []
    fresh: dict[str, list[Target]] = {}
    stale: dict[tuple[str, str], Run] = {}
    for audience, recipient in pending:
        runs = store.runs(run_key(audience, edition.week))
        frozen = next((run for run in runs if run.recipient == recipient.spec), None)
        if frozen is not None and _is_of(post, frozen, rule_of(audience, recipient.manager)):
            out.append(post.go_on(frozen))
            continue
        fresh.setdefault(audience.name, []).append((audience, recipient))
        if frozen is not None:
            stale[frozen.key, frozen.recipient] = frozen
    problems: list[str] = []
    for targets in fresh.values():
        try:
            mails = list(made_for(edition, targets))
        except PartnerbookError as error:
            problems.append(str(error))
            continue
        for made in mails:
            old = stale.get((made.key, made.recipient.spec))
            if made.mail is not None:
                out.append(
                    post.send_anew(old, made.mail)
                    if old
                    else post.send(made.key, made.recipient.spec, made.mail)
                )
            elif old:
                out.append(post.settle(old, "skipped", made.reason))
            else:
                out.append(post.skip(made.key, made.recipient.spec, made.reason))
    return tuple(out), tuple(dict.fromkeys(problems))


def _is_of(post: Post, run: Run, rule: str) -> bool:
    """Return whether a run may go on as it is: its mail, if it waits, shows what a rule shows."""
    if run.state != "planned":
        return True
    try:
        mail = post.outbox.frozen(run.file, run.digest)
    except MailError:
        return True  # nothing of it can be sent from here, and going on says why
    return bool(header_of(mail, RULE) == rule)


def runs_named(store: Store, key: str) -> tuple[Run, ...]:
    """Return the runs that a person names: of a key, or of that and one recipient.

    Raises:
        SettingsError: There is none.
    """
    report, _, rest = key.partition("/")
    audience, _, rest = rest.partition("/")
    week, _, recipient = rest.partition("/")
    runs = store.runs(f"{report}/{audience}/{week}")
    found = tuple(run for run in runs if not recipient or run.recipient == recipient)
    if not found:
        known = sorted({run.key for run in store.runs("weekly/")}, reverse=True)[:3]
        raise SettingsError(
            f"no mail is kept under {key[:80]!r}; "
            + ("the newest are " + ", ".join(known) if known else "none was sent yet")
        )
    return found


def write_drafts(edition: Edition, targets: Sequence[Target], folder: Path) -> tuple[Path, ...]:
    """Write the mails that would be sent to files; nothing is claimed, nothing is sent."""
    out = []
    for made in made_for(edition, targets):
        if made.mail is not None:
            who = f"{apart(made.audience.name)}-{edition.week}-{apart(made.recipient.spec)}"
            path = folder / f"weekly-{who}.eml"
            write(path, made.mail)
            out.append(path)
    return tuple(out)


def try_on(
    edition: Edition, targets: Sequence[Target], deliver: Deliver, me: str
) -> tuple[str, ...]:
    """Send the real mails, one for each kind, to one's own address; return the audiences.

    Raises:
        MailError: The server did not take one of them.
    """
    sender = address_of(edition.sender, "the sender").addr_spec
    out = []
    for made in made_for(edition, targets):
        if made.mail is None:
            continue
        delivery = deliver(made.mail, sender, address_of(me, "--test-to").addr_spec)
        if delivery.fate != "sent":
            raise MailError(f"the mail server did not take the mail: {delivery.said}")
        out.append(made.audience.name)
    return tuple(out)


def tell_owner(policy: Policy, post: Post, sender: str, *, week: str, reason: str) -> Run | None:
    """Tell the owner, once a week at most, that there is no report; None when nobody is named.

    Raises:
        MailError: The mail server cannot be spoken to.
    """
    if policy.owner is None:
        return None
    mail = no_report_mail(policy, sender, week, reason, post.now())
    return post.send(f"no-report/weekly/{week}", policy.owner.addr_spec, mail)
