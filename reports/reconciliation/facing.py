"""Both sides of a reconciliation, as they face each other before anybody judges. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from partnerbook.matching import Group, Matching
from partnerbook.model import LedgerLine, Snapshot
from partnerbook.wording import Language
from reports.ledger import Ledger
from reports.reconciliation.cutoff import Cutoff
from reports.reconciliation.words import word


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sides, and what matching found for them.

    Attributes:
        snapshot: The vendor's side.
        ledger: Finance's side.
        matching: What `match_lines` found for the two.
        sure: Whether a line without a customer may be called "not with the vendor".
        cutoff: End of the period; who joined after it is *timing*. None for no period.
        groups: Customers who belong together.
        language: Of the sentences.
    """

    snapshot: Snapshot
    ledger: Ledger
    matching: Matching
    sure: bool
    cutoff: Cutoff | None = None
    groups: Sequence[Group] = ()
    language: Language = "en"

    def say(self, key: str, *values: object) -> str:
        """Return a sentence in the language."""
        return word(key, self.language, *values)

    def lines(self) -> dict[int, LedgerLine]:
        """Return the ledger's lines by row."""
        return {line.row: line for line in self.ledger.lines}

    def others(self) -> Mapping[int, Sequence[int]]:
        """Return the further rows of each row that counts."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for row, first in self.matching.extra.items():
            found[first].append(row)
        return found
