"""A quick look at a CSV file finds what a look at everything finds."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerbook.errors import LedgerError
from reports.ledger import delimited
from reports.ledger.source import Sheet, sheets_of

_PIECES = st.sampled_from(
    (
        *(
            "Customer ID",
            "客户名称",
            "Amount",
            "5f3a" * 8,
            "0086",
            "=1+1",
            "1.50",
            "上海云",
            "شركة",
        ),
        *(",", ";", "\t", "|", "\n", "\r\n", '"', '""', "'", "'007", '="0086"', '"=""0086"""', " "),
    )
)
_TEXTS = st.lists(_PIECES, max_size=40).map("".join)


def _read(text: str) -> list[Sheet] | str:
    try:
        return sheets_of(text.encode(), "file.csv")
    except LedgerError as error:
        return str(error)


@given(_TEXTS)
@settings(max_examples=500, deadline=None)
def test_one_separator_that_is_nowhere_stands_for_all_such(text: str) -> None:
    found = _read(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            delimited,
            "separators",
            lambda text: sorted(delimited.SEPARATORS, key=lambda each: -text[:20_000].count(each)),
        )
        assert found == _read(text)


@given(_TEXTS, st.sampled_from(delimited.SEPARATORS))
@settings(max_examples=500, deadline=None)
def test_what_keeps_text_as_text_is_taken_off_each_value(text: str, separator: str) -> None:
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)

    assert delimited.rows(text, separator) == [
        [delimited._bare(value) for value in record] for record in records
    ]


@given(st.text(max_size=60) | st.text("客户名称合同金额é ü ñ abc", max_size=60))
@settings(max_examples=300, deadline=None)
def test_the_share_of_everyday_characters_is_that_of_each(text: str) -> None:
    for codec, (first, last) in delimited._COMMONEST.items():
        codes = [char.encode(codec, "replace") for char in text if char > "\x7f"]
        chinese = [code for code in codes if len(code) == 2]
        share = sum(first <= code[0] <= last for code in chinese) / max(len(chinese), 1)

        assert delimited._everyday(text, codec) == share
