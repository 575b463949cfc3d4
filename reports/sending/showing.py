"""What ``weekly``, ``resend`` and ``policy check`` tell a person, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import DONE, FINDINGS, Call, show, show_json
from partnerbook.model import CUSTOMER_FIELDS, utc_text
from partnerbook.text import for_line
from partnerbook.views import moment_in
from reports.due import Due, next_due

if TYPE_CHECKING:
    from partnerbook.store import Run
    from reports.policy import Audience, Policy
    from reports.sending.weekly import Standing

_SETTLED = ("sent", "skipped")


def show_standing(call: Call, found: Standing, rule: Due, *, due: bool) -> None:
    """Show what became of a week's mails, and leave with the exit code that says so."""
    runs = list(found.runs)
    asked_about = {(run.key, run.recipient) for run in runs}
    runs += [run for run in found.unsettled if (run.key, run.recipient) not in asked_about]
    next_at = next_due(datetime.now(UTC), rule)
    if due and not call.json:
        if not found.pending:
            show(f"Nothing is due; the next is, on {moment_in(next_at, rule.zone)}.\n")
        elif found.missed:
            show(f"No report was made for {', '.join(found.missed)}.\n")
    facts = {"week": found.week, "missed": list(found.missed), "next_due": utc_text(next_at)}
    show_runs(call, runs, **facts, problems=list(found.problems))


def show_runs(call: Call, runs: Sequence[Run], **facts: Any) -> None:
    """Show runs, one a line, and leave: 0 when all are settled, else 1."""
    rows = [
        {"key": run.key, "recipient": run.recipient, "state": run.state, "said": run.said}
        for run in runs
    ]
    if call.json:
        show_json({**facts, "runs": rows})
    else:
        show("".join(for_line(_line(run)) + "\n" for run in runs))
    settled = all(run.state in _SETTLED for run in runs) and not facts.get("problems")
    click.get_current_context().exit(DONE if settled else FINDINGS)


def _line(run: Run) -> str:
    said = f" ({run.said})" if run.said else ""
    line = f"{run.state:<9} {run.key} {run.recipient}{said}"
    name = f"{run.key}/{run.recipient}"
    if run.state == "uncertain":
        line += f"; ask them whether it came, then `partnerbook resend {name}`"
    if run.state in ("uncertain", "refused") or (run.state == "planned" and "mail" in run.said):
        line += f"; `partnerbook resend --settle {name}` puts it aside"
    return line


def policy_lines(policy: Policy) -> list[str]:
    """Return who would get what, as lines."""
    owner = str(policy.owner) if policy.owner else "nobody (write owner = ...)"
    answers = policy.reply_to or policy.owner
    lines = [f"Due {policy.due}. When there is no report, this hears of it: {owner}."]
    lines += [f"Answers go to {answers}."] if answers else []
    for audience in policy.audiences:
        lines += ["", f"[{audience.name}] {_when(audience)}"]
        for each in audience.recipients:
            own = f"only customers managed by {each.manager}" if each.manager else "all customers"
            lines.append(f"  {each.address}: {own}")
        facts = _audience_json(audience)
        lines.append(f"  sees whole: {', '.join(facts['whole'])}")
        lines.append(f"  sees masked: {', '.join(facts['masked']) or 'nothing'}")
        lines.append(f"  does not see: {', '.join(facts['hidden']) or 'nothing is hidden'}")
        lines.append(f"  gets attached: {', '.join(audience.attachments) or 'nothing'}")
        if audience.language:
            lines.append(f"  in the language {audience.language}")
        if audience.view:
            lines.append(f"  of the view {audience.view}")
    return [for_line(line) for line in lines]


def _when(audience: Audience) -> str:
    if audience.when == "changed":
        return "when anything changed, never when quiet"
    if audience.when == "over":
        return f"when more than {audience.threshold} customers are concerned"
    return "always"


def policy_json(policy: Policy) -> dict[str, Any]:
    """Return who would get what, as JSON values."""
    return {
        "due": str(policy.due),
        "owner": policy.owner.addr_spec if policy.owner else None,
        "reply_to": policy.reply_to.addr_spec if policy.reply_to else None,
        "audiences": [_audience_json(each) for each in policy.audiences],
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
