"""The log: one rotating file in the home folder, by allow-list.

What goes in: warnings and worse of this program's own loggers, and for a command that failed its
name, the kind of error, and the vendor's status, code and request ID. Never an error's sentence
(it may quote what a person typed), never a body, a header or a value.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from partnerbook.errors import PartnerbookError, RefusedError
from partnerbook.redaction import redacted, without_phones

LOG = "partnerbook.log"
"""Name of the file in the home folder; older ones end in ``.1`` and ``.2``."""

_OURS = ("partnerbook", "reports", "addin")
_MOST_BYTES = 256 * 1024
_OLDER = 2

log = logging.getLogger("partnerbook.commands")


@contextmanager
def log_in(home: Path) -> Iterator[None]:
    """Log to the home folder while the block runs.

    Nothing is made where there is no home folder yet: a first command that fails leaves nothing
    behind. A log that cannot be written is no reason for anything to fail.

    Args:
        home: The home folder.
    """
    # Without any handler the interpreter would print what is logged.
    handler: logging.Handler = _LogFile(home / LOG) if home.is_dir() else logging.NullHandler()
    loggers = [logging.getLogger(name) for name in _OURS]
    for each in loggers:
        each.addHandler(handler)
    try:
        yield
    finally:
        for each in loggers:
            each.removeHandler(handler)
        handler.close()


def log_failure(command: str, error: BaseException) -> None:
    """Log that a command ended with an error."""
    facts = type(error).__name__
    if isinstance(error, RefusedError):
        facts += f" HTTP {error.status} {error.code} request {error.request_id}"
    if not isinstance(error, PartnerbookError):
        # Where it happened; not what was said, which may be anything.
        frames = traceback.extract_tb(error.__traceback__)[-5:]
        facts += " at " + " < ".join(
            f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in reversed(frames)
        )
    log.warning("%s: %s", command, facts)


class _LogFile(RotatingFileHandler):
    """A file that only its owner reads, and that never disturbs whoever logs."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, maxBytes=_MOST_BYTES, backupCount=_OLDER, encoding="utf-8", delay=True
        )
        self.errors = "backslashreplace"
        self.setLevel(logging.WARNING)
        self.addFilter(lambda record: record.name.partition(".")[0] in _OURS)
        self.setFormatter(_Line())

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_CREAT | os.O_WRONLY, 0o600))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the library's name
        """Say nothing: a full disk must not end a command that has nothing to do with it."""


class _Line(logging.Formatter):
    """One line a record; redacted when it is whole, since arguments may join into anything."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; of an exception only its kind."""
        moment = datetime.fromtimestamp(record.created, UTC)
        head = f"{moment:%Y-%m-%dT%H:%M:%SZ} {record.levelname} {record.name}"
        text = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            text += f" ({record.exc_info[0].__name__})"
        line = without_phones(redacted(" ".join(text.split())))
        return f"{head} {line}"
