"""What worksheet functions answer: arguments as cells in, rows of cells out. No xlwings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from addin import cells
from addin.session import Session
from partnerbook.errors import UnknownFilterError
from partnerbook.views import View
from partnerbook.views.filters import query_from

Block = Sequence[Sequence[Any]]
"""Cells as xlwings hands them over: rows of values, None for an empty one."""


def customers(
    session: Session, view_or_filters: Block | None, columns: Block | None, headers: Any
) -> list[list[Any]]:
    """Return the customers that a view or filters show, a row each.

    Args:
        session: Whose listing to read.
        view_or_filters: None or blank for everybody, one cell with a view's name, or two
            columns of filter names and values.
        columns: Headings or field names of the columns wanted; None or blank for all.
        headers: False leaves out the row of headings.

    Raises:
        PartnerbookError: The question is wrong, or there is no listing to read.
    """
    view = view_of(session, view_or_filters)
    wanted = [value for row in columns or () for value in row if _given(value)]
    if wanted:
        view = replace(view, columns=tuple(_column(each) for each in wanted))
    chosen = view.select(session.snapshot(view.query).listing.customers)
    rows = [cells.row_of(each, view.columns, view.language) for each in chosen]
    head = [] if headers is False else [cells.header_row(view.columns, view.language)]
    # An empty array is an error in Excel: a list of nobody is one empty cell.
    return [*head, *rows] or [[""]]


def count(session: Session, view_or_filters: Block | None) -> int:
    """Return how many customers a view or filters show.

    Raises:
        PartnerbookError: As `customers`.
    """
    view = view_of(session, view_or_filters)
    return len(view.select(session.snapshot(view.query).listing.customers))


def view_of(session: Session, view_or_filters: Block | None) -> View:
    """Return the view that the first argument of a function means.

    Raises:
        QueryError: A filter is unknown or malformed, or no view has that name.
    """
    block = [row for row in view_or_filters or () if any(_given(value) for value in row)]
    if not block:
        return View()
    if len(block) == 1 and len(block[0]) == 1:
        return session.view(str(block[0][0]).strip())
    return View(query=query_from(cells.pairs_of(block)))


def _column(name: Any) -> str:
    found = cells.column_of(name) or str(name).strip()
    if found == cells.CHANGE:
        raise UnknownFilterError(
            "a function has no column Change; a refreshed sheet has",
            kind="column",
            name="Change",
            nearest=None,
        )
    return found


def _given(value: Any) -> bool:
    return value is not None and str(value).strip() != ""
