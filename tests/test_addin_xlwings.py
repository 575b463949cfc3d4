"""xlwings' own Windows machinery, run here: only the parts of Windows under it are stand-ins.

Real are its decorators, ``generate_vba_wrapper``, ``call_udf``, its converters, its reading of COM
ranges and the server that Excel talks to. Not real: COM itself, and Excel.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib
import io
import itertools
import re
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
import xlwings

import addin
from addin.session import Session
from addin.xlam import marks
from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.model import Snapshot

COM = (
    "pythoncom",
    "pywintypes",
    "win32api",
    "win32com",
    "win32com.client",
    "win32com.server",
    "win32com.server.dispatcher",
    "win32com.server.policy",
    "win32com.server.util",
    "win32con",
    "win32event",
    "win32gui",
    "win32process",
    "win32timezone",
)
MISSING = -2147352572  # DISP_E_PARAMNOTFOUND: what COM hands over for an argument left out
NOT_AVAILABLE = -2146826246  # what a cell with #N/A is over COM
RANGE_IID = "{00020846-0000-0000-C000-000000000046}"


WORKSHEET = MagicMock(name="worksheet")  # one for all: each is dear to make


class ComTime(datetime):
    """A date as pywin32 hands it over: with a zone it does not mean."""


class ComRange:
    """A range of cells as Excel hands it over: a grid, or one value for one cell."""

    def __init__(self, *rows: tuple[Any, ...]) -> None:
        self.Value = rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
        self.Rows = types.SimpleNamespace(Count=len(rows))
        self.Columns = types.SimpleNamespace(Count=len(rows[0]))
        self.Row = self.Column = 1
        self.Worksheet = WORKSHEET
        self._oleobj_ = self

    def GetTypeInfo(self) -> ComRange:  # noqa: N802  COM's name
        return self

    def GetTypeAttr(self) -> Any:  # noqa: N802  COM's name
        return types.SimpleNamespace(iid=RANGE_IID)


@dataclass
class Excel:
    """Calls functions as Excel does: through the server that xlwings runs for it."""

    udfs: Any
    server: Any
    functions: types.ModuleType
    book: Any

    def call(self, name: str, *args: Any) -> Any:
        caller = ComRange((None,))
        return self.server.XLPython().CallUDF("addin.udfs", name, args, self.book, caller)


@pytest.fixture(scope="module")
def machinery() -> Iterator[tuple[Any, Any, types.ModuleType]]:
    patch = pytest.MonkeyPatch()
    names = ("xlwings.udfs", "xlwings._xlwindows", "xlwings._win32patch", "xlwings.com_server")
    gone = {name: sys.modules.pop(name, None) for name in (*names, "addin.udfs")}
    before = {attribute: getattr(xlwings, attribute) for attribute in ("func", "arg", "ret")}
    parts = {name: MagicMock(name=name) for name in COM}
    for name, part in parts.items():
        patch.setitem(sys.modules, name, part)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(parts[parent], child, part)
    parts["pywintypes"].TimeType = ComTime
    parts["pywintypes"].IID = str
    parts["pywintypes"].com_error = type("com_error", (Exception,), {})
    parts["win32timezone"].TimeZoneInfo.utc.return_value = UTC
    parts["win32com.server.util"].unwrap.side_effect = ValueError  # nothing is a wrapped object
    for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(parts["win32com.client"], name, type(name, (), {}))
    parts["pythoncom"].__file__ = "pythoncom.dll"
    for name in ("windll", "oledll", "PyDLL"):
        patch.setattr(ctypes, name, MagicMock(), raising=False)

    windows = importlib.import_module("xlwings._xlwindows")
    atexit.unregister(windows.cleanup)
    udfs = importlib.import_module("xlwings.udfs")
    server = importlib.import_module("xlwings.com_server")
    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    engines = xlwings.engines
    engine, known = xlwings.Engine(impl=windows.engine), engines.active
    engines.add(engine)
    try:
        yield udfs, server, importlib.import_module("addin.udfs")
    finally:
        engines.active = known
        engines.engines.remove(engine)
        del engines.engines_by_name["excel"]
        for attribute, value in before.items():
            setattr(xlwings, attribute, value)
        for name in (*names, "addin.udfs"):
            sys.modules.pop(name, None)
        sys.modules.update({name: module for name, module in gone.items() if module})
        if gone["addin.udfs"]:
            vars(addin)["udfs"] = gone["addin.udfs"]
        server.loop.close()
        patch.undo()


@pytest.fixture
def excel(
    machinery: tuple[Any, Any, types.ModuleType],
    two_mondays: tuple[Snapshot, Snapshot],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Excel]:
    udfs, server, functions = machinery
    monkeypatch.setenv("PARTNERBOOK_HOME", str(tmp_path))  # what fails goes to its log
    settings = Settings.from_environment(
        {
            "PARTNERBOOK_HOME": str(tmp_path),
            "PARTNERBOOK_STORE": f"sqlite:///{tmp_path / 'store.db'}",
            "PARTNERBOOK_PARTNER_ID": "p-1",
        }
    )
    with Book(settings) as book:
        for snapshot in two_mondays:
            book.store.add(snapshot.listing, book.account, snapshot.taken_at)
        monkeypatch.setattr(functions, "SESSION", Session(lambda: book, waits=0.0))
        yield Excel(udfs, server, functions, MagicMock(name="workbook"))


SHAPES: dict[str, Callable[[], Any]] = {
    "left out": lambda: MISSING,
    "a text": lambda: "label",
    "a number": lambda: 46000.0,
    "a truth": lambda: False,
    "a date": lambda: ComTime(2026, 5, 4, tzinfo=UTC),
    "one cell": lambda: ComRange(("Label",)),
    "one empty cell": lambda: ComRange((None,)),
    "one cell with a date": lambda: ComRange((ComTime(2026, 5, 4, tzinfo=UTC),)),
    "one cell with an error": lambda: ComRange((NOT_AVAILABLE,)),
    "a row": lambda: ComRange(("Customer ID", None, "Label")),
    "a column": lambda: ComRange(("Label",), (None,), (12.0,), (True,)),
    "filters": lambda: ComRange(("association", 3.0), (None, None), ("label", None)),
    "an array": lambda: (("association", "resale"),),
}


def test_every_function_answers_every_shape_of_argument(excel: Excel) -> None:
    asked = 0
    for function in marks.functions_of():
        for shapes in _all_pairs(len(function.arguments)):
            given = [SHAPES[shape]() for shape in shapes]
            answer = excel.call(function.name, *given)
            asked += 1
            question = f"{function.name} with {', '.join(shapes)}: {answer!r}"
            # That text means a failure nobody thought of.
            assert answer != "#PB see log", question
            if isinstance(answer, list) and isinstance(answer[0], list):
                assert len({len(row) for row in answer}) == 1, question
                assert None not in itertools.chain.from_iterable(answer), question
    assert asked > 700


def _all_pairs(arguments: int) -> Iterator[list[str]]:
    """Yield shapes so that the first two arguments meet in every way; a third one goes round."""
    names = list(SHAPES)
    for number, shapes in enumerate(itertools.product(names, repeat=min(arguments, 2))):
        third = names[(number + number // len(names)) % len(names)]
        yield [*shapes, *([third] if arguments > 2 else [])]


def test_arguments_arrive_as_excel_meant_them(excel: Excel) -> None:
    resale = ComRange(("association", 3.0), (None, None))
    listed = excel.call("CUSTOMERS", MISSING, ComRange(("Customer ID", "Company name")), False)

    assert excel.call("CUSTOMERCOUNT", MISSING) == 6
    assert excel.call("CUSTOMERCOUNT", ComRange((None,))) == 6
    assert excel.call("CUSTOMERCOUNT", resale) == 2
    assert len(listed) == 6
    names = dict(listed)
    column = ComRange(*[(key,) for key in names], (None,))
    row = ComRange(tuple(names))
    assert excel.call("CUSTOMERFIELD", column, "Company name", MISSING) == [
        *[[name] for name in names.values()],
        [""],
    ]
    assert excel.call("CUSTOMERFIELD", row, ComRange(("company name",)), MISSING) == list(
        names.values()
    )
    first = next(iter(names))
    assert excel.call("CUSTOMERFIELD", ComRange((first,)), "Company name", MISSING) == names[first]


def test_a_date_in_a_cell_is_the_day_it_shows(
    excel: Excel, two_mondays: tuple[Snapshot, Snapshot]
) -> None:
    day = two_mondays[0].taken_at
    shown = ComTime(day.year, day.month, day.day, tzinfo=UTC)

    listed = excel.call("CUSTOMERSASOF", ComRange((shown,)), MISSING)

    assert len(listed) - 1 == len(two_mondays[0].listing.customers)


def test_a_date_that_a_formula_makes_is_a_day_too(
    excel: Excel, two_mondays: tuple[Snapshot, Snapshot]
) -> None:
    """Excel hands DATE(), TODAY() and A1-7 over as a number; only cells tell their format."""
    day = float((two_mondays[0].taken_at.date() - date(1899, 12, 30)).days)
    before = len(two_mondays[0].listing.customers)
    first = two_mondays[0].listing.customers[0].customer_id

    assert len(excel.call("CUSTOMERSASOF", day, MISSING)) - 1 == before
    assert excel.call("CUSTOMERFIELD", ComRange((first,)), "Customer ID", day) == first
    assert len(excel.call("CUSTOMERCHANGES", MISSING, day + 7)) > 1
    assert excel.call("CUSTOMERCOUNT", ComRange(("since", day - 10_000), ("until", day))) == 6
    for none in (5.0, True, 3_000_000.0):
        assert excel.call("CUSTOMERSASOF", none, MISSING) == "#PB filter"


def test_text_reaches_the_cell_as_it_is(excel: Excel) -> None:
    cells = list(itertools.chain.from_iterable(excel.call("CUSTOMERS", MISSING, MISSING, MISSING)))

    assert {"=1+1", "0086", "12e4", "#N/A", "+86139"} <= set(cells)


def test_an_error_is_one_short_text_in_the_cell(excel: Excel) -> None:
    answer = excel.call("CUSTOMERCOUNT", ComRange(("lable", "VIP")))

    assert isinstance(answer, str)
    assert answer.startswith("#PB no filter")
    assert "\n" not in answer
    assert len(answer) < 100


def test_xlwings_would_offer_the_same_functions_with_the_same_arguments(excel: Excel) -> None:
    written = io.StringIO()
    book = types.SimpleNamespace(Name="Partnerbook.xlam")
    excel.udfs.generate_vba_wrapper("addin.udfs", excel.functions, written, book)

    offered = re.findall(r"^Function (\w+)\((.*)\)$", written.getvalue(), re.MULTILINE)

    assert offered == [
        (
            function.name,
            ", ".join(
                ("Optional " if each.optional else "") + each.name for each in function.arguments
            ),
        )
        for function in marks.functions_of()
    ]


def test_each_function_and_argument_says_what_it_is() -> None:
    for function in marks.functions_of():
        for text in (function.text, *(each.text for each in function.arguments)):
            assert text.isascii(), function.name  # VBA has a code page, not Unicode
            assert 10 < len(text) <= 255, function.name
            assert "Positional argument" not in text, function.name
