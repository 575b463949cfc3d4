"""Whatever a person does between refreshes, over real files: no note is lost or moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from addin import macros
from addin.files import open_book, save
from addin.states import States
from partnerbook.model import Customer, Snapshot
from reports.workbook.starter import starter_workbook

START = datetime(2026, 5, 4, 6, tzinfo=UTC)
TOP = 21  # the row of headings
OURS = 16  # columns

_STEP = st.one_of(
    st.tuples(st.just("refresh"), st.sets(st.integers(1, 6))),
    st.tuples(st.just("edit"), st.integers(1, 6), st.integers(0, 1)),
    st.tuples(st.just("delete"), st.integers(1, 6), st.integers(0, 1)),
    st.tuples(st.just("delete row"), st.integers(1, 6)),
    st.tuples(st.just("sort"), st.randoms(use_true_random=False)),
    st.tuples(st.just("filter"), st.sets(st.integers(1, 6))),
    st.tuples(st.just("move own")),
    st.tuples(st.just("insert own")),
    st.tuples(st.just("move ours"), st.integers(2, 15)),
    st.tuples(st.just("rename"), st.integers(0, 1)),
    st.tuples(st.just("undo")),
)


class Person:
    """Somebody who works in a sheet, and what they wrote and still want."""

    def __init__(
        self, folder: Path, make: Callable[..., Customer], snap: Callable[..., Snapshot]
    ) -> None:
        self.path = folder / "Customers.xlsx"
        self.path.write_bytes(starter_workbook())
        self.states = States(folder / "home", self.path)
        self.make, self.snap = make, snap
        self.hours = self.written = 0
        self.wanted: set[str] = set()
        self.own = ["Owner", "Todo"]

    def refresh(self, who: set[int]) -> None:
        self.hours += 1
        now = START + timedelta(hours=self.hours)
        customers = [self.make(n) for n in sorted(who)]
        book = open_book(self.path)
        macros.refresh(
            book,
            lambda query: self.snap(*customers, query=query, taken_at=now),
            confirmed=True,
            now=now,
            keep=self.states.keep,
        )
        save(book)

    def undo(self) -> None:
        kept = self.states.newest()
        if kept is not None:
            book = open_book(self.path)
            macros.undo(book, kept.state, now=START)
            save(book)
            self.states.drop(kept)

    def at_the_sheet(self, change: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(self.path)
        change(book["Customers"])
        book.save(self.path)

    def column(self, ws: Any, name: str) -> int:
        return next(int(cell.column) for cell in ws[TOP] if cell.value == name)

    def row(self, ws: Any, number: int) -> int | None:
        place = self.column(ws, "Customer ID")
        ids = {ws.cell(row, place).value: row for row in range(TOP + 1, ws.max_row + 1)}
        return ids.get(f"id-{number:04}")

    def type(self, ws: Any, number: int, own: int, *, empty: bool) -> None:
        row = self.row(ws, number)
        if row is None:
            return
        cell = ws.cell(row, self.column(ws, self.own[own]))
        self.wanted.discard(str(cell.value))
        self.written += 1
        cell.value = None if empty else f"of id-{number:04}, no. {self.written}"
        if not empty:
            self.wanted.add(cell.value)

    def delete_row(self, ws: Any, number: int) -> None:
        row = self.row(ws, number)
        if row is None:
            return
        for cell in ws[row]:
            self.wanted.discard(str(cell.value))
            cell.value = None

    def sort(self, ws: Any, chance: Any) -> None:
        last = ws.tables["CustomerList"].ref.split(":")[1]
        bottom = int("".join(filter(str.isdigit, last)))
        rows = [[cell.value for cell in row] for row in ws.iter_rows(TOP + 1, bottom)]
        chance.shuffle(rows)
        for number, row in enumerate(rows, TOP + 1):
            for column, value in enumerate(row, 1):
                ws.cell(number, column).value = value

    def hide(self, ws: Any, who: set[int]) -> None:
        for number in range(1, 7):
            row = self.row(ws, number)
            if row is not None:
                ws.row_dimensions[row].hidden = number in who

    def swap(self, ws: Any, one: int, other: int) -> None:
        for row in range(TOP, ws.max_row + 1):
            a, b = ws.cell(row, one), ws.cell(row, other)
            a.value, b.value = b.value, a.value
        listed = ws.tables["CustomerList"].tableColumns
        for column in (one, other):
            if column <= OURS:
                listed[column - 1].name = ws.cell(TOP, column).value

    def rename(self, ws: Any, own: int) -> None:
        self.written += 1
        place = self.column(ws, self.own[own])
        self.own[own] = f"Heading {self.written}"
        ws.cell(TOP, place).value = self.own[own]

    def found(self) -> list[tuple[str, str]]:
        """Return whose row or line each note stands in, as an independent reader sees it."""
        book = CalamineWorkbook.from_path(str(self.path))
        rows = book.get_sheet_by_name("Customers").to_python()[TOP - 1 :]
        key = rows[0].index("Customer ID")
        found = [
            (str(row[key]), value)
            for row in rows[1:]
            for value in row
            if isinstance(value, str) and value.startswith("of id-")
        ]
        parked = book.get_sheet_by_name("Parked notes").to_python()[1:]
        return found + [(str(row[0]), str(row[2])) for row in parked if row[2] != ""]


def _do(person: Person, step: tuple[Any, ...]) -> None:
    what, *how = step
    if what == "refresh":
        person.refresh(*how)
    elif what == "undo":
        person.undo()
    else:
        changes: dict[str, Callable[[Any], None]] = {
            "edit": lambda ws: person.type(ws, *how, empty=False),
            "delete": lambda ws: person.type(ws, *how, empty=True),
            "delete row": lambda ws: person.delete_row(ws, *how),
            "sort": lambda ws: person.sort(ws, *how),
            "filter": lambda ws: person.hide(ws, *how),
            "move own": lambda ws: person.swap(
                ws, *(person.column(ws, each) for each in person.own)
            ),
            "insert own": lambda ws: person.swap(
                ws, person.column(ws, person.own[1]), ws.max_column + 2
            ),
            "move ours": lambda ws: person.swap(ws, 1, *how),
            "rename": lambda ws: person.rename(ws, *how),
        }
        person.at_the_sheet(changes[what])


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(_STEP, min_size=3, max_size=9))
def test_no_note_is_lost_or_moved(
    tmp_path: Path,
    make_customer: Callable[..., Customer],
    make_snapshot: Callable[..., Snapshot],
    steps: list[tuple[Any, ...]],
) -> None:
    person = Person(tmp_path, make_customer, make_snapshot)
    while (kept := person.states.newest()) is not None:  # of an earlier example
        person.states.drop(kept)
    person.refresh({1, 2, 3, 4, 5, 6})

    def begin(ws: Any) -> None:
        for column, name in enumerate(person.own, OURS + 1):
            ws.cell(TOP, column).value = name
        for number in range(1, 7):
            person.type(ws, number, number % 2, empty=False)

    person.at_the_sheet(begin)
    for step in steps:
        _do(person, step)
        found = person.found()
        assert person.wanted <= {note for _, note in found}, (step, "lost")
        assert [(key, note) for key, note in found if not note.startswith(f"of {key},")] == [], (
            step,
            "moved",
        )
