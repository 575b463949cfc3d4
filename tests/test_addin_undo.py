"""Taking refreshes back: identity when nothing happened since, nothing typed since is lost."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from python_calamine import CalamineWorkbook

from addin import cells, macros, states
from addin.files import open_book, save
from addin.refresh import plan
from addin.rows import LEFT, Circumstances, Formula, OldRow, ParkedNote
from addin.states import States
from addin.undo import State, Undoing, undone
from partnerbook import files
from partnerbook.errors import WorkbookError
from partnerbook.model import Customer, Snapshot
from partnerbook.sandbox import Sandbox
from reports.workbook.starter import starter_workbook

MakeCustomer = Callable[..., Customer]
MakeSnapshot = Callable[..., Snapshot]
NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)


class Desk:
    """A workbook whose refreshes can be taken back, an hour between each."""

    def __init__(self, folder: Path, make_snapshot: MakeSnapshot) -> None:
        self.path = folder / "Customers.xlsx"
        self.path.write_bytes(starter_workbook())
        self.make_snapshot = make_snapshot
        self.states = States(folder / "home", self.path)
        self.hours = 0

    def refresh(self, *customers: Customer) -> None:
        self.hours += 1
        now = NOW + timedelta(hours=self.hours)
        book = open_book(self.path)
        macros.refresh(
            book,
            lambda query: self.make_snapshot(*customers, query=query, taken_at=now),
            confirmed=True,
            now=now,
            keep=self.states.keep,
        )
        save(book)
        self.states.written()

    def undo(self) -> macros.Undone:
        kept = self.states.newest()
        assert kept is not None
        book = open_book(self.path)
        done = macros.undo(book, kept.state, now=NOW)
        save(book)
        self.states.drop(kept)
        return done

    def edit(self, change: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(self.path)
        change(book["Customers"])
        book.save(self.path)

    def write(self, column: int, heading: str, notes: dict[str, Any]) -> None:
        def change(ws: Any) -> None:
            top = next(row[0].row for row in ws.iter_rows() if row[0].value == "Customer ID")
            ws.cell(top, column, heading)
            for row in range(top + 1, ws.max_row + 1):
                if ws.cell(row, 1).value in notes:
                    ws.cell(row, column, notes[ws.cell(row, 1).value])

        self.edit(change)

    def cells(self) -> dict[str, list[list[Any]]]:
        """Return what an independent reader sees on our sheets, blank ends cut."""
        book = CalamineWorkbook.from_path(str(self.path))
        found = {}
        for name in ("Customers", "Parked notes", "Refresh log"):
            rows = book.get_sheet_by_name(name).to_python()
            while rows and not any(value != "" for value in rows[-1]):
                rows.pop()
            found[name] = [list(row) for row in rows]
        return found

    def notes(self, heading: str) -> dict[str, Any]:
        rows = self.cells()["Customers"]
        top = next(at for at, row in enumerate(rows) if row[0] == "Customer ID")
        place = rows[top].index(heading)
        return {row[0]: row[place] for row in rows[top + 1 :] if row[place] != ""}


@pytest.fixture
def desk(tmp_path: Path, make_snapshot: MakeSnapshot) -> Desk:
    return Desk(tmp_path, make_snapshot)


def test_an_undo_restores_every_cell(desk: Desk, make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(1, 9)]
    desk.refresh(*everybody)
    desk.write(17, "Owner", {"id-0001": "Li", "id-0002": 5, "id-0007": "0086"})
    desk.write(18, "Length", {f"id-000{n}": f"=LEN(B{30 - n})" for n in range(1, 9)})
    before = desk.cells()

    desk.refresh(make_customer(3, label="VIP"), *everybody[4:6], make_customer(20))
    assert desk.cells() != before
    done = desk.undo()

    assert desk.cells() == before
    assert done.count == 8
    assert done.kept == ()
    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    rows = [row for row in ws.iter_rows() if str(row[0].value).startswith("id-")]
    assert [row[17].value for row in rows] == [
        f"=LEN(B{30 - int(row[0].value[-1])})" for row in rows
    ]


def test_five_refreshes_come_back_one_by_one(desk: Desk, make_customer: MakeCustomer) -> None:
    seen = []
    for size in range(1, 8):
        seen.append(desk.cells())
        desk.refresh(*(make_customer(n) for n in range(1, size + 1)))

    for before in reversed(seen[2:]):
        desk.undo()
        assert desk.cells() == before
    assert desk.states.newest() is None, "only five are kept"


def test_what_was_typed_since_is_not_lost(desk: Desk, make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(1, 7)]
    desk.refresh(*everybody)
    desk.write(17, "Owner", {"id-0001": "Li", "id-0002": "Wang"})
    desk.refresh(*everybody[1:], make_customer(9))
    desk.write(17, "Owner", {"id-0002": "Chen", "id-0003": "new", "id-0009": "of a new one"})

    done = desk.undo()

    assert desk.notes("Owner") == {"id-0001": "Li", "id-0002": "Chen", "id-0003": "new"}
    assert [(note.customer_id, note.value) for note in done.kept] == [("id-0009", "of a new one")]
    desk.refresh(*everybody, make_customer(9))
    assert desk.notes("Owner")["id-0009"] == "of a new one", "it comes back with its customer"


def test_formats_and_comments_of_who_stays_go_along(
    desk: Desk, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 6)]
    desk.refresh(*everybody)

    def mark(ws: Any) -> None:
        row = next(row for row in ws.iter_rows() if row[0].value == "id-0002")
        row[1].fill = PatternFill("solid", fgColor="FFCC00")
        row[1].comment = Comment("ask first", "me")
        gone = next(row for row in ws.iter_rows() if row[0].value == "id-0004")
        gone[2].comment = Comment("promised a call", "me")

    desk.edit(mark)
    desk.refresh(*everybody[:3], make_customer(8), make_customer(9))
    desk.undo()

    ws: Any = openpyxl.load_workbook(desk.path)["Customers"]
    rows = {row[0].value: row for row in ws.iter_rows() if row[0].value}
    assert rows["id-0002"][1].fill.fgColor.rgb == "00FFCC00"
    assert rows["id-0002"][1].comment.text == "ask first"
    assert rows["id-0004"][2].comment.text == "promised a call"


def test_rows_in_doubt_come_back_as_they_stood(desk: Desk, make_customer: MakeCustomer) -> None:
    everybody = [make_customer(n) for n in range(1, 5)]
    desk.refresh(*everybody)
    desk.write(17, "Owner", {"id-0001": "Li", "id-0004": "Wang"})

    def harm(ws: Any) -> None:
        ws.cell(23, 1, "id-0004")  # now there twice
        ws.cell(24, 1, None)

    desk.edit(harm)
    before = desk.cells()
    desk.refresh(*everybody)
    desk.undo()

    assert desk.cells() == before


def test_another_workbook_in_its_place_is_refused(desk: Desk, make_customer: MakeCustomer) -> None:
    desk.refresh(make_customer(1))
    desk.refresh(make_customer(1), make_customer(2))
    desk.edit(lambda ws: ws.cell(2, 1, "99 customers · exact"))

    with pytest.raises(WorkbookError, match="not as the refresh"):
        desk.undo()


def test_a_refresh_that_died_right_behind_its_writing_comes_back_byte_for_byte(
    tmp_path: Path, account: Sandbox, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Customers.xlsx"
    run("excel", "new", path)
    run("excel", "refresh", path)
    account.play_week(2)
    before = path.read_bytes()
    put = files._put

    def dying(draft: Path, target: Path) -> None:
        put(draft, target)
        if target == path:
            raise SystemExit(137)

    with monkeypatch.context() as patch:
        patch.setattr(files, "_put", dying)
        run("excel", "refresh", path, "--yes")
    assert path.read_bytes() != before

    assert run("excel", "undo", path).code == 0
    assert path.read_bytes() == before


def test_states_are_the_owners_alone_and_limited(
    desk: Desk, make_customer: MakeCustomer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.refresh(make_customer(1))
    home = desk.path.parent / "home"
    found = [path for path in (home / "undo").rglob("*") if path.is_file()]
    assert found
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in found)
    other = States(home, desk.path.with_name("Other.xlsx"))

    monkeypatch.setattr(states, "_MOST_BYTES", 10)
    kept = desk.states.newest()
    assert kept is not None
    other.keep(replace(kept.state, identity="0f"))

    assert desk.states.newest() is None
    assert other.newest() is not None


def test_a_damaged_state_is_named(desk: Desk, make_customer: MakeCustomer) -> None:
    desk.refresh(make_customer(1))
    state = next((desk.path.parent / "home").rglob("*.json.gz"))
    state.write_bytes(state.read_bytes()[:40])

    with pytest.raises(WorkbookError, match="damaged"):
        desk.states.newest()


# -- the command ---------------------------------------------------------------------------------


def test_the_command_brings_an_untouched_file_back_byte_for_byte(
    account: Sandbox, run: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "Customers.xlsx"
    run("excel", "new", file)
    assert run("excel", "undo", file).code == 2
    bodies = []
    for week in (1, 2, 3):
        account.play_week(week)
        bodies.append(file.read_bytes())
        run("excel", "refresh", file, "--yes")

    for body in reversed(bodies):
        done = run("excel", "undo", file, "--json")
        assert done.code == 0
        assert done.json["undone"]
        assert file.read_bytes() == body
    nothing = run("excel", "undo", file)
    assert nothing.code == 2
    assert "no refresh" in nothing.err


def test_the_command_keeps_what_was_typed_since(
    account: Sandbox, run: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "Customers.xlsx"
    run("excel", "new", file)
    account.play_week(1)
    run("excel", "refresh", file)
    desk = Desk.__new__(Desk)
    desk.path = file
    first = desk.cells()["Customers"]
    account.play_week(2)
    run("excel", "refresh", file, "--yes")
    ids = {row[0] for row in desk.cells()["Customers"][21:]}
    stays = next(row[0] for row in first[21:] if row[0] in ids)
    desk.write(17, "Owner", {stays: "typed since"})

    assert run("excel", "undo", file).code == 0
    assert desk.notes("Owner") == {stays: "typed since"}
    assert [row[:1] for row in desk.cells()["Customers"][21:]] == [row[:1] for row in first[21:]]


@pytest.fixture
def three_weeks(account: Sandbox, run: Callable[..., Any], tmp_path: Path) -> list[bytes]:
    """``Customers.xlsx`` in the current folder, refreshed in three weeks; as it was after each."""
    file = tmp_path / "Customers.xlsx"
    run("excel", "new", file)
    bodies = []
    for week in (1, 2, 3):
        account.play_week(week)
        assert run("excel", "refresh", file, "--yes").code == 0
        bodies.append(file.read_bytes())
    return bodies


def test_a_workbook_that_was_moved_finds_its_states_again(
    three_weeks: list[bytes], run: Callable[..., Any], tmp_path: Path
) -> None:
    file, moved = tmp_path / "Customers.xlsx", tmp_path / "2026" / "Book.xlsx"
    moved.parent.mkdir()
    file.rename(moved)

    for body in reversed(three_weeks[:-1]):
        assert run("excel", "undo", moved).code == 0
        assert moved.read_bytes() == body

    left = list((tmp_path / "home" / "undo").glob("*/000001*.json.gz"))
    assert len(left) == 1, "taken along, not doubled"


def test_a_copy_and_its_original_are_taken_back_each_for_itself(
    three_weeks: list[bytes], account: Sandbox, run: Callable[..., Any], tmp_path: Path
) -> None:
    file, copy = tmp_path / "Customers.xlsx", tmp_path / "Copy.xlsx"
    copy.write_bytes(file.read_bytes())
    account.play_week(4)
    run("excel", "refresh", file, "--yes")

    assert run("excel", "undo", copy).code == 0
    assert copy.read_bytes() == three_weeks[1]
    assert run("excel", "undo", file).code == 0
    assert file.read_bytes() == three_weeks[2]
    assert run("excel", "undo", file).code == 0
    assert file.read_bytes() == three_weeks[1]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["the same home", "another home"])
def test_a_copy_of_another_moment_has_nothing_to_take_back(
    elsewhere: bool,
    account: Sandbox,
    run: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, copy = tmp_path / "Customers.xlsx", tmp_path / "Copy.xlsx"
    run("excel", "new", file)
    run("excel", "refresh", file)
    copy.write_bytes(file.read_bytes())
    if elsewhere:  # there, nobody ever made the copy's own refresh
        monkeypatch.setenv("PARTNERBOOK_HOME", str(tmp_path / "other"))
    for week in (2, 3, 4, 2, 3)[: 1 if elsewhere else 5]:
        account.play_week(week)
        run("excel", "refresh", file, "--yes")
    for _ in range(0 if elsewhere else 4):
        assert run("excel", "undo", file).code == 0
    before = copy.read_bytes()
    adopt, times = States._adopt, []

    def counted(own: States) -> None:
        times.append(own)
        assert len(times) == 1, "what was passed over is not fetched again, for ever"
        adopt(own)

    monkeypatch.setattr(States, "_adopt", counted)
    nothing = run("excel", "undo", copy)

    assert nothing.code == 2
    assert "there is no refresh of" in nothing.err
    assert copy.read_bytes() == before
    assert run("excel", "undo", file).code == 0, "the original kept its own"


def test_another_workbook_in_an_old_place_is_not_touched(
    three_weeks: list[bytes], account: Sandbox, run: Callable[..., Any], tmp_path: Path
) -> None:
    file, away = tmp_path / "Customers.xlsx", tmp_path / "Away.xlsx"
    file.rename(away)
    run("excel", "new", file)
    fresh = file.read_bytes()

    nothing = run("excel", "undo", file)
    assert nothing.code == 2
    assert "no refresh of" in nothing.err
    run("excel", "refresh", file, "--yes")
    assert run("excel", "undo", file).code == 0
    assert file.read_bytes() == fresh
    assert run("excel", "undo", file).code == 2
    assert file.read_bytes() == fresh
    assert run("excel", "undo", away).code == 0
    assert away.read_bytes() == three_weeks[1]
    assert account.customers


def test_what_an_undo_could_not_restore_is_said(
    three_weeks: list[bytes], run: Callable[..., Any], tmp_path: Path
) -> None:
    assert three_weeks
    file = tmp_path / "Customers.xlsx"
    book = openpyxl.load_workbook(file)
    book["Customers"]["A3"] = "touched"
    book.save(file)

    done = run("excel", "undo", file)

    assert done.code == 0
    assert "customers who had left are back with their notes; colours and formats" in done.out


# -- plan, apply, undo: identity -----------------------------------------------------------------

_PEOPLE = tuple(
    Customer(customer_id=f"c{n}", account_name=f"a{n}", company_name=f"n{n}") for n in range(6)
)
_OWN = ("Owner", "Todo")
_NOTE = st.one_of(st.text(min_size=1, max_size=6), st.floats(allow_nan=False), st.booleans())
_ROW = st.builds(
    lambda n, own, formula: (n, {**own, **({"Todo": Formula("=B9")} if formula else {})}),
    st.one_of(st.integers(0, 5), st.none()),
    st.dictionaries(st.sampled_from(_OWN), _NOTE),
    st.booleans(),
)
_PARKED = st.builds(
    lambda n, column, value: ParkedNote(
        customer_id=f"c{n}", column=column, value=value, reason=LEFT
    ),
    st.integers(0, 5),
    st.sampled_from([*_OWN, "Gone"]),
    _NOTE,
)
TOP = 22


def _rows(given_rows: Sequence[tuple[int | None, dict[str, Any]]]) -> tuple[OldRow, ...]:
    columns = cells.COLUMNS[:-1]
    return tuple(
        OldRow(
            key="" if n is None else f"c{n}",
            ours={}
            if n is None
            else dict(zip(columns, cells.row_of(_PEOPLE[n], columns), strict=True)),
            own=own,
            number=number,
        )
        for number, (n, own) in enumerate(given_rows, TOP)
        if n is not None or own
    )


def _applied(
    before: Sequence[OldRow], parked: Sequence[ParkedNote], who: set[int], missing: int
) -> tuple[State, list[OldRow]]:
    """Return the state of a refresh, and the rows it leaves."""
    done = plan(
        before,
        [each for n, each in enumerate(_PEOPLE) if n in who],
        parked=parked,
        own_columns=_OWN,
        given=Circumstances(missing_at_most=missing),
    )
    columns = cells.COLUMNS[:-1]
    after = []
    for number, row in enumerate(done.rows, TOP):
        was = before[row.came_from] if row.came_from is not None else None
        key = row.customer.customer_id if row.customer else was.key if was else ""
        ours = (
            dict(zip(columns, cells.row_of(row.customer, columns), strict=True))
            if row.customer
            else was.ours
            if was
            else {}
        )
        after.append(OldRow(key=key, ours=ours, own=row.own, number=number))
    state = State(
        as_of=NOW,
        rows=tuple(before),
        hidden=frozenset(),
        parked=tuple(parked),
        filters=(),
        status="before",
        after=tuple(after),
        after_parked=done.still_parked,
        after_status="after",
    )
    return state, after


def _undo(state: State, now: Sequence[OldRow], parked: Sequence[ParkedNote]) -> Undoing:
    return undone(state, now, parked, own_columns=_OWN, columns=_OWN, top=TOP)


def _without_formulas(own: Any) -> dict[str, Any]:
    return {name: value for name, value in own.items() if not isinstance(value, Formula)}


@settings(max_examples=200)
@given(
    st.lists(_ROW, max_size=8),
    st.lists(_PARKED, max_size=4),
    st.sets(st.integers(0, 5)),
    st.integers(0, 1),
)
def test_plan_apply_undo_is_identity(
    rows: list[Any], parked: list[ParkedNote], who: set[int], missing: int
) -> None:
    before = _rows(rows)
    state, after = _applied(before, parked, who, missing)

    back = _undo(state, after, state.after_parked)

    assert [dict(line.ours) for line in back.lines] == [dict(row.ours) for row in before]
    assert [_without_formulas(line.own) for line in back.lines] == [
        _without_formulas(row.own) for row in before
    ]
    assert [line.own.keys() for line in back.lines] == [row.own.keys() for row in before]
    assert back.parked == tuple(parked)
    assert back.kept == ()


@settings(max_examples=200)
@given(
    st.lists(_ROW, max_size=8),
    st.sets(st.integers(0, 5)),
    st.dictionaries(st.tuples(st.integers(0, 5), st.sampled_from(_OWN)), _NOTE, max_size=6),
    st.randoms(use_true_random=False),
    st.lists(_PARKED, max_size=2),
)
def test_no_note_typed_since_is_lost_or_moved(
    rows: list[Any],
    who: set[int],
    typed: dict[tuple[int, str], Any],
    sort: Any,
    more: list[ParkedNote],
) -> None:
    state, after = _applied(_rows(rows), [], who, 0)
    present = [
        OldRow(
            key=row.key,
            ours=row.ours,
            number=row.number,
            own={
                **row.own,
                **{column: value for (n, column), value in typed.items() if row.key == f"c{n}"},
            },
        )
        for row in after
    ]
    sort.shuffle(present)

    back = _undo(state, present, [*state.after_parked, *more])

    found = [
        (
            present[line.came_from].key
            if line.came_from is not None
            else line.ours.get("customer_id"),
            name,
            repr(value),
        )
        for line in back.lines
        for name, value in line.own.items()
    ] + [(note.customer_id, note.column, repr(note.value)) for note in back.parked]
    for (n, column), value in typed.items():
        if f"c{n}" in {row.key for row in present}:
            assert (f"c{n}", column, repr(value)) in found
    for note in more:
        assert (note.customer_id, note.column, repr(note.value)) in found
    indexes = [line.came_from for line in back.lines if line.came_from is not None]
    assert indexes == sorted(indexes), "rows never overtake each other"


@pytest.mark.parametrize("lost", ["hidden rows", "a column that is gone"])
def test_a_long_list_comes_back_in_linear_time(lost: str) -> None:
    count = 20_000  # in its square it would be minutes
    own = {"Gone": "note"} if lost != "hidden rows" else {}
    before = tuple(OldRow(key=f"id-{n}", own=own, number=TOP + n) for n in range(count))
    parked = tuple(
        ParkedNote(customer_id=f"id-{n}", column="Gone", value="note", reason=LEFT)
        for n in range(count if own else 0)
    )
    state = State(
        as_of=NOW,
        rows=before,
        hidden=frozenset(range(0, count, 2)),
        parked=parked,
        filters=(),
        status="before",
        after=(),
        after_parked=parked,
        after_status="after",
    )
    started = time.process_time()  # a busy machine must not look slow
    done = _undo(state, (), parked)

    assert time.process_time() - started < 10
    assert [line.hidden for line in done.lines[:4]] == [True, False, True, False]
    assert done.parked == parked
