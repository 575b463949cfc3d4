"""Texts without the secrets that this process knows, and without what looks like a telephone.

The last net, not the first: nothing writes a secret on purpose. Logs and bundles go through here
in case something did.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"
"""Stands where a secret or a telephone number stood."""

_SHORTEST = 6  # characters; hiding a shorter one would hide half of every text
_known: dict[str, tuple[str, ...]] = {}  # secret -> its forms

# Seven digits or more, as people group them, that are no part of an ID or a date.
_PHONE = re.compile(r"(?<![0-9A-Za-z.:-])\+?\(?\d(?:[ ().-]{0,2}\d){6,}(?![0-9A-Za-z:])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def hide(*secrets: str | None) -> None:
    """Make sure that `redacted` never lets these through; None and very short ones are passed."""
    for each in secrets:
        if each and len(each) >= _SHORTEST and each not in _known:
            _known[each] = forms(each)


def redacted(text: str) -> str:
    """Return the text with every known secret hidden: as it is, escaped for URLs, in Base64."""
    for secret in sorted(_known, key=len, reverse=True):
        for form in _known[secret]:
            if form in text:
                text = text.replace(form, HIDDEN)
    return text


def without_phones(text: str) -> str:
    """Return the text with what looks like a telephone number hidden."""
    return _PHONE.sub(lambda m: m[0] if _DATE.fullmatch(m[0]) else HIDDEN, text)


def forms(secret: str) -> tuple[str, ...]:
    """Return the forms in which a secret can stand in a text, each once, the longest first."""
    data = secret.encode("utf-8", "surrogateescape")
    found = {secret, quote(secret, safe=""), quote_plus(secret)}
    for before in range(3):
        # Base64 of a longer text holds the secret in one of three shifts; its edges depend on
        # the neighbours, so they are cut off.
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(b"\0" * before + data).decode()
            first = 0 if before == 0 else before + 1
            last = len(encoded) if (before + len(data)) % 3 == 0 else len(encoded) // 4 * 4 - 4
            found.add(encoded[first:last])
    return tuple(sorted((each for each in found if len(each) >= _SHORTEST), key=len, reverse=True))
