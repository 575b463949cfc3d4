"""The copy to hand over: values, no connections, no macros, and how to come back."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from addin import files, freezing
from addin.files import open_book
from partnerbook.errors import WorkbookError

NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)
COUNT = '=CUSTOMERCOUNT(A1:B2)&" CUSTOMERS(x)"'


def made(path: Path) -> None:
    """Write a workbook that uses the functions, as Excel would leave it."""
    book = xlsxwriter.Workbook(str(path))
    ws = book.add_worksheet("Mine")
    ws.write_formula("A1", COUNT, None, "12 customers")
    ws.write_dynamic_array_formula("C1:D3", "=CUSTOMERS(A1:B2)", None, "Customer ID")
    ws.write_row("D1", ["Label"])
    ws.write_column("C2", ["id-0001", "id-0002"])
    ws.write_string("D2", "0086")
    ws.write_string("D3", "=1+1")
    ws.write_formula("F1", "=SUM(1,2)", None, 3)
    ws.write_string("F2", "=CUSTOMERS() is how")
    ws.write_formula("F3", '="CUSTOMERS("&1', None, "CUSTOMERS(1")
    ws.write_formula("F4", "=MYCUSTOMERS(1)", None, 4)
    about = book.add_worksheet("About")
    about.write("A1", "About this workbook")
    book.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "Customers.xlsx"
    made(file)
    return file


def frozen(path: Path, **options: Any) -> Path:
    book = open_book(path)
    freezing.freeze(book, now=NOW, **options)
    out = path.with_name("Copy.xlsx")
    files.hand_over(book, out)
    return out


def test_our_formulas_become_values_and_others_stay(path: Path) -> None:
    before = path.read_bytes()
    ws: Any = openpyxl.load_workbook(frozen(path))["Mine"]

    assert path.read_bytes() == before
    assert ws["A1"].value == "12 customers"
    assert [[cell.value for cell in row] for row in ws["C1:D3"]] == [
        ["Customer ID", "Label"],
        ["id-0001", "0086"],
        ["id-0002", "=1+1"],
    ]
    assert ws["D3"].data_type == "s"
    assert ws["F1"].value == "=SUM(1,2)"
    assert ws["F2"].value == "=CUSTOMERS() is how"
    assert ws["F3"].value == '="CUSTOMERS("&1'
    assert ws["F4"].value == "=MYCUSTOMERS(1)"


def test_each_formula_stays_findable(path: Path) -> None:
    book: Any = openpyxl.load_workbook(frozen(path))
    lines = [[cell.value for cell in row[:2]] for row in book["About"].iter_rows(min_row=3)]

    assert lines == [
        [
            "Frozen copy",
            "Made 2026-05-04 06:00:00 UTC from Customers.xlsx. It works without the add-in.",
        ],
        [
            "To come back",
            (
                "Go on in Customers.xlsx, or install the add-in and type a formula below into its "
                "cell again."
            ),
        ],
        ["Became values", "2 formulas, each with its cell:"],
        ["Mine!A1", COUNT],
        ["Mine!C1", "=CUSTOMERS(A1:B2)"],
    ]
    assert book["About"]["B6"].data_type == "s", "a text, never a formula"
    assert book["Mine"]["C1"].comment.text == "Partnerbook: =CUSTOMERS(A1:B2)"


def test_results_of_other_formulas_are_still_shown(path: Path) -> None:
    ws: Any = openpyxl.load_workbook(frozen(path), data_only=True)["Mine"]

    assert (ws["F1"].value, ws["F3"].value, ws["F4"].value) == (3, "CUSTOMERS(1", 4)


@pytest.mark.parametrize("shown", ["#NAME?", "#PB loading"])
def test_a_formula_that_was_never_answered_is_refused(tmp_path: Path, shown: str) -> None:
    file = tmp_path / "Book.xlsx"
    book = xlsxwriter.Workbook(str(file))
    book.add_worksheet("Mine").write_formula("B2", "=CUSTOMERCOUNT()", None, shown)
    book.close()

    with pytest.raises(WorkbookError, match=r"Mine!B2 .*it shows " + shown.replace("?", r"\?")):
        frozen(file)


def test_a_formula_without_a_value_is_refused(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    ws: Any = book["Mine"]
    ws["B7"] = "=CUSTOMERSTATUS()"
    book.save(path)

    with pytest.raises(WorkbookError, match=r"Mine!A1 holds a formula without a value yet"):
        frozen(path)


def _with(path: Path, parts: dict[str, bytes], relation: str, types: str = "") -> None:
    """Add parts to a workbook, related to it."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    rels = "xl/_rels/workbook.xml.rels"
    content[rels] = content[rels].replace(
        b"</Relationships>", relation.encode() + b"</Relationships>"
    )
    known = "[Content_Types].xml"
    content[known] = content[known].replace(b"</Types>", types.encode() + b"</Types>")
    content |= parts
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in content.items():
            archive.writestr(name, part)


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_connections_links_and_macros_go(path: Path, libreoffice: Callable[..., Path]) -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    _with(
        path,
        {
            "xl/connections.xml": b'<connections xmlns="x"/>',
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": (
                b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                b'relationships"/>'
            ),
            "xl/vbaProject.bin": b"code",
        },
        f'<Relationship Id="x1" Type="{OFFICE}/connections" Target="connections.xml"/>'
        f'<Relationship Id="x2" Type="{OFFICE}/externalLink" '
        'Target="externalLinks/externalLink1.xml"/>'
        '<Relationship Id="x3" Type="http://schemas.microsoft.com/office/2006/relationships/'
        'vbaProject" Target="vbaProject.bin"/>',
        '<Override PartName="/xl/connections.xml" ContentType="application/x-c"/>'
        '<Override PartName="/xl/vbaProject.bin" ContentType="application/x-v"/>',
    )
    out = frozen(path)

    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        said = archive.read("[Content_Types].xml") + archive.read("xl/_rels/workbook.xml.rels")
    assert not [
        name for name in names if "connections" in name or "external" in name or "vba" in name
    ]
    assert b"connections" not in said
    assert b"vbaProject" not in said
    assert b"externalLink" not in said
    libreoffice(out, "pdf", out.parent / "out")


