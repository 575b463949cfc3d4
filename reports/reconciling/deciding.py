"""``partnerbook decisions``: what people decided, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from partnerbook.commands import Call, Group, command, show, show_json
from partnerbook.model import Decision, utc_text
from partnerbook.text import for_line
from partnerbook.wording import Language
from reports.reconciling.options import user
from reports.reconciling.sayings import say


@click.group(cls=Group)
def decisions() -> None:
    """List and revoke what people decided in reconciliations."""


@command("list")
def list_(call: Call) -> None:
    """List every decision ever made, and which of them hold.

    Example: partnerbook decisions list
    """
    from reports.reconciliation.decided import in_force  # noqa: PLC0415  heavy parts where used

    with call.book() as book:
        everything = book.store.decisions(book.account)
    holding = {each.number for each in in_force(everything, datetime.now(UTC).date())}
    if call.json:
        show_json({"decisions": [_json(each, each.number in holding) for each in everything]})
        return
    for each in everything:
        show(_in_words(each, call.language, holds=each.number in holding) + "\n")
    if not everything:
        show(say("none decided", call.language) + "\n")


@command()
@click.argument("number", type=int)
def revoke(call: Call, number: int) -> None:
    """Revoke a decision; it stays in the list, and counts no more.

    Example: partnerbook decisions revoke 12
    """
    with call.book() as book:
        revoked = book.store.revoke_decision(book.account, number, user(), datetime.now(UTC))
    if call.json:
        show_json(_json(revoked, holds=False))
    else:
        said = _in_words(revoked, call.language, holds=False)
        show(say("revoked", call.language, said) + "\n")


for _command in (list_, revoke):
    decisions.add_command(_command)


def _in_words(each: Decision, language: Language, *, holds: bool) -> str:
    if each.verdict == "explained":
        what = say("explained", language, each.break_id)
    else:
        what = say(each.verdict, language, each.party[1] if each.party else "", each.customer_id)
    state = say("holds", language)
    if each.revoked_at:
        state = say("revoked by", language, each.revoked_by, utc_text(each.revoked_at))
    elif not holds:
        state = say("ended", language)
    until = say("until", language, each.expires) if each.expires else ""
    reason = f" ({each.reason})" if each.reason else ""
    return for_line(
        f"{each.number}  {what}{reason}; {each.who}, {utc_text(each.decided_at)}{until}; {state}"
    )


def _json(each: Decision, holds: bool) -> dict[str, Any]:
    return {
        "number": each.number,
        "verdict": each.verdict,
        "holds": holds,
        "customer_id": each.customer_id,
        "party": list(each.party) if each.party else None,
        "break": each.break_id,
        "reason": each.reason,
        "who": each.who,
        "decided_at": utc_text(each.decided_at),
        "expires": each.expires.isoformat() if each.expires else None,
        "revoked_at": utc_text(each.revoked_at) if each.revoked_at else None,
        "revoked_by": each.revoked_by or None,
    }
