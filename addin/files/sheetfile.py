"""One sheet of a workbook file: its cells, tables and annotations, and what must not be changed."""

from __future__ import annotations

import re
from functools import cached_property

from addin.files.annotations import Annotations
from addin.files.grid import Grid
from addin.files.package import Package
from addin.files.places import Area, area_of, meet, reference, references_following
from addin.files.tablefile import TableFile, table_file
from addin.files.xmltext import attributes
from partnerbook.errors import WorkbookError


class SheetFile:
    """One sheet of the file."""

    def __init__(self, workbook: Package, name: str, part: str) -> None:
        self.workbook = workbook
        self.name = name
        self.part = part
        self._grid: Grid | None = None
        self._tables: list[TableFile] | None = None
        self._annotations: Annotations | None = None
        self._protected: bool | None = None

    @property
    def grid(self) -> Grid:
        """The sheet's cells, read when first asked for."""
        if self._grid is None:
            part = self.workbook.read(self.part)
            self._grid = Grid(part, self.workbook.shared, f"sheet {self.name}")
            self._formulas_before = self._grid.formula_cells()
        return self._grid

    @cached_property
    def relations(self) -> dict[str, tuple[str, str]]:
        """Kind and target of each of the sheet's relations, by ID."""
        return self.workbook.relations(self.part)

    @property
    def tables(self) -> list[TableFile]:
        """The tables on the sheet."""
        if self._tables is None:
            self._tables = [
                table_file(target, self.workbook.read(target))
                for kind, target in self.relations.values()
                if kind == "table"
            ]
        return self._tables

    @property
    def annotations(self) -> Annotations:
        """Links and comments of the sheet."""
        if self._annotations is None:
            self._annotations = Annotations(self.workbook, self.part, self.grid)
        return self._annotations

    def put_changed(self, *, results_hold: bool) -> None:
        """Hand what was changed to the package.

        Args:
            results_hold: Whether the cached results of formulas stay right.
        """
        if self._annotations is not None:
            self._annotations.put_changed()
        if self._grid is not None and self._grid.changed:
            if not results_hold:
                self._grid.forget_results()
            self.workbook.put(self.part, self._grid.to_xml())
        for table in self._tables or ():
            if table.changed:
                self.workbook.put(table.part, table.xml.encode())

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
        if self.is_protected:
            raise WorkbookError(
                f"the sheet {self.name} is protected; unprotect it in Excel (Review > Unprotect "
                "Sheet) and try again"
            )
        for merged in self._merged:
            # Into their first cell one writes as into any other.
            if meet(merged, area) and area != (*merged[:2], *merged[:2]):
                raise WorkbookError(
                    f"the sheet {self.name} has merged cells at {reference(*merged)} where the "
                    "list must be written; unmerge them and try again"
                )

    def is_merged(self, area: Area) -> bool:
        """Return whether merged cells reach into an area."""
        return any(meet(merged, area) for merged in self._merged)

    @property
    def is_protected(self) -> bool:
        """Whether the sheet takes no changes."""
        if self._protected is None:
            protected = r'<(?:\w+:)?sheetProtection\b[^<>]*\bsheet="(?:1|true)"'
            self._protected = re.search(protected, self.grid.tail) is not None
        return self._protected

    def list_grows(self, body: Area, last_row: int) -> None:
        """Let styles, formats and validations of a list's rows reach to its new last row."""
        _, left, bottom, right = body
        grid, styles = self.grid, self.workbook.styles
        models = {
            column: grid.xml.made(None, styles.without_fill(style)) or "/>"
            for column, xml in grid.row(bottom).items()
            if left <= column <= right and (style := grid.xml.style(xml))
        }
        facts = grid.touched(bottom).facts
        height = {key: value for key, value in facts.items() if key in ("ht", "customHeight")}
        rows = range(bottom + 1, last_row + 1)
        for row in rows:
            grid.touched(row).facts.update(height)
        for column, xml in models.items():
            known = zip(rows, grid.column(column, rows[0], last_row), strict=True) if rows else ()
            grid.put_all(column, {row: xml for row, there in known if there is None})
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
    def formulas_moved(self) -> bool:
        """Whether there are formulas where there were none, or the other way round."""
        return self._grid is not None and self._grid.formula_cells() != self._formulas_before
