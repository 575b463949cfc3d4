"""Links on cells (Ctrl+K) stay with their customer: parked with the notes, back with them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.hyperlink import Hyperlink

from addin import macros
from addin.columns import Column
from addin.files import open_book, save
from addin.links import with_links
from addin.rows import OldRow
from addin.writing import _link
from partnerbook.model import Customer, Snapshot
from reports.workbook.starter import starter_workbook

MakeCustomer = Callable[..., Customer]
Refresh = Callable[..., None]
NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)
MOMENT = datetime(2026, 3, 4)  # noqa: DTZ001  a cell
KINDS: dict[str, tuple[Any, dict[str, str]]] = {
    "id-0001": ("contract", {"target": "https://dms.example/c?id=1&v=2"}),
    "id-0002": ("part", {"target": "https://dms.example/c", "location": "part 2"}),
    "id-0003": (1250.5, {"location": "'Refresh log'!A1", "tooltip": 'the "log", <here>'}),
    "id-0004": (MOMENT, {"target": "mailto:li@example.com", "tooltip": "mail Li"}),
    "id-0005": ('=LEN(B{row})&"x"', {"target": "../contracts/5%20a.docx"}),
    "id-0006": ("0086", {"target": "file:///C:\\contracts\\6.docx"}),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "Customers.xlsx"
    file.write_bytes(starter_workbook())
    return file


@pytest.fixture
def states() -> list[Any]:
    return []


@pytest.fixture
def refresh(path: Path, states: list[Any], make_snapshot: Callable[..., Snapshot]) -> Refresh:
    def run(*customers: Customer) -> None:
        now = NOW + timedelta(hours=len(states))
        book = open_book(path)
        macros.refresh(
            book,
            lambda query: make_snapshot(*customers, query=query, taken_at=now),
            confirmed=True,
            now=now,
            keep=states.append,
        )
        save(book)

    return run


def link_all(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    ws: Any = book["Customers"]
    for row in ws.iter_rows():
        if row[0].value == "Customer ID":
            ws.cell(row[0].row, 17, "Contract")
        value, facts = KINDS.get(row[0].value, (None, {}))
        if facts:
            cell = ws.cell(row[0].row, 17)
            cell.value = value.format(row=cell.row) if isinstance(value, str) else value
            cell.hyperlink = Hyperlink(ref=cell.coordinate, **facts)
    save_book(book, path)


def save_book(book: Any, path: Path) -> None:
    book.save(path)
    book.close()


def links_in(path: Path) -> dict[str, tuple[Any, dict[str, str]]]:
    """Return value and link of each cell that has one, as openpyxl reads them, by customer."""
    ws: Any = openpyxl.load_workbook(path)["Customers"]
    found = {}
    for row in ws.iter_rows(min_col=1, max_col=17):
        cell = row[16] if len(row) > 16 else row[-1]
        if cell.hyperlink is not None:
            value = cell.value
            if isinstance(value, str):
                value = value.replace(f"B{cell.row}", "B{row}")
            facts = {
                name: getattr(cell.hyperlink, name)
                for name in ("target", "location", "tooltip")
                if getattr(cell.hyperlink, name)
            }
            found[row[0].value] = value, facts
    return found


def relations_of(path: Path) -> str:
    """Return the relations of the list's sheet that lead out of the workbook."""
    with zipfile.ZipFile(path) as zipped:
        xml = zipped.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    return "".join(re.findall("<Relationship [^>]*External[^>]*>", xml))


def test_links_leave_with_their_customer_and_come_back(
    path: Path, refresh: Refresh, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 9)]
    refresh(*everybody)
    link_all(path)
    assert links_in(path) == KINDS

    refresh(make_customer(20), *everybody[6:])
    assert links_in(path) == {}
    assert relations_of(path) == "", "nothing that nobody leads to any more"
    parked = [row[:3] for row in _parked(path) if row[1] == "Link: Contract"]
    assert sorted(parked) == [
        ("id-0001", "Link: Contract", "https://dms.example/c?id=1&v=2"),
        ("id-0002", "Link: Contract", "https://dms.example/c#part 2"),
        ("id-0003", "Link: Contract", "#'Refresh log'!A1\nthe \"log\", <here>"),
        ("id-0004", "Link: Contract", "mailto:li@example.com\nmail Li"),
        ("id-0005", "Link: Contract", "../contracts/5%20a.docx"),
        ("id-0006", "Link: Contract", "file:///C:\\contracts\\6.docx"),
    ]

    refresh(make_customer(21), *everybody)
    assert links_in(path) == KINDS
    assert _parked(path) == []
    refresh(make_customer(21), *everybody)
    assert links_in(path) == KINDS


