"""Decisions of people on matches and breaks, and which columns a ledger had. Only ever added to.

A decision that is revoked stays, with who revoked it and when; one that somebody decides anew
leaves the older one in its place, and the newest counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from partnerbook.errors import StoreError
from partnerbook.model import Decision, from_utc_text, utc_text
from partnerbook.store.schema import decisions, ledger_columns

VALID = timedelta(days=365)
"""How long a decision holds when nobody said for how long."""


def keep(connection: sa.Connection, account: str, made: Iterable[Decision]) -> tuple[Decision, ...]:
    """Keep decisions; return the ones that say something new, with their numbers.

    What a workbook says that is read a second time is nothing new. One without an end gets it
    after `VALID`. One that comes revoked revokes the one before it on the same.
    """
    known = {each.about: each for each in read(connection, account)}  # the newest on each
    kept = []
    for each in made:
        before = known.get(each.about)
        if each.revoked_at:
            # What an earlier version kept is of whatever stood there.
            for one in dict.fromkeys((each.about, replace(each, facts="").about)):
                old = known.get(one)
                if old and not old.revoked_at and old.decided_at <= each.revoked_at:
                    which, who = old.number or 0, each.revoked_by
                    known[one] = revoke(connection, account, which, who, each.revoked_at)
                    kept.append(known[one])
            continue
        if before and _says_no_more(each, before):
            continue
        each = replace(each, expires=each.expires or each.decided_at.date() + VALID)  # noqa: PLW2901  the same, whole
        row = decisions.insert().values(
            account=account,
            verdict=each.verdict,
            customer_id=each.customer_id,
            party=_aside(each),
            break_id=each.break_id,
            reason=each.reason,
            who=each.who,
            decided_at=utc_text(each.decided_at),
            expires=str(each.expires),
        )
        key = connection.execute(row).inserted_primary_key
        number = int(key[0]) if key else None
        known[each.about] = replace(each, number=number)
        kept.append(known[each.about])
    return tuple(kept)


def read(connection: sa.Connection, account: str) -> tuple[Decision, ...]:
    """Return every decision ever kept for an account, the oldest first."""
    rows = connection.execute(
        sa.select(decisions).where(decisions.c.account == account).order_by(decisions.c.number)
    ).mappings()
    return tuple(_decision(row) for row in rows)


def revoke(
    connection: sa.Connection, account: str, number: int, who: str, now: datetime
) -> Decision:
    """Revoke a decision and return it.

    Raises:
        StoreError: There is none of that number, or it is revoked already.
    """
    mine = sa.and_(decisions.c.account == account, decisions.c.number == number)
    done = connection.execute(
        decisions.update()
        .where(mine, decisions.c.revoked_at.is_(None))
        .values(revoked_at=utc_text(now), revoked_by=who)
    )
    found = connection.execute(sa.select(decisions).where(mine)).mappings().first()
    if found is None:
        raise StoreError(
            f"there is no decision {number}; `partnerbook decisions list` names them all"
        )
    if done.rowcount != 1:
        raise StoreError(
            f"decision {number} was revoked by {found['revoked_by']} at {found['revoked_at']} "
            "already; nothing was changed"
        )
    return _decision(found)


def keep_columns(
    connection: sa.Connection, account: str, columns: Mapping[str, str], now: datetime
) -> None:
    """Remember which column of the ledger holds what."""
    connection.execute(ledger_columns.delete().where(ledger_columns.c.account == account))
    connection.execute(
        ledger_columns.insert().values(
            account=account,
            columns=json.dumps(dict(columns), ensure_ascii=True),
            kept_at=utc_text(now),
        )
    )


def read_columns(connection: sa.Connection, account: str) -> dict[str, str]:
    """Return field -> heading as it was remembered; empty for never."""
    found = connection.scalar(
        sa.select(ledger_columns.c.columns).where(ledger_columns.c.account == account)
    )
    return json.loads(found) if found else {}


def _says_no_more(made: Decision, before: Decision) -> bool:
    """Return whether a decision says nothing that the newest one on the same does not say.

    A revoked or expired one is only renewed by what was decided later than that.
    """
    if before.revoked_at is not None:
        return made.decided_at <= before.revoked_at
    if made.verdict != before.verdict:
        return made.decided_at < before.decided_at
    if before.expires and made.decided_at.date() > before.expires:
        return False
    # Another comment, or the usual end counted from another day, is no other decision.
    return made.decided_at < before.decided_at or made.expires in {None, before.expires}


def _aside(each: Decision) -> str | None:
    # One column for both: an explanation has no party, an answer no facts.
    told = each.facts if each.break_id else each.party
    return json.dumps(told, ensure_ascii=True) if told else None


def _decision(row: Mapping[Any, Any]) -> Decision:
    told = json.loads(row["party"]) if row["party"] else None
    return Decision(
        number=row["number"],
        verdict=row["verdict"],
        customer_id=row["customer_id"],
        party=tuple(told) if told and not row["break_id"] else None,
        facts=str(told or "") if row["break_id"] else "",
        break_id=row["break_id"],
        reason=row["reason"],
        who=row["who"],
        decided_at=from_utc_text(row["decided_at"]),
        expires=date.fromisoformat(row["expires"]) if row["expires"] else None,
        revoked_at=from_utc_text(row["revoked_at"]) if row["revoked_at"] else None,
        revoked_by=row["revoked_by"] or "",
    )
