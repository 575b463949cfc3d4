"""The register: each break's life over the months, and what people wrote beside it. Pure.

A break is *new* the first time, *open* after that, *explained* once a person said so, *closed*
when it is gone, and *re-opened* when it comes back. What could not be checked this time keeps
its state: unknown is not gone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from partnerbook.model import Break, BreakKind

STATES = ("new", "open", "explained", "closed", "re-opened")
CAUSES = (
    "timing",
    "not yet in ledger",
    "left the partner",
    "name changed",
    "duplicate account",
    "reseller's customer",
    "virtual account",
    "test account",
    "data error",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One break in the register.

    Attributes:
        id: The break's ID.
        kind: Its kind.
        state: One of `STATES`.
        first_seen: Day of the first reconciliation that had it. UTC.
        reopened: How often it came back.
        owner: Who takes care of it; written by people, like the three below.
        cause: Why it is there, best one of `CAUSES`.
        comment: Anything.
        due: When it should be settled, as people wrote it.
        keys: As of `Break`: by these a break is known again whose line got another key.
        facts: As of `Break`.
        name: As of `Break`, the last time it was there; ``""`` where an earlier version made it.
        customer_id: As of `Break`, the last time it was there.
        closed: Day of the first reconciliation that did not have it any more, UTC; None while it
            is there, and where an earlier version closed it.
    """

    id: str
    kind: BreakKind
    state: str
    first_seen: date
    reopened: int = 0
    owner: str = ""
    cause: str = ""
    comment: str = ""
    due: str = ""
    keys: tuple[str, ...] = ()
    facts: str = ""
    name: str = ""
    customer_id: str | None = None
    closed: date | None = None

    def age(self, on: date) -> int:
        """Return the whole days since the break was first seen, until it was closed."""
        return ((self.closed or on) - self.first_seen).days

    def bucket(self, on: date) -> str:
        """Return the age as accountants sort it."""
        age = self.age(on)
        return (
            "0-30" if age <= 30 else "31-60" if age <= 60 else "61-90" if age <= 90 else "over 90"
        )


def known_again(breaks: Iterable[Break], before: Mapping[str, Entry]) -> tuple[Break, ...]:
    """Return the breaks, those whose line got another key under the ID they had before.

    A line that gets the vendor's ID, or another name, has another best key and so another ID.
    Where it shares any key with exactly one break of its kind that is no longer there, and
    nothing else does, it is that break.
    """
    found = tuple(breaks)
    present = {each.id for each in found}
    gone: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in before.values():
        if entry.id not in present:
            for key in entry.keys:
                gone[entry.kind, key].add(entry.id)
    wanted: dict[str, str] = {}
    for each in found:
        if each.id in before or not each.keys:
            continue
        candidates = {old for key in each.keys for old in gone[each.kind, key]}
        if len(candidates) == 1:
            wanted[each.id] = candidates.pop()
    claims = Counter(wanted.values())
    return tuple(
        replace(each, id=wanted[each.id])
        if each.id in wanted and claims[wanted[each.id]] == 1
        else each
        for each in found
    )


def carried_forward(  # noqa: PLR0913  keywords, each a fact about this time
    breaks: Iterable[Break],
    before: Mapping[str, Entry],
    on: date,
    *,
    unchecked: Collection[BreakKind] = (),
    unjudged: Collection[str] = (),
    explained: Mapping[str, str] | None = None,
    lapsed: Collection[str] = (),
    repeated: bool = False,
) -> tuple[Entry, ...]:
    """Return the register after a reconciliation: its breaks, then those that are gone.

    Args:
        breaks: What does not reconcile now.
        before: The register of the last time, by break ID; empty the first time.
        on: Day of this reconciliation. UTC.
        unchecked: Kinds that could not be checked now; theirs are not gone.
        unjudged: Breaks of which nobody can say now whether they are gone.
        explained: Breaks that a decision in force explains, each with its reason.
        lapsed: Breaks whose explanation was revoked or has expired.
        repeated: Whether this is the last time's reconciliation made again: what was new in it
            still is.
    """
    reasons = explained or {}
    now = []
    for each in breaks:
        old = before.get(each.id)
        entry = _seen(each, old, on, lapsed=each.id in lapsed)
        if repeated and old and old.state in {"new", "re-opened"}:
            entry = _of_now(old, each)
        if each.id in reasons:
            comment = entry.comment or reasons[each.id]
            entry = replace(_with(entry, "explained"), comment=comment)
        now.append(entry)
    now = _with_timing(now, before)
    present = {entry.id for entry in now}
    gone = [
        entry
        if entry.kind in unchecked or entry.id in unjudged or entry.state == "closed"
        else replace(_with(entry, "closed"), closed=on)
        for entry in before.values()
        if entry.id not in present
    ]
    return (*now, *sorted(gone, key=lambda entry: entry.id))


def with_written(register: Iterable[Entry], written: Mapping[str, Entry]) -> tuple[Entry, ...]:
    """Return the register with what another one says of the same breaks.

    What people wrote there counts where this one's cells are empty; what it closed already was
    closed on that day.
    """
    found = []
    for entry in register:
        other = written.get(entry.id, entry)
        new = _with_texts(entry, other)
        is_same = (entry.first_seen, entry.reopened) == (other.first_seen, other.reopened)
        if entry.closed and other.closed and is_same:
            new = replace(new, closed=min(entry.closed, other.closed))
        found.append(new)
    return tuple(found)


def _with_timing(now: Iterable[Entry], before: Mapping[str, Entry]) -> list[Entry]:
    """Return the entries, new ones with what was written while they were timing."""
    waited = {each.customer_id: each for each in before.values() if each.kind == "timing"}
    return [
        _with_texts(each, waited[each.customer_id])
        if each.state == "new" and each.kind == "not_in_ledger" and each.customer_id in waited
        else each
        for each in now
    ]


def _with_texts(entry: Entry, other: Entry) -> Entry:
    texts = {
        name: getattr(entry, name) or getattr(other, name)
        for name in ("owner", "cause", "comment", "due")
    }
    return replace(entry, **texts)


def _seen(each: Break, old: Entry | None, on: date, *, lapsed: bool) -> Entry:
    if old is None:
        return _of_now(Entry(id=each.id, kind=each.kind, state="new", first_seen=on), each)
    is_other = old.facts not in {"", each.facts}  # an explanation was of what stood there
    old = _of_now(old, each)
    if old.state == "closed":
        return replace(_with(old, "re-opened"), reopened=old.reopened + 1, closed=None)
    return old if old.state == "explained" and not (lapsed or is_other) else _with(old, "open")


def _of_now(entry: Entry, found: Break) -> Entry:
    return replace(
        entry, keys=found.keys, facts=found.facts, name=found.name, customer_id=found.customer_id
    )


def _with(entry: Entry, state: str) -> Entry:
    return replace(entry, state=state)
