"""What ``weekly``, ``resend`` and ``policy check`` tell a person, as text and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import DONE, FINDINGS, Call, show, show_json
from partnerbook.model import CUSTOMER_FIELDS, utc_text
from partnerbook.text import for_line
from partnerbook.views import moment_in
from partnerbook.wording import Language, heading
from reports.due import WEEKDAYS, Due, next_due
from reports.sending.sayings import SETTLED, say
from reports.weekly.words import words

if TYPE_CHECKING:
    from partnerbook.store import Run
    from reports.policy import Audience, Policy
    from reports.sending.weekly import Standing

_SETTLED = ("sent", "skipped")


def show_standing(
    call: Call, found: Standing, rule: Due, *, due: bool, has_dates: bool = True
) -> None:
    """Show what became of a week's mails, and leave with the exit code that says so.

    Args:
        call: How the command was called.
        found: What became of them.
        rule: When they are due.
        due: Whether what is due was asked for.
        has_dates: Whether that rule is anybody's, so that the JSON tells the next due moment.
    """
    runs = [*found.runs, *found.done]
    asked_about = {(run.key, run.recipient) for run in runs}
    runs += [run for run in found.unsettled if (run.key, run.recipient) not in asked_about]
    next_at = next_due(datetime.now(UTC), rule)
    if due and not call.json:
        if not (found.pending or found.late):
            show(say("nothing due", call.language, moment_in(next_at, rule.zone)) + "\n")
        elif found.pending and found.missed:
            weeks = words("comma", call.language).join(found.missed)
            show(words("missed", call.language).format(weeks) + "\n")
    late = {(run.key, run.recipient) for run in found.late}
    facts: dict[str, Any] = {
        "week": found.week,
        "missed": list(found.missed),
        "late": sorted({key.rpartition("/")[2] for key, _ in late}),
        **({"next_due": utc_text(next_at)} if has_dates else {}),
        "problems": list(found.problems),
    }
    show_runs(call, runs, zone=rule.zone, untouched=found.runs, overdue=late, **facts)


def show_runs(
    call: Call,
    runs: Sequence[Run],
    *,
    zone: str = "UTC",
    untouched: Collection[Run] = (),
    overdue: Collection[tuple[str, str]] = (),
    **facts: Any,
) -> None:
    """Show runs, one a line, and leave: 0 when all are settled, else 1.

    Args:
        call: How the command was called.
        runs: What to show.
        zone: Zone of moments.
        untouched: The runs with which nothing was done, although it was asked for.
        overdue: Key and recipient of the runs that are of an earlier week.
        **facts: What the JSON says besides.
    """
    rows = [
        {
            "key": run.key,
            "recipient": run.recipient,
            "state": run.state,
            "already": run in untouched and run.state in _SETTLED,
            "said": run.said,
        }
        | ({"decide_after": utc_text(_decidable(run))} if run.state == "sending" else {})
        for run in runs
    ]
    if call.json:
        show_json({**facts, "runs": rows})
    else:
        for run in runs:
            line = _line(run, call.language, zone, untouched=run in untouched)
            if (run.key, run.recipient) in overdue:
                line += say("late", call.language)
            show(for_line(line) + "\n")
    settled = all(run.state in _SETTLED for run in runs) and not facts.get("problems")
    click.get_current_context().exit(DONE if settled else FINDINGS)


def _line(run: Run, language: Language, zone: str, *, untouched: bool) -> str:
    said = say("said", language, say(run.said, language)) if run.said else ""
    line = f"{say(run.state, language):<9} {run.key} {run.recipient}{said}"
    name = f"{run.key}/{run.recipient}"
    if run.state == "sending":
        # Whoever claimed it may have died since: nobody can tell before that moment.
        line += say("still sending", language, moment_in(_decidable(run), zone))
    if untouched and run.state in _SETTLED:
        key = "already decided" if _by_policy(run) else f"already {run.state}"
        line += say(key, language, moment_in(run.changed_at, zone))
    if run.state == "uncertain":
        line += say("ask", language, name)
    if run.state in ("uncertain", "refused") or (run.state == "planned" and "mail" in run.said):
        line += say("aside", language, name)
    return line


def _by_policy(run: Run) -> bool:
    return run.state == "skipped" and run.said != SETTLED


def _decidable(run: Run) -> datetime:
    from reports.sending.post import LEASE  # noqa: PLC0415  it brings the store along

    # The next whole minute: a moment later than the lease's end, never earlier.
    return (run.changed_at + LEASE + timedelta(minutes=1)).replace(second=0, microsecond=0)


def policy_lines(
    policy: Policy, language: Language = "en", idle: Collection[str] = ()
) -> list[str]:
    """Return who would get what, as lines.

    Args:
        policy: What to tell.
        language: Language of the lines.
        idle: Login names of account managers who manage nobody.
    """
    say_ = partial(_said, language)
    owner = str(policy.owner) if policy.owner else say_("no owner")
    answers = policy.reply_to or policy.owner
    due = policy.due
    at = f"{say_(WEEKDAYS[due.weekday - 1])} {due.at:%H:%M} {due.zone}"
    lines = [say_("due", at, owner)]
    lines += [say_("answers", answers)] if answers else []
    for audience in policy.audiences:
        when = ("over", audience.threshold) if audience.when == "over" else (audience.when,)
        lines += ["", f"[{audience.name}] {say_(*when)}"]
        for each in audience.recipients:
            own = say_("own", each.manager) if each.manager else say_("all")
            lines.append(f"  {each.address}: {own}")
        managers = dict.fromkeys(each.manager for each in audience.recipients if each.manager)
        lines += [say_("manages nobody", each) for each in managers if each in idle]
        facts = _audience_json(audience)
        for key, none in (
            ("whole", "nothing"),
            ("masked", "nothing"),
            ("hidden", "nothing hidden"),
        ):
            # In English as the file has them: who reads this is writing it.
            fields = facts[key] if language == "en" else [heading(f, language) for f in facts[key]]
            lines.append(say_(key, ", ".join(fields) or say_(none)))
        lines.append(
            say_("attached", ", ".join(map(say_, audience.attachments)) or say_("nothing"))
        )
        if audience.language:
            lines.append(say_("language", audience.language))
        if audience.view:
            lines.append(say_("view", audience.view))
    return [for_line(line) for line in lines]


def _said(language: Language, key: str, *given: object) -> str:
    return say(key, language, *given)


def policy_json(policy: Policy, idle: Collection[str] = ()) -> dict[str, Any]:
    """Return who would get what, as JSON values."""
    return {
        "due": str(policy.due),
        "owner": policy.owner.addr_spec if policy.owner else None,
        "reply_to": policy.reply_to.addr_spec if policy.reply_to else None,
        "audiences": [_audience_json(each) for each in policy.audiences],
        "manage_nobody": sorted(idle),
    }


def _audience_json(audience: Audience) -> dict[str, Any]:
    return {
        "name": audience.name,
        "recipients": [
            {"address": each.spec, "manager": each.manager} for each in audience.recipients
        ],
        "whole": [n for n in CUSTOMER_FIELDS if n in audience.columns - audience.masked],
        "masked": [n for n in CUSTOMER_FIELDS if n in audience.masked],
        "hidden": [n for n in CUSTOMER_FIELDS if n not in audience.columns],
        "attachments": list(audience.attachments),
        "when": audience.when,
        "threshold": audience.threshold if audience.when == "over" else None,
        "view": audience.view,
        "language": audience.language,
    }
