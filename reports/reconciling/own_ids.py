"""Finance's own IDs under a heading that may mean the vendor's, "Customer No.". Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from partnerbook.matching.placeholders import is_placeholder
from partnerbook.model import Customer
from partnerbook.text import is_masked
from partnerbook.wording import Language
from reports.ledger import Ledger
from reports.ledger.headings import VENDOR_ID
from reports.reconciling.sayings import say

_MOSTLY = 0.5


def with_own_ids(
    ledger: Ledger, customers: Iterable[Customer], language: Language = "en", *, told: bool = False
) -> Ledger:
    """Return a ledger whose customer IDs are the partner's, where the customers prove that.

    They do where no ID looks like the vendor's or is one, no other column holds the partner's, and
    more than half of them are some customer's. Where only some are, that may be chance: a note
    names the column.

    Args:
        ledger: As it was read.
        customers: All customers.
        language: Of the note.
        told: Whether a person said that the column holds the vendor's IDs; it then stays so.
    """
    if "customer_id" not in ledger.headings or "xaccount_id" in ledger.headings:
        return ledger
    if any(VENDOR_ID.fullmatch(line.customer_id or "") for line in ledger.lines):
        return ledger
    written = {line.customer_id for line in ledger.lines if not is_placeholder(line.customer_id)}
    everybody = tuple(customers)
    theirs = {(each.xaccount_id or "").strip() for each in everybody}
    found = {one for one in written & theirs if one and not is_masked(one)}
    if not found or any(each.customer_id in written for each in everybody):
        return ledger
    heading = ledger.headings["customer_id"]
    if told or len(found) <= _MOSTLY * len(written):
        note = say("may be own ids", language, len(found), len(written), heading, heading)
        return replace(ledger, notes=(*ledger.notes, note))
    lines = (replace(each, xaccount_id=each.customer_id, customer_id=None) for each in ledger.lines)
    named = {"customer_id": "xaccount_id"}
    return replace(
        ledger,
        lines=tuple(lines),
        headings={named.get(field, field): text for field, text in ledger.headings.items()},
        damaged=tuple(
            replace(each, field=named.get(each.field, each.field)) for each in ledger.damaged
        ),
        notes=(*ledger.notes, say("own ids", language, heading, len(found), len(written))),
    )
