"""New customer sheet, Freeze to values, Weekly report, Reconcile this sheet: files of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import xlwings

from addin import choosing, files, freezing, live, session
from addin import sheet as layout
from addin.buttons.pressing import few, say, working
from addin.buttons.refreshing import has_list
from addin.progress import listing_progress
from partnerbook.errors import WorkbookError
from partnerbook.model import EVERYBODY
from partnerbook.text import for_line
from partnerbook.views import View, moment_in
from partnerbook.views.certainty import missing
from partnerbook.wording import Language

_TEXT_FILES = (".csv", ".txt", ".tsv")
_WORDS: dict[str, dict[Language, str]] = {
    "save as": {"en": "Where to keep the new customer workbook", "zh": "新客户工作簿的保存位置"},
    "made": {
        "en": "Made {}. Type filters if you like, then press Refresh sheet.",
        "zh": "已创建 {}。可先填写筛选条件，然后按“刷新本表”。",
    },
    "frozen": {
        "en": "Made {}\n\nFormulas that became values: {}. It works without the add-in. To come "
        "back, go on in {}: it is as it was.",
        "zh": "已生成 {}\n\n已转为值的公式：{} 个；无需加载项即可使用。如需恢复，请继续使用 {}，"
        "原文件未变。",
    },
    "about": {"en": "Its sheet About lists them.", "zh": "其工作表 About 列出全部公式。"},
    "left": {
        "en": "It still calls the add-in's functions {} times; take these out by hand:",
        "zh": "其中仍有 {} 处调用加载项函数，请手动删除：",
    },
    "links": {"en": "It still points elsewhere:", "zh": "其中仍有指向他处的链接："},
    "weekly": {
        "en": "The workbook is open; page and mail are beside it, in {}",
        "zh": "工作簿已打开；网页和邮件在同一文件夹：{}",
    },
    "older": {
        "en": "The list of now is not proven complete ({}): the report is of {}.",
        "zh": "当前列表未被证明完整（{}）：报告截至 {}。",
    },
    "reconciled": {
        "en": "Partner Center has {:,} customers, the sheet {!r} {:,} lines.",
        "zh": "伙伴中心有 {:,} 个客户，工作表 {!r} 有 {:,} 行。",
    },
    "breaks": {
        "en": "Not in the ledger {:,}, not with the vendor {:,}, extra lines {:,}; breaks {:,}, "
        "suggested matches {:,}. The bridge closes to {:,}.",
        "zh": "账册中没有 {:,}，伙伴中心没有 {:,}，多余行 {:,}；差异 {:,}，建议匹配 {:,}。"
        "核对差额为 {:,}。",
    },
    "reopened": {"en": "Changed after sign-off: {}", "zh": "签署后有更改：{}"},
    "where": {"en": "It is open, and kept as {}", "zh": "已打开，保存为 {}"},
}


def new_customer_sheet(book: xlwings.Book, language: Language) -> None:
    """Make a starter workbook where the user says (macOS: in Documents), and open it."""
    from addin.commands import make_starter  # noqa: PLC0415  heavy parts where they are used

    if live.can_ask(book):
        given = live.ask_where(book, "Customers.xlsx", _WORDS["save as"][language])
        if given is None:
            return
        path = given if given.suffix.lower() == ".xlsx" else given.with_name(f"{given.name}.xlsx")
        if path.exists():
            # It may hold somebody's notes.
            raise WorkbookError(f"{path} is there already; choose another name, or move it away")
    else:
        path = _free(_documents() / "Customers.xlsx")
    make_starter(path, language)
    live.open_workbook(book, path)
    say(book, _WORDS["made"][language].format(path))


def freeze_to_values(book: xlwings.Book, language: Language) -> None:
    """Make a copy to hand over beside the workbook; the open one stays as it is."""
    if has_list(book):
        language = layout.read_list(book).language
    out = _free(_beside(book) / f"{_stem(book)} (values).xlsx")
    with _copied(book) as copy:
        frozen = files.open_book(copy)
        try:
            done = freezing.freeze(frozen, now=datetime.now(UTC), language=language)
            links = (*done.links, *files.hand_over(frozen, out))
        finally:
            frozen.close()
    lines = [_WORDS["frozen"][language].format(out, len(done.formulas), book.name)]
    if done.told and done.formulas:
        lines.append(_WORDS["about"][language])
    if done.left:
        lines += ["", _WORDS["left"][language].format(len(done.left))]
        lines += few(list(done.left), language, 5)
    if links:
        lines += ["", _WORDS["links"][language], *few(list(links), language, 5)]
    say(book, "\n".join(lines))


def weekly_report(book: xlwings.Book, language: Language) -> None:
    """Make the weekly report of the workbook's customers, beside it."""
    from reports.commands import make_weekly  # noqa: PLC0415  heavy parts where they are used

    view = View(language=language)
    if has_list(book):
        query, language = choosing.query_of(book), layout.read_list(book).language
        # Named as its workbook, so that reports of different filters do not replace each other.
        name = None if query == EVERYBODY else _stem(book)
        view = View(query=query, name=name, language=language)
    with working(book) as listener:
        now = session.SESSION.refresh(EVERYBODY, progress=listing_progress(listener, language))
    with session.book_of_settings() as kept:
        made = make_weekly(kept, datetime.now(UTC), view, _beside(book))
    report, listing = made.report, now.listing
    lines = [report.headline, *few(list(report.sentences), language, 5), ""]
    if listing.state != "exact":
        # What was just listed is kept, and is not what the report shows.
        told = _WORDS["older"][language]
        lines.append(
            told.format(missing(listing.missing_at_most, language), moment_in(report.until))
        )
    lines.append(_WORDS["weekly"][language].format(made.files["xlsx"].parent))
    live.open_workbook(book, made.files["xlsx"])
    say(book, "\n".join(lines))


