"""Company names: a labelled set, the sentences, and that a name never confirms.

``data/company_name_pairs.tsv`` holds 519 pairs of invented names in Chinese, English, Thai, Arabic
and mixed, made by hand and by hand-written patterns: the ways in which finance writes one company
twice, and the ways in which two companies are written nearly alike (branch and head office, 技术
and 科技, one brand in two countries, one character of the brand, numbers, points of the compass).
The lexicon was tuned on this set, so its numbers say what the model does with known kinds of
differences, not how it does on names that nobody has thought of.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from partnerbook.matching import match_lines
from partnerbook.matching.likeness import likeness
from partnerbook.model import Customer, LedgerLine

_PAIRS_FILE = Path(__file__).parent / "data" / "company_name_pairs.tsv"


def _pairs(label: str) -> list[tuple[str, str]]:
    with _PAIRS_FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["ours"], row["theirs"]) for row in rows if row["label"] == label]


def _line(row: int, name: str) -> LedgerLine:
    return LedgerLine(file="ledger.xlsx", sheet="", row=row, company_name=name)


def test_the_labelled_set_is_found_and_nothing_of_it_is_confirmed() -> None:
    same, different = _pairs("same"), _pairs("different")
    assert len(same) + len(different) >= 400

    found = wrong = 0
    for pairs in (same, different):
        for ours, theirs in pairs:
            customer = Customer(customer_id="c-1", company_name=ours)
            matching = match_lines([customer], [_line(2, theirs)])
            assert matching.confirmed == (), (ours, theirs)
            if pairs is same:
                found += len(matching.suggested)
            else:
                wrong += len(matching.suggested)

    assert found / len(same) >= 0.97
    assert wrong / len(different) <= 0.01


def test_plain_scorers_do_worse_on_the_same_pairs() -> None:
    same, different = _pairs("same"), _pairs("different")

    for scorer in (fuzz.ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio, fuzz.WRatio):
        scores = sorted(scorer(*pair) for pair in same)
        cut = scores[int(len(scores) * 0.03)]  # finds 97 %
        wrong = sum(scorer(*pair) >= cut for pair in different)
        assert wrong / len(different) > 0.4, scorer


@pytest.mark.parametrize(
    ("ours", "theirs", "likely", "why"),
    [
        ("云海科技有限公司", "云海技术有限公司", False, "科技 ≠ 技术 in the core name."),
        (
            "云海科技有限公司",
            "云海科技有限公司上海分公司",
            False,
            "One is a branch, the other is not.",
        ),
        (
            "Acme (Singapore) Pte Ltd",
            "Acme (Thailand) Co., Ltd.",
            False,
            "They are of two countries: singapore ≠ thailand.",
        ),
        ("Company 12 Ltd", "Company 13 Ltd", False, "12 ≠ 13 in the core name."),
        ("北京云海科技公司", "云海（北京）科技公司", True, "The core name “云海” is the same."),
        (
            "北京云海科技有限公司",
            "雲海科技股份有限公司",
            True,
            (
                "The core name “云海” is the same; only one says 北京, the legal form is written "
                "differently."
            ),
        ),
        (
            "Northwind Logistics Ltd",
            "Nortwind Logistics Ltd",
            True,
            "The core names are alike, “northwind logistics” and “nortwind logistics”.",
        ),
        (
            "Acme Technology Ltd",
            "Acme Ltd",
            True,
            "The core names are alike, only one says technology.",
        ),
    ],
)  # fmt: skip
def test_one_sentence_says_what_agrees_or_what_stands_in_the_way(
    ours: str, theirs: str, likely: bool, why: str
) -> None:
    said = likeness(ours, theirs)

    assert (said.likely, said.why) == (likely, why)


def test_a_country_that_both_name_does_not_make_two_provinces_one() -> None:
    ours, theirs = "中国移动通信集团广东有限公司", "中国移动通信集团广西有限公司"

    said, same = likeness(ours, theirs), likeness(ours, "移动通信集团广东公司")

    assert (said.likely, said.why) == (False, "They are of two places: 广东 ≠ 广西.")
    assert same.likely


def test_what_is_made_in_taiwan_is_one_company_in_both_scripts() -> None:
    said = likeness("臺灣積體電路製造股份有限公司", "台湾积体电路制造股份有限公司")

    assert (said.likely, dict(said.parts)["core"]) == (True, 100)


def test_a_similar_name_is_suggested_and_a_near_one_is_explained() -> None:
    customers = [
        Customer(customer_id="c-1", company_name="北京云海科技有限公司"),
        Customer(customer_id="c-2", company_name="星辰软件有限公司"),
    ]

    matching = match_lines(customers, [_line(2, "云海科技公司"), _line(3, "星辰网络有限公司")])

    (match,) = matching.suggested
    assert (match.customer_id, match.row, match.rule) == ("c-1", 2, "similar_name")
    assert match.why.endswith("A name alone confirms nothing.")
    assert matching.unmatched[3] == (
        "The nearest is customer c-2, but: 软件 ≠ 网络 in the core name."
    )


def test_several_similar_names_are_all_named_and_each_customer_is_offered_once() -> None:
    customers = [
        Customer(customer_id="c-1", company_name="云海科技有限公司"),
        Customer(customer_id="c-2", company_name="云海科技股份有限公司"),
    ]

    one = match_lines(customers, [_line(2, "云海科技公司")])
    two = match_lines(customers, [_line(2, "云海科技公司"), _line(3, "云海科技集团公司")])

    assert "It could also be c-2." in one.suggested[0].why
    assert sorted(match.customer_id for match in two.suggested) == ["c-1", "c-2"]


_NAME_PARTS = st.sampled_from(
    ["云海", "北京", "（北京）", "科技", "有限公司", "分公司", "Acme", "Ltd", "(Singapore)", "Pte",
     "Branch", "จำกัด", "บริษัท", "شركة", "الأفق", "12", "&", "的", " ", "(", ")"]
)  # fmt: skip
_NAMES = st.one_of(st.text(max_size=30), st.lists(_NAME_PARTS, max_size=7).map("".join))


@given(_NAMES, _NAMES)
@example(" &(& Ltd（北京）", " &(  Ltd（北京）")
def test_any_two_texts_can_be_compared_and_the_order_does_not_matter(one: str, other: str) -> None:
    there, back = likeness(one, other), likeness(other, one)

    assert (there.likely, there.score) == (back.likely, back.score)
    assert there.why.endswith(".")
    assert 0 <= there.score <= 100


@given(_NAMES)
def test_a_name_is_like_itself_unless_it_says_nothing(name: str) -> None:
    itself = likeness(name, name)

    assert itself.likely or itself.why == "A name holds nothing to compare."


@pytest.mark.parametrize(
    ("ours", "theirs", "spells"),
    [
        ("北京云海科技有限公司", "Yunhai Technology Co., Ltd.", True),
        ("北京云海科技有限公司", "YUN HAI KE JI", True),
        ("Beijing Yunhai Technology Co., Ltd.", "云海科技有限公司", True),
        ("云海科技有限公司", "Yunhe Technology Co., Ltd.", False),
        ("李有限公司", "Li Ltd", False),
    ],
)
def test_a_name_that_spells_another_is_a_hint_and_no_more(
    ours: str, theirs: str, spells: bool
) -> None:
    matching = match_lines([Customer(customer_id="c-1", company_name=ours)], [_line(2, theirs)])

    assert matching.confirmed == ()
    assert [(each.rule, each.status) for each in matching.suggested] == (
        [("pinyin", "suggested")] if spells else []
    )
    assert all("spelled in pinyin" in each.why for each in matching.suggested)


def test_names_without_chinese_load_no_tables_of_pinyin() -> None:
    code = (
        "import sys; from partnerbook.matching import match_lines; "
        "from partnerbook.model import Customer, LedgerLine; "
        "match_lines([Customer(customer_id='c', company_name='Acme Ltd')], "
        "[LedgerLine(file='l', sheet='', row=2, company_name='Other Ltd')]); "
        "sys.exit('pypinyin' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
