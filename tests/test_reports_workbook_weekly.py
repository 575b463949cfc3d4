"""The weekly workbook: what it shows is what the snapshots say, in any program that opens it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from partnerbook import text
from partnerbook.model import Customer, ReconciliationFigures, Snapshot
from partnerbook.views import View
from partnerbook.wording import Language, heading, label
from reports.weekly import weekly_report
from reports.workbook import sheets
from reports.workbook.weekly import weekly_workbook

Make = Callable[..., Customer]
Take = Callable[..., Snapshot]
Week = tuple[Snapshot, Snapshot]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_matches_golden(
    two_mondays: Week,
    figures: ReconciliationFigures,
    cells_of: Callable[[bytes], str],
    matches_golden: Callable[[str, str], None],
    language: Language,
) -> None:
    report = weekly_report(
        *two_mondays,
        View(),
        language=language,
        history=two_mondays,
        reconciliation=figures,
        contact="ops@example.com",
    )
    data = weekly_workbook(report)

    matches_golden(cells_of(data) + frame_of(data), f"weekly.{language}.xlsx.txt")


def frame_of(data: bytes) -> str:
    """Return what a workbook has beside its cells: names, properties, looks, print setup."""
    book: Any = load_workbook(io.BytesIO(data))
    facts = book.properties
    out = ["== The whole book"]
    out += [f"{each}: {getattr(facts, each)}" for each in ("title", "subject", "creator")]
    out += [f"{each}: {getattr(facts, each)}" for each in ("keywords", "language", "created")]
    out += [f"property {each.name}: {each.value}" for each in book.custom_doc_props.props]
    out += [f"name {name}: {book.defined_names[name].attr_text}" for name in book.defined_names]
    for sheet in book.worksheets:
        head, foot = sheet.oddHeader, sheet.oddFooter
        widths = {name: round(each.width) for name, each in sheet.column_dimensions.items()}
        out += [
            f"== {sheet.title}: prints {sheet.print_area or 'everything'}",
            f"head {head.left.text} | {head.right.text}",
            f"foot {foot.left.text} | {foot.center.text} | {foot.right.text}",
            f"widths {widths}",
            f"merged {' '.join(sorted(map(str, sheet.merged_cells.ranges)))}",
        ]
        for table in sheet.tables.values():
            look = table.tableStyleInfo
            out.append(f"look of {table.name}: {look.name} stripes={look.showRowStripes}")
        for rules in sheet.conditional_formatting:
            out += [f"format {rules.sqref}: {rule.formula}" for rule in rules.rules]
        for chart in sheet._charts:
            cells = chart.series[0].val.numRef.f
            out.append(f"chart at row {chart.anchor._from.row + 1}: {type(chart).__name__} {cells}")
    return "\n".join(out) + "\n"


def test_equal_reports_give_equal_bytes(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())

    assert weekly_workbook(report) == weekly_workbook(replace(report))


def test_libreoffice_opens_it_and_its_rows_equal_the_snapshot(
    make_customer: Make, make_snapshot: Take, libreoffice: Callable[..., Path], tmp_path: Path
) -> None:
    names = [
        *("=1+1", "+86139", "@x", "-1", "0086", "12e4", "#N/A", "a\ud800b", "c\uffffd"),
        *("é" * 40_000, "<b>", "شركة الأفق", "_x0041_", "'q", "two\nlines", " kept "),
    ]
    customers = [
        make_customer(n, company_name=name, account_name=name, label=name)
        for n, name in enumerate(names, 1)
    ]
    customers.append(make_customer(99, company_name=None, telephone=None, associated_at=None))
    snapshot = make_snapshot(*customers)
    report = weekly_report(None, snapshot, View())
    (tmp_path / "weekly.xlsx").write_bytes(weekly_workbook(report))

    again = libreoffice(tmp_path / "weekly.xlsx", "ods", tmp_path)

    rows = CalamineWorkbook.from_path(again).get_sheet_by_name("Customers").to_python()
    assert rows[0] == [heading(column) for column in report.columns]
    by_id = {str(row[0]): row for row in rows[1:]}
    assert len(rows) - 1 == len(by_id) == snapshot.listing.count
    for customer in snapshot.listing.customers:
        assert by_id[customer.customer_id] == [shown(customer, column) for column in report.columns]


def shown(customer: Customer, column: str) -> Any:
    value = getattr(customer, column)
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return text.for_cell(label(column, value))


def test_before_and_after_stand_side_by_side(two_mondays: Week) -> None:
    data = weekly_workbook(weekly_report(*two_mondays, View()))
    sheet = load_workbook(io.BytesIO(data))["Changed"]

    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Customer ID", "Name", "Field", "Before", "After"]
    assert rows[1:3] == [
        ["id-0001", "ACME Asia", "Company name", "Acme Ltd", "ACME Asia"],
        ["id-0002", "上海云计算科技有限公司", "Verification", "Under review (0)", "Rejected (1)"],
    ]
    assert rows[3] == ["id-0003", "=1+1", "Company name", None, "=1+1"]


def test_no_formula_link_or_macro_is_inside(two_mondays: Week) -> None:
    data = weekly_workbook(weekly_report(*two_mondays, View()))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        everything = b"".join(archive.read(name) for name in names)
        links = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert b"HYPERLINK(" in everything  # a customer's name; as text it starts no formula
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        formulas = {
            name: re.findall(rb"<f>([^<]*)</f>", archive.read(name))
            for name in names
            if name.startswith("xl/worksheets/sheet")
        }
    (checks,) = (name for name, found in formulas.items() if found)
    assert not [each for each in formulas[checks] if b"Acme" in each or b"http" in each]
    assert b"TargetMode" not in links
    assert not [name for name in names if "vba" in name or "external" in name.lower()]


def test_the_summary_says_what_the_report_says_and_has_one_chart(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())
    sheet: Any = load_workbook(io.BytesIO(weekly_workbook(report)))["Summary"]

    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {report.headline, *report.sentences} <= set(values)
    assert [v for v in values if isinstance(v, int)][:6] == [v for _, v in report.figures]
    chart, *others = sheet._charts
    assert not others
    assert chart.title.tx.rich.p[0].r[0].t == "Customers by month of association"
    assert chart.x_axis.title.tx.rich.p[0].r[0].t == "Month of association"
    assert chart.y_axis.title.tx.rich.p[0].r[0].t == "Customers"


def test_an_incomplete_report_says_so_on_its_first_sheets_and_leaves_left_open(
    two_mondays: Week,
) -> None:
    before, now = two_mondays
    now = replace(now, listing=replace(now.listing, missing_at_most=3))
    report = weekly_report(before, now, View())
    book = load_workbook(io.BytesIO(weekly_workbook(report)))

    assert book["About"]["A4"].value == report.warning
    assert book["Summary"]["A5"].value == report.warning
    assert book["Left"]["A2"].value is None
    texts = [cell.value for row in book["Summary"].iter_rows() for cell in row]
    assert texts.count("not known") == 2  # change and left


def test_it_prints_with_headings_on_each_page(
    make_customer: Make, make_snapshot: Take, libreoffice: Callable[..., Path], tmp_path: Path
) -> None:
    snapshot = make_snapshot(*(make_customer(n) for n in range(1, 121)))
    report = weekly_report(None, snapshot, View())
    (tmp_path / "weekly.xlsx").write_bytes(weekly_workbook(report))

    pages = pypdf.PdfReader(libreoffice(tmp_path / "weekly.xlsx", "pdf", tmp_path)).pages

    said = [page.extract_text() for page in pages]
    of_customers = [page for page in said if "user" in page]
    assert len(of_customers) > 1
    assert all("Company name" in page for page in of_customers)
    assert all(f"{n} / {len(pages)}" in page for n, page in enumerate(said, 1))
    assert all("as of 2026-05-04 06:00:00 UTC" in page for page in said)
    assert all(page.mediabox.width > page.mediabox.height for page in (pages[0], *pages[3:]))


def test_long_breakdowns_end_in_one_line_for_the_rest(
    make_customer: Make, make_snapshot: Take
) -> None:
    before = make_snapshot(*(make_customer(n, label=f"L{n:02}") for n in range(1, 15)))
    now = make_snapshot(
        *(make_customer(n, label=f"L{n:02}") for n in range(1, 16)),
        taken_at=before.taken_at + timedelta(days=7),
    )
    sheet = load_workbook(io.BytesIO(weekly_workbook(weekly_report(before, now, View()))))[
        "Summary"
    ]

    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_col=5, max_col=7)]
    assert ["6 other values", 6, 1] in cells


def without_values(data: bytes) -> bytes:
    """Return the file with formulas whose values only a spreadsheet program can fill in."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            new.writestr(part, content)
    return out.getvalue()


