from __future__ import annotations

import pytest

from addin import formulas


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ('=B8&"B8"', '=C10&"B8"'),
        ("=SUM(B8:D8)+LOG10(B8)", "=SUM(C10:E10)+LOG10(C10)"),
        ("=$B8+B$8+$B$8", "=$B10+C$8+$B$8"),
        ("=CustomerList[[#This Row],[B8]]&A1", "=CustomerList[[#This Row],[B8]]&B3"),
        ("='My B8'!B8+Sheet2!$C8", "='My B8'!C10+Sheet2!$C10"),
        ("=8:8", "=10:10"),
        ("=[1]Sheet1!A8", "=[1]Sheet1!B10"),
        ("=1.5E3+TRUE+Total_2024", "=1.5E3+TRUE+Total_2024"),
        ('="say ""B8"""&B8', '="say ""B8"""&C10'),
        ("=T['[Odd']'# A1]+A1", "=T['[Odd']'# A1]+B3"),
    ],
)
def test_copying_moves_relative_references_only(formula: str, moved: str) -> None:
    assert formulas.shifted(formula, 2, 1) == moved


def test_a_reference_that_leaves_the_sheet_is_an_error() -> None:
    assert formulas.shifted("=A1", -1) == "=#REF!"


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("=B8*2", "=B9*2"),  # the row's own customer
        ("=B20-B8", "=B22-B9"),  # and another one
        ("=$B$8", "=$B$9"),
        ("=SUM(B8:D8)", "=SUM(B9:D9)"),
        ("=COUNTIF($F$8:$F$20,F8)", "=COUNTIF($F$8:$F$30,F9)"),  # the whole list
        ("=B3*2", "=B3*2"),  # a cell above the list
        ("=SUM(B9:B11)", "=SUM(B9:B11)"),  # what somebody chose
        ("=Prices!B8", "=Prices!B8"),
        ('="B8"', '="B8"'),
    ],
)
def test_references_follow_the_customers_they_speak_of(formula: str, after: str) -> None:
    assert formulas.followed(formula, {8: 9, 20: 22}, body=(8, 20), last=30) == after


def test_formulas_filled_down_have_one_pattern() -> None:
    assert formulas.pattern("=LEN(B8)&$A$1", 8) == formulas.pattern("=LEN(B9)&$A$1", 9)
    assert formulas.pattern("=LEN(B8)", 8) != formulas.pattern("=LEN(B8)", 9)
    assert formulas.pattern("=5*3", 8) == formulas.pattern("=5*3", 9)


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("=B8/SUM($B$8:$B$20)", "=B8/SUM($B$8:$B$30)"),
        ("=SUM(B$8:D$20)", "=SUM(B$8:D$30)"),
        ("=SUM($B$8:B20)", "=SUM($B$8:B20)"),  # the total so far
        ("=SUM($B$9:$B$20)", "=SUM($B$9:$B$20)"),  # what somebody chose
        ("=SUM(Prices!$B$8:$B$20)", "=SUM(Prices!$B$8:$B$20)"),
        ('="$B$8:$B$20"', '="$B$8:$B$20"'),
    ],
)
def test_fixed_ranges_over_the_whole_list_name_all_of_it_again(formula: str, after: str) -> None:
    assert formulas.spanning(formula, body=(8, 20), last=30) == after


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("=SUM(B8:B20)", "=SUM(B8:B30)"),
        ("=SUM($B$8:D$20)/COUNTA(A8:A20)", "=SUM($B$8:D$30)/COUNTA(A8:A30)"),
        ("=COUNTA(B7:B20)", "=COUNTA(B7:B30)"),  # with its heading
        ("=COUNTA(8:20)", "=COUNTA(8:30)"),
        ("=SUM('My list'!B8:B20)", "=SUM('My list'!B8:B30)"),
        ("=SUM('my LIST'!$B$8:$B$20)", "=SUM('my LIST'!$B$8:$B$30)"),
        ("=SUM(Prices!B8:B20)", "=SUM(Prices!B8:B20)"),
        ("=SUM(B8:B19)+B20", "=SUM(B8:B19)+B20"),  # what somebody chose
        ("=SUM(B9:B20)", "=SUM(B9:B20)"),
        ("=SUM(B8:B21)", "=SUM(B8:B21)"),
        ("=SUM(CustomerList[B8:B20])", "=SUM(CustomerList[B8:B20])"),
        ('="B8:B20"', '="B8:B20"'),
    ],
)
def test_ranges_around_the_list_go_on_to_be_over_the_whole_list(formula: str, after: str) -> None:
    facts = {"sheet": "My list"}
    assert formulas.stretched(formula, body=(8, 20), last=30, **facts) == after
    assert formulas.stretched(after, body=(8, 30), last=20, **facts) == formula


@pytest.mark.parametrize(
    ("formula", "after"),
    [("=SUM(B8:B8)", "=SUM(B8:B30)"), ("=SUM(B8:D8)", "=SUM(B8:D8)"), ("=B8", "=B8")],
)
def test_over_a_list_of_one_row_only_a_range_down_a_column_is_over_the_list(
    formula: str, after: str
) -> None:
    assert formulas.stretched(formula, body=(8, 8), last=30, sheet="A") == after


@pytest.mark.parametrize(
    ("formula", "short"),
    [
        ("=SUM(B8:B20)", True),
        ("=SUM(B8:B25)", True),  # spare rows, and not enough of them
        ("=SUM(B8:B30)", False),
        ("=SUM(B8:B30)+COUNT(B8:B22)", True),
        ("=SUM(B8:B19)", False),  # never over the whole list
        ("=SUM(B:B)+B8", False),
        ("=SUM(Prices!B8:B20)", False),
    ],
)
def test_a_range_that_was_over_the_whole_list_and_is_not_falls_short(
    formula: str, short: bool
) -> None:
    assert formulas.falls_short(formula, body=(8, 20), last=30, sheet="A") is short
