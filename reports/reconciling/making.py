"""A ledger and the list -> the reconciliation and its workbook; for the command and the button.

``reconcile_ledger(book, Path("ledger.xlsx"), sheet="March")`` is all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from partnerbook.errors import LedgerError
from partnerbook.model import Break, Decision, Snapshot
from partnerbook.wording import Language
from reports.reconciling.options import user
from reports.reconciling.sayings import say
from reports.workbook.elsewhere import refuse_when_open

if TYPE_CHECKING:
    from partnerbook.book import Book
    from reports.ledger import Ledger
    from reports.reconciliation import Cutoff, Reconciliation
    from reports.reconciling.before import Before


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A reconciliation that was made.

    Attributes:
        found: What it says.
        workbook: The workbook, as the bytes of an .xlsx file.
        seal: The seal that it bears.
    """

    found: Reconciliation
    workbook: bytes
    seal: str


def reconcile_ledger(  # noqa: PLR0913  keywords, each one thing that a person may choose
    book: Book,
    ledger: Path,
    *,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    ask: bool = False,
    out: Path | None = None,
    previous: Path | None = None,
    cutoff: Cutoff | None = None,
    listed: Callable[[Book], Snapshot] | None = None,
    language: Language = "en",
    now: datetime | None = None,
) -> Made:
    """Reconcile the list of customers with a ledger; keep decisions and figures in the store.

    Whatever is wrong with what was given is found out before a long listing.

    Args:
        book: Whose customers, and where decisions are kept.
        ledger: Finance's file.
        sheet: Which of its sheets; None to find it.
        columns: Field -> heading or letters, as a person said; None to find them.
        ask: Whether there is somebody at a terminal to ask about columns.
        out: The workbook to write; what people wrote into one that is there is read back first,
            and one that somebody signed is kept beside it. None writes no file.
        previous: The last workbook, as people filled it in; None for none.
        cutoff: End of the period; None for no period.
        listed: Where the customers come from; None takes a fresh listing.
        language: Of the workbook.
        now: The present, UTC; None for the clock's.

    Raises:
        LedgerError: A file cannot be read, or it is not clear which column is meant.
        PartnerCenterError: No listing came.
        StoreError: The store cannot be used.
        WorkbookError: The workbook is open elsewhere or cannot be written.
    """
    from partnerbook.files import write  # noqa: PLC0415  heavy parts where they are used
    from reports.reconciliation import figures_of  # noqa: PLC0415  as above
    from reports.reconciling.before import known_before  # noqa: PLC0415  as above
    from reports.reconciling.columns import understood  # noqa: PLC0415  as above
    from reports.reconciling.own_ids import with_own_ids  # noqa: PLC0415  as above

    now = now or datetime.now(UTC)
    if out:
        _refuse_target(out, ledger)
    remembered = book.store.ledger_columns(book.account)
    known = understood(ledger, columns or {}, remembered, sheet=sheet, ask=ask, language=language)
    before = known_before(
        previous, out, who=user(), now=now, account=book.account, language=language
    )
    snapshot = listed(book) if listed else book.take()
    _refuse_older(snapshot, before)
    book.store.decide(book.account, before.decisions)
    if known.columns:
        book.store.keep_ledger_columns(book.account, known.columns, now)
    told = "customer_id" in known.columns
    made = made_of(
        snapshot,
        with_own_ids(known.ledger, snapshot.listing.customers, language, told=told),
        cutoff=cutoff,
        before=before,
        decisions=book.store.decisions(book.account),
        language=language,
    )
    if out:
        if before.keep_as:
            write(before.keep_as, out.read_bytes())
        write(out, made.workbook)
    book.store.keep_reconciliation(book.account, figures_of(made.found, now, made.seal))
    return made


