"""Links on cells, as a sheet's part holds them: after its rows, before how it is printed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape

from addin.files.xmltext import attributes, place_for, prefix_of, unescaped
from partnerbook.text import column_letters

_LIST = re.compile(r"<((?:\w+:)?hyperlinks)\b[^<>]*?(?:/>|>.*?</\1>)", re.DOTALL)


class Cell(NamedTuple):
    """Where a link hangs, with the names that Excel's own has."""

    Row: int
    Column: int


class Hyperlink(NamedTuple):
    """A link, with the names that Excel's own has."""

    Range: Cell
    Address: str
    SubAddress: str
    ScreenTip: str


def link_of(element: str, place: tuple[int, int], outside: Mapping[str, str]) -> Hyperlink:
    """Return a link.

    Args:
        element: Its XML.
        place: Row and column.
        outside: Where the links out of the workbook lead, by the ID of their relation.
    """
    given = attributes(element)
    identity = next((value for name, value in given.items() if name.endswith(":id")), None)
    address = "" if identity is None else outside.get(identity, "")
    location, tip = (unescaped(given.get(name, "")) for name in ("location", "tooltip"))
    return Hyperlink(Cell(*place), address, location, tip)


def link_xml(tail: str, place: tuple[int, int], location: str, tip: str, relation: str = "") -> str:
    """Return a link, in the dialect of the sheet that ends so.

    Args:
        tail: How the sheet ends.
        place: Row and column.
        location: A place in the workbook, or in what the relation leads to; "" for none.
        tip: What is shown when somebody points at it; "" for nothing.
        relation: The attributes that name its relation; "" for a link into the workbook.
    """
    # Its last tag ends the sheet; the links before it may be many.
    p = prefix_of(tail[max(0, tail.rfind("</")) :], "worksheet")
    given: Mapping[str, str] = {
        "ref": f"{column_letters(place[1])}{place[0]}",
        "location": location,
        "tooltip": tip,
    }
    facts = "".join(f" {name}={_quoted(value)}" for name, value in given.items() if value)
    return f"<{p}hyperlink{relation}{facts}/>"


def with_links(tail: str, elements: str) -> str:
    """Return the end of a sheet's part with these links, and no others; without any, no list."""
    there = _LIST.search(tail)
    if there is not None:
        before, after, name = tail[: there.start()], tail[there.end() :], there[1]
    else:
        at = place_for(tail, "hyperlinks")
        before, after, name = tail[:at], tail[at:], f"{prefix_of(tail, 'worksheet')}hyperlinks"
    return f"{before}<{name}>{elements}</{name}>{after}" if elements else before + after


def _quoted(value: str) -> str:
    # A bare line end in an attribute is read as a space.
    return '"' + escape(value, {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}) + '"'
