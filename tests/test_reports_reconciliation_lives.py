"""A break's life from workbook to workbook: what it may inherit, and what people may say of it."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from partnerbook.errors import LedgerError, WorkbookError
from partnerbook.model import Customer, Decision, LedgerLine, Snapshot
from partnerbook.store import Store
from reports.ledger import Ledger
from reports.reconciliation import Cutoff, Entry, Reconciliation, read_register, reconcile
from reports.reconciling.before import Before, known_before
from reports.reconciling.making import _refuse_older, made_of, reconcile_ledger
from reports.workbook.reconciliation import sealed_workbook

ACCOUNT = "p-0001@bss.example.com"


def _line(row: int, **known: Any) -> LedgerLine:
    return LedgerLine(file="l.xlsx", sheet="", row=row, **known)


def _ledger(*lines: LedgerLine) -> Ledger:
    return Ledger(
        file="l.xlsx",
        sheet="",
        sha256=f"{hash(lines) & 0xFFFF:064x}",
        form="xlsx",
        heading_row=1,
        headings={},
        lines=lines,
    )


@dataclass
class Desk:
    """Somebody who reconciles month after month, each time with the last workbook."""

    path: Path
    store: Store
    snapshot: Callable[..., Snapshot]
    customers: tuple[Customer, ...]

    def reconcile(
        self,
        month: int,
        *lines: LedgerLine,
        customers: Iterable[Customer] | None = None,
        exact: bool = True,
        cutoff: Cutoff | None = None,
    ) -> Reconciliation:
        """Reconcile on the last days of a month; the file's workbook is carried forward."""
        now = datetime(2026, month, 28, 6, tzinfo=UTC)
        before = Before()
        if self.path.exists():
            os.utime(self.path, (now.timestamp() - 60,) * 2)
            before = known_before(None, self.path, who="Ann", now=now)
        self.store.decide(ACCOUNT, before.decisions)
        listed = self.snapshot(
            *(self.customers if customers is None else customers),
            taken_at=now,
            missing_at_most=0 if exact else 3,
        )
        made = made_of(
            listed,
            _ledger(*lines),
            cutoff=cutoff,
            before=before,
            decisions=self.store.decisions(ACCOUNT),
        )
        self.path.write_bytes(made.workbook)
        return made.found

    def rows(self) -> list[dict[str, Any]]:
        """Return the register as it is shown, by heading."""
        headings, *rows = load_workbook(self.path)["Breaks"].iter_rows(values_only=True)
        return [dict(zip(map(str, headings), row, strict=True)) for row in rows]

    def write(self, row: int = 2, **cells: Any) -> None:
        """Write beside a break; underscores of a heading are blanks."""
        book = load_workbook(self.path)
        sheet = book["Breaks"]
        at = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
        for heading, value in cells.items():
            sheet.cell(row, at[heading.replace("_", " ")]).value = value
        book.save(self.path)

    @property
    def status(self) -> str:
        """What the cover says."""
        return str(load_workbook(self.path)["Cover"]["B4"].value)