def made_of(  # noqa: PLR0913  keywords, each one thing that is known beforehand
    snapshot: Snapshot,
    ledger: Ledger,
    *,
    cutoff: Cutoff | None = None,
    before: Before | None = None,
    decisions: Iterable[Decision] = (),
    language: Language = "en",
) -> Made:
    """Reconcile a snapshot with a ledger that was read. Pure.

    Args:
        snapshot: Of everybody.
        ledger: What `reports.ledger.read_ledger` returned.
        cutoff: End of the period; None for no period.
        before: What earlier workbooks say; None for none.
        decisions: All that people ever decided, the oldest first.
        language: Of the workbook.
    """
    from reports.reconciliation import reconcile  # noqa: PLC0415  heavy parts where they are used
    from reports.reconciliation.register import with_written  # noqa: PLC0415  as above
    from reports.workbook.reconciliation import sealed_workbook  # noqa: PLC0415  as above

    decided, period = tuple(decisions), cutoff.in_words() if cutoff else ""
    day = snapshot.taken_at.date()
    found = reconcile(
        snapshot,
        ledger,
        cutoff,
        before.register if before else None,
        decisions=decided,
        repeated=before is not None and before.repeats(ledger.sha256, period, day),
        language=language,
    )
    if before:
        register = with_written(found.register, before.written)
        unused = (*before.unused, *_without_effect(before, found, decided))
        found = replace(
            found,
            register=register,
            reopened=before.reopened_by(ledger.sha256, period, language),
            unused=unused,
            notes=(*before.notes, *found.notes, *unused),
        )
    made = sealed_workbook(found)
    return Made(found=found, workbook=made.data, seal=made.seal)


def make_reconciliation(
    snapshot: Snapshot, ledger: Ledger, out: Path, language: Language = "en"
) -> Reconciliation:
    """Reconcile a snapshot with a ledger for the first time and write the workbook."""
    from partnerbook.files import write  # noqa: PLC0415  heavy parts where they are used

    made = made_of(snapshot, ledger, language=language)
    write(out, made.workbook)
    return made.found


def _without_effect(
    before: Before, found: Reconciliation, decided: Iterable[Decision]
) -> Iterator[str]:
    """Yield which answers of the last workbook cannot count, or count no more, and why."""
    newest = {each.about: each for each in decided}
    told = {each.about for each in before.decisions}
    there = {each.id: each for each in found.breaks}
    yield from (say("still there", found.language, one) for one in before.struck if one in there)
    ended = []
    for each in found.breaks:
        old = before.register.get(each.id)
        if old is None or old.state != "explained" or each.state == "explained":
            continue
        if old.facts not in {"", each.facts}:
            yield say("other facts", found.language, each.id)
        keys = ("break", each.id, old.facts), ("break", each.id, "")
        ended += [newest[key] for key in dict.fromkeys(keys) if key in newest and key not in told]
    for answer in (*before.decisions, *ended):
        left = there.get(answer.break_id or "")
        if not answer.revoked_at or not left or left.state != "explained":
            yield from _why_unused(answer, newest.get(answer.about, answer), found)
        elif not _explains(newest.values(), left, found):
            yield say("stays explained", found.language, left.id)


def _explains(decided: Iterable[Decision], left: Break, found: Reconciliation) -> bool:
    on = found.snapshot.taken_at.date()
    return any(each.holds(on) and each.covers(left) for each in decided)


def _why_unused(answer: Decision, kept: Decision, found: Reconciliation) -> Iterator[str]:
    language, on = found.language, found.snapshot.taken_at.date()
    what = "the break" if answer.break_id else "the customer"
    about = say(what, language, answer.break_id or answer.customer_id)
    if kept.revoked_at:
        day = kept.revoked_at.date()
        yield say("taken back", language, kept.who, about, kept.revoked_by, day)
    elif answer.expires and answer.expires < on:
        yield say("past", language, answer.who, about, answer.expires)
    elif answer.verdict != "explained" and (answer.customer_id not in found.snapshot.listing.by_id):
        yield say("customer gone", language, answer.who, answer.customer_id)


def _refuse_older(snapshot: Snapshot, before: Before) -> None:
    """Refuse a list from before the last workbook: breaks would close before they were seen."""
    day = snapshot.taken_at.date()
    if before.as_of and before.as_of > day:
        raise LedgerError(
            f"this list is of {day}, and the last reconciliation is of {before.as_of}; give an "
            f"older workbook with --previous and another file with --out"
        )


def _refuse_target(out: Path, ledger: Path) -> None:
    """Refuse to write over finance's own file, or a workbook under another kind's name."""
    if out.exists() and ledger.exists() and out.samefile(ledger):
        raise LedgerError(f"--out {out} is the ledger itself; name another file for the result")
    refuse_when_open(out)
    if out.suffix.lower() != ".xlsx":
        raise LedgerError(f"--out {out} does not end in .xlsx, and a workbook is what is written")
