"""Five scripted weeks: what happens to a population of customers. Pure data, no clock.

Week 1 is the population as it stands. Each later week is a list of steps that can be played on
any state: a step that concerns somebody who is not there any more is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from partnerbook.model import Customer
from partnerbook.sandbox.people import LABELS, LAST_MONDAY, MANAGERS, WEEKS, company_name, monday
from partnerbook.sandbox.people import person as invented

_WEEK = 7 * 86_400
_RENAMES, _RELABELS, _VERIFICATIONS = 2, 3, 2
_ONE_EACH = ("association", "account_manager", "is_frozen")
_JOINERS, _LEAVERS = 5, 3


@dataclass(frozen=True, slots=True)
class Week:
    """What happens in one week.

    Attributes:
        add: Customers who join or come back.
        remove: IDs of customers who leave.
        change: ID of a customer, and the fields that get new values.
    """

    add: tuple[Customer, ...] = ()
    remove: tuple[str, ...] = ()
    change: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    def played_on(self, customers: Mapping[str, Customer]) -> dict[str, Customer]:
        """Return the customers, by ID, after this week."""
        after = dict(customers)
        for customer_id in self.remove:
            after.pop(customer_id, None)
        for customer_id, values in self.change:
            if customer_id in after:
                after[customer_id] = replace(after[customer_id], **values)
        for customer in self.add:
            after[customer.customer_id] = customer
        return after


def scripted_weeks(
    start: tuple[Customer, ...], seed: int, last_monday: date = LAST_MONDAY
) -> tuple[Week, ...]:
    """Return what happens in weeks 2 to 5.

    In each week customers join, leave, are renamed, change label, association, verification
    and salesperson; from week 3 on somebody who left comes back.
    """
    rng = Random(f"weeks {seed}")  # noqa: S311  as above: invented
    state = {customer.customer_id: customer for customer in start}
    gone: list[Customer] = []
    weeks = []
    for number in range(2, WEEKS + 1):
        # A number of its own keeps each joiner's login apart from everybody else's.
        first = len(start) + number * 100
        week = _one_week(rng, first, list(state.values()), gone, monday(number, last_monday))
        back = {customer.customer_id for customer in week.add}
        gone = [c for c in gone if c.customer_id not in back]
        gone += [state[customer_id] for customer_id in week.remove]
        state = week.played_on(state)
        weeks.append(week)
    return tuple(weeks)


def _one_week(
    rng: Random, first: int, present: list[Customer], gone: list[Customer], end: datetime
) -> Week:
    def before_end() -> datetime:
        return end - timedelta(seconds=rng.randrange(1, _WEEK))

    joiners = [
        invented(rng, first + each, before_end())
        for each in range(min(_JOINERS, len(present) // 10 + 1))
    ]
    back = [replace(each, associated_at=before_end()) for each in gone[:1]]
    chosen = rng.sample(present, len(present))
    leavers = chosen[: min(_LEAVERS, len(chosen) // 10)]
    staying = chosen[len(leavers) :]
    return Week(
        add=tuple(joiners + back),
        remove=tuple(each.customer_id for each in leavers),
        change=tuple(_changes(rng, staying)),
    )


def _changes(rng: Random, staying: list[Customer]) -> list[tuple[str, dict[str, Any]]]:
    verified = [c for c in staying if c.verification == "2"]
    waiting = [c for c in staying if c.verification in {"-1", "0"}]
    renamed = [c for c in verified if c.customer_type == 1][:_RENAMES]
    rest = [c for c in verified if c not in renamed]
    changes: list[tuple[str, dict[str, Any]]] = [
        (c.customer_id, {"company_name": _other_name(rng, c)}) for c in renamed
    ]
    changes += [(c.customer_id, {"label": _other(rng, LABELS, c.label)}) for c in rest[:_RELABELS]]
    for c, field in zip(rest[_RELABELS:], _ONE_EACH, strict=False):
        after = {
            "association": "1" if c.association == "3" else "3",
            "account_manager": _other(rng, MANAGERS, c.account_manager),
            "is_frozen": not c.is_frozen,
        }
        changes.append((c.customer_id, {field: after[field]}))
    for c in waiting[:_VERIFICATIONS]:
        name = company_name(rng, c.country_code)
        changes.append(
            (c.customer_id, {"verification": "2", "company_name": name, "customer_type": 1})
        )
    return changes


def _other(rng: Random, choices: Sequence[str | None], than: str | None) -> str | None:
    return rng.choice([each for each in choices if each != than])


def _other_name(rng: Random, customer: Customer) -> str:
    while (name := company_name(rng, customer.country_code)) == customer.company_name:
        pass
    return name
