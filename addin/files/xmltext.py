"""A workbook's XML as text: attributes, characters, columns, shared strings. Pure."""

from __future__ import annotations

import re

from partnerbook.text import from_cell_xml
from reports.workbook import parts

_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile("&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(lt|gt|amp|quot|apos));")
# Not every program writes ">" in an attribute as "&gt;"; XML does not ask for it.
_TAG = re.compile(r"""<(/?)(?:\w+:)?(\w+)(?:[^<>"']|"[^"]*"|'[^']*')*?(/?)>""")
# What the schema lets stand after a sheet's rows, in its order, from the links on.
_AFTER_ROWS = (
    "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
    "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a start tag, as they stand there (still escaped)."""
    return {
        match[1]: match[2] if match[2] is not None else match[3]
        for match in _ATTRIBUTE.finditer(tag)
    }


def plain(value: str) -> str:
    """Return a text of a cell as a person sees it."""
    return from_cell_xml(unescaped(value))


def unescaped(value: str) -> str:
    """Return text of an XML part with its references resolved.

    Not `html.unescape`: that one takes ``&#128;`` for a euro sign.
    """
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _ENTITIES[match[3]]
    return chr(int(match[1], 16) if match[1] else int(match[2]))


def prefix_of(xml: str, element: str) -> str:
    """Return the namespace prefix, with its colon, that the first element of a name bears."""
    found = re.search(rf"</?(\w+:)?{element}\b", xml)
    return found[1] or "" if found else ""


def place_for(tail: str, element: str) -> int:
    """Return where an element goes in what stands after a sheet's rows.

    The schema wants an order. What stands inside of other elements does not count: a data bar
    has an extension of its own, a custom view margins.
    """
    later = {*_AFTER_ROWS[_AFTER_ROWS.index(element) + 1 :], "AlternateContent"}
    depth = 0
    for tag in _TAG.finditer(tail):
        if tag[1]:
            depth -= 1
        elif depth == 0 and tag[2] in later:
            return tag.start()
        elif not tag[3]:
            depth += 1
        if depth < 0:  # the end of the sheet
            return tag.start()
    return len(tail)


class Texts:
    """Reads texts, whose runs may differ in format, without hints how they are pronounced.

    Args:
        prefix: Namespace prefix of the elements, ``x:`` say.
    """

    def __init__(self, prefix: str) -> None:
        p = prefix
        self._run_re = re.compile(rf"<{p}t\b[^<>/]*?(?:/>|>(.*?)</{p}t>)", re.DOTALL)
        self._phonetic_re = re.compile(rf"<{p}rPh\b.*?</{p}rPh>", re.DOTALL)

    def joined(self, xml: str) -> str:
        """Return the text that an element's content holds."""
        bare = self._phonetic_re.sub("", xml)
        return "".join(plain(run[1] or "") for run in self._run_re.finditer(bare))


def shared_strings(part: bytes, name: str) -> tuple[str, ...]:
    """Return the texts of ``sharedStrings.xml``."""
    parts.well_formed(part, name)
    whole = part.decode("utf-8-sig")
    p = prefix_of(whole, "sst")
    item = re.compile(rf"<{p}si\b[^<>]*?(?:/>|>(.*?)</{p}si>)", re.DOTALL)
    texts = Texts(p)
    return tuple(texts.joined(match[1] or "") for match in item.finditer(whole))
