"""How the headers of our mails are broken into lines. Pure."""

from __future__ import annotations

from email.policy import EmailPolicy
from typing import Any


class _Folding(EmailPolicy):
    """The standard library's way, but no header begins with an empty line.

    A subject of 70 to 77 characters would: ``Subject:``, then the text alone. That is allowed,
    and some readers show it with a space in front, or not at all.
    """

    def fold(self, name: str, value: Any) -> str:
        """Return a header as text."""
        folded: str = super().fold(name, value)
        return folded.replace(f"{name}:\r\n ", f"{name}: ", 1)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header as bytes."""
        head = name.encode("ascii")
        folded: bytes = super().fold_binary(name, value)
        return folded.replace(head + b":\r\n ", head + b": ", 1)


SMTP = _Folding(linesep="\r\n")
"""For every mail that is made here."""
