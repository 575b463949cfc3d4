"""Changes, Find customer, Parked notes, Log, Views, Account, Doctor."""

from __future__ import annotations

import os
import subprocess
import sys

import xlwings

from addin import cells, choosing, live, records, session
from addin import sheet as layout
from addin.buttons.pressing import asked, few, say
from addin.buttons.refreshing import has_list
from addin.changes import changes_block, write_changes
from addin.finding import Names
from addin.rows import OldRow
from partnerbook.commands import DONE
from partnerbook.errors import NothingKeptError, QueryError, WorkbookError
from partnerbook.model import EVERYBODY, Customer
from partnerbook.text import CUT, for_line
from partnerbook.views import View, moment_in
from partnerbook.views.certainty import may_be_missing
from partnerbook.wording import Language

_DOCTOR_TAKES = 300.0  # seconds, at the most
_NAMES = ("company_name", "account_name", "xaccount_id")
_WORDS: dict[str, dict[Language, str]] = {
    "whom": {"en": "Which customer? A name or an ID:", "zh": "哪个客户？请输入名称或 ID："},
    "nobody": {
        "en": "No customer on this sheet has {!r} in a name or ID. It may be outside of the "
        "sheet's filters: =CUSTOMERFIND looks at everybody.",
        "zh": "本表没有名称或 ID 含 {!r} 的客户，可能不在筛选范围内；=CUSTOMERFIND "
        "会查找全部客户。",
    },
    "several": {
        "en": "{!r} is not the name of one customer alone. It may be:",
        "zh": "{!r} 不能确定是哪一个客户，可能是：",
    },
    "row": {"en": "row {}: {} ({})", "zh": "第 {} 行：{}（{}）"},
    "hidden": {
        "en": "{} stands in row {}, which a filter hides now.",
        "zh": "{} 在第 {} 行，目前被筛选隐藏。",
    },
    "no views": {
        "en": "No view is saved yet. Save one in a terminal: partnerbook view save Asia "
        "--country 0086",
        "zh": "尚未保存视图。可在终端保存：partnerbook view save Asia --country 0086",
    },
    "views": {"en": "The saved views:", "zh": "已保存的视图："},
    "which": {
        "en": "Number or name of the view for the filters of this workbook:",
        "zh": "请输入视图的编号或名称，用作本工作簿的筛选条件：",
    },
    "type it": {
        "en": "To choose one, type its name into a cell, select the cell, and press Views again.",
        "zh": "如需选用，请在单元格中输入其名称，选中该单元格，再按“视图”。",
    },
    "use": {
        "en": "Put the view {} ({}) into the filters of this workbook?",
        "zh": "将视图 {}（{}）填入本工作簿的筛选条件？",
    },
    "chosen": {
        "en": "The filters ask for the view {} now: {}. Press Refresh sheet to list it.",
        "zh": "筛选条件现为视图 {}：{}。请按“刷新本表”。",
    },
    "account": {"en": "Account: {}", "zh": "伙伴账号：{}"},
    "settings": {"en": "Its settings come from: {}", "zh": "设置来源：{}"},
    "api": {"en": "API: {}", "zh": "接口：{}"},
    "list": {
        "en": "Last list: {:,} customers, as of {}, {}",
        "zh": "最近一次列表：{:,} 个客户，截至 {}，{}",
    },
    "no list": {"en": "Nothing was listed yet.", "zh": "尚无列表。"},
    "exact": {"en": "exact", "zh": "完整"},
    "sheet": {"en": "This workbook: refreshed for {}", "zh": "本工作簿：按账号 {} 刷新"},
    "other": {
        "en": "That is another account: a refresh here asks first.",
        "zh": "账号不同：在此刷新会先询问。",
    },
    "started": {
        "en": "Excel was started with the account {}; close all workbooks and start Excel again.",
        "zh": "Excel 启动时的账号为 {}；请关闭并重新启动 Excel。",
    },
    "change": {
        "en": "To change it, run in a terminal: partnerbook login; then start Excel again.",
        "zh": "如需更换，请在终端运行：partnerbook login；然后重新启动 Excel。",
    },
}


def changes(book: xlwings.Book, language: Language) -> None:
    """Show what changed between the last two snapshots, on a sheet of the workbook."""
    mine = has_list(book)
    query = choosing.query_of(book) if mine else EVERYBODY
    if mine:
        language = layout.read_list(book).language
    found = session.SESSION.changes(query, None)
    if found is None:
        raise NothingKeptError(
            "there are no two lists to compare yet; press Refresh sheet now, and again later"
        )
    live.show(write_changes(book, changes_block(*found, query, language)))


def find_customer(book: xlwings.Book, language: Language) -> None:
    """Go to the row of the customer whose name the active cell holds, or the user types."""
    here = layout.read_list(book)
    words = _selected(book)
    if live.can_ask(book) and (not words or _is_in(here, live.selection(book))):
        words = live.ask_text(book, _WORDS["whom"][language]) or ""
        if not words:
            return
    if not words:
        raise QueryError("select a cell that holds a customer's name or ID, and press it again")
    rows = {row.key: index for index, row in here.rows.items() if row.key}
    found = Names(_listed(row) for row in here.old_rows if row.key).find(words)
    if found.sure is not None:
        index = rows[found.sure.customer_id]
        column = next(each.number for each in here.columns if each.ours == "customer_id")
        cell = here.block(index, index, column, column)
        live.go(cell)
        if cell.rows.hidden:
            name = found.sure.shown_name
            say(book, _WORDS["hidden"][language].format(name, here.top + index))
        return
    if not found.candidates:
        say(book, _WORDS["nobody"][language].format(words[:60]))
        return
    numbered = sorted((here.top + rows[each.customer_id], each) for each in found.candidates)
    lines = [
        _WORDS["row"][language].format(number, _short(each.shown_name, 60), each.customer_id)
        for number, each in numbered
    ]
    head = _WORDS["several"][language].format(words[:60])
    say(book, "\n".join([head, *few(lines, language)]))


