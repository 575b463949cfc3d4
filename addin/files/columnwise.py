"""A column of cells at a time: most columns hold one kind of cell in one style.

The cells of such a column are joined, and taken apart where one ends and the next begins; no
step of Python looks at a single one. A column in which something is different is read and
written cell by cell, which takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence

from addin.files.cellxml import CellXml, ErrorText, Value
from addin.files.xmltext import attributes, plain
from reports.workbook.woven import carried, repeats, uncarried

_BETWEEN = "\0"  # no XML holds it


def values(xml: CellXml, cells: Sequence[str | None]) -> list[Value]:
    """Return what the cells of a column hold; None where there is no cell.

    Raises:
        WorkbookError: A cell is written in a way that is not understood.
    """
    if repeats(cells, 2):
        return _each(xml, cells)
    if found := _texts(xml, cells) or _numbers(xml, cells):
        return found
    filled = [each for each in cells if each is not None and not each.endswith("/>")]
    found = _texts(xml, filled) or _numbers(xml, filled) or _each(xml, filled)
    following = iter(found)
    return [None if each is None or each.endswith("/>") else next(following) for each in cells]


def style(cells: Sequence[str | None]) -> int | None:
    """Return the style that all cells of a column have; None when it is not known."""
    first = cells[0]
    if first is None or not first.startswith(' s="') or None in cells:
        return None
    begin = first[: first.index('"', 4) + 1]
    joined = _BETWEEN + _BETWEEN.join(cells)  # type: ignore[arg-type]  # none of them is None
    return int(begin[4:-1]) if joined.count(_BETWEEN + begin) == len(cells) else None


def made(xml: CellXml, given: Sequence[Value], style: int) -> list[str | None]:
    """Return cells of one style that hold values."""
    texts = None if ErrorText in set(map(type, given)) else _made_texts(xml, given, style)
    return texts or [xml.made(each, style) for each in given]


def _each(xml: CellXml, cells: Sequence[str | None]) -> list[Value]:
    known = {each: None if each is None else xml.value(each) for each in set(cells)}
    return [known[each] for each in cells]


def _texts(xml: CellXml, cells: Sequence[str | None]) -> list[Value] | None:
    found = _between(cells, xml.text_begin, xml.text_end)
    if found is None or found[0].get("t") != "inlineStr":
        return None
    texts = found[1]
    joined = "".join(texts)
    if "&" in joined or "_x" in joined:
        return [plain(each) for each in texts]
    return [*texts]


def _numbers(xml: CellXml, cells: Sequence[str | None]) -> list[Value] | None:
    found = _between(cells, xml.number_begin, xml.number_end)
    if found is None or found[0].get("t", "n") != "n":
        return None
    try:
        return [float(each) for each in found[1]]
    except ValueError:
        return None


def _between(
    cells: Sequence[str | None], mark: str, end: str
) -> tuple[dict[str, str], list[str]] | None:
    """Return the attributes that all cells have, and what stands between mark and end in each.

    None when one is different from the others.
    """
    first = cells[0] if cells else None
    at = first.find(mark) if first else -1
    if first is None or at < 0:
        return None
    begin = first[: at + len(mark)]
    try:
        joined = _BETWEEN.join(cells)  # type: ignore[arg-type]  # None refuses
    except TypeError:
        return None
    if not (joined.startswith(begin) and joined.endswith(end)):
        return None
    inside = uncarried(joined[len(begin) : -len(end)]).split(f"{end}{_BETWEEN}{begin}")
    elements = len(cells) * (begin + end).count("<")
    if len(inside) != len(cells) or joined.count("<") != elements:
        return None
    return attributes(begin.partition(">")[0]), inside


def _made_texts(xml: CellXml, given: Sequence[Value], style: int) -> list[str | None] | None:
    """Return texts as cells; None when one is no text, is empty, or needs a look of its own."""
    try:
        joined = _BETWEEN.join(given)  # type: ignore[arg-type]  # what is no text refuses
    except TypeError:
        return None
    edged = f"{_BETWEEN}{joined}{_BETWEEN}"
    if (
        not joined.replace(_BETWEEN, "").isprintable()
        or any(sign in joined for sign in ("&", "<", ">", "_x"))
        or any(each in edged for each in (f"{_BETWEEN} ", f" {_BETWEEN}", _BETWEEN * 2))
        or joined.count(_BETWEEN) != len(given) - 1
    ):
        return None
    begin, end = (xml.made("x", style) or "").split(">x<")
    begin, end = f"{begin}>", f"<{end}"
    return [begin + each + end for each in carried(joined).split(_BETWEEN)]
