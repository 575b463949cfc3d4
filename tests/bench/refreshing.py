"""Refreshing: a workbook of 10,000 customers with a column of notes gets a new list.

One customer in a hundred has another label, one in five hundred left or joined; notes stay with
their customer. Ours is what `partnerbook excel refresh` does with a file: it opens it, reads the
list and the notes, plans, keeps what *undo* needs, writes, checks what it wrote and flushes it to
the disk; every part but those of the list, the log and the history keeps its bytes. openpyxl
loads the file, writes the same list in the same order, and saves; what it does not know of a
file it forgets, so its other parts are not compared.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import xlwings

from addin import files, macros
from addin.cells import row_of
from addin.states import States
from partnerbook.model import Customer, CustomerQuery, Evidence, Listing, Snapshot
from partnerbook.views import View
from partnerbook.wording import HEADINGS
from reports.workbook.starter import starter_workbook
from tests.bench.lines import Line, contest
from tests.bench.measured import Job, Measured, Scale
from tests.bench.people import people
from tests.bench.refreshers import HEADING_ROW, OWN, content
from tests.bench.rows import at_size

CUSTOMERS = 10_000
_FIRST = datetime(2026, 1, 5, 6, tzinfo=UTC)
_SECOND = _FIRST + timedelta(days=7)
_ALTERED, _MOVED = 100, 500  # one in so many
_MAY_CHANGE = (
    *("xl/worksheets/", "xl/tables/", "xl/styles.xml", "xl/workbook.xml"),
    "[Content_Types].xml",  # comments with old values are parts of their own
)


def measure(scale: Scale) -> Sequence[Line]:
    """Refresh the same file in both ways, in turn; then a large one, for its size."""
    with tempfile.TemporaryDirectory() as folder:
        few = at_size(CUSTOMERS, scale.size, _MOVED)
        many = at_size(10 * CUSTOMERS, scale.size, _MOVED)
        return [
            *_contest(Path(folder), few, scale, peer=True),
            *_contest(Path(folder), many, scale, peer=False),
        ]


def _contest(folder: Path, customers: int, scale: Scale, *, peer: bool) -> list[Line]:
    path, wanted = folder / f"{customers}.xlsx", folder / f"{customers}.json"
    before, after = _lists(customers, scale.seed)
    path.write_bytes(starter_workbook())
    _refresh(path, folder, before, _FIRST)
    book = files.open_book(path)
    notes = [["Owner"], *([f"note {number}"] for number in range(len(before)))]
    book.sheets["Customers"].range((HEADING_ROW, OWN)).value = notes
    files.save(book)
    shown = View(query=CustomerQuery()).shown(_listing(after, _SECOND))
    rows = [row_of(each, list(HEADINGS)) for each in shown]
    wanted.write_text(json.dumps(rows, default=datetime.isoformat), encoding="utf-8")
    at = {"path": str(path), "customers": customers, "seed": scale.seed}
    jobs = [
        Job(who="Partnerbook", call=f"{__name__}:ours", arguments=at, seconds=5 if peer else None)
    ]
    if peer:
        jobs.append(
            Job(
                who="openpyxl, load and save",
                call="tests.bench.refreshers:openpyxl",
                arguments={"path": str(path), "wanted": str(wanted)},
                package="openpyxl",
                least=10,
            )
        )
    return contest(f"a workbook of {customers:,} customers refreshed", jobs, scale)


def ours(path: str, customers: int, seed: int) -> Measured:
    """Refresh a copy of the file."""
    folder = Path(tempfile.mkdtemp())
    copy = folder / "Customers.xlsx"
    shutil.copyfile(path, copy)
    _, after = _lists(customers, seed)

    def job() -> Callable[[], str]:
        _refresh(copy, folder, after, _SECOND)
        return lambda: _checked(Path(path), copy)

    return job


def _refresh(path: Path, home: Path, people: Sequence[Customer], now: datetime) -> None:
    snapshot = Snapshot(listing=_listing(people, now), account="bench")
    book: xlwings.Book = files.open_book(path)
    states = States(home, path)
    macros.refresh(book, lambda _: snapshot, confirmed=True, now=now, keep=states.keep)
    files.save(book)
    states.written()


def _checked(old: Path, new: Path) -> str:
    with zipfile.ZipFile(old) as before, zipfile.ZipFile(new) as after:
        kept = [name for name in before.namelist() if not name.startswith(_MAY_CHANGE)]
        changed = [name for name in kept if before.read(name) != after.read(name)]
    if changed:
        raise AssertionError(f"parts that are not the list's were changed: {changed}")
    return content(new)


def _lists(customers: int, seed: int) -> tuple[list[Customer], list[Customer]]:
    every = [
        Customer(
            customer_id=row[0],
            account_name=row[1],
            company_name=row[2],
            associated_at=row[3],
            association=row[4],
            label=row[5],
            telephone=row[6],
            country_code=row[7],
            verification="2",
            customer_type=1,
            is_frozen=False,
            account_manager=row[8],
            xaccount_id=f"C-{row[1]}",
            level="V1",
            email=row[9],
        )
        for row in people(customers + customers // _MOVED, seed)
    ]
    before = every[:customers]
    stayed = [each for number, each in enumerate(before) if number % _MOVED]
    joined = every[customers:]
    after = [
        replace(each, label="changed") if number % _ALTERED == 1 else each
        for number, each in enumerate(stayed)
    ]
    return before, after + joined


def _listing(people: Sequence[Customer], now: datetime) -> Listing:
    evidence = Evidence(requests=1, passes=1, method="one page")
    found = tuple(sorted(people, key=lambda each: each.customer_id))
    return Listing(CustomerQuery(), now, "sub-customers", found, evidence)
