"""Which of the two customer APIs an account may call, found out once and remembered."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, Protocol

from partnerbook.errors import PartnerbookError
from partnerbook.files import write
from partnerbook.model import CARRIED, Api


class Memory(Protocol):
    """Remembers which API an account uses."""

    def recall(self, account: str) -> Api | None:
        """Return the API that answered last; None when that is not known."""

    def keep(self, account: str, api: Api) -> None:
        """Remember it. Failing to is no error: it is found out again."""


class Forgetful:
    """Remembers as long as the client lives."""

    def __init__(self) -> None:
        self._apis: dict[str, Api] = {}

    def recall(self, account: str) -> Api | None:
        """Return the API that answered last; None when that is not known."""
        return self._apis.get(account)

    def keep(self, account: str, api: Api) -> None:
        """Remember it until the program ends."""
        self._apis[account] = api


class FileMemory:
    """Remembers in a small JSON file.

    Args:
        path: The file; made when something is kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, account: str) -> Api | None:
        """Return the API that answered last; None when that is not known."""
        known = self._read().get(account)
        return next((api for api in CARRIED if api == known), None)

    def keep(self, account: str, api: Api) -> None:
        """Remember it; a folder that cannot be written costs one more question next time."""
        known = self._read()
        if known.get(account) == api:
            return
        text = json.dumps({**known, account: api}, indent=2, sort_keys=True) + "\n"
        with contextlib.suppress(PartnerbookError):
            write(self._path, text.encode())

    def _read(self) -> dict[str, Any]:
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}
