"""The VBA of the add-in: our module, filled with the worksheet functions and the buttons. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from addin.xlam.marks import Function
from addin.xlam.ribbon import LOADED, Button
from partnerbook.errors import WorkbookError

MODULE = "PartnerbookAddin"
CATEGORY = "Partnerbook"

_USER_DEFINED = 14  # Excel's category of functions that name none
_LONGEST = 255  # characters of a description

# What our module calls in xlwings' library. Another shape of it could crash Excel.
_ACTIVATE = re.compile(
    r'Function XLPyDLLActivateAuto Lib "(xlwings(?:32|64)-[\w.]+\.dll)" \(ByRef Result As Variant, '
    r'Optional ByVal Config As String = "", Optional ByVal mode As Long = 1\) As Long'
)
_NOTICE = re.compile(r"^'xlwings is distributed under.*?(?=^[^'])", re.MULTILINE | re.DOTALL)


def module_text(
    own: str, theirs: str, functions: Sequence[Function], buttons: Sequence[Button]
) -> str:
    """Return the source of the add-in's module.

    Args:
        own: What is ours and fixed, with places for xlwings' notice and libraries.
        theirs: The source of xlwings' own module, out of the template.
        functions: The worksheet functions to offer.
        buttons: The ribbon's buttons.

    Raises:
        WorkbookError: The template is not one that our module knows.
    """
    libraries = dict.fromkeys(_ACTIVATE.findall(theirs))
    notice = _NOTICE.search(theirs)
    wide = [each for each in libraries if each.startswith("xlwings64")]
    narrow = [each for each in libraries if each.startswith("xlwings32")]
    if not (len(wide) == len(narrow) == 1 and notice):
        raise WorkbookError(
            "the installed xlwings starts Python in another way than this program knows; install "
            "the version that this program's requirements name, and try again"
        )
    fixed = (
        own.replace("@NOTICE@", notice.group().strip())
        .replace("@DLL64@", wide[0])
        .replace("@DLL32@", narrow[0])
    )
    parts = [fixed.rstrip("\n"), _described(functions)]
    parts += [_button(each) for each in buttons]
    parts += [_wrapper(each) for each in functions]
    return "\r\n".join("\n\n".join(parts).splitlines()) + "\r\n"


def _wrapper(function: Function) -> str:
    name = function.name
    arguments = ", ".join(
        f"{'Optional ' if each.optional else ''}{each.name}" for each in function.arguments
    )
    passed = ", ".join(each.name for each in function.arguments)
    answer = f'Answer("{name}", Array({passed}))'
    if function.is_number:
        answer = f"Number({answer})"
    return (
        f"Public Function {name}({arguments})\n"
        f"Attribute {name}.VB_Description = {_literal(function.text)}\n"
        f'Attribute {name}.VB_ProcData.VB_Invoke_Func = " \\n{_USER_DEFINED}"\n'
        "    If InWizard() Then Exit Function\n"
        f"    {name} = {answer}\n"
        "End Function"
    )


def _button(button: Button) -> str:
    return (
        f"Public Sub {button.callback}(control As IRibbonControl)\n"
        f'    Press "{button.entry}"\n'
        "End Sub"
    )


def _described(functions: Sequence[Function]) -> str:
    """Return the callback that tells Excel the functions' category and argument texts.

    Descriptions are attributes of the functions; what is said here Excel keeps nowhere in VBA.
    It may refuse (a hidden workbook), and then the functions work all the same.
    """
    lines = [
        f"Public Sub {LOADED}(ribbon As IRibbonUI)",
        "    On Error Resume Next",
    ]
    for each in functions:
        said = ", _\n            ".join(_literal(argument.text) for argument in each.arguments)
        lines += [
            f'    Application.MacroOptions Macro:="\'" & ThisWorkbook.Name & "\'!{each.name}", _',
            f"        Description:={_literal(each.text)}, _",
            f'        Category:="{CATEGORY}", _',
            "        ArgumentDescriptions:=Array( _",
            f"            {said})",
        ]
    return "\n".join([*lines, "    ThisWorkbook.Saved = True", "End Sub"])


def _literal(text: str) -> str:
    return '"' + text[:_LONGEST].replace('"', '""') + '"'
