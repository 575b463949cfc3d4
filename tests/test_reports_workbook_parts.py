from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.files.grid import Grid
from partnerbook import text
from partnerbook.errors import WorkbookError
from reports.workbook import parts
from reports.workbook.parts import Parts

SHEET = "xl/worksheets/sheet1.xml"


def workbook(**others: bytes) -> bytes:
    target = io.BytesIO()
    book = openpyxl.Workbook()
    ws: Any = book.active
    ws.append(["a", 1])
    book.save(target)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, part in others.items():
            archive.writestr(name, part)
    return target.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "Book.xlsx"
    file.write_bytes(workbook(**{"custom/größe.bin": os.urandom(5_000)}))
    return file


def raw(data: bytes) -> dict[str, bytes]:
    """Return each part as it stands in the zip, still packed."""
    out = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            name, extra = struct.unpack_from("<2H", data, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            out[info.filename] = data[start : start + info.compress_size]
    return out


def test_only_named_parts_change(path: Path) -> None:
    before = raw(path.read_bytes())
    book = Parts(path)

    book.save(path, {SHEET: book.read(SHEET).replace(b"<v>1</v>", b"<v>2</v>"), "new.xml": b"<a/>"})

    after = raw(path.read_bytes())
    assert list(after) == [*before, "new.xml"]
    assert {name for name in before if before[name] != after[name]} == {SHEET}
    assert openpyxl.load_workbook(path).worksheets[0]["B1"].value == 2
    assert book.read(SHEET).count(b"<v>2</v>") == 1, "and can be saved again"


def test_a_part_can_be_removed(path: Path) -> None:
    Parts(path).save(path, {"docProps/app.xml": None})

    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert "docProps/app.xml" not in archive.namelist()


def test_a_zip_written_as_a_stream_is_copied_too(tmp_path: Path) -> None:
    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += data
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # data descriptors
        for name, part in zip_of(workbook()).items():
            archive.writestr(name, part)
    file = tmp_path / "Stream.xlsx"
    file.write_bytes(stream.data)

    Parts(file).save(file, {"new.xml": b"<a/>"})

    assert openpyxl.load_workbook(file).worksheets[0]["A1"].value == "a"


def zip_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"not a zip", "no workbook or is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        (workbook()[:-400], "damaged"),
        (workbook(**{"_xmlsignatures/sig1.xml": b"<a/>"}), "digitally signed"),
    ],
    ids=["text", "ole", "cut", "signed"],
)
def test_what_cannot_be_changed_safely_is_refused(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    file = tmp_path / "Book.xlsx"
    file.write_bytes(data)

    with pytest.raises(WorkbookError, match=sentence):
        Parts(file)

    assert file.read_bytes() == data


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "Book.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")

    with pytest.raises(WorkbookError, match="no Excel workbook"):
        Parts(file)


def test_a_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_UNPACKED_LIMIT", 1_000_000)
    file = tmp_path / "Book.xlsx"
    file.write_bytes(workbook(bomb=b"\0" * 1_000_001))

    with pytest.raises(WorkbookError, match="unpacks to more"):
        Parts(file)


def test_a_read_only_file_is_refused(path: Path) -> None:
    path.chmod(0o444)

    with pytest.raises(WorkbookError, match="read-only"):
        Parts(path)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="cannot be read"):
        Parts(tmp_path / "None.xlsx")


def excel_owner(name: str) -> bytes:
    """Return the owner file that Excel puts beside an open workbook."""
    narrow = name.encode("cp1252", "replace")
    head = bytes([len(narrow)]) + narrow.ljust(54, b" ")
    return head + len(name).to_bytes(2, "little") + name.encode("utf-16-le").ljust(108, b" ")


@pytest.mark.parametrize("when", ["open", "save"])
@pytest.mark.parametrize(
    ("lock", "content", "sentence"),
    [
        ("~$Book.xlsx", excel_owner("Li Wei 李"), "open in Excel by Li Wei 李"),
        ("~$Book.xlsx", b"", "open in Excel;"),
        (".~lock.Book.xlsx#", b",li,host,01.01.2026 08:00,file:///home;", "LibreOffice by li"),
    ],
)
def test_a_file_that_somebody_has_open_is_refused(
    path: Path, when: str, lock: str, content: bytes, sentence: str
) -> None:
    before = path.read_bytes()
    if when == "open":
        path.with_name(lock).write_bytes(content)
        with pytest.raises(WorkbookError, match=sentence):
            Parts(path)
    else:
        book = Parts(path)
        path.with_name(lock).write_bytes(content)
        with pytest.raises(WorkbookError, match=sentence):
            book.save(path, {"new.xml": b"<a/>"})
    assert path.read_bytes() == before


def test_what_somebody_else_saved_meanwhile_is_not_lost(path: Path) -> None:
    book = Parts(path)
    theirs = workbook(theirs=b"x")
    path.write_bytes(theirs)

    with pytest.raises(WorkbookError, match="somebody else"):
        book.save(path, {"new.xml": b"<a/>"})

    assert path.read_bytes() == theirs


@pytest.mark.parametrize(
    "part", [b"<a>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<a>\x01</a>"]
)
def test_a_part_that_is_no_plain_xml_is_not_written(path: Path, part: bytes) -> None:
    before = path.read_bytes()

    with pytest.raises(WorkbookError):
        Parts(path).save(path, {"new.xml": part})

    assert path.read_bytes() == before


_CRASH = """
import os, sys, threading
from pathlib import Path
from reports.workbook.parts import Parts
book = Parts(Path(sys.argv[1]))
part = "xl/worksheets/sheet1.xml"
changes = {part: book.read(part).replace(b">1<", b">2<")}
steps = 0
def die(frame, event, arg):
    global steps
    steps += 1
    if steps == int(sys.argv[2]):
        os._exit(9)
    return die
sys.settrace(die)
book.save(Path(sys.argv[1]), changes)
sys.settrace(None)
"""


def test_a_crash_at_any_line_leaves_the_old_or_the_new_file(path: Path) -> None:
    old = path.read_bytes()
    seen = set()
    for step in (1, 40, 120, 200, 260, 300, 340, 380, 420, 100_000):
        path.write_bytes(old)
        command = [sys.executable, "-c", _CRASH, str(path), str(step)]
        done = subprocess.run(command, check=False, capture_output=True)
        assert done.returncode in (0, 9), done.stderr
        seen.add(openpyxl.load_workbook(path).worksheets[0]["B1"].value)
    assert seen == {1, 2}


@settings(max_examples=200)
@given(st.text(alphabet=st.characters(), max_size=40))
def test_any_text_is_the_same_text_in_the_cell(value: str) -> None:
    made = parts.cell_xml("A1", value, 0).encode("ascii", "xmlcharrefreplace")
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    sheet += b'<sheetData><row r="1">' + made + b"</row></sheetData></worksheet>"
    parts.well_formed(sheet, "sheet")
    cell = Grid(sheet, (), "sheet").cell(1, 1)
    assert (cell.value if cell else "") == text.for_cell(value)


@given(st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)), st.booleans())  # noqa: DTZ001
def test_moments_survive_the_cell(moment: datetime, date1904: bool) -> None:
    number = parts.serial(moment.replace(microsecond=0), date1904=date1904)

    assert parts.from_serial(number, date1904=date1904) == moment.replace(microsecond=0)
