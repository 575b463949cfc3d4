"""What finance's file must be before anything unpacks it.

A few kilobytes can unpack to gigabytes, name files on this machine (XXE), or claim a cell in the
last corner of a sheet, for which a reader allocates the whole sheet. Facts and sizes:
research/reliability.md 4.4.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from partnerbook.errors import LedgerError

Kind = Literal["xlsx", "xlsb", "ods", "xls", "text"]

MAX_FILE = 50 * 2**20  # bytes
MAX_PARTS = 2_000
MAX_UNPACKED = 400 * 2**20  # bytes, all parts together
MAX_RATIO = 150
SMALL = 10 * 2**20  # bytes unpacked that harm nobody, whatever the ratio

SHEETS = "xl/worksheets/"
"""Parts here are looked at by `scan`, all that are ever read."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CHUNK = 2**20


def kind_of(data: bytes, name: str) -> Kind:
    """Return what the file is by its content, once it is safe to unpack.

    Args:
        data: The whole file.
        name: Its name, for the sentences.

    Raises:
        LedgerError: Too big, encrypted, a bomb, or no file of a kind that can be read.
    """
    if len(data) > MAX_FILE:
        raise LedgerError(
            f"{name} is larger than {MAX_FILE // 2**20} MB; save the ledger sheet alone in a new "
            f"file"
        )
    if not data.strip():
        raise LedgerError(f"{name} is empty; save the ledger again and use that file")
    if data.startswith(b"PK"):
        return _zip_kind(data, name)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise LedgerError(
                f"{name} is protected by a password; save it without one (File, Info, "
                f"Protect Workbook) and try again"
            )
        return "xls"
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table)", data[:200].lower()):
        raise LedgerError(
            f"{name} is a web page or XML under a spreadsheet's name; open it in Excel and save it "
            f"as .xlsx"
        )
    if data.startswith(b"%PDF"):
        raise LedgerError(f"{name} is a PDF; ask for the spreadsheet it was printed from")
    return "text"


def _zip_kind(data: bytes, name: str) -> Kind:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = book.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
            raise LedgerError(
                f"{name} unpacks to more than a ledger holds ({len(parts)} parts, "
                f"{unpacked // 2**20} MB); save the ledger sheet alone in a new file"
            )
        if unpacked > SMALL and unpacked > MAX_RATIO * len(data):
            raise LedgerError(
                f"{name} unpacks to {unpacked // len(data)} times its size, which no ledger does; "
                f"do not use this file, ask its sender for a new one"
            )
        names = {part.filename for part in parts}
        for part in parts:
            # Reading a part to its end also proves the sizes and checksums above. The scan does
            # so with the sheets, which are most of a file.
            if not part.filename.startswith(SHEETS):
                _refuse_doctype(book, part, name)
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    if "[Content_Types].xml" in names and any(part.startswith("xl/") for part in names):
        return "xlsx"
    raise LedgerError(f"{name} is a zip file but no spreadsheet; unpack it and use the file inside")


def refuse_declarations(piece: bytes, name: str) -> None:
    """Refuse XML that declares anything: that is how bombs are made, and how files are read.

    Raises:
        LedgerError: It does.
    """
    # In UTF-16 there is a NUL after each letter.
    plain = piece.replace(b"\0", b"") if b"\0" in piece else piece
    if b"!" in plain and _DOCTYPE.search(plain):
        raise LedgerError(
            f"{name} holds XML declarations that no spreadsheet program writes; do not use "
            f"this file, ask its sender for a new one"
        )


def _refuse_doctype(book: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    is_xml = part.filename.endswith((".xml", ".rels", ".vml"))
    tail = b""
    with book.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if is_xml:
                refuse_declarations(tail + chunk, name)
            tail = chunk[-32:]
