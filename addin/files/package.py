"""The parts of one workbook file: reading them, what belongs to what, and what will be written.

Read with an XML parser; written by changing attributes in the text, so that whatever is not
understood stays as it was.
"""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

from addin.files.styles import Styles
from addin.files.xmltext import prefix_of, shared_strings
from partnerbook.errors import WorkbookError
from reports.workbook import parts

TYPES = "[Content_Types].xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATION = "http://purl.oclc.org/ooxml/officeDocument/relationships"
"""Namespace of the IDs of relations, and of their kinds; in files of the strict dialect."""
NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships '
    b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
"""The relations of a part that has none yet."""


class Package:
    """The parts of a workbook on disk, and what some of them will be replaced by.

    Args:
        path: The .xlsx or .xlsm file.
        reading: Whether it is only read: then it may be open in another program.

    Raises:
        WorkbookError: It cannot be read, or not changed without harm.
    """

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        self.path = path
        self.parts = parts.Parts(path, reading=reading)
        self.changes: dict[str, bytes | None] = {}
        self._styles: Styles | None = None
        main = [t for kind, t in self.relations("").values() if kind == "officeDocument"]
        if not main:
            raise WorkbookError(f"{path.name} is no Excel workbook (.xlsx or .xlsm)")
        self.main = main[0]
        self.root = parsed(self.read(self.main), self.main)
        self.date1904 = any(
            node.get("date1904") in ("1", "true") for node in elements(self.root, "workbookPr")
        )
        self.by_kind = dict(self.relations(self.main).values())

    def read(self, name: str) -> bytes:
        """Return a part as it will be written.

        Raises:
            WorkbookError: There is no such part, or it is damaged.
        """
        part = self.changes.get(name)
        return self.parts.read(name) if part is None else part

    def has(self, name: str) -> bool:
        """Return whether there will be such a part."""
        if name in self.changes:
            return self.changes[name] is not None
        return name in self.parts.names

    def put(self, name: str, part: bytes) -> None:
        """Replace a part, or add one."""
        self.changes[name] = part

    def free(self, pattern: str) -> str:
        """Return the first name of a pattern, with a number for ``{}``, that no part bears."""
        number = 1
        while self.has(name := pattern.format(number)):
            number += 1
        return name

    def declare(self, entry: str) -> None:
        """Add an element without prefix to the content types; they may stand in any order."""
        types = self.read(TYPES).decode("utf-8-sig")
        p = prefix_of(types, "Types")
        end = f"</{p}Types>"
        self.put(TYPES, types.replace(end, entry.replace("<", f"<{p}") + end).encode())

    def drop(self, name: str) -> None:
        """Leave a part out, with its own relations, and take it off the content types."""
        for each in (name, relations_part(name)):
            if self.has(each):
                self.changes[each] = None
        self.put(TYPES, without(self.read(TYPES), "Override", "PartName", f"/{name}"))

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The workbook's shared strings."""
        part = self.by_kind.get("sharedStrings")
        return shared_strings(self.read(part), part) if part else ()

    @property
    def styles(self) -> Styles:
        """The workbook's cell styles."""
        if self._styles is None:
            part = self.by_kind.get("styles")
            if part is None:
                raise WorkbookError(
                    f"{self.path.name} has no styles; open and save it once in Excel"
                )
            self._styles = Styles(self.read(part), part)
        return self._styles

    def put_changed_styles(self) -> None:
        """Replace the part of the styles, where some were added."""
        if self._styles is not None and self._styles.changed:
            self.put(self._styles.part, self._styles.to_xml())

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and target of each relation of a part ("" for the file), by ID."""
        name = relations_part(part)
        if not self.has(name):
            return {}
        folder, out = posixpath.dirname(part), {}
        for node in elements(parsed(self.read(name), name), "Relationship"):
            if node.get("TargetMode") == "External":
                continue
            target = node.get("Target", "")
            joined = target[1:] if target[:1] == "/" else posixpath.join(folder, target)
            kind = node.get("Type", "").rsplit("/", 1)[-1]
            out[node.get("Id", "")] = kind, posixpath.normpath(joined)
        return out

    def relate(self, part: str, target: str, kind: str) -> str:
        """Relate a part to another one.

        Args:
            part: Name of the part.
            target: Name of the other.
            kind: What the other is to it: a URL.

        Returns:
            The relation's ID.
        """
        name = relations_part(part)
        xml = self.read(name) if self.has(name) else NO_RELATIONS
        text = xml.decode("utf-8-sig")
        text = re.sub(r"<((?:\w+:)?Relationships)\b([^<>]*?)/>", r"<\1\2></\1>", text)
        taken = set(re.findall(r'\bId="([^"]*)"', text))
        number = 1
        while (identity := f"rId{number}") in taken:
            number += 1
        there = posixpath.relpath(target, posixpath.dirname(part))
        p = prefix_of(text, "Relationships")
        entry = f'<{p}Relationship Id="{identity}" Type="{kind}" Target="{there}"/>'
        end = f"</{p}Relationships>"
        self.put(name, text.replace(end, entry + end).encode())
        return identity

    def unrelate(self, part: str, identity: str) -> None:
        """Take a relation off a part."""
        name = relations_part(part)
        self.put(name, without(self.read(name), "Relationship", "Id", identity))


def relations_part(part: str) -> str:
    """Return the name of the part that holds a part's relations."""
    folder, file = posixpath.split(part)
    # The whole file's relations stand in ``_rels/.rels``.
    return posixpath.join(folder, "_rels", f"{file}.rels")


def parsed(part: bytes, name: str) -> Any:
    """Return a part's root element.

    Raises:
        WorkbookError: It is no XML, or declares a document type.
    """
    parts.well_formed(part, name)
    return ElementTree.fromstring(part)


def elements(root: Any, name: str) -> list[Any]:
    """Return the elements of a name, whatever namespace the file's dialect puts them in."""
    return [node for node in root.iter() if str(node.tag).rpartition("}")[2] == name]


def without(part: bytes, element: str, name: str, value: str) -> bytes:
    """Return a part without the childless elements of a kind that bear an attribute."""
    attribute = rf"\s{name}\s*=\s*[\"']{re.escape(value)}[\"']"
    pattern = rf"<(?:\w+:)?{element}\b[^<>]*?{attribute}[^<>]*?(?:/>|></(?:\w+:)?{element}>)"
    return re.sub(pattern.encode(), b"", part)