def reconcile_sheet(book: xlwings.Book, language: Language) -> None:
    """Reconcile the customers with the active sheet, finance's ledger; open what comes out."""
    from reports.reconciliation.previous import is_reconciliation  # noqa: PLC0415  as above
    from reports.reconciling.making import reconcile_ledger  # noqa: PLC0415  as above

    sheet = book.sheets.active
    if layout.TABLE in [each.name for each in sheet.tables]:
        raise WorkbookError(
            f"the active sheet {sheet.name!r} is the customer list itself; go to finance's sheet "
            "and press the button again"
        )
    out = _beside(book) / f"{_stem(book)} reconciliation.xlsx"
    _refuse_open(book, out)
    if out.exists() and not is_reconciliation(out):
        raise WorkbookError(f"{out} is there and is no reconciliation; move it away and try again")
    suffix = Path(book.name).suffix.lower()
    with _copied(book) as copy, session.book_of_settings() as kept, working(book) as listener:
        found = reconcile_ledger(
            kept,
            copy,
            sheet=None if suffix in _TEXT_FILES else sheet.name,
            out=out,
            listed=lambda _: session.SESSION.refresh(
                EVERYBODY, progress=listing_progress(listener, language)
            ),
            language=language,
        ).found
    bridge = found.bridge
    lines = [
        _WORDS["reconciled"][language].format(bridge.vendor, sheet.name, bridge.ledger),
        _WORDS["breaks"][language].format(
            bridge.not_in_ledger,
            bridge.not_with_vendor,
            bridge.extra_lines,
            len(found.breaks),
            len(found.suggested),
            bridge.check,
        ),
    ]
    if found.reopened:
        lines.append(_WORDS["reopened"][language].format(for_line("; ".join(found.reopened))))
    live.open_workbook(book, out)
    say(book, "\n".join([*lines, "", _WORDS["where"][language].format(out)]))


@contextmanager
def _copied(book: xlwings.Book) -> Iterator[Path]:
    """Yield a copy of a workbook as it is now, of the same name, that goes away again."""
    name = book.name if Path(book.name).suffix else f"{book.name}.xlsx"  # never saved: Book1
    with tempfile.TemporaryDirectory(prefix="partnerbook-") as folder:
        copy = Path(folder) / name
        live.save_copy(book, copy)
        yield copy


def _beside(book: xlwings.Book) -> Path:
    """Return the folder of a workbook; Documents for one that lies in a cloud or nowhere yet."""
    path = live.path_of(book)
    return _documents() if path is None else path.parent


def _documents() -> Path:
    from platformdirs import user_documents_path  # noqa: PLC0415  only where it is needed

    return user_documents_path()


def _stem(book: xlwings.Book) -> str:
    return Path(book.name).stem


def _free(path: Path) -> Path:
    """Return a path, or the first of its like (``Customers 2.xlsx``) where nothing is yet."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} {number}{path.suffix}")
    return free


def _refuse_open(book: xlwings.Book, path: Path) -> None:
    if path.name.casefold() in [each.name.casefold() for each in book.app.books]:
        raise WorkbookError(f"{path.name} is open in Excel; close it and press the button again")
