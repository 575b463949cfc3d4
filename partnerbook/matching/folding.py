"""Names so that equal names are equal. Pure."""

from __future__ import annotations

import unicodedata

from partnerbook.text import clean


def folded(text: str) -> str:
    """Return a name without what does not count: width, case, and the number of spaces."""
    if text.isascii() and text.isprintable():  # as most are: nothing to clean or normalise
        return " ".join(text.casefold().split())
    return " ".join(unicodedata.normalize("NFKC", clean(text)).casefold().split())
