"""What is compared: a list and the same list a week later; a list and finance's file.

Plain rows, the same for the program and for every peer; nothing here imports the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any

from tests.bench.people import HEADINGS, Row, people

LABEL = HEADINGS.index("Label")
CHANGED, JOINED = 0.01, 0.001  # of the customers; as many leave as join

Happened = list[list[str]]
"""What happened, a list each: kind, customer's ID, and the heading of the field or ""."""

LedgerRow = tuple[int, str | None, str]
"""A row of finance's file: its number, a customer's ID if it has one, and a company's name."""


def two_weeks(customers: int, seed: int) -> tuple[list[Row], list[Row]]:
    """Return a list and the list a week later, sorted by ID: one in a hundred has a new label."""
    chance = Random(f"weeks {seed}")  # noqa: S311  invented customers
    few = max(1, int(customers * JOINED))
    rows = people(customers + few, seed)
    before, after = sorted(rows[:customers]), rows[few:]
    for at in chance.sample(range(len(after)), max(1, int(customers * CHANGED))):
        row = list(after[at])
        row[LABEL] = f"changed {at}"
        after[at] = tuple(row)
    # One list was read last week and the other one today: they share no values.
    return before, sorted(tuple(map(_copied, row)) for row in after)


def two_sides(customers: int, left: int, seed: int) -> tuple[list[Row], list[LedgerRow]]:
    """Return a list sorted by ID and finance's rows: all but some by ID, those by changed names."""
    chance = Random(f"sides {seed}")  # noqa: S311  invented names
    rows = people(customers, seed)
    told = [(None if at < left else row[0], row[2]) for at, row in enumerate(rows)]
    told = [(key, name if key else _retyped(name, chance)) for key, name in told]
    chance.shuffle(told)
    return sorted(rows), [(number, key, name) for number, (key, name) in enumerate(told, 2)]


def in_order(happened: Iterable[Iterable[str]]) -> Happened:
    """Return what happened in an order of its own, fit for JSON."""
    return sorted([*each] for each in happened)


def _copied(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode().decode()
    return value.replace() if isinstance(value, datetime) else value


def _retyped(name: str, chance: Random) -> str:
    """Return a company's name as another person would type it, with a slip now and then."""
    words = name.upper().replace(",", "").replace(".", "").split()
    if chance.random() < 0.5 and len(words[0]) > 3:
        at = chance.randrange(1, len(words[0]) - 1)
        words[0] = words[0][:at] + words[0][at + 1 :]
    return " ".join(words)
