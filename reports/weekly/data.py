"""The weekly report as frozen data. Nothing is computed where it is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from partnerbook.compare import is_renaming
from partnerbook.model import (
    Api,
    Change,
    Customer,
    Evidence,
    ReconciliationFigures,
    State,
)
from partnerbook.views import View
from partnerbook.views.filters import zone_of
from partnerbook.wording import Language
from reports.weekly.everybody import Everybody
from reports.weekly.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many customers have one value of a field.

    Attributes:
        name: The value in words.
        count: How many have it now.
        before: How many had it in the older snapshot; None in a first report or an incomplete
            one.
    """

    name: str
    count: int
    before: int | None

    @property
    def change(self) -> int | None:
        """How many more than before; None where that is not known."""
        return None if self.before is None else self.count - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """The customers counted by the values of one field, the most frequent value first.

    Attributes:
        field: Field of `Customer`.
        heading: What the field is called.
        shares: One for each value met now or before. Their counts add up to the total.
    """

    field: str
    heading: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """How many of today's customers were associated in one month.

    Attributes:
        name: ``2026-05``, in the view's zone.
        count: How many.
    """

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many customers the view had in one week.

    Attributes:
        taken_at: Moment of the week's newest exact snapshot, UTC; None where there is none.
        name: ISO week of the week's last day in the view's zone, e.g. ``2026-W20``.
        count: How many; None where that is not known.
    """

    name: str
    taken_at: datetime | None
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something that customers' details lack.

    Attributes:
        key: Its name in `reports.weekly.words`.
        field: Field of `Customer` that it is about.
        ids: Whose details, in the view's order.
    """

    key: str
    field: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to one of the view's customers in the last weeks.

    Attributes:
        seen_at: Moment of the snapshot that showed it first, UTC.
        change: What happened.
    """

    seen_at: datetime
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyReport:
    """Everything that the weekly report says, ready to be laid out.

    Whoever is in the view now or was in it before is reported on. For an exact report
    ``total_before + joined + came_back + moved_in - left - moved_out == total``.

    Attributes:
        account: Whose customers these are: ``partner_id@host``.
        api: The API that answered for the newer snapshot.
        evidence: What was done to get the newer snapshot.
        state: ``"exact"`` when both listings are proven complete.
        missing_at_most: How many customers the newer listing may lack.
        missing_before: How many the older one may lack; 0 in a first report.
        since: Moment of the older snapshot, UTC; None in a first report.
        until: Moment of the newer snapshot, UTC.
        view: Whom the report is about.
        language: Language of the sentences, and of all that is drawn from this.
        columns: The view's columns that the API carries.
        listed: Customers in the newer snapshot, the view's and others.
        customers: The view's customers, in its order.
        total_before: Customers the view had in the older snapshot; None in a first report.
        joined: New customers, in the view's order.
        came_back: Customers that had left before, in the view's order.
        left: Customers that are gone, as last seen, in the view's order.
        days: For each of ``left``, by ID: whole days from association to leaving, where known.
        moved_in: Customers that were there before, outside the view, in the view's order.
        moved_out: Customers that are still there, outside the view, as they are now.
        altered: Single altered fields, by ID, then field.
        breakdowns: Counts by association, verification, country, label and account manager,
            as far as the API carries them.
        months: The last twelve months, the oldest first.
        weeks: The last twelve weeks, the oldest first; empty when only one is known.
        flaws: What customers' details lack, as far as the API carries the field; those that
            nobody has included.
        events: What happened to the view's customers in these weeks, the newest first.
        due_week: ISO week for which the report was due or asked for; None for that of `until`.
        missed: ISO weeks before it of which no report was made.
        number: Number of the newer snapshot in its store; None when it is not kept.
        number_before: The same of the older one.
        reconciliation: What the account's last reconciliation came to; None where there was none,
            and in a report of some of its customers only.
        contact: Whom to ask about the report; None where nobody was named.
        known_digest: The digest, where the customers themselves are only counted; None to take it
            from them.
        warning: What must be read first, when the report is not exact; else None.
        headline: One sentence with the total.
        sentences: At most five, the most important first.
    """

    account: str
    api: Api
    evidence: Evidence
    state: State
    missing_at_most: int
    missing_before: int
    since: datetime | None
    until: datetime
    view: View
    language: Language
    columns: tuple[str, ...]
    listed: int
    customers: tuple[Customer, ...]
    total_before: int | None
    joined: tuple[Customer, ...] = ()
    came_back: tuple[Customer, ...] = ()
    left: tuple[Customer, ...] = ()
    days: tuple[tuple[str, int], ...] = ()
    moved_in: tuple[Customer, ...] = ()
    moved_out: tuple[Customer, ...] = ()
    altered: tuple[Change, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    months: tuple[Month, ...] = ()
    weeks: tuple[Standing, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    events: tuple[Event, ...] = ()
    due_week: str | None = None
    missed: tuple[str, ...] = ()
    number: int | None = None
    number_before: int | None = None
    reconciliation: ReconciliationFigures | None = None
    contact: str | None = None
    known_digest: str | None = None
    warning: str | None = None
    headline: str = ""
    sentences: tuple[str, ...] = ()
    _everybody: Everybody = field(default=Everybody(()), repr=False, compare=False)

    def __post_init__(self) -> None:
        # `replace` passes it on, and may have changed the customers.
        if self._everybody.customers is not self.customers:
            object.__setattr__(self, "_everybody", Everybody(self.customers))

    @property
    def total(self) -> int:
        """Customers in the view now."""
        return len(self.customers)

    @property
    def change(self) -> int | None:
        """How many more customers than before; None in a first report or an incomplete one."""
        if self.total_before is None or self.state != "exact":
            return None
        return self.total - self.total_before

    @property
    def is_first(self) -> bool:
        """True when there was nothing to compare with."""
        return self.since is None

    @property
    def is_quiet(self) -> bool:
        """True when two snapshots were compared and nothing happened."""
        happened = self.joined or self.came_back or self.left or self.altered
        return not (self.is_first or happened or self.moved_in or self.moved_out)

    @property
    def renamed(self) -> tuple[Change, ...]:
        """The alterations that gave a customer another name."""
        return tuple(change for change in self.altered if is_renaming(change))

    @property
    def figures(self) -> tuple[tuple[str, int | None], ...]:
        """The figures to show large, each with its key in `reports.weekly.words`.

        None stands for what is not known: who left, while a listing is incomplete.
        """
        return (
            ("customers", self.total),
            ("change", self.change),
            ("joined", len(self.joined)),
            ("came_back", len(self.came_back)),
            ("left", len(self.left) if self.state == "exact" else None),
            ("with changes", len({change.customer_id for change in self.altered})),
        )

    @property
    def quality(self) -> tuple[Flaw, ...]:
        """The flaws of fields that are shown."""
        return tuple(flaw for flaw in self.flaws if flaw.field in self.columns)

    @property
    def digest(self) -> str:
        """Sixteen letters that stand for the customers as they are shown: equal data, equal."""
        if self.known_digest is not None:
            return self.known_digest
        return self._everybody.digest

    @property
    def fields(self) -> Mapping[str, Sequence[Any]]:
        """The values of the customers, in their order, by field."""
        return self._everybody.fields

    @property
    def json_fields(self) -> Mapping[str, Sequence[Any]]:
        """The same as JSON has them: what the digest is taken from."""
        return self._everybody.json_fields

    @property
    def run(self) -> str:
        """Which week this is of, and which snapshots were compared, as far as they were kept."""
        if self.number is None:
            return self.week
        key = "run of" if self.number_before is None else "run since"
        return words(key, self.language).format(
            week=self.week, number=self.number, before=self.number_before
        )

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the view."""
        return self.view.fingerprint

    @property
    def week(self) -> str:
        """ISO week that the report is called by, e.g. ``2026-W47``.

        That for which it was due or asked for, else that of the as-of in the view's zone.
        """
        return self.due_week or f"{self.until.astimezone(zone_of(self.view.zone)):%G-W%V}"
