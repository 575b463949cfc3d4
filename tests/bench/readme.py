"""The README's tables of proofs and benchmarks: written by them, never by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from partnerbook.files import write
from tests.bench import lines
from tests.bench import rows as proofs
from tests.bench.lines import Line
from tests.bench.rows import Row

README = Path(__file__).parents[2] / "README.md"


def rendered(rows: Sequence[Row] | Sequence[Line]) -> str:
    """Return the rows of a proof, or the lines of a benchmark, as a Markdown table."""
    told = [row for row in rows if isinstance(row, Row)]
    if told:
        return proofs.table(told)
    return lines.table([row for row in rows if isinstance(row, Line)])


def with_table(
    text: str, name: str, rows: Sequence[Row] | Sequence[Line], *, kind: str = "proof"
) -> str:
    """Return a text with the table between the markers of a proof or benchmark replaced.

    Args:
        text: The text.
        name: The proof's or benchmark's name.
        rows: What came of it.
        kind: What the markers say that it is: ``proof`` or ``bench``.

    Raises:
        ValueError: The text has no such markers.
    """
    mark, end = f"<!-- {kind}: {name} -->", f"<!-- /{kind} -->"
    found = re.search(rf"{re.escape(mark)}\n.*?{re.escape(end)}", text, re.DOTALL)
    if found is None:
        raise ValueError(f"the README has no markers for the {kind} {name}")
    return f"{text[: found.start()]}{mark}\n{rendered(rows)}\n{end}{text[found.end() :]}"


def written(name: str, rows: Sequence[Row] | Sequence[Line], *, kind: str = "proof") -> None:
    """Write a table into the README.

    Raises:
        ValueError: The README has no markers for it.
    """
    text = with_table(README.read_text(encoding="utf-8"), name, rows, kind=kind)
    write(README, text.encode())
