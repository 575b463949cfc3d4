"""``partnerbook excel refresh``, ``preview``, ``undo`` and ``freeze``: the macros, over files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import DONE, FINDINGS, Call, command, show, show_json
from partnerbook.commands.progress import progress_bar
from partnerbook.errors import WorkbookError
from partnerbook.text import for_line

if TYPE_CHECKING:
    import xlwings

    from addin.macros import Outcome, Undone
    from addin.states import States

_NAMED = 10  # customers who left, named on the terminal
_WIDE = 60  # characters of a value before or after a change
_SHOWN = 20  # changes of a plan listed on the terminal; --json has them all

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
    from addin.states import States  # noqa: PLC0415  as above

    book = files.open_book(file)  # a file that cannot be changed is found out first
    states = States(call.settings.home, file, layout.identity(book))
    done = _undo(states, book, file)
    if call.json:
        facts = {"count": done.count, "status": done.status, "parked": len(done.kept)}
        facts["bare_rows"] = done.bare
        show_json({"file": str(file), "undone": True, **facts})
        return
    lines = [f"Took the last refresh of {file} back.", f"  {for_line(done.status)}"]
    if done.kept:
        are = "is" if len(done.kept) == 1 else "are"
        lines.append(f"  {_notes(len(done.kept))} typed since {are} on the sheet Parked notes")
    if done.bare:
        who = (
            "1 customer who had left is"
            if done.bare == 1
            else (f"{done.bare} customers who had left are")
        )
        lines.append(
            f"  {who} back with their notes; colours and formats of their rows could "
            "not be restored, as the file was changed since"
        )
    show("\n".join(lines) + "\n")


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
    count = len(done.formulas)
    became = "1 formula became a value" if count == 1 else f"{count} formulas became values"
    if done.left:
        became += f", {len(done.left)} could not"
    show(f"Made {out}: {became}" + ("; see its sheet About.\n" if done.told else ".\n"))
    for head, lines in (
        ("It still calls the add-in's functions; take these out by hand:", done.left),
        ("It still points elsewhere:", links),
    ):
        if lines:
            told = [f"  {for_line(each)}\n" for each in lines[:_SHOWN]]
            more = len(lines) - _SHOWN
            told += [f"  ... and {more} more; --json lists them all\n"] if more > 0 else []
            show(f"{head}\n" + "".join(told))


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
        done = replace(done, bare=0)  # byte for byte
    else:
        files.save(book)
    states.drop(kept)
    return done


def _tell(call: Call, outcome: Outcome, file: Path, warning: str, *, applying: bool) -> None:
    from addin.doubts import waiting_words  # noqa: PLC0415  heavy parts where they are used

    warnings = waiting_words(outcome.plan.waiting, call.language)
    warnings += [warning] if warning else []
    if call.json:
        show_json(_json(outcome, file, warnings))
    else:
        show(_text(outcome, file, warnings, applying=applying))
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


def _shown(value: Any) -> str:
    """Return a cell's value as one line of a terminal; long ones are cut."""
    words = for_line(str(value)) if value not in (None, "") else "(empty)"
    return words if len(words) <= _WIDE else f"{words[: _WIDE - 1]}…"


def _notes(count: int) -> str:
    return f"{count} note{'' if count == 1 else 's'}"


def _text(outcome: Outcome, file: Path, warnings: list[str], *, applying: bool) -> str:
    plan = outcome.plan
    lines = [
        f"{outcome.status}",
        (
            f"  +{len(plan.joined)} joined, -{len(plan.left)} left, ~{plan.changed} changed; "
            f"{_notes(len(plan.parked))} parked, {len(plan.returning)} came back"
        ),
    ]
    if plan.taken:
        words = f"  {_notes(plan.taken)} changed as other workbooks say"
        if plan.overruled:
            words += f"; {len(plan.overruled)} typed here: see the sheet Parked notes"
        lines.append(words)
    left = list(zip(plan.left, plan.left_names, strict=True))
    lines += [f"  - {key} {for_line(name)}" for key, name in left[:_NAMED]]
    if len(left) > _NAMED:
        lines.append(f"  ... and {len(left) - _NAMED} more who left; --json lists them all")
    lines += [
        f"  ~ {each.customer_id} {each.field}: {_shown(each.before)} -> {_shown(each.after)}"
        for each in plan.altered[:_SHOWN]
    ]
    if len(plan.altered) > _SHOWN:
        lines.append(f"  ... and {len(plan.altered) - _SHOWN} more; --json lists them all")
    lines += [f"  ! {for_line(each)}" for each in (*plan.conflicts, *plan.stops, *warnings)]
    if outcome.applied:
        lines.append(f"Refreshed {file}.")
    elif applying:
        lines.append(f"{file} is as it was. To go on all the same, add --yes.")
    else:
        lines.append(f"Nothing was written. To do it: partnerbook excel refresh {file}")
    return "\n".join(lines) + "\n"
