"""A reconciliation's workbook, as people filled it in -> its register, and what they decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from partnerbook.errors import LedgerError, reason_of
from partnerbook.matching import party_key
from partnerbook.model import Decision, LedgerLine, Verdict
from partnerbook.wording import HEADINGS
from reports.ledger.cells import text_of
from reports.ledger.source import Sheet, sheets_of
from reports.reconciliation.breaks import KINDS
from reports.reconciliation.register import CAUSES, STATES, Entry
from reports.reconciliation.words import WORDS, meant

REGISTER, ASKED = "Breaks", ("Suggested", "Groups")
WRITTEN = ("Owner", "Cause", "Comment", "Due")
_REGISTER = ("Break", "Kind", "State", "First seen", "Re-opened", *WRITTEN)
_ASKED = (
    "Ledger's customer ID",
    "Ledger's partner's ID",
    "Ledger's account",
    "Ledger's name",
    "customer_id",
    "Yes or no",
)
_YES_NO: tuple[Verdict, ...] = ("yes", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """What the last workbook says.

    Attributes:
        register: Its breaks, by ID.
        decisions: What people decided in it, in the order of its rows.
        unexplained: Breaks that somebody marked as explained, without a cause or comment.
        ledger: SHA-256 of the ledger, as its cover says; ``""`` where it does not say.
        cutoff: The cut-off in words, as its cover says; ``""`` for no period.
        account: Whose customers it is about, as its cover says; ``""`` where it does not say.
    """

    register: Mapping[str, Entry]
    decisions: tuple[Decision, ...]
    unexplained: tuple[str, ...] = ()
    ledger: str = ""
    cutoff: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet that is one table, in either language: rows as key of the heading -> cell."""

    where: str
    title: str
    rows: tuple[tuple[int, Mapping[str, object]], ...]


def read_previous(
    path: Path,
    *,
    who: str,
    now: datetime,
    trusts: Callable[[str, int], bool] = lambda _sheet, _row: True,
) -> Previous:
    """Return what the last workbook says.

    Args:
        path: The workbook.
        who: Who decided, where the workbook does not say.
        now: The present. UTC.
        trusts: Whether a row of a sheet still asks what it was made to ask.

    Raises:
        LedgerError: The file cannot be read, has no register, or a line of it was damaged; or
            somebody answered in a row that is not as it was made.
    """
    name, sheets, saved = _read(path)
    register = _register(sheets, name)
    moment = min(saved, now).astimezone(UTC).replace(microsecond=0)
    tables = [_table(sheets, title, _ASKED, name) for title in ASKED]
    told = [table for table in tables if table]
    decisions = [made for table in told for made in _answers(table, who, moment, trusts)]
    decisions += _explanations(sheets, name, who, moment, trusts)
    return Previous(
        register=register,
        decisions=tuple(decisions),
        unexplained=tuple(_unexplained(sheets, name)),
        ledger=_on_cover(sheets, "SHA-256"),
        cutoff=_on_cover(sheets, "Cut-off"),
        account=_on_cover(sheets, "Entity"),
    )


def read_register(path: Path) -> dict[str, Entry]:
    """Return the register of a reconciliation workbook, by break ID.

    Raises:
        LedgerError: The file cannot be read, has no register, or a line of it was damaged.
    """
    name, sheets, _ = _read(path)
    return _register(sheets, name)


def is_reconciliation(path: Path) -> bool:
    """Return whether a file is a reconciliation's workbook that can be read."""
    try:
        name, sheets, _ = _read(path)
    except LedgerError:
        return False
    return _table(sheets, REGISTER, _REGISTER, name) is not None


def _read(path: Path) -> tuple[str, list[Sheet], datetime]:
    path = Path(path)
    try:
        data = path.read_bytes()
        saved = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except OSError as error:
        raise LedgerError(f"{path} cannot be read ({reason_of(error)}); check the path") from error
    return path.name, sheets_of(data, path.name), saved


def _register(sheets: Sequence[Sheet], name: str) -> dict[str, Entry]:
    table = _table(sheets, REGISTER, _REGISTER, name)
    if table is None:
        raise LedgerError(
            f"{name} has no sheet {REGISTER!r} with a register; give the workbook of the last "
            f"reconciliation as it was made"
        )
    entries: dict[str, Entry] = {}
    for number, values in table.rows:
        if not text_of(values["Break"]):
            continue
        entry = _entry(values, f"{table.where}, row {number}")
        if entry.id in entries:
            raise LedgerError(f"{table.where}: break {entry.id} stands there twice")
        entries[entry.id] = entry
    return entries


_Trusts = Callable[[str, int], bool]


def _answers(table: _Table, who: str, moment: datetime, trusts: _Trusts) -> Iterator[Decision]:
    for number, values in table.rows:
        said = text_of(values["Yes or no"])
        if not said:
            continue
        where = f"{table.where}, row {number}"
        wanted = {"y": "yes", "n": "no"}.get(said.casefold()) or meant(said, _YES_NO)
        verdict = next((each for each in _YES_NO if each == wanted), None)
        if verdict is None:
            raise LedgerError(f"{where}: {said[:40]!r} is neither yes nor no; write one of the two")
        _refuse_unmade(table, number, trusts)
        texts = {key: text_of(value) or None for key, value in values.items()}
        party = party_key(
            LedgerLine(
                file="",
                sheet="",
                row=number,
                customer_id=texts["Ledger's customer ID"],
                xaccount_id=texts["Ledger's partner's ID"],
                account_name=texts["Ledger's account"],
                company_name=texts["Ledger's name"],
                email=texts.get("Ledger's e-mail"),
                phone=texts.get("Ledger's phone"),
            )
        )
        if party is None or not texts["customer_id"]:
            raise LedgerError(f"{where}: the names or the customer ID were overwritten")
        yield Decision(
            verdict=verdict,
            who=texts.get("Decided by") or who,
            decided_at=moment,
            expires=_day(values.get("Until"), where),
            customer_id=texts["customer_id"],
            party=party,
            reason=texts.get("Comment") or "",
        )


