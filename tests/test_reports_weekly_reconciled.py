"""What the weekly report says of the last reconciliation, and to whom it does not say it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from partnerbook.model import CustomerQuery, ReconciliationFigures, Snapshot
from partnerbook.model.ledger import ReconciliationStatus
from partnerbook.views import View
from partnerbook.wording import Language
from reports.mail import weekly_mail
from reports.owners import OwnersView
from reports.page import weekly_page
from reports.weekly import weekly_report, with_reconciliation
from reports.weekly.reconciled import reconciliation_line, reconciliation_rows
from reports.workbook.weekly import weekly_workbook

Week = tuple[Snapshot, Snapshot]

LINES: dict[Language, str] = {
    "en": "2026-05-08 09:30:00 UTC: 1,180 matched, 4 suggested, 23 to settle (oldest: 41 days). "
    "The period cannot close yet",
    "zh": "2026-05-08 09:30:00 UTC：已匹配 1,180，待确认 4，待处理差异 23（最早 41 天）。"
    "本期尚不能关账",
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_workbook_page_and_mail_say_the_same_line(
    two_mondays: Week, figures: ReconciliationFigures, language: Language
) -> None:
    report = weekly_report(*two_mondays, View(), language=language, reconciliation=figures)
    book = load_workbook(io.BytesIO(weekly_workbook(report)))
    mail = weekly_mail(report, sender="a@example.com", recipients=())

    line = LINES[language]
    assert reconciliation_line(report) == line
    assert line in {cell.value for row in book.worksheets[0].iter_rows() for cell in row}
    assert line in weekly_page(report)
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        assert line in " ".join(part.get_content().split())


def test_each_kind_of_break_is_counted_on_the_summary(
    two_mondays: Week, figures: ReconciliationFigures
) -> None:
    report = weekly_report(*two_mondays, View(), reconciliation=figures)
    sheet = load_workbook(io.BytesIO(weekly_workbook(report)))["Summary"]
    rows = [tuple(cell.value for cell in row[4:6]) for row in sheet.iter_rows()]

    told = dict(reconciliation_rows(report))
    assert told["Last day of the period"] == "2026-04-30 (+08:00)"
    counts = {name: count for name, count in told.items() if isinstance(count, int)}
    assert counts["Not in the ledger"] == 22
    assert set(counts.items()) <= set(rows)


@pytest.mark.parametrize(
    "view",
    [
        View(query=CustomerQuery(association="3")),
        OwnersView(manager="li.na"),
        OwnersView(query=CustomerQuery(association="3"), manager="li.na"),
    ],
)
def test_who_sees_a_part_does_not_get_the_counts_of_everybody(
    two_mondays: Week, figures: ReconciliationFigures, view: View
) -> None:
    report = weekly_report(*two_mondays, View())
    cut = replace(report, view=view)

    assert with_reconciliation(report, figures).reconciliation is figures
    assert with_reconciliation(cut, figures).reconciliation is None
    assert reconciliation_rows(cut) == ()
    assert "1,180" not in weekly_page(cut)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("closed", "Nothing is left to settle"),
        ("not checked", "Not checked: the list of customers was not proven complete"),
        ("re-opened", "Re-opened: the workbook was changed after its sign-off"),
    ],
)
def test_the_status_is_said_in_words(
    two_mondays: Week, figures: ReconciliationFigures, status: ReconciliationStatus, said: str
) -> None:
    found = replace(figures, status=status, oldest=None, to_settle=0, cutoff=None)
    line = reconciliation_line(weekly_report(*two_mondays, View(), reconciliation=found))

    assert line is not None
    assert line.endswith(f"0 to settle. {said}")
