"""The page "My customers": as text, and in a browser with nothing but the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import requests

from partnerbook.model import Customer
from partnerbook.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(customers=85) as running:
        hostile: dict[str, Any] = {
            "company_name": "<b>\"&'</b>",
            "label": "<script>alert(1)</script>",
        }
        running.backend.alter(add=[Customer(customer_id="a/b?c&d", **hostile)])
        yield running


class Page(HTMLParser):
    """Collects what the tests look at: links, cells, tags and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._link = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._link = dict(attrs).get("href") or "" if tag == "a" else ""

    def handle_data(self, data: str) -> None:
        if text := data.strip():
            self.texts.append(text)
            if self._link:
                self.links[text] = self._link
                self._link = ""


def page(sandbox: Sandbox, path: str = "/", **query: str) -> Page:
    answer = requests.get(sandbox.endpoint + path, params=query, timeout=60)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html;charset=UTF-8"
    return Page(answer.content.decode())


def accounts(shown: Page) -> list[str]:
    return [text for text, link in shown.links.items() if link.startswith("/customers/")]


@pytest.mark.parametrize(
    ("query", "selects"),
    [
        ({"association": "3"}, lambda c: c.association == "3"),
        ({"customer": "云"}, lambda c: "云" in (c.company_name or "")),
        ({"customer": "LTD"}, lambda c: "ltd" in (c.company_name or "").lower()),
        ({"customer": "alwaha"}, lambda c: "alwaha" in (c.account_name or "")),
        ({"salesperson": "grace"}, lambda c: "grace" in (c.account_manager or "")),
        ({"mobile": "xx"}, lambda c: "xx" in (c.telephone or "")),
        ({"label": "VIP"}, lambda c: "VIP" in (c.label or "")),
        (
            {"since": "2024-01-01", "until": "2024-12-31"},
            lambda c: c.associated_at and c.associated_at.year == 2024,
        ),
    ],
)
def test_each_of_the_six_filters_selects(
    sandbox: Sandbox, query: dict[str, str], selects: Callable[[Customer], Any]
) -> None:
    expected = {each.account_name or "–" for each in sandbox.customers if selects(each)}
    found: set[str] = set()
    for number in range(1, 6):
        found |= set(accounts(page(sandbox, **query, page=str(number))))

    assert expected
    assert found == expected


def test_pages_lead_through_everybody_and_keep_the_filter(sandbox: Sandbox) -> None:
    shown = page(sandbox, mobile="x")
    total = sum("x" in (each.telephone or "") for each in sandbox.customers)
    seen = accounts(shown)
    while link := shown.links.get("Next"):
        assert "mobile=x" in link
        shown = page(sandbox, link)
        seen += accounts(shown)

    assert len(seen) == total > 20
    assert "Next" not in shown.links
    assert "Previous" in shown.links


def test_details_say_everything_and_lead_back_to_where_one_was(sandbox: Sandbox) -> None:
    shown = page(sandbox, lang="zh", page="2")
    account = accounts(shown)[0]
    details = page(sandbox, shown.links[account])
    customer = next(each for each in sandbox.customers if each.account_name == account)

    for value in (customer.customer_id, customer.telephone, customer.email, customer.country_code):
        assert value in details.texts
    assert {"客户ID", "国家码"} < set(details.texts)
    assert accounts(page(sandbox, details.links["返回列表"])) == accounts(shown)


def test_a_hostile_name_stays_text(sandbox: Sandbox) -> None:
    shown = page(sandbox, customer="<b>")

    assert "<b>\"&'</b>" in shown.texts
    assert "<script>alert(1)</script>" in shown.texts
    assert not {"b", "script"} & set(shown.tags)
    details = page(sandbox, shown.links["–"])
    assert "a/b?c&d" in details.texts


def test_the_page_runs_no_script_and_asks_nobody_else(sandbox: Sandbox) -> None:
    for path in ("/", f"/customers/{sandbox.customers[0].customer_id}"):
        answer = requests.get(sandbox.endpoint + path, timeout=60)
        shown = Page(answer.text)
        assert "script" not in shown.tags
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        for name, value in shown.attributes:
            assert not name.startswith("on")
            assert not value.startswith(("http:", "https:", "//"))


def test_a_wrong_date_and_a_wrong_page_are_met_calmly(sandbox: Sandbox) -> None:
    assert "A date must look like 2025-12-29." in page(sandbox, since="yesterday").texts
    for number in ("0", "-1", "x", "123456789x", "9" * 5_000, "٣"):
        assert any("86 customers" in text for text in page(sandbox, page=number).texts)
    assert requests.get(f"{sandbox.endpoint}/customers/nobody", timeout=60).status_code == 404


def test_it_speaks_both_languages_in_full(sandbox: Sandbox) -> None:
    english, chinese = page(sandbox), page(sandbox, lang="zh")

    assert chinese.links["English"].endswith("lang=en")
    page(sandbox, "/" + english.links["中文"])
    for label in ("Association type", "Customer name", "Salesperson", "Mobile number", "Search"):
        assert label in english.texts
        assert label not in chinese.texts
    for label in ("关联类型", "客户名称", "业务员姓名", "移动电话", "客户标签", "查询"):
        assert label in chinese.texts


def test_a_person_with_a_keyboard_finds_a_customer_in_a_browser(
    sandbox: Sandbox, needs: Callable[[str], str]
) -> None:
    chromium = needs("chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        complaints: list[str] = []
        tab.on("console", lambda message: complaints.append(message.text))
        tab.goto(sandbox.endpoint)

        focused = "document.activeElement.id || document.activeElement.textContent"
        tab.keyboard.press("Tab")
        assert tab.evaluate(focused) == "Skip to the list"
        tab.get_by_label("Customer name").focus()
        tab.keyboard.type("有限公司")
        tab.keyboard.press("Tab")
        assert tab.evaluate(focused) == "salesperson"
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/?*customer=*")
        names = tab.locator("tbody td:first-child").all_text_contents()
        assert names
        assert all("有限公司" in name for name in names)

        tab.locator("tbody a").first.focus()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/customers/*")
        assert names[0] == tab.locator("h1").text_content()
        tab.get_by_role("link", name="Back to the list").press("Enter")
        tab.wait_for_url("**/?*customer=*")
        assert tab.get_by_label("Customer name").input_value() == "有限公司"
        assert complaints == []
        browser.close()
