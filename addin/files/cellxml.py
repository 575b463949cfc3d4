"""One cell's XML: what it says, and how a value stands in it.

A cell is kept as its XML without the reference, `` s="5"><v>7</v></c>`` say: what nobody changes
keeps its bytes, wherever its row moves. This XML is carried, see `woven.carried`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from addin import formulas
from addin.files.xmltext import Texts, attributes, plain, unescaped
from partnerbook.errors import WorkbookError
from reports.workbook import parts
from reports.workbook.woven import carried, uncarried

Value = float | str | bool | None

_SHARED_ONLY = ("t", "ref", "si")


class ErrorText(str):
    """The text of an error value, told from a text that looks like one."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell's formula.

    Attributes:
        text: The formula without ``=``.
        facts: Its attributes: of array formulas, of shared ones.
        dynamic: The cell's mark of an array that spills by itself; "" for none.
    """

    text: str
    facts: Mapping[str, str]
    dynamic: str = ""

    @property
    def spills(self) -> bool:
        """True for an array formula or data table over more than its cell."""
        return self.facts.get("t") in ("array", "dataTable") and ":" in self.facts.get("ref", "")

    @property
    def shared(self) -> str | None:
        """By which number the formula is shared; None when it is not."""
        return self.facts.get("si", "") if self.facts.get("t") == "shared" else None

    def on_its_own(self, text: str) -> Formula:
        """Return a shared formula as one that is not."""
        return Formula(text, {k: v for k, v in self.facts.items() if k not in _SHARED_ONLY})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, understood.

    Attributes:
        style: Number of its style, 0 for none.
        value: Number, text, truth or None; an `ErrorText` for an error such as ``#N/A``. Dates
            are numbers here; the style makes them dates.
        formula: Its formula; None when it has none.
    """

    style: int
    value: Value
    formula: Formula | None


class CellXml:
    """Reads and makes the cells of one sheet.

    Args:
        prefix: Namespace prefix of the sheet's elements, ``x:`` say.
        shared: The workbook's shared strings.
        name: What the sheet is called, for sentences.
    """

    def __init__(self, prefix: str, shared: tuple[str, ...], name: str) -> None:
        self._prefix = p = prefix
        self._shared = shared
        self._name = name
        self._styles: dict[str, int] = {}
        self._restyled: dict[tuple[str, int], str] = {}
        self.formula_mark = f"<{p}f"
        """Stands in each cell with a formula."""
        self.text_begin = f"<{p}is><{p}t>"
        self.text_end = f"</{p}t></{p}is></{p}c>"
        self.number_begin = f"><{p}v>"
        self.number_end = f"</{p}v></{p}c>"
        self._value_re = re.compile(rf"<{p}v\b[^<>]*?>(.*?)</{p}v>", re.DOTALL)
        self._formula_re = re.compile(rf"<{p}f\b([^<>]*?)(?:/>|>(.*?)</{p}f>)", re.DOTALL)
        self._texts = Texts(p)

    def cell(self, xml: str) -> Cell:
        """Return what a cell says."""
        return Cell(self.style(xml), self.value(xml), self.formula(xml))

    def style(self, xml: str) -> int:
        """Return the number of a cell's style, 0 for none."""
        opening = xml[: xml.index(">")]
        style = self._styles.get(opening)
        if style is None:
            style = self._styles[opening] = int(attributes(opening).get("s", 0))
        return style

    def formula(self, xml: str) -> Formula | None:
        """Return a cell's formula; None when it has none."""
        found = None
        if self.formula_mark in xml:
            found = self._formula_re.search(uncarried(xml))
        if found is None:
            return None
        dynamic = attributes(xml[: xml.index(">")]).get("cm", "")
        return Formula(unescaped(found[2] or ""), attributes(found[1]), dynamic)

    def value(self, xml: str) -> Value:
        """Return what a cell holds.

        Raises:
            WorkbookError: It is written in a way that is not understood.
        """
        opening, _, content = uncarried(xml).partition(">")
        if not content:
            return None
        if content.startswith(self.text_begin) and content.endswith(self.text_end):
            shown = content[len(self.text_begin) : -len(self.text_end)]
            if "<" not in shown:
                return plain(shown)
        kind = attributes(opening).get("t", "n")
        if kind == "inlineStr":
            return self._texts.joined(content)
        value = self._value_re.search(content)
        return None if value is None else self._value(kind, value[1])

    def made(self, value: Value, style: int) -> str | None:
        """Return the cell that holds a value in a style; None where that is no cell at all."""
        if isinstance(value, ErrorText):
            begin = f' s="{style}"' if style else ""
            xml = f'{begin} t="e"><v>{escape(value)}</v></c>'
        else:
            xml = parts.cell_xml("", value, style).removeprefix('<c r=""')
        if self._prefix:
            xml = re.sub("(</?)(c|v|is|t)(?=[ />])", rf"\g<1>{self._prefix}\g<2>", xml)
        return carried(xml) or None

    def made_formula(self, formula: Formula, style: int, reference: str) -> str:
        """Return the cell that holds a formula and no result: who opens the file calculates it."""
        facts = {k: reference if k == "ref" else v for k, v in formula.facts.items()}
        p, shown = self._prefix, "".join(f' {key}="{value}"' for key, value in facts.items())
        begin = f' s="{style}"' if style else ""
        begin += f' cm="{formula.dynamic}"' if formula.dynamic else ""
        return f"{begin}><{p}f{shown}>{carried(escape(formula.text))}</{p}f></{p}c>"

    def styled(self, xml: str, style: int) -> str:
        """Return a cell in another style."""
        opening = xml[: xml.index(">")]
        made = self._restyled.get((opening, style))
        if made is None:
            facts = attributes(opening)
            facts.pop("s", None)
            # First, as in the cells that we make: cells that begin alike are read at once.
            made = f' s="{style}"' + "".join(f' {key}="{value}"' for key, value in facts.items())
            made += "/" if opening.endswith("/") else ""
            self._restyled[opening, style] = made
        return made + xml[len(opening) :]

    def moved(self, xml: str, reference: str, rows: int, columns: int) -> str:
        """Return a cell as Excel copies it so many rows and columns further on.

        A cell without formula is the same wherever it stands.
        """
        formula = self.formula(xml)
        if formula is None:
            return xml
        text = formulas.shifted(formula.text, rows, columns)
        made = Formula(text, formula.facts, formula.dynamic)
        return self.made_formula(made, self.style(xml), reference)

    def without_result(self, xml: str) -> str:
        """Return a cell without what its formula once gave."""
        return self._value_re.sub("", xml)

    def _value(self, kind: str, value: str) -> Value:
        try:
            if kind == "n":
                return float(value) if value else None  # as XlsxWriter writes a formula's ""
            if kind == "s":
                return self._shared[int(value)]
        except (ValueError, IndexError) as error:
            raise WorkbookError(unusual(self._name)) from error
        if kind == "b":
            return value.strip() == "1"
        return ErrorText(plain(value)) if kind == "e" else plain(value)


def unusual(name: str) -> str:
    """Return the sentence about a sheet whose XML is not understood."""
    return (
        f"{name} is written in a way that Partnerbook cannot change safely; save it once in Excel"
    )
