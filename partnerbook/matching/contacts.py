"""E-mail addresses and telephone numbers, so that equal ones are equal. Pure."""

from __future__ import annotations

import re
import unicodedata

from partnerbook.matching.folding import folded
from partnerbook.matching.placeholders import is_nobodys_address
from partnerbook.text import is_masked

_SHORTEST = 7  # digits; an extension alone is nobody's number


def address(email: str | None) -> str:
    """Return an address as it is compared; ``""`` for none, or one that the vendor masked."""
    if not email:  # half a million times where neither side has any
        return ""
    text = folded(email)
    return "" if "@" not in text or is_masked(text) or is_nobodys_address(text) else text


def numbers(phone: str | None, country_code: str | None = None) -> tuple[str, ...]:
    """Return the ways in which a number may be dialled, digits only.

    Args:
        phone: The number, with or without the country's prefix.
        country_code: The prefix, e.g. ``"0086"``; None where it is not known.
    """
    if not phone:
        return ()
    text = unicodedata.normalize("NFKC", phone)
    if is_masked(text):
        return ()
    digits = re.sub(r"\D", "", text).lstrip("0")
    if len(digits) < _SHORTEST or len(set(digits)) == 1:
        return ()  # 99999999 was typed to fill a cell
    prefix = re.sub(r"\D", "", country_code or "").lstrip("0")
    if not prefix:
        return (digits,)
    return (digits, prefix + digits)
