"""The vendor's codes that a rule speaks of. All that are known have words in `wording`."""

from __future__ import annotations

CONSULTING, RESALE = "1", "3"
"""Of `Customer.association`."""

REJECTED, VERIFIED, FAILED = "1", "2", "3"
"""Of `Customer.verification`: what a review may end with."""
