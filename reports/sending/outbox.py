"""The outbox: mails frozen before they go, so that what is sent, and sent again, is the same."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from partnerbook.errors import MailError
from partnerbook.files import write
from partnerbook.text import for_file_name

KEPT = timedelta(days=35)
"""A frozen mail is of no use after this, and it holds what people may want forgotten."""

_MOMENT = "%Y%m%dT%H%M%SZ"
_NAMED = re.compile(r"-(\d{8}T\d{6}Z)-[0-9a-f]{16}\.eml$")


def header_of(mail: bytes, name: str) -> Any:
    """Return a header of a mail; None when it has none of that name."""
    head, *_ = mail.partition(b"\r\n\r\n")
    return message_from_bytes(head, policy=policy.default)[name]


def moment_of(mail: bytes) -> datetime | None:
    """Return the moment of the list that a mail tells: its date, see `reports.mail`. UTC."""
    moment: datetime | None = getattr(header_of(mail, "Date"), "datetime", None)
    return moment.astimezone(UTC) if moment else None


def moment_named(name: str) -> datetime | None:
    """Return that moment by the name of a frozen mail, which every machine knows. UTC."""
    found = _NAMED.search(name)
    return datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC) if found else None


class Outbox:
    """A folder of frozen mails, each named after its run and its content.

    Args:
        folder: Made when the first mail is frozen; only its owner may look into it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def freeze(self, mail: bytes, key: str) -> tuple[str, str]:
        """Keep a mail and return its file's name and digest.

        Raises:
            WorkbookError: It cannot be written.
        """
        digest = hashlib.sha256(mail).hexdigest()
        moment = moment_of(mail)
        when = f"-{moment:{_MOMENT}}" if moment else ""
        name = f"{for_file_name(key.replace('/', '-'), fallback='mail')}{when}-{digest[:16]}.eml"
        self._folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            with contextlib.suppress(OSError):  # a folder of somebody else's: their care
                self._folder.chmod(0o700)
        write(self._folder / name, mail)
        return name, digest

    def frozen(self, name: str, digest: str) -> bytes:
        """Return a frozen mail.

        Raises:
            MailError: It is gone, or not what was frozen.
        """
        path = self._folder / name
        try:
            mail = path.read_bytes()
        except OSError as error:
            raise MailError(
                f"the frozen mail {path} cannot be read ({type(error).__name__}), so nothing was "
                "sent: bring it back, or put the run aside"
            ) from None
        if hashlib.sha256(mail).hexdigest() != digest:
            raise MailError(
                f"the frozen mail {path} was changed since it was made, so nothing was sent: ask "
                "who changed it, or put the run aside"
            )
        return mail

    def holds(self, name: str) -> bool:
        """Return whether a mail is still there."""
        return (self._folder / name).is_file()

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """Yield every mail with its file's name; one that cannot be read is passed over."""
        for path in self._files():
            with contextlib.suppress(OSError):
                yield path.name, path.read_bytes()

    def older(self, before: datetime) -> tuple[str, ...]:
        """Return the names of the mails that were frozen before a moment."""
        found = []
        for path in self._files():
            with contextlib.suppress(OSError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    found.append(path.name)
        return tuple(found)

    def discard(self, name: str) -> None:
        """Remove a mail: another process froze it first, it is old, or it is to be forgotten."""
        with contextlib.suppress(OSError):
            (self._folder / name).unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        # Drafts of a process that died while writing begin with a dot, and end otherwise.
        return sorted(path for path in self._folder.glob("*") if path.is_file())
