"""Mail addresses, taken apart once and strictly: no name becomes a second recipient. Pure."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.headerregistry import Address

from partnerbook import text
from partnerbook.errors import SettingsError


def address_of(given: str | Address, whose: str) -> Address:
    """Return an address, given bare or as ``Name <address>``.

    Args:
        given: What a person wrote, or what this returned for it.
        whose: For the error: ``the sender``.

    Raises:
        SettingsError: It is no address, or one that not every mail server can take.
    """
    if isinstance(given, Address):
        return given
    # Not parseaddr: it takes "Zhang, San <a@example.com>" for two.
    found = re.fullmatch(
        r"\s*(?:(?P<name>[^<>]*?)\s*<(?P<in>[^<>\s]+)>|(?P<bare>[^<>\s]+))\s*", given
    )
    name, spec = (found["name"] or "", found["in"] or found["bare"]) if found else ("", "")
    try:
        address = Address(display_name=text.clean(name.strip().strip('"')), addr_spec=spec)
    except (ValueError, IndexError, MessageError):
        address = Address()
    if not (address.username and address.domain):
        raise SettingsError(
            f"{whose} {given[:80]!r} is no mail address; write name@example.com, or "
            "Name <name@example.com>"
        )
    if not address.addr_spec.isascii():
        raise SettingsError(
            f"{whose} {given[:80]!r} has letters beyond ASCII in the address itself; write the "
            "domain in its xn-- form"
        )
    return address