def test_an_undo_brings_links_back_and_keeps_those_made_since(
    path: Path, refresh: Refresh, states: list[Any], make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 9)]
    refresh(*everybody)
    link_all(path)
    refresh(make_customer(20), *everybody[1:])
    book = openpyxl.load_workbook(path)
    ws: Any = book["Customers"]
    for row in ws.iter_rows():
        if row[0].value in {"id-0007", "id-0020"}:
            ws.cell(row[0].row, 17, "new").hyperlink = f"https://dms.example/{row[0].value}"
    save_book(book, path)

    open_again = open_book(path)
    done = macros.undo(open_again, states[-1], now=NOW)
    save(open_again)

    assert links_in(path) == {
        **KINDS,
        "id-0007": ("new", {"target": "https://dms.example/id-0007"}),
    }
    kept = {(each.column, each.value) for each in done.kept}
    assert kept == {("Contract", "new"), ("Link: Contract", "https://dms.example/id-0020")}


def test_libreoffice_follows_a_link_that_came_back(
    path: Path,
    refresh: Refresh,
    make_customer: MakeCustomer,
    libreoffice: Callable[..., Path],
    tmp_path: Path,
) -> None:
    everybody = [make_customer(n) for n in range(1, 9)]
    refresh(*everybody)
    link_all(path)
    refresh(*everybody[6:])
    refresh(*everybody)
    out = tmp_path / "out"
    out.mkdir()

    theirs = links_in(libreoffice(path, "xlsx", out))

    assert set(theirs) == set(KINDS)
    assert theirs["id-0001"][1]["target"] == "https://dms.example/c?id=1&v=2"
    assert theirs["id-0003"][0] == 1250.5


def test_links_are_read_as_excel_tells_of_them() -> None:
    def link(row: int, column: int, address: str | None, place: str = "", tip: str = "") -> Any:
        at = SimpleNamespace(Row=row, Column=column)
        return SimpleNamespace(Range=at, Address=address, SubAddress=place, ScreenTip=tip)

    shown = [
        link(22, 1, None, "'Customer history'!A5"),  # ours
        link(22, 2, "https://a.example/", "top"),
        link(23, 3, None, "Sheet2!A1", "a tip"),
        link(24, 3, "https://b.example/"),  # a blank row
        link(22, 9, "https://c.example/"),  # no column of the list
    ]
    block = SimpleNamespace(api=SimpleNamespace(Hyperlinks=shown))
    sheet: Any = SimpleNamespace(range=lambda *_: block)
    columns = [Column(1, "Customer ID", "customer_id"), Column(2, "Label", "label")]
    rows = {0: OldRow(key="a", own={"Note": 1}), 1: OldRow(key="b")}

    found = with_links(rows, sheet, [*columns, Column(3, "Note", None)], range(22, 25))

    assert [row.own for row in found.values()] == [
        {"Note": 1, "Link: Label": "https://a.example/#top"},
        {"Link: Note": "#Sheet2!A1\na tip"},
    ]


def test_a_link_that_several_cells_share_in_excel_is_the_note_of_each() -> None:
    def link(row: int, column: int, rows: int, columns: int) -> Any:
        at = SimpleNamespace(
            Row=row,
            Column=column,
            CountLarge=rows * columns,
            Columns=SimpleNamespace(Count=columns),
        )
        return SimpleNamespace(Range=at, Address=f"to {row}", SubAddress="", ScreenTip="")

    shown = [link(21, 2, 3, 2), link(24, 3, 1, 1), link(1, 2, 1_048_576, 1)]
    block = SimpleNamespace(api=SimpleNamespace(Hyperlinks=shown))
    sheet: Any = SimpleNamespace(range=lambda *_: block)
    rows = {index: OldRow(key=str(index)) for index in range(3)}

    found = with_links(
        rows, sheet, [Column(2, "CRM", None), Column(3, "Note", None)], range(22, 25)
    )

    both = {"Link: CRM": "to 21", "Link: Note": "to 21"}
    assert [row.own for row in found.values()] == [both, both, {"Link: Note": "to 24"}]


def test_a_column_headed_as_the_links_of_another_keeps_its_words(
    path: Path, refresh: Refresh, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 5)]
    refresh(*everybody)
    typed = {
        "CRM": ("open", "https://crm.example/1", None),
        "Link: CRM": ("my words", None, None),
        "Comment: CRM": ("more words", None, None),
    }
    key = _write(path, 22, typed)

    refresh(*[each for each in everybody if each.customer_id != key])
    assert _held(path, key) == {}
    refresh(*everybody)

    assert _held(path, key) == typed
    assert _parked(path) == []


