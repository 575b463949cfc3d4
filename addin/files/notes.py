"""New comments on cells: their XML, and the parts that a sheet without any comment needs first."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from addin.files.grid import Grid
from addin.files.package import RELATION, STRICT_RELATION, TYPES, Package
from addin.files.xmltext import place_for, prefix_of
from partnerbook import text as texts
from partnerbook.text import column_letters

AUTHOR = "Partnerbook"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
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


def parts_of(package: Package, part: str, grid: Grid) -> tuple[str, str]:
    """Return the names of a sheet's parts of comments and of their boxes; made when missing."""
    relations = package.relations(part)
    comments = next((target for kind, target in relations.values() if kind == "comments"), None)
    named = re.search(r"<(?:\w+:)?legacyDrawing\b[^<>]*?\b\w+:id=\"([^\"]*)\"", grid.tail)
    boxes = relations[named[1]][1] if named and named[1] in relations else None
    space = space_of(grid)
    if comments is None:
        comments = package.free("xl/comments{}.xml")
        xml = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<comments xmlns="{_MAIN if space == RELATION else _STRICT_MAIN}"><authors>'
            f"<author>{AUTHOR}</author></authors><commentList></commentList></comments>"
        )
        package.put(comments, xml.encode())
        package.declare(f'<Override PartName="/{comments}" ContentType="{_COMMENTS_TYPE}"/>')
        package.relate(part, comments, f"{space}/comments")
    if boxes is None:
        boxes = package.free("xl/drawings/vmlDrawing{}.vml")
        package.put(boxes, f"<xml{_SPACES}>{_KIND_OF_BOX}</xml>".encode())
        if b'Extension="vml"' not in package.read(TYPES):
            package.declare(f'<Default Extension="vml" ContentType="{_BOXES_TYPE}"/>')
        identity = package.relate(part, boxes, f"{space}/vmlDrawing")
        p, at = prefix_of(grid.tail, "worksheet"), place_for(grid.tail, "legacyDrawing")
        element = f'<{p}legacyDrawing xmlns:r="{space}" r:id="{identity}"/>'
        grid.tail = grid.tail[:at] + element + grid.tail[at:]
        grid.changed = True
    return comments, boxes


def space_of(grid: Grid) -> str:
    """Return the namespace of relations, in the dialect of a sheet."""
    return STRICT_RELATION if _STRICT_MAIN in grid.head else RELATION


def comment_xml(head: str, place: tuple[int, int], text: str) -> str:
    """Return a comment, in the dialect of the part that begins so."""
    p = prefix_of(head, "comments")
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
