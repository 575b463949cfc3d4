"""``partnerbook excel`` and ``demo``: workbooks made and refreshed, without Excel."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import DONE, FINDINGS, Call, Group, command, show, show_json
from partnerbook.commands.progress import progress_bar
from partnerbook.errors import WorkbookError
from partnerbook.text import for_line

if TYPE_CHECKING:
    from addin.macros import Outcome
    from partnerbook.wording import Language

_SHOWN = 20  # changes of a plan listed on the terminal; --json has them all

_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(cls=Group)
def excel() -> None:
    """Make and refresh customer workbooks."""


@command()
@_file
def new(call: Call, file: Path) -> None:
    """Make a starter workbook: filters, a table to refresh, and how to use it.

    Example: partnerbook excel new Customers.xlsx
    """
    if file.exists():
        # It may hold somebody's notes.
        raise WorkbookError(f"{file} is there already; choose another name, or move it away")
    make_starter(file, call.language)
    if call.json:
        show_json({"file": str(file)})
    else:
        show(f"Made {file}. Fill it with: partnerbook excel refresh {file}\n")


@command()
@_file
@click.option("--yes", is_flag=True, help="Go on where the plan stops for safety.")
def refresh(call: Call, file: Path, *, yes: bool) -> None:
    """Bring a workbook's customer list up to date; notes stay with their customer.

    The file is the old one or the new one, whatever happens. A plan that looks wrong (many
    customers gone, another account, a list not proven complete) stops and leaves with 1.

    Example: partnerbook excel refresh Customers.xlsx
    """
    _run(call, file, yes=yes, apply=True)


@command()
@_file
def preview(call: Call, file: Path) -> None:
    """Show what a refresh would do; the file stays as it is.

    Example: partnerbook excel preview Customers.xlsx
    """
    _run(call, file, yes=False, apply=False)


@command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--interpreter",
    default=sys.executable,
    help="Python on the machine that will use it; this one's unless said.",
)
def build(call: Call, file: Path, interpreter: str) -> None:
    """Make the add-in's file, for this or another machine.

    Example: partnerbook excel build Partnerbook.xlam
    """
    from addin import xlam  # noqa: PLC0415  heavy parts where they are used
    from partnerbook.files import write  # noqa: PLC0415  as above

    if file.suffix.lower() != ".xlam" or (file.exists() and not xlam.settings_in(file)):
        raise WorkbookError(f"{file} is not an add-in of this program; name a new .xlam file")
    write(file, xlam.build(interpreter, language=call.language))
    _done(call, f"Made {file}.", file)


@command()
def install(call: Call) -> None:
    """Put the add-in into Excel (Windows, macOS).

    It is built here and runs in the Python that runs this command; an older one is replaced.

    Example: partnerbook excel install
    """
    from addin import xlam  # noqa: PLC0415  heavy parts where they are used

    to = xlam.where()
    xlam.install(xlam.build(sys.executable, language=call.language), to)
    _done(
        call,
        f"Installed {to.addin}. Close Excel and start it: its ribbon has a tab Partnerbook.",
        *to.files,
    )


@command()
def uninstall(call: Call) -> None:
    """Take the add-in out of Excel; all else stays.

    Example: partnerbook excel uninstall
    """
    from addin import xlam  # noqa: PLC0415  heavy parts where they are used

    removed = xlam.uninstall(xlam.where())
    said = f"Removed {', '.join(map(str, removed))}." if removed else "It was not installed."
    _done(call, said, *removed)


def _done(call: Call, sentence: str, *files: Path) -> None:
    if call.json:
        show_json({"files": [str(each) for each in files]})
    else:
        show(f"{sentence}\n")


for _command in (new, refresh, preview, build, install, uninstall):
    excel.add_command(_command)


@command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("partnerbook-demo"),
    show_default=True,
    help="Folder for the files.",
)
def demo(call: Call, out: Path) -> None:
    """Show the whole main job on invented customers.

    Example: partnerbook demo
    """
    from addin import demo as story  # noqa: PLC0415  heavy parts where they are used

    def tell(line: str) -> None:
        click.echo(line, err=True)

    made = story.play(out, today=datetime.now(UTC), language=call.language, tell=tell)
    if call.json:
        show_json(story.as_json(made))
    else:
        show(story.summary(made, out))


def make_starter(file: Path, language: Language) -> None:
    """Write the starter workbook to a file."""
    from partnerbook.files import write  # noqa: PLC0415  heavy parts where they are used
    from reports.workbook.starter import starter_workbook  # noqa: PLC0415  as above

    write(file, starter_workbook(language=language))


def _run(call: Call, file: Path, *, yes: bool, apply: bool) -> None:
    from addin import files, macros  # noqa: PLC0415  heavy parts where they are used

    now = datetime.now(UTC)
    workbook = files.open_book(file)  # a file that cannot be changed is found out first
    with call.book() as book, progress_bar() as progress:
        fetch = partial(book.take, progress=progress)
        if apply:
            outcome = macros.refresh(workbook, fetch, confirmed=yes, now=now)
        else:
            outcome = macros.preview(workbook, fetch, now=now)
    if outcome.applied:
        files.save(workbook)
    if call.json:
        show_json(_json(outcome, file))
    else:
        show(_text(outcome, file, applying=apply))
    plan = outcome.plan
    found = bool(plan.stops or plan.conflicts or outcome.snapshot.listing.state != "exact")
    click.get_current_context().exit(FINDINGS if found else DONE)


def _json(outcome: Outcome, file: Path) -> dict[str, Any]:
    plan = outcome.plan
    return {
        "file": str(file),
        "applied": outcome.applied,
        "status": outcome.status,
        "count": len(plan.rows),
        "fingerprint": outcome.snapshot.listing.fingerprint,
        "state": outcome.snapshot.listing.state,
        "joined": list(plan.joined),
        "left": list(plan.left),
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
        "conflicts": list(plan.conflicts),
        "stops": list(plan.stops),
    }


def _text(outcome: Outcome, file: Path, *, applying: bool) -> str:
    plan = outcome.plan
    lines = [
        f"{outcome.status}",
        (
            f"  +{len(plan.joined)} joined, -{len(plan.left)} left, ~{len(plan.altered)} changed; "
            f"{len(plan.parked)} notes parked, {len(plan.returning)} came back"
        ),
    ]
    lines += [f"  ~ {each.customer_id} {each.field}" for each in plan.altered[:_SHOWN]]
    if len(plan.altered) > _SHOWN:
        lines.append(f"  ... and {len(plan.altered) - _SHOWN} more; --json lists them all")
    lines += [f"  ! {for_line(each)}" for each in (*plan.conflicts, *plan.stops)]
    if outcome.applied:
        lines.append(f"Refreshed {file}.")
    elif applying:
        lines.append(f"{file} is as it was. To go on all the same, add --yes.")
    else:
        lines.append(f"Nothing was written. To do it: partnerbook excel refresh {file}")
    return "\n".join(lines) + "\n"
