"""A hash of customers: equal customers, equal letters. Pure.

It is the hash of them as JSON, a list of objects. The text is put together column by column,
in about half of the time of value by value, and never all of it in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring_ascii
from types import NoneType
from typing import Any, NamedTuple

from partnerbook.model import CUSTOMER_FIELDS, utc_text

_AT_ONCE = 250  # what the processor's cache likes
_TEXTS = frozenset({str, NoneType})


class _Json(NamedTuple):
    """Values of a column as JSON: each, between the same begin and end; None for no more."""

    begin: str
    each: Sequence[str] | None = None
    end: str = ""


def digest_of(fields: Mapping[str, Sequence[Any]]) -> str:
    """Return sixteen letters for some customers, in their order.

    Args:
        fields: Their values by field of `Customer`, as JSON has them, see `json_fields`.
    """
    whole = hashlib.sha256(b"[")
    count = len(fields["customer_id"])
    for at in range(0, count, _AT_ONCE):
        columns = [_as_json(fields[name][at : at + _AT_ONCE]) for name in CUSTOMER_FIELDS]
        shown = _objects(columns, min(_AT_ONCE, count - at))
        whole.update((f",{shown}" if at else shown).encode("ascii"))
    whole.update(b"]")
    return whole.hexdigest()[:16]


def json_fields(fields: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Return the values of customers, by field, as JSON has them: moments as text."""
    moments = [None if each is None else utc_text(each) for each in fields["associated_at"]]
    return {**fields, "associated_at": moments}


def _objects(columns: Sequence[_Json], count: int) -> str:
    pieces: list[str | Sequence[str]] = []
    before = "{"
    for name, (begin, each, end) in zip(CUSTOMER_FIELDS, columns, strict=True):
        before += f'"{name}":{begin}'
        if each is not None:
            pieces += [before, each]
            before = end
        before += ","
    pieces.append(f"{before[:-1]}}},")
    # Each piece of all objects at once: the first pieces, the second ones, and so on.
    flat = [""] * (len(pieces) * count)
    for at, piece in enumerate(pieces):
        flat[at :: len(pieces)] = [piece] * count if isinstance(piece, str) else piece
    return "".join(flat)[:-1]


def _as_json(values: Sequence[Any]) -> _Json:
    try:
        joined = "".join(values)
    except TypeError:
        kinds = set(map(type, values))
        if kinds == {NoneType}:
            return _Json("null")
        if kinds == _TEXTS:  # labels, for one: few of them, many times
            said = {value: _one(value) for value in set(values)}
            return _Json("", [said[value] for value in values])
        return _Json("", list(map(_one, values)))
    if len(encode_basestring_ascii(joined)) == len(joined) + 2:  # nothing to escape in any
        return _Json('"', values, '"')
    return _Json("", list(map(encode_basestring_ascii, values)))


def _one(value: Any) -> str:
    return encode_basestring_ascii(value) if isinstance(value, str) else json.dumps(value)
