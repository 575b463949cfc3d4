"""The cover and the sign-off: English and Chinese. Pure data."""

from __future__ import annotations

from types import MappingProxyType

_WORDS: dict[str, tuple[str, str]] = {
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
        "INCOMPLETE: {}",
        "不完整：{}",
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
    "OPEN": ("OPEN: {} to settle.", "未结：尚有 {}待处理。"),
    "and": (" and ", "、"),
    "can close": ("Everything matches; the period can close.", "全部一致，本期可以关账。"),
    "settled": (
        "Nothing is left to settle: {}; the period can close.",
        "已无待处理项：{}，本期可以关账。",
    ),
    "1 explained break": ("1 break is explained", "1 项差异已解释"),
    "n explained breaks": ("{:,} breaks are explained", "{:,} 项差异已解释"),
    "1 customer of timing": ("1 customer is timing", "1 个客户属时点差异"),
    "n customers of timing": ("{:,} customers are timing", "{:,} 个客户属时点差异"),
    "REOPENED": (
        "RE-OPENED: the workbook that was signed is not as it was made: {}",
        "重新打开：已签核的工作簿与生成时不同：{}",
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
    "answers first": (
        (
            "Answers and comments are no part of what is sealed here: run again with --previous "
            "first, then sign the new workbook."
        ),
        "回答和备注不在本封印之内：请先用 --previous 重新对账，再签署新的工作簿。",
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
            "says which cells and decisions were changed since; to re-save the file is no change. "
            "The seal holds no secret: whoever forges it can compute another. So compare it with a "
            "printed copy, or verify where it was made: the store there remembers each seal."
        ),
        (
            "其他工作表所有单元格生成时的 SHA-256。运行 partnerbook verify "
            "可列出此后改动的单元格和决定；重新保存文件不算改动。封印不含密钥，"
            "伪造者可重新计算；请与打印件核对，或在生成它的机器上运行 verify：其存储记得每个封印。"
        ),
    ),
}
WORDS = MappingProxyType(_WORDS)
