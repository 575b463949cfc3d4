"""Comparing, matching and reporting with pandas and datacompy; runs in the peers' environment.

Nothing here imports the program. Both are handed their frames, without that being counted.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.measured import Measured
from tests.bench.people import HEADINGS, MOMENT, digest
from tests.bench.weeks import Happened, in_order, two_sides, two_weeks

_KEY, _REST = HEADINGS[0], HEADINGS[1:]


def compared_by_pandas(customers: int, seed: int) -> Measured:
    """Merge on the ID, then compare column with column."""
    before, after = _frames(customers, seed)

    def job() -> Callable[[], str]:
        happened = _happened(before, after)
        return lambda: digest(happened)

    return job


def compared_by_datacompy(customers: int, seed: int) -> Measured:
    """Compare with datacompy, which does so when its object is made."""
    room = import_module("datacompy")
    before, after = _frames(customers, seed)

    def job() -> Callable[[], str]:
        found = room.PandasCompare(before, after, join_columns=_KEY, cast_column_names_lower=False)
        left = [("left", each, "") for each in found.df1_unq_rows[_KEY]]
        joined = [("joined", each, "") for each in found.df2_unq_rows[_KEY]]
        both = found.intersect_rows
        changed = [
            ("altered", each, column)
            for column in _REST
            for each in both.loc[~both[f"{column}_match"], _KEY]
        ]
        return lambda: digest(in_order([*left, *joined, *changed]))

    return job


def matched_by_pandas(customers: int, left: int, seed: int) -> Measured:
    """Merge on the ID alone: who is known by name only stays unmatched."""
    ours, theirs = _sides(customers, left, seed)

    def job() -> Callable[[], str]:
        found = ours.merge(theirs, on=_KEY, how="outer", indicator=True)
        both = found[found["_merge"] == "both"]
        pairs = [*zip(both[_KEY], both["row"].astype(int), strict=True)]
        return lambda: digest(sorted(pairs))

    return job


def matched_by_datacompy(customers: int, left: int, seed: int) -> Measured:
    """Compare on the ID alone, likewise."""
    room = import_module("datacompy")
    ours, theirs = _sides(customers, left, seed)

    def job() -> Callable[[], str]:
        found = room.PandasCompare(ours, theirs, join_columns=_KEY, cast_column_names_lower=False)
        both = found.intersect_rows
        pairs = [*zip(both[_KEY], both["row"].astype(int), strict=True)]
        return lambda: digest(sorted(pairs))

    return job


def reported_by_pandas(customers: int, seed: int) -> Measured:
    """Compare, write both lists with XlsxWriter, the changes as a page, and attach both."""
    pandas = import_module("pandas")
    before, after = _frames(customers, seed)

    def job() -> Callable[[], str]:
        happened = _happened(before, after)
        changes = pandas.DataFrame(happened, columns=("kind", _KEY, "field"))
        folder = Path(tempfile.mkdtemp())
        with pandas.ExcelWriter(folder / "weekly.xlsx", engine="xlsxwriter") as book:
            changes.to_excel(book, sheet_name="Changes", index=False)
            # Excel's dates have no zone.
            bare = after.assign(**{HEADINGS[MOMENT]: after[HEADINGS[MOMENT]].dt.tz_localize(None)})
            bare.to_excel(book, sheet_name="Customers", index=False)
        page = io.StringIO()
        changes.to_html(page, index=False)
        message = EmailMessage()
        message.set_content(f"{len(changes)} changes")
        message.add_attachment(
            (folder / "weekly.xlsx").read_bytes(), maintype="application", subtype="octet-stream"
        )
        message.add_attachment(page.getvalue(), subtype="html", filename="weekly.html")
        bytes(message)
        return lambda: digest(happened)

    return job


def _happened(before: Any, after: Any) -> Happened:
    merged = before.merge(after, on=_KEY, how="outer", suffixes=(" then", " now"), indicator=True)
    return in_order(_told(merged))


def _told(merged: Any) -> Iterator[tuple[str, str, str]]:
    for side, kind in (("left_only", "left"), ("right_only", "joined")):
        for each in merged.loc[merged["_merge"] == side, _KEY]:
            yield kind, each, ""
    both = merged[merged["_merge"] == "both"]
    for column in _REST:
        then, now = both[f"{column} then"], both[f"{column} now"]
        same = (then == now) | (then.isna() & now.isna())
        for each in both.loc[~same, _KEY]:
            yield "altered", each, column


def _frames(customers: int, seed: int) -> tuple[Any, Any]:
    pandas = import_module("pandas")
    before, after = two_weeks(customers, seed)
    return (
        pandas.DataFrame(before, columns=HEADINGS),
        pandas.DataFrame(after, columns=HEADINGS),
    )


def _sides(customers: int, left: int, seed: int) -> tuple[Any, Any]:
    pandas = import_module("pandas")
    ours, theirs = two_sides(customers, left, seed)
    lines = [(key or f"none {number}", number, name) for number, key, name in theirs]
    return (
        pandas.DataFrame(ours, columns=HEADINGS),
        pandas.DataFrame(lines, columns=(_KEY, "row", "name")),
    )
