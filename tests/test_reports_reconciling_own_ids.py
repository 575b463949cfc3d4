"""Finance's own IDs are known by what they are, not only by their heading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from partnerbook.model import Customer, Snapshot
from reports.ledger import Ledger, read_ledger
from reports.reconciling.making import made_of
from reports.reconciling.own_ids import with_own_ids

CUSTOMERS = tuple(
    Customer(customer_id=f"{number:032x}", xaccount_id=own, company_name=f"Customer {number}")
    for number, own in enumerate(("20001", "00007", "00008"))
)


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., Ledger]:
    """Return ``ledger(heading, ids)``: a ledger with a column of IDs, as it is read."""

    def read(heading: str, ids: Sequence[str]) -> Ledger:
        path = tmp_path / "l.csv"
        path.write_text("\n".join((f"{heading},Amount", *(f"{one},5.00" for one in ids))), "utf-8")
        return read_ledger(path)

    return read


@pytest.mark.parametrize(
    "heading", ["Customer code", "Customer No.", "客户编码", "客户代码", "Customer ID"]
)
def test_a_column_of_own_ids_is_that_whatever_its_name_promises(
    ledger: Callable[..., Ledger],
    make_snapshot: Callable[..., Snapshot],
    heading: str,
) -> None:
    found = with_own_ids(ledger(heading, ["20001", "00007", "90000", "N/A"]), CUSTOMERS)

    assert found.headings == {"xaccount_id": heading, "amount": "Amount"}
    assert found.notes[0].startswith(
        f"Column “{heading}” was taken for the partner's IDs: 2 of its 3 are customers'"
    )
    matches = made_of(make_snapshot(*CUSTOMERS), found).found.matches
    assert [(each.row, each.status, each.rule) for each in matches] == [
        (2, "confirmed", "xaccount_id"), (3, "confirmed", "xaccount_id"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ids", "told"),
    [(["20001", "1", "2", "3"], False), (["20001", "00007"], True), (["20001", "1"], False)],
)
def test_what_may_be_chance_or_was_told_is_only_named(
    ledger: Callable[..., Ledger], ids: list[str], told: bool
) -> None:
    read = ledger("Customer ID", ids)

    found = with_own_ids(read, CUSTOMERS, told=told)

    assert found.lines == read.lines
    assert found.notes[0].endswith("say so with --map xaccount_id=Customer ID")


@pytest.mark.parametrize(
    "ids", [["20001", "00007", f"{9:032x}"], ["20001", "c-2"], ["1", "2"], ["Customer 1"]]
)
def test_the_vendors_ids_and_strangers_stay_what_they_are(
    ledger: Callable[..., Ledger], ids: list[str]
) -> None:
    read = ledger("Customer ID", ids)

    assert with_own_ids(read, (*CUSTOMERS, Customer(customer_id="c-2"))) is read
