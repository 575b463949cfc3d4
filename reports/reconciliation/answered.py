"""What people wrote into a reconciliation's workbook -> their decisions, and each break's state.

They answer, explain, and take an explanation back; the rest only a reconciliation can say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from partnerbook.errors import LedgerError
from partnerbook.matching import party_key
from partnerbook.model import Decision, LedgerLine, Verdict
from reports.ledger.cells import text_of
from reports.ledger.source import Sheet
from reports.reconciliation.filled import Table, day_in, register_of
from reports.reconciliation.register import STATES
from reports.reconciliation.words import meant

_UNTIL = "until which it holds"
_YES_NO: tuple[Verdict, ...] = ("yes", "no")

Trusts = Callable[[str, int], bool]
"""Whether a row of a sheet still asks what it was made to ask."""


def answers(table: Table, who: str, moment: datetime, trusts: Trusts) -> Iterator[Decision]:
    """Yield each yes and no of a table that asks for them.

    Args:
        table: What `filled.asked_of` returned.
        who: Who answered, where the row does not say.
        moment: When. UTC.
        trusts: Says which rows are as they were made.

    Raises:
        LedgerError: An answer is neither, or stands in a row that is not as it was made.
    """
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
            expires=day_in(values.get("Until"), where, _UNTIL),
            customer_id=texts["customer_id"],
            party=party,
            reason=texts.get("Comment") or "",
        )


def explanations(
    sheets: Sequence[Sheet], name: str, who: str, moment: datetime, trusts: Trusts
) -> Iterator[Decision]:
    """Yield what the register explains anew; an explanation taken back comes revoked.

    Args:
        sheets: The workbook's.
        name: Its file's name, for sentences.
        who: As for `answers`, like the two below.
        moment: When. UTC.
        trusts: Says which rows are as they were made.

    Raises:
        LedgerError: It stands in a row that is not as it was made, or *Until* is no day.
    """
    table = register_of(sheets, name)
    for number, values in table.rows if table else ():
        written, was = _states(values)
        until = day_in(values.get("Until"), f"{name}, row {number}", _UNTIL)
        cause, comment = text_of(values["Cause"]), text_of(values["Comment"])
        taken_back = was == "explained" and state_of(values) == "open"
        if not taken_back:
            if written != "explained" or was == "closed" or (was == "explained" and not until):
                continue  # it said so when it was made: an older decision, no new one
            if not (cause or comment):
                continue
        if table:
            _refuse_unmade(table, number, trusts)
        decider = text_of(values.get("Decided by")) or text_of(values["Owner"]) or who
        yield Decision(
            verdict="explained",
            who=decider,
            decided_at=moment,
            revoked_at=moment if taken_back else None,
            revoked_by=decider if taken_back else "",
            expires=until,
            customer_id=text_of(values.get("customer_id")) or None,
            break_id=text_of(values["Break"]),
            facts=text_of(values.get("Facts")),
            reason=": ".join(filter(None, (cause, comment))),
        )


def unexplained(sheets: Sequence[Sheet], name: str) -> Iterator[str]:
    """Yield the breaks that somebody marked as explained, without a cause or comment."""
    table = register_of(sheets, name)
    for _, values in table.rows if table else ():
        if _states(values)[0] == "explained" and says_no_why(values):
            yield text_of(values["Break"])


def struck(sheets: Sequence[Sheet], name: str) -> Iterator[str]:
    """Yield the breaks that somebody marked as closed, which were not when it was made."""
    table = register_of(sheets, name)
    for _, values in table.rows if table else ():
        if _states(values)[0] == "closed" != state_of(values):
            yield text_of(values["Break"])


def state_of(values: Mapping[str, object]) -> str | None:
    """Return a break's state as it was made, but for what people may say; None for no state.

    They explain it, and take that back. What is new, open or closed only a reconciliation can say.
    """
    written, was = _states(values)
    if written is None or was is None:
        return written  # spoilt, or made by an earlier version
    if was == "explained":
        return was if written in {"explained", "closed"} else "open"
    return written if written == "explained" and was != "closed" else was


def _states(values: Mapping[str, object]) -> tuple[str | None, str | None]:
    """Return what stands under *State*, and what stood there when it was made."""
    written, was = (meant(text_of(values.get(each)), STATES) for each in ("State", "Was"))
    return written, was


def says_no_why(values: Mapping[str, object]) -> bool:
    """Return whether somebody explains a break now, without a word why."""
    was = _states(values)[1]
    return was != "explained" and not (text_of(values["Cause"]) or text_of(values["Comment"]))


def _refuse_unmade(table: Table, row: int, trusts: Trusts) -> None:
    """Refuse an answer in a row that is none that was made: it may be meant for another."""
    if not trusts(table.title, row):
        raise LedgerError(
            f"{table.where}, row {row}: an answer stands in a row whose other cells are not as "
            f"they were made, so it may be meant for another; undo the change (sort whole rows "
            f"only), or take the answer out"
        )
