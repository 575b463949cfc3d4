"""Twelve months through twelve workbooks, filled in by people, against a truth kept beside them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from partnerbook.model import Customer, Decision, LedgerLine, Snapshot
from partnerbook.store import Store
from partnerbook.wording import Language
from reports.ledger import Ledger
from reports.reconciliation import read_previous, reconcile
from reports.reconciliation.words import WORDS, word
from reports.workbook.reconciliation import sealed_workbook

CUSTOMERS = 9
ACCOUNT = "p@host"


@dataclass
class Truth:
    """What is true of one customer's break."""

    first: date
    state: str = "new"
    reopened: int = 0
    comment: str = ""
    explained_until: date | None = None
    revoked: bool = field(default=False)


def _ledger(present: set[int], chance: random.Random) -> Ledger:
    numbers = [number for number in range(1, CUSTOMERS + 1) if number in present]
    chance.shuffle(numbers)
    lines = [
        LedgerLine(file="l.xlsx", sheet="", row=row, customer_id=f"id-{number:04}")
        for row, number in enumerate(numbers, start=2)
    ]
    # One that only its name tells: decided in January, for half a year.
    lines.append(LedgerLine(file="l.xlsx", sheet="", row=90, company_name="Company Zero Ltd."))
    return Ledger(
        file="l.xlsx",
        sheet="",
        sha256="00" * 32,
        form="xlsx",
        heading_row=1,
        headings={},
        lines=tuple(lines),
    )


def _fill(path: Path, language: Language, answers: dict[str, dict[str, object]]) -> None:
    """Write beside breaks, by customer ID, and say yes to what is suggested, for half a year."""
    book = load_workbook(path)
    sheet = book[word("Breaks", language)]
    titles = [cell.value for cell in sheet[1]]
    owner = titles.index("Customer ID" if language == "en" else "客户ID")
    for row in sheet.iter_rows(min_row=2):
        for key, value in answers.get(str(row[owner].value), {}).items():
            row[titles.index(word(key, language))].value = value  # type: ignore[assignment]  # texts and days
    asked = book[word("Suggested", language)]
    titles = [cell.value for cell in asked[1]]
    if asked["A2"].value is not None:
        asked.cell(2, titles.index(word("Yes or no", language)) + 1).value = word("yes", language)
        until = asked.cell(2, titles.index(word("Until", language)) + 1)
        until.value = date(2026, 6, 30)
    book.save(path)


@pytest.mark.parametrize(("seed", "language"), [(1, "en"), (2, "zh"), (3, "en")])
def test_twelve_months_of_workbooks_keep_the_truth(
    tmp_path: Path,
    make_customer: Callable[..., Customer],
    make_snapshot: Callable[..., Snapshot],
    seed: int,
    language: Language,
) -> None:
    chance = random.Random(seed)  # noqa: S311  an invented year
    customers = [make_customer(number) for number in range(1, CUSTOMERS + 1)]
    customers.append(make_customer(0, company_name="Company Zero Ltd"))
    truths: dict[str, Truth] = {}
    before: set[str] = set()
    path: Path | None = None
    with Store("sqlite://") as store:
        for month in range(1, 13):
            day = date(2026, month, 28)
            now = datetime(2026, month, 28, 6, tzinfo=UTC)
            known = read_previous(path, who="Li", now=now) if path else None
            store.decide(ACCOUNT, known.decisions if known else ())
            present = {n for n in range(1, CUSTOMERS + 1) if chance.random() < 0.6}
            if revoked := _revoke_one(store, chance, now):
                truths[revoked].revoked = True
            made = reconcile(
                make_snapshot(*customers, taken_at=now),
                _ledger(present, chance),
                before=known.register if known else None,
                decisions=store.decisions(ACCOUNT),
                language=language,
            )

            missing = {f"id-{n:04}" for n in range(1, CUSTOMERS + 1) if n not in present}
            # The yes of January holds until June; then the match is asked for again.
            decided = 2 <= month <= 6
            assert any(each.rule == "decision" for each in made.confirmed) == decided
            assert len(made.suggested) == (not decided)
            if not decided:
                missing.add("id-0000")
            _live_on(truths, missing, before, day)
            breaks = {each.id: each for each in made.breaks if each.customer_id}
            got = {
                breaks[entry.id].customer_id: (
                    entry.first_seen, entry.age(day), entry.reopened, entry.comment, entry.state,
                )
                for entry in made.register
                if entry.id in breaks
            }  # fmt: skip
            assert got == {
                one: (t.first, (day - t.first).days, t.reopened, t.comment, t.state)
                for one, t in truths.items()
                if one in missing
            }, month
            assert made.bridge.check == 0

            path = tmp_path / f"{month}.xlsx"
            path.write_bytes(sealed_workbook(made).data)
            _fill(path, language, _write(truths, missing, day, chance, language))
            saved = (now + timedelta(days=1)).timestamp()
            os.utime(path, (saved, saved))
            before = missing
        assert len(store.decisions(ACCOUNT)) > 3


def _live_on(truths: dict[str, Truth], missing: set[str], before: set[str], day: date) -> None:
    for one in missing:
        truth = truths.get(one)
        if truth is None:
            truths[one] = truth = Truth(first=day)
        elif one in before:
            truth.state = "open"
        else:
            truth.reopened += 1
            truth.state = "re-opened"
        until = truth.explained_until
        if until and day <= until and not truth.revoked:
            truth.state = "explained"


def _write(
    truths: dict[str, Truth],
    missing: set[str],
    day: date,
    chance: random.Random,
    language: Language,
) -> dict[str, dict[str, object]]:
    """Decide what people write this month, and note it in the truth."""
    answers: dict[str, dict[str, object]] = {}
    for one in sorted(missing - {"id-0000"}):
        truth, dice = truths[one], chance.random()
        if dice < 0.3:
            truth.comment = f"written in {day:%B}"
            answers[one] = {"Comment": truth.comment}
        elif dice < 0.5 and truth.explained_until is None:
            truth.explained_until = day + timedelta(days=chance.choice((40, 100)))
            answers[one] = {"State": WORDS["explained"][language == "zh"]}
            answers[one] |= {"Until": truth.explained_until}
            truth.comment = f"explained in {day:%B}"  # without a word it would stay open
            answers[one] |= {"Comment": truth.comment}
    return answers


def _revoke_one(store: Store, chance: random.Random, now: datetime) -> str | None:
    held: list[Decision] = [
        each
        for each in store.decisions(ACCOUNT)
        if each.verdict == "explained" and each.holds(now.date())
    ]
    if not held or chance.random() > 0.25:
        return None
    chosen = chance.choice(held)
    store.revoke_decision(ACCOUNT, chosen.number or 0, "auditor", now)
    return chosen.customer_id
