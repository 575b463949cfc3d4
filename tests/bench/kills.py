"""`partnerbook excel refresh`, killed at random moments: the workbook is the old one or the new."""

from __future__ import annotations

from tests.proof_refresh import proof_kills as prove

__all__ = ["prove"]
