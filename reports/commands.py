"""``partnerbook weekly``: the report as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import (
    DONE,
    FINDINGS,
    Call,
    command,
    is_past,
    moment_of,
    show,
    show_json,
    view_of,
    view_option,
)
from partnerbook.commands.customers import store_options
from partnerbook.commands.progress import progress_bar
from partnerbook.model import Snapshot, utc_text
from partnerbook.views import View, moment_in
from partnerbook.views.certainty import missing
from partnerbook.wording import Language

if TYPE_CHECKING:
    from partnerbook.book import Book
    from reports.weekly import WeeklyReport

_UNPROVEN: dict[Language, str] = {
    "en": "the list of now is not proven complete ({}); the report is of {}. Run it again later",
    "zh": "当前列表未被证明完整（{}）：报告截至 {}。请稍后再运行",
}


@dataclass(frozen=True, slots=True)
class WeeklyFiles:
    """What a weekly run made: the report, and its files by kind (xlsx, html, eml)."""

    report: WeeklyReport
    files: Mapping[str, Path]


@command()
@view_option
@store_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="this folder",
    help="Folder for the files.",
)
@click.option(
    "--compare-with",
    metavar="DATE",
    help="Compare with the list as it was then; default: a week before.",
)
@click.option("--to", multiple=True, metavar="ADDR", help="Mail it to this address; may repeat.")
@click.option(
    "--test-to",
    metavar="ADDR",
    help="Mail it to your own address only: the policy's owner's, the sender's, a recipient's.",
)
@click.option("--due", is_flag=True, help="Mail it to all who are due to get it, once a week.")
@click.option("--dry-run", is_flag=True, help="Write the mails that would go to --out instead.")
def weekly(  # noqa: PLR0913  keywords, each an option
    call: Call,
    out: Path,
    as_of: str | None,
    *,
    compare_with: str | None,
    offline: bool,
    view: str | None,
    to: tuple[str, ...],
    test_to: str | None,
    due: bool,
    dry_run: bool,
) -> None:
    """Make the weekly report: workbook, page and mail.

    With --to, --test-to, --due or --dry-run it is mailed, to each what the policy lets them
    see, and once: started again, it sends only what was not sent. Without, it is written to
    files.

    Example: partnerbook weekly --out reports

    Example: partnerbook weekly --due
    """
    if to or test_to is not None or due or dry_run:
        if compare_with is not None:
            raise click.UsageError(
                "--compare-with is for files; a mail goes on from what the last one told"
            )
        from reports.sending.commands import Asked, mail_weekly  # noqa: PLC0415  heavy parts

        wanted = Asked(
            to=to,
            test_to=test_to,
            due=due,
            dry_run=dry_run,
            view=view,
            as_of=as_of,
            offline=offline,
            out=out,
        )
        mail_weekly(call, wanted)
        return
    moment = moment_of(as_of)
    asked: Snapshot | None = None
    with call.book() as book:
        shown = view_of(call, book, {"view": view})
        if not offline and not (as_of is not None and is_past(moment)):
            with progress_bar(shown.language) as progress:
                asked = book.take(progress=progress)
            moment = moment_of(as_of)
        since = None if compare_with is None else moment_of(compare_with, shown.zone)
        made = make_weekly(book, moment, shown, out, since=since)
    report = made.report
    if call.json:
        show_json(_weekly_json(made))
    else:
        lines = [report.headline, *report.sentences, ""]
        lines += [f"  {path}" for path in made.files.values()]
        show("\n".join(lines) + "\n")
    if asked is not None and asked.listing.state != "exact":
        # What was just listed is kept, and is not what the report shows: say so.
        gap = missing(asked.listing.missing_at_most, shown.language)
        said = _UNPROVEN[shown.language].format(gap, moment_in(report.until))
        click.echo(f"partnerbook: {said}", err=True)
    exact = report.state == "exact" and (asked is None or asked.listing.state == "exact")
    click.get_current_context().exit(DONE if exact else FINDINGS)


def make_weekly(
    book: Book, until: datetime, view: View, folder: Path, *, since: datetime | None = None
) -> WeeklyFiles:
    """Write the weekly report's workbook, page and mail into a folder.

    Args:
        book: Where the snapshots are.
        until: The report is of the newest exact snapshot up to this moment.
        view: Whom it is about, and its language.
        folder: Made when it does not exist.
        since: Compare with the newest exact snapshot up to this moment; None for a week before.
    """
    from partnerbook.files import write  # noqa: PLC0415  heavy parts where they are used
    from reports.file_names import weekly_stem  # noqa: PLC0415  as above
    from reports.mail import DRAFT_FROM, weekly_mail  # noqa: PLC0415  as above
    from reports.masking import masked  # noqa: PLC0415  as above
    from reports.page import weekly_page  # noqa: PLC0415  as above
    from reports.weekly import weekly_report  # noqa: PLC0415  as above
    from reports.workbook.weekly import weekly_workbook  # noqa: PLC0415  as above

    # Everybody is compared and the view is cut from that: one history serves all views.
    query = book.listed(view.query)
    before, now, earlier = book.week(query, until, zone=view.zone, since=since)
    report = weekly_report(
        before,
        now,
        view,
        language=view.language,
        earlier_ids=earlier,
        history=book.weeks(query, now.taken_at, zone=view.zone),
        reconciliation=book.last_reconciliation(until),
    )
    name = weekly_stem(report)
    workbook = weekly_workbook(report)
    page = weekly_page(report)
    # A mail leaves the house: what is attached shows no whole phone number or address either.
    shown = masked(report)
    mail = weekly_mail(
        shown,
        sender=DRAFT_FROM,
        recipients=(),
        page=page if shown is report else weekly_page(shown),
        workbook=workbook if shown is report else weekly_workbook(shown),
    )
    data = {"xlsx": workbook, "html": page.encode(), "eml": mail.as_bytes()}
    files = {kind: folder / f"{name}.{kind}" for kind in data}
    for kind, path in files.items():
        write(path, data[kind])
    return WeeklyFiles(report, files)


def _weekly_json(made: WeeklyFiles) -> dict[str, Any]:
    report = made.report
    return {
        "as_of": utc_text(report.until),
        "since": utc_text(report.since) if report.since else None,
        "state": report.state,
        "missing_at_most": report.missing_at_most,
        "count": len(report.customers),
        "fingerprint": report.view.fingerprint,
        "joined": len(report.joined),
        "left": len(report.left),
        "came_back": len(report.came_back),
        "altered": dict(report.figures)["with changes"],
        "altered_fields": len(report.altered),
        "headline": report.headline,
        "sentences": list(report.sentences),
        "files": {kind: str(path) for kind, path in made.files.items()},
    }
