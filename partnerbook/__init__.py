"""Partnerbook: a cloud partner's book of customers, from one fetcher.

The names below are public and loaded when first used: ``import partnerbook`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnerbook.client import PartnerCenter
    from partnerbook.errors import PartnerbookError
    from partnerbook.model import Customer, CustomerQuery, Listing, Snapshot
    from partnerbook.views import View

__all__ = [
    "Customer",
    "CustomerQuery",
    "Listing",
    "PartnerCenter",
    "PartnerbookError",
    "Snapshot",
    "View",
]
__version__ = "0.1.0"

_HOMES = {
    "Customer": "partnerbook.model",
    "CustomerQuery": "partnerbook.model",
    "Listing": "partnerbook.model",
    "PartnerCenter": "partnerbook.client",
    "PartnerbookError": "partnerbook.errors",
    "Snapshot": "partnerbook.model",
    "View": "partnerbook.views",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
