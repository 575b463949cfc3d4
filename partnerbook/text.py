"""Cleaning and cutting text for cells, pages, mails and CSV. Pure; every writer uses it.

Customers choose their own names. What arrives here may hold control characters, halves of
surrogate pairs, formulas or 40,000 characters; what leaves is the same text as far as the
target can hold it, visibly marked where it cannot.

Facts: research/reliability.md 4.1 (what breaks which writer, tried).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

CELL_UNITS = 32_767
"""The most UTF-16 code units that an Excel cell holds."""

CUT = "…"
"""Stands at the end of a text that was cut."""

REPLACEMENT = "\ufffd"
"""Stands for each character that no XML file can carry."""

# XML 1.0 refuses these outright. lxml raises after the target file is already truncated;
# without lxml the file is written and no program can read it.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x0041_ in a cell as "A"; an escaped underscore keeps the seven characters.
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_PLAIN = bytes(range(32, 127))
_FORMULA_STARTS = "=+-@\t\r\n\x00＝＋－＠"
_SIGNED_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def clean(text: str) -> str:
    """Return the text with line ends as LF and what XML cannot carry as U+FFFD."""
    if text.isprintable():  # True also rules out every character of _NOT_XML
        return text
    return _NOT_XML.sub(REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def for_cell(text: str) -> str:
    """Return cleaned text that fits a cell: at most 32,767 UTF-16 units, a cut one ends in "…"."""
    if not text.isprintable():
        text = clean(text)
    if len(text) * 2 <= CELL_UNITS or _units(text) <= CELL_UNITS:
        return text
    room = CELL_UNITS - 1  # for the mark
    # Cutting bytes may leave half of a surrogate pair at the end: "ignore" drops it.
    return text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + CUT


def for_cell_xml(text: str) -> str:
    """Return the text of a cell as it must stand in a sheet's XML, not yet XML-escaped.

    The file format reads ``_xHHHH_`` as one character; here such text is escaped so that
    Excel shows what the customer wrote.
    """
    return _LOOKS_ESCAPED.sub("_x005F_", for_cell(text))


def from_cell_xml(text: str) -> str:
    """Return the text that a cell shows whose XML, no longer XML-escaped, holds this one.

    An escaped pair of surrogates is its one character; a half of one alone, which UTF-8 cannot
    carry, is U+FFFD.
    """
    if "_x" not in text:
        return text
    read = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text)
    return read.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def all_fit(texts: Sequence[str]) -> bool:
    """Return whether texts surely fit cells as they are: then `for_cell` changes none of them.

    Nearly always it is so, and to look at all at once takes a tenth of the time.

    Raises:
        TypeError: One of them is no text.
    """
    joined = "".join(texts)
    # In the usual case a quarter of the time of str.isprintable alone.
    usual = joined.isascii() and not joined.encode("ascii").translate(None, _PLAIN)
    return (usual or joined.isprintable()) and max(map(len, texts), default=0) * 2 <= CELL_UNITS


def for_csv(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula when it opens a CSV.

    OWASP's rule: an apostrophe before the dangerous starts; plain signed numbers stay.
    """
    text = clean(text)
    if text and text[0] in _FORMULA_STARTS and not _SIGNED_NUMBER.fullmatch(text):
        return "'" + text
    return text


def for_line(text: str) -> str:
    """Return the text as one line for a terminal or log: nothing in it moves the cursor."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else " " if char.isspace() else REPLACEMENT for char in text
    )


def for_json(text: str) -> str:
    """Return the text with halves of surrogate pairs, which UTF-8 cannot carry, as U+FFFD."""
    return re.sub("[\ud800-\udfff]", REPLACEMENT, text)


def for_file_name(text: str, *, fallback: str) -> str:
    """Return an ASCII file name of at most 80 letters, digits, dots, dashes and underscores."""
    name = re.sub("[^A-Za-z0-9._-]+", "-", text).strip(".-")[:80]
    return name or fallback


def is_masked(text: str) -> bool:
    """Return whether the vendor hid part of the text: ``139xxxxxxxx`` or ``138****8000``."""
    return "*" in text or re.search("[xX]{3}", text) is not None


def width(text: str) -> int:
    """Return how many columns wide the text is: wide East Asian characters count two."""
    if text.isascii():
        return len(text)
    return sum(2 if _is_wide(char) else 1 for char in text)


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 1: 1 is A, 28 is AB."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the column, from 1, that letters name, or a reference such as ``$ab7``; 0 for none."""
    number = 0
    for letter in letters.lstrip("$"):
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number


def _units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _is_wide(char: str) -> bool:
    if char < "\u1100":
        return False
    import unicodedata  # noqa: PLC0415  only CJK text pays for the table

    return unicodedata.east_asian_width(char) in "WF"
