"""The last states of a workbook, so that a refresh can be taken back: kept in the home folder.

Not in the workbook: it is handed on, and would take along customers who left it. Owner-only
files, five for each workbook, a limit on all together.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from addin.rows import Formula, OldRow, ParkedNote
from addin.undo import State
from partnerbook import files
from partnerbook.errors import WorkbookError

DEPTH = 5
"""States kept of one workbook."""

_MOST_BYTES = 200 * 2**20  # of all workbooks together; the oldest go first
_COPY_LIMIT = 20 * 2**20  # bytes; of a larger workbook no whole copy is kept
_STATE, _COPY, _LEFT = ".json.gz", ".copy", ".left"


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
    """

    def __init__(self, home: Path, workbook: Path) -> None:
        self._workbook = Path(workbook)
        self._all = home / "undo"
        name = hashlib.sha256(str(self._workbook.resolve()).encode()).hexdigest()[:24]
        self._folder = self._all / name

    def keep(self, state: State) -> None:
        """Keep a state before a refresh is written; the oldest beyond `DEPTH` goes.

        Raises:
            WorkbookError: The home folder cannot be written.
        """
        number = max(self._numbers(), default=0) + 1
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._all.chmod(0o700)
            if self._workbook.is_file() and self._workbook.stat().st_size <= _COPY_LIMIT:
                self._put(f"{number:06}{_COPY}", self._workbook.read_bytes())
        except OSError as error:
            raise WorkbookError(f"{self._folder} cannot be written; nothing was changed") from error
        packed = json.dumps(_state_json(state), ensure_ascii=True).encode()
        self._put(f"{number:06}{_STATE}", gzip.compress(packed, 4))
        for each in self._numbers()[:-DEPTH]:
            self._remove(each)
        self._make_room()

    def written(self) -> None:
        """Remember what the refresh left, so that an untouched file comes back byte for byte."""
        numbers = self._numbers()
        if numbers:
            with contextlib.suppress(OSError, WorkbookError):
                mark = _digest(self._workbook.read_bytes()).encode()
                self._put(f"{numbers[-1]:06}{_LEFT}", mark)

    def newest(self) -> Kept | None:
        """Return the state before the last refresh that was not taken back; None for none.

        Raises:
            WorkbookError: It is damaged.
        """
        numbers = self._numbers()
        if not numbers:
            return None
        stem = f"{numbers[-1]:06}"
        try:
            packed = gzip.decompress((self._folder / f"{stem}{_STATE}").read_bytes())
            state = _state_of(json.loads(packed))
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
        return Kept(numbers[-1], state, copy.read_bytes() if untouched else None)

    def drop(self, kept: Kept) -> None:
        """Forget a state: it was taken back."""
        self._remove(kept.number)

    def _numbers(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        names = (each.name for each in self._folder.glob(f"*{_STATE}"))
        return sorted(int(stem) for each in names if (stem := each.removesuffix(_STATE)).isdigit())

    def _put(self, name: str, data: bytes) -> None:
        with files.beside(self._folder / name) as draft:
            draft.touch(mode=0o600)
            draft.write_bytes(data)

    def _remove(self, number: int) -> None:
        for suffix in (_STATE, _COPY, _LEFT):
            with contextlib.suppress(OSError):
                (self._folder / f"{number:06}{suffix}").unlink(missing_ok=True)

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


def _state_json(state: State) -> dict[str, Any]:
    return {
        "as_of": state.as_of.astimezone(UTC).isoformat(),
        "rows": [None if row is None else _row_json(row) for row in state.rows],
        "hidden": sorted(state.hidden),
        "parked": [_parked_json(each) for each in state.parked],
        "filters": [[_packed(value) for value in line] for line in state.filters],
        "status": state.status,
        "after": [_row_json(row) for row in state.after],
        "after_parked": [_parked_json(each) for each in state.after_parked],
        "after_status": state.after_status,
    }


def _state_of(given: dict[str, Any]) -> State:
    return State(
        as_of=datetime.fromisoformat(given["as_of"]),
        rows=tuple(None if row is None else _row_of(row) for row in given["rows"]),
        hidden=frozenset(given["hidden"]),
        parked=tuple(_parked_of(each) for each in given["parked"]),
        filters=tuple(tuple(_unpacked(value) for value in line) for line in given["filters"]),
        status=given["status"],
        after=tuple(_row_of(row) for row in given["after"]),
        after_parked=tuple(_parked_of(each) for each in given["after_parked"]),
        after_status=given["after_status"],
    )


def _row_json(row: OldRow) -> list[Any]:
    ours = {column: _packed(value) for column, value in row.ours.items()}
    own = {column: _packed(value) for column, value in row.own.items()}
    return [row.key, row.number, ours, own]


def _row_of(given: list[Any]) -> OldRow:
    key, number, ours, own = given
    return OldRow(
        key=key,
        number=number,
        ours={column: _unpacked(value) for column, value in ours.items()},
        own={column: _unpacked(value) for column, value in own.items()},
    )


def _parked_json(note: ParkedNote) -> list[Any]:
    return [note.customer_id, note.column, _packed(note.value), note.reason, _packed(note.date)]


def _parked_of(given: list[Any]) -> ParkedNote:
    key, column, value, reason, date = given
    note = ParkedNote(customer_id=key, column=column, value=_unpacked(value), reason=reason)
    return replace(note, date=_unpacked(date))


def _packed(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"formula": str(value)} if isinstance(value, Formula) else value


def _unpacked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "formula" in value:
        return Formula(value["formula"])
    return datetime.fromisoformat(value["moment"])
