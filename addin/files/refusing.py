"""What an engine leaves open of xlwings' interface refuses by name, never silently."""

from __future__ import annotations

import inspect
from typing import Any

from xlwings import base_classes

from partnerbook.errors import WorkbookError


def refusing(cls: type) -> type:
    """Make what a class of xlwings leaves open refuse by name, and say where it does work.

    What the class annotates becomes a plain attribute, where xlwings has a property to override.
    """
    for name in inspect.get_annotations(cls):
        if name not in vars(cls):
            setattr(cls, name, None)
    if "api" not in vars(cls):
        # xlwings asks only whether there is a native object.
        cls.api = property(lambda self: self)  # type: ignore[attr-defined]  # as xlwings has it
    for base in cls.__mro__[1:]:
        if base.__module__ != base_classes.__name__:
            continue
        for name, member in vars(base).items():
            if name in vars(cls) or not _is_open(member):
                continue
            setattr(cls, name, _refusal(cls.__name__, name, member))
    return cls


def _is_open(member: Any) -> bool:
    function = member.fget if isinstance(member, property) else inspect.unwrap(member)
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    return code is not None and "NotImplementedError" in code.co_names


def _refusal(owner: str, name: str, member: Any) -> Any:
    def refuse(*_: Any, **__: Any) -> Any:
        raise WorkbookError(
            f"xlwings' {owner}.{name} is not available for a file without Excel; open the "
            "workbook in Excel for it"
        )

    return property(refuse, refuse) if isinstance(member, property) else refuse
