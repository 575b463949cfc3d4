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
    "changed fields": {"en": "Changed fields", "zh": "变更字段"},
    "moved_in": {"en": "Came into the view", "zh": "进入视图"},
    "moved_out": {"en": "Went out of the view", "zh": "移出视图"},
    "customers": {"en": "Customers", "zh": "客户"},
    "with changes": {"en": "With changes", "zh": "有变更"},
    "by": {"en": "By {}", "zh": "按{}"},
    "months": {"en": "Customers by month of association", "zh": "按关联月份的客户数"},
    "month": {"en": "Month of association", "zh": "关联月份"},
    "weeks": {"en": "Customers week by week", "zh": "各周客户数"},
    "week": {"en": "Week", "zh": "周"},
    "quality": {"en": "Data quality", "zh": "数据质量"},
    "long unverified": {"en": "Not verified for more than 30 days", "zh": "超过 30 天未实名认证"},
    "no company": {"en": "No company name", "zh": "无公司名称"},
    "no label": {"en": "No label", "zh": "无标签"},
    "masked phone": {"en": "Telephone masked by the vendor", "zh": "电话已被脱敏"},
    # Headings of columns that are no field of a customer.
    "count": {"en": "Customers", "zh": "客户数"},
    "how many": {"en": "Number", "zh": "数量"},
    "change": {"en": "Change", "zh": "变化"},
    "what": {"en": "What", "zh": "情况"},
    "field": {"en": "Field", "zh": "字段"},
    "name": {"en": "Name", "zh": "名称"},
    "before": {"en": "Before", "zh": "变更前"},
    "after": {"en": "After", "zh": "变更后"},
    "days": {"en": "Days with us", "zh": "关联天数"},
    # The list in a page.
    "my customers": {"en": "My customers", "zh": "我的客户"},
    "no script": {
        "en": "Filters, sorting and details need JavaScript. The first customers of the list:",
        "zh": "筛选、排序与详情需要 JavaScript。列表的前若干客户：",
    },
    "search": {"en": "Search everywhere", "zh": "全局搜索"},
    "any": {"en": "Any", "zh": "全部"},
    "since day": {"en": "Associated from", "zh": "关联时间起"},
    "until day": {"en": "Associated to", "zh": "关联时间止"},
    "filters": {"en": "Filters", "zh": "筛选"},
    "sort by": {"en": "Sort by", "zh": "排序"},
    "order of the view": {"en": "Order of the view", "zh": "视图顺序"},
    "columns": {"en": "Columns", "zh": "列"},
    "reset": {"en": "Reset", "zh": "重置"},
    "copy": {"en": "Copy", "zh": "复制"},
    "csv": {"en": "CSV", "zh": "CSV"},
    "copied": {"en": "{} rows copied", "zh": "已复制 {} 行"},
    "csv note": {
        "en": "CSV saved. Excel may change long numbers in it; the workbook is the safe one.",
        "zh": "CSV 已保存。Excel 可能改动其中的长数字；工作簿更稳妥。",
    },
    "n shown": {"en": "{} of {} customers", "zh": "{} / {} 个客户"},
    "nobody": {"en": "Nobody matches these filters.", "zh": "没有符合筛选条件的客户。"},
    "close": {"en": "Close", "zh": "关闭"},
    "previous": {"en": "Previous", "zh": "上一个"},
    "next": {"en": "Next", "zh": "下一个"},
    "history": {"en": "History", "zh": "历史"},
    "no history": {"en": "No change is known.", "zh": "无已知变更。"},
    # The sheet Checks.
    "checks": {"en": "Checks", "zh": "校验"},
    "checks note": {
        "en": "Live formulas: each counts the same thing in two places of this workbook",
        "zh": "实时公式：每项在工作簿的两处清点同一事项",
    },
    "check": {"en": "Check", "zh": "校验项"},
    "counted": {"en": "Counted", "zh": "清点"},
    "expected": {"en": "Expected", "zh": "应为"},
    "difference": {"en": "Difference", "zh": "差异"},
    "verdict": {"en": "Verdict", "zh": "结论"},
    "ok": {"en": "OK", "zh": "一致"},
    "wrong": {"en": "WRONG", "zh": "不一致"},
    "all hold": {"en": "All checks hold", "zh": "全部校验一致"},
    "some wrong": {"en": "of the checks do not hold", "zh": "项校验不一致"},
    "check rows": {
        "en": "Rows of the list, against the figure on the Summary",
        "zh": "列表行数与概览数字",
    },
    "check unique": {
        "en": "Different customer IDs, against the rows of the list",
        "zh": "不同客户ID数与列表行数",
    },
    "check unique not": {
        "en": "No formula can compare these customer IDs (* ? ~, or upper against lower case); "
        "they were compared when the report was made.",
        "zh": "公式无法比较这些客户ID（含 * ? ~ 或仅大小写不同）；生成报告时已比较。",
    },
    "check errors": {"en": "Cells of the list that are errors", "zh": "列表中的错误单元格"},
    "check sum": {"en": "By {}: the counts, against the total", "zh": "按{}：各项之和与总数"},
    "check changes": {
        "en": "By {}: the changes, against the change",
        "zh": "按{}：变化之和与总变化",
    },
    "check value": {"en": "{}: {}, counted again in the list", "zh": "{}：{}，在列表中重新清点"},
    "check kind": {
        "en": "{}: rows of that kind, against the figure on the Summary",
        "zh": "{}：该类行数与概览数字",
    },
    "check altered": {
        "en": "Customers on the sheet Changed, against the figure on the Summary",
        "zh": "变更表中的客户数与概览数字",
    },
    "check bridge": {
        "en": "{:,} before, plus the rows of Joined, less those of Left, against the total",
        "zh": "上期 {:,} 加新加入行数减离开行数，与总数",
    },
    "check quality": {
        "en": "Rows of Data quality, against the counts on the Summary",
        "zh": "数据质量行数与概览计数",
    },
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
    "contact": {"en": "Contact", "zh": "联系人"},
    "shown": {"en": "Shown", "zh": "显示"},
    "n of n": {"en": "{:,} of {:,} customers", "zh": "{:,} / {:,} 个客户"},
    "missed": {"en": "No report was made for {}.", "zh": "以下各周未生成报告：{}。"},
    "comma": {"en": ", ", "zh": "、"},
    "weeks missed": {"en": "Weeks without a report", "zh": "未生成报告的周"},
    "run": {"en": "Run", "zh": "运行"},
    "run of": {"en": "{week}, snapshot {number}", "zh": "{week}，快照 {number}"},
    "run since": {
        "en": "{week}, snapshot {number} compared with {before}",
        "zh": "{week}，快照 {number} 对比 {before}",
    },
    "digest": {"en": "Data hash", "zh": "数据哈希"},
    "version": {"en": "Made by", "zh": "生成工具"},
    "between kinds": {"en": ", ", "zh": "，"},
    "colon": {"en": ": ", "zh": "："},
    "not known": {"en": "not known", "zh": "未知"},
    "none": {"en": "(none)", "zh": "（无）"},
    "blank": {"en": "(blank)", "zh": "（空白）"},
    "others": {"en": "{:,} other values", "zh": "其他 {:,} 项"},
    "more": {"en": "and {:,} more, all in the workbook", "zh": "另有 {:,} 条，详见工作簿"},
    "more elsewhere": {"en": "and {:,} more", "zh": "另有 {:,} 条"},
    "first report": {"en": "first report", "zh": "首份报告"},
    "quiet": {"en": "nothing changed", "zh": "无变化"},
    # The warning, in front of everything.
    "warn now": {
        "en": "Incomplete: {} from this listing. Nobody is reported as left.",
        "zh": "数据不完整：本次列表{}，因此不报告任何客户离开。",
    },
    "warn list": {
        "en": "Incomplete: {} from this listing.",
        "zh": "数据不完整：本次列表{}。",
    },
    "warn before": {
        "en": "Incomplete: {} from the older listing. Nobody is reported as left.",
        "zh": "数据不完整：上期列表{}，因此不报告任何客户离开。",
    },
}


def words(key: str, language: Language) -> str:
    """Return what a part of the report is called.

    Raises:
        KeyError: There is no such part.
    """
    return _WORDS[key][language]
