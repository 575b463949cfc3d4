"""Notes shared between two workbooks: each sees what the other wrote, and nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.hyperlink import Hyperlink
from python_calamine import CalamineWorkbook

from addin import mirror
from addin.files.workbook import WorkbookFile
from addin.rows import DUPLICATE, ELSEWHERE, LEFT, OVERRULED, Formula, OldRow, ParkedNote
from partnerbook.errors import StoreError, WorkbookError
from partnerbook.sandbox import Sandbox
from partnerbook.store.notes import Shared

Run = Callable[..., Any]
AT = datetime(2026, 1, 5, 8)  # noqa: DTZ001  a cell has no zone


def rows(path: Path) -> list[list[Any]]:
    found = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Customers").to_python()
    return [list(row) for row in found[20:]]


def notes(path: Path, heading: str = "Owner") -> dict[str, Any]:
    head, *body = rows(path)
    place = head.index(heading)
    return {row[0]: row[place] for row in body if row[place] != ""}


def parked(path: Path) -> dict[str, Any]:
    found = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Parked notes").to_python()
    return {str(row[0]): row[2] for row in found[1:] if row[0]}


def write(path: Path, given: dict[str, Any], heading: str = "Owner") -> None:
    book = openpyxl.load_workbook(path)
    ws: Any = book["Customers"]
    ws.cell(21, 17, heading)
    for row in range(22, ws.max_row + 1):
        if ws.cell(row, 1).value in given:
            ws.cell(row, 17).value = given[ws.cell(row, 1).value]
    book.save(path)


def write_links(path: Path, given: dict[str, str]) -> None:
    book = openpyxl.load_workbook(path)
    ws: Any = book["Customers"]
    for row in range(22, ws.max_row + 1):
        if (to := given.get(ws.cell(row, 1).value)) is not None:
            cell = ws.cell(row, 17)
            address, _, tip = to.partition("\n")
            target, _, place = address.partition("#")
            facts = {"target": target or None, "location": place or None, "tooltip": tip or None}
            cell.hyperlink = Hyperlink(ref=cell.coordinate, **facts)
    book.save(path)


def links(path: Path) -> dict[str, str]:
    found = {}
    for row in openpyxl.load_workbook(path)["Customers"].iter_rows(min_row=22, max_col=17):
        link: Any = row[16].hyperlink
        if link is not None:
            address = (link.target or "") + (f"#{link.location}" if link.location else "")
            found[str(row[0].value)] = address + (f"\n{link.tooltip}" if link.tooltip else "")
    return found


@pytest.fixture
def two(account: Sandbox, run: Run, tmp_path: Path) -> tuple[Path, Path]:
    """Two refreshed workbooks, both with a column Owner."""
    account.play_week(1)
    made = tmp_path / "one" / "Customers.xlsx", tmp_path / "two" / "Customers.xlsx"
    for path in made:
        run("excel", "new", path)
        run("excel", "refresh", path)
        write(path, {})
    return made


def test_what_one_writes_appears_in_the_other(two: tuple[Path, Path], run: Run) -> None:
    one, other = two
    first, second = (row[0] for row in rows(one)[1:3])
    write(one, {first: "Li", second: 5})

    run("excel", "refresh", one)
    done = run("excel", "refresh", other, "--json")

    assert done.json["warnings"] == []
    assert notes(other) == {first: "Li", second: 5}
    write(other, {first: "Wang", second: None})
    run("excel", "refresh", other)
    run("excel", "refresh", one)
    assert notes(one) == {first: "Wang"}, "the newest word wins, emptied cells too"


def test_what_was_typed_in_two_workbooks_stays_in_both_and_is_announced(
    two: tuple[Path, Path], run: Run
) -> None:
    one, other = two
    first, second = (row[0] for row in rows(one)[1:3])
    write(one, {first: "reduced price until May", second: "Li"})
    write(other, {first: "open"})
    run("excel", "refresh", other)
    run("excel", "refresh", one)
    before = other.read_bytes()

    for arguments in (("preview", other), ("refresh", other)):
        done = run("excel", *arguments, "--json")
        assert (done.json["taken"], done.json["overruled"], done.json["parked"]) == (2, 1, 1)
        if arguments[0] == "preview":
            assert other.read_bytes() == before
            said = run("excel", *arguments).out
            assert "2 notes changed as other workbooks say; 1 typed here: see" in said

    assert notes(other) == notes(one) == {first: "reduced price until May", second: "Li"}
    assert parked(other) == {first: "open"}, "what was typed here is still here"
    assert parked(one) == {}
    again = run("excel", "refresh", other, "--json")
    assert (again.json["taken"], again.json["parked"]) == (0, 0)
    assert parked(other) == {first: "open"}
    write(other, {first: "closed"})
    run("excel", "refresh", other)
    run("excel", "refresh", one)
    assert notes(one)[first] == "closed", "an overruled note keeps nobody from sharing"
    assert parked(one) == {first: "reduced price until May"}


@pytest.mark.parametrize("how", ["emptied elsewhere", "undone"])
def test_a_note_that_goes_leaves_the_link_on_its_cell(
    two: tuple[Path, Path], run: Run, how: str
) -> None:
    one, other = two
    first, second = (row[0] for row in rows(one)[1:3])
    write(one, {first: "Li", second: 5})
    run("excel", "refresh", one)
    run("excel", "refresh", other)
    wanted = {first: "https://x.example/1", second: "#'Parked notes'!A1\nmore"}
    write_links(other, wanted)

    if how == "undone":
        run("excel", "undo", other)
    else:
        run("excel", "refresh", other)
        write(one, {first: None, second: None})
        run("excel", "refresh", one)
        run("excel", "refresh", other)

    assert notes(other) == {}
    assert links(other) == wanted


def test_a_parked_note_is_shared_too(two: tuple[Path, Path], account: Sandbox, run: Run) -> None:
    one, other = two
    account.play_week(5)
    stay = {each.customer_id for each in account.customers}
    leaves = next(row[0] for row in rows(one)[1:] if row[0] not in stay)
    write(one, {leaves: "call"})
    run("excel", "refresh", one, "--yes")
    run("excel", "refresh", other, "--yes")

    assert parked(one) == {leaves: "call"}
    assert parked(other) == {leaves: "call"}
    account.play_week(1)
    run("excel", "refresh", other, "--yes")
    assert notes(other) == {leaves: "call"}


def test_a_new_workbook_gets_the_notes_of_the_first(
    two: tuple[Path, Path], run: Run, tmp_path: Path
) -> None:
    one, _ = two
    first = rows(one)[1][0]
    write(one, {first: "Li"})
    run("excel", "refresh", one)
    new = tmp_path / "New.xlsx"
    run("excel", "new", new)
    write(new, {})

    run("excel", "refresh", new)

    assert notes(new) == {first: "Li"}


def test_a_formula_stays_this_workbooks_own(two: tuple[Path, Path], run: Run) -> None:
    one, other = two
    first = rows(one)[1][0]
    write(one, {first: "=1+1"})
    run("excel", "refresh", one)
    run("excel", "refresh", other)
    assert notes(other) == {}, "what it refers to is in one workbook alone"
    write(other, {first: "two"})
    run("excel", "refresh", other)

    run("excel", "refresh", one)
    run("excel", "refresh", other)

    ws: Any = openpyxl.load_workbook(one)["Customers"]
    assert (ws["Q22"].value, ws["Q22"].data_type) == ("=1+1", "f")
    assert notes(other) == {first: "two"}, "and a formula is no deletion elsewhere"


def test_a_formula_in_place_of_a_shared_note_is_no_deletion_and_no_text_elsewhere(
    two: tuple[Path, Path], run: Run
) -> None:
    one, other = two
    first, second = (row[0] for row in rows(one)[1:3])
    write(one, {first: "Li", second: "Wang"})
    run("excel", "refresh", one)
    run("excel", "refresh", other)
    assert notes(other) == {first: "Li", second: "Wang"}

    write(one, {first: '="L"&"i"'})
    run("excel", "refresh", one)
    run("excel", "refresh", other)

    assert notes(other) == {first: "Li", second: "Wang"}
    write(one, {first: "Chen"})
    run("excel", "refresh", one)
    run("excel", "refresh", other)
    assert notes(other) == {first: "Chen", second: "Wang"}


def test_a_parked_formula_comes_back_as_the_formula_it_was_in_its_new_row(
    two: tuple[Path, Path], account: Sandbox, run: Run
) -> None:
    one, other = two
    account.play_week(5)
    stay = {each.customer_id for each in account.customers}
    row, leaves = next(
        (row, line[0]) for row, line in enumerate(rows(one)[1:], 22) if line[0] not in stay
    )
    write(one, {leaves: f"=LEN(B{row})+$B$1"})
    run("excel", "refresh", one, "--yes")
    assert parked(one) == {leaves: f"=LEN(B{row})+$B$1"}, "readable, as text"
    run("excel", "refresh", other, "--yes")
    assert parked(other) == {}

    account.play_week(1)
    run("excel", "refresh", one, "--yes")

    ws: Any = openpyxl.load_workbook(one)["Customers"]
    (cell,) = [each for each in ws["Q"][21:] if each.value is not None]
    assert ws.cell(cell.row, 1).value == leaves
    assert cell.data_type == "f"
    assert cell.value == f"=LEN(B{cell.row})+$B$1", "it speaks of its own row, wherever that is"


def test_a_refresh_that_is_not_written_is_not_remembered(
    two: tuple[Path, Path], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    first = rows(one)[1][0]
    write(one, {first: "Li"})
    run("excel", "refresh", one)

    def full(*_: object) -> bool:
        raise WorkbookError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(WorkbookFile, "save", full)
        assert run("excel", "refresh", other).code == 2
    assert notes(other) == {}
    run("excel", "refresh", other)
    assert notes(other) == {first: "Li"}, "an arrival that failed is no deletion"
    run("excel", "refresh", one)
    assert notes(one) == {first: "Li"}


def test_a_store_that_takes_no_notes_is_a_warning(
    two: tuple[Path, Path], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = two
    first = rows(one)[1][0]
    write(one, {first: "Li"})

    def broken(*_: object, **__: object) -> Any:
        raise StoreError("the store is locked; try again")

    monkeypatch.setattr("partnerbook.store.notes.sync", broken)
    done = run("excel", "refresh", one)

    assert done.code == 0
    assert "notes were not shared with other workbooks: the store is locked" in done.out
    assert notes(one) == {first: "Li"}


def test_a_stopped_refresh_and_a_preview_share_nothing(
    two: tuple[Path, Path], run: Run, tmp_path: Path
) -> None:
    one, _ = two
    first = rows(one)[1][0]
    write(one, {first: "Li"})
    run("excel", "preview", one)
    book = openpyxl.load_workbook(one)
    book["Customers"]["B6"] = "a"  # another question: stops
    book.save(one)
    assert run("excel", "refresh", one).code == 1

    store = sqlite3.connect(tmp_path / "home" / "partnerbook.db")
    kept = store.execute("select count(*) from partnerbook_note").fetchone()
    store.close()
    assert kept == (0,)


def test_rows_in_doubt_take_no_part() -> None:
    known = mirror.held(
        [
            OldRow(key="a", own={"Owner": "Li", "Comment: Owner": "x"}),
            OldRow(key="b", own={"Owner": "1"}),
            OldRow(key="b", own={"Owner": "2"}),
            OldRow(key="", own={"Owner": "whose?"}),
            OldRow(key="d", own={"Owner": Formula("=1+1")}),
        ],
        [
            ParkedNote(customer_id="c", column="Owner", value="back", reason=LEFT),
            ParkedNote(customer_id="e", column="Owner", value="?", reason=DUPLICATE),
            ParkedNote(customer_id="f", column="Old", value="no such column", reason=LEFT),
        ],
        own_columns=["Owner"],
        listed=["a", "g", "e"],
    )

    assert known.notes == {("a", "Owner"): "Li", ("c", "Owner"): "back"}
    assert known.apart == {("d", "Owner")}
    assert known.customers == {"a", "c", "d", "f", "g"}


def test_what_others_wrote_is_merged_in() -> None:
    before = [OldRow(key="a", own={"Owner": "Li"}), OldRow(key="b", own={"Owner": "Wang"})]
    waiting = [ParkedNote(customer_id="c", column="Owner", value="old", reason=LEFT)]
    known = mirror.held(before, waiting, own_columns=["Owner"], listed=["a", "b", "d"])

    wanted = {("a", "Owner"): "Chen", ("c", "Owner"): "newer", ("d", "Owner"): "for a new one"}
    said = Shared(wanted, frozenset({("b", "Owner"), ("c", "Owner")}))
    merged = mirror.merged(before, waiting, known, said, AT)

    assert [row.own for row in merged.rows] == [{"Owner": "Chen"}, {}]
    assert [(note.customer_id, note.value, note.reason) for note in merged.parked] == [
        ("c", "newer", ELSEWHERE),
        ("d", "for a new one", ELSEWHERE),
    ]
    assert merged.taken == 4
    assert {(note.customer_id, note.value, note.reason) for note in merged.overruled} == {
        ("b", "Wang", OVERRULED),
        ("c", "old", OVERRULED),
    }
    assert {note.date for note in merged.overruled} == {AT}


def test_an_overruled_note_casts_no_doubt_on_its_customer() -> None:
    waiting = [ParkedNote(customer_id="a", column="Owner", value="open", reason=OVERRULED)]

    known = mirror.held(
        [OldRow(key="a", own={"Owner": "Li"})], waiting, own_columns=["Owner"], listed=["a"]
    )

    assert known.notes == {("a", "Owner"): "Li"}
