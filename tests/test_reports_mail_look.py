"""What a mail program needs: tables that Outlook can draw, dark colours, a preheader, a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnerbook.model import Customer, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language
from reports.mail import weekly_mail
from reports.palette import DARK, LIGHT
from reports.weekly import weekly_report
from reports.weekly.sentences import subject

Week = tuple[Snapshot, Snapshot]
Make = Callable[..., Customer]
Take = Callable[..., Snapshot]
VOID = ("meta", "br", "link", "img")


class Tree(HTMLParser):
    """Every tag of a page with its attributes, the tags around it, and its own text."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str], list[str]]] = []
        self.text: dict[int, str] = {}
        self._open: list[int] = []
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around = [self.tags[each][0] for each in self._open]
        self.tags.append((tag, {name: value or "" for name, value in attrs}, around))
        if tag not in VOID:
            self._open.append(len(self.tags) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.tags[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.text[self._open[-1]] = self.text.get(self._open[-1], "") + data


def mail_of(week: Week, language: Language = "en", **given: Any) -> EmailMessage:
    report = weekly_report(*week, View(), language=language)
    values = {"sender": "a@example.com", "recipients": ["b@example.com"], **given}
    return weekly_mail(report, **values)


def rich(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def style(given: str) -> dict[str, str]:
    pairs = (each.split(":", 1) for each in given.split(";") if each)
    return {name.strip(): value.strip() for name, value in pairs}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_outlook_can_draw_it(two_mondays: Week, language: Language) -> None:
    tree = Tree(rich(mail_of(two_mondays, language)))
    kinds = {tag for tag, _, _ in tree.tags}

    assert kinds <= {
        *("html", "head", "meta", "title", "style", "body", "div", "table", "tbody"),
        *("tr", "td", "th", "h1", "h2", "br", "bdi"),
    }
    for number, (tag, attributes, _) in enumerate(tree.tags):
        said = style(attributes.get("style", ""))
        # Word ignores padding and width of anything but a cell.
        if any(name.startswith("padding") for name in said) and tag != "body":
            assert tag in ("td", "th"), tag
        assert not {name for name in said if name.startswith("margin")} or tag in (
            *("body", "h1", "h2"),
        )
        assert not {"float", "position", "background-image", "flex"} & set(said)
        assert said.get("display", "none") == "none"
        # Nor does it hand letters down: whatever has words says how they look.
        words = tree.text.get(number, "").strip()
        if words and tag in ("td", "th", "h1", "h2"):
            assert {"font-family", "font-size", "line-height", "color"} <= set(said) or (
                words == "\xa0"
            ), words
        if tag == "table":
            assert attributes["cellpadding"] == attributes["cellspacing"] == "0"
            assert attributes["border"] == "0"


def test_a_screen_reader_knows_layout_from_data(two_mondays: Week) -> None:
    tree = Tree(rich(mail_of(two_mondays)))
    tables = [attributes for tag, attributes, _ in tree.tags if tag == "table"]
    heads = [attributes for tag, attributes, _ in tree.tags if tag == "th"]

    assert {each.get("role") for each in tables} == {"presentation", None}
    assert {each["scope"] for each in heads} == {"col", "row"}
    data = [each for each in tables if each.get("role") is None]
    titles = [n for n, (tag, *_) in enumerate(tree.tags) if tag == "h2"]
    assert len(data) == len(titles) == 7
    assert [tag for tag, *_ in tree.tags].count("h1") == 1
    assert tree.tags[0][1]["lang"] == "en"


def test_nothing_is_loaded_linked_or_run(two_mondays: Week) -> None:
    body = rich(mail_of(two_mondays))
    names = {name for _, attributes, _ in Tree(body).tags for name in attributes}

    assert not names & {"href", "src", "srcset", "action", "data", "background"}
    assert not [name for name in names if name.startswith("on")]
    assert "url(" not in body
    assert "@import" not in body


def test_what_is_shown_before_opening_is_the_news(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())
    tree = Tree(rich(mail_of(two_mondays)))
    (at,) = (n for n, (tag, *_) in enumerate(tree.tags) if tag == "div")
    first = next(n for n, (_, _, around) in enumerate(tree.tags) if "body" in around)

    assert at == first
    assert tree.text[at] == f"{report.headline} {report.sentences[0]}"
    assert style(tree.tags[at][1]["style"])["display"] == "none"


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def dark_rules(body: str) -> dict[str, dict[str, str]]:
    (block,) = re.findall(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", body, re.DOTALL)
    return {
        name: {key: value.removesuffix(" !important") for key, value in style(rules).items()}
        for name, rules in re.findall(r"\.(\w+) \{ (.*?) \}", block)
    }


def shown_texts(tree: Tree, dark: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield each text with its colour and its background, in one of the two schemes."""
    paper: dict[int, str] = {}
    stack: list[tuple[int, int]] = []
    for number, (_tag, attributes, around) in enumerate(tree.tags):
        while stack and stack[-1][1] >= len(around):
            stack.pop()
        classes = [dark[name] for name in attributes.get("class", "").split() if name in dark]
        own = style(attributes.get("style", ""))
        behind = own.get("background") or attributes.get("bgcolor")
        ink = own.get("color")
        for rules in classes:
            behind, ink = rules.get("background", behind), rules.get("color", ink)
        paper[number] = behind or (paper[stack[-1][0]] if stack else "#FFFFFF")
        if own.get("display") != "none" and ink and tree.text.get(number, "").strip():
            yield tree.text[number], ink[1:], paper[number][1:]
        stack.append((number, len(around)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_light_and_in_dark(two_mondays: Week, scheme: str) -> None:
    before, now = two_mondays
    now = replace(now, listing=replace(now.listing, missing_at_most=2))  # the warning is there too
    body = rich(mail_of((before, now)))
    dark = dark_rules(body) if scheme == "dark" else {}
    texts = list(shown_texts(Tree(body), dark))

    assert len(texts) > 60
    assert {paper for _, _, paper in texts} <= {*(DARK if dark else LIGHT).values()}
    assert [each for each in texts if contrast(each[1], each[2]) < 4.5] == []
    assert '<meta name="color-scheme" content="light dark">' in body


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "A reply to this mail reaches "), ("zh", "请回复本邮件，由 ")],
)
def test_a_person_is_named_who_answers(two_mondays: Week, language: Language, said: str) -> None:
    message = mail_of(two_mondays, language, reply_to="王伟 <wei@example.com>")
    read: Any = message_from_bytes(message.as_bytes(), policy=policy.default)

    assert [(a.display_name, a.addr_spec) for a in read["Reply-To"].addresses] == [
        ("王伟", "wei@example.com")
    ]
    assert read["List-Unsubscribe"] == "<mailto:wei@example.com?subject=unsubscribe>"
    for body in (plain(message), "".join(Tree(rich(message)).text.values())):
        assert f"{said}王伟 <wei@example.com>" in body
    assert said not in plain(mail_of(two_mondays, language))


def test_a_name_in_the_address_becomes_no_markup(two_mondays: Week) -> None:
    eve = Address(display_name="</td></table><b>Eve&amp;", addr_spec="eve@example.com")
    hostile, harmless = (mail_of(two_mondays, reply_to=each) for each in (eve, "x <x@example.com>"))

    assert str(eve) in "".join(Tree(rich(hostile)).text.values())
    assert str(eve) in plain(hostile)
    tags = [[tag for tag, *_ in Tree(rich(each)).tags] for each in (hostile, harmless)]
    assert tags[0] == tags[1]


@pytest.mark.parametrize(("values", "shown", "rest"), [(7, 7, 0), (8, 6, 2), (20, 6, 14)])
def test_a_breakdown_leaves_out_several_values_or_none(
    make_customer: Make, make_snapshot: Take, values: int, shown: int, rest: int
) -> None:
    now = make_snapshot(*(make_customer(n, label=f"label {n:02}") for n in range(1, values + 1)))
    message = weekly_mail(
        weekly_report(None, now, View()), sender="a@example.com", recipients=["b@example.com"]
    )

    assert len(re.findall(r"- label \d\d", plain(message))) == shown
    # The counts of all lines add up to the total, also where several values share one.
    assert (f"- {rest} other values: {rest}" in plain(message)) == bool(rest)
    row = f"<bdi>{rest} other values</bdi></th><td"
    assert (row in rich(message)) == bool(rest)


def test_what_is_left_out_of_a_breakdown_says_how_it_moved(
    make_customer: Make, make_snapshot: Take
) -> None:
    before = make_snapshot(*(make_customer(n, label=f"label {n:02}") for n in range(1, 11)))
    now = make_snapshot(
        *(make_customer(n, label=f"label {n % 10:02}") for n in range(1, 19)),
        taken_at=before.taken_at + timedelta(days=7),
    )
    message = weekly_mail(
        weekly_report(before, now, View()), sender="a@example.com", recipients=["b@example.com"]
    )

    lines = re.findall(
        r"^- (?:label \d\d|\d other values): (\d+) \(([+−]?\d+)\)\r?$", plain(message), re.MULTILINE
    )
    assert len(lines) == 7
    assert sum(int(count) for count, _ in lines) == 18
    assert sum(int(moved.replace("−", "-")) for _, moved in lines) == 8


def test_the_phone_keeps_a_masked_number_in_one_piece(two_mondays: Week) -> None:
    tree = Tree(rich(mail_of(two_mondays)))
    cells = [
        (tree.text.get(number + 1, ""), style(attributes["style"]))
        for number, (tag, attributes, _) in enumerate(tree.tags)
        if tag == "td" and "td" in attributes.get("class", "").split()
    ]

    masked = [said for text, said in cells if "****" in text]
    assert masked
    assert {said.get("white-space") for said in masked} == {"nowrap"}
    assert [text for text, said in cells if "white-space" in said and "****" not in text] == []


@pytest.mark.parametrize(("language", "field"), [("en", "Company name"), ("zh", "公司名称")])
def test_no_word_of_ours_is_broken_on_a_narrow_screen(
    two_mondays: Week, language: Language, field: str
) -> None:
    tree = Tree(rich(mail_of(two_mondays, language)))
    cells = [
        style(tree.tags[number - 1][1]["style"])
        for number, (tag, *_) in enumerate(tree.tags)
        if tag == "bdi" and tree.text.get(number) == field
    ]

    assert cells
    assert {each["word-break"] for each in cells} == {"keep-all"}


@settings(max_examples=60, deadline=None)
@given(length=st.integers(1, 200), name=st.sampled_from(["a", "名", "é", "x y "]))
@example(length=1, name="x")
@example(length=200, name="a")
def test_no_header_begins_with_an_empty_line_and_all_come_back(
    two_mondays: Week, length: int, name: str
) -> None:
    report = weekly_report(*two_mondays, View(name=(name * length)[:length].strip() or "x"))
    to = Address(display_name=(name * length)[:length].strip(), addr_spec="b@example.com")
    message = weekly_mail(report, sender="a@example.com", recipients=[to], reply_to=to)
    data = message.as_bytes()
    head = data.split(b"\r\n\r\n", 1)[0]
    read: Any = message_from_bytes(data, policy=policy.default)

    assert not re.search(rb"^[A-Za-z-]+:[ \t]*\r\n", head + b"\r\n", re.MULTILINE)
    # A word of 200 letters cannot be broken; with what a header puts around it, that is all.
    assert max(len(line) for line in head.splitlines()) <= 200 + len("Reply-To: ")
    assert read["Subject"] == subject(report)
    assert [each.addr_spec for each in read["To"].addresses] == ["b@example.com"]
