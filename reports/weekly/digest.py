"""A hash of customers: equal customers, equal letters. Pure.

It is the hash of them as JSON, a list of objects. The text is put together column by column:
half of the time of a dict for each customer, and never all of it in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from json.encoder import encode_basestring_ascii
from operator import attrgetter
from types import MappingProxyType, NoneType
from typing import Any

from partnerbook.model import CUSTOMER_FIELDS, Customer, utc_text

_AT_ONCE = 250  # what the processor's cache likes
_OBJECT = "{" + ",".join(f'"{name}":%s' for name in CUSTOMER_FIELDS) + "}"

Mask = Callable[[Sequence[Any]], Sequence[Any]]
"""Hides the values of a column."""

_AS_THEY_ARE: Mapping[str, Mask] = MappingProxyType({})


def digest_of(customers: Sequence[Customer], masks: Mapping[str, Mask] = _AS_THEY_ARE) -> str:
    """Return sixteen letters for some customers, in their order.

    Args:
        customers: Whom.
        masks: What hides the values of a field, by its name; the others are taken as they are.
    """
    whole = hashlib.sha256(b"[")
    for at in range(0, len(customers), _AT_ONCE):
        some = customers[at : at + _AT_ONCE]
        columns = []
        for name in CUSTOMER_FIELDS:
            values: Sequence[Any] = list(map(attrgetter(name), some))
            columns.append(_as_json(masks[name](values) if name in masks else values))
        shown = ",".join(map(_OBJECT.__mod__, zip(*columns, strict=True)))
        whole.update(f"{',' if at else ''}{shown}".encode("ascii"))
    whole.update(b"]")
    return whole.hexdigest()[:16]


def _as_json(values: Sequence[Any]) -> list[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        return list(map(encode_basestring_ascii, values))
    if kinds == {datetime}:
        return [f'"{utc_text(value)}"' for value in values]
    if kinds == {NoneType}:
        return ["null"] * len(values)
    return list(map(_one, values))


def _one(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, datetime):
        return f'"{utc_text(value)}"'
    return encode_basestring_ascii(value) if isinstance(value, str) else json.dumps(value)
