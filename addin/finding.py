"""Which customer a name means: for `CUSTOMERFIND` and the button. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from partnerbook.matching.folding import folded
from partnerbook.model import Customer


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a name means.

    Attributes:
        sure: The one customer that bears the name; None when it is not certain.
        candidates: Those that bear it, when they are several; else those whose name only holds
            the text. Empty when `sure` is known, or nobody is like it.
    """

    sure: Customer | None = None
    candidates: tuple[Customer, ...] = ()


class Names:
    """The names of customers: company, account, ID and partner's ID; case and width aside.

    Args:
        listed: The customers.
    """

    def __init__(self, listed: Iterable[Customer]) -> None:
        self._index: defaultdict[str, dict[str, Customer]] = defaultdict(dict)
        for each in listed:
            for name in (each.company_name, each.account_name, each.customer_id, each.xaccount_id):
                if name and (key := folded(name)):
                    self._index[key][each.customer_id] = each

    def find(self, words: str) -> Found:
        """Return whom some words mean; never a guess."""
        wanted = folded(words)
        if not wanted:
            return Found()
        bearing = self._index.get(wanted, {})
        if len(bearing) == 1:
            return Found(sure=next(iter(bearing.values())))
        holding = bearing or {
            key: customer
            for name, held in self._index.items()
            if wanted in name
            for key, customer in held.items()
        }
        return Found(candidates=tuple(holding.values()))
