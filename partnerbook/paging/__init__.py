"""How a listing is walked, and what proves it complete. Pure: no clock, no network.

A `Walk` says which pages it wants and is handed them; what it did not get, it never assumes.
The proof is in ``partnerbook.paging.certificate``.
"""

from __future__ import annotations

from partnerbook.paging.pages import Ask, Page, Proof, Refused
from partnerbook.paging.walk import Walk, least_answers

__all__ = ["Ask", "Page", "Proof", "Refused", "Walk", "least_answers"]
