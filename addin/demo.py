"""``partnerbook demo``: the whole main job, end to end, on the sandbox.

Real HTTP, real signatures, real files: the same code that a real account uses. Only the moments
of the five weeks are given instead of lived through.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import xlwings

from addin import files, macros, records, sheet
from addin.history import news_of
from partnerbook.book import Book
from partnerbook.config import Settings
from partnerbook.files import write
from partnerbook.model import EVERYBODY, Customer, CustomerQuery, Snapshot
from partnerbook.sandbox import Sandbox
from partnerbook.views import View
from partnerbook.wording import Language
from reports.commands import WeeklyFiles, make_weekly
from reports.ledger import read_ledger
from reports.reconciliation import Reconciliation, to_json
from reports.reconciling.making import make_reconciliation
from reports.workbook.practice import practice_ledger
from reports.workbook.starter import starter_workbook

WEEKS = 5
NOTES_COLUMN = "Next step"
_WHAT: dict[Language, tuple[str, ...]] = {
    "en": (
        "the sheet, refreshed in weeks 1 and 5, notes kept",
        "the weekly report as a workbook",
        "... as a page",
        "... as a mail",
        "finance's file, with the usual sins",
        "the reconciliation",
    ),
    "zh": (
        "客户表，第 1 周和第 5 周刷新，备注保留",
        "客户周报：工作簿",
        "……网页",
        "……邮件",
        "财务台账，含常见问题",
        "对账",
    ),
}
_TOLD: dict[str, dict[Language, str]] = {
    "sandbox": {
        "en": "A Partner Center of your own answers on {}",
        "zh": "您自己的伙伴中心（沙箱）地址：{}",
    },
    "refreshed": {"en": "Week {}: the sheet is refreshed", "zh": "第 {} 周：刷新客户表"},
    "kept": {"en": "Week {}: a snapshot is kept", "zh": "第 {} 周：保存快照"},
    "weekly": {
        "en": "The weekly report: workbook, page and mail",
        "zh": "客户周报：工作簿、网页和邮件",
    },
    "reconciliation": {
        "en": "The reconciliation with finance's ledger",
        "zh": "与财务台账对账",
    },
}
_SUMMARY: dict[Language, str] = {
    "en": """
Made in {folder}:
{files}

{report}
Notes: {kept} still beside their customer, {parked} parked.
Ledger: {b.vendor} customers - {b.not_in_ledger} not in the ledger + {b.not_with_vendor} not with \
the vendor + {b.extra_lines} extra = {b.ledger} lines; the bridge closes to {b.check}.

Next, for real:
  partnerbook sandbox serve            a Partner Center to practise on
  partnerbook customers --help         your own list (set PARTNERBOOK_AK and friends)
  partnerbook excel new Customers.xlsx a workbook of your own
""",
    "zh": """
已生成，位于 {folder}：
{files}

{report}
备注：{kept} 条仍在其客户旁，{parked} 条已暂存。
台账：{b.vendor} 个客户 - {b.not_in_ledger} 个台账中没有 + {b.not_with_vendor} 行平台没有 \
+ {b.extra_lines} 行多余 = {b.ledger} 行；对账桥的检查为 {b.check}。

下一步，正式使用：
  partnerbook sandbox serve            可供练习的伙伴中心（沙箱）
  partnerbook customers --help         您自己的客户列表（请先设置 PARTNERBOOK_AK 等）
  partnerbook excel new Customers.xlsx 您自己的工作簿
""",
}
_NOTES = ("call in May", "0086 again?", "合同待续签", "=ask finance", "renewal sent", "visit")


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made.

    Attributes:
        files: The files, in the order of the story.
        weekly: The weekly report and its files.
        reconciliation: The reconciliation.
        customers: Customers in week 5.
        notes_kept: Notes that still stand beside their customer.
        notes_parked: Notes of customers who left, parked.
    """

    files: tuple[Path, ...]
    weekly: WeeklyFiles
    reconciliation: Reconciliation
    customers: int
    notes_kept: int
    notes_parked: int


