"""What a workbook's XML says and its reader does not tell. Pure: bytes in, facts out.

The reader returns an empty text for a formula that was never calculated and for an error like
``#N/A``, does not know hidden rows, and allocates a sheet up to its farthest cell. A streaming
scan of the XML tells all four. Only xlsx and xlsm: the other formats are *not checked*.
"""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath

from partnerbook.text import column_number
from reports.ledger.extent import extent_of
from reports.ledger.gates import refuse_declarations

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_USUAL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
# A cell that is only formatted ends in "/>", and is no cell to the reader.
_CELL = re.compile(_USUAL.pattern + rb'(?!(?: \w+="[^"<>]*")*\s?/>)')
_PREFIXED = re.compile(rb":(?=c[\s/>])")  # to begin with one byte takes half of the time
_NO_CELL = re.compile(rb"<c(?=[\w.:-])")  # cols, cfRule, controls, customFilters and the like
_REF = re.compile(rb"\br=\"([A-Z]{1,3})([0-9]{1,7})\"")
_HIDDEN = re.compile(rb"\bhidden=\"(?:1|true)\"")
_ROW_NUMBER = re.compile(rb"\br=[\"']([0-9]+)[\"']")
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^>/]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=\"e\"[^>]*)>")
_CHUNK = 2**18  # what a processor keeps at hand: of 4 MB at once, the scan takes half as long again
_LETTERS = 26
_ROOMY = 10_000_000  # cells; the extent of a sheet that is surely smaller need not be exact


@dataclass
class Facts:
    """What the XML of one sheet says.

    Attributes:
        height: The farthest row with a cell; 0 for an empty sheet. At most so far, where the sheet
            has less than ten million cells in any case: to know it exactly costs as much as to
            read the sheet.
        width: The farthest column with a cell; as above.
        hidden: Rows that are hidden, from 1.
        uncalculated: ``(row, column)`` of formulas without a calculated value, from 1.
        errors: ``(row, column)`` of cells that hold an error.
        merged: ``(top, bottom, first, last)`` of cells merged over several rows: rows and columns,
            from 1.
        part: Where in the file its XML is.
        usual: Whether each cell begins with its place, as spreadsheet programs write it.
    """

    height: int = 0
    width: int = 0
    hidden: set[int] = field(default_factory=set)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    merged: set[tuple[int, int, int, int]] = field(default_factory=set)
    part: str = ""
    usual: bool = True


def scan(data: bytes, name: str = "the file") -> dict[str, Facts]:
    """Return the facts of each worksheet of an xlsx file, by sheet name.

    Args:
        data: The whole file.
        name: Its name, for the sentences.

    Raises:
        LedgerError: A sheet holds XML declarations.
        KeyError, ValueError, zipfile.BadZipFile: The file is damaged; the caller says so.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {title: _facts(book, part, name) for title, part in parts_of(book)}


def parts_of(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each worksheet, and the part that holds it."""
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415  only workbooks pay for it

    relations = related(book, "worksheet")
    for element in fromstring(book.read(_root(book))).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        for key, value in element.items():
            if key.rpartition("}")[2] == "id" and value in relations:
                yield element.get("name", ""), relations[value]


def related(book: zipfile.ZipFile, kind: str) -> dict[str | None, str]:
    """Return ID -> part, for the parts of a kind that the workbook's root names."""
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415  only workbooks pay for it

    folder, _, file = _root(book).rpartition("/")
    return {
        relation.get("Id"): normpath(
            target.lstrip("/") if target.startswith("/") else join(folder, target)
        )
        for relation in fromstring(book.read(join(folder, "_rels", f"{file}.rels")))
        if relation.get("Type", "").endswith(f"/{kind}")
        for target in (relation.get("Target", ""),)
    }


def _root(book: zipfile.ZipFile) -> str:
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415  only workbooks pay for it

    return next(
        relation.get("Target", "")
        for relation in fromstring(book.read("_rels/.rels"))
        if relation.get("Type", "").endswith("/officeDocument")
    ).lstrip("/")


def _facts(book: zipfile.ZipFile, part: str, name: str) -> Facts:
    facts = Facts(part=part)
    for piece in pieces_of(book, part):
        refuse_declarations(piece, name)
        _look(piece, facts)
        facts.usual = facts.usual and _bound(piece, facts)
    if not facts.usual:
        with book.open(part) as sheet:
            facts.height, facts.width = extent_of(sheet)
    elif facts.height * facts.width > _ROOMY:
        facts.height = facts.width = 0
        for piece in pieces_of(book, part):
            _measure(piece, facts)
    return facts


