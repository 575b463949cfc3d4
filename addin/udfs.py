"""Worksheet functions. Each reads the session and shapes the answer; none asks the network.

xlwings takes every name, docstring and argument text here into Excel, and reads type hints as
converters, on Windows only: so there are none, but that of an answer that is always a number.
From it the add-in knows whose ``#PB`` text must become #N/A (see `addin.xlam.marks`).
"""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202, N802  see above; Excel's functions are in capitals
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import functools
from datetime import UTC, datetime

import xlwings as xw

from addin import answers
from addin.session import SESSION

_FILTERS = "Nothing for everybody, a view's name, or a two-column range of filter names and values"
_COLUMNS = "Headings of the columns to show; nothing for all"
_AS_OF = "A date: the list at the end of that day (UTC, or the view's zone); nothing: the last"
_FIELD = "Heading of a column, such as Label"
_HEADERS = "FALSE leaves out the row of headings"


def _cell_safe(function):
    """Turn an error into one short text: xlwings would show a traceback in the cell."""

    @functools.wraps(function)
    def guarded(*args):
        try:
            return function(*args)
        except Exception as error:  # noqa: BLE001  the edge: whatever it was, one short text
            return SESSION.failed(function.__name__, error)

    return guarded


@xw.func
@xw.arg("view_or_filters", ndim=2, doc=_FILTERS)
@xw.arg("columns", ndim=2, doc=_COLUMNS)
@xw.arg("headers", doc=_HEADERS)
@_cell_safe
def CUSTOMERS(view_or_filters=None, columns=None, headers=None):
    """List the customers of the last refresh, filtered."""
    return answers.customers(SESSION, view_or_filters, columns, headers)


@xw.func
@xw.arg("view_or_filters", ndim=2, doc=_FILTERS)
@_cell_safe
def CUSTOMERCOUNT(view_or_filters=None) -> int:
    """Count the customers of the last refresh, filtered."""
    return answers.count(SESSION, view_or_filters)


@xw.func
@xw.arg("ids", ndim=2, doc="One customer ID, or a range of them")
@xw.arg("field", doc=_FIELD)
@xw.arg("as_of", doc=_AS_OF)
@_cell_safe
def CUSTOMERFIELD(ids, field, as_of=None):
    """Look up one field of one or many customers."""
    return answers.field(SESSION, ids, field, as_of)


@xw.func
@xw.arg("names", ndim=2, doc="One name, or a range of them: company, account or ID")
@xw.arg("field", doc=_FIELD + "; nothing for the customer ID")
@_cell_safe
def CUSTOMERFIND(names, field=None):
    """Find the customer a name means; #several and their count when it is not certain."""
    return answers.find(SESSION, names, field)


@xw.func
@xw.arg("view_or_filters", ndim=2, doc=_FILTERS)
@xw.arg(
    "since", doc="A date: changes from that day on (UTC, or the view's zone); nothing: the last two"
)
@_cell_safe
def CUSTOMERCHANGES(view_or_filters=None, since=None):
    """List what changed between snapshots."""
    return answers.changes(SESSION, view_or_filters, since)


@xw.func
@xw.arg("as_of", doc=_AS_OF)
@xw.arg("view_or_filters", ndim=2, doc=_FILTERS)
@_cell_safe
def CUSTOMERSASOF(as_of, view_or_filters=None):
    """List the customers as they were at the end of a day, filtered."""
    return answers.customers(SESSION, view_or_filters, None, None, as_of)


@xw.func
@xw.arg("what", doc="as_of, age, state, missing, count, fingerprint, account, api or error")
@_cell_safe
def CUSTOMERSTATUS(what=None):
    """Say how many, how sure and how old the last listing is."""
    return answers.status(SESSION, what, datetime.now(UTC))