@pytest.fixture
def desk(
    tmp_path: Path, make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> Any:
    with Store("sqlite://") as store:
        yield Desk(tmp_path / "r.xlsx", store, make_snapshot, (make_customer(1),))


HERS = _line(2, customer_id="id-0001")


@pytest.mark.parametrize("shared", [{"email": "ap@group.example"}, {"phone": "+49 30 1234567"}])
@pytest.mark.parametrize("quiet_month", [True, False])
def test_another_company_of_the_same_mailbox_inherits_nothing(
    desk: Desk, shared: dict[str, str], quiet_month: bool
) -> None:
    desk.reconcile(1, HERS, _line(3, company_name="Falcon Trading GmbH", **shared))
    desk.write(State="explained", Comment="Falcon is a test", Owner="amy")
    if quiet_month:
        desk.reconcile(2, HERS)

    found = desk.reconcile(3, HERS, _line(3, company_name="Osprey Chemicals SpA", **shared))

    osprey, falcon = desk.rows()
    assert (osprey["Name"], osprey["State"], osprey["Owner"]) == (
        "Osprey Chemicals SpA",
        "new",
        None,
    )
    assert (falcon["Name"], falcon["State"], falcon["Owner"]) == (
        "Falcon Trading GmbH",
        "closed",
        "amy",
    )
    assert not found.can_close


@pytest.mark.parametrize("nobody", ["-", "N/A", "无"])
def test_a_name_that_says_nothing_is_nobodys(desk: Desk, nobody: str) -> None:
    small = _line(3, company_name=nobody, amount=Decimal(1), currency="USD")
    desk.reconcile(1, HERS, small)
    desk.write(State="explained", Comment="rounding, 1 USD")

    large = replace(small, amount=Decimal(99_999))
    found = desk.reconcile(2, HERS, large, replace(small, row=4, currency="EUR"))

    assert [(each.kind, each.state) for each in found.breaks] == [("not_with_vendor", "new")] * 2


def test_an_explanation_that_is_set_back_in_the_register_is_revoked(desk: Desk) -> None:
    desk.reconcile(1)
    desk.write(State="explained", Comment="moved")
    assert desk.reconcile(2).can_close
    desk.write(State="open", Comment="no, wrong", Owner="Bo")

    found = desk.reconcile(3)

    (row,) = desk.rows()
    assert (row["State"], row["Comment"], found.can_close) == ("open", "no, wrong", False)
    (decision,) = desk.store.decisions(ACCOUNT)
    assert (decision.revoked_by, decision.reason) == ("Bo", "moved")
    assert "was revoked by Bo on 2026-03-28" in found.unused[0]
    assert desk.reconcile(4).breaks[0].state == "open"  # and stays so
    desk.write(State="explained", Comment="moved after all")
    assert desk.reconcile(5).can_close


def test_an_explanation_that_an_earlier_version_kept_is_revoked_too(desk: Desk) -> None:
    twice = HERS, replace(HERS, row=3)
    gone = desk.reconcile(1, *twice).breaks[0].id
    kept = Decision(
        verdict="explained",
        who="Ann",
        decided_at=datetime(2026, 2, 1, tzinfo=UTC),
        break_id=gone,
        reason="two rows are fine",
    )
    desk.store.decide(ACCOUNT, [kept])
    assert desk.reconcile(2, *twice).can_close
    desk.write(State="open", Owner="Bo")

    found = desk.reconcile(3, *twice)

    assert found.breaks[0].state == "open"
    assert [each.revoked_by for each in desk.store.decisions(ACCOUNT)] == ["Bo"]


def test_what_a_yes_explains_stays_so_and_that_is_said(desk: Desk) -> None:
    known = desk.reconcile(1)
    desk.write(State="explained", Comment="moved")
    said = known_before(None, desk.path, who="Bo", now=datetime(2026, 1, 29, tzinfo=UTC))
    set_back = (replace(each, revoked_at=each.decided_at) for each in said.decisions)
    before = replace(said, decisions=tuple(set_back))

    made = made_of(known.snapshot, known.ledger, before=before).found  # no decision on the break

    assert made.breaks[0].state == "explained"
    assert made.unused == (
        (
            f"Break {made.breaks[0].id} stays explained, though it was set back: a yes to a match "
            "explains it. `partnerbook decisions list` names it, and `decisions revoke` takes it "
            "back."
        ),
    )


def test_an_explanation_of_two_rows_is_none_of_five(desk: Desk) -> None:
    desk.reconcile(1, HERS, replace(HERS, row=3))
    desk.write(State="explained", Comment="two rows are fine")
    two = desk.reconcile(2, HERS, replace(HERS, row=5))

    five = desk.reconcile(3, *(replace(HERS, row=row) for row in range(2, 7)))

    assert (two.breaks[0].state, five.breaks[0].state) == ("explained", "open")
    assert "was explained when other values" in five.unused[0]
    desk.write(State="explained", Comment="five are too")
    assert desk.reconcile(4, *(replace(HERS, row=row) for row in range(2, 7))).can_close


def test_an_explanation_of_one_name_is_none_of_another(desk: Desk) -> None:
    desk.reconcile(1, replace(HERS, company_name="Wrong Co"))
    desk.write(State="explained", Comment="its old name")
    same = desk.reconcile(2, replace(HERS, company_name="Wrong Co"))

    other = desk.reconcile(3, replace(HERS, company_name="Totally Different Holdings"))

    assert (same.breaks[0].state, other.breaks[0].state) == ("explained", "open")
    assert "was explained when other values" in other.unused[0]


def test_an_explanation_of_one_name_is_none_of_another_without_the_store_too(desk: Desk) -> None:
    desk.reconcile(1, replace(HERS, company_name="Wrong Co"))
    desk.write(State="explained", Comment="its old name")
    desk.reconcile(2, replace(HERS, company_name="Wrong Co"))

    with Store("sqlite://") as another:  # a colleague's
        desk.store = another
        found = desk.reconcile(3, replace(HERS, company_name="Totally Different Holdings"))

    assert found.breaks[0].state == "open"
    assert "was explained when other values" in found.unused[0]


def test_an_explanation_survives_sorting_and_blanks(desk: Desk) -> None:
    one, two = (replace(HERS, company_name=name) for name in ("Alpha X Ltd", "Beta Y Ltd"))
    desk.reconcile(1, one, replace(two, row=3))
    for row in (2, 3):
        desk.write(row, State="explained", Comment="old names")

    found = desk.reconcile(2, two, replace(one, row=3, company_name="ALPHA  X LTD "))

    assert {each.state for each in found.breaks} == {"explained"}


def test_an_old_workbook_that_is_saved_again_takes_no_newer_explanation_back(desk: Desk) -> None:
    desk.reconcile(1, replace(HERS, company_name="Alpha X Ltd"))
    desk.write(State="explained", Comment="alpha is fine")
    january = desk.path.read_bytes()
    desk.reconcile(2, replace(HERS, company_name="Zulu Q Ltd"))
    desk.write(State="explained", Comment="zulu too")
    assert desk.reconcile(3, replace(HERS, company_name="Zulu Q Ltd")).can_close

    desk.path.write_bytes(january)

    assert desk.reconcile(4, replace(HERS, company_name="Zulu Q Ltd")).can_close


def test_a_comment_that_is_taken_out_takes_no_explanation_back(desk: Desk) -> None:
    desk.reconcile(1)
    desk.write(State="explained", Comment="moved")
    desk.reconcile(2)
    desk.write(Comment=None)

    found = desk.reconcile(3)

    assert (found.breaks[0].state, found.unused) == ("explained", ())


def test_the_cover_says_what_was_explained(desk: Desk) -> None:
    desk.reconcile(1)
    desk.write(State="explained", Comment="moved")
    desk.reconcile(2)
    assert desk.status == "Nothing is left to settle: 1 break is explained; the period can close."

    desk.reconcile(3, HERS)
    assert desk.status == "Everything matches; the period can close."


def test_the_cover_says_it_in_chinese(make_snapshot: Callable[..., Snapshot]) -> None:
    found = reconcile(make_snapshot(), _ledger(_line(2, company_name="x")), language="zh")

    cover = load_workbook(io.BytesIO(sealed_workbook(found).data))["封面"]
    assert cover["B4"].value == "未结：尚有 1 项差异待处理。"


def test_who_closes_a_break_by_hand_closes_nothing(desk: Desk) -> None:
    desk.reconcile(1)
    desk.write(State="closed")
    there = desk.reconcile(2)
    (row,) = desk.rows()
    assert (row["State"], row["Re-opened"]) == ("open", 0)
    assert there.unused == (f"Break {row['Break']} was marked closed, but it is still there.",)

    desk.write(State="closed")
    desk.reconcile(3, HERS)
    (row,) = desk.rows()
    assert (row["State"], row["Closed on"], row["Days"]) == (
        "closed",
        datetime(2026, 3, 28),  # noqa: DTZ001  as Excel keeps a day
        59,
    )


def test_what_could_not_be_checked_is_not_closed_by_hand_either(desk: Desk) -> None:
    stranger = _line(3, company_name="Falcon Trading GmbH")
    desk.reconcile(1, HERS, stranger)
    desk.write(State="closed")

    desk.reconcile(2, HERS, exact=False)

    (row,) = desk.rows()
    assert (row["State"], row["Why"]) == (
        "new",
        "Could not be checked this time; it stays as it was.",
    )


@pytest.mark.parametrize("state", ["open", "new", "explained", "re-opened"])
def test_a_closed_break_keeps_its_day_whatever_is_written_beside_it(desk: Desk, state: str) -> None:
    desk.reconcile(1)
    desk.reconcile(2, HERS)
    desk.write(State=state, Comment="why")

    desk.reconcile(5, HERS)

    (row,) = desk.rows()
    assert (row["State"], row["Closed on"]) == ("closed", datetime(2026, 2, 28))  # noqa: DTZ001  as Excel keeps a day
    assert desk.store.decisions(ACCOUNT) == ()


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("mid Feb", "row 2: 'mid Feb' is no day on which it was closed"),
        (datetime(2025, 12, 1), "cannot have been closed on 2025-12-01, before it was first seen"),  # noqa: DTZ001  as Excel keeps a day
    ],
)
def test_a_closing_day_that_somebody_spoilt_is_one_sentence(
    desk: Desk, day: object, says: str
) -> None:
    desk.reconcile(1)
    desk.reconcile(2, HERS)
    desk.write(Closed_on=day)

    with pytest.raises(LedgerError, match=says):
        desk.reconcile(3, HERS)


