"""The main jobs at any size, each from what it is given in real life to what comes of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from partnerbook.compare import changes
from partnerbook.model import EVERYBODY
from partnerbook.store import Store
from partnerbook.views import View
from reports.ledger import read_ledger
from reports.workbook.customers import customers_workbook
from reports.workbook.sheets import add_table, new_book, save
from reports.workbook.starter import starter_workbook
from tests.bench import reconciling
from tests.bench.listed import ACCOUNT, NOW, weeks
from tests.bench.measured import Measured
from tests.bench.weeks import two_sides


def stored(customers: int, seed: int) -> Measured:
    """Keep a week's list beside the one before."""
    before, after = weeks(customers, seed)
    folder, store = _store()
    store.add(before.listing, ACCOUNT)

    def job() -> Callable[[], int]:
        store.add(after.listing, ACCOUNT)
        return lambda: _closed(folder, store, customers)

    return job


def read_back(customers: int, seed: int) -> Measured:
    """Read the list as it was a week ago."""
    before, after = weeks(customers, seed)
    folder, store = _store()
    for each in (before, after):
        store.add(each.listing, ACCOUNT)

    def job() -> Callable[[], int]:
        found = store.newest(ACCOUNT, EVERYBODY, until=before.taken_at)
        if found is None or found.listing.customers != before.listing.customers:
            raise AssertionError("the store gives another list back")
        return lambda: _closed(folder, store, found.listing.count)

    return job


def changed(customers: int, seed: int) -> Measured:
    """Say what changed between two lists in the store."""
    before, after = weeks(customers, seed)
    folder, store = _store()
    for each in (before, after):
        store.add(each.listing, ACCOUNT)
    wanted = len(changes(before, after))

    def job() -> Callable[[], int]:
        found = store.last_two(ACCOUNT, EVERYBODY)
        if found is None or len(changes(found[0], found[1])) != wanted:
            raise AssertionError("the store knows of other changes")
        return lambda: _closed(folder, store, customers)

    return job


def written(customers: int, seed: int) -> Measured:
    """Write a list as a workbook."""
    _, after = weeks(customers, seed)

    def job() -> Callable[[], int]:
        data = customers_workbook(after, after.listing.customers, View())
        return lambda: len(data) // customers

    return job


def fields(customers: int, seed: int) -> Measured:
    """Look up a field of every customer, as a column of cells beside their IDs does."""
    from addin import answers  # noqa: PLC0415  xlwings, which the other jobs do without
    from addin.session import Session  # noqa: PLC0415  as above

    _, after = weeks(customers, seed)
    people = after.listing.customers
    ids = [[each.customer_id] for each in people]
    book: Any = SimpleNamespace(kept=lambda _query=EVERYBODY: after)

    def job() -> Callable[[], int]:
        found = answers.field(Session(lambda: book), ids, "Company name", None)
        return lambda: _checked(found, [[each.company_name] for each in people])

    return job


def reconciled(customers: int, seed: int) -> Measured:
    """Reconcile with a ledger that names a fiftieth without an ID."""
    # What judges names is loaded with the first doubtful one, which a small ledger may not hold.
    reconciling.ours(300, 300, seed)()
    return reconciling.ours(customers, max(1, customers // 50), seed)


def refreshed(customers: int, seed: int) -> Measured:
    """Bring a workbook with last week's list up to date, and write the file."""
    from addin import files, macros  # noqa: PLC0415  xlwings, which the other jobs do without

    before, after = weeks(customers, seed)
    folder = Path(tempfile.mkdtemp())
    path = folder / "Customers.xlsx"
    path.write_bytes(starter_workbook())

    def refresh(snapshot: Any) -> int:
        book = files.open_book(path)
        outcome = macros.refresh(
            book, lambda _query: snapshot, confirmed=True, now=NOW, keep=lambda _state: None
        )
        if not outcome.applied:
            raise AssertionError("the refresh was stopped")
        files.save(book)
        return len(outcome.plan.rows)

    refresh(before)

    def job() -> Callable[[], int]:
        rows = refresh(after)
        return lambda: _emptied(folder, rows)

    return job


def ledger(customers: int, seed: int) -> Measured:
    """Read finance's file, a workbook."""
    _, rows = two_sides(customers, max(1, customers // 50), seed)
    folder = Path(tempfile.mkdtemp())
    path = folder / "ledger.xlsx"
    book = new_book(title="Ledger", as_of=NOW)
    told = [(key or "", name) for _, key, name in rows]
    add_table(book, "Ledger", ("Customer ID", "Company name"), told, table_name="Ledger")
    path.write_bytes(save(book))

    def job() -> Callable[[], int]:
        found = read_ledger(path)
        return lambda: _emptied(folder, len(found.lines))

    return job


def _checked(found: Sequence[Any], wanted: Sequence[Any]) -> int:
    if found != wanted:
        raise AssertionError("the cells hold something else")
    return len(found)


def _store() -> tuple[Path, Store]:
    folder = Path(tempfile.mkdtemp())
    return folder, Store(f"sqlite:///{folder}/partnerbook.db")


def _closed(folder: Path, store: Store, came: int) -> int:
    store.close()
    return _emptied(folder, came)


def _emptied(folder: Path, came: int) -> int:
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()
    return came
