"""Money in finance's file: no sum is lost, no currencies are added up, credits are negative."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from partnerbook.errors import LedgerError
from reports.ledger import Ledger, read_ledger
from reports.ledger.amounts import Mark, money_of
from reports.ledger.formats import currency_of

Read = Callable[..., Ledger]


@pytest.fixture(params=["xlsx", "csv", "semicolons"])
def form(request: pytest.FixtureRequest) -> str:
    """Return a file format; all of them are read by one rule."""
    return str(request.param)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return ``read(*rows, mapping=, form=)``: the rows as a file, read back."""

    def do(*rows: Sequence[Any], mapping: dict[str, str] | None = None, form: str = "csv") -> Any:
        path = tmp_path / "ledger.bin"
        if form == "xlsx":
            book = Workbook()
            for row in rows:
                book.worksheets[0].append(list(row))
            book.save(path)
        else:
            mark = ";" if form == "semicolons" else ","
            lines = (mark.join(f'"{cell}"' for cell in row) for row in rows)
            path.write_text("\n".join(lines), encoding="utf-8")
        return read_ledger(path, mapping)

    return do


def amounts(ledger: Ledger) -> list[tuple[str | None, str | None]]:
    return [
        (None if line.amount is None else str(line.amount), line.currency) for line in ledger.lines
    ]


def damage(ledger: Ledger) -> list[tuple[int, str, str]]:
    return [(each.row, each.field, each.what) for each in ledger.damaged]


@pytest.mark.parametrize(
    "heading",
    [
        "期末余额", "应收余额", "本期应收", "应收账款", "未收款", "未收金额", "含税金额",
        "价税合计", "本币金额", "原币金额", "欠款金额", "余额", "Outstanding", "Balance",
        "Net amount", "Gross",
        "Amount due", "Open amount", "AR balance", "Closing balance", "Ending balance",
        "Amount in local currency", "Betrag", "Montant", "Outstanding (USD)", "期末余额（元）",
    ],
)  # fmt: skip
def test_what_offices_call_an_amount_is_one(read: Read, heading: str) -> None:
    ledger = read(["Customer ID", heading], ["c-1", "100.50"])

    assert [line.amount for line in ledger.lines] == [Decimal("100.50")]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Zzyzx", ["100.50", "7"]),
        ("Zzyzx", ["-5", "100"]),
        ("Zzyzx", ["¥5", "¥7"]),
        ("Zzyzx", ["1.234,56", "7,50"]),
        ("Owed by them", ["100", "200"]),
        ("ยอดเงิน", ["100", "200"]),
        ("", ["100.50", "7"]),
    ],
)
def test_a_sum_that_nobody_named_is_asked_for_not_lost(
    read: Read, form: str, heading: str, cells: list[str]
) -> None:
    mark: Mark = "," if "1.234,56" in cells else "."
    rows = [["Customer ID", heading], *([f"c-{n}", cell] for n, cell in enumerate(cells))]

    with pytest.raises(LedgerError, match=r"column B.*--map amount=B.*--map amount=none"):
        read(*rows, form=form)
    told = read(*rows, form=form, mapping={"amount": "B"})
    assert [line.amount for line in told.lines] == [money_of(cell, mark).number for cell in cells]
    for none in ("", "none", "NONE"):
        ledger = read(*rows, form=form, mapping={"amount": none})
        assert [line.amount for line in ledger.lines] == [None, None]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Qty", ["1.5", "2"]),
        ("Tax rate", ["0.13", "0.06"]),
        ("税率", ["0.13", "0.06"]),
        ("Menge", ["1", "2"]),
        ("Zzyzx", ["1", "2"]),
        ("Phone 2", ["+86 138 0013 8000", "010-1"]),
        ("Ref", ["880000000000000001", "880000000000000002"]),
        ("Since", ["2026-01-02", "2026-02-03"]),
        ("Remark", ["7.5", "call them"]),
    ],
)
def test_what_is_no_money_is_no_question(read: Read, heading: str, cells: list[str]) -> None:
    rows = [["Customer ID", heading], *([f"c-{n}", cell] for n, cell in enumerate(cells))]

    assert len(read(*rows).lines) == 2


def test_columns_of_several_currencies_are_asked_for_and_none_is_offered(read: Read) -> None:
    with pytest.raises(LedgerError, match="hold money of several currencies") as caught:
        read(["Customer ID", "CNY", "USD", "Total EUR x"], ["c-1", "5.00", "7.00", "1.50"])

    assert "amount=none" in str(caught.value)
    assert "amount=B" not in str(caught.value)


