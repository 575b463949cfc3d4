"""One workbook file: its sheets, tables, names and styles, and saving what was changed.

Read with an XML parser; written by changing attributes in the text, so that whatever is not
understood stays as it was.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

from addin.files.annotations import Annotations
from addin.files.calculation import mentions, stale, without_cached
from addin.files.grid import Cell, Grid, attributes, column_number, shared_strings
from addin.files.styles import Styles
from partnerbook.errors import WorkbookError
from reports.workbook import parts

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"
_TYPES = "[Content_Types].xml"

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; from 1, all included."""


@dataclass(slots=True)
class TableFile:
    """A table's part.

    Attributes:
        part: Name of the part.
        xml: Its XML, as it will be written.
        name: The table's name in formulas.
        area: What it covers, header and total rows included.
        columns: Names of its columns.
        totals: How many total rows it has.
        headers: How many header rows it has.
    """

    part: str
    xml: str
    name: str
    area: Area
    columns: tuple[str, ...]
    totals: int
    headers: int
    changed: bool = False

    def resize(self, last_row: int) -> None:
        """Let the table end at another row."""
        top, left, old, right = self.area
        self.area = (top, left, last_row, right)
        self.changed = True
        body = last_row - self.totals

        def end_at(match: re.Match[str]) -> str:
            first = area_of(match[3])
            # A filter or sort over the whole list goes on to be over the whole list.
            if match[1].endswith("table"):
                row = last_row
            else:
                row = body if first[2] == old - self.totals else first[2]
            return f"{match[1]}{match[2]}{reference(first[0], first[1], row, first[3])}{match[4]}"

        self.xml = re.sub(
            r'(<(?:\w+:)?(?:table|autoFilter|sortState|sortCondition))(\b[^<>]*?\bref=")([^"]*)(")',
            end_at,
            self.xml,
        )


class SheetFile:
    """One sheet of the file."""

    def __init__(self, workbook: WorkbookFile, name: str, part: str) -> None:
        self.workbook = workbook
        self.name = name
        self.part = part

    @cached_property
    def grid(self) -> Grid:
        """The sheet's cells, read when first asked for."""
        grid = Grid(self.workbook.parts.read(self.part), self.workbook.shared, f"sheet {self.name}")
        self._formulas_before = grid.formula_cells()
        return grid

    @cached_property
    def relations(self) -> dict[str, tuple[str, str]]:
        """Kind and target of each of the sheet's relations, by ID."""
        return self.workbook.relations(self.part)

    @cached_property
    def tables(self) -> list[TableFile]:
        """The tables on the sheet."""
        return [
            _table(target, self.workbook.parts.read(target))
            for kind, target in self.relations.values()
            if kind == "table"
        ]

    @cached_property
    def annotations(self) -> Annotations:
        """Links and comments of the sheet."""
        return Annotations(self)

    def default_style(self, row: int, column: int) -> int:
        """Return the style of a cell that is not there: its row's, else its column's."""
        known = self.grid.rows.get(row)
        if known and known.facts.get("customFormat") in ("1", "true"):
            return int(known.facts.get("s", 0))
        return self._column_styles.get(column, 0)

    def refuse_change(self, area: Area) -> None:
        """Refuse to change cells that cannot be changed without harm.

        Raises:
            WorkbookError: The sheet is protected, or merged cells reach into the area.
        """
        tail = self.grid.tail
        if re.search(r'<(?:\w+:)?sheetProtection\b[^<>]*\bsheet="(?:1|true)"', tail):
            raise WorkbookError(
                f"the sheet {self.name} is protected; unprotect it in Excel (Review > Unprotect "
                "Sheet) and try again"
            )
        for merged in self._merged:
            if _meet(merged, area):
                raise WorkbookError(
                    f"the sheet {self.name} has merged cells at {reference(*merged)} where the "
                    "list must be written; unmerge them and try again"
                )

    def list_grows(self, body: Area, last_row: int) -> None:
        """Let styles, formats and validations of a list's rows reach to its new last row."""
        _, left, bottom, right = body
        for row in range(bottom + 1, last_row + 1):
            for column in range(left, right + 1):
                model = self.grid.cell(bottom, column)
                if model and model.style and self.grid.cell(row, column) is None:
                    style = self.workbook.styles.without_fill(model.style)
                    self.grid.put(row, column, Cell(style=style))
            if height := {
                k: v
                for k, v in self.grid.touched(bottom).facts.items()
                if k in ("ht", "customHeight")
            }:
                self.grid.touched(row).facts.update(height)
        self.grid.tail = references_following(self.grid.tail, area=body, last_row=last_row)
        self.grid.changed = True

    @cached_property
    def _merged(self) -> list[Area]:
        found = re.findall(r'<(?:\w+:)?mergeCell\b[^<>]*?\bref="([^"]*)"', self.grid.tail)
        return [area_of(each) for each in found]

    @cached_property
    def _column_styles(self) -> dict[int, int]:
        styles: dict[int, int] = {}
        for match in re.finditer(r"<(?:\w+:)?col\b([^<>]*?)/?>", self.grid.head):
            facts = attributes(match[1])
            first, last, style = (int(facts.get(key, 0)) for key in ("min", "max", "style"))
            if style:
                # The last of them may reach to the sheet's end; nobody writes that far.
                styles.update(dict.fromkeys(range(first, min(last, first + 1024) + 1), style))
        return styles

    @property
    def is_read(self) -> bool:
        """Whether the cells were read."""
        return "grid" in self.__dict__

    @property
    def formulas_moved(self) -> bool:
        """Whether there are formulas where there were none, or the other way round."""
        return self.is_read and self.grid.formula_cells() != self._formulas_before


