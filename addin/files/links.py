"""Links on cells, as a sheet's part holds them: after its rows, before how it is printed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from addin.files.xmltext import attributes, place_for, prefix_of, unescaped
from partnerbook.text import column_letters

_LIST = re.compile(r"<((?:\w+:)?hyperlinks)\b[^<>]*?(?:/>|>.*?</\1>)", re.DOTALL)


def leads_to(element: str) -> str:
    """Return where a link leads: ``#`` first into the workbook, else what names its relation."""
    given = attributes(element)
    outside = next((value for name, value in given.items() if name.endswith(":id")), "")
    return outside or "#" + unescaped(given.get("location", ""))


def link_xml(tail: str, place: tuple[int, int], location: str, tip: str) -> str:
    """Return a link into the workbook, in the dialect of the sheet that ends so."""
    p = prefix_of(tail, "worksheet")
    given: Mapping[str, str] = {
        "ref": f"{column_letters(place[1])}{place[0]}",
        "location": location,
        "tooltip": tip,
    }
    facts = " ".join(f"{name}={_quoted(value)}" for name, value in given.items())
    return f"<{p}hyperlink {facts}/>"


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
    return '"' + escape(value, {'"': "&quot;"}) + '"'
