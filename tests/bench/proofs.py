"""All proofs, by name, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from tests.bench.rows import Row

# Imported when wanted: some bring large test dependencies with them.
MODULES = {
    "faults": "tests.bench.faults",
    "churn": "tests.bench.churn",
    "responses": "tests.bench.responses",
    "schema": "tests.bench.schema",
    "vendor": "tests.bench.vendor",
    "deadlines": "tests.bench.deadlines",
    "pace": "tests.bench.pace",
    "cpu": "tests.bench.cpu",
    "store": "tests.bench.store",
    "kills": "tests.bench.kills",
    "fields": "tests.bench.fields",
    "ledgers": "tests.bench.ledgers",
    "names": "tests.bench.names",
    "mail": "tests.bench.mail",
}

MEASUREMENTS = ("pace", "cpu", "store")
"""Those whose numbers are worth having by themselves."""


def proven(name: str, size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Run one proof.

    Args:
        name: One of `MODULES`.
        size: 1 is whole; 0.05 runs a twentieth of the cases.
        seed: What all chance is drawn from.
    """
    rows: Sequence[Row] = import_module(MODULES[name]).prove(size, seed)
    return rows
