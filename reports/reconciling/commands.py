"""``partnerbook reconcile``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from partnerbook.commands import DONE, FINDINGS, Call, command, show, show_json
from partnerbook.commands.customers import snapshot_for, store_options
from partnerbook.errors import QueryError
from partnerbook.text import for_line
from partnerbook.views import View
from partnerbook.wording import Language
from reports.reconciling.options import cutoff_of, refuse_same, told_columns
from reports.reconciling.sayings import say

if TYPE_CHECKING:
    from reports.reconciliation import Reconciliation

FAILING = (
    "not_in_ledger",
    "not_with_vendor",
    "different",
    "twice",
    "association",
    "timing",
    "suggested",
)
_SHOWN = 5  # amounts that are named on the screen


@command()
@click.argument("ledger", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("reconciliation.xlsx"),
    show_default=True,
    help="The workbook to write.",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    help="The last workbook, as people filled it in: its breaks are carried forward.",
)
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="FIELD=HEADING|FILE",
    help="Which column holds what, e.g. customer_id=C, or amount=none; may repeat.",
)
@click.option("--cutoff", metavar="DATE", help="Last day of the period, all of it included.")
@click.option(
    "--zone",
    type=click.Choice(["UTC", "+08:00"]),
    default="UTC",
    show_default=True,
    help="Whose day the cut-off is.",
)
@click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(FAILING),
    help="Leave with 1 for breaks of this kind only; may repeat.",
)
@store_options
def reconcile(  # noqa: PLR0913  keywords, each an option
    call: Call,
    ledger: Path,
    out: Path,
    as_of: str | None,
    *,
    offline: bool,
    previous: Path | None,
    columns: tuple[str, ...],
    cutoff: str | None,
    zone: str,
    fail_on: tuple[str, ...],
) -> None:
    """Reconcile the list with finance's ledger.

    Leaves with 1 when breaks or suggested matches remain. Timing, and what a person has
    explained, does not count.

    Example: partnerbook reconcile ledger.xlsx --out march.xlsx --cutoff 2026-03-31 --zone +08:00
    """
    from reports.reconciliation import to_json  # noqa: PLC0415  heavy parts where they are used
    from reports.reconciling.making import reconcile_ledger  # noqa: PLC0415  as above

    said = click.get_current_context().get_parameter_source("zone")
    if cutoff is None and said is not ParameterSource.DEFAULT:
        raise QueryError("--zone says whose day --cutoff is; give --cutoff too, or leave it out")
    period, told = cutoff_of(cutoff, zone), told_columns(columns)
    refuse_same(out, ledger, previous)
    with call.book() as book:
        found = reconcile_ledger(
            book,
            ledger,
            columns=told,
            ask=not call.json and sys.stdin.isatty() and sys.stderr.isatty(),
            out=out,
            previous=previous,
            cutoff=period,
            listed=partial(
                snapshot_for, view=View(language=call.language), offline=offline, as_of=as_of
            ),
            language=call.language,
        ).found
    if call.json:
        show_json(to_json(found))
    else:
        show(_in_words(found, out, call.language))
    click.get_current_context().exit(FINDINGS if _fails(found, fail_on) else DONE)


def _fails(found: Reconciliation, kinds: tuple[str, ...]) -> bool:
    if not kinds:
        return not found.can_close
    if found.why_not_checked or found.bridge.check or found.reopened:
        return True  # nobody knows whether there are breaks of these kinds
    if "association" in kinds and any(each.field == "amount" for each in found.ledger.damaged):
        return True  # as above
    left = {each.kind for each in found.breaks if each.state != "explained"}
    return bool(left.intersection(kinds)) or ("suggested" in kinds and bool(found.suggested))


def _in_words(found: Reconciliation, out: Path, language: Language) -> str:
    bridge = found.bridge
    timing = sum(each.kind == "timing" for each in found.breaks)
    lines = [
        say("sides", language, bridge.vendor, bridge.ledger),
        say("not in ledger", language, bridge.not_in_ledger),
        *([say("timing", language, timing)] if timing else []),
        say("not with vendor", language, bridge.not_with_vendor),
        say("extra", language, bridge.extra_lines),
        say("suggested", language, len(found.suggested)),
        say("check", language, bridge.check),
        say("result", language, len(found.decisions), len(found.breaks), out),
    ]
    if found.why_not_checked:
        why = found.why_not_checked
        lines.append(say("not checked", language, len(found.not_checked), why))
    lines += map(for_line, (*found.ledger.notes, *found.notes))
    if unread := _unread(found, language):
        lines.append(unread)
    if found.reopened:
        lines.append(say("re-opened", language, for_line("; ".join(found.reopened))))
    return "\n".join(lines) + "\n"


def _unread(found: Reconciliation, language: Language) -> str | None:
    """Return the amounts that could not be read, the first by their places; None for none."""
    from reports.reconciliation.words import word  # noqa: PLC0415  heavy parts where they are used

    unread = [each for each in found.ledger.damaged if each.field == "amount"]
    places = [
        say("unread at", language, each.row, each.column, word(each.what, language))
        for each in unread[:_SHOWN]
    ]
    more = ["…"] if len(unread) > _SHOWN else []
    return say("unread", language, len(unread), "; ".join((*places, *more))) if unread else None
