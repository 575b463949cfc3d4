"""What people write into a workbook counts only in rows that were made; the rest is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from partnerbook.errors import LedgerError
from partnerbook.model import Customer, Decision, LedgerLine, Snapshot
from reports.ledger import Ledger
from reports.reconciliation import Cutoff, reconcile
from reports.reconciling.before import known_before
from reports.reconciling.making import made_of
from reports.reconciling.verifying import changed_since
from reports.workbook.reconciliation import sealed_workbook
from reports.workbook.sealed import read_sealed

NOW = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)
NAMES = ("Rho Ltd", "Tau Ltd", "Phi Ltd")


def _ledger() -> Ledger:
    lines = tuple(
        LedgerLine(file="l.xlsx", sheet="L", row=row, company_name=name)
        for row, name in enumerate(NAMES, start=2)
    )
    return Ledger(
        file="l.xlsx", sheet="L", sha256="ab" * 32, form="xlsx", heading_row=1,
        headings={"company_name": "Name"}, lines=lines,
    )  # fmt: skip


@pytest.fixture
def snapshot(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> Snapshot:
    customers = (make_customer(n, company_name=name) for n, name in enumerate(NAMES, start=1))
    return make_snapshot(*customers, taken_at=NOW)


@pytest.fixture
def made(snapshot: Snapshot, tmp_path: Path) -> Path:
    path = tmp_path / "made.xlsx"
    path.write_bytes(sealed_workbook(reconcile(snapshot, _ledger())).data)
    return path


def _change(path: Path, *cells: tuple[str, str, Any]) -> None:
    book = load_workbook(path)
    for sheet, place, value in cells:
        book[sheet][place].value = value
    book.save(path)


def _sign(path: Path) -> None:
    _change(path, ("Sign-off", "B5", "Li Lei"), ("Sign-off", "B6", "Han Meimei"))


def _before(path: Path) -> Any:
    return known_before(path, None, who="Ann", now=NOW)


@pytest.mark.parametrize("value", ["id-0001", "nobody"])
def test_an_answer_in_a_row_whose_customer_was_replaced_is_refused(made: Path, value: str) -> None:
    _change(made, ("Suggested", "M3", value), ("Suggested", "G3", "Y"))

    with pytest.raises(LedgerError, match=r"'Suggested', row 3: .* may be meant for another"):
        _before(made)


def test_a_column_that_was_sorted_alone_takes_the_answers_with_it(made: Path) -> None:
    sheet = load_workbook(made)["Suggested"]
    moved = [("Suggested", f"M{row}", sheet[f"M{6 - row}"].value) for row in (2, 4)]
    _change(made, *moved, ("Suggested", "G2", "Y"))

    with pytest.raises(LedgerError, match="row 2"):
        _before(made)


def test_whole_rows_may_be_sorted_and_answered(made: Path) -> None:
    book: Workbook = load_workbook(made)
    sheet = book["Suggested"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    rows.reverse()
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
        sheet.cell(number, 7).value = "Y"
    book.save(made)

    decided = {each.customer_id: each.party[1] for each in _before(made).decisions}

    assert decided == {"id-0001": "rho ltd", "id-0002": "tau ltd", "id-0003": "phi ltd"}


def test_an_explanation_in_a_row_of_the_register_that_was_changed_is_refused(made: Path) -> None:
    _change(
        made, ("Breaks", "A2", "B-other"), ("Breaks", "C2", "explained"), ("Breaks", "M2", "ok")
    )

    with pytest.raises(LedgerError, match="'Breaks', row 2"):
        _before(made)


def test_explained_without_a_word_stays_open_and_is_named(made: Path, snapshot: Snapshot) -> None:
    _change(made, ("Breaks", "C2", "explained"), ("Breaks", "C3", "explained"))
    _change(made, ("Breaks", "M3", "moved away"))
    sheet = load_workbook(made)["Breaks"]
    silent, told = sheet["A2"].value, sheet["A3"].value

    before = _before(made)
    found = made_of(snapshot, _ledger(), before=before, decisions=before.decisions).found

    states = {each.id: each.state for each in found.breaks}
    assert (states[silent], states[told]) == ("open", "explained")
    assert any(silent in each and "without a cause" in each for each in found.notes)
    assert found.unused == tuple(each for each in found.notes if silent in each)


def test_an_answer_that_cannot_count_is_named(
    made: Path, snapshot: Snapshot, make_snapshot: Callable[..., Snapshot]
) -> None:
    _change(made, *(("Suggested", f"G{row}", "Y") for row in (2, 3, 4)))
    _change(made, ("Suggested", "I2", date(2026, 3, 31)), ("Suggested", "I3", date(2026, 4, 1)))
    before = _before(made)
    left = make_snapshot(*snapshot.listing.customers[:2], taken_at=NOW)

    found = made_of(left, _ledger(), before=before, decisions=before.decisions).found

    assert found.unused == (
        "Not used: the answer of Ann about customer id-0001 held until 2026-03-31, which is past.",
        "Not used: Ann answered about customer id-0003, who is not in the listing.",
    )


def test_an_answer_that_was_revoked_and_an_explanation_that_ended_are_named(
    made: Path, snapshot: Snapshot
) -> None:
    _change(
        made, ("Suggested", "G2", "Y"), ("Breaks", "C3", "explained"), ("Breaks", "M3", "moved")
    )
    break_id = load_workbook(made)["Breaks"]["A3"].value
    before = _before(made)
    yes, explained = before.decisions
    day = NOW + timedelta(minutes=5)
    revoked = replace(yes, revoked_at=day, revoked_by="Bo")
    ended = replace(explained, expires=date(2026, 3, 31))

    def unused(*decisions: Decision) -> tuple[str, ...]:
        last = replace(before, decisions=(yes,))  # the explanation is an older one of the store
        return made_of(snapshot, _ledger(), before=last, decisions=decisions).found.unused

    assert unused(yes, explained) == ()
    assert unused(revoked, ended) == (
        "Not used: the answer of Ann about customer id-0001 was revoked by Bo on 2026-04-01.",
        f"Not used: the answer of Ann about break {break_id} held until 2026-03-31, which is past.",
    )


def test_answers_are_told_from_changes(made: Path) -> None:
    _change(made, ("Suggested", "G2", "Y"), ("Breaks", "K2", "Bob"), ("Breaks", "M2", "asked"))
    answered = read_sealed(made)
    _change(made, ("Breaks", "D2", "Somebody"))
    changed = read_sealed(made)

    assert (answered.unchanged, answered.is_answered) == (False, True)
    assert changed_since(answered)[0].startswith("decision Suggested!G2")
    assert (changed.unchanged, changed.is_answered) == (False, False)


def test_answers_in_a_signed_workbook_are_not_said_to_be_later_than_its_signing(
    made: Path, snapshot: Snapshot
) -> None:
    _change(made, ("Suggested", "G2", "N"))
    assert _before(made).reopened == ()
    _sign(made)

    before = _before(made)
    found = made_of(snapshot, _ledger(), before=before, decisions=before.decisions).found

    assert before.reopened[0] == "answers were written into it, before or after it was signed"
    assert not found.can_close


def test_a_sheet_that_was_hidden_is_named(made: Path) -> None:
    book = load_workbook(made)
    book["Breaks"].sheet_state = "hidden"
    book.save(made)

    found = read_sealed(made)

    assert changed_since(found) == ("sheet Breaks: hidden",)
    assert not found.is_answered


def test_a_signed_workbook_that_is_replaced_is_kept_under_a_name_of_its_own(made: Path) -> None:
    os.utime(made, (NOW.timestamp(), NOW.timestamp()))
    assert known_before(None, made, who="Ann", now=NOW).keep_as is None
    _sign(made)
    os.utime(made, (NOW.timestamp(), NOW.timestamp()))

    first = known_before(None, made, who="Ann", now=NOW)
    (made.parent / "made (signed 2026-04-01).xlsx").write_bytes(b"somebody's")
    second = known_before(None, made, who="Ann", now=NOW)

    assert first.keep_as == made.parent / "made (signed 2026-04-01).xlsx"
    assert second.keep_as == made.parent / "made (signed 2026-04-01 2).xlsx"
    assert second.notes[-1].endswith("is kept as made (signed 2026-04-01 2).xlsx.")


def test_a_workbook_of_another_account_is_not_carried_forward(
    made: Path, snapshot: Snapshot
) -> None:
    for previous, out in ((made, None), (None, made)):
        with pytest.raises(LedgerError, match=f"another account, {snapshot.account}, .* other"):
            known_before(previous, out, who="Ann", now=NOW, account="other")
        known_before(previous, out, who="Ann", now=NOW, account=snapshot.account)


def test_what_was_new_last_month_is_open_in_the_same_file_this_month(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    path, march = tmp_path / "r.xlsx", Cutoff(day=date(2026, 3, 31))
    path.write_bytes(made_of(snapshot, _ledger(), cutoff=march).workbook)
    before = known_before(None, path, who="Ann", now=NOW)

    def states(cutoff: Cutoff | None) -> set[str]:
        made = made_of(snapshot, _ledger(), cutoff=cutoff, before=before)
        return {each.state for each in made.found.register}

    assert states(march) == {"new"}
    assert states(Cutoff(day=date(2026, 4, 30))) == states(None) == {"open"}


def test_another_ledger_for_a_period_that_was_signed_reopens_it(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    path, march = tmp_path / "march.xlsx", Cutoff(day=date(2026, 3, 31))
    path.write_bytes(made_of(snapshot, _ledger(), cutoff=march).workbook)
    other = replace(_ledger(), sha256="cd" * 32)
    unsigned = _before(path)
    _sign(path)
    signed = _before(path)

    def reopened(before: Any, ledger: Ledger, cutoff: Cutoff) -> tuple[str, ...]:
        return made_of(snapshot, ledger, cutoff=cutoff, before=before).found.reopened

    assert reopened(signed, other, march) == (
        "the ledger of this period is not the one that it was signed for",
    )
    assert reopened(signed, _ledger(), march) == ()
    assert reopened(signed, other, Cutoff(day=date(2026, 4, 30))) == ()
    assert reopened(unsigned, other, march) == ()


@pytest.mark.parametrize(
    ("place", "value"), [("A2", "I have checked nothing."), ("A2", None), ("B10", "0" * 64)]
)
def test_what_people_sign_and_the_printed_seal_are_covered(
    made: Path, place: str, value: str | None
) -> None:
    _sign(made)
    assert read_sealed(made).unchanged
    _change(made, ("Sign-off", place, value))

    found = read_sealed(made)

    assert not found.unchanged
    assert [(each.sheet, each.place) for each in found.cells] == [("Sign-off", place)]
    assert not found.is_answered


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.99])
def test_a_file_that_was_cut_off_is_one_sentence(made: Path, share: float) -> None:
    whole = made.read_bytes()
    made.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(LedgerError, match=r"^.*made\.xlsx is [^\n]*$"):
        read_sealed(made)


def test_a_file_with_spoilt_bits_is_one_sentence(made: Path) -> None:
    whole = made.read_bytes()
    at = whole.index(b"PK\x03\x04", 100) + 60  # inside the second part's compressed bytes
    made.write_bytes(
        whole[:at] + bytes(255 - each for each in whole[at : at + 40]) + whole[at + 40 :]
    )

    with pytest.raises(LedgerError, match=r"^.*made\.xlsx [^\n]*$"):
        read_sealed(made)


def test_who_joined_at_the_opening_boundary_is_on_the_sheet_timing(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    customer = make_customer(1, associated_at=datetime(2026, 2, 28, 16, 30, tzinfo=UTC))
    snapshot = make_snapshot(customer, taken_at=NOW)

    found = reconcile(snapshot, _ledger(), Cutoff(day=date(2026, 3, 31)))

    assert [each.customer_id for each in found.flipping] == [customer.customer_id]


def test_a_break_of_a_name_keeps_its_age_when_the_legal_form_changes(
    make_snapshot: Callable[..., Snapshot],
) -> None:
    def found(day: int, *names: str, before: Any = None) -> dict[str, Any]:
        lines = tuple(
            LedgerLine(file="l.xlsx", sheet="L", row=row, company_name=name)
            for row, name in enumerate(names, start=2)
        )
        taken_at = datetime(2026, day, 28, tzinfo=UTC)
        it = reconcile(
            make_snapshot(taken_at=taken_at), replace(_ledger(), lines=lines), None, before
        )
        return {each.id: each for each in it.register if each.state != "closed"}

    first = found(1, "Marble Arch Systems")
    renamed = found(2, "Marble Arch Systems Limited", before=first)
    two = found(3, "Marble Arch Systems GmbH", "Marble Arch Systems Inc", before=renamed)

    assert [(each.state, each.first_seen) for each in renamed.values()] == [
        ("open", date(2026, 1, 28))
    ]
    assert renamed.keys() == first.keys()
    assert {each.state for each in two.values()} == {"new"}  # nobody knows which of the two


def test_a_placeholder_differs_from_nothing(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> None:
    snapshot = make_snapshot(make_customer(1, xaccount_id="K-1"), taken_at=NOW)

    def kinds(written: str) -> list[str]:
        line = LedgerLine(
            file="l.xlsx", sheet="L", row=2, customer_id="id-0001", account_name=written
        )
        return [each.kind for each in reconcile(snapshot, replace(_ledger(), lines=(line,))).breaks]

    assert kinds("N/A") == []
    assert kinds("other") == ["different"]
