"""New comments on cells: their XML, and the parts that a sheet without any comment needs first."""

from __future__ import annotations

import posixpath
import re
from xml.sax.saxutils import escape

from addin.files.grid import Grid
from addin.files.package import TYPES, Package, relations_part
from partnerbook import text as texts
from partnerbook.text import column_letters

AUTHOR = "Partnerbook"

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships '
    b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_SPACES = (
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_KIND_OF_BOX = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_BOXES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What the schema wants after a sheet's legacyDrawing.
_LATER = re.compile(
    r"<(?:\w+:)?(?:legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts"
    r"|extLst)\b|<mc:AlternateContent\b|</(?:\w+:)?worksheet>"
)


def parts_of(package: Package, part: str, grid: Grid) -> tuple[str, str]:
    """Return the names of a sheet's parts of comments and of their boxes; made when missing."""
    relations = package.relations(part)
    comments = next((target for kind, target in relations.values() if kind == "comments"), None)
    named = re.search(r"<(?:\w+:)?legacyDrawing\b[^<>]*?\b\w+:id=\"([^\"]*)\"", grid.tail)
    boxes = relations[named[1]][1] if named and named[1] in relations else None
    if comments is None:
        strict = _STRICT_MAIN in grid.head
        comments = _free(package, "xl/comments{}.xml")
        xml = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<comments xmlns="{_STRICT_MAIN if strict else _MAIN}"><authors><author>{AUTHOR}'
            "</author></authors><commentList></commentList></comments>"
        )
        package.put(comments, xml.encode())
        _type(package, f'<Override PartName="/{comments}" ContentType="{_COMMENTS_TYPE}"/>')
        _relate(package, part, comments, "comments", strict=strict)
    if boxes is None:
        strict = _STRICT_MAIN in grid.head
        boxes = _free(package, "xl/drawings/vmlDrawing{}.vml")
        package.put(boxes, f"<xml{_SPACES}>{_KIND_OF_BOX}</xml>".encode())
        if b'Extension="vml"' not in package.read(TYPES):
            _type(package, f'<Default Extension="vml" ContentType="{_BOXES_TYPE}"/>')
        identity = _relate(package, part, boxes, "vmlDrawing", strict=strict)
        _draw(grid, identity, _STRICT if strict else _OFFICE)
    return comments, boxes


def comment_xml(head: str, place: tuple[int, int], text: str) -> str:
    """Return a comment, in the dialect of the part that begins so."""
    found = re.search(r"<((?:\w+:)?)comments\b", head)
    p = found[1] if found else ""
    authors = re.findall(rf"<{p}author>([^<]*)</{p}author>", head)
    author = authors.index(AUTHOR) if AUTHOR in authors else 0
    shown = escape(texts.for_cell_xml(text))
    reference = f"{column_letters(place[1])}{place[0]}"
    return (
        f'<{p}comment ref="{reference}" authorId="{author}"><{p}text><{p}r>'
        f'<{p}t xml:space="preserve">{shown}</{p}t></{p}r></{p}text></{p}comment>'
    )


def box_xml(place: tuple[int, int]) -> str:
    """Return the box of a comment: hidden until somebody points at its cell."""
    row, column = place[0] - 1, place[1] - 1
    anchor = f"{column + 1}, 15, {max(0, row - 1)}, 10, {column + 3}, 31, {row + 3}, 9"
    return (
        f'<v:shape{_SPACES} id="_x0000_s{9000 + row * 100 + column}" type="#_x0000_t202" '
        'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
        '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )


def opened(xml: str) -> tuple[str, int]:
    """Return the XML of a part without elements yet, and where they go in it."""
    xml = re.sub(r"<((?:\w+:)?commentList)\s*/>", r"<\1></\1>", xml)
    found = re.search(r"</(?:\w+:)?commentList>|</xml>\s*$", xml)
    return xml, found.start() if found else len(xml)


def _free(package: Package, pattern: str) -> str:
    number = 1
    while package.has(name := pattern.format(number)):
        number += 1
    return name


def _type(package: Package, entry: str) -> None:
    types = package.read(TYPES).decode("utf-8-sig")
    p = (re.search(r"<(\w+:)?Types\b", types) or ["", ""])[1] or ""
    entry = entry.replace("<", f"<{p}")
    # The schema of content types lets its two kinds stand in any order.
    package.put(TYPES, types.replace(f"</{p}Types>", f"{entry}</{p}Types>").encode())


def _relate(package: Package, part: str, target: str, kind: str, *, strict: bool) -> str:
    name = relations_part(part)
    xml = package.read(name) if package.has(name) else _RELATIONS
    text = re.sub(r"<(Relationships\b[^<>]*?)/>", r"<\1></Relationships>", xml.decode("utf-8-sig"))
    taken = set(re.findall(r'\bId="([^"]*)"', text))
    number = 1
    while f"rId{number}" in taken:
        number += 1
    space = _STRICT if strict else _OFFICE
    there = posixpath.relpath(target, posixpath.dirname(part))
    entry = f'<Relationship Id="rId{number}" Type="{space}/{kind}" Target="{there}"/>'
    end = re.search(r"</(\w+:)?Relationships>", text)
    if end is not None:
        entry = entry.replace("<", f"<{end[1] or ''}")
        text = text[: end.start()] + entry + text[end.start() :]
    package.put(name, text.encode())
    return f"rId{number}"


def _draw(grid: Grid, identity: str, space: str) -> None:
    found = _LATER.search(grid.tail)
    at = found.start() if found else len(grid.tail)
    p = (re.search(r"</(\w+:)?worksheet>", grid.tail) or ["", ""])[1] or ""
    element = f'<{p}legacyDrawing xmlns:r="{space}" r:id="{identity}"/>'
    grid.tail = grid.tail[:at] + element + grid.tail[at:]
    grid.changed = True
