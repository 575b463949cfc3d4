"""``partnerbook verify``: is a workbook as it was made, and if not, what was changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import DONE, FINDINGS, Call, command, show, show_json
from partnerbook.text import for_line

if TYPE_CHECKING:
    from reports.workbook.sealed import Cell, Sealed

_SHOWN = 200  # cells that are named in words; JSON has them all


@command()
@click.argument("file", type=click.Path(path_type=Path))
def verify(call: Call, file: Path) -> None:
    """Say whether a reconciliation is as it was made, or what was changed since.

    Leaves with 1 when a cell or a decision was changed. Signing is no change, nor is saving the
    file again.

    Example: partnerbook verify march.xlsx
    """
    from reports.workbook.sealed import read_sealed  # noqa: PLC0415  heavy parts where used

    found = read_sealed(file)
    if call.json:
        show_json(_json(file, found))
    else:
        show(_in_words(file, found))
    click.get_current_context().exit(DONE if found.unchanged else FINDINGS)


def named(cell: Cell) -> str:
    """Return one changed cell in a few words."""
    if not cell.place:
        return f"sheet {cell.sheet}: {'new' if cell.was_empty else 'removed'}"
    kind = "decision " if cell.decides else ""
    was = "was empty, " if cell.was_empty else ""
    now = f"now “{for_line(cell.now)[:80]}”" if cell.now else "now empty"
    return f"{kind}{cell.sheet}!{cell.place}: {was}{now}"


def changed_since(found: Sealed) -> tuple[str, ...]:
    """Return what was changed in a workbook since it was made; the decisions first."""
    said = tuple(named(each) for each in sorted(found.cells, key=lambda each: not each.decides))
    if found.unchanged or said:
        return said
    return ("a cell, and the hidden sheet that would tell which one",)


def _in_words(file: Path, found: Sealed) -> str:
    signed = ""
    if found.preparer or found.reviewer:
        signed = (
            f"Prepared by {for_line(found.preparer) or 'nobody yet'}, reviewed by "
            f"{for_line(found.reviewer) or 'nobody yet'}.\n"
        )
    if found.unchanged:
        what = "sign-off" if found.is_signed else "it was made"
        return f"{file}: unchanged since {what}. Seal {found.seal}\n{signed}"
    said = changed_since(found)
    lines = [f"  {each}" for each in said[:_SHOWN]]
    if len(said) > _SHOWN:
        lines.append(f"  and {len(said) - _SHOWN:,} more; --json names them all")
    head = f"{file}: CHANGED since it was made: {len(said):,} cells. Seal {found.seal}"
    return "\n".join([head, *lines, signed])


def _json(file: Path, found: Sealed) -> dict[str, Any]:
    return {
        "file": str(file),
        "state": "unchanged" if found.unchanged else "changed",
        "seal": found.seal,
        "preparer": found.preparer or None,
        "reviewer": found.reviewer or None,
        "changes": [
            {
                "sheet": each.sheet,
                "cell": each.place or None,
                "was_empty": each.was_empty,
                "now": each.now or None,
                "decision": each.decides,
            }
            for each in found.cells
        ],
    }
