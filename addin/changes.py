"""The sheet `Changes`: what happened between the last two snapshots, a row each."""

from __future__ import annotations

from typing import Any

import xlwings

from addin import sheet as layout
from addin.ready import refuse_when_editing, refuse_when_protected
from addin.rows import is_empty
from partnerbook import compare, text
from partnerbook.errors import WorkbookError
from partnerbook.model import CustomerQuery, Snapshot
from partnerbook.views import moment_in
from partnerbook.views.filters import selects
from partnerbook.wording import Language, heading

SHEET = "Changes"

_HEADINGS: dict[Language, tuple[str, ...]] = {
    "en": ("Customer ID", "Name", "Change", "Field", "Before", "After"),
    "zh": ("客户ID", "名称", "变化", "字段", "之前", "之后"),
}
_TITLE: dict[Language, str] = {
    "en": "What changed, by Partnerbook: {} to {}",
    "zh": "Partnerbook 变化记录：{} 至 {}",
}
_KINDS: dict[str, dict[Language, str]] = {
    "joined": {"en": "joined", "zh": "新加入"},
    "left": {"en": "left", "zh": "已离开"},
    "came_back": {"en": "came back", "zh": "重新加入"},
    "altered": {"en": "altered", "zh": "变更"},
    "renamed": {"en": "renamed", "zh": "更名"},
}
_TEXT_FORMAT = "@"


def changes_block(
    before: Snapshot,
    after: Snapshot,
    earlier: frozenset[str],
    query: CustomerQuery,
    language: Language = "en",
) -> list[list[str]]:
    """Return the cells of the sheet: title, notices, headings, and a row for each change. Pure.

    Args:
        before: The older snapshot.
        after: The newer one.
        earlier: Customers of any still older one.
        query: Whose changes, before or after.
        language: Of headings and words.
    """
    title = _TITLE[language].format(moment_in(before.taken_at), moment_in(after.taken_at))
    notices = compare.notices(before, after, language)
    rows = []
    for change in compare.changes(before, after, earlier_ids=earlier):
        sides = (each.listing.by_id.get(change.customer_id) for each in (before, after))
        if not any(side is not None and selects(query, side) for side in sides):
            continue
        field = change.field or ""
        kind = "renamed" if compare.is_renaming(change) else change.kind
        values = [
            compare.in_words(field, value, language) if field else ""
            for value in (change.before, change.after)
        ]
        name = heading(field, language) if field else ""
        row = [change.customer_id, change.name, _KINDS[kind][language], name, *values]
        rows.append([text.for_cell(each) for each in row])
    head = [[each, *[""] * 5] for each in (title, *notices)]
    return [*head, list(_HEADINGS[language]), *rows]


def write_changes(book: xlwings.Book, block: list[list[str]]) -> xlwings.Range:
    """Write the sheet, in place of what an earlier one said; return headings and changes.

    Raises:
        WorkbookError: The workbook has a sheet of that name that is not ours.
    """
    refuse_when_editing(book)
    sheet = layout.sheet_named(book, SHEET)
    if sheet is None:
        sheet = book.sheets.add(SHEET, after=book.sheets[len(book.sheets) - 1])
    elif not _is_ours(sheet):
        raise WorkbookError(
            f"{book.name} has a sheet {sheet.name!r} that is not of this program; rename it and "
            "try again"
        )
    refuse_when_protected(sheet)
    whole = sheet.range((1, 1), sheet.used_range.last_cell)
    whole.clear_contents()
    target = sheet.range((1, 1), (len(block), len(block[0])))
    target.number_format = _TEXT_FORMAT
    target.value = block
    head = next(at for at, line in enumerate(block) if line[1])
    return target[head:, :]


def _is_ours(sheet: xlwings.Sheet) -> bool:
    values: list[list[Any]] = layout.grid(sheet.range((1, 1), sheet.used_range.last_cell))
    first = str(values[0][0] or "")
    if all(is_empty(value) for line in values for value in line):
        return True
    return any(first.startswith(each.partition("{")[0]) for each in _TITLE.values())
