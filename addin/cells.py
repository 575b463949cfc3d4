"""The vocabulary as cells, and cells as the vocabulary. Pure; knows no xlwings.

A cell holds text, a number, a truth, a moment without a zone (here always UTC) or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from types import NoneType
from typing import Any

from partnerbook import text
from partnerbook.errors import QueryError, WorkbookError
from partnerbook.model import Customer
from partnerbook.wording import HEADINGS, Language, heading, label

CHANGE = "change"
"""The column that says what the last refresh changed; no field of `Customer`."""

COLUMNS: tuple[str, ...] = (*HEADINGS, CHANGE)
"""The columns of the list in their order: fields of `Customer`, then `CHANGE`."""

MOMENT_FIELDS = frozenset({"associated_at"})
"""Columns that hold moments; all others hold text."""

TEXT_FORMAT = "@"
"""The number format of columns that hold text."""

MOMENT_FORMAT = "yyyy-mm-dd hh:mm"
"""The number format of columns that hold moments."""

_CHANGE: dict[Language, str] = {"en": "Change", "zh": "变化"}
_CODES = frozenset({"association", "verification", "customer_type", "is_frozen"})
_BY_HEADING = {
    **{words.casefold(): field for field, each in HEADINGS.items() for words in each.values()},
    **{words.casefold(): CHANGE for words in _CHANGE.values()},
}


def column_heading(column: str, language: Language = "en") -> str:
    """Return what a column of `COLUMNS` is called on the sheet."""
    return _CHANGE[language] if column == CHANGE else heading(column, language)


def column_of(words: Any) -> str | None:
    """Return the column that a heading stands for, in either language; None for a user's own."""
    return _BY_HEADING.get(str(words or "").strip().casefold())


def cell(customer: Customer, field: str, language: Language = "en") -> Any:
    """Return a field as its cell holds it: codes in words, moments in UTC, "" for nothing."""
    return _shown(getattr(customer, field), field, language)


def _shown(value: Any, field: str, language: Language) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    if field in _CODES:
        return _said(field, value, language)
    return text.for_cell(str(value))


@lru_cache(maxsize=4096, typed=True)
def _said(field: str, value: Any, language: Language) -> str:
    return text.for_cell(label(field, value, language))


def row_of(customer: Customer, fields: Sequence[str], language: Language = "en") -> list[Any]:
    """Return a customer as cells, in the order of the fields."""
    return [cell(customer, field, language) for field in fields]


def rows_of(customers: Sequence[Customer], language: Language = "en") -> list[dict[str, Any]]:
    """Return customers as rows of the list, by column, without `CHANGE`.

    What `cell` says of each field, with None for nothing.
    """
    fields = COLUMNS[:-1]
    columns = [
        _column_of(list(map(attrgetter(each), customers)), each, language) for each in fields
    ]
    return [dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=True)]


def _column_of(values: list[Any], field: str, language: Language) -> list[Any]:
    kinds = set(map(type, values)) - {NoneType}
    if field in _CODES and len(kinds) == 1:  # 1 is not true
        known = {value: _shown(value, field, language) or None for value in set(values)}
        return [known[value] for value in values]
    if kinds == {str}:
        texts = list(filter(None, values))
        if text.all_fit(texts):
            return [value or None for value in values] if len(texts) < len(values) else values
    return [_shown(value, field, language) or None for value in values]


def header_row(columns: Sequence[str], language: Language = "en") -> list[str]:
    """Return the headings of columns, in their order."""
    return [column_heading(column, language) for column in columns]


def same(one: Any, other: Any) -> bool:
    """Return whether two cells show the same; moments to the second, nothing like ""."""
    if type(one) is type(other) and one == other:
        return True
    one, other = ("" if each is None else each for each in (one, other))
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs(one - other) <= timedelta(seconds=1)
    return type(one) is type(other) and bool(one == other)


def key(value: Any) -> str:
    """Return the customer ID that a cell holds; "" for none.

    A number can only be an ID that somebody retyped: it is read without its ".0".
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def pairs_of(block: Sequence[Sequence[Any]]) -> tuple[tuple[str, Any], ...]:
    """Return the filters that a two-column block of cells asks for, for `query_from`.

    Values are handed on as the cells hold them: text, number, truth or date. A filter without
    a value is left out.

    Raises:
        WorkbookError: The block does not have two columns.
        QueryError: A value stands beside no name.
    """
    pairs = []
    for line in block:
        if len(line) != 2:
            raise WorkbookError(
                "the filter block pb_filters must have two columns, name and value; it has "
                f"{len(line)}"
            )
        name, value = line
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if name is None or not str(name).strip():
            raise QueryError("a filter value stands beside an empty name; name it or delete it")
        pairs.append((str(name), value))
    return tuple(pairs)
