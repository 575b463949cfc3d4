"""Refresh sheet, Refresh all, Preview, Undo."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import xlwings

from addin import live, macros, session
from addin import sheet as layout
from addin.around import short_words
from addin.buttons.pressing import asked, few, say, working
from addin.doubts import waiting_words
from addin.planning import Fetch
from addin.progress import CancelledError, Listener, listing_progress
from addin.states import Kept, States
from partnerbook.config import home_of
from partnerbook.errors import PartnerbookError, WorkbookError
from partnerbook.model import CustomerQuery, Snapshot
from partnerbook.text import for_line
from partnerbook.views import moment_in
from partnerbook.wording import Language

log = logging.getLogger(__name__)

_WORDS: dict[str, dict[Language, str]] = {
    "looks wrong": {"en": "This refresh looks wrong:", "zh": "本次刷新看起来有异常："},
    "all the same": {"en": "Apply it all the same?", "zh": "仍要写入吗？"},
    "rows": {
        "en": "{} joined, {} left, {} changed",
        "zh": "新增 {}，离开 {}，变更 {}",
    },
    "notes": {
        "en": "{} notes would be parked, {} would come back",
        "zh": "将暂存 {} 条备注，归还 {} 条",
    },
    "left": {"en": "Left: {}", "zh": "离开：{}"},
    "stops": {"en": "Stops: {}", "zh": "暂停：{}"},
    "look at": {"en": "Look at: {}", "zh": "请查看：{}"},
    "no list": {
        "en": "None of the open workbooks has a customer list; the button New customer sheet makes "
        "one.",
        "zh": "打开的工作簿中没有客户列表；“新建客户表”按钮可以创建。",
    },
    "not applied": {
        "en": "{}: not changed, it looks wrong ({}). Press Refresh sheet there to decide.",
        "zh": "{}：未更改，看起来有异常（{}）。请在该工作簿中按“刷新本表”决定。",
    },
    "cancelled": {
        "en": "{}: stopped by you, unchanged, as are those after it",
        "zh": "{}：已由您停止，未更改，其后的也未更改",
    },
    "unforeseen": {
        "en": "{}: could not be refreshed; the log says why",
        "zh": "{}：未能刷新，原因见日志",
    },
    "undo": {
        "en": "Take the refresh of {} back?\n\nThe list shows {:,} customers again (now {:,}), "
        "with the parked notes and filters of then. What was typed since stays beside its "
        "customer, or is parked.",
        "zh": "撤销 {} 的刷新？\n\n列表恢复为 {:,} 个客户（现为 {:,} 个），以及当时的暂存备注和"
        "筛选条件。其后所写内容留在客户旁边，或被暂存。",
    },
    "undone": {"en": "Taken back: {}", "zh": "已撤销：{}"},
    "bare": {
        "en": "Customers who had left and are back with their notes: {}; colours and "
        "formats of their rows are not.",
        "zh": "{} 个曾离开的客户及其备注已恢复，但其行的颜色和格式未恢复。",
    },
    "parked": {
        "en": "Notes typed since, now on the sheet Parked notes: {}.",
        "zh": "其后所写的 {} 条备注在工作表 Parked notes 中。",
    },
}


def refresh(book: xlwings.Book, language: Language) -> None:
    """Bring the list of a workbook up to date; ask first when it looks wrong."""
    now, keep = datetime.now(UTC), states_of(book).keep
    with working(book) as listener:
        outcome = macros.refresh(
            book, _fetch(listener), now=now, listener=listener, keep=keep, past=session.SESSION.news
        )
    if not outcome.applied:
        lines = [_WORDS["looks wrong"][language], *outcome.plan.stops, ""]
        if not asked(book, "\n".join([*lines, _WORDS["all the same"][language]]), wrong=True):
            return
        # The answer to this question is the listing it was asked about, not another one.
        taken = outcome.snapshot
        outcome = macros.refresh(
            book, lambda _: taken, confirmed=True, now=now, keep=keep, past=session.SESSION.news
        )
    live.calculate(book)
    if outcome.short:
        say(book, "\n".join(short_words(outcome.short, language)))


def refresh_all(book: xlwings.Book, language: Language) -> None:
    """Bring the lists of all open workbooks up to date, with one listing for each question."""
    books = [each for each in book.app.books if has_list(each)]
    if not books:
        raise WorkbookError(_WORDS["no list"][language])
    said = []
    with working(book) as listener:
        fetch = _once(_fetch(listener))
        for each in books:
            try:
                said.append(_one_of_all(each, fetch, listener, language))
            except CancelledError:
                said.append(_WORDS["cancelled"][language].format(each.name))
                break
    live.calculate(book)
    say(book, "\n".join(few(said, language)))


def preview(book: xlwings.Book, language: Language) -> None:
    """Say what a refresh would change."""
    with working(book) as listener:
        outcome = macros.preview(book, _fetch(listener), now=datetime.now(UTC), listener=listener)
    plan = outcome.plan
    lines = [
        outcome.status,
        _WORDS["rows"][language].format(len(plan.joined), len(plan.left), plan.changed),
        _WORDS["notes"][language].format(len(plan.parked), len(plan.returning)),
        *few(
            [_WORDS["left"][language].format(for_line(each)) for each in plan.left_names], language
        ),
        *(_WORDS["stops"][language].format(each) for each in plan.stops),
        *waiting_words(plan.waiting, language),
        *few([_WORDS["look at"][language].format(each) for each in plan.conflicts], language),
    ]
    say(book, "\n".join(lines))


def undo(book: xlwings.Book, language: Language) -> None:
    """Take the last refresh back, after saying what comes back."""
    states = states_of(book)
    kept = _last(book, states)
    state = kept.state
    before = sum(1 for row in state.rows if row and row.key)
    now = sum(1 for row in layout.read_list(book).old_rows if row.key)
    if not asked(book, _WORDS["undo"][language].format(moment_in(state.as_of), before, now)):
        return
    done = macros.undo(book, state, now=datetime.now(UTC))
    states.drop(kept)
    lines = [_WORDS["undone"][language].format(for_line(done.status))]
    if done.bare:
        lines.append(_WORDS["bare"][language].format(done.bare))
    if done.kept:
        lines.append(_WORDS["parked"][language].format(len(done.kept)))
    lines += short_words(done.short, language)
    say(book, "\n".join(lines))


def has_list(book: xlwings.Book) -> bool:
    """Return whether a workbook has a customer list."""
    return any(layout.TABLE in [each.name for each in sheet.tables] for sheet in book.sheets)


def states_of(book: xlwings.Book) -> States:
    """Return the last states of a workbook: the same ones that the command undoes."""
    home = home_of(os.environ)
    # One that lies in a cloud, or was never saved, is known by its name alone.
    place = live.path_of(book) or home / "undo" / Path(book.name).name
    return States(home, place, layout.identity(book))


def _last(book: xlwings.Book, states: States) -> Kept:
    # Passed over: a refresh that was never saved, or was taken back without Excel.
    kept = states.newest(partial(macros.is_before, book))
    if kept is None:
        raise WorkbookError(
            f"there is no refresh of {book.name} to take back: none was made on this computer, or "
            "all were taken back (the last five are kept)"
        )
    return kept


def _fetch(listener: Listener) -> Fetch:
    return partial(session.SESSION.refresh, progress=listing_progress(listener))


def _once(fetch: Fetch) -> Fetch:
    """Return a fetch that asks each question once; what failed once is not tried again."""
    known: dict[CustomerQuery, Callable[[], Snapshot]] = {}

    def once(query: CustomerQuery) -> Snapshot:
        if query not in known:
            try:
                taken = fetch(query)
            except CancelledError:
                raise
            except PartnerbookError as error:
                known[query] = partial(_raised, error)
            else:
                known[query] = lambda: taken
        return known[query]()

    return once


def _raised(error: PartnerbookError) -> Snapshot:
    raise error


def _one_of_all(book: xlwings.Book, fetch: Fetch, listener: Listener, language: Language) -> str:
    try:
        outcome = macros.refresh(
            book,
            fetch,
            now=datetime.now(UTC),
            listener=listener,
            keep=states_of(book).keep,
            past=session.SESSION.news,
        )
    except CancelledError:
        raise
    except PartnerbookError as error:
        return f"{book.name}: {error}"
    except Exception:
        log.exception("a workbook could not be refreshed")
        return _WORDS["unforeseen"][language].format(book.name)
    if outcome.applied:
        return "; ".join([f"{book.name}: {outcome.status}", *short_words(outcome.short, language)])
    return _WORDS["not applied"][language].format(book.name, "; ".join(outcome.plan.stops))
