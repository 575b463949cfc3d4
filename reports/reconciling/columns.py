"""Which column of finance's file holds what: told, remembered from the last run, found, or asked.

What a person said wins; then what was said the last time, where the file has those headings;
then the names of the columns. With a terminal the columns are shown with examples and a person
is asked; without one, an unclear file ends in a sentence that names the columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from partnerbook.errors import LedgerError
from partnerbook.text import for_line
from partnerbook.wording import Language
from reports.ledger import Ledger, read_ledger
from reports.ledger.unread import AmountUnclearError
from reports.ledger.vocabulary import FIELDS
from reports.reconciling.sayings import say

_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A ledger, and what to remember of how it was understood.

    Attributes:
        ledger: The ledger.
        columns: Field -> heading, as a person said; empty when the names alone told.
    """

    ledger: Ledger
    columns: Mapping[str, str]


def understood(  # noqa: PLR0913  keywords, each one thing that is known beforehand
    path: Path,
    told: Mapping[str, str],
    remembered: Mapping[str, str],
    *,
    sheet: str | None = None,
    ask: bool,
    language: Language = "en",
) -> Understood:
    """Read a ledger.

    Args:
        path: The file.
        told: Field -> heading or letters, as a person said just now.
        remembered: The same, as said the last time.
        sheet: Which sheet to read; None to find it.
        ask: Whether there is somebody to ask.
        language: Of the ledger's notes.

    Raises:
        LedgerError: The file cannot be read, or it is not clear which column is meant.
    """
    where = {"sheet": sheet} if sheet is not None else {}
    if told and not ask:
        return _kept(read_ledger(path, {**told, **where}, language), told)
    try:
        if not told and remembered:
            ledger = _as_last_time(path, remembered, where, language)
            if ledger:
                return Understood(ledger=ledger, columns=remembered)
    except AmountUnclearError:
        if not ask:
            raise
        return _asked(path, {}, remembered, where, language)
    if not ask:
        return Understood(ledger=read_ledger(path, where, language), columns={})
    return _asked(path, told, {}, where, language)


def _asked(
    path: Path,
    told: Mapping[str, str],
    remembered: Mapping[str, str],
    where: Mapping[str, str],
    language: Language,
) -> Understood:
    """Ask until a person is content; what a person told just now is not asked again."""
    said = {**remembered, **told}
    while True:
        try:
            ledger = read_ledger(path, {**said, **where}, language)
        except LedgerError as error:
            if "--map" not in str(error):
                raise
            click.echo(for_line(str(error)), err=True)
        else:
            if said and said == told:
                return _kept(ledger, said)
            click.echo(_shown(ledger, language), err=True)
            if click.confirm(say("right columns", language), default=True, err=True):
                return _kept(ledger, said)
        field = click.prompt(say("which field", language), type=click.Choice(FIELDS), err=True)
        said[field] = click.prompt(say("which heading", language), err=True)


def _as_last_time(
    path: Path, remembered: Mapping[str, str], where: Mapping[str, str], language: Language
) -> Ledger | None:
    # A column that the last file did not have may be in this one, and its name tells.
    named = {field: heading for field, heading in remembered.items() if not _is_none(heading)}
    for known in (named, remembered):
        used = {field: heading for field, heading in known.items() if field != "decimal"}
        try:
            ledger = read_ledger(path, {**used, **where}, language)
            if ledger.mark_unclear and used != known:  # what the file itself tells wins
                used = dict(known)
                ledger = read_ledger(path, {**used, **where}, language)
        except AmountUnclearError:
            if known is remembered or known == remembered:
                raise
        except LedgerError:
            return None  # another file: its own names may tell
        else:
            columns = ", ".join(f"{field} = {heading}" for field, heading in used.items())
            said = (say("columns as last time", language, columns),) if columns else ()
            return replace(ledger, notes=(*ledger.notes, *said))
    return None


def _is_none(heading: str) -> bool:
    return heading.casefold() in {"", "none"}


def _kept(ledger: Ledger, told: Mapping[str, str]) -> Understood:
    # Letters are of this file only; a heading is there the next time too.
    columns = {field: ledger.headings.get(field) or told[field] or "none" for field in told}
    return Understood(ledger=ledger, columns=columns)


def _shown(ledger: Ledger, language: Language) -> str:
    where = f"{ledger.file}, {ledger.sheet}" if ledger.sheet else ledger.file
    lines = [say("headings in row", language, where, ledger.heading_row)]
    for field, heading in ledger.headings.items():
        found = (getattr(line, field, None) for line in ledger.lines)
        examples = [str(each) for each in dict.fromkeys(found) if each is not None]
        shown = ", ".join(for_line(each)[:30] for each in examples[:_EXAMPLES])
        lines.append(f"  {field:<13} {for_line(heading)[:30]:<30} {shown}")
    return "\n".join(lines)
