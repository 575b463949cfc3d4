"""All benchmarks, by name, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from tests.bench.lines import Line
from tests.bench.measured import Scale

# Imported when wanted, as the proofs are. Each has ``measure(scale) -> Sequence[Line]``.
SECTIONS = {
    "workbooks": "tests.bench.workbooks",
    "refresh": "tests.bench.refreshing",
    "reading": "tests.bench.reading",
    "listing": "tests.bench.cpu",
    "compare": "tests.bench.compare",
    "match": "tests.bench.reconciling",
    "report": "tests.bench.reports",
    "start": "tests.bench.start",
    "growth": "tests.bench.growth",
}


def measured(name: str, scale: Scale) -> Sequence[Line]:
    """Run one benchmark.

    Args:
        name: One of `SECTIONS`.
        scale: How it is run.
    """
    lines: Sequence[Line] = import_module(SECTIONS[name]).measure(scale)
    return lines
