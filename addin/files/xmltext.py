"""A workbook's XML as text: attributes, characters, columns, shared strings. Pure."""

from __future__ import annotations

import re

from partnerbook.text import from_cell_xml
from reports.workbook import parts

_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile("&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(lt|gt|amp|quot|apos));")
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


def shared_strings(part: bytes, name: str) -> tuple[str, ...]:
    """Return the texts of ``sharedStrings.xml``."""
    parts.well_formed(part, name)
    whole = part.decode("utf-8-sig")
    found = re.search(r"<((?:\w+:)?)sst\b", whole)
    p = found[1] if found else ""
    item = re.compile(rf"<{p}si\b[^<>]*?(?:/>|>(.*?)</{p}si>)", re.DOTALL)
    text = re.compile(rf"<{p}t\b[^<>/]*?(?:/>|>(.*?)</{p}t>)", re.DOTALL)
    phonetic = re.compile(rf"<{p}rPh\b.*?</{p}rPh>", re.DOTALL)
    return tuple(
        "".join(plain(t[1] or "") for t in text.finditer(phonetic.sub("", match[1] or "")))
        for match in item.finditer(whole)
    )
