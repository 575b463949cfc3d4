"""A table's part: what it covers, and letting it end at another row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from addin.files.package import elements, parsed
from addin.files.places import Area, area_of, reference
from partnerbook.text import from_cell_xml

_COLUMN = re.compile(
    r"""<(?:\w+:)?tableColumn\b(?:[^<>"']|"[^"]*"|'[^']*')*?(?:/>|>.*?</(?:\w+:)?tableColumn>)""",
    re.DOTALL,
)
_TOTAL = re.compile(r"(<(?:\w+:)?totalsRowFormula\b[^<>]*(?<!/)>)[^<]+")


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
        total_cells: The XML of the cells of a total row that was switched off.
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
    total_cells: list[str | None] = field(default_factory=list)

    def show_totals(self, *, shown: bool) -> None:
        """Let the table have a total row, right below its body, or none."""
        top, left, bottom, right = self.area
        self.area = (top, left, bottom + (1 if shown else -1), right)
        self.totals = int(shown)
        self.changed = True
        opening = re.search(r"<(?:\w+:)?table\b[^<>]*>", self.xml)
        if opening is None:
            return
        tag = re.sub(r'\s+totalsRow(?:Count|Shown)="[^"]*"', "", opening[0])
        tag = re.sub(r'(\bref=")[^"]*(")', rf"\g<1>{reference(*self.area)}\g<2>", tag, count=1)
        # As Excel writes it: a row that was shown once and is not now.
        fact = 'totalsRowCount="1"' if shown else 'totalsRowShown="1"'
        end = -2 if tag.endswith("/>") else -1
        tag = f"{tag[:end].rstrip()} {fact}{tag[end:]}"
        self.xml = self.xml[: opening.start()] + tag + self.xml[opening.end() :]

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

    def set_total(self, column: int, formula: str) -> None:
        """Let the table say of a formula in its total row, by its column, what the cell says."""
        found = list(_COLUMN.finditer(self.xml))[column - self.area[1]]
        xml = _TOTAL.sub(lambda match: f"{match[1]}{escape(formula)}", found[0])
        self.xml = self.xml[: found.start()] + xml + self.xml[found.end() :]
        self.changed = True


def table_file(part: str, xml: bytes) -> TableFile:
    """Return a table by the name of its part and its XML."""
    root = parsed(xml, part)
    return TableFile(
        part=part,
        xml=xml.decode("utf-8-sig"),
        name=root.get("displayName") or root.get("name", ""),
        area=area_of(root.get("ref", "")),
        columns=tuple(
            from_cell_xml(node.get("name", "")) for node in elements(root, "tableColumn")
        ),
        totals=int(root.get("totalsRowCount", "0")),
        headers=int(root.get("headerRowCount", "1")),
    )
