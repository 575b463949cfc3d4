"""The fetcher's edge: HTTP, keys, pace, deadlines. The only place that imports requests."""

from __future__ import annotations

from partnerbook.client.center import PartnerCenter
from partnerbook.client.choice import FileMemory, Forgetful, Memory
from partnerbook.client.clock import Clock
from partnerbook.client.fetch import Progress
from partnerbook.client.pacer import Pacer

__all__ = ["Clock", "FileMemory", "Forgetful", "Memory", "Pacer", "PartnerCenter", "Progress"]