def test_what_hangs_on_a_calculated_cell_is_not_given_to_customers_who_join(
    path: Path, refresh: Refresh, make_customer: MakeCustomer
) -> None:
    refresh(*[make_customer(n) for n in range(1, 4)])
    keys = [_write(path, row, {"Length": (f"=LEN(B{row})", None, None)}) for row in (22, 23, 24)]
    _write(path, 22, {"Length": ("=LEN(B22)", "https://crm.example/1", "checked")})

    refresh(*[make_customer(n) for n in range(1, 7)])

    held = {row: _held(path, row)["Length"] for row in (f"id-000{n}" for n in range(1, 7))}
    assert all(str(value).startswith("=LEN(") for value, _, _ in held.values())
    assert {key: each[1:] for key, each in held.items() if any(each[1:])} == {
        keys[0]: ("https://crm.example/1", "checked")
    }


def test_a_link_that_several_cells_share_goes_with_each_of_their_customers(
    path: Path, refresh: Refresh, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 7)]
    refresh(*everybody[:4])
    shared = "https://crm.example/both"
    first = _write(path, 22, {"CRM": ("one", shared, None)})
    second = _write(path, 23, {"CRM": ("two", None, None)})
    _in_sheet(path, 'ref="Q22"', 'ref="Q22:Q23"')

    refresh(*everybody)
    expected = {first: ("one", shared, None), second: ("two", shared, None)}
    assert {key: _held(path, key).get("CRM") for key in (first, second)} == expected
    assert set(links_in(path)) == {first, second}
    refresh(*[each for each in everybody if each.customer_id != first])
    assert set(links_in(path)) == {second}
    assert [row[:3] for row in _parked(path) if "Link" in row[1]] == [(first, "Link: CRM", shared)]
    refresh(*everybody)

    assert {key: _held(path, key).get("CRM") for key in (first, second)} == expected
    assert _parked(path) == []


def test_a_tip_of_two_lines_comes_back_as_two(
    path: Path, refresh: Refresh, make_customer: MakeCustomer
) -> None:
    everybody = [make_customer(n) for n in range(1, 4)]
    refresh(*everybody)
    key = _write(path, 22, {"CRM": ("open", "https://crm.example/1", None)})
    tip = "first\tline\nsecond \"line\", <here> & 'there'"
    book = openpyxl.load_workbook(path)
    link: Any = book["Customers"]["Q22"].hyperlink
    link.tooltip = tip
    save_book(book, path)

    refresh(*[each for each in everybody if each.customer_id != key])
    refresh(*everybody)

    assert links_in(path) == {key: ("open", {"target": "https://crm.example/1", "tooltip": tip})}


def _parked(path: Path) -> list[tuple[Any, ...]]:
    ws: Any = openpyxl.load_workbook(path)["Parked notes"]
    return [row for row in ws.iter_rows(min_row=2, values_only=True) if row[0]]


def _write(path: Path, row: int, given: Mapping[str, tuple[Any, str | None, str | None]]) -> str:
    """Write value, link and comment of a row's cells, from column Q on; return its customer."""
    book = openpyxl.load_workbook(path)
    ws: Any = book["Customers"]
    for column, (heading, (value, link, comment)) in enumerate(given.items(), 17):
        ws.cell(21, column, heading)
        cell = ws.cell(row, column, value)
        if link:
            cell.hyperlink, cell.value = link, value
        if comment:
            cell.comment = Comment(comment, "Li")
    key = ws.cell(row, 1).value
    save_book(book, path)
    return str(key)


def _held(path: Path, key: str) -> dict[str, tuple[Any, str | None, str | None]]:
    """Return value, link and comment of what stands from column Q on beside a customer."""
    ws: Any = openpyxl.load_workbook(path)["Customers"]
    found = {}
    for row in ws.iter_rows(min_row=22):
        for cell in row[16:] if row[0].value == key else ():
            link, comment = cell.hyperlink, cell.comment
            each = cell.value, link and link.target, comment and comment.text
            if any(fact is not None for fact in each):
                found[ws.cell(21, cell.column).value] = each
    return found


def _in_sheet(path: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in parts.items():
            archive.writestr(each, data.encode("latin-1"))


class ExcelsCell:
    """A cell as Excel's: what is shown with a link is read as if somebody had typed it."""

    number_format = "@"
    value: Any = None

    def add_hyperlink(self, address: str, text_to_display: str, screen_tip: str) -> None:
        self.link = address, screen_tip
        self.value = int(text_to_display) if text_to_display.isdigit() else text_to_display


def test_a_text_with_a_link_stays_the_text_it_was() -> None:
    cell: Any = ExcelsCell()

    _link(cell, "https://crm.example/1", "0086")

    assert (cell.value, cell.number_format, cell.link[0]) == ("0086", "@", "https://crm.example/1")
