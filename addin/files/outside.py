"""Where a sheet's links out of the workbook lead: relations of the sheet's part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from addin.files.package import NO_RELATIONS, Package, elements, parsed, relations_part
from addin.files.xmltext import attributes, prefix_of

_RELATION = re.compile(
    r"<(?:\w+:)?Relationship\b[^<>]*?(?:/>|>\s*</(?:\w+:)?Relationship>)", re.DOTALL
)


def targets(package: Package, part: str) -> dict[str, str]:
    """Return where each relation of a part's links leads, by ID."""
    name = relations_part(part)
    if not package.has(name):
        return {}
    return {
        node.get("Id", ""): node.get("Target", "")
        for node in elements(parsed(package.read(name), name), "Relationship")
        if node.get("TargetMode") == "External" and node.get("Type", "").endswith("/hyperlink")
    }


def relate(
    package: Package, part: str, there: Mapping[str, str], wanted: Mapping[str, str], space: str
) -> None:
    """Let a part's links have these relations, and no others.

    Args:
        package: The workbook's parts.
        part: Name of the sheet's part.
        there: Those that it has: where each leads, by ID.
        wanted: The same as it is to be.
        space: Namespace of the kinds of relations.
    """
    gone, new = there.keys() - wanted.keys(), wanted.keys() - there.keys()
    if not (gone or new):
        return
    name = relations_part(part)
    xml = (package.read(name) if package.has(name) else NO_RELATIONS).decode("utf-8-sig")
    xml = re.sub(r"<((?:\w+:)?Relationships)\b([^<>]*?)/>", r"<\1\2></\1>", xml)
    xml = _RELATION.sub(lambda m: "" if attributes(m[0]).get("Id") in gone else m[0], xml)
    p = prefix_of(xml, "Relationships")
    added = "".join(
        f'<{p}Relationship Id="{each}" Type="{space}/hyperlink" '
        f'Target={quoteattr(address(wanted[each]))} TargetMode="External"/>'
        for each in sorted(new)
    )
    end = f"</{p}Relationships>"
    package.put(name, xml.replace(end, added + end).encode())


def address(text: str) -> str:
    """Return an address as the file may hold it: Excel repairs a file with one that is no URI."""
    text = re.sub(r"[\x00-\x20<>\"^`{|}]", lambda m: f"%{ord(m[0]):02X}", text)
    return f"file:///{text}" if re.match(r"[A-Za-z]:[\\/]|\\\\", text) else text
