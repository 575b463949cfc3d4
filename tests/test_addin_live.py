"""What only Excel can do: refused by name for files, and asked of xlwings' own Windows objects.

xlwings' own module for Windows runs here; Excel, COM and Windows under it are stand-ins.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
import xlwings

from addin import live
from addin.files import open_book
from partnerbook.errors import WorkbookError
from reports.workbook.starter import starter_workbook

COM = (
    *("pythoncom", "pywintypes", "win32api", "win32con", "win32gui", "win32process"),
    *("win32com", "win32com.client", "win32timezone"),
)
PID = 4242


class Excel:
    """Excel's own application object, as far as we reach for it."""

    Hwnd = 7

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.answer: Any = False

    def InputBox(self, *given: Any) -> Any:  # noqa: N802  Excel's name
        self.asked.append(("InputBox", *given))
        return self.answer

    def GetSaveAsFilename(self, *given: Any) -> Any:  # noqa: N802  Excel's name
        self.asked.append(("GetSaveAsFilename", *given))
        return self.answer

    def CalculateFull(self) -> None:  # noqa: N802  Excel's name
        self.asked.append(("CalculateFull",))


class Workbook:
    """Excel's own workbook object."""

    def __init__(self, excel: Excel, full_name: str) -> None:
        self.Application = excel
        self.FullName = full_name
        self.Name = full_name.rpartition("\\")[2]

    def SaveCopyAs(self, name: str) -> None:  # noqa: N802  Excel's name
        Path(name).write_text(f"copy of {self.Name}", encoding="utf-8")


class User32:
    """Windows' keyboard and windows."""

    def __init__(self) -> None:
        self.key = 0
        self.owner = PID

    def GetAsyncKeyState(self, code: int) -> int:  # noqa: N802  Windows' name
        assert code == 0x1B
        state, self.key = self.key, 0  # "since it was asked last"
        return state

    def GetForegroundWindow(self) -> int:  # noqa: N802  Windows' name
        return 99

    def GetWindowThreadProcessId(self, window: int, owner: Any) -> int:  # noqa: N802  as above
        assert window == 99
        owner._obj.value = self.owner
        return 1


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    names = ("xlwings._xlwindows", "xlwings._win32patch")
    gone = {name: sys.modules.pop(name, None) for name in names}
    parts = {name: MagicMock(name=name) for name in COM}
    parts["pywintypes"].com_error = type("com_error", (Exception,), {})
    parts["pywintypes"].TimeType = type("TimeType", (), {})
    parts["win32process"].GetWindowThreadProcessId.return_value = (1, PID)
    for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(parts["win32com.client"], name, type(name, (), {}))
    parts["pythoncom"].__file__ = "pythoncom.dll"
    for name, part in parts.items():
        monkeypatch.setitem(sys.modules, name, part)
    for name in ("windll", "oledll", "PyDLL"):
        monkeypatch.setattr(ctypes, name, MagicMock(), raising=False)
    module = importlib.import_module("xlwings._xlwindows")
    atexit.unregister(module.cleanup)
    monkeypatch.setattr(live, "sys", types.SimpleNamespace(platform="win32"))
    yield module
    for name in names:
        sys.modules.pop(name, None)
    sys.modules.update({name: each for name, each in gone.items() if each})


@pytest.fixture
def excel() -> Excel:
    return Excel()


@pytest.fixture
def book(windows: Any, excel: Excel) -> xlwings.Book:
    return xlwings.Book(impl=windows.Book(Workbook(excel, r"C:\Users\Zoë\Customers.xlsx")))


@pytest.fixture
def file(tmp_path: Path) -> xlwings.Book:
    path = tmp_path / "Customers.xlsx"
    path.write_bytes(starter_workbook())
    return open_book(path)


def test_a_line_of_text_is_asked_for_in_the_form_that_excel_documents(
    book: xlwings.Book, excel: Excel
) -> None:
    assert live.ask_text(book, "Which?" * 100, "Asia") is None
    excel.answer = "  Acme "
    assert live.ask_text(book, "Which?") == "Acme"

    assert excel.asked == [
        ("InputBox", ("Which?" * 100)[:255], "Partnerbook", "Asia"),
        ("InputBox", "Which?", "Partnerbook", ""),
    ]


def test_a_name_to_save_under_is_asked_for(book: xlwings.Book, excel: Excel) -> None:
    assert live.ask_where(book, "Customers.xlsx", "Where?") is None
    excel.answer = r"C:\North.xlsx"
    assert live.ask_where(book, "Customers.xlsx", "Where?") == Path(r"C:\North.xlsx")

    kinds = "Excel (*.xlsx), *.xlsx"
    assert excel.asked[0] == ("GetSaveAsFilename", "Customers.xlsx", kinds, 1, "Where?")