def test_money_beside_the_amount_is_named(read: Read) -> None:
    ledger = read(["Customer ID", "Amount", "Zzyzx", "Qty"], ["c-1", "5.00", "6.50", "1.5"])

    (note,) = ledger.notes
    assert "'Zzyzx' (column C)" in note
    assert "Qty" not in note


def test_currencies_in_the_cells_stay_apart(read: Read, form: str) -> None:
    cells = ["¥100", "€300", "$7", "US$200", "S$400", "HK$5", "NT$5", "A$5", "RM 5", "฿5", "د.إ 5",
             "5 元", "USD 6", "6 CHF", "人民币 7元", "￥8"]  # fmt: skip
    ledger = read(["Customer ID", "Amount"], *(["c", each] for each in cells), form=form)

    assert amounts(ledger) == [
        ("100", "¥"), ("300", "EUR"), ("7", "$"), ("200", "USD"), ("400", "SGD"), ("5", "HKD"),
        ("5", "TWD"), ("5", "AUD"), ("5", "MYR"), ("5", "THB"), ("5", "AED"), ("5", "元"),
        ("6", "USD"), ("6", "CHF"), ("7", "CNY"), ("8", "¥"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "column", "expected"),
    [
        ("USD 5", "USD", "USD"),
        ("$5", "HKD", "HKD"),
        ("¥5", "JPY", "JPY"),
        ("5元", "CNY", "CNY"),
        ("RMB 5", "CNY", "CNY"),
        ("CNY 5", "RMB", "RMB"),
        ("¥5", "人民币", "人民币"),
        ("$5", "", "$"),
        ("EUR 7", "USD", None),
        ("¥7", "USD", None),
        ("€7", "CNY", None),
    ],
)
def test_a_cell_that_contradicts_its_currency_column_is_damaged(
    read: Read, cell: str, column: str, expected: str | None
) -> None:
    ledger = read(["Customer ID", "Amount", "Currency"], ["c-1", cell, column])

    if expected:
        assert (ledger.lines[0].currency, ledger.damaged) == (expected, ())
        assert ledger.lines[0].amount
    else:
        assert ledger.lines[0].amount is None
        assert damage(ledger) == [(2, "amount", "another currency than its column")]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("[$€-2] #,##0.00", "EUR"), ('"¥"#,##0.00', "¥"), ("¥#,##0.00", "¥"), ("$#,##0", "$"),
        ("[$USD] #,##0.00", "USD"), ("[$USD-409] 0", "USD"), ("[$$-409]#,##0.00", "USD"),
        ("[$￥-804]#,##0.00;[Red]-[$￥-804]#,##0.00", "CNY"), ("[$¥-411]#,##0", "JPY"),
        ("[$¥-zh-CN]0", "CNY"), ("[$$-1004]0", "SGD"), ("[$$-C04]0", "HKD"), ("[$NT$-404]0", "TWD"),
        ('_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "EUR"),
        ('_("US$"* #,##0.00_);_("US$"* (#,##0.00)', "USD"), ('#,##0.00" 元"', "元"),
        (r"\U\S\D\ #,##0.00", "USD"), ('[>=1000]"£"#,##0;"£"0.00', "GBP"), ('0.00" RMB"', "CNY"),
        ("[$-409]#,##0.00", None), ("#,##0.00_ ", None), ("General", None), ("0.00%", None),
        ('0" days"', None), ('#,##0.00" Cr"', None), ("[$-804]yyyy/m/d", None), ("[Red]0", None),
        ('"€"0;"$"0', None), ("@", None), ('"', None), ("\\", None), ("[$" * 500_000, "$"),
    ],
)  # fmt: skip
def test_a_number_format_names_its_currency(code: str, expected: str | None) -> None:
    assert currency_of(code) == expected


Formatted = Callable[..., Ledger]


@pytest.fixture
def formatted(tmp_path: Path) -> Formatted:
    """Return ``formatted(headings, *(cells, format))``: rows with the format of column B."""

    def do(headings: Sequence[str], *rows: tuple[Sequence[Any], str], unusual: bool = False) -> Any:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.append(list(headings))
        for cells, code in rows:
            sheet.append(list(cells))
            sheet.cell(sheet.max_row, 2).number_format = code
        path = tmp_path / "ledger.xlsx"
        book.save(path)
        if unusual:
            data = io.BytesIO(path.read_bytes())
            with zipfile.ZipFile(data) as old, zipfile.ZipFile(path, "w") as new:
                for each in old.namelist():
                    xml = re.sub(rb'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"', rb"<c s='\2' r='\1'",
                                 old.read(each))  # fmt: skip
                    new.writestr(each, xml)
        return read_ledger(path)

    return do


