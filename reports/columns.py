"""The customers of a list, one column at a time: the words that stand in every report. Pure.

Column by column, not cell by cell: a hundred thousand customers have two associations, so two
phrases are looked up and not a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter
from types import NoneType
from typing import Any

from partnerbook import text
from partnerbook.model import CUSTOMER_FIELDS, Customer
from partnerbook.wording import CODED, Language, label

_AT_ONCE = 500
_TO_THE_MINUTE, _TO_THE_SECOND = 16, 19  # letters of a time


def fields_of(customers: Sequence[Customer]) -> dict[str, list[Any]]:
    """Return the values of every field, customer by customer, by the field's name."""
    found: dict[str, list[Any]] = {name: [] for name in CUSTOMER_FIELDS}
    more = [(values.extend, attrgetter(name)) for name, values in found.items()]
    for some in _some_at_once(customers):
        for extend, field in more:
            extend(map(field, some))
    return found


def shown(customer: Customer, column: str, language: Language) -> str:
    """Return a field of one customer as the text of its cell; ``""`` for None."""
    value = getattr(customer, column)
    if value is None:
        return ""
    if column == "associated_at":
        return _time(value)
    return text.for_cell(label(column, value, language))


def rows(
    customers: Sequence[Customer], columns: Sequence[str], language: Language
) -> list[tuple[Any, ...]]:
    """Return the values of some columns, customer by customer."""
    return _rows(customers, columns, partial(_said, language=language))


def rows_of_text(
    customers: Sequence[Customer],
    columns: Sequence[str],
    language: Language,
    *,
    has_seconds: bool = False,
) -> list[tuple[str, ...]]:
    """Return the texts of some columns, customer by customer; times in minutes unless said."""
    length = _TO_THE_SECOND if has_seconds else _TO_THE_MINUTE
    return _rows(customers, columns, partial(_texts, language=language, length=length))


def values_at_once(
    fields: Mapping[str, Sequence[Any]], columns: Sequence[str], language: Language
) -> Iterator[list[list[Any]]]:
    """Yield the values of some columns, each a list, of some customers at a time.

    The arguments are those of `texts_at_once`.
    """
    return _at_once(fields, columns, partial(_said, language=language))


def texts_at_once(
    fields: Mapping[str, Sequence[Any]], columns: Sequence[str], language: Language
) -> Iterator[list[list[str]]]:
    """Yield the texts of some columns, each a list, of some customers at a time.

    Args:
        fields: The customers' values, see `fields_of`.
        columns: Fields of `Customer`.
        language: Language of codes.
    """
    return _at_once(fields, columns, partial(_texts, language=language))


def _at_once(
    fields: Mapping[str, Sequence[Any]],
    columns: Sequence[str],
    said: Callable[[list[Any], str], list[Any]],
) -> Iterator[list[list[Any]]]:
    for at in range(0, len(fields["customer_id"]), _AT_ONCE):
        yield [said(list(fields[column][at : at + _AT_ONCE]), column) for column in columns]


def _rows(
    customers: Sequence[Customer],
    columns: Sequence[str],
    said: Callable[[list[Any], str], list[Any]],
) -> list[tuple[Any, ...]]:
    if not columns:
        return [()] * len(customers)
    out: list[tuple[Any, ...]] = []
    fields = [(column, attrgetter(column)) for column in columns]
    for some in _some_at_once(customers):
        found = (said(list(map(field, some)), column) for column, field in fields)
        out.extend(zip(*found, strict=True))
    return out


def _some_at_once(customers: Sequence[Customer]) -> Iterator[Sequence[Customer]]:
    # All of some customers, not some of all: they are anywhere in memory, and to fetch each of
    # them for each column takes more than twice as long.
    for at in range(0, len(customers), _AT_ONCE):
        yield customers[at : at + _AT_ONCE]


def _said(raw: list[Any], column: str, language: Language) -> list[Any]:
    if column == "associated_at":
        return raw
    if column not in CODED and set(map(type, raw)) <= {str, NoneType}:
        return raw
    said = {each: None if each is None else label(column, each, language) for each in set(raw)}
    return [said[each] for each in raw]


def _texts(
    raw: list[Any], column: str, language: Language, length: int = _TO_THE_MINUTE
) -> list[str]:
    if column == "associated_at":
        return ["" if each is None else _time(each, length) for each in raw]
    unknown = raw.count(None)
    if unknown == len(raw):  # a field that the API does not carry
        return [""] * len(raw)
    shown = _said(raw, column, language)
    if unknown:
        shown = [each or "" for each in shown]
    return shown if text.all_fit(shown) else [text.for_cell(each) for each in shown]


def _time(moment: datetime, length: int = _TO_THE_MINUTE) -> str:
    return moment.isoformat(" ")[:length]  # without its zone: the heading says UTC
