"""Each benchmark of files works, and ours makes what its peers make; times are not judged here."""

from __future__ import annotations

import pytest

from tests.bench.measured import Scale
from tests.bench.sections import measured


@pytest.mark.parametrize(
    ("name", "size"), [("workbooks", 0.005), ("refresh", 0.05), ("reading", 0.01)]
)
def test_all_who_are_installed_make_the_same(name: str, size: float) -> None:
    lines = measured(name, Scale(size=size, rounds=1))

    assert lines[0].who.startswith("Partnerbook")
    assert all(line.passed for line in lines), [line.broken for line in lines]
    assert sum(line.wall is not None for line in lines) > 1, "a peer was there to compare with"
