"""The add-in's file: what oletools, LibreOffice and a VBA interpreter find in it."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
import types
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import platformdirs
import pytest
import xlwings
from click.testing import CliRunner, Result
from pyopenvba import ExcelFile
from pyopenvba.apps.excel import ExcelApplication
from python_calamine import CalamineWorkbook

from addin import buttons, xlam
from addin.xlam import marks, package, places, ribbon, vba
from partnerbook.__main__ import partnerbook
from partnerbook.errors import WorkbookError
from partnerbook.wording import LANGUAGES, Language

# Of those that Microsoft publishes: [MS-CUSTOMUI], Custom UI XML Markup Specification, imageMso
# table.
PICTURES = frozenset(
    {
        *("ChartInsert", "DataValidation", "FileNew", "FilePrintPreview", "Filter", "FindDialog"),
        *("FreezePanes", "Help", "Lock", "RecordInJournal", "Refresh", "RefreshAll"),
        *("ReviewShowAllComments", "ReviewTrackChanges", "Undo"),
    }
)
INTERPRETER = r"C:\Users\Zoë 客户 & Söhne\Partner's book\Scripts\python.exe"


@pytest.fixture(scope="module")
def addin_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("addin") / "Partnerbook.xlam"
    file.write_bytes(xlam.build(INTERPRETER))
    return file


@pytest.fixture(scope="module")
def modules(addin_file: Path) -> dict[str, str]:
    """Return the source of each module, as oletools reads it."""
    return _modules(addin_file)


def _modules(file: Path) -> dict[str, str]:
    with _opened(file) as parser:
        return {name: str(code) for _, _, name, code in parser.extract_macros()}


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oletools uses old names of pyparsing
        from oletools.olevba import VBA_Parser  # noqa: PLC0415  as above

        parser = VBA_Parser(str(file))
        parser.detect_vba_macros()
        yield parser
        parser.close()


def _parts(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as package_:
        return {name: package_.read(name) for name in package_.namelist()}


def _ours(modules: dict[str, str]) -> str:
    return modules[f"{vba.MODULE}.bas"].replace("\r\n", "\n")


# ---- the file ----


def test_only_code_settings_strings_and_ribbon_differ_from_the_template(addin_file: Path) -> None:
    ours, theirs = _parts(addin_file), _parts(package.template_file())

    assert list(ours) == list(theirs)
    assert {name for name in ours if ours[name] != theirs[name]} == package.CHANGED


def test_modules_that_stay_have_the_bytes_of_the_template(addin_file: Path) -> None:
    with _opened(addin_file) as ours, _opened(package.template_file()) as theirs:
        project, template = (each.ole_subfiles[0].ole_file for each in (ours, theirs))

        for stream in ("VBA/ThisWorkbook", "VBA/Sheet2"):
            assert project.openstream(stream).read() == template.openstream(stream).read()
        assert template.exists("VBA/xlwings")
        assert not project.exists("VBA/xlwings")


def test_the_same_add_in_is_the_same_file(addin_file: Path) -> None:
    assert xlam.build(INTERPRETER) == addin_file.read_bytes()


def test_an_independent_reader_finds_the_settings(addin_file: Path) -> None:
    sheet = CalamineWorkbook.from_path(str(addin_file)).get_sheet_by_index(0)
    found = {str(key): str(value) for key, value in sheet.to_python()}

    assert found == xlam.settings_in(addin_file)
    assert found["Interpreter"] == INTERPRETER
    assert found["UDF Modules"] == "addin.udfs"
    assert found["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
    assert found["Language"] == "en"
    assert found["xlwings"] == xlwings.__version__


def test_libreoffice_opens_it(addin_file: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    # Add-ins are not among the kinds that it recognises by itself.
    kind = "--infilter=Calc MS Excel 2007 VBA XML"
    to = "csv:Text - txt - csv (StarCalc):44,34,76"
    subprocess.run(
        [office, profile, "--headless", kind, "--convert-to", to, "--outdir", tmp_path, addin_file],
        check=True,
        capture_output=True,
        timeout=120,
    )

    assert f"Interpreter,{INTERPRETER}" in (tmp_path / "Partnerbook.csv").read_text(
        encoding="utf-8"
    )


# ---- the code ----


def test_the_code_is_ours_and_nothing_else(modules: dict[str, str]) -> None:
    with_code = {
        name
        for name, code in modules.items()
        if [line for line in code.splitlines() if not line.startswith("Attribute ")]
    }

    assert set(modules) == {"ThisWorkbook.cls", "Sheet2.cls", f"{vba.MODULE}.bas"}
    assert with_code == {f"{vba.MODULE}.bas"}


def test_a_cell_can_call_our_functions_and_no_other(modules: dict[str, str]) -> None:
    callable_ = re.findall(
        r"^\s*(?!Private )(?:Public |Friend |Static )*(?:Declare PtrSafe |Declare )?"
        r"(?:Function|Property \w+) (\w+)",
        _ours(modules),
        re.MULTILINE,
    )

    assert callable_ == [each.name for each in marks.functions_of()]
    assert {"CUSTOMERS", "CUSTOMERCOUNT"} <= set(callable_)


def test_no_code_starts_programs_or_touches_files(modules: dict[str, str]) -> None:
    lines = [
        line for line in _ours(modules).lower().splitlines() if not line.strip().startswith("'")
    ]
    texts = re.findall(r'"([^"]*)"', "\n".join(lines))
    code = re.sub(r'"[^"]*"', '""', "\n".join(lines))

    for word in (
        "shell",
        "createobject",
        "getobject",
        "vbproject",
        "environ",
        "kill ",
        "open ",
        "macscript",
        "auto_open",
        "workbook_open",
        "activesheet",
        "fullname",
    ):
        assert word not in code, word
    assert not [each for each in texts if re.search(r"cmd|\.exe|://", each)]
    libraries = set(re.findall(r'lib "([^"]+)"', "\n".join(lines)))
    version = xlwings.__version__
    assert libraries == {"kernel32", f"xlwings64-{version}.dll", f"xlwings32-{version}.dll"}


def test_functions_say_what_they_are_before_excel_has_asked_anybody(
    modules: dict[str, str],
) -> None:
    for function in marks.functions_of():
        line = f'Attribute {function.name}.VB_Description = "{function.text}"'
        assert line in _ours(modules)
        for argument in function.arguments:
            assert f'"{argument.text}"' in _ours(modules)


def test_lines_are_short_enough_for_vba(modules: dict[str, str]) -> None:
    for line in _ours(modules).splitlines():
        assert len(line) <= 1023


def test_xlwings_notice_comes_with_what_is_xlwings(modules: dict[str, str]) -> None:
    assert "Copyright (C) 2014-present, Zoomer Analytics LLC" in _ours(modules)
    assert "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS" in _ours(modules)


# ---- the code, run by a VBA interpreter ----


@pytest.fixture
def running(addin_file: Path, tmp_path: Path) -> Callable[..., Any]:
    """Return ``run(python)``: the add-in open, its procedures in reach, Python as VBA says."""

    def run(python: str) -> Any:
        file = tmp_path / "running.xlam"
        with ExcelFile(addin_file) as book:
            code = book.get_module(vba.MODULE).replace("\r\n", "\n")
            code = re.sub(r"^Attribute (?!VB_Name).*\n", "", code, flags=re.MULTILINE)
            code = code.replace("Private Function", "Public Function")
            code = code.replace("control As IRibbonControl", "control")
            code = code.replace("Application.EnableCancelKey = xlDisabled", "")
            # The old toolbar and the library are Excel's and Windows'; the rest runs as it is.
            code = _with(code, "InWizard() As Boolean", "InWizard = False")
            code = _with(code, "Python() As Variant", python)
            book.set_module(vba.MODULE, code.replace("\n", "\r\n"))
            book.save(file)
        return ExcelApplication.open(str(file))

    return run


def _with(code: str, head: str, body: str) -> str:
    pattern = rf"(Function {re.escape(head)}\n).*?(End Function)"
    changed, count = re.subn(pattern, rf"\1    {body}\n\2", code, flags=re.DOTALL)
    assert count == 1
    return changed


def test_python_is_started_by_one_line_without_shell_or_current_folder(
    running: Callable[..., Any],
) -> None:
    line = running("Err.Raise 5").evaluate("StartCommand()")

    assert line == f'"{INTERPRETER}" -P -B -c "import xlwings; xlwings.serve(\'$(CLSID)\')"'


@pytest.mark.parametrize("name", ["_myaddin.conf", "myaddin.conf", "xlwings.conf"])
def test_a_workbook_cannot_name_another_interpreter_or_module(
    running: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    evil = tmp_path / "evil.xlsx"
    _workbook(
        evil,
        name,
        [
            ["Interpreter", r"C:\evil.exe"],
            ["Interpreter_Win", r"C:\evil.exe"],
            ["UDF Modules", "evil"],
            ["PYTHONPATH", r"C:\evil"],
        ],
    )
    (tmp_path / "myaddin.conf").write_text('"INTERPRETER","C:\\evil.exe"\n', encoding="utf-8")
    app = running("Err.Raise 5")
    app.open_workbook(str(evil))

    assert app.evaluate("ActiveWorkbook.Name") == "evil.xlsx"
    assert app.evaluate('Setting("INTERPRETER")') == INTERPRETER
    assert app.evaluate('Setting("UDF MODULES")') == "addin.udfs"
    assert app.evaluate('Setting("PYTHONPATH")') == ""


def test_when_python_does_not_start_text_says_so_and_numbers_are_not_available(
    running: Callable[..., Any],
) -> None:
    app = running("Err.Raise 5")

    assert app.evaluate("CUSTOMERS()") == "#PB no Python"
    assert str(app.evaluate("CUSTOMERCOUNT()")) == "Error 2042"


def test_a_button_that_finds_no_python_says_what_to_do(running: Callable[..., Any]) -> None:
    app = running("Err.Raise 5")

    app.run("PressPreview", "the button")

    assert [box[1] for box in app.dialogs] == [
        "Partnerbook's Python does not start. Run in a terminal: partnerbook excel install"
    ]


def test_the_text_of_a_failed_number_is_not_available_and_a_number_stays(
    running: Callable[..., Any],
) -> None:
    app = running("Err.Raise 5")

    assert str(app.evaluate('Number("#PB key")')) == "Error 2042"
    assert app.evaluate("Number(300)") == 300
    assert app.evaluate('Number("other")') == "other"


def test_the_hints_of_returns_decide_whose_text_becomes_not_available(
    modules: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = "".join(
        f"@xw.func\ndef {name}(){hint}:\n    return 1\n"
        for name, hint in (("A", ""), ("B", " -> int"), ("C", " -> float"), ("D", " -> str"))
    )
    (tmp_path / "hinted.py").write_text(f"import xlwings as xw\n{given}", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    assert [each.name for each in marks.functions_of("hinted") if each.is_number] == ["B", "C"]
    for function in marks.functions_of():
        wrapped = f"{function.name} = Number(Answer(" in _ours(modules)
        assert wrapped == function.is_number == (function.name == "CUSTOMERCOUNT")


def _workbook(file: Path, name: str, rows: list[list[str]]) -> None:
    import openpyxl  # noqa: PLC0415  only this test pays for it

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    book.save(file)


# ---- the ribbon ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ribbon_keeps_to_the_rules_of_office(language: Language) -> None:
    root = ET.fromstring(ribbon.ribbon_xml(language))  # noqa: S314  ours
    found = [each for each in root.iter() if each.get("id")]
    shown = list(root.iter(f"{{{ribbon.NAMESPACE}}}button"))

    assert [each.tag.partition("}")[2] for each in root.iter()][:4] == [
        "customUI",
        "ribbon",
        "tabs",
        "tab",
    ]
    assert len({each.get("id") for each in found}) == len(found)
    for each in found:
        assert re.fullmatch(r"[A-Za-z_]\w{0,1023}", each.get("id") or "")
    for button in shown:
        assert set(button.attrib) == {
            "id",
            "label",
            "imageMso",
            "size",
            "keytip",
            "screentip",
            "supertip",
            "onAction",
        }
        assert re.fullmatch(r"[A-Z]{1,3}", button.attrib["keytip"])
        assert 1 <= len(button.attrib["supertip"]) <= 1024
        assert button.attrib["size"] in ("large", "normal")
    assert len({button.get("keytip") for button in shown}) == len(shown) == len(ribbon.BUTTONS)


def test_every_callback_is_in_the_code_and_every_button_does_something(
    addin_file: Path, modules: dict[str, str]
) -> None:
    root = ET.fromstring(_parts(addin_file)["customUI/customUI.xml"])  # noqa: S314  ours
    pressed = [each.get("onAction") for each in root.iter() if each.get("onAction")]
    code = _ours(modules)

    assert f"Public Sub {root.get('onLoad')}(ribbon As IRibbonUI)" in code
    for callback in pressed:
        found = re.search(
            rf'^Public Sub {callback}\(control As IRibbonControl\)\n    Press "(\w+)"\nEnd Sub$',
            code,
            re.MULTILINE,
        )
        assert found, callback
        entry = getattr(buttons, found.group(1))
        assert isinstance(entry, types.FunctionType)
        assert list(inspect.signature(entry).parameters) == ["language"]
    offered = {name for name, each in vars(buttons).items() if _is_button(each)}
    assert offered == {each.entry for each in ribbon.BUTTONS}, "each has a place on the ribbon"


def _is_button(value: Any) -> bool:
    return isinstance(value, types.FunctionType) and value.__module__ == buttons.__name__


def test_a_button_is_pressed_with_the_language_of_the_ribbon(
    running: Callable[..., Any], modules: dict[str, str]
) -> None:
    app = running("Err.Raise 5")

    assert app.evaluate('Setting("LANGUAGE")') == "en"
    assert """pressed = button & "('" & Setting("LANGUAGE") & "')\"""" in _ours(modules)
    assert '"import addin.buttons; addin.buttons." & pressed' in _ours(modules)


