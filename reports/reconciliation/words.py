"""What the reconciliation calls things and says, in English and Chinese. Pure.

One table for data, JSON and workbook; what is read back from a workbook is known in both.
"""

from __future__ import annotations

from types import MappingProxyType

from partnerbook.wording import LANGUAGES, Language

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Reconciliation", "客户对账"),
    # Sheets.
    "Cover": ("Cover", "封面"),
    "Bridge": ("Bridge", "对账桥"),
    "Suggested": ("Suggested", "待确认"),
    "Matched": ("Matched", "已匹配"),
    "Only with vendor": ("Only with vendor", "仅平台有"),
    "Only in ledger": ("Only in ledger", "仅台账有"),
    "Differences": ("Differences", "内容不一致"),
    "Associations": ("Associations", "关联与账务不符"),
    "Timing": ("Timing", "时点差异"),
    "Duplicates": ("Duplicates", "重复行"),
    "Groups": ("Groups", "集团与分组"),
    "Not checked": ("Not checked", "未核对"),
    "Breaks": ("Breaks", "差异登记"),
    "Decisions used": ("Decisions used", "已用决定"),
    "Ignored": ("Ignored", "已忽略"),
    "Spoilt cells": ("Spoilt cells", "损坏单元格"),
    "Rules": ("Rules", "规则"),
    "Checks": ("Checks", "检查"),
    "Sign-off": ("Sign-off", "签核"),
    # What each sheet is for.
    "for Bridge": (
        "Counts and amounts from one side to the other, with checks that must be 0",
        "从一方到另一方的数量和金额，各项检查必须为 0",
    ),
    "for Suggested": ("Matches that need a yes or no from a person", "需要人工回答是或否的匹配"),
    "for Matched": (
        "Customers and rows that belong together, by which rule",
        "相互对应的客户和行，以及依据的规则",
    ),
    "for Only with vendor": ("Customers without a row in the ledger", "台账中没有对应行的客户"),
    "for Only in ledger": ("Rows without a customer", "没有对应客户的行"),
    "for Differences": (
        "Matched, but the two sides say different things",
        "已匹配，但两边内容不一致",
    ),
    "for Associations": (
        "Consulting customers that are billed, resale customers that are not",
        "被开票的顾问客户，以及未开票的转售客户",
    ),
    "for Timing": (
        "Customers of after the cut-off, and those whose month differs by zone",
        "截止日之后的客户，以及因时区不同而月份不同的客户",
    ),
    "for Duplicates": ("Customers with more than one row", "有多行的客户"),
    "for Groups": (
        "Customers who belong together, and the rows that may stand for several",
        "同属一组的客户，以及可能代表多个客户的行",
    ),
    "for Not checked": ("Rows that this listing cannot judge", "本次清单无法判断的行"),
    "for Breaks": (
        "The register: each break's state, age and owner; write here, it is carried forward",
        "登记簿：每项差异的状态、账龄和负责人；在此填写，下次自动结转",
    ),
    "for Decisions used": (
        "What people decided earlier, and where it counted this time",
        "此前的人工决定，以及本次用到之处",
    ),
    "for Ignored": (
        "Rows that are no ledger lines, each with its reason",
        "不是台账明细的行及其原因",
    ),
    "for Spoilt cells": (
        "Cells that a spreadsheet program changed; they were not used",
        "被电子表格程序改动的单元格，未予使用",
    ),
    "for Rules": ("How lines find their customers, in this order", "台账行按此顺序查找客户"),
    "for Checks": ("Everything that must be true, calculated live", "必须成立的各项检查，实时计算"),
    "for Sign-off": (
        "Who prepared and reviewed this, and the seal that shows later changes",
        "编制人、复核人，以及能显示事后改动的封印",
    ),
    # Headings of columns.
    "Row": ("Row", "行号"),
    "Rows": ("Rows", "行号"),
    "Rule": ("Rule", "规则"),
    "Why": ("Why", "原因"),
    "Score by part": ("Score by part", "分项得分"),
    "Yes or no": ("Yes or no", "是或否"),
    "Comment": ("Comment", "备注"),
    "Decided by": ("Decided by", "决定人"),
    "Until": ("Until", "有效期至"),
    "Break": ("Break", "差异编号"),
    "Kind": ("Kind", "类型"),
    "State": ("State", "状态"),
    "First seen": ("First seen", "首次出现"),
    "Days": ("Days", "天数"),
    "Age": ("Age", "账龄"),
    "Re-opened": ("Re-opened", "重开次数"),
    "Owner": ("Owner", "负责人"),
    "Cause": ("Cause", "原因代码"),
    "Due": ("Due", "到期日"),
    "Name": ("Name", "名称"),
    "Keys": ("Keys", "识别码"),
    "Amount": ("Amount", "金额"),
    "Currency": ("Currency", "币种"),
    "(none)": ("(none)", "（无）"),
    "Ledger's customer ID": ("Ledger's customer ID", "台账客户ID"),
    "Ledger's partner's ID": ("Ledger's partner's ID", "台账伙伴侧ID"),
    "Ledger's account": ("Ledger's account", "台账账号"),
    "Ledger's name": ("Ledger's name", "台账名称"),
    "Ledger's e-mail": ("Ledger's e-mail", "台账邮箱"),
    "Ledger's phone": ("Ledger's phone", "台账电话"),
    "Association": ("Association", "关联类型"),
    "is suggested": ("Suggested", "是否待确认"),
    "Field": ("Field", "字段"),
    "Partner Center says": ("Partner Center says", "平台值"),
    "The ledger says": ("The ledger says", "台账值"),
    "Associated at (+08:00)": ("Associated at (+08:00)", "关联时间 (+08:00)"),
    "Month differs by zone": ("Month differs by zone", "月份因时区不同"),
    "This row": ("This row", "本行"),
    "Customer ID found": ("Customer ID found", "匹配的客户ID"),
    "Shared by": ("Shared by", "共同点"),
    "Group": ("Group", "分组"),
    "Customers": ("Customers", "客户"),
    "Ends": ("Ends", "失效条件"),
    "Column": ("Column", "列"),
    "Stands there": ("Stands there", "单元格内容"),
    "What is wrong": ("What is wrong", "问题"),
    "Decision": ("Decision", "决定编号"),
    "Verdict": ("Verdict", "结论"),
    "Decided at (UTC)": ("Decided at (UTC)", "决定时间 (UTC)"),
    "Ledger's side": ("Ledger's side", "台账一方"),
    "Reason": ("Reason", "理由"),
    "Order": ("Order", "次序"),
    "What it does": ("What it does", "作用"),
    "Matches": ("Matches", "匹配数"),
    "Check": ("Check", "检查"),
    "Must be": ("Must be", "应为"),
    "Is": ("Is", "实为"),
    "True": ("True", "是否成立"),
    # Values that people choose.
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "explained": ("explained", "已解释"),
    "new": ("new", "新增"),
    "open": ("open", "未结"),
    "closed": ("closed", "已关闭"),
    "re-opened": ("re-opened", "重新打开"),
    "timing": ("timing", "时点差异"),
    "not yet in ledger": ("not yet in ledger", "尚未入账"),
    "left the partner": ("left the partner", "已离开伙伴"),
    "name changed": ("name changed", "名称变更"),
    "duplicate account": ("duplicate account", "重复账号"),
    "reseller's customer": ("reseller's customer", "分销商客户"),
    "virtual account": ("virtual account", "虚拟账号"),
    "test account": ("test account", "测试账号"),
    "data error": ("data error", "数据错误"),
    # Kinds of breaks, as cells and JSON name them.
    "not_in_ledger": ("not_in_ledger", "台账缺失"),
    "not_with_vendor": ("not_with_vendor", "平台缺失"),
    "different": ("different", "内容不一致"),
    "twice": ("twice", "重复"),
    "association": ("association", "关联不符"),
    # Words in cells.
    "extra": ("extra", "多余"),
    "counts": ("counts", "计入"),
    "xaccount_id": ("partner's ID", "伙伴侧ID"),
    "name": ("core name", "核心名称"),
    "while so": ("as long as the row is like this", "该行保持现状期间有效"),
    "core": ("core", "核心"),
    "trade": ("trade", "行业"),
    "region": ("region", "地区"),
    "form": ("form", "形式"),
    "branch": ("branch", "分支"),
    "Gone.": ("Gone.", "已消失。"),
    # Why something does not reconcile.
    "no row": ("No row of the ledger is this customer's.", "台账中没有该客户的行。"),
    "no sure row": (
        "No row is surely this customer's; row {} is suggested: {}",
        "没有确定属于该客户的行；建议第 {} 行：{}",
    ),
    "group row": (
        " Row {} bears the name of its group, {}: one row may stand for several customers.",
        "第 {} 行的名称属于同一集团（{}）：一行可能代表多个客户。",
    ),
    "after cutoff": (
        "Associated at {}, after the cut-off {}; no row is due yet.",
        "关联于 {}，晚于截止日 {}；尚不应有台账行。",
    ),
    "no sure customer": (
        "No customer is surely this row's; {} is suggested: {}",
        "没有确定对应该行的客户；建议客户 {}：{}",
    ),
    "no customer": (
        "No customer in the listing is this row's. {}",
        "清单中没有对应该行的客户。{}",
    ),
    "spoilt": (
        " Its {} in column {} is {}; correct it at its source.",
        "其{}（{} 列）{}；请在来源处更正。",
    ),
    "differs": (
        "{}: Partner Center says {}, the ledger says {}.",
        "{}：平台为 {}，台账为 {}。",
    ),
    "rows of one": (
        "{} rows are of {}: {}; row {} counts, the others are extra{}.",
        "有 {} 行属于{}：{}；计入第 {} 行，其余为多余{}。",
    ),
    "this customer": ("this customer", "该客户"),
    "the same unknown customer": ("the same unknown customer", "同一个未知客户"),
    "same amounts": (
        "; the amounts are the same, as of one line booked twice",
        "；金额相同，像是同一笔重复入账",
    ),
    "other amounts": (
        "; the amounts differ, as of several items of one customer",
        "；金额不同，像是同一客户的多笔明细",
    ),
    "some amounts": ("; some of the amounts are the same", "；部分金额相同"),
    "consulting billed": (
        "A consulting customer, whom the vendor bills, has an amount in the ledger.",
        "顾问销售客户由厂商开票，但台账中有金额。",
    ),
    "resale unbilled": (
        "A resale customer, whom the partner bills, has no amount in the ledger.",
        "转售客户由伙伴开票，但台账中没有金额。",
    ),
    # Notes.
    "no amounts": (
        "The ledger has no amounts, so it was not checked whom the partner bills.",
        "台账没有金额，因此未核对由伙伴开票的客户。",
    ),
    "amounts of another kind": (
        (
            "Most consulting customers have an amount in the ledger, so its amounts are not what "
            "the partner bills; associations were not checked against them."
        ),
        "多数顾问客户在台账中有金额，说明这些金额不是伙伴开票金额；未据此核对关联类型。",
    ),
    "incomplete": (
        "the listing is not exact, up to {} customers may be missing",
        "清单不完整，最多可能缺少 {} 个客户",
    ),
    "narrowed": (
        "the listing was narrowed by filters, so it does not hold every customer",
        "清单经过筛选，不包含全部客户",
    ),
    "not checked": ("not checked: {}", "未核对：{}"),
    "inside": (
        "Inside the period in the zone of the cut-off.",
        "按截止日所在时区属于本期。",
    ),
    # What the ledger's reader says.
    "blank": ("blank", "空行"),
    "headings repeated": ("headings repeated", "重复的表头"),
    "totals row": ("totals row", "合计行"),
    "no customer: neither an ID nor a name": (
        "no customer: neither an ID nor a name",
        "没有客户：既无ID也无名称",
    ),
    "an error value": ("an error value", "错误值"),
    "a formula that was never calculated": (
        "a formula that was never calculated",
        "从未计算的公式",
    ),
    "no amount": ("no amount", "不是金额"),
    "turned into a date by a spreadsheet": (
        "turned into a date by a spreadsheet",
        "被电子表格变成日期",
    ),
    "a number with more digits than a spreadsheet keeps": (
        "a number with more digits than a spreadsheet keeps",
        "位数超过电子表格所能保留的数字",
    ),
    "shortened to a power of ten by a spreadsheet": (
        "shortened to a power of ten by a spreadsheet",
        "被电子表格缩写为科学计数",
    ),
}
WORDS = MappingProxyType(_WORDS)


def word(key: str, language: Language, *values: object) -> str:
    """Return what something is called or said in a language, its gaps filled in order.

    A text that is not in the table comes back as it is: it is somebody's own.
    """
    if key not in WORDS:
        return key
    text = WORDS[key][LANGUAGES.index(language)]
    return text.format(*values) if values else text


def meant(shown: str, among: tuple[str, ...]) -> str | None:
    """Return which of several keys a text in either language stands for, in any case; or None."""
    wanted = shown.strip().casefold()
    return next((key for key in among if wanted in {each.casefold() for each in WORDS[key]}), None)
