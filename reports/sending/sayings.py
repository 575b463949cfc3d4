"""What the commands that send mails say, in English and Chinese. Pure."""

from __future__ import annotations

from partnerbook.wording import Language

SETTLED = "a person settled it"
"""Why a mail was put aside; the other reasons for sending none are the policy's."""

OTHER_RULE = "it was not frozen under the policy of now"
"""Why a mail of an earlier week was put aside."""

_SAYINGS: dict[str, dict[Language, str]] = {
    # States of a mail.
    "planned": {"en": "planned", "zh": "待发送"},
    "sending": {"en": "sending", "zh": "发送中"},
    "sent": {"en": "sent", "zh": "已发送"},
    "refused": {"en": "refused", "zh": "被拒收"},
    "uncertain": {"en": "uncertain", "zh": "不确定"},
    "skipped": {"en": "skipped", "zh": "未发送"},
    # What is said of one.
    "said": {"en": " ({})", "zh": "（{}）"},
    "still sending": {
        "en": "; may still be being sent: decide after {}",
        "zh": "；可能仍在发送，请在 {} 之后再决定",
    },
    "ask": {
        "en": "; ask them whether it came, then `partnerbook resend {}`",
        "zh": "；请询问对方是否收到，再运行 `partnerbook resend {}`",
    },
    "aside": {
        "en": "; `partnerbook resend --settle {}` puts it aside",
        "zh": "；`partnerbook resend --settle {}` 将其搁置",
    },
    "already sent": {
        "en": "; already sent on {}; nothing was done",
        "zh": "；已于 {} 发送，未做任何操作",
    },
    "already skipped": {
        "en": "; put aside on {}; nothing was done",
        "zh": "；已于 {} 搁置，未做任何操作",
    },
    "already decided": {
        "en": "; decided on {}; nothing was done",
        "zh": "；已于 {} 决定，未做任何操作",
    },
    "late": {"en": "; of an earlier week", "zh": "；属于较早的一周"},
    "nothing due": {
        "en": "Nothing is due; the next is, on {}.",
        "zh": "目前没有到期的报告；下一份将于 {} 到期。",
    },
    "missed": {"en": "No report was made for {}.", "zh": "以下各周未生成报告：{}。"},
    "would be": {
        "en": "Nothing was sent. These would be:",
        "zh": "未发送任何邮件。将发送：",
    },
    "none this week": {
        "en": "  (the policy sends none about this week)",
        "zh": "  （按策略本周不发送）",
    },
    "tried": {
        "en": "Sent to {} only, as to: {}.",
        "zh": "仅发送给 {}，内容同发给：{}。",
    },
    "no mail this week": {
        "en": "The policy sends no mail about this week.",
        "zh": "按策略，本周不发送邮件。",
    },
    # Why a mail is in its state, as it was kept.
    "its frozen mail was removed by `partnerbook store`": {
        "en": "its frozen mail was removed by `partnerbook store`",
        "zh": "已冻结的邮件已由 `partnerbook store` 移除",
    },
    OTHER_RULE: {"en": OTHER_RULE, "zh": "此邮件并非按现行策略冻结"},
    SETTLED: {"en": "a person settled it", "zh": "已由人工处理"},
    "nothing changed": {"en": "nothing changed", "zh": "无变化"},
    "no more customers were concerned than the threshold": {
        "en": "no more customers were concerned than the threshold",
        "zh": "涉及的客户数未超过阈值",
    },
    "the process that was sending it ended": {
        "en": "the process that was sending it ended",
        "zh": "发送它的进程已结束",
    },
    # The policy.
    "monday": {"en": "Monday", "zh": "星期一"},
    "tuesday": {"en": "Tuesday", "zh": "星期二"},
    "wednesday": {"en": "Wednesday", "zh": "星期三"},
    "thursday": {"en": "Thursday", "zh": "星期四"},
    "friday": {"en": "Friday", "zh": "星期五"},
    "saturday": {"en": "Saturday", "zh": "星期六"},
    "sunday": {"en": "Sunday", "zh": "星期日"},
    "workbook": {"en": "workbook", "zh": "工作簿"},
    "page": {"en": "page", "zh": "网页"},
    "due": {
        "en": "Due {}. When there is no report, this hears of it: {}.",
        "zh": "到期时间：{}。未能生成报告时通知：{}。",
    },
    "no owner": {"en": "nobody (write owner = ...)", "zh": "无人（请写 owner = ...）"},
    "answers": {"en": "Answers go to {}.", "zh": "回复发往 {}。"},
    "always": {"en": "always", "zh": "每周发送"},
    "changed": {
        "en": "when anything changed, never when quiet",
        "zh": "有变化时发送，无变化时不发送",
    },
    "over": {
        "en": "when more than {} customers are concerned",
        "zh": "涉及的客户超过 {} 个时发送",
    },
    "own": {"en": "only customers managed by {}", "zh": "仅客户经理为 {} 的客户"},
    "all": {"en": "all customers", "zh": "全部客户"},
    "whole": {"en": "  sees whole: {}", "zh": "  可见全文：{}"},
    "masked": {"en": "  sees masked: {}", "zh": "  可见脱敏：{}"},
    "hidden": {"en": "  does not see: {}", "zh": "  不可见：{}"},
    "attached": {"en": "  gets attached: {}", "zh": "  附件：{}"},
    "nothing": {"en": "nothing", "zh": "无"},
    "nothing hidden": {"en": "nothing is hidden", "zh": "无"},
    "language": {"en": "  in the language {}", "zh": "  语言：{}"},
    "view": {"en": "  of the view {}", "zh": "  视图：{}"},
    "manages nobody": {
        "en": "  warning: {} manages nobody in the newest list",
        "zh": "  警告：最新列表中没有由 {} 管理的客户",
    },
}


def say(key: str, language: Language, *given: object) -> str:
    """Return what is said; words that nobody translated, such as a server's, as they are."""
    saying = _SAYINGS[key][language] if key in _SAYINGS else key
    return saying.format(*given) if given else saying
