"""What a copy to hand over must not hold: macros, connections, links to other workbooks."""

from __future__ import annotations

import re

from addin.files.package import TYPES, Package, elements, parsed
from addin.files.xmltext import unescaped
from partnerbook.errors import WorkbookError

_WITH_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_WITHOUT = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_GO = {"vbaProject", "connections", "extensibility"}
_MASHUP = (b"DataMashup", "DataMashup".encode("utf-16-le"))
_RULE = re.compile(
    r"<((?:\w+:)?(conditionalFormatting|dataValidation))\b[^<>]*(?<!/)>.*?</\1>", re.DOTALL
)
_FORMULA = re.compile(r"<(?:\w+:)?(?:formula[12]?|f)>([^<]*)</(?:\w+:)?(?:formula[12]?|f)>")
_LINK = re.compile(rb"[^\w\]]'?\[\d+\][^\[\]<>\"]*?!")


def strip(package: Package) -> tuple[str, ...]:
    """Take macros, connections, queries and unused links off a workbook.

    Returns:
        What still looks into another workbook, a few words for each; empty for nothing.

    Raises:
        WorkbookError: A pivot table or data model lives on a connection: without it, it would
            be damaged.
    """
    names = [name for name in package.parts.names if package.has(name)]
    for name in names:
        if name.startswith("xl/model/") or (
            "pivotCacheDefinition" in name
            and name.endswith(".xml")
            and b"connectionId=" in package.read(name)
        ):
            raise WorkbookError(
                f"{package.path.name} has a pivot table or data model over a connection, which a "
                "copy without connections cannot keep; turn it into values and freeze again"
            )
    for owner in ("", package.main, *(name for name in names if _may_query(name))):
        for identity, (kind, target) in package.relations(owner).items():
            mashup = kind == "customXml" and any(each in package.read(target) for each in _MASHUP)
            if kind in _GO or kind == "queryTable" or mashup:
                _drop(package, owner, identity, target)
    for name in names:
        if name.startswith("xl/tables/") and package.has(name):
            _plain_table(package, name)
    package.put(TYPES, package.read(TYPES).replace(_WITH_MACROS, _WITHOUT))
    return _unlink(package)


def rules(tail: str) -> list[tuple[str, str, str]]:
    """Return the formulas of a sheet's conditional formats and validations.

    Args:
        tail: XML after ``</sheetData>``.

    Returns:
        What it is, a few words; the cells it is about; the formula without ``=``.
    """
    found = []
    for rule in _RULE.finditer(tail):
        kind = "a conditional format" if rule[2].startswith("cond") else "a check of input"
        where = re.search(r'sqref="([^"]*)"|sqref>([^<]*)<', rule[0])
        cells = (where[1] or where[2]) if where else ""
        found += [(kind, cells, unescaped(each)) for each in _FORMULA.findall(rule[0])]
    return found


def _may_query(name: str) -> bool:
    return name.startswith(("xl/worksheets/sheet", "xl/tables/")) and name.endswith(".xml")


def _drop(package: Package, owner: str, identity: str, target: str) -> None:
    for _, further in package.relations(target).values():
        if package.has(further):
            package.drop(further)
    if package.has(target):
        package.drop(target)
    package.unrelate(owner, identity)


def _plain_table(package: Package, name: str) -> None:
    xml = package.read(name)
    plain = re.sub(rb'\s+(?:tableType="queryTable"|queryTableFieldId="[^"]*")', b"", xml)
    if plain != xml:
        package.put(name, plain)


def _unlink(package: Package) -> tuple[str, ...]:
    """Drop the links to other workbooks, unless something still looks into one; return what."""
    links = [
        (identity, target)
        for identity, (kind, target) in package.relations(package.main).items()
        if kind == "externalLink"
    ]
    if not links:
        return ()
    mine = {target for _, target in links}
    looking = [
        name
        for name in sorted({*package.parts.names, *package.changes})
        if name.startswith("xl/") and name.endswith(".xml") and name not in mine
        if package.has(name) and "sharedStrings" not in name and "comments" not in name
        if _looks(package.read(name))
    ]
    if looking:
        return tuple(each for name in looking for each in _said(package, name))
    for identity, target in links:
        _drop(package, package.main, identity, target)
    pattern = rb"<((?:\w+:)?externalReferences)\b[^<>]*>.*?</\1>"
    package.put(package.main, re.sub(pattern, b"", package.read(package.main), flags=re.DOTALL))
    return ()


def _said(package: Package, part: str) -> list[str]:
    """Return what in a part looks into another workbook, as a person knows it."""
    if part == package.main:
        return [
            f"the name {node.get('name', '')} (Formulas > Name Manager)"
            for node in elements(parsed(package.read(part), part), "definedName")
            if _LINK.search(f"={node.text}".encode())
        ]
    for node in elements(package.root, "sheet"):
        identity = next((node.get(key) for key in node.attrib if key.endswith("}id")), "")
        if package.relations(package.main).get(identity or "", ("", ""))[1] == part:
            return [f"a drop-down or conditional format on the sheet {node.get('name', '')}"]
    kind = "a chart" if "/charts/" in part else part
    return [f"{kind} (Data > Edit Links)"]


def _looks(part: bytes) -> bool:
    # A text in a cell may look like a link; it stands in <t>.
    return _LINK.search(re.sub(rb"<(?:\w+:)?t\b[^<>]*>[^<]*</(?:\w+:)?t>", b"", part)) is not None
