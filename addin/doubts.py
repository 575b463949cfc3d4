"""What must not be guessed: rows in doubt, and refreshes that look wrong. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from addin import cells
from addin.rows import (
    COMMENT,
    DUPLICATE,
    EDITED,
    KEYLESS,
    LINK,
    Circumstances,
    OldRow,
    ParkedNote,
    is_empty,
)
from partnerbook.views.certainty import may_be_missing
from partnerbook.wording import Language

GONE_LIMIT = 0.2
"""A refresh that would take away more than this share of the list asks first."""

_WAIT: dict[Language, str] = {
    "en": "{:,} notes of customers in the list wait: there is no column {} for notes",
    "zh": "列表中客户的 {:,} 条备注在等待：没有可写备注的列 {}",
}
_WAITS = {**_WAIT, "en": "{} note of customers in the list waits: there is no column {} for notes"}

_WITNESSES = ("account_name", "associated_at", "xaccount_id")


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows of a sheet, told apart.

    Attributes:
        kept: Which stay, by index.
        doubts: Why a doubtful one does not, by index.
        meant: The customers whose rows are in doubt, as far as the rows still show it. They were
            on the sheet: nobody of them is new there.
    """

    kept: set[int]
    doubts: dict[int, str]
    meant: frozenset[str]


def sorted_out(
    old: Sequence[OldRow], shown: Mapping[str, Mapping[str, Any]], *, keep_unseen: bool
) -> Sorted:
    """Return which old rows stay, and which are in doubt.

    Args:
        old: The rows of the sheet.
        shown: Each customer of the listing as cells, by customer ID.
        keep_unseen: Whether who is not listed stays.
    """
    times = Counter(row.key for row in old)
    looks = _looks(shown, old)
    kept: set[int] = set()
    doubts: dict[int, str] = {}
    for index, row in enumerate(old):
        if not row.key:
            doubts[index] = KEYLESS
        elif row.key not in shown:
            if _witness(row.ours) in looks:
                # Nobody is listed under this ID, and the row's own customer under another one.
                doubts[index] = EDITED
            elif keep_unseen:
                kept.add(index)
        elif times[row.key] > 1:
            doubts[index] = DUPLICATE
        elif _is_another(row, shown[row.key], looks):
            doubts[index] = EDITED
        else:
            kept.add(index)
    meant = (looks.get(_witness(old[index].ours)) for index in doubts)
    return Sorted(kept, doubts, frozenset(filter(None, meant)))


def _looks(
    shown: Mapping[str, Mapping[str, Any]], old: Sequence[OldRow]
) -> dict[tuple[Any, ...] | None, str]:
    """Return who has an account name and association time, where both are known.

    What two customers share, listed or on the sheet, tells neither from the other.
    """
    claimed: dict[tuple[Any, ...] | None, str] = {}
    shared: set[tuple[Any, ...] | None] = set()
    for customer_id, customer in shown.items():
        witness = _witness(customer)
        if claimed.setdefault(witness, customer_id) != customer_id:
            shared.add(witness)
    rows: dict[tuple[Any, ...] | None, str] = {}
    for row in old:
        witness = _witness(row.ours)
        if rows.setdefault(witness, row.key) != row.key:
            shared.add(witness)
    return {each: who for each, who in claimed.items() if each and each not in shared}


def _witness(ours: Mapping[str, Any]) -> tuple[Any, ...] | None:
    name, moment = ours.get(_WITNESSES[0]), ours.get(_WITNESSES[1])
    return (name, moment) if name and moment else None


def _is_another(
    row: OldRow,
    customer: Mapping[str, Any],
    looks: Mapping[tuple[Any, ...] | None, str],
) -> bool:
    """Return whether the row seems to be another customer's than its ID says.

    It happens when somebody types over an ID, or sorts the column of IDs alone.
    """
    witness = _witness(row.ours)
    if witness and looks.get(witness, row.key) != row.key:
        return True
    differing = 0
    for each in _WITNESSES:
        if (before := row.ours.get(each)) and (after := customer.get(each)):
            if cells.same(before, after):
                return False
            differing += 1
    # One alone can change: accounts are renamed. Two of the three at once: another customer.
    return differing > 1


def notes_of(row: OldRow, reason: str, language: Language) -> list[tuple[str, Any]]:
    """Return the notes of a row that goes, by column."""
    notes = [(column, value) for column, value in row.own.items() if not is_empty(value)]
    if reason == KEYLESS and not _was_written(row):
        # A row that somebody typed: what they put into our columns is theirs too.
        notes += [
            (cells.column_heading(column, language), value)
            for column, value in row.ours.items()
            if not is_empty(value) and column != cells.CHANGE
        ]
    return notes


def _was_written(row: OldRow) -> bool:
    """Return whether a refresh wrote this row, whose ID was deleted since: then ours is ours.

    Nobody types an association time into a row of their own.
    """
    return isinstance(row.ours.get("associated_at"), datetime)


def conflicts(old: Sequence[OldRow], doubts: Mapping[int, str]) -> tuple[str, ...]:
    """Return a sentence for each row in doubt."""
    return tuple(
        f"row {old[index].number}: {reason}; its notes are on the sheet Parked notes"
        if notes_of(old[index], reason, "en")
        else f"row {old[index].number}: {reason}; it held no notes"
        for index, reason in doubts.items()
    )


def waiting_words(waiting: Sequence[ParkedNote], language: Language) -> list[str]:
    """Return the sentence on notes that could go back, had they a column; nothing for none."""
    places = (each.column.removeprefix(COMMENT).removeprefix(LINK) for each in waiting)
    columns = ", ".join(dict.fromkeys(places))
    told = _WAITS if len(waiting) == 1 else _WAIT
    return [told[language].format(len(waiting), columns)] if waiting else []


def stops_of(old: Sequence[OldRow], left: Sequence[str], given: Circumstances) -> tuple[str, ...]:
    """Return why to ask a person before this refresh; empty when it looks right.

    Args:
        old: The rows of the sheet.
        left: The IDs that would go from it.
        given: What else is known.
    """
    stops = []
    lost = [
        cells.column_heading(column, given.language)
        for column in cells.COLUMNS
        if column not in (*given.carried, cells.CHANGE)
        and not all(is_empty(row.ours.get(column)) for row in old)
    ]
    if lost:
        stops.append(
            f"the API in use no longer carries {', '.join(lost)}: these columns would be emptied"
        )
    before = len({row.key for row in old if row.key})
    if given.missing_at_most:
        words = may_be_missing(given.missing_at_most)
        stops.append(f"the listing is not whole, {words}: nobody would be removed")
    if before and len(left) > GONE_LIMIT * before:
        stops.append(f"{len(left)} of {before} customers would go from the list")
    asked, asked_before = given.asked, given.asked_before
    if old and asked and asked_before and asked.account != asked_before.account:
        stops.append(
            f"the list is of account {asked_before.account}, this refresh asks {asked.account}"
        )
    if old and given.other_filters:
        stops.append("the filters were changed since the last refresh")
    return tuple(stops)
