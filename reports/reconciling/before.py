"""What earlier workbooks say: breaks to carry forward, decisions, and changes after sign-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from partnerbook.errors import LedgerError
from partnerbook.model import Decision
from partnerbook.wording import Language
from reports.reconciliation import Entry, read_previous
from reports.reconciliation.previous import Previous, is_reconciliation
from reports.reconciling.sayings import say
from reports.reconciling.verifying import changed_since
from reports.workbook.sealed import Sealed, read_sealed

_SHOWN = 3  # changes that the cover names


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was known before this reconciliation.

    Attributes:
        register: Breaks to carry forward, by ID.
        written: What people wrote into the workbook that will be replaced, by break ID.
        decisions: What people decided in those workbooks.
        repeated: Whether the workbook that will be replaced is all there is.
        reopened: What is not as it was when the last workbook was made, though it was signed.
        unused: What people wrote that does not count, and why.
        signed: The last workbook, where two people signed it; None where they did not.
    """

    register: Mapping[str, Entry] = field(default_factory=dict)
    written: Mapping[str, Entry] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    repeated: bool = False
    reopened: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    signed: Previous | None = None

    def reopened_by(self, ledger: str, cutoff: str, language: Language) -> tuple[str, ...]:
        """Return what is not as it was when the last workbook was signed.

        Args:
            ledger: SHA-256 of the ledger now.
            cutoff: The cut-off now, in words; ``""`` for no period.
            language: Of the sentences.
        """
        signed = self.signed
        if signed is None or not cutoff or cutoff not in signed.cutoff:
            return self.reopened
        if not signed.ledger or signed.ledger == ledger:
            return self.reopened
        return (say("another ledger", language), *self.reopened)


def known_before(
    previous: Path | None, out: Path | None, *, who: str, now: datetime, language: Language = "en"
) -> Before:
    """Return what the last workbook says, and the one that will be replaced.

    Args:
        previous: The last workbook; None for none.
        out: The workbook to write. When it is there, what people wrote into it is not lost.
            None writes none.
        who: Who decided, where a workbook does not say.
        now: The present. UTC.
        language: Of the sentences on what was changed.

    Raises:
        LedgerError: A workbook cannot be read, or somebody overwrote what must be read back.
    """
    given = _read(previous, who, now) if previous else None
    replaced = None
    is_other = out and out.exists() and (previous is None or not out.samefile(previous))
    if out and is_other and is_reconciliation(out):
        replaced = _read(out, who, now)
    signed = previous or (out if replaced else None)
    reopened = _changed_after_signing(signed, language) if signed else ()
    read = [each for each in (given, replaced) if each]
    last = read[0] if read and signed and _is_signed(signed) else None
    unused = tuple(say("unexplained", language, one) for each in read for one in each.unexplained)
    if given is None and replaced is None:
        return Before()
    if given is None:
        assert replaced is not None  # noqa: S101  for the type checker: else returned above
        return Before(
            register=replaced.register,
            decisions=replaced.decisions,
            repeated=True,
            reopened=reopened,
            unused=unused,
            signed=last,
        )
    return Before(
        register=given.register,
        written=replaced.register if replaced else {},
        decisions=(*given.decisions, *(replaced.decisions if replaced else ())),
        reopened=reopened,
        unused=unused,
        signed=last,
    )


def _read(path: Path, who: str, now: datetime) -> Previous:
    found = _sealed(path)
    if found is None:
        return read_previous(path, who=who, now=now)
    return read_previous(path, who=who, now=now, trusts=found.trusts)


def _sealed(path: Path) -> Sealed | None:
    try:
        return read_sealed(path)
    except LedgerError:
        return None  # of an earlier version, without a seal


def _is_signed(path: Path) -> bool:
    found = _sealed(path)
    return found is not None and found.is_signed


def _changed_after_signing(path: Path, language: Language) -> tuple[str, ...]:
    found = _sealed(path)
    if found is None or found.unchanged or not found.is_signed:
        return ()
    said = changed_since(found, language)
    if found.is_answered:
        said = (say("answers unsealed", language), *said)
    left = len(said) - _SHOWN
    more = (say("and so many", language, left),) if left > 0 else ()
    return (*said[:_SHOWN], *more)
