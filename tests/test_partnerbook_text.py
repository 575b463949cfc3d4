"""Text stays text, in every place it can go."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerbook import text

any_text = st.text(alphabet=st.characters(exclude_categories=[]), max_size=200)


@given(any_text)
def test_cleaned_text_can_stand_in_any_xml_file(given_text: str) -> None:
    cleaned = text.clean(given_text)

    element = ET.Element("t")
    element.text = cleaned
    read_back = ET.fromstring(ET.tostring(element, encoding="utf-8"))  # noqa: S314  made here
    assert (read_back.text or "") == cleaned


@given(any_text)
def test_cleaning_twice_is_cleaning_once_and_keeps_what_xml_can_carry(given_text: str) -> None:
    cleaned = text.clean(given_text)

    assert text.clean(cleaned) == cleaned
    if text.REPLACEMENT not in cleaned and "\r" not in given_text:
        assert cleaned == given_text


@pytest.mark.parametrize("char", ["a", "技", "😀"])
@pytest.mark.parametrize("length", [16_383, 16_384, 32_766, 32_767, 32_768, 40_000])
def test_a_cell_holds_at_most_32767_utf16_units_and_shows_the_cut(char: str, length: int) -> None:
    given_text = char * length

    shown = text.for_cell(given_text)

    units = len(shown.encode("utf-16-le")) // 2
    assert units <= text.CELL_UNITS
    if len(given_text.encode("utf-16-le")) // 2 <= text.CELL_UNITS:
        assert shown == given_text
    else:
        assert shown.endswith(text.CUT)
        assert given_text.startswith(shown[:-1])
        assert units >= text.CELL_UNITS - 2


@pytest.mark.parametrize(
    ("given_text", "stored"),
    [
        ("_x0041_", "_x005F_x0041_"),
        ("a_x00e9_b_x000D_", "a_x005F_x00e9_b_x005F_x000D_"),
        ("_x41_", "_x41_"),
        ("plain_name", "plain_name"),
    ],
)
def test_text_that_looks_escaped_to_the_file_format_is_escaped(
    given_text: str, stored: str
) -> None:
    assert text.for_cell_xml(given_text) == stored


@pytest.mark.parametrize(
    ("given_text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86 139", "'+86 139"),
        ("+86139", "+86139"),
        ("-1", "-1"),
        ("-1.50", "-1.50"),
        ("-1+1", "'-1+1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("Acme", "Acme"),
        ("", ""),
    ],
)
def test_a_csv_field_never_starts_a_formula(given_text: str, written: str) -> None:
    assert text.for_csv(given_text) == written


@given(any_text)
def test_a_csv_field_is_read_back_with_at_most_an_apostrophe_more(given_text: str) -> None:
    written = text.for_csv(given_text)
    buffer = io.StringIO()
    csv.writer(buffer).writerow([written, "end"])

    row = next(csv.reader(io.StringIO(buffer.getvalue(), newline="")))

    assert row == [written, "end"]
    assert written.removeprefix("'") == text.clean(given_text).removeprefix("'")


@given(any_text)
def test_a_line_holds_nothing_that_moves_the_cursor(given_text: str) -> None:
    shown = text.for_line(given_text)

    assert shown.isprintable()
    assert len(shown) == len(given_text)


@given(any_text)
def test_json_text_can_be_encoded(given_text: str) -> None:
    text.for_json(given_text).encode()
    assert len(text.for_json(given_text)) == len(given_text)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [("../../etc/passwd", "etc-passwd"), ("报告", "report"), ('a"b\u202e.xlsx', "a-b-.xlsx")],
)
def test_a_file_name_holds_only_harmless_characters(given_text: str, expected: str) -> None:
    assert text.for_file_name(given_text, fallback="report") == expected


@pytest.mark.parametrize(
    ("given_text", "masked"),
    [("139xxxxxxxx", True), ("138****8000", True), ("13800138000", False), ("+86-10", False)],
)
def test_masked_numbers_are_known(given_text: str, masked: bool) -> None:
    assert text.is_masked(given_text) is masked


def test_chinese_counts_two_columns() -> None:
    assert text.width("Acme 云") == 7


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (16_384, "XFD")])
def test_columns_have_letters(number: int, name: str) -> None:
    assert text.column_letters(number) == name


@pytest.mark.parametrize(
    ("reference", "number"), [("", 0), ("7", 0), ("$AB$7", 28), ("ab", 28), ("XFD1", 16_384)]
)
def test_a_reference_begins_with_its_column(reference: str, number: int) -> None:
    assert text.column_number(reference) == number


def test_the_reader_finds_the_column_again() -> None:
    assert all(text.column_number(text.column_letters(n)) == n for n in range(1, 16_385))


@given(st.lists(any_text, max_size=4), st.sampled_from(["", "a" * 16_383, "😀" * 16_384]))
def test_texts_that_all_fit_are_left_as_they_are(texts: list[str], long: str) -> None:
    fit = text.all_fit([*texts, long])

    assert not fit or [text.for_cell(each) for each in [*texts, long]] == [*texts, long]
    assert text.all_fit([each for each in texts if each.isprintable()])
    assert text.all_fit(["a" * 16_383, "技术"])


@given(st.lists(any_text | st.sampled_from(["_x0041_", "_xD83D_", "_x005F_", "_x"])).map("".join))
def test_what_is_escaped_for_a_cell_is_read_back(given_text: str) -> None:
    assert text.from_cell_xml(text.for_cell_xml(given_text)) == text.for_cell(given_text)


@pytest.mark.parametrize(
    ("escaped", "shown"),
    [
        ("a_x00e9_b", "aéb"),
        ("_x005F_x0041_", "_x0041_"),
        ("_xD83D__xDE00_", "😀"),
        ("a_xD83D_b", "a\ufffdb"),
        ("_xDE00__xD83D_", "\ufffd\ufffd"),
        ("_x41_", "_x41_"),
    ],
)
def test_an_escaped_character_of_a_cell_is_that_character(escaped: str, shown: str) -> None:
    assert text.from_cell_xml(escaped) == shown
