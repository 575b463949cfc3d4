"""Finance's file -> ledger lines. Reads xlsx, xlsm, xls, xlsb, ods and csv; writes nothing.

gates      refuses hostile files before anything is unpacked
scan       what a workbook's XML says and its reader does not tell
extent     how far a sheet of unusual XML reaches
source     bytes -> sheets of plain values: the only module that imports python-calamine
delimited  csv -> rows: encodings and separators
headings   which row holds the headings, and which column is what
cells      one value -> ID, name or association; amounts -> money
values     a row's cells -> the values of a line, with what is wrong; or many rows at once
rows       rows -> lines and ignored rows
cycles     Python's search for cycles, paused meanwhile
reading    all of it together: rows -> `Ledger`
"""

from __future__ import annotations

from reports.ledger.reading import Ledger, read_ledger
from reports.ledger.rows import IgnoredRow
from reports.ledger.values import Damage

__all__ = ["Damage", "IgnoredRow", "Ledger", "read_ledger"]