@pytest.mark.parametrize("unusual", [False, True])
def test_currencies_that_only_formats_show_stay_apart(formatted: Formatted, unusual: bool) -> None:
    ledger = formatted(
        ["Partner's ID", "Amount"],
        (["20001", 100], "[$€-2] #,##0.00"), (["00007", 100], '"¥"#,##0.00'),
        (["00008", 5.5], "0.00"), (["00009", "7"], '"¥"#,##0.00'),
        unusual=unusual,
    )  # fmt: skip

    assert amounts(ledger) == [("100", "EUR"), ("100", "¥"), ("5.5", None), ("7", None)]
    assert not ledger.damaged


def test_one_currency_by_format_is_that_of_every_row(formatted: Formatted) -> None:
    rows = [([f"p-{n}", n + 0.5], "[$€-2] #,##0.00") for n in range(1500)]

    ledger = formatted(["Partner's ID", "Amount"], *rows)

    assert amounts(ledger) == [(f"{n}.5", "EUR") for n in range(1500)]


@pytest.mark.parametrize(
    ("headings", "more", "code", "expected"),
    [
        (["Partner's ID", "Amount", "Currency"], ["CNY"], '"¥"0.00', ("5", "CNY")),
        (["Partner's ID", "Amount", "Currency"], [""], '"¥"0.00', ("5", "¥")),
        (["Partner's ID", "Amount", "Currency"], ["USD"], '"¥"0.00', None),
        (["Partner's ID", "Amount (SGD)"], [], "$0.00", ("5", "SGD")),
        (["Partner's ID", "Amount (USD)"], [], "[$€-2]0.00", None),
        (["Partner's ID", "Amount (USD)", "Currency"], ["EUR"], "[$€-2]0.00", ("5", "EUR")),
    ],
)
def test_a_format_agrees_with_what_the_row_says_or_is_damage(
    formatted: Formatted,
    headings: Sequence[str],
    more: list[str],
    code: str,
    expected: tuple[str, str] | None,
) -> None:
    ledger = formatted(headings, (["p-1", 5, *more], code), (["p-2", 6, *more], "0"))

    if expected:
        assert amounts(ledger)[0] == expected
        assert not ledger.damaged
    else:
        assert damage(ledger) == [(2, "amount", "another currency than its column")]


def test_a_heading_tells_which_currency_a_shared_sign_is(read: Read) -> None:
    ledger = read(["Customer ID", "Amount (JPY)"], ["c-1", "¥5"], ["c-2", "6"], ["c-3", "€7"])

    assert amounts(ledger) == [("5", "JPY"), ("6", "JPY"), ("7", "EUR")]


@pytest.mark.parametrize("cell", ["40 CR", "40CR", "CR 40", "(40)", "40-", "USD (40)", "贷 40"])
def test_credits_are_negative_and_said_to_be(read: Read, form: str, cell: str) -> None:
    ledger = read(["Customer ID", "Amount"], ["c-1", "100 DR"], ["c-2", cell], form=form)

    assert [line.amount for line in ledger.lines] == [Decimal(100), Decimal(-40)]
    assert ledger.damaged == ()
    assert "1 amount(s) are credits" in ledger.notes[0]
    assert "rows 3" in ledger.notes[0]


@pytest.mark.parametrize(
    ("heading", "debit", "credit"),
    [
        ("方向", "借", "贷"),
        ("D/C", "D", "C"),
        ("Dr/Cr", "Dr", "Cr"),
        ("Debit/Credit", "Debit", "Credit"),
        ("S/H", "S", "H"),
        ("余额方向", "借方", "贷方"),
    ],
)
def test_a_column_of_directions_gives_the_sign(
    read: Read, heading: str, debit: str, credit: str
) -> None:
    head = ["Customer ID", heading, "Amount"]
    ledger = read(head, ["c-1", debit, "100"], ["c-2", credit, "40"], ["c-3", "??", "7"])

    assert [line.amount for line in ledger.lines] == [Decimal(100), Decimal(-40), None]
    assert damage(ledger) == [(4, "amount", "an amount of a direction that nobody knows")]
    assert "1 amount(s) are credits" in ledger.notes[0]

    signed = read(head, ["c-1", debit, "100"], ["c-2", credit, "-40"])
    assert [line.amount for line in signed.lines] == [Decimal(100), Decimal(-40)]

    both = read(head, ["c-1", credit, "30"], ["c-2", credit, "-40"], ["c-3", "", "5"])
    assert [line.amount for line in both.lines] == [Decimal(-30), None, Decimal(5)]


