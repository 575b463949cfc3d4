"""`Reconciliation` -> JSON values: what ``partnerbook reconcile --json`` prints. Pure."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from partnerbook.model import utc_text
from reports.reconciliation.data import AmountBridge, Reconciliation
from reports.reconciliation.words import word


def to_json(reconciliation: Reconciliation) -> dict[str, Any]:
    """Return the reconciliation as JSON values; amounts are texts, so that none is rounded."""
    listing, ledger = reconciliation.snapshot.listing, reconciliation.ledger
    bridge = reconciliation.bridge
    lives = {entry.id: entry for entry in reconciliation.register}
    language = reconciliation.language
    reason = word("not checked", language, reconciliation.why_not_checked)
    ignored = [(each.row, word(each.reason, language)) for each in ledger.ignored]
    ignored += [(line.row, reason) for line in reconciliation.not_checked]
    until = reconciliation.snapshot.taken_at.date().isoformat()  # judged anew the next time
    return {
        "as_of": utc_text(listing.as_of),
        "state": listing.state,
        "missing_at_most": listing.missing_at_most,
        "fingerprint": listing.fingerprint,
        "can_close": reconciliation.can_close,
        "cutoff": reconciliation.cutoff.in_words() if reconciliation.cutoff else None,
        "timing": sum(each.kind == "timing" for each in reconciliation.breaks),
        "flipping": [customer.customer_id for customer in reconciliation.flipping],
        "notes": [*ledger.notes, *reconciliation.notes],
        "bridge": {
            "vendor": bridge.vendor,
            "not_in_ledger": bridge.not_in_ledger,
            "not_with_vendor": bridge.not_with_vendor,
            "extra_lines": bridge.extra_lines,
            "ledger": bridge.ledger,
            "suggested": bridge.suggested,
            "check": bridge.check,
        },
        "amounts": [
            {name: str(value) for name, value in _shown_amounts(each)}
            for each in reconciliation.amounts
        ],
        "file": ledger.file,
        "sheet": ledger.sheet,
        "sha256": ledger.sha256,
        "columns": dict(ledger.headings),
        "rows_read": ledger.rows_read,
        "rows_used": bridge.ledger,
        "rows_ignored": len(ignored),
        "not_checked": len(reconciliation.not_checked),
        "ignored": [{"row": row, "reason": why, "until": until} for row, why in sorted(ignored)],
        "damaged": [
            {"row": each.row, "column": each.column, "field": each.field, "what": each.what}
            for each in ledger.damaged
        ],
        "matches": [
            {
                "customer_id": match.customer_id,
                "row": match.row,
                "status": match.status,
                "rule": match.rule,
                "why": match.why,
                **({"parts": dict(match.parts)} if match.parts else {}),
            }
            for match in reconciliation.matches
        ],
        "decisions": [
            {
                "number": each.number,
                "verdict": each.verdict,
                "who": each.who,
                "decided_at": utc_text(each.decided_at),
                "expires": each.expires.isoformat() if each.expires else None,
                "customer_id": each.customer_id,
                "break": each.break_id,
                "reason": each.reason,
            }
            for each in reconciliation.decisions
        ],
        "groups": [
            {
                "kind": each.kind,
                "name": each.name,
                "customers": list(each.customers),
                "rows": list(each.rows),
            }
            for each in reconciliation.groups
        ],
        "breaks": [
            {
                "id": each.id,
                "kind": each.kind,
                "state": each.state,
                "customer_id": each.customer_id,
                "rows": list(each.rows),
                "why": each.why,
                "field": each.field,
                "vendor_value": each.vendor_value,
                "ledger_value": each.ledger_value,
                "first_seen": lives[each.id].first_seen.isoformat(),
                "reopened": lives[each.id].reopened,
            }
            for each in reconciliation.breaks
        ],
    }


def _shown_amounts(bridge: AmountBridge) -> list[tuple[str, Any]]:
    return [
        *((each.name, getattr(bridge, each.name)) for each in fields(bridge)),
        ("check", bridge.check),
    ]
