"""A Partner Center of our own: backend (no HTTP), the vendor's protocol as we read it, server."""

from partnerbook.sandbox.server import Sandbox

__all__ = ["Sandbox"]
