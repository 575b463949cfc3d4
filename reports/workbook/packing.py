"""Zip files in memory: parts are packed as they come, or copied with the very bytes they had.

Equal parts give equal bytes, by equal versions on equal processors.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable

from partnerbook.errors import WorkbookError

try:
    # An eighth to a sixteenth of zlib's time, which was two thirds of the whole; 12 % larger.
    from isal import isal_zlib as zlib
except ImportError:  # there are no wheels of it for Windows on ARM
    import zlib  # type: ignore[no-redef]  # its drop-in

CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
NEVER_64 = 0xFFFFFFFF
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A zip file knows no year before."""

_LOCAL = struct.Struct("<4s5H3I2H")
_LEVEL = 6 if zlib.__name__ == "zlib" else 2
_DEFLATED, _UTF_8, _VERSION = 8, 0x800, 20

_GZIP = 31  # window bits: the largest window, in gzip's wrapping

Moment = tuple[int, int, int, int, int, int]


class Packer:
    """A zip file that is being made."""

    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._directory: list[bytes] = []

    def add(self, name: str, part: bytes | Iterable[bytes], *, moment: Moment = EARLIEST) -> None:
        """Pack a part; one that comes in pieces is never held whole.

        Args:
            name: Its name.
            part: Its content.
            moment: The date that it bears.

        Raises:
            WorkbookError: It is larger than Excel could open.
        """
        raw, out, start = name.encode(), self._out, self._out.tell()
        out.write(bytes(_LOCAL.size) + raw)
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        crc = size = 0
        for piece in (part,) if isinstance(part, bytes) else part:
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            out.write(packer.compress(piece))
        out.write(packer.flush())
        end = out.tell()
        if max(size, end) >= NEVER_64:
            raise WorkbookError(f"{name} would be larger than a workbook's parts can be")
        facts = (
            *(0 if raw.isascii() else _UTF_8, _DEFLATED, *_dos(moment)),
            *(crc, end - start - _LOCAL.size - len(raw), size, len(raw), 0),
        )
        out.seek(start)
        out.write(_LOCAL.pack(b"PK\x03\x04", _VERSION, *facts))
        out.seek(end)
        record = CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *facts, 0, 0, 0, 0, start)
        self._directory.append(record + raw)

    def copy(self, block: bytes, record: bytes) -> None:
        """Add a part of another zip file as it stands there.

        Args:
            block: Its local header, data and descriptor.
            record: Its entry in the central directory.
        """
        fields = list(CENTRAL.unpack_from(record))
        fields[16] = self._out.tell()
        self._out.write(block)
        self._directory.append(CENTRAL.pack(*fields) + record[CENTRAL.size :])

    def finished(self) -> bytes:
        """Return the zip file."""
        begin, count = self._out.tell(), len(self._directory)
        self._out.write(b"".join(self._directory))
        size = self._out.tell() - begin
        self._out.write(END.pack(b"PK\x05\x06", 0, 0, count, count, size, begin, 0))
        return self._out.getvalue()


def gzipped(data: bytes) -> bytes:
    """Return data as the content of a .gz file that says nothing of when it was made."""
    return bytes(zlib.compress(data, _LEVEL, _GZIP))


def _dos(moment: Moment) -> tuple[int, int]:
    year, month, day, hour, minute, second = max(moment, EARLIEST)
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