def _explanations(
    sheets: Sequence[Sheet], name: str, who: str, moment: datetime, trusts: _Trusts
) -> Iterator[Decision]:
    table = _table(sheets, REGISTER, _REGISTER, name)
    for number, values in table.rows if table else ():
        if meant(text_of(values["State"]), STATES) != "explained":
            continue
        where = f"{name}, row {number}"
        until = _day(values.get("Until"), where)
        if meant(text_of(values.get("Was")), STATES) == "explained" and not until:
            continue  # it said so when it was made: an older decision, no new one
        cause, comment = text_of(values["Cause"]), text_of(values["Comment"])
        if not (cause or comment):
            continue
        if table:
            _refuse_unmade(table, number, trusts)
        yield Decision(
            verdict="explained",
            who=text_of(values.get("Decided by")) or text_of(values["Owner"]) or who,
            decided_at=moment,
            expires=until,
            customer_id=text_of(values.get("customer_id")) or None,
            break_id=text_of(values["Break"]),
            reason=": ".join(filter(None, (cause, comment))),
        )


def _on_cover(sheets: Sequence[Sheet], name: str) -> str:
    """Return what stands beside a name on the cover, the last time it is there; ``""`` for none."""
    cover = next((each for each in sheets if each.name in WORDS["Cover"]), None)
    rows = cover.rows if cover else ()
    found = [text_of(row[1]) for row in rows if len(row) > 1 and text_of(row[0]) in WORDS[name]]
    return found[-1] if found else ""


def _unexplained(sheets: Sequence[Sheet], name: str) -> Iterator[str]:
    table = _table(sheets, REGISTER, _REGISTER, name)
    for _, values in table.rows if table else ():
        if meant(text_of(values["State"]), STATES) == "explained" and _says_no_why(values):
            yield text_of(values["Break"])


def _says_no_why(values: Mapping[str, object]) -> bool:
    return not (text_of(values["Cause"]) or text_of(values["Comment"]))


def _refuse_unmade(table: _Table, row: int, trusts: _Trusts) -> None:
    """Refuse an answer in a row that is none that was made: it may be meant for another."""
    if not trusts(table.title, row):
        raise LedgerError(
            f"{table.where}, row {row}: an answer stands in a row whose other cells are not as "
            f"they were made, so it may be meant for another; undo the change (sort whole rows "
            f"only), or take the answer out"
        )


def _entry(values: Mapping[str, object], where: str) -> Entry:
    kind = meant(text_of(values["Kind"]), KINDS)
    state, seen = meant(text_of(values["State"]), STATES), values["First seen"]
    reopened = text_of(values["Re-opened"]) or "0"
    if kind is None or state is None or not reopened.isdecimal():
        raise LedgerError(
            f"{where}: kind, state or count was overwritten; the states are {', '.join(STATES)}"
        )
    if isinstance(seen, datetime):
        seen = seen.date()
    if not isinstance(seen, date):
        raise LedgerError(f"{where}: the day it was first seen was overwritten; write a date there")
    owner, cause, comment, due = (text_of(values[heading]) for heading in WRITTEN)
    return Entry(
        id=text_of(values["Break"]),
        kind=next(each for each in KINDS if each == kind),
        state="open" if state == "explained" and _says_no_why(values) else state,
        first_seen=seen,
        reopened=int(reopened),
        owner=owner,
        cause=meant(cause, CAUSES) or cause,
        comment=comment,
        due=due,
        keys=tuple(text_of(values.get("Keys")).split()),
    )


def _day(value: object, where: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_of(value)
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError:
        raise LedgerError(
            f"{where}: {text[:40]!r} is no day until which it holds; write one such as 2026-12-31"
        ) from None


def _table(sheets: Sequence[Sheet], title: str, needed: Sequence[str], name: str) -> _Table | None:
    """Return the table of a sheet; None when the sheet or one of its columns is not there."""
    sheet = next((each for each in sheets if each.name in WORDS[title]), None)
    if sheet is None or not sheet.rows:
        return None
    headings = [text_of(cell) for cell in sheet.rows[0]]
    known = {shown: key for key, both in WORDS.items() for shown in both if key in _COLUMNS}
    known.update({shown: key for key, both in HEADINGS.items() for shown in both.values()})
    at = {known[text]: number for number, text in enumerate(headings) if text in known}
    if not set(needed) <= at.keys():
        return None
    rows = tuple(
        (number, {key: row[place] if place < len(row) else None for key, place in at.items()})
        for number, row in enumerate(sheet.rows[1:], start=2)
    )
    return _Table(f"{name}, sheet {sheet.name!r}", sheet.name, rows)


_COLUMNS = frozenset(
    {*_REGISTER, *_ASKED, "Ledger's e-mail", "Ledger's phone", "Until", "Decided by", "Keys", "Was"}
)
