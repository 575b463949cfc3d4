"""The README's tables of proofs: written by the proofs, never by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from partnerbook.files import write
from tests.bench.rows import Row, table

README = Path(__file__).parents[2] / "README.md"


def with_table(text: str, name: str, rows: Sequence[Row]) -> str:
    """Return a text with the table between the markers of a proof replaced.

    Raises:
        ValueError: The text has no such markers.
    """
    mark = f"<!-- proof: {name} -->"
    found = re.search(rf"{re.escape(mark)}\n.*?<!-- /proof -->", text, re.DOTALL)
    if found is None:
        raise ValueError(f"the README has no markers for the proof {name}")
    return f"{text[: found.start()]}{mark}\n{table(rows)}\n<!-- /proof -->{text[found.end() :]}"


def written(name: str, rows: Sequence[Row]) -> None:
    """Write a proof's table into the README.

    Raises:
        ValueError: The README has no markers for it.
    """
    text = with_table(README.read_text(encoding="utf-8"), name, rows)
    write(README, text.encode())