def test_esc_is_left_to_python_while_a_button_works(modules: dict[str, str]) -> None:
    press = _ours(modules).partition("Private Sub Press(")[2].partition("End Sub")[0]

    assert press.index("EnableCancelKey = xlDisabled") < press.index("Python()")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_of_the_issue_is_there_with_words_in_both_languages(
    language: Language,
) -> None:
    labels = [each.label["en"] for each in ribbon.BUTTONS]
    wanted = {
        *("Refresh sheet", "Refresh all", "Preview", "Undo", "New customer sheet", "Changes"),
        *("Find customer", "Freeze to values", "Weekly report", "Reconcile this sheet"),
        *("Account", "Views", "Log", "Doctor"),
    }

    assert wanted <= set(labels)
    for button in ribbon.BUTTONS:
        assert button.label[language]
        assert button.tip[language].endswith("." if language == "en" else "。")
        assert button.icon in PICTURES, "look it up; Office shows no picture for an unknown name"
    assert len({each.icon for each in ribbon.BUTTONS}) == len(ribbon.BUTTONS)
    assert {each.group for each in ribbon.BUTTONS} == set(ribbon.GROUPS)


# ---- templates and interpreters that are not what we know ----


@pytest.mark.parametrize(
    "interpreter", ["python", r"Scripts\python.exe", '/opt/a"b/python', "/opt/$(x)/python", "/a\nb"]
)
def test_an_interpreter_that_excel_could_not_start_is_refused(interpreter: str) -> None:
    with pytest.raises(WorkbookError, match="absolute path"):
        xlam.build(interpreter)