def test_a_closing_day_written_out_is_read(desk: Desk) -> None:
    desk.reconcile(1)
    desk.reconcile(2, HERS)
    desk.write(Closed_on="2026-02-15")

    assert read_register(desk.path).popitem()[1].age(datetime(2026, 9, 1, tzinfo=UTC).date()) == 18


def test_made_again_later_with_the_same_previous_it_keeps_the_day_it_closed(
    desk: Desk, tmp_path: Path
) -> None:
    desk.reconcile(1)
    previous = tmp_path / "january.xlsx"
    previous.write_bytes(desk.path.read_bytes())
    desk.reconcile(2, HERS)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    before = known_before(previous, desk.path, who="Ann", now=now)

    made = made_of(desk.snapshot(*desk.customers, taken_at=now), _ledger(HERS), before=before)

    assert [str(each.closed) for each in made.found.register] == ["2026-02-28"]


def test_a_workbook_that_closed_it_in_another_life_does_not_tell_the_day(
    desk: Desk, tmp_path: Path
) -> None:
    desk.reconcile(1)
    desk.reconcile(2, HERS)
    older = desk.path.read_bytes()
    desk.path.unlink()
    desk.reconcile(3)
    newer = tmp_path / "newer.xlsx"
    newer.write_bytes(desk.path.read_bytes())
    desk.path.write_bytes(older)
    now = datetime(2026, 4, 28, tzinfo=UTC)
    before = known_before(newer, desk.path, who="Ann", now=now)

    made = made_of(desk.snapshot(*desk.customers, taken_at=now), _ledger(HERS), before=before)

    (entry,) = made.found.register
    assert (str(entry.first_seen), str(entry.closed)) == ("2026-03-28", "2026-04-28")


