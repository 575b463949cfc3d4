"""Ledgers that are damaged, or made to harm: what may lie in a mailbox at month end."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from openpyxl.workbook import Workbook

_SEEDS = Path(__file__).parents[1] / "data" / "ledgers"  # as LibreOffice saved them
_NUMBERS = (0, -1, 7, 2**31 - 1, 2**32, 2**63, 1_048_576, 9_999_999, 10**30)

Made = tuple[str, bytes]  # suffix, content
Maker = Callable[[random.Random], Made]


def good(chance: random.Random) -> Made:
    """Return a ledger with nothing wrong, in one of the formats."""
    kind = chance.choice(("xlsx", "xlsx", "csv", "xls", "ods"))
    if kind in {"xls", "ods"}:
        return kind, (_SEEDS / f"seed.{kind}").read_bytes()
    rows = [["Customer ID", "Account", "Customer name", "Amount", "Currency"]]
    rows += [[f"c-{n}", f"user{n}", f"云海{n}", f"{n}.50", "USD"] for n in range(40)]
    if kind == "csv":
        text = "\n".join(chance.choice((",", ";", "\t")).join(row) for row in rows)
        return kind, text.encode(chance.choice(("utf-8", "utf-8-sig", "utf-16", "gbk")))
    return kind, _xlsx(rows)


def changed(chance: random.Random) -> Made:
    """Return a ledger of which some bytes are others."""
    suffix, content = good(chance)
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return suffix, bytes(data)


def cut(chance: random.Random) -> Made:
    """Return a ledger that ends too soon, or lacks a piece, or has one twice."""
    suffix, data = good(chance)
    first, last = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    kinds = (data[:first], data[:first] + data[last:], data[:last] + data[first:])
    return suffix, chance.choice(kinds)


def spoilt_inside(chance: random.Random) -> Made:
    """Return a workbook that is a sound zip file, with a part of it damaged."""
    source = _xlsx([["Customer ID", "Amount"], *([f"c-{n}", f"{n}"] for n in range(30))])
    if chance.random() < 0.3:
        source = (_SEEDS / "seed.ods").read_bytes()
    with zipfile.ZipFile(io.BytesIO(source)) as book:
        parts = {each.filename: book.read(each) for each in book.infolist()}
    name = chance.choice([each for each in parts if each.endswith((".xml", ".rels"))])
    parts[name] = chance.choice((_bytes, _tag, _number, _nothing, _deep))(chance, parts[name])
    return ("ods" if "content.xml" in parts else "xlsx"), _zipped(parts)


def bomb(chance: random.Random) -> Made:
    """Return a few kilobytes that unpack to very many, somewhere in a workbook."""
    parts = _parts()
    size = chance.choice((30, 120, 300)) * 2**20
    filling = chance.choice((b" ", b"<row/>", b"\0"))
    name = chance.choice([*parts, "xl/media/picture.png", "docProps/thumbnail.jpeg"])
    parts[name] = parts.get(name, b"") + filling * (size // len(filling))
    return "xlsx", _zipped(parts)


def entities(chance: random.Random) -> Made:
    """Return a workbook whose XML names files of this machine, or grows when it is read."""
    parts = _parts()
    grown = ["lol", *(f"&l{n};" * 10 for n in range(chance.choice((3, 9))))]
    laughs = "".join(f'<!ENTITY l{n} "{each}">' for n, each in enumerate(grown))
    declared = chance.choice(
        (
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
            '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
            f"<!DOCTYPE x [{laughs}]>",
            '<!doctype x [<!entity % a "b">]>',
        )
    )
    name = chance.choice([each for each in parts if each.endswith(".xml")])
    text = re.sub(r"^<\?xml[^>]*\?>\s*", "", parts[name].decode())
    encoding = chance.choice(("utf-8", "utf-16"))
    head = f'<?xml version="1.0" encoding="{encoding}"?>{declared}'
    parts[name] = (head + text).encode(encoding)
    return "xlsx", _zipped(parts)


def lies(chance: random.Random) -> Made:
    """Return a workbook that claims cells, rows or sizes that no ledger has."""
    parts = _parts()
    name = "xl/worksheets/sheet1.xml"
    text = parts[name].decode()
    row, column = chance.choice(_NUMBERS), chance.choice(("A", "XFD", "ZZZ", "AAAAAA"))
    far = f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row></sheetData>'
    text = chance.choice(
        (
            text.replace("</sheetData>", far),
            re.sub('<dimension ref="[^"]*"', f'<dimension ref="A1:{column}{row}"', text),
            text.replace(' t="s"', f' t="{chance.choice(("e", "d", "b", "zz"))}"'),
            re.sub("<v>[^<]*</v>", f"<v>{row}</v>", text),
            text.replace('r="2"', f'r="{row}"'),
        )
    )
    parts[name] = text.encode()
    return "xlsx", _zipped(parts)


def crowd(chance: random.Random) -> Made:
    """Return a zip file with too many parts, parts twice, or names that lead elsewhere."""
    parts = _parts()
    if (which := chance.randrange(3)) == 0:
        many = range(9, chance.choice((90, 2_100)))
        parts |= {f"xl/worksheets/sheet{n}.xml": b"<x/>" for n in many}
        return "xlsx", _zipped(parts)
    out = io.BytesIO(_zipped(parts))
    with zipfile.ZipFile(out, "a") as book:
        name = "xl/workbook.xml" if which == 1 else "../../../../tmp/harm.xml"
        # Twice on purpose: the module only warns of it.
        book.filelist.append(zipfile.ZipInfo(name)) if name in parts else book.writestr(name, "x")
    return "xlsx", out.getvalue()


def text(chance: random.Random) -> Made:
    """Return a text file that no program wrote as a ledger."""
    size = chance.choice((1_000, 200_000, 4_000_000))
    return "csv", chance.choice(
        (
            lambda: b"Customer ID,Amount\n" + b"," * size,
            lambda: b'Customer ID,Amount\n"' + b"x" * size,
            lambda: b"Customer ID\n" + b"a\n" * (size // 2),
            lambda: b"\xff\xfe" + chance.randbytes(min(size, 200_000)),
            lambda: chance.randbytes(min(size, 200_000)),
            lambda: b"Customer ID,Amount\n" + b"\0" * size,
            lambda: ("客户ID,金额\n" + "云,1\n" * (size // 8)).encode("gbk")[:-1],
            lambda: b"<html><body>" + b"<table>" * (size // 7),
            lambda: b"{" * size,
            lambda: b"sep=\x01\nCustomer ID\x01Amount\n" + b"1\x012\n" * 9,
        )
    )()


DAMAGED: Mapping[str, tuple[Maker, ...]] = MappingProxyType(
    {
        "bytes changed, cut out, doubled": (changed, cut),
        "sound zip files, a part inside damaged": (spoilt_inside,),
        "bombs, entities, lies about size, crowds of parts": (bomb, entities, lies, crowd, lies),
        "text that is no ledger, up to 4 MB": (text,),
    }
)
"""What is wrong, in words -> who makes it."""


def _bytes(chance: random.Random, part: bytes) -> bytes:
    data = bytearray(part)
    data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _tag(chance: random.Random, part: bytes) -> bytes:
    tag = chance.choice([*re.finditer(rb"<[^>]*>|^", part)])
    return part[: tag.start()] + tag[0] * chance.choice((0, 2)) + part[tag.end() :]


def _number(chance: random.Random, part: bytes) -> bytes:
    return re.sub(rb"\d+", lambda _: str(chance.choice(_NUMBERS)).encode(), part, count=3)


def _nothing(_: random.Random, __: bytes) -> bytes:
    return b""


def _deep(chance: random.Random, part: bytes) -> bytes:
    depth = chance.choice((1_000, 200_000))
    return part.replace(b">", b">" + b"<a>" * depth + b"</a>" * depth, 1)


def _xlsx(rows: list[list[str]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parts() -> dict[str, bytes]:
    rows = [["Customer ID", "Amount"], ["c-1", "1"], ["c-2", "2"]]
    with zipfile.ZipFile(io.BytesIO(_xlsx(rows))) as book:
        return {each.filename: book.read(each) for each in book.infolist()}


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return out.getvalue()
