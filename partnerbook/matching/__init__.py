"""Which ledger line is which customer, and why. Pure.

lines   the ordered rules: IDs and account names confirm, names only suggest
"""

from __future__ import annotations

from partnerbook.matching.lines import RULES, Matching, match_lines, party_key

__all__ = ["RULES", "Matching", "match_lines", "party_key"]