Change = Callable[[Any], None]


def cell_of(sheet: Any, said: str, aside: int = 0) -> Any:
    """Return the first cell with a value, or the one as many columns to its right."""
    found = next(cell for row in sheet.iter_rows() for cell in row if cell.value == said)
    return sheet.cell(found.row, found.column + aside)


def put_below(sheet: Any, heading_said: str, value: Any) -> None:
    found = cell_of(sheet, heading_said)
    sheet.cell(found.row + 1, found.column).value = value


MUTATIONS: dict[str, tuple[Change, str]] = {
    "row": (lambda b: b["Customers"].delete_rows(3), "Rows of the list"),
    "twice": (
        lambda b: put_below(b["Customers"], "Customer ID", b["Customers"]["A4"].value),
        "Different customer IDs",
    ),
    "error": (lambda b: put_below(b["Customers"], "Label", "=NA()"), "Cells of the list"),
    "count": (
        lambda b: setattr(cell_of(b["Summary"], "Resale (3)", 1), "value", 9),
        "By Association: the counts",
    ),
    "moved": (
        lambda b: setattr(cell_of(b["Summary"], "0086", 2), "value", 9),
        "By Country code: the changes",
    ),
    "retyped": (
        lambda b: put_below(b["Customers"], "Association", "Agency (2)"),
        "Association: Resale (3)",
    ),
    "unverified": (
        lambda b: put_below(b["Customers"], "Verification", "Rejected (1)"),
        "Verification: Verified (2)",
    ),
    "kind": (lambda b: put_below(b["Joined"], "What", "Came back"), "Joined: rows of that kind"),
    "back": (lambda b: put_below(b["Joined"], "What", "Came back"), "Came back: rows of"),
    "gone": (lambda b: put_below(b["Left"], "What", None), "Left: rows of that kind"),
    "changed": (lambda b: b["Changed"].delete_rows(2), "Customers on the sheet Changed"),
    "bridge": (lambda b: put_below(b["Left"], "What", None), "5 before, plus the rows"),
    "flaw": (lambda b: b["Data quality"].delete_rows(2), "Rows of Data quality"),
}


