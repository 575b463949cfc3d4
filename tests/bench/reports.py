"""The weekly report: counted, and drawn as a workbook, a page and a mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from partnerbook.model import Snapshot
from partnerbook.views import View
from reports.mail import weekly_mail
from reports.page import weekly_page
from reports.weekly import WeeklyReport, weekly_report
from reports.workbook.weekly import weekly_workbook
from tests.bench.lines import Line, contest
from tests.bench.listed import FIELDS, weeks
from tests.bench.measured import Job, Measured, Scale
from tests.bench.people import HEADINGS, digest
from tests.bench.rows import at_size
from tests.bench.weeks import in_order

CUSTOMERS, ROUNDS = 100_000, 3


def measure(scale: Scale) -> Sequence[Line]:
    """Make the report, beside pandas comparing and writing the same lists."""
    customers = at_size(CUSTOMERS, scale.size)
    data = {"customers": customers, "seed": scale.seed}
    jobs = [
        Job(who="Partnerbook", call=f"{__name__}:ours", arguments=data, seconds=6),
        Job(
            who="pandas with XlsxWriter: bare sheets, a bare page, frames ready",
            call="tests.bench.framed:reported_by_pandas",
            arguments=data,
            package="pandas",
        ),
    ]
    title = f"the weekly report on {customers:,} customers: workbook, page and mail"
    return contest(title, jobs, scale, ROUNDS)


def ours(customers: int, seed: int) -> Measured:
    """Count and draw, from the two snapshots to the mail's bytes."""
    before, after = weeks(customers, seed)

    def job() -> Callable[[], str]:
        report = made(before, after)
        return lambda: digest(in_order(_told(report)))

    return job


def made(before: Snapshot, after: Snapshot) -> WeeklyReport:
    """Return the report, after workbook, page and mail were drawn from it."""
    report = weekly_report(before, after, View())
    mail = weekly_mail(
        report,
        sender="reports@example.com",
        recipients=["head@example.com"],
        page=weekly_page(report),
        workbook=weekly_workbook(report),
    )
    bytes(mail)
    return report


def _told(report: WeeklyReport) -> list[tuple[str, str, str]]:
    heading = dict(zip(FIELDS, HEADINGS, strict=True))
    return [
        *(("joined", each.customer_id, "") for each in report.joined),
        *(("left", each.customer_id, "") for each in report.left),
        *(("altered", c.customer_id, heading[str(c.field)]) for c in report.altered),
    ]
