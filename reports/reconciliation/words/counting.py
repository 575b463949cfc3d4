"""The bridge, the rules and the checks: English and Chinese. Pure data."""

from __future__ import annotations

from types import MappingProxyType

_WORDS: dict[str, tuple[str, str]] = {
    # The bridge.
    "bridge title": (
        "From Partner Center's customers to the ledger's lines",
        "从平台客户到台账明细",
    ),
    "Counts": ("Counts", "数量"),
    "Count": ("Count", "数量"),
    "of which suggested": ("of which suggested", "其中待确认"),
    "of which timing": ("of which timing", "其中时点差异"),
    "vendor": ("Customers with the vendor", "平台客户"),
    "- not in ledger": ("− not in the ledger", "− 台账中没有"),
    "+ not with vendor": ("+ not with the vendor", "+ 平台没有"),
    "+ extra": ("+ extra lines of one customer", "+ 同一客户的多余行"),
    "= should": ("= lines that the ledger should have", "= 台账应有的行数"),
    "used": ("Lines of the ledger that were used", "台账中使用的行数"),
    "check 0": ("Check: the difference, must be 0", "检查：差额必须为 0"),
    "check matched": (
        "Check: against the sheet Matched, must be 0",
        "检查：与“已匹配”表的差额必须为 0",
    ),
    "timing note": ("Timing: joined after {}, not due yet", "时点差异：{} 之后关联，尚未到期"),
    "ledger rows": ("Rows of the ledger", "台账的行"),
    "rows read": ("Rows read below the headings", "表头以下读取的行"),
    "- ignored": ("− ignored", "− 已忽略"),
    "- not checked": ("− not checked", "− 未核对"),
    "check used": (
        "Check: against the lines used, must be 0",
        "检查：与使用行数的差额必须为 0",
    ),
    "amounts": ("Amounts of the ledger, by currency", "台账金额（按币种）"),
    "total": ("Total of all rows", "全部行合计"),
    "Not with vendor": ("Not with vendor", "平台没有"),
    "Twice": ("Twice", "重复"),
    "closes": ("closes", "平"),
    "DOES NOT CLOSE": ("DOES NOT CLOSE", "不平"),
    # Rules and checks.
    "rule xaccount_id": (
        "The partner's own ID is the same and fits one customer: confirmed.",
        "伙伴侧ID相同且只对应一个客户：确认。",
    ),
    "rule customer_id": ("The vendor's customer ID is the same: confirmed.", "客户ID相同：确认。"),
    "rule account_name": (
        "The login name is the same, fits one customer, and no ID contradicts it: confirmed.",
        "账号名相同、只对应一个客户且没有与之矛盾的ID：确认。",
    ),
    "rule decision": (
        "A person said yes, and it is neither revoked nor expired: confirmed.",
        "人工确认过，且未撤销、未过期：确认。",
    ),
    "rule email": (
        "The e-mail address is the same: confirmed only with an equal full name, else suggested.",
        "邮箱相同：全称也相同才确认，否则待确认。",
    ),
    "rule phone": (
        "The telephone number is the same: confirmed only with an equal full name, else suggested.",
        "电话相同：全称也相同才确认，否则待确认。",
    ),
    "rule company_name": (
        "The company name is the same: suggested; a name alone confirms nothing.",
        "公司名称相同：待确认；仅凭名称不能确认。",
    ),
    "rule similar_name": (
        "The names are alike part by part, and no part contradicts: suggested.",
        "名称各部分相近且没有矛盾：待确认。",
    ),
    "rule pinyin": (
        "A Latin name spells the core of a Chinese one in pinyin: suggested, as a hint only.",
        "拉丁字母名称是中文核心名称的拼音：待确认，仅作提示。",
    ),
    "whatever fits two": (
        "Whatever fits two customers, or contradicts itself, is only suggested.",
        "对应两个客户或自相矛盾的，一律待确认。",
    ),
    "TRUE": ("true", "成立"),
    "FALSE": ("FALSE", "不成立"),
    "check bridge": ("The bridge of counts closes", "数量对账桥已平"),
    "check sheet": ("Confirmed matches are on the sheet Matched", "已匹配表包含全部确认的匹配"),
    "check rows": (
        "Every row read is used, ignored or not checked",
        "读取的每一行都被使用、忽略或未核对",
    ),
    "check amounts": ("The bridge of amounts closes: {}", "金额对账桥已平：{}"),
    "check register": (
        "Every break of now is in the register",
        "本次的每项差异都已登记",
    ),
    "check suggested": ("Every suggested match is on its sheet", "每个待确认匹配都在其表中"),
    "check rows of": ("Rows on the sheet {}", "工作表“{}”的行数"),
    "check decisions": (
        "Matches by decision are as many as decisions used for a yes",
        "按决定确认的匹配数等于所用的“是”",
    ),
    "check exact": (
        "The listing is exact: this many may be missing",
        "清单完整：可能缺少的客户数",
    ),
    "check sources": (
        "Amounts that could not be read",
        "无法读取的金额数",
    ),
    "to do": ("Still to do", "待办"),
    "no owner": ("Breaks without an owner", "没有负责人的差异"),
    "no answer": ("Suggested matches without an answer", "未回答的待确认匹配"),
}
WORDS = MappingProxyType(_WORDS)
