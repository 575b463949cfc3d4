"""What ``partnerbook doctor`` says of the add-in, and the command with this said.

The doctor's own room is below this one and knows no Excel.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from partnerbook.commands.doctor import doctor_command
from partnerbook.commands.doctor.chinese import CHINESE
from partnerbook.commands.doctor.lines import Filled, Line, finding, fine, note

if TYPE_CHECKING:
    from addin.xlam.machine import Machine

_WHAT = "Add-in"
_THEN = "`partnerbook excel install`, then close Excel and start it"
_INSTALL = Filled("run {}", _THEN)
CHINESE.update(
    {
        _WHAT: "加载项",
        _THEN: "`partnerbook excel install`，然后关闭并重新启动 Excel",
        "run {}": "请运行 {}",
        "not for this system: Excel is on Windows and macOS": (
            "不适用于本系统：Excel 用于 Windows 和 macOS"
        ),
        "not installed: there is no {}": "未安装：没有 {}",
        "{}, made by this version, runs in this Python": "{}，由此版本生成，在此 Python 中运行",
        "a part of it is missing: {}": "缺少其中一部分：{}",
        "{} is damaged, or another program's": "{} 已损坏，或属于其他程序",
        "delete it; {}": "请删除它；{}",
        "{} bears the mark of a download (Mark of the Web): Excel blocks it": (
            "{} 带有下载标记（Mark of the Web）：Excel 会阻止它"
        ),
        "delete it, it was not made here; {}": "请删除它，它不是在本机生成的；{}",
        "macOS keeps {} in quarantine (com.apple.quarantine)": (
            "macOS 已隔离 {}（com.apple.quarantine）"
        ),
        "Excel has disabled it, after a crash or a slow start": (
            "Excel 因崩溃或启动缓慢已将其禁用"
        ),
        (
            "in Excel: File > Options > Add-ins > Manage: Disabled Items > Go, enable it; then "
            "start Excel again"
        ): "在 Excel 中：文件 > 选项 > 加载项 > 管理：禁用项目 > 转到，启用它；然后重新启动 Excel",
        "Excel loads another copy, {}, and opens only one of a name": (
            "Excel 加载了另一副本 {}，同名的只打开一个"
        ),
        (
            "in Excel: File > Options > Add-ins > Manage: Excel Add-ins > Go, untick Partnerbook"
        ): "在 Excel 中：文件 > 选项 > 加载项 > 管理：Excel 加载项 > 转到，取消勾选 Partnerbook",
        "the setting {} of Excel {}": "Excel 的设置 {} {}",
        "lets no add-in run": "不允许运行任何加载项",
        "lets only signed add-ins run, and this one is not": (
            "只允许运行已签名的加载项，而此加载项未签名"
        ),
        "trusts no folder, so that macros of its start-up folder are blocked": (
            "不信任任何文件夹，因此其启动文件夹中的宏被阻止"
        ),
        (
            "in Excel: File > Options > Trust Center; where it is greyed out, ask who runs this "
            "machine"
        ): "在 Excel 中：文件 > 选项 > 信任中心；如呈灰色，请询问管理本机的人",
        "it was made by {} {}, here is {} {}": "它由 {} {} 生成，本机为 {} {}",
        "it starts {}, and that is not there": "它启动 {}，但该程序不存在",
        "it runs in {}, not in the Python that runs this command": (
            "它在 {} 中运行，而不是运行此命令的 Python"
        ),
        "to let it run in this one: {}": "如需在此 Python 中运行：{}",
        "{} is not beside its Python: xlwings cannot start it": (
            "{} 不在其 Python 旁：xlwings 无法启动它"
        ),
        "install xlwings again (`pipx reinstall partnerbook`), then {}": (
            "请重新安装 xlwings（`pipx reinstall partnerbook`），再运行 {}"
        ),
        "its Python does not start ({})": "其 Python 无法启动（{}）",
        "try it in a terminal; anti-virus programs may block it; {}": (
            "请在终端中试运行；杀毒软件可能会阻止它；{}"
        ),
    }
)


def addin_lines(machine: Machine | None = None) -> Iterator[Line]:
    """Say whether the add-in is there, may run, and reaches this very Python.

    Args:
        machine: What to look at; None for this machine.
    """
    from addin.xlam.machine import this_machine  # noqa: PLC0415  heavy parts where needed

    machine = machine or this_machine()
    if machine.places is None:
        yield fine(_WHAT, "not for this system: Excel is on Windows and macOS")
        return
    missing = [each for each in machine.places.files if not each.is_file()]
    if machine.places.addin in missing:
        at = machine.places.addin
        yield note(_WHAT, Filled("not installed: there is no {}", at), _INSTALL)
        return
    lines = [
        *_whole(machine, missing),
        *_let_in(machine),
        *_same(machine),
    ]
    yield from lines
    if not lines:
        at = machine.places.addin
        yield fine(_WHAT, Filled("{}, made by this version, runs in this Python", at))


def _whole(machine: Machine, missing: list[Path]) -> Iterator[Line]:
    for each in missing:
        yield finding(_WHAT, Filled("a part of it is missing: {}", each), _INSTALL)
    if not machine.settings:
        damaged = Filled("{} is damaged, or another program's", machine.addin)
        yield finding(_WHAT, damaged, Filled("delete it; {}", _INSTALL))


def _let_in(machine: Machine) -> Iterator[Line]:
    """Say what keeps Excel from loading the file."""
    if machine.is_from_the_web():
        yield finding(
            _WHAT,
            Filled(
                "{} bears the mark of a download (Mark of the Web): Excel blocks it", machine.addin
            ),
            Filled("delete it, it was not made here; {}", _INSTALL),
        )
    if machine.is_quarantined():
        yield finding(
            _WHAT,
            Filled("macOS keeps {} in quarantine (com.apple.quarantine)", machine.addin),
            Filled("run: {}", f"xattr -d com.apple.quarantine '{machine.addin}'"),
        )
    if machine.is_disabled():
        yield finding(
            _WHAT,
            "Excel has disabled it, after a crash or a slow start",
            "in Excel: File > Options > Add-ins > Manage: Disabled Items > Go, enable it; then "
            "start Excel again",
        )
    for each in machine.other_copies():
        yield finding(
            _WHAT,
            Filled("Excel loads another copy, {}, and opens only one of a name", each),
            "in Excel: File > Options > Add-ins > Manage: Excel Add-ins > Go, untick Partnerbook",
        )
    for policy, means in machine.policies():
        yield finding(
            _WHAT,
            Filled("the setting {} of Excel {}", policy, means),
            "in Excel: File > Options > Trust Center; where it is greyed out, ask who runs this "
            "machine",
        )


def _same(machine: Machine) -> Iterator[Line]:
    """Say whether it fits this program, and starts."""
    if not machine.settings:
        return
    for part, theirs, ours in machine.versions():
        if theirs != ours:
            versions = (part, theirs or "?", part, ours)
            yield finding(_WHAT, Filled("it was made by {} {}, here is {} {}", *versions), _INSTALL)
    python = machine.interpreter
    if not python.is_file():
        yield finding(_WHAT, Filled("it starts {}, and that is not there", python), _INSTALL)
        return
    if not machine.is_this_python():
        yield finding(
            _WHAT,
            Filled("it runs in {}, not in the Python that runs this command", python),
            Filled("to let it run in this one: {}", _INSTALL),
        )
    for library in machine.missing_libraries():
        yield finding(
            _WHAT,
            Filled("{} is not beside its Python: xlwings cannot start it", library),
            Filled("install xlwings again (`pipx reinstall partnerbook`), then {}", _THEN),
        )
    if reason := machine.why_it_does_not_start():
        yield finding(
            _WHAT,
            Filled("its Python does not start ({})", reason),
            Filled("try it in a terminal; anti-virus programs may block it; {}", _INSTALL),
        )


doctor = doctor_command((_WHAT, addin_lines))
"""The command, with the add-in's lines."""
