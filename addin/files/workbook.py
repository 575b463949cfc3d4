"""One workbook file: its sheets and names, and saving what was changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from xml.sax.saxutils import escape

from addin.files.calculation import (
    full_calculation,
    has_formula,
    stale,
    without_cached,
)
from addin.files.package import RELATION, STRICT_RELATION, Package, elements
from addin.files.sheetfile import SheetFile
from partnerbook.errors import WorkbookError

_IDENTITY, _STRICT_IDENTITY = (f"{{{each}}}id" for each in (RELATION, STRICT_RELATION))


class WorkbookFile(Package):
    """A workbook on disk.

    Args:
        path: The .xlsx or .xlsm file.
        reading: Whether it is only read: then it may be open in another program.

    Raises:
        WorkbookError: It cannot be read, or not changed without harm.
    """

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        super().__init__(path, reading=reading)
        self.values_hold = False
        """Whether cached results stay right: only formulas were replaced by their values."""
        relations = self.relations(self.main)
        self.sheets = [
            SheetFile(self, node.get("name", ""), relations[identity][1])
            for node in elements(self.root, "sheet")
            if (identity := node.get(_IDENTITY) or node.get(_STRICT_IDENTITY)) in relations
            and relations[identity][0] == "worksheet"
        ]

    @cached_property
    def names(self) -> list[tuple[str, str, SheetFile | None]]:
        """Defined names: name, what it refers to without ``=``, its sheet or None."""
        sheets = list(elements(self.root, "sheet"))
        by_name = {sheet.name: sheet for sheet in self.sheets}
        out = []
        for node in elements(self.root, "definedName"):
            local = node.get("localSheetId")
            owner = by_name.get(sheets[int(local)].get("name", "")) if local else None
            out.append((node.get("name", ""), (node.text or "").strip(), owner))
        return out

    def add_name(self, name: str, target: str) -> None:
        """Define a hidden name for the whole workbook.

        Raises:
            WorkbookError: There is no place for it: the workbook defines no names at all.
        """
        part = self.read(self.main).decode("utf-8-sig")
        end = re.search(r"</((?:\w+:)?)definedNames\s*>", part)
        if end is None:
            raise WorkbookError(f"{self.path.name} defines no names; give {name} one in Excel")
        tag = f"{end[1]}definedName"
        made = f'<{tag} name="{escape(name)}" hidden="1">{escape(target)}</{tag}>'
        self.put(self.main, (part[: end.start()] + made + part[end.start() :]).encode())
        self.names.append((name, target, None))

    def save(self, target: Path, announce: Callable[[bytes], None] | None = None) -> bool:
        """Write what was changed; return whether there was anything to write.

        Args:
            target: Where to.
            announce: Told the whole file right before it takes its place.

        Raises:
            WorkbookError: It cannot be written; the file is as it was.
        """
        changes = self.pending()
        if not changes and target == self.path:
            return False
        self.parts.save(target, changes, announce)
        return True

    def pending(self) -> dict[str, bytes | None]:
        """Return the parts that a save would write; None for one that goes."""
        for sheet in self.sheets:
            sheet.put_changed(results_hold=self.values_hold)
        self.put_changed_styles()
        if any(self._differs(name) for name in self.changes):
            self._calculate_afresh()
        return {name: self.changes[name] for name in self.changes if self._differs(name)}

    def _differs(self, name: str) -> bool:
        there = name in self.parts.names
        part = self.changes[name]
        return there if part is None else not there or not self.parts.holds(name, part)

    def _calculate_afresh(self) -> None:
        """Let whoever opens the file calculate, where the book has formulas at all."""
        chain = self.by_kind.get("calcChain")
        if chain and self.has(chain) and any(sheet.formulas_moved for sheet in self.sheets):
            # A chain that names a cell without formula makes Excel repair the file; without
            # a chain it quietly makes a new one.
            for identity, (kind, _) in self.relations(self.main).items():
                if kind == "calcChain":
                    self.unrelate(self.main, identity)
            self.drop(chain)
        if self.values_hold:
            return
        changed = [
            sheet
            for sheet in self.sheets
            if sheet.part in self.changes and self._differs(sheet.part)
        ]
        others = {
            sheet.name: part.decode("utf-8-sig")
            for sheet in self.sheets
            if sheet not in changed and has_formula(part := self.read(sheet.part))
        }
        if not others and not any(sheet.grid.formula_cells() for sheet in changed):
            return
        self.put(self.main, full_calculation(self.read(self.main)))
        by_name = {sheet.name: sheet for sheet in self.sheets}
        concerned = stale(
            others,
            [sheet.name for sheet in changed],
            order=[*by_name],
            tables=lambda name: (table.name for table in by_name[name].tables),
            names=[(name, target) for name, target, _ in self.names],
        )
        for name in concerned:
            self.put(by_name[name].part, without_cached(others[name]).encode())
