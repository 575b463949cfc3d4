"""The sentences that matching says, in English and Chinese. Pure."""

from __future__ import annotations

from types import MappingProxyType

from partnerbook.wording import Language

_SAID: dict[str, tuple[str, str]] = {
    # Names: what agrees, and what stands in the way.
    "nothing to compare": ("A name holds nothing to compare.", "名称中没有可比较的内容。"),
    "core same": ("The core name “{}” is the same", "核心名称“{}”相同"),
    "core alike": ("The core names are alike, {}", "核心名称相近，{}"),
    "two cores": ("“{}” and “{}”", "“{}”与“{}”"),
    "initials": (
        "{} and {}, one the initials of the other",
        "{} 与 {}，一个是另一个的缩写",
    ),
    "only one says": ("only one says {}", "只有一方写明“{}”"),
    "no contradiction": ("{} and {} do not contradict each other", "“{}”与“{}”并不矛盾"),
    "form differs": ("the legal form is written differently", "公司形式写法不同"),
    "form left out": ("only one says its legal form", "只有一方写明公司形式"),
    "pinyin": (
        "“{}” is how “{}” is spelled in pinyin; many names are spelled alike.",
        "“{}”是“{}”的拼音；许多名称拼音相同。",
    ),
    "core differs": ("{} ≠ {} in the core name", "核心名称中 {} ≠ {}"),
    "none": ("none", "无"),
    "two branches": ("They are two branches: {} and {}", "两者是不同的分支：{} 与 {}"),
    "one branch": ("One is a branch, the other is not", "一方是分支机构，另一方不是"),
    "unnamed branch": ("one without a name", "未写明名称的分支"),
    "two countries": ("They are of two countries: {} ≠ {}", "两者属于不同国家：{} ≠ {}"),
    "two places": ("They are of two places: {} ≠ {}", "两者属于不同地区：{} ≠ {}"),
    # Rules.
    "id same": ("The customer ID is the same.", "客户ID相同。"),
    "partner id same": ("The partner's ID is the same.", "伙伴侧ID相同。"),
    "partner id of several": (
        "The partner's ID belongs to {} customers, so a person has to choose.",
        "该伙伴侧ID属于 {} 个客户，需要人工选择。",
    ),
    "partner id against id": (
        "The partner's ID fits this customer, but the row says customer ID {}.",
        "伙伴侧ID与该客户相符，但该行的客户ID是 {}。",
    ),
    "partner id against other": (
        "The partner's ID fits this customer, but the row says customer ID {}, another customer.",
        "伙伴侧ID与该客户相符，但该行的客户ID是 {}，属于另一个客户。",
    ),
    "account of several": (
        "{} customers have this account name, so a person has to choose.",
        "有 {} 个客户使用该账号名，需要人工选择。",
    ),
    "account same": (
        "The account name is the same, and no ID in the row contradicts it.",
        "账号名相同，且该行没有与之矛盾的ID。",
    ),
    "account_name but": ("The account name is the same, but {}.", "账号名相同，但{}。"),
    "company_name but": ("The company name is the same, but {}.", "公司名称相同，但{}。"),
    "id but": (
        "The customer ID is the same, but the partner's ID {} is customer {}'s.",
        "客户ID相同，但伙伴侧ID {} 属于客户 {}。",
    ),
    "email same": ("The e-mail address is the same, but {}.", "邮箱相同，但{}。"),
    "phone same": ("The telephone number is the same, but {}.", "电话相同，但{}。"),
    "email and name": (
        "The e-mail address is the same, and so is the name: {}",
        "邮箱相同，名称也相符：{}",
    ),
    "phone and name": (
        "The telephone number is the same, and so is the name: {}",
        "电话相同，名称也相符：{}",
    ),
    "email of several": (
        "{} customers have this e-mail address, so a person has to choose.",
        "有 {} 个客户使用该邮箱，需要人工选择。",
    ),
    "phone of several": (
        "{} customers have this telephone number, so a person has to choose.",
        "有 {} 个客户使用该电话，需要人工选择。",
    ),
    "says id": ("the row says customer ID {}", "该行的客户ID是 {}"),
    "says account": ("the row says the account {}", "该行的账号名是 {}"),
    "says partner id": ("the row says the partner's ID {}", "该行的伙伴侧ID是 {}"),
    "id spoilt": ("an ID in the row was spoilt by a spreadsheet", "该行的ID被电子表格损坏"),
    "rows share it": ("{} parties of the ledger have it", "台账中有 {} 方使用它"),
    "name unlike": ("the names are not alike: {}", "名称不相符：{}"),
    "not one name": ("the full names are not the same: {}", "全称并不相同：{}"),
    "two words": ("{} ≠ {}", "{} ≠ {}"),
    "row says other": (
        "{} But the row's {} is customer {}'s, so the row contradicts itself.",
        "{}但该行的{}属于客户 {}，该行自相矛盾。",
    ),
    "zeros of other": (
        "{} But the partner's ID {}, from which zeros at the start may be lost, is customer {}'s.",
        "{}但可能丢失前导零的伙伴侧ID {} 属于客户 {}。",
    ),
    "zeros lost": (
        "The partner's ID {} is the same but for zeros; as written it is customer {}'s.",
        "伙伴侧ID {} 除前导零外相同；但按所写属于客户 {}。",
    ),
    "id but case": (
        "{} {} is written {} for customer {}, in other letter case; correct it at its source.",
        "{0} {1} 与客户 {3} 的 {2} 仅大小写不同；请在来源处更正。",
    ),
    "id but zeros": (
        "{} {} is {} for customer {} but for zeros at the start; correct it at its source.",
        "{0} {1} 与客户 {3} 的 {2} 仅差前导零；请在来源处更正。",
    ),
    "phone of other": (
        "the telephone number is another customer's",
        "电话属于另一个客户",
    ),
    "no name": ("there is no name to go with it", "没有名称可以佐证"),
    "company same": (
        "The company name is the same; a name alone confirms nothing.",
        "公司名称相同；仅凭名称不能确认。",
    ),
    "company of several": (
        "{} customers have this company name, so a person has to choose.",
        "有 {} 个客户使用该公司名称，需要人工选择。",
    ),
    "name alone": ("{} A name alone confirms nothing.", "{}仅凭名称不能确认。"),
    "nearest": ("The nearest is customer {}, but: {}", "最接近的是客户 {}，但：{}"),
    "already": ("{} Customer {} already goes with row {}.", "{}客户 {} 已与第 {} 行匹配。"),
    "also": (" It could also be {}.", "也可能是 {}。"),
    # Decisions.
    "said yes": ("{} said yes on {}.", "{} 于 {} 确认匹配。"),
    "said yes until": (
        "{} said yes on {}, and it holds until {}.",
        "{} 于 {} 确认匹配，有效期至 {}。",
    ),
    "said no": ("{} said no to customer {} on {}.", "{0} 于 {2} 否定了客户 {1}。"),
}
SAID = MappingProxyType(_SAID)


def say(key: str, language: Language, *values: object) -> str:
    """Return a sentence or part of one in a language, its gaps filled in order."""
    english, chinese = SAID[key]
    return (chinese if language == "zh" else english).format(*values)