def test_a_template_that_starts_python_otherwise_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.xlam"
    with ExcelFile(package.template_file()) as book:
        code = book.get_module("xlwings").replace("mode As Long = 1", "mode As LongPtr = 1")
        book.set_module("xlwings", code)
        book.save(other)

    with pytest.raises(WorkbookError, match="another way"):
        xlam.build(INTERPRETER, template=other)


def test_a_broken_template_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlam"
    broken.write_bytes(package.template_file().read_bytes()[:5_000])
    with pytest.raises(WorkbookError, match="install xlwings again"):
        xlam.build(INTERPRETER, template=broken)


def test_settings_of_other_files_are_none(tmp_path: Path) -> None:
    text = tmp_path / "text.xlam"
    text.write_text("no zip", encoding="utf-8")

    assert xlam.settings_in(package.template_file()) == {}
    assert xlam.settings_in(text) == {}
    assert xlam.settings_in(tmp_path / "absent.xlam") == {}


# ---- install, uninstall, build ----


def test_each_system_has_its_own_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platformdirs, "user_data_path", lambda **_: tmp_path / "Roaming")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)

    windows, mac = places.where("win32"), places.where("darwin")

    assert windows.files == (tmp_path / "Roaming/Microsoft/Excel/XLSTART/Partnerbook.xlam",)
    assert [each.relative_to(tmp_path).parts[:2] for each in mac.files] == [
        ("Library", "Group Containers"),
        ("Library", "Application Scripts"),
    ]
    with pytest.raises(WorkbookError, match="excel build"):
        places.where("linux")


