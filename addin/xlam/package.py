"""The add-in's file: xlwings' template with our code, ribbon and settings in it.

The template's own module is not kept. Its public functions can be called by a cell of any
workbook (``=RunFrozenPython("...")``), and it asks a sheet and a file of the workbook which Python
to start. Ours starts Python through the same library and can do nothing else.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path, PurePosixPath, PureWindowsPath
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from addin.xlam import marks, ribbon, vba
from partnerbook import __version__
from partnerbook.errors import WorkbookError
from partnerbook.wording import Language

_PROJECT = "xl/vbaProject.bin"
_SETTINGS = "xl/worksheets/sheet1.xml"
_STRINGS = "xl/sharedStrings.xml"
_RIBBON = "customUI/customUI.xml"
CHANGED = frozenset({_PROJECT, _SETTINGS, _STRINGS, _RIBBON})
"""Parts that differ from the template; all others are the template's, byte for byte."""

OURS = "Partnerbook"
"""The setting that names this program's version."""

_THEIR_MODULE = "xlwings"
_DELETED = ("RibbonMyAddin", "Dictionary")
_MODULE_FILE = "Partnerbook.bas"

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROWS = re.compile(r"<sheetData>.*</sheetData>", re.DOTALL)
_EXTENT = re.compile(r'<dimension ref="[^"]*"')


def build(interpreter: str, *, language: Language = "en", template: Path | None = None) -> bytes:
    """Return the add-in as a file's content.

    Args:
        interpreter: Absolute path of the Python that runs it, on the machine that uses it.
        language: Of the ribbon.
        template: The template to build from; None for the one of the installed xlwings.

    Raises:
        WorkbookError: The template is not one that this program knows.
    """
    source = template or template_file()
    _check(interpreter)
    try:
        with zipfile.ZipFile(source) as package:
            parts = {each.filename: package.read(each) for each in package.infolist()}
    except (OSError, zipfile.BadZipFile) as error:
        raise WorkbookError(
            f"xlwings' template {source} cannot be read; install xlwings again"
        ) from error
    if not parts.keys() >= CHANGED:
        missing = ", ".join(sorted(CHANGED - parts.keys()))
        raise WorkbookError(f"xlwings' template has no {missing}; install the version we name")
    settings = _settings(interpreter, language)
    parts[_PROJECT] = _project(source)
    parts[_SETTINGS] = _settings_sheet(parts[_SETTINGS].decode("utf-8"), settings).encode()
    parts[_STRINGS] = _strings(settings).encode()
    parts[_RIBBON] = (_HEAD + ribbon.ribbon_xml(language)).encode()
    return _zipped(parts)


def settings_in(file: Path) -> dict[str, str]:
    """Return the settings of an add-in that was built here; nothing for any other file."""
    try:
        with zipfile.ZipFile(file) as package:
            strings = fromstring(package.read(_STRINGS))
    except (OSError, KeyError, zipfile.BadZipFile, ParseError, DefusedXmlException):
        return {}
    texts = [each.text or "" for each in strings.iter(f"{{{_MAIN}}}t")]
    found = dict(zip(texts[::2], texts[1::2], strict=False))
    return found if OURS in found else {}


def template_file() -> Path:
    """Return the template that the installed xlwings ships."""
    return Path(str(files("xlwings") / "quickstart_addin_ribbon.xlam"))


def _check(interpreter: str) -> None:
    absolute = (
        PurePosixPath(interpreter).is_absolute() or PureWindowsPath(interpreter).is_absolute()
    )
    # The quotation mark would end the path, and xlwings' library fills in what stands in $( ).
    if not absolute or '"' in interpreter or "$(" in interpreter or not interpreter.isprintable():
        raise WorkbookError(
            f"the interpreter {interpreter!r} cannot be started from Excel; it must be an absolute "
            'path without " and $( in it'
        )


def _settings(interpreter: str, language: Language) -> dict[str, str]:
    return {
        "Interpreter": interpreter,
        "UDF Modules": marks.UDF_MODULE,
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        "Language": language,
        OURS: __version__,
        "xlwings": version("xlwings"),
    }


def _project(source: Path) -> bytes:
    # Not at the top: reading VBA costs a tenth of a second, and only building needs it.
    from pyopenvba import ExcelFile  # noqa: PLC0415
    from pyopenvba.exceptions import PyOpenVBAError  # noqa: PLC0415

    own = (files(__package__ or "addin.xlam") / _MODULE_FILE).read_text(encoding="utf-8")
    try:
        with tempfile.TemporaryDirectory() as folder, ExcelFile(source) as book:
            project = book.vba_project()
            theirs = project.get_module(_THEIR_MODULE).source.replace("\r\n", "\n")
            text = vba.module_text(own, theirs, marks.functions_of(), ribbon.BUTTONS)
            for name in _DELETED:
                project.delete_module(name)
            # In place of theirs: nothing else of the project changes.
            project.rename_module(_THEIR_MODULE, vba.MODULE).source = text
            draft = Path(folder) / "Partnerbook.xlam"
            book.save(draft)
            with ExcelFile(draft) as saved:
                wrong = saved.validate()
            with zipfile.ZipFile(draft) as package:
                made = package.read(_PROJECT)
    except (PyOpenVBAError, KeyError, ValueError) as error:
        raise WorkbookError(
            f"the code in xlwings' template {source} cannot be changed ({error}); install the "
            "version of xlwings that this program's requirements name"
        ) from error
    if wrong:
        raise WorkbookError(f"the add-in's code does not hold together ({wrong[0]}); report this")
    return made


def _settings_sheet(sheet: str, settings: Mapping[str, str]) -> str:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" s="1" t="s"><v>{2 * row - 2}</v></c>'
        f'<c r="B{row}" s="1" t="s"><v>{2 * row - 1}</v></c></row>'
        for row in range(1, len(settings) + 1)
    )
    sheet = _EXTENT.sub(f'<dimension ref="A1:B{len(settings)}"', sheet, count=1)
    return _ROWS.sub(lambda _: f"<sheetData>{rows}</sheetData>", sheet, count=1)


def _strings(settings: Mapping[str, str]) -> str:
    texts = [text for pair in settings.items() for text in pair]
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    count = f'count="{len(texts)}" uniqueCount="{len(texts)}"'
    return f'{_HEAD}<sst xmlns="{_MAIN}" {count}>{items}</sst>'


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            # A fixed moment, so that the same add-in is the same file.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return made.getvalue()
