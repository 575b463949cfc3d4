"""One sheet's XML as cells, and back: what nobody touched keeps its bytes.

Only the rows are understood. Everything before and after ``<sheetData>`` (views, columns,
formats, validations, other programs' extensions) is kept as it stands; of that only the
references are changed that speak of rows which moved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from addin import formulas
from addin.files.xmltext import attributes, column_number, plain, unescaped
from partnerbook.errors import WorkbookError
from reports.workbook import parts

_OTHER_ENCODING = re.compile(r"<\?xml[^>]*encoding=[\"'](?!utf-8)", re.IGNORECASE)
_SHARED_ONLY = ("t", "ref", "si")


@dataclass(slots=True)
class Cell:
    """One cell.

    Attributes:
        style: Number of its style, 0 for none.
        value: Number, text, truth or None. Dates are numbers here; the style makes them dates.
        error: True when `value` is the text of an error such as ``#N/A``.
        formula: Its formula without ``=``; None when it has none.
        formula_facts: Attributes of the formula (array formulas, shared ones).
        raw: The cell as it stands in the file, without its reference; None once it is changed.
    """

    style: int = 0
    value: float | str | bool | None = None
    error: bool = False
    formula: str | None = None
    formula_facts: dict[str, str] | None = None
    raw: str | None = None

    @property
    def spills(self) -> bool:
        """True for an array formula or data table over more than this cell."""
        facts = self.formula_facts or {}
        return facts.get("t") in ("array", "dataTable") and ":" in facts.get("ref", "")


@dataclass(slots=True)
class Row:
    """One row: its attributes, and its cells by column number."""

    facts: dict[str, str]
    cells: dict[int, Cell]
    raw: str | None = None


class Grid:
    """The cells of one sheet.

    Args:
        part: The sheet's XML.
        shared: The workbook's shared strings.
        name: What the sheet is called, for sentences.

    Raises:
        WorkbookError: The XML is damaged, or written in a way that is not understood.
    """

    def __init__(self, part: bytes, shared: tuple[str, ...], name: str) -> None:
        parts.well_formed(part, name)
        try:
            whole = part.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise WorkbookError(_unusual(name)) from error
        opening = re.search(r"<((?:\w+:)?)sheetData\b[^<>]*?(/?)>", whole)
        if opening is None or _OTHER_ENCODING.search(whole[:200]):
            raise WorkbookError(_unusual(name))
        self.name = name
        self._prefix = opening[1]
        self.head = whole[: opening.start()]
        if opening[2]:
            body, self.tail = "", whole[opening.end() :]
        else:
            body, _, self.tail = whole[opening.end() :].rpartition(f"</{self._prefix}sheetData>")
        if "<!" in body or "<?" in body:
            raise WorkbookError(_unusual(name))
        self._compile(self._prefix)
        self._shared = shared
        self._sharing = "shared" in body
        # Cells without formula are replaced, never changed in place: equal ones can be one.
        self._known: dict[str, Cell] = {}
        self.rows = self._rows(body)
        self._known.clear()
        self.changed = False

    def cell(self, row: int, column: int) -> Cell | None:
        """Return a cell, None where there is none."""
        there = self.rows.get(row)
        return there.cells.get(column) if there else None

    def put(self, row: int, column: int, cell: Cell | None) -> None:
        """Set a cell; None removes it."""
        there = self.touched(row)
        if cell is None:
            there.cells.pop(column, None)
        else:
            there.cells[column] = cell

    def touched(self, row: int) -> Row:
        """Return a row that is about to be changed; it is made when it is not there."""
        self.changed = True
        there = self.rows.get(row)
        if there is None:
            there = self.rows[row] = Row({}, {})
        there.raw = None
        return there

    def extent(self) -> tuple[int, int]:
        """Return the last row and column that hold something."""
        used = [(n, max(row.cells)) for n, row in self.rows.items() if row.cells]
        return (max(n for n, _ in used), max(c for _, c in used)) if used else (1, 1)

    def expand_shared(self) -> None:
        """Give each cell of a shared formula a formula of its own, so that cells can move."""
        if not self._sharing:
            return
        self._sharing = False
        masters: dict[str, tuple[int, int, str]] = {}
        sharing: list[tuple[int, int, Cell]] = []
        for number, row in self.rows.items():
            for column, cell in row.cells.items():
                facts = cell.formula_facts
                if facts and facts.get("t") == "shared":
                    sharing.append((number, column, cell))
                    if cell.formula:
                        masters[facts.get("si", "")] = (number, column, cell.formula)
        for number, column, cell in sharing:
            at, side, formula = masters.get(
                (cell.formula_facts or {}).get("si", ""), (number, column, cell.formula or "")
            )
            cell.formula = formulas.shifted(formula, number - at, column - side)
            cell.formula_facts = {
                key: value
                for key, value in (cell.formula_facts or {}).items()
                if key not in _SHARED_ONLY
            }
            cell.raw = None
            self.touched(number)

    def forget_results(self) -> None:
        """Drop the cached result of each formula: whoever opens the file calculates afresh."""
        for row, column in self.formula_cells():
            cell = self.rows[row].cells[column]
            if cell.raw is not None and (bare := self._value_re.sub("", cell.raw)) != cell.raw:
                cell.raw = bare
                self.rows[row].raw = None

    def formula_cells(self) -> frozenset[tuple[int, int]]:
        """Return where there are formulas."""
        return frozenset(
            (number, column)
            for number, row in self.rows.items()
            for column, cell in row.cells.items()
            if cell.formula is not None
        )

    def to_xml(self, *, date1904: bool = False) -> bytes:
        """Return the sheet's XML."""
        p = self._prefix
        body: list[str] = []
        for number in sorted(self.rows):
            row = self.rows[number]
            if row.raw is not None:
                body.append(row.raw)
                continue
            facts = {key: value for key, value in row.facts.items() if key not in ("r", "spans")}
            if not row.cells and not facts:
                continue
            attributes = "".join(f' {key}="{value}"' for key, value in facts.items())
            cells = "".join(
                self._cell_xml(f"{_letters(column)}{number}", row.cells[column], date1904)
                for column in sorted(row.cells)
            )
            body.append(f'<{p}row r="{number}"{attributes}>{cells}</{p}row>')
        last_row, last_column = self.extent()
        head = re.sub(
            rf'(<{p}dimension\b[^<>]*?\bref=")[^"]*(")',
            rf"\g<1>A1:{_letters(last_column)}{last_row}\g<2>",
            self.head,
            count=1,
        )
        data = f"<{p}sheetData>{''.join(body)}</{p}sheetData>"
        return (head + data + self.tail).encode()

    def _cell_xml(self, reference: str, cell: Cell, date1904: bool) -> str:
        p = self._prefix
        if cell.raw is not None:
            return f'<{p}c r="{reference}"{cell.raw}'
        if cell.formula is not None:
            facts = "".join(
                f' {key}="{reference if key == "ref" else value}"'
                for key, value in (cell.formula_facts or {}).items()
            )
            style = f' s="{cell.style}"' if cell.style else ""
            # No cached value: whoever opens the file calculates this cell afresh.
            text = escape(cell.formula)
            return f'<{p}c r="{reference}"{style}><{p}f{facts}>{text}</{p}f></{p}c>'
        if cell.error:
            style = f' s="{cell.style}"' if cell.style else ""
            return f'<{p}c r="{reference}"{style} t="e"><{p}v>{cell.value}</{p}v></{p}c>'
        made = parts.cell_xml(reference, cell.value, cell.style, date1904=date1904)
        return re.sub("(</?)(c|v|is|t)(?=[ />])", rf"\g<1>{p}\g<2>", made) if p else made

    def _compile(self, p: str) -> None:
        self._row_re = re.compile(rf"<{p}row\b([^<>]*?)(/?)>")
        self._cell_re = re.compile(rf"<{p}c\b([^<>]*?)(/>|>(.*?)</{p}c>)", re.DOTALL)
        # What nearly every cell looks like, in one go; other elements start with a "c" too.
        self._opening = f"<{p}c"
        self._usual_re = re.compile(
            rf'<{p}c r="([A-Z]+)[0-9]+"((?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
            rf"(?:/>|>(<{p}is><{p}t[^<]*</{p}t></{p}is>|<{p}v>[^<]*</{p}v>|.*?)</{p}c>))",
            re.DOTALL,
        )
        self._value_re = re.compile(rf"<{p}v\b[^<>]*?>(.*?)</{p}v>", re.DOTALL)
        self._formula_re = re.compile(rf"<{p}f\b([^<>]*?)(?:/>|>(.*?)</{p}f>)", re.DOTALL)
        self._text_re = re.compile(rf"<{p}t\b[^<>/]*?(?:/>|>(.*?)</{p}t>)", re.DOTALL)
        self._phonetic_re = re.compile(rf"<{p}rPh\b.*?</{p}rPh>", re.DOTALL)

    def _rows(self, body: str) -> dict[int, Row]:
        rows: dict[int, Row] = {}
        number = at = 0
        closing = f"</{self._prefix}row>"
        while match := self._row_re.search(body, at):
            begin, at = match.span()
            content = ""
            if not match[2]:
                end = body.find(closing, at)
                if end < 0:
                    break
                content, at = body[at:end], end + len(closing)
            facts = attributes(match[1])
            number = int(facts.get("r", number + 1))
            cells = self._cells(content) if content else {}
            # Rows without a number get one when another row changes.
            rows[number] = Row(facts, cells, body[begin:at] if "r" in facts else None)
        return rows

    def _cells(self, content: str) -> dict[int, Cell]:
        found = self._usual_re.findall(content)
        if len(found) != content.count(self._opening):
            return self._unusual_cells(content)
        cells: dict[int, Cell] = {}
        known = self._known
        for letters, raw, style, kind, inside in found:
            cell = known.get(raw)
            if cell is None:
                cell = self._cell(int(style or 0), kind or "n", inside)
                cell.raw = raw
                if cell.formula is None:
                    known[raw] = cell
            cells[_NUMBERS.get(letters) or column_number(letters)] = cell
        return cells

    def _unusual_cells(self, content: str) -> dict[int, Cell]:
        cells: dict[int, Cell] = {}
        column = 0
        for match in self._cell_re.finditer(content):
            facts = attributes(match[1])
            letters = facts.pop("r", "")
            column = column_number(letters) if letters else column + 1
            cell = self._cell(int(facts.get("s", 0)), facts.get("t", "n"), match[3])
            cell.raw = "".join(f' {key}="{value}"' for key, value in facts.items()) + match[2]
            cells[column] = cell
        return cells

    def _cell(self, style: int, kind: str, content: str | None) -> Cell:
        cell = Cell(style)
        if not content:
            return cell
        if "f" in content and (found := self._formula_re.search(content)):
            cell.formula = unescaped(found[2] or "")
            cell.formula_facts = attributes(found[1]) or None
        if kind == "inlineStr":
            cell.value = self._texts(content)
            return cell
        value = self._value_re.search(content)
        if value is None:
            return cell
        cell.value, cell.error = self._value(kind, value[1]), kind == "e"
        return cell

    def _value(self, kind: str, value: str) -> float | str | bool | None:
        try:
            if kind == "n":
                return float(value)
            if kind == "s":
                return self._shared[int(value)]
        except (ValueError, IndexError) as error:
            raise WorkbookError(_unusual(self.name)) from error
        if kind == "b":
            return value.strip() == "1"
        return plain(value)

    def _texts(self, content: str) -> str:
        if content.startswith("<is><t") and content.endswith("</t></is>"):
            shown = content[content.index(">", 6) + 1 : -9]
            if "<" not in shown:
                return plain(shown)
        if "rPh" in content:
            content = self._phonetic_re.sub("", content)
        return "".join(plain(match[1] or "") for match in self._text_re.finditer(content))


def copied(cell: Cell, rows: int, columns: int) -> Cell:
    """Return the cell as Excel copies it so many rows and columns further on.

    A cell without formula is the same wherever it stands, and is not copied at all: cells in a
    grid are replaced, never changed in place (copying took half the time of a refresh).
    """
    if cell.formula is None:
        return cell
    return replace(cell, formula=formulas.shifted(cell.formula, rows, columns), raw=None)


def _letters(column: int) -> str:
    if column not in _LETTERS:
        _LETTERS[column] = parts.column_name(column)
    return _LETTERS[column]


_LETTERS: dict[int, str] = {}
_NUMBERS: dict[str, int] = {parts.column_name(number): number for number in range(1, 703)}


def _unusual(name: str) -> str:
    return (
        f"{name} is written in a way that Partnerbook cannot change safely; save it once in Excel"
    )
