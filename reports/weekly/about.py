"""What a reader needs to judge the weekly report: as-of, view, evidence, counts. Pure.

The same lines stand on the About sheet, under the page and at the end of the mail.
"""

from __future__ import annotations

from datetime import datetime

from partnerbook import __version__
from partnerbook.views import moment_in
from partnerbook.wording import method_in_words
from reports.weekly.data import WeeklyReport
from reports.weekly.reconciled import reconciliation_line, reconciliation_title
from reports.weekly.words import words


def about(report: WeeklyReport) -> tuple[tuple[str, str], ...]:
    """Return name and value of each line."""
    language = report.language

    def said(key: str) -> str:
        return words(key, language)

    compared = said("first") if report.since is None else in_zone(report.since, report)
    evidence = said("evidence of").format(
        method=method_in_words(report.evidence.method, language),
        requests=report.evidence.requests,
        passes=report.evidence.passes,
    )
    view = report.view.in_words(language)
    ledger = reconciliation_line(report)
    return (
        (said("as of"), in_zone(report.until, report)),
        (said("compared with"), compared),
        (said("view"), f"{report.view.name}: {view}" if report.view.name else view),
        (said("fingerprint"), report.fingerprint),
        (said("shown"), said("n of n").format(report.total, report.listed)),
        (said("state"), report.warning or said("exact")),
        (said("evidence"), "; ".join((evidence, *report.evidence.notes))),
        *(((reconciliation_title(language), ledger),) if ledger else ()),
        *(((said("weeks missed"), said("comma").join(report.missed)),) if report.missed else ()),
        *(((said("contact"), report.contact),) if report.contact else ()),
        (said("account"), report.account),
        (said("api"), report.api),
        (said("run"), report.run),
        (said("digest"), report.digest),
        (said("version"), f"Partnerbook {__version__}"),
    )


def in_zone(moment: datetime, report: WeeklyReport) -> str:
    """Return a moment in the view's zone, and in UTC where that is another."""
    local, utc = moment_in(moment, report.view.zone), moment_in(moment)
    return local if local == utc else f"{local} ({utc})"