class WorkbookFile:
    """A workbook on disk.

    Args:
        path: The .xlsx or .xlsm file.

    Raises:
        WorkbookError: It cannot be read, or not changed without harm.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = parts.Parts(path)
        main = [t for kind, t in self.relations("").values() if kind == "officeDocument"]
        if not main:
            raise WorkbookError(f"{path.name} is no Excel workbook (.xlsx or .xlsm)")
        self.main = main[0]
        self._root = _parsed(self.parts.read(self.main), self.main)
        self.date1904 = any(
            node.get("date1904") in ("1", "true") for node in _all(self._root, "workbookPr")
        )
        relations = self.relations(self.main)
        self.sheets = [
            SheetFile(self, node.get("name", ""), relations[identity][1])
            for node in _all(self._root, "sheet")
            if (identity := node.get(_RELATION + "id") or node.get(_STRICT + "id")) in relations
            and relations[identity][0] == "worksheet"
        ]
        self._by_kind = dict(relations.values())

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The workbook's shared strings."""
        part = self._by_kind.get("sharedStrings")
        return shared_strings(self.parts.read(part), part) if part else ()

    @cached_property
    def styles(self) -> Styles:
        """The workbook's cell styles."""
        part = self._by_kind.get("styles")
        if part is None:
            raise WorkbookError(f"{self.path.name} has no styles; open and save it once in Excel")
        return Styles(self.parts.read(part), part)

    @cached_property
    def names(self) -> list[tuple[str, str, SheetFile | None]]:
        """Defined names: name, what it refers to without ``=``, its sheet or None."""
        sheets = list(_all(self._root, "sheet"))
        by_name = {sheet.name: sheet for sheet in self.sheets}
        out = []
        for node in _all(self._root, "definedName"):
            local = node.get("localSheetId")
            owner = by_name.get(sheets[int(local)].get("name", "")) if local else None
            out.append((node.get("name", ""), (node.text or "").strip(), owner))
        return out

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and target of each relation of a part ("" for the file), by ID."""
        folder, file = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{file}.rels")
        if name not in self.parts.names:
            return {}
        out = {}
        for node in _all(_parsed(self.parts.read(name), name), "Relationship"):
            if node.get("TargetMode") == "External":
                continue
            target = node.get("Target", "")
            joined = target[1:] if target[:1] == "/" else posixpath.join(folder, target)
            kind = node.get("Type", "").rsplit("/", 1)[-1]
            out[node.get("Id", "")] = kind, posixpath.normpath(joined)
        return out

    def save(self, target: Path) -> bool:
        """Write what was changed; return whether there was anything to write.

        Raises:
            WorkbookError: It cannot be written; the file is as it was.
        """
        changes: dict[str, bytes | None] = {}
        for sheet in self.sheets:
            if sheet.is_read and sheet.grid.changed:
                sheet.grid.forget_results()
                changes[sheet.part] = sheet.grid.to_xml(date1904=self.date1904)
            if "annotations" in sheet.__dict__:
                changes.update(sheet.annotations.changed_parts())
            for table in sheet.tables if "tables" in sheet.__dict__ else ():
                if table.changed:
                    changes[table.part] = table.xml.encode()
        if "styles" in self.__dict__ and self.styles.changed:
            changes[self.styles.part] = self.styles.to_xml()
        changes = {name: part for name, part in changes.items() if part != self.parts.read(name)}
        if not changes and target == self.path:
            return False
        if changes:
            self._calculate_afresh(changes)
        self.parts.save(target, changes)
        return True

    def _calculate_afresh(self, changes: dict[str, bytes | None]) -> None:
        """Let whoever opens the file calculate, where the book has formulas at all."""
        chain = self._by_kind.get("calcChain")
        if chain and any(sheet.formulas_moved for sheet in self.sheets):
            # A chain that names a cell without formula makes Excel repair the file; without
            # a chain it quietly makes a new one.
            changes[chain] = None
            relations = posixpath.join(
                posixpath.dirname(self.main), "_rels", posixpath.basename(self.main) + ".rels"
            )
            changes[relations] = _without(self.parts.read(relations), "Relationship", "calcChain")
            changes[_TYPES] = _without(self.parts.read(_TYPES), "Override", "calcChain")
        changed = [sheet for sheet in self.sheets if sheet.part in changes]
        others = {
            sheet.name: part.decode("utf-8-sig")
            for sheet in self.sheets
            if sheet not in changed and _has_formula(part := self.parts.read(sheet.part))
        }
        places = [(sheet.name, *place) for sheet in changed for place in sheet.grid.formula_cells()]
        if not others and not places:
            return
        changes[self.main] = _full_calculation(self.parts.read(self.main))
        words = mentions(
            [sheet.name for sheet in changed],
            [table.name for sheet in changed for table in sheet.tables],
            {name: target for name, target, _ in self.names},
        )
        concerned = stale(others, places, words)
        for sheet in self.sheets:
            if cells := concerned.get(sheet.name):
                changes[sheet.part] = without_cached(others[sheet.name], cells).encode()


def area_of(text: str) -> Area:
    """Return the area that a reference such as ``$A$3:B9`` or ``A1`` covers."""
    first, _, last = text.replace("$", "").partition(":")
    ends = [
        (int(re.sub(r"\D", "", each) or 0), column_number(each)) for each in (first, last or first)
    ]
    return (*ends[0], *ends[1])


def reference(top: int, left: int, bottom: int, right: int, *, absolute: bool = False) -> str:
    """Return an area as text: ``A3:B9``, or ``A3`` for one cell."""
    dollar = "$" if absolute else ""

    def cell(row: int, column: int) -> str:
        return f"{dollar}{parts.column_name(column)}{dollar}{row}"

    first, last = cell(top, left), cell(bottom, right)
    return first if first == last else f"{first}:{last}"


def _table(part: str, xml: bytes) -> TableFile:
    root = _parsed(xml, part)
    return TableFile(
        part=part,
        xml=xml.decode("utf-8-sig"),
        name=root.get("displayName") or root.get("name", ""),
        area=area_of(root.get("ref", "")),
        columns=tuple(_unescaped(node.get("name", "")) for node in _all(root, "tableColumn")),
        totals=int(root.get("totalsRowCount", "0")),
        headers=int(root.get("headerRowCount", "1")),
    )


def _unescaped(name: str) -> str:
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), name)


def _meet(one: Area, other: Area) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _parsed(part: bytes, name: str) -> Any:
    parts.well_formed(part, name)
    return ElementTree.fromstring(part)


def _all(root: Any, name: str) -> list[Any]:
    """Return the elements of a name, whatever namespace the file's dialect puts them in."""
    return [node for node in root.iter() if str(node.tag).rpartition("}")[2] == name]