def pieces_of(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the part in pieces that end where a row ends."""
    with book.open(part) as stream:
        rest = b""
        # As much again as is left over: where no row ends, each byte is moved a few times only.
        while chunk := stream.read(max(_CHUNK, len(rest))):
            rest += chunk
            end = max(rest.rfind(b"</row>"), rest.rfind(b":row>"))
            if end < 0:
                continue
            end = rest.index(b">", end) + 1
            yield rest[:end]
            rest = rest[end:]
        yield rest


def _look(piece: bytes, facts: Facts) -> None:
    if _has(piece, b"h", b"hidden"):
        for row in _ROW.finditer(piece):
            if _HIDDEN.search(row[1]) and (number := _ROW_NUMBER.search(row[1])):
                facts.hidden.add(int(number[1]))
    if _has(piece, b"g", b"mergeCell "):
        for area in _MERGED.finditer(piece):
            top, bottom = int(area[2]), int(area[4])
            if top < bottom:
                facts.merged.add((top, bottom, _number(area[1]), _number(area[3])))
    # To match what is not there costs a second a million cells.
    if _has(piece, b"f", b"<f") or _has(piece, b"f", b":f"):
        facts.uncalculated |= _places(_UNCALCULATED, piece)
    if _has(piece, b"e", b't="e"'):
        facts.errors |= _places(_ERROR, piece)


def _bound(piece: bytes, facts: Facts) -> bool:
    """Widen the extent until every cell of the piece is within it; False where one looks unusual.

    To search for what is outside costs a third of what it costs to look at each cell.
    """
    if _PREFIXED.search(piece):
        return False
    at = 0
    while found := _outside(facts.width, len(str(facts.height))).search(piece, at):
        at = found.start()
        if _NO_CELL.match(piece, at):
            at = found.end()
            continue
        place = _USUAL.match(piece, at)
        if not place:
            return False
        letters = place[1][:1] + b"ZZ"[: len(place[1]) - 1]
        facts.width = max(facts.width, _number(letters))
        facts.height = max(facts.height, 10 ** len(place[2]) - 1)
    return True


@functools.cache
def _outside(width: int, digits: int) -> re.Pattern[bytes]:
    """Return what a cell outside of an extent begins with, one that looks unusual, or no cell.

    Beyond column Z an extent ends with a first letter: AZ, BZ, ZZ, AZZ.
    """
    if width <= _LETTERS:
        inside = b"[A-%c]" % (64 + width) if width else b"(?!)"
    elif width <= _LETTERS * (_LETTERS + 1):
        inside = b"[A-Z]|[A-%c][A-Z]" % (64 + (width - 1) // _LETTERS)
    else:
        first = 64 + (width - 1 - _LETTERS) // _LETTERS**2
        inside = b"[A-Z]{1,2}|[A-%c][A-Z]{2}" % first
    # To look for what is no cell in here too makes the search take half as long again.
    return re.compile(b'<c(?! r="(?:%b)[0-9]{1,%d}")' % (inside, digits))


def _has(piece: bytes, rare: bytes, sign: bytes) -> bool:
    """Return whether a sign occurs, looking first for the byte of it that most sheets lack.

    To look for one rare byte takes a twentieth of the time of looking for several.
    """
    return rare in piece and sign in piece


def _places(pattern: re.Pattern[bytes], piece: bytes) -> set[tuple[int, int]]:
    return {place for cell in pattern.finditer(piece) if (place := _place(cell[1]))}


def _measure(piece: bytes, facts: Facts) -> None:
    """Widen the extent to the farthest cells of the piece, which all look usual."""
    cells = _CELL.findall(piece)
    facts.height = max(facts.height, *map(int, {row for _, row in cells}), 0)
    facts.width = max(facts.width, *map(_number, {letters for letters, _ in cells}), 0)


def _place(attributes: bytes) -> tuple[int, int] | None:
    found = _REF.search(attributes)
    if not found:
        return None
    return int(found[2]), _number(found[1])


def _number(letters: bytes) -> int:
    return column_number(letters.decode())
