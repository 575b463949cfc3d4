"""A report's customers, field by field: worked out once, when somebody asks. Pure.

Counts, digest, workbook and page all read columns. To fetch the values of 100,000 customers from
wherever in memory they are takes a seventh of a second, each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from partnerbook.model import Customer
from reports.columns import fields_of
from reports.weekly.digest import digest_of, json_fields


class Everybody:
    """The customers of a report.

    Args:
        customers: Whom, in their order.
    """

    def __init__(self, customers: tuple[Customer, ...]) -> None:
        self.customers = customers

    @cached_property
    def fields(self) -> Mapping[str, Sequence[Any]]:
        """The values of each field, in the customers' order, by the field's name."""
        return fields_of(self.customers)

    @cached_property
    def digest(self) -> str:
        """Sixteen letters that stand for them: equal customers, equal letters."""
        return digest_of(self.json_fields)

    @cached_property
    def json_fields(self) -> Mapping[str, Sequence[Any]]:
        """The values as JSON has them, see `digest.json_fields`."""
        return json_fields(self.fields)
