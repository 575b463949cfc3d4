"""``customers --explain``: what a listing would ask, what would be decided here, what it costs.

Asks nobody: everything is read off the query, the settings and what the store remembers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from partnerbook.commands import show, show_json
from partnerbook.config import ApiChoice, Settings
from partnerbook.model import CARRIED, EVERYBODY, Api, Customer, CustomerQuery, utc_text
from partnerbook.paging import least_answers
from partnerbook.views import View
from partnerbook.views.filters import narrowing, not_carried, selects
from partnerbook.wire.requests import FIRST, LAST
from partnerbook.wording import Language

if TYPE_CHECKING:
    from partnerbook.book import Book

_SAID: dict[str, dict[Language, str]] = {
    "wanted": {"en": "Wanted: {} ({})", "zh": "要查询：{}（{}）"},
    "found out": {
        "en": "Which API this account may call is found out by the first listing: sub-customers "
        "is tried first, then detail.",
        "zh": "首次列出客户时才知道此账号可用哪个接口：先试 sub-customers，再试 detail。",
    },
    "with": {"en": "With the API {} ({}):", "zh": "使用接口 {}（{}）："},
    "sub-customers": {"en": "the successor", "zh": "新接口"},
    "detail": {"en": "the older one", "zh": "旧接口"},
    "nothing asked": {"en": "Nothing was asked.", "zh": "未作任何查询。"},
    "refused": {
        "en": "Cannot be filtered: this API does not carry what {} looks at. The listing would end "
        "in an error that says so.",
        "zh": "无法筛选：此接口不返回 {} 所需的字段，列出时会报错说明。",
    },
    "asked": {"en": "The API is asked for: {}.", "zh": "由接口筛选：{}。"},
    "everybody": {"en": "everybody", "zh": "全部客户"},
    "wider": {
        "en": "Times are asked one second wider at each end; the API decides about them.",
        "zh": "查询的时间前后各放宽一秒，由接口判定。",
    },
    "pairs": {
        "en": "Times go in pairs: for the bound not given stands {}.",
        "zh": "时间须成对给出：未给出的一端用 {}。",
    },
    "added": {
        "en": "without those associated exactly on a second that was added",
        "zh": "去掉恰好在所放宽的那一秒关联的客户",
    },
    "and": {"en": "; ", "zh": "；"},
    "decided": {
        "en": "Decided here, on the complete answer: {}.",
        "zh": "在本机对完整列表筛选：{}。",
    },
    "no more": {"en": "nothing more", "zh": "无"},
    "cannot": {
        "en": "Cannot be filtered on this API: {}.",
        "zh": "此接口无法按以下条件筛选：{}。",
    },
    "requests": {
        "en": "Requests at least: 1 for up to 100 customers; 2 x pages - 1 for more, and 1 where "
        "the last page is full.",
        "zh": "至少请求次数：不超过 100 个客户为 1 次；更多则为 2 × 页数 - 1，末页已满时再加 1。",
    },
    "requests for one": {
        "en": "Requests at least: {} (the stored list has {} customer that the API would list).",
        "zh": "至少请求次数：{}（按已存列表，接口会返回 {} 个客户）。",
    },
    "requests for": {
        "en": "Requests at least: {} (the stored list has {} customers that the API would list).",
        "zh": "至少请求次数：{}（按已存列表，接口会返回 {} 个客户）。",
    },
}
# One of each filter whose field some API may not carry.
_EVERY_FILTER = CustomerQuery(phone="1", manager="a", status="2", frozen=True, level="V1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a listing would do on one API.

    Attributes:
        api: The API.
        asked: Filters that the API is asked for, by name, as a query has them.
        decided: Filters that are decided here, on the complete list, by name.
        refused: Filters on what this API does not carry: the listing would end in an error.
        narrowed: Customers that the API would list, by the newest stored list; None: not known.
        requests: Requests at least; 0 when the listing would be refused.
    """

    api: Api
    asked: dict[str, Any]
    decided: dict[str, Any]
    refused: tuple[str, ...]
    narrowed: int | None
    requests: int

    def as_json(self) -> dict[str, Any]:
        """Return every attribute by name."""
        return {
            "api": self.api,
            "asked": self.asked,
            "decided_here": self.decided,
            "cannot_be_filtered": list(self.refused),
            "customers_listed": self.narrowed,
            "requests_at_least": self.requests,
        }