def _without(part: bytes, element: str, word: str) -> bytes:
    pattern = rf"<(?:\w+:)?{element}\b[^<>]*\b{word}(?:\.xml)?\"[^<>]*?/>"
    return re.sub(pattern.encode(), b"", part)


def _has_formula(sheet: bytes) -> bool:
    return re.search(rb"<(?:\w+:)?f[ >/]", sheet) is not None


def _full_calculation(workbook: bytes) -> bytes:
    def marked(match: re.Match[bytes]) -> bytes:
        kept = re.sub(rb'\s+fullCalcOnLoad="[^"]*"', b"", match[2])
        return match[1] + kept.rstrip(b"/ ") + b' fullCalcOnLoad="1"' + match[3]

    out, count = re.subn(rb"(<(?:\w+:)?calcPr\b)([^<>]*?)(/?>)", marked, workbook, count=1)
    if count:
        return out
    # The schema wants it after the names, and before these.
    later = (
        rb"<(?:\w+:)?(?:oleSize|customWorkbookViews|pivotCaches|smartTag\w*|webPublish\w*"
        rb"|fileRecoveryPr|extLst)\b|</(?:\w+:)?workbook>"
    )
    found = re.search(later, workbook)
    if found is None:
        return workbook
    prefix = (re.search(rb"<(\w+:)?workbook\b", workbook) or [b"", b""])[1] or b""
    at = found.start()
    return workbook[:at] + b"<" + prefix + b'calcPr calcId="0" fullCalcOnLoad="1"/>' + workbook[at:]


def references_following(tail: str, *, area: Area, last_row: int) -> str:
    """Return what stands after the rows, formats and validations reaching to a list's new end.

    Args:
        tail: XML after ``</sheetData>``.
        area: The list's body as it was.
        last_row: Its last row from now on.
    """
    top, left, bottom, right = area

    def one(text: str) -> str:
        if not re.fullmatch(r"\$?[A-Z]+\$?\d+(:\$?[A-Z]+\$?\d+)?", text):
            return text
        first_row, first_column, end, last_column = area_of(text)
        inside = left <= first_column and last_column <= right
        if inside and first_row <= top and end == bottom and (first_row == top or end > top):
            return reference(first_row, first_column, last_row, last_column)
        return text

    def every(match: re.Match[str]) -> str:
        return match[1] + " ".join(one(each) for each in match[2].split()) + match[3]

    pattern = r'(<(?:\w+:)?(?:conditionalFormatting|dataValidation)\b[^<>]*?\bsqref=")([^"]*)(")'
    tail = re.sub(pattern, every, tail)
    return re.sub(r"(<(?:\w+:)?sqref>)([^<]*)(</(?:\w+:)?sqref>)", every, tail)


def quoted_sheet(text: str) -> tuple[str, str]:
    """Split ``'My sheet'!$A$1`` into sheet and reference; the sheet is "" when there is none."""
    sheet, _, area = text.rpartition("!")
    if sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet, area
