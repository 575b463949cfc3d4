"""The vocabulary: customers, queries, listings, snapshots, changes, ledger lines. Pure values.

Everything here is frozen and says what None means. Names are this project's own; the vendor's
field names live in ``partnerbook.wire`` only.
"""

from __future__ import annotations

from partnerbook.model.codes import CONSULTING, FAILED, REJECTED, RESALE, VERIFIED
from partnerbook.model.columns import from_columns
from partnerbook.model.customers import (
    CARRIED,
    CUSTOMER_FIELDS,
    EVERYBODY,
    Api,
    Customer,
    CustomerQuery,
)
from partnerbook.model.ledger import (
    Break,
    BreakKind,
    Decision,
    LedgerLine,
    Match,
    MatchStatus,
    PartyKey,
    ReconciliationFigures,
    Verdict,
)
from partnerbook.model.listings import (
    UNBOUNDED,
    Change,
    ChangeKind,
    Evidence,
    Listing,
    Snapshot,
    State,
)
from partnerbook.model.times import WEEK, WEEKS, from_utc_text, utc_text

__all__ = [
    "CARRIED",
    "CONSULTING",
    "CUSTOMER_FIELDS",
    "EVERYBODY",
    "FAILED",
    "REJECTED",
    "RESALE",
    "UNBOUNDED",
    "VERIFIED",
    "WEEK",
    "WEEKS",
    "Api",
    "Break",
    "BreakKind",
    "Change",
    "ChangeKind",
    "Customer",
    "CustomerQuery",
    "Decision",
    "Evidence",
    "LedgerLine",
    "Listing",
    "Match",
    "MatchStatus",
    "PartyKey",
    "ReconciliationFigures",
    "Snapshot",
    "State",
    "Verdict",
    "from_columns",
    "from_utc_text",
    "utc_text",
]
