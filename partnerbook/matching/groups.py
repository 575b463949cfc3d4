"""Customers who belong together, and the ledger's rows of them. Pure.

References only: a group changes nothing in who is matched with what. It tells an accountant
that one row may stand for several customers: a group's subsidiaries share a core name, a
reseller's customers share the partner's ID.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from partnerbook.matching.names import readings
from partnerbook.matching.placeholders import is_placeholder
from partnerbook.model import Customer, LedgerLine
from partnerbook.text import is_masked

GroupKind = Literal["xaccount_id", "name"]
MOST_NAMES = 20_000  # taking a name apart costs 50 µs; a longer list is not looked at by name
_SHORTEST = {True: 2, False: 4}  # characters of a core name that says anything: Chinese, others
_CROWD = 50  # a name that more bear is a word, no group


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Customers who belong together.

    Attributes:
        kind: What they share: the partner's ID, or the core of their names.
        name: The ID or core name itself.
        customers: Their IDs, two at least, in order.
        rows: Rows of the ledger that bear the same ID or name, in order.
    """

    kind: GroupKind
    name: str
    customers: tuple[str, ...]
    rows: tuple[int, ...]


def find_groups(customers: Sequence[Customer], lines: Sequence[LedgerLine]) -> tuple[Group, ...]:
    """Return the groups of which the ledger has at least one row: by partner's ID, then name."""
    by_id = _shared((each.xaccount_id or "", each.customer_id) for each in customers)
    rows_by_id = _rows(((line.xaccount_id or "",), line.row) for line in lines)
    found = _groups("xaccount_id", by_id, rows_by_id)
    if len(customers) + len(lines) <= MOST_NAMES:
        named = [(each.company_name or "", each.customer_id) for each in customers]
        by_name = _shared((core, one) for name, one in named for core in _cores(name))
        rows_by_name = _rows((_cores(line.company_name or ""), line.row) for line in lines)
        known = {group.customers for group in found}
        # Those whom the partner's own ID holds together are one group already.
        found += [
            each for each in _groups("name", by_name, rows_by_name) if each.customers not in known
        ]
    return tuple(found)


def _groups(
    kind: GroupKind, shared: Mapping[str, Sequence[str]], rows: Mapping[str, Sequence[int]]
) -> list[Group]:
    return [
        Group(kind=kind, name=name, customers=tuple(sorted(shared[name])), rows=tuple(rows[name]))
        for name in sorted(shared)
        if name in rows and 2 <= len(shared[name]) <= _CROWD
    ]


def _shared(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, customer_id in pairs:
        if not is_placeholder(name) and not is_masked(name):
            found[name.strip()].append(customer_id)
    return found


def _rows(pairs: Iterable[tuple[Iterable[str], int]]) -> Mapping[str, Sequence[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for names, row in pairs:
        for name in names:
            found[name].append(row)
    return found


def _cores(name: str) -> set[str]:
    if not name or is_masked(name):
        return set()
    cores = {reading.compact for reading in readings(name)}
    return {core for core in cores if len(core) >= _SHORTEST[not core.isascii()]}
