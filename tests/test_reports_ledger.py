"""Finance's file: found, read, nothing dropped; hostile ones end in one sentence."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from partnerbook.errors import LedgerError
from reports.ledger import Ledger, read_ledger
from reports.ledger.amounts import money_of
from reports.ledger.cells import association_of, id_of, text_of

HEADINGS = ["Customer ID", "Account", "Customer name", "Amount", "Currency"]
Row = Sequence[Any]


def book_bytes(*sheets: tuple[str, Sequence[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def ledger_of(tmp_path: Path) -> Callable[..., Ledger]:
    """Return ``read(*rows, title=, mapping=)``: the rows as one sheet of an xlsx, read back."""

    def read(*rows: Row, title: str = "Ledger", mapping: dict[str, str] | None = None) -> Ledger:
        path = tmp_path / "ledger.xlsx"
        path.write_bytes(book_bytes((title, rows)))
        return read_ledger(path, mapping)

    return read


def test_headings_need_not_be_in_the_first_row_and_rows_are_counted_as_the_user_sees_them(
    ledger_of: Callable[..., Ledger],
) -> None:
    ledger = ledger_of(
        ["Receivables, March 2026"],
        [],
        HEADINGS,
        ["c-1", "anna", "Anna Ltd", 12.5, "USD"],
        [],
        ["c-2", "bo", "Bo Ltd", 0.1, "USD"],
        ["Total", None, None, 12.6, None],
        [None, None, None, 3, "USD"],
        HEADINGS,
        ["c-3", "cy", "Total", 1, "USD"],
    )

    assert ledger.heading_row == 3
    assert [(line.row, line.customer_id, line.amount) for line in ledger.lines] == [
        (4, "c-1", Decimal("12.5")),
        (6, "c-2", Decimal("0.1")),
        (10, "c-3", Decimal(1)),
    ]
    assert [(each.row, each.reason, each.amount) for each in ledger.ignored] == [
        (5, "blank", None),
        (7, "totals row", None),
        (8, "no customer: neither an ID nor a name", Decimal(3)),
        (9, "headings repeated", None),
    ]
    assert ledger.rows_read == 7
    assert ledger.notes[0].startswith("The headings stand in row 3")


@pytest.mark.parametrize(
    "headings",
    [
        ["xaccount_id", "customer_id", "account_name", "company_name", "association", "amount",
         "currency"],
        ["Partner's ID", "Customer ID", "Account", "Customer Name", "Association", "Amount (USD)",
         "CCY"],
        ["xAccount", "CUSTOMER ID", "Account name", "Company", "Association type", "Amount Due",
         "Currency"],
        ["伙伴侧ID", "客户ID", "账号", "客户名称", "关联类型", "金额", "币种"],
        ["伙伴侧客户ID", "客户编号", "账号名", "公司名称", "合作类型", "应收金额（元）", "货币"],
        ["伙伴侧ID Partner's ID", "客户ID/Customer ID", "账号名(Account name)", "公司名称\nCompany",
         "关联类型 Association", "金额 Amount", "币种 Currency"],
    ],
)  # fmt: skip
def test_columns_are_found_by_their_names_in_english_and_chinese(
    ledger_of: Callable[..., Ledger], headings: list[str]
) -> None:
    ledger = ledger_of(headings, ["CRM-1", "c-1", "anna", "安娜", "转售", 5, "CNY"])

    (line,) = ledger.lines
    assert (line.xaccount_id, line.customer_id, line.account_name) == ("CRM-1", "c-1", "anna")
    assert (line.company_name, line.association) == ("安娜", "3")
    assert (line.amount, line.currency) == (Decimal(5), "CNY")


def test_a_column_that_says_whose_id_it_holds_wins(ledger_of: Callable[..., Ledger]) -> None:
    ledger = ledger_of(
        ["Customer ID", "HUAWEI CLOUD customer ID", "Customer name", "Company name", "USD amount"],
        ["7", "c-1", "Li", "Acme", 5],
    )

    (line,) = ledger.lines
    assert (line.customer_id, line.company_name, line.amount) == ("c-1", "Acme", Decimal(5))


def test_a_column_of_vendor_ids_needs_no_name_that_anybody_knows(
    ledger_of: Callable[..., Ledger],
) -> None:
    ids = [f"{number:032x}" for number in range(3)]
    ledger = ledger_of(
        ["Forderungen"],
        ["Kunde", "Kennung", "Betrag"],
        *(["x", each, 1] for each in ids),
        ["Summe"],
    )

    assert ledger.heading_row == 2
    assert [line.customer_id for line in ledger.lines] == ids
    assert ledger.headings == {"customer_id": "Kennung", "amount": "Betrag"}
    assert ledger.ignored[0].reason == "totals row"


def test_a_column_of_vendor_ids_is_that_whatever_ids_its_name_promises(
    ledger_of: Callable[..., Ledger],
) -> None:
    (line,) = ledger_of(["CRM ID", "Customer name"], ["5f3a" * 8, "Acme"]).lines

    assert (line.customer_id, line.xaccount_id, line.company_name) == ("5f3a" * 8, None, "Acme")


def test_the_sheet_with_the_ledger_is_found_among_others(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(
        book_bytes(
            ("Cover", [["Prepared by", "Li"]]),
            ("März 2026", [HEADINGS, ["c-1", "a", "A", 1, "USD"]]),
            ("Contacts", [["Customer name", "Mail"], ["A", "a@example.com"]]),
        )
    )

    ledger = read_ledger(path)

    assert ledger.sheet == "März 2026"
    assert "Cover, Contacts" in ledger.notes[0]
    assert read_ledger(path, {"sheet": "Contacts"}).lines[0].company_name == "A"


def test_two_sheets_that_could_both_be_the_ledger_are_named(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    rows = [HEADINGS, ["c-1", "a", "A", 1, "USD"]]
    path.write_bytes(book_bytes(("January", rows), ("February", rows)))

    with pytest.raises(LedgerError, match=r"'January' and 'February'.*--map sheet=NAME"):
        read_ledger(path)


def test_unclear_columns_are_named_and_a_mapping_settles_them(
    ledger_of: Callable[..., Ledger],
) -> None:
    unknown = (["Kunde Nr", "Wert"], ["c-1", 5])
    with pytest.raises(LedgerError, match=r"columns there are A 'Kunde Nr', B 'Wert'"):
        ledger_of(*unknown)
    told = ledger_of(*unknown, mapping={"customer_id": "Kunde Nr", "amount": "B"})
    assert (told.lines[0].customer_id, told.lines[0].amount) == ("c-1", Decimal(5))

    twice = (["Customer ID", "Amount", "Amount"], ["c-1", 5, 6])
    with pytest.raises(LedgerError, match=r"column B.*column C.*--map amount="):
        ledger_of(*twice)
    assert ledger_of(*twice, mapping={"amount": "C"}).lines[0].amount == Decimal(6)

    with pytest.raises(LedgerError, match=r"no heading row with customer_id='Nummer'"):
        ledger_of(*unknown, mapping={"customer_id": "Nummer"})
    with pytest.raises(LedgerError, match="a ledger has no field customer"):
        ledger_of(*unknown, mapping={"customer": "Kunde Nr"})


def test_ids_stay_text_and_what_a_spreadsheet_spoilt_is_named_and_never_used(
    ledger_of: Callable[..., Ledger],
) -> None:
    ledger = ledger_of(
        ["Customer ID", "Account"],
        ["0086", "a"],
        [86, "b"],
        ["12e4", "c"],
        [120000000000000000, "d"],
        ["1.2E+17", "e"],
        [date(2026, 1, 2), "f"],
        ["#N/A", "g"],
        ["=A1", "h"],
    )

    assert [line.customer_id for line in ledger.lines] == ["0086", "86", "12e4"] + [None] * 5
    assert [(each.row, each.column, each.field, each.what) for each in ledger.damaged] == [
        (5, "A", "customer_id", "a number with more digits than a spreadsheet keeps"),
        (6, "A", "customer_id", "shortened to a power of ten by a spreadsheet"),
        (7, "A", "customer_id", "turned into a date by a spreadsheet"),
        (8, "A", "customer_id", "an error value"),
        (9, "A", "customer_id", "a formula that was never calculated"),
    ]


def test_a_row_with_nothing_but_a_spoilt_id_is_still_a_line(
    ledger_of: Callable[..., Ledger],
) -> None:
    ledger = ledger_of(["Customer ID", "Amount"], ["1.2E+17", 4], ["=B2", None])

    assert [line.row for line in ledger.lines] == [2, 3]
    assert ledger.ignored == ()


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["Customer ID"], ["c-1"], ["c-2"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "hidden.xlsx")

    ledger = read_ledger(tmp_path / "hidden.xlsx")

    assert [line.customer_id for line in ledger.lines] == ["c-1", "c-2"]
    assert ledger.notes == ("1 row(s) of the ledger are hidden; they were read like the others.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_the_encodings_and_separators_that_offices_use(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    amount = "1.234,50" if separator == ";" else "1234.50"
    rows = [
        ["客户ID", "客户名称", "金额", "备注"],
        ["0086", "云海科技有限公司", amount, '"两\n行"'],
        ["", "", "", ""],
        ["c-2", "北京分公司", "", ""],
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    path = tmp_path / "ledger.csv"
    path.write_bytes(text.encode(encoding))

    ledger = read_ledger(path)

    assert [(line.row, line.customer_id, line.company_name) for line in ledger.lines] == [
        (2, "0086", "云海科技有限公司"),
        (4, "c-2", "北京分公司"),
    ]
    assert ledger.lines[0].amount == Decimal("1234.50")
    assert [(each.row, each.reason) for each in ledger.ignored] == [(3, "blank")]


@pytest.mark.parametrize("name", ["شركة الأمل", "บริษัท ไทย", "🚀 Rocket", "Émile & Söhne", "𠮷"])
def test_chinese_csv_with_other_scripts_in_it_is_still_chinese(tmp_path: Path, name: str) -> None:
    path = tmp_path / "ledger.csv"
    text = f"Customer ID,Company name\nc-1,{name}\nc-2,云南云计算有限公司\nc-3,{name}\n"
    path.write_bytes(text.encode("gb18030"))

    names = [line.company_name for line in read_ledger(path).lines]

    assert names == [name, "云南云计算有限公司", name]


def test_a_ledger_without_headings_loses_no_line_as_headings(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    lines = [f"{n:032x},Customer {n},{n}.50" for n in range(1, 9)]
    path.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(LedgerError, match="no heading row"):
        read_ledger(path)
    ledger = read_ledger(path, {"customer_id": "A", "company_name": "B", "amount": "C"})
    assert [(line.row, line.customer_id) for line in ledger.lines] == [
        (n, f"{n:032x}") for n in range(1, 9)
    ]
    assert sum(line.amount or 0 for line in ledger.lines) == Decimal("40.00")


@pytest.mark.parametrize("last", ["1000.00", "1000", "", "-5"])
def test_a_value_is_no_heading_though_a_person_said_it(
    ledger_of: Callable[..., Ledger], last: str
) -> None:
    rows = [
        ["Customer ID", "Name", "Currency", "Amount"],
        ["", "Alpha Ltd", "USD", last],
        [f"{1:032x}", "Beta Ltd", "USD", "10.00"],
    ]

    with pytest.raises(LedgerError, match=r"with amount='USD' was found.*--map amount=A"):
        ledger_of(*rows, mapping={"amount": "USD"})


def test_the_first_line_of_a_ledger_without_headings_is_not_lost(
    ledger_of: Callable[..., Ledger],
) -> None:
    ledger = ledger_of(
        ["Alpha Ltd", "1000.00"], ["Beta Ltd", "10"], mapping={"company_name": "A", "amount": "B"}
    )

    assert ledger.heading_row == 0
    assert [line.company_name for line in ledger.lines] == ["Alpha Ltd", "Beta Ltd"]


def test_months_may_be_headings_that_a_person_said(ledger_of: Callable[..., Ledger]) -> None:
    ledger = ledger_of(
        ["Zzz", "2026", "202603", "3"], ["Alpha Ltd", "1.50", "2.50", "3.50"],
        mapping={"company_name": "Zzz", "amount": "3"},
    )  # fmt: skip

    assert [str(line.amount) for line in ledger.lines] == ["3.50"]


@pytest.mark.parametrize("heading", ["Customer ID", "Zzz"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_apostrophe_before_an_id_is_taken_off(tmp_path: Path, heading: str, form: str) -> None:
    ids = ["a9f7" * 8, "9ab6" * 8]
    path = tmp_path / "ledger.bin"
    rows = [[heading], *([f"'{each}"] for each in ids)]
    if form == "xlsx":
        path.write_bytes(book_bytes(("L", rows)))
    else:
        path.write_text("\n".join(row[0] for row in rows), encoding="utf-8")

    assert [line.customer_id for line in read_ledger(path).lines] == ids


def test_western_csv_is_not_taken_for_chinese(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes("Customer ID;Company name\nc-1;Müller Söhne GmbH\n".encode("cp1252"))

    assert read_ledger(path).lines[0].company_name == "Müller Söhne GmbH"


@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_other_spreadsheet_formats_as_libreoffice_writes_them(
    tmp_path: Path, libreoffice: Callable[..., Path], suffix: str
) -> None:
    source = tmp_path / "source.xlsx"
    rows = [
        [],
        HEADINGS,
        ["0086", "anna", "云海科技有限公司", 1234.5, "CNY"],
        [86, "b", "B", 2, ""],
    ]
    source.write_bytes(book_bytes(("账", rows)))

    ledger = read_ledger(libreoffice(source, suffix, tmp_path))

    assert ledger.sheet == "账"
    assert [(line.row, line.customer_id, line.amount) for line in ledger.lines] == [
        (3, "0086", Decimal("1234.5")),
        (4, "86", Decimal(2)),
    ]
    assert any(note.startswith("Not checked in this file format") for note in ledger.notes)


@pytest.mark.parametrize(
    ("cell", "mark", "expected"),
    [
        (0.1, ".", "0.1"),
        (1e22, ".", "1e22"),
        (5, ".", "5"),
        ("1,234,567.89", ".", "1234567.89"),
        ("1.234.567,89", ",", "1234567.89"),
        ("1 234,5", ",", "1234.5"),
        ("12,34,567.00", ".", "1234567.00"),
        ("$ 12.50", ".", "12.50"),
        ("¥1,000", ".", "1000"),
        ("USD 7", ".", "7"),
        ("7 CNY", ".", "7"),
        ("(12.50)", ".", "-12.50"),
        ("12.50-", ".", "-12.50"),
        ("−3", ".", "-3"),
        ("１２．５", ".", "12.5"),
        (".5", ".", "0.5"),
    ],
)
def test_amounts_are_read_exactly(cell: object, mark: Any, expected: str) -> None:
    assert money_of(cell, mark).number == Decimal(expected)


@pytest.mark.parametrize("cell", ["abc", "1,23,4.5", "1.2.3", "12-03-2026", True, date(2026, 1, 1)])
def test_what_is_no_amount_is_refused(cell: object) -> None:
    with pytest.raises(ValueError, match="no amount"):
        money_of(cell)


@pytest.mark.parametrize("cell", [None, "", " ", "-", "n/a"])
def test_a_cell_without_an_amount_has_none(cell: object) -> None:
    assert money_of(cell).number is None


def test_an_amount_that_cannot_be_read_is_named_not_dropped(
    ledger_of: Callable[..., Ledger],
) -> None:
    ledger = ledger_of(["Customer ID", "Amount"], ["c-1", "twelve"])

    assert (ledger.lines[0].customer_id, ledger.lines[0].amount) == ("c-1", None)
    assert [(each.column, each.field, each.what) for each in ledger.damaged] == [
        ("B", "amount", "no amount")
    ]


def test_two_ways_to_write_decimals_in_one_column_are_not_guessed(
    ledger_of: Callable[..., Ledger],
) -> None:
    with pytest.raises(LedgerError, match="column B some amounts write decimals with a comma"):
        ledger_of(["Customer ID", "Amount"], ["c-1", "1,5"], ["c-2", "1.5"])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (3, "3"), ("Resale (3)", "3"), ("resale", "3"), ("转售", "3"), ("顾问销售", "1"),
        ("1", "1"), ("Consulting", "1"), ("Premium", "Premium"), ("", None),
    ],
)  # fmt: skip
def test_associations_become_codes_and_unknown_ones_stay(
    cell: object, expected: str | None
) -> None:
    assert association_of(cell) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_an_id_from_a_number_cell_is_its_shortest_text_or_damaged(number: float) -> None:
    text, damage = id_of(number)

    assert (text is None) == (damage is not None)
    if text is not None:
        assert float(text) == number
        assert not text.endswith(".0")


_CELLS = st.one_of(
    st.none(),
    st.text(st.characters(min_codepoint=32, codec="utf-8"), max_size=8),
    st.integers(-(10**6), 10**6),
    st.sampled_from(["Total", "合计", "c-1", "Customer ID", "=1+1", "#N/A"]),
)


@settings(max_examples=60)
@given(st.lists(st.lists(_CELLS, min_size=4, max_size=4), max_size=12))
def test_every_row_below_the_headings_is_used_or_ignored_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    records = [["Customer ID", "Account", "Customer name", "Memo"], *rows, ["last"] * 4]
    text = "\n".join(
        ",".join('"' + text_of(cell).replace('"', '""') + '"' for cell in row) for row in records
    )
    path.write_text(text, encoding="utf-8", newline="")

    ledger = read_ledger(path)

    numbers = [line.row for line in ledger.lines] + [each.row for each in ledger.ignored]
    assert sorted(numbers) == list(range(ledger.heading_row + 1, len(records) + 1))
    assert ledger.rows_read == len(ledger.lines) + len(ledger.ignored)
    assert all(each.reason for each in ledger.ignored)


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", b" " * 300 * 2**20)
    return out.getvalue()


def _with_doctype() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book_bytes(("S", [HEADINGS])))) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + data
            new.writestr(part, data)
    return out.getvalue()


def _far_corner() -> bytes:
    book = Workbook()
    book.worksheets[0]["A1"] = "Customer ID"
    book.worksheets[0]["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: b"", "is empty"),
        (_bomb, "times its size"),
        (_with_doctype, "no spreadsheet program writes"),
        (_far_corner, "reaches to row 1,048,576"),
        (lambda: b"PK\x03\x04 no zip at all", "is damaged or no spreadsheet"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is damaged or no spreadsheet"),
        (
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
        (lambda: b"<html><table></table></html>", "is a web page or XML"),
        (lambda: b"%PDF-1.7", "is a PDF"),
        (lambda: bytes(range(256)) * 4, "neither a spreadsheet nor text"),
        (lambda: book_bytes(("Empty", [])), "no cell with anything in it"),
    ],
)
def test_a_file_that_is_no_ledger_ends_in_one_sentence(
    tmp_path: Path, make: Callable[[], bytes], says: str
) -> None:
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(make())

    started = time.process_time()  # a busy machine must not look slow
    with pytest.raises(LedgerError, match=says) as caught:
        read_ledger(path)

    assert "hostile.xlsx" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_a_far_corner_in_other_formats_ends_in_one_sentence_too(
    tmp_path: Path, libreoffice: Callable[..., Path], suffix: str
) -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "Customer ID"
    book.worksheets[0]["IV65536"] = "x"
    book.save(tmp_path / "corner.xlsx")
    path = libreoffice(tmp_path / "corner.xlsx", suffix, tmp_path)

    with pytest.raises(LedgerError, match=rf"corner.{suffix} is damaged or no spreadsheet"):
        read_ledger(path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match=r"no such file.*check the path"):
        read_ledger(tmp_path / "none.xlsx")


def test_damaged_files_end_in_a_sentence_or_in_a_ledger(tmp_path: Path) -> None:
    good = book_bytes(("S", [HEADINGS, *([f"c-{n}", "a", "A", n, "USD"] for n in range(20))]))
    chance = random.Random(7)  # noqa: S311  damage, not secrets
    path = tmp_path / "damaged.xlsx"
    sentences = []
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(bytes(data[: chance.choice((len(data), chance.randrange(len(data))))]))
        try:
            read_ledger(path)
        except LedgerError as error:
            sentences.append(str(error))

    assert len(sentences) > 100
    assert all("damaged.xlsx" in sentence for sentence in sentences)


def test_a_letterheads_telephone_is_no_heading_and_two_of_them_are_no_question(
    tmp_path: Path,
) -> None:
    path = tmp_path / "l.csv"
    path.write_text("Phone,E-mail\n010-1,a@b.c\nCustomer ID,Phone,Mobile,Email\nx,1,2,m@b.c\n")

    ledger = read_ledger(path)

    assert ledger.heading_row == 3
    assert dict(ledger.headings) == {"customer_id": "Customer ID", "email": "Email"}
    assert (ledger.lines[0].email, ledger.lines[0].phone) == ("m@b.c", None)


def test_headings_over_two_rows_are_read_as_one(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    rows = (
        ("Receivables March",),
        ("Huawei Cloud", None, "Our CRM", None, "Amount"),
        ("Account", "Customer ID", "Customer ID", "Owner", None),
        ("anna", "v-1", "CRM-1", "Li", 12.5),
        ("bo", "v-2", "CRM-2", "Han", 7),
    )
    for row in rows:
        sheet.append(row)
    for area in ("A2:B2", "C2:D2", "E2:E3"):
        sheet.merge_cells(area)
    path = tmp_path / "two.xlsx"
    book.save(path)

    ledger = read_ledger(path, {"xaccount_id": "Our CRM Customer ID"})

    assert ledger.heading_row == 3
    assert ledger.headings["customer_id"] == "Huawei Cloud Customer ID"
    first = ledger.lines[0]
    assert (first.row, first.account_name, first.customer_id) == (4, "anna", "v-1")
    assert (first.xaccount_id, first.amount) == ("CRM-1", Decimal("12.5"))
    assert ledger.rows_read == len(ledger.lines) == 2


def test_a_sparse_first_row_of_the_ledger_is_never_taken_for_headings(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("Customer ID,,Name\n,,anna\nx-1,,bo\n")

    ledger = read_ledger(path)

    assert (ledger.heading_row, ledger.rows_read) == (1, 2)
    assert [line.row for line in ledger.lines] == [2, 3]


def test_a_long_remark_above_the_headings_costs_no_time(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(f"{'客户 customer ' * 8_000}\nCustomer ID,Amount\nx,1\n", encoding="utf-8")

    started = time.process_time()  # a busy machine must not look slow
    ledger = read_ledger(path)

    assert [line.row for line in ledger.lines] == [3]
    assert time.process_time() - started < 5
