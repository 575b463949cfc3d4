"""The outbox: mails frozen before they go, so that what is sent, and sent again, is the same."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from partnerbook.errors import MailError
from partnerbook.files import write
from partnerbook.text import for_file_name


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
        name = f"{for_file_name(key.replace('/', '-'), fallback='mail')}-{digest[:16]}.eml"
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
                f"the frozen mail {path} cannot be read ({type(error).__name__}); nothing was "
                "sent: bring it back, or `partnerbook resend --settle` its key"
            ) from None
        if hashlib.sha256(mail).hexdigest() != digest:
            raise MailError(
                f"the frozen mail {path} was changed since it was made; nothing was sent: ask "
                "who changed it, or `partnerbook resend --settle` its key"
            )
        return mail

    def discard(self, name: str) -> None:
        """Remove a mail that another process froze first."""
        with contextlib.suppress(OSError):
            (self._folder / name).unlink(missing_ok=True)
