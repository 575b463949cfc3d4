"""The page: one file, nothing loaded or run, and names stay text."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnerbook import text
from partnerbook.model import Customer, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language
from reports.page import bars, render, templates_dir, weekly_page
from reports.weekly import Month, weekly_report

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]
Week = tuple[Snapshot, Snapshot]


class Parsed(HTMLParser):
    """Every tag, attribute and text of a page, as a browser's parser would meet them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_matches_golden(
    two_mondays: Week, matches_golden: Callable[[str, str], None], language: Language
) -> None:
    report = weekly_report(*two_mondays, View(), language=language)

    matches_golden(weekly_page(report), f"weekly.{language}.html")


def test_nothing_is_loaded_and_nothing_runs(two_mondays: Week) -> None:
    page = weekly_page(weekly_report(*two_mondays, View()))
    parsed = Parsed(page)

    assert not {"script", "link", "img", "iframe", "object", "form", "a", "base"} & {*parsed.tags}
    names = {name for name, _ in parsed.attributes}
    assert not {"src", "href", "style", "srcset", "action"} & names
    assert not [name for name in names if name.startswith("on")]
    policy = dict(re.findall(r'http-equiv="(.+?)" content="(.+?)"', page))
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy["Content-Security-Policy"].replace("&#39;", "'") == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style
    assert "@import" not in style


@settings(max_examples=40)
@given(name=st.text(st.characters(), min_size=1, max_size=40))
@example(name="<b>")
@example(name='"><script>alert(1)</script>')
@example(name="{{ 7 * 7 }}")
@example(name="&lt;b&gt;")
@example(name="a\ud800b\uffff")
@example(name="#N/A")
@example(name="=1+1")
def test_any_name_is_text(make_customer: Make, make_snapshot: Take, name: str) -> None:
    before = make_snapshot(make_customer(1))
    customers = (make_customer(1, company_name=name), make_customer(2, label=name))
    now = make_snapshot(*customers, taken_at=before.taken_at + timedelta(days=7))
    plain = make_snapshot(
        make_customer(1, company_name="x"),
        make_customer(2, label="x"),
        taken_at=before.taken_at + timedelta(days=7),
    )

    page = Parsed(weekly_page(weekly_report(before, now, View())))

    assert page.tags == Parsed(weekly_page(weekly_report(before, plain, View()))).tags
    assert text.clean(name) in page.texts or text.clean(name).strip() in "".join(page.texts)


def test_a_long_name_is_whole_or_cut_visibly(make_customer: Make, make_snapshot: Take) -> None:
    snapshot = make_snapshot(make_customer(1, company_name="é" * 40_000))
    texts = Parsed(weekly_page(weekly_report(None, snapshot, View()))).texts

    assert text.for_cell("é" * 40_000) in texts


def test_an_incomplete_report_says_so_before_its_figures(two_mondays: Week) -> None:
    before, now = two_mondays
    now = replace(now, listing=replace(now.listing, missing_at_most=3))
    texts = Parsed(weekly_page(weekly_report(before, now, View()))).texts

    warning = next(n for n, t in enumerate(texts) if t.startswith("Incomplete: up to 3"))
    assert warning < texts.index("Customers")
    assert texts.count("not known") == 2


def test_a_list_too_long_for_a_browser_says_where_the_rest_is(
    make_customer: Make, make_snapshot: Take
) -> None:
    snapshot = make_snapshot(*(make_customer(n) for n in range(1, 2_004)))
    page = weekly_page(weekly_report(None, snapshot, View()))

    assert "and 3 more, all in the workbook" in page
    assert '<span class="count">2,003</span>' in page


def test_a_template_that_names_a_missing_value_fails() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("page.html")


def test_the_templates_are_where_they_are_looked_for() -> None:
    assert (templates_dir() / "page.html").is_file()


def test_bars_are_in_proportion_and_the_smallest_can_be_seen() -> None:
    heights = [bar.height for bar in bars((Month(name="a", count=1_000), Month(name="b", count=1)))]

    assert heights == [100, 1]
    assert [bar.height for bar in bars((Month(name="a", count=0),))] == [0]


def test_chromium_prints_it_in_our_own_style(
    two_mondays: Week, needs: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(
        weekly_page(weekly_report(*two_mondays, View())), encoding="utf-8"
    )
    command = [needs("chromium"), "--headless", "--no-sandbox", "--disable-gpu"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--no-pdf-header-footer"]
    command += [f"--print-to-pdf={tmp_path / 'page.pdf'}", (tmp_path / "page.html").as_uri()]
    subprocess.run(command, capture_output=True, timeout=60, check=True)

    pages = pypdf.PdfReader(tmp_path / "page.pdf").pages
    # Landscape is what our style sheet asks for: the policy let it through.
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    said = "".join(page.extract_text() for page in pages)
    assert '=HYPERLINK("http://x","<b>Acme</b>")' in said
