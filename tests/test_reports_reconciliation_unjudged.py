"""Unreadable is not missing, and unknown is not gone."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from partnerbook.model import Customer, LedgerLine, Snapshot
from reports.ledger import Damage, Ledger
from reports.reconciliation import Reconciliation, reconcile
from reports.workbook.reconciliation import sealed_workbook

FIVE = Decimal(5)


def line(row: int, customer_id: str | None, **known: Any) -> LedgerLine:
    return LedgerLine(file="l.xlsx", sheet="L", row=row, customer_id=customer_id, **known)


def ledger_of(*lines: LedgerLine, damaged: tuple[Damage, ...] = ()) -> Ledger:
    return Ledger(
        file="l.xlsx",
        sheet="L",
        sha256="00" * 32,
        form="xlsx",
        heading_row=1,
        headings={},
        lines=lines,
        damaged=damaged,
    )


def spoilt(row: int, field: str) -> Damage:
    return Damage(row=row, column="D", field=field, text="#N/A", what="an error value")


def next_time(snapshot: Snapshot, first: Reconciliation, ledger: Ledger) -> dict[str, list[str]]:
    """Return the states of the register after the next reconciliation, by kind."""
    before = {entry.id: entry for entry in first.register}
    found: dict[str, list[str]] = {}
    for entry in reconcile(snapshot, ledger, before=before).register:
        found.setdefault(entry.kind, []).append(entry.state)
    return found


@pytest.fixture
def resale(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> Snapshot:
    """Return a snapshot of id-0001 and id-0002, both of resale."""
    return make_snapshot(*(make_customer(n, association="3") for n in (1, 2)))


@pytest.fixture
def unbilled(resale: Snapshot) -> Reconciliation:
    """Return a reconciliation in which id-0001 has no amount."""
    made = reconcile(resale, ledger_of(line(2, "id-0001"), line(3, "id-0002", amount=FIVE)))
    assert [(each.kind, each.customer_id) for each in made.breaks] == [("association", "id-0001")]
    return made


def test_an_amount_that_cannot_be_read_is_no_missing_amount(resale: Snapshot) -> None:
    lines = line(2, "id-0001"), line(3, "id-0002", amount=FIVE)

    made = reconcile(resale, ledger_of(*lines, damaged=(spoilt(2, "amount"),)))

    assert made.breaks == ()
    assert not made.can_close


def test_an_unread_amount_does_not_settle_an_earlier_break(
    resale: Snapshot, unbilled: Reconciliation
) -> None:
    lines = line(2, "id-0001"), line(3, "id-0002", amount=FIVE)
    unread = ledger_of(*lines, damaged=(spoilt(2, "amount"),))
    all_unread = ledger_of(
        *(line(n, f"id-000{n - 1}") for n in (2, 3)),
        damaged=(spoilt(2, "amount"), spoilt(3, "amount")),
    )
    billed = ledger_of(line(2, "id-0001", amount=FIVE), line(3, "id-0002", amount=FIVE))

    assert next_time(resale, unbilled, unread) == {"association": ["new"]}
    assert next_time(resale, unbilled, all_unread) == {"association": ["new"]}
    assert next_time(resale, unbilled, billed) == {"association": ["closed"]}


def test_a_spoilt_cell_does_not_settle_an_earlier_difference(resale: Snapshot) -> None:
    other = line(2, "id-0001", amount=FIVE, account_name="other")
    second = line(3, "id-0002", amount=FIVE)
    first = reconcile(resale, ledger_of(other, second))
    assert [each.kind for each in first.breaks] == ["different"]

    same = line(2, "id-0001", amount=FIVE)
    damage = spoilt(2, "account_name")
    lost = line(2, None, amount=FIVE, company_name="nobody knows")

    assert next_time(resale, first, ledger_of(same, second, damaged=(damage,))) == {
        "different": ["new"]
    }
    hidden = ledger_of(lost, second, damaged=(spoilt(2, "customer_id"),))
    assert next_time(resale, first, hidden)["different"] == ["new"]
    assert next_time(resale, first, ledger_of(same, second)) == {"different": ["closed"]}


def test_a_listing_that_is_not_exact_settles_nothing_of_whom_it_lacks(
    make_customer: Callable[..., Customer],
    make_snapshot: Callable[..., Snapshot],
    unbilled: Reconciliation,
) -> None:
    lines = ledger_of(line(2, "id-0001", amount=FIVE), line(3, "id-0002", amount=FIVE))
    lacking = make_snapshot(make_customer(2, association="3"), missing_at_most=1)
    having = make_snapshot(make_customer(1, association="3"), missing_at_most=1)

    assert next_time(lacking, unbilled, lines)["association"] == ["new"]
    assert next_time(having, unbilled, lines)["association"] == ["closed"]


def test_a_kept_break_is_not_called_gone_and_the_checks_still_hold(
    resale: Snapshot, unbilled: Reconciliation
) -> None:
    lines = line(2, "id-0001"), line(3, "id-0002", amount=FIVE)
    before = {entry.id: entry for entry in unbilled.register}
    again = reconcile(resale, ledger_of(*lines, damaged=(spoilt(2, "amount"),)), before=before)

    book = load_workbook(io.BytesIO(sealed_workbook(again).data))

    (_, row) = book["Breaks"].iter_rows(values_only=True, max_row=2)
    assert "Could not be checked this time; it stays as it was." in row
    assert "Gone." not in row
    register = next(
        cells
        for cells in book["Checks"].iter_rows(values_only=True)
        if "register" in str(cells[0]).lower()
    )
    assert 1 in register[1:]
