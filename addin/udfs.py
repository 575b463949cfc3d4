"""Worksheet functions. Each reads the session and shapes the answer; none asks the network.

xlwings takes every name, docstring and argument text here into Excel, and reads type hints as
converters, on Windows only: so there are none.
"""

# ruff: noqa: ANN001, ANN002, ANN201, ANN202, N802  see above; Excel's functions are in capitals
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

from __future__ import annotations

import functools
import logging

import xlwings as xw

from addin import answers
from addin.session import SESSION
from partnerbook.errors import PartnerbookError

log = logging.getLogger(__name__)

_FILTERS = "Nothing for everybody, a view's name, or a two-column range of filter names and values"
_COLUMNS = "Headings of the columns to show; nothing for all"
_HEADERS = "FALSE leaves out the row of headings"


def _cell_safe(function):
    """Turn an error into one short text: xlwings would show a traceback in the cell."""

    @functools.wraps(function)
    def guarded(*args):
        try:
            return function(*args)
        except PartnerbookError as error:
            log.warning("%s: %s", function.__name__, error)
            return error.cell_text
        except Exception:
            log.exception("%s failed", function.__name__)
            return PartnerbookError.cell_text

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
def CUSTOMERCOUNT(view_or_filters=None):
    """Count the customers of the last refresh, filtered."""
    return answers.count(SESSION, view_or_filters)
