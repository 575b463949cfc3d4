"""The page "My customers", as the portal has it: six filters, pages, a customer's details.

Plain HTML made here, no script, nothing from elsewhere; works with the keyboard alone. The six
filters are those that the vendor's page names. Reading only: nothing here changes anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from flask import render_template

from partnerbook.model import CUSTOMER_FIELDS, Customer, utc_text
from partnerbook.sandbox.answers import Answer, Asked
from partnerbook.sandbox.backend import Backend
from partnerbook.wording import LANGUAGES, Language, heading, label

PAGE_SIZE = 20
FILTERS = ("association", "since", "until", "customer", "salesperson", "mobile", "label")
COLUMNS = (
    "company_name",
    "account_name",
    "association",
    "associated_at",
    "label",
    "telephone",
    "account_manager",
    "verification",
)

_NUMBER = re.compile("[0-9]{1,9}")
_HTML = "text/html;charset=UTF-8"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_WORDS: dict[str, dict[Language, str]] = {
    "title": {"en": "My customers", "zh": "我的客户"},
    "place": {"en": "Sales › Customers › My customers", "zh": "销售 › 客户业务 › 我的客户"},
    "sandbox": {
        "en": "Sandbox: nobody on this page exists.",
        "zh": "沙箱:本页所有客户均为虚构。",
    },
    "skip": {"en": "Skip to the list", "zh": "跳到列表"},
    "filters": {"en": "Filters", "zh": "查询条件"},
    "association": {"en": "Association type", "zh": "关联类型"},
    "since": {"en": "Associated from (UTC)", "zh": "关联时间从 (UTC)"},
    "until": {"en": "Associated until (UTC)", "zh": "关联时间至 (UTC)"},
    "customer": {"en": "Customer name", "zh": "客户名称"},
    "salesperson": {"en": "Salesperson", "zh": "业务员姓名"},
    "mobile": {"en": "Mobile number", "zh": "移动电话"},
    "label": {"en": "Label", "zh": "客户标签"},
    "any": {"en": "All", "zh": "全部"},
    "search": {"en": "Search", "zh": "查询"},
    "everybody": {"en": "Clear", "zh": "重置"},
    "nobody": {"en": "No customer matches.", "zh": "没有符合条件的客户。"},
    "pages": {"en": "Pages", "zh": "分页"},
    "first": {"en": "First", "zh": "首页"},
    "previous": {"en": "Previous", "zh": "上一页"},
    "next": {"en": "Next", "zh": "下一页"},
    "last": {"en": "Last", "zh": "末页"},
    "details": {"en": "Customer details", "zh": "客户详情"},
    "back": {"en": "Back to the list", "zh": "返回列表"},
    "gone": {"en": "There is no such customer.", "zh": "没有这个客户。"},
    "bad_date": {
        "en": "A date must look like 2025-12-29.",
        "zh": "日期格式应为 2025-12-29。",
    },
    "unknown": {"en": "–", "zh": "–"},
}


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the list: where its details are, and its cells."""

    link: str
    cells: tuple[str, ...]


def is_page(path: str) -> bool:
    """Return whether a path belongs to the page."""
    return path == "/" or path.startswith("/customers/")


def answer(backend: Backend, asked: Asked) -> Answer:
    """Return the list, or one customer's details; 404 for a customer who is not there."""
    given = dict(parse_qsl(asked.query, errors="replace"))
    language: Language = "zh" if given.get("lang") == "zh" else "en"
    if asked.path == "/":
        return _html(200, "list.html", language, given, _listed(backend, given, language))
    customer_id = unquote(asked.path.removeprefix("/customers/"))
    found = next((c for c in backend.customers if c.customer_id == customer_id), None)
    facts = [(heading(n, language), _cell(found, n, language)) for n in _names()] if found else []
    name = found.shown_name if found else _WORDS["gone"][language]
    return _html(
        200 if found else 404, "details.html", language, given, {"name": name, "facts": facts}
    )


def _listed(backend: Backend, given: dict[str, str], language: Language) -> dict[str, Any]:
    problem = ""
    try:
        found = _selected(backend.customers, given)
    except ValueError:
        found, problem = [], _WORDS["bad_date"][language]
    last = max(1, -(-len(found) // PAGE_SIZE))
    text = given.get("page", "")
    page = min(max(int(text), 1), last) if _NUMBER.fullmatch(text) else 1
    start = (page - 1) * PAGE_SIZE
    rows = [
        _Row(
            f"/customers/{quote(each.customer_id, safe='')}?{_query(given)}",
            tuple(_cell(each, name, language) for name in COLUMNS),
        )
        for each in found[start : start + PAGE_SIZE]
    ]
    numbers = {"first": 1, "previous": page - 1, "next": page + 1, "last": last}
    links = {
        name: f"/?{_query(given, page=number)}"
        for name, number in numbers.items()
        if 1 <= number <= last and number != page
    }
    shown = {
        "en": f"{len(found)} customers, page {page} of {last}",
        "zh": f"共 {len(found)} 个客户,第 {page} / {last} 页",
    }[language]
    options = [(code, label("association", code, language)) for code in ("1", "3")]
    return {
        "rows": rows,
        "links": links,
        "shown": shown,
        "problem": problem,
        "options": options,
        "columns": [heading(name, language) for name in COLUMNS],
    }


def _selected(customers: tuple[Customer, ...], given: dict[str, str]) -> list[Customer]:
    wanted = {name: given.get(name, "").strip() for name in FILTERS}
    since, until = _day(wanted["since"]), _day(wanted["until"])
    end = until + timedelta(days=1) if until else None  # the whole day belongs to it

    def selects(c: Customer) -> bool:
        moment = c.associated_at
        if (since or end) and moment is None:
            return False
        if moment and ((since and moment < since) or (end and moment >= end)):
            return False
        names = f"{c.company_name or ''}\n{c.account_name or ''}".lower()
        return (
            wanted["association"] in ("", c.association)
            and wanted["customer"].lower() in names
            and wanted["salesperson"].lower() in (c.account_manager or "").lower()
            and wanted["mobile"] in (c.telephone or "")
            and wanted["label"] in (c.label or "")
        )

    never = datetime.min.replace(tzinfo=UTC)
    chosen = [each for each in customers if selects(each)]
    return sorted(chosen, key=lambda c: c.associated_at or never, reverse=True)


def _day(text: str) -> datetime | None:
    return datetime.combine(date.fromisoformat(text), time(), UTC) if text else None


def _cell(customer: Customer, name: str, language: Language) -> str:
    value = getattr(customer, name)
    if value is None:
        return _WORDS["unknown"][language]
    return utc_text(value) if isinstance(value, datetime) else label(name, value, language)


def _query(given: dict[str, str], **changed: object) -> str:
    kept = {name: given[name] for name in (*FILTERS, "lang", "page") if given.get(name)}
    return urlencode({**kept, **changed}, errors="replace")


def _html(
    status: int, template: str, language: Language, given: dict[str, str], content: dict[str, Any]
) -> Answer:
    words = {name: texts[language] for name, texts in _WORDS.items()}
    others = {other: f"?{_query(given, lang=other)}" for other in LANGUAGES if other != language}
    page = render_template(
        template,
        words=words,
        language=language,
        given=given,
        others=others,
        back=f"/?{_query(given)}",
        **content,
    )
    return Answer(status, page.encode("utf-8", "replace"), _HTML, dict(_HEADERS))


def _names() -> list[str]:
    return [name for name in CUSTOMER_FIELDS if name != "xaccount_type"]
