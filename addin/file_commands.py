"""``partnerbook excel refresh``, ``preview``, ``undo`` and ``freeze``: the macros, over files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from addin.telling import frozen_text, refresh_text, undone_text
from partnerbook.commands import DONE, FINDINGS, Call, command, show, show_json
from partnerbook.commands.progress import progress_bar
from partnerbook.errors import WorkbookError

if TYPE_CHECKING:
    import xlwings

    from addin.macros import Outcome, Undone
    from addin.states import States

_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@command()
@_file
@click.option("--yes", is_flag=True, help="Go on where the plan stops for safety.")
def refresh(call: Call, file: Path, *, yes: bool) -> None:
    """Bring a workbook's customer list up to date; notes stay with their customer.

    The file is the old one or the new one, whatever happens. A plan that looks wrong (many
    customers gone, another account, a list not proven complete) stops and leaves with 1.

    Example: partnerbook excel refresh Customers.xlsx
    """
    from addin import files, macros  # noqa: PLC0415  heavy parts where they are used
    from addin.history import news_of  # noqa: PLC0415  as above
    from addin.sharing import Sharing  # noqa: PLC0415  as above
    from addin.states import States  # noqa: PLC0415  as above

    now = datetime.now(UTC)
    workbook = files.open_book(file)  # a file that cannot be changed is found out first
    states = States(call.settings.home, file)
    with call.book() as book, progress_bar() as progress, Sharing(book, file, now) as sharing:
        outcome = macros.refresh(
            workbook,
            partial(book.take, progress=progress),
            confirmed=yes,
            now=now,
            keep=states.keep,
            mirror=sharing,
            past=partial(news_of, book),
        )
        if outcome.applied and not files.save(workbook, states.leaving):
            states.written()  # it was so already
    _tell(call, outcome, file, sharing.warning, applying=True)


@command()
@_file
def preview(call: Call, file: Path) -> None:
    """Show what a refresh would do; the file stays as it is.

    It may be open in Excel; then this is about the file as it was saved last.

    Example: partnerbook excel preview Customers.xlsx
    """
    from addin import files, macros  # noqa: PLC0415  heavy parts where they are used
    from addin.sharing import Sharing  # noqa: PLC0415  as above

    now = datetime.now(UTC)
    workbook = files.open_book(file, reading=True)
    with (
        call.book() as book,
        progress_bar() as progress,
        Sharing(book, file, now, trial=True) as sharing,
    ):
        fetch = partial(book.take, progress=progress)
        outcome = macros.preview(workbook, fetch, now=now, mirror=sharing)
    _tell(call, outcome, file, sharing.warning, applying=False)


@command()
@_file
def undo(call: Call, file: Path) -> None:
    """Take the last refresh of a workbook back; the last five can be, one by one.

    A file that nobody touched since comes back byte for byte. In another one the list, the
    parked notes, the filters and the status go back, and notes typed since are kept.

    Example: partnerbook excel undo Customers.xlsx
    """
    from addin import files  # noqa: PLC0415  heavy parts where they are used
    from addin import sheet as layout  # noqa: PLC0415  as above
    from addin.around import short_words  # noqa: PLC0415  as above
    from addin.states import States  # noqa: PLC0415  as above

    book = files.open_book(file)  # a file that cannot be changed is found out first
    states = States(call.settings.home, file, layout.identity(book))
    done = _undo(states, book, file)
    warnings = short_words(done.short, call.language)
    if call.json:
        facts = {"count": done.count, "status": done.status, "parked": len(done.kept)}
        facts["bare_rows"] = done.bare
        facts["warnings"] = warnings
        show_json({"file": str(file), "undone": True, **facts})
        return
    show(undone_text(done, file, call.language, warnings))


@command()
@_file
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The copy to make, an .xlsx file.",
)
def freeze(call: Call, file: Path, out: Path) -> None:
    """Make a copy to hand over: values in place of our functions, no connections, no macros.

    Its About sheet, where it has one, lists each formula that became a value, and says how to
    come back.

    Example: partnerbook excel freeze Customers.xlsx --out ForFinance.xlsx
    """
    from addin import files, freezing  # noqa: PLC0415  heavy parts where they are used

    if out.suffix.lower() != ".xlsx":
        raise WorkbookError(f"{out} must end in .xlsx: the copy holds no macros")
    if out.exists():
        raise WorkbookError(f"{out} is there already; choose another name, or move it away")
    book = files.open_book(file)
    done = freezing.freeze(book, now=datetime.now(UTC), language=call.language)
    links = [*done.links, *files.hand_over(book, out)]
    if call.json:
        formulas = [list(each) for each in done.formulas]
        facts = {"formulas": formulas, "links": links, "left": list(done.left)}
        show_json({"file": str(out), **facts})
        return
    show(frozen_text(done, links, out, call.language))


def _undo(states: States, book: xlwings.Book, file: Path) -> Undone:
    from addin import files, macros  # noqa: PLC0415  heavy parts where they are used
    from partnerbook.files import write  # noqa: PLC0415  as above

    # Passed over: a refresh that never reached the file, or an undo that died right behind it.
    kept = states.newest(partial(macros.is_before, book))
    if kept is None:
        raise WorkbookError(
            f"there is no refresh of {file} to take back: none was made from here, or all were "
            "taken back (the last five are kept)"
        )
    done = macros.undo(book, kept.state, now=datetime.now(UTC))
    if kept.copy is not None:
        write(file, kept.copy)
        done = replace(done, bare=0, short=())  # byte for byte
    else:
        files.save(book)
    states.drop(kept)
    return done


def _tell(call: Call, outcome: Outcome, file: Path, warning: str, *, applying: bool) -> None:
    from addin.around import short_words  # noqa: PLC0415  heavy parts where they are used
    from addin.doubts import waiting_words  # noqa: PLC0415  as above

    warnings = waiting_words(outcome.plan.waiting, call.language)
    warnings += short_words(outcome.short, call.language)
    warnings += [warning] if warning else []
    if call.json:
        show_json(_json(outcome, file, warnings))
    else:
        show(refresh_text(outcome, file, warnings, call.language, applying=applying))
    plan = outcome.plan
    stopped = bool(plan.stops) and not outcome.applied
    found = stopped or plan.conflicts or outcome.snapshot.listing.state != "exact"
    click.get_current_context().exit(FINDINGS if found else DONE)


def _json(outcome: Outcome, file: Path, warnings: list[str]) -> dict[str, Any]:
    plan = outcome.plan
    return {
        "file": str(file),
        "applied": outcome.applied,
        "status": outcome.status,
        "count": plan.seen,
        "fingerprint": outcome.snapshot.listing.fingerprint,
        "state": outcome.snapshot.listing.state,
        "joined": list(plan.joined),
        "left": list(plan.left),
        "left_names": list(plan.left_names),
        "altered": [
            {
                "customer_id": each.customer_id,
                "field": each.field,
                "before": each.before,
                "after": each.after,
            }
            for each in plan.altered
        ],
        "parked": len(plan.parked),
        "returning": len(plan.returning),
        "taken": plan.taken,
        "overruled": len(plan.overruled),
        "conflicts": list(plan.conflicts),
        "stops": list(plan.stops),
        "warnings": warnings,
    }