def test_all_is_calculated_and_a_copy_is_written_by_excel_itself(
    book: xlwings.Book, excel: Excel, tmp_path: Path
) -> None:
    live.calculate(book)
    live.save_copy(book, tmp_path / "Copy.xlsx")

    assert excel.asked == [("CalculateFull",)]
    assert (tmp_path / "Copy.xlsx").read_text(encoding="utf-8") == "copy of Customers.xlsx"


@pytest.mark.parametrize(
    "name", ["https://d.docs.live.net/1/Customers.xlsx", "Book1", "relative/Customers.xlsx"]
)
def test_a_workbook_in_a_cloud_or_never_saved_has_no_place(
    windows: Any, excel: Excel, name: str
) -> None:
    book = xlwings.Book(impl=windows.Book(Workbook(excel, name)))

    assert live.path_of(book) is None


def test_a_saved_workbook_has_its_place(windows: Any, excel: Excel, tmp_path: Path) -> None:
    place = tmp_path / "Customers.xlsx"
    book = xlwings.Book(impl=windows.Book(Workbook(excel, str(place))))

    assert live.path_of(book) == place


def test_esc_counts_when_it_is_pressed_in_excel_from_now_on(
    book: xlwings.Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    user32 = User32()
    monkeypatch.setattr(ctypes, "windll", types.SimpleNamespace(user32=user32), raising=False)
    user32.key = 1  # before the work began

    pressed = live.escape(book)

    assert not pressed()
    user32.key = -0x7FFF  # held down, as Windows says it: a negative short
    assert pressed()
    assert not pressed()
    user32.key, user32.owner = 1, 1
    assert not pressed(), "in another program"


def test_messages_go_through_xlwings_own_alert(windows: Any, book: xlwings.Book) -> None:
    windows.win32con.MB_OK, windows.win32con.MB_YESNO = 0, 4
    windows.win32con.MB_ICONINFORMATION = windows.win32con.MB_ICONWARNING = 64
    windows.win32api.MessageBox.side_effect = [1, 6]

    assert book.app.alert("text", "title", mode="info") == "ok"
    assert book.app.alert("text", "title", buttons="yes_no", mode="critical") == "yes"


FILES: dict[str, Callable[[xlwings.Book], object]] = {
    "InputBox": lambda book: live.ask_text(book, "Which?"),
    "GetSaveAsFilename": lambda book: live.ask_where(book, "Customers.xlsx", "Where?"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_cannot_do_is_refused_by_name(name: str, file: xlwings.Book) -> None:
    with pytest.raises(WorkbookError, match=f"Excel's {name} is available in Excel for Windows"):
        FILES[name](file)


def test_what_a_file_needs_not_do_is_left_out(file: xlwings.Book, tmp_path: Path) -> None:
    live.calculate(file)
    live.front(file.sheets[0])
    live.go(file.sheets[0].range("A1"))
    live.show(file.sheets[0].range("A1"))
    live.open_workbook(file, tmp_path / "none.xlsx")

    assert live.selection(file) is None
    assert not live.can_ask(file)
    assert not live.escape(file)()
    assert live.path_of(file) == Path(file.fullname)


def test_a_copy_of_a_file_is_as_it_stands_open(file: xlwings.Book, tmp_path: Path) -> None:
    before = Path(file.fullname).read_bytes()
    file.sheets["About"].range("F40").value = "new"

    live.save_copy(file, tmp_path / "Copy.xlsx")

    assert Path(file.fullname).read_bytes() == before
    assert open_book(tmp_path / "Copy.xlsx").sheets["About"].range("F40").value == "new"


class MacBook:
    """A workbook of xlwings on macOS, as far as a copy of it goes."""

    def __init__(self, path: Path, *, saved: bool) -> None:
        self.name = path.name
        self.app = types.SimpleNamespace(engine=types.SimpleNamespace(name="excel"))
        self.api = types.SimpleNamespace(
            saved=types.SimpleNamespace(get=lambda: saved),
            full_name=types.SimpleNamespace(get=lambda: str(path)),
        )


def test_on_macos_what_was_saved_is_copied_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(live, "sys", types.SimpleNamespace(platform="darwin"))
    path = tmp_path / "Customers.xlsx"
    path.write_bytes(b"saved")
    saved, dirty = (MacBook(path, saved=each) for each in (True, False))
    book: Any = saved

    live.save_copy(book, tmp_path / "Copy.xlsx")

    assert (tmp_path / "Copy.xlsx").read_bytes() == b"saved"
    assert not live.can_ask(book)
    book = dirty
    with pytest.raises(WorkbookError, match="has changes that are not saved on this computer"):
        live.save_copy(book, tmp_path / "Other.xlsx")
    assert not (tmp_path / "Other.xlsx").exists()