def play(
    folder: Path,
    *,
    today: datetime,
    language: Language = "en",
    tell: Callable[[str], None] = lambda _line: None,
) -> Demo:
    """Play five weeks and leave their files in a folder.

    Args:
        folder: Made when it does not exist; files of an earlier demo are replaced.
        today: Week 5 is the last Monday up to this moment. UTC.
        language: Language of everything made.
        tell: Told what is being done.
    """
    with (
        tempfile.TemporaryDirectory(prefix="partnerbook-") as home,
        Sandbox(customers=300, seed=7, last_monday=_monday(today).date()) as sandbox,
        Book(_settings(sandbox, Path(home))) as book,
    ):
        told = {key: words[language] for key, words in _TOLD.items()}
        tell(told["sandbox"].format(sandbox.endpoint))
        notes = _notes_for(sandbox)
        workbook = folder / "Customers.xlsx"
        write(workbook, starter_workbook(language=language))
        for week in range(1, WEEKS + 1):
            sandbox.play_week(week)
            moment = _monday(today) - timedelta(weeks=WEEKS - week)
            fetch = partial(_take, book, moment)
            if week in (1, WEEKS):
                tell(told["refreshed"].format(week))
                _refresh(workbook, fetch, moment, notes if week == 1 else {}, book)
            else:
                tell(told["kept"].format(week))
                fetch(EVERYBODY)
        tell(told["weekly"])
        weekly = make_weekly(book, _monday(today), View(language=language), folder)
        tell(told["reconciliation"])
        now = book.kept()
    ledger, reconciled = folder / "ledger.xlsx", folder / "reconciliation.xlsx"
    write(ledger, practice_ledger(now.listing.customers, now.taken_at))
    found = make_reconciliation(now, read_ledger(ledger, language=language), reconciled, language)
    beside, parked = _notes_in(workbook)
    return Demo(
        files=(workbook, *weekly.files.values(), ledger, reconciled),
        weekly=weekly,
        reconciliation=found,
        customers=now.listing.count,
        notes_kept=beside,
        notes_parked=parked,
    )


def summary(made: Demo, folder: Path, language: Language = "en") -> str:
    """Return what a person reads at the end: what was made, the numbers, what to do next."""
    what = zip(made.files, _WHAT[language], strict=True)
    report = made.weekly.report
    return _SUMMARY[language].format(
        folder=folder,
        files="\n".join(f"  {path.name:<26}{said}" for path, said in what),
        report="\n".join([report.headline, *(f"  {each}" for each in report.sentences)]),
        kept=made.notes_kept,
        parked=made.notes_parked,
        b=made.reconciliation.bridge,
    )


def as_json(made: Demo) -> dict[str, Any]:
    """Return what the demo made as JSON values."""
    return {
        "files": [str(path) for path in made.files],
        "count": made.customers,
        "fingerprint": made.weekly.report.view.fingerprint,
        "notes_kept": made.notes_kept,
        "notes_parked": made.notes_parked,
        "reconciliation": to_json(made.reconciliation)["bridge"],
    }


def _refresh(
    path: Path,
    fetch: Callable[[CustomerQuery], Snapshot],
    now: datetime,
    notes: dict[str, str],
    customers: Book,
) -> None:
    book = files.open_book(path)
    macros.refresh(book, fetch, now=now, confirmed=True, past=partial(news_of, customers))
    if notes:
        _write_notes(book, notes)
    files.save(book)


def _write_notes(book: xlwings.Book, notes: dict[str, str]) -> None:
    """Write notes as a person would: into a column of their own, right of the table.

    It looks like the table, as it does in Excel, where typing a heading there widens the table.
    """
    table = book.sheets["Customers"].tables["CustomerList"]
    area = table.range
    column = area.column + area.shape[1]
    ids = table.data_body_range.columns[0].value
    block = book.sheets["Customers"].range((area.row, column), (area.row + len(ids), column))
    area.columns[-1].copy(block[0, 0])
    block.number_format = "@"
    block.value = [[NOTES_COLUMN], *([notes.get(each)] for each in ids)]


def _notes_in(workbook: Path) -> tuple[int, int]:
    """Count, in the finished file, the notes beside their customer and the parked ones."""
    book = files.open_book(workbook)
    rows = sheet.read_list(book).old_rows
    parked = records.read_parked(book)[1]
    beside = sum(row.own.get(NOTES_COLUMN) is not None for row in rows)
    return beside, len(parked)


def _take(book: Book, moment: datetime, query: CustomerQuery) -> Snapshot:
    return book.take(query, taken_at=moment)


def _notes_for(sandbox: Sandbox) -> dict[str, str]:
    """Choose whom the user of week 1 writes about: some who stay, and one who will leave."""
    sandbox.play_week(1)
    first = sandbox.customers
    sandbox.play_week(WEEKS)
    last = {each.customer_id for each in sandbox.customers}
    stay: list[Customer] = [each for each in first if each.customer_id in last]
    leave = [each for each in first if each.customer_id not in last]
    chosen = [*stay[:: len(stay) // (len(_NOTES) - 1)][: len(_NOTES) - 1], leave[0]]
    return {each.customer_id: note for each, note in zip(chosen, _NOTES, strict=True)}


def _settings(sandbox: Sandbox, home: Path) -> Settings:
    return Settings.from_environment(
        {
            "PARTNERBOOK_ENDPOINT": sandbox.endpoint,
            "PARTNERBOOK_IAM_ENDPOINT": sandbox.iam_endpoint,
            "PARTNERBOOK_AK": sandbox.access_key,
            "PARTNERBOOK_SK": sandbox.secret_key,
            "PARTNERBOOK_PARTNER_ID": sandbox.partner_id,
            "PARTNERBOOK_HOME": str(home),
        }
    )


def _monday(today: datetime) -> datetime:
    day = today.astimezone(UTC).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)
