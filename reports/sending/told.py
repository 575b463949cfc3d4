"""What the last mails told, so that the next ones go on from there and nothing is told twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from partnerbook.errors import MailError
from partnerbook.store import Run
from reports.sending.outbox import KEPT, Outbox, moment_named, moment_of

Told = Mapping[tuple[str, str], tuple[str, datetime]]
"""Name of an audience and bare address -> week of their last mail, moment of its list (UTC)."""


def last_told(runs: Iterable[Run], outbox: Outbox, *, week: str, now: datetime) -> Told:
    """Return the list that each recipient's last mail before a week told.

    A mail that is still to be sent, or that nobody knows the fate of, counts as one that told
    its list: its bytes are kept. One that was refused or put aside told nobody anything, nor did
    a week in which the policy sent none. One of which too little is known does not count either,
    nor one that is as old as frozen mails are kept.

    Args:
        runs: The runs of weekly mails.
        outbox: Where their mails are frozen.
        week: ISO week for which mails are to be made.
        now: The clock. UTC.
    """
    told: dict[tuple[str, str], tuple[str, datetime]] = {}
    for run in sorted(runs, key=lambda each: each.key, reverse=True):
        _, audience, of = run.key.split("/")
        if of >= week or (audience, run.recipient) in told or now - run.changed_at > KEPT:
            continue
        if run.state in ("skipped", "refused"):
            continue
        if moment := _listed_at(run, outbox):
            told[audience, run.recipient] = of, moment
    return told


def told_to(told: Told, audience: str, recipients: Iterable[str]) -> datetime | None:
    """Return the list to go on from in one mail for several of an audience; None: not known.

    It is that of the newest week any of them was told about; where they were told two, the
    older one, since a change told twice is better than one told never.
    """
    known = [told[audience, each] for each in recipients if (audience, each) in told]
    newest = max((week for week, _ in known), default="")
    return min((moment for week, moment in known if week == newest), default=None)


def _listed_at(run: Run, outbox: Outbox) -> datetime | None:
    try:
        mail = outbox.frozen(run.file, run.digest)
    except MailError:
        if run.state == "planned":
            return None  # nobody will ever read it from here
        # Frozen on another machine that shares the store, or removed: its name still tells.
        return moment_named(run.file) or run.changed_at
    return moment_of(mail)
