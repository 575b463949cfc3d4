"""What ``partnerbook excel`` says of what it did follows ``--lang``."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from addin import telling
from addin.macros import Undone
from addin.rows import ParkedNote
from partnerbook.sandbox import Sandbox

Run = Callable[..., Any]


def test_all_that_was_done_is_said_in_chinese(account: Sandbox, run: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    addin = tmp_path / "c.xlam"

    def words(*arguments: object) -> str:
        done = run("excel", *arguments, "--lang", "zh")
        assert "partnerbook:" not in done.err
        text = done.out
        for path in (file, out, addin):
            text = text.replace(str(path), "F")
        return str(text)

    assert words("new", file) == "已创建 F。填入客户：partnerbook excel refresh F\n"
    assert words("refresh", file).endswith(
        "\n  +230 新增，-0 离开，~0 变更；暂存 0 条备注，归还 0 条\n已刷新 F。\n"
    )
    account.play_week(2)
    assert words("preview", file).endswith(
        "\n未写入任何内容。要执行：partnerbook excel refresh F\n"
    )
    refreshed = words("refresh", file, "--yes")
    assert not re.search("joined|left|notes|more|Refreshed", refreshed)
    assert words("undo", file).startswith("已撤销 F 的最近一次刷新。\n  230 个客户")
    assert words("freeze", file, "--out", out).startswith("已创建 F：0 个公式变为值")
    assert words("build", addin) == "已创建 F。\n"


def test_a_formula_that_falls_short_of_the_list_is_a_warning(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    run("excel", "new", file)
    run("excel", "refresh", file)
    book = openpyxl.load_workbook(file)
    last = 21 + len(account.customers)
    book["Customers"]["T3"] = f"=COUNTA(A22:A{last})"
    book["Customers"]["T4"] = f"=COUNTA(A22:A{last + 1})"
    book.save(file)
    account.play_week(2)
    assert len(account.customers) > last - 20

    (warning,) = run("excel", "refresh", file, "--yes", "--json").json["warnings"]

    assert "does not end in its last row now: T4;" in warning
    assert run("excel", "refresh", file, "--json").json["warnings"] == []


def test_a_formula_that_does_not_follow_an_undo_is_a_warning(
    account: Sandbox, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    run("excel", "new", file)
    run("excel", "refresh", file)
    account.play_week(2)
    run("excel", "refresh", file, "--yes")
    last = 21 + len(account.customers)
    book = openpyxl.load_workbook(file)
    book["Customers"]["T3"] = ArrayFormula("T3:T4", f"=LEN(A22:A{last})")
    book.save(file)

    (warning,) = run("excel", "undo", file, "--json").json["warnings"]

    assert "now: T3;" in warning


_BARE = (
    "  2 customers who had left are back with their notes; colours and formats of their rows "
    "could not be restored, as the file was changed since"
)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Took the last refresh of F back.",
                "  230 customers",
                "  1 note typed since is on the sheet Parked notes",
                _BARE,
            ],
        ),
        (
            "zh",
            [
                "已撤销 F 的最近一次刷新。",
                "  230 customers",
                "  其后所写的 1 条备注在工作表 Parked notes 中",
                "  2 个曾离开的客户及其备注已恢复；文件其后有更改，其行的颜色和格式未能恢复",
            ],
        ),
    ],
)
def test_an_undo_is_said_in_both_languages(language: Any, lines: list[str]) -> None:
    note = ParkedNote(customer_id="a", column="Note", value="x", reason="left the list")
    done = Undone(count=230, kept=(note,), status="230 customers", bare=2)

    assert telling.undone_text(done, Path("F"), language).splitlines() == lines
    told = telling.undone_text(done, Path("F"), language, ["look"]).splitlines()
    assert told == [*lines, "  ! look"]


@pytest.mark.parametrize("name", sorted(telling._WORDS))
def test_both_languages_say_the_same_things(name: str) -> None:
    holes = [sorted(re.findall(r"{[^}]*}", words)) for words in telling._WORDS[name].values()]

    assert len(holes) == 2
    assert holes[0] == holes[1]
