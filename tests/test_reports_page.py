"""The page: one file, nothing loaded or run, and names stay text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnerbook import text
from partnerbook.model import (
    CUSTOMER_FIELDS,
    Customer,
    CustomerQuery,
    ReconciliationFigures,
    Snapshot,
)
from partnerbook.views import View
from partnerbook.wording import Language
from reports.columns import fields_of, rows_of_text
from reports.my_customers import MyCustomers, as_json
from reports.page import bars, customers_page, render, templates_dir, weekly_page
from reports.weekly import Month, Standing, weekly_report

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]
Week = tuple[Snapshot, Snapshot]

ODD = st.none() | st.text(st.characters(), max_size=20)


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
    two_mondays: Week,
    figures: ReconciliationFigures,
    matches_golden: Callable[[str, str], None],
    language: Language,
) -> None:
    report = weekly_report(
        *two_mondays, View(), language=language, history=two_mondays, reconciliation=figures
    )

    matches_golden(weekly_page(report), f"weekly.{language}.html")


def test_a_breakdown_that_is_cut_still_adds_up(make_customer: Make, two_mondays: Week) -> None:
    before, now = two_mondays
    people = [make_customer(n, label=f"label {n}") for n in range(1, 31)]
    listing = replace(now.listing, customers=tuple(people))
    page = weekly_page(weekly_report(before, replace(now, listing=listing), View()))

    row = re.search(r"<tr><th scope=\"row\">23 other values</th>.*?</tr>", page)

    assert row is not None
    assert '<td class="number">20</td>' in row[0]


def test_nothing_is_loaded_and_only_our_script_runs(two_mondays: Week) -> None:
    page = weekly_page(weekly_report(*two_mondays, View()))
    parsed = Parsed(page)

    assert not {"link", "img", "iframe", "object", "form", "a", "base"} & {*parsed.tags}
    names = {name for name, _ in parsed.attributes}
    assert not {"src", "href", "style", "srcset", "action"} & names
    assert not [name for name in names if name.startswith("on")]
    policy = dict(re.findall(r'http-equiv="(.+?)" content="(.+?)"', page))
    (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall("<script>(.*?)</script>", page, re.DOTALL)
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()
        for each in (style, script)
    )
    assert policy["Content-Security-Policy"].replace("&#39;", "'") == (
        f"default-src 'none'; script-src 'sha256-{script_hash}'; style-src 'sha256-{style_hash}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert [tag for tag in parsed.tags if tag == "script"] == ["script"] * 2  # data, and ours
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document.write|eval|Function", script)
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


def listed(page: str) -> Any:
    """Return what the page's script is given."""
    data = page.partition('<script type="application/json" id="data">')[2]
    return json.loads(data.partition("</script>")[0])


@settings(max_examples=60)
@given(name=st.text(st.characters(), min_size=1, max_size=40))
@example(name="</script><script>alert(1)</script>")
@example(name="<!--<script>")
@example(name="]]>&lt;\u2028\u2029\x00\ud800")
@example(name='"\\u003c')
def test_any_name_arrives_in_the_list_as_it_is(make_customer: Make, name: str) -> None:
    mine = MyCustomers(
        customers=[make_customer(1, company_name=name, label=name)],
        columns=("company_name", "label", "customer_id"),
        language="en",
        file="x",
        events={"id-0001": [("2026-05-11", name)]},
    )
    said = "".join(as_json(mine))

    assert not set("<>&\u2028\u2029") & set(said)
    cleaned = text.clean(name)
    assert json.loads(said)["rows"] == [[cleaned, cleaned, "id-0001"]]
    assert json.loads(said)["events"] == {"0": [["2026-05-11", cleaned]]}


