"""The marks that xlwings' decorators leave on the functions of a module.

They leave them on Windows only. Elsewhere the module is read once more, in a process of its own,
where xlwings' own decorators (``xlwings.udfs``) work although the parts of Windows that they would
need to *call* a function are not there. Run as ``python -P -m addin.xlam.marks MODULE``.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from partnerbook.errors import WorkbookError

UDF_MODULE = "addin.udfs"
"""Where the worksheet functions are; xlwings finds them by this name and no other."""

_NUMBERS = (int, float)
_WINDOWS_PARTS = ("pythoncom", "pywintypes", "win32com", "win32com.client")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a worksheet function.

    Attributes:
        name: Its name.
        text: What Excel says about it.
        optional: Whether it may be left out.
    """

    name: str
    text: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A worksheet function as xlwings would offer it to Excel.

    Attributes:
        name: Its name in a cell.
        text: What Excel says about it.
        arguments: In their order.
        is_number: Whether the hint of its return says that it answers a number.
    """

    name: str
    text: str
    arguments: tuple[Argument, ...]
    is_number: bool = False


def functions_of(module: str = UDF_MODULE) -> tuple[Function, ...]:
    """Return the worksheet functions of a module, by name.

    Raises:
        WorkbookError: The module cannot be read.
    """
    line = [sys.executable, "-P", "-m", "addin.xlam.marks", module]
    done = subprocess.run(line, capture_output=True, check=False)  # noqa: S603  this very Python
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise WorkbookError(
            f"the worksheet functions in {module} cannot be read ({reason}); install again"
        )
    return tuple(
        Function(
            name=each["name"],
            text=each["text"],
            arguments=tuple(Argument(**argument) for argument in each["arguments"]),
            is_number=each["is_number"],
        )
        for each in json.loads(done.stdout)
    )


def marked(module: ModuleType) -> list[dict[str, Any]]:
    """Return what xlwings' decorators left on the functions of a module."""
    found = [getattr(each, "__xlfunc__", None) for each in vars(module).values()]
    return [
        {
            "name": mark["name"],
            "text": " ".join(mark["ret"]["doc"].split()),
            "is_number": mark["ret"]["options"].get("convert") in _NUMBERS,
            "arguments": [
                {
                    "name": argument["name"],
                    "text": " ".join(argument["doc"].split()),
                    "optional": "optional" in argument,
                }
                for argument in mark["args"]
            ],
        }
        for mark in sorted(filter(None, found), key=lambda each: str(each["name"]))
    ]


class _StandIn(ModuleType):
    """A module in which every name can be imported, and nothing works."""

    def __getattr__(self, name: str) -> None:
        """Return nothing at all, for any name but the ones that Python itself asks for."""
        if name.startswith("__"):
            raise AttributeError(name)


def with_decorators() -> ModuleType:
    """Return xlwings with the decorators that it has on Windows."""
    if sys.platform != "win32":
        sys.modules.update({name: _StandIn(name) for name in _WINDOWS_PARTS})
    xlwings = importlib.import_module("xlwings")
    udfs = importlib.import_module("xlwings.udfs")
    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret  # type: ignore[attr-defined]
    return xlwings


if __name__ == "__main__":
    with_decorators()
    sys.stdout.write(json.dumps(marked(importlib.import_module(sys.argv[1]))))
