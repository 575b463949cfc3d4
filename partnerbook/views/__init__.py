"""Views: a query with columns, order, zone and language. Pure.

The same view of the same snapshot gives the same customers wherever it is shown.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from partnerbook.errors import UnknownFilterError
from partnerbook.model import CUSTOMER_FIELDS, EVERYBODY, Customer, CustomerQuery, Listing
from partnerbook.views.filters import selects, zone_of
from partnerbook.wording import HEADINGS, Language, label

COLUMNS: tuple[str, ...] = tuple(HEADINGS)
"""The fields that are shown when nobody chooses, in their order."""

_WORDS: dict[str, dict[Language, str]] = {
    "everybody": {"en": "Everybody", "zh": "全部客户"},
    "account": {"en": "account name contains {}", "zh": "账号名包含{}"},
    "company": {"en": "company name contains {}", "zh": "公司名称包含{}"},
    "label": {"en": "label contains {}", "zh": "标签包含{}"},
    "association": {"en": "association is {}", "zh": "关联类型为{}"},
    "since": {"en": "associated since {}", "zh": "关联时间不早于{}"},
    "until": {"en": "associated until {}", "zh": "关联时间不晚于{}"},
    "phone": {"en": "telephone contains {}", "zh": "电话包含{}"},
    "manager": {"en": "account manager contains {}", "zh": "客户经理包含{}"},
    "status": {"en": "verification is {}", "zh": "实名认证为{}"},
    "country": {"en": "country code is {}", "zh": "国家码为{}"},
    "ids": {"en": "customer ID is {}", "zh": "客户ID为{}"},
    "frozen": {"en": "frozen: {}", "zh": "冻结：{}"},
    "level": {"en": "level is {}", "zh": "级别为{}"},
    "or": {"en": " or ", "zh": "或"},
    "and": {"en": "; ", "zh": "；"},
}
_CODE_FIELDS = {"association": "association", "status": "verification", "frozen": "is_frozen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is shown of a snapshot.

    Attributes:
        query: Whom to show.
        name: What the view was saved as; None for one that was not.
        columns: Fields of `Customer` to show, in this order.
        order: Fields to sort by, most important first; a leading ``-`` turns one round.
            Customers without a value come last.
        zone: Zone in which times are shown and dates are cut.
        language: Language of headings and sentences.

    Raises:
        QueryError: A column, the order or the zone is unknown; the nearest is named.
    """

    query: CustomerQuery = EVERYBODY
    name: str | None = None
    columns: tuple[str, ...] = COLUMNS
    order: tuple[str, ...] = ("-associated_at",)
    zone: str = "UTC"
    language: Language = "en"

    def __post_init__(self) -> None:
        zone_of(self.zone)
        for column in (*self.columns, *(field.removeprefix("-") for field in self.order)):
            if column not in CUSTOMER_FIELDS:
                near = difflib.get_close_matches(column, CUSTOMER_FIELDS, n=1)
                hint = (f"did you mean {near[0]}? " if near else "") + "there are: "
                hint += ", ".join(CUSTOMER_FIELDS)
                raise UnknownFilterError(
                    f"no column is called {column[:40]!r}; {hint}",
                    kind="column",
                    name=column,
                    nearest=near[0] if near else None,
                )

    @property
    def fingerprint(self) -> str:
        """Eight letters for *whom* the view shows: equal letters and snapshot, equal counts."""
        return self.query.fingerprint

    def select(self, customers: Iterable[Customer]) -> tuple[Customer, ...]:
        """Return the customers that the view shows, in its order."""
        everybody = self.query == EVERYBODY
        chosen = sorted(
            (each for each in customers if everybody or selects(self.query, each)),
            key=attrgetter("customer_id"),
        )
        # Sorting is stable: the least important key first, the ID decides between equals.
        for field in reversed(self.order):
            chosen = _sorted_by(chosen, field.removeprefix("-"), backwards=field.startswith("-"))
        return tuple(chosen)

    def shown(self, listing: Listing) -> tuple[Customer, ...]:
        """Return the customers of a listing that the view shows, in its order.

        What Partner Center decided stands: a listing asked for by the same association times is
        not cut by time again, because the time that decides there may not be the one it shows.
        """
        query, asked = self.query, listing.query
        if (query.since, query.until) == (asked.since, asked.until):
            query = replace(query, since=None, until=None)
        return replace(self, query=query).select(listing.customers)

    def in_words(self, language: Language | None = None) -> str:
        """Return whom the view shows, as a person would say it."""
        language = language or self.language
        parts = [
            _WORDS[name][language].format(self._say(name, value, language))
            for name, value in self.query.given().items()
        ]
        return _WORDS["and"][language].join(parts) or _WORDS["everybody"][language]

    def _say(self, name: str, value: Any, language: Language) -> str:
        if isinstance(value, list):
            return _WORDS["or"][language].join(f"“{each}”" for each in value)
        if name in _CODE_FIELDS:
            return label(_CODE_FIELDS[name], value, language)
        if name in ("since", "until"):
            return moment_in(datetime.fromisoformat(value), self.zone)
        return f"“{value}”"


def moment_in(moment: datetime, zone: str = "UTC") -> str:
    """Return a moment for people, with its zone: ``2026-03-31 16:00:00 UTC``."""
    try:
        local = moment.astimezone(zone_of(zone))
    except OverflowError:  # of the first and the last day there is, some zones have none
        local = moment
    name = "UTC" if local.tzinfo is UTC else zone
    return f"{local:%Y-%m-%d %H:%M:%S} {name}"


def _sorted_by(customers: list[Customer], field: str, *, backwards: bool) -> list[Customer]:
    known = [each for each in customers if getattr(each, field) is not None]
    unknown = [each for each in customers if getattr(each, field) is None]
    known.sort(key=lambda each: _sort_key(getattr(each, field)), reverse=backwards)
    return known + unknown


def _sort_key(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