def explained(
    settings: Settings, book: Book, view: View, out: Path | None, *, as_json: bool
) -> None:
    """Show what listing a view would do.

    Args:
        settings: Where, and with which API.
        book: Whose store may know how many customers there are.
        view: What is wanted.
        out: File to write to; None prints.
        as_json: Whether as one JSON object.
    """
    api: ApiChoice = settings.api
    if api == "auto":
        from partnerbook.client import FileMemory  # noqa: PLC0415  requests costs a quarter second

        memory = FileMemory(settings.home / "apis.json")
        api = memory.recall_host(urlsplit(settings.endpoint).netloc) or "auto"
    found = plans(view.query, api, _known(settings, book))
    if as_json:
        show_json(
            {
                "wanted": view.query.given(),
                "fingerprint": view.fingerprint,
                "api_is_known": api != "auto",
                "plans": [each.as_json() for each in found],
            },
            out,
        )
    else:
        show(in_words(found, view, is_choice_known=api != "auto"), out)


def _known(settings: Settings, book: Book) -> tuple[Customer, ...] | None:
    """Return everybody by the newest stored list; None without one. Makes no store."""
    path = settings.store_file
    if settings.partner_id is None or path is None or not path.exists():
        return None
    newest = book.store.newest(book.account, EVERYBODY)
    return None if newest is None else newest.listing.customers


def plans(
    query: CustomerQuery, wanted: ApiChoice, known: Iterable[Customer] | None = None
) -> tuple[Plan, ...]:
    """Return what a listing would do, for each API that it may use.

    Args:
        query: Whom to list.
        wanted: The API; ``"auto"`` when that is not known yet.
        known: Everybody, as the store knows them; None when it does not.
    """
    asked = _asked(query).given()
    decided = {name: value for name, value in query.given().items() if asked.get(name) != value}
    narrowed = None if known is None else sum(selects(_asked(query), each) for each in known)
    names: tuple[Api, ...] = ("sub-customers", "detail") if wanted == "auto" else (wanted,)
    out = []
    for name in names:
        refused = tuple(not_carried(query, CARRIED[name]))
        cost = 0 if refused else least_answers(narrowed or 0)
        out.append(
            Plan(
                api=name,
                asked=asked,
                decided=decided,
                refused=refused,
                narrowed=narrowed,
                requests=cost,
            )
        )
    return tuple(out)


def in_words(found: tuple[Plan, ...], view: View, *, is_choice_known: bool) -> str:
    """Return the plans as a person would tell them."""
    said = {key: words[view.language] for key, words in _SAID.items()}
    lines = [said["wanted"].format(view.in_words(), view.fingerprint)]
    if not is_choice_known:
        lines.append(said["found out"])
    for plan in found:
        lines += ["", said["with"].format(plan.api, said[plan.api])]
        lines += [f"  {line}" for line in _told(plan, view, said)]
    return "\n".join([*lines, "", said["nothing asked"]]) + "\n"


def _told(plan: Plan, view: View, said: Mapping[str, str]) -> list[str]:
    if plan.refused:
        return [said["refused"].format(", ".join(f"--{name}" for name in plan.refused))]
    out = [said["asked"].format(_words(plan.asked, view) or said["everybody"])]
    decided = [_words(plan.decided, view)] if plan.decided else []
    if bounds := plan.asked.keys() & {"since", "until"}:
        out.append(said["wider"])
        if len(bounds) == 1:
            out.append(said["pairs"].format(utc_text(LAST if "since" in bounds else FIRST)))
        decided.append(said["added"])
    out.append(said["decided"].format(said["and"].join(decided) or said["no more"]))
    if cannot := not_carried(_EVERY_FILTER, CARRIED[plan.api]):
        out.append(said["cannot"].format(", ".join(cannot)))
    if plan.narrowed is None:
        out.append(said["requests"])
    else:
        requests = "requests for one" if plan.narrowed == 1 else "requests for"
        out.append(said[requests].format(plan.requests, plan.narrowed))
    return out


def _words(given: dict[str, Any], view: View) -> str:
    if not given:
        return ""
    return View(query=CustomerQuery.from_given(given), zone=view.zone).in_words(view.language)


def _asked(query: CustomerQuery) -> CustomerQuery:
    """Return what the API narrows by, as a query of its own."""
    part = narrowing(query)
    return CustomerQuery(
        account=part.account,
        company=part.company,
        label=(part.label,) if part.label else (),
        association=part.association,
        since=part.since,
        until=part.until,
    )