def _with_link(path: Path) -> None:
    """Let the workbook hold a link to another one, as Excel writes it."""
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    _with(
        path,
        {"xl/externalLinks/externalLink1.xml": link},
        f'<Relationship Id="x2" Type="{OFFICE}/externalLink" '
        'Target="externalLinks/externalLink1.xml"/>',
    )


def test_a_link_that_something_else_still_uses_is_told(
    tmp_path: Path, run: Callable[..., Any]
) -> None:
    path = tmp_path / "Customers.xlsx"
    book = xlsxwriter.Workbook(str(path))
    ws = book.add_worksheet("Mine")
    ws.write_formula("A1", "=[1]Prices!B2*2", None, 14)
    ws.write_formula("A2", '=HYPERLINK("file:///C:/secret.xlsx","more")', None, "more")
    ws.write_formula("A3", '=HYPERLINK("#Mine!A1","up")', None, "up")
    ws.write_string("A4", '=HYPERLINK("x") is a text')
    ws.data_validation("B1", {"validate": "list", "source": "=[1]Prices!$A$1:$A$9"})
    book.define_name("Rate", "=[1]Prices!$C$1")
    book.add_worksheet("About")
    book.close()
    _with_link(path)

    ran = run("excel", "freeze", path, "--out", tmp_path / "Copy.xlsx", "--json")
    told = run("excel", "freeze", path, "--out", tmp_path / "Told.xlsx")

    assert ran.json["formulas"] == [["Mine!A1", "=[1]Prices!B2*2"]]
    assert sorted(ran.json["links"]) == [
        "Mine!A2 (HYPERLINK)",
        "a drop-down or conditional format on the sheet Mine",
        "the name Rate (Formulas > Name Manager)",
    ]
    assert "It still points elsewhere:\n  Mine!A2 (HYPERLINK)\n" in told.out
    with zipfile.ZipFile(tmp_path / "Copy.xlsx") as archive:
        assert "xl/externalLinks/externalLink1.xml" in archive.namelist(), "or Excel would repair"


def test_a_link_that_only_became_a_value_goes_and_nothing_is_told(
    tmp_path: Path, run: Callable[..., Any]
) -> None:
    path = tmp_path / "Customers.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Mine").write_formula("A1", "=[1]Prices!B2*2", None, 14)
    book.close()
    _with_link(path)

    ran = run("excel", "freeze", path, "--out", tmp_path / "Copy.xlsx", "--json")

    assert ran.json["links"] == []
    with zipfile.ZipFile(tmp_path / "Copy.xlsx") as archive:
        assert not [name for name in archive.namelist() if "external" in name]


