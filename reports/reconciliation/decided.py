"""Which of people's decisions count on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from partnerbook.model import Decision


def in_force(decisions: Iterable[Decision], on: date) -> tuple[Decision, ...]:
    """Return the decisions that hold on a day: of each match or break the newest, if it holds.

    Args:
        decisions: The oldest first.
        on: The day. UTC.
    """
    newest = {each.about: each for each in decisions}
    holding = (each for each in newest.values() if each.holds(on))
    return tuple(sorted(holding, key=lambda each: each.number or 0))
