"""Which of the two customer APIs an account may call, found out once and remembered."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from partnerbook.errors import PartnerbookError
from partnerbook.files import write
from partnerbook.model import CARRIED, Api

_WEEK = 7 * 86_400.0  # seconds


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
        now: The present, in seconds since 1970.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now

    def recall(self, account: str) -> Api | None:
        """Return the API that answered last; None when that is not known."""
        known = self._read().get(account)
        if not isinstance(known, dict):
            return None
        # The older API says less: whether the successor opened is worth one question a week.
        is_old = self._now() - float(known.get("at", 0)) > _WEEK
        if known.get("api") == "detail" and is_old:
            return None
        return next((api for api in CARRIED if api == known.get("api")), None)

    def recall_host(self, host: str) -> Api | None:
        """Return the API that all accounts of a host used last; None when they differ.

        For who only wants to tell, and has no keys at hand. The host is that of the endpoint,
        with its port.
        """
        found = {self.recall(each) for each in self._read() if each.endswith(f"@{host}")}
        return found.pop() if len(found) == 1 else None

    def keep(self, account: str, api: Api) -> None:
        """Remember it; a folder that cannot be written costs one more question next time."""
        if self.recall(account) == api:
            return
        known = {**self._read(), account: {"api": api, "at": int(self._now())}}
        text = json.dumps(known, indent=2, sort_keys=True) + "\n"
        with contextlib.suppress(PartnerbookError):
            write(self._path, text.encode(), ours=True)

    def _read(self) -> dict[str, Any]:
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}
