"""Rows read many at once are what the same rows are, read one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnerbook.errors import LedgerError
from reports.ledger.amounts import money_of, plain_numbers
from reports.ledger.cells import id_of, ids_of, text_of, texts_of
from reports.ledger.headings import find_columns
from reports.ledger.rows import SortedRows, _is_total
from reports.ledger.scan import Facts
from reports.ledger.source import Sheet

_HEADINGS = (
    "Customer ID",
    "CRM ID",
    "Account name",
    "Customer name",
    "Email",
    "Association type",
    "Amount (USD)",
    "Remark",
    "Currency",
    "Dr/Cr",
)
_IDS = st.sampled_from(
    ["5f3a" * 8, "0086", "12e4", "1e+15", "1.2E+8", 7.0, 2e15, "", None, "Total"]
)
_NAMES = st.sampled_from(
    (
        *("Acme", "  Acme  Ltd ", "上海云", "شركة", "=1+1", "A | B", "Sum", "合计", "Totals:"),
        *("Sumitomo", "\ud800", "a\nb", "\u200bAcme", "", None, *_HEADINGS[:4]),
    )
)
_AMOUNTS: st.SearchStrategy[object] = st.sampled_from(
    (
        *(1.5, 2.0, -0.0, 1e15, 1e-7, float("inf"), float("nan"), 10**30, True, "1.50", "-3"),
        *("1,234.56", "1.234", "(5.00)", "7-", "USD 8", "$9", "EUR 1.00", "贷 5", "-", "", None),
        *("nothing", date(2026, 1, 1), "12345678901234567890123456789.25", "1,50", "1.2e+5"),
    )
)
_CURRENCIES = st.sampled_from(["USD", "usd", "EUR", "人民币", "dollars", "", None, 5.0])
_SIDES = st.sampled_from(["借", "贷", "Dr", "credit", "?", "", None])
_OTHERS = st.one_of(
    st.none(),
    st.text(max_size=4),
    st.floats(),
    st.booleans(),
    st.just(datetime(2026, 1, 1, tzinfo=UTC)),
)
_USUAL = st.tuples(
    st.just("5f3a" * 8), st.just("x1"), _NAMES, _NAMES, st.just("a@b.example"), st.just("1"),
    st.sampled_from(["1.50", 2.25, 3.0]), st.just(""), st.just("USD"), st.just("Dr"),
)  # fmt: skip
_ODD = st.tuples(
    _IDS, _IDS, _NAMES, _NAMES, _OTHERS, _OTHERS, _AMOUNTS, _OTHERS, _CURRENCIES, _SIDES
)
_ROWS = st.lists(
    st.one_of(
        _USUAL.map(list),
        _ODD.map(list),
        st.builds(lambda row, end: list(row[:end]), _ODD, st.integers(0, 10)),
        st.just(list(_HEADINGS)),
        st.just([""] * len(_HEADINGS)),
        st.lists(_OTHERS, max_size=12),
    ),
    max_size=12,
)
_PLACES = st.sets(st.tuples(st.integers(2, 12), st.integers(1, 10)), max_size=3)
_MERGED = st.sets(
    st.builds(lambda top, more, at: (top, top + more, at, at), *[st.integers(1, 9)] * 3), max_size=2
)


def _sorted(
    rows: Sequence[Sequence[object]], facts: Facts | None, without: Sequence[str]
) -> dict[str, Any] | str:
    """Return everything that is found, or the sentence."""
    sheet = Sheet(name="S", rows=rows, facts=facts, form="xlsx")
    try:
        columns = find_columns(rows, "file", {}, without)
        assert columns is not None
        found = SortedRows(sheet, columns, "file")
    except LedgerError as error:
        return str(error)
    names = ("lines", "ignored", "damaged", "credits", "spread", "thousands")
    # As text: 1.0 and 1.00 are equal decimals and different amounts.
    return {name: repr(getattr(found, name)) for name in names}


@given(
    rows=_ROWS,
    headings=st.integers(1, len(_HEADINGS)),
    at_once=st.integers(1, 5),
    spoilt=st.none() | st.tuples(_PLACES, _PLACES, _MERGED),
    without=st.lists(st.sampled_from(["amount", "direction", "customer_id", "xaccount_id"])),
)
@settings(max_examples=500, deadline=None)
@example(rows=[["x", "", "", "", "", "", 5.0]], headings=7, at_once=3, spoilt=None, without=[])
def test_many_rows_at_once_are_read_as_one_by_one(
    rows: list[list[object]], headings: int, at_once: int, spoilt: Any, without: list[str]
) -> None:
    facts = None
    if spoilt:
        errors, uncalculated, merged = spoilt
        facts = Facts(errors=errors, uncalculated=uncalculated, merged=merged)
    if set(without) >= {"customer_id", "xaccount_id"} or headings == 1:
        without = []
    rows = [list(_HEADINGS[:headings]), *rows]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.ledger.rows._AT_ONCE", at_once)
        at_once_found = _sorted(rows, facts, without)
        patch.setattr(SortedRows, "_plain_lines", lambda _, __, rows: ([], range(len(rows))))
        one_by_one = _sorted(rows, facts, without)

    assert at_once_found == one_by_one


@given(st.lists(st.one_of(_NAMES, _OTHERS, _AMOUNTS, _IDS), max_size=5))
@settings(max_examples=300, deadline=None)
def test_texts_and_ids_of_many_cells_are_those_of_each(cells: list[object]) -> None:
    assert texts_of(cells) == [text_of(cell) for cell in cells]
    ids = [id_of(cell) for cell in cells]
    assert ids_of(cells) == (
        [text for text, _ in ids],
        {at for at, (_, what) in enumerate(ids) if what},
    )


@given(
    st.lists(st.floats() | st.floats(-1e4, 1e4).map(lambda each: round(each, 2)), max_size=5)
    | st.lists(st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,3})?", fullmatch=True), max_size=5)
    | st.lists(_AMOUNTS, max_size=3),
    st.sampled_from([".", ","]),
)
@settings(max_examples=300, deadline=None)
def test_plain_numbers_are_the_amounts_of_each_cell(cells: list[object], mark: Any) -> None:
    numbers = plain_numbers(cells, mark)

    if numbers is not None:
        each = [money_of(cell, mark) for cell in cells]
        assert list(map(repr, numbers)) == [repr(money.number) for money in each]
        assert not any(money.currency or money.marked for money in each)


@pytest.mark.parametrize(
    "word",
    ["Total", "Total USD:", "Grand total", "Summe", "Gesamtbetrag", "Итого", "المجموع", "الإجمالي",
     "المجموع الكلي", "รวมทั้งสิ้น", "Tổng cộng", "合计", "合 計", "合計金額"],
)  # fmt: skip
def test_a_total_is_one_in_many_languages(word: str) -> None:
    assert _is_total(word)


@pytest.mark.parametrize(
    "name",
    ["Total Energies SE", "合计科技有限公司", "Summit", "Gesamtschule Köln", "Total SAS"],
)
def test_a_company_is_no_total(name: str) -> None:
    assert not _is_total(name)
