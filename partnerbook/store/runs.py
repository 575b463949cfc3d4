"""Runs: which mail went to whom, claimed before it goes, so that nobody gets it twice.

A run that somebody claimed is never claimed again: whoever dies after claiming it leaves a run
in the state ``sending``, of which nobody can know whether the mail went out. A person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from partnerbook.model import from_utc_text, utc_text
from partnerbook.store.schema import runs

RunState = Literal["planned", "sending", "sent", "refused", "uncertain", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One mail to one recipient.

    Attributes:
        key: Report, audience and ISO week of the due date: ``weekly/sales/2026-W47``.
        recipient: Whose mail it is: the bare address.
        state: ``planned`` not begun; ``sending`` claimed; ``sent`` the server took it;
            ``refused`` the server will not; ``uncertain`` nobody knows; ``skipped`` on purpose.
        digest: SHA-256 of the frozen mail, in hexadecimal; empty for a skipped one.
        file: Name of the frozen mail in the outbox; empty for a skipped one.
        changed_at: When it came into its state. UTC.
        said: Why it is in that state: the server's words, or ours.
    """

    key: str
    recipient: str
    state: RunState
    digest: str
    file: str
    changed_at: datetime
    said: str = ""


def plan(connection: sa.Connection, run: Run) -> Run:
    """Keep a run, unless one of its key and recipient is kept; return the one that is."""
    mine = sa.and_(runs.c.key == run.key, runs.c.recipient == run.recipient)
    if found := _read(connection, mine):
        return found[0]
    values = {
        "key": run.key,
        "recipient": run.recipient,
        "state": run.state,
        "digest": run.digest,
        "file": run.file,
        "changed_at": utc_text(run.changed_at),
        "said": run.said,
    }
    try:
        with connection.begin_nested():
            connection.execute(runs.insert().values(**values))
    except sa.exc.IntegrityError:
        pass  # PostgreSQL: another process was quicker between the two statements
    return _read(connection, mine)[0]


def move(connection: sa.Connection, run: Run, to: RunState, now: datetime, said: str) -> bool:
    """Compare and set the state of a run; False when it is no longer the one given."""
    return _compare_and_set(connection, run, state=to, changed_at=utc_text(now), said=said)


def replan(connection: sa.Connection, run: Run, digest: str, file: str, now: datetime) -> bool:
    """Compare and set the mail of a planned run; False when it is no longer the one given."""
    mail = {"digest": digest, "file": file, "changed_at": utc_text(now), "said": ""}
    return run.state == "planned" and _compare_and_set(connection, run, **mail)


def _compare_and_set(connection: sa.Connection, run: Run, **values: str) -> bool:
    done = connection.execute(
        runs.update()
        .where(
            runs.c.key == run.key,
            runs.c.recipient == run.recipient,
            runs.c.state == run.state,
            runs.c.changed_at == utc_text(run.changed_at),
            runs.c.digest == run.digest,
        )
        .values(**values)
    )
    return done.rowcount == 1


def read(connection: sa.Connection, key: str) -> tuple[Run, ...]:
    """Return the runs of a key, or of all keys that start with one that ends in ``/``."""
    if key.endswith("/"):
        return _read(connection, runs.c.key.startswith(key, autoescape=True))
    return _read(connection, runs.c.key == key)


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[Run, ...]:
    rows = connection.execute(
        sa.select(runs).where(which).order_by(runs.c.key, runs.c.recipient)
    ).mappings()
    return tuple(Run(**{**row, "changed_at": from_utc_text(row["changed_at"])}) for row in rows)
