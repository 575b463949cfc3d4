"""Breaks over the months: states, ages, and what people wrote into the workbooks."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from partnerbook.errors import LedgerError
from partnerbook.model import Break, BreakKind, Customer, Decision, LedgerLine, Snapshot
from reports.ledger import Ledger
from reports.reconciliation import Entry, read_register, reconcile
from reports.reconciliation.register import carried_forward
from reports.workbook.reconciliation import sealed_workbook


def _ledger(*ids: str) -> Ledger:
    lines = [
        LedgerLine(file="l.xlsx", sheet="", row=row, customer_id=each)
        for row, each in enumerate(ids, start=2)
    ]
    return Ledger(
        file="l.xlsx",
        sheet="",
        sha256="00" * 32,
        form="xlsx",
        heading_row=1,
        headings={},
        lines=tuple(lines),
    )


def _break(number: int) -> Break:
    return Break(
        id=f"B-{number}", kind="not_in_ledger", customer_id=f"c-{number}", rows=(), why="x."
    )


def test_twelve_months_of_known_truth_give_exact_states_ages_and_counts() -> None:
    chance = random.Random(7)  # noqa: S311  an invented history
    register: dict[str, Entry] = {}
    first: dict[str, date] = {}
    comebacks: dict[str, int] = {}
    closed: dict[str, date | None] = {}
    last: set[str] = set()
    for month in range(1, 13):
        day = date(2026, month, 28)
        breaks = [_break(number) for number in range(12) if chance.random() < 0.5]
        register = {each.id: each for each in carried_forward(breaks, register, day)}
        present = {each.id for each in breaks}
        for each in present:
            closed[each] = None
            if each not in first:
                first[each], comebacks[each], expected = day, 0, "new"
            elif each in last:
                expected = "open"
            else:
                comebacks[each] += 1
                expected = "re-opened"
            assert register[each].state == expected
        for each in first.keys() - present:
            assert register[each].state == "closed"
            closed[each] = closed[each] or day
            assert register[each].age(day) == ((closed[each] or day) - first[each]).days
        assert {each: entry.closed for each, entry in register.items()} == closed
        assert {each: entry.first_seen for each, entry in register.items()} == first
        assert {each: entry.reopened for each, entry in register.items()} == comebacks
        last = present


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, "0-30"), (30, "0-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"), (91, "over 90")],
)
def test_ages_are_sorted_as_accountants_do(days: int, bucket: str) -> None:
    entry = Entry(id="B-1", kind="twice", state="open", first_seen=date(2026, 1, 1))

    on = date.fromordinal(entry.first_seen.toordinal() + days)

    assert (entry.age(on), entry.bucket(on)) == (days, bucket)


def test_what_could_not_be_checked_is_not_gone() -> None:
    old = Entry(id="B-9", kind="not_with_vendor", state="open", first_seen=date(2026, 1, 1))

    unchecked: tuple[BreakKind, ...] = ("not_with_vendor",)
    (kept,) = carried_forward((), {"B-9": old}, date(2026, 2, 1), unchecked=unchecked)
    (gone,) = carried_forward((), {"B-9": old}, date(2026, 2, 1))

    assert (kept.state, gone.state) == ("open", "closed")


def test_what_people_wrote_comes_back_in_the_next_workbook(
    tmp_path: Path,
    make_customer: Callable[..., Customer],
    make_snapshot: Callable[..., Snapshot],
) -> None:
    january = make_snapshot(
        make_customer(1), make_customer(2), taken_at=datetime(2026, 1, 31, tzinfo=UTC)
    )
    february = make_snapshot(
        make_customer(1), make_customer(2), taken_at=datetime(2026, 3, 15, tzinfo=UTC)
    )
    path = tmp_path / "january.xlsx"
    path.write_bytes(sealed_workbook(reconcile(january, _ledger("gone"))).data)
    book = load_workbook(path)
    sheet = book["Breaks"]
    titles = [cell.value for cell in sheet[1]]
    at = titles.index("Customer ID")
    row = next(row for row in sheet.iter_rows(min_row=2) if row[at].value == "id-0001")
    written = {"State": "explained", "Owner": "李雷", "Comment": "=1+1", "Due": "30 June"}
    for heading, text in written.items():
        cell = row[titles.index(heading)]
        cell.value, cell.data_type = text, "s"
    book.save(path)

    before = read_register(path)
    later = reconcile(february, _ledger("id-0002"), before=before)

    entries = {entry.id: entry for entry in later.register}
    explained = next(each for each in later.breaks if each.customer_id == "id-0001")
    entry = entries[explained.id]
    assert (entry.owner, entry.comment, entry.due) == ("李雷", "=1+1", "30 June")
    assert (entry.state, explained.state) == ("explained", "explained")
    assert (entry.first_seen, entry.bucket(date(2026, 3, 15))) == (date(2026, 1, 31), "31-60")
    assert sorted(each.state for each in later.register) == ["closed", "closed", "explained"]
    assert later.can_close
    again = tmp_path / "march.xlsx"
    again.write_bytes(sealed_workbook(later).data)
    assert read_register(again) == entries


def test_a_closed_break_keeps_its_name_and_ages_no_more(
    tmp_path: Path,
    make_customer: Callable[..., Customer],
    make_snapshot: Callable[..., Snapshot],
) -> None:
    customer = make_customer(1, company_name="=1+1 云海")
    path, before = tmp_path / "last.xlsx", None
    for month, ids in ((1, ()), (2, ("id-0001",)), (5, ("id-0001",))):
        snapshot = make_snapshot(customer, taken_at=datetime(2026, month, 28, tzinfo=UTC))
        path.write_bytes(sealed_workbook(reconcile(snapshot, _ledger(*ids), before=before)).data)
        before = read_register(path)

    (headings, row) = load_workbook(path)["Breaks"].iter_rows(values_only=True)
    shown = dict(zip(headings, row, strict=True))
    assert (shown["State"], shown["Name"], shown["Customer ID"]) == (
        "closed",
        "=1+1 云海",
        "id-0001",
    )
    assert (shown["Closed on"], shown["Days"], shown["Age"]) == (datetime(2026, 2, 28), 31, "31-60")  # noqa: DTZ001  as Excel keeps a day


def test_a_break_that_an_earlier_version_closed_shows_no_age(
    tmp_path: Path, make_snapshot: Callable[..., Snapshot]
) -> None:
    old = Entry(id="B-9", kind="twice", state="closed", first_seen=date(2025, 1, 1))
    path = tmp_path / "last.xlsx"
    made = reconcile(make_snapshot(), _ledger(), before={"B-9": old})
    path.write_bytes(sealed_workbook(made).data)

    (headings, row) = load_workbook(path)["Breaks"].iter_rows(values_only=True)
    shown = dict(zip(headings, row, strict=True))
    assert [shown[each] for each in ("Closed on", "Days", "Age")] == [None, None, None]
    assert read_register(path) == {"B-9": old}


def test_a_register_that_somebody_spoilt_is_one_sentence(
    tmp_path: Path,
    make_customer: Callable[..., Customer],
    make_snapshot: Callable[..., Snapshot],
) -> None:
    good = sealed_workbook(reconcile(make_snapshot(make_customer(1)), _ledger())).data
    path = tmp_path / "last.xlsx"
    for cell, text, says in (
        ("C2", "done", "row 2: kind, state or count was overwritten"),
        ("F2", "soon", "row 2: the day it was first seen was overwritten"),
        ("A1", "x", "has no sheet 'Breaks' with a register"),
    ):
        path.write_bytes(good)
        book = load_workbook(path)
        book["Breaks"][cell].value = text
        book.save(path)
        with pytest.raises(LedgerError, match=says):
            read_register(path)


def test_an_explained_break_that_changes_nothing_stays_explained() -> None:
    entry = Entry(
        id="B-1",
        kind="not_in_ledger",
        state="explained",
        first_seen=date(2026, 1, 1),
        customer_id="c-1",
    )

    (kept,) = carried_forward([_break(1)], {"B-1": entry}, date(2026, 2, 1))

    assert kept == entry


def _line(row: int, **known: Any) -> LedgerLine:
    return LedgerLine(file="l.xlsx", sheet="", row=row, **known)


def test_a_break_keeps_its_id_when_its_line_is_sorted_renamed_or_gets_another_key(
    make_snapshot: Callable[..., Snapshot],
) -> None:
    snapshot = make_snapshot()
    first = reconcile(
        snapshot,
        replace(_ledger(), lines=(_line(2, xaccount_id="R-1", company_name="云海"), _line(3))),
    )
    before = {each.id: each for each in first.register}

    changed = {
        "sorted": _line(9, xaccount_id="R-1", company_name="云海"),
        "renamed": _line(2, xaccount_id="R-1", company_name="星辰"),
        "keyed by the vendor's ID": _line(2, customer_id="v-1", company_name="云海"),
        "without its key": _line(2, company_name="云海"),
    }
    for how, line in changed.items():
        again = reconcile(
            snapshot, replace(_ledger(), lines=(line, _line(30))), before=before
        ).breaks
        assert {each.id for each in again} == set(before), how
        assert {each.state for each in again} == {"open"}, how


def test_where_two_lines_could_be_the_old_one_neither_is(
    make_snapshot: Callable[..., Snapshot],
) -> None:
    old = replace(_ledger(), lines=(_line(2, xaccount_id="R-1", company_name="云海"),))
    lines = (
        _line(2, customer_id="v-1", company_name="云海"),
        _line(3, customer_id="v-2", company_name="云海"),
    )
    before = {each.id: each for each in reconcile(make_snapshot(), old).register}

    now = reconcile(make_snapshot(), replace(old, lines=lines), before=before)

    assert [each.state for each in now.breaks] == ["new", "new"]
    assert [each.state for each in now.register] == ["new", "new", "closed"]


def _explained(break_id: str, **known: Any) -> Decision:
    moment = datetime(2026, 1, 31, tzinfo=UTC)
    return Decision(
        verdict="explained",
        who="Li",
        decided_at=moment,
        break_id=break_id,
        reason="moved",
        **known,
    )


def test_an_explanation_holds_until_it_expires_or_is_revoked(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    snapshot = make_snapshot(make_customer(1), taken_at=datetime(2026, 3, 15, tzinfo=UTC))
    (found,) = reconcile(snapshot, _ledger()).breaks
    before = {
        found.id: Entry(
            id=found.id, kind=found.kind, state="explained", first_seen=date(2026, 1, 31)
        )
    }

    states = {}
    for how, decision in {
        "holds": _explained(found.id, expires=date(2026, 3, 15)),
        "expired": _explained(found.id, expires=date(2026, 3, 14)),
        "revoked": _explained(found.id, revoked_at=datetime(2026, 2, 1, tzinfo=UTC)),
    }.items():
        made = reconcile(snapshot, _ledger(), before=before, decisions=[decision])
        states[how] = (made.breaks[0].state, len(made.decisions), made.can_close)

    assert states == {
        "holds": ("explained", 1, True),
        "expired": ("open", 0, False),
        "revoked": ("open", 0, False),
    }
