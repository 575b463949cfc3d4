"""What the commands say of a reconciliation, in English and Chinese. Pure."""

from __future__ import annotations

from types import MappingProxyType

from partnerbook.wording import Language

_SAID: dict[str, tuple[str, str]] = {
    # reconcile
    "sides": (
        "Partner Center has {:,} customers, the ledger {:,} lines.",
        "平台有 {:,} 个客户，台账有 {:,} 行。",
    ),
    "not in ledger": ("  not in the ledger   {:>7,}", "  台账中没有   {:>7,}"),
    "not with vendor": ("  not with the vendor {:>7,}", "  平台没有     {:>7,}"),
    "extra": ("  extra lines         {:>7,}", "  多余行       {:>7,}"),
    "timing": ("  of these timing     {:>7,}", "  其中时间差   {:>7,}"),
    "suggested": ("  suggested matches   {:>7,}", "  待确认匹配   {:>7,}"),
    "check": ("  check               {:>7,}", "  检查         {:>7,}"),
    "result": (
        "Decisions used: {:,}. Breaks: {:,}. Written: {}",
        "使用的决定：{:,}；差异：{:,}；已写入：{}",
    ),
    "not checked": (
        "NOT CHECKED: {:,} lines of the ledger, for {}. The period cannot close.",
        "未核对：台账中 {:,} 行，原因：{}。本期不能关账。",
    ),
    "unread": (
        "NOT READ: {:,} amounts of the ledger: {}. The period cannot close.",
        "未读取：台账中 {:,} 个金额：{}。本期不能关账。",
    ),
    "unread at": ("row {}, column {}: {}", "第 {} 行 {} 列：{}"),
    "re-opened": (
        "RE-OPENED: the workbook that was signed is not as it was made: {}",
        "已重新打开：已签核的工作簿与生成时不同：{}",
    ),
    "carried": (
        (
            "Carried forward: breaks and answers of {}, which was there and is replaced. To start "
            "afresh, name another file with --out."
        ),
        "已沿用原有文件 {} 中的差异和回答，并将其替换。如需重新开始，请用 --out 另指定文件。",
    ),
    "kept signed": (
        "The workbook that was there had been signed, and is kept as {}.",
        "原有的工作簿已签核，另存为 {}。",
    ),
    # columns
    "columns as last time": ("Columns as in the last run: {}.", "沿用上次的列：{}。"),
    "own ids": (
        (
            "Column “{}” was taken for the partner's IDs: {:,} of its {:,} are customers', and "
            "none is the vendor's. --map customer_id=COLUMN says the other."
        ),
        (
            "列“{}”按伙伴侧ID读取：其中 {:,} 个（共 {:,} 个）与客户相符，没有一个是平台客户ID。"
            "可用 --map customer_id=列 改。"
        ),
    ),
    "may be own ids": (
        (
            "{:,} of {:,} IDs in column “{}” are customers' IDs with the partner, and none is the "
            "vendor's. If it holds the partner's IDs, say so with --map xaccount_id={}"
        ),
        (
            "{:,} 个ID（共 {:,} 个，列“{}”）与伙伴侧ID相符，没有一个是平台客户ID。"
            "如为伙伴侧ID，请用 --map xaccount_id={} 指明。"
        ),
    ),
    "headings in row": ("{}, headings in row {}:", "{}，表头在第 {} 行："),
    "right columns": ("Are these the right columns?", "这些列对吗？"),
    "which field": ("Which field is wrong or missing?", "哪个字段有误或缺失？"),
    "which heading": (
        "Its heading, or the letters of its column; none if there is no such column",
        "其表头，或列字母；没有该列则填 none",
    ),
    # verify
    "unchanged": ("{}: unchanged since {}. Seal {}", "{}：自{}后未改动。封印 {}"),
    "sign-off": ("sign-off", "签核"),
    "it was made": ("it was made", "生成"),
    "changed": (
        "{}: CHANGED since it was made: {:,} cells. Seal {}",
        "{}：生成后有改动：{:,} 个单元格。封印 {}",
    ),
    "answered": (
        "{}: answered since it was made, nothing else was changed: {:,} cells. Seal {}",
        "{}：生成后填写了回答，其余未改动：{:,} 个单元格。封印 {}",
    ),
    "sign after": (
        (
            "It was signed with answers that its seal does not hold, written before or after: run "
            "again with --previous, then sign the new workbook."
        ),
        "签核的文件含有封印之外的回答（签核前或后填写）：请用 --previous 重新对账，再签新工作簿。",
    ),
    "answers unsealed": (
        "answers were written into it, before or after it was signed",
        "其中填写了回答（在签核前或后）",
    ),
    "another ledger": (
        "the ledger of this period is not the one that it was signed for",
        "本期台账与签核时的台账不同",
    ),
    "unexplained": (
        "Break {} was marked explained without a cause or comment, so it stays open.",
        "差异 {} 标为已解释，但没有原因或备注，因此仍未结。",
    ),
    "customer gone": (
        "Not used: {} answered about customer {}, who is not in the listing.",
        "未采用：{} 的回答涉及客户 {}，但清单中没有该客户。",
    ),
    "past": (
        "Not used: the answer of {} about {} held until {}, which is past.",
        "未采用：{} 关于 {} 的回答有效期至 {}，已过期。",
    ),
    "other facts": (
        (
            "Break {} was explained when other values, or another number of rows, stood there; it "
            "is open again."
        ),
        "差异 {} 的解释针对的是别的数值或行数；现已重新打开。",
    ),
    "stays explained": (
        (
            "Break {} stays explained, though it was set back: a yes to a match explains it. "
            "`partnerbook decisions list` names it, and `decisions revoke` takes it back."
        ),
        (
            "差异 {} 虽被改回，仍为已解释：一个匹配的“是”解释了它。"
            "用 `partnerbook decisions list` 查看，`decisions revoke` 撤销。"
        ),
    ),
    "still there": (
        "Break {} was marked closed, but it is still there.",
        "差异 {} 被标为已关闭，但仍然存在。",
    ),
    "the break": ("break {}", "差异 {}"),
    "the customer": ("customer {}", "客户 {}"),
    "taken back": (
        "Not used: the answer of {} about {} was revoked by {} on {}.",
        "未采用：{} 关于 {} 的回答已由 {} 于 {} 撤销。",
    ),
    "and more": ("  and {:,} more; --json names them all", "  另有 {:,} 处；--json 列出全部"),
    "and so many": ("and {:,} more", "另有 {:,} 处"),
    "signed by": ("Prepared by {}, reviewed by {}.", "编制人：{}；复核人：{}。"),
    "nobody yet": ("nobody yet", "尚无"),
    "one person": (
        "The reviewer is the preparer: nobody else has checked it.",
        "复核人与编制人是同一人：没有他人复核。",
    ),
    "known": (
        "The store knows this seal: made here on {}.",
        "本机存储认得此封印：{} 在此生成。",
    ),
    "unknown": (
        (
            "The store here knows no reconciliation with this seal: it was made elsewhere, or "
            "somebody changed it and sealed it again; compare the seal with the printed one."
        ),
        "本机存储没有此封印的对账：文件在别处生成，或有人改动后重新加封；请与打印件上的封印核对。",
    ),
    "not compared": (
        "The seal was not compared with a store; compare it with the printed one.",
        "未与存储核对封印；请与打印件上的封印核对。",
    ),
    "sheet new": ("sheet {}: new", "工作表 {}：新增"),
    "sheet hidden": ("sheet {}: hidden", "工作表 {}：已隐藏"),
    "sheet removed": ("sheet {}: removed", "工作表 {}：已删除"),
    "decision": ("decision ", "决定 "),
    "was empty": ("was empty, ", "原为空，"),
    "now": ("now “{}”", "现为“{}”"),
    "now empty": ("now empty", "现为空"),
    "which one": (
        "a cell, and the hidden sheet that would tell which one",
        "某个单元格，以及能指明它的隐藏工作表",
    ),
    # decisions
    "none decided": (
        "Nothing was decided yet. Answer yes or no in a reconciliation's sheet Suggested.",
        "尚无决定。请在对账表的“待确认”工作表中回答是或否。",
    ),
    "revoked": ("Revoked: {}", "已撤销：{}"),
    "explained": ("break {} explained", "差异 {} 已解释"),
    "yes": ("yes: {} is customer {}", "是：{} 即客户 {}"),
    "no": ("no: {} is not customer {}", "否：{} 不是客户 {}"),
    "holds": ("holds", "有效"),
    "revoked by": ("revoked by {} at {}", "由 {} 于 {} 撤销"),
    "ended": ("ended or replaced", "已到期或被取代"),
    "until": (", until {}", "，有效期至 {}"),
}
SAID = MappingProxyType(_SAID)


def say(key: str, language: Language, *values: object) -> str:
    """Return a sentence or part of one in a language, its gaps filled in order."""
    english, chinese = SAID[key]
    return (chinese if language == "zh" else english).format(*values)
