"""What the weekly report is called and says, in English and Chinese. Pure.

One table for workbook, page and mail, so that a thing bears one name in all of them.
"""

from __future__ import annotations

from partnerbook.wording import Language

_WORDS: dict[str, dict[Language, str]] = {
    # Titles and sections.
    "title": {"en": "Weekly customer report", "zh": "客户周报"},
    "summary": {"en": "Summary", "zh": "概览"},
    "joined": {"en": "Joined", "zh": "新加入"},
    "came_back": {"en": "Came back", "zh": "重新加入"},
    "left": {"en": "Left", "zh": "离开"},
    "changed": {"en": "Changed", "zh": "变更"},
    "moved_in": {"en": "Came into the view", "zh": "进入视图"},
    "moved_out": {"en": "Went out of the view", "zh": "移出视图"},
    "customers": {"en": "Customers", "zh": "客户"},
    "with changes": {"en": "With changes", "zh": "有变更"},
    "by": {"en": "By {}", "zh": "按{}"},
    "months": {"en": "Customers by month of association", "zh": "按关联月份的客户数"},
    "month": {"en": "Month of association", "zh": "关联月份"},
    # Headings of columns that are no field of a customer.
    "count": {"en": "Customers", "zh": "客户数"},
    "change": {"en": "Change", "zh": "变化"},
    "what": {"en": "What", "zh": "情况"},
    "field": {"en": "Field", "zh": "字段"},
    "name": {"en": "Name", "zh": "名称"},
    "before": {"en": "Before", "zh": "变更前"},
    "after": {"en": "After", "zh": "变更后"},
    "days": {"en": "Days with us", "zh": "关联天数"},
    # Facts about the report.
    "as of": {"en": "As of", "zh": "截至"},
    "compared with": {"en": "Compared with", "zh": "对比时点"},
    "first": {"en": "First report: nothing to compare with yet", "zh": "首份报告：暂无对比"},
    "view": {"en": "View", "zh": "视图"},
    "fingerprint": {"en": "Fingerprint", "zh": "指纹"},
    "state": {"en": "State", "zh": "完整性"},
    "exact": {"en": "Exact: proven complete", "zh": "准确：已证明完整"},
    "incomplete": {"en": "Incomplete", "zh": "不完整"},
    "evidence": {"en": "Evidence", "zh": "依据"},
    "evidence of": {
        "en": "{method}; requests: {requests}, passes: {passes}",
        "zh": "{method}，{requests} 次请求，{passes} 遍",
    },
    "account": {"en": "Account", "zh": "账号"},
    "api": {"en": "API", "zh": "接口"},
    "shown": {"en": "Shown", "zh": "显示"},
    "n of n": {"en": "{:,} of {:,} customers", "zh": "{:,} / {:,} 个客户"},
    "version": {"en": "Made by", "zh": "生成工具"},
    "not known": {"en": "not known", "zh": "未知"},
    "none": {"en": "(none)", "zh": "（无）"},
    "others": {"en": "{:,} other values", "zh": "其他 {:,} 项"},
    "more": {"en": "and {:,} more, all in the workbook", "zh": "另有 {:,} 条，详见工作簿"},
    "more elsewhere": {"en": "and {:,} more", "zh": "另有 {:,} 条"},
    "first report": {"en": "first report", "zh": "首份报告"},
    "quiet": {"en": "nothing changed", "zh": "无变化"},
    # The warning, in front of everything.
    "warn now": {
        "en": "Incomplete: up to {:,} customers may be missing from this listing. "
        "Nobody is reported as left.",
        "zh": "数据不完整：本次列表可能缺少最多 {:,} 个客户，因此不报告任何客户离开。",
    },
    "warn before": {
        "en": "Incomplete: up to {:,} customers may be missing from the older listing. "
        "Nobody is reported as left.",
        "zh": "数据不完整：上期列表可能缺少最多 {:,} 个客户，因此不报告任何客户离开。",
    },
}


def words(key: str, language: Language) -> str:
    """Return what a part of the report is called.

    Raises:
        KeyError: There is no such part.
    """
    return _WORDS[key][language]
