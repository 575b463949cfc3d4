"""Two snapshots to one weekly report: frozen data that workbook, page and mail are drawn from.

Pure. `weekly_report` counts, `sentences` says what matters, `words` holds the phrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from partnerbook.model import EVERYBODY, ReconciliationFigures, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language
from reports.weekly.build import weekly_facts
from reports.weekly.data import Breakdown, Event, Flaw, Month, Share, Standing, WeeklyReport
from reports.weekly.sentences import headline, ranked, warning

__all__ = [
    "Breakdown",
    "Event",
    "Flaw",
    "Month",
    "Share",
    "Standing",
    "WeeklyReport",
    "weekly_report",
    "with_reconciliation",
]

_NO_IDS: frozenset[str] = frozenset()


def weekly_report(  # noqa: PLR0913  keywords, each a fact to count
    before: Snapshot | None,
    now: Snapshot,
    view: View,
    *,
    language: Language = "en",
    earlier_ids: frozenset[str] = _NO_IDS,
    history: Sequence[Snapshot] = (),
    reconciliation: ReconciliationFigures | None = None,
    contact: str | None = None,
) -> WeeklyReport:
    """Return what happened to the customers of a view between two snapshots.

    Args:
        before: The older snapshot; None makes it a first report.
        now: The newer snapshot, of the same query and account.
        view: Whom to report on, in which columns, order and zone.
        language: Language of the sentences and of all that is drawn from the report.
        earlier_ids: Customers of still older snapshots: of these a newcomer came back.
        history: Exact snapshots of the weeks before, see `partnerbook.book.Book.weeks`.
        reconciliation: What the account's last reconciliation came to, see
            `with_reconciliation`.
        contact: Whom to ask about the report.

    Raises:
        QueryError: The snapshots cannot be compared, or they cannot answer the view.
    """
    facts = weekly_facts(
        before, now, view, language=language, earlier_ids=earlier_ids, history=history
    )
    facts = with_reconciliation(replace(facts, contact=contact), reconciliation)
    return replace(facts, warning=warning(facts), headline=headline(facts), sentences=ranked(facts))


def with_reconciliation(
    report: WeeklyReport, figures: ReconciliationFigures | None
) -> WeeklyReport:
    """Return the report with what the account's last reconciliation came to.

    Its counts are those of everybody: a report of a narrower view, such as one manager's own
    customers, does not get them.
    """
    everybody = report.view.fingerprint == EVERYBODY.fingerprint
    return replace(report, reconciliation=figures if everybody else None)
