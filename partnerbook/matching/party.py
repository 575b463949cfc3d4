"""Whose a ledger line is, as far as it says. Pure."""

from __future__ import annotations

from partnerbook.matching.folding import folded
from partnerbook.matching.placeholders import is_placeholder
from partnerbook.matching.same import apart
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
    keys = [(field, value) for field, value in found if value and not is_placeholder(value)]
    if keys and keys[0][0] == "company_name":  # known by its name alone
        keys += filter(None, [name_key(line.company_name)])
    return tuple(keys)


def name_key(name: str | None) -> PartyKey | None:
    """Return by what a party without any ID is known after its legal form changed; None for none.

    It is weaker than `party_key`: two parties of one ledger may share it, so it makes no lines
    one party. It only finds again what was said of the only one that has it.
    """
    if not name or is_placeholder(name):
        return None
    bare = apart(name)[0].replace(" ", "")
    return ("name", bare) if bare else None
