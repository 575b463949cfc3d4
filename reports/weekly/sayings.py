"""What the rules of `sentences` say, in English and Chinese. Pure."""

from __future__ import annotations

from partnerbook.wording import Language

SAYINGS: dict[str, tuple[str, str, str]] = {
    "total": ("{n} customer", "{n} customers", "共 {n} 个客户"),
    "at least": ("At least {n} customer", "At least {n} customers", "至少 {n} 个客户"),
    "left": (
        "1 customer left: {names}.",
        "{n} customers left: {names}.",
        "{n} 个客户离开：{names}。",
    ),
    "left after": (
        "1 customer left, after {days}: {names}.",
        "{n} customers left, the longest-standing after {days}: {names}.",
        "{n} 个客户离开，最长关联 {days}：{names}。",
    ),
    "rejected": (
        "Verification was rejected for 1: {names}.",
        "Verification was rejected for {n}: {names}.",
        "{n} 个客户实名认证未通过：{names}。",
    ),
    "frozen": (
        "1 customer was frozen: {names}.",
        "{n} customers were frozen: {names}.",
        "{n} 个客户被冻结：{names}。",
    ),
    "joined": (
        "1 customer joined: {names}.",
        "{n} customers joined: {names}.",
        "{n} 个客户新加入：{names}。",
    ),
    "came back": (
        "1 customer came back: {names}.",
        "{n} customers came back: {names}.",
        "{n} 个客户重新加入：{names}。",
    ),
    "verified": (
        "1 customer is now verified: {names}.",
        "{n} customers are now verified: {names}.",
        "{n} 个客户通过实名认证：{names}。",
    ),
    "renamed": (
        "1 customer was renamed: {names}.",
        "{n} customers were renamed: {names}.",
        "{n} 个客户更名：{names}。",
    ),
    "association": (
        "1 customer changed association: {names}.",
        "{n} customers changed association: {names}.",
        "{n} 个客户变更关联类型：{names}。",
    ),
    "moved in": (
        "1 customer came into the view: {names}.",
        "{n} customers came into the view: {names}.",
        "{n} 个客户进入视图：{names}。",
    ),
    "moved out": (
        "1 customer went out of the view, but is still with you: {names}.",
        "{n} customers went out of the view, but are still with you: {names}.",
        "{n} 个客户移出视图（仍为您的客户）：{names}。",
    ),
    "labels": (
        "The label changed for 1: {names}.",
        "The label changed for {n}: {names}.",
        "{n} 个客户的标签有变更：{names}。",
    ),
    "others": (
        "Other details changed for 1: {names}.",
        "Other details changed for {n}: {names}.",
        "{n} 个客户的其他信息有变更：{names}。",
    ),
    "unverified": (
        "1 of {total} is not verified yet.",
        "{n} of {total} are not verified yet.",
        "{total} 个客户中有 {n} 个尚未实名认证。",
    ),
    "unverified long": (
        "1 of {total} is not verified yet, {names} for more than 30 days.",
        "{n} of {total} are not verified yet, {names} for more than 30 days.",
        "{total} 个客户中有 {n} 个尚未实名认证，其中 {names} 个超过 30 天。",
    ),
    "days": ("{n} day", "{n} days", "{n} 天"),
    "and more": (" and 1 more", " and {n} more", "，另有 {n} 个"),
}
"""Key -> what is said of one customer, of several, and in Chinese."""

PHRASES: dict[str, dict[Language, str]] = {
    "quiet": {"en": "Nothing changed since {}.", "zh": "自 {} 以来无变化。"},
    "first": {
        "en": "This is the first report; the next one tells what has changed.",
        "zh": "这是首份报告；下一份起将说明变化。",
    },
    "more": {"en": ", {n:,} more than on {day}.", "zh": "，比 {day} 多 {n:,} 个。"},
    "fewer": {"en": ", {n:,} fewer than on {day}.", "zh": "，比 {day} 少 {n:,} 个。"},
    "as many": {"en": ", as many as on {day}.", "zh": "，与 {day} 相同。"},
    "seen": {"en": " seen.", "zh": "。"},
    "stop": {"en": ".", "zh": "。"},
    "was": {"en": "{after} (was {before})", "zh": "{after}（原 {before}）"},
    "turned": {"en": "{name} ({before} → {after})", "zh": "{name}（{before} → {after}）"},
    "comma": {"en": ", ", "zh": "、"},
    "and": {"en": " and ", "zh": "、"},
    "figure": {"en": "{n:,} {what}", "zh": "{what} {n:,}"},
    "comma between counts": {"en": ", ", "zh": "，"},
}
"""Key -> a phrase that no number changes."""
