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
    assert formulas.stretched(formula, _grown((8, 20), 30), at=(3, 2)) == after
    assert formulas.stretched(after, _grown((8, 30), 20), at=(3, 2)) == formula


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("=SUM(B8:B8)", "=SUM(B8:B30)"),
        ("=SUM(B8:D8)", "=SUM(B8:D30)"),
        ("=SUM(8:8)", "=SUM(8:30)"),
        ("=B8", "=B8"),
    ],
)
def test_over_a_list_of_one_row_a_range_is_over_the_list(formula: str, after: str) -> None:
    assert formulas.stretched(formula, _grown((8, 8), 30), at=(3, 2)) == after


def test_over_a_list_of_one_row_a_formula_in_that_row_may_speak_of_it() -> None:
    grown = _grown((8, 8), 30)

    assert formulas.stretched("=SUM(B8:D8)", grown, at=(8, 20)) == "=SUM(B8:D8)"
    assert formulas.stretched("=SUM(B8:B8)", grown, at=(8, 20)) == "=SUM(B8:B30)"


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM([1]Customers!B8:B20)",
        "=SUM([Book2.xlsx]Customers!B8:B20)",
        "=SUM('[Book 2.xlsx]Customers'!B8:B20)",
        "=SUM([1]Customers!8:20)",
        "=SUM(Jan:Customers!B8:B20)",
        "=SUM(Q1:Customers!B8:B20)",
        "=SUM('Jan:Customers'!B8:B20)",
        "=SUM(T8:T20)",  # another table's column
        "=SUM(D8:T20)",
    ],
)
def test_ranges_of_others_are_left_alone_and_do_not_fall_short(formula: str) -> None:
    grown = _grown((8, 20), 30, sheet="Customers")

    assert formulas.stretched(formula, grown, at=(3, 2)) == formula
    assert not formulas.falls_short(formula, grown)
    own = formula.replace("SUM(", "SUM(Customers!B8:B20,")
    assert formulas.stretched(own, grown, at=(3, 2)) == own.replace("B20,", "B30,")


def test_no_range_comes_to_contain_its_own_formula() -> None:
    grown = _grown((8, 20), 30)

    assert formulas.stretched("=SUM(B8:D20)", grown, at=(25, 3)) == "=SUM(B8:D20)"
    assert formulas.stretched("=SUM(8:20)", grown, at=(25, 20)) == "=SUM(8:20)"
    assert formulas.stretched("=SUM(B8:D20)", grown, at=(31, 3)) == "=SUM(B8:D30)"
    assert formulas.stretched("=SUM(B8:D20)", grown, at=(25, 5)) == "=SUM(B8:D30)"


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
    assert formulas.falls_short(formula, _grown((8, 20), 30)) is short


def _grown(body: tuple[int, int], last: int, sheet: str = "My list") -> formulas.Grown:
    return formulas.Grown(sheet=sheet, columns=range(1, 6), body=body, last=last)
