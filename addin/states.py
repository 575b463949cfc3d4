"""The last states of a workbook, so that a refresh can be taken back: kept in the home folder.

Not in the workbook: it is handed on, and would take along customers who left it. Owner-only
files, five for each workbook, a limit on all together.

A workbook has an identity of its own (`sheet.identity`), and a state bears it: one that was
moved or copied finds its states again, and another one in its old place does not find them.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from addin.packing import packed, unpacked
from addin.undo import State
from partnerbook import files
from partnerbook.errors import WorkbookError

DEPTH = 5
"""States kept of one workbook."""

_MOST_BYTES = 200 * 2**20  # of all workbooks together; the oldest go first
_COPY_LIMIT = 20 * 2**20  # bytes; of a larger workbook no whole copy is kept
_STATE, _COPY, _LEFT = ".json.gz", ".copy", ".left"
_STEM = re.compile(r"([0-9]+)(?:-([0-9a-f]{1,64}))?")


@dataclass(frozen=True, slots=True)
class Kept:
    """One state that is kept.

    Attributes:
        number: Its number; the newest has the highest.
        state: The state.
        copy: The whole file as it was before the refresh; None when there is none, or when the
            file is not what the refresh left.
    """

    number: int
    state: State
    copy: bytes | None


class States:
    """The states of one workbook.

    Args:
        home: The home folder.
        workbook: The workbook's file; it need not exist.
        identity: The workbook's identity, "" when it has none yet; None when it is not known,
            then whatever is kept of this place counts.
    """

    def __init__(self, home: Path, workbook: Path, identity: str | None = None) -> None:
        self._workbook = Path(workbook)
        self._identity = identity
        self._all = home / "undo"
        name = hashlib.sha256(str(self._workbook.resolve()).encode()).hexdigest()[:24]
        self._folder = self._all / name

    def keep(self, state: State) -> None:
        """Keep a state before a refresh is written; the oldest beyond `DEPTH` goes.

        Raises:
            WorkbookError: The home folder cannot be written.
        """
        self._identity = state.identity
        number = max((each for each, _ in self._stems()), default=0) + 1
        stem = f"{number:06}-{state.identity}" if state.identity else f"{number:06}"
        try:
            self._make_folder()
            if self._workbook.is_file() and self._workbook.stat().st_size <= _COPY_LIMIT:
                self._put(f"{stem}{_COPY}", self._workbook.read_bytes())
        except OSError as error:
            raise WorkbookError(f"{self._folder} cannot be written; nothing was changed") from error
        self._put(f"{stem}{_STATE}", packed(state, str(self._workbook.resolve())))
        for _, each in self._stems()[:-DEPTH]:
            self._remove(each)
        self._make_room()

    def leaving(self, data: bytes) -> None:
        """Remember what the refresh leaves, so that an untouched file comes back byte for byte.

        Called right before the file takes its place: a process that dies behind that is known.

        Args:
            data: The whole file.
        """
        if found := self._own():
            with contextlib.suppress(OSError, WorkbookError):
                self._put(f"{found[-1][1]}{_LEFT}", _digest(data).encode())

    def written(self) -> None:
        """Remember the file as it is for what the refresh left."""
        with contextlib.suppress(OSError):
            self.leaving(self._workbook.read_bytes())

    def newest(self, is_before: Callable[[State], bool] = lambda _: False) -> Kept | None:
        """Return the state before the last refresh that was not taken back; None for none.

        Args:
            is_before: Tells of a state whether its refresh never reached the workbook, or was
                taken back already: then it is passed over, and stays for a workbook that is
                of another moment.

        Raises:
            WorkbookError: One is damaged.
        """
        if self._identity and not self._own():
            self._adopt()
        for number, stem in reversed(self._own()):
            kept = self._read(number, stem)
            if not is_before(kept.state):
                return kept
        return None

    def drop(self, kept: Kept) -> None:
        """Forget a state that was taken back, and the newer ones, which were passed over."""
        for number, stem in self._own():
            if number >= kept.number:
                self._remove(stem)

    def _read(self, number: int, stem: str) -> Kept:
        try:
            state, _ = unpacked((self._folder / f"{stem}{_STATE}").read_bytes())
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise WorkbookError(
                f"what was kept to undo the last refresh is damaged; delete {self._folder}"
            ) from error
        copy, left = self._folder / f"{stem}{_COPY}", self._folder / f"{stem}{_LEFT}"
        untouched = (
            copy.is_file()
            and left.is_file()
            and self._workbook.is_file()
            and left.read_text() == _digest(self._workbook.read_bytes())
        )
        return Kept(number, state, copy.read_bytes() if untouched else None)

    def _own(self) -> list[tuple[int, str]]:
        """Return number and name of the states that are this workbook's, the oldest first."""
        return [
            (number, stem)
            for number, stem in self._stems()
            if self._identity is None or stem.partition("-")[2] == self._identity
        ]

    def _stems(self) -> list[tuple[int, str]]:
        if not self._folder.is_dir():
            return []
        stems = (each.name.removesuffix(_STATE) for each in self._folder.glob(f"*{_STATE}"))
        matches = (_STEM.fullmatch(each) for each in stems)
        return sorted((int(match[1]), match[0]) for match in matches if match)

    def _adopt(self) -> None:
        """Take over the states of the place that the workbook was moved or copied from."""
        found = [
            path
            for path in self._all.glob(f"*/*-{self._identity}{_STATE}")
            if path.parent != self._folder
        ]
        if not found:
            return
        source = max(found, key=lambda each: each.stat().st_mtime).parent
        try:
            self._make_folder()
            for state in sorted(source.glob(f"*-{self._identity}{_STATE}")):
                # A copy has left its original with states of its own.
                moved = not Path(unpacked(state.read_bytes())[1]).is_file()
                stem = state.name.removesuffix(_STATE)
                for suffix in (_COPY, _LEFT, _STATE):
                    path = source / f"{stem}{suffix}"
                    if path.is_file():
                        (shutil.move if moved else shutil.copy2)(path, self._folder / path.name)
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            return  # as if there were none: nothing was promised of another place

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._all.chmod(0o700)

    def _put(self, name: str, data: bytes) -> None:
        with files.beside(self._folder / name) as draft:
            draft.touch(mode=0o600)
            draft.write_bytes(data)

    def _remove(self, stem: str) -> None:
        for suffix in (_STATE, _COPY, _LEFT):
            with contextlib.suppress(OSError):
                (self._folder / f"{stem}{suffix}").unlink(missing_ok=True)

    def _make_room(self) -> None:
        """Drop the oldest states of other workbooks when all together take too much."""
        found = sorted(self._sizes(), key=lambda each: each[0])
        total = sum(size for _, size, _ in found)
        for _, size, path in found:
            if total <= _MOST_BYTES:
                return
            if path.parent != self._folder:
                with contextlib.suppress(OSError):
                    path.unlink()
                    total -= size

    def _sizes(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._all.glob("*/*"):
            with contextlib.suppress(OSError):
                facts = path.stat()
                yield facts.st_mtime, facts.st_size, path


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