def parked_notes(book: xlwings.Book, _language: Language) -> None:
    """Go to the notes whose customer is not in the list."""
    _go(book, layout.PARKED_SHEET)


def refresh_log(book: xlwings.Book, _language: Language) -> None:
    """Go to the log of this workbook's refreshes."""
    _go(book, layout.LOG_SHEET)


def views(book: xlwings.Book, language: Language) -> None:
    """List the saved views, and put the one that is chosen into the filter block."""
    with session.book_of_settings() as kept:
        saved = kept.store.views()
        if not saved:
            say(book, _WORDS["no views"][language])
            return
        chosen = _chosen(book, saved, language)
        if chosen is None:
            return
        view = kept.store.view(chosen)
    choosing.choose(book, view)
    words = view.in_words(language)
    say(book, _WORDS["chosen"][language].format(view.name, for_line(words)))


def account(book: xlwings.Book, language: Language) -> None:
    """Say whose customers these are, by which API and as of when, and how to change that."""
    from partnerbook.config import origins  # noqa: PLC0415  heavy parts where they are used

    said = {name: each[language] for name, each in _WORDS.items()}
    with session.book_of_settings() as kept:
        now = kept.account
        lines = [said["account"].format(now)]
        places = sorted(set(origins(os.environ).values()))
        lines.append(said["settings"].format("; ".join(places)))
        try:
            listing = kept.kept(EVERYBODY).listing
        except NothingKeptError:
            lines.append(said["no list"])
        else:
            gap = listing.missing_at_most
            sure = may_be_missing(gap, language) if gap else said["exact"]
            lines.append(said["api"].format(listing.api))
            lines.append(said["list"].format(listing.count, moment_in(listing.as_of), sure))
    before = records.asked_before(records.read_log(book)[1])
    if before is not None:
        lines.append(said["sheet"].format(before.account))
        lines += [said["other"]] if before.account != now else []
    if session.SESSION.account != now:
        lines.append(said["started"].format(session.SESSION.account))
    say(book, "\n".join([*lines, "", said["change"]]))


def doctor(book: xlwings.Book, language: Language) -> None:
    """Check everything, and say what to do."""
    # As a program of its own: it judges Python and settings as they are now, not as they were
    # when Excel was started.
    line = [sys.executable, "-P", "-m", "partnerbook", "doctor", "--lang", language]
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    done = subprocess.run(  # noqa: S603  this very Python
        line, capture_output=True, check=False, creationflags=hidden, timeout=_DOCTOR_TAKES
    )
    text = (done.stdout or done.stderr).decode("utf-8", "replace").strip()
    say(book, text, wrong=done.returncode != DONE)


def _go(book: xlwings.Book, name: str) -> None:
    if name not in [each.name for each in book.sheets]:
        raise WorkbookError(
            f"{book.name} has no sheet {name!r}; it is in a workbook made by partnerbook excel new"
        )
    live.front(book.sheets[name])


def _chosen(book: xlwings.Book, saved: tuple[View, ...], language: Language) -> str | None:
    names = [str(each.name) for each in saved]
    selected = _selected(book)
    if not live.can_ask(book) and selected in names:
        view = saved[names.index(selected)]
        question = _WORDS["use"][language].format(selected, for_line(view.in_words(language)))
        return selected if asked(book, question) else None
    lines = [
        f"{number}  {each.name}: {_short(each.in_words(language), 80)}"
        for number, each in enumerate(saved, 1)
    ]
    listed = "\n".join([_WORDS["views"][language], *few(lines, language, 25)])
    if not live.can_ask(book):
        say(book, f"{listed}\n\n{_WORDS['type it'][language]}")
        return None
    say(book, listed)
    given = live.ask_text(book, _WORDS["which"][language], selected if selected in names else "")
    if not given:
        return None
    if given in names or not given.isdecimal() or not 0 < int(given) <= len(names):
        return given
    return names[int(given) - 1]


def _short(words: str, most: int) -> str:
    line = for_line(words)
    return line if len(line) <= most else line[: most - 1] + CUT


def _selected(book: xlwings.Book) -> str:
    """Return the text of the selected cell, of several the first; "" for none."""
    selected = live.selection(book)
    return "" if selected is None else cells.key(layout.grid(selected[0, 0])[0][0])


def _is_in(here: layout.CustomerSheet, selected: xlwings.Range | None) -> bool:
    """Return whether a cell is one of the list itself: who stands there looks for another one."""
    return (
        selected is not None
        and selected.sheet.name == here.sheet.name
        and here.top <= selected.row < here.top + here.count
    )


def _listed(row: OldRow) -> Customer:
    """Return the customer of a row, as far as a name can mean it."""
    names = {each: cells.key(row.ours.get(each)) or None for each in _NAMES}
    return Customer(
        customer_id=row.key,
        company_name=names["company_name"],
        account_name=names["account_name"],
        xaccount_id=names["xaccount_id"],
    )
