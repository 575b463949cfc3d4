"""One of several, by number or by name, as xlwings' collections want it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar


class _Named(Protocol):
    @property
    def name(self) -> Any: ...


Named = TypeVar("Named", bound=_Named)


def pick(items: Sequence[Named], key: int | str) -> Named:
    """Return an item by its number, from 1, or its name in any case.

    Raises:
        KeyError: There is none of that name.
    """
    if isinstance(key, int):
        return items[key - 1]
    for each in items:
        if each.name.casefold() == str(key).casefold():
            return each
    raise KeyError(key)