def test_a_pivot_over_a_connection_is_refused(path: Path) -> None:
    _with(
        path,
        {"xl/pivotCache/pivotCacheDefinition1.xml": b'<a><cacheSource connectionId="1"/></a>'},
        "",
    )

    with pytest.raises(WorkbookError, match="over a connection"):
        frozen(path)


def test_the_command_makes_a_new_file_only(path: Path, run: Callable[..., Any]) -> None:
    out = path.with_name("ForFinance.xlsx")

    made_ = run("excel", "freeze", path, "--out", out, "--json")
    assert made_.code == 0
    assert made_.json["formulas"] == [["Mine!A1", COUNT], ["Mine!C1", "=CUSTOMERS(A1:B2)"]]
    again = run("excel", "freeze", path, "--out", out)
    assert again.code == 2
    assert "is there already" in again.err
    assert run("excel", "freeze", path, "--out", path.with_name("x.xlsm")).code == 2


def test_a_starter_without_functions_is_handed_over_too(
    tmp_path: Path, run: Callable[..., Any], libreoffice: Callable[..., Path]
) -> None:
    file, out = tmp_path / "Customers.xlsx", tmp_path / "Copy.xlsx"
    run("excel", "new", file, "--lang", "zh")

    assert run("excel", "freeze", file, "--out", out, "--lang", "zh").code == 0
    book: Any = openpyxl.load_workbook(out)
    assert "冻结副本" in [row[0].value for row in book["About"].iter_rows()]
    libreoffice(out, "pdf", tmp_path / "out")


def test_an_error_stays_an_error_that_sums_notice(tmp_path: Path) -> None:
    path = tmp_path / "Customers.xlsx"
    book = xlsxwriter.Workbook(str(path))
    ws = book.add_worksheet("Mine")
    ws.write_formula("A1", "=CUSTOMERCOUNT()", book.add_format({"bold": True}), "#N/A")
    ws.write_formula("A2", "=SUM(A1,5)", None, "#N/A")
    ws.write_formula("A3", "=CUSTOMERSTATUS(1)", None, True)
    book.close()

    ws_: Any = openpyxl.load_workbook(frozen(path))["Mine"]

    assert [(each.value, each.data_type) for each in (ws_["A1"], ws_["A3"])] == [
        ("#N/A", "e"),
        (True, "b"),
    ]
    assert ws_["A1"].font.b


def test_functions_outside_of_cells_are_told_and_counted(
    tmp_path: Path, run: Callable[..., Any]
) -> None:
    path = tmp_path / "Customers.xlsx"
    book = xlsxwriter.Workbook(str(path))
    ws = book.add_worksheet("Mine")
    ws.write_formula("A1", "=HowMany*2", None, 24)
    ws.write_formula("A2", '="HowMany"', None, "HowMany")
    ws.write_formula("A3", "=HowManyMore", None, 1)
    ws.conditional_format("B1:B9", {
        "type": "formula", "criteria": "=B1>CUSTOMERCOUNT()",
        "format": book.add_format({"bold": True}),
    })  # fmt: skip
    ws.data_validation("C1", {"validate": "decimal", "criteria": "<", "value": "=Twice+1"})
    ws.data_validation("C2", {"validate": "list", "source": ["CUSTOMERCOUNT("]})
    book.define_name("HowMany", "=CUSTOMERCOUNT()")
    book.define_name("HowManyMore", "=Mine!$A$1")
    book.define_name("Mine!Twice", "=2*HowMany")
    book.close()

    ran = run("excel", "freeze", path, "--out", tmp_path / "Copy.xlsx", "--json")
    told = run("excel", "freeze", path, "--out", tmp_path / "Told.xlsx").out

    assert ran.json["formulas"] == [["Mine!A1", "=HowMany*2"]]
    assert sorted(ran.json["left"]) == [
        "a check of input on the sheet Mine (C1)",
        "a conditional format on the sheet Mine (B1:B9)",
        "the name HowMany (Formulas > Name Manager)",
        "the name Mine!Twice (Formulas > Name Manager)",
    ]
    assert "1 formula became a value, 4 could not.\n" in told, "and it has no sheet About"
    assert "take these out by hand:\n  a c" in told
