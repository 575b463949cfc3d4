"""What earlier workbooks say: breaks to carry forward, decisions, and changes after sign-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
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
        replaced: The workbook that will be replaced, where it is all there is; None where not.
        reopened: What is not as it was when the last workbook was made, though it was signed.
        unused: What people wrote that does not count, and why.
        signed: The last workbook, where two people signed it; None where they did not.
        keep_as: Where the workbook that will be replaced is kept; None where nobody signed it.
        notes: Which files these are, in sentences.
    """

    register: Mapping[str, Entry] = field(default_factory=dict)
    written: Mapping[str, Entry] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    replaced: Previous | None = None
    reopened: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    signed: Previous | None = None
    keep_as: Path | None = None
    notes: tuple[str, ...] = ()

    def repeats(self, cutoff: str) -> bool:
        """Return whether this is the last reconciliation made again, of the same period.

        Args:
            cutoff: The cut-off now, in words; ``""`` for no period.
        """
        if self.replaced is None:
            return False
        return cutoff in self.replaced.cutoff if cutoff else not self.replaced.cutoff

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


def known_before(  # noqa: PLR0913  keywords, each one thing that is known beforehand
    previous: Path | None,
    out: Path | None,
    *,
    who: str,
    now: datetime,
    account: str = "",
    language: Language = "en",
) -> Before:
    """Return what the last workbook says, and the one that will be replaced.

    Args:
        previous: The last workbook; None for none.
        out: The workbook to write. When it is there, what people wrote into it is not lost.
            None writes none.
        who: Who decided, where a workbook does not say.
        now: The present. UTC.
        account: Whose customers are reconciled; ``""`` to take any workbook.
        language: Of the sentences on what was changed.

    Raises:
        LedgerError: A workbook cannot be read, is about another account's customers, or somebody
            overwrote what must be read back.
    """
    given = _read(previous, who, now) if previous else None
    replaced = None
    is_other = out and out.exists() and (previous is None or not out.samefile(previous))
    if out and is_other and is_reconciliation(out):
        replaced = _read(out, who, now)
    for path, each in ((previous, given), (out, replaced)):
        if each and account and each.account not in {"", account}:
            raise LedgerError(
                f"{path} is a reconciliation of another account, {each.account}, and this is "
                f"{account}; name another file"
            )
    keep_as = _kept_name(out) if out and replaced else None
    notes = (say("kept signed", language, keep_as.name),) if keep_as else ()
    signed = previous or (out if replaced else None)
    reopened = _changed_after_signing(signed, language) if signed else ()
    read = [each for each in (given, replaced) if each]
    last = read[0] if read and signed and _is_signed(signed) else None
    unused = tuple(say("unexplained", language, one) for each in read for one in each.unexplained)
    if given is None and replaced is None:
        return Before()
    if given is None:
        assert replaced is not None  # noqa: S101  for the type checker: else returned above
        assert out is not None  # noqa: S101  as above
        return Before(
            register=replaced.register,
            decisions=replaced.decisions,
            replaced=replaced,
            reopened=reopened,
            unused=unused,
            signed=last,
            keep_as=keep_as,
            notes=(say("carried", language, out.name), *notes),
        )
    return Before(
        register=given.register,
        written=replaced.register if replaced else {},
        decisions=(*given.decisions, *(replaced.decisions if replaced else ())),
        reopened=reopened,
        unused=unused,
        signed=last,
        keep_as=keep_as,
        notes=notes,
    )


def _kept_name(path: Path) -> Path | None:
    """Return a name for a workbook that somebody signed, which no file has; None for others."""
    found = _sealed(path)
    if found is None or not (found.preparer or found.reviewer):
        return None
    saved = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    more = ("", *(f" {number}" for number in range(2, 1_000)))
    names = (path.with_name(f"{path.stem} (signed {saved}{each}){path.suffix}") for each in more)
    return next(name for name in names if not name.exists())


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