@pytest.mark.parametrize(
    ("debit", "credit"),
    [
        ("Debit", "Credit"), ("借方金额", "贷方金额"), ("借方", "贷方"), ("Dr", "Cr."),
        ("Debit (USD)", "Credit (USD)"), ("Soll", "Haben"), ("本期借方发生额", "本期贷方发生额"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("balance", ["Balance", "余额", None])
def test_a_column_of_debits_and_one_of_credits_make_the_amount(
    read: Read, form: str, debit: str, credit: str, balance: str | None
) -> None:
    more, rest = ([balance, "余额方向"], ["60.00", "借"]) if balance else ([], [])

    ledger = read(
        ["Customer ID", "Customer name", debit, credit, *more],
        ["c-1", "Alpha Ltd", "100.00", "", *rest], ["c-1", "Alpha Ltd", "", "40.00", *rest],
        ["c-2", "Beta Ltd", "5.00", "5.00", *rest], ["c-3", "Gamma Ltd", "", "", *rest],
        ["c-4", "Delta Ltd", "", "-2.50", *rest],
        form=form,
    )  # fmt: skip

    told = "USD" if "USD" in debit else None
    assert amounts(ledger) == [
        ("100.00", told), ("-40.00", told), ("0.00", told), (None, None), ("2.50", told),
    ]  # fmt: skip
    assert not ledger.damaged
    assert f"The amount of each row is {debit!r} (column C) less {credit!r} (column D)." in (
        ledger.notes
    )


def test_credits_that_are_all_negative_need_no_further_sign(read: Read) -> None:
    head = ["Customer ID", "Debit", "Credit"]

    ledger = read(head, ["c-1", "100", ""], ["c-2", "", "-40"], ["c-3", "7", "0"])

    assert [line.amount for line in ledger.lines] == [Decimal(100), Decimal(-40), Decimal(7)]


@pytest.mark.parametrize(
    ("cells", "place", "what"),
    [
        (["5", "x"], "C", "no amount"),
        (["x", ""], "B", "no amount"),
        (["€5", "$2"], "B", "another currency than its column"),
    ],
)
def test_half_an_amount_that_cannot_be_read_is_no_amount(
    read: Read, cells: list[str], place: str, what: str
) -> None:
    ledger = read(["Customer ID", "Debit", "Credit"], ["c-1", *cells], ["c-2", "1", ""])

    assert [line.amount for line in ledger.lines] == [None, Decimal(1)]
    assert [(each.column, each.field, each.what) for each in ledger.damaged] == [
        (place, "amount", what)
    ]


def test_the_amount_itself_counts_more_than_debits_and_credits_beside_it(read: Read) -> None:
    head = ["Customer ID", "期末余额", "借方", "贷方"]
    rows = (["c-1", "60.00", "100.00", "40.00"], ["c-2", "7.00", "7.00", ""])

    found, told = read(head, *rows), read(head, *rows, mapping={"debit": "借方", "credit": "D"})

    assert [line.amount for line in found.lines] == [Decimal(60), Decimal(7)]
    assert "'借方' (column C), '贷方' (column D)" in found.notes[0]
    assert [line.amount for line in told.lines] == [Decimal(60), Decimal(7)]
    assert "'借方' (column C) less '贷方' (column D)" in told.notes[1]


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        ({"amount": "Debit", "direction": "Credit"}, "'Credit' .column C. says debit or credit"),
        ({"debit": "Debit"}, "--map debit=COLUMN --map credit=COLUMN"),
        ({"debit": "B", "credit": "C", "amount": "B"}, "amount was said too"),
    ],
)
def test_a_mapping_that_loses_credits_is_refused(
    read: Read, mapping: dict[str, str], why: str
) -> None:
    with pytest.raises(LedgerError, match=why):
        read(
            ["Customer ID", "Debit", "Credit"], ["c-1", "5", ""], ["c-2", "", "4"], mapping=mapping
        )


def test_two_currencies_of_debits_and_credits_are_refused(read: Read) -> None:
    with pytest.raises(LedgerError, match="two currencies, EUR and USD"):
        read(["Customer ID", "Debit (USD)", "Credit (EUR)"], ["c-1", "5", "4"])


def test_one_of_the_two_alone_is_no_amount_of_its_own(read: Read) -> None:
    with pytest.raises(LedgerError, match=r"'Debit' \(column B\) holds money"):
        read(["Customer ID", "Debit"], ["c-1", "5.00"])


def test_a_data_centre_is_no_direction(read: Read) -> None:
    ledger = read(["Customer ID", "DC", "Amount"], ["c-1", "Ulanqab", "100"])

    assert ledger.lines[0].amount == Decimal(100)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1.234", "2,500"], None),
        (["1.234", "2.500"], None),
        (["1,234", "2,500"], ["1234", "2500"]),
        (["1,234", "2.50"], ["1234", "2.50"]),
        (["1.234", "2,50"], ["1234", "2.50"]),
        (["1.234", "0.500"], ["1.234", "0.500"]),
        (["1.234.567", "1,5"], ["1234567", "1.5"]),
    ],
)
def test_decimals_are_decided_by_the_whole_column_alike_in_every_format(
    read: Read, form: str, cells: list[str], expected: list[str] | None
) -> None:
    rows = (["Customer ID", "Amount"], *(["c", each] for each in cells))
    ledger = read(*rows, form=form)

    if expected:
        assert [str(line.amount) for line in ledger.lines] == expected
        said = any("--map decimal=" in note for note in ledger.notes)
        assert said == (expected == ["1234", "2500"])
    else:
        what = "thousands or decimals, which nothing in its column tells"
        assert damage(ledger) == [(2, "amount", what), (3, "amount", what)]
        told = read(*rows, form=form, mapping={"decimal": "."})
        assert told.lines[0].amount == Decimal("1.234")


