"""What a workbook's XML says and its reader does not tell. Pure: bytes in, facts out.

The reader returns an empty text for a formula that was never calculated and for an error like
``#N/A``, does not know hidden rows, and allocates a sheet up to its farthest cell. A streaming
scan of the XML tells all four. Only xlsx and xlsm: the other formats are *not checked*.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
# A cell that is only formatted ends in "/>", and is no cell to the reader.
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]{1,3})([0-9]{1,7})\"[^>]*(?<!/)>")
_REF = re.compile(rb"\br=\"([A-Z]{1,3})([0-9]{1,7})\"")
_HIDDEN = re.compile(rb"\bhidden=\"(?:1|true)\"")
_ROW_NUMBER = re.compile(rb"\br=\"([0-9]{1,7})\"")
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^>/]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=\"e\"[^>]*)>")
_FORMULA = (b"<f", b":f")
_ERROR_TYPE = (b't="e"',)
_CHUNK = 4 * 2**20


@dataclass
class Facts:
    """What the XML of one sheet says.

    Attributes:
        height: The farthest row with a cell; 0 for an empty sheet.
        width: The farthest column with a cell.
        hidden: Rows that are hidden, from 1.
        uncalculated: ``(row, column)`` of formulas without a calculated value, from 1.
        errors: ``(row, column)`` of cells that hold an error.
    """

    height: int = 0
    width: int = 0
    hidden: set[int] = field(default_factory=set)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)


def scan(data: bytes) -> dict[str, Facts]:
    """Return the facts of each worksheet of an xlsx file, by sheet name.

    Raises:
        KeyError, ValueError, zipfile.BadZipFile: The file is damaged; the caller says so.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: _facts(book, part) for name, part in parts_of(book)}


def parts_of(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each worksheet, and the part that holds it."""
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415  only workbooks pay for it

    root = next(
        relation.get("Target", "")
        for relation in fromstring(book.read("_rels/.rels"))
        if relation.get("Type", "").endswith("/officeDocument")
    ).lstrip("/")
    folder, _, file = root.rpartition("/")
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in fromstring(book.read(join(folder, "_rels", f"{file}.rels")))
        if relation.get("Type", "").endswith("/worksheet")
    }
    for element in fromstring(book.read(root)).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        for key, value in element.items():
            if key.rpartition("}")[2] == "id" and value in relations:
                target = relations[value]
                part = target.lstrip("/") if target.startswith("/") else join(folder, target)
                yield element.get("name", ""), normpath(part)


def _facts(book: zipfile.ZipFile, part: str) -> Facts:
    facts = Facts()
    with book.open(part) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            rest += chunk
            end = max(rest.rfind(b"</row>"), rest.rfind(b":row>"))
            if end < 0:
                continue
            end = rest.index(b">", end) + 1
            _look(rest[:end], facts)
            rest = rest[end:]
        _look(rest, facts)
    return facts


def _look(piece: bytes, facts: Facts) -> None:
    for row in _ROW.finditer(piece):
        if _HIDDEN.search(row[1]) and (number := _ROW_NUMBER.search(row[1])):
            facts.hidden.add(int(number[1]))
    cells = _CELL.findall(piece)
    facts.height = max(facts.height, *(int(row) for row in {row for _, row in cells}), 0)
    facts.width = max(
        facts.width, *(_number(letters) for letters in {each for each, _ in cells}), 0
    )
    for pattern, sign, into in (
        (_UNCALCULATED, _FORMULA, facts.uncalculated),
        (_ERROR, _ERROR_TYPE, facts.errors),
    ):
        if any(each in piece for each in sign):  # to look for these costs a second a million cells
            into.update(place for cell in pattern.finditer(piece) if (place := _place(cell[1])))


def _place(attributes: bytes) -> tuple[int, int] | None:
    found = _REF.search(attributes)
    if not found:
        return None
    return int(found[2]), _number(found[1])


def _number(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column
