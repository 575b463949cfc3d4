"""One line of a proof: a promise, the fault it is tried against, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one promise.

    Attributes:
        promise: What the product promises.
        fault: What it was tried against.
        mark: What had to come out.
        result: What came out.
        passed: Whether the promise held.
        numbers: What was counted or measured, for machines.
        broken: Every case that broke the promise, with its seed.
    """

    promise: str
    fault: str
    mark: str
    result: str
    passed: bool
    numbers: dict[str, Any] = field(default_factory=dict)
    broken: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return asdict(self)


Proof = Callable[[float, int], Sequence[Row]]
"""Proves at a size (1 is whole, 0.05 a twentieth) and from a seed."""


def at_size(whole: int, size: float, least: int = 1) -> int:
    """Return how many cases of so many belong to a size."""
    return max(least, round(whole * size))


def table(rows: Sequence[Row]) -> str:
    """Return rows as a Markdown table."""
    lines = ["| promise | tried against | pass mark | result | |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.promise} | {row.fault} | {row.mark} | {row.result} | "
        f"{'held' if row.passed else '**BROKEN**'} |"
        for row in rows
    ]
    return "\n".join(lines)