def test_what_is_installed_is_taken_back_whole(addin_file: Path, tmp_path: Path) -> None:
    to = xlam.Places(
        tmp_path / "Excel/XLSTART/Partnerbook.xlam", tmp_path / "Scripts/Partnerbook.applescript"
    )
    others = to.addin.with_name("Other.xlam")
    others.parent.mkdir(parents=True)
    others.write_bytes(b"somebody else's")

    xlam.install(addin_file.read_bytes(), to)
    xlam.install(addin_file.read_bytes(), to)  # again: an update

    assert to.addin.read_bytes() == addin_file.read_bytes()
    assert to.script is not None
    assert "quoted form of" in to.script.read_text(encoding="utf-8")
    assert xlam.uninstall(to) == to.files
    assert xlam.uninstall(to) == ()
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [others]


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(partnerbook, list(arguments))


def test_build_makes_an_add_in_and_names_its_interpreter(tmp_path: Path) -> None:
    file = tmp_path / "Mine.xlam"

    first = _run("excel", "build", str(file))
    again = _run("excel", "build", str(file), "--interpreter", INTERPRETER)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert xlam.settings_in(file)["Interpreter"] == INTERPRETER


def test_build_writes_over_no_file_of_somebody_else(tmp_path: Path) -> None:
    other = tmp_path / "Other.xlam"
    other.write_bytes(package.template_file().read_bytes())

    for file in (other, tmp_path / "Book.xlsx"):
        made = _run("excel", "build", str(file))
        assert made.exit_code == 2
        assert "name a new .xlam file" in made.stderr
    assert other.read_bytes() == package.template_file().read_bytes()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="Excel may be here")
def test_install_says_that_there_is_no_excel_here() -> None:
    for command in ("install", "uninstall"):
        refused = _run("excel", command)
        assert refused.exit_code == 2
        assert "Windows and macOS only" in refused.stderr


def test_install_runs_in_the_python_that_installs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    to = xlam.Places(tmp_path / "XLSTART" / "Partnerbook.xlam")
    monkeypatch.setattr(xlam, "where", lambda: to)

    installed = _run("excel", "install", "--lang", "zh")

    assert installed.exit_code == 0, installed.stderr
    assert str(to.addin) in installed.stdout
    assert xlam.settings_in(to.addin)["Interpreter"] == sys.executable
    assert "刷新本表" in _parts(to.addin)["customUI/customUI.xml"].decode("utf-8")
    assert _run("excel", "uninstall").exit_code == 0
    assert not to.addin.exists()