@settings(max_examples=60)
@given(names=st.lists(ODD, max_size=4), columns=st.lists(st.sampled_from(CUSTOMER_FIELDS)))
@example(names=["Acme"], columns=[])
@example(names=[], columns=["label"])
@example(names=["云", "شركة", "=1+1", "0086", '"', "\\", "\t", "</script>"], columns=["label"])
def test_the_rows_are_the_cells_of_every_other_report_as_json(
    make_customer: Make, names: list[str | None], columns: list[str]
) -> None:
    # More than are looked at at once, so that usual ones stand beside the odd.
    names = [*["Acme"] * 700, *names]
    customers = [make_customer(n, label=each, company_name=each) for n, each in enumerate(names)]
    mine = MyCustomers(customers=customers, columns=columns, language="en", file="x")
    given_fields = replace(mine, fields=fields_of(customers))

    said = "".join(as_json(mine))

    wanted = json.dumps(
        rows_of_text(customers, columns, "en"), ensure_ascii=False, separators=(",", ":")
    )
    for char in "<>&\u2028\u2029":
        wanted = wanted.replace(char, f"\\u{ord(char):04x}")
    assert f',"rows":{wanted},"marks":[' in said
    assert "".join(as_json(given_fields)) == said


def test_the_list_marks_what_happened_and_tells_the_weeks_before(two_mondays: Week) -> None:
    before, now = two_mondays
    data = listed(weekly_page(weekly_report(before, now, View(), history=(before, now))))

    ids = [row[0] for row in data["rows"]]
    assert dict(zip(ids, data["marks"], strict=True)) == {
        "id-0007": "Joined",
        "id-0006": "Joined",
        "id-0005": "Changed",
        "id-0003": "Changed",
        "id-0002": "Changed",
        "id-0001": "Changed",
    }
    assert data["events"][str(ids.index("id-0001"))] == [
        ["2026-05-11", "ACME Asia was renamed from Acme Ltd"]
    ]
    assert [(flaw["name"], len(flaw["rows"])) for flaw in data["flaws"]] == [
        ("Not verified for more than 30 days", 1),
        ("No label", 3),
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_list_of_customers_is_a_page_of_its_own(two_mondays: Week, language: Language) -> None:
    _, now = two_mondays
    view = View(query=CustomerQuery(association="1"), language=language, zone="+08:00")
    page = customers_page(now, view.select(now.listing.customers), view)
    texts = " ".join(Parsed(page).texts)

    assert len(listed(page)["rows"]) == 4
    assert "2026-05-11 14:00:00 +08:00" in texts
    assert view.in_words() in texts
    assert view.fingerprint in texts
    lacking = replace(now, listing=replace(now.listing, missing_at_most=2))
    warned = customers_page(lacking, (), view)
    assert 'role="alert"' in warned
    assert 'role="alert"' not in page


def test_weeks_are_drawn_and_a_gap_is_a_question_mark() -> None:
    known = Standing(name="2026-W19", taken_at=None, count=None)

    assert [(bar.height, bar.count) for bar in bars([known])] == [(0, None)]


def test_a_drawing_writes_counts_as_the_rest_does(two_mondays: Week) -> None:
    weeks = tuple(
        Standing(name=f"2026-W{number}", taken_at=None, count=10_000 + number)
        for number in (19, 20)
    )
    page = weekly_page(replace(weekly_report(*two_mondays, View()), weeks=weeks))

    assert "10,019" in Parsed(page).texts
    assert ": 2026-W19 10,019, 2026-W20 10,020" in page
    assert "10019" not in page


def test_a_long_name_is_whole_or_cut_visibly(make_customer: Make, make_snapshot: Take) -> None:
    snapshot = make_snapshot(make_customer(1, company_name="é" * 40_000))
    page = weekly_page(weekly_report(None, snapshot, View()))

    assert text.for_cell("é" * 40_000) in Parsed(page).texts
    assert listed(page)["rows"][0][2] == text.for_cell("é" * 40_000)


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

    assert "and 1,803 more, all in the workbook" in page  # for a browser without JavaScript
    assert '<span class="count">2,003</span>' in page
    assert len(listed(page)["rows"]) == 2_003


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
    subprocess.run(command, capture_output=True, timeout=180, check=True)

    pages = pypdf.PdfReader(tmp_path / "page.pdf").pages
    # Landscape is what our style sheet asks for: the policy let it through.
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    said = "".join(page.extract_text() for page in pages)
    assert '=HYPERLINK("http://x","<b>Acme</b>")' in said
