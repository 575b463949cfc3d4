"""What fields and codes are called, in English and Chinese. Pure.

One table for sheets, workbooks, pages, mails and sentences: a field bears the same name
everywhere. Codes the vendor did not document stay visible as they came.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

# Field of Customer -> its heading. The English ones are public: tests and other tools read them.
HEADINGS: dict[str, dict[Language, str]] = {
    "customer_id": {"en": "Customer ID", "zh": "客户ID"},
    "account_name": {"en": "Account name", "zh": "账号名"},
    "company_name": {"en": "Company name", "zh": "公司名称"},
    "associated_at": {"en": "Associated at (UTC)", "zh": "关联时间 (UTC)"},
    "association": {"en": "Association", "zh": "关联类型"},
    "label": {"en": "Label", "zh": "标签"},
    "telephone": {"en": "Telephone", "zh": "电话"},
    "country_code": {"en": "Country code", "zh": "国家码"},
    "verification": {"en": "Verification", "zh": "实名认证"},
    "customer_type": {"en": "Type", "zh": "客户类型"},
    "is_frozen": {"en": "Frozen", "zh": "冻结"},
    "account_manager": {"en": "Account manager", "zh": "客户经理"},
    "xaccount_id": {"en": "Partner's ID", "zh": "伙伴侧ID"},
    "level": {"en": "Level", "zh": "级别"},
    "email": {"en": "Email", "zh": "邮箱"},
}

# Fields that have a name and no column of their own.
_OTHER_HEADINGS: dict[str, dict[Language, str]] = {
    "xaccount_type": {"en": "Partner's platform", "zh": "伙伴侧平台"},
}

_CODES: dict[str, dict[str, dict[Language, str]]] = {
    "association": {
        "1": {"en": "Consulting", "zh": "顾问销售"},
        "2": {"en": "Agency", "zh": "代售"},
        "3": {"en": "Resale", "zh": "转售"},
    },
    "verification": {
        "-1": {"en": "Unverified", "zh": "未实名认证"},
        "0": {"en": "Under review", "zh": "审核中"},
        "1": {"en": "Rejected", "zh": "不通过"},
        "2": {"en": "Verified", "zh": "已实名认证"},
        "3": {"en": "Failed", "zh": "认证失败"},
    },
    "customer_type": {
        "-1": {"en": "None yet", "zh": "暂无"},
        "0": {"en": "Individual", "zh": "个人"},
        "1": {"en": "Enterprise", "zh": "企业"},
    },
}

_YES_NO: dict[bool, dict[Language, str]] = {
    True: {"en": "Yes", "zh": "是"},
    False: {"en": "No", "zh": "否"},
}

CODED: frozenset[str] = frozenset({*_CODES, "is_frozen"})
"""Fields of `Customer` whose values are codes; the others' values are their own words."""


_METHODS: dict[str, dict[Language, str]] = {
    "one page": {"en": "everybody on one page", "zh": "一页读完"},
    "pages": {"en": "page by page", "zh": "逐页读取"},
    "interval certificate": {
        "en": "the whole list read several times and compared",
        "zh": "多次读取完整列表并比对",
    },
    "time slices": {
        "en": "read in slices of time, each several times and compared",
        "zh": "按时间段多次读取并比对",
    },
}


def method_in_words(method: str, language: Language = "en") -> str:
    """Return how a list was obtained, as a person would say it.

    Args:
        method: As `partnerbook.model.Evidence` has it; an unknown one is returned as it is.
        language: Of the words.
    """
    return _METHODS[method][language] if method in _METHODS else method


def heading(field: str, language: Language = "en") -> str:
    """Return what a field of `Customer` is called; a field without a name keeps its own."""
    return (HEADINGS.get(field) or _OTHER_HEADINGS.get(field) or {}).get(language, field)


def label(field: str, code: object, language: Language = "en") -> str:
    """Return a value in words, its code behind it: ``"Resale (3)"``, ``"Yes"``.

    An undocumented code comes back as it is; None becomes ``""``.
    """
    if code is None:
        return ""
    if isinstance(code, bool):
        return _YES_NO[code][language]
    known = _CODES.get(field, {}).get(str(code))
    return f"{known[language]} ({code})" if known else str(code)
