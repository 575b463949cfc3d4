"""``partnerbook policy check``: who would get what."""

from __future__ import annotations

import click

from partnerbook.commands import Call, Command, Group, show, show_json
from reports.sending.showing import policy_json, policy_lines


@click.group(cls=Group)
def policy() -> None:
    """Show who would get what of the weekly report."""


@policy.command("check", cls=Command)
def check(call: Call) -> None:
    """Read the policy and say who would get what.

    Example: partnerbook policy check
    """
    from reports.sending.addressed import policy_of  # noqa: PLC0415  as above
    from reports.sending.checking import (  # noqa: PLC0415  heavy parts where they are used
        idle_managers,
        names_views_or_managers,
    )

    settings = call.settings
    found = policy_of(settings)
    idle: frozenset[str] = frozenset()
    if names_views_or_managers(found):
        with call.book() as book:
            idle = idle_managers(book, found)
    if call.json:
        show_json(policy_json(found, idle))
    else:
        show("\n".join(policy_lines(found, call.language, idle)) + "\n")
