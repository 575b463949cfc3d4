"""The list's rows before and after a refresh, and what becomes of its notes. Pure values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from partnerbook.model import CUSTOMER_FIELDS, Customer
from partnerbook.wording import Language

LEFT = "left the list"
OUTSIDE = "outside the filters now"
LEFT_FORMULA = "left the list (formula)"
DUPLICATE = "its customer ID stood in several rows"
EDITED = "its customer ID was changed"
KEYLESS = "its row had no customer ID"
UNDONE = "its row went with an undo"
REPLACED = "something else was typed in its place before an undo"
OVERRULED = "another workbook says something else"
ELSEWHERE = "it was written in another workbook"

_RETURNING = (LEFT, OUTSIDE, UNDONE, ELSEWHERE)
_FORMULA_OF = re.compile(rf"{re.escape(LEFT_FORMULA[:-1])}(?: of row ([0-9]{{1,7}}))?\)")

COMMENT = "Comment: "
"""Before the heading of a cell: the note is a comment on that cell."""

LINK = "Link: "
"""Before the heading of a cell: the note is where that cell's link leads, ``#`` first for a place
in the workbook; on a second line what is shown when somebody points at it."""

HANGING = (COMMENT, LINK)
"""What hangs on cells and is a note."""

MARK = "Partnerbook: "
"""Begins the comments that are ours: old values, until the next refresh. No notes."""


def returns(reason: str) -> bool:
    """Return whether a note that is parked for this reason goes back by itself."""
    return reason in _RETURNING or formula_row(reason) is not None


def casts_doubt(reason: str) -> bool:
    """Return whether a note that is parked for this reason makes its customer's notes doubtful.

    A reason that is not ours counts: somebody changed it, and has not decided yet.
    """
    return not returns(reason) and reason not in {REPLACED, OVERRULED}


def left_formula(row: int) -> str:
    """Return the reason with which a formula is parked: it says in which row it stood."""
    return f"{LEFT_FORMULA[:-1]} of row {row})" if row else LEFT_FORMULA


def formula_row(reason: str) -> int | None:
    """Return the row that a parked formula stood in; 0 for unknown, None for no formula."""
    found = _FORMULA_OF.fullmatch(reason)
    return int(found[1] or 0) if found else None


class Formula(str):
    """A note that is a formula, with its ``=``; told from a text that begins like one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OldRow:
    """A row of the list as the sheet holds it.

    Attributes:
        key: Customer ID; "" for none.
        ours: What stands in our columns, by column of `cells.COLUMNS`.
        own: What stands in the user's own columns, by heading; nothing empty. Columns that
            one formula fills are left out: they hold no notes.
        number: Row number on the sheet, for sentences.
    """

    key: str
    ours: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0

    @property
    def called(self) -> str:
        """What the sheet calls the customer: company, else account, else ID."""
        names = (
            str(self.ours.get(each) or "").strip() for each in ("company_name", "account_name")
        )
        return next(filter(None, names), self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedNote:
    """A note without a row: one line of the sheet `Parked notes`.

    Attributes:
        customer_id: Whose note it is; "" when nobody can say.
        column: Heading of the user's column it stood in.
        value: The note as it was typed.
        reason: Why it is here; for some reasons it goes back by itself, see `returns`.
        date: When it came here. UTC, without zone, as cells have none; None when unknown.
    """

    customer_id: str
    column: str
    value: Any
    reason: str
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A row of the list as it will be.

    Attributes:
        customer: Whom it shows; None when this listing did not see the customer, then the row
            stays as it is.
        came_from: Index of the old row whose own columns it keeps; None for a fresh row.
        own: What will stand in the user's own columns, by heading.
        returning: Which of these come back from the parked notes.
        change: What the column *Change* will say.
        shown: The customer as cells, see `cells.rows_of`; where the old row shows the same, its
            own `OldRow.ours`. Nothing without a customer.
    """

    customer: Customer | None
    came_from: int | None
    own: Mapping[str, Any]
    returning: Mapping[str, Any]
    change: str
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One field of one customer that the refresh changes: before and after, as cells."""

    customer_id: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a refresh will do.

    Attributes:
        rows: The list as it will be, in order. Rows that stay keep their order.
        joined: IDs that are new on the sheet.
        left: IDs that go from the sheet.
        left_names: What the sheet called each of them.
        outside: Whether they may only be outside of filters that are others than before.
        altered: Fields that change.
        parked: Notes that go to `Parked notes`.
        returning: Notes that come back from there.
        still_parked: What `Parked notes` will hold.
        waiting: Those of it whose customer is in the list, and whose column is not.
        conflicts: Sentences on rows whose customer is in doubt.
        stops: Sentences; when there are any, go on only by the user's word.
        taken: How many notes are as other workbooks say, and were not before.
        overruled: What was typed here, and other workbooks say otherwise: it is parked.
    """

    rows: tuple[NewRow, ...]
    joined: tuple[str, ...]
    left: tuple[str, ...]
    altered: tuple[Alteration, ...]
    parked: tuple[ParkedNote, ...]
    returning: tuple[ParkedNote, ...]
    still_parked: tuple[ParkedNote, ...]
    conflicts: tuple[str, ...]
    stops: tuple[str, ...]
    left_names: tuple[str, ...] = ()
    outside: bool = False
    waiting: tuple[ParkedNote, ...] = ()
    taken: int = 0
    overruled: tuple[ParkedNote, ...] = ()

    @property
    def seen(self) -> int:
        """How many rows hold a customer of the listing."""
        return sum(row.customer is not None for row in self.rows)

    @property
    def unseen(self) -> int:
        """How many rows were kept of customers whom a listing that is not whole did not show."""
        return len(self.rows) - self.seen

    @property
    def gone(self) -> tuple[tuple[str, str], ...]:
        """Who left the list for sure: ID and name. Nobody, when the filters are others."""
        return () if self.outside else tuple(zip(self.left, self.left_names, strict=True))

    @property
    def changed(self) -> int:
        """How many customers have a field that changes."""
        return len({each.customer_id for each in self.altered})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a refresh was about, to see whether the next one is about somebody else.

    Attributes:
        account: Whose customers: ``partner_id@host``.
        fingerprint: Fingerprint of the query.
    """

    account: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a refresh must know besides the sheet's rows and the customers.

    Attributes:
        asked: Whom this refresh is about.
        asked_before: Whom the last one was about; None when there was none.
        carried: Fields that the API in use carries; others are not compared.
        missing_at_most: How many customers the listing may miss.
        now: The moment of the refresh, UTC without zone, for notes that are parked.
        language: Language of the column *Change*.
        top: Row number of the list's first row, by which formulas come back as Excel's copy
            would make them; 0: as they were written.
    """

    asked: Asked | None = None
    asked_before: Asked | None = None
    carried: frozenset[str] = frozenset(CUSTOMER_FIELDS)
    missing_at_most: int = 0
    now: datetime | None = None
    language: Language = "en"
    top: int = 0

    @property
    def other_filters(self) -> bool:
        """Whether the filters are others than before: then nobody can say who left."""
        before = self.asked_before
        return bool(self.asked and before and self.asked.fingerprint != before.fingerprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row as it is to be written, whoever decided so: a refresh, or an undo.

    Attributes:
        came_from: Index of the old row it moves from, formats and all; None for a fresh row.
        ours: What our columns will hold, by column of `cells.COLUMNS`.
        own: What the user's own columns will hold, by heading.
        marks: Comments to hang on our columns, by column.
        hidden: Whether a fresh row is hidden.
    """

    came_from: int | None
    ours: Mapping[str, Any]
    own: Mapping[str, Any]
    marks: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False


def is_empty(value: Any) -> bool:
    """Return whether a cell that holds this holds no note."""
    return value is None or value == ""


def same_note(one: Any, other: Any) -> bool:
    """Return whether two cells hold the same note; a formula is no text that looks like it."""
    if is_empty(one) or is_empty(other):
        return is_empty(one) and is_empty(other)
    return type(one) is type(other) and bool(one == other)
