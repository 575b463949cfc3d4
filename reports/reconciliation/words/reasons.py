"""Why something does not reconcile, and what is noted: English and Chinese. Pure data."""

from __future__ import annotations

from types import MappingProxyType

_WORDS: dict[str, tuple[str, str]] = {
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
    "row stands for": (
        "Row {} stands for this customer too: {} said yes on {}.",
        "第 {} 行也代表该客户：{} 于 {} 确认。",
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
        "the listing is not exact, {}",
        "清单不完整，{}",
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
    "before": (
        "Before the period in the zone of the cut-off.",
        "按截止日所在时区早于本期。",
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
    "thousands or decimals, which nothing in its column tells": (
        "thousands or decimals, which nothing in its column tells",
        "千位分隔还是小数点，列中无从判断",
    ),
    "an amount of a direction that nobody knows": (
        "an amount of a direction that nobody knows",
        "借贷方向无法识别的金额",
    ),
    "negative and a credit, and other credits are positive": (
        "negative and a credit, and other credits are positive",
        "贷方负数，而其他贷方为正数",
    ),
    "another currency than its column": (
        "another currency than its column",
        "币种与其币种列不符",
    ),
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
