"""The currencies that cells show by their number format alone. Pure: bytes in, codes out.

A cell that shows €100 may hold nothing but 100, and then that is all its reader tells. Which style
shows which currency stands in a part of its own; which cell has which style, in the sheet.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from types import MappingProxyType
from xml.parsers import expat  # `gates` has refused declarations, which make XML dangerous

from partnerbook.text import column_letters
from reports.ledger.currencies import CODES, NAMES, SIGNS
from reports.ledger.extent import styles_in
from reports.ledger.scan import Facts, pieces_of, related

# A symbol with its country, a quoted or escaped text, what is only a width, a filling, a colour or
# a condition, and a sign that needs no quotes.
_LITERAL = re.compile(
    r'\[\$([^\]-]*)(?:-([^\]]*))?\]|"([^"]*)"|\\(.)|[_*].|\[[^\]]*\]|([^\x00-\x7f]|\$)'
)
_STYLE = re.compile(rb"\bs=[\"']([0-9]+)[\"']")
_LONGEST = (
    1_000  # characters of a format; Excel allows 255, and a long one takes long to take apart
)
_SIGNS = frozenset(code for _, code in SIGNS if len(code) == 1)
_COUNTRIES = MappingProxyType(
    {
        **dict.fromkeys(("804", "478", "zh-cn"), "CNY"),
        **dict.fromkeys(("411", "ja-jp"), "JPY"),
        **dict.fromkeys(("409", "en-us"), "USD"),
        **dict.fromkeys(("c04", "zh-hk"), "HKD"),
        **dict.fromkeys(("1404", "zh-mo"), "MOP"),
        **dict.fromkeys(("404", "zh-tw"), "TWD"),
        **dict.fromkeys(("1004", "4809", "zh-sg", "en-sg"), "SGD"),
        **dict.fromkeys(("c09", "en-au"), "AUD"),
        **dict.fromkeys(("1009", "en-ca", "c0c", "fr-ca"), "CAD"),
        **dict.fromkeys(("1409", "en-nz"), "NZD"),
        **dict.fromkeys(("80a", "es-mx"), "MXN"),
    }
)
"""Country of a shared sign, as a format writes it -> which currency it is there."""


def currency_of(code: str) -> str | None:
    """Return the currency that a number format shows; None for none, or several.

    Args:
        code: The format: ``"¥"#,##0.00``.
    """
    found = set()
    text, country, end = "", "", 0
    for literal in _LITERAL.finditer(unicodedata.normalize("NFKC", code[:_LONGEST])):
        if literal.start() != end:  # letters may be escaped one by one
            found.add(_named(text, country))
            text = country = ""
        symbol, place, quoted, escaped, sign = literal.groups(default="")
        text, country, end = (
            text + symbol + quoted + escaped + sign,
            place or country,
            literal.end(),
        )
    found.add(_named(text, country))
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def _named(text: str, country: str) -> str | None:
    word = text.strip(" \xa0()-+")
    code = CODES.get(word.casefold()) or NAMES.get(word)
    if code in _SIGNS and (known := _COUNTRIES.get(country.casefold())):
        return known
    return code


def currencies_in(data: bytes) -> Mapping[str, str]:
    """Return the number of each style of a workbook that shows a currency -> the currency.

    Formats that every program knows by their number alone show the currency of whoever looks, so
    they name none.

    Raises:
        KeyError, ValueError, zipfile.BadZipFile: The file is damaged; the caller says so.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        part = next(iter(related(book, "styles").values()), "")
        xml = book.read(part) if part in book.NameToInfo else b""
    if b"formatCode" not in xml:
        return {}
    styles = _Styles()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = styles.start, styles.end
    parser.Parse(xml, True)  # noqa: FBT003  expat knows no keyword
    named = ((str(at), styles.codes.get(number)) for at, number in enumerate(styles.formats))
    return {style: code for style, code in named if code}


class _Styles:
    """Collects formats by their number, and the number of the format of each style."""

    def __init__(self) -> None:
        self.codes: dict[str, str | None] = {}
        self.formats: list[str] = []
        self._path: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = name.rpartition(":")[2]
        # Conditional formats, named styles and borders have elements of the same names.
        if self._path[1:] == ["numFmts"]:
            code = attributes.get("formatCode", "")
            self.codes[attributes.get("numFmtId", "")] = currency_of(code)
        elif self._path[1:] == ["cellXfs"]:
            self.formats.append(attributes.get("numFmtId", ""))
        self._path.append(kind)

    def end(self, _: str) -> None:
        self._path.pop()


def in_column(
    data: bytes, facts: Facts, currencies: Mapping[str, str], at: int
) -> Mapping[int, str]:
    """Return row, from 1 -> currency that its cell shows by its format.

    Args:
        data: The whole workbook.
        facts: What is known of the sheet.
        currencies: What `currencies_in` returned.
        at: The column, from 0.
    """
    if not currencies:
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        if not facts.usual:
            with book.open(facts.part) as sheet:
                styles = styles_in(sheet, at + 1)
            return {row: currencies[style] for row, style in styles if style in currencies}
        cell = re.compile(b'<c r="%b([0-9]+)"([^>]*)' % column_letters(at + 1).encode())
        # Few are distinct: what stands behind the place is taken apart once for each.
        known: dict[bytes, str | None] = {}
        found: dict[int, str] = {}
        for piece in pieces_of(book, facts.part):
            for row, rest in cell.findall(piece):
                if rest not in known:
                    style = _STYLE.search(rest)
                    known[rest] = currencies.get(style[1].decode() if style else "0")
                if code := known[rest]:
                    found[int(row)] = code
    return found
