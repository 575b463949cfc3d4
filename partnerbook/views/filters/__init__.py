"""Filters: what a person writes, whom it selects, and what the API may be asked. Pure.

Three views of one thing:

* `query_from` reads names and values, as typed as options or on a sheet, into a query.
* `selects` decides whether a customer answers the query. It is the only definition of that.
* `narrowing` says which part the API can be asked without losing anyone whom `selects` wants.
"""

from __future__ import annotations

from partnerbook.views.filters.narrowed import Narrowing, narrowing
from partnerbook.views.filters.reading import (
    FILTER_NAMES,
    filter_name,
    moment_meant,
    query_from,
    zone_of,
)
from partnerbook.views.filters.selecting import not_carried, selects

__all__ = [
    "FILTER_NAMES",
    "Narrowing",
    "filter_name",
    "moment_meant",
    "narrowing",
    "not_carried",
    "query_from",
    "selects",
    "zone_of",
]
