"""One row for several customers of a group: finance says so, the bridge stays what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from partnerbook.model import Customer, Decision, LedgerLine, Snapshot
from partnerbook.wording import Language
from reports.ledger import Ledger
from reports.reconciliation import Reconciliation, read_previous, reconcile
from reports.reconciliation.words import word
from reports.workbook.reconciliation import sealed_workbook

NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)
LEDGER = Ledger(
    file="l.xlsx",
    sheet="S",
    sha256="ab" * 32,
    form="xlsx",
    heading_row=1,
    headings={},
    lines=(LedgerLine(file="l.xlsx", sheet="S", row=2, company_name="云海科技集团"),),
)


@pytest.fixture
def snapshot(
    make_customer: Callable[..., Customer], make_snapshot: Callable[..., Snapshot]
) -> Snapshot:
    places = ("北京", "上海", "深圳")
    return make_snapshot(
        *(
            make_customer(n, company_name=f"云海科技（{place}）有限公司")
            for n, place in enumerate(places, 1)
        ),
        taken_at=NOW,
    )


def _answered(
    found: Reconciliation, path: Path, sheet: str, language: Language, *answers: str
) -> tuple[Decision, ...]:
    path.write_bytes(sealed_workbook(found).data)
    book = load_workbook(path)
    table: Any = book[word(sheet, language)]
    at = [cell.value for cell in table[1]].index(word("Yes or no", language)) + 1
    for row, answer in enumerate(answers, start=2):
        table.cell(row, at).value = word(answer, language)
    book.save(path)
    made = read_previous(path, who="Li Lei", now=NOW).decisions
    return tuple(replace(each, number=number) for number, each in enumerate(made, 1))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_row_of_a_group_stands_for_all_its_customers_once_finance_says_so(
    snapshot: Snapshot, tmp_path: Path, language: Language
) -> None:
    first = reconcile(snapshot, LEDGER, language=language)
    path = tmp_path / "r.xlsx"
    assert (len(first.suggested), len(first.standing)) == (1, 2)
    (yes,) = _answered(first, path, "Suggested", language, "yes")
    second = reconcile(snapshot, LEDGER, decisions=[yes], language=language)
    others = _answered(second, path, "Groups", language, "yes", "yes")
    decisions = [yes, *(replace(each, number=2 + n) for n, each in enumerate(others))]

    third = reconcile(snapshot, LEDGER, decisions=decisions, language=language)

    assert {each.customer_id for each in third.matches} == {yes.customer_id}
    assert third.matches[0].status == "confirmed"
    assert {each.state for each in third.breaks} == {"explained"}
    assert third.can_close
    assert (third.bridge.not_in_ledger, third.bridge.ledger, third.bridge.check) == (2, 1, 0)
    assert len(third.decisions) == 3
    assert all(entry.comment.find("Li Lei") > -1 for entry in third.register)
    assert word("Groups", language) not in load_workbook_names(third, path)


def test_a_no_is_not_asked_again_and_a_revoked_yes_opens_the_break(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    first = reconcile(snapshot, LEDGER)
    said = _answered(first, tmp_path / "r.xlsx", "Groups", "en", "yes", "no")
    second = reconcile(snapshot, LEDGER, decisions=said)
    before = {entry.id: entry for entry in second.register}
    revoked = [replace(each, revoked_at=NOW, revoked_by="x") for each in said]

    assert {each.customer_id for each in second.standing}.isdisjoint({said[1].customer_id})
    third = reconcile(snapshot, LEDGER, before=before, decisions=revoked)
    assert {each.state for each in third.breaks if each.kind == "not_in_ledger"} <= {"new", "open"}
    assert len(third.standing) == 2


def test_a_row_with_a_customers_own_id_is_offered_last(
    snapshot: Snapshot,
) -> None:
    own = LedgerLine(
        file="l.xlsx", sheet="S", row=3, customer_id="id-0001", company_name="云海科技（北京）公司"
    )
    ledger = replace(LEDGER, lines=(own, replace(LEDGER.lines[0], row=4)))

    found = reconcile(snapshot, ledger)

    assert {each.row for each in found.standing} <= {4}


def load_workbook_names(found: Reconciliation, path: Path) -> list[str]:
    """Return the names of the sheets of a reconciliation's workbook."""
    path.write_bytes(sealed_workbook(found).data)
    return list(load_workbook(path).sheetnames)
