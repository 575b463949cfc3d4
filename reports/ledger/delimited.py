"""CSV -> rows of text: finds the encoding and the separator. Pure."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

SEPARATORS = (",", ";", "\t", "|")
MAX_COLUMNS = 16_384  # as spreadsheets have

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMONEST = {"gb18030": (0xB0, 0xD7), "cp950": (0xA4, 0xC6)}  # by the first of two bytes
_MOSTLY = 0.8
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding.

    Without a mark at its start: UTF-16 if every other byte is NUL, UTF-8 if it is valid, GBK or
    Big5 if it reads as everyday Chinese, else Windows' western code page, which reads anything.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding), encoding
    sample = data[:4000]
    for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        half = sample[offset::2]
        if half and half.count(0) > len(half) * 0.4:
            return data.decode(encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    everyday = {
        name: (share, text)
        for name, codec in (("gbk", "gb18030"), ("big5", "cp950"))
        if (text := _in(data, codec)) is not None and (share := _everyday(text, codec)) >= _MOSTLY
    }
    if everyday:
        best = max(everyday, key=lambda name: everyday[name][0])
        return everyday[best][1], best
    if (text := _in(data, "gb18030")) is not None and _is_everyday_chinese(text):
        return text, "gbk"
    return data.decode("cp1252", "replace"), "cp1252"


def _in(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _everyday(text: str, codec: str) -> float:
    """Return the share of characters that are among the commonest of their code.

    Both codes keep the commonest Chinese characters in a part of their own. In a text of the one,
    half of what is read as the other lies outside of it.
    """
    first, last = _COMMONEST[codec]
    codes = [(char.encode(codec, "replace"), times) for char, times in _foreign(text).items()]
    chinese = [(code[0], times) for code, times in codes if len(code) == 2]
    everyday = sum(times for lead, times in chinese if first <= lead <= last)
    return everyday / sum(times for _, times in chinese) if chinese else 0.0


def _foreign(text: str) -> Counter[str]:
    """Return how often each character occurs that is not ASCII: a few thousand, however many."""
    return Counter("".join(_NOT_ASCII.findall(text)))


def rows(text: str, separator: str) -> list[list[str]]:
    """Return the records of a CSV text; a blank line is an empty record.

    Raises:
        csv.Error: The text is no CSV.
    """
    announced = _SEP_LINE.match(text)
    if announced:  # Excel's own first line; it is no record, and Excel does not show it
        text = text[announced.end() :]
    # newline="" keeps line ends inside quotes as they are.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    wrapped = '="' in text or "'" in text
    found = []
    for record in reader:
        if len(record) > MAX_COLUMNS:
            raise csv.Error("more columns than a spreadsheet has")
        found.append([_bare(value) for value in record] if wrapped else record)
    return found


def separators(text: str) -> tuple[str, ...]:
    """Return the separators worth trying, the announced or most frequent first.

    Of those that occur nowhere one is enough: with each, every line is one text.
    """
    announced = _SEP_LINE.match(text)
    if announced:
        return (announced[1],)
    head = text[:20_000]
    ranked = sorted(SEPARATORS, key=lambda each: -head.count(each))
    absent = [each for each in ranked if each not in text]
    return tuple(each for each in ranked if each not in absent[1:])


def _bare(value: str) -> str:
    """Return the text without what programs put around it to keep it text."""
    if not value.startswith(("=", "'")):
        return value
    if value.startswith('="') and value.endswith('"') and len(value) > 2:
        return value[2:-1]
    if len(value) > 1 and value[0] == "'" and value[1] in "=+-@\t\r\n0123456789":
        return value[1:]
    return value


def _is_everyday_chinese(text: str) -> bool:
    # In western text read as GBK, an accented letter swallows the ASCII letter after it, which
    # gives rare characters that GB 2312, the everyday part, does not have.
    foreign = _foreign(text)
    # Other scripts take four bytes in GB 18030, two of them digits: western text has no such.
    everyday = sum(
        times
        for char, times in foreign.items()
        if len(char.encode("gb2312", "ignore")) == 2 or len(char.encode("gb18030", "ignore")) == 4
    )
    return everyday >= 0.7 * foreign.total()
