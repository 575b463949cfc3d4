"""What ``partnerbook reconcile`` was told: columns and cut-off, as texts -> values."""

from __future__ import annotations

import getpass
import json
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnerbook.errors import LedgerError, QueryError

if TYPE_CHECKING:
    from reports.reconciliation import Cutoff


def told_columns(given: Iterable[str]) -> dict[str, str]:
    """Return field -> heading, of texts that are ``FIELD=HEADING`` or name a file that says it.

    Raises:
        LedgerError: A text is neither, or a file is not readable JSON or TOML of texts.
    """
    told: dict[str, str] = {}
    for each in given:
        field, equals, heading = each.partition("=")
        if equals and field.strip() and not Path(each).is_file():
            told[field.strip()] = heading.strip()
        else:
            told.update(_from_file(Path(each)))
    return told


def cutoff_of(day: str | None, zone: str) -> Cutoff | None:
    """Return the end of the period; None when no day was given.

    Args:
        day: ``2026-03-31``, or None.
        zone: ``"UTC"`` or ``"+08:00"``.

    Raises:
        QueryError: It is no day.
    """
    from reports.reconciliation.cutoff import BILLING, Cutoff  # noqa: PLC0415  heavy parts

    if day is None:
        return None
    zones: dict[str, tzinfo] = {"UTC": UTC, "+08:00": BILLING}
    try:
        return Cutoff(day=date.fromisoformat(day), zone=zones[zone])
    except (ValueError, OverflowError):
        raise QueryError(f"--cutoff takes a day such as 2026-03-31; got {day[:40]!r}") from None


def refuse_same(out: Path, ledger: Path, previous: Path | None) -> None:
    """Refuse to write over what is read: the ledger, or the workbook that people filled in.

    Raises:
        LedgerError: ``out`` is one of them.
    """
    for given, what in ((ledger, "the ledger itself"), (previous, "the workbook of --previous")):
        if given and _are_same(out, given):
            raise LedgerError(f"--out {out} is {what}; name another file for the result")


def _are_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return one.resolve() == other.resolve()


def user() -> str:
    """Return who is at work, as the system says."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a service without a name
        return "unknown"


def _from_file(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise LedgerError(
            f"--map takes FIELD=HEADING, or a JSON or TOML file of such pairs; {str(path)[:80]!r} "
            f"is neither ({type(error).__name__})"
        ) from None
    try:
        values: Any = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        raise LedgerError(f"{path} is not what its name says ({error}); correct it") from None
    if not isinstance(values, dict) or not all(isinstance(each, str) for each in values.values()):
        raise LedgerError(f'{path} must hold pairs such as {{"customer_id": "Huawei ID"}}')
    return values
