"""The proof of killed refreshes, at a twentieth of its size."""

from __future__ import annotations

import sys

import pytest

from tests.proof_refresh import proof_kills


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_killed_refresh_leaves_the_old_file_or_the_new_one() -> None:
    (row,) = proof_kills(0.05)

    assert row.passed, row.broken
    assert row.numbers["kills"] == 10
