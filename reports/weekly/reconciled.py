"""The last reconciliation, in the words of the weekly report: one line, and its counts. Pure.

Counts only, of the whole account: a report of some of its customers does not have them.
"""

from __future__ import annotations

from partnerbook.model import ReconciliationFigures
from partnerbook.views import moment_in
from partnerbook.wording import Language
from reports.weekly.data import WeeklyReport

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Reconciliation with the ledger", "台账对账"),
    "made": ("Made", "对账时间"),
    "period": ("Last day of the period", "期间截止日"),
    "customers": ("Customers", "客户数"),
    "lines": ("Ledger lines", "台账行数"),
    "matched": ("Matched", "已匹配"),
    "suggested": ("Suggested, to be decided", "待确认匹配"),
    "to settle": ("Breaks to settle", "待处理差异"),
    "oldest": ("Days since the oldest was first seen", "最早差异已持续天数"),
    "status": ("Status", "状态"),
    "not_in_ledger": ("Not in the ledger", "台账缺失"),
    "not_with_vendor": ("Not with the vendor", "平台缺失"),
    "different": ("Different values", "内容不一致"),
    "twice": ("Twice in the ledger", "重复"),
    "association": ("Association does not fit the books", "关联不符"),
    "timing": ("Timing", "时点差异"),
    "closed": ("Nothing is left to settle", "已无待处理项"),
    "open": ("The period cannot close yet", "本期尚不能关账"),
    "not checked": (
        "Not checked: the list of customers was not proven complete",
        "未核对：客户列表未被证明完整",
    ),
    "re-opened": (
        "Re-opened: the workbook was changed after its sign-off",
        "已重新打开：工作簿在签核后被改动",
    ),
    "line": (
        "{made}: {matched:,} matched, {suggested:,} suggested, {left:,} to settle{age}. {status}",
        "{made}：已匹配 {matched:,}，待确认 {suggested:,}，待处理差异 {left:,}{age}。{status}",
    ),
    "age": (" (oldest: {:,} days)", "（最早 {:,} 天）"),
}


def reconciliation_title(language: Language) -> str:
    """Return what the part about the reconciliation is called."""
    return _said("title", language)


def reconciliation_line(report: WeeklyReport) -> str | None:
    """Return one line on the last reconciliation; None where the report has none."""
    figures, language = report.reconciliation, report.language
    if figures is None:
        return None
    oldest = figures.oldest
    return _said("line", language).format(
        made=moment_in(figures.made_at, report.view.zone),
        matched=figures.matched,
        suggested=figures.suggested,
        left=figures.to_settle,
        age="" if oldest is None else _said("age", language).format(oldest),
        status=_said(figures.status, language),
    )


def reconciliation_rows(report: WeeklyReport) -> tuple[tuple[str, str | int], ...]:
    """Return what was reconciled, name and count of each part; empty where the report has none."""
    figures, language = report.reconciliation, report.language
    if figures is None:
        return ()
    rows: list[tuple[str, str | int]] = [
        ("status", _said(figures.status, language)),
        ("made", moment_in(figures.made_at, report.view.zone)),
    ]
    if figures.cutoff:
        rows.append(("period", f"{figures.cutoff} ({figures.zone})"))
    rows += _counts(figures)
    return tuple((_said(name, language), value) for name, value in rows)


def _counts(figures: ReconciliationFigures) -> list[tuple[str, int]]:
    counts = [
        ("customers", figures.customers),
        ("lines", figures.lines),
        ("matched", figures.matched),
        ("suggested", figures.suggested),
        *figures.breaks.items(),
        ("to settle", figures.to_settle),
    ]
    if figures.oldest is not None:
        counts.append(("oldest", figures.oldest))
    return counts


def _said(key: str, language: Language) -> str:
    english, chinese = _WORDS[key]
    return chinese if language == "zh" else english
