"""``partnerbook excel`` and ``demo``: workbooks made and refreshed, without Excel."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from addin.file_commands import freeze, preview, refresh, undo
from addin.telling import said
from partnerbook.commands import Call, Group, command, show, show_json
from partnerbook.errors import WorkbookError

if TYPE_CHECKING:
    from partnerbook.wording import Language

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
    if file.suffix.lower() != ".xlsx":
        raise WorkbookError(f"{file} does not end in .xlsx, and Excel would refuse to open it")
    make_starter(file, call.language)
    if call.json:
        show_json({"file": str(file)})
    else:
        show(said("new", call.language, file, file) + "\n")


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
    _done(call, said("built", call.language, file), file)


@command()
def install(call: Call) -> None:
    """Put the add-in into Excel (Windows, macOS).

    It is built here and runs in the Python that runs this command; an older one is replaced.

    Example: partnerbook excel install
    """
    from addin import xlam  # noqa: PLC0415  heavy parts where they are used

    to = xlam.where()
    xlam.install(xlam.build(sys.executable, language=call.language), to)
    _done(call, said("installed", call.language, to.addin), *to.files)


@command()
def uninstall(call: Call) -> None:
    """Take the add-in out of Excel; all else stays.

    Example: partnerbook excel uninstall
    """
    from addin import xlam  # noqa: PLC0415  heavy parts where they are used

    removed = xlam.uninstall(xlam.where())
    name = "removed" if removed else "not installed"
    _done(call, said(name, call.language, ", ".join(map(str, removed))), *removed)


def _done(call: Call, sentence: str, *files: Path) -> None:
    if call.json:
        show_json({"files": [str(each) for each in files]})
    else:
        show(f"{sentence}\n")


for _command in (new, refresh, preview, undo, freeze, build, install, uninstall):
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
        show(story.summary(made, out, call.language))


def make_starter(file: Path, language: Language) -> None:
    """Write the starter workbook to a file."""
    from partnerbook.files import write  # noqa: PLC0415  heavy parts where they are used
    from reports.workbook.starter import starter_workbook  # noqa: PLC0415  as above

    write(file, starter_workbook(language=language))
