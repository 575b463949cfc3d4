"""Long tables as the XML of their rows, column by column: no step of Python for most cells.

What takes time is Python looking at each cell. Here a column of texts is joined, looked at once,
escaped once and taken apart again, and rows are put together from columns by slices and one
join: 20 times faster than cell by cell. Only a column that holds something unusual is written
cell by cell. `cells.form_of` stays the one place that knows how a value stands in a cell.

Texts beyond ASCII are carried, see `woven.carried`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from functools import cached_property
from operator import eq
from typing import Any, Self

from partnerbook import text
from reports.workbook.cells import ARMED, LONGEST_IN_TEXT_FORMAT, TOO_LONG, Kind, form_of
from reports.workbook.parts import DAY_ZERO, cell_xml
from reports.workbook.woven import AT_ONCE, Cells, carried, repeats

_ARMED = b"=+-@'"  # of `cells.ARMED`; the others are white space, and looked at in any case
_ODD = b"<>&_ " + _ARMED
_HARMLESS = bytes(sign for sign in range(32, 256) if sign not in (*_ODD, 127))
_TEXTS = frozenset({str, type(None)})
_MOMENTS = frozenset({datetime, type(None)})
_WHOLE = frozenset({int, type(None)})


@dataclass(frozen=True, slots=True)
class ByColumns:
    """Rows of a table as columns, some rows at a time: as many as the processor's cache likes.

    Attributes:
        blocks: The columns of some rows, each a list; then those of the next rows.
        count: How many rows there are.
    """

    blocks: Sequence[list[list[Any]]]
    count: int

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Self:
        """Return rows as columns.

        Raises:
            ValueError: One row is longer than another.
        """
        blocks = []
        for at in range(0, len(rows), AT_ONCE):
            some = rows[at : at + AT_ONCE]
            if set(map(len, some)) != {len(rows[0])}:
                raise ValueError("a row is longer or shorter than the first one")
            # An iterator for each row: not so many at once that the garbage collector looks at
            # them. Kept for when they are poured, for 8 bytes a cell: a twentieth of the time.
            blocks.append(list(map(list, zip(*some, strict=True))))
        return cls(blocks, len(rows))

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for block in self.blocks:
            yield from zip(*block, strict=True)


class Column:
    """Turns values of one column into cells.

    Args:
        kind: What the column holds.
        zone: Zone in which moments are written.
        style_of: Number of the style for a value of a kind, see `cells.form_of`.
    """

    def __init__(self, kind: Kind, zone: tzinfo, style_of: Callable[[Any, Kind], int]) -> None:
        self._kind, self._zone, self._style_of = kind, zone, style_of
        self._known = _Known(self._cell)

    def cells(self, values: Sequence[Any]) -> Cells:
        """Return the values as cells.

        Raises:
            ValueError: A value fits no cell, as for `cells.put`.
        """
        # A field that an API does not carry is a column of nothing: five of fifteen, as a rule.
        if values[0] is None and values.count(None) == len(values):
            return Cells(self._cell(None), [""] * len(values), "")
        found = (
            self._repeated(values)
            or self._texts(values)
            or self._moments(values)
            or self._whole(values)
        )
        return found or Cells("", [self._cell(value) for value in values], "")

    def _repeated(self, values: Sequence[Any]) -> Cells | None:
        """Return a few texts that come again and again as cells; None for other values."""
        if repeats(values, 4) and set(map(type, values)) <= _TEXTS:
            # Half of a list's columns are codes and labels: a third of the time of the others.
            return Cells("", list(map(self._known.__getitem__, values)), "")
        return None

    def _texts(self, values: Sequence[Any]) -> Cells | None:
        """Return texts as cells; None when there are others, or one needs a look of its own."""
        texts = values
        try:
            joined = "<".join(texts)  # what no text holds: else there are too many of them
        except TypeError:
            if set(map(type, values)) != _TEXTS or self._cell(None) != self._cell(""):
                return None
            texts = [value or "" for value in values]
            joined = "<".join(texts)
        if not (joined.isascii() or _usual(texts, joined)):
            return None
        shown = joined.encode()
        # All that must be looked at where it stands; most columns have nothing of it.
        odd = shown.translate(None, _HARMLESS)
        if (
            odd.count(b"<") != len(texts) - 1
            or odd.translate(None, _ODD)  # what XML refuses, or does not keep
            or (b"_" in odd and "_x" in joined)  # may look like an escape of the file format
            or (b" " in odd and _edged(joined))
            or max(map(len, texts)) > LONGEST_IN_TEXT_FORMAT
        ):
            return None
        armed = any(sign in odd and _starts(joined, chr(sign)) for sign in _ARMED)
        if b"&" in odd or b">" in odd or len(shown) > len(joined):
            shown = shown.replace(b"&", b"&amp;").replace(b">", b"&gt;")
            texts = shown.decode("latin-1").split("<")
        begin, quoted, end, nothing = self._text
        if not armed and not _starts(f"{joined}<", "<"):
            return Cells(begin, texts, end)
        cells = [f"{quoted if t[0] in ARMED else begin}{t}{end}" if t else nothing for t in texts]
        return Cells("", cells, "")

    def _moments(self, values: Sequence[Any]) -> Cells | None:
        """Return moments as cells; None when there are others, or one has no zone."""
        if not set(map(type, values)) <= _MOMENTS:
            return None
        moments = [value for value in values if value is not None]
        zones = {value.tzinfo for value in moments}
        if zones != {self._zone}:
            if not zones or any(value.utcoffset() is None for value in moments):
                return None
            moments = [value.astimezone(self._zone) for value in moments]
        # Within one zone Python takes clock from clock, which is what a cell counts.
        zero = DAY_ZERO.replace(tzinfo=self._zone)
        since = [value - zero for value in moments]
        if any(each.microseconds or each.days < 0 for each in since):
            days = [f"{each.total_seconds() / 86_400:.10f}" for each in since]
        else:
            # The same by whole numbers, as 10**10 / 86_400 is 3_125_000 / 27: two thirds of the
            # time, by f-string five sixths.
            days = [
                "%d.%010d" % (each.days, (each.seconds * 3_125_000 + 13) // 27)  # noqa: UP031
                for each in since
            ]
        return self._among(values, days, self._around(zero, "0.0"))

    def _whole(self, values: Sequence[Any]) -> Cells | None:
        """Return whole numbers as cells; None when there are others, or one is too long."""
        if not set(map(type, values)) <= _WHOLE:
            return None
        numbers = [value for value in values if value is not None]
        if max(map(abs, numbers)) >= TOO_LONG:
            return None
        return self._among(values, list(map(str, numbers)), self._around(1, "1"))

    def _among(self, values: Sequence[Any], shown: list[str], around: tuple[str, str]) -> Cells:
        """Return values that are shown so, in their order, as cells with those of None among."""
        begin, end = around
        if len(shown) == len(values):
            return Cells(begin, shown, end)
        next_one, nothing = iter(shown), self._cell(None)
        cells = [nothing if value is None else f"{begin}{next(next_one)}{end}" for value in values]
        return Cells("", cells, "")

    def _cell(self, value: Any) -> str:
        plain, _, _ = form_of(value, self._kind, self._zone)
        if isinstance(plain, date) and not isinstance(plain, datetime):
            plain = datetime.combine(plain, time())
        elif isinstance(plain, Decimal):
            plain = float(plain)
        style = self._style_of(value, self._kind)
        cell = cell_xml("", plain, style, escaped=True).removeprefix('<c r=""')
        return carried(cell) or "/>"

    @cached_property
    def _text(self) -> tuple[str, str, str, str]:
        """What stands before a text, before one that needs the quote prefix, after, for none."""
        begin, end = self._around("x", "x")
        return begin, self._around("=x", "=x")[0], end, self._cell("")

    def _around(self, sample: Any, shown: str) -> tuple[str, str]:
        """Return what stands before and after a value such as the sample in its cell."""
        begin, _, end = self._cell(sample).partition(f">{shown}<")
        return f"{begin}>", f"<{end}"


class _Known(dict[str | None, str]):
    """The cell of each text that was asked for."""

    def __init__(self, cell: Callable[[Any], str]) -> None:
        super().__init__()
        self._cell = cell

    def __missing__(self, value: str | None) -> str:
        made = self[value] = self._cell(value)
        return made


def _usual(texts: Sequence[str], joined: str) -> bool:
    """Return whether texts beyond ASCII can be read from XML as they are."""
    if joined.isprintable():
        return True
    return text.clean(joined) == joined and all(map(eq, texts, map(str.strip, texts)))


def _starts(joined: str, sign: str) -> bool:
    """Return whether one of the joined texts starts with a sign."""
    return joined.startswith(sign) or f"<{sign}" in joined


def _edged(joined: str) -> bool:
    """Return whether one of the joined texts starts or ends with a space."""
    return " <" in joined or "< " in joined or " " in (joined[:1], joined[-1:])