def test_libreoffice_recalculates_every_check_to_our_value_and_sees_each_mutation(
    two_mondays: Week,
    needs: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def made(language: Language) -> bytes:
        report = weekly_report(*two_mondays, View(), language=language, history=two_mondays)
        return weekly_workbook(report)

    data = made("en")
    whole = {"asmade": data, "chinese": made("zh")}
    monkeypatch.setattr(sheets, "ROWS_PER_SHEET", 3)
    whole["split"] = made("en")
    for name, each in whole.items():
        (tmp_path / f"{name}.xlsx").write_bytes(without_values(each))
    for name, (change, _) in MUTATIONS.items():
        book = load_workbook(io.BytesIO(data))
        change(book)
        book.save(tmp_path / f"{name}.xlsx")
    across = load(whole["split"])  # one customer on two sheets of the list
    across["Customers (2)"]["A2"].value = across["Customers"]["A3"].value
    across.save(tmp_path / "across.xlsx")
    command = [needs("soffice"), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--headless", "--convert-to", "ods", "--outdir", str(tmp_path)]
    command += [str(path) for path in sorted(tmp_path.glob("*.xlsx"))]
    subprocess.run(command, capture_output=True, timeout=180, check=True)

    def checks_of(path: Path) -> dict[str, list[Any]]:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Checks").to_python()
        return {str(row[0]): row[1:] for row in rows}

    for name, each in whole.items():
        ours, theirs = values_of(each), CalamineWorkbook.from_path(tmp_path / f"{name}.ods")
        assert len(ours) > 80
        assert {
            (sheet, row, column): rows_of(theirs, sheet)[row - 1][column - 1]
            for sheet, row, column in ours
        } == ours, name
    assert "All checks hold" in checks_of(tmp_path / "split.ods")
    assert len(load(whole["split"]).sheetnames) > len(load(data).sheetnames)
    (twice,) = (
        row
        for said, row in checks_of(tmp_path / "across.ods").items()
        if said.startswith("Different customer IDs")
    )
    assert twice == [5, 6, -1, "WRONG"]
    (tmp_path / "ours.xlsx").write_bytes(data)
    ours_said = checks_of(tmp_path / "ours.xlsx")
    assert "All checks hold" in ours_said
    proven = set()
    for name, (_, expected) in MUTATIONS.items():
        found = checks_of(tmp_path / f"{name}.ods")
        wrong = {said for said, row in found.items() if row[3] == "WRONG"}
        assert [each for each in wrong if each.startswith(expected)], (name, wrong)
        assert f"{len(wrong)} of the checks do not hold" in found
        proven |= wrong
    # Every kind of check, one mutation at least; the same check of another field is one kind.
    checks = {said for said, row in ours_said.items() if row[3] == "OK"}
    assert {kind_of(said) for said in checks} == {kind_of(said) for said in proven}


def values_of(data: bytes) -> dict[tuple[str, int, int], Any]:
    """Return the value that stands beside each formula of a workbook, by sheet, row and column."""
    formulas, values = (load(data, data_only=only) for only in (False, True))
    return {
        (sheet.title, cell.row, cell.column): values[sheet.title].cell(cell.row, cell.column).value
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def load(data: bytes, *, data_only: bool = False) -> Any:
    return load_workbook(io.BytesIO(data), data_only=data_only)


def rows_of(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_lists_are_split_where_excel_ends_and_not_before() -> None:
    assert sheets.ROWS_PER_SHEET == 2**20 - 1  # beside the headings


def kind_of(check: str) -> str:
    check = re.sub(r"^By .*:", "By:", check)
    return re.sub(r"^(Association|Verification): .*,", "Value,", check)


def test_names_properties_and_pictures_say_what_they_are(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View(), history=two_mondays)
    data = weekly_workbook(report)
    book: Any = load_workbook(io.BytesIO(data))

    for key, value in report.figures:
        place = book.defined_names[f"pb_{key.replace(' ', '_')}"].attr_text
        title, _, cell = place.partition("!")
        assert book[title.strip("'")][cell.replace("$", "")].value == value
    facts = {each.name: each.value for each in book.custom_doc_props.props}
    assert facts == {"Account": report.account, "Data hash": report.digest, "Run": "2026-W20"}
    assert book["Customers"].print_area == "'Customers'!$A$1:$I$7"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    assert 'descr="Customers by month of association: 2025-06 0,' in drawing
    assert 'descr="Customers week by week: 2026-W19 5, 2026-W20 6"' in drawing


def test_flaws_are_listed_with_whom_they_concern(two_mondays: Week) -> None:
    report = weekly_report(*two_mondays, View())
    book = load_workbook(io.BytesIO(weekly_workbook(report)))

    rows = list(book["Data quality"].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[-2]) for row in rows] == [
        (each, {"long unverified": "Not verified for more than 30 days"}.get(flaw.key, "No label"))
        for flaw in report.quality
        for each in flaw.ids
    ]
    assert rows[0][0] == "id-0002"
    assert isinstance(rows[0][-1], int)
    assert rows[0][-1] > 30


@pytest.mark.parametrize("columns", [("company_name", "label"), ("label", "customer_id")])
def test_the_checks_hold_for_any_columns(two_mondays: Week, columns: tuple[str, ...]) -> None:
    data = weekly_workbook(weekly_report(*two_mondays, View(columns=columns)))

    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Checks").to_python()
    assert rows[2][0] == "All checks hold"
    assert {row[4] for row in rows[5:]} == {"OK"}


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Joined: 2, Came back: 1"), ("zh", "新加入: 2，重新加入: 1")],
)
def test_the_index_tells_who_joined_from_who_came_back(
    make_customer: Make, make_snapshot: Take, language: Language, said: str
) -> None:
    before = make_snapshot(make_customer(1))
    now = make_snapshot(
        *(make_customer(n) for n in (1, 2, 3, 4)), taken_at=before.taken_at + timedelta(days=7)
    )
    four = make_customer(4).customer_id

    def index(earlier: frozenset[str]) -> list[str]:
        report = weekly_report(before, now, View(), language=language, earlier_ids=earlier)
        sheet = load(weekly_workbook(report)).worksheets[0]
        return [str(cell.value) for row in sheet.iter_rows() for cell in row]

    assert said in index(frozenset({four}))
    assert not [each for each in index(frozenset()) if each.startswith(said[:3] + ": ")]


@pytest.mark.parametrize(("masked", "rows"), [(30, 1), (10, 10)])
def test_what_nearly_everybody_lacks_is_one_row(
    make_customer: Make,
    make_snapshot: Take,
    needs: Callable[[str], str],
    tmp_path: Path,
    masked: int,
    rows: int,
) -> None:
    people = [
        make_customer(n, telephone="138****0001" if n <= masked else "13800000001", label="x")
        for n in range(1, 32)
    ]
    report = weekly_report(None, make_snapshot(*people), View())
    data = weekly_workbook(report)
    sheet = load(data)["Data quality"]

    said = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    found = [each for each in said if str(each).startswith("Telephone masked by the vendor")]
    assert len(found) == rows
    assert ("30 of 31 customers" in found[0]) == (rows == 1)
    # The check knows of it: so says our value, and so does LibreOffice's.
    (tmp_path / "report.xlsx").write_bytes(without_values(data))
    command = [needs("soffice"), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--headless", "--convert-to", "ods", "--outdir", str(tmp_path)]
    command += [str(tmp_path / "report.xlsx")]
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    theirs = rows_of(CalamineWorkbook.from_path(tmp_path / "report.ods"), "Checks")
    ours = [
        [cell.value for cell in row] for row in load(data, data_only=True)["Checks"].iter_rows()
    ]
    for checks in (theirs, ours):
        assert any("All checks hold" in row for row in checks)
