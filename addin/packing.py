"""A kept state as a file's content, and back. Pure."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from addin.history import History
from addin.rows import Formula, OldRow, ParkedNote
from addin.undo import State
from reports.workbook.packing import gzipped


def packed(state: State, workbook: str) -> bytes:
    """Return a state as a file's content.

    Args:
        state: The state.
        workbook: Absolute path of the workbook it is of.
    """
    facts = {**_state_json(state), "workbook": workbook}
    return gzipped(json.dumps(facts, ensure_ascii=True, default=_packed).encode())


def unpacked(data: bytes) -> tuple[State, str]:
    """Return a state, and the absolute path of the workbook it is of ("" when it does not say).

    Raises:
        OSError, EOFError, ValueError, KeyError, TypeError: The content is damaged.
    """
    facts = json.loads(gzip.decompress(data))
    return _state_of(facts), str(facts.get("workbook", ""))


def _state_json(state: State) -> dict[str, Any]:
    columns = list(next((row.ours for row in state.rows if row), {}))
    return {
        "columns": columns,
        "as_of": state.as_of.astimezone(UTC).isoformat(),
        "identity": state.identity,
        "rows": [None if row is None else _row_json(row, columns) for row in state.rows],
        "hidden": sorted(state.hidden),
        "parked": [_parked_json(each) for each in state.parked],
        "filters": [[_packed(value) for value in line] for line in state.filters],
        "status": state.status,
        "after": [_row_json(row, columns) for row in state.after],
        "after_parked": [_parked_json(each) for each in state.after_parked],
        "after_status": state.after_status,
        "history": None if state.history is None else _history_json(state.history),
    }


def _state_of(given: dict[str, Any]) -> State:
    columns = given.get("columns", [])  # states of earlier versions name them in each row
    return State(
        as_of=datetime.fromisoformat(given["as_of"]),
        identity=str(given.get("identity", "")),
        rows=tuple(None if row is None else _row_of(row, columns) for row in given["rows"]),
        hidden=frozenset(given["hidden"]),
        parked=tuple(_parked_of(each) for each in given["parked"]),
        filters=tuple(tuple(_unpacked(value) for value in line) for line in given["filters"]),
        status=given["status"],
        after=tuple(_row_of(row, columns) for row in given["after"]),
        after_parked=tuple(_parked_of(each) for each in given["after_parked"]),
        after_status=given["after_status"],
        history=_history_of(given["history"]) if given.get("history") else None,
    )


def _history_json(history: History) -> dict[str, Any]:
    lines = [[key, name, _packed(moment), said] for key, name, moment, said in history.lines]
    return {"lines": lines, "said": history.said}


def _history_of(given: dict[str, Any]) -> History:
    lines = ((key, name, _unpacked(moment), said) for key, name, moment, said in given["lines"])
    return History(tuple(lines), given["said"])


def _row_json(row: OldRow, columns: list[str]) -> list[Any]:
    own = {column: _packed(value) for column, value in row.own.items()}
    # Our columns hold no formulas; moments are packed as they are met. Nearly all rows have the
    # same columns: these are named once, which halves the time and the space.
    ours = list(row.ours.values()) if list(row.ours) == columns else row.ours
    return [row.key, row.number, ours, own]


def _row_of(given: list[Any], columns: list[str]) -> OldRow:
    key, number, ours, own = given
    if isinstance(ours, list):
        ours = dict(zip(columns, ours, strict=True))
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