def test_made_again_on_the_same_day_a_reopened_break_stays_so(desk: Desk) -> None:
    desk.reconcile(1)
    desk.reconcile(2, HERS)
    desk.reconcile(3)

    (entry,) = desk.reconcile(3).register

    assert (entry.state, entry.reopened) == ("re-opened", 1)


def test_without_a_period_another_day_is_another_time(desk: Desk) -> None:
    desk.reconcile(1, _line(2, company_name="x"))
    again = desk.reconcile(1, _line(2, company_name="x"))
    later = desk.reconcile(2, _line(2, company_name="x"))

    assert {each.state for each in again.breaks} == {"new"}
    assert {each.state for each in later.breaks} == {"open"}


def test_made_again_a_break_has_the_name_and_keys_of_now(
    desk: Desk, make_customer: Callable[..., Customer]
) -> None:
    desk.reconcile(1)
    renamed = make_customer(1, company_name="Another Name Ltd")

    (entry,) = desk.reconcile(1, customers=[renamed]).register

    assert (entry.state, entry.name) == ("new", "Another Name Ltd")


def test_what_was_written_while_it_was_timing_stays_with_the_customer(
    desk: Desk, make_customer: Callable[..., Customer]
) -> None:
    late = make_customer(1, associated_at=datetime(2026, 1, 30, tzinfo=UTC))
    january = Cutoff(day=datetime(2026, 1, 28, tzinfo=UTC).date(), zone=UTC)
    desk.reconcile(1, customers=[late], cutoff=january)
    desk.write(Owner="amy", Comment="invoice in March")

    february = replace(january, day=datetime(2026, 2, 28, tzinfo=UTC).date())
    desk.reconcile(2, customers=[late], cutoff=february)

    open_one, timing = desk.rows()
    assert (open_one["Kind"], open_one["Owner"], open_one["Comment"]) == (
        "not in ledger",
        "amy",
        "invoice in March",
    )
    assert (timing["Kind"], timing["State"]) == ("timing", "closed")


