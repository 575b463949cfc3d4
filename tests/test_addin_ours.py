"""Our columns hold what the listing says, whatever was done to them and however few are written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addin import macros, ours
from addin.files import blocks, open_book, save
from partnerbook.model import Customer, Snapshot
from reports.workbook.starter import starter_workbook

MakeCustomer = Callable[..., Customer]
MakeSnapshot = Callable[..., Snapshot]
NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)
TOP = 22
COUNT = 40

_typed = st.sampled_from(
    [None, 86, 86.0, True, "0086", "=1+1", "#N/A", "typed", "x" * 300, NOW.replace(tzinfo=None)]
)
_edits = st.lists(
    st.tuples(st.integers(0, COUNT - 1), st.integers(2, 16), _typed, st.booleans()), max_size=8
)
"""Row, column, what is typed there, and whether a text is typed as a text."""


def _list(path: Path) -> list[list[tuple[Any, str, str]]]:
    """Return value, type and format of our columns as an independent reader sees them."""
    sheet = openpyxl.load_workbook(path)["Customers"]
    return [
        [(cell.value, cell.data_type, cell.number_format) for cell in row[:16]]
        for row in sheet.iter_rows(min_row=TOP, max_row=sheet.max_row)
    ]


@pytest.fixture
def filled(
    tmp_path: Path, make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> tuple[Path, list[Customer]]:
    people = [
        make_customer(
            n, label="VIP" if n % 2 else None, company_name="云 " * 150 if n % 9 == 0 else f"Co {n}"
        )
        for n in range(COUNT)
    ]
    path = tmp_path / "filled.xlsx"
    path.write_bytes(starter_workbook())
    _refresh(path, make_snapshot(*people))
    return path, people


def _refresh(path: Path, snapshot: Snapshot) -> None:
    book = open_book(path)
    macros.refresh(book, lambda _: snapshot, confirmed=True, now=NOW)
    save(book)


def _type(path: Path, edits: Sequence[tuple[int, int, Any, bool]]) -> None:
    book = openpyxl.load_workbook(path)
    for row, column, value, as_text in edits:
        cell = book["Customers"].cell(TOP + row, column)
        cell.value = value
        if as_text and isinstance(value, str):
            cell.data_type = "s"
    book.save(path)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(edits=_edits, gone=st.sets(st.integers(0, COUNT - 1), max_size=3), label=st.integers(0, 5))
def test_few_rows_written_leave_what_all_of_them_leave(
    filled: tuple[Path, list[Customer]],
    make_customer: MakeCustomer,
    make_snapshot: MakeSnapshot,
    edits: list[tuple[int, int, Any, bool]],
    gone: set[int],
    label: int,
) -> None:
    path, people = filled
    after = [
        make_customer(n, label="changed", company_name=each.company_name) if n == label else each
        for n, each in enumerate(people)
        if n not in gone
    ]
    snapshot = make_snapshot(
        *after, make_customer(COUNT + 1, label="#REF!" if label == 5 else "new")
    )
    few, every = path.with_name("few.xlsx"), path.with_name("every.xlsx")
    shutil.copyfile(path, few)
    _type(few, edits)
    shutil.copyfile(few, every)
    _refresh(few, snapshot)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ours, "_differing", lambda *_: None)
        _refresh(every, snapshot)
    assert _list(few) == _list(every)
    assert all(kind in ("s", "n", "d") for row in _list(few) for _, kind, _ in row)


@pytest.mark.parametrize("shown", ["#N/A", '="Co 3"', 7, None, "Co 3 "])
def test_what_a_person_typed_over_is_put_right(
    filled: tuple[Path, list[Customer]], make_snapshot: MakeSnapshot, shown: Any
) -> None:
    path, people = filled
    before = _list(path)
    _type(path, [(5, 3, shown, False)])
    _refresh(path, make_snapshot(*people))
    assert [row[:15] for row in _list(path)] == [row[:15] for row in before]


def test_an_error_is_put_right_where_its_text_should_be(
    filled: tuple[Path, list[Customer]], make_customer: MakeCustomer, make_snapshot: MakeSnapshot
) -> None:
    path, people = filled
    people = [make_customer(0, label="#N/A", company_name=people[0].company_name), *people[1:]]
    _refresh(path, make_snapshot(*people))
    _refresh(path, make_snapshot(*people))  # the word "Changed" goes
    row = next(at for at, line in enumerate(_list(path)) if line[5][0] == "#N/A")
    _type(path, [(row, 6, "#N/A", False)])
    assert _list(path)[row][5][1] == "e"
    _refresh(path, make_snapshot(*people))
    assert _list(path)[row][5][:2] == ("#N/A", "s")


def test_a_formula_that_shows_what_should_be_there_becomes_it(
    filled: tuple[Path, list[Customer]], make_snapshot: MakeSnapshot
) -> None:
    path, people = filled
    _refresh(path, make_snapshot(*people))
    before = _list(path)
    name = before[5][2][0]
    book = open_book(path)
    file = book.impl.file
    file.values_hold = True  # as Excel saves it, with what it shows
    grid = book.sheets["Customers"].impl.grid
    grid.put(TOP + 5, 3, f' s="8" t="str"><f>"{name}"</f><v>{name}</v></c>')
    save(book)
    assert _list(path)[5][2][1] == "f"
    _refresh(path, make_snapshot(*people))
    assert _list(path) == before


def test_a_quiet_week_writes_no_row_of_ours(
    filled: tuple[Path, list[Customer]],
    make_snapshot: MakeSnapshot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, people = filled
    snapshot = make_snapshot(*people)
    _refresh(path, snapshot)  # the words "New" go
    written: list[tuple[int, int, int, int]] = []

    def noted(file: Any, area: tuple[int, int, int, int], _: Any) -> None:
        if file.name == "Customers" and area[0] >= TOP and area[1] <= 16:
            written.append(area)

    monkeypatch.setattr(blocks, "write", noted)
    _refresh(path, snapshot)
    assert written == []
