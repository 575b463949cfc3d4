"""Whose a ledger line is, as far as it says. Pure."""

from __future__ import annotations

from partnerbook.matching.folding import folded
from partnerbook.model import LedgerLine, PartyKey


def party_key(line: LedgerLine) -> PartyKey | None:
    """Return the best thing a line says about whose it is, and its name; None when it says nothing.

    Lines with the same key are of the same party. Unlike the order of the rules, the vendor's ID
    comes first here: it is never given to somebody else.
    """
    return next(iter(party_keys(line)), None)


def party_keys(line: LedgerLine) -> tuple[PartyKey, ...]:
    """Return all that a line says about whose it is, the best first."""
    found = (
        ("customer_id", line.customer_id),
        ("xaccount_id", line.xaccount_id),
        ("account_name", folded(line.account_name or "")),
        ("company_name", folded(line.company_name or "")),
        ("email", folded(line.email or "")),
        ("phone", folded(line.phone or "")),
    )
    return tuple((field, value) for field, value in found if value)