def test_a_list_from_before_the_last_workbook_is_refused(desk: Desk) -> None:
    desk.reconcile(1)
    desk.reconcile(3)  # nothing happened, and yet it is the last
    before = known_before(None, desk.path, who="Ann", now=datetime(2026, 4, 1, tzinfo=UTC))
    older = desk.snapshot(*desk.customers, taken_at=datetime(2026, 2, 10, tzinfo=UTC))

    with pytest.raises(LedgerError, match=r"of 2026-02-10, and the last .* is of 2026-03-28"):
        _refuse_older(older, before)


@pytest.mark.parametrize("spoil", ["heading", "rubbish", "other"])
def test_a_file_that_cannot_be_read_back_is_not_replaced(desk: Desk, spoil: str) -> None:
    desk.reconcile(1)
    if spoil == "heading":
        desk.write(row=1, Due="Due date")
    elif spoil == "rubbish":
        desk.path.write_bytes(b"PK rubbish")
    else:
        book = load_workbook(desk.path)
        del book["Breaks"]
        book.save(desk.path)
    there = desk.path.read_bytes()

    with pytest.raises(LedgerError, match="no reconciliation that can be read, so it is not repl"):
        desk.reconcile(2)
    assert desk.path.read_bytes() == there


def test_a_workbook_that_is_open_elsewhere_is_not_replaced(desk: Desk, tmp_path: Path) -> None:
    desk.reconcile(1)
    desk.path.with_name(f".~lock.{desk.path.name}#").write_text(",amy,host,;", encoding="utf-8")

    with pytest.raises(WorkbookError, match="is open in LibreOffice by amy"):
        reconcile_ledger(None, tmp_path / "l.csv", out=desk.path)  # type: ignore[arg-type]  # refused before


@pytest.mark.parametrize("cause", ["OPEN", "name", "title", "timing", "test account"])
def test_a_cause_of_their_own_comes_back_as_it_was_written(desk: Desk, cause: str) -> None:
    desk.reconcile(1)
    desk.write(Cause=cause)
    desk.reconcile(2)

    assert desk.rows()[0]["Cause"] == cause


@pytest.mark.parametrize(("whole", "decimals"), [(10**6, 6), (75 * 10**9, 3), (25 * 10**11, 1)])
def test_the_bridge_tells_no_more_decimals_than_excel_can_add(
    make_snapshot: Callable[..., Snapshot], whole: int, decimals: int
) -> None:
    line = _line(2, company_name="x", amount=Decimal(whole) + Decimal("0.01"), currency="IDR")
    data = sealed_workbook(reconcile(make_snapshot(), _ledger(line))).data

    cells = [cell.value for row in load_workbook(io.BytesIO(data))["Bridge"].rows for cell in row]
    assert any(re.fullmatch(rf"=ROUND\(SUM\(.*,{decimals}\)", str(value)) for value in cells)


def test_an_entry_is_what_it_was(desk: Desk) -> None:
    found = desk.reconcile(1, HERS, replace(HERS, row=3), _line(4, company_name="=1+1 云海"))

    entries: dict[str, Entry] = {each.id: each for each in found.register}
    assert read_register(desk.path) == entries
