"""The customers of a list, one column at a time: the words that stand in every report. Pure.

Column by column, not cell by cell: a hundred thousand customers have two associations, so two
phrases are looked up and not a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from types import NoneType
from typing import Any

from partnerbook import text
from partnerbook.model import Customer
from partnerbook.wording import CODED, Language, label


def values(customers: Sequence[Customer], column: str, language: Language) -> list[Any]:
    """Return a field of each customer: codes in words, moments as they are, None for None."""
    raw = list(map(attrgetter(column), customers))
    if column == "associated_at":
        return raw
    if column not in CODED and set(map(type, raw)) <= {str, NoneType}:
        return raw
    said = {each: None if each is None else label(column, each, language) for each in set(raw)}
    return [said[each] for each in raw]


def texts(customers: Sequence[Customer], column: str, language: Language) -> list[str]:
    """Return a field of each customer as the text of its cell; ``""`` for None."""
    found = values(customers, column, language)
    if column == "associated_at":
        return ["" if each is None else _minute(each) for each in found]
    shown = [each or "" for each in found]
    # What is printable needs no cleaning, and what is short no cutting: mostly, that is all.
    if "".join(shown).isprintable() and max(map(len, shown), default=0) * 2 <= text.CELL_UNITS:
        return shown
    return [text.for_cell(each) for each in shown]


def shown(customer: Customer, column: str, language: Language) -> str:
    """Return a field of one customer as the text of its cell; ``""`` for None."""
    value = getattr(customer, column)
    if value is None:
        return ""
    if column == "associated_at":
        return _minute(value)
    return text.for_cell(label(column, value, language))


def rows(
    customers: Sequence[Customer], columns: Sequence[str], language: Language
) -> list[tuple[Any, ...]]:
    """Return the values of some columns, customer by customer."""
    if not columns:
        return [()] * len(customers)
    return list(zip(*(values(customers, each, language) for each in columns), strict=True))


def rows_of_text(
    customers: Sequence[Customer], columns: Sequence[str], language: Language
) -> list[tuple[str, ...]]:
    """Return the texts of some columns, customer by customer."""
    if not columns:
        return [()] * len(customers)
    return list(zip(*(texts(customers, each, language) for each in columns), strict=True))


def _minute(moment: datetime) -> str:
    return moment.isoformat(" ")[:16]  # without its zone: the heading says UTC
