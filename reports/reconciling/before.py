"""What earlier workbooks say: breaks to carry forward, decisions, and changes after sign-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
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
        struck: Breaks that people marked as closed, which only a reconciliation can find.
        signed: The last workbook, where two people signed it; None where they did not.
        as_of: Day of the last workbook's list, UTC; None where nothing says.
        keep_as: Where the workbook that will be replaced is kept; None where nobody signed it.
        notes: Which files these are, in sentences.
    """

    register: Mapping[str, Entry] = field(default_factory=dict)
    written: Mapping[str, Entry] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    replaced: Previous | None = None
    reopened: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    signed: Previous | None = None
    as_of: date | None = None
    keep_as: Path | None = None
    notes: tuple[str, ...] = ()

    def repeats(self, ledger: str, cutoff: str, day: date) -> bool:
        """Return whether this is the last reconciliation made again, of the same period.

        Args:
            ledger: SHA-256 of the ledger now.
            cutoff: The cut-off now, in words; ``""`` for no period: then the same ledger on the
                same day is the same again.
            day: Day of the list now. UTC.
        """
        if self.replaced is None:
            return False
        if cutoff:
            return cutoff in self.replaced.cutoff
        return not self.replaced.cutoff and (ledger, day) == (self.replaced.ledger, self.as_of)

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
            overwrote what must be read back; or the file to write is there and is none.
    """
    given = _read(previous, who, now) if previous else None
    replaced = None
    is_other = out and out.exists() and (previous is None or not out.samefile(previous))
    if out and is_other and out.stat().st_size:
        if not is_reconciliation(out):
            raise LedgerError(
                f"{out} is there and is no reconciliation that can be read, so it is not replaced; "
                f"move it away, or name another file with --out"
            )
        replaced = _read(out, who, now)
    read = [each for each in (given, replaced) if each]
    if not read:
        return Before()
    for each in read:
        if account and each.said.account not in {"", account}:
            raise LedgerError(
                f"{each.path} is a reconciliation of another account, {each.said.account}, and "
                f"this is {account}; name another file"
            )
    last = read[0]
    keep_as = _kept_name(replaced) if replaced else None
    notes = [say("carried", language, last.path.name)] if last is replaced else []
    notes += [say("kept signed", language, keep_as.name)] if keep_as else []
    unexplained = (one for each in read for one in each.said.unexplained)
    return Before(
        register=last.said.register,
        written=replaced.said.register if replaced and given else {},
        decisions=tuple(decision for each in read for decision in each.said.decisions),
        replaced=last.said if last is replaced else None,
        reopened=_changed_after_signing(last.sealed, language),
        unused=tuple(say("unexplained", language, one) for one in unexplained),
        struck=tuple(one for each in read for one in each.said.struck),
        signed=last.said if last.sealed and last.sealed.is_signed else None,
        as_of=last.said.as_of,
        keep_as=keep_as,
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True)
class _Workbook:
    """A workbook that was read: what it says, and what of it is as it was made.

    Of an earlier version there is no seal.
    """

    path: Path
    said: Previous
    sealed: Sealed | None


def _read(path: Path, who: str, now: datetime) -> _Workbook:
    try:
        sealed = read_sealed(path)
    except LedgerError:
        return _Workbook(path, read_previous(path, who=who, now=now), None)
    return _Workbook(path, read_previous(path, who=who, now=now, trusts=sealed.trusts), sealed)


def _kept_name(book: _Workbook) -> Path | None:
    """Return a name for a workbook that somebody signed, which no file has; None for others."""
    if book.sealed is None or not (book.sealed.preparer or book.sealed.reviewer):
        return None
    path = book.path
    saved = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
    more = ("", *(f" {number}" for number in range(2, 1_000)))
    names = (path.with_name(f"{path.stem} (signed {saved}{each}){path.suffix}") for each in more)
    return next(name for name in names if not name.exists())


def _changed_after_signing(found: Sealed | None, language: Language) -> tuple[str, ...]:
    if found is None or found.unchanged or not found.is_signed:
        return ()
    said = changed_since(found, language)
    if found.is_answered:
        said = (say("answers unsealed", language), *said)
    left = len(said) - _SHOWN
    more = (say("and so many", language, left),) if left > 0 else ()
    return (*said[:_SHOWN], *more)
