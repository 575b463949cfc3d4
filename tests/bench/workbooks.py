"""Workbooks: 100,000 customers, ten columns, one of them moments, into one .xlsx file.

Ours is the whole thing: cell styles, a named table with filters, widths, frozen panes, print
setup, an About sheet, and every text safe. (The program then flushes the file to the disk, which
no peer does, and which is left out here.) openpyxl and XlsxWriter are styled as far as the mode
allows; the Rust writers write bare data, which they are handed in the shape that they like best,
without that being counted, but in one line that tells what it costs. The floor is our sheet's
XML, put together row by row from texts that are escaped already, and packed by the same deflate:
no styles, no file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from isal import isal_zlib

from reports.workbook.sheets import add_about, add_table, new_book, save
from tests.bench.lines import Line, contest
from tests.bench.makers import content
from tests.bench.measured import Job, Measured, Scale
from tests.bench.people import HEADINGS, MOMENT, people
from tests.bench.rows import at_size

CUSTOMERS = 100_000
_AS_OF = datetime(2026, 1, 5, 6, tzinfo=UTC)
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)


def measure(scale: Scale) -> Sequence[Line]:
    """Write the same customers with each writer, in turn."""
    customers = at_size(CUSTOMERS, scale.size)
    data = {"customers": customers, "seed": scale.seed}

    def peer(who: str, package: str, call: str, least: float | None = None) -> Job:
        call = f"tests.bench.makers:{call}"
        return Job(who=who, call=call, arguments=data, package=package, least=least)

    jobs = [
        Job(who="Partnerbook", call=f"{__name__}:ours", arguments=data, megabytes=130),
        Job(
            who="floor: joined and packed, no workbook",
            call=f"{__name__}:floor",
            arguments=data,
            same=False,
            least=1 / 1.3,
        ),
        peer("openpyxl, write-only", "openpyxl", "openpyxl_write_only", 20),
        peer("XlsxWriter, constant_memory, no table", "XlsxWriter", "xlsxwriter", 10),
        peer("rustypyxl, write-only, bare", "rustypyxl", "rustypyxl", 1),
        peer("rustpy-xlsxwriter, bare", "rustpy-xlsxwriter", "rustpy_xlsxwriter", 1),
        peer("jetxl, from columns, bare", "jetxl", "jetxl", 1),
        peer("jetxl, from our rows through Arrow, bare", "jetxl", "jetxl_through_arrow", 1),
        peer("jetxl, from Arrow, bare", "jetxl", "jetxl_arrow", 1),
    ]
    title = f"{customers:,} customers × {len(HEADINGS)} columns into an .xlsx file"
    return contest(title, jobs, scale)


def ours(customers: int, seed: int) -> Measured:
    """Write them as the program writes a list of customers."""
    rows = people(customers, seed)
    _workbook(rows[:300])

    def job() -> Callable[[], str]:
        folder = Path(tempfile.mkdtemp())
        (folder / "ours.xlsx").write_bytes(_workbook(rows))
        return lambda: content(folder, "ours.xlsx", "Customers")

    return job


def floor(customers: int, seed: int) -> Measured:
    """Only join and pack what is escaped already."""
    rows = [
        tuple(
            f"{(value - _DAY_ZERO) / timedelta(days=1):.10f}"
            if isinstance(value, datetime)
            else escape(value or "", quote=False)
            for value in row
        )
        for row in people(customers, seed)
    ]

    def job() -> Callable[[], int]:
        packer, size = isal_zlib.compressobj(2, isal_zlib.DEFLATED, -15), 0
        for at in range(0, len(rows), 1_000):
            xml = "".join(
                f'<row r="{n}">'
                f'<c r="A{n}" s="4" t="inlineStr"><is><t>{a}</t></is></c>'
                f'<c r="B{n}" s="4" t="inlineStr"><is><t>{b}</t></is></c>'
                f'<c r="C{n}" s="4" t="inlineStr"><is><t>{c}</t></is></c>'
                f'<c r="D{n}" s="7"><v>{d}</v></c>'
                f'<c r="E{n}" s="4" t="inlineStr"><is><t>{e}</t></is></c>'
                f'<c r="F{n}" s="4" t="inlineStr"><is><t>{f}</t></is></c>'
                f'<c r="G{n}" s="4" t="inlineStr"><is><t>{g}</t></is></c>'
                f'<c r="H{n}" s="4" t="inlineStr"><is><t>{h}</t></is></c>'
                f'<c r="I{n}" s="4" t="inlineStr"><is><t>{i}</t></is></c>'
                f'<c r="J{n}" s="4" t="inlineStr"><is><t>{j}</t></is></c>'
                "</row>"
                for n, (a, b, c, d, e, f, g, h, i, j) in enumerate(rows[at : at + 1_000], at + 2)
            )
            size += len(packer.compress(xml.encode()))
        return lambda: size + len(packer.flush())

    return job


def _workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = new_book(title="Customers", as_of=_AS_OF)
    kinds = ["moment" if at == MOMENT else "text" for at in range(len(HEADINGS))]
    add_table(book, "Customers", HEADINGS, rows, table_name="Customers", kinds=kinds)  # type: ignore[arg-type]  # both are kinds
    add_about(book, [("Customers", len(rows))])
    return save(book)