def test_a_customer_merged_over_several_rows_is_of_each_of_them(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["Customer ID", "Company", "Invoice", "Amount", "Currency"],
        ["c-1", "Firm 1", "a", 5, "USD"],
        [None, None, "b", 6, None],
        [None, None, "c", 7, "USD"],
        ["c-2", "Firm 2", "d", 8, "USD"],
        [None, None, "e", 9, "USD"],
    ):
        sheet.append(row)
    for area in ("A2:A4", "B2:B4", "E2:E3"):
        sheet.merge_cells(area)
    book.save(tmp_path / "l.xlsx")

    ledger = read_ledger(tmp_path / "l.xlsx")

    assert [(each.row, each.customer_id) for each in ledger.lines] == [
        (2, "c-1"),
        (3, "c-1"),
        (4, "c-1"),
        (5, "c-2"),
    ]
    assert amounts(ledger) == [("5", "USD"), ("6", "USD"), ("7", "USD"), ("8", "USD")]
    assert [(each.row, str(each.amount)) for each in ledger.ignored] == [(6, "9")]
    assert any("2 row(s)" in note and "rows 3, 4." in note for note in ledger.notes)
    assert any("1 row(s) have an amount and no customer" in note for note in ledger.notes)


def test_big5_is_read_and_every_guessed_encoding_is_said(tmp_path: Path) -> None:
    names = ["台北陽光股份有限公司", "高雄海運公司", "臺中機械廠", "新竹科技顧問"]
    text = "客戶編號,客戶名稱,金額,幣別\n" + "".join(f"c-{n},{n},1,TWD\n" for n in names)
    path = tmp_path / "l.csv"
    path.write_bytes(text.encode("big5"))

    ledger = read_ledger(path)

    assert [line.customer_id for line in ledger.lines] == [f"c-{name}" for name in names]
    assert amounts(ledger) == [("1", "TWD")] * 4
    assert [line.company_name for line in ledger.lines] == names
    assert any("BIG5" in note for note in ledger.notes)

    path.write_bytes("客户编号,客户名称\nc-1,深圳蓝海智能有限公司\n".encode("gbk"))
    gbk = read_ledger(path)
    assert gbk.lines[0].company_name == "深圳蓝海智能有限公司"
    assert any("GBK" in note for note in gbk.notes)


@pytest.mark.parametrize(
    ("mapping", "field"),
    [({"amount": "Nope"}, "amount"), ({"currency": "Nope"}, "currency"),
     ({"customer_id": "Nope"}, "customer_id"), ({"company_name": "B", "amount": "Nope"}, "amount")],
)  # fmt: skip
def test_a_heading_that_is_not_there_names_its_own_field(
    read: Read, mapping: dict[str, str], field: str
) -> None:
    with pytest.raises(LedgerError, match=f"e.g. --map {field}=A"):
        read(["Customer ID", "Company", "Amount"], ["c-1", "Firm", "5"], mapping=mapping)


@pytest.mark.parametrize(
    ("cells", "told"), [(["1,234.50", "7"], ","), (["12.5"], ","), (["1.234,50"], ".")]
)
def test_a_mark_that_the_amounts_disprove_is_refused(
    read: Read, cells: list[str], told: str
) -> None:
    other = "." if told == "," else ","
    rows = ([f"c-{n}", cell] for n, cell in enumerate(cells))

    with pytest.raises(LedgerError, match=f"column B cannot be read .* --map decimal={other}"):
        read(["Customer ID", "Amount"], *rows, mapping={"decimal": told}, form="semicolons")
