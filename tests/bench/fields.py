"""CUSTOMERFIELD in its vector form: what a cell costs beside the listing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, cast

from addin import answers
from addin.session import Session
from partnerbook.model import EVERYBODY, CustomerQuery, Evidence, Listing, Snapshot
from tests.bench.rows import Row, at_size
from tests.bench.store import _person

if TYPE_CHECKING:
    from partnerbook.book import Book

CELLS, ROUNDS = 10_000, 9
_MOST = 20.0  # microseconds a cell


class _Kept:
    """A book whose listing was taken already."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def kept(self, query: CustomerQuery = EVERYBODY) -> Snapshot:
        """Return the snapshot of everybody."""
        assert query == EVERYBODY
        return self._snapshot


def prove(size: float = 1.0, seed: int = 1) -> Sequence[Row]:
    """Look up one field of many customers in one call; times are judged in the whole proof only."""
    cells = at_size(CELLS, size)
    people = tuple(_person(number + seed) for number in range(cells))
    listing = Listing(
        EVERYBODY,
        datetime(2026, 1, 1, tzinfo=UTC),
        "sub-customers",
        people,
        Evidence(requests=1, passes=1, method="one page"),
    )
    session = Session(lambda: cast("Book", _Kept(Snapshot(listing, "p@host"))))
    ids = [[each.customer_id] for each in people]
    took = []
    for _ in range(ROUNDS):
        started = time.process_time()
        found = answers.field(session, ids, "Company name", None)
        took.append((time.process_time() - started) / cells * 1e6)
    right = found == [[each.company_name] for each in people]
    held = right and (median(took) < _MOST or size < 1)
    return [
        Row(
            promise="a column of CUSTOMERFIELD costs next to nothing beside the listing",
            fault=f"one call for {cells:,} customers, median of {ROUNDS}",
            mark=f"right, under {_MOST:.0f} microseconds of CPU a cell",
            result=f"{median(took):.1f} microseconds a cell",
            passed=held,
            numbers={"microseconds": median(took), "cells": cells},
            broken=() if held else (f"{median(took):.1f} microseconds, right: {right}",),
        )
    ]
