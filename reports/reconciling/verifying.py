"""``partnerbook verify``: is a workbook as it was made, and if not, what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from partnerbook.commands import DONE, FINDINGS, Call, command, show, show_json
from partnerbook.errors import PartnerbookError
from partnerbook.model import utc_text
from partnerbook.text import for_line
from partnerbook.wording import Language
from reports.reconciling.sayings import say

if TYPE_CHECKING:
    from reports.workbook.sealed import Cell, Sealed

_SHOWN = 200  # cells that are named in words; JSON has them all


@command()
@click.argument("file", type=click.Path(path_type=Path))
def verify(call: Call, file: Path) -> None:
    """Say whether a reconciliation is as it was made, or what was changed since.

    Leaves with 1 when a cell was changed or an answer filled in, each named; when the reviewer is
    the preparer; or when the store keeps reconciliations and none with this seal. Signing is no
    change, nor is saving the file again.

    Example: partnerbook verify march.xlsx
    """
    from reports.workbook.sealed import read_sealed  # noqa: PLC0415  heavy parts where used

    found = read_sealed(file)
    seals = _kept(call)
    if call.json:
        show_json(_json(file, found, seals))
    else:
        show(_in_words(file, found, seals, call.language))
    is_foreign = bool(seals) and found.seal not in seals
    is_sound = found.unchanged and not found.is_by_one and not is_foreign
    click.get_current_context().exit(DONE if is_sound else FINDINGS)


def named(cell: Cell, language: Language = "en") -> str:
    """Return one changed cell in a few words."""
    if not cell.place and cell.now:
        return say("sheet hidden", language, cell.sheet)
    if not cell.place:
        return say("sheet new" if cell.was_empty else "sheet removed", language, cell.sheet)
    kind = say("decision", language) if cell.decides else ""
    was = say("was empty", language) if cell.was_empty else ""
    text = for_line(cell.now)[:80]
    now = say("now", language, text) if cell.now else say("now empty", language)
    return f"{kind}{cell.sheet}!{cell.place}: {was}{now}"


def changed_since(found: Sealed, language: Language = "en") -> tuple[str, ...]:
    """Return what was changed in a workbook since it was made; the decisions first."""
    ordered = sorted(found.cells, key=lambda each: not each.decides)
    said = tuple(named(each, language) for each in ordered)
    if found.unchanged or said:
        return said
    return (say("which one", language),)


def _kept(call: Call) -> Mapping[str, datetime]:
    """Return the seals that the store here keeps; none where there is no store."""
    try:
        settings = call.settings
        path = settings.store.removeprefix("sqlite:///")
        if path != settings.store and not Path(path).exists():
            return {}  # to look is no reason to make one
        with call.book() as book:
            return book.store.seals()
    except PartnerbookError:
        return {}


def _in_words(file: Path, found: Sealed, seals: Mapping[str, datetime], language: Language) -> str:
    if found.unchanged:
        what = say("sign-off" if found.is_signed else "it was made", language)
        lines = [say("unchanged", language, file, what, found.seal)]
    else:
        said = changed_since(found, language)
        what = "answered" if found.is_answered else "changed"
        lines = [say(what, language, file, len(said), found.seal)]
        lines += [f"  {each}" for each in said[:_SHOWN]]
        if len(said) > _SHOWN:
            lines.append(say("and more", language, len(said) - _SHOWN))
        if found.is_answered and found.is_signed:
            lines.append(say("sign after", language))
    if found.preparer or found.reviewer:
        nobody = say("nobody yet", language)
        people = (for_line(each) or nobody for each in (found.preparer, found.reviewer))
        lines.append(say("signed by", language, *people))
    if found.is_by_one:
        lines.append(say("one person", language))
    if made_at := seals.get(found.seal):
        lines.append(say("known", language, utc_text(made_at)))
    else:
        lines.append(say("unknown" if seals else "not compared", language))
    return "\n".join(lines) + "\n"


def _state(found: Sealed) -> str:
    if found.unchanged:
        return "unchanged"
    return "answered" if found.is_answered else "changed"


def _json(file: Path, found: Sealed, seals: Mapping[str, datetime]) -> dict[str, Any]:
    made_at = seals.get(found.seal)
    return {
        "file": str(file),
        "state": _state(found),
        "seal": found.seal,
        "made_at": utc_text(made_at) if made_at else None,
        "known": found.seal in seals if seals else None,
        "preparer": found.preparer or None,
        "reviewer": found.reviewer or None,
        "reviewed_by_another": found.is_signed,
        "changes": [
            {
                "sheet": each.sheet,
                "cell": each.place or None,
                "was_empty": each.was_empty,
                "now": each.now or None,
                "decision": each.decides,
                "answer": each.answers,
            }
            for each in found.cells
        ],
    }
