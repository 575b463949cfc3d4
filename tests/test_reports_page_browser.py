"""The page in Chromium, from a file: what a person does with it, and what it must never do."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest

from partnerbook.model import Customer, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language
from reports.page import customers_page, weekly_page
from reports.weekly import weekly_report

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]

HOSTILE = (
    "</script><script>document.title='pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    '=HYPERLINK("http://x","<b>Acme</b>")',
    "+86139", "@x", "0086", 'a "quoted", name', "two\nlines", "شركة الأفق", "上海云计算",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(needs: Callable[[str], str]) -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = needs("chromium")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def week(make_customer: Make, make_snapshot: Take) -> tuple[Snapshot, Snapshot]:
    known: dict[str, Any] = {"account_manager": "li.na", "level": "V1", "is_frozen": False}

    def make(n: int, **given: Any) -> Customer:
        return make_customer(
            n, **{**known, "company_name": HOSTILE[(n - 1) % len(HOSTILE)]} | given
        )

    before = make_snapshot(*(make(n) for n in range(1, 40)), api="sub-customers")
    now = make_snapshot(
        *(make(n, label="VIP" if n == 3 else "gold") for n in range(1, 39)),
        make(50, company_name="Newcomer", association="3", account_manager="wang"),
        make(51, company_name=None, telephone="138****8000"),
        api="sub-customers",
        taken_at=before.taken_at + timedelta(days=7),
    )
    return before, now


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Callable[..., Any]:
    """Return ``opened(page, **context)``: a tab with the page from a file, offline and silent."""

    @contextmanager
    def open_page(page: str, **given: Any) -> Iterator[Any]:
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        context = browser.new_context(offline=True, **given)
        tab = context.new_page()
        complaints: list[str] = []
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("dialog", lambda dialog: complaints.append(dialog.message))
        tab.goto((tmp_path / "page.html").as_uri())
        yield tab
        assert tab.title() != "pwned"
        assert complaints == []
        context.close()

    return open_page


def page_of(week: tuple[Snapshot, Snapshot], language: Language = "en") -> str:
    return weekly_page(weekly_report(*week, View(), language=language, history=week))


def names(tab: Any) -> list[str]:
    found: list[str] = tab.locator(".rows .open").all_text_contents()
    return found


def test_hostile_names_stay_text(week: tuple[Snapshot, Snapshot], opened: Any) -> None:
    with opened(page_of(week)) as tab:
        tab.get_by_label("Search everywhere").fill("id-0001")
        assert names(tab) == [HOSTILE[0]]
        tab.locator(".rows .open").click()
        assert tab.locator("dialog h2").text_content() == HOSTILE[0]
        assert tab.locator("#customers img, #customers b, #customers a").count() == 0
        assert tab.evaluate("document.scripts.length") == 2


def test_endless_and_blank_names_leave_room_for_the_others(
    make_customer: Make, make_snapshot: Take, opened: Any
) -> None:
    now = make_snapshot(
        make_customer(1, company_name="é" * 32_767, account_name="x" * 500),
        make_customer(2, company_name=" \n "),
    )
    with opened(weekly_page(weekly_report(None, now, View()))) as tab:
        assert names(tab)[0] == "user2"
        box = tab.locator(".rows thead .c4").bounding_box()
        assert box["x"] < 1_000


def test_filters_narrow_the_list_and_reset_widens_it(
    week: tuple[Snapshot, Snapshot], opened: Any
) -> None:
    with opened(page_of(week)) as tab:
        status = tab.get_by_role("status")
        assert status.text_content() == "40 of 40 customers"
        filters: tuple[tuple[str, str, bool, int], ...] = (
            ("Name", "newco", False, 1),
            ("Association", "Resale (3)", True, 1),
            ("Account manager", "wang", True, 1),
            ("Telephone", "138****", False, 1),
            ("Label", "VIP", True, 1),
            ("Verification", "Verified (2)", True, 40),
            ("What", "Joined", True, 2),
            ("Data quality", "No company name", True, 1),
        )
        for label, value, is_choice, expected in filters:
            field = tab.get_by_role("search").get_by_label(label, exact=True)
            if is_choice:
                field.select_option(label=value)
            else:
                field.fill(value)
            assert status.text_content() == f"{expected} of 40 customers", label
            tab.get_by_role("button", name="Reset").click()
            assert status.text_content() == "40 of 40 customers"
        tab.get_by_label("Associated from").fill("2026-02-24")
        tab.get_by_label("Associated to").fill("2026-02-24")
        assert names(tab) == ["Newcomer"]
        tab.get_by_label("Name", exact=True).fill("nobody at all")
        assert tab.get_by_text("Nobody matches these filters.").is_visible()


def test_sorting_turns_round_and_blank_values_come_last(
    week: tuple[Snapshot, Snapshot], opened: Any
) -> None:
    with opened(page_of(week)) as tab:
        head = tab.locator(".rows thead .c0")
        for way, first in (("ascending", "id-0001"), ("descending", "id-0051")):
            head.get_by_role("button").click()
            assert head.get_attribute("aria-sort") == way
            assert tab.locator(".rows tbody .c0").first.text_content() == first
        company = tab.locator(".rows thead .c2 button")
        for _ in range(2):
            company.click()
            tab.locator(".grid").evaluate("grid => grid.scrollTop = grid.scrollHeight")
            tab.locator('[aria-rowindex="41"]').wait_for()
            assert names(tab)[-1] == "user51"  # no company: shown by account, sorted last


def test_a_keyboard_walks_the_list_and_opens_the_history(
    week: tuple[Snapshot, Snapshot], opened: Any
) -> None:
    focused = "document.activeElement.textContent"
    with opened(page_of(week)) as tab:
        tab.locator(".rows .open").first.focus()
        first = tab.evaluate(focused)
        tab.keyboard.press("End")
        assert tab.evaluate("document.activeElement.dataset.place") == "39"
        tab.keyboard.press("ArrowDown")
        assert tab.evaluate("document.activeElement.dataset.place") == "39"
        tab.keyboard.press("Home")
        assert tab.evaluate(focused) == first
        tab.get_by_label("Search everywhere").fill("VIP")
        tab.locator(".rows .open").focus()
        tab.keyboard.press("Enter")
        drawer = tab.get_by_role("dialog")
        assert drawer.is_visible()
        assert drawer.locator("li").all_text_contents() == [
            '2026-05-11=HYPERLINK("http://x","<b>Acme</b>"), label: (empty) → VIP'
        ]
        tab.keyboard.press("Escape")
        assert not drawer.is_visible()
        assert tab.evaluate(focused) == HOSTILE[2]


def test_what_is_shown_is_what_leaves_and_no_spreadsheet_takes_it_for_a_formula(
    week: tuple[Snapshot, Snapshot], opened: Any
) -> None:
    with opened(page_of(week)) as tab:
        tab.locator("summary", has_text="Columns").click()
        for column in ("Email", "Partner's ID", "Level", "Frozen", "Type", "Account manager"):
            tab.locator(".choices").get_by_label(column, exact=True).uncheck()
        assert tab.locator(".rows thead th:visible").count() == 9
        tab.get_by_role("button", name="CSV").focus()
        tab.locator("#f-telephone").fill("1380013000")
        with tab.expect_download() as download:
            tab.get_by_role("button", name="CSV").click()
        assert download.value.suggested_filename == "customers-2026-W20.csv"
        raw = Path(download.value.path()).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        assert len(rows) == 1 + 9
        assert rows[0] == [
            "Company name", "Customer ID", "Account name", "Associated at (UTC)", "Association",
            "Label", "Telephone", "Country code", "Verification",
        ]  # fmt: skip
        by_id = {row[1]: row[0] for row in rows[1:]}
        assert by_id["id-0003"] == "'" + HOSTILE[2]
        assert by_id["id-0004"] == "+86139"  # a plain number, as OWASP's rule and ours have it
        assert by_id["id-0005"] == "'@x"
        assert by_id["id-0007"] == HOSTILE[6]
        assert by_id["id-0008"] == "two\nlines"
        tab.evaluate("navigator.clipboard.writeText = (said) => { window.said = said; }")
        tab.get_by_role("button", name="Copy").click()
        assert tab.get_by_role("status").text_content() == "9 rows copied"
        copied = tab.evaluate("window.said")
        assert "'" + HOSTILE[2] + "\tid-0003\t" in copied
        assert "two lines\tid-0008\t" in copied


def test_ten_thousand_rows_stay_smooth(
    make_customer: Make, make_snapshot: Take, opened: Any
) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        make_customer(n, associated_at=start + timedelta(hours=n), company_name=f"公司 {n}")
        for n in range(1, 10_001)
    )
    page = weekly_page(weekly_report(None, make_snapshot(*made), View()))

    with opened(page) as tab:
        in_page = "document.querySelectorAll('.rows tbody tr').length"
        most = tab.evaluate(
            """() => {
                const grid = document.querySelector('.grid'), out = [];
                for (let step = 0; step < 50; step++) {
                    grid.scrollTop = step * 7000;
                    grid.dispatchEvent(new Event('scroll'));
                    out.push(document.querySelectorAll('.rows tbody tr').length);
                }
                return Math.max(...out);
            }"""
        )
        # What makes it smooth, and can be counted: only the rows in sight are in the page.
        assert 0 < most < 100
        tab.locator(".grid").evaluate("grid => grid.scrollTop = grid.scrollHeight")
        # Not wait_for_function: it asks for eval, which the page's own policy forbids.
        tab.locator('[aria-rowindex="10001"]').wait_for()
        assert names(tab)[-1] == "公司 1"
        tab.get_by_label("Search everywhere").fill("公司 9999")
        assert names(tab) == ["公司 9999"]
        assert tab.evaluate(in_page) < 100


def test_from_the_top_of_the_page_by_keyboard_alone(
    week: tuple[Snapshot, Snapshot], opened: Any
) -> None:
    focused = "document.activeElement.id || document.activeElement.innerText"
    with opened(page_of(week)) as tab:
        press = tab.keyboard.press

        def walk_to(said: str) -> None:
            """Press Tab until what is focused bears these words, or says them beside itself."""
            for _ in range(60):
                press("Tab")
                if tab.evaluate(focused) == said:
                    return
            pytest.fail(f"Tab does not come to {said}")

        walk_to("f-any")
        tab.keyboard.type("newcomer")
        assert tab.get_by_role("status").text_content() == "1 of 40 customers"
        walk_to("f-association")
        tab.keyboard.type("Consulting")
        assert tab.get_by_text("Nobody matches these filters.").is_visible()
        walk_to("Reset")
        press("Enter")
        assert tab.get_by_role("status").text_content() == "40 of 40 customers"
        press("Tab")  # Columns
        press("Space")
        press("Tab")
        press("Space")
        assert tab.locator(".rows thead th:visible").count() == 14
        press("Escape")
        assert tab.evaluate(focused) == "Columns"
        assert not tab.locator(".choices").is_visible()
        walk_to("Account name")
        press("Enter")
        assert tab.locator('.rows [aria-sort="ascending"]').count() == 1
        for _ in range(30):
            press("Tab")
            if tab.evaluate("document.activeElement.className") == "open":
                break
        press("ArrowDown")
        press("Enter")
        drawer = tab.get_by_role("dialog")
        second = drawer.locator("h2").text_content()
        drawer.get_by_role("button", name="Next").wait_for()
        for _ in range(3):
            press("Tab")
            if tab.evaluate(focused) == "Next":
                break
        press("Enter")
        third = drawer.locator("h2").text_content()
        assert third != second
        press("Escape")
        assert not drawer.is_visible()
        assert tab.evaluate(focused) == third


CONTEXTS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 375, "height": 812}, "has_touch": True},
}


@pytest.mark.parametrize(
    "kind", ["weekly", "weekly zh", "customers", "customers zh", "nobody", "many"]
)
@pytest.mark.parametrize("context", CONTEXTS)
def test_axe_finds_nothing(
    week: tuple[Snapshot, Snapshot],
    make_customer: Make,
    make_snapshot: Take,
    opened: Any,
    context: str,
    kind: str,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    language: Language = "zh" if kind.endswith("zh") else "en"
    view = View(language=language)
    if kind.startswith("weekly"):
        page = page_of(week, language)
    elif kind.startswith("customers"):
        page = customers_page(week[1], view.select(week[1].listing.customers), view)
    elif kind == "nobody":
        page = weekly_page(weekly_report(None, make_snapshot(), view))
    else:
        many = make_snapshot(*(make_customer(n) for n in range(1, 10_001)))
        page = customers_page(many, many.listing.customers, view)

    with opened(page, **CONTEXTS[context]) as tab:
        tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found = axe.run(tab).response["violations"]
        tab.keyboard.press("Escape")
        if kind != "nobody":
            tab.locator(".rows .open").nth(1).click()
            found += axe.run(tab).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert tab.evaluate(overflow) == 0


def test_without_javascript_the_report_reads(week: tuple[Snapshot, Snapshot], opened: Any) -> None:
    with opened(page_of(week), java_script_enabled=False) as tab:
        assert tab.get_by_role("heading", name="Weekly customer report").is_visible()
        assert tab.get_by_text("2 customers joined: user51 and Newcomer.").is_visible()
        assert tab.locator("noscript table tbody tr").count() == 40
        assert tab.locator("noscript p", has_text="need JavaScript").is_visible()


def test_paper_shows_every_row_of_the_list(
    make_customer: Make, make_snapshot: Take, opened: Any
) -> None:
    now = make_snapshot(*(make_customer(n) for n in range(1, 151)))
    with opened(weekly_page(weekly_report(None, now, View()))) as tab:
        pages = pypdf.PdfReader(io.BytesIO(tab.pdf(prefer_css_page_size=True))).pages

    texts = [page.extract_text() for page in pages]
    said = " ".join(texts)
    assert all(f"id-{n:04}" in said for n in range(1, 151))
    of_list = [text for text in texts if "user" in text]
    assert len(of_list) > 2
    assert all("Account name" in text for text in of_list)
    assert "Search everywhere" not in said
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
