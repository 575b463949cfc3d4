"""Cell styles of a workbook: which are dates, and new ones appended at the end."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from addin.files.xmltext import attributes, unescaped
from partnerbook.errors import WorkbookError
from reports.workbook import parts

DATE_FORMAT = "yyyy-mm-dd hh:mm"

# Formats that Excel numbers and does not spell out (ECMA-376 18.8.30; East Asian ones too).
_KNOWN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "m/d/yy h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mmss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
_DATES = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
_FIRST_OWN = 164


class Styles:
    """``styles.xml``: only what numbers look like is understood, the rest is copied.

    Args:
        part: The XML.
        name: The part's name.

    Raises:
        WorkbookError: It is damaged, or has no cell formats.
    """

    def __init__(self, part: bytes, name: str) -> None:
        parts.well_formed(part, name)
        self.part = name
        self._xml = part.decode("utf-8-sig")
        found = re.search(
            r"<((?:\w+:)?)cellXfs\b[^<>]*>(.*?)</(?:\w+:)?cellXfs>", self._xml, re.DOTALL
        )
        if found is None:
            raise WorkbookError(f"{name} has no cell formats; open and save the file in Excel")
        self._prefix = p = found[1]
        self._span = found.span()
        self._formats = re.findall(
            rf"<{p}xf\b[^<>]*?/>|<{p}xf\b[^<>]*?>.*?</{p}xf>", found[2], re.DOTALL
        )
        self._before = len(self._formats)
        self._codes = dict(_KNOWN)
        for match in re.finditer(rf"<{p}numFmt\b([^<>]*?)/?>", self._xml):
            facts = attributes(match[1])
            self._codes[int(facts["numFmtId"])] = unescaped(facts.get("formatCode", ""))
        self._added: dict[int, str] = {}
        self._dates: dict[int, bool] = {}
        self._variants: dict[tuple[int, str], int] = {}
        self._bare: dict[int, int] = {}

    @property
    def changed(self) -> bool:
        """Whether a style was added."""
        return len(self._formats) > self._before

    def is_date(self, style: int) -> bool:
        """Return whether numbers in this style are dates or times."""
        if style not in self._dates:
            self._dates[style] = self._number(style) in _DATES or _says_date(self.code(style))
        return self._dates[style]

    def code(self, style: int) -> str:
        """Return the number format of a style, as Excel shows it."""
        return self._codes.get(self._number(style), "General")

    def with_code(self, style: int, code: str) -> int:
        """Return the style that is like this one, with another number format."""
        key = style, code
        if key not in self._variants:
            self._variants[key] = self._variant(style, code)
        return self._variants[key]

    def without_fill(self, style: int) -> int:
        """Return the style that is like this one, without a background colour."""
        if style not in self._bare:
            self._bare[style] = self._without_fill(style)
        return self._bare[style]

    def to_xml(self) -> bytes:
        """Return the part with the added styles at the end."""
        p, (start, end) = self._prefix, self._span
        cells = f'<{p}cellXfs count="{len(self._formats)}">{"".join(self._formats)}</{p}cellXfs>'
        xml = self._xml[:start] + cells + self._xml[end:]
        if self._added:
            items = "".join(
                f"<{p}numFmt numFmtId='{number}' formatCode={quoteattr(code)}/>"
                for number, code in self._added.items()
            )
            xml = _with_formats(xml, p, items, len(self._added))
        return xml.encode()

    def _without_fill(self, style: int) -> int:
        if not 0 <= style < len(self._formats) or style == 0:
            return style
        base = self._formats[style]
        opening, sign, rest = base.partition(">")
        if attributes(opening).get("fillId", "0") == "0":
            return style
        return self._appended(
            re.sub(r'(\sfillId=")[^"]*(")', r"\g<1>0\g<2>", opening) + sign + rest
        )

    def _number(self, style: int) -> int:
        if not 0 <= style < len(self._formats):
            return 0
        return int(attributes(self._formats[style].partition(">")[0]).get("numFmtId", 0))

    def _variant(self, style: int, code: str) -> int:
        if self.code(style) == code:
            return style
        base = self._formats[style] if 0 <= style < len(self._formats) else f"<{self._prefix}xf/>"
        opening, sign, rest = base.partition(">")
        closing = "/" if opening.endswith("/") else ""
        opening = re.sub(r'\s(numFmtId|applyNumberFormat)="[^"]*"', "", opening.rstrip("/"))
        made = f'{opening} numFmtId="{self._id(code)}" applyNumberFormat="1"{closing}{sign}{rest}'
        return self._appended(made)

    def _appended(self, made: str) -> int:
        if made in self._formats:
            return self._formats.index(made)
        self._formats.append(made)
        return len(self._formats) - 1

    def _id(self, code: str) -> int:
        for number, known in self._codes.items():
            if known == code:
                return number
        number = max([_FIRST_OWN - 1, *self._codes]) + 1
        self._codes[number] = self._added[number] = code
        return number


def _says_date(code: str) -> bool:
    # Quoted words, escaped characters and [Red] are no date letters; [h] is.
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', "", code.partition(";")[0].lower())
    return bare not in ("general", "@") and re.search("[dmyhs]", bare) is not None


def _with_formats(xml: str, p: str, items: str, count: int) -> str:
    found = re.search(rf"<{p}numFmts\b[^<>]*?(/?)>", xml)
    if found and not found[1]:
        known = int(attributes(found[0]).get("count", 0))
        opening = f'<{p}numFmts count="{known + count}">'
        end = xml.index(f"</{p}numFmts>")
        return xml[: found.start()] + opening + xml[found.end() : end] + items + xml[end:]
    if found:
        xml = xml[: found.start()] + xml[found.end() :]
    root = re.search(rf"<{p}styleSheet\b[^<>]*>", xml)
    if root is None:
        raise WorkbookError("the workbook's styles are no styles; open and save it in Excel")
    block = f'<{p}numFmts count="{count}">{items}</{p}numFmts>'
    return xml[: root.end()] + block + xml[root.end() :]
