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
    "Was": ("Was", "原状态"),
    "Keys": ("Keys", "识别码"),
    "Amount": ("Amount", "金额"),
    "Currency": ("Currency", "币种"),
    "Phone": ("Phone", "电话"),
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
        "The e-mail address is the same: confirmed only together with the name, else suggested.",
        "邮箱相同：名称也相符才确认，否则待确认。",
    ),
    "rule phone": (
        "The telephone number is the same: confirmed only together with the name, else suggested.",
        "电话相同：名称也相符才确认，否则待确认。",
    ),
    "rule company_name": (
        "The company name is the same: suggested; a name alone confirms nothing.",
        "公司名称相同：待确认；仅凭名称不能确认。",
    ),
    "rule similar_name": (
        "The names are alike part by part, and no part contradicts: suggested.",
        "名称各部分相近且没有矛盾：待确认。",
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
    # Cover and sign-off.
    "Status": ("Status", "状态"),
    "Period": ("Period", "期间"),
    "Entity": ("Entity", "主体"),
    "Cut-off": ("Cut-off", "截止日"),
    "end of": ("end of {}", "{} 结束时"),
    "flips": ("{}, between UTC and +08:00", "{}（UTC 与 +08:00 之间）"),
    "nobody": ("nobody", "无"),
    "Partner Center": ("Partner Center", "平台"),
    "As of": ("As of", "截至"),
    "Completeness": ("Completeness", "完整性"),
    "exact": ("exact: nobody is missing", "准确：没有缺失"),
    "may be missing": (
        "INCOMPLETE: up to {} customers may be missing",
        "不完整：最多可能缺少 {} 个客户",
    ),
    "Evidence": ("Evidence", "依据"),
    "evidence of": ("{}; {}, {}; {} API", "{}；{}，{}；{} 接口"),
    "Note": ("Note", "说明"),
    "Fingerprint": ("Fingerprint", "指纹"),
    "Ledger": ("Ledger", "台账"),
    "File": ("File", "文件"),
    "Sheet": ("Sheet", "工作表"),
    "Read as": ("Read as", "读取方式"),
    "Columns": ("Columns", "列"),
    "Totals": ("Totals", "合计"),
    "rows of it": ("Rows", "行"),
    "rows of": ("{:,} read, {:,} used, {:,} ignored", "读取 {:,}，使用 {:,}，忽略 {:,}"),
    "and not checked": (", {:,} not checked", "，未核对 {:,}"),
    "SHA-256": ("SHA-256", "SHA-256"),
    "Snapshot": ("Snapshot", "快照"),
    "Spoilt cell": ("Spoilt cell", "损坏单元格"),
    "spoilt at": ("{} in row {}, column {}: {}", "第 {1} 行 {2} 列的{0}：{3}"),
    "spoilt in all": ("{:,} in all, on the sheet Spoilt cells", "共 {:,} 处，见“损坏单元格”表"),
    "Sheets": ("Sheets", "工作表"),
    "Prepared by": ("Prepared by", "编制人"),
    "Reviewed by": ("Reviewed by", "复核人"),
    "Date": ("Date", "日期"),
    "see sign-off": (
        "to be signed on the sheet Sign-off: preparer, and a reviewer who is another person",
        "在“签核”表签署：编制人，以及另一位复核人",
    ),
    "cannot close": (
        "CANNOT CLOSE: {}. List again, then reconcile again.",
        "不能关账：{}。请重新获取清单后再对账。",
    ),
    "OPEN": ("OPEN: {} to settle.", "未结：尚有 {} 待处理。"),
    "and": (" and ", "、"),
    "can close": ("Everything matches; the period can close.", "全部一致，本期可以关账。"),
    "REOPENED": (
        "RE-OPENED: the last workbook was changed after it was signed: {}",
        "重新打开：上次的工作簿在签核后被改动：{}",
    ),
    "1 break": ("1 break", "1 项差异"),
    "n breaks": ("{:,} breaks", "{:,} 项差异"),
    "1 suggested match": ("1 suggested match", "1 个待确认匹配"),
    "n suggested matches": ("{:,} suggested matches", "{:,} 个待确认匹配"),
    "1 amount that cannot be read": ("1 amount that cannot be read", "1 个无法读取的金额"),
    "n amounts that cannot be read": (
        "{:,} amounts that cannot be read",
        "{:,} 个无法读取的金额",
    ),
    "1 customer": ("1 customer", "1 个客户"),
    "n customers": ("{:,} customers", "{:,} 个客户"),
    "1 request": ("1 request", "1 次请求"),
    "n requests": ("{:,} requests", "{:,} 次请求"),
    "1 pass": ("1 pass", "1 遍"),
    "n passes": ("{:,} passes", "{:,} 遍"),
    "statement": (
        "I have checked this reconciliation; its open items are explained or have an owner.",
        "本人已核对本对账表；未结事项均已解释或有负责人。",
    ),
    "another person": (
        "The reviewer is another person than the preparer",
        "复核人与编制人不是同一人",
    ),
    "not signed": ("not signed yet", "尚未签核"),
    "Seal": ("Seal", "封印"),
    "seal says": (
        (
            "SHA-256 of every cell of the other sheets as they were made. `partnerbook verify` "
            "says which cells and decisions were changed since; to re-save the file is no change."
        ),
        (
            "其他工作表所有单元格生成时的 SHA-256。运行 partnerbook verify "
            "可列出此后改动的单元格和决定；重新保存文件不算改动。"
        ),
    ),
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


def several(count: int, one: str, many: str, language: Language) -> str:
    """Return a number with what is counted, by the keys ``1 <one>`` and ``n <many>``; or ""."""
    if count == 0:
        return ""
    return word(f"1 {one}", language) if count == 1 else word(f"n {many}", language, count)
