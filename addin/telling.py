"""What ``partnerbook excel`` says on the terminal of what it did, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnerbook.text import for_line
from partnerbook.wording import Language

if TYPE_CHECKING:
    from addin.freezing import Frozen
    from addin.macros import Outcome, Undone

_NAMED = 10  # customers who left, named on the terminal
_SHOWN = 20  # changes of a plan listed on the terminal; --json has them all
_WIDE = 60  # characters of a value before or after a change

_WORDS: dict[str, dict[Language, str]] = {
    "new": {
        "en": "Made {}. Fill it with: partnerbook excel refresh {}",
        "zh": "已创建 {}。填入客户：partnerbook excel refresh {}",
    },
    "built": {"en": "Made {}.", "zh": "已创建 {}。"},
    "installed": {
        "en": "Installed {}. Close Excel and start it: its ribbon has a tab Partnerbook.",
        "zh": "已安装 {}。请关闭并重新启动 Excel：功能区会有 Partnerbook 选项卡。",
    },
    "removed": {"en": "Removed {}.", "zh": "已移除 {}。"},
    "not installed": {"en": "It was not installed.", "zh": "加载项未安装，无需移除。"},
    "note": {"en": "{} note", "zh": "{} 条备注"},
    "notes": {"en": "{} notes", "zh": "{} 条备注"},
    "rows": {
        "en": "  +{} joined, -{} left, ~{} changed; {} parked, {} came back",
        "zh": "  +{} 新增，-{} 离开，~{} 变更；暂存 {}，归还 {} 条",
    },
    "taken": {
        "en": "  {} changed as other workbooks say",
        "zh": "  {}已按其他工作簿更改",
    },
    "overruled": {
        "en": "; {} typed here: see the sheet Parked notes",
        "zh": "；此处所写 {} 条见工作表 Parked notes",
    },
    "more left": {
        "en": "  ... and {} more who left; --json lists them all",
        "zh": "  …… 另有 {} 个离开的客户；--json 列出全部",
    },
    "more": {
        "en": "  ... and {} more; --json lists them all",
        "zh": "  …… 另有 {} 项；--json 列出全部",
    },
    "empty": {"en": "(empty)", "zh": "（空）"},
    "refreshed": {"en": "Refreshed {}.", "zh": "已刷新 {}。"},
    "stopped": {
        "en": "{} is as it was. To go on all the same, add --yes.",
        "zh": "{} 未更改。如仍要继续，请加 --yes。",
    },
    "previewed": {
        "en": "Nothing was written. To do it: partnerbook excel refresh {}",
        "zh": "未写入任何内容。要执行：partnerbook excel refresh {}",
    },
    "undone": {"en": "Took the last refresh of {} back.", "zh": "已撤销 {} 的最近一次刷新。"},
    "kept one": {
        "en": "  {} typed since is on the sheet Parked notes",
        "zh": "  其后所写的 {}在工作表 Parked notes 中",
    },
    "kept": {
        "en": "  {} typed since are on the sheet Parked notes",
        "zh": "  其后所写的 {}在工作表 Parked notes 中",
    },
    "bare one": {
        "en": "  {} customer who had left is back with their notes; colours and formats of their "
        "rows could not be restored, as the file was changed since",
        "zh": "  {} 个曾离开的客户及其备注已恢复；文件其后有更改，其行的颜色和格式未能恢复",
    },
    "bare": {
        "en": "  {} customers who had left are back with their notes; colours and formats of their "
        "rows could not be restored, as the file was changed since",
        "zh": "  {} 个曾离开的客户及其备注已恢复；文件其后有更改，其行的颜色和格式未能恢复",
    },
    "frozen one": {
        "en": "Made {}: {} formula became a value",
        "zh": "已创建 {}：{} 个公式变为值",
    },
    "frozen": {
        "en": "Made {}: {} formulas became values",
        "zh": "已创建 {}：{} 个公式变为值",
    },
    "could not": {"en": ", {} could not", "zh": "，{} 个未能变为值"},
    "see": {"en": "; see its sheet About.", "zh": "；见其工作表 About。"},
    "end": {"en": ".", "zh": "。"},
    "calls": {
        "en": "It still calls the add-in's functions; take these out by hand:",
        "zh": "其中仍调用加载项的函数，请手动去除：",
    },
    "links": {"en": "It still points elsewhere:", "zh": "其中仍指向别处："},
}


def said(name: str, language: Language, *given: Any) -> str:
    """Return a sentence, with what was done filled in."""
    return _WORDS[name][language].format(*given)


def refresh_text(
    outcome: Outcome, file: Path, warnings: Sequence[str], language: Language, *, applying: bool
) -> str:
    """Return what a refresh did, or would do, as lines.

    Args:
        outcome: What became of it.
        file: The workbook.
        warnings: Sentences to look at, beside those of the plan.
        language: Of the lines; the status has the sheet's.
        applying: False for a preview.
    """
    plan = outcome.plan
    moved = len(plan.joined), len(plan.left), plan.changed
    parked = _notes(len(plan.parked), language)
    lines = [
        outcome.status,
        said("rows", language, *moved, parked, len(plan.returning)),
    ]
    if plan.taken:
        words = said("taken", language, _notes(plan.taken, language))
        if plan.overruled:
            words += said("overruled", language, len(plan.overruled))
        lines.append(words)
    left = list(zip(plan.left, plan.left_names, strict=True))
    lines += [f"  - {key} {for_line(name)}" for key, name in left[:_NAMED]]
    if len(left) > _NAMED:
        lines.append(said("more left", language, len(left) - _NAMED))
    lines += [
        f"  ~ {each.customer_id} {each.field}: {_shown(each.before, language)} -> "
        f"{_shown(each.after, language)}"
        for each in plan.altered[:_SHOWN]
    ]
    if len(plan.altered) > _SHOWN:
        lines.append(said("more", language, len(plan.altered) - _SHOWN))
    lines += [f"  ! {for_line(each)}" for each in (*plan.conflicts, *plan.stops, *warnings)]
    end = "refreshed" if outcome.applied else "stopped" if applying else "previewed"
    lines.append(said(end, language, file))
    return "\n".join(lines) + "\n"


def undone_text(done: Undone, file: Path, language: Language, warnings: Sequence[str] = ()) -> str:
    """Return what an undo did, as lines."""
    lines = [said("undone", language, file), f"  {for_line(done.status)}"]
    if count := len(done.kept):
        name = "kept one" if count == 1 else "kept"
        lines.append(said(name, language, _notes(count, language)))
    if done.bare:
        lines.append(said("bare one" if done.bare == 1 else "bare", language, done.bare))
    lines += [f"  ! {for_line(each)}" for each in warnings]
    return "\n".join(lines) + "\n"


def frozen_text(done: Frozen, links: Sequence[str], out: Path, language: Language) -> str:
    """Return what freezing did, as lines.

    Args:
        done: What became of the formulas.
        links: What in the copy still points elsewhere, a few words for each.
        out: The copy.
        language: Of the lines.
    """
    count = len(done.formulas)
    first = said("frozen one" if count == 1 else "frozen", language, out, count)
    if done.left:
        first += said("could not", language, len(done.left))
    lines = [first + said("see" if done.told else "end", language)]
    for head, found in (("calls", done.left), ("links", links)):
        if found:
            lines += [said(head, language), *(f"  {for_line(each)}" for each in found[:_SHOWN])]
        if len(found) > _SHOWN:
            lines.append(said("more", language, len(found) - _SHOWN))
    return "\n".join(lines) + "\n"


def _notes(count: int, language: Language) -> str:
    return said("note" if count == 1 else "notes", language, count)


def _shown(value: Any, language: Language) -> str:
    """Return a cell's value as one line of a terminal; long ones are cut."""
    words = for_line(str(value)) if value not in (None, "") else said("empty", language)
    return words if len(words) <= _WIDE else f"{words[: _WIDE - 1]}…"
