"""What a copy to hand over must not hold: macros, connections, links to other workbooks."""

from __future__ import annotations

import re

from addin.files.package import TYPES, Package
from partnerbook.errors import WorkbookError

_WITH_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_WITHOUT = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_GO = {"vbaProject", "connections", "extensibility"}
_MASHUP = (b"DataMashup", "DataMashup".encode("utf-16-le"))
_LINK = re.compile(rb"[^\w\]]'?\[\d+\][^\[\]<>\"]*?!")


def strip(package: Package) -> None:
    """Take macros, connections, queries and unused links off a workbook.

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
    _unlink(package)


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


def _unlink(package: Package) -> None:
    """Drop the links to other workbooks, unless something still looks into one."""
    links = [
        (identity, target)
        for identity, (kind, target) in package.relations(package.main).items()
        if kind == "externalLink"
    ]
    mine = {target for _, target in links}
    looking = (
        name
        for name in {*package.parts.names, *package.changes}
        if name.startswith("xl/") and name.endswith(".xml") and name not in mine
        if package.has(name) and "sharedStrings" not in name and "comments" not in name
    )
    if not links or any(_looks(package.read(name)) for name in looking):
        return
    for identity, target in links:
        _drop(package, package.main, identity, target)
    pattern = rb"<((?:\w+:)?externalReferences)\b[^<>]*>.*?</\1>"
    package.put(package.main, re.sub(pattern, b"", package.read(package.main), flags=re.DOTALL))


def _looks(part: bytes) -> bool:
    # A text in a cell may look like a link; it stands in <t>.
    return _LINK.search(re.sub(rb"<(?:\w+:)?t\b[^<>]*>[^<]*</(?:\w+:)?t>", b"", part)) is not None
