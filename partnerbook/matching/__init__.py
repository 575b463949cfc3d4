"""Which ledger line is which customer, and why. Pure.

party     what a ledger line says of whose it is
decided   what people said of it before
placeholders  what says nothing, and is nobody's key; `near` the IDs that are nearly somebody's
same      whether two names are one full name
rules     the ordered rules, line by line: IDs and account names confirm, names only suggest
lines     the rules' verdicts, settled among all lines: `match_lines`
groups    customers who belong together: a group's subsidiaries, a reseller's customers
pinyin    Latin names that spell Chinese ones: a hint only
names     a company's name taken apart; `likeness` compares two, `similar` finds who is worth it
sayings   the sentences, in English and Chinese
"""

from __future__ import annotations

from partnerbook.matching.groups import Group, find_groups
from partnerbook.matching.lines import Matching, match_lines
from partnerbook.matching.party import party_key, party_keys
from partnerbook.matching.rules import RULES

__all__ = ["RULES", "Group", "Matching", "find_groups", "match_lines", "party_key", "party_keys"]
